/*
 * Owns the zone of log positions.  Called by the feed's consumer (feed.c) and
 * by the shared cache (cache_shared.c), which explains what it is good for.
 *
 * A commit record begins at S and ends at E > S.  `moved` holds S, positions
 * that are reached are ends of records: an answer of position P knows the
 * commit exactly when S < P.  Tags share places, as generations do; that
 * makes more answers invalid, never fewer.
 */

#include "positions.h"


#define POSITIONS_MAGIC  0x636f6d6d65706f31ULL  /* layout 1 */
#define POSITIONS_TAGS   32768
#define POSITIONS_AGES   5


typedef struct {
    ngx_atomic_t   origin;                  /* 0: no stream has stood yet */
    ngx_atomic_t   floor;                   /* nothing older is valid */
    ngx_atomic_t   reached;
    ngx_atomic_t   ages[POSITIONS_AGES];    /* of `reached`, one a tick */

    ngx_atomic_t   writes;
    ngx_atomic_t   marked;                  /* so many of them are before */
    ngx_atomic_t   mark;                    /* this position */

    ngx_atomic_t  *moved;                   /* by tag */
} database_t;

struct ngx_commerce_positions_s {
    uint64_t       magic;
    ngx_uint_t     n;
    database_t     databases[];
};


static ngx_int_t positions_init(ngx_shm_zone_t *shm_zone, void *data);
static void positions_raise(ngx_atomic_t *value, ngx_atomic_uint_t to);


ngx_shm_zone_t *
ngx_commerce_positions_add(ngx_conf_t *cf, ngx_uint_t n, void *tag)
{
    size_t           size;
    ngx_str_t        name = ngx_string("commerce_positions");
    ngx_shm_zone_t  *zone;

    size = n * POSITIONS_TAGS * sizeof(ngx_atomic_t) + 16 * ngx_pagesize;

    zone = ngx_shared_memory_add(cf, &name, size, tag);

    if (zone != NULL) {
        zone->init = positions_init;
        zone->data = (void *) n;
    }

    return zone;
}


/* Reused across reloads while the number of databases stays. */

static ngx_int_t
positions_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_uint_t                 i, n;
    ngx_slab_pool_t           *shpool;
    ngx_commerce_positions_t  *positions;

    n = (ngx_uint_t) shm_zone->data;
    positions = data;

    if (positions != NULL && positions->n == n) {
        shm_zone->data = positions;
        return NGX_OK;
    }

    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;
    positions = shm_zone->shm.exists ? shpool->data : NULL;

    if (positions != NULL && positions->magic == POSITIONS_MAGIC) {
        shm_zone->data = positions;
        return NGX_OK;
    }

    positions = ngx_slab_calloc(shpool, sizeof(ngx_commerce_positions_t)
                                        + n * sizeof(database_t));
    if (positions == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        positions->databases[i].moved = ngx_slab_calloc(shpool,
                                       POSITIONS_TAGS * sizeof(ngx_atomic_t));
        if (positions->databases[i].moved == NULL) {
            return NGX_ERROR;
        }
    }

    positions->n = n;
    positions->magic = POSITIONS_MAGIC;

    shpool->data = positions;
    shm_zone->data = positions;

    return NGX_OK;
}


/*
 * The floor first: what is checked meanwhile against tags that are forgotten
 * is checked against the floor as well.
 */

void
ngx_commerce_positions_started(ngx_commerce_positions_t *positions,
    ngx_uint_t database, const u_char *origin, size_t len, uint64_t position)
{
    uint64_t     name;
    ngx_uint_t   i;
    database_t  *db;

    if (positions == NULL) {
        return;
    }

    db = &positions->databases[database];

    name = ((uint64_t) ngx_murmur_hash2((u_char *) origin, len) << 32)
           | ngx_crc32_long((u_char *) origin, len);

    /* marks of another log would be waited for in vain */

    if (db->origin != name) {
        db->origin = 0;
        db->marked = 0;
        ngx_memory_barrier();
        db->mark = 0;
    }

    db->floor = position;

    for (i = 0; i < POSITIONS_AGES; i++) {
        db->ages[i] = 0;
    }

    ngx_memory_barrier();

    for (i = 0; i < POSITIONS_TAGS; i++) {
        db->moved[i] = 0;
    }

    db->reached = position;
    ngx_memory_barrier();

    db->origin = (position != 0 && len != 0) ? name : 0;
}


void
ngx_commerce_positions_moved(ngx_commerce_positions_t *positions,
    ngx_uint_t database, uint32_t tag, uint64_t position)
{
    database_t  *db;

    if (positions != NULL) {
        db = &positions->databases[database];
        positions_raise(&db->moved[tag % POSITIONS_TAGS], position);
    }
}


void
ngx_commerce_positions_moved_all(ngx_commerce_positions_t *positions,
    ngx_uint_t database, uint64_t position)
{
    if (positions != NULL) {
        positions_raise(&positions->databases[database].floor, position);
    }
}


void
ngx_commerce_positions_reached(ngx_commerce_positions_t *positions,
    ngx_uint_t database, uint64_t position)
{
    if (positions != NULL) {
        positions_raise(&positions->databases[database].reached, position);
    }
}


void
ngx_commerce_positions_tick(ngx_commerce_positions_t *positions,
    ngx_uint_t database)
{
    ngx_uint_t   i;
    database_t  *db;

    if (positions == NULL) {
        return;
    }

    db = &positions->databases[database];

    for (i = POSITIONS_AGES - 1; i != 0; i--) {
        db->ages[i] = db->ages[i - 1];
    }

    db->ages[0] = db->reached;
}


uint64_t
ngx_commerce_positions_origin(const ngx_commerce_positions_t *positions,
    ngx_uint_t database)
{
    return positions->databases[database].origin;
}


uint64_t
ngx_commerce_positions_settled(const ngx_commerce_positions_t *positions,
    ngx_uint_t database)
{
    return positions->databases[database].ages[POSITIONS_AGES - 1];
}


ngx_uint_t
ngx_commerce_positions_valid(const ngx_commerce_positions_t *positions,
    ngx_uint_t database, uint64_t origin, uint64_t position,
    const uint32_t *tags, ngx_uint_t ntags)
{
    ngx_uint_t         i;
    const database_t  *db;

    db = &positions->databases[database];

    for (i = 0; i < ntags; i++) {
        if (db->moved[tags[i] % POSITIONS_TAGS] >= position) {
            return 0;
        }
    }

    ngx_memory_barrier();

    return origin != 0 && db->origin == origin && db->floor < position;
}


void
ngx_commerce_positions_written(ngx_commerce_positions_t *positions,
    ngx_uint_t database)
{
    (void) ngx_atomic_fetch_add(&positions->databases[database].writes, 1);
}


uint64_t
ngx_commerce_positions_writes(const ngx_commerce_positions_t *positions,
    ngx_uint_t database)
{
    return positions->databases[database].writes;
}


/* Two workers may mark at once: of both numbers the later one counts. */

void
ngx_commerce_positions_mark(ngx_commerce_positions_t *positions,
    ngx_uint_t database, uint64_t writes, uint64_t position)
{
    database_t  *db;

    db = &positions->databases[database];

    positions_raise(&db->mark, position);
    ngx_memory_barrier();
    positions_raise(&db->marked, writes);
}


ngx_uint_t
ngx_commerce_positions_quiet(const ngx_commerce_positions_t *positions,
    ngx_uint_t database)
{
    const database_t  *db;

    db = &positions->databases[database];

    if (db->writes != db->marked) {
        return 0;
    }

    ngx_memory_barrier();

    return db->reached >= db->mark;
}


/* A listener that slept and was succeeded may still tell what is old. */

static void
positions_raise(ngx_atomic_t *value, ngx_atomic_uint_t to)
{
    ngx_atomic_uint_t  was;

    do {
        was = *value;
    } while (was < to && !ngx_atomic_cmp_set(value, was, to));
}
