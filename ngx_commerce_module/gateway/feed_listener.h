/*
 * What feed.c and feed_rows.c share: the listeners of a worker.  For these
 * two files only.
 */

#ifndef NGX_COMMERCE_FEED_LISTENER_H
#define NGX_COMMERCE_FEED_LISTENER_H


#include "feed.h"


/* looks during which everything moves, after a stream began: see feed.c */
#define NGX_COMMERCE_FEED_RESTLESS  5


typedef struct ngx_commerce_feed_batch_s  ngx_commerce_feed_batch_t;


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

    ngx_commerce_feed_batch_t        *open;      /* of commits to come */
    ngx_commerce_feed_batch_t        *asked;     /* are they seen? */
    void                            (*settler)(void *data);
    void                             *settler_data;
    uint32_t                          xid;       /* whose rows come now */
    ngx_uint_t                        restless;  /* looks */
    unsigned                          touched:1; /* by this transaction */
    unsigned                          mine:1;
} ngx_commerce_feed_listener_t;


struct ngx_commerce_feeds_s {
    ngx_commerce_worker_t            *worker;
    ngx_commerce_feed_listener_t     *listeners;
    ngx_uint_t                        nlisteners;
};


/* The listener of a database by name, or NULL. */
ngx_commerce_feed_listener_t *ngx_commerce_feed_listener(
    const ngx_commerce_worker_t *worker, const char *database);

/* A message of pgoutput; NGX_ERROR: it cannot be understood. */
ngx_int_t ngx_commerce_feed_take(ngx_commerce_feed_listener_t *l,
    const u_char *data, size_t len);

/* A stream begins: everything may have changed. */
void ngx_commerce_feed_forget(ngx_commerce_feed_listener_t *l);

/*
 * feed_settle.c: what the transaction of the stream moves; its end, and that
 * of the stream.
 */
void ngx_commerce_settle_tag(ngx_commerce_feed_listener_t *l, uint32_t tag);
void ngx_commerce_settle_all(ngx_commerce_feed_listener_t *l);
void ngx_commerce_settle_commit(ngx_commerce_feed_listener_t *l);
void ngx_commerce_settle_drop(ngx_commerce_feed_listener_t *l);


#endif /* NGX_COMMERCE_FEED_LISTENER_H */
