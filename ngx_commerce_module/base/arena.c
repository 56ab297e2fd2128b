/*
 * Arenas: blocks of memory that grow by doubling and are freed together.
 *
 * Owned by whoever created the arena (the contract's loader, tests).  Nothing
 * in it is freed alone; cleanup handlers run before the blocks go.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"


#define ARENA_BLOCK_MIN  (16 * 1024)
#define ARENA_BLOCK_MAX  (1024 * 1024)
#define ARENA_ALIGN      16


typedef struct arena_block_s    arena_block_t;
typedef struct arena_cleanup_s  arena_cleanup_t;


struct arena_block_s {
    arena_block_t  *next;
    size_t          size;            /* of the bytes behind this header */
} __attribute__((aligned(ARENA_ALIGN)));


struct arena_cleanup_s {
    arena_cleanup_t  *next;
    void            (*handler)(void *data);
    void             *data;
};


struct ngx_commerce_arena_s {
    arena_block_t    *blocks;
    u_char           *pos;
    u_char           *end;
    size_t            grow;
    arena_cleanup_t  *cleanups;
};


static int arena_grow(ngx_commerce_arena_t *arena, size_t size);


ngx_commerce_arena_t *
ngx_commerce_arena_create(void)
{
    ngx_commerce_arena_t  *arena;

    arena = calloc(1, sizeof(ngx_commerce_arena_t));
    if (arena == NULL) {
        return NULL;
    }

    arena->grow = ARENA_BLOCK_MIN;

    return arena;
}


void
ngx_commerce_arena_destroy(ngx_commerce_arena_t *arena)
{
    arena_block_t    *block, *next;
    arena_cleanup_t  *cleanup;

    if (arena == NULL) {
        return;
    }

    for (cleanup = arena->cleanups; cleanup != NULL; cleanup = cleanup->next) {
        cleanup->handler(cleanup->data);
    }

    for (block = arena->blocks; block != NULL; block = next) {
        next = block->next;
        free(block);
    }

    free(arena);
}


void *
ngx_commerce_arena_alloc(ngx_commerce_arena_t *arena, size_t size)
{
    u_char  *p;

    if (size > SIZE_MAX / 2) {
        return NULL;
    }

    size = (size + ARENA_ALIGN - 1) & ~(size_t) (ARENA_ALIGN - 1);

    if (size == 0) {
        size = ARENA_ALIGN;
    }

    if (arena->pos == NULL || (size_t) (arena->end - arena->pos) < size) {

        if (arena_grow(arena, size) != 0) {
            return NULL;
        }
    }

    p = arena->pos;
    arena->pos += size;

    return memset(p, 0, size);
}


static int
arena_grow(ngx_commerce_arena_t *arena, size_t size)
{
    size_t          want;
    arena_block_t  *block;

    want = (size > arena->grow) ? size : arena->grow;

    block = malloc(sizeof(arena_block_t) + want);
    if (block == NULL) {
        return -1;
    }

    block->size = want;
    block->next = arena->blocks;
    arena->blocks = block;

    arena->pos = (u_char *) (block + 1);
    arena->end = arena->pos + want;

    if (arena->grow < ARENA_BLOCK_MAX) {
        arena->grow *= 2;
    }

    return 0;
}


ngx_commerce_str_t
ngx_commerce_arena_copy(ngx_commerce_arena_t *arena, const void *data,
    size_t len)
{
    ngx_commerce_str_t  str = ngx_commerce_null_str;

    if (len == SIZE_MAX) {
        return str;
    }

    str.data = ngx_commerce_arena_alloc(arena, len + 1);
    if (str.data == NULL) {
        return str;
    }

    if (len != 0) {
        memcpy(str.data, data, len);
    }

    str.len = len;

    return str;
}


ngx_commerce_str_t
ngx_commerce_arena_print(ngx_commerce_arena_t *arena, const char *fmt, ...)
{
    int                 n;
    va_list             args;
    ngx_commerce_str_t  str = ngx_commerce_null_str;

    va_start(args, fmt);
    n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);

    if (n < 0) {
        return str;
    }

    str.data = ngx_commerce_arena_alloc(arena, (size_t) n + 1);
    if (str.data == NULL) {
        return str;
    }

    va_start(args, fmt);
    (void) vsnprintf((char *) str.data, (size_t) n + 1, fmt, args);
    va_end(args);

    str.len = (size_t) n;

    return str;
}


int
ngx_commerce_arena_cleanup(ngx_commerce_arena_t *arena,
    void (*handler)(void *data), void *data)
{
    arena_cleanup_t  *cleanup;

    cleanup = ngx_commerce_arena_alloc(arena, sizeof(arena_cleanup_t));
    if (cleanup == NULL) {
        return -1;
    }

    cleanup->handler = handler;
    cleanup->data = data;
    cleanup->next = arena->cleanups;
    arena->cleanups = cleanup;

    return 0;
}
