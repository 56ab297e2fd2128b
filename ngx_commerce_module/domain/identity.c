/*
 * The domain of people: its handlers and calls, and those handlers that need
 * little: the public keys, and the end of an account.
 *
 * Handlers run in the event loop of a worker; their states live in their
 * flows.
 */

#include "identity.h"


/* delete_me and delete_user */
typedef struct {
    const char  *id;
} erase_state_t;


static ngx_int_t jwks_answer(ngx_commerce_flow_t *f);
static ngx_int_t erase_me(ngx_commerce_flow_t *f);
static ngx_int_t erase_other(ngx_commerce_flow_t *f);
static ngx_int_t erase_ask(ngx_commerce_flow_t *f, const char *id);
static ngx_int_t erase_do(ngx_commerce_flow_t *f);
static ngx_int_t erase_forget(ngx_commerce_flow_t *f);
static ngx_int_t erase_answer(ngx_commerce_flow_t *f);
static const char *param(const ngx_commerce_flow_t *f, const char *name);
static const char *version(ngx_commerce_flow_t *f);


static const ngx_commerce_step_t  jwks_steps[] = {
    { "giving the public keys", jwks_answer },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_step_t  delete_me_steps[] = {
    { "looking for open orders", erase_me },
    { "erasing the account", erase_do },
    { "forgetting what was kept for him", erase_forget },
    { "telling that it is erased", erase_answer },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_step_t  delete_user_steps[] = {
    { "looking for open orders", erase_other },
    { "erasing the account", erase_do },
    { "forgetting what was kept for him", erase_forget },
    { "telling that it is erased", erase_answer },
    NGX_COMMERCE_STEPS_END
};


static const ngx_commerce_handler_t  identity_handlers[] = {
    { "register", ngx_commerce_identity_register,
      sizeof(ngx_commerce_identity_state_t) },
    { "create_user", ngx_commerce_identity_create_user,
      sizeof(ngx_commerce_identity_state_t) },
    { "login", ngx_commerce_identity_login,
      sizeof(ngx_commerce_identity_state_t) },
    { "refresh", ngx_commerce_identity_refresh,
      sizeof(ngx_commerce_identity_state_t) },
    { "logout", ngx_commerce_identity_logout,
      sizeof(ngx_commerce_identity_state_t) },
    { "reset_password", ngx_commerce_identity_reset_password,
      sizeof(ngx_commerce_identity_state_t) },
    { "set_my_password", ngx_commerce_identity_set_password,
      sizeof(ngx_commerce_identity_state_t) },
    { "change_email", ngx_commerce_identity_change_email,
      sizeof(ngx_commerce_identity_state_t) },
    { "get_jwks", jwks_steps, 0 },
    { "delete_me", delete_me_steps, sizeof(erase_state_t) },
    { "delete_user", delete_user_steps, sizeof(erase_state_t) },
    NGX_COMMERCE_HANDLERS_END
};


/* In the order of ngx_commerce_identity_call_e. */

static const ngx_commerce_call_t  identity_calls[] = {
    { "identity", "begin_login", { "email", NULL } },
    { "identity", "open_session",
      { "id", "user_id", "hash", "user_agent", "address", "checked",
        "password_hash", NULL } },
    { "identity", "rotate_session", { "hash", "replacement", NULL } },
    { "identity", "close_session", { "sid", "hash", NULL } },
    { "identity", "register",
      { "id", "body", "password_hash", "language", NULL } },
    { "identity", "create_user",
      { "id", "body", "*principal", "password_hash", "language", NULL } },
    { "identity", "idempotent",
      { "operation", "scope", "key", "fingerprint", "arguments", NULL } },
    { "identity", "find_reset", { "hash", NULL } },
    { "identity", "reset_password",
      { "hash", "password_hash", "language", NULL } },
    { "identity", "get_credentials", { "principal", NULL } },
    { "identity", "set_my_password",
      { "*principal", "password_hash", "language", NULL } },
    { "identity", "change_email", { "*principal", "email", "language", NULL } },
    { "store", "customer_has_open_orders", { "customer_id", NULL } },
    { "identity", "erase_user",
      { "id", "*principal", "expected_version", NULL } },
    { "identity", "revoked_sessions", { "seconds", NULL } },
    { "store", "forget_customer", { "customer_id", "revoke", NULL } },
    NGX_COMMERCE_CALLS_END
};


const ngx_commerce_domain_t  ngx_commerce_identity_domain = {
    "identity", identity_handlers, identity_calls,
    ngx_commerce_identity_create
};


static ngx_int_t
jwks_answer(ngx_commerce_flow_t *f)
{
    const char  *jwks;

    jwks = f->worker->conf->jwks;

    if (jwks == NULL
        || ngx_commerce_flow_header(f, "Cache-Control",
                                    "public, max-age=300")
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_answer_json(f, 200, jwks, ngx_strlen(jwks));
}


static ngx_int_t
erase_me(ngx_commerce_flow_t *f)
{
    return erase_ask(f, f->principal->sub);
}


static ngx_int_t
erase_other(ngx_commerce_flow_t *f)
{
    return erase_ask(f, param(f, "id"));
}


static ngx_int_t
erase_ask(ngx_commerce_flow_t *f, const char *id)
{
    const char     **values;
    erase_state_t   *state = f->state;

    values = ngx_palloc(f->pool, sizeof(char *));
    if (values == NULL || id == NULL) {
        return NGX_ERROR;
    }

    state->id = id;
    values[0] = id;

    return ngx_commerce_flow_call(f, IDENTITY_OPEN_ORDERS, values);
}


static ngx_int_t
erase_do(ngx_commerce_flow_t *f)
{
    const char     **values;
    erase_state_t   *state = f->state;

    if (ngx_commerce_flow_flag(f, "open")) {
        return ngx_commerce_flow_fail(f, 409, "has_open_orders", NULL);
    }

    values = ngx_palloc(f->pool, 3 * sizeof(char *));
    if (values == NULL) {
        return NGX_ERROR;
    }

    values[0] = state->id;
    values[1] = ngx_commerce_flow_principal(f);
    values[2] = version(f);

    return ngx_commerce_flow_call(f, IDENTITY_ERASE_USER, values);
}


static ngx_int_t
erase_forget(ngx_commerce_flow_t *f)
{
    const char     **values;
    erase_state_t   *state = f->state;

    values = ngx_palloc(f->pool, 2 * sizeof(char *));
    if (values == NULL) {
        return NGX_ERROR;
    }

    values[0] = state->id;
    values[1] = ngx_commerce_flow_text(f, "_revoke");

    return ngx_commerce_flow_try(f, IDENTITY_FORGET_CUSTOMER, values);
}


/* The account is gone, whatever the store says.  Gateways hear from the feed
 * what to refuse, if it cannot be told here. */

static ngx_int_t
erase_answer(ngx_commerce_flow_t *f)
{
    erase_state_t  *state = f->state;

    if (f->status == NGX_COMMERCE_PG_OK) {
        return ngx_commerce_flow_answer_rows(f);
    }

    ngx_log_error(NGX_LOG_ERR, f->log, 0,
                  "commerce: carts and wishes of the erased user %s are left "
                  "in the store", state->id);

    return ngx_commerce_flow_answer_json(f, 204, "", 0);
}


static const char *
param(const ngx_commerce_flow_t *f, const char *name)
{
    unsigned  i;

    for (i = 0; i < f->operation->nparams; i++) {
        if (ngx_commerce_str_is(&f->operation->params[i].name, name)) {
            return f->params[i];
        }
    }

    return NULL;
}


/* If-Match as text, NULL without one. */

static const char *
version(ngx_commerce_flow_t *f)
{
    u_char  *text;

    if (!f->has_version) {
        return NULL;
    }

    text = ngx_pnalloc(f->pool, NGX_INT64_LEN + 1);

    if (text != NULL) {
        (void) ngx_sprintf(text, "%L%Z", f->expected_version);
    }

    return (char *) text;
}
