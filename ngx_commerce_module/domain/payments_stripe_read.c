/*
 * What Stripe answers and what its events are about: sessions, intents,
 * charges and refunds as core.payment_see() and core.refund_see() take them.
 */

#include "payments.h"


static json_t *stripe_refusal(const ngx_commerce_payments_talk_t *talk,
    ngx_uint_t code, const json_t *error);
static json_t *stripe_object(const json_t *object);
static json_t *stripe_session_seen(const json_t *session);
static json_t *stripe_intent_seen(const json_t *intent);
static void stripe_charge_seen(json_t *seen, const json_t *charge);
static json_t *stripe_refund_seen(const json_t *refund);
static const char *stripe_text(const json_t *object, const char *name);
static void stripe_currency(json_t *seen, const json_t *object);


json_t *
ngx_commerce_payments_stripe_read(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk,
    const ngx_commerce_http_request_t *answer)
{
    json_t  *object, *seen;

    if (answer == NULL) {
        return json_pack("{s:s}", "status", "canceled");
    }

    object = json_loadb((char *) answer->answer.data, answer->answer.len,
                        JSON_REJECT_DUPLICATES, NULL);

    if (answer->code == 200) {
        seen = (talk->action == NGX_COMMERCE_PAYMENTS_REFUND)
               ? stripe_refund_seen(object) : stripe_object(object);

    } else {
        ngx_log_error(NGX_LOG_WARN, f->log, 0,
                      "commerce: stripe answered %ui \"%s\" to payment %s",
                      answer->code,
                      stripe_text(json_object_get(object, "error"), "code"),
                      talk->payment_id);

        seen = stripe_refusal(talk, answer->code,
                              json_object_get(object, "error"));
    }

    json_decref(object);

    return seen;
}


/*
 * A definite no to a start or a refund is a failure; 409 (the key is in use),
 * 429 and 5xx say nothing, and neither does a no to anything else: what the
 * payment is then like is asked for again.
 */

static json_t *
stripe_refusal(const ngx_commerce_payments_talk_t *talk, ngx_uint_t code,
    const json_t *error)
{
    json_t      *intent;
    const char  *why;

    if (code < 400 || code >= 500 || code == 409 || code == 429
        || (talk->action != NGX_COMMERCE_PAYMENTS_START
            && talk->action != NGX_COMMERCE_PAYMENTS_REFUND))
    {
        return NULL;
    }

    intent = json_object_get(error, "payment_intent");

    if (talk->action == NGX_COMMERCE_PAYMENTS_START
        && json_is_object(intent))
    {
        return stripe_intent_seen(intent);
    }

    why = json_string_value(json_object_get(error, "decline_code"));

    return json_pack("{s:s, s:s}", "status", "failed", "error",
                     why ? why : stripe_text(error, "code"));
}


/* Of a session or an intent, as their `object` tells. */

static json_t *
stripe_object(const json_t *object)
{
    const char  *kind;

    kind = stripe_text(object, "object");

    if (ngx_strcmp(kind, "checkout.session") == 0) {
        return stripe_session_seen(object);
    }

    if (ngx_strcmp(kind, "payment_intent") == 0) {
        return stripe_intent_seen(object);
    }

    return NULL;
}


static json_t *
stripe_session_seen(const json_t *session)
{
    json_t      *seen, *intent;
    const char  *status, *paid, *state, *id;

    status = stripe_text(session, "status");
    paid = stripe_text(session, "payment_status");
    intent = json_object_get(session, "payment_intent");
    state = stripe_text(intent, "status");

    seen = json_pack("{s:s, s:O?, s:O?}", "status",
                     ngx_strcmp(status, "expired") == 0
                     || ngx_strcmp(state, "canceled") == 0 ? "canceled"
                     : ngx_strcmp(state, "requires_capture") == 0
                       ? "authorized"
                     : ngx_strcmp(status, "open") == 0 ? "requires_action"
                     : ngx_strcmp(paid, "paid") == 0 ? "captured"
                     : "processing",
                     "reference", json_object_get(session, "id"),
                     "amount", json_object_get(session, "amount_total"));

    if (seen == NULL) {
        return NULL;
    }

    stripe_currency(seen, session);

    if (ngx_strcmp(status, "open") == 0) {
        (void) json_object_set_new(seen, "action", json_pack("{s:s, s:O?}",
                                   "type", "redirect", "url",
                                   json_object_get(session, "url")));
    }

    id = json_is_string(intent) ? json_string_value(intent)
                                : json_string_value(json_object_get(intent,
                                                                    "id"));
    if (id != NULL) {
        (void) json_object_set_new(seen, "capture_reference",
                                   json_string(id));
    }

    if (ngx_strcmp(paid, "paid") == 0
        && ngx_strcmp(status, "complete") == 0)
    {
        (void) json_object_set(seen, "captured",
                               json_object_get(session, "amount_total"));
    }

    stripe_charge_seen(seen, json_object_get(intent, "latest_charge"));

    return seen;
}


static json_t *
stripe_intent_seen(const json_t *intent)
{
    json_t      *seen, *last, *next;
    const char  *status, *why;

    status = stripe_text(intent, "status");
    last = json_object_get(intent, "last_payment_error");
    next = json_object_get(json_object_get(intent, "next_action"),
                           "redirect_to_url");

    seen = json_pack("{s:s, s:O?, s:O?, s:O?}", "status",
                     ngx_strcmp(status, "succeeded") == 0 ? "captured"
                     : ngx_strcmp(status, "canceled") == 0 ? "canceled"
                     : ngx_strcmp(status, "requires_capture") == 0
                       ? "authorized"
                     : ngx_strcmp(status, "processing") == 0 ? "processing"
                     : ngx_strcmp(status, "requires_payment_method") == 0
                       && json_is_object(last) ? "failed"
                     : "requires_action",
                     "reference", json_object_get(intent, "id"),
                     "capture_reference", json_object_get(intent, "id"),
                     "amount", json_object_get(intent, "amount"));

    if (seen == NULL) {
        return NULL;
    }

    stripe_currency(seen, intent);

    if (ngx_strcmp(status, "succeeded") == 0) {
        (void) json_object_set(seen, "captured",
                               json_object_get(intent, "amount_received"));
    }

    if (json_is_object(last)) {
        why = json_string_value(json_object_get(last, "decline_code"));
        (void) json_object_set_new(seen, "error",
                                   json_string(why ? why
                                               : stripe_text(last, "code")));
    }

    if (json_is_object(next)) {
        (void) json_object_set_new(seen, "action", json_pack("{s:s, s:O?}",
                                   "type", "redirect", "url",
                                   json_object_get(next, "url")));

    } else {
        (void) json_object_set_new(seen, "action", json_pack("{s:s, s:O?}",
                                   "type", "client_secret", "client_secret",
                                   json_object_get(intent,
                                                   "client_secret")));
    }

    stripe_charge_seen(seen, json_object_get(intent, "latest_charge"));

    return seen;
}


/* What went back stands in the charge, if it was expanded. */

static void
stripe_charge_seen(json_t *seen, const json_t *charge)
{
    json_t  *refunded;

    refunded = json_object_get(charge, "amount_refunded");

    if (json_is_integer(refunded)) {
        (void) json_object_set(seen, "refunded", refunded);
    }
}


static json_t *
stripe_refund_seen(const json_t *refund)
{
    const char  *status;

    status = stripe_text(refund, "status");

    return json_pack("{s:s, s:O?, s:O?}", "status",
                     ngx_strcmp(status, "succeeded") == 0 ? "succeeded"
                     : ngx_strcmp(status, "failed") == 0
                       || ngx_strcmp(status, "canceled") == 0 ? "failed"
                     : "pending",
                     "reference", json_object_get(refund, "id"),
                     "error", json_object_get(refund, "failure_reason"));
}


/* Stripe writes currencies in lower case. */

static void
stripe_currency(json_t *seen, const json_t *object)
{
    char        text[4];
    ngx_uint_t  i;
    const char *given;

    given = stripe_text(object, "currency");

    for (i = 0; i < 3 && given[i] != '\0'; i++) {
        text[i] = (char) ngx_toupper(given[i]);
    }

    if (i == 3) {
        text[3] = '\0';
        (void) json_object_set_new(seen, "currency", json_string(text));
    }
}


/* Never NULL. */

static const char *
stripe_text(const json_t *object, const char *name)
{
    const char  *text;

    text = json_string_value(json_object_get(object, name));

    return (text == NULL) ? "" : text;
}


json_t *
ngx_commerce_payments_stripe_event(const json_t *event)
{
    json_t      *object, *seen, *refund, *about;
    const char  *kind;

    object = json_object_get(json_object_get(event, "data"), "object");
    about = json_object_get(object, "metadata");
    kind = stripe_text(object, "object");

    seen = stripe_object(object);
    refund = NULL;

    if (ngx_strcmp(kind, "charge") == 0
        && json_is_true(json_object_get(object, "captured")))
    {
        seen = json_pack("{s:s, s:O?, s:O?, s:O?}", "status", "captured",
                         "amount", json_object_get(object, "amount"),
                         "captured", json_object_get(object,
                                                     "amount_captured"),
                         "refunded", json_object_get(object,
                                                     "amount_refunded"));
        if (seen != NULL) {
            stripe_currency(seen, object);
        }

    } else if (ngx_strcmp(kind, "refund") == 0
               && json_is_string(json_object_get(about, "refund_id")))
    {
        refund = stripe_refund_seen(object);
    }

    return json_pack("{s:s, s:O?, s:O?, s:O?, s:O?, s:O?, s:O?, s:o?, s:O?,"
                     " s:o?}",
                     "provider", "stripe",
                     "id", json_object_get(event, "id"),
                     "type", json_object_get(event, "type"),
                     "live", json_object_get(event, "livemode"),
                     "payment_id", json_object_get(about, "payment_id"),
                     "reference", json_object_get(object, "id"),
                     "capture_reference",
                     json_is_string(json_object_get(object, "payment_intent"))
                     ? json_object_get(object, "payment_intent")
                     : json_object_get(object, "id"),
                     "seen", seen,
                     "refund_id", json_object_get(about, "refund_id"),
                     "refund", refund);
}
