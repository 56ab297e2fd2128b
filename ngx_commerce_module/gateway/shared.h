/*
 * What the gateways of a shop share through Redis: answers (cache_shared.c)
 * and counts of rates (limit_shared.c).  This file owns the worker's
 * connection and what both need of it.
 *
 * Redis is never needed and never trusted: names in it are keyed hashes, so
 * that they tell nothing of anybody, and what comes back is checked.
 */

#ifndef NGX_COMMERCE_SHARED_H
#define NGX_COMMERCE_SHARED_H


#include "flow.h"
#include "../base/parcel.h"
#include "../io/redis.h"


#define NGX_COMMERCE_SHARED_PREFIX  32       /* bytes of prefix= at most */
#define NGX_COMMERCE_SHARED_NAME    (NGX_COMMERCE_SHARED_PREFIX + 2           \
                                     + NGX_COMMERCE_PARCEL_NAME)


/* The directive commerce_redis; const after configuration. */
struct ngx_commerce_shared_conf_s {
    ngx_commerce_redis_conf_t     redis;
    ngx_str_t                     prefix;
    ngx_uint_t                    gateways;  /* that count together */

    /* made by ngx_commerce_shared_bind() */
    u_char                        key[32];
    u_char                        contract[32];  /* what made the answers */
    ngx_commerce_pg_statement_t **position;      /* by database; or NULL */
};


/* Configuration, once the contract is there: derives key and contract. */
ngx_int_t ngx_commerce_shared_bind(ngx_commerce_conf_t *ccf);

/* Worker start and end; NULL without memory. */
ngx_commerce_shared_t *ngx_commerce_shared_create(
    ngx_commerce_worker_t *worker);
void ngx_commerce_shared_destroy(ngx_commerce_shared_t *shared);

/* 1: there is a Redis, and it answers.  `shared` may be NULL. */
ngx_uint_t ngx_commerce_shared_ready(const ngx_commerce_shared_t *shared);

/* The name of `text` in Redis, for one kind of thing, into `out`. */
ngx_int_t ngx_commerce_shared_name(const ngx_commerce_shared_t *shared,
    u_char kind, const u_char *text, size_t len,
    u_char out[NGX_COMMERCE_SHARED_NAME], ngx_str_t *name);

/* Sends a command whose answer interests nobody. */
void ngx_commerce_shared_tell(ngx_commerce_shared_t *shared,
    const ngx_str_t *words, ngx_uint_t n);

/* Sends one that does: see ngx_commerce_redis_send(). */
void ngx_commerce_shared_send(ngx_commerce_shared_t *shared,
    ngx_commerce_redis_command_t *cmd, const ngx_str_t *words, ngx_uint_t n);

/* How long a question to Redis took, for the metrics. */
void ngx_commerce_shared_took(ngx_commerce_shared_t *shared, uint64_t us);


/*
 * cache_shared.c: the steps between the worker's own cache and the database.
 */
ngx_int_t ngx_commerce_shared_ask(ngx_commerce_flow_t *f);
ngx_int_t ngx_commerce_shared_asked(ngx_commerce_flow_t *f);

/* cache_shared.c: gives an answer that was kept here to the others. */
void ngx_commerce_shared_store(ngx_commerce_flow_t *f, size_t body_len,
    const ngx_chain_t *body);

/* cache_shared.c: worker start. */
ngx_int_t ngx_commerce_shared_marks(ngx_commerce_worker_t *worker);

/* cache_shared.c: a write of this gateway is committed; before it is said. */
void ngx_commerce_shared_written(ngx_commerce_flow_t *f);


/*
 * limit_shared.c: the steps that count a request together with the other
 * gateways, before those of its operation; NULL: there is nothing to count.
 */
const ngx_commerce_step_t *ngx_commerce_shared_limits(ngx_commerce_flow_t *f);


#endif /* NGX_COMMERCE_SHARED_H */
