
/*
 * Sealed text and key files as somebody else wrote them: the first byte
 * chooses.  What opens must have been sealed by us, and nothing was.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "seal.h"


#define KEY  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                             err[NGX_COMMERCE_SEAL_ERR_LEN], *out;
    size_t                           len;
    const char                      *text;
    ngx_commerce_seal_ring_t        *other;
    static ngx_commerce_seal_ring_t *ring;

    if (ring == NULL) {
        ring = ngx_commerce_seal_ring_parse("a " KEY, strlen("a " KEY), err);
    }

    if (ring == NULL) {
        abort();
    }

    if (size == 0) {
        return 0;
    }

    text = (const char *) data + 1;
    size--;

    if (data[0] == 'k') {
        other = ngx_commerce_seal_ring_parse(text, size, err);
        ngx_commerce_seal_ring_destroy(other);
        return 0;
    }

    out = malloc(NGX_COMMERCE_SEAL_OPEN_LEN(size));

    if (ngx_commerce_seal_open(ring, "phone", text, size, out, &len) == 0) {
        abort();
    }

    free(out);

    return 0;
}
