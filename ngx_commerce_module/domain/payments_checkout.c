/*
 * POST /checkout, POST /carts/{id}/checkout and POST /orders/{id}/payments: the
 * order (or another payment
 * of one) is written with a payment and a job that looks after it, then the
 * provider is asked, then its answer is merged and kept for whoever repeats
 * the key.
 *
 * Whatever ends this flow in between, the job goes on from what the database
 * knows; so does a client that repeats its key, since every question to a
 * provider may be asked again.  A client that leaves changes nothing.
 */

#include "payments.h"


static ngx_int_t checkout_begin(ngx_commerce_flow_t *f);
static ngx_int_t checkout_of_cart(ngx_commerce_flow_t *f);
static ngx_int_t checkout_again(ngx_commerce_flow_t *f);
static ngx_int_t checkout_began(ngx_commerce_flow_t *f);
static ngx_int_t checkout_settle(ngx_commerce_flow_t *f);
static ngx_int_t checkout_answer(ngx_commerce_flow_t *f);
static ngx_int_t checkout_judge(ngx_commerce_flow_t *f, json_t *payment);
static ngx_uint_t checkout_speaks(const char *provider, const char *flow);
static ngx_int_t checkout_refuse(ngx_commerce_flow_t *f, const char *code,
    const char *pointer);
static json_t *checkout_payment(ngx_commerce_flow_t *f, json_t *given);
static ngx_int_t checkout_keep(ngx_commerce_flow_t *f);
static ngx_int_t checkout_stored(ngx_commerce_flow_t *f, const char *body);
static ngx_int_t checkout_replayed(ngx_commerce_flow_t *f);


const ngx_commerce_step_t  ngx_commerce_payments_checkout_steps[] = {
    { "writing an order with its payment", checkout_begin },
    { "looking at the payment", checkout_began },
    { "asking for a provider's token", ngx_commerce_payments_token },
    { "starting a payment", ngx_commerce_payments_ask },
    { "keeping what came of it", checkout_settle },
    { "answering a checkout", checkout_answer },
    NGX_COMMERCE_STEPS_END
};

const ngx_commerce_step_t  ngx_commerce_payments_cart_steps[] = {
    { "writing the order of a cart", checkout_of_cart },
    { "looking at the payment", checkout_began },
    { "asking for a provider's token", ngx_commerce_payments_token },
    { "starting a payment", ngx_commerce_payments_ask },
    { "keeping what came of it", checkout_settle },
    { "answering a checkout", checkout_answer },
    NGX_COMMERCE_STEPS_END
};

const ngx_commerce_step_t  ngx_commerce_payments_again_steps[] = {
    { "writing another payment", checkout_again },
    { "looking at the payment", checkout_began },
    { "asking for a provider's token", ngx_commerce_payments_token },
    { "starting a payment", ngx_commerce_payments_ask },
    { "keeping what came of it", checkout_settle },
    { "answering a payment", checkout_answer },
    NGX_COMMERCE_STEPS_END
};


static ngx_int_t
checkout_begin(ngx_commerce_flow_t *f)
{
    json_t                         *given;
    ngx_int_t                       rc;
    ngx_commerce_payments_state_t  *state = f->state;

    given = json_object_get(f->body, "payment");

    rc = checkout_judge(f, given);
    if (rc != NGX_OK) {
        return rc;
    }

    state->values[0] = ngx_commerce_payments_dump(f,
                           json_pack("{s:o, s:o}", "order",
                                     ngx_commerce_payments_order(f),
                                     "payment", checkout_payment(f, given)));

    if (state->values[0] == NULL || checkout_keep(f) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_call(f, NGX_COMMERCE_PAYMENTS_CHECKOUT,
                                  state->values);
}


/*
 * The cart's id stands in the path.  Whose it is does not matter here: who has
 * no account gives a name and an address to write to.
 */

static ngx_int_t
checkout_of_cart(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;

    state->cart = ngx_commerce_payments_param(f, "id");

    if ((f->principal == NULL)
        != (json_object_get(f->body, "customer") != NULL))
    {
        return checkout_refuse(f, (f->principal == NULL) ? "required"
                                                         : "not_allowed",
                               "/customer");
    }

    if (json_object_set_new(f->body, "cart_id", json_string(state->cart))
        != 0)
    {
        return NGX_ERROR;
    }

    return checkout_begin(f);
}


static ngx_int_t
checkout_again(ngx_commerce_flow_t *f)
{
    ngx_int_t                       rc;
    ngx_commerce_payments_state_t  *state = f->state;

    rc = checkout_judge(f, f->body);
    if (rc != NGX_OK) {
        return rc;
    }

    state->cart = ngx_commerce_flow_body_string(f, "cart_id");

    if (f->principal == NULL && state->cart == NULL) {
        return ngx_commerce_flow_fail(f, 404, "order_not_found", NULL);
    }

    if (checkout_keep(f) != NGX_OK) {
        return NGX_ERROR;
    }

    state->values[0] = ngx_commerce_payments_param(f, "id");
    state->values[1] = ngx_commerce_payments_dump(f,
                                              checkout_payment(f, f->body));
    state->values[2] = state->keep;
    state->values[3] = ngx_commerce_payments_caller(f);

    if (state->values[3] == NULL) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_call(f, NGX_COMMERCE_PAYMENTS_BEGIN,
                                  state->values);
}


/* What the schema cannot say. */

static ngx_int_t
checkout_judge(ngx_commerce_flow_t *f, json_t *payment)
{
    size_t       i;
    json_t      *item;
    char         pointer[sizeof("/items/") + NGX_INT_T_LEN];
    const char  *flow;

    if (payment != f->body && json_object_get(f->body, "items") == NULL
        && json_object_get(f->body, "cart_id") == NULL)
    {
        return checkout_refuse(f, "required", "/items");
    }

    json_array_foreach(json_object_get(f->body, "items"), i, item) {
        if ((json_object_get(item, "variant_id") != NULL)
            + (json_object_get(item, "sku") != NULL)
            + (json_object_get(item, "product_id") != NULL) != 1)
        {
            ngx_sprintf((u_char *) pointer, "/items/%uz%Z", i);
            return checkout_refuse(f, "one_of_required", pointer);
        }
    }

    if (ngx_commerce_payments_conf(f, json_string_value(
                                      json_object_get(payment, "provider")))
        == NULL)
    {
        return checkout_refuse(f, "unknown_provider", "/payment/provider");
    }

    flow = json_string_value(json_object_get(payment, "flow"));

    if ((json_object_get(payment, "token") != NULL)
        != (ngx_strcmp(flow, "token") == 0))
    {
        return checkout_refuse(f, "token_required", "/payment/token");
    }

    if (ngx_strcmp(flow, "redirect") == 0
        && json_object_get(payment, "return_url") == NULL)
    {
        return checkout_refuse(f, "return_url_required",
                               "/payment/return_url");
    }

    /* PayPal has its own pages only, the test provider tokens only */

    if (!checkout_speaks(json_string_value(json_object_get(payment,
                                                           "provider")),
                         flow))
    {
        return checkout_refuse(f, "unknown_flow", "/payment/flow");
    }

    return NGX_OK;
}


static ngx_uint_t
checkout_speaks(const char *provider, const char *flow)
{
    if (ngx_strcmp(provider, "paypal") == 0) {
        return ngx_strcmp(flow, "redirect") == 0;
    }

    return ngx_strcmp(provider, "test") != 0
           || ngx_strcmp(flow, "token") == 0;
}


static ngx_int_t
checkout_refuse(ngx_commerce_flow_t *f, const char *code,
    const char *pointer)
{
    char  *members;

    members = ngx_commerce_payments_dump(f, json_pack("{s:[{s:s, s:s}]}",
                                                      "errors", "pointer",
                                                      pointer, "code", code));

    return ngx_commerce_flow_fail(f, 422, "validation_failed", members);
}


static json_t *
checkout_payment(ngx_commerce_flow_t *f, json_t *given)
{
    json_t  *payment;

    payment = json_copy(given);

    (void) json_object_set_new(payment, "id",
                               json_string(ngx_commerce_flow_uuid(f)));

    return payment;
}


static ngx_int_t
checkout_keep(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;

    state->keep = ngx_commerce_payments_dump(f,
                      json_pack("{s:s, s:s, s:s, s:s}",
                                "scope", ngx_commerce_payments_scope(f),
                                "key", ngx_commerce_payments_key(f),
                                "fingerprint", f->fingerprint,
                                "language", f->english ? "en" : "pt-BR"));

    return (state->keep == NULL) ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
checkout_began(ngx_commerce_flow_t *f)
{
    char                           *problem, *body, *work;
    ngx_commerce_payments_state_t  *state = f->state;

    state->replayed = ngx_commerce_flow_flag(f, "replayed");
    problem = ngx_commerce_flow_text(f, "problem");
    body = ngx_commerce_flow_text(f, "body");
    work = ngx_commerce_flow_text(f, "work");

    if (ngx_commerce_flow_flag(f, "in_flight")) {
        ngx_commerce_flow_retry(f, 1);
        return ngx_commerce_flow_fail(f, 409, "request_in_flight", NULL);
    }

    if (problem != NULL) {
        if (checkout_replayed(f) != NGX_OK) {
            return NGX_ERROR;
        }

        return ngx_commerce_flow_fail(f, ngx_commerce_flow_int(f, "status",
                                                               422),
                                      problem, body);
    }

    if (body != NULL) {
        return checkout_stored(f, body);
    }

    if (work == NULL) {
        return NGX_ERROR;
    }

    /* DECLINED: a provider that has just been taken away; its job waits */

    return (ngx_commerce_payments_talk(f, &state->talk, work) == NGX_ERROR)
           ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
checkout_replayed(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;

    return state->replayed
           ? ngx_commerce_flow_header(f, "Idempotency-Replayed", "true")
           : NGX_OK;
}


static ngx_int_t
checkout_stored(ngx_commerce_flow_t *f, const char *body)
{
    if (checkout_replayed(f) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_answer_json(f, 201, body, ngx_strlen(body));
}


/*
 * What is not known is noted as such, so that whoever asks next asks the
 * provider again instead of beginning anew; the payment is let go.
 */

static ngx_int_t
checkout_settle(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;
    ngx_commerce_payments_talk_t   *talk = &state->talk;

    ngx_commerce_payments_hear(f, talk);

    state->values[0] = talk->payment_id;
    state->values[1] = NULL;
    state->values[2] = talk->seen;
    state->values[3] = state->keep;

    if (talk->seen == NULL && talk->action != NGX_COMMERCE_PAYMENTS_NOTHING) {
        state->values[2] = NGX_COMMERCE_PAYMENTS_UNKNOWN;
        state->values[3] = "{}";

    } else if (talk->action == NGX_COMMERCE_PAYMENTS_NOTHING
               && (talk->provider == NULL || talk->provider->token))
    {
        state->values[3] = "{}";
    }

    return ngx_commerce_flow_call(f, NGX_COMMERCE_PAYMENTS_SEEN,
                                  state->values);
}


static ngx_int_t
checkout_answer(ngx_commerce_flow_t *f)
{
    char                           *body, *location;
    ngx_commerce_payments_state_t  *state = f->state;

    body = ngx_commerce_flow_text(f, "body");

    if (body == NULL) {
        ngx_commerce_flow_retry(f, 1);
        return ngx_commerce_flow_fail(f, 503, "outcome_unknown", NULL);
    }

    location = ngx_commerce_payments_text(f, 128, "/api/v1/orders/%s",
                                          state->talk.order_id);

    if (location == NULL
        || ngx_commerce_flow_header(f, "Location", location) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return checkout_stored(f, body);
}
