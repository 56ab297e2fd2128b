/*
 * Who listens to the change feeds, and how they stand.  In each gateway one
 * worker listens to a database; the others look every quarter of a second
 * whether it still lives, and take over when it does not.
 *
 * When a stream begins, all generations move and every subscriber is told:
 * nothing that was committed before is heard of.  What the rows do stands in
 * feed_rows.c.
 */

#include "cache_zone.h"
#include "feed_listener.h"
#include "positions.h"


#define FEED_LOOK   250      /* ms */
#define FEED_DEAD   900      /* ms without a sign: take over within a second */


static void feed_init(ngx_commerce_feed_listener_t *l,
    ngx_commerce_worker_t *worker, const ngx_commerce_feed_conf_t *conf);
static void feed_look(ngx_event_t *ev);
static void feed_rest(ngx_commerce_feed_listener_t *l);
static void feed_begin(ngx_commerce_feed_listener_t *l);
static ngx_uint_t feed_vacant(ngx_commerce_feed_listener_t *l);
static ngx_uint_t feed_owns(ngx_commerce_feed_listener_t *l);
static void feed_give(ngx_commerce_feed_listener_t *l);
static void feed_started(ngx_commerce_pg_feed_t *feed);
static void feed_alive(ngx_commerce_pg_feed_t *feed);
static void feed_lost(ngx_commerce_pg_feed_t *feed);
static void feed_message(ngx_commerce_pg_feed_t *feed, const u_char *data,
    size_t len);
static ngx_commerce_feed_listener_t *feed_find(
    const ngx_commerce_worker_t *worker, ngx_uint_t database);


ngx_int_t
ngx_commerce_feed_create(ngx_commerce_worker_t *worker)
{
    ngx_uint_t                 i;
    ngx_commerce_feeds_t      *feeds;
    ngx_commerce_feed_conf_t  *conf;

    if (worker->conf->feeds == NULL) {
        return NGX_OK;
    }

    feeds = ngx_pcalloc(worker->pool, sizeof(ngx_commerce_feeds_t));
    if (feeds == NULL) {
        return NGX_ERROR;
    }

    conf = worker->conf->feeds->elts;

    feeds->worker = worker;
    feeds->nlisteners = worker->conf->feeds->nelts;
    feeds->listeners = ngx_pcalloc(worker->pool, feeds->nlisteners
                                   * sizeof(ngx_commerce_feed_listener_t));
    if (feeds->listeners == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < feeds->nlisteners; i++) {
        feed_init(&feeds->listeners[i], worker, &conf[i]);
    }

    worker->feeds = feeds;

    return NGX_OK;
}


/* The domains subscribe before the loop begins and the first timer ends. */

static void
feed_init(ngx_commerce_feed_listener_t *l, ngx_commerce_worker_t *worker,
    const ngx_commerce_feed_conf_t *conf)
{
    l->conf = conf;
    l->worker = worker;
    l->shared = ngx_commerce_zone_feed(worker->zone, conf->database);
    ngx_queue_init(&l->subscribers);

    l->look.handler = feed_look;
    l->look.data = l;
    l->look.log = worker->log;
    l->look.cancelable = 1;

    ngx_add_timer(&l->look, 1);
}


void
ngx_commerce_feed_destroy(ngx_commerce_worker_t *worker)
{
    ngx_uint_t                     i;
    ngx_commerce_feed_listener_t  *l;

    if (worker->feeds == NULL) {
        return;
    }

    for (i = 0; i < worker->feeds->nlisteners; i++) {
        l = &worker->feeds->listeners[i];

        if (l->mine) {
            feed_give(l);
        }

        if (l->look.timer_set) {
            ngx_del_timer(&l->look);
        }
    }

    worker->feeds = NULL;
}


static void
feed_look(ngx_event_t *ev)
{
    ngx_commerce_feed_listener_t  *l = ev->data;

    if (ngx_exiting || ngx_quit || ngx_terminate) {
        if (l->mine) {
            feed_give(l);
        }

        return;
    }

    if (l->mine && !feed_owns(l)) {

        /* this worker slept, and was succeeded meanwhile */

        feed_give(l);
    }

    if (l->mine) {
        l->shared->beat = ngx_current_msec;
        feed_rest(l);

        if (l->shared->stands) {
            ngx_commerce_positions_tick(l->worker->positions,
                                        l->conf->database);
        }

    } else if (feed_vacant(l)) {
        feed_begin(l);
    }

    ngx_add_timer(&l->look, FEED_LOOK);
}


/*
 * Transactions that were in the log before the stream began and are seen
 * only now cannot be named (see feed_settle.c): for a while everything moves.
 */

static void
feed_rest(ngx_commerce_feed_listener_t *l)
{
    if (l->restless == 0) {
        return;
    }

    l->restless--;

    if (l->worker->cache != NULL) {
        ngx_commerce_cache_move_all(l->worker->cache);
    }
}


static void
feed_begin(ngx_commerce_feed_listener_t *l)
{
    l->mine = 1;
    l->shared->beat = ngx_current_msec;

    ngx_memzero(&l->feed, sizeof(ngx_commerce_pg_feed_t));

    l->feed.conf = &l->conf->pg;
    l->feed.log = l->worker->log;
    l->feed.data = l;
    l->feed.started = feed_started;
    l->feed.message = feed_message;
    l->feed.alive = feed_alive;
    l->feed.lost = feed_lost;

    ngx_commerce_pg_feed_start(&l->feed);
}


/*
 * Nobody listens; or who did is gone, which the next look finds; or it hangs,
 * which takes longer to be sure of.  The place is then ours.
 */

static ngx_uint_t
feed_vacant(ngx_commerce_feed_listener_t *l)
{
    ngx_atomic_uint_t  owner;

    owner = l->shared->owner;

    if (owner != 0 && ngx_commerce_zone_since(l->shared->beat) < FEED_DEAD
        && (kill((ngx_pid_t) owner, 0) == 0 || ngx_errno != NGX_ESRCH))
    {
        return 0;
    }

    if (!ngx_atomic_cmp_set(&l->shared->owner, owner,
                            (ngx_atomic_uint_t) ngx_pid))
    {
        return 0;
    }

    l->shared->stands = 0;

    return 1;
}


static ngx_uint_t
feed_owns(ngx_commerce_feed_listener_t *l)
{
    return l->shared->owner == (ngx_atomic_uint_t) ngx_pid;
}


static void
feed_give(ngx_commerce_feed_listener_t *l)
{
    l->mine = 0;

    ngx_commerce_pg_feed_stop(&l->feed);
    ngx_commerce_settle_drop(l);
    ngx_commerce_walog_destroy(l->walog);
    l->walog = NULL;

    if (feed_owns(l)) {
        l->shared->stands = 0;
        (void) ngx_atomic_cmp_set(&l->shared->owner,
                                  (ngx_atomic_uint_t) ngx_pid, 0);
    }
}


static void
feed_started(ngx_commerce_pg_feed_t *feed)
{
    ngx_commerce_feed_listener_t  *l = feed->data;

    if (!feed_owns(l)) {
        return;
    }

    ngx_commerce_walog_destroy(l->walog);
    l->walog = ngx_commerce_walog_create();

    ngx_commerce_feed_forget(l);

    l->shared->received = (ngx_atomic_uint_t) feed->received;
    l->shared->behind = 0;
    l->shared->heard = ngx_current_msec;
    (void) ngx_atomic_fetch_add(&l->shared->starts, 1);

    ngx_memory_barrier();
    l->shared->stands = 1;

    ngx_log_error(NGX_LOG_NOTICE, l->worker->log, 0,
                  "commerce: the change feed of \"%V\" stands",
                  &feed->conf->name);
}


static void
feed_alive(ngx_commerce_pg_feed_t *feed)
{
    ngx_commerce_feed_listener_t  *l = feed->data;

    if (!feed_owns(l)) {
        return;
    }

    l->shared->heard = feed->heard;
    l->shared->received = (ngx_atomic_uint_t) feed->received;
    ngx_commerce_positions_reached(l->worker->positions, l->conf->database,
                                   feed->received);

    if (feed->received >= l->shared->awaited) {
        l->shared->behind = 0;
    }
}


static void
feed_lost(ngx_commerce_pg_feed_t *feed)
{
    ngx_commerce_feed_listener_t  *l = feed->data;

    if (!feed_owns(l) || !l->shared->stands) {
        return;
    }

    l->shared->stands = 0;

    ngx_log_error(NGX_LOG_WARN, l->worker->log, 0,
                  "commerce: the change feed of \"%V\" is lost, its answers "
                  "are cached for %dms", &feed->conf->name,
                  NGX_COMMERCE_ZONE_SHORT);
}


static void
feed_message(ngx_commerce_pg_feed_t *feed, const u_char *data, size_t len)
{
    ngx_commerce_feed_listener_t  *l = feed->data;

    if (ngx_commerce_feed_take(l, data, len) == NGX_OK) {
        feed_alive(feed);
        return;
    }

    ngx_log_error(NGX_LOG_ERR, l->worker->log, 0,
                  "commerce: the change feed of \"%V\" cannot be read: %s",
                  &feed->conf->name,
                  (l->conf->pg.channel.len != 0) ? "no such notification"
                  : (l->walog == NULL) ? "no memory"
                  : ngx_commerce_walog_error(l->walog));
    feed_lost(feed);
    ngx_commerce_pg_feed_stop(feed);
    ngx_commerce_pg_feed_start(feed);
}


ngx_commerce_feed_listener_t *
ngx_commerce_feed_listener(const ngx_commerce_worker_t *worker,
    const char *database)
{
    ngx_uint_t                     i;
    ngx_commerce_feed_listener_t  *l;

    if (worker->feeds == NULL) {
        return NULL;
    }

    for (i = 0; i < worker->feeds->nlisteners; i++) {
        l = &worker->feeds->listeners[i];

        if (l->conf->pg.name.len == ngx_strlen(database)
            && ngx_memcmp(l->conf->pg.name.data, database,
                          l->conf->pg.name.len) == 0)
        {
            return l;
        }
    }

    return NULL;
}


static ngx_commerce_feed_listener_t *
feed_find(const ngx_commerce_worker_t *worker, ngx_uint_t database)
{
    ngx_uint_t  i;

    if (worker->feeds == NULL) {
        return NULL;
    }

    for (i = 0; i < worker->feeds->nlisteners; i++) {
        if (worker->feeds->listeners[i].conf->database == database) {
            return &worker->feeds->listeners[i];
        }
    }

    return NULL;
}


ngx_int_t
ngx_commerce_feed_state(const ngx_commerce_worker_t *worker,
    ngx_uint_t database, ngx_commerce_feed_state_t *state)
{
    ngx_commerce_zone_feed_t      *shared;
    ngx_commerce_feed_listener_t  *l;

    l = feed_find(worker, database);
    if (l == NULL) {
        return NGX_DECLINED;
    }

    shared = l->shared;

    state->lag = ngx_commerce_zone_gap(shared);
    state->up = (state->lag == 0);
    state->changes = shared->changes;
    state->starts = shared->starts;
    state->lag_bytes = (shared->flushed > shared->received)
                       ? shared->flushed - shared->received : 0;

    if (state->up && shared->behind != 0) {
        state->lag = ngx_commerce_zone_since(shared->behind);
    }

    return NGX_OK;
}


ngx_uint_t
ngx_commerce_feed_stands(const ngx_commerce_worker_t *worker,
    const char *database)
{
    ngx_commerce_feed_listener_t  *l;

    l = ngx_commerce_feed_listener(worker, database);

    return l != NULL && ngx_commerce_zone_gap(l->shared) == 0;
}


ngx_uint_t
ngx_commerce_feed_listens(const ngx_commerce_worker_t *worker,
    const char *database)
{
    ngx_commerce_feed_listener_t  *l;

    l = ngx_commerce_feed_listener(worker, database);

    return l != NULL && l->mine && l->shared->stands;
}


/* The first position that was not reached says since when log is missing. */

void
ngx_commerce_feed_position(ngx_commerce_worker_t *worker,
    const char *database, uint64_t position)
{
    ngx_commerce_feed_listener_t  *l;

    if (!ngx_commerce_feed_listens(worker, database)) {
        return;
    }

    l = ngx_commerce_feed_listener(worker, database);

    l->shared->flushed = (ngx_atomic_uint_t) position;

    if (l->shared->behind == 0 && l->feed.received < position) {
        l->shared->awaited = (ngx_atomic_uint_t) position;
        l->shared->behind = ngx_max(ngx_current_msec, 1);
    }
}
