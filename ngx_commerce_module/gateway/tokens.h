/*
 * Access tokens that this worker has verified already: an asymmetric signature
 * costs tens of microseconds, a look into this table less than one.
 */

#ifndef NGX_COMMERCE_TOKENS_H
#define NGX_COMMERCE_TOKENS_H


#include "conf.h"


/* The table; lives in `pool`, which frees the claims that it holds. */
ngx_commerce_tokens_t *ngx_commerce_tokens_create(ngx_pool_t *pool);

/*
 * Verifies a token, or remembers that it was.  On NGX_COMMERCE_JWT_OK the
 * claims live as long as `pool` does.
 */
ngx_commerce_jwt_rc_t ngx_commerce_tokens_verify(ngx_commerce_worker_t *worker,
    const ngx_str_t *token, ngx_pool_t *pool,
    const ngx_commerce_jwt_claims_t **claims);

/*
 * The claims of a token that the worker has verified before and that is still
 * valid, or NULL.  They live until the next call of verify().
 */
const ngx_commerce_jwt_claims_t *ngx_commerce_tokens_known(
    ngx_commerce_worker_t *worker, const ngx_str_t *token);


#endif /* NGX_COMMERCE_TOKENS_H */
