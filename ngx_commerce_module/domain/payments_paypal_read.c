/*
 * What PayPal answers about orders, authorizations, captures and refunds, and
 * what its events are about, as core.payment_see() and core.refund_see() want
 * it.
 */

#include "payments.h"


static json_t *paypal_refusal(const ngx_commerce_payments_talk_t *talk,
    ngx_uint_t code, const json_t *answer);
static json_t *paypal_seen(const ngx_commerce_payments_talk_t *talk,
    const json_t *object);
static json_t *paypal_order_seen(const json_t *order);
static const char *paypal_order_status(const json_t *order,
    const json_t *authorization, const json_t *capture);
static const char *paypal_capture_status(const char *capture);
static void paypal_capture_seen(json_t *seen, const json_t *payments,
    const json_t *capture);
static json_t *paypal_refund_seen(const json_t *refund);
static int64_t paypal_minor(const json_t *amount);
static json_t *paypal_approve(const json_t *order);
static const char *paypal_text(const json_t *object, const char *name);


json_t *
ngx_commerce_payments_paypal_read(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk,
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

    if (answer->code == 200 || answer->code == 201 || answer->code == 204) {
        seen = paypal_seen(talk, object);

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


static json_t *
paypal_seen(const ngx_commerce_payments_talk_t *talk, const json_t *object)
{
    json_t  *seen;

    switch (talk->action) {

    case NGX_COMMERCE_PAYMENTS_REFUND:
        return paypal_refund_seen(object);

    case NGX_COMMERCE_PAYMENTS_CANCEL:
        return json_pack("{s:s}", "status", "canceled");

    case NGX_COMMERCE_PAYMENTS_CAPTURE:

        if (talk->authorization_reference != NULL) {
            seen = json_pack("{s:s}", "status",
                             paypal_capture_status(
                                            paypal_text(object, "status")));

            if (seen != NULL) {
                paypal_capture_seen(seen, NULL, object);
            }

            return seen;
        }

        return paypal_order_seen(object);

    default:
        return paypal_order_seen(object);
    }
}


/*
 * As in payments_stripe.c; a capture that the buyer's bank refuses is one.
 * Whether what is not voided was captured or voided before, the next look
 * tells.
 */

static json_t *
paypal_refusal(const ngx_commerce_payments_talk_t *talk, ngx_uint_t code,
    const json_t *answer)
{
    const char  *issue;

    issue = paypal_text(json_array_get(json_object_get(answer, "details"), 0),
                        "issue");

    if (code < 400 || code >= 500 || code == 409 || code == 429
        || talk->action == NGX_COMMERCE_PAYMENTS_FETCH
        || talk->action == NGX_COMMERCE_PAYMENTS_CANCEL
        || ((talk->action == NGX_COMMERCE_PAYMENTS_CAPTURE
             || talk->action == NGX_COMMERCE_PAYMENTS_AUTHORIZE)
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
    json_t      *seen, *unit, *payments, *capture, *authorization;
    int64_t      amount;

    unit = json_array_get(json_object_get(order, "purchase_units"), 0);
    payments = json_object_get(unit, "payments");
    capture = json_array_get(json_object_get(payments, "captures"), 0);
    authorization = json_array_get(json_object_get(payments,
                                                   "authorizations"), 0);

    seen = json_pack("{s:s, s:O?, s:O?}", "status",
                     paypal_order_status(order, authorization, capture),
                     "reference", json_object_get(order, "id"),
                     "authorization_reference",
                     json_object_get(authorization, "id"));

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


/*
 * An order to authorize that was approved is on its way: it is authorized by
 * us, and holds no money before.
 */

static const char *
paypal_order_status(const json_t *order, const json_t *authorization,
    const json_t *capture)
{
    const char  *status;

    if (capture != NULL) {
        return paypal_capture_status(paypal_text(capture, "status"));
    }

    if (authorization != NULL) {
        status = paypal_text(authorization, "status");

        return (ngx_strcmp(status, "CREATED") == 0) ? "authorized"
               : (ngx_strcmp(status, "VOIDED") == 0) ? "canceled"
               : (ngx_strcmp(status, "DENIED") == 0) ? "failed"
               : "processing";
    }

    status = paypal_text(order, "status");

    if (ngx_strcmp(status, "APPROVED") == 0) {
        return (ngx_strcmp(paypal_text(order, "intent"), "AUTHORIZE") == 0)
               ? "processing" : "authorized";
    }

    return (ngx_strcmp(status, "VOIDED") == 0) ? "canceled"
                                               : "requires_action";
}


static const char *
paypal_capture_status(const char *capture)
{
    if (ngx_strcmp(capture, "COMPLETED") == 0
        || ngx_strcmp(capture, "PARTIALLY_REFUNDED") == 0
        || ngx_strcmp(capture, "REFUNDED") == 0)
    {
        return "captured";
    }

    return (ngx_strcmp(capture, "PENDING") == 0) ? "processing" : "failed";
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
                     || ngx_strncmp(type, "PAYMENT.CAPTURE.", 16) == 0
                     || ngx_strncmp(type, "PAYMENT.AUTHORIZATION.", 22)
                        == 0);
}
