/*
 * The layout of the shared table of answers, for shmcache.c, which reads, and
 * shmcache_write.c, which writes.
 */

#ifndef NGX_COMMERCE_SHMCACHE_TABLE_H
#define NGX_COMMERCE_SHMCACHE_TABLE_H


#include "shmcache.h"


#define NGX_COMMERCE_SHMCACHE_GENERATIONS  65536
#define NGX_COMMERCE_SHMCACHE_WAYS         4


typedef struct {
    uint32_t          next;
    u_char            data[NGX_COMMERCE_SHMCACHE_CHUNK - sizeof(uint32_t)];
} ngx_commerce_shmcache_chunk_t;


typedef struct {
    uint32_t          seq;               /* odd: being written */
    uint32_t          chunk;             /* first one */
    uint64_t          hash;              /* 0: empty */
    uint32_t          key_len;
    uint32_t          etag_len;
    uint32_t          link_len;
    uint32_t          body_len;
    uint32_t          zip_len;
    uint32_t          zip;
    uint32_t          status;
    uint32_t          hits;              /* of this key, not of this answer */
    uint32_t          ttl;
    uint32_t          max_ttl;
    uint64_t          made;
    uint64_t          used;
    uint32_t          ntags;
    uint32_t          tags[NGX_COMMERCE_SHMCACHE_TAGS];
    uint64_t          seen[NGX_COMMERCE_SHMCACHE_TAGS];
} ngx_commerce_shmcache_entry_t;


struct ngx_commerce_shmcache_s {
    uint64_t                        seed;
    uint32_t                        busy;
    uint32_t                        nsets;     /* a power of two */
    uint32_t                        nchunks;
    uint32_t                        hand;      /* of the eviction */
    uint32_t                        free;      /* list of chunks */
    uint32_t                        nfree;
    uint64_t                        evicted;
    ngx_commerce_shmcache_entry_t  *entries;
    ngx_commerce_shmcache_chunk_t  *chunks;
    uint64_t      generations[NGX_COMMERCE_SHMCACHE_GENERATIONS];
};


/*
 * Whether an entry that was copied, or is locked, has this key.  May run over
 * chunks that are being written: stays inside the table.
 */
unsigned ngx_commerce_shmcache_match(const ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_entry_t *e,
    const ngx_commerce_shmcache_key_t *key);


#endif /* NGX_COMMERCE_SHMCACHE_TABLE_H */
