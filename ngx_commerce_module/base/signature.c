/*
 * Checks signatures of webhooks.  Called by domain/payments_webhook.c; keeps
 * nothing.
 */

#include "signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>


#define HEX      64
#define HEADER   4096                    /* bytes of a header at most */
#define SECONDS  12                      /* digits of t at most */


typedef struct {
    const char  *name;
    size_t       name_len;
    const char  *value;
    size_t       value_len;
    int          bare;                   /* no `=` at all */
} item_t;


static int signature_item(const char **p, const char *end, item_t *item);
static int signature_is(const item_t *item, const char *name);
static int signature_time(const char *header, size_t len, int64_t *t);
static int signature_expect(int64_t t, const void *body, size_t body_len,
    const char *secret, size_t secret_len, char hex[HEX]);


ngx_commerce_signature_e
ngx_commerce_signature_check(const char *header, size_t header_len,
    const void *body, size_t body_len, const char *secret, size_t secret_len,
    int64_t now)
{
    int          good;
    char         hex[HEX];
    item_t       item;
    int64_t      t;
    const char  *p, *end;

    if (header_len > HEADER || secret_len == 0
        || signature_time(header, header_len, &t) != 0
        || signature_expect(t, body, body_len, secret, secret_len, hex) != 0)
    {
        return NGX_COMMERCE_SIGNATURE_BAD;
    }

    good = 0;
    p = header;
    end = header + header_len;

    while (signature_item(&p, end, &item)) {
        if (!signature_is(&item, "v1")) {
            continue;
        }

        /* Stripe's own library gives up here */

        if (item.bare) {
            return NGX_COMMERCE_SIGNATURE_BAD;
        }

        if (item.value_len == HEX) {
            good |= (CRYPTO_memcmp(item.value, hex, HEX) == 0);
        }
    }

    OPENSSL_cleanse(hex, HEX);

    if (!good) {
        return NGX_COMMERCE_SIGNATURE_BAD;
    }

    if (t < now - NGX_COMMERCE_SIGNATURE_TOLERANCE
        || t > now + NGX_COMMERCE_SIGNATURE_TOLERANCE)
    {
        return NGX_COMMERCE_SIGNATURE_LATE;
    }

    return NGX_COMMERCE_SIGNATURE_GOOD;
}


/* The next name=value between commas; a second `=` ends the value. */

static int
signature_item(const char **p, const char *end, item_t *item)
{
    const char  *comma, *equals, *more;

    if (*p >= end) {
        return 0;
    }

    comma = memchr(*p, ',', end - *p);
    if (comma == NULL) {
        comma = end;
    }

    equals = memchr(*p, '=', comma - *p);

    item->bare = (equals == NULL);
    item->name = *p;
    item->name_len = (equals ? equals : comma) - *p;
    item->value = equals ? equals + 1 : comma;

    more = memchr(item->value, '=', comma - item->value);
    item->value_len = (more ? more : comma) - item->value;

    *p = comma + 1;

    return 1;
}


static int
signature_is(const item_t *item, const char *name)
{
    return item->name_len == strlen(name)
           && memcmp(item->name, name, item->name_len) == 0;
}


/*
 * The last t counts.  What was signed is the number that it begins with, as
 * Stripe's own library reads it.
 */

static int
signature_time(const char *header, size_t len, int64_t *t)
{
    int          found;
    size_t       i;
    item_t       item;
    const char  *p, *end;

    *t = 0;
    found = 0;
    p = header;
    end = header + len;

    while (signature_item(&p, end, &item)) {
        if (!signature_is(&item, "t")) {
            continue;
        }

        *t = 0;

        for (i = 0; i < item.value_len && item.value[i] >= '0'
                    && item.value[i] <= '9'; i++)
        {
            *t = *t * 10 + (item.value[i] - '0');

            if (i > SECONDS) {
                return -1;
            }
        }

        found = (i != 0);
    }

    return found ? 0 : -1;
}


static int
signature_expect(int64_t t, const void *body, size_t body_len,
    const char *secret, size_t secret_len, char hex[HEX])
{
    int              n, ok;
    char             head[32];
    size_t           i, len;
    EVP_MAC         *mac;
    OSSL_PARAM       params[2];
    EVP_MAC_CTX     *ctx;
    unsigned char    digest[EVP_MAX_MD_SIZE];

    static const char  digits[] = "0123456789abcdef";

    n = snprintf(head, sizeof(head), "%lld.", (long long) t);

    mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    ctx = (mac == NULL) ? NULL : EVP_MAC_CTX_new(mac);

    params[0] = OSSL_PARAM_construct_utf8_string("digest", "SHA256", 0);
    params[1] = OSSL_PARAM_construct_end();

    ok = ctx != NULL
         && EVP_MAC_init(ctx, (const unsigned char *) secret, secret_len,
                         params)
         && EVP_MAC_update(ctx, (unsigned char *) head, n)
         && EVP_MAC_update(ctx, body, body_len)
         && EVP_MAC_final(ctx, digest, &len, sizeof(digest))
         && len == HEX / 2;

    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);

    if (!ok) {
        return -1;
    }

    for (i = 0; i < HEX / 2; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }

    return 0;
}
