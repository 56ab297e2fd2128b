/*
 * The insides of a database of one worker: a bounded queue with lanes
 * (pg_query.c) in front of a few pipelined connections (pg_pool.c).
 */

#ifndef NGX_COMMERCE_PG_POOL_H
#define NGX_COMMERCE_PG_POOL_H


#include "pg_conn.h"


struct ngx_commerce_pg_s {
    ngx_commerce_pg_owner_t   owner;

    ngx_commerce_pg_conn_t   *conns;
    ngx_uint_t                nconns;

    /* the last one: heavy statements of any lane */
    ngx_queue_t               lanes[NGX_COMMERCE_PG_LANES + 1];
    ngx_uint_t                waiting;
    ngx_queue_t               done;

    ngx_event_t               turn;      /* posted: answer, then dispatch */

    ngx_msec_t                down;      /* since then no connection is up */
    ngx_msec_t                tried;     /* on demand, for the last time */
    ngx_uint_t                up;        /* connections */
    unsigned                  met:1;     /* one was up, or has failed */

    ngx_msec_t                sampled;
    ngx_uint_t                answered;  /* since then */
    ngx_uint_t                rate;      /* answers per second, smoothed */

    ngx_commerce_pg_counts_t *counts;
    ngx_commerce_pg_counts_t  uncounted; /* before anybody wants to know */
};


/* Soon, from the loop: pending answers, then queries to connections. */
void ngx_commerce_pg_pool_wake(ngx_commerce_pg_t *pg);

/* Counts the connections anew, one of which has changed. */
void ngx_commerce_pg_pool_census(ngx_commerce_pg_t *pg);

/* 1: nothing is up, and it is not just a restart. */
ngx_uint_t ngx_commerce_pg_pool_away(const ngx_commerce_pg_t *pg);

/*
 * Connects now, unless that was tried a moment ago.  1: what is queued will be
 * served or refused as soon as it is known.
 */
ngx_uint_t ngx_commerce_pg_pool_try(ngx_commerce_pg_t *pg);


/* pg_query.c */

/*
 * The query that is next by urgency and age; `heavy`: it may be a heavy one.
 * NULL: none waits.
 */
ngx_commerce_pg_query_t *ngx_commerce_pg_query_next(ngx_commerce_pg_t *pg,
    ngx_uint_t heavy);

/* It is in a slot of this connection since `now`. */
void ngx_commerce_pg_query_sent(ngx_commerce_pg_query_t *q,
    ngx_commerce_pg_conn_t *c, uint64_t now);

/* Its connection, up `since` then, was lost, and its answer with it. */
void ngx_commerce_pg_query_orphan(ngx_commerce_pg_query_t *q,
    ngx_msec_t since);

/* Calls the handler: nothing of the query may be touched after this. */
void ngx_commerce_pg_query_answer(ngx_commerce_pg_query_t *q);

/* Answers from the next turn. */
void ngx_commerce_pg_query_fail(ngx_commerce_pg_query_t *q,
    ngx_commerce_pg_status_e status);


#endif /* NGX_COMMERCE_PG_POOL_H */
