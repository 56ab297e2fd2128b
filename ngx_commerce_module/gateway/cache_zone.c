/*
 * Owns the cache's shared memory zone: places the tables in it, locks them for
 * writers, copies answers out for readers.
 *
 * The slab pool's mutex is the one lock, for the master releases it when a
 * worker dies; readers of answers take none.
 */

#include "cache_zone.h"
#include "zone.h"
#include "../base/text.h"


#define CACHE_MAGIC  0x636f6d6d65726365ULL  /* layout 5 */

/* an entry that changes so often while it is copied counts as none */
#define CACHE_TRIES  16

/* ms until the feed has told of a write, or counts as down */
#define CACHE_LATELY  NGX_COMMERCE_ZONE_SHORT


struct ngx_commerce_cache_zone_s {
    uint64_t                    magic;
    ngx_slab_pool_t            *shpool;
    ngx_commerce_shmcache_t    *table;
    ngx_commerce_flights_t     *flights;
    uint32_t                   *writers;   /* ms, by hash: when they wrote */
    size_t                      nwriters;  /* a power of two */
};


static ngx_int_t cache_tables(ngx_commerce_cache_zone_t *zone, size_t size);
static ngx_int_t cache_take(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key,
    const ngx_commerce_cache_want_t *want, ngx_pool_t *pool,
    ngx_commerce_cache_answer_t *answer);
static ngx_int_t cache_marks(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_want_t *want, ngx_pool_t *pool,
    ngx_commerce_cache_answer_t *answer);
static ngx_uint_t cache_alive(ngx_pid_t pid);
static void cache_lock(ngx_commerce_cache_zone_t *zone);
static void cache_unlock(ngx_commerce_cache_zone_t *zone);


ngx_int_t
ngx_commerce_cache_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_slab_pool_t            *shpool;
    ngx_commerce_cache_zone_t  *zone;

    if (data != NULL) {
        shm_zone->data = data;
        return NGX_OK;
    }

    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;
    shpool->log_nomem = 0;

    zone = shm_zone->shm.exists ? shpool->data : NULL;

    if (zone != NULL && zone->magic == CACHE_MAGIC) {
        shm_zone->data = zone;
        return NGX_OK;
    }

    zone = ngx_slab_calloc(shpool, sizeof(ngx_commerce_cache_zone_t));
    if (zone == NULL) {
        return NGX_ERROR;
    }

    zone->shpool = shpool;

    /* the slab's own tables take a part of the zone */

    if (cache_tables(zone, shm_zone->shm.size / 8 * 7
                           - sizeof(ngx_commerce_cache_zone_t))
        != NGX_OK)
    {
        ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                      "commerce_cache is too small");
        return NGX_ERROR;
    }

    zone->magic = CACHE_MAGIC;
    shpool->data = zone;
    shm_zone->data = zone;

    return NGX_OK;
}


static ngx_int_t
cache_tables(ngx_commerce_cache_zone_t *zone, size_t size)
{
    void  *memory;

    zone->nwriters = 1024;

    while (zone->nwriters * 2 * sizeof(uint32_t) <= size / 64) {
        zone->nwriters *= 2;
    }

    if (size < ngx_commerce_flights_size
               + zone->nwriters * sizeof(uint32_t))
    {
        return NGX_ERROR;
    }

    size -= ngx_commerce_flights_size + zone->nwriters * sizeof(uint32_t);
    memory = ngx_slab_alloc(zone->shpool, size);
    zone->flights = ngx_slab_calloc(zone->shpool, ngx_commerce_flights_size);
    zone->writers = ngx_slab_calloc(zone->shpool,
                                    zone->nwriters * sizeof(uint32_t));

    if (memory == NULL || zone->flights == NULL || zone->writers == NULL) {
        return NGX_ERROR;
    }

    zone->table = ngx_commerce_shmcache_create(memory, size,
                                               (uint64_t) ngx_random() << 32
                                               ^ (uint64_t) ngx_random());

    return (zone->table == NULL) ? NGX_ERROR : NGX_OK;
}


static void
cache_lock(ngx_commerce_cache_zone_t *zone)
{
    ngx_shmtx_lock(&zone->shpool->mutex);

    if (ngx_commerce_shmcache_enter(zone->table)) {
        ngx_commerce_flights_clear(zone->flights);
    }
}


static void
cache_unlock(ngx_commerce_cache_zone_t *zone)
{
    ngx_commerce_shmcache_leave(zone->table);
    ngx_shmtx_unlock(&zone->shpool->mutex);
}


void
ngx_commerce_cache_hash(ngx_commerce_cache_zone_t *zone,
    ngx_commerce_cache_key_t *key)
{
    key->hash = ngx_commerce_shmcache_hash(zone->table, key->data, key->len);
}


uint32_t
ngx_commerce_cache_tag(const u_char *tag, size_t len)
{
    return ngx_commerce_shmcache_tag(tag, len);
}


void
ngx_commerce_cache_depend(ngx_commerce_cache_zone_t *zone,
    ngx_commerce_cache_key_t *key, uint32_t tag)
{
    ngx_commerce_shmcache_depend(zone->table, key, tag);
}


void
ngx_commerce_cache_move(ngx_commerce_cache_zone_t *zone, uint32_t tag)
{
    ngx_commerce_shmcache_move(zone->table, tag);
}


void
ngx_commerce_cache_move_all(ngx_commerce_cache_zone_t *zone)
{
    ngx_commerce_shmcache_move_all(zone->table);
}


void
ngx_commerce_cache_usage(ngx_commerce_cache_zone_t *zone, size_t *size,
    size_t *used, uint64_t *evicted)
{
    size_t  chunks, left;

    cache_lock(zone);
    ngx_commerce_shmcache_usage(zone->table, &chunks, &left, evicted);
    cache_unlock(zone);

    *size = chunks * NGX_COMMERCE_SHMCACHE_CHUNK;
    *used = (chunks - left) * NGX_COMMERCE_SHMCACHE_CHUNK;
}


void
ngx_commerce_cache_wrote(ngx_commerce_cache_zone_t *zone, uint64_t who)
{
    zone->writers[who & (zone->nwriters - 1)] = (uint32_t) ngx_current_msec;
}


ngx_msec_t
ngx_commerce_cache_written(const ngx_commerce_cache_zone_t *zone,
    uint64_t who)
{
    uint32_t  ago;

    ago = (uint32_t) ngx_current_msec
          - zone->writers[who & (zone->nwriters - 1)];

    /* another worker's clock may be a little ahead */

    if (ago > CACHE_LATELY && ago < (uint32_t) -CACHE_LATELY) {
        return 0;
    }

    return ngx_current_msec - (ngx_msec_t) (ngx_msec_int_t) (int32_t) ago;
}


ngx_int_t
ngx_commerce_cache_get(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key,
    const ngx_commerce_cache_want_t *want, ngx_pool_t *pool,
    ngx_commerce_cache_answer_t *answer)
{
    ngx_int_t   rc;
    ngx_uint_t  tries;

    for (tries = 0; tries < CACHE_TRIES; tries++) {
        rc = cache_take(zone, key, want, pool, answer);

        if (rc != NGX_AGAIN) {
            return rc;
        }

        ngx_cpu_pause();
    }

    return NGX_DECLINED;
}


/* One attempt; NGX_AGAIN: the entry changed meanwhile. */

static ngx_int_t
cache_take(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key,
    const ngx_commerce_cache_want_t *want, ngx_pool_t *pool,
    ngx_commerce_cache_answer_t *answer)
{
    ngx_int_t                       rc;
    ngx_commerce_shmcache_found_t  *found = &answer->found;

    rc = ngx_commerce_shmcache_find(zone->table, key, ngx_current_msec,
                                    want->gap == 0, found);

    if (rc != NGX_COMMERCE_SHMCACHE_OK) {
        return (rc == NGX_COMMERCE_SHMCACHE_NONE) ? NGX_DECLINED : NGX_AGAIN;
    }

    /* while changes are not heard of, an answer lives for a moment only */

    if (want->gap != 0
        && ngx_min(want->gap, found->age) >= NGX_COMMERCE_ZONE_SHORT)
    {
        found->fresh = 0;
    }

    if (want->after != 0
        && (ngx_msec_int_t) (ngx_current_msec - found->age - want->after) <= 0)
    {
        found->fresh = 0;
    }

    if (!found->fresh && found->age >= want->stale) {
        return NGX_DECLINED;
    }

    answer->status = found->status;
    answer->age = (ngx_msec_t) found->age;
    answer->zipped = (want->zip && found->zip == NGX_COMMERCE_SHMCACHE_ZIPPED);
    answer->body.len = answer->zipped ? found->zip_len : found->body_len;
    answer->body.data = NULL;

    rc = cache_marks(zone, want, pool, answer);

    if (rc != NGX_OK || want->head || answer->not_modified) {
        return rc;
    }

    answer->body.data = ngx_pnalloc(pool, answer->body.len + 1);
    if (answer->body.data == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_commerce_shmcache_read(zone->table, found,
                                    found->etag_len + found->link_len
                                    + (answer->zipped ? found->body_len : 0),
                                    answer->body.len, answer->body.data);

    return (rc == NGX_COMMERCE_SHMCACHE_OK) ? NGX_OK : NGX_AGAIN;
}


/* What stands in headers: the validator may make the body unwanted. */

static ngx_int_t
cache_marks(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_want_t *want, ngx_pool_t *pool,
    ngx_commerce_cache_answer_t *answer)
{
    const ngx_commerce_shmcache_found_t  *found = &answer->found;

    answer->etag.len = found->etag_len;
    answer->link.len = found->link_len;
    answer->etag.data = ngx_pnalloc(pool, found->etag_len + found->link_len
                                          + 1);
    if (answer->etag.data == NULL) {
        return NGX_ERROR;
    }

    answer->link.data = answer->etag.data + found->etag_len;

    if (ngx_commerce_shmcache_read(zone->table, found, 0,
                                   found->etag_len + found->link_len,
                                   answer->etag.data)
        != NGX_COMMERCE_SHMCACHE_OK)
    {
        return NGX_AGAIN;
    }

    answer->not_modified = want->none_match.len != 0 && answer->etag.len != 0
                           && ngx_commerce_etag_none_match(
                                  want->none_match.data, want->none_match.len,
                                  answer->etag.data, answer->etag.len);

    return NGX_OK;
}


ngx_int_t
ngx_commerce_cache_put(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key,
    const ngx_commerce_cache_answer_t *answer, const ngx_chain_t *body,
    ngx_msec_t ttl, ngx_msec_t max_ttl, ngx_uint_t *evicted)
{
    size_t                          unused;
    uint64_t                        before, after;
    ngx_uint_t                      rc;
    ngx_commerce_shmcache_found_t   entry;
    ngx_commerce_shmcache_writer_t  w;

    *evicted = 0;

    if (answer->body.len > NGX_COMMERCE_SHMCACHE_MAX) {
        return NGX_DECLINED;
    }

    if (ngx_commerce_shmcache_overtaken(zone->table, key)) {
        return NGX_ABORT;
    }

    entry.status = answer->status;
    entry.etag_len = answer->etag.len;
    entry.link_len = answer->link.len;
    entry.body_len = answer->body.len;
    entry.ttl = ttl;
    entry.max_ttl = max_ttl;

    cache_lock(zone);

    ngx_commerce_shmcache_usage(zone->table, &unused, &unused, &before);

    rc = ngx_commerce_shmcache_put(zone->table, key, &entry,
                                   ngx_current_msec - answer->age, &w);

    if (rc == NGX_COMMERCE_SHMCACHE_OK) {
        ngx_commerce_shmcache_write(&w, answer->etag.data, answer->etag.len);
        ngx_commerce_shmcache_write(&w, answer->link.data, answer->link.len);

        for ( /* void */ ; body != NULL; body = body->next) {
            ngx_commerce_shmcache_write(&w, body->buf->pos,
                                        body->buf->last - body->buf->pos);
        }

        ngx_commerce_shmcache_end(&w);
    }

    ngx_commerce_shmcache_usage(zone->table, &unused, &unused, &after);

    cache_unlock(zone);

    *evicted = after - before;

    return (rc == NGX_COMMERCE_SHMCACHE_OK) ? NGX_OK : NGX_DECLINED;
}


void
ngx_commerce_cache_zip(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_answer_t *answer, const u_char *data, size_t len)
{
    cache_lock(zone);

    ngx_commerce_shmcache_zip(zone->table, &answer->found, ngx_current_msec,
                              data, len);

    cache_unlock(zone);
}


static ngx_uint_t
cache_alive(ngx_pid_t pid)
{
    return kill(pid, 0) == 0 || ngx_errno != NGX_ESRCH;
}


ngx_commerce_flight_e
ngx_commerce_cache_claim(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key, ngx_msec_t until, uint64_t *ticket)
{
    ngx_commerce_flight_e  rc;

    cache_lock(zone);

    rc = ngx_commerce_flights_claim(zone->flights, key->hash, ngx_pid,
                                    ngx_current_msec, until, ticket);
    cache_unlock(zone);

    return rc;
}


ngx_uint_t
ngx_commerce_cache_waiting(ngx_commerce_cache_zone_t *zone, uint64_t hash,
    uint64_t ticket)
{
    ngx_uint_t  n;

    cache_lock(zone);
    n = ngx_commerce_flights_waiting(zone->flights, hash, ticket);
    cache_unlock(zone);

    return n;
}


ngx_uint_t
ngx_commerce_cache_land(ngx_commerce_cache_zone_t *zone, uint64_t hash,
    uint64_t ticket)
{
    ngx_uint_t  n;

    cache_lock(zone);
    n = ngx_commerce_flights_land(zone->flights, hash, ticket);
    cache_unlock(zone);

    return n;
}


ngx_uint_t
ngx_commerce_cache_landed(ngx_commerce_cache_zone_t *zone, uint64_t hash,
    uint64_t ticket)
{
    int  leader;

    cache_lock(zone);
    leader = ngx_commerce_flights_leader(zone->flights, hash, ticket);
    cache_unlock(zone);

    if (leader == 0) {
        return 1;
    }

    if (cache_alive(leader)) {
        return 0;
    }

    /* a dead one does not land by itself */

    (void) ngx_commerce_cache_land(zone, hash, ticket);

    return 1;
}
