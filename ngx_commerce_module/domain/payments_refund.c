/*
 * POST /orders/{id}/refunds: money is promised, given back by the provider,
 * and what came of it is kept.  When nobody knows, the refund stays pending
 * and the payment's job asks again with the same key.
 */

#include "payments.h"


static ngx_int_t refund_begin(ngx_commerce_flow_t *f);
static ngx_int_t refund_began(ngx_commerce_flow_t *f);
static ngx_int_t refund_end(ngx_commerce_flow_t *f);
static ngx_int_t refund_answer(ngx_commerce_flow_t *f);


const ngx_commerce_step_t  ngx_commerce_payments_refund_steps[] = {
    { "promising a refund", refund_begin },
    { "looking at the refund", refund_began },
    { "asking for a provider's token", ngx_commerce_payments_token },
    { "giving money back", ngx_commerce_payments_ask },
    { "keeping what came of it", refund_end },
    { "showing a refund", refund_answer },
    NGX_COMMERCE_STEPS_END
};


static ngx_int_t
refund_begin(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;

    state->values[0] = ngx_commerce_payments_param(f, "id");
    state->values[1] = ngx_commerce_flow_uuid(f);
    state->values[2] = (char *) f->body_text.data;
    state->values[3] = (char *) f->idempotency_key.data;
    state->values[4] = (char *) f->fingerprint;
    state->values[5] = ngx_commerce_flow_principal(f);

    return ngx_commerce_flow_call(f, NGX_COMMERCE_PAYMENTS_REFUND_BEGIN,
                                  state->values);
}


static ngx_int_t
refund_began(ngx_commerce_flow_t *f)
{
    char                           *refund, *work;
    ngx_commerce_payments_state_t  *state = f->state;

    refund = ngx_commerce_flow_text(f, "refund");
    work = ngx_commerce_flow_text(f, "work");

    if (ngx_commerce_flow_flag(f, "replayed")
        && ngx_commerce_flow_header(f, "Idempotency-Replayed", "true")
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (work == NULL) {
        return (refund == NULL) ? NGX_ERROR
               : ngx_commerce_flow_answer_json(f, 201, refund,
                                               ngx_strlen(refund));
    }

    return (ngx_commerce_payments_talk(f, &state->talk, work) == NGX_ERROR)
           ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
refund_end(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;
    ngx_commerce_payments_talk_t   *talk = &state->talk;

    if (talk->provider != NULL) {
        ngx_commerce_payments_hear(f, talk);
    }

    state->values[0] = talk->payment_id;
    state->values[1] = talk->refund_id;
    state->values[2] = talk->seen;

    return ngx_commerce_flow_call(f, NGX_COMMERCE_PAYMENTS_REFUND_END,
                                  state->values);
}


static ngx_int_t
refund_answer(ngx_commerce_flow_t *f)
{
    return ngx_commerce_flow_answer_rows(f);
}
