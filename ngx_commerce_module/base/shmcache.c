/*
 * Reads the shared table of answers: hashes, tags, generations, look-ups.  See
 * shmcache.h for the rule of readers and writers.
 *
 * Called by gateway/cache_zone.c of every worker, without a lock; touches
 * nothing but the table's memory and its arguments.
 */

#include "shmcache_table.h"


/* so many hits add one ttl to the life of an answer */
#define HITS_A_TTL  8

/* ms: how exactly is known when an answer was asked for last */
#define USED_STEP   100


typedef ngx_commerce_shmcache_entry_t  entry_t;
typedef ngx_commerce_shmcache_chunk_t  chunk_t;


static uint64_t mix(uint64_t a, uint64_t b);
static unsigned entry_find(const ngx_commerce_shmcache_t *table, entry_t *e,
    const ngx_commerce_shmcache_key_t *key, entry_t *copy);
static unsigned entry_fresh(const ngx_commerce_shmcache_t *table,
    const entry_t *e, uint64_t age, unsigned coherent);
static unsigned entry_unchanged(const entry_t *e, uint32_t seq);
static const chunk_t *chunk_at(const ngx_commerce_shmcache_t *table,
    uint32_t at);


/* Keys are compared in full: this only spreads them. */

uint64_t
ngx_commerce_shmcache_hash(const ngx_commerce_shmcache_t *table,
    const u_char *data, size_t len)
{
    uint64_t  h, word;

    h = table->seed ^ (len * 0x9e3779b97f4a7c15ULL);

    while (len >= sizeof(word)) {
        memcpy(&word, data, sizeof(word));
        h = mix(h ^ word, 0xa0761d6478bd642fULL);
        data += sizeof(word);
        len -= sizeof(word);
    }

    word = 0;
    memcpy(&word, data, len);
    h = mix(h ^ word, 0xe7037ed1a0b428dbULL);

    return (h == 0) ? 1 : h;
}


static uint64_t
mix(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128  product;

    product = a;
    product *= b ^ (a << 32);

    return (uint64_t) product ^ (uint64_t) (product >> 64);
}


/* MurmurHash2's mixing of 32 bits would do; this one is at hand (FNV-1a). */

uint32_t
ngx_commerce_shmcache_tag(const u_char *tag, size_t len)
{
    uint64_t  h;

    h = 0xcbf29ce484222325ULL;

    while (len-- != 0) {
        h = (h ^ *tag++) * 0x100000001b3ULL;
    }

    return (uint32_t) (h ^ h >> 32) % NGX_COMMERCE_SHMCACHE_GENERATIONS;
}


void
ngx_commerce_shmcache_depend(const ngx_commerce_shmcache_t *table,
    ngx_commerce_shmcache_key_t *key, uint32_t tag)
{
    if (key->ntags == NGX_COMMERCE_SHMCACHE_TAGS) {
        return;
    }

    key->tags[key->ntags] = tag;
    key->seen[key->ntags] = __atomic_load_n(&table->generations[tag],
                                            __ATOMIC_ACQUIRE);
    key->ntags++;
}


unsigned
ngx_commerce_shmcache_overtaken(const ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_key_t *key)
{
    unsigned  i;

    for (i = 0; i < key->ntags; i++) {

        if (__atomic_load_n(&table->generations[key->tags[i]],
                            __ATOMIC_ACQUIRE)
            != key->seen[i])
        {
            return 1;
        }
    }

    return 0;
}


void
ngx_commerce_shmcache_move(ngx_commerce_shmcache_t *table, uint32_t tag)
{
    (void) __atomic_add_fetch(&table->generations[tag], 1, __ATOMIC_ACQ_REL);
}


void
ngx_commerce_shmcache_move_all(ngx_commerce_shmcache_t *table)
{
    uint32_t  i;

    for (i = 0; i < NGX_COMMERCE_SHMCACHE_GENERATIONS; i++) {
        ngx_commerce_shmcache_move(table, i);
    }
}


unsigned
ngx_commerce_shmcache_find(ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_key_t *key, uint64_t now, unsigned coherent,
    ngx_commerce_shmcache_found_t *found)
{
    entry_t   *e, copy;
    uint32_t   i, rc;

    e = &table->entries[(key->hash & (table->nsets - 1))
                        * NGX_COMMERCE_SHMCACHE_WAYS];
    rc = NGX_COMMERCE_SHMCACHE_NONE;

    for (i = 0; i < NGX_COMMERCE_SHMCACHE_WAYS; i++, e++) {
        rc = entry_find(table, e, key, &copy);

        if (rc != NGX_COMMERCE_SHMCACHE_NONE) {
            break;
        }
    }

    if (rc != NGX_COMMERCE_SHMCACHE_OK) {
        return rc;
    }

    found->age = (now > copy.made) ? now - copy.made : 0;
    found->fresh = entry_fresh(table, &copy, found->age, coherent);

    found->entry = (uint32_t) (e - table->entries);
    found->seq = copy.seq;
    found->chunk = copy.chunk;
    found->key_len = copy.key_len;
    found->status = copy.status;
    found->etag_len = copy.etag_len;
    found->link_len = copy.link_len;
    found->body_len = copy.body_len;
    found->zip_len = copy.zip_len;
    found->zip = copy.zip;
    found->ttl = copy.ttl;
    found->max_ttl = copy.max_ttl;

    /*
     * Hints for a longer life and for the eviction: a lost one is no harm.
     * Written seldom, or workers would wait for each other's cache lines.
     */

    if ((uint64_t) copy.ttl * (copy.hits / HITS_A_TTL) < copy.max_ttl) {
        e->hits++;
    }

    if (copy.used + USED_STEP <= now) {
        e->used = now;
    }

    return NGX_COMMERCE_SHMCACHE_OK;
}


/* Copies the entry if it is that of the key. */

static unsigned
entry_find(const ngx_commerce_shmcache_t *table, entry_t *e,
    const ngx_commerce_shmcache_key_t *key, entry_t *copy)
{
    uint32_t  seq;
    unsigned  same;

    if (__atomic_load_n(&e->hash, __ATOMIC_RELAXED) != key->hash) {
        return NGX_COMMERCE_SHMCACHE_NONE;
    }

    seq = __atomic_load_n(&e->seq, __ATOMIC_ACQUIRE);

    *copy = *e;

    same = copy->hash == key->hash && copy->key_len == key->len
           && ngx_commerce_shmcache_match(table, copy, key);

    if ((seq & 1) || copy->seq != seq || !entry_unchanged(e, seq)) {
        return NGX_COMMERCE_SHMCACHE_CHANGED;
    }

    return same ? NGX_COMMERCE_SHMCACHE_OK : NGX_COMMERCE_SHMCACHE_NONE;
}


unsigned
ngx_commerce_shmcache_match(const ngx_commerce_shmcache_t *table,
    const entry_t *e, const ngx_commerce_shmcache_key_t *key)
{
    size_t          n, left;
    const u_char   *p;
    const chunk_t  *chunk;

    chunk = chunk_at(table, e->chunk);
    p = key->data;
    left = key->len;

    while (chunk != NULL) {
        n = (left < sizeof(chunk->data)) ? left : sizeof(chunk->data);

        if (memcmp(chunk->data, p, n) != 0) {
            return 0;
        }

        left -= n;
        p += n;

        if (left == 0) {
            return 1;
        }

        chunk = chunk_at(table, chunk->next);
    }

    return 0;
}


static const chunk_t *
chunk_at(const ngx_commerce_shmcache_t *table, uint32_t at)
{
    return (at < table->nchunks) ? &table->chunks[at] : NULL;
}


/* Whatever was read of an entry before this call was of this sequence. */

static unsigned
entry_unchanged(const entry_t *e, uint32_t seq)
{
    __atomic_thread_fence(__ATOMIC_ACQUIRE);

    return __atomic_load_n(&e->seq, __ATOMIC_RELAXED) == seq;
}


/* What is asked for often may stay longer, while changes are heard of. */

static unsigned
entry_fresh(const ngx_commerce_shmcache_t *table, const entry_t *e,
    uint64_t age, unsigned coherent)
{
    uint32_t  i;
    uint64_t  life;

    life = e->ttl;

    if (coherent) {
        life += life * (e->hits / HITS_A_TTL);
        life = (life < e->max_ttl) ? life : e->max_ttl;
    }

    if (age >= life) {
        return 0;
    }

    for (i = 0; i < e->ntags && i < NGX_COMMERCE_SHMCACHE_TAGS; i++) {

        if (__atomic_load_n(&table->generations[e->tags[i]], __ATOMIC_ACQUIRE)
            != e->seen[i])
        {
            return 0;
        }
    }

    return 1;
}


unsigned
ngx_commerce_shmcache_read(const ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_found_t *found, size_t offset, size_t len,
    u_char *out)
{
    size_t          n;
    const chunk_t  *chunk;

    chunk = chunk_at(table, found->chunk);

    for (offset += found->key_len;
         chunk != NULL && offset >= sizeof(chunk->data);
         offset -= sizeof(chunk->data))
    {
        chunk = chunk_at(table, chunk->next);
    }

    while (chunk != NULL && len != 0) {
        n = sizeof(chunk->data) - offset;
        n = (len < n) ? len : n;

        memcpy(out, chunk->data + offset, n);

        out += n;
        len -= n;
        offset = 0;

        if (len != 0) {
            chunk = chunk_at(table, chunk->next);
        }
    }

    return (len == 0
            && entry_unchanged(&table->entries[found->entry], found->seq))
           ? NGX_COMMERCE_SHMCACHE_OK : NGX_COMMERCE_SHMCACHE_CHANGED;
}


