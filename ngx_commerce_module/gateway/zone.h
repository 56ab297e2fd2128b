/*
 * What the workers of a gateway share: revoked sessions and rate counters, in
 * one shared memory zone of fixed arrays.  Nothing in it grows, nothing needs
 * an allocator; all of it can be rebuilt.
 */

#ifndef NGX_COMMERCE_ZONE_H
#define NGX_COMMERCE_ZONE_H


#include "conf.h"


/* Zone initialisation callback: reuses the memory across reloads. */
ngx_int_t ngx_commerce_zone_init(ngx_shm_zone_t *shm_zone, void *data);

/*
 * Refuses, until `expires` (s since the epoch), tokens of 'sid:<uuid>' or
 * those of 'sub:<uuid>' issued up to now.  Malformed subjects are ignored.
 */
void ngx_commerce_zone_revoke(ngx_commerce_zone_t *zone, const char *subject,
    size_t len, time_t expires);

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

/* Forgets what was taken for a key. */
void ngx_commerce_zone_forgive(ngx_commerce_zone_t *zone, const void *key,
    size_t len);


#endif /* NGX_COMMERCE_ZONE_H */
