/*
 * What the workers of a gateway share of the response cache: the table of
 * answers (see base/shmcache.h) and the questions under way (base/flights.h).
 * One shared memory zone of fixed tables; all of it can be rebuilt.
 */

#ifndef NGX_COMMERCE_CACHE_ZONE_H
#define NGX_COMMERCE_CACHE_ZONE_H


#include "conf.h"
#include "../base/flights.h"
#include "../base/shmcache.h"


#define NGX_COMMERCE_CACHE_KEY_MAX   2048    /* longer ones are not cached */


typedef ngx_commerce_shmcache_key_t  ngx_commerce_cache_key_t;


/* What the asker can use. */
typedef struct {
    ngx_str_t            none_match;     /* If-None-Match, or empty */
    ngx_msec_t           stale;          /* the oldest that will do although
                                            it is not fresh; 0: none */
    ngx_msec_t           gap;            /* of ngx_commerce_cache_gap() */
    ngx_msec_t           after;          /* what was asked up to then will not
                                            do; 0: all will */
    unsigned             zip:1;          /* the client takes gzip */
    unsigned             head:1;         /* no body */
} ngx_commerce_cache_want_t;


/* An answer; pieces point into the pool that get() was given. */
typedef struct {
    ngx_uint_t           status;
    ngx_str_t            etag;
    ngx_str_t            link;
    ngx_str_t            body;           /* data NULL: not wanted */
    ngx_msec_t           age;
    unsigned             not_modified:1;
    unsigned             zipped:1;       /* body is the compressed variant */

    ngx_commerce_shmcache_found_t  found;
} ngx_commerce_cache_answer_t;


/* Zone initialisation callback; keeps the memory across reloads. */
ngx_int_t ngx_commerce_cache_zone_init(ngx_shm_zone_t *shm_zone, void *data);

/* Of shmcache.h: a key's hash, a tag's place, what a key depends on. */
void ngx_commerce_cache_hash(ngx_commerce_cache_zone_t *zone,
    ngx_commerce_cache_key_t *key);
uint32_t ngx_commerce_cache_tag(const u_char *tag, size_t len);
void ngx_commerce_cache_depend(ngx_commerce_cache_zone_t *zone,
    ngx_commerce_cache_key_t *key, uint32_t tag);

/* What depends on the tag (on anything) is no hit any more.  Lock-free. */
void ngx_commerce_cache_move(ngx_commerce_cache_zone_t *zone, uint32_t tag);
void ngx_commerce_cache_move_all(ngx_commerce_cache_zone_t *zone);

/*
 * NGX_OK: the answer, copied into the pool; NGX_DECLINED: there is none that
 * may be served; NGX_ERROR: no memory.  Takes no lock.
 */
ngx_int_t ngx_commerce_cache_get(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key,
    const ngx_commerce_cache_want_t *want, ngx_pool_t *pool,
    ngx_commerce_cache_answer_t *answer);

/*
 * Keeps an answer, `answer->age` old, for `ttl` ms from when it was made, up to
 * `max_ttl` the more it is asked for while the feed stands.  NGX_DECLINED: it
 * is too large; NGX_ABORT: a change has overtaken it.  `evicted` is how many
 * others made room.
 */
ngx_int_t ngx_commerce_cache_put(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key,
    const ngx_commerce_cache_answer_t *answer, const ngx_chain_t *body,
    ngx_msec_t ttl, ngx_msec_t max_ttl, ngx_uint_t *evicted);

/* Keeps the compressed variant of what was got; len 0: it is of no use. */
void ngx_commerce_cache_zip(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_answer_t *answer, const u_char *data, size_t len);

/* Bytes for answers, those in use, and how many answers made room so far. */
void ngx_commerce_cache_usage(ngx_commerce_cache_zone_t *zone, size_t *size,
    size_t *used, uint64_t *evicted);

/*
 * Somebody, known by a hash of what they are told by, has written; and when
 * they did, if that was so lately that the feed may not have told of it (0:
 * not).  Lock-free; somebody else with the same place may be meant.
 */
void ngx_commerce_cache_wrote(ngx_commerce_cache_zone_t *zone, uint64_t who);
ngx_msec_t ngx_commerce_cache_written(const ngx_commerce_cache_zone_t *zone,
    uint64_t who);

/* Of flights.h, for a key: the calling process leads, or waits. */
ngx_commerce_flight_e ngx_commerce_cache_claim(
    ngx_commerce_cache_zone_t *zone, const ngx_commerce_cache_key_t *key,
    ngx_msec_t until, uint64_t *ticket);
ngx_uint_t ngx_commerce_cache_waiting(ngx_commerce_cache_zone_t *zone,
    uint64_t hash, uint64_t ticket);
ngx_uint_t ngx_commerce_cache_land(ngx_commerce_cache_zone_t *zone,
    uint64_t hash, uint64_t ticket);

/* 1: the flight is over, or its leader's process is. */
ngx_uint_t ngx_commerce_cache_landed(ngx_commerce_cache_zone_t *zone,
    uint64_t hash, uint64_t ticket);

#endif /* NGX_COMMERCE_CACHE_ZONE_H */
