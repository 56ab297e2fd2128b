/*
 * A JSON writer over memory that somebody else provides piece by piece: the
 * gateway gives chain buffers, tests give one array.  Rows go straight from
 * the database's buffer to the client's with it.
 */

#ifndef NGX_COMMERCE_JSON_H
#define NGX_COMMERCE_JSON_H


#include "str.h"


typedef struct ngx_commerce_json_s  ngx_commerce_json_t;


struct ngx_commerce_json_s {
    u_char  *pos;                    /* next byte to write */
    u_char  *end;                    /* of the current piece */

    /*
     * Called when pos == end: must move pos and end to a new piece of at
     * least one byte and return 0, or return -1; writing fails then for good.
     */
    int    (*more)(ngx_commerce_json_t *json);
    void    *data;

    unsigned  failed:1;
};


/* Bytes as they are: punctuation, jsonb text, numbers. */
void ngx_commerce_json_raw(ngx_commerce_json_t *json, const void *data,
    size_t len);

#define ngx_commerce_json_lit(json, text)                                     \
    ngx_commerce_json_raw(json, text, sizeof(text) - 1)

/* A quoted string, escaped by RFC 8259; UTF-8 passes as it is. */
void ngx_commerce_json_string(ngx_commerce_json_t *json, const void *data,
    size_t len);

/* A decimal integer. */
void ngx_commerce_json_int(ngx_commerce_json_t *json, int64_t value);

/*
 * PostgreSQL's text of a timestamptz in UTC ('2026-11-22 18:01:57.1+00') as a
 * quoted RFC 3339 time with Z; any other text is written as a string.
 */
void ngx_commerce_json_time(ngx_commerce_json_t *json, const void *data,
    size_t len);

/*
 * PostgreSQL's text of a one-dimensional array ('{1,NULL,"a b"}') as a JSON
 * array; `bare` leaves the elements unquoted (numbers; t and f as booleans).
 */
void ngx_commerce_json_array(ngx_commerce_json_t *json, const void *data,
    size_t len, int bare);


#endif /* NGX_COMMERCE_JSON_H */
