/*
 * What a commit moved moves once more when the database shows the commit.
 *
 * PostgreSQL writes a commit to the log, where the feed reads it, and only
 * then lets its rows be seen: in between lies the disk of a synchronous
 * standby, or a server that has to wait for a processor.  An answer that is
 * made in between has the new generation and the old row, and nothing would
 * ever move it again.  So transactions are kept here with what they moved
 * until the database, asked by name (domain/feeds.c), shows them.
 *
 * A notification comes when its commit can be seen: nobody asks for those.
 *
 * Lifetime: a batch has its own pool and goes with the answer, or with the
 * stream.
 */

#include "cache_zone.h"
#include "feed_listener.h"
#include "positions.h"


/* tags of a batch; a transaction of more moves everything */
#define SETTLE_TAGS  4096


struct ngx_commerce_feed_batch_s {
    ngx_pool_t    *pool;
    ngx_array_t    xids;         /* uint32_t */
    ngx_array_t    tags;         /* uint32_t */
    unsigned       all:1;
};


static ngx_commerce_feed_batch_t *settle_batch(
    ngx_commerce_feed_listener_t *l);
static void settle_forget(ngx_commerce_feed_batch_t **batch);
static void settle_move(ngx_commerce_feed_listener_t *l,
    ngx_commerce_feed_batch_t *batch);


void
ngx_commerce_settle_tag(ngx_commerce_feed_listener_t *l, uint32_t tag)
{
    uint32_t                   *p, *last;
    ngx_commerce_feed_batch_t  *batch;

    batch = settle_batch(l);

    if (batch == NULL || batch->all) {
        return;
    }

    last = (uint32_t *) batch->tags.elts + batch->tags.nelts;

    /* rows of one table follow each other */

    if ((batch->tags.nelts > 0 && last[-1] == tag)
        || (batch->tags.nelts > 1 && last[-2] == tag))
    {
        return;
    }

    p = (batch->tags.nelts < SETTLE_TAGS) ? ngx_array_push(&batch->tags)
                                          : NULL;
    if (p == NULL) {
        batch->all = 1;
        return;
    }

    *p = tag;
}


void
ngx_commerce_settle_all(ngx_commerce_feed_listener_t *l)
{
    ngx_commerce_feed_batch_t  *batch;

    batch = settle_batch(l);

    if (batch != NULL) {
        batch->all = 1;
    }
}


/* The one that is open, if anybody asks; without memory everything moves for
 * a while. */

static ngx_commerce_feed_batch_t *
settle_batch(ngx_commerce_feed_listener_t *l)
{
    ngx_pool_t                 *pool;
    ngx_commerce_feed_batch_t  *batch;

    if (l->settler == NULL) {
        return NULL;
    }

    l->touched = 1;

    if (l->open != NULL) {
        return l->open;
    }

    pool = ngx_create_pool(1024, l->worker->log);
    if (pool == NULL) {
        l->restless = NGX_COMMERCE_FEED_RESTLESS;
        return NULL;
    }

    batch = ngx_pcalloc(pool, sizeof(ngx_commerce_feed_batch_t));

    if (batch == NULL
        || ngx_array_init(&batch->xids, pool, 8, sizeof(uint32_t)) != NGX_OK
        || ngx_array_init(&batch->tags, pool, 32, sizeof(uint32_t)) != NGX_OK)
    {
        ngx_destroy_pool(pool);
        l->restless = NGX_COMMERCE_FEED_RESTLESS;
        return NULL;
    }

    batch->pool = pool;
    l->open = batch;

    return batch;
}


void
ngx_commerce_settle_commit(ngx_commerce_feed_listener_t *l)
{
    uint32_t  *xid;

    if (!l->touched) {
        return;
    }

    l->touched = 0;

    if (l->open == NULL) {
        return;
    }

    xid = ngx_array_push(&l->open->xids);

    if (xid == NULL) {
        l->restless = NGX_COMMERCE_FEED_RESTLESS;
        return;
    }

    *xid = l->xid;

    if (l->settler != NULL) {
        l->settler(l->settler_data);
    }
}


void
ngx_commerce_settle_drop(ngx_commerce_feed_listener_t *l)
{
    l->touched = 0;
    settle_forget(&l->open);
    settle_forget(&l->asked);
}


static void
settle_forget(ngx_commerce_feed_batch_t **batch)
{
    if (*batch != NULL) {
        ngx_destroy_pool((*batch)->pool);
        *batch = NULL;
    }
}


ngx_int_t
ngx_commerce_feed_settle(ngx_commerce_worker_t *worker, const char *database,
    void (*settler)(void *data), void *data)
{
    ngx_commerce_feed_listener_t  *l;

    l = ngx_commerce_feed_listener(worker, database);
    if (l == NULL) {
        return NGX_DECLINED;
    }

    l->settler = settler;
    l->settler_data = data;

    return NGX_OK;
}


const char *
ngx_commerce_feed_unsettled(ngx_commerce_worker_t *worker,
    const char *database, ngx_pool_t *pool)
{
    u_char                        *text, *p;
    uint32_t                      *xids;
    ngx_uint_t                     i;
    ngx_commerce_feed_listener_t  *l;

    l = ngx_commerce_feed_listener(worker, database);
    if (l == NULL) {
        return NULL;
    }

    if (l->asked == NULL && !l->touched) {
        l->asked = l->open;
        l->open = NULL;
    }

    if (l->asked == NULL) {
        return NULL;
    }

    text = ngx_pnalloc(pool, l->asked->xids.nelts * (NGX_INT32_LEN + 1) + 3);
    if (text == NULL) {
        return NULL;
    }

    xids = l->asked->xids.elts;
    p = text;
    *p++ = '{';

    for (i = 0; i < l->asked->xids.nelts; i++) {
        p = ngx_sprintf(p, "%s%uD", (i == 0) ? "" : ",", xids[i]);
    }

    *p++ = '}';
    *p = '\0';

    return (char *) text;
}


ngx_uint_t
ngx_commerce_feed_settled(ngx_commerce_worker_t *worker, const char *database,
    ngx_uint_t visible)
{
    ngx_commerce_feed_listener_t  *l;

    l = ngx_commerce_feed_listener(worker, database);
    if (l == NULL) {
        return 0;
    }

    if (visible && l->asked != NULL) {
        settle_move(l, l->asked);
        settle_forget(&l->asked);
    }

    return l->asked != NULL || (l->open != NULL && !l->touched);
}


static void
settle_move(ngx_commerce_feed_listener_t *l, ngx_commerce_feed_batch_t *batch)
{
    uint32_t                  *tags;
    uint64_t                   before;
    ngx_uint_t                 i, database;
    ngx_commerce_positions_t  *positions;

    positions = l->worker->positions;
    database = l->conf->database;

    /* a log that rests must not keep answers of now from being valid */

    before = l->feed.received - 1;

    if (l->worker->cache != NULL && batch->all) {
        ngx_commerce_positions_moved_all(positions, database, before);
        ngx_commerce_cache_move_all(l->worker->cache);

    } else if (l->worker->cache != NULL) {
        tags = batch->tags.elts;

        for (i = 0; i < batch->tags.nelts; i++) {
            ngx_commerce_positions_moved(positions, database, tags[i],
                                         before);
            ngx_commerce_cache_move(l->worker->cache, tags[i]);
        }
    }
}
