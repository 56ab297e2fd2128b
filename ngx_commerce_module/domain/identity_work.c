/*
 * What burns CPU, for a pool thread, and the small refusals that handlers
 * share.
 *
 * ngx_commerce_identity_run() runs in a thread and touches its work only: no
 * pool, no request, no log.
 */

#include "identity.h"

#include <openssl/crypto.h>


typedef struct {
    void    *data;
    size_t   len;
} wipe_t;


static ngx_int_t wipe_later(ngx_pool_t *pool, void *data, size_t len);
static void wipe(void *data);


ngx_commerce_identity_work_t *
ngx_commerce_identity_work(ngx_commerce_flow_t *f)
{
    ngx_commerce_identity_work_t  *work;

    work = ngx_pcalloc(f->pool, sizeof(ngx_commerce_identity_work_t));

    if (work == NULL
        || wipe_later(f->pool, work, sizeof(*work)) != NGX_OK)
    {
        return NULL;
    }

    return work;
}


char *
ngx_commerce_identity_secret(ngx_commerce_flow_t *f, const char *text,
    size_t len)
{
    char  *copy;

    copy = ngx_pnalloc(f->pool, len + 1);

    if (copy == NULL || wipe_later(f->pool, copy, len) != NGX_OK) {
        return NULL;
    }

    ngx_memcpy(copy, text, len);
    copy[len] = '\0';

    return copy;
}


char *
ngx_commerce_identity_copy(ngx_commerce_flow_t *f, const void *data,
    size_t len)
{
    char  *copy;

    copy = ngx_pnalloc(f->pool, len + 1);

    if (copy != NULL) {
        ngx_memcpy(copy, data, len);
        copy[len] = '\0';
    }

    return copy;
}


void
ngx_commerce_identity_run(void *ctx)
{
    ngx_commerce_identity_work_t  *work = ctx;

    work->verdict = 1;

    if (work->check) {
        work->verdict = ngx_commerce_password_verify(work->hash,
                                                     work->password,
                                                     work->password_len);
        if (work->verdict != 1) {
            return;
        }

        if (work->fresh == NULL
            && ngx_commerce_password_needs_rehash(work->hash))
        {
            work->fresh = work->password;
            work->fresh_len = work->password_len;
        }
    }

    if (work->fresh != NULL) {
        work->hashed = (ngx_commerce_password_hash(work->fresh,
                                                   work->fresh_len,
                                                   work->made)
                        == 0);

        /* a hash that could only have been better is no failure */

        work->failed = !work->hashed && work->fresh != work->password;
    }

}


ngx_int_t
ngx_commerce_identity_policy(ngx_commerce_flow_t *f, const char *password,
    size_t len, const char *email, const char *pointer)
{
    ngx_commerce_password_policy_t  rc;

    rc = ngx_commerce_password_check(f->worker->conf->passwords, password,
                                     len, email,
                                     (email != NULL) ? ngx_strlen(email)
                                                     : 0);

    if (rc == NGX_COMMERCE_PASSWORD_GOOD) {
        return NGX_OK;
    }

    return ngx_commerce_identity_refuse(f, "validation_failed", pointer,
                                        ngx_commerce_password_code(rc));
}


ngx_int_t
ngx_commerce_identity_refuse(ngx_commerce_flow_t *f, const char *problem,
    const char *pointer, const char *code)
{
    u_char  members[256], *end;

    end = ngx_snprintf(members, sizeof(members) - 1,
                       "{\"errors\":[{\"pointer\":\"%s\","
                       "\"code\":\"%s\"}]}",
                       pointer, code);
    *end = '\0';

    return ngx_commerce_flow_fail(f, 422, problem, (char *) members);
}


ngx_int_t
ngx_commerce_identity_may_try(ngx_commerce_flow_t *f)
{
    int64_t  wait;

    wait = ngx_commerce_flow_int(f, "retry_after", 0);

    if (wait > 0) {
        ngx_commerce_flow_retry(f, (ngx_uint_t) wait);
        return ngx_commerce_flow_fail(f, 429, "too_many_requests", NULL);
    }

    return NGX_OK;
}


const char *
ngx_commerce_identity_language(const ngx_commerce_flow_t *f)
{
    return f->english ? "en" : "pt-BR";
}


static ngx_int_t
wipe_later(ngx_pool_t *pool, void *data, size_t len)
{
    wipe_t              *w;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(pool, sizeof(wipe_t));
    if (cln == NULL) {
        return NGX_ERROR;
    }

    w = cln->data;
    w->data = data;
    w->len = len;
    cln->handler = wipe;

    return NGX_OK;
}


static void
wipe(void *data)
{
    wipe_t  *w = data;

    OPENSSL_cleanse(w->data, w->len);
}
