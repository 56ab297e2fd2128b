/*
 * PayPal, asked: Orders v2, where the buyer approves on PayPal's pages and we
 * capture; refunds of captures.  Where staff capture, the intent is AUTHORIZE:
 * what was approved is authorized, which holds the money, and the authorization
 * (Payments v2) is captured or voided later.  What it answers is in
 * payments_paypal_read.c.
 *
 * An event is never believed, not even a signed one: its signature covers a
 * CRC of the body only. It is shown to PayPal, and then only says whose order
 * to ask for.
 *
 * Every request that does something carries a PayPal-Request-Id made of our
 * id, so asking again is safe.
 */

#include "payments.h"


static ngx_int_t paypal_build(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk, ngx_commerce_http_request_t *request);
static json_t *paypal_body(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk);
static const char *paypal_what(ngx_commerce_payments_action_e action);
static char *paypal_url(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk);
static ngx_int_t paypal_headers(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk, ngx_commerce_http_request_t *request,
    const char *id, const char *what);
static json_t *paypal_order(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk);
static json_t *paypal_refund(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk);
static json_t *paypal_capture(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk);


const ngx_commerce_payments_provider_t  ngx_commerce_payments_paypal = {
    "paypal", paypal_build, ngx_commerce_payments_paypal_read, 1
};

const char *const  ngx_commerce_payments_paypal_headers[] = {
    "PAYPAL-AUTH-ALGO", "auth_algo",
    "PAYPAL-CERT-URL", "cert_url",
    "PAYPAL-TRANSMISSION-ID", "transmission_id",
    "PAYPAL-TRANSMISSION-SIG", "transmission_sig",
    "PAYPAL-TRANSMISSION-TIME", "transmission_time",
    NULL
};


static ngx_int_t
paypal_build(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk,
    ngx_commerce_http_request_t *request)
{
    char        *text;
    json_t      *body;
    const char  *id;

    body = paypal_body(f, talk);
    if (body == NULL) {
        return NGX_DECLINED;
    }

    text = ngx_commerce_payments_dump(f, body);
    request->url = paypal_url(f, talk);

    if (text == NULL || request->url == NULL) {
        return NGX_ERROR;
    }

    if (talk->action == NGX_COMMERCE_PAYMENTS_FETCH) {
        request->method = "GET";

        return paypal_headers(f, talk, request, NULL, "");
    }

    request->method = "POST";
    request->body.data = (u_char *) text;
    request->body.len = ngx_strlen(text);

    id = (talk->action == NGX_COMMERCE_PAYMENTS_REFUND) ? talk->refund_id
                                                        : talk->payment_id;

    return paypal_headers(f, talk, request, id, paypal_what(talk->action));
}


/*
 * NULL when nobody is to be asked: an order that nobody captures comes to
 * nothing by itself, and not every amount can be said.
 */

static json_t *
paypal_body(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk)
{
    switch (talk->action) {

    case NGX_COMMERCE_PAYMENTS_START:
        return paypal_order(f, talk);

    case NGX_COMMERCE_PAYMENTS_CAPTURE:
        return (talk->authorization_reference != NULL)
               ? paypal_capture(f, talk) : json_object();

    case NGX_COMMERCE_PAYMENTS_CANCEL:
        return (talk->authorization_reference != NULL) ? json_object() : NULL;

    case NGX_COMMERCE_PAYMENTS_REFUND:
        return paypal_refund(f, talk);

    default:
        return json_object();
    }
}


/* What tells requests about one payment apart. */

static const char *
paypal_what(ngx_commerce_payments_action_e action)
{
    return (action == NGX_COMMERCE_PAYMENTS_AUTHORIZE) ? "-authorize"
           : (action == NGX_COMMERCE_PAYMENTS_CAPTURE) ? "-capture"
           : (action == NGX_COMMERCE_PAYMENTS_CANCEL) ? "-void" : "";
}


static char *
paypal_url(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk)
{
    const char  *path, *id, *end;

    path = "checkout/orders/";
    id = talk->reference;
    end = "";

    switch (talk->action) {

    case NGX_COMMERCE_PAYMENTS_START:
        path = "checkout/orders";
        id = "";
        break;

    case NGX_COMMERCE_PAYMENTS_AUTHORIZE:
        end = "/authorize";
        break;

    case NGX_COMMERCE_PAYMENTS_CAPTURE:
    case NGX_COMMERCE_PAYMENTS_CANCEL:
        end = (talk->action == NGX_COMMERCE_PAYMENTS_CAPTURE) ? "/capture"
                                                              : "/void";

        if (talk->authorization_reference != NULL) {
            path = "payments/authorizations/";
            id = talk->authorization_reference;
        }

        break;

    case NGX_COMMERCE_PAYMENTS_REFUND:
        path = "payments/captures/";
        id = talk->capture_reference;
        end = "/refund";
        break;

    default:
        break;
    }

    return ngx_commerce_payments_text(f, talk->conf->base_url.len
                                         + (id ? ngx_strlen(id) : 0) + 64,
                                      "%V/v2/%s%s%s", &talk->conf->base_url,
                                      path, id ? id : "", end);
}


static ngx_int_t
paypal_headers(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk,
    ngx_commerce_http_request_t *request, const char *id, const char *what)
{
    const char  **headers;

    headers = ngx_pcalloc(f->pool, 5 * sizeof(char *));
    if (headers == NULL) {
        return NGX_ERROR;
    }

    headers[0] = ngx_commerce_payments_text(f, ngx_strlen(talk->access) + 32,
                                            "Authorization: Bearer %s",
                                            talk->access);
    headers[1] = "Content-Type: application/json";
    headers[2] = "Prefer: return=representation";
    headers[3] = (id == NULL) ? NULL
                 : ngx_commerce_payments_text(f, 96,
                                              "PayPal-Request-Id: %s%s", id,
                                              what);

    request->headers = headers;

    return (headers[0] == NULL) ? NGX_ERROR : NGX_OK;
}


/* NULL when PayPal cannot say the amount. */

static json_t *
paypal_order(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk)
{
    const char  *value, *back;

    value = ngx_commerce_payments_decimal(f, talk->amount, talk->currency);
    back = talk->cancel_url ? talk->cancel_url : talk->return_url;

    if (value == NULL) {
        return NULL;
    }

    return json_pack("{s:s, s:[{s:s, s:s, s:{s:s, s:s}}],"
                     " s:{s:{s:{s:s, s:s?, s:s?}}}}",
                     "intent", talk->by_hand ? "AUTHORIZE" : "CAPTURE",
                     "purchase_units",
                     "reference_id", talk->payment_id,
                     "custom_id", talk->payment_id,
                     "amount",
                     "currency_code", talk->currency, "value", value,
                     "payment_source", "paypal", "experience_context",
                     "user_action", "PAY_NOW",
                     "return_url", talk->return_url, "cancel_url", back);
}


static json_t *
paypal_refund(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk)
{
    const char  *value;

    value = ngx_commerce_payments_decimal(f, talk->refund_amount,
                                          talk->currency);

    return (value == NULL || talk->capture_reference == NULL) ? NULL
           : json_pack("{s:s, s:{s:s, s:s}}", "custom_id", talk->refund_id,
                       "amount", "currency_code", talk->currency, "value",
                       value);
}


/* All that was authorized, once. */

static json_t *
paypal_capture(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk)
{
    const char  *value;

    value = ngx_commerce_payments_decimal(f, talk->amount, talk->currency);

    return (value == NULL) ? NULL
           : json_pack("{s:b, s:{s:s, s:s}}", "final_capture", 1,
                       "amount", "currency_code", talk->currency, "value",
                       value);
}


/* The event is passed on as its bytes: PayPal compares them. */

ngx_int_t
ngx_commerce_payments_paypal_verify(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk, ngx_commerce_http_request_t *request)
{
    char              *text;
    size_t             len;
    json_t            *body;
    ngx_uint_t         i;
    const char *const *names = ngx_commerce_payments_paypal_headers;

    body = json_object();

    for (i = 0; names[i] != NULL; i += 2) {
        (void) json_object_set_new(body, names[i + 1], json_string(
                             ngx_commerce_payments_param(f, names[i])));
    }

    (void) json_object_set_new(body, "webhook_id",
                        json_string((char *) talk->conf->webhook_id.data));

    text = ngx_commerce_payments_dump(f, body);
    if (text == NULL) {
        return NGX_ERROR;
    }

    len = ngx_strlen(text) + f->body_text.len + 32;
    text[ngx_strlen(text) - 1] = '\0';

    text = ngx_commerce_payments_text(f, len, "%s,\"webhook_event\":%V}",
                                      text, &f->body_text);

    request->method = "POST";
    request->url = ngx_commerce_payments_text(f, talk->conf->base_url.len + 64,
                           "%V/v1/notifications/verify-webhook-signature",
                           &talk->conf->base_url);

    if (text == NULL || request->url == NULL) {
        return NGX_ERROR;
    }

    request->body.data = (u_char *) text;
    request->body.len = ngx_strlen(text);

    return paypal_headers(f, talk, request, NULL, "");
}
