/*
 * Passwords and e-mails of those who are here: reset by a token that came by
 * mail, change by the password of today.
 *
 * A change counts as an attempt to log in, so a stolen access token does not
 * guess the password any faster.
 */

#include "identity.h"


static ngx_int_t reset_find(ngx_commerce_flow_t *f);
static ngx_int_t reset_hash(ngx_commerce_flow_t *f);
static ngx_int_t reset_store(ngx_commerce_flow_t *f);
static ngx_int_t change_read(ngx_commerce_flow_t *f);
static ngx_int_t change_begin(ngx_commerce_flow_t *f);
static ngx_int_t change_check(ngx_commerce_flow_t *f);
static ngx_int_t password_store(ngx_commerce_flow_t *f);
static ngx_int_t email_store(ngx_commerce_flow_t *f);
static ngx_int_t checked(ngx_commerce_flow_t *f, const char *pointer);
static ngx_int_t answer(ngx_commerce_flow_t *f);
static ngx_int_t take(ngx_commerce_flow_t *f, const char *name,
    const char **text, size_t *len);


const ngx_commerce_step_t  ngx_commerce_identity_reset_password[] = {
    { "looking for the reset", reset_find },
    { "hashing the password", reset_hash },
    { "storing the password", reset_store },
    { "telling that it is stored", answer },
    NGX_COMMERCE_STEPS_END
};

const ngx_commerce_step_t  ngx_commerce_identity_set_password[] = {
    { "reading the account", change_read },
    { "counting the attempt", change_begin },
    { "checking the password", change_check },
    { "storing the password", password_store },
    { "telling that it is stored", answer },
    NGX_COMMERCE_STEPS_END
};

const ngx_commerce_step_t  ngx_commerce_identity_change_email[] = {
    { "reading the account", change_read },
    { "counting the attempt", change_begin },
    { "checking the password", change_check },
    { "sending a token", email_store },
    { "telling that it is sent", answer },
    NGX_COMMERCE_STEPS_END
};


static ngx_int_t
reset_find(ngx_commerce_flow_t *f)
{
    const char                     **values, *token;
    ngx_commerce_identity_state_t   *state = f->state;

    token = ngx_commerce_flow_body_string(f, "token");
    values = ngx_palloc(f->pool, sizeof(char *));

    if (token == NULL || values == NULL
        || ngx_commerce_identity_digest(token, ngx_strlen(token),
                                        state->digest)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    values[0] = state->digest;

    return ngx_commerce_flow_call(f, IDENTITY_FIND_RESET, values);
}


static ngx_int_t
reset_hash(ngx_commerce_flow_t *f)
{
    ngx_int_t                       rc;
    ngx_commerce_identity_work_t   *work;
    ngx_commerce_identity_state_t  *state = f->state;

    if (ngx_commerce_flow_rows(f) == 0) {
        return ngx_commerce_identity_refuse(f, "token_not_accepted",
                                            "/token", "token_not_accepted");
    }

    state->email = ngx_commerce_flow_text(f, "email");
    work = ngx_commerce_identity_work(f);
    state->work = work;

    if (work == NULL
        || take(f, "password", &work->fresh, &work->fresh_len) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_commerce_identity_policy(f, work->fresh, work->fresh_len,
                                      state->email, "/password");
    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_commerce_flow_compute(f, ngx_commerce_identity_run, work);
}


static ngx_int_t
reset_store(ngx_commerce_flow_t *f)
{
    const char                     **values;
    ngx_commerce_identity_state_t   *state = f->state;

    values = ngx_palloc(f->pool, 3 * sizeof(char *));

    if (values == NULL || !state->work->hashed) {
        return NGX_ERROR;
    }

    values[0] = state->digest;
    values[1] = state->work->made;
    values[2] = ngx_commerce_identity_language(f);

    return ngx_commerce_flow_call(f, IDENTITY_RESET_PASSWORD, values);
}


static ngx_int_t
change_read(ngx_commerce_flow_t *f)
{
    const char                     **values;
    ngx_commerce_identity_work_t    *work;
    ngx_commerce_identity_state_t   *state = f->state;

    work = ngx_commerce_identity_work(f);
    state->work = work;
    values = ngx_palloc(f->pool, sizeof(char *));

    if (work == NULL || values == NULL) {
        return NGX_ERROR;
    }

    if (json_object_get(f->body, "new_password") != NULL) {
        if (take(f, "new_password", &work->fresh, &work->fresh_len) != NGX_OK
            || take(f, "current_password", &work->password,
                    &work->password_len)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

    } else if (take(f, "password", &work->password, &work->password_len)
               != NGX_OK)
    {
        return NGX_ERROR;
    }

    values[0] = ngx_commerce_flow_principal(f);

    return ngx_commerce_flow_call(f, IDENTITY_GET_CREDENTIALS, values);
}


static ngx_int_t
change_begin(ngx_commerce_flow_t *f)
{
    ngx_int_t                        rc;
    const char                     **values;
    ngx_commerce_identity_work_t    *work;
    ngx_commerce_identity_state_t   *state = f->state;

    state->email = ngx_commerce_flow_text(f, "email");

    if (state->email == NULL) {
        return ngx_commerce_flow_fail(f, 404, "user_not_found", NULL);
    }

    work = state->work;

    if (work->fresh != NULL) {
        rc = ngx_commerce_identity_policy(f, work->fresh, work->fresh_len,
                                          state->email, "/new_password");
        if (rc != NGX_OK) {
            return rc;
        }
    }

    values = ngx_palloc(f->pool, sizeof(char *));
    if (values == NULL) {
        return NGX_ERROR;
    }

    values[0] = state->email;

    return ngx_commerce_flow_call(f, IDENTITY_BEGIN_LOGIN, values);
}


static ngx_int_t
change_check(ngx_commerce_flow_t *f)
{
    ngx_int_t                       rc;
    ngx_commerce_identity_state_t  *state = f->state;

    rc = ngx_commerce_identity_may_try(f);
    if (rc != NGX_OK) {
        return rc;
    }

    state->work->check = 1;
    state->work->hash = ngx_commerce_flow_text(f, "password_hash");

    return ngx_commerce_flow_compute(f, ngx_commerce_identity_run,
                                     state->work);
}


static ngx_int_t
password_store(ngx_commerce_flow_t *f)
{
    ngx_int_t                        rc;
    const char                     **values;
    ngx_commerce_identity_state_t   *state = f->state;

    rc = checked(f, "/current_password");
    if (rc != NGX_OK) {
        return rc;
    }

    values = ngx_palloc(f->pool, 3 * sizeof(char *));

    if (values == NULL || !state->work->hashed) {
        return NGX_ERROR;
    }

    values[0] = ngx_commerce_flow_principal(f);
    values[1] = state->work->made;
    values[2] = ngx_commerce_identity_language(f);

    return ngx_commerce_flow_call(f, IDENTITY_SET_PASSWORD, values);
}


static ngx_int_t
email_store(ngx_commerce_flow_t *f)
{
    ngx_int_t     rc;
    const char  **values;

    rc = checked(f, "/password");
    if (rc != NGX_OK) {
        return rc;
    }

    values = ngx_palloc(f->pool, 3 * sizeof(char *));
    if (values == NULL) {
        return NGX_ERROR;
    }

    values[0] = ngx_commerce_flow_principal(f);
    values[1] = ngx_commerce_flow_body_string(f, "email");
    values[2] = ngx_commerce_identity_language(f);

    return ngx_commerce_flow_call(f, IDENTITY_CHANGE_EMAIL, values);
}


/* NGX_OK if the password of today was right. */

static ngx_int_t
checked(ngx_commerce_flow_t *f, const char *pointer)
{
    ngx_commerce_identity_work_t   *work;
    ngx_commerce_identity_state_t  *state = f->state;

    work = state->work;

    if (work->verdict == -1 || work->failed) {
        return NGX_ERROR;
    }

    if (work->verdict != 1) {
        return ngx_commerce_identity_refuse(f, "wrong_password", pointer,
                                            "wrong_password");
    }

    return NGX_OK;
}


static ngx_int_t
answer(ngx_commerce_flow_t *f)
{
    return ngx_commerce_flow_answer_rows(f);
}


/* A secret member of the body. */

static ngx_int_t
take(ngx_commerce_flow_t *f, const char *name, const char **text,
    size_t *len)
{
    json_t  *value;

    value = json_object_get(f->body, name);

    if (!json_is_string(value)) {
        return NGX_ERROR;
    }

    *len = json_string_length(value);
    *text = ngx_commerce_identity_secret(f, json_string_value(value), *len);

    return (*text != NULL) ? NGX_OK : NGX_ERROR;
}
