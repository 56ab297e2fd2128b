/*
 * Finding out what became of a payment: when its buyer comes back from the
 * provider (POST /payments/{id}/confirm), when staff have decided about it
 * (/payments/{id}/capture, /payments/{id}/cancel), and again and again by a
 * job, until nothing more can come of it.
 *
 * First the provider is asked how things are (or the start is repeated, if
 * nobody knows whether it was heard), then, if need be, one thing is done:
 * hold or capture what was approved, call off what nobody paid in time, give
 * back what was paid for a canceled order.
 */

#include "payments.h"


static ngx_int_t confirm_take(ngx_commerce_flow_t *f);
static ngx_int_t capture_want(ngx_commerce_flow_t *f);
static ngx_int_t cancel_want(ngx_commerce_flow_t *f);
static ngx_int_t settle_want(ngx_commerce_flow_t *f, const char *want);
static ngx_int_t settle_wanted(ngx_commerce_flow_t *f);
static ngx_int_t reconcile_take(ngx_commerce_flow_t *f);
static ngx_int_t settle_took(ngx_commerce_flow_t *f);
static ngx_int_t settle_heard(ngx_commerce_flow_t *f);
static ngx_int_t settle_second(ngx_commerce_flow_t *f);
static ngx_int_t settle_release(ngx_commerce_flow_t *f);
static ngx_int_t confirm_read(ngx_commerce_flow_t *f);
static ngx_int_t confirm_answer(ngx_commerce_flow_t *f);
static ngx_int_t reconcile_end(ngx_commerce_flow_t *f);
static ngx_int_t settle_busy(ngx_commerce_flow_t *f);
static ngx_int_t settle_missing(ngx_commerce_flow_t *f);


/* What staff decided: the rest of two tables. */

#define SETTLE_WANTED                                                         \
    { "looking at what was decided", settle_wanted },                        \
    { "asking for a provider's token", ngx_commerce_payments_token },        \
    { "asking how a payment is", ngx_commerce_payments_ask },                \
    { "keeping how it is", settle_heard },                                   \
    { "looking what to do", settle_second },                                 \
    { "asking for a provider's token", ngx_commerce_payments_token },        \
    { "doing something about a payment", ngx_commerce_payments_ask },        \
    { "keeping what came of it", settle_heard },                             \
    { "letting a payment go", settle_release },                              \
    { "reading a payment", confirm_read },                                   \
    { "showing a payment", confirm_answer },                                 \
    NGX_COMMERCE_STEPS_END


const ngx_commerce_step_t  ngx_commerce_payments_confirm_steps[] = {
    { "taking a payment", confirm_take },
    { "looking at a payment", settle_took },
    { "asking for a provider's token", ngx_commerce_payments_token },
    { "asking how a payment is", ngx_commerce_payments_ask },
    { "keeping how it is", settle_heard },
    { "looking what to do", settle_second },
    { "asking for a provider's token", ngx_commerce_payments_token },
    { "doing something about a payment", ngx_commerce_payments_ask },
    { "keeping what came of it", settle_heard },
    { "letting a payment go", settle_release },
    { "reading a payment", confirm_read },
    { "showing a payment", confirm_answer },
    NGX_COMMERCE_STEPS_END
};

const ngx_commerce_step_t  ngx_commerce_payments_capture_steps[] = {
    { "deciding to capture a payment", capture_want },
    SETTLE_WANTED
};

const ngx_commerce_step_t  ngx_commerce_payments_cancel_steps[] = {
    { "deciding to call off a payment", cancel_want },
    SETTLE_WANTED
};

const ngx_commerce_step_t  ngx_commerce_payments_reconcile_steps[] = {
    { "taking a payment", reconcile_take },
    { "looking at a payment", settle_took },
    { "asking for a provider's token", ngx_commerce_payments_token },
    { "asking how a payment is", ngx_commerce_payments_ask },
    { "keeping how it is", settle_heard },
    { "looking what to do", settle_second },
    { "asking for a provider's token", ngx_commerce_payments_token },
    { "doing something about a payment", ngx_commerce_payments_ask },
    { "keeping what came of it", settle_heard },
    { "letting a payment go", settle_release },
    { "thinking of the next look", reconcile_end },
    NGX_COMMERCE_STEPS_END
};


static ngx_int_t
confirm_take(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;

    state->talk.payment_id = ngx_commerce_payments_param(f, "id");
    state->talk.outcome = ngx_commerce_flow_body_string(f, "outcome");

    state->cart = ngx_commerce_flow_body_string(f, "cart_id");

    state->values[0] = state->talk.payment_id;
    state->values[1] = ngx_commerce_payments_caller(f);
    state->values[2] = "false";

    if (state->values[1] == NULL) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_call(f, NGX_COMMERCE_PAYMENTS_TAKE,
                                  state->values);
}


static ngx_int_t
capture_want(ngx_commerce_flow_t *f)
{
    return settle_want(f, "capture");
}


static ngx_int_t
cancel_want(ngx_commerce_flow_t *f)
{
    return settle_want(f, "cancel");
}


static ngx_int_t
settle_want(ngx_commerce_flow_t *f, const char *want)
{
    ngx_commerce_payments_state_t  *state = f->state;

    state->talk.payment_id = ngx_commerce_payments_param(f, "id");

    state->values[0] = state->talk.payment_id;
    state->values[1] = want;
    state->values[2] = ngx_commerce_flow_principal(f);

    return ngx_commerce_flow_call(f, NGX_COMMERCE_PAYMENTS_WANT,
                                  state->values);
}


/* It is decided; while somebody else talks, or when all is done, there is
 * nothing to ask. */

static ngx_int_t
settle_wanted(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;

    if (ngx_commerce_flow_text(f, "work") == NULL) {
        state->again = 1;
        state->talk.action = NGX_COMMERCE_PAYMENTS_NOTHING;

        return NGX_OK;
    }

    return settle_took(f);
}


static ngx_int_t
reconcile_take(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;

    state->talk.payment_id = ngx_commerce_job_string(f, "payment_id");

    state->values[0] = state->talk.payment_id;
    state->values[1] = NULL;
    state->values[2] = "true";

    return ngx_commerce_flow_call(f, NGX_COMMERCE_PAYMENTS_TAKE,
                                  state->values);
}


/*
 * The first talk only asks, or starts what perhaps was not; what else is to be
 * done comes second.
 */

static ngx_int_t
settle_took(ngx_commerce_flow_t *f)
{
    char                           *work;
    ngx_int_t                       rc;
    ngx_commerce_payments_state_t  *state = f->state;
    ngx_commerce_payments_talk_t   *talk = &state->talk;

    if (ngx_commerce_flow_rows(f) == 0) {
        return settle_missing(f);
    }

    if (ngx_commerce_flow_flag(f, "busy")) {
        return settle_busy(f);
    }

    work = ngx_commerce_flow_text(f, "work");
    if (work == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_commerce_payments_talk(f, talk, work);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED) {
        talk->action = NGX_COMMERCE_PAYMENTS_NOTHING;
        return NGX_OK;
    }

    state->wanted = talk->action;

    if (talk->action != NGX_COMMERCE_PAYMENTS_START
        && talk->action != NGX_COMMERCE_PAYMENTS_NOTHING
        && talk->reference != NULL)
    {
        talk->action = NGX_COMMERCE_PAYMENTS_FETCH;
    }

    return NGX_OK;
}


/* A payment that is not the caller's does not exist. */

static ngx_int_t
settle_missing(ngx_commerce_flow_t *f)
{
    return (f->job == NULL)
           ? ngx_commerce_flow_fail(f, 404, "payment_not_found", NULL)
           : ngx_commerce_job_done(f, NULL);
}


/* Somebody else is talking: the buyer sees how it stands. */

static ngx_int_t
settle_busy(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;

    if (f->job != NULL) {
        return ngx_commerce_job_postpone(f, "somebody else is at it", 2000);
    }

    state->again = 1;
    state->talk.action = NGX_COMMERCE_PAYMENTS_NOTHING;

    return NGX_OK;
}


static ngx_int_t
settle_heard(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;
    ngx_commerce_payments_talk_t   *talk = &state->talk;

    ngx_commerce_payments_hear(f, talk);

    /* whoever began it may have died before he could note that */

    if (talk->seen == NULL && talk->action == NGX_COMMERCE_PAYMENTS_START
        && ngx_strcmp(talk->state, "created") == 0)
    {
        talk->seen = NGX_COMMERCE_PAYMENTS_UNKNOWN;
    }

    if (talk->seen == NULL) {
        state->wanted = NGX_COMMERCE_PAYMENTS_NOTHING;
        return NGX_OK;
    }

    state->values[0] = talk->payment_id;
    state->values[1] = (talk->action == NGX_COMMERCE_PAYMENTS_REFUND)
                       ? talk->refund_id : NULL;
    state->values[2] = talk->seen;
    state->values[3] = NULL;

    return ngx_commerce_flow_call(f, NGX_COMMERCE_PAYMENTS_SEEN,
                                  state->values);
}


static ngx_int_t
settle_second(ngx_commerce_flow_t *f)
{
    char                            *work;
    ngx_commerce_payments_state_t   *state = f->state;
    ngx_commerce_payments_talk_t    *talk = &state->talk;
    ngx_commerce_payments_action_e   wanted;

    wanted = state->wanted;
    state->wanted = NGX_COMMERCE_PAYMENTS_NOTHING;

    if (talk->seen == NULL) {
        talk->action = NGX_COMMERCE_PAYMENTS_NOTHING;
        return NGX_OK;
    }

    work = ngx_commerce_flow_text(f, "work");

    if (work == NULL
        || ngx_commerce_payments_talk(f, talk, work) == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    talk->seen = NULL;

    /* what was just paid is not called off any more */

    if (wanted == NGX_COMMERCE_PAYMENTS_REFUND
        || (wanted == NGX_COMMERCE_PAYMENTS_CANCEL
            && talk->action != NGX_COMMERCE_PAYMENTS_NOTHING))
    {
        talk->action = wanted;

    } else if (talk->action != NGX_COMMERCE_PAYMENTS_CAPTURE
               && talk->action != NGX_COMMERCE_PAYMENTS_AUTHORIZE)
    {
        talk->action = NGX_COMMERCE_PAYMENTS_NOTHING;
    }

    return NGX_OK;
}


static ngx_int_t
settle_release(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;

    if (state->again) {
        return NGX_OK;
    }

    state->values[0] = state->talk.payment_id;
    state->values[1] = (f->job == NULL) ? "false" : "true";

    return ngx_commerce_flow_call(f, NGX_COMMERCE_PAYMENTS_RELEASE,
                                  state->values);
}


static ngx_int_t
confirm_read(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;

    state->values[0] = state->talk.payment_id;
    state->values[1] = ngx_commerce_payments_caller(f);

    return ngx_commerce_flow_call(f, NGX_COMMERCE_PAYMENTS_GET,
                                  state->values);
}


static ngx_int_t
confirm_answer(ngx_commerce_flow_t *f)
{
    return ngx_commerce_flow_answer_rows(f);
}


/* Waiting is no failure: attempts that only look do not count. */

static ngx_int_t
reconcile_end(ngx_commerce_flow_t *f)
{
    int64_t  again;

    again = ngx_commerce_flow_int(f, "again", -1);

    if (again < 0) {
        return ngx_commerce_job_done(f, NULL);
    }

    return ngx_commerce_job_postpone(f, "waiting for the provider",
                                     (ngx_msec_t) again * 1000);
}
