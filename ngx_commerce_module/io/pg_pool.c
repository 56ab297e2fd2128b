/*
 * The queries of one database in one worker: a bounded queue with lanes in
 * front of a few pipelined connections.  Called by the gateway through pg.h.
 *
 * A query's state is the list that it is in; query_move() is the only one to
 * change it.  Queries leave for the connections in one posted event at the end
 * of a loop iteration, so that whatever one wake-up brought goes out together.
 *
 * Lifetime: everything is allocated once, at the worker's start.
 */

#include "pg_conn.h"


/* ms that a query of one lane may be older and still be passed by the next
 * more urgent lane: strict while fresh, and nobody starves */
#define AGE         500

/* ms without any connection in which queries wait instead of being refused:
 * the time of a restart */
#define PATIENCE    1000

/* ms after which an unanswered head makes others avoid its connection */
#define SLOW        20

/* ms between two samples of the service rate */
#define SAMPLE      1000

#define RETRY_MAX   60


typedef enum {
    QUERY_FREE = 0,
    QUERY_WAITING,                       /* in its lane */
    QUERY_SENT,                          /* in a connection's slot */
    QUERY_DONE                           /* to be answered soon */
} query_state_e;


struct ngx_commerce_pg_s {
    ngx_commerce_pg_owner_t   owner;

    ngx_commerce_pg_conn_t   *conns;
    ngx_uint_t                nconns;

    ngx_queue_t               lanes[NGX_COMMERCE_PG_LANES];
    ngx_uint_t                waiting;
    ngx_queue_t               done;

    ngx_event_t               turn;      /* posted: answer, then dispatch */

    ngx_msec_t                down;      /* since then no connection is up */
    ngx_uint_t                up;        /* connections */

    ngx_msec_t                sampled;
    ngx_uint_t                answered;  /* since then */
    ngx_uint_t                rate;      /* answers per second, smoothed */
};


static void query_move(ngx_commerce_pg_query_t *q, query_state_e state);
static void query_answer(ngx_commerce_pg_query_t *q);
static void query_fail(ngx_commerce_pg_query_t *q,
    ngx_commerce_pg_status_e status);
static void query_timeout(ngx_event_t *ev);
static void pool_turn(ngx_event_t *ev);
static void pool_dispatch(ngx_commerce_pg_t *pg);
static ngx_commerce_pg_query_t *pool_next(ngx_commerce_pg_t *pg);
static ngx_commerce_pg_query_t *pool_last(ngx_commerce_pg_t *pg);
static ngx_commerce_pg_conn_t *pool_conn(ngx_commerce_pg_t *pg);
static void pool_ready(ngx_commerce_pg_conn_t *c);
static void pool_answer(ngx_commerce_pg_conn_t *c,
    ngx_commerce_pg_query_t *q);
static void pool_orphan(ngx_commerce_pg_conn_t *c,
    ngx_commerce_pg_query_t *q);
static void pool_lost(ngx_commerce_pg_conn_t *c);
static void pool_revive(ngx_commerce_pg_t *pg);
static ngx_uint_t pool_away(const ngx_commerce_pg_t *pg);
static void pool_wake(ngx_commerce_pg_t *pg);
static void pool_sample(ngx_commerce_pg_t *pg);
static ngx_uint_t pool_retry_after(const ngx_commerce_pg_t *pg);


ngx_commerce_pg_t *
ngx_commerce_pg_create(const ngx_commerce_pg_conf_t *conf,
    const ngx_commerce_pg_statement_t *statements, ngx_uint_t n,
    ngx_pool_t *pool, ngx_log_t *log)
{
    ngx_uint_t          i;
    ngx_commerce_pg_t  *pg;

    pg = ngx_pcalloc(pool, sizeof(ngx_commerce_pg_t));
    if (pg == NULL) {
        return NULL;
    }

    pg->owner.conf = conf;
    pg->owner.statements = statements;
    pg->owner.nstatements = n;
    pg->owner.log = log;
    pg->owner.ready = pool_ready;
    pg->owner.answer = pool_answer;
    pg->owner.orphan = pool_orphan;
    pg->owner.lost = pool_lost;

    for (i = 0; i < NGX_COMMERCE_PG_LANES; i++) {
        ngx_queue_init(&pg->lanes[i]);
    }

    ngx_queue_init(&pg->done);

    pg->turn.handler = pool_turn;
    pg->turn.data = pg;
    pg->turn.log = log;

    pg->down = ngx_current_msec;
    pg->sampled = ngx_current_msec;

    pg->conns = ngx_pcalloc(pool,
                            conf->connections * sizeof(ngx_commerce_pg_conn_t));
    if (pg->conns == NULL) {
        return NULL;
    }

    for (i = 0; i < conf->connections; i++) {
        pg->conns[i].data = pg;
        pg->conns[i].resident = (i == 0);

        if (ngx_commerce_pg_conn_init(&pg->conns[i], &pg->owner, pool)
            != NGX_OK)
        {
            return NULL;
        }
    }

    pg->nconns = conf->connections;

    for (i = 0; i < pg->nconns; i++) {
        ngx_commerce_pg_conn_open(&pg->conns[i]);
    }

    return pg;
}


void
ngx_commerce_pg_send(ngx_commerce_pg_t *pg, ngx_commerce_pg_query_t *q)
{
    ngx_commerce_pg_query_t  *last;

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

    if (q->timeout == 0) {
        q->timeout = pg->owner.conf->timeout;
    }

    ngx_memzero(&q->timer, sizeof(ngx_event_t));

    q->timer.handler = query_timeout;
    q->timer.data = q;
    q->timer.log = pg->owner.log;

    if (pool_away(pg)) {
        query_fail(q, NGX_COMMERCE_PG_NOT_EXECUTED);
        return;
    }

    if (pg->waiting >= pg->owner.conf->queue) {

        /* the last of a less urgent lane makes room */

        last = pool_last(pg);

        if (last == NULL || last->lane <= q->lane) {
            query_fail(q, NGX_COMMERCE_PG_NOT_EXECUTED);
            return;
        }

        query_fail(last, NGX_COMMERCE_PG_NOT_EXECUTED);
    }

    /* not cancelable: a worker that leaves finishes what it holds */

    ngx_add_timer(&q->timer, q->timeout);

    query_move(q, QUERY_WAITING);
    pool_wake(pg);
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


ngx_uint_t
ngx_commerce_pg_ready(const ngx_commerce_pg_t *pg)
{
    return pg->up != 0;
}


void
ngx_commerce_pg_destroy(ngx_commerce_pg_t *pg)
{
    ngx_uint_t  i;

    if (pg->turn.posted) {
        ngx_delete_posted_event(&pg->turn);
    }

    for (i = 0; i < pg->nconns; i++) {
        ngx_commerce_pg_conn_close(&pg->conns[i]);
    }

    pg->nconns = 0;
    pg->up = 0;
}


static void
query_move(ngx_commerce_pg_query_t *q, query_state_e state)
{
    ngx_commerce_pg_t  *pg;

    pg = q->pg;

    switch (q->state) {

    case QUERY_WAITING:
        pg->waiting--;
        ngx_queue_remove(&q->link);
        break;

    case QUERY_DONE:
        ngx_queue_remove(&q->link);
        break;

    case QUERY_SENT:
        if (q->slot != NULL) {
            ngx_commerce_pg_conn_forget(q->conn, q);
        }

        break;

    default:
        break;
    }

    q->state = state;

    switch (state) {

    case QUERY_WAITING:
        pg->waiting++;

        if (q->repeated) {
            ngx_queue_insert_head(&pg->lanes[q->lane], &q->link);

        } else {
            ngx_queue_insert_tail(&pg->lanes[q->lane], &q->link);
        }

        break;

    case QUERY_DONE:
        ngx_queue_insert_tail(&pg->done, &q->link);
        break;

    default:
        break;
    }
}


/* The query is the caller's again: nothing of it is touched after this. */
static void
query_answer(ngx_commerce_pg_query_t *q)
{
    query_move(q, QUERY_FREE);

    if (q->timer.timer_set) {
        ngx_del_timer(&q->timer);
    }

    q->handler(q);
}


/* Answers from the next turn. */
static void
query_fail(ngx_commerce_pg_query_t *q, ngx_commerce_pg_status_e status)
{
    q->status = status;

    if (status == NGX_COMMERCE_PG_NOT_EXECUTED) {
        q->retry_after = pool_retry_after(q->pg);
    }

    query_move(q, QUERY_DONE);
    pool_wake(q->pg);
}


static void
query_timeout(ngx_event_t *ev)
{
    ngx_commerce_pg_query_t  *q;

    q = ev->data;

    switch (q->state) {

    case QUERY_WAITING:
        q->waited = ngx_current_msec - q->since;
        q->status = NGX_COMMERCE_PG_NOT_EXECUTED;
        q->retry_after = pool_retry_after(q->pg);
        break;

    case QUERY_SENT:
        q->status = NGX_COMMERCE_PG_UNKNOWN;
        break;

    default:
        break;
    }

    query_answer(q);
}


static void
pool_turn(ngx_event_t *ev)
{
    ngx_queue_t        *link;
    ngx_commerce_pg_t  *pg;

    pg = ev->data;

    while (!ngx_queue_empty(&pg->done)) {
        link = ngx_queue_head(&pg->done);
        query_answer(ngx_queue_data(link, ngx_commerce_pg_query_t, link));
    }

    pool_dispatch(pg);

    if (pg->waiting == 0) {

        /* the rate is that of a pool which has all it can do */

        pg->answered = 0;
        pg->sampled = ngx_current_msec;

    } else if (pg->up == 0) {
        pool_revive(pg);
    }
}


static void
pool_dispatch(ngx_commerce_pg_t *pg)
{
    ngx_int_t                 rc;
    ngx_uint_t                i;
    ngx_commerce_pg_conn_t   *c;
    ngx_commerce_pg_query_t  *q;

    while (pg->waiting != 0) {

        c = pool_conn(pg);
        if (c == NULL) {
            break;
        }

        q = pool_next(pg);

        rc = ngx_commerce_pg_conn_send(c, q);

        if (rc == NGX_OK) {
            q->conn = c;
            q->waited = ngx_current_msec - q->since;
            query_move(q, QUERY_SENT);
            continue;
        }

        if (rc == NGX_DECLINED) {
            query_fail(q, NGX_COMMERCE_PG_NOT_EXECUTED);
        }

        ngx_commerce_pg_conn_fail(c, "could not send");
    }

    for (i = 0; i < pg->nconns; i++) {
        c = &pg->conns[i];

        if (c->unflushed && ngx_commerce_pg_conn_flush(c) != NGX_OK) {
            ngx_commerce_pg_conn_fail(c, "could not send");
        }
    }
}


/* The first of the lanes, by urgency corrected with age. */
static ngx_commerce_pg_query_t *
pool_next(ngx_commerce_pg_t *pg)
{
    ngx_uint_t                i;
    ngx_msec_int_t            late, most;
    ngx_commerce_pg_query_t  *q, *next;

    next = NULL;
    most = 0;

    for (i = 0; i < NGX_COMMERCE_PG_LANES; i++) {

        if (ngx_queue_empty(&pg->lanes[i])) {
            continue;
        }

        q = ngx_queue_data(ngx_queue_head(&pg->lanes[i]),
                           ngx_commerce_pg_query_t, link);

        late = (ngx_msec_int_t) (ngx_current_msec - q->since)
               - (ngx_msec_int_t) (i * AGE);

        if (next == NULL || late > most) {
            next = q;
            most = late;
        }
    }

    return next;
}


/* The newest of the least urgent lane. */
static ngx_commerce_pg_query_t *
pool_last(ngx_commerce_pg_t *pg)
{
    ngx_uint_t  i;

    for (i = NGX_COMMERCE_PG_LANES; i-- != 0; /* void */) {

        if (!ngx_queue_empty(&pg->lanes[i])) {
            return ngx_queue_data(ngx_queue_last(&pg->lanes[i]),
                                  ngx_commerce_pg_query_t, link);
        }
    }

    return NULL;
}


/*
 * The connection with the least in flight; one whose head is slow only when
 * the others are full, since everything behind that head waits for it.
 */
static ngx_commerce_pg_conn_t *
pool_conn(ngx_commerce_pg_t *pg)
{
    ngx_uint_t               i, load, least;
    ngx_commerce_pg_conn_t  *c, *best;

    best = NULL;
    least = 0;

    for (i = 0; i < pg->nconns; i++) {
        c = &pg->conns[i];

        if (c->state != NGX_COMMERCE_PG_CONN_UP
            || c->queries >= pg->owner.conf->depth)
        {
            continue;
        }

        load = c->count;

        if (load != 0 && ngx_current_msec - c->progress > SLOW) {
            load += c->capacity;
        }

        if (best == NULL || load < least) {
            best = c;
            least = load;
        }
    }

    return best;
}


static void
pool_ready(ngx_commerce_pg_conn_t *c)
{
    ngx_commerce_pg_t  *pg;

    pg = c->data;
    pg->up++;

    pool_wake(pg);
}


static void
pool_answer(ngx_commerce_pg_conn_t *c, ngx_commerce_pg_query_t *q)
{
    ngx_commerce_pg_t  *pg;

    pg = c->data;

    pg->answered++;
    pool_sample(pg);

    if (pg->waiting != 0) {
        pool_wake(pg);
    }

    query_answer(q);
}


static void
pool_orphan(ngx_commerce_pg_conn_t *c, ngx_commerce_pg_query_t *q)
{
    q->slot = NULL;

    if (q->statement->repeatable && !q->repeated) {
        q->repeated = 1;
        query_move(q, QUERY_WAITING);
        pool_wake(q->pg);
        return;
    }

    query_fail(q, NGX_COMMERCE_PG_UNKNOWN);
}


static void
pool_lost(ngx_commerce_pg_conn_t *c)
{
    ngx_uint_t          i, up;
    ngx_queue_t        *link;
    ngx_commerce_pg_t  *pg;

    pg = c->data;
    up = 0;

    for (i = 0; i < pg->nconns; i++) {
        up += (pg->conns[i].state == NGX_COMMERCE_PG_CONN_UP);
    }

    if (pg->up != 0 && up == 0) {
        pg->down = ngx_current_msec;
    }

    pg->up = up;

    for (i = 0; pool_away(pg) && i < NGX_COMMERCE_PG_LANES; i++) {

        while (!ngx_queue_empty(&pg->lanes[i])) {
            link = ngx_queue_head(&pg->lanes[i]);
            query_fail(ngx_queue_data(link, ngx_commerce_pg_query_t, link),
                       NGX_COMMERCE_PG_NOT_EXECUTED);
        }
    }

    /* a worker that leaves comes back only for those who wait */

    if (!ngx_exiting || (up == 0 && pg->waiting != 0)) {
        (void) ngx_commerce_pg_conn_retry(c);
    }
}


/* A worker that leaves let its connections go, and is asked once more. */
static void
pool_revive(ngx_commerce_pg_t *pg)
{
    ngx_uint_t  i;

    for (i = 0; i < pg->nconns; i++) {

        if (pg->conns[i].state != NGX_COMMERCE_PG_CONN_DOWN) {
            return;
        }
    }

    if (pg->nconns != 0) {
        ngx_commerce_pg_conn_open(&pg->conns[0]);
    }
}


/* Nothing is up, and it is not just a restart. */
static ngx_uint_t
pool_away(const ngx_commerce_pg_t *pg)
{
    return pg->up == 0 && ngx_current_msec - pg->down > PATIENCE;
}


static void
pool_wake(ngx_commerce_pg_t *pg)
{
    ngx_post_event(&pg->turn, &ngx_posted_events);
}


static void
pool_sample(ngx_commerce_pg_t *pg)
{
    ngx_msec_t  span;
    ngx_uint_t  rate;

    span = ngx_current_msec - pg->sampled;

    if (span < SAMPLE) {
        return;
    }

    rate = pg->answered * 1000 / span;

    pg->rate = pg->rate == 0 ? rate : (pg->rate * 3 + rate) / 4;
    pg->answered = 0;
    pg->sampled = ngx_current_msec;
}


/* Seconds until the queue of now is worked off at the rate of late. */
static ngx_uint_t
pool_retry_after(const ngx_commerce_pg_t *pg)
{
    ngx_uint_t  seconds;

    if (pg->up == 0 || pg->rate == 0) {
        return 1 + (ngx_uint_t) (pg->up == 0);
    }

    seconds = 1 + pg->waiting / pg->rate;

    return ngx_min(seconds, RETRY_MAX);
}
