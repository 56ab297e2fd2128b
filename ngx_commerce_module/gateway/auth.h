/*
 * Who is it, and may they?  What the long way (auth.c's station) and the short
 * one (hit.c) both ask.
 */

#ifndef NGX_COMMERCE_AUTH_H
#define NGX_COMMERCE_AUTH_H


#include "conf.h"


typedef enum {
    NGX_COMMERCE_AUTH_OK = 0,
    NGX_COMMERCE_AUTH_REVOKED,
    NGX_COMMERCE_AUTH_FORBIDDEN
} ngx_commerce_auth_e;


/*
 * The bearer token of an Authorization header, len 0 for another scheme, which
 * is left to the handler; NGX_ERROR: it cannot be one.
 */
ngx_int_t ngx_commerce_auth_token(const ngx_str_t *header, ngx_str_t *token);

/* Whether a verified token still counts, and is enough for an operation. */
ngx_commerce_auth_e ngx_commerce_auth_allowed(ngx_commerce_worker_t *worker,
    const ngx_commerce_operation_t *operation,
    const ngx_commerce_jwt_claims_t *principal);


#endif /* NGX_COMMERCE_AUTH_H */
