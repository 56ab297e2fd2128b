/*
 * What feed.c and feed_rows.c share: the listeners of a worker.  For these
 * two files only.
 */

#ifndef NGX_COMMERCE_FEED_LISTENER_H
#define NGX_COMMERCE_FEED_LISTENER_H


#include "feed.h"


/* Of one database. */
typedef struct {
    ngx_commerce_pg_feed_t            feed;
    const ngx_commerce_feed_conf_t   *conf;
    ngx_commerce_worker_t            *worker;
    ngx_commerce_zone_feed_t         *shared;
    ngx_commerce_walog_t             *walog;
    ngx_event_t                       look;
    ngx_queue_t                       subscribers;
    uint64_t                          commit;   /* of the rows that come */
    unsigned                          mine:1;
} ngx_commerce_feed_listener_t;


struct ngx_commerce_feeds_s {
    ngx_commerce_worker_t            *worker;
    ngx_commerce_feed_listener_t     *listeners;
    ngx_uint_t                        nlisteners;
    ngx_queue_t                       watches;
    ngx_event_t                       look;     /* whether they are stirred */
    ngx_event_t                       ring;     /* posted after a batch */
};


/* The listener of a database by name, or NULL. */
ngx_commerce_feed_listener_t *ngx_commerce_feed_listener(
    const ngx_commerce_worker_t *worker, const char *database);

/* A message of pgoutput; NGX_ERROR: it cannot be understood. */
ngx_int_t ngx_commerce_feed_take(ngx_commerce_feed_listener_t *l,
    const u_char *data, size_t len);

/* A stream begins: everything may have changed. */
void ngx_commerce_feed_forget(ngx_commerce_feed_listener_t *l);

/* The worker's watches: beginning and end. */
void ngx_commerce_feed_watches_start(ngx_commerce_feeds_t *feeds);
void ngx_commerce_feed_watches_stop(ngx_commerce_feeds_t *feeds);


#endif /* NGX_COMMERCE_FEED_LISTENER_H */
