/*
 * Compression of a text that is all there (RFC 1952, by zlib).
 *
 * Called by gateway/hit.c once for an answer that is kept; burns about 10
 * microseconds a kilobyte, and zlib takes 256 KiB from malloc meanwhile.
 */

#ifndef NGX_COMMERCE_GZIP_H
#define NGX_COMMERCE_GZIP_H


#include "str.h"


/*
 * Writes the compressed text into `out`; returns its length, or 0 when it does
 * not fit into `room` or there is no memory.
 */
size_t ngx_commerce_gzip(u_char *out, size_t room, const u_char *data,
    size_t len);


#endif /* NGX_COMMERCE_GZIP_H */
