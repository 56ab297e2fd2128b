/*
 * Parcels: a signature, a head of fixed size with lengths in network order,
 * and the texts.  Called by the gateway's shared cache; pure, no allocation.
 *
 * The signature is checked first and covers all that follows, so a head that
 * is read was written by one of ours; lengths are compared nevertheless.
 */

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "parcel.h"


#define PARCEL_MAGIC  0x636d7031         /* layout 1 */
#define PARCEL_HASH   32
#define PARCEL_TEXTS  4


static int parcel_hash(u_char out[PARCEL_HASH], const u_char key[32],
    const u_char *data, size_t len);
static u_char *parcel_put(u_char *p, uint64_t n, unsigned bytes);
static uint64_t parcel_get(const u_char **p, unsigned bytes);


int
ngx_commerce_parcel_key(u_char out[32], const u_char key[32],
    const char *purpose)
{
    return parcel_hash(out, key, (const u_char *) purpose, strlen(purpose));
}


size_t
ngx_commerce_parcel_size(const ngx_commerce_parcel_t *parcel)
{
    return NGX_COMMERCE_PARCEL_MAC + NGX_COMMERCE_PARCEL_HEAD
           + parcel->question.len + parcel->etag.len + parcel->link.len
           + parcel->body.len;
}


int
ngx_commerce_parcel_pack(u_char *out, const u_char key[32],
    const ngx_commerce_parcel_t *parcel)
{
    u_char                    *p, hash[PARCEL_HASH];
    unsigned                   i;
    const ngx_commerce_str_t  *texts[PARCEL_TEXTS];

    texts[0] = &parcel->question;
    texts[1] = &parcel->etag;
    texts[2] = &parcel->link;
    texts[3] = &parcel->body;

    p = out + NGX_COMMERCE_PARCEL_MAC;
    p = parcel_put(p, PARCEL_MAGIC, 4);
    p = parcel_put(p, parcel->position, 8);
    p = parcel_put(p, parcel->ttl, 4);

    for (i = 0; i < PARCEL_TEXTS; i++) {
        p = parcel_put(p, texts[i]->len, 4);
    }

    for (i = 0; i < PARCEL_TEXTS; i++) {
        if (texts[i]->len != 0) {
            memmove(p, texts[i]->data, texts[i]->len);
            p += texts[i]->len;
        }
    }

    if (parcel_hash(hash, key, out + NGX_COMMERCE_PARCEL_MAC,
                    (size_t) (p - out) - NGX_COMMERCE_PARCEL_MAC)
        != 0)
    {
        return -1;
    }

    memcpy(out, hash, NGX_COMMERCE_PARCEL_MAC);

    return 0;
}


int
ngx_commerce_parcel_open(ngx_commerce_parcel_t *parcel, const u_char key[32],
    const u_char *data, size_t len)
{
    u_char               hash[PARCEL_HASH];
    size_t               left;
    unsigned             i;
    const u_char        *p;
    ngx_commerce_str_t  *texts[PARCEL_TEXTS];

    left = NGX_COMMERCE_PARCEL_MAC + NGX_COMMERCE_PARCEL_HEAD;

    if (len < left
        || parcel_hash(hash, key, data + NGX_COMMERCE_PARCEL_MAC,
                       len - NGX_COMMERCE_PARCEL_MAC)
           != 0
        || CRYPTO_memcmp(hash, data, NGX_COMMERCE_PARCEL_MAC) != 0)
    {
        return -1;
    }

    p = data + NGX_COMMERCE_PARCEL_MAC;

    if (parcel_get(&p, 4) != PARCEL_MAGIC) {
        return -1;
    }

    texts[0] = &parcel->question;
    texts[1] = &parcel->etag;
    texts[2] = &parcel->link;
    texts[3] = &parcel->body;

    parcel->position = parcel_get(&p, 8);
    parcel->ttl = (uint32_t) parcel_get(&p, 4);
    left = len - left;

    for (i = 0; i < PARCEL_TEXTS; i++) {
        texts[i]->len = (size_t) parcel_get(&p, 4);

        if (texts[i]->len > left) {
            return -1;
        }

        left -= texts[i]->len;
    }

    if (left != 0) {
        return -1;
    }

    for (i = 0; i < PARCEL_TEXTS; i++) {
        texts[i]->data = (u_char *) p;
        p += texts[i]->len;
    }

    return 0;
}


int
ngx_commerce_parcel_name(u_char out[NGX_COMMERCE_PARCEL_NAME],
    const u_char key[32], const u_char *text, size_t len)
{
    u_char             hash[PARCEL_HASH];
    unsigned           i;
    static const char  digits[] = "0123456789abcdef";

    if (parcel_hash(hash, key, text, len) != 0) {
        return -1;
    }

    for (i = 0; i < NGX_COMMERCE_PARCEL_NAME; i += 2) {
        out[i] = (u_char) digits[hash[i / 2] >> 4];
        out[i + 1] = (u_char) digits[hash[i / 2] & 0xf];
    }

    return 0;
}


static int
parcel_hash(u_char out[PARCEL_HASH], const u_char key[32], const u_char *data,
    size_t len)
{
    return (HMAC(EVP_sha256(), key, 32, data, len, out, NULL) != NULL)
           ? 0 : -1;
}


static u_char *
parcel_put(u_char *p, uint64_t n, unsigned bytes)
{
    while (bytes-- != 0) {
        *p++ = (u_char) (n >> (8 * bytes));
    }

    return p;
}


static uint64_t
parcel_get(const u_char **p, unsigned bytes)
{
    uint64_t  n;

    for (n = 0; bytes != 0; bytes--) {
        n = n << 8 | *(*p)++;
    }

    return n;
}
