/*
 * Page cursors: base64url of a 16-byte tag and the JSON that it signs.
 *
 * The tag is HMAC-SHA256 under a key derived from the configuration's key and
 * the context, so nobody can shift bytes between the two.  Called by the
 * gateway; pure, no allocation of its own.
 */

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "cursor.h"
#include "text.h"


#define CURSOR_HASH  32


static int cursor_tag(u_char out[CURSOR_HASH], const u_char key[32],
    const ngx_commerce_str_t *context, const u_char *json, size_t len);


size_t
ngx_commerce_cursor_seal(u_char *out, const u_char key[32],
    const ngx_commerce_str_t *context, const u_char *json, size_t len)
{
    size_t    raw;
    u_char   *p, tag[CURSOR_HASH];
    int64_t   n;

    if (cursor_tag(tag, key, context, json, len) != 0) {
        return 0;
    }

    /* raw bytes stand at the end of out; encoding never overtakes them */

    raw = NGX_COMMERCE_CURSOR_MAC + len;
    p = out + ngx_commerce_cursor_size(len) - raw;

    memcpy(p, tag, NGX_COMMERCE_CURSOR_MAC);

    if (len != 0) {
        memcpy(p + NGX_COMMERCE_CURSOR_MAC, json, len);
    }

    n = ngx_commerce_base64url_encode(out, p, raw);

    return (size_t) n;
}


int64_t
ngx_commerce_cursor_open(u_char *out, const u_char key[32],
    const ngx_commerce_str_t *context, const u_char *text, size_t len)
{
    u_char   tag[CURSOR_HASH];
    int64_t  n;

    n = ngx_commerce_base64url_decode(out, text, len);

    if (n < NGX_COMMERCE_CURSOR_MAC) {
        return -1;
    }

    n -= NGX_COMMERCE_CURSOR_MAC;

    if (cursor_tag(tag, key, context, out + NGX_COMMERCE_CURSOR_MAC,
                   (size_t) n)
        != 0)
    {
        return -1;
    }

    if (CRYPTO_memcmp(out, tag, NGX_COMMERCE_CURSOR_MAC) != 0) {
        return -1;
    }

    memmove(out, out + NGX_COMMERCE_CURSOR_MAC, (size_t) n);

    return n;
}


static int
cursor_tag(u_char out[CURSOR_HASH], const u_char key[32],
    const ngx_commerce_str_t *context, const u_char *json, size_t len)
{
    u_char               derived[CURSOR_HASH];
    static const u_char  none[1];

    if (HMAC(EVP_sha256(), key, 32, (context->len != 0) ? context->data : none,
             context->len, derived, NULL)
        == NULL)
    {
        return -1;
    }

    if (HMAC(EVP_sha256(), derived, CURSOR_HASH, (len != 0) ? json : none, len,
             out, NULL)
        == NULL)
    {
        return -1;
    }

    return 0;
}
