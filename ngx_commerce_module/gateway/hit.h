/*
 * An answer out of the cache without a flow: what hit.c, which finds it, tells
 * hit_send.c, which sends it.
 */

#ifndef NGX_COMMERCE_HIT_H
#define NGX_COMMERCE_HIT_H


#include "cache.h"


/* What is known of the request; on the stack of hit.c. */
typedef struct {
    const ngx_commerce_operation_t   *operation;
    const ngx_commerce_jwt_claims_t  *principal;  /* NULL: anonymous */
    ngx_str_t                         request_id; /* the client's, or empty */
    uint64_t                          started;    /* us */
} ngx_commerce_hit_t;


/* Sends it; returns what ngx_http_finalize_request() is to get. */
ngx_int_t ngx_commerce_hit_send(ngx_http_request_t *r,
    const ngx_commerce_hit_t *hit, const ngx_commerce_cache_answer_t *answer);


#endif /* NGX_COMMERCE_HIT_H */
