/*
 * The test provider: no network, no money.  What comes of a payment is told by
 * its token, so that a demo and the tests can see everything happen:
 *
 *     tok_success     is paid at once
 *     tok_declined    the card is refused
 *     tok_action      the buyer has to approve: POST /payments/{id}/confirm
 *     tok_processing  is paid a moment later, when it is asked for again
 *     tok_timeout     is paid, but the answer never comes: the next try finds
 *                     out
 *     tok_late        is decided by an event only
 *     tok_authorized  is approved, but not paid before it is captured
 *     tok_no_refund   is paid, and cannot be given back
 *
 * Any other token is refused.
 */

#include "payments.h"


static json_t *test_paid(const ngx_commerce_payments_talk_t *talk);
static json_t *test_state(const ngx_commerce_payments_talk_t *talk,
    const char *status, const char *error);
static json_t *test_start(const ngx_commerce_payments_talk_t *talk);
static json_t *test_fetch(const ngx_commerce_payments_talk_t *talk);
static ngx_uint_t test_is(const ngx_commerce_payments_talk_t *talk,
    const char *token);
static ngx_int_t test_build(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk, ngx_commerce_http_request_t *request);
static json_t *test_read(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk,
    const ngx_commerce_http_request_t *answer);


const ngx_commerce_payments_provider_t  ngx_commerce_payments_test = {
    "test", test_build, test_read, 0
};


static ngx_int_t
test_build(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk,
    ngx_commerce_http_request_t *request)
{
    return NGX_DECLINED;
}


static json_t *
test_read(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk,
    const ngx_commerce_http_request_t *answer)
{
    switch (talk->action) {

    case NGX_COMMERCE_PAYMENTS_START:
        return test_start(talk);

    case NGX_COMMERCE_PAYMENTS_FETCH:
        return test_fetch(talk);

    case NGX_COMMERCE_PAYMENTS_CANCEL:
        return test_state(talk, "canceled", NULL);

    case NGX_COMMERCE_PAYMENTS_REFUND:
        return test_is(talk, "tok_no_refund")
               ? json_pack("{s:s, s:s}", "status", "failed", "error",
                           "expired_card")
               : json_pack("{s:s, s:s}", "status", "succeeded", "reference",
                           talk->refund_id);

    default:
        return test_paid(talk);
    }
}


static json_t *
test_start(const ngx_commerce_payments_talk_t *talk)
{
    if (test_is(talk, "tok_authorized")
        || (talk->by_hand && test_is(talk, "tok_success")))
    {
        return test_state(talk, "authorized", NULL);
    }

    if (test_is(talk, "tok_success") || test_is(talk, "tok_no_refund")) {
        return test_paid(talk);
    }

    if (test_is(talk, "tok_action")) {
        return json_pack("{s:s, s:s, s:s, s:{s:s}}", "status",
                         "requires_action", "reference", talk->payment_id,
                         "currency", talk->currency, "action", "type",
                         "confirm");
    }

    if (test_is(talk, "tok_processing") || test_is(talk, "tok_late")) {
        return test_state(talk, "processing", NULL);
    }

    /* who asks again has noted that the first answer did not come */

    if (test_is(talk, "tok_timeout")) {
        return (ngx_strcmp(talk->state, "created") == 0) ? NULL
                                                         : test_paid(talk);
    }

    return test_state(talk, "failed", "card_declined");
}


static json_t *
test_fetch(const ngx_commerce_payments_talk_t *talk)
{
    if (talk->outcome != NULL && test_is(talk, "tok_action")) {
        return (ngx_strcmp(talk->outcome, "approve") == 0)
               ? test_paid(talk)
               : test_state(talk, "failed", "authentication_failed");
    }

    return test_is(talk, "tok_processing") ? test_paid(talk)
           : json_pack("{s:s}", "status", talk->state);
}


static json_t *
test_paid(const ngx_commerce_payments_talk_t *talk)
{
    return json_pack("{s:s, s:s, s:s, s:I, s:I}", "status", "captured",
                     "reference", talk->payment_id, "currency",
                     talk->currency, "amount", (json_int_t) talk->amount,
                     "captured", (json_int_t) talk->amount);
}


static json_t *
test_state(const ngx_commerce_payments_talk_t *talk, const char *status,
    const char *error)
{
    return json_pack("{s:s, s:s, s:s, s:s?}", "status", status, "reference",
                     talk->payment_id, "currency", talk->currency, "error",
                     error);
}


static ngx_uint_t
test_is(const ngx_commerce_payments_talk_t *talk, const char *token)
{
    return talk->token != NULL && ngx_strcmp(talk->token, token) == 0;
}
