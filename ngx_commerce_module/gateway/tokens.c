/*
 * Owns the worker's table of verified tokens.  Entries are counted: a flow
 * holds the claims that it was started with, whatever the table does.
 *
 * The table is of sets, in each the tokens of some hashes, the last one used
 * first; one too many drops the last.  With one token for each hash, two of
 * them that met there would be verified again at every turn, and among some
 * dozens of people there are two.  The table grows to two thousand tokens,
 * some 2 KiB each, and no further.
 *
 * The key is the whole token, compared byte by byte; expiry is checked again
 * at each use, revocation by auth.c.
 */

#include "metrics.h"
#include "tokens.h"


#define TOKENS_SETS  256
#define TOKENS_WAYS  8


typedef struct {
    ngx_commerce_jwt_claims_t  *claims;
    ngx_uint_t                  refs;
    ngx_uint_t                  hash;
    size_t                      len;
    u_char                      token[1];
} token_t;

struct ngx_commerce_tokens_s {
    token_t  *sets[TOKENS_SETS][TOKENS_WAYS];
};


static void tokens_destroy(void *data);
static void token_release(void *data);
static token_t *token_find(ngx_commerce_tokens_t *tokens,
    const ngx_str_t *token, ngx_uint_t hash);
static void token_keep(ngx_commerce_tokens_t *tokens, token_t *t);
static ngx_uint_t token_hash(const ngx_str_t *token);
static ngx_uint_t token_same(const token_t *t, const ngx_str_t *token,
    ngx_uint_t hash);


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
    ngx_uint_t              i, n;
    ngx_commerce_tokens_t  *tokens = data;

    for (i = 0; i < TOKENS_SETS; i++) {
        for (n = 0; n < TOKENS_WAYS; n++) {
            if (tokens->sets[i][n] != NULL) {
                token_release(tokens->sets[i][n]);
            }
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
ngx_commerce_tokens_verify(ngx_commerce_worker_t *worker,
    const ngx_str_t *token, ngx_pool_t *pool,
    const ngx_commerce_jwt_claims_t **claims)
{
    token_t                    *t;
    ngx_uint_t                  hash;
    ngx_pool_cleanup_t         *cln;
    ngx_commerce_jwt_rc_t       rc;
    const ngx_commerce_conf_t  *conf = worker->conf;

    cln = ngx_pool_cleanup_add(pool, 0);
    if (cln == NULL) {
        return NGX_COMMERCE_JWT_NO_MEMORY;
    }

    hash = token_hash(token);
    t = token_find(worker->tokens, token, hash);

    if (t == NULL) {
        t = malloc(sizeof(token_t) + token->len);
        if (t == NULL) {
            return NGX_COMMERCE_JWT_NO_MEMORY;
        }

        rc = ngx_commerce_jwt_verify(conf->jwt_keys, (char *) token->data,
                                     token->len, ngx_time(),
                                     &conf->jwt_policy, &t->claims);
        ngx_commerce_metrics_add(worker->metrics,
                                 NGX_COMMERCE_METRIC_VERIFICATION, 1);

        if (rc != NGX_COMMERCE_JWT_OK) {
            free(t);
            return rc;
        }

        t->refs = 1;
        t->hash = hash;
        t->len = token->len;
        ngx_memcpy(t->token, token->data, token->len);

        token_keep(worker->tokens, t);
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
ngx_commerce_tokens_known(ngx_commerce_worker_t *worker,
    const ngx_str_t *token)
{
    const token_t  *t;

    t = token_find(worker->tokens, token, token_hash(token));

    return (t != NULL
            && t->claims->exp + worker->conf->jwt_policy.leeway > ngx_time())
           ? t->claims : NULL;
}


/* Found, it becomes the first of its set. */

static token_t *
token_find(ngx_commerce_tokens_t *tokens, const ngx_str_t *token,
    ngx_uint_t hash)
{
    token_t     *t, **set;
    ngx_uint_t   n;

    set = tokens->sets[hash % TOKENS_SETS];

    for (n = 0; n < TOKENS_WAYS && set[n] != NULL; n++) {
        t = set[n];

        if (token_same(t, token, hash)) {
            ngx_memmove(&set[1], set, n * sizeof(token_t *));
            set[0] = t;
            return t;
        }
    }

    return NULL;
}


static void
token_keep(ngx_commerce_tokens_t *tokens, token_t *t)
{
    token_t  **set;

    set = tokens->sets[t->hash % TOKENS_SETS];

    if (set[TOKENS_WAYS - 1] != NULL) {
        token_release(set[TOKENS_WAYS - 1]);
    }

    ngx_memmove(&set[1], set, (TOKENS_WAYS - 1) * sizeof(token_t *));
    set[0] = t;
}


/* The signature is at the end and as good as random. */

static ngx_uint_t
token_hash(const ngx_str_t *token)
{
    size_t  n;

    n = ngx_min(token->len, 24);

    return ngx_hash_key(token->data + token->len - n, n);
}


static ngx_uint_t
token_same(const token_t *t, const ngx_str_t *token, ngx_uint_t hash)
{
    return t->hash == hash && t->len == token->len
           && ngx_memcmp(t->token, token->data, token->len) == 0;
}
