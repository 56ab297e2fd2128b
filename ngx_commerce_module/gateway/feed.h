/*
 * The change feeds of a gateway: one worker listens to each database, moves
 * the generations of what changed and hands rows to who subscribed.
 *
 * Any worker can ask how a feed stands; what it needs to know is in shared
 * memory (zone.h).
 */

#ifndef NGX_COMMERCE_FEED_H
#define NGX_COMMERCE_FEED_H


#include "conf.h"
#include "zone.h"
#include "../base/walog.h"
#include "../io/pg_feed.h"


/* The directive commerce_feed. */
typedef struct {
    ngx_uint_t                    database;    /* in conf->databases */
    ngx_commerce_pg_feed_conf_t   pg;
} ngx_commerce_feed_conf_t;


/* How a feed stands. */
typedef struct {
    ngx_uint_t    up;           /* every change is heard of in time */
    ngx_msec_t    lag;          /* ms since which something may be missing */
    uint64_t      lag_bytes;    /* of log that is written and not heard of */
    uint64_t      changes;      /* rows heard of since the zone was made */
    uint64_t      starts;       /* streams since then */
} ngx_commerce_feed_state_t;


/*
 * A row of the table changed.  `e` is an insert, update, delete or truncate
 * and valid during the call; NULL: a stream begins, and anything may have
 * changed unheard before.
 */
typedef void (*ngx_commerce_feed_row_pt)(void *data,
    const ngx_commerce_walog_event_t *e);


/* Starts trying to be the one that listens.  Worker init only. */
ngx_int_t ngx_commerce_feed_create(ngx_commerce_worker_t *worker);

/* Worker exit: another worker may take over at once. */
void ngx_commerce_feed_destroy(ngx_commerce_worker_t *worker);

/*
 * Hands each change of a table to the handler, in the worker that listens and
 * in commit order; what others must know goes to shared memory.  The table
 * must be in the publication.  While a domain's state is created only;
 * NGX_DECLINED: the database has no feed.
 */
ngx_int_t ngx_commerce_feed_subscribe(ngx_commerce_worker_t *worker,
    const char *database, const char *table,
    ngx_commerce_feed_row_pt handler, void *data);

/*
 * The same of a table whose rows are work to be done and in no answer: they
 * move no tags, and the database may not show them yet.
 */
ngx_int_t ngx_commerce_feed_work(ngx_commerce_worker_t *worker,
    const char *database, const char *table,
    ngx_commerce_feed_row_pt handler, void *data);

/*
 * Calls the handler in the worker that listens when transactions were heard
 * of that the database may not show yet; there is one handler a database.
 * Who has it asks the database about ngx_commerce_feed_unsettled(), SQL's
 * text of an array of xids (NULL: none), and gives the answer to
 * ngx_commerce_feed_settled(), which tells whether there is more to ask.
 */
ngx_int_t ngx_commerce_feed_settle(ngx_commerce_worker_t *worker,
    const char *database, void (*settler)(void *data), void *data);
const char *ngx_commerce_feed_unsettled(ngx_commerce_worker_t *worker,
    const char *database, ngx_pool_t *pool);
ngx_uint_t ngx_commerce_feed_settled(ngx_commerce_worker_t *worker,
    const char *database, ngx_uint_t visible);

/* NGX_DECLINED: the database has no feed. */
ngx_int_t ngx_commerce_feed_state(const ngx_commerce_worker_t *worker,
    ngx_uint_t database, ngx_commerce_feed_state_t *state);

/* Whether every change of the database of that name is heard of in time. */
ngx_uint_t ngx_commerce_feed_stands(const ngx_commerce_worker_t *worker,
    const char *database);

/* Whether this worker listens to the database of that name. */
ngx_uint_t ngx_commerce_feed_listens(const ngx_commerce_worker_t *worker,
    const char *database);

/*
 * The database's log was written and flushed up to `position` just now: told
 * by who asked, in the worker that listens.
 */
void ngx_commerce_feed_position(ngx_commerce_worker_t *worker,
    const char *database, uint64_t position);


#endif /* NGX_COMMERCE_FEED_H */
