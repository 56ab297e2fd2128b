/*
 * Owns the worker's table of verified tokens.  Entries are counted: a flow
 * holds the claims that it was started with, whatever the table does.  A slot
 * keeps its token until another comes: the table grows to a thousand of them,
 * some 2 KiB each, and no further.
 * The key is the whole token, compared byte by byte; expiry is checked again
 * at each use, revocation by auth.c.
 */

#include "tokens.h"


#define TOKENS_SLOTS  1024


typedef struct {
    ngx_commerce_jwt_claims_t  *claims;
    ngx_uint_t                  refs;
    size_t                      len;
    u_char                      token[1];
} token_t;

struct ngx_commerce_tokens_s {
    token_t  *slots[TOKENS_SLOTS];
};


static void tokens_destroy(void *data);
static void token_release(void *data);
static ngx_uint_t token_slot(const ngx_str_t *token);
static ngx_uint_t token_same(const token_t *t, const ngx_str_t *token);


ngx_commerce_tokens_t *
ngx_commerce_tokens_create(ngx_pool_t *pool)
{
    ngx_pool_cleanup_t     *cln;
    ngx_commerce_tokens_t  *tokens;

    tokens = ngx_pcalloc(pool, sizeof(ngx_commerce_tokens_t));
    cln = ngx_pool_cleanup_add(pool, 0);

    if (tokens == NULL || cln == NULL) {
        return NULL;
    }

    cln->handler = tokens_destroy;
    cln->data = tokens;

    return tokens;
}


static void
tokens_destroy(void *data)
{
    ngx_uint_t              i;
    ngx_commerce_tokens_t  *tokens = data;

    for (i = 0; i < TOKENS_SLOTS; i++) {
        if (tokens->slots[i] != NULL) {
            token_release(tokens->slots[i]);
        }
    }
}


static void
token_release(void *data)
{
    token_t  *t = data;

    if (--t->refs == 0) {
        free(t->claims);
        free(t);
    }
}


ngx_commerce_jwt_rc_t
ngx_commerce_tokens_verify(ngx_commerce_tokens_t *tokens,
    const ngx_commerce_conf_t *conf, const ngx_str_t *token, ngx_pool_t *pool,
    const ngx_commerce_jwt_claims_t **claims)
{
    token_t                *t, **slot;
    ngx_pool_cleanup_t     *cln;
    ngx_commerce_jwt_rc_t   rc;

    cln = ngx_pool_cleanup_add(pool, 0);
    if (cln == NULL) {
        return NGX_COMMERCE_JWT_NO_MEMORY;
    }

    slot = &tokens->slots[token_slot(token)];
    t = *slot;

    if (!token_same(t, token)) {
        t = malloc(sizeof(token_t) + token->len);
        if (t == NULL) {
            return NGX_COMMERCE_JWT_NO_MEMORY;
        }

        rc = ngx_commerce_jwt_verify(conf->jwt_keys, (char *) token->data,
                                     token->len, ngx_time(),
                                     &conf->jwt_policy, &t->claims);
        if (rc != NGX_COMMERCE_JWT_OK) {
            free(t);
            return rc;
        }

        t->refs = 1;
        t->len = token->len;
        ngx_memcpy(t->token, token->data, token->len);

        if (*slot != NULL) {
            token_release(*slot);
        }

        *slot = t;
    }

    if (t->claims->exp + conf->jwt_policy.leeway <= ngx_time()) {
        return NGX_COMMERCE_JWT_EXPIRED;
    }

    t->refs++;
    cln->handler = token_release;
    cln->data = t;

    *claims = t->claims;

    return NGX_COMMERCE_JWT_OK;
}


const ngx_commerce_jwt_claims_t *
ngx_commerce_tokens_known(const ngx_commerce_tokens_t *tokens,
    const ngx_commerce_conf_t *conf, const ngx_str_t *token)
{
    const token_t  *t;

    t = tokens->slots[token_slot(token)];

    return (token_same(t, token)
            && t->claims->exp + conf->jwt_policy.leeway > ngx_time())
           ? t->claims : NULL;
}


/* The signature is at the end and as good as random. */

static ngx_uint_t
token_slot(const ngx_str_t *token)
{
    size_t  n;

    n = ngx_min(token->len, 24);

    return ngx_hash_key(token->data + token->len - n, n) % TOKENS_SLOTS;
}


static ngx_uint_t
token_same(const token_t *t, const ngx_str_t *token)
{
    return t != NULL && t->len == token->len
           && ngx_memcmp(t->token, token->data, token->len) == 0;
}
