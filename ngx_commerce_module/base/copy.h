/*
 * Text that PostgreSQL reads: array literals, and lines of COPY FROM STDIN in
 * text format.  Written into one growing buffer that is used again and again.
 */

#ifndef NGX_COMMERCE_COPY_H
#define NGX_COMMERCE_COPY_H


#include "str.h"


/* Zeroed is empty; `failed` after a lack of memory, for good. */
typedef struct {
    u_char    *data;
    size_t     len;
    size_t     size;
    unsigned   failed:1;
} ngx_commerce_copy_t;


/* Bytes as they are. */
void ngx_commerce_copy_raw(ngx_commerce_copy_t *copy, const void *data,
    size_t len);

/* An array of text as a literal: {"a","b"}. */
void ngx_commerce_copy_array(ngx_commerce_copy_t *copy,
    const ngx_commerce_str_t *items, size_t n);

/* The same as a column of COPY. */
void ngx_commerce_copy_array_column(ngx_commerce_copy_t *copy,
    const ngx_commerce_str_t *items, size_t n);

/* Empties the buffer and keeps it. */
#define ngx_commerce_copy_reset(copy)  ((copy)->len = 0)

/* Frees it; zeroed afterwards. */
void ngx_commerce_copy_free(ngx_commerce_copy_t *copy);


#endif /* NGX_COMMERCE_COPY_H */
