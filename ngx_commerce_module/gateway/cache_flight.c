/*
 * One question, asked once: of all workers, who asks first for what is not in
 * the cache leads, and the others wait until it has landed.  They are woken by
 * the leader itself: flows of its own worker directly, those of others by the
 * gateway's bell.
 *
 * Whoever is woken looks into the cache.  When nothing is there, for the
 * leader failed, the first of them leads and the others go on waiting: never
 * all at once.  A leader that was killed rings no bell, so who waits looks
 * whether it lives several times a second.
 *
 * A flight ends with its flow, by a cleanup of the flow's pool.
 */

#include "cache.h"
#include "../io/bell.h"


/* ms between looks whether a leader lives */
#define FLIGHT_LOOK  150

/* ms after which nobody believes that it is still being asked */
#define FLIGHT_MAX   60000


typedef struct {
    ngx_commerce_worker_t      *worker;
    ngx_queue_t                 groups;
} flights_t;

/* Flows of this worker that wait for the same flight. */
typedef struct {
    ngx_queue_t                 link;
    ngx_queue_t                 asks;
    uint64_t                    hash;
    uint64_t                    ticket;
    flights_t                  *flights;
    ngx_event_t                 look;
} group_t;


static ngx_int_t flight_lead(ngx_commerce_flow_t *f, uint64_t ticket);
static ngx_int_t flight_wait(ngx_commerce_flow_t *f, uint64_t ticket);
static ngx_int_t flight_late(ngx_commerce_flow_t *f);
static group_t *flight_group(flights_t *flights, uint64_t hash,
    uint64_t ticket);
static void flight_detach(ngx_commerce_flow_t *f, void *data);
static void flight_land(void *data);
static void flight_rung(void *data);
static void flight_look(ngx_event_t *ev);
static void group_wake(group_t *group);
static void group_free(group_t *group);


ngx_int_t
ngx_commerce_cache_open(ngx_commerce_worker_t *worker)
{
    flights_t  *flights;

    if (worker->cache == NULL) {
        return NGX_OK;
    }

    flights = ngx_pcalloc(worker->pool, sizeof(flights_t));
    if (flights == NULL) {
        return NGX_ERROR;
    }

    flights->worker = worker;
    ngx_queue_init(&flights->groups);

    worker->flights = flights;

    return ngx_commerce_bell_listen(worker->bell, flight_rung, flights);
}


ngx_int_t
ngx_commerce_cache_join(ngx_commerce_flow_t *f)
{
    uint64_t                   ticket;
    ngx_int_t                  rc;
    ngx_commerce_cache_ask_t  *ask;

    ask = f->ask;

    if (ask == NULL || f->r == NULL) {
        return NGX_OK;
    }

    if (ask->until != 0) {
        rc = ngx_commerce_cache_hit(f, "COALESCED");

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    switch (ngx_commerce_cache_claim(f->worker->cache, &ask->key,
                                     ngx_current_msec + FLIGHT_MAX, &ticket))
    {
    case NGX_COMMERCE_FLIGHT_LEAD:
        return flight_lead(f, ticket);

    case NGX_COMMERCE_FLIGHT_WAIT:
        return flight_wait(f, ticket);

    default:
        break;
    }

    f->trace->cache = "MISS";
    ngx_commerce_cache_depend_now(f);

    return NGX_OK;
}


/* Between the look that missed and the claim, another may have landed. */

static ngx_int_t
flight_lead(ngx_commerce_flow_t *f, uint64_t ticket)
{
    ngx_int_t            rc;
    ngx_pool_cleanup_t  *cln;

    f->ask->ticket = ticket;
    cln = ngx_pool_cleanup_add(f->pool, 0);

    if (cln == NULL) {
        flight_land(f->ask);
        return NGX_ERROR;
    }

    cln->handler = flight_land;
    cln->data = f->ask;

    rc = ngx_commerce_cache_hit(f, "COALESCED");

    if (rc == NGX_DECLINED) {
        f->trace->cache = "MISS";
        ngx_commerce_cache_depend_now(f);
        return NGX_OK;
    }

    return rc;
}


/* This very step runs again when the flow is woken. */

static ngx_int_t
flight_wait(ngx_commerce_flow_t *f, uint64_t ticket)
{
    group_t                   *group;
    ngx_msec_int_t             left;
    ngx_commerce_cache_ask_t  *ask;

    ask = f->ask;

    if (ask->until == 0) {
        ask->until = ngx_current_msec + f->worker->conf->deadline;
    }

    left = (ngx_msec_int_t) (ask->until - ngx_current_msec);

    if (left <= 0) {
        return flight_late(f);
    }

    group = flight_group(f->worker->flights, ask->key.hash, ticket);
    if (group == NULL) {
        return NGX_ERROR;
    }

    ask->group = group;
    ngx_queue_insert_tail(&group->asks, &ask->wait);

    f->steps--;

    return ngx_commerce_flow_wait(f, left, flight_detach, ask);
}


static ngx_int_t
flight_late(ngx_commerce_flow_t *f)
{
    f->trace->cache = "MISS";
    ngx_commerce_flow_retry(f, 1);

    return ngx_commerce_flow_fail(f, NGX_HTTP_SERVICE_UNAVAILABLE,
                                  "not_executed", NULL);
}


static group_t *
flight_group(flights_t *flights, uint64_t hash, uint64_t ticket)
{
    group_t      *group;
    ngx_queue_t  *q;

    for (q = ngx_queue_head(&flights->groups);
         q != ngx_queue_sentinel(&flights->groups);
         q = ngx_queue_next(q))
    {
        group = ngx_queue_data(q, group_t, link);

        if (group->hash == hash && group->ticket == ticket) {
            return group;
        }
    }

    group = ngx_calloc(sizeof(group_t), flights->worker->log);
    if (group == NULL) {
        return NULL;
    }

    group->hash = hash;
    group->ticket = ticket;
    group->flights = flights;
    ngx_queue_init(&group->asks);

    group->look.handler = flight_look;
    group->look.data = group;
    group->look.log = flights->worker->log;
    group->look.cancelable = 1;

    ngx_add_timer(&group->look, FLIGHT_LOOK);
    ngx_queue_insert_tail(&flights->groups, &group->link);

    return group;
}


/* The flow stops waiting by itself. */

static void
flight_detach(ngx_commerce_flow_t *f, void *data)
{
    group_t                   *group;
    ngx_commerce_cache_ask_t  *ask = data;

    group = ask->group;
    ngx_queue_remove(&ask->wait);

    if (ngx_queue_empty(&group->asks)) {
        group_free(group);
    }
}


/* The flow that led is over, well or badly. */

static void
flight_land(void *data)
{
    ngx_uint_t                 n;
    ngx_commerce_worker_t     *worker;
    ngx_commerce_cache_ask_t  *ask = data;

    worker = ask->flow->worker;

    n = ngx_commerce_cache_land(worker->cache, ask->key.hash, ask->ticket);
    ask->ticket = 0;

    if (n != 0) {
        flight_rung(worker->flights);
        ngx_commerce_bell_ring(worker->bell);
    }
}


/* Somebody landed: who waits here for a flight that is over goes on. */

static void
flight_rung(void *data)
{
    group_t      *group;
    flights_t    *flights = data;
    ngx_queue_t  *q, *next;

    for (q = ngx_queue_head(&flights->groups);
         q != ngx_queue_sentinel(&flights->groups);
         q = next)
    {
        next = ngx_queue_next(q);
        group = ngx_queue_data(q, group_t, link);

        if (ngx_commerce_cache_landed(flights->worker->cache, group->hash,
                                      group->ticket))
        {
            group_wake(group);
        }
    }
}


static void
flight_look(ngx_event_t *ev)
{
    group_t  *group = ev->data;

    if (ngx_commerce_cache_landed(group->flights->worker->cache, group->hash,
                                  group->ticket))
    {
        group_wake(group);
        return;
    }

    ngx_add_timer(&group->look, FLIGHT_LOOK);
}


/* Flows go on from posted events, in the order in which they came. */

static void
group_wake(group_t *group)
{
    ngx_queue_t               *q;
    ngx_commerce_cache_ask_t  *ask;

    while (!ngx_queue_empty(&group->asks)) {
        q = ngx_queue_head(&group->asks);
        ngx_queue_remove(q);

        ask = ngx_queue_data(q, ngx_commerce_cache_ask_t, wait);
        ngx_commerce_flow_wake(ask->flow);
    }

    group_free(group);
}


static void
group_free(group_t *group)
{
    if (group->look.timer_set) {
        ngx_del_timer(&group->look);
    }

    ngx_queue_remove(&group->link);
    ngx_free(group);
}
