/*
 * What providers tell by themselves: POST /webhooks/payments/<provider>.
 *
 * Stripe's events are signed over their bytes and bring the whole object, so
 * they are merged at once, in any order.  The test provider speaks the same
 * way.  PayPal's are shown to PayPal and then only make us ask.
 *
 * A provider is told that all is well whenever its event is stored, even if
 * it fits nowhere: a person looks at it then, and sending it again would not
 * help.
 */

#include "payments.h"
#include "../base/signature.h"


static ngx_int_t stripe_event(ngx_commerce_flow_t *f);
static ngx_int_t test_event(ngx_commerce_flow_t *f);
static ngx_int_t webhook_signed(ngx_commerce_flow_t *f, const char *provider);
static ngx_uint_t webhook_checks(ngx_commerce_flow_t *f,
    const ngx_commerce_payment_conf_t *conf, const char *header);
static ngx_int_t webhook_store(ngx_commerce_flow_t *f, json_t *event);
static ngx_int_t webhook_answer(ngx_commerce_flow_t *f);
static ngx_int_t paypal_event(ngx_commerce_flow_t *f);
static ngx_int_t paypal_ask(ngx_commerce_flow_t *f);
static ngx_int_t paypal_store(ngx_commerce_flow_t *f);
static ngx_int_t webhook_refuse(ngx_commerce_flow_t *f);


const ngx_commerce_step_t  ngx_commerce_payments_stripe_steps[] = {
    { "checking an event of Stripe", stripe_event },
    { "answering Stripe", webhook_answer },
    NGX_COMMERCE_STEPS_END
};

const ngx_commerce_step_t  ngx_commerce_payments_test_steps[] = {
    { "checking an event of the test provider", test_event },
    { "answering the test provider", webhook_answer },
    NGX_COMMERCE_STEPS_END
};

const ngx_commerce_step_t  ngx_commerce_payments_paypal_steps[] = {
    { "reading an event of PayPal", paypal_event },
    { "asking for PayPal's token", ngx_commerce_payments_token },
    { "showing PayPal its event", paypal_ask },
    { "keeping an event of PayPal", paypal_store },
    { "answering PayPal", webhook_answer },
    NGX_COMMERCE_STEPS_END
};


static ngx_int_t
stripe_event(ngx_commerce_flow_t *f)
{
    ngx_int_t  rc;

    rc = webhook_signed(f, "stripe");

    return (rc != NGX_OK) ? rc
           : webhook_store(f, ngx_commerce_payments_stripe_event(f->body));
}


/* {id, type, data: {payment_id, refund_id, seen, refund}} */

static ngx_int_t
test_event(ngx_commerce_flow_t *f)
{
    json_t     *data;
    ngx_int_t   rc;

    rc = webhook_signed(f, "test");
    if (rc != NGX_OK) {
        return rc;
    }

    data = json_object_get(f->body, "data");

    return webhook_store(f, json_pack("{s:s, s:O?, s:O?, s:O?, s:O?, s:O?,"
                                      " s:O?, s:O?}",
                        "provider", "test",
                        "id", json_object_get(f->body, "id"),
                        "type", json_object_get(f->body, "type"),
                        "live", json_object_get(f->body, "livemode"),
                        "payment_id", json_object_get(data, "payment_id"),
                        "seen", json_object_get(data, "seen"),
                        "refund_id", json_object_get(data, "refund_id"),
                        "refund", json_object_get(data, "refund")));
}


static ngx_int_t
webhook_signed(ngx_commerce_flow_t *f, const char *provider)
{
    const char                         *header;
    ngx_commerce_payments_state_t      *state = f->state;
    const ngx_commerce_payment_conf_t  *conf;

    conf = ngx_commerce_payments_conf(f, provider);
    header = ngx_commerce_payments_param(f, "Stripe-Signature");

    if (conf == NULL || conf->webhook_keys == NULL || header == NULL
        || !webhook_checks(f, conf, header))
    {
        return webhook_refuse(f);
    }

    state->talk.conf = conf;

    return NGX_OK;
}


/* Any of the secrets will do: one of them is on its way out. */

static ngx_uint_t
webhook_checks(ngx_commerce_flow_t *f,
    const ngx_commerce_payment_conf_t *conf, const char *header)
{
    ngx_str_t   *keys;
    ngx_uint_t   i, good;

    keys = conf->webhook_keys->elts;
    good = 0;

    for (i = 0; i < conf->webhook_keys->nelts; i++) {
        good |= (ngx_commerce_signature_check(header, ngx_strlen(header),
                                              f->body_text.data,
                                              f->body_text.len,
                                              (char *) keys[i].data,
                                              keys[i].len, ngx_time())
                 == NGX_COMMERCE_SIGNATURE_GOOD);
    }

    return good;
}


static ngx_int_t
webhook_refuse(ngx_commerce_flow_t *f)
{
    ngx_log_error(NGX_LOG_WARN, f->log, 0,
                  "commerce: \"%*s\" refused an event from %V",
                  f->operation->id.len, f->operation->id.data, &f->address);

    return ngx_commerce_flow_fail(f, 400, "invalid_signature", NULL);
}


static ngx_int_t
webhook_store(ngx_commerce_flow_t *f, json_t *event)
{
    ngx_commerce_payments_state_t  *state = f->state;

    if (event == NULL) {
        return ngx_commerce_flow_fail(f, 422, "validation_failed", NULL);
    }

    (void) json_object_set_new(event, "expected_live",
                               json_boolean(state->talk.conf->live));

    state->values[0] = ngx_commerce_payments_dump(f, event);

    return (state->values[0] == NULL) ? NGX_ERROR
           : ngx_commerce_flow_call(f, NGX_COMMERCE_PAYMENTS_WEBHOOK,
                                    state->values);
}


static ngx_int_t
webhook_answer(ngx_commerce_flow_t *f)
{
    char  *outcome;

    outcome = ngx_commerce_flow_text(f, "outcome");

    return ngx_commerce_flow_answer_value(f, 200, json_pack("{s:b, s:s?}",
                                          "received", 1, "outcome", outcome));
}


static ngx_int_t
paypal_event(ngx_commerce_flow_t *f)
{
    ngx_uint_t                      i;
    ngx_commerce_payments_state_t  *state = f->state;
    ngx_commerce_payments_talk_t   *talk = &state->talk;

    talk->conf = ngx_commerce_payments_conf(f, "paypal");

    if (talk->conf == NULL || talk->conf->webhook_id.len == 0) {
        return webhook_refuse(f);
    }

    for (i = 0; ngx_commerce_payments_paypal_headers[i] != NULL; i += 2) {
        if (ngx_commerce_payments_param(f,
                                   ngx_commerce_payments_paypal_headers[i])
            == NULL)
        {
            return webhook_refuse(f);
        }
    }

    talk->provider = &ngx_commerce_payments_paypal;
    talk->action = NGX_COMMERCE_PAYMENTS_FETCH;

    return NGX_OK;
}


static ngx_int_t
paypal_ask(ngx_commerce_flow_t *f)
{
    ngx_commerce_http_request_t     request;
    ngx_commerce_payments_state_t  *state = f->state;
    ngx_commerce_payments_talk_t   *talk = &state->talk;

    ngx_commerce_payments_keep_token(f);

    if (talk->access == NULL) {
        ngx_commerce_flow_retry(f, 30);
        return ngx_commerce_flow_fail(f, 503, "not_executed", NULL);
    }

    ngx_memzero(&request, sizeof(ngx_commerce_http_request_t));

    if (ngx_commerce_payments_paypal_verify(f, talk, &request) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_fetch(f, &request);
}


static ngx_int_t
paypal_store(ngx_commerce_flow_t *f)
{
    json_t      *answer;
    ngx_uint_t   genuine;
    const char  *status;

    if (f->http->status != NGX_COMMERCE_HTTP_ANSWERED
        || f->http->code != 200)
    {
        ngx_commerce_payments_drop_token(f);
        ngx_commerce_flow_retry(f, 30);
        return ngx_commerce_flow_fail(f, 503, "not_executed", NULL);
    }

    answer = json_loadb((char *) f->http->answer.data, f->http->answer.len, 0,
                        NULL);
    status = json_string_value(json_object_get(answer,
                                               "verification_status"));
    genuine = (status != NULL && ngx_strcmp(status, "SUCCESS") == 0);
    json_decref(answer);

    return genuine
           ? webhook_store(f, ngx_commerce_payments_paypal_event(f->body))
           : webhook_refuse(f);
}
