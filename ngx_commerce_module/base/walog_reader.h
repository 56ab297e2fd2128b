/*
 * Bounded reading of big-endian messages, and the decoder's inside.  Private
 * to walog.c and walog_relation.c.
 */

#ifndef NGX_COMMERCE_WALOG_READER_H
#define NGX_COMMERCE_WALOG_READER_H


#include "walog.h"


typedef struct {
    const u_char  *pos;
    const u_char  *end;
    unsigned       failed:1;             /* read beyond the end; sticky */
} ngx_commerce_walog_reader_t;


struct ngx_commerce_walog_s {
    /* open addressing by OID; twice as many slots as relations may come */
    ngx_commerce_walog_relation_t  *slots[NGX_COMMERCE_WALOG_RELATIONS_MAX
                                          * 2];
    unsigned                        nrelations;
    unsigned                        streaming:1;
    const char                     *error;

    /* the rows of the current message */
    ngx_commerce_walog_value_t      old[NGX_COMMERCE_WALOG_COLUMNS_MAX];
    ngx_commerce_walog_value_t      row[NGX_COMMERCE_WALOG_COLUMNS_MAX];
    uint32_t                        ids[NGX_COMMERCE_WALOG_RELATIONS_MAX];
};


/* An unsigned number of n bytes, n at most 8; 0 beyond the end. */
static inline uint64_t
ngx_commerce_walog_number(ngx_commerce_walog_reader_t *reader, unsigned n)
{
    uint64_t  value;

    if ((size_t) (reader->end - reader->pos) < n) {
        reader->failed = 1;
        return 0;
    }

    for (value = 0; n != 0; n--) {
        value = value << 8 | *reader->pos++;
    }

    return value;
}


/* A string that ends with NUL, without it. */
static inline ngx_commerce_str_t
ngx_commerce_walog_string(ngx_commerce_walog_reader_t *reader)
{
    const u_char        *nul;
    ngx_commerce_str_t   str = ngx_commerce_null_str;

    nul = (reader->pos < reader->end)
          ? memchr(reader->pos, '\0', (size_t) (reader->end - reader->pos))
          : NULL;

    if (nul == NULL) {
        reader->failed = 1;
        return str;
    }

    str.data = (u_char *) reader->pos;
    str.len = (size_t) (nul - reader->pos);
    reader->pos = nul + 1;

    return str;
}


/* Counted bytes. */
static inline ngx_commerce_str_t
ngx_commerce_walog_bytes(ngx_commerce_walog_reader_t *reader, size_t len)
{
    ngx_commerce_str_t  str = ngx_commerce_null_str;

    if ((size_t) (reader->end - reader->pos) < len) {
        reader->failed = 1;
        return str;
    }

    str.data = (u_char *) reader->pos;
    str.len = len;
    reader->pos += len;

    return str;
}


/* Reads a description and keeps it in place of an older one; NULL on error. */
const ngx_commerce_walog_relation_t *ngx_commerce_walog_describe(
    ngx_commerce_walog_t *walog, ngx_commerce_walog_reader_t *reader);


#endif /* NGX_COMMERCE_WALOG_READER_H */
