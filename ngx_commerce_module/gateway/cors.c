/*
 * Cross-origin requests (the Fetch standard): exact origins of the directive
 * commerce_cors_origin, never "null", never a wildcard.
 */

#include "answer.h"
#include "station.h"


static ngx_uint_t cors_allowed(ngx_commerce_flow_t *f, ngx_str_t *origin);


ngx_int_t
ngx_commerce_cors(ngx_commerce_flow_t *f, ngx_uint_t allow)
{
    ngx_str_t  origin;

    if (f->worker->conf->origins == NULL) {
        return NGX_OK;
    }

    if (ngx_commerce_flow_header(f, "Vary", "Origin") != NGX_OK) {
        return NGX_ERROR;
    }

    origin = ngx_commerce_header(f->r, "origin");

    if (origin.len == 0 || !cors_allowed(f, &origin)) {
        return NGX_OK;
    }

    if (ngx_commerce_send_header(f->r, "Access-Control-Allow-Origin",
                                 sizeof("Access-Control-Allow-Origin") - 1,
                                 origin.data, origin.len)
        != NGX_OK
        || ngx_commerce_flow_header(f, "Access-Control-Allow-Credentials",
                                    "true")
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (f->r->method != NGX_HTTP_OPTIONS) {
        return ngx_commerce_flow_header(f, "Access-Control-Expose-Headers",
                                        "ETag, Link, Location, Retry-After, "
                                        "X-Request-Id, Idempotency-Replayed");
    }

    if (ngx_commerce_flow_header(f, "Access-Control-Allow-Methods",
                                 "GET, HEAD, POST, PUT, PATCH, DELETE")
        != NGX_OK
        || ngx_commerce_flow_header(f, "Access-Control-Allow-Headers",
                                    "Authorization, Content-Type, If-Match, "
                                    "If-None-Match, Idempotency-Key, "
                                    "Accept-Language, X-Request-Id, "
                                    "X-Requested-With")
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_header(f, "Access-Control-Max-Age", "600");
}


static ngx_uint_t
cors_allowed(ngx_commerce_flow_t *f, ngx_str_t *origin)
{
    ngx_str_t   *allowed;
    ngx_uint_t   i;

    allowed = f->worker->conf->origins->elts;

    for (i = 0; i < f->worker->conf->origins->nelts; i++) {
        if (allowed[i].len == origin->len
            && ngx_strncasecmp(allowed[i].data, origin->data, origin->len)
               == 0)
        {
            return 1;
        }
    }

    return 0;
}
