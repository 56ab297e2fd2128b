/*
 * A table of answers in memory that processes share: generations of tags,
 * sets of entries, and chunks that hold keys and answers.  Nothing is
 * allocated after its making, so nothing fragments.
 *
 * Readers take no lock: an entry has a sequence number, odd while it is being
 * written, and whatever was copied counts only if the number is the same
 * before and after (a seqlock).  Writers are one at a time: whoever calls a
 * function marked "writer" holds the caller's lock, between enter() and
 * leave().  A writer that died there is noticed by the next enter(), which
 * empties the table.
 *
 * An answer is fresh only while the generations that were read before its
 * query was sent have not moved: an answer that a commit overtook is never
 * taken for fresh, without any list of what to purge.
 *
 * Called by gateway/cache_zone.c; times are milliseconds of one clock that all
 * processes share.
 */

#ifndef NGX_COMMERCE_SHMCACHE_H
#define NGX_COMMERCE_SHMCACHE_H


#include "str.h"


#define NGX_COMMERCE_SHMCACHE_TAGS   6      /* of one answer, at most */
#define NGX_COMMERCE_SHMCACHE_CHUNK  1024   /* bytes that are taken at a time */
#define NGX_COMMERCE_SHMCACHE_MAX    65536  /* bytes, key included */

#define NGX_COMMERCE_SHMCACHE_OK       0
#define NGX_COMMERCE_SHMCACHE_NONE     1
#define NGX_COMMERCE_SHMCACHE_CHANGED  2    /* while it was being read */


typedef struct ngx_commerce_shmcache_s  ngx_commerce_shmcache_t;


/* What is asked for, and what its answer will depend on. */
typedef struct {
    const u_char  *data;                    /* the whole key */
    size_t         len;
    uint64_t       hash;
    unsigned       ntags;
    uint32_t       tags[NGX_COMMERCE_SHMCACHE_TAGS];
    uint64_t       seen[NGX_COMMERCE_SHMCACHE_TAGS];  /* generations */
} ngx_commerce_shmcache_key_t;


/* Whether there is a compressed variant of the body. */
typedef enum {
    NGX_COMMERCE_SHMCACHE_PLAIN = 0,        /* nobody has tried */
    NGX_COMMERCE_SHMCACHE_ZIPPED,
    NGX_COMMERCE_SHMCACHE_USELESS           /* it would not be smaller */
} ngx_commerce_shmcache_zip_e;


/* An entry as it was found; of a new one, status, sizes and lives. */
typedef struct {
    uint32_t                     status;
    uint32_t                     etag_len;
    uint32_t                     link_len;
    uint32_t                     body_len;
    uint32_t                     zip_len;
    uint32_t                     zip;       /* ngx_commerce_shmcache_zip_e */
    uint32_t                     ttl;       /* ms */
    uint32_t                     max_ttl;   /* ms, the more it is asked for */

    /* of find() only */
    uint32_t                     key_len;
    uint32_t                     entry;
    uint32_t                     seq;
    uint32_t                     chunk;
    uint64_t                     age;       /* ms */
    unsigned                     fresh:1;
} ngx_commerce_shmcache_found_t;


/* An entry that is being written; see put(). */
typedef struct {
    ngx_commerce_shmcache_t     *table;
    uint32_t                    *link;      /* where the next chunk is noted */
    size_t                       used;      /* of the last chunk */
    uint32_t                     entry;
} ngx_commerce_shmcache_writer_t;


/*
 * Makes a table in `size` bytes at `memory` (8-byte aligned); `seed` is mixed
 * into hashes.  NULL: too small.
 */
ngx_commerce_shmcache_t *ngx_commerce_shmcache_create(void *memory,
    size_t size, uint64_t seed);

/*
 * Writers: brackets of all changes, inside the caller's lock.  enter() gives 1
 * when it found the table as a dead writer left it, and emptied it.
 */
unsigned ngx_commerce_shmcache_enter(ngx_commerce_shmcache_t *table);
void ngx_commerce_shmcache_leave(ngx_commerce_shmcache_t *table);

/* Never 0. */
uint64_t ngx_commerce_shmcache_hash(const ngx_commerce_shmcache_t *table,
    const u_char *data, size_t len);

/* The place of a tag among the generations; tags may share one. */
uint32_t ngx_commerce_shmcache_tag(const u_char *tag, size_t len);

/* Adds a tag to what a key depends on, with its generation of now. */
void ngx_commerce_shmcache_depend(const ngx_commerce_shmcache_t *table,
    ngx_commerce_shmcache_key_t *key, uint32_t tag);

/* 1: something that the key depends on has changed since. */
unsigned ngx_commerce_shmcache_overtaken(const ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_key_t *key);

/* What depends on the tag (on anything) is not fresh any more.  Lock-free. */
void ngx_commerce_shmcache_move(ngx_commerce_shmcache_t *table, uint32_t tag);
void ngx_commerce_shmcache_move_all(ngx_commerce_shmcache_t *table);

/*
 * Looks for a key without a lock, or with it.  `coherent`: every change is
 * heard of, so an answer may live longer than its ttl.  OK: `found` is filled,
 * `found->fresh` tells whether it may be served as it is; NONE; CHANGED: ask
 * again, holding the lock if that happens often.
 */
unsigned ngx_commerce_shmcache_find(ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_key_t *key, uint64_t now, unsigned coherent,
    ngx_commerce_shmcache_found_t *found);

/*
 * Copies bytes of what was found: etag, link, body and compressed body lie one
 * behind the other, `offset` 0 is the etag's first.  OK or CHANGED.
 */
unsigned ngx_commerce_shmcache_read(const ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_found_t *found, size_t offset, size_t len,
    u_char *out);

/*
 * Writer: begins an entry of this key in the place of an old one.  OK: exactly
 * etag_len + link_len + body_len bytes follow by write() before end(); NONE:
 * it is too large, or there is no room.
 */
unsigned ngx_commerce_shmcache_put(ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_key_t *key,
    const ngx_commerce_shmcache_found_t *answer, uint64_t now,
    ngx_commerce_shmcache_writer_t *w);
void ngx_commerce_shmcache_write(ngx_commerce_shmcache_writer_t *w,
    const u_char *data, size_t len);
void ngx_commerce_shmcache_end(ngx_commerce_shmcache_writer_t *w);

/*
 * Writer: keeps the compressed variant beside what was found, if that is still
 * there; `len` 0 notes that it is useless.
 */
void ngx_commerce_shmcache_zip(ngx_commerce_shmcache_t *table,
    const ngx_commerce_shmcache_found_t *found, uint64_t now,
    const u_char *data, size_t len);

/* How many chunks there are and are free; how many entries made room so far. */
void ngx_commerce_shmcache_usage(const ngx_commerce_shmcache_t *table,
    size_t *chunks, size_t *nfree, uint64_t *evicted);


#endif /* NGX_COMMERCE_SHMCACHE_H */
