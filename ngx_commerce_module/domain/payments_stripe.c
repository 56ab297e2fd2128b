/*
 * What Stripe is asked: Checkout Sessions (flow redirect), PaymentIntents for
 * Stripe.js (flow intent) and for payment methods that it made (flow token),
 * capture, cancel, refund.  What it answers is in payments_stripe_read.c.
 *
 * The version of Stripe's API is pinned. Every request that does something
 * carries an Idempotency-Key made of our id, so asking again is safe.
 */

#include "payments.h"


#define STRIPE_VERSION  "Stripe-Version: 2024-06-20"


/* A body of application/x-www-form-urlencoded, in the flow's pool. */

typedef struct {
    ngx_commerce_flow_t  *f;
    u_char               *data;
    size_t                len;
    size_t                size;
    unsigned              failed:1;
} form_t;


static ngx_int_t stripe_build(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk, ngx_commerce_http_request_t *request);
static ngx_int_t stripe_start(form_t *form,
    ngx_commerce_payments_talk_t *talk);
static void stripe_session(form_t *form, ngx_commerce_payments_talk_t *talk);
static char *stripe_url(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk);
static const char *stripe_intent_id(const ngx_commerce_payments_talk_t *talk);
static ngx_int_t stripe_headers(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk, ngx_commerce_http_request_t *request);
static void form_add(form_t *form, const char *name, const char *value);
static void form_int(form_t *form, const char *name, int64_t value);
static void form_bytes(form_t *form, const void *data, size_t len);


const ngx_commerce_payments_provider_t  ngx_commerce_payments_stripe = {
    "stripe", stripe_build,
    ngx_commerce_payments_stripe_read, 0
};


static ngx_int_t
stripe_build(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk,
    ngx_commerce_http_request_t *request)
{
    form_t  form;

    /* without a reference there is nothing to call off */

    if (talk->reference == NULL
        && talk->action == NGX_COMMERCE_PAYMENTS_CANCEL)
    {
        return NGX_DECLINED;
    }

    ngx_memzero(&form, sizeof(form_t));
    form.f = f;

    request->method = "POST";

    switch (talk->action) {

    case NGX_COMMERCE_PAYMENTS_START:
        (void) stripe_start(&form, talk);
        break;

    case NGX_COMMERCE_PAYMENTS_FETCH:
        request->method = "GET";
        break;

    case NGX_COMMERCE_PAYMENTS_REFUND:
        form_add(&form, "payment_intent", stripe_intent_id(talk));
        form_int(&form, "amount", talk->refund_amount);
        form_add(&form, "metadata[refund_id]", talk->refund_id);
        form_add(&form, "metadata[payment_id]", talk->payment_id);
        break;

    default:
        break;
    }

    request->url = stripe_url(f, talk);
    request->body.data = form.data;
    request->body.len = form.len;

    if (form.failed || request->url == NULL) {
        return NGX_ERROR;
    }

    return stripe_headers(f, talk, request);
}


static ngx_int_t
stripe_start(form_t *form, ngx_commerce_payments_talk_t *talk)
{
    if (ngx_strcmp(talk->flow, "redirect") == 0) {
        stripe_session(form, talk);
        return NGX_OK;
    }

    form_int(form, "amount", talk->amount);
    form_add(form, "currency", talk->currency);
    form_add(form, "metadata[payment_id]", talk->payment_id);
    form_add(form, "automatic_payment_methods[enabled]", "true");
    form_add(form, "capture_method", talk->by_hand ? "manual" : NULL);

    if (ngx_strcmp(talk->flow, "token") == 0) {
        form_add(form, "payment_method", talk->token);
        form_add(form, "confirm", "true");
        form_add(form, "return_url", talk->return_url);
    }

    return NGX_OK;
}


static void
stripe_session(form_t *form, ngx_commerce_payments_talk_t *talk)
{
    char  name[32];

    ngx_sprintf((u_char *) name, "Pedido %L%Z", talk->number);

    form_add(form, "mode", "payment");
    form_add(form, "client_reference_id", talk->payment_id);
    form_add(form, "metadata[payment_id]", talk->payment_id);
    form_add(form, "payment_intent_data[metadata][payment_id]",
             talk->payment_id);
    form_add(form, "payment_intent_data[capture_method]",
             talk->by_hand ? "manual" : NULL);
    form_int(form, "line_items[0][quantity]", 1);
    form_add(form, "line_items[0][price_data][currency]", talk->currency);
    form_int(form, "line_items[0][price_data][unit_amount]", talk->amount);
    form_add(form, "line_items[0][price_data][product_data][name]", name);
    form_add(form, "success_url", talk->return_url);
    form_add(form, "cancel_url",
             talk->cancel_url ? talk->cancel_url : talk->return_url);
    form_add(form, "customer_email", talk->email);
}


/* A session goes by its own id until it has made an intent. */

static const char *
stripe_intent_id(const ngx_commerce_payments_talk_t *talk)
{
    return (talk->capture_reference != NULL) ? talk->capture_reference
                                             : talk->reference;
}


static char *
stripe_url(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk)
{
    const char  *path, *id, *end;

    id = "";
    end = "";

    switch (talk->action) {

    case NGX_COMMERCE_PAYMENTS_START:
        path = (ngx_strcmp(talk->flow, "redirect") == 0)
               ? "checkout/sessions" : "payment_intents";
        break;

    case NGX_COMMERCE_PAYMENTS_REFUND:
        path = "refunds";
        break;

    case NGX_COMMERCE_PAYMENTS_CAPTURE:
        path = "payment_intents/";
        id = stripe_intent_id(talk);
        end = "/capture";
        break;

    default:

        /* a session that made an intent is called off with that */

        id = (talk->action == NGX_COMMERCE_PAYMENTS_CANCEL)
             ? stripe_intent_id(talk) : talk->reference;

        if (ngx_strncmp(id, "cs_", 3) == 0) {
            path = "checkout/sessions/";
            end = (talk->action == NGX_COMMERCE_PAYMENTS_CANCEL) ? "/expire"
                  : "?expand[]=payment_intent.latest_charge";

        } else {
            path = "payment_intents/";
            end = (talk->action == NGX_COMMERCE_PAYMENTS_CANCEL) ? "/cancel"
                  : "?expand[]=latest_charge";
        }
    }

    return ngx_commerce_payments_text(f, talk->conf->base_url.len
                                         + ngx_strlen(id) + 96,
                                      "%V/v1/%s%s%s", &talk->conf->base_url,
                                      path, id, end);
}


static ngx_int_t
stripe_headers(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk,
    ngx_commerce_http_request_t *request)
{
    const char  *what, **headers;

    headers = ngx_pcalloc(f->pool, 5 * sizeof(char *));
    if (headers == NULL) {
        return NGX_ERROR;
    }

    what = (talk->action == NGX_COMMERCE_PAYMENTS_CAPTURE) ? "-capture"
           : (talk->action == NGX_COMMERCE_PAYMENTS_CANCEL) ? "-cancel" : "";

    headers[0] = ngx_commerce_payments_text(f, talk->conf->key.len + 32,
                                            "Authorization: Bearer %V",
                                            &talk->conf->key);
    headers[1] = STRIPE_VERSION;

    if (headers[0] == NULL) {
        return NGX_ERROR;
    }

    if (talk->action != NGX_COMMERCE_PAYMENTS_FETCH) {
        headers[2] = "Content-Type: application/x-www-form-urlencoded";
        headers[3] = ngx_commerce_payments_text(f, 96,
                                "Idempotency-Key: %s%s",
                                (talk->action == NGX_COMMERCE_PAYMENTS_REFUND)
                                ? talk->refund_id : talk->payment_id, what);
        if (headers[3] == NULL) {
            return NGX_ERROR;
        }
    }

    request->headers = headers;

    return NGX_OK;
}


/* Nothing for a value that is NULL. */

static void
form_add(form_t *form, const char *name, const char *value)
{
    size_t   len;
    u_char  *escaped, *end;

    if (value == NULL) {
        return;
    }

    len = ngx_strlen(value);
    escaped = ngx_pnalloc(form->f->pool, 3 * len + 1);

    if (escaped == NULL) {
        form->failed = 1;
        return;
    }

    end = (u_char *) ngx_escape_uri(escaped, (u_char *) value, len,
                                    NGX_ESCAPE_URI_COMPONENT);

    if (form->len != 0) {
        form_bytes(form, "&", 1);
    }

    form_bytes(form, name, ngx_strlen(name));
    form_bytes(form, "=", 1);
    form_bytes(form, escaped, end - escaped);
}


static void
form_int(form_t *form, const char *name, int64_t value)
{
    char  text[NGX_INT64_LEN + 1];

    ngx_sprintf((u_char *) text, "%L%Z", value);
    form_add(form, name, text);
}


static void
form_bytes(form_t *form, const void *data, size_t len)
{
    size_t   size;
    u_char  *more;

    if (form->len + len > form->size) {
        size = ngx_max(2 * form->size, form->len + len + 512);
        more = ngx_pnalloc(form->f->pool, size);

        if (more == NULL) {
            form->failed = 1;
            return;
        }

        if (form->len != 0) {
            ngx_memcpy(more, form->data, form->len);
        }

        form->data = more;
        form->size = size;
    }

    ngx_memcpy(form->data + form->len, data, len);
    form->len += len;
}
