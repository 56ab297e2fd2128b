/*
 * The life of a session: login, refresh, logout.
 *
 * A login reads the account, checks the password in a pool thread, opens the
 * session and signs an access token of what the user may do then.  Whoever
 * the account is not, or is not known, the same work is done and the same
 * answer given.
 */

#include "identity.h"
#include "../base/text.h"

#include <openssl/crypto.h>


#define BASIC_MAX  1024


static ngx_int_t login_begin(ngx_commerce_flow_t *f);
static ngx_int_t login_check(ngx_commerce_flow_t *f);
static ngx_int_t login_open(ngx_commerce_flow_t *f);
static ngx_int_t login_answer(ngx_commerce_flow_t *f);
static ngx_int_t answer(ngx_commerce_flow_t *f, const char *sid,
    const char *refresh, ngx_uint_t cookie);
static ngx_int_t credentials(ngx_commerce_flow_t *f,
    ngx_commerce_identity_state_t *state);
static ngx_int_t basic(ngx_commerce_flow_t *f,
    ngx_commerce_identity_state_t *state);
static const char *user_agent(ngx_commerce_flow_t *f);
static void refuse_ended(ngx_commerce_flow_t *f);
static ngx_int_t refresh_rotate(ngx_commerce_flow_t *f);
static ngx_int_t refresh_answer(ngx_commerce_flow_t *f);
static ngx_int_t refresh_refuse(ngx_commerce_flow_t *f, const char *code);
static ngx_int_t logout_close(ngx_commerce_flow_t *f);
static ngx_int_t logout_answer(ngx_commerce_flow_t *f);


const ngx_commerce_step_t  ngx_commerce_identity_login[] = {
    { "reading the account", login_begin },
    { "checking the password", login_check },
    { "opening the session", login_open },
    { "giving the tokens", login_answer },
    NGX_COMMERCE_STEPS_END
};

const ngx_commerce_step_t  ngx_commerce_identity_refresh[] = {
    { "rotating the refresh token", refresh_rotate },
    { "giving the tokens", refresh_answer },
    NGX_COMMERCE_STEPS_END
};

const ngx_commerce_step_t  ngx_commerce_identity_logout[] = {
    { "closing the session", logout_close },
    { "telling that it is closed", logout_answer },
    NGX_COMMERCE_STEPS_END
};


static ngx_int_t
login_begin(ngx_commerce_flow_t *f)
{
    ngx_int_t                        rc;
    const char                     **values;
    ngx_commerce_identity_state_t   *state = f->state;

    state->work = ngx_commerce_identity_work(f);
    values = ngx_palloc(f->pool, sizeof(char *));

    if (state->work == NULL || values == NULL) {
        return NGX_ERROR;
    }

    rc = credentials(f, state);

    if (rc == NGX_DECLINED) {
        return ngx_commerce_identity_refuse(f, "validation_failed", "/email",
                                            "required");
    }

    if (rc != NGX_OK) {
        return ngx_commerce_flow_fail(f, 401, "invalid_credentials", NULL);
    }

    values[0] = state->email;

    return ngx_commerce_flow_call(f, IDENTITY_BEGIN_LOGIN, values);
}


static ngx_int_t
login_check(ngx_commerce_flow_t *f)
{
    ngx_int_t                        rc;
    ngx_commerce_identity_work_t    *work;
    ngx_commerce_identity_state_t   *state = f->state;

    rc = ngx_commerce_identity_may_try(f);
    if (rc != NGX_OK) {
        return rc;
    }

    work = state->work;
    work->check = 1;

    if (ngx_commerce_flow_rows(f) != 0) {
        state->id = ngx_commerce_flow_text(f, "user_id");
        state->active = ngx_commerce_flow_flag(f, "active");
        state->sid = ngx_commerce_flow_uuid(f);
        work->hash = ngx_commerce_flow_text(f, "password_hash");

        if (state->id == NULL || state->sid == NULL) {
            return NGX_ERROR;
        }
    }

    return ngx_commerce_flow_compute(f, ngx_commerce_identity_run, work);
}


static ngx_int_t
login_open(ngx_commerce_flow_t *f)
{
    const char                     **values;
    ngx_commerce_identity_work_t    *work;
    ngx_commerce_identity_state_t   *state = f->state;

    work = state->work;

    if (work->verdict == -1 || work->failed) {
        return NGX_ERROR;
    }

    if (work->verdict != 1 || state->id == NULL) {
        return ngx_commerce_flow_fail(f, 401, "invalid_credentials", NULL);
    }

    if (!state->active) {
        return ngx_commerce_flow_fail(f, 403, "account_inactive", NULL);
    }

    values = ngx_palloc(f->pool, 7 * sizeof(char *));

    if (values == NULL
        || ngx_commerce_identity_refresh_make(&state->refresh) != NGX_OK)
    {
        return NGX_ERROR;
    }

    values[0] = state->sid;
    values[1] = state->id;
    values[2] = state->refresh.digest;
    values[3] = user_agent(f);
    values[4] = ngx_commerce_identity_copy(f, f->address.data,
                                           f->address.len);
    values[5] = work->hash;
    values[6] = work->hashed ? work->made : NULL;

    return ngx_commerce_flow_call(f, IDENTITY_OPEN_SESSION, values);
}


static ngx_int_t
login_answer(ngx_commerce_flow_t *f)
{
    ngx_commerce_identity_state_t  *state = f->state;

    refuse_ended(f);

    return answer(f, state->sid, state->refresh.text,
                  json_is_true(json_object_get(f->body, "cookie")));
}


/* Signs a token of the row's claims. */

static ngx_int_t
answer(ngx_commerce_flow_t *f, const char *sid, const char *refresh,
    ngx_uint_t cookie)
{
    char        *token;
    ngx_int_t    rc;
    const char  *claims;

    claims = ngx_commerce_identity_claims(f, sid);

    if (claims == NULL
        || ngx_commerce_jwt_sign(f->worker->conf->jwt_keys, claims,
                                 ngx_strlen(claims), &token)
           != 0)
    {
        return NGX_ERROR;
    }

    rc = ngx_commerce_identity_answer(f, token, refresh, cookie);
    free(token);

    return rc;
}


static ngx_int_t
credentials(ngx_commerce_flow_t *f, ngx_commerce_identity_state_t *state)
{
    size_t   len;
    json_t  *password;

    if (f->body == NULL) {
        return basic(f, state);
    }

    password = json_object_get(f->body, "password");
    len = json_string_length(password);

    state->email = ngx_commerce_flow_body_string(f, "email");
    state->work->password = ngx_commerce_identity_secret(f,
                                json_string_value(password), len);
    state->work->password_len = len;

    return (state->email != NULL && state->work->password != NULL)
           ? NGX_OK : NGX_ERROR;
}


/*
 * RFC 7617: base64 of UTF-8 "e-mail:password".  NGX_DECLINED when there is no
 * such header, NGX_ERROR when it is not that.
 */

static ngx_int_t
basic(ngx_commerce_flow_t *f, ngx_commerce_identity_state_t *state)
{
    u_char     *colon;
    ngx_int_t   rc;
    ngx_str_t   text, plain;

    text = f->authorization;

    if (text.len < sizeof("Basic ") - 1
        || ngx_strncasecmp(text.data, (u_char *) "Basic ",
                           sizeof("Basic ") - 1)
           != 0)
    {
        return NGX_DECLINED;
    }

    if (text.len > BASIC_MAX) {
        return NGX_ERROR;
    }

    text.data += sizeof("Basic ") - 1;
    text.len -= sizeof("Basic ") - 1;

    plain.data = ngx_pnalloc(f->pool, ngx_base64_decoded_length(text.len));

    if (plain.data == NULL
        || ngx_decode_base64(&plain, &text) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = NGX_ERROR;
    colon = memchr(plain.data, ':', plain.len);

    if (colon != NULL && colon > plain.data
        && memchr(plain.data, '\0', plain.len) == NULL
        && ngx_commerce_text_utf8_length(plain.data, plain.len) != -1)
    {
        state->email = ngx_commerce_identity_copy(f, plain.data,
                                                  colon - plain.data);
        state->work->password_len = plain.data + plain.len - colon - 1;
        state->work->password = ngx_commerce_identity_secret(f,
                                    (char *) colon + 1,
                                    state->work->password_len);

        if (state->email != NULL && state->work->password != NULL) {
            rc = NGX_OK;
        }
    }

    OPENSSL_cleanse(plain.data, plain.len);

    return rc;
}


/* A header may hold any bytes, the database takes UTF-8 only. */

static const char *
user_agent(ngx_commerce_flow_t *f)
{
    char    *text;
    size_t   i;

    text = ngx_commerce_identity_copy(f, f->user_agent.data,
                                      f->user_agent.len);

    if (text == NULL
        || ngx_commerce_text_utf8_length((u_char *) text, f->user_agent.len)
           != -1)
    {
        return text;
    }

    for (i = 0; i < f->user_agent.len; i++) {
        if ((u_char) text[i] >= 0x80) {
            text[i] = '?';
        }
    }

    return text;
}


/* Sessions beyond what a user may have. */

static void
refuse_ended(ngx_commerce_flow_t *f)
{
    size_t       i;
    json_t      *ended, *value;
    ngx_str_t    text;

    if (ngx_commerce_flow_cell(f, 0, "ended", &text) != NGX_OK) {
        return;
    }

    ended = json_loadb((char *) text.data, text.len, 0, NULL);

    json_array_foreach(ended, i, value) {
        ngx_commerce_flow_revoke(f, json_string_value(value),
                                 json_string_length(value));
    }

    json_decref(ended);
}


static ngx_int_t
refresh_rotate(ngx_commerce_flow_t *f)
{
    const char                     **values, *token;
    ngx_commerce_identity_state_t   *state = f->state;

    if (f->body == NULL) {
        return ngx_commerce_identity_refuse(f, "validation_failed",
                                            "/refresh_token", "required");
    }

    token = ngx_commerce_identity_refresh_token(f, &state->cookie);
    if (token == NULL) {
        return ngx_commerce_flow_fail(f, 401, "invalid_refresh_token", NULL);
    }

    values = ngx_palloc(f->pool, 2 * sizeof(char *));

    if (values == NULL
        || ngx_commerce_identity_refresh_make(&state->refresh) != NGX_OK
        || ngx_commerce_identity_digest(token, ngx_strlen(token),
                                        state->digest)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    values[0] = state->digest;
    values[1] = state->refresh.digest;

    return ngx_commerce_flow_call(f, IDENTITY_ROTATE_SESSION, values);
}


static ngx_int_t
refresh_answer(ngx_commerce_flow_t *f)
{
    char                           *sid, subject[64];
    const char                     *outcome;
    ngx_commerce_identity_state_t  *state = f->state;

    outcome = ngx_commerce_flow_text(f, "outcome");
    sid = ngx_commerce_flow_text(f, "sid");

    if (outcome == NULL || sid == NULL || ngx_strcmp(outcome, "ended") == 0) {
        return refresh_refuse(f, "invalid_refresh_token");
    }

    if (ngx_strcmp(outcome, "reused") == 0) {
        *ngx_snprintf((u_char *) subject, sizeof(subject) - 1, "sid:%s", sid)
            = '\0';
        ngx_commerce_flow_revoke(f, subject, ngx_strlen(subject));

        return refresh_refuse(f, "refresh_token_reused");
    }

    return answer(f, sid, (ngx_strcmp(outcome, "rotated") == 0)
                          ? state->refresh.text : NULL,
                  state->cookie);
}


static ngx_int_t
refresh_refuse(ngx_commerce_flow_t *f, const char *code)
{
    ngx_commerce_identity_state_t  *state = f->state;

    if (state->cookie
        && ngx_commerce_identity_set_cookie(f, NULL) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_fail(f, 401, code, NULL);
}


static ngx_int_t
logout_close(ngx_commerce_flow_t *f)
{
    const char                     **values, *token;
    ngx_commerce_identity_state_t   *state = f->state;

    token = ngx_commerce_identity_refresh_token(f, &state->cookie);

    if (token == NULL && f->principal == NULL) {
        return ngx_commerce_flow_fail(f, 401, "unauthorized", NULL);
    }

    values = ngx_pcalloc(f->pool, 2 * sizeof(char *));
    if (values == NULL) {
        return NGX_ERROR;
    }

    if (f->principal != NULL) {
        values[0] = f->principal->sid;
    }

    if (token != NULL) {
        if (ngx_commerce_identity_digest(token, ngx_strlen(token),
                                         state->digest)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        values[1] = state->digest;
    }

    return ngx_commerce_flow_call(f, IDENTITY_CLOSE_SESSION, values);
}


static ngx_int_t
logout_answer(ngx_commerce_flow_t *f)
{
    ngx_commerce_identity_state_t  *state = f->state;

    if (state->cookie
        && ngx_commerce_identity_set_cookie(f, NULL) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_answer_rows(f);
}
