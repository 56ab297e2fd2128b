/*
 * New users: a customer who registers, a user whom an administrator makes.
 *
 * The password leaves the body before the body goes to the database; its
 * hash is made in a pool thread.  With an Idempotency-Key the call goes
 * through api.idempotent() like any other write, but the stored fingerprint
 * is keyed: a plain digest of a body with a password would be a fast hash of
 * the password.
 */

#include "identity.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>


static ngx_int_t register_hash(ngx_commerce_flow_t *f);
static ngx_int_t register_insert(ngx_commerce_flow_t *f);
static ngx_int_t create_insert(ngx_commerce_flow_t *f);
static ngx_int_t register_answer(ngx_commerce_flow_t *f);
static ngx_int_t take_password(ngx_commerce_flow_t *f,
    ngx_commerce_identity_state_t *state);
static ngx_int_t insert(ngx_commerce_flow_t *f, ngx_uint_t call,
    const char *principal);
static ngx_int_t insert_once(ngx_commerce_flow_t *f,
    const ngx_commerce_call_t *call, const char **values);
static char *arguments(ngx_commerce_flow_t *f,
    const ngx_commerce_call_t *call, const char **values);
static const char *scope(ngx_commerce_flow_t *f);
static const char *fingerprint(ngx_commerce_flow_t *f);


const ngx_commerce_step_t  ngx_commerce_identity_register[] = {
    { "hashing the password", register_hash },
    { "inserting the customer", register_insert },
    { "giving the customer", register_answer },
    NGX_COMMERCE_STEPS_END
};

const ngx_commerce_step_t  ngx_commerce_identity_create_user[] = {
    { "hashing the password", register_hash },
    { "inserting the user", create_insert },
    { "giving the user", register_answer },
    NGX_COMMERCE_STEPS_END
};


static ngx_int_t
register_hash(ngx_commerce_flow_t *f)
{
    ngx_int_t                       rc;
    ngx_commerce_identity_work_t   *work;
    ngx_commerce_identity_state_t  *state = f->state;

    rc = take_password(f, state);
    if (rc != NGX_OK) {
        return rc;
    }

    work = state->work;

    if (work->fresh == NULL) {
        return NGX_OK;
    }

    rc = ngx_commerce_identity_policy(f, work->fresh, work->fresh_len,
                                      state->email, "/password");
    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_commerce_flow_compute(f, ngx_commerce_identity_run, work);
}


static ngx_int_t
register_insert(ngx_commerce_flow_t *f)
{
    return insert(f, IDENTITY_REGISTER, NULL);
}


static ngx_int_t
create_insert(ngx_commerce_flow_t *f)
{
    return insert(f, IDENTITY_CREATE_USER, ngx_commerce_flow_principal(f));
}


static ngx_int_t
register_answer(ngx_commerce_flow_t *f)
{
    return ngx_commerce_flow_answer_rows(f);
}


static ngx_int_t
take_password(ngx_commerce_flow_t *f, ngx_commerce_identity_state_t *state)
{
    json_t                        *password;
    ngx_commerce_identity_work_t  *work;

    work = ngx_commerce_identity_work(f);
    state->work = work;
    state->id = ngx_commerce_flow_uuid(f);
    state->email = ngx_commerce_flow_body_string(f, "email");

    if (work == NULL || state->id == NULL || state->email == NULL) {
        return NGX_ERROR;
    }

    password = json_object_get(f->body, "password");
    if (password == NULL) {
        return NGX_OK;
    }

    work->fresh_len = json_string_length(password);
    work->fresh = ngx_commerce_identity_secret(f,
                                               json_string_value(password),
                                               work->fresh_len);

    if (work->fresh == NULL
        || json_object_del(f->body, "password") != 0)
    {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_body_dump(f);
}


static ngx_int_t
insert(ngx_commerce_flow_t *f, ngx_uint_t call, const char *principal)
{
    ngx_uint_t                       i;
    const char                     **values;
    ngx_commerce_identity_work_t    *work;
    ngx_commerce_identity_state_t   *state = f->state;

    work = state->work;

    if (work->failed) {
        return NGX_ERROR;
    }

    values = ngx_palloc(f->pool, 5 * sizeof(char *));
    if (values == NULL) {
        return NGX_ERROR;
    }

    i = 0;
    values[i++] = state->id;
    values[i++] = (char *) f->body_text.data;

    if (principal != NULL) {
        values[i++] = principal;
    }

    values[i++] = work->hashed ? work->made : NULL;
    values[i++] = ngx_commerce_identity_language(f);

    if (f->idempotency_key.len == 0) {
        return ngx_commerce_flow_call(f, call, values);
    }

    return insert_once(f, &f->domain->calls[call], values);
}


static ngx_int_t
insert_once(ngx_commerce_flow_t *f, const ngx_commerce_call_t *call,
    const char **values)
{
    const char  **once;

    once = ngx_palloc(f->pool, 5 * sizeof(char *));
    if (once == NULL) {
        return NGX_ERROR;
    }

    once[0] = call->function;
    once[1] = scope(f);
    once[2] = (char *) f->idempotency_key.data;
    once[3] = fingerprint(f);
    once[4] = arguments(f, call, values);

    if (once[1] == NULL || once[3] == NULL || once[4] == NULL) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_call(f, IDENTITY_IDEMPOTENT, once);
}


/* The values by name; the body and the principal are JSON already. */

static char *
arguments(ngx_commerce_flow_t *f, const ngx_commerce_call_t *call,
    const char **values)
{
    char        *text, *copy;
    json_t      *all, *value;
    ngx_uint_t   i;
    const char  *name;

    all = json_object();

    for (i = 0; call->args[i] != NULL; i++) {
        name = call->args[i] + (call->args[i][0] == '*');

        if (values[i] == NULL) {
            value = json_null();

        } else if (ngx_strcmp(name, "body") == 0
                   || ngx_strcmp(name, "principal") == 0)
        {
            value = json_loads(values[i], 0, NULL);

        } else {
            value = json_string(values[i]);
        }

        (void) json_object_set_new(all, name, value);
    }

    copy = NULL;
    text = json_dumps(all, JSON_COMPACT);

    if (text != NULL) {
        copy = ngx_commerce_identity_copy(f, text, ngx_strlen(text));
        free(text);
    }

    json_decref(all);

    return copy;
}


/* As the gateway's own calls: keys of one never meet those of another. */

static const char *
scope(ngx_commerce_flow_t *f)
{
    u_char  *text;

    if (f->principal != NULL) {
        return f->principal->sub;
    }

    text = ngx_pnalloc(f->pool, sizeof("anonymous:") + f->address.len);

    if (text != NULL) {
        (void) ngx_sprintf(text, "anonymous:%V%Z", &f->address);
    }

    return (char *) text;
}


static const char *
fingerprint(ngx_commerce_flow_t *f)
{
    u_char                     *text, mac[EVP_MAX_MD_SIZE];
    unsigned                    n;
    const ngx_commerce_conf_t  *conf;

    conf = f->worker->conf;
    text = ngx_pnalloc(f->pool, 64 + 1);

    if (text == NULL
        || HMAC(EVP_sha256(), conf->cursor_key, sizeof(conf->cursor_key),
                f->fingerprint, 64, mac, &n)
           == NULL)
    {
        return NULL;
    }

    *ngx_hex_dump(text, mac, 32) = '\0';

    return (char *) text;
}
