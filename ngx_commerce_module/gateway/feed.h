/*
 * The change feeds of a gateway: one worker listens to each database and moves
 * the generations of what changed.
 */

#ifndef NGX_COMMERCE_FEED_H
#define NGX_COMMERCE_FEED_H


#include "cache_zone.h"
#include "../io/pg_feed.h"


/* The directive commerce_feed. */
typedef struct {
    ngx_uint_t                    database;    /* in conf->databases */
    ngx_commerce_pg_feed_conf_t   pg;
} ngx_commerce_feed_conf_t;


/* Starts trying to be the one that listens.  Worker init only. */
ngx_int_t ngx_commerce_feed_create(ngx_commerce_worker_t *worker);

/* Worker exit: another worker may take over at once. */
void ngx_commerce_feed_destroy(ngx_commerce_worker_t *worker);


#endif /* NGX_COMMERCE_FEED_H */
