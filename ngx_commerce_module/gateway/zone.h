/*
 * What the workers of a gateway share: revoked sessions, rate counters and
 * how the change feeds stand, in one shared memory zone of fixed arrays.
 * Nothing in it grows, nothing needs an allocator; all of it can be rebuilt.
 */

#ifndef NGX_COMMERCE_ZONE_H
#define NGX_COMMERCE_ZONE_H


#include "conf.h"


#define NGX_COMMERCE_ZONE_FEEDS   8      /* databases, at most */
#define NGX_COMMERCE_ZONE_BOUND   1000   /* ms: see ngx_commerce_zone_gap() */
#define NGX_COMMERCE_ZONE_SHORT   1000   /* ms that answers live in a gap */
#define NGX_COMMERCE_ZONE_NONE    ((ngx_msec_t) -1)


/*
 * The feed of a database.  Written by the worker that listens, read by all;
 * times are ngx_current_msec, which counts alike in every process.
 */
typedef struct {
    ngx_atomic_t   owner;       /* pid of who listens; 0: nobody */
    ngx_atomic_t   beat;        /* its last sign of life */
    ngx_atomic_t   stands;      /* 1: changes are streaming */
    ngx_atomic_t   heard;       /* the server's last word; 0: none ever */
    ngx_atomic_t   behind;      /* since then log is missing; 0: none is */
    ngx_atomic_t   awaited;     /* log position that ends that */
    ngx_atomic_t   flushed;     /* log position that was asked for last */
    ngx_atomic_t   received;    /* up to which everything came */
    ngx_atomic_t   changes;     /* rows */
    ngx_atomic_t   starts;      /* streams */
} ngx_commerce_zone_feed_t;


/* Zone initialisation callback: reuses the memory across reloads. */
ngx_int_t ngx_commerce_zone_init(ngx_shm_zone_t *shm_zone, void *data);

/*
 * Refuses, until `expires` (s since the epoch), tokens of 'sid:<uuid>' or
 * those of 'sub:<uuid>' issued up to now.  Malformed subjects are ignored.
 */
void ngx_commerce_zone_revoke(ngx_commerce_zone_t *zone, const char *subject,
    size_t len, time_t expires);

/* Refuses all tokens issued up to now. */
void ngx_commerce_zone_revoke_all(ngx_commerce_zone_t *zone);

/*
 * Whether a token of this session or user, issued at `iat`, is revoked.
 * Lock-free; any worker.
 */
ngx_uint_t ngx_commerce_zone_revoked(ngx_commerce_zone_t *zone,
    const char *sid, const char *sub, time_t iat);

/*
 * Takes one of `limit` per `per` ms with `burst` more at once (GCRA) for a
 * key.  Returns 0, or the milliseconds after which to come again.
 */
ngx_msec_t ngx_commerce_zone_take(ngx_commerce_zone_t *zone, const void *key,
    size_t len, ngx_uint_t limit, ngx_msec_t per, ngx_uint_t burst);

/* The feed of a database by its place in the configuration. */
ngx_commerce_zone_feed_t *ngx_commerce_zone_feed(ngx_commerce_zone_t *zone,
    ngx_uint_t database);

/*
 * 0: every change of the database has been heard of, but for the last
 * moments.  Else the ms since which changes may be missing, because nobody
 * listens, or the server has been silent or the feed behind for longer than
 * ZONE_BOUND.  NONE: no change was ever heard of.
 */
ngx_msec_t ngx_commerce_zone_gap(const ngx_commerce_zone_feed_t *feed);

/* ms since a ngx_current_msec of any worker, whose clock may be ahead. */
ngx_msec_t ngx_commerce_zone_since(ngx_atomic_uint_t then);


#endif /* NGX_COMMERCE_ZONE_H */
