/*
 * The response cache that the workers of a gateway share: generations of tags,
 * answers made under them, and who listens to which database's change feed.
 * One shared memory zone of fixed tables; all of it can be rebuilt.
 *
 * An answer is a hit only while the generations that were read before its
 * query was sent have not moved: a fill that a commit overtook is never
 * served, without any list of what to purge.
 */

#ifndef NGX_COMMERCE_CACHE_ZONE_H
#define NGX_COMMERCE_CACHE_ZONE_H


#include "conf.h"


#define NGX_COMMERCE_CACHE_TAGS      6       /* of one answer, at most */
#define NGX_COMMERCE_CACHE_BODY_MAX  65536   /* bytes, key and Link included */
#define NGX_COMMERCE_CACHE_FEEDS     8


/* What is asked for, and what its answer will depend on. */
typedef struct {
    u_char              *data;           /* the whole key */
    size_t               len;
    uint64_t             hash;
    ngx_uint_t           ntags;
    uint32_t             tags[NGX_COMMERCE_CACHE_TAGS];
    ngx_atomic_uint_t    seen[NGX_COMMERCE_CACHE_TAGS];  /* generations */
} ngx_commerce_cache_key_t;


/* An answer: pieces that point into the caller's memory. */
typedef struct {
    ngx_str_t            etag;
    ngx_str_t            link;
    ngx_str_t            body;
    ngx_msec_t           age;            /* of get() */
} ngx_commerce_cache_answer_t;


/* One feed of a database, as the workers see it. */
typedef struct {
    ngx_atomic_t         owner;          /* pid; 0: nobody */
    ngx_atomic_t         beat;           /* ngx_current_msec of its last sign */
    ngx_atomic_t         coherent;       /* 1: every change is heard of */
} ngx_commerce_cache_feed_t;


/* Zone initialisation callback; keeps the memory across reloads. */
ngx_int_t ngx_commerce_cache_zone_init(ngx_shm_zone_t *shm_zone, void *data);

/* The place of a tag among the generations; tags may share one. */
uint32_t ngx_commerce_cache_tag(const u_char *tag, size_t len);

/* Adds a tag to what a key depends on, with its generation of now. */
void ngx_commerce_cache_depend(ngx_commerce_cache_zone_t *zone,
    ngx_commerce_cache_key_t *key, uint32_t tag);

/* What depends on the tag (on anything) is no hit any more.  Lock-free. */
void ngx_commerce_cache_move(ngx_commerce_cache_zone_t *zone, uint32_t tag);
void ngx_commerce_cache_move_all(ngx_commerce_cache_zone_t *zone);

/* The feed of a database by its place in the configuration. */
ngx_commerce_cache_feed_t *ngx_commerce_cache_feed(
    ngx_commerce_cache_zone_t *zone, ngx_uint_t database);

/*
 * NGX_OK: the answer, copied into `scratch` (BODY_MAX bytes); NGX_DECLINED: no
 * valid one.
 */
ngx_int_t ngx_commerce_cache_get(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key, u_char *scratch,
    ngx_commerce_cache_answer_t *answer);

/*
 * Keeps an answer for `ttl` ms, up to `max_ttl` the more it is asked for.  Not
 * kept: what is too large, and what a change has overtaken already.
 */
void ngx_commerce_cache_put(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key,
    const ngx_commerce_cache_answer_t *answer, const ngx_chain_t *body,
    ngx_msec_t ttl, ngx_msec_t max_ttl);


#endif /* NGX_COMMERCE_CACHE_ZONE_H */
