/*
 * The consumer of the change feeds.  In each gateway one worker listens to a
 * database; the others look every quarter of a second whether it still gives
 * signs of life, and take over when it does not.
 *
 * A change of a row of table T moves the generations of the tags `T` and
 * `T:<id>`.  When a stream starts, all generations move: nothing that was
 * committed before is heard of.  While none stands, `coherent` is 0 and the
 * cache is passed by.
 */

#include "feed.h"
#include "../base/walog.h"


#define FEED_LOOK   250      /* ms */
#define FEED_DEAD   900      /* ms without a sign: take over within a second */


typedef struct {
    ngx_commerce_pg_feed_t            feed;
    const ngx_commerce_feed_conf_t   *conf;
    ngx_commerce_worker_t            *worker;
    ngx_commerce_cache_feed_t        *shared;
    ngx_commerce_walog_t             *walog;
    ngx_event_t                       look;
    unsigned                          mine:1;
} listener_t;


static void feed_look(ngx_event_t *ev);
static ngx_uint_t feed_take(listener_t *l);
static void feed_give(listener_t *l);
static void feed_started(ngx_commerce_pg_feed_t *feed);
static void feed_lost(ngx_commerce_pg_feed_t *feed);
static void feed_message(ngx_commerce_pg_feed_t *feed, const u_char *data,
    size_t len);
static void feed_row(listener_t *l, const ngx_commerce_walog_event_t *e,
    const ngx_commerce_walog_row_t *row);
static void feed_truncated(listener_t *l,
    const ngx_commerce_walog_event_t *e);


ngx_int_t
ngx_commerce_feed_create(ngx_commerce_worker_t *worker)
{
    listener_t                *l;
    ngx_uint_t                 i;
    ngx_commerce_feed_conf_t  *conf;

    if (worker->conf->feeds == NULL || worker->cache == NULL) {
        return NGX_OK;
    }

    conf = worker->conf->feeds->elts;
    worker->nfeeds = worker->conf->feeds->nelts;

    l = ngx_pcalloc(worker->pool, worker->nfeeds * sizeof(listener_t));
    if (l == NULL) {
        return NGX_ERROR;
    }

    worker->feeds = l;

    for (i = 0; i < worker->nfeeds; i++) {
        l[i].conf = &conf[i];
        l[i].worker = worker;
        l[i].shared = ngx_commerce_cache_feed(worker->cache,
                                              conf[i].database);

        l[i].look.handler = feed_look;
        l[i].look.data = &l[i];
        l[i].look.log = worker->log;
        l[i].look.cancelable = 1;

        ngx_add_timer(&l[i].look, 1);
    }

    return NGX_OK;
}


void
ngx_commerce_feed_destroy(ngx_commerce_worker_t *worker)
{
    listener_t  *l;
    ngx_uint_t   i;

    l = worker->feeds;

    for (i = 0; i < worker->nfeeds; i++) {
        if (l[i].mine) {
            feed_give(&l[i]);
        }

        if (l[i].look.timer_set) {
            ngx_del_timer(&l[i].look);
        }
    }

    worker->nfeeds = 0;
}


static void
feed_look(ngx_event_t *ev)
{
    listener_t  *l = ev->data;

    if (ngx_exiting || ngx_quit || ngx_terminate) {
        if (l->mine) {
            feed_give(l);
        }

        return;
    }

    if (l->mine) {

        /* a worker that slept may have been succeeded meanwhile */

        if (l->shared->owner != (ngx_atomic_uint_t) ngx_pid) {
            l->mine = 0;
            ngx_commerce_pg_feed_stop(&l->feed);
            ngx_commerce_walog_destroy(l->walog);

        } else {
            l->shared->beat = ngx_current_msec;
        }

    } else if (feed_take(l)) {
        l->mine = 1;
        l->shared->beat = ngx_current_msec;

        ngx_memzero(&l->feed, sizeof(ngx_commerce_pg_feed_t));

        l->feed.conf = &l->conf->pg;
        l->feed.log = l->worker->log;
        l->feed.data = l;
        l->feed.started = feed_started;
        l->feed.message = feed_message;
        l->feed.lost = feed_lost;
        l->walog = NULL;

        ngx_commerce_pg_feed_start(&l->feed);
    }

    ngx_add_timer(&l->look, FEED_LOOK);
}


/* Nobody listens, or who did has given no sign for too long. */

static ngx_uint_t
feed_take(listener_t *l)
{
    ngx_atomic_uint_t  owner;

    owner = l->shared->owner;

    if (owner != 0 && ngx_current_msec - l->shared->beat < FEED_DEAD) {
        return 0;
    }

    if (!ngx_atomic_cmp_set(&l->shared->owner, owner,
                            (ngx_atomic_uint_t) ngx_pid))
    {
        return 0;
    }

    l->shared->coherent = 0;

    return 1;
}


static void
feed_give(listener_t *l)
{
    l->mine = 0;

    ngx_commerce_pg_feed_stop(&l->feed);
    ngx_commerce_walog_destroy(l->walog);
    l->walog = NULL;

    if (l->shared->owner == (ngx_atomic_uint_t) ngx_pid) {
        l->shared->coherent = 0;
        (void) ngx_atomic_cmp_set(&l->shared->owner,
                                  (ngx_atomic_uint_t) ngx_pid, 0);
    }
}


static void
feed_started(ngx_commerce_pg_feed_t *feed)
{
    listener_t  *l = feed->data;

    ngx_commerce_walog_destroy(l->walog);
    l->walog = ngx_commerce_walog_create();

    if (l->walog == NULL) {
        feed_lost(feed);
        return;
    }

    ngx_commerce_cache_move_all(l->worker->cache);
    ngx_memory_barrier();
    l->shared->coherent = 1;

    ngx_log_error(NGX_LOG_NOTICE, l->worker->log, 0,
                  "commerce: the change feed of \"%V\" stands",
                  &feed->conf->name);
}


static void
feed_lost(ngx_commerce_pg_feed_t *feed)
{
    listener_t  *l = feed->data;

    if (l->shared->coherent) {
        l->shared->coherent = 0;

        ngx_log_error(NGX_LOG_WARN, l->worker->log, 0,
                      "commerce: the change feed of \"%V\" is lost, its "
                      "answers are not cached", &feed->conf->name);
    }
}


static void
feed_message(ngx_commerce_pg_feed_t *feed, const u_char *data, size_t len)
{
    listener_t                  *l = feed->data;
    ngx_commerce_walog_event_t   e;

    if (l->walog == NULL
        || ngx_commerce_walog_decode(l->walog, data, len, &e) != 0)
    {
        ngx_log_error(NGX_LOG_ERR, l->worker->log, 0,
                      "commerce: the change feed of \"%V\" cannot be read: %s",
                      &feed->conf->name,
                      (l->walog == NULL) ? "no memory"
                                         : ngx_commerce_walog_error(l->walog));
        feed_lost(feed);
        ngx_commerce_pg_feed_stop(feed);
        ngx_commerce_pg_feed_start(feed);
        return;
    }

    switch (e.kind) {

    case NGX_COMMERCE_WALOG_INSERT:
    case NGX_COMMERCE_WALOG_UPDATE:
    case NGX_COMMERCE_WALOG_DELETE:
        feed_row(l, &e, &e.row);
        feed_row(l, &e, &e.old);
        break;

    case NGX_COMMERCE_WALOG_TRUNCATE:
        feed_truncated(l, &e);
        break;

    default:
        break;
    }
}


static void
feed_row(listener_t *l, const ngx_commerce_walog_event_t *e,
    const ngx_commerce_walog_row_t *row)
{
    u_char                             tag[128], *last;
    const ngx_commerce_str_t          *table;
    const ngx_commerce_walog_value_t  *id;

    if (row->values == NULL) {
        return;
    }

    table = &e->relation->name;

    ngx_commerce_cache_move(l->worker->cache,
                            ngx_commerce_cache_tag(table->data, table->len));

    id = ngx_commerce_walog_value(e->relation, row, "id");

    if (id == NULL || id->kind != 't') {
        return;
    }

    last = ngx_slprintf(tag, tag + sizeof(tag), "%*s:%*s", table->len,
                        table->data, id->text.len, id->text.data);

    ngx_commerce_cache_move(l->worker->cache,
                            ngx_commerce_cache_tag(tag, last - tag));
}


/* Rows that are not named: everything may depend on them. */

static void
feed_truncated(listener_t *l, const ngx_commerce_walog_event_t *e)
{
    ngx_commerce_cache_move_all(l->worker->cache);
}
