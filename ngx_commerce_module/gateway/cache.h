/*
 * The response cache as the stations use it; see cache_zone.h for what is
 * shared between workers.
 */

#ifndef NGX_COMMERCE_CACHE_H
#define NGX_COMMERCE_CACHE_H


#include "cache_zone.h"
#include "station.h"


/* A question: its key and what became of it; of one flow. */
typedef struct ngx_commerce_cache_ask_s {
    ngx_commerce_cache_key_t   key;
    ngx_commerce_flow_t       *flow;
    uint64_t                   ticket;   /* of the flight it leads; 0: none */
    ngx_msec_t                 until;    /* waits no longer; 0: has not yet */
    ngx_msec_t                 asked;    /* when generations were read */
    ngx_queue_t                wait;     /* of a worker's group of waiters */
    void                      *group;
} ngx_commerce_cache_ask_t;


/* The station: NGX_OK goes on and asks, NGX_DONE has the answer. */
ngx_int_t ngx_commerce_cache(ngx_commerce_flow_t *f);

/*
 * cache_flight.c: the first step of an operation whose answer may be kept: goes
 * on as the one that asks, or waits for whoever asks the same and takes its
 * answer.
 */
ngx_int_t ngx_commerce_cache_join(ngx_commerce_flow_t *f);

/* cache_flight.c: worker start, once its bell is there. */
ngx_int_t ngx_commerce_cache_open(ngx_commerce_worker_t *worker);

/* An answer that may be served as it is: NGX_DONE, or NGX_DECLINED. */
ngx_int_t ngx_commerce_cache_hit(ngx_commerce_flow_t *f, const char *how);

/* Reads the generations that the answer will be made under. */
void ngx_commerce_cache_depend_now(ngx_commerce_flow_t *f);

/* Keeps the answer that was rendered, if it may be. */
void ngx_commerce_cache_store(ngx_commerce_flow_t *f);

/* Keeps an answer for the question of the flow, and counts what that did. */
void ngx_commerce_cache_keep(ngx_commerce_flow_t *f,
    const ngx_commerce_cache_answer_t *keep, const ngx_chain_t *body,
    ngx_msec_t ttl, ngx_msec_t max_ttl);

/*
 * A problem is about to be answered.  NGX_DONE: an old answer is, instead of
 * an error of ours; NGX_DECLINED: no, and who waits for the same will be told
 * what the client did wrong.
 */
ngx_int_t ngx_commerce_cache_problem(ngx_commerce_flow_t *f,
    ngx_uint_t status, const ngx_str_t *code, const ngx_str_t *members);

/*
 * cache_writer.c: a flow has answered; who asked for a change reads it back.
 * And the time up to which what was asked will not do for whoever asks now.
 */
void ngx_commerce_cache_changed(ngx_commerce_flow_t *f);
ngx_msec_t ngx_commerce_cache_after(ngx_commerce_worker_t *worker,
    ngx_http_request_t *r, const ngx_commerce_jwt_claims_t *principal);

/* bytes: smaller answers are not compressed */
#define NGX_COMMERCE_CACHE_ZIP_MIN  1024

/* Whether answers of an operation are the same for many, and so compressed
 * once for all of them. */
ngx_uint_t ngx_commerce_cache_zips(const ngx_commerce_operation_t *operation);

/* Whether answers of an operation may be kept at all. */
ngx_uint_t ngx_commerce_cache_usable(ngx_commerce_worker_t *worker,
    const ngx_commerce_endpoint_t *endpoint);

/* ms since which changes of a database may be missing; 0: none is. */
ngx_msec_t ngx_commerce_cache_gap(ngx_commerce_worker_t *worker,
    ngx_uint_t database);


/*
 * cache_key.c: writes the key of a question into `buf` (KEY_MAX bytes).
 * `params` are the texts in the contract's order, data NULL for none; what is
 * in the key of the principal says the contract.  NGX_DECLINED: too long.
 */
ngx_int_t ngx_commerce_cache_key(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_operation_t *operation, const ngx_str_t *params,
    ngx_uint_t english, const ngx_commerce_jwt_claims_t *principal,
    u_char *buf, ngx_commerce_cache_key_t *key);


/*
 * hit.c: answers a request out of the cache without a flow, if that is all
 * there is to do.  NGX_DECLINED: the long way must be gone, nothing has
 * happened; anything else is for ngx_http_finalize_request().
 */
ngx_int_t ngx_commerce_hit(ngx_http_request_t *r,
    const ngx_commerce_match_t *match);


#endif /* NGX_COMMERCE_CACHE_H */
