/*
 * A talk with a provider, whatever its name: who it is, its token, the
 * question, the answer.  Called by the flows of this domain.
 */

#include "payments.h"


/* s: a token is not used in its last minute */
#define TOKEN_SPARE  60


static const ngx_commerce_payments_provider_t *const  providers[] = {
    &ngx_commerce_payments_test,
    &ngx_commerce_payments_stripe,
    &ngx_commerce_payments_paypal,
    NULL
};


static ngx_commerce_payments_action_e talk_action(const char *next);
static ngx_int_t talk_copy(ngx_commerce_flow_t *f, json_t *work,
    const char *name, const char **to);
static ngx_int_t talk_texts(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk, json_t *work);
static ngx_commerce_payments_worker_t *talk_worker(ngx_commerce_flow_t *f);


ngx_int_t
ngx_commerce_payments_talk(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk, const char *work)
{
    json_t       *w;
    ngx_int_t     rc;
    ngx_uint_t    i;
    const char   *name;

    w = json_loads(work, 0, NULL);
    if (w == NULL) {
        return NGX_ERROR;
    }

    name = json_string_value(json_object_get(w, "provider"));

    talk->number = json_integer_value(json_object_get(w, "number"));
    talk->amount = json_integer_value(json_object_get(w, "amount"));
    talk->captured = json_integer_value(json_object_get(w, "captured"));
    talk->by_hand = json_is_true(json_object_get(w, "by_hand"));

    if (json_is_integer(json_object_get(w, "refund_amount"))) {
        talk->refund_amount = json_integer_value(
                                        json_object_get(w, "refund_amount"));
    }

    talk->action = talk_action(json_string_value(json_object_get(w, "next")));
    talk->conf = ngx_commerce_payments_conf(f, name);
    talk->provider = NULL;

    for (i = 0; talk->conf != NULL && providers[i] != NULL; i++) {
        if (ngx_strcmp(providers[i]->name, name) == 0) {
            talk->provider = providers[i];
        }
    }

    rc = talk_texts(f, talk, w);
    json_decref(w);

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    return (talk->provider == NULL) ? NGX_DECLINED : NGX_OK;
}


static ngx_int_t
talk_texts(ngx_commerce_flow_t *f, ngx_commerce_payments_talk_t *talk,
    json_t *work)
{
    ngx_uint_t  i;

    struct {
        const char   *name;
        const char  **to;
    } texts[] = {
        { "payment_id", &talk->payment_id },
        { "order_id", &talk->order_id },
        { "status", &talk->state },
        { "flow", &talk->flow },
        { "currency", &talk->currency },
        { "token", &talk->token },
        { "return_url", &talk->return_url },
        { "cancel_url", &talk->cancel_url },
        { "email", &talk->email },
        { "reference", &talk->reference },
        { "authorization_reference", &talk->authorization_reference },
        { "capture_reference", &talk->capture_reference },
        { "refund_id", &talk->refund_id }
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (talk_copy(f, work, texts[i].name, texts[i].to) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* What is null there stays what it was. */

static ngx_int_t
talk_copy(ngx_commerce_flow_t *f, json_t *work, const char *name,
    const char **to)
{
    const char  *text;

    text = json_string_value(json_object_get(work, name));
    if (text == NULL) {
        return NGX_OK;
    }

    *to = ngx_commerce_payments_text(f, ngx_strlen(text), "%s", text);

    return (*to == NULL) ? NGX_ERROR : NGX_OK;
}


static ngx_commerce_payments_action_e
talk_action(const char *next)
{
    ngx_uint_t  i;

    static const struct {
        const char                      *name;
        ngx_commerce_payments_action_e   action;
    } actions[] = {
        { "start", NGX_COMMERCE_PAYMENTS_START },
        { "fetch", NGX_COMMERCE_PAYMENTS_FETCH },
        { "authorize", NGX_COMMERCE_PAYMENTS_AUTHORIZE },
        { "capture", NGX_COMMERCE_PAYMENTS_CAPTURE },
        { "cancel", NGX_COMMERCE_PAYMENTS_CANCEL },
        { "refund", NGX_COMMERCE_PAYMENTS_REFUND },
        { NULL, NGX_COMMERCE_PAYMENTS_NOTHING }
    };

    for (i = 0; next != NULL && actions[i].name != NULL; i++) {
        if (ngx_strcmp(actions[i].name, next) == 0) {
            return actions[i].action;
        }
    }

    return NGX_COMMERCE_PAYMENTS_NOTHING;
}


/* Of a job's flow too, which has no endpoint. */

static ngx_commerce_payments_worker_t *
talk_worker(ngx_commerce_flow_t *f)
{
    ngx_uint_t  i;

    for (i = 0; ngx_commerce_domains[i] != &ngx_commerce_payments_domain; i++)
    {
        /* void */
    }

    return f->worker->states[i];
}


ngx_int_t
ngx_commerce_payments_token(ngx_commerce_flow_t *f)
{
    ngx_commerce_http_request_t      request;
    ngx_commerce_payments_state_t   *state = f->state;
    ngx_commerce_payments_talk_t    *talk = &state->talk;
    ngx_commerce_payments_worker_t  *worker;

    static const char *const  headers[] = {
        "Content-Type: application/x-www-form-urlencoded",
        "Accept: application/json", NULL
    };

    if (talk->action == NGX_COMMERCE_PAYMENTS_NOTHING
        || !talk->provider->token)
    {
        return NGX_OK;
    }

    worker = talk_worker(f);

    if (worker->token[0] != '\0' && worker->until > ngx_time()) {
        return NGX_OK;
    }

    ngx_memzero(&request, sizeof(ngx_commerce_http_request_t));

    request.method = "POST";
    request.url = ngx_commerce_payments_text(f, talk->conf->base_url.len + 32,
                                             "%V/v1/oauth2/token",
                                             &talk->conf->base_url);
    request.headers = headers;
    request.user = (char *) talk->conf->client.data;
    request.password = (char *) talk->conf->key.data;
    ngx_str_set(&request.body, "grant_type=client_credentials");

    if (request.url == NULL) {
        return NGX_ERROR;
    }

    talk->tokening = 1;

    return ngx_commerce_flow_fetch(f, &request);
}


void
ngx_commerce_payments_keep_token(ngx_commerce_flow_t *f)
{
    json_t                          *answer;
    const char                      *token;
    ngx_commerce_payments_state_t   *state = f->state;
    ngx_commerce_payments_talk_t    *talk = &state->talk;
    ngx_commerce_payments_worker_t  *worker = talk_worker(f);

    if (talk->tokening) {
        talk->tokening = 0;
        worker->token[0] = '\0';

        if (f->http->status != NGX_COMMERCE_HTTP_ANSWERED
            || f->http->code != 200)
        {
            return;
        }

        answer = json_loadb((char *) f->http->answer.data,
                            f->http->answer.len, 0, NULL);
        token = json_string_value(json_object_get(answer, "access_token"));

        if (token != NULL && ngx_strlen(token) < sizeof(worker->token)) {
            ngx_cpystrn((u_char *) worker->token, (u_char *) token,
                        sizeof(worker->token));
            worker->until = ngx_time() - TOKEN_SPARE + json_integer_value(
                                     json_object_get(answer, "expires_in"));
        }

        json_decref(answer);
    }

    talk->access = (worker->token[0] == '\0') ? NULL
                   : ngx_commerce_payments_text(f, sizeof(worker->token),
                                                "%s", worker->token);
}


void
ngx_commerce_payments_drop_token(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_worker_t  *worker = talk_worker(f);

    worker->token[0] = '\0';
}


ngx_int_t
ngx_commerce_payments_ask(ngx_commerce_flow_t *f)
{
    ngx_int_t                       rc;
    ngx_commerce_http_request_t     request;
    ngx_commerce_payments_state_t  *state = f->state;
    ngx_commerce_payments_talk_t   *talk = &state->talk;

    talk->seen = NULL;
    talk->fetching = 0;

    if (talk->action == NGX_COMMERCE_PAYMENTS_NOTHING) {
        return NGX_OK;
    }

    if (talk->provider->token) {
        ngx_commerce_payments_keep_token(f);

        if (talk->access == NULL) {
            talk->action = NGX_COMMERCE_PAYMENTS_NOTHING;
            return NGX_OK;
        }
    }

    ngx_memzero(&request, sizeof(ngx_commerce_http_request_t));

    rc = talk->provider->build(f, talk, &request);

    if (rc == NGX_DECLINED) {
        return NGX_OK;
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    talk->fetching = 1;

    return ngx_commerce_flow_fetch(f, &request);
}


void
ngx_commerce_payments_hear(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk)
{
    json_t  *seen;

    talk->seen = NULL;

    if (talk->action == NGX_COMMERCE_PAYMENTS_NOTHING
        || (talk->fetching && f->http->status != NGX_COMMERCE_HTTP_ANSWERED))
    {
        return;
    }

    /* a token that was taken back */

    if (talk->fetching && talk->provider->token && f->http->code == 401) {
        ngx_commerce_payments_drop_token(f);
        return;
    }

    seen = talk->provider->read(f, talk, talk->fetching ? f->http : NULL);

    if (seen != NULL) {
        talk->seen = ngx_commerce_payments_dump(f, seen);
    }
}
