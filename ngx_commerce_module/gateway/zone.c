/*
 * Owns the layout of the shared memory.  Writers hold the slab pool's mutex,
 * the one lock that nginx's master releases when a worker dies; readers of
 * revocations take none: they read an entry again when its expiry, written
 * last, has changed meanwhile.
 *
 * A revocation is in force at every moment until it expires, whatever is
 * written beside it and wherever a writer is killed: an entry that lives is
 * only ever made to refuse more.  Where no place is left one of them comes to
 * stand for all that share its set: their tokens are refused once, and those
 * that they are refreshed to are not.
 */

#include "zone.h"


#define ZONE_MAGIC     0x636f6d6d65726303ULL   /* layout 3 */
#define ZONE_WAYS      4


typedef struct {
    volatile uint64_t  key[2];   /* key[0] 0: whoever shares the set */
    ngx_atomic_t       since;    /* tokens issued up to here; 0: all */
    ngx_atomic_t       expires;  /* s; 0: empty */
} revoked_t;

typedef struct {
    uint64_t         key;
    uint64_t         due;        /* GCRA's theoretical arrival, us */
} rate_t;

struct ngx_commerce_zone_s {
    uint64_t          magic;
    ngx_slab_pool_t  *shpool;
    ngx_uint_t        nrevoked;  /* sets of ZONE_WAYS; a power of two */
    ngx_uint_t        nrates;
    revoked_t        *revoked;
    rate_t           *rates;
    ngx_atomic_t      floor;     /* s; tokens issued up to here are refused */

    ngx_commerce_zone_feed_t  feeds[NGX_COMMERCE_ZONE_FEEDS];
};


static void *zone_table(ngx_slab_pool_t *shpool, size_t size, size_t entry,
    ngx_uint_t *n);
static uint64_t zone_hash(const void *data, size_t len, uint64_t seed);
static ngx_int_t zone_subject(const char *uuid, size_t len, u_char kind,
    uint64_t key[2]);
static revoked_t *zone_place(revoked_t *set, const uint64_t key[2]);
static void zone_raise(revoked_t *entry, ngx_atomic_uint_t since,
    ngx_atomic_uint_t expires);
static ngx_uint_t zone_refuses(const revoked_t *entry, const uint64_t key[2],
    time_t iat);
static ngx_uint_t zone_find(ngx_commerce_zone_t *zone, const char *uuid,
    u_char kind, time_t iat);
static uint64_t zone_now_us(void);
static rate_t *zone_rate(ngx_commerce_zone_t *zone, uint64_t key);


ngx_int_t
ngx_commerce_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_slab_pool_t      *shpool;
    ngx_commerce_zone_t  *zone, *old = data;

    if (old != NULL) {
        shm_zone->data = old;
        return NGX_OK;
    }

    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;
    shpool->log_nomem = 0;

    if (shm_zone->shm.exists && shpool->data != NULL) {
        zone = shpool->data;

        if (zone->magic == ZONE_MAGIC) {
            shm_zone->data = zone;
            return NGX_OK;
        }
    }

    zone = ngx_slab_calloc(shpool, sizeof(ngx_commerce_zone_t));
    if (zone == NULL) {
        return NGX_ERROR;
    }

    /* a quarter of the zone each */

    zone->revoked = zone_table(shpool, shm_zone->shm.size / 4,
                               sizeof(revoked_t), &zone->nrevoked);
    zone->rates = zone_table(shpool, shm_zone->shm.size / 4, sizeof(rate_t),
                             &zone->nrates);

    if (zone->revoked == NULL || zone->rates == NULL) {
        ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                      "commerce_zone is too small");
        return NGX_ERROR;
    }

    zone->shpool = shpool;
    zone->magic = ZONE_MAGIC;

    shpool->data = zone;
    shm_zone->data = zone;

    return NGX_OK;
}


/* As many sets as fit, a power of two of them. */

static void *
zone_table(ngx_slab_pool_t *shpool, size_t size, size_t entry, ngx_uint_t *n)
{
    *n = 64;

    while (*n * 2 * ZONE_WAYS * entry <= size) {
        *n *= 2;
    }

    return ngx_slab_calloc(shpool, *n * ZONE_WAYS * entry);
}


/* FNV-1a with a final mix: keys are not secret, tables are small. */

static uint64_t
zone_hash(const void *data, size_t len, uint64_t seed)
{
    size_t         i;
    uint64_t       h;
    const u_char  *p = data;

    h = 0xcbf29ce484222325ULL ^ seed;

    for (i = 0; i < len; i++) {
        h = (h ^ p[i]) * 0x100000001b3ULL;
    }

    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93ULL;
    h ^= h >> 32;

    return h;
}


/* The 128 bits of a uuid, the kind (session or user) mixed in. */

static ngx_int_t
zone_subject(const char *uuid, size_t len, u_char kind, uint64_t key[2])
{
    size_t      i;
    u_char      c;
    ngx_uint_t  digits;

    if (len != 36) {
        return NGX_ERROR;
    }

    key[0] = 0;
    key[1] = 0;
    digits = 0;

    for (i = 0; i < len; i++) {
        c = (u_char) uuid[i];

        if (c == '-') {
            continue;
        }

        c |= 0x20;

        if (c >= '0' && c <= '9') {
            c -= '0';

        } else if (c >= 'a' && c <= 'f') {
            c = c - 'a' + 10;

        } else {
            return NGX_ERROR;
        }

        if (digits < 32) {
            key[digits / 16] = (key[digits / 16] << 4) | c;
        }

        digits++;
    }

    key[0] ^= (uint64_t) kind << 56;
    key[0] |= (key[0] == 0);

    return (digits == 32) ? NGX_OK : NGX_ERROR;
}


void
ngx_commerce_zone_revoke(ngx_commerce_zone_t *zone, const char *subject,
    size_t len, time_t expires)
{
    u_char              kind;
    uint64_t            key[2];
    revoked_t          *set, *entry;
    ngx_atomic_uint_t   since;

    if (len < 4 || subject[3] != ':') {
        return;
    }

    kind = (u_char) subject[2];      /* 'd' of sid, 'b' of sub */

    if (zone_subject(subject + 4, len - 4, kind, key) != NGX_OK) {
        return;
    }

    since = (kind == 'b') ? (ngx_atomic_uint_t) ngx_time() : 0;
    set = &zone->revoked[(zone_hash(key, 16, 0) & (zone->nrevoked - 1))
                         * ZONE_WAYS];

    ngx_shmtx_lock(&zone->shpool->mutex);

    entry = zone_place(set, key);

    if (entry->expires != 0 && (time_t) entry->expires >= ngx_time()) {

        if (entry->key[0] != key[0] || entry->key[1] != key[1]) {
            since = (ngx_atomic_uint_t) ngx_time();
        }

        zone_raise(entry, since, (ngx_atomic_uint_t) expires);

        if (entry->key[0] != key[0] || entry->key[1] != key[1]) {
            ngx_memory_barrier();
            entry->key[0] = 0;
        }

    } else {
        entry->expires = 0;
        ngx_memory_barrier();

        entry->key[0] = key[0];
        entry->key[1] = key[1];
        entry->since = since;

        ngx_memory_barrier();
        entry->expires = (ngx_atomic_uint_t) expires;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);
}


/* The entry of this key, else one that is over, else that of the whole set,
 * else the one that is over soonest. */

static revoked_t *
zone_place(revoked_t *set, const uint64_t key[2])
{
    revoked_t   *place;
    ngx_uint_t   i;

    place = set;

    for (i = 0; i < ZONE_WAYS; i++) {
        if (set[i].key[0] == key[0] && set[i].key[1] == key[1]) {
            return &set[i];
        }

        if (set[i].expires < place->expires) {
            place = &set[i];
        }
    }

    for (i = 0; i < ZONE_WAYS; i++) {
        if ((time_t) place->expires >= ngx_time() && set[i].key[0] == 0) {
            return &set[i];
        }
    }

    return place;
}


/* An entry that lives: for longer, and of later tokens. */

static void
zone_raise(revoked_t *entry, ngx_atomic_uint_t since,
    ngx_atomic_uint_t expires)
{
    if (since > entry->since) {
        entry->since = since;
    }

    ngx_memory_barrier();

    if (expires > entry->expires) {
        entry->expires = expires;
    }
}


static ngx_uint_t
zone_find(ngx_commerce_zone_t *zone, const char *uuid, u_char kind, time_t iat)
{
    uint64_t     key[2];
    revoked_t   *set;
    ngx_uint_t   i;

    if (zone_subject(uuid, ngx_strlen(uuid), kind, key) != NGX_OK) {
        return 1;
    }

    set = &zone->revoked[(zone_hash(key, 16, 0) & (zone->nrevoked - 1))
                         * ZONE_WAYS];

    for (i = 0; i < ZONE_WAYS; i++) {
        if (zone_refuses(&set[i], key, iat)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
zone_refuses(const revoked_t *entry, const uint64_t key[2], time_t iat)
{
    ngx_uint_t         same;
    ngx_atomic_uint_t  expires, since;

    do {
        expires = entry->expires;
        ngx_memory_barrier();

        same = entry->key[0] == 0
               || (entry->key[0] == key[0] && entry->key[1] == key[1]);
        since = entry->since;

        ngx_memory_barrier();
    } while (entry->expires != expires);

    return same && (time_t) expires >= ngx_time()
           && (since == 0 || iat <= (time_t) since);
}


ngx_uint_t
ngx_commerce_zone_revoked(ngx_commerce_zone_t *zone, const char *sid,
    const char *sub, time_t iat)
{
    return iat <= (time_t) zone->floor
           || zone_find(zone, sid, 'd', iat)
           || zone_find(zone, sub, 'b', iat);
}


void
ngx_commerce_zone_revoke_all(ngx_commerce_zone_t *zone)
{
    zone->floor = (ngx_atomic_uint_t) ngx_time();
}


ngx_commerce_zone_feed_t *
ngx_commerce_zone_feed(ngx_commerce_zone_t *zone, ngx_uint_t database)
{
    return &zone->feeds[database % NGX_COMMERCE_ZONE_FEEDS];
}


ngx_msec_t
ngx_commerce_zone_since(ngx_atomic_uint_t then)
{
    ngx_msec_int_t  ms;

    ms = (ngx_msec_int_t) (ngx_current_msec - (ngx_msec_t) then);

    return (ms < 0) ? 0 : (ngx_msec_t) ms;
}


ngx_msec_t
ngx_commerce_zone_gap(const ngx_commerce_zone_feed_t *feed)
{
    ngx_msec_t         gap;
    ngx_atomic_uint_t  behind, heard;

    behind = feed->behind;
    heard = feed->heard;

    if (heard == 0) {
        return NGX_COMMERCE_ZONE_NONE;
    }

    gap = ngx_commerce_zone_since((behind != 0) ? behind : heard);

    if (feed->stands && gap < NGX_COMMERCE_ZONE_BOUND) {
        return 0;
    }

    return ngx_max(gap, 1);
}


static uint64_t
zone_now_us(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000 + (uint64_t) ts.tv_nsec / 1000;
}


static rate_t *
zone_rate(ngx_commerce_zone_t *zone, uint64_t key)
{
    rate_t      *set, *victim;
    ngx_uint_t   i;

    set = &zone->rates[(key & (zone->nrates - 1)) * ZONE_WAYS];
    victim = set;

    for (i = 0; i < ZONE_WAYS; i++) {
        if (set[i].key == key) {
            return &set[i];
        }

        if (set[i].due < victim->due) {
            victim = &set[i];
        }
    }

    victim->key = key;
    victim->due = 0;

    return victim;
}


/*
 * The generic cell rate algorithm (ITU-T I.371): `due` is when the next
 * request would arrive at exactly the rate; being early by more than the
 * burst allows is too early.
 */

ngx_msec_t
ngx_commerce_zone_take(ngx_commerce_zone_t *zone, const void *key, size_t len,
    ngx_uint_t limit, ngx_msec_t per, ngx_uint_t burst)
{
    rate_t      *rate;
    uint64_t     now, due, step, slack;
    ngx_msec_t   wait;

    now = zone_now_us();
    step = (uint64_t) per * 1000 / ngx_max(limit, 1);
    slack = step * burst;

    ngx_shmtx_lock(&zone->shpool->mutex);

    rate = zone_rate(zone, zone_hash(key, len, 1));
    due = ngx_max(rate->due, now);

    if (due - now > slack) {
        wait = (ngx_msec_t) ((due - now - slack) / 1000 + 1);

    } else {
        rate->due = due + step;
        wait = 0;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return wait;
}
