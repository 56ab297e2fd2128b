/*
 * The response cache as the stations use it; see cache_zone.h for what is
 * shared between workers.
 */

#ifndef NGX_COMMERCE_CACHE_H
#define NGX_COMMERCE_CACHE_H


#include "cache_zone.h"
#include "station.h"


/* The station: NGX_OK goes on and asks, NGX_DONE has the answer. */
ngx_int_t ngx_commerce_cache(ngx_commerce_flow_t *f);

/* Steps before the call: see cache.c. */
ngx_int_t ngx_commerce_cache_join(ngx_commerce_flow_t *f);
ngx_int_t ngx_commerce_cache_joined(ngx_commerce_flow_t *f);

/* Keeps the answer that was rendered, if it may be. */
void ngx_commerce_cache_store(ngx_commerce_flow_t *f);

/* The tag of all writes in the database of the flow's operation. */
uint32_t ngx_commerce_cache_written(ngx_commerce_flow_t *f);


#endif /* NGX_COMMERCE_CACHE_H */
