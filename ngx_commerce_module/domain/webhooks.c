/*
 * Endpoints of webhooks: the two operations that make a secret.  It is sealed
 * before the database sees it and shown in that one answer.
 *
 * The state of a flow lives in its pool.
 */

#include "webhooks.h"


typedef struct {
    const char  *values[6];
} webhooks_t;


static ngx_int_t webhook_create(ngx_commerce_flow_t *f);
static ngx_int_t webhook_rotate(ngx_commerce_flow_t *f);
static ngx_int_t webhook_made(ngx_commerce_flow_t *f);
static char *webhook_sealed_secret(ngx_commerce_flow_t *f);


static const ngx_commerce_step_t  create_steps[] = {
    { "making a webhook", webhook_create },
    { "showing its secret", webhook_made },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_step_t  rotate_steps[] = {
    { "making another secret", webhook_rotate },
    { "showing it", webhook_made },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_handler_t  webhooks_handlers[] = {
    { "create_webhook", create_steps, sizeof(webhooks_t) },
    { "rotate_webhook_secret", rotate_steps, sizeof(webhooks_t) },
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  webhooks_calls[] = {
    { "store", "create_webhook", { "id", "secret", "body", "request_key",
                                   "fingerprint", "*principal", NULL } },
    { "store", "rotate_webhook_secret", { "id", "secret", "*principal",
                                          NULL } },
    { "store", "webhook_take", { "id", NULL } },
    { "store", "webhook_sent", { "id", "attempt", "code", "milliseconds",
                                 "error", "answer", NULL } },
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_webhooks_domain = {
    "webhooks", webhooks_handlers, webhooks_calls, NULL
};

const ngx_commerce_job_kind_t  ngx_commerce_webhooks_jobs[] = {
    { "webhook", &ngx_commerce_webhooks_domain,
      ngx_commerce_webhooks_send_steps,
      sizeof(ngx_commerce_webhooks_send_t), NULL },
    NGX_COMMERCE_JOB_KINDS_END
};


static ngx_int_t
webhook_create(ngx_commerce_flow_t *f)
{
    webhooks_t  *state = f->state;

    state->values[0] = ngx_commerce_flow_uuid(f);
    state->values[1] = webhook_sealed_secret(f);
    state->values[2] = (char *) f->body_text.data;
    state->values[5] = ngx_commerce_flow_principal(f);

    if (f->idempotency_key.len != 0) {
        state->values[3] = (char *) f->idempotency_key.data;
        state->values[4] = (char *) f->fingerprint;
    }

    if (state->values[0] == NULL || state->values[1] == NULL) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_call(f, NGX_COMMERCE_WEBHOOKS_CREATE,
                                  state->values);
}


static ngx_int_t
webhook_rotate(ngx_commerce_flow_t *f)
{
    webhooks_t  *state = f->state;

    state->values[0] = f->params[0];
    state->values[1] = webhook_sealed_secret(f);
    state->values[2] = ngx_commerce_flow_principal(f);

    if (state->values[1] == NULL) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_call(f, NGX_COMMERCE_WEBHOOKS_ROTATE,
                                  state->values);
}


static ngx_int_t
webhook_made(ngx_commerce_flow_t *f)
{
    return ngx_commerce_flow_answer_rows(f);
}


/* Sealed as its JSON text, as the gateway seals properties of bodies. */

static char *
webhook_sealed_secret(ngx_commerce_flow_t *f)
{
    char      plain[NGX_COMMERCE_WEBHOOK_SECRET_LEN + 2], *sealed;
    u_char    key[NGX_COMMERCE_WEBHOOK_KEY_LEN];
    size_t    len;

    sealed = ngx_pnalloc(f->pool, NGX_COMMERCE_SEAL_LEN(sizeof(plain)));

    if (sealed == NULL || f->worker->conf->seal == NULL
        || ngx_commerce_flow_random(f, key, sizeof(key)) != NGX_OK)
    {
        return NULL;
    }

    plain[0] = '"';
    ngx_commerce_webhook_secret(key, plain + 1);
    plain[sizeof(plain) - 2] = '"';

    if (ngx_commerce_seal(f->worker->conf->seal, "secret", plain,
                          sizeof(plain) - 1, sealed, &len)
        != 0)
    {
        sealed = NULL;
    }

    ngx_explicit_memzero(key, sizeof(key));
    ngx_explicit_memzero(plain, sizeof(plain));

    return sealed;
}
