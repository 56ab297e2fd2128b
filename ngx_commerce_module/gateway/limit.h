/*
 * Rates as both limiters see them: the one in shared memory (limit.c), and
 * the one that counts with the other gateways (limit_shared.c).
 */

#ifndef NGX_COMMERCE_LIMIT_H
#define NGX_COMMERCE_LIMIT_H


#include "flow.h"


#define NGX_COMMERCE_LIMIT_KEY  256


/* Whom and what a rate counts for this request, as text; its length. */
size_t ngx_commerce_limit_key(ngx_commerce_flow_t *f,
    const ngx_commerce_rate_t *rate, u_char out[NGX_COMMERCE_LIMIT_KEY]);

/*
 * Takes one from shared memory; `alone`: without the other gateways, so only
 * this one's part.  0, or the milliseconds after which to come again.
 */
ngx_msec_t ngx_commerce_limit_take(ngx_commerce_flow_t *f,
    const ngx_commerce_rate_t *rate, ngx_uint_t alone);

/* Answers 429 with Retry-After; what it returns is the step's. */
ngx_int_t ngx_commerce_limit_refuse(ngx_commerce_flow_t *f, ngx_msec_t wait);


#endif /* NGX_COMMERCE_LIMIT_H */
