/*
 * Queries: the lanes in which they wait, their deadlines, their end.  Called
 * by the gateway through pg.h, and by pg_pool.c.
 *
 * A query's state is the list that it is in; query_move() is the only one to
 * change it.  A query is its caller's memory again once its handler is called.
 */

#include "pg_pool.h"
#include "../base/clock.h"


/* ms that a query of one lane may be older and still be passed by the next
 * more urgent lane: strict while fresh, and nobody starves */
#define AGE        500

/* a query which crashes the server must not do so for ever */
#define REPEATS    2

/* s */
#define RETRY_MAX  60


typedef enum {
    QUERY_FREE = 0,
    QUERY_WAITING,                       /* in its lane */
    QUERY_SENT,                          /* in a connection's slot */
    QUERY_DONE                           /* to be answered soon */
} query_state_e;


static void query_init(ngx_commerce_pg_query_t *q, ngx_commerce_pg_t *pg);
static void query_move(ngx_commerce_pg_query_t *q, query_state_e state);
static ngx_queue_t *query_lane(const ngx_commerce_pg_query_t *q);
static void query_timeout(ngx_event_t *ev);
static ngx_commerce_pg_query_t *query_last(ngx_commerce_pg_t *pg);
static ngx_uint_t query_retry_after(const ngx_commerce_pg_t *pg);


void
ngx_commerce_pg_send(ngx_commerce_pg_t *pg, ngx_commerce_pg_query_t *q)
{
    ngx_commerce_pg_query_t  *last;

    query_init(q, pg);

    if (ngx_commerce_pg_pool_away(pg) && !ngx_commerce_pg_pool_try(pg)) {
        pg->counts->away++;
        ngx_commerce_pg_query_fail(q, NGX_COMMERCE_PG_NOT_EXECUTED);
        return;
    }

    if (pg->waiting >= pg->owner.conf->queue) {
        pg->counts->full++;

        /* the last of a less urgent lane makes room */

        last = query_last(pg);

        if (last == NULL || last->lane <= q->lane) {
            ngx_commerce_pg_query_fail(q, NGX_COMMERCE_PG_NOT_EXECUTED);
            return;
        }

        ngx_commerce_pg_query_fail(last, NGX_COMMERCE_PG_NOT_EXECUTED);
    }

    /* not cancelable: a worker that leaves finishes what it holds */

    ngx_add_timer(&q->timer, q->timeout);

    query_move(q, QUERY_WAITING);
    ngx_commerce_pg_pool_wake(pg);
}


void
ngx_commerce_pg_forget(ngx_commerce_pg_query_t *q)
{
    if (q->state == QUERY_FREE) {
        return;
    }

    query_move(q, QUERY_FREE);

    if (q->timer.timer_set) {
        ngx_del_timer(&q->timer);
    }
}


/* Of the lanes' heads the one that is latest, urgency being a head start. */
ngx_commerce_pg_query_t *
ngx_commerce_pg_query_next(ngx_commerce_pg_t *pg, ngx_uint_t heavy)
{
    ngx_uint_t                i, n;
    ngx_msec_int_t            late, most;
    ngx_commerce_pg_query_t  *q, *next;

    next = NULL;
    most = 0;
    n = NGX_COMMERCE_PG_LANES + (heavy != 0);

    for (i = 0; i < n; i++) {

        if (ngx_queue_empty(&pg->lanes[i])) {
            continue;
        }

        q = ngx_queue_data(ngx_queue_head(&pg->lanes[i]),
                           ngx_commerce_pg_query_t, link);

        late = (ngx_msec_int_t) (ngx_current_msec - q->since)
               - (ngx_msec_int_t) (q->lane * AGE);

        if (next == NULL || late > most) {
            next = q;
            most = late;
        }
    }

    return next;
}


void
ngx_commerce_pg_query_sent(ngx_commerce_pg_query_t *q,
    ngx_commerce_pg_conn_t *c, uint64_t now)
{
    q->conn = c;
    q->waited = now - q->queued;
    query_move(q, QUERY_SENT);
}


void
ngx_commerce_pg_query_orphan(ngx_commerce_pg_query_t *q, ngx_msec_t since)
{
    /* a restart takes all connections, one after the other: counted once */

    if (q->repeated == 0 || (ngx_msec_int_t) (since - q->lost) > 0) {
        q->repeated++;
    }

    q->lost = ngx_current_msec;

    if (q->statement->repeatable && q->repeated <= REPEATS) {
        q->pg->counts->repeated++;
        query_move(q, QUERY_WAITING);
        ngx_commerce_pg_pool_wake(q->pg);
        return;
    }

    ngx_commerce_pg_query_fail(q, NGX_COMMERCE_PG_UNKNOWN);
}


void
ngx_commerce_pg_query_answer(ngx_commerce_pg_query_t *q)
{
    query_move(q, QUERY_FREE);

    if (q->timer.timer_set) {
        ngx_del_timer(&q->timer);
    }

    q->handler(q);
}


void
ngx_commerce_pg_query_fail(ngx_commerce_pg_query_t *q,
    ngx_commerce_pg_status_e status)
{
    q->status = status;

    if (status == NGX_COMMERCE_PG_NOT_EXECUTED) {
        q->retry_after = query_retry_after(q->pg);
    }

    query_move(q, QUERY_DONE);
    ngx_commerce_pg_pool_wake(q->pg);
}


static void
query_init(ngx_commerce_pg_query_t *q, ngx_commerce_pg_t *pg)
{
    q->pg = pg;
    q->conn = NULL;
    q->slot = NULL;
    q->state = QUERY_FREE;
    q->prepared_again = 0;
    q->repeated = 0;

    q->result = NULL;
    q->retry_after = 0;
    q->waited = 0;
    q->since = ngx_current_msec;
    q->queued = ngx_commerce_clock_us();

    if (q->timeout == 0) {
        q->timeout = pg->owner.conf->timeout;
    }

    ngx_memzero(&q->timer, sizeof(ngx_event_t));

    q->timer.handler = query_timeout;
    q->timer.data = q;
    q->timer.log = pg->owner.log;
}


static void
query_move(ngx_commerce_pg_query_t *q, query_state_e state)
{
    ngx_queue_t        *lane;
    ngx_commerce_pg_t  *pg;

    pg = q->pg;

    switch (q->state) {

    case QUERY_WAITING:
        pg->counts->waiting = --pg->waiting;
        ngx_queue_remove(&q->link);
        break;

    case QUERY_DONE:
        ngx_queue_remove(&q->link);
        break;

    case QUERY_SENT:
        pg->counts->in_flight--;

        if (q->slot != NULL) {
            ngx_commerce_pg_pipe_forget(q);
        }

        break;

    default:
        break;
    }

    q->state = state;

    switch (state) {

    case QUERY_WAITING:
        pg->counts->waiting = ++pg->waiting;
        lane = query_lane(q);

        if (q->repeated) {
            ngx_queue_insert_head(lane, &q->link);

        } else {
            ngx_queue_insert_tail(lane, &q->link);
        }

        break;

    case QUERY_SENT:
        pg->counts->in_flight++;
        break;

    case QUERY_DONE:
        ngx_queue_insert_tail(&pg->done, &q->link);
        break;

    default:
        break;
    }
}


static ngx_queue_t *
query_lane(const ngx_commerce_pg_query_t *q)
{
    ngx_uint_t  lane;

    lane = q->lane;

    if (q->pg->owner.known[q->statement->index].cost >= NGX_COMMERCE_PG_HEAVY)
    {
        lane = NGX_COMMERCE_PG_LANES;
    }

    return &q->pg->lanes[lane];
}


static void
query_timeout(ngx_event_t *ev)
{
    ngx_commerce_pg_query_t  *q;

    q = ev->data;
    q->pg->counts->late++;

    switch (q->state) {

    case QUERY_WAITING:
        q->waited = ngx_commerce_clock_us() - q->queued;
        q->status = NGX_COMMERCE_PG_NOT_EXECUTED;
        q->retry_after = query_retry_after(q->pg);
        break;

    case QUERY_SENT:
        q->status = NGX_COMMERCE_PG_UNKNOWN;
        break;

    default:
        break;
    }

    ngx_commerce_pg_query_answer(q);
}


/* The newest of the least urgent lane. */
static ngx_commerce_pg_query_t *
query_last(ngx_commerce_pg_t *pg)
{
    ngx_uint_t                i;
    ngx_commerce_pg_query_t  *q, *last;

    last = NULL;

    for (i = 0; i <= NGX_COMMERCE_PG_LANES; i++) {

        if (ngx_queue_empty(&pg->lanes[i])) {
            continue;
        }

        q = ngx_queue_data(ngx_queue_last(&pg->lanes[i]),
                           ngx_commerce_pg_query_t, link);

        if (last == NULL || q->lane >= last->lane) {
            last = q;
        }
    }

    return last;
}


/* Seconds until the queue of now is worked off at the rate of late. */
static ngx_uint_t
query_retry_after(const ngx_commerce_pg_t *pg)
{
    ngx_uint_t  seconds;

    if (pg->up == 0 || pg->rate == 0) {
        return 1 + (ngx_uint_t) (pg->up == 0);
    }

    seconds = 1 + pg->waiting / pg->rate;

    return ngx_min(seconds, RETRY_MAX);
}
