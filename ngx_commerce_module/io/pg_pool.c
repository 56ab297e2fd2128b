/*
 * The connections of one database in one worker, and who gets the next query.
 * Called by the gateway through pg.h.
 *
 * Queries leave for the connections in one posted event at the end of a loop
 * iteration, so that whatever one wake-up brought goes out together and no
 * handler is ever called from inside a send.
 *
 * Lifetime: everything is allocated once, at the worker's start.
 */

#include "pg_pool.h"
#include "../base/clock.h"


/* ms without any connection in which queries wait instead of being refused:
 * the time of a restart */
#define PATIENCE  1000

/* ms between two attempts that a query asks for while nothing is up */
#define TRY       50

/* ms of work, expected or seen, behind which nothing is lined up */
#define SLOW      20

/* light reads that are lined up before another server process is woken */
#define BUNCH     32

/* ms of work, expected or seen, behind which no light read is bunched */
#define BRIEF     2

/* ms between two samples of the service rate */
#define SAMPLE    1000


static void pool_init(ngx_commerce_pg_t *pg,
    const ngx_commerce_pg_conf_t *conf, ngx_log_t *log);
static ngx_int_t pool_know(ngx_commerce_pg_t *pg, ngx_pool_t *pool);
static void pool_turn(ngx_event_t *ev);
static void pool_dispatch(ngx_commerce_pg_t *pg);
static ngx_uint_t pool_takes(const ngx_commerce_pg_t *pg,
    const ngx_commerce_pg_conn_t *c);
static ngx_commerce_pg_conn_t *pool_bunch(const ngx_commerce_pg_t *pg,
    const ngx_commerce_pg_query_t *q);
static ngx_commerce_pg_conn_t *pool_conn(const ngx_commerce_pg_t *pg,
    ngx_uint_t *share);
static ngx_uint_t pool_heavy(const ngx_commerce_pg_t *pg);
static void pool_ready(ngx_commerce_pg_conn_t *c);
static void pool_answer(ngx_commerce_pg_conn_t *c,
    ngx_commerce_pg_query_t *q);
static void pool_room(ngx_commerce_pg_conn_t *c);
static void pool_orphan(ngx_commerce_pg_conn_t *c,
    ngx_commerce_pg_query_t *q);
static void pool_lost(ngx_commerce_pg_conn_t *c);
static void pool_refuse(ngx_commerce_pg_t *pg);
static void pool_revive(ngx_commerce_pg_t *pg);
static void pool_sample(ngx_commerce_pg_t *pg);


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

    pool_init(pg, conf, log);

    pg->owner.statements = statements;
    pg->owner.nstatements = n;

    if (pool_know(pg, pool) != NGX_OK) {
        return NULL;
    }

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

    ngx_commerce_pg_dial_check(conf, log);

    for (i = 0; i < pg->nconns; i++) {
        ngx_commerce_pg_conn_open(&pg->conns[i]);
    }

    return pg;
}


void
ngx_commerce_pg_count(ngx_commerce_pg_t *pg, ngx_commerce_pg_counts_t *counts)
{
    pg->counts = counts;
    counts->waiting = pg->waiting;

    ngx_commerce_pg_pool_census(pg);
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


void
ngx_commerce_pg_pool_census(ngx_commerce_pg_t *pg)
{
    ngx_uint_t  i, up, connecting;

    up = 0;
    connecting = 0;

    for (i = 0; i < pg->nconns; i++) {
        up += (pg->conns[i].state == NGX_COMMERCE_PG_CONN_UP);
        connecting += (pg->conns[i].state == NGX_COMMERCE_PG_CONN_CONNECTING);
    }

    pg->counts->up = up;
    pg->counts->connecting = connecting;
    pg->counts->down = pg->nconns - up - connecting;
}


void
ngx_commerce_pg_pool_wake(ngx_commerce_pg_t *pg)
{
    ngx_post_event(&pg->turn, &ngx_posted_events);
}


ngx_uint_t
ngx_commerce_pg_pool_away(const ngx_commerce_pg_t *pg)
{
    /* a worker that has just begun may wait for a processor */

    return pg->met && pg->up == 0 && ngx_current_msec - pg->down > PATIENCE;
}


ngx_uint_t
ngx_commerce_pg_pool_try(ngx_commerce_pg_t *pg)
{
    ngx_uint_t               i;
    ngx_commerce_pg_conn_t  *c;

    if (ngx_current_msec - pg->tried < TRY) {
        return 0;
    }

    for (i = 0; i < pg->nconns; i++) {
        c = &pg->conns[i];

        if (c->state == NGX_COMMERCE_PG_CONN_WAITING) {
            pg->tried = ngx_current_msec;
            ngx_commerce_pg_conn_open(c);

            return c->state == NGX_COMMERCE_PG_CONN_CONNECTING;
        }
    }

    return 0;
}


static void
pool_init(ngx_commerce_pg_t *pg, const ngx_commerce_pg_conf_t *conf,
    ngx_log_t *log)
{
    ngx_uint_t  i;

    pg->owner.conf = conf;
    pg->owner.log = log;
    pg->owner.ready = pool_ready;
    pg->owner.answer = pool_answer;
    pg->owner.room = pool_room;
    pg->owner.orphan = pool_orphan;
    pg->owner.lost = pool_lost;

    for (i = 0; i <= NGX_COMMERCE_PG_LANES; i++) {
        ngx_queue_init(&pg->lanes[i]);
    }

    ngx_queue_init(&pg->done);

    pg->counts = &pg->uncounted;

    pg->turn.handler = pool_turn;
    pg->turn.data = pg;
    pg->turn.log = log;

    pg->down = ngx_current_msec;
    pg->sampled = ngx_current_msec;
}


static ngx_int_t
pool_know(ngx_commerce_pg_t *pg, ngx_pool_t *pool)
{
    ngx_uint_t                i;
    ngx_commerce_pg_owner_t  *owner;

    owner = &pg->owner;

    for (i = 0; i < owner->nstatements; i++) {
        owner->nknown = ngx_max(owner->nknown, owner->statements[i].index + 1);
    }

    owner->known = ngx_pcalloc(pool, (owner->nknown + 1)
                                     * sizeof(ngx_commerce_pg_known_t));
    if (owner->known == NULL) {
        return NGX_ERROR;
    }

    /* not by the statement's name: two may call one function; and nothing is
     * taken for light before it was seen */

    for (i = 0; i < owner->nknown; i++) {
        owner->known[i].cost = NGX_COMMERCE_PG_UNIT;
        ngx_sprintf((u_char *) owner->known[i].name, "s%ui%Z", i);
    }

    return NGX_OK;
}


static void
pool_turn(ngx_event_t *ev)
{
    ngx_commerce_pg_t        *pg;
    ngx_commerce_pg_query_t  *q;

    pg = ev->data;

    while (!ngx_queue_empty(&pg->done)) {
        q = ngx_queue_data(ngx_queue_head(&pg->done), ngx_commerce_pg_query_t,
                           link);
        ngx_commerce_pg_query_answer(q);
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


/*
 * Each connection gets its share of what waits in one go: its server process
 * then finds several queries at one awakening.  To wake one costs half as much
 * as a light read, so those go to as few as can take them.
 */
static void
pool_dispatch(ngx_commerce_pg_t *pg)
{
    uint64_t                  now;
    ngx_int_t                 rc;
    ngx_uint_t                i, share;
    ngx_commerce_pg_conn_t   *c, *bunch;
    ngx_commerce_pg_query_t  *q;

    c = NULL;
    share = 0;
    now = pg->waiting != 0 ? ngx_commerce_clock_us() : 0;

    while (pg->waiting != 0) {

        q = ngx_commerce_pg_query_next(pg, pool_heavy(pg));
        if (q == NULL) {
            break;
        }

        bunch = pool_bunch(pg, q);

        if (bunch != NULL) {
            c = bunch;
            share = 1;

        } else if (share == 0 || !pool_takes(pg, c)) {
            c = pool_conn(pg, &share);
            if (c == NULL) {
                break;
            }
        }

        rc = ngx_commerce_pg_pipe_send(c, q);

        if (rc == NGX_OK) {
            ngx_commerce_pg_query_sent(q, c, now);
            share--;
            continue;
        }

        if (rc == NGX_DECLINED) {
            ngx_commerce_pg_query_fail(q, NGX_COMMERCE_PG_NOT_EXECUTED);
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


/*
 * Behind a slow head, known or noticed, nothing is lined up: it waits in its
 * lane, for whichever connection comes free.
 */
static ngx_uint_t
pool_takes(const ngx_commerce_pg_t *pg, const ngx_commerce_pg_conn_t *c)
{
    if (c->state != NGX_COMMERCE_PG_CONN_UP) {
        return 0;
    }

    if (c->queries == 0) {
        return 1;
    }

    return c->queries < pg->owner.conf->depth
           && c->load < SLOW * NGX_COMMERCE_PG_UNIT
           && ngx_current_msec - c->progress < SLOW;
}


/* One that is busy and soon will have done what it has, for a light read. */
static ngx_commerce_pg_conn_t *
pool_bunch(const ngx_commerce_pg_t *pg, const ngx_commerce_pg_query_t *q)
{
    ngx_uint_t               i;
    ngx_commerce_pg_conn_t  *c;

    if (!ngx_commerce_pg_pipe_light(&pg->owner, q->statement)) {
        return NULL;
    }

    for (i = 0; i < pg->nconns; i++) {
        c = &pg->conns[i];

        if (c->queries != 0 && c->queries < BUNCH && pool_takes(pg, c)
            && c->load < BRIEF * NGX_COMMERCE_PG_UNIT
            && ngx_current_msec - c->progress < BRIEF)
        {
            return c;
        }
    }

    return NULL;
}


/* The connection with the least expected work, and its share. */
static ngx_commerce_pg_conn_t *
pool_conn(const ngx_commerce_pg_t *pg, ngx_uint_t *share)
{
    ngx_uint_t               i, n, load, least;
    ngx_commerce_pg_conn_t  *c, *best;

    best = NULL;
    least = 0;
    n = 0;

    for (i = 0; i < pg->nconns; i++) {
        c = &pg->conns[i];

        if (!pool_takes(pg, c)) {
            continue;
        }

        n++;
        load = c->load + c->count;

        if (best == NULL || load < least) {
            best = c;
            least = load;
        }
    }

    *share = n != 0 ? (pg->waiting + n - 1) / n : 0;

    return best;
}


/* One connection is never given to a heavy statement. */
static ngx_uint_t
pool_heavy(const ngx_commerce_pg_t *pg)
{
    ngx_uint_t  i, n;

    n = 0;

    for (i = 0; i < pg->nconns; i++) {
        n += (pg->conns[i].load >= NGX_COMMERCE_PG_HEAVY);
    }

    return pg->nconns == 1 || n + 1 < pg->nconns;
}


static void
pool_ready(ngx_commerce_pg_conn_t *c)
{
    ngx_uint_t          i;
    ngx_commerce_pg_t  *pg;

    pg = c->data;
    pg->met = 1;
    pg->up++;

    /* the server is there, so the others need not wait */

    for (i = 0; i < pg->nconns; i++) {

        if (pg->conns[i].state == NGX_COMMERCE_PG_CONN_WAITING) {
            ngx_commerce_pg_conn_open(&pg->conns[i]);
        }
    }

    ngx_commerce_pg_pool_census(pg);
    ngx_commerce_pg_pool_wake(pg);
}


static void
pool_answer(ngx_commerce_pg_conn_t *c, ngx_commerce_pg_query_t *q)
{
    ngx_commerce_pg_t  *pg;

    pg = c->data;

    pg->answered++;
    pool_sample(pg);
    pool_room(c);

    ngx_commerce_pg_query_answer(q);
}


static void
pool_room(ngx_commerce_pg_conn_t *c)
{
    ngx_commerce_pg_t  *pg;

    pg = c->data;

    if (pg->waiting != 0) {
        ngx_commerce_pg_pool_wake(pg);
    }
}


static void
pool_orphan(ngx_commerce_pg_conn_t *c, ngx_commerce_pg_query_t *q)
{
    ngx_commerce_pg_query_orphan(q, c->since);
}


static void
pool_lost(ngx_commerce_pg_conn_t *c)
{
    ngx_uint_t          i, up;
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
    pg->met = 1;

    if (ngx_commerce_pg_pool_away(pg)) {
        pool_refuse(pg);
    }

    /* a worker that leaves comes back only for those who wait */

    if (!ngx_exiting || (up == 0 && pg->waiting != 0)) {
        ngx_commerce_pg_conn_retry(c);
    }

    pg->counts->lost++;
    ngx_commerce_pg_pool_census(pg);
}


static void
pool_refuse(ngx_commerce_pg_t *pg)
{
    ngx_commerce_pg_query_t  *q;

    q = ngx_commerce_pg_query_next(pg, 1);

    while (q != NULL) {
        ngx_commerce_pg_query_fail(q, NGX_COMMERCE_PG_NOT_EXECUTED);
        q = ngx_commerce_pg_query_next(pg, 1);
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
