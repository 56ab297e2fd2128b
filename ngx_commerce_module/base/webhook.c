/*
 * Signs webhooks: see webhook.h.  Called by domain/webhooks.c; keeps nothing,
 * and wipes the key from its stack.
 */

#include "webhook.h"

#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>


#define PREFIX  "whsec_"


static int webhook_key(const char *secret,
    u_char key[NGX_COMMERCE_WEBHOOK_KEY_MAX + 3]);
static int webhook_digest(const u_char *key, int len, const char *id,
    const char *timestamp, const void *body, size_t body_len,
    u_char digest[EVP_MAX_MD_SIZE]);


void
ngx_commerce_webhook_secret(const u_char key[NGX_COMMERCE_WEBHOOK_KEY_LEN],
    char out[NGX_COMMERCE_WEBHOOK_SECRET_LEN])
{
    memcpy(out, PREFIX, sizeof(PREFIX) - 1);

    (void) EVP_EncodeBlock((u_char *) out + sizeof(PREFIX) - 1, key,
                           NGX_COMMERCE_WEBHOOK_KEY_LEN);
}


int
ngx_commerce_webhook_sign(const char *secret, const char *id,
    const char *timestamp, const void *body, size_t len,
    char out[NGX_COMMERCE_WEBHOOK_SIGN_LEN])
{
    int     n, rc;
    u_char  key[NGX_COMMERCE_WEBHOOK_KEY_MAX + 3], digest[EVP_MAX_MD_SIZE];

    n = webhook_key(secret, key);

    rc = (n > 0) ? webhook_digest(key, n, id, timestamp, body, len, digest)
                 : -1;

    OPENSSL_cleanse(key, sizeof(key));

    if (rc == 0) {
        memcpy(out, "v1,", 3);
        (void) EVP_EncodeBlock((u_char *) out + 3, digest, 32);
    }

    return rc;
}


/* The bytes of the key, or -1.  OpenSSL counts padding as bytes of zero. */

static int
webhook_key(const char *secret, u_char key[NGX_COMMERCE_WEBHOOK_KEY_MAX + 3])
{
    int     n;
    size_t  len;

    if (strncmp(secret, PREFIX, sizeof(PREFIX) - 1) != 0) {
        return -1;
    }

    secret += sizeof(PREFIX) - 1;
    len = strlen(secret);

    if (len < 32 || len % 4 != 0
        || len > (NGX_COMMERCE_WEBHOOK_KEY_MAX + 2) / 3 * 4)
    {
        return -1;
    }

    n = EVP_DecodeBlock(key, (const u_char *) secret, (int) len);

    if (n > 0 && secret[len - 1] == '=') {
        n -= (secret[len - 2] == '=') ? 2 : 1;
    }

    return (n < 24 || n > NGX_COMMERCE_WEBHOOK_KEY_MAX) ? -1 : n;
}


static int
webhook_digest(const u_char *key, int len, const char *id,
    const char *timestamp, const void *body, size_t body_len,
    u_char digest[EVP_MAX_MD_SIZE])
{
    int          ok;
    size_t       n;
    EVP_PKEY    *pkey;
    EVP_MD_CTX  *md;

    n = EVP_MAX_MD_SIZE;
    md = EVP_MD_CTX_new();
    pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL, key,
                                        (size_t) len);

    ok = md != NULL && pkey != NULL
         && EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, pkey) == 1
         && EVP_DigestSignUpdate(md, id, strlen(id)) == 1
         && EVP_DigestSignUpdate(md, ".", 1) == 1
         && EVP_DigestSignUpdate(md, timestamp, strlen(timestamp)) == 1
         && EVP_DigestSignUpdate(md, ".", 1) == 1
         && EVP_DigestSignUpdate(md, body, body_len) == 1
         && EVP_DigestSignFinal(md, digest, &n) == 1;

    EVP_PKEY_free(pkey);
    EVP_MD_CTX_free(md);

    return ok ? 0 : -1;
}
