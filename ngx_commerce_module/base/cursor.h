/*
 * Page cursors: a JSON object of keyset values, signed (HMAC-SHA256, 128 bits
 * kept) together with what it was made for, so that it cannot be forged and
 * does not fit another operation, filter or sort.
 */

#ifndef NGX_COMMERCE_CURSOR_H
#define NGX_COMMERCE_CURSOR_H


#include "str.h"


#define NGX_COMMERCE_CURSOR_MAC  16

/* Bytes that a sealed cursor of `len` bytes of JSON needs at most. */
#define ngx_commerce_cursor_size(len)                                         \
    (((len) + NGX_COMMERCE_CURSOR_MAC) * 4 / 3 + 4)


/* Writes the cursor; returns its length, 0 on failure of the library. */
size_t ngx_commerce_cursor_seal(u_char *out, const u_char key[32],
    const ngx_commerce_str_t *context, const u_char *json, size_t len);

/*
 * Opens a cursor into `out` (at least `len` bytes).  Returns the length of the
 * JSON, or -1 when it is malformed, forged or of another context.
 */
int64_t ngx_commerce_cursor_open(u_char *out, const u_char key[32],
    const ngx_commerce_str_t *context, const u_char *text, size_t len);


#endif /* NGX_COMMERCE_CURSOR_H */
