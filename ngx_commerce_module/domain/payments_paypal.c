/*
 * PayPal: Orders v2 with intent CAPTURE: the buyer approves on PayPal's pages,
 * we capture; refunds of captures; and what PayPal's events are about.
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
static char *paypal_url(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk);
static ngx_int_t paypal_headers(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk, ngx_commerce_http_request_t *request,
    const char *id, const char *what);
static json_t *paypal_order(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk);
static json_t *paypal_refund(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk);
static json_t *paypal_read(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk,
    const ngx_commerce_http_request_t *answer);
static json_t *paypal_refusal(const ngx_commerce_payments_talk_t *talk,
    ngx_uint_t code, const json_t *answer);
static json_t *paypal_order_seen(const json_t *order);
static const char *paypal_order_status(const char *status,
    const char *capture);
static void paypal_capture_seen(json_t *seen, const json_t *payments,
    const json_t *capture);
static json_t *paypal_refund_seen(const json_t *refund);
static int64_t paypal_minor(const json_t *amount);
static json_t *paypal_approve(const json_t *order);
static const char *paypal_text(const json_t *object, const char *name);


const ngx_commerce_payments_provider_t  ngx_commerce_payments_paypal = {
    "paypal", paypal_build, paypal_read, 1
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
    const char  *id, *what;

    id = talk->payment_id;
    what = "";
    body = json_object();
    request->method = "POST";

    switch (talk->action) {

    case NGX_COMMERCE_PAYMENTS_START:
        json_decref(body);
        body = paypal_order(f, talk);
        break;

    case NGX_COMMERCE_PAYMENTS_CAPTURE:
        what = "-capture";
        break;

    case NGX_COMMERCE_PAYMENTS_REFUND:
        json_decref(body);
        body = paypal_refund(f, talk);
        id = talk->refund_id;
        break;

    case NGX_COMMERCE_PAYMENTS_FETCH:
        request->method = "GET";
        id = NULL;
        break;

    default:

        /* an order that nobody captures comes to nothing by itself */

        json_decref(body);
        return NGX_DECLINED;
    }

    if (body == NULL) {
        return NGX_DECLINED;
    }

    text = ngx_commerce_payments_dump(f, body);
    request->url = paypal_url(f, talk);

    if (text == NULL || request->url == NULL) {
        return NGX_ERROR;
    }

    if (talk->action != NGX_COMMERCE_PAYMENTS_FETCH) {
        request->body.data = (u_char *) text;
        request->body.len = ngx_strlen(text);
    }

    return paypal_headers(f, talk, request, id, what);
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

    case NGX_COMMERCE_PAYMENTS_CAPTURE:
        end = "/capture";
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
                     "intent", "CAPTURE",
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


static json_t *
paypal_read(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk,
    const ngx_commerce_http_request_t *answer)
{
    json_t  *object, *seen;

    if (answer == NULL) {
        return (talk->action == NGX_COMMERCE_PAYMENTS_CANCEL)
               ? json_pack("{s:s}", "status", "canceled")
               : json_pack("{s:s, s:s}", "status", "failed", "error",
                           "currency_not_supported");
    }

    object = json_loadb((char *) answer->answer.data, answer->answer.len,
                        JSON_REJECT_DUPLICATES, NULL);

    if (answer->code == 200 || answer->code == 201) {
        seen = (talk->action == NGX_COMMERCE_PAYMENTS_REFUND)
               ? paypal_refund_seen(object) : paypal_order_seen(object);

    } else {
        ngx_log_error(NGX_LOG_WARN, f->log, 0,
                      "commerce: paypal answered %ui \"%s\" to payment %s",
                      answer->code, paypal_text(object, "name"),
                      talk->payment_id);

        seen = paypal_refusal(talk, answer->code, object);
    }

    json_decref(object);

    return seen;
}


/* As in payments_stripe.c; a capture that the buyer's bank refuses is one. */

static json_t *
paypal_refusal(const ngx_commerce_payments_talk_t *talk, ngx_uint_t code,
    const json_t *answer)
{
    const char  *issue;

    issue = paypal_text(json_array_get(json_object_get(answer, "details"), 0),
                        "issue");

    if (code < 400 || code >= 500 || code == 409 || code == 429
        || talk->action == NGX_COMMERCE_PAYMENTS_FETCH
        || (talk->action == NGX_COMMERCE_PAYMENTS_CAPTURE
            && ngx_strcmp(issue, "INSTRUMENT_DECLINED") != 0))
    {
        return NULL;
    }

    return json_pack("{s:s, s:s}", "status", "failed", "error",
                     *issue ? issue : paypal_text(answer, "name"));
}


static json_t *
paypal_order_seen(const json_t *order)
{
    json_t      *seen, *unit, *payments, *capture;
    int64_t      amount;

    unit = json_array_get(json_object_get(order, "purchase_units"), 0);
    payments = json_object_get(unit, "payments");
    capture = json_array_get(json_object_get(payments, "captures"), 0);

    seen = json_pack("{s:s, s:O?}", "status",
                     paypal_order_status(paypal_text(order, "status"),
                                         paypal_text(capture, "status")),
                     "reference", json_object_get(order, "id"));

    if (seen == NULL) {
        return NULL;
    }

    amount = paypal_minor(json_object_get(unit, "amount"));

    if (amount >= 0) {
        (void) json_object_set_new(seen, "amount", json_integer(amount));
        (void) json_object_set(seen, "currency",
                               json_object_get(json_object_get(unit,
                                                               "amount"),
                                               "currency_code"));
    }

    if (capture != NULL) {
        paypal_capture_seen(seen, payments, capture);

    } else {
        (void) json_object_set_new(seen, "action", paypal_approve(order));
    }

    return seen;
}


static const char *
paypal_order_status(const char *status, const char *capture)
{
    if (ngx_strcmp(capture, "COMPLETED") == 0
        || ngx_strcmp(capture, "PARTIALLY_REFUNDED") == 0
        || ngx_strcmp(capture, "REFUNDED") == 0)
    {
        return "captured";
    }

    if (ngx_strcmp(capture, "PENDING") == 0) {
        return "processing";
    }

    if (*capture != '\0') {
        return "failed";
    }

    return (ngx_strcmp(status, "APPROVED") == 0) ? "authorized"
           : (ngx_strcmp(status, "VOIDED") == 0) ? "canceled"
           : "requires_action";
}


static void
paypal_capture_seen(json_t *seen, const json_t *payments,
    const json_t *capture)
{
    size_t    i;
    json_t   *refund;
    int64_t   one, refunded;

    (void) json_object_set(seen, "capture_reference",
                           json_object_get(capture, "id"));

    if (ngx_strcmp(json_string_value(json_object_get(seen, "status")),
                   "captured")
        != 0)
    {
        return;
    }

    one = paypal_minor(json_object_get(capture, "amount"));
    (void) json_object_set_new(seen, "captured", json_integer(one));
    (void) json_object_set(seen, "currency",
                           json_object_get(json_object_get(capture,
                                                           "amount"),
                                           "currency_code"));

    refunded = 0;

    json_array_foreach(json_object_get(payments, "refunds"), i, refund) {
        one = paypal_minor(json_object_get(refund, "amount"));

        if (ngx_strcmp(paypal_text(refund, "status"), "COMPLETED") == 0
            && one > 0)
        {
            refunded += one;
        }
    }

    (void) json_object_set_new(seen, "refunded", json_integer(refunded));
}


static json_t *
paypal_refund_seen(const json_t *refund)
{
    const char  *status;

    status = paypal_text(refund, "status");

    return json_pack("{s:s, s:O?}", "status",
                     ngx_strcmp(status, "COMPLETED") == 0 ? "succeeded"
                     : ngx_strcmp(status, "PENDING") == 0 ? "pending"
                     : "failed",
                     "reference", json_object_get(refund, "id"));
}


static int64_t
paypal_minor(const json_t *amount)
{
    return ngx_commerce_payments_minor(
                         json_string_value(json_object_get(amount, "value")),
                         paypal_text(amount, "currency_code"));
}


/* Where the buyer goes to approve. */

static json_t *
paypal_approve(const json_t *order)
{
    size_t       i;
    json_t      *link;
    const char  *rel;

    json_array_foreach(json_object_get(order, "links"), i, link) {
        rel = paypal_text(link, "rel");

        if (ngx_strcmp(rel, "payer-action") == 0
            || ngx_strcmp(rel, "approve") == 0)
        {
            return json_pack("{s:s, s:O?}", "type", "redirect", "url",
                             json_object_get(link, "href"));
        }
    }

    return json_null();
}


/* Never NULL. */

static const char *
paypal_text(const json_t *object, const char *name)
{
    const char  *text;

    text = json_string_value(json_object_get(object, name));

    return (text == NULL) ? "" : text;
}


json_t *
ngx_commerce_payments_paypal_event(const json_t *event)
{
    json_t      *resource, *ids, *order, *custom;
    const char  *type;

    resource = json_object_get(event, "resource");
    ids = json_object_get(json_object_get(resource, "supplementary_data"),
                          "related_ids");
    custom = json_object_get(resource, "custom_id");
    type = paypal_text(event, "event_type");
    order = json_object_get(ids, "order_id");

    if (ngx_strncmp(type, "CHECKOUT.ORDER.", 15) == 0) {
        order = json_object_get(resource, "id");
        custom = json_object_get(json_array_get(json_object_get(resource,
                                                    "purchase_units"), 0),
                                 "custom_id");
    }

    return json_pack("{s:s, s:O?, s:O?, s:O?, s:O?, s:O?, s:b}",
                     "provider", "paypal",
                     "id", json_object_get(event, "id"),
                     "type", json_object_get(event, "event_type"),
                     "payment_id", custom,
                     "reference", order,
                     "capture_reference", json_object_get(resource, "id"),
                     "look",
                     ngx_strncmp(type, "CHECKOUT.ORDER.", 15) == 0
                     || ngx_strncmp(type, "PAYMENT.CAPTURE.", 16) == 0);
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
