/*
 * Owns the layout of the cache's shared memory: a table of generations, sets
 * of entries, and chunks that hold keys and answers.  Nothing is allocated
 * after the start, so nothing fragments.
 *
 * The slab pool's mutex is the one lock: the master releases it when a worker
 * dies.  `busy` is set while tables are being changed; whoever finds it set
 * inherited the lock of a dead worker and empties the cache.
 */

#include "cache_zone.h"


#define CACHE_MAGIC        0x636f6d6d65726362ULL  /* layout 2 */
#define CACHE_GENERATIONS  65536
#define CACHE_WAYS         4
#define CACHE_CHUNK        1024
#define CACHE_NONE         0xffffffff
#define CACHE_EVICTIONS    64


typedef struct {
    uint32_t             next;
    u_char               data[CACHE_CHUNK - sizeof(uint32_t)];
} chunk_t;

typedef struct {
    uint64_t             hash;           /* 0: empty */
    uint32_t             chunk;          /* first one */
    uint32_t             key_len;
    uint32_t             etag_len;
    uint32_t             link_len;
    uint32_t             body_len;
    uint32_t             hits;
    ngx_msec_t           made;
    ngx_msec_t           used;
    ngx_msec_t           expires;
    uint32_t             ntags;
    uint32_t             tags[NGX_COMMERCE_CACHE_TAGS];
    ngx_atomic_uint_t    seen[NGX_COMMERCE_CACHE_TAGS];
} entry_t;

struct ngx_commerce_cache_zone_s {
    uint64_t                    magic;
    ngx_slab_pool_t            *shpool;
    ngx_uint_t                  busy;
    ngx_uint_t                  nsets;   /* a power of two */
    ngx_uint_t                  nchunks;
    ngx_uint_t                  hand;    /* of the eviction */
    uint32_t                    free;    /* list of chunks */
    uint32_t                    nfree;
    entry_t                    *entries;
    chunk_t                    *chunks;
    ngx_commerce_cache_feed_t   feeds[NGX_COMMERCE_CACHE_FEEDS];
    ngx_atomic_t                generations[CACHE_GENERATIONS];
};


static ngx_int_t cache_tables(ngx_commerce_cache_zone_t *zone, size_t size);
static void cache_empty(ngx_commerce_cache_zone_t *zone);
static void cache_lock(ngx_commerce_cache_zone_t *zone);
static void cache_unlock(ngx_commerce_cache_zone_t *zone);
static entry_t *cache_find(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key);
static ngx_uint_t cache_same_key(ngx_commerce_cache_zone_t *zone,
    const entry_t *e, const ngx_commerce_cache_key_t *key);
static ngx_uint_t cache_valid(ngx_commerce_cache_zone_t *zone,
    const entry_t *e);
static void cache_read(ngx_commerce_cache_zone_t *zone, const entry_t *e,
    u_char *out);
static entry_t *cache_place(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key);
static void cache_drop(ngx_commerce_cache_zone_t *zone, entry_t *e);
static ngx_int_t cache_room(ngx_commerce_cache_zone_t *zone, size_t size);
static void cache_write(ngx_commerce_cache_zone_t *zone, uint32_t **link,
    size_t *used, const u_char *data, size_t len);


ngx_int_t
ngx_commerce_cache_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    size_t                      size;
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

    size = shm_zone->shm.size / 8 * 7 - sizeof(ngx_commerce_cache_zone_t);

    if (cache_tables(zone, size) != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                      "commerce_cache is too small");
        return NGX_ERROR;
    }

    cache_empty(zone);

    zone->magic = CACHE_MAGIC;
    shpool->data = zone;
    shm_zone->data = zone;

    return NGX_OK;
}


/* An entry for two chunks: most answers are of a kilobyte or two. */

static ngx_int_t
cache_tables(ngx_commerce_cache_zone_t *zone, size_t size)
{
    size_t  entries;

    zone->nsets = 16;

    while (zone->nsets * 2 * CACHE_WAYS
           * (sizeof(entry_t) + 2 * sizeof(chunk_t)) <= size)
    {
        zone->nsets *= 2;
    }

    entries = zone->nsets * CACHE_WAYS * sizeof(entry_t);

    if (entries + 64 * sizeof(chunk_t) > size) {
        return NGX_ERROR;
    }

    zone->nchunks = (size - entries - 8 * ngx_pagesize) / sizeof(chunk_t);
    zone->entries = ngx_slab_calloc(zone->shpool, entries);
    zone->chunks = ngx_slab_alloc(zone->shpool,
                                  zone->nchunks * sizeof(chunk_t));

    return (zone->entries != NULL && zone->chunks != NULL)
           ? NGX_OK : NGX_ERROR;
}


static void
cache_empty(ngx_commerce_cache_zone_t *zone)
{
    uint32_t  i;

    ngx_memzero(zone->entries, zone->nsets * CACHE_WAYS * sizeof(entry_t));

    for (i = 0; i < zone->nchunks; i++) {
        zone->chunks[i].next = i + 1;
    }

    zone->chunks[zone->nchunks - 1].next = CACHE_NONE;
    zone->free = 0;
    zone->nfree = zone->nchunks;
    zone->hand = 0;
    zone->busy = 0;
}


static void
cache_lock(ngx_commerce_cache_zone_t *zone)
{
    ngx_shmtx_lock(&zone->shpool->mutex);

    if (zone->busy) {
        cache_empty(zone);
    }

    zone->busy = 1;
}


static void
cache_unlock(ngx_commerce_cache_zone_t *zone)
{
    zone->busy = 0;

    ngx_shmtx_unlock(&zone->shpool->mutex);
}


uint32_t
ngx_commerce_cache_tag(const u_char *tag, size_t len)
{
    return ngx_murmur_hash2((u_char *) tag, len) % CACHE_GENERATIONS;
}


void
ngx_commerce_cache_depend(ngx_commerce_cache_zone_t *zone,
    ngx_commerce_cache_key_t *key, uint32_t tag)
{
    if (key->ntags == NGX_COMMERCE_CACHE_TAGS) {
        return;
    }

    key->tags[key->ntags] = tag;
    key->seen[key->ntags] = zone->generations[tag];
    key->ntags++;
}


void
ngx_commerce_cache_move(ngx_commerce_cache_zone_t *zone, uint32_t tag)
{
    (void) ngx_atomic_fetch_add(&zone->generations[tag], 1);
}


void
ngx_commerce_cache_move_all(ngx_commerce_cache_zone_t *zone)
{
    ngx_uint_t  i;

    for (i = 0; i < CACHE_GENERATIONS; i++) {
        (void) ngx_atomic_fetch_add(&zone->generations[i], 1);
    }
}


ngx_commerce_cache_feed_t *
ngx_commerce_cache_feed(ngx_commerce_cache_zone_t *zone, ngx_uint_t database)
{
    return &zone->feeds[database % NGX_COMMERCE_CACHE_FEEDS];
}


ngx_int_t
ngx_commerce_cache_get(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key, u_char *scratch,
    ngx_commerce_cache_answer_t *answer)
{
    entry_t  *e;

    cache_lock(zone);

    e = cache_find(zone, key);

    if (e == NULL || !cache_valid(zone, e)) {
        cache_unlock(zone);
        return NGX_DECLINED;
    }

    e->hits++;
    e->used = ngx_current_msec;

    cache_read(zone, e, scratch);

    answer->etag.len = e->etag_len;
    answer->etag.data = scratch + e->key_len;
    answer->link.len = e->link_len;
    answer->link.data = answer->etag.data + e->etag_len;
    answer->body.len = e->body_len;
    answer->body.data = answer->link.data + e->link_len;
    answer->age = ngx_current_msec - e->made;

    cache_unlock(zone);

    return NGX_OK;
}


static entry_t *
cache_find(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key)
{
    entry_t     *set;
    ngx_uint_t   i;

    set = &zone->entries[(key->hash & (zone->nsets - 1)) * CACHE_WAYS];

    for (i = 0; i < CACHE_WAYS; i++) {
        if (set[i].hash == key->hash && set[i].key_len == key->len
            && cache_same_key(zone, &set[i], key))
        {
            return &set[i];
        }
    }

    return NULL;
}


static ngx_uint_t
cache_same_key(ngx_commerce_cache_zone_t *zone, const entry_t *e,
    const ngx_commerce_cache_key_t *key)
{
    size_t    n, left;
    u_char   *p;
    chunk_t  *chunk;

    chunk = &zone->chunks[e->chunk];
    p = key->data;
    left = key->len;

    for ( ;; ) {
        n = ngx_min(left, sizeof(chunk->data));

        if (ngx_memcmp(chunk->data, p, n) != 0) {
            return 0;
        }

        left -= n;
        p += n;

        if (left == 0) {
            return 1;
        }

        chunk = &zone->chunks[chunk->next];
    }
}


static ngx_uint_t
cache_valid(ngx_commerce_cache_zone_t *zone, const entry_t *e)
{
    ngx_uint_t  i;

    if ((ngx_msec_int_t) (e->expires - ngx_current_msec) <= 0) {
        return 0;
    }

    for (i = 0; i < e->ntags; i++) {
        if (zone->generations[e->tags[i]] != e->seen[i]) {
            return 0;
        }
    }

    return 1;
}


static void
cache_read(ngx_commerce_cache_zone_t *zone, const entry_t *e, u_char *out)
{
    size_t    n, left;
    chunk_t  *chunk;

    left = (size_t) e->key_len + e->etag_len + e->link_len + e->body_len;
    chunk = &zone->chunks[e->chunk];

    for ( ;; ) {
        n = ngx_min(left, sizeof(chunk->data));
        out = ngx_cpymem(out, chunk->data, n);
        left -= n;

        if (left == 0) {
            return;
        }

        chunk = &zone->chunks[chunk->next];
    }
}


void
ngx_commerce_cache_put(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key,
    const ngx_commerce_cache_answer_t *answer, const ngx_chain_t *body,
    ngx_msec_t ttl, ngx_msec_t max_ttl)
{
    size_t      size, used;
    entry_t    *e;
    uint32_t   *link;

    size = key->len + answer->etag.len + answer->link.len + answer->body.len;

    if (size > NGX_COMMERCE_CACHE_BODY_MAX) {
        return;
    }

    cache_lock(zone);

    e = cache_place(zone, key);

    if (cache_room(zone, size) != NGX_OK) {
        e->hash = 0;
        cache_unlock(zone);
        return;
    }

    link = &e->chunk;
    used = sizeof(zone->chunks->data);

    cache_write(zone, &link, &used, key->data, key->len);
    cache_write(zone, &link, &used, answer->etag.data, answer->etag.len);
    cache_write(zone, &link, &used, answer->link.data, answer->link.len);

    for ( /* void */ ; body != NULL; body = body->next) {
        cache_write(zone, &link, &used, body->buf->pos,
                    body->buf->last - body->buf->pos);
    }

    *link = CACHE_NONE;

    e->hash = key->hash;
    e->key_len = key->len;
    e->etag_len = answer->etag.len;
    e->link_len = answer->link.len;
    e->body_len = answer->body.len;
    e->ntags = key->ntags;
    ngx_memcpy(e->tags, key->tags, sizeof(e->tags));
    ngx_memcpy(e->seen, key->seen, sizeof(e->seen));

    /* what is asked for often may stay longer */

    e->made = ngx_current_msec;
    e->used = e->made;
    e->expires = e->made + ngx_min(ttl * (1 + e->hits / 8), max_ttl);

    cache_unlock(zone);
}


/* The entry of this key, else an empty one, else the one longest unused. */

static entry_t *
cache_place(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_cache_key_t *key)
{
    entry_t     *e, *set;
    uint32_t     hits;
    ngx_uint_t   i;

    e = cache_find(zone, key);
    hits = (e != NULL) ? e->hits : 0;

    if (e == NULL) {
        set = &zone->entries[(key->hash & (zone->nsets - 1)) * CACHE_WAYS];
        e = set;

        for (i = 0; i < CACHE_WAYS; i++) {
            if (set[i].hash == 0) {
                e = &set[i];
                break;
            }

            if ((ngx_msec_int_t) (set[i].used - e->used) < 0) {
                e = &set[i];
            }
        }
    }

    cache_drop(zone, e);
    e->hits = hits;

    return e;
}


static void
cache_drop(ngx_commerce_cache_zone_t *zone, entry_t *e)
{
    uint32_t  i, next;

    if (e->hash == 0) {
        return;
    }

    for (i = e->chunk; i != CACHE_NONE; i = next) {
        next = zone->chunks[i].next;
        zone->chunks[i].next = zone->free;
        zone->free = i;
        zone->nfree++;
    }

    e->hash = 0;
    e->chunk = CACHE_NONE;
}


/* Frees entries round the table until there is room; gives up in time. */

static ngx_int_t
cache_room(ngx_commerce_cache_zone_t *zone, size_t size)
{
    entry_t     *e;
    size_t       need;
    ngx_uint_t   tries;

    need = size / sizeof(zone->chunks->data) + 1;

    for (tries = 0; zone->nfree < need; tries++) {
        if (tries == CACHE_EVICTIONS) {
            return NGX_DECLINED;
        }

        e = &zone->entries[zone->hand];
        zone->hand = (zone->hand + 1) % (zone->nsets * CACHE_WAYS);

        cache_drop(zone, e);
    }

    return NGX_OK;
}


/* Appends; `used` bytes of the last chunk are taken, `link` is its next. */

static void
cache_write(ngx_commerce_cache_zone_t *zone, uint32_t **link, size_t *used,
    const u_char *data, size_t len)
{
    size_t    n;
    chunk_t  *chunk;

    while (len != 0) {
        if (*used == sizeof(chunk->data)) {
            **link = zone->free;
            chunk = &zone->chunks[zone->free];
            zone->free = chunk->next;
            zone->nfree--;
            *link = &chunk->next;
            *used = 0;
        }

        chunk = (chunk_t *) ((u_char *) *link - offsetof(chunk_t, next));
        n = ngx_min(len, sizeof(chunk->data) - *used);

        ngx_memcpy(chunk->data + *used, data, n);

        data += n;
        len -= n;
        *used += n;
    }
}
