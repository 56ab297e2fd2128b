/*
 * Memory that is freed together: the contract and everything compiled from it
 * live in one arena, which the configuration's pool destroys.  Not for request
 * data: requests have nginx pools.
 */

#ifndef NGX_COMMERCE_ARENA_H
#define NGX_COMMERCE_ARENA_H


#include "str.h"


typedef struct ngx_commerce_arena_s  ngx_commerce_arena_t;


/* An empty arena, or NULL when there is no memory. */
ngx_commerce_arena_t *ngx_commerce_arena_create(void);

/* Frees the arena and all that was allocated in it. */
void ngx_commerce_arena_destroy(ngx_commerce_arena_t *arena);

/* Zeroed memory aligned for any type, or NULL.  Lives as long as the arena. */
void *ngx_commerce_arena_alloc(ngx_commerce_arena_t *arena, size_t size);

/* A NUL-terminated copy; str.data is NULL when there is no memory. */
ngx_commerce_str_t ngx_commerce_arena_copy(ngx_commerce_arena_t *arena,
    const void *data, size_t len);

/* printf into the arena, NUL-terminated; str.data is NULL without memory. */
ngx_commerce_str_t ngx_commerce_arena_print(ngx_commerce_arena_t *arena,
    const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Has `handler(data)` called when the arena is destroyed, last added first:
 * for what libraries allocate (compiled patterns).  0, or -1 without memory;
 * the handler is not called then.
 */
int ngx_commerce_arena_cleanup(ngx_commerce_arena_t *arena,
    void (*handler)(void *data), void *data);


#endif /* NGX_COMMERCE_ARENA_H */
