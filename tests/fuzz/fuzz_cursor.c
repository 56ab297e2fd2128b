/*
 * Cursors as clients send them: what opens must have been sealed by us, and
 * nothing was, but for what this target seals itself.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t               len;
    u_char              *out, *text;
    ngx_commerce_str_t   context;
    static const u_char  key[32] = { 1, 2, 3 };

    context.data = (u_char *) "c";
    context.len = 1;

    out = malloc(size + 1);

    if (ngx_commerce_cursor_open(out, key, &context, data, size) >= 0) {
        abort();
    }

    free(out);

    text = malloc(ngx_commerce_cursor_size(size));
    len = ngx_commerce_cursor_seal(text, key, &context, data, size);
    out = malloc(len);

    if (ngx_commerce_cursor_open(out, key, &context, text, len)
        != (int64_t) size
        || (size != 0 && memcmp(out, data, size) != 0))
    {
        abort();
    }

    free(out);
    free(text);

    return 0;
}
