/*
 * A writer of OpenAPI documents in JSON.  Private to base.
 */

#ifndef NGX_COMMERCE_OPENAPI_OUT_H
#define NGX_COMMERCE_OPENAPI_OUT_H


#include "contract_build.h"
#include "json.h"


typedef struct {
    ngx_commerce_json_t  json;
    u_char              *start;          /* malloc'd; the caller frees it */
    unsigned             comma:1;        /* wanted before the next member */
} ngx_commerce_openapi_t;


void ngx_commerce_openapi_init(ngx_commerce_openapi_t *out);

/* A comma if one is due, the key, a colon. */
void ngx_commerce_openapi_key(ngx_commerce_openapi_t *out, const char *key);

/* A value; references inside become local. */
void ngx_commerce_openapi_node(ngx_commerce_openapi_t *out,
    const ngx_commerce_node_t *node);

/* Key and value, unless the key is one of ours. */
void ngx_commerce_openapi_member(ngx_commerce_openapi_t *out,
    const ngx_commerce_node_t *node);


#endif /* NGX_COMMERCE_OPENAPI_OUT_H */
