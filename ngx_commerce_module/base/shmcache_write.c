/*
 * Changes the shared table of answers: see shmcache.h for the rule of readers
 * and writers.
 *
 * Called by gateway/cache_zone.c under its lock, between enter() and leave().
 * An entry's sequence number is odd before anything of it changes, and the
 * entries of a dropped one are told before their chunks belong to others.
 */

#include "shmcache_table.h"


#define NOTHING    0xffffffff
#define EVICTIONS  64

/* ms: what was asked for so recently is evicted last */
#define RECENT     1000


typedef ngx_commerce_shmcache_entry_t  entry_t;
typedef ngx_commerce_shmcache_chunk_t  chunk_t;


static void table_empty(ngx_commerce_shmcache_t *table);
static entry_t *entry_place(ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_key_t *key);
static entry_t *entry_known(ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_key_t *key);
static void entry_begin(entry_t *e);
static void entry_end(entry_t *e);
static void entry_drop(ngx_commerce_shmcache_t *table, entry_t *e);
static unsigned table_room(ngx_commerce_shmcache_t *table, size_t size,
    uint64_t now);
static void entry_tail(ngx_commerce_shmcache_t *table, entry_t *e,
    ngx_commerce_shmcache_writer_t *w);


/* An entry for two chunks: most answers are of a kilobyte or two. */

ngx_commerce_shmcache_t *
ngx_commerce_shmcache_create(void *memory, size_t size, uint64_t seed)
{
    size_t                    nentries, left;
    ngx_commerce_shmcache_t  *table;

    if (size < sizeof(ngx_commerce_shmcache_t) + 128 * sizeof(chunk_t)) {
        return NULL;
    }

    table = memory;
    memset(table, 0, sizeof(ngx_commerce_shmcache_t));

    left = size - sizeof(ngx_commerce_shmcache_t);
    table->seed = seed;
    table->nsets = 16;

    while ((size_t) table->nsets * 2 * NGX_COMMERCE_SHMCACHE_WAYS
           * (sizeof(entry_t) + 2 * sizeof(chunk_t)) <= left)
    {
        table->nsets *= 2;
    }

    nentries = (size_t) table->nsets * NGX_COMMERCE_SHMCACHE_WAYS;

    table->entries = (entry_t *) (table + 1);
    table->chunks = (chunk_t *) (table->entries + nentries);
    table->nchunks = (uint32_t) ((left - nentries * sizeof(entry_t))
                                 / sizeof(chunk_t));

    memset(table->entries, 0, nentries * sizeof(entry_t));
    table_empty(table);

    return table;
}


/* Sequence numbers go on: somebody may be reading what is thrown away. */

static void
table_empty(ngx_commerce_shmcache_t *table)
{
    uint32_t  i;

    for (i = 0; i < table->nsets * NGX_COMMERCE_SHMCACHE_WAYS; i++) {
        entry_begin(&table->entries[i]);
        table->entries[i].hash = 0;
        table->entries[i].chunk = NOTHING;
        entry_end(&table->entries[i]);
    }

    for (i = 0; i < table->nchunks; i++) {
        table->chunks[i].next = i + 1;
    }

    table->chunks[table->nchunks - 1].next = NOTHING;
    table->free = 0;
    table->nfree = table->nchunks;
    table->hand = 0;
}


unsigned
ngx_commerce_shmcache_enter(ngx_commerce_shmcache_t *table)
{
    unsigned  dead;

    dead = table->busy;

    if (dead) {
        table_empty(table);
    }

    __atomic_store_n(&table->busy, 1, __ATOMIC_SEQ_CST);

    return dead;
}


void
ngx_commerce_shmcache_leave(ngx_commerce_shmcache_t *table)
{
    __atomic_store_n(&table->busy, 0, __ATOMIC_RELEASE);
}


unsigned
ngx_commerce_shmcache_put(ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_key_t *key,
    const ngx_commerce_shmcache_found_t *answer, uint64_t now,
    ngx_commerce_shmcache_writer_t *w)
{
    size_t    size;
    entry_t  *e;

    size = key->len + answer->etag_len + answer->link_len + answer->body_len;

    if (size > NGX_COMMERCE_SHMCACHE_MAX || key->len == 0) {
        return NGX_COMMERCE_SHMCACHE_NONE;
    }

    e = entry_place(table, key);

    if (table_room(table, size, now) != NGX_COMMERCE_SHMCACHE_OK) {
        return NGX_COMMERCE_SHMCACHE_NONE;
    }

    entry_begin(e);

    e->hash = key->hash;
    e->key_len = (uint32_t) key->len;
    e->etag_len = answer->etag_len;
    e->link_len = answer->link_len;
    e->body_len = answer->body_len;
    e->zip_len = 0;
    e->zip = NGX_COMMERCE_SHMCACHE_PLAIN;
    e->status = answer->status;
    e->ttl = answer->ttl;
    e->max_ttl = answer->max_ttl;
    e->ntags = key->ntags;
    memcpy(e->tags, key->tags, sizeof(e->tags));
    memcpy(e->seen, key->seen, sizeof(e->seen));
    e->made = now;
    e->used = now;

    w->table = table;
    w->entry = (uint32_t) (e - table->entries);
    w->link = &e->chunk;
    w->used = sizeof(table->chunks->data);

    ngx_commerce_shmcache_write(w, key->data, key->len);

    return NGX_COMMERCE_SHMCACHE_OK;
}


/* The entry of this key, else an empty one, else the one longest unused. */

static entry_t *
entry_place(ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_key_t *key)
{
    entry_t   *e, *set;
    uint32_t   i, hits;

    e = entry_known(table, key);

    /* popularity fades, and is the key's */

    hits = (e != NULL) ? e->hits - e->hits / 4 : 0;

    if (e == NULL) {
        set = &table->entries[(key->hash & (table->nsets - 1))
                              * NGX_COMMERCE_SHMCACHE_WAYS];
        e = set;

        for (i = 0; i < NGX_COMMERCE_SHMCACHE_WAYS; i++) {
            if (set[i].hash == 0) {
                e = &set[i];
                break;
            }

            if (set[i].used < e->used) {
                e = &set[i];
            }
        }
    }

    if (e->hash != 0 && e->hash != key->hash) {
        table->evicted++;
    }

    entry_drop(table, e);
    e->hits = hits;

    return e;
}


static entry_t *
entry_known(ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_key_t *key)
{
    entry_t   *e;
    uint32_t   i;

    e = &table->entries[(key->hash & (table->nsets - 1))
                        * NGX_COMMERCE_SHMCACHE_WAYS];

    for (i = 0; i < NGX_COMMERCE_SHMCACHE_WAYS; i++, e++) {
        if (e->hash == key->hash && e->key_len == key->len
            && ngx_commerce_shmcache_match(table, e, key))
        {
            return e;
        }
    }

    return NULL;
}


static void
entry_begin(entry_t *e)
{
    __atomic_store_n(&e->seq, e->seq | 1, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);
}


static void
entry_end(entry_t *e)
{
    __atomic_store_n(&e->seq, (e->seq | 1) + 1, __ATOMIC_RELEASE);
}


/* Readers know before the chunks belong to somebody else. */

static void
entry_drop(ngx_commerce_shmcache_t *table, entry_t *e)
{
    uint32_t  i, next;

    if (e->hash == 0) {
        return;
    }

    entry_begin(e);

    for (i = e->chunk; i != NOTHING; i = next) {
        next = table->chunks[i].next;
        table->chunks[i].next = table->free;
        table->free = i;
        table->nfree++;
    }

    e->hash = 0;
    e->chunk = NOTHING;

    entry_end(e);
}


/* Frees entries round the table until there is room; gives up in time. */

static unsigned
table_room(ngx_commerce_shmcache_t *table, size_t size, uint64_t now)
{
    entry_t   *e;
    size_t     need;
    unsigned   tries;

    need = size / sizeof(table->chunks->data) + 1;

    for (tries = 0; table->nfree < need; tries++) {
        if (tries == EVICTIONS) {
            return NGX_COMMERCE_SHMCACHE_NONE;
        }

        e = &table->entries[table->hand];
        table->hand = (table->hand + 1)
                      % (table->nsets * NGX_COMMERCE_SHMCACHE_WAYS);

        if (e->used + RECENT < now || tries >= EVICTIONS / 2) {
            table->evicted += (e->hash != 0);
            entry_drop(table, e);
        }
    }

    return NGX_COMMERCE_SHMCACHE_OK;
}


/* Appends; `used` bytes of the last chunk are taken, `link` is its next. */

void
ngx_commerce_shmcache_write(ngx_commerce_shmcache_writer_t *w,
    const u_char *data, size_t len)
{
    size_t                    n;
    chunk_t                  *chunk;
    ngx_commerce_shmcache_t  *table = w->table;

    while (len != 0) {
        if (w->used == sizeof(chunk->data)) {
            chunk = &table->chunks[table->free];
            *w->link = table->free;
            table->free = chunk->next;
            table->nfree--;
            w->link = &chunk->next;
            w->used = 0;
        }

        chunk = (chunk_t *) (void *) ((u_char *) w->link
                                      - offsetof(chunk_t, next));
        n = sizeof(chunk->data) - w->used;
        n = (len < n) ? len : n;

        memcpy(chunk->data + w->used, data, n);

        data += n;
        len -= n;
        w->used += n;
    }
}


void
ngx_commerce_shmcache_end(ngx_commerce_shmcache_writer_t *w)
{
    *w->link = NOTHING;

    entry_end(&w->table->entries[w->entry]);
}


void
ngx_commerce_shmcache_zip(ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_found_t *found, uint64_t now,
    const u_char *data, size_t len)
{
    entry_t                         *e;
    ngx_commerce_shmcache_writer_t   w;

    e = &table->entries[found->entry];

    if (e->seq != found->seq) {
        return;
    }

    if (len != 0) {

        /* making room may take this very entry */

        if (table_room(table, len, now) != NGX_COMMERCE_SHMCACHE_OK
            || e->seq != found->seq)
        {
            return;
        }

        entry_begin(e);
        entry_tail(table, e, &w);
        ngx_commerce_shmcache_write(&w, data, len);
        *w.link = NOTHING;

    } else {
        entry_begin(e);
    }

    e->zip_len = (uint32_t) len;
    e->zip = (len != 0) ? NGX_COMMERCE_SHMCACHE_ZIPPED
                        : NGX_COMMERCE_SHMCACHE_USELESS;
    entry_end(e);
}


/* Where the last byte of an entry is. */

static void
entry_tail(ngx_commerce_shmcache_t *table, entry_t *e,
    ngx_commerce_shmcache_writer_t *w)
{
    size_t  size;

    size = (size_t) e->key_len + e->etag_len + e->link_len + e->body_len;

    w->table = table;
    w->link = &e->chunk;

    while (*w->link != NOTHING) {
        w->link = &table->chunks[*w->link].next;
    }

    w->used = size % sizeof(table->chunks->data);

    if (w->used == 0) {
        w->used = sizeof(table->chunks->data);
    }
}


void
ngx_commerce_shmcache_usage(const ngx_commerce_shmcache_t *table,
    size_t *chunks, size_t *nfree, uint64_t *evicted)
{
    *chunks = table->nchunks;
    *nfree = table->nfree;
    *evicted = table->evicted;
}
