/*
 * An answer on its way through a cache that is not ours: packed with the
 * question that it answers and the log position that it knows of, and signed
 * (HMAC-SHA256, 128 bits kept), so that whoever can write there can make no
 * answer of his own, nor move one to another question.
 */

#ifndef NGX_COMMERCE_PARCEL_H
#define NGX_COMMERCE_PARCEL_H


#include "str.h"


#define NGX_COMMERCE_PARCEL_MAC   16
#define NGX_COMMERCE_PARCEL_HEAD  32         /* bytes before the texts */
#define NGX_COMMERCE_PARCEL_NAME  32         /* hexadecimal digits */


typedef struct {
    uint64_t            position;            /* of the write-ahead log */
    uint32_t            ttl;                 /* ms, when it was packed */
    ngx_commerce_str_t  question;
    ngx_commerce_str_t  etag;
    ngx_commerce_str_t  link;
    ngx_commerce_str_t  body;
} ngx_commerce_parcel_t;


/* A key for one purpose out of a key for all; 0, or -1 of the library. */
int ngx_commerce_parcel_key(u_char out[32], const u_char key[32],
    const char *purpose);

/* Bytes that a parcel takes. */
size_t ngx_commerce_parcel_size(const ngx_commerce_parcel_t *parcel);

/*
 * Packs into `out` of that size; 0, or -1 of the library.  The body may lie
 * at the end of `out` already.
 */
int ngx_commerce_parcel_pack(u_char *out, const u_char key[32],
    const ngx_commerce_parcel_t *parcel);

/*
 * Opens; the texts point into `data`.  -1: not ours, changed, or cut short;
 * nothing of it may be used then.
 */
int ngx_commerce_parcel_open(ngx_commerce_parcel_t *parcel,
    const u_char key[32], const u_char *data, size_t len);

/*
 * A name that tells nothing of what is named: digits of an HMAC, no NUL; 0,
 * or -1 of the library.
 */
int ngx_commerce_parcel_name(u_char out[NGX_COMMERCE_PARCEL_NAME],
    const u_char key[32], const u_char *text, size_t len);


#endif /* NGX_COMMERCE_PARCEL_H */
