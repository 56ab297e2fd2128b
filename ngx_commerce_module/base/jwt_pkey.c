
/*
 * RS256 and ES256 signatures under keys that were parsed once.
 *
 * libjwt parses the PEM at each call, which costs ten times the verification
 * itself (OpenSSL 3: 26,000 against 770 RS256 verifications a second); it
 * keeps HS256.  An EVP_PKEY is only read here, so any thread may call.
 */

#include <string.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "jwt_keys.h"


#define P256_BYTES  32
#define DER_MAX     80      /* SEQUENCE of two INTEGERs of 33 bytes */


static int raw_to_der(const unsigned char *raw, size_t len,
    unsigned char *der);
static int der_to_raw(const unsigned char *der, size_t len,
    unsigned char *raw);


int
ngx_commerce_jwt_pkey_verify(const ngx_commerce_jwt_key_t *key,
    const char *input, size_t len, const unsigned char *signature, size_t n)
{
    int             rc, size;
    EVP_MD_CTX     *ctx;
    unsigned char   der[DER_MAX];

    if (key->alg == NGX_COMMERCE_JWT_ES256) {
        size = raw_to_der(signature, n, der);
        if (size <= 0) {
            return -1;
        }

        signature = der;
        n = size;
    }

    ctx = EVP_MD_CTX_new();
    if (ctx == NULL) {
        return -1;
    }

    rc = EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key->pkey) == 1
         && EVP_DigestVerify(ctx, signature, n, (const unsigned char *) input,
                             len) == 1;

    EVP_MD_CTX_free(ctx);

    return rc ? 0 : -1;
}


int
ngx_commerce_jwt_pkey_sign(const ngx_commerce_jwt_key_t *key,
    const char *input, size_t len,
    unsigned char signature[NGX_COMMERCE_JWT_SIGNATURE_MAX])
{
    int             rc;
    size_t          n;
    EVP_MD_CTX     *ctx;
    unsigned char   der[DER_MAX], *out;

    out = (key->alg == NGX_COMMERCE_JWT_ES256) ? der : signature;
    n = (key->alg == NGX_COMMERCE_JWT_ES256)
        ? sizeof(der) : NGX_COMMERCE_JWT_SIGNATURE_MAX;

    ctx = EVP_MD_CTX_new();
    if (ctx == NULL) {
        return -1;
    }

    rc = EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key->pkey) == 1
         && EVP_DigestSign(ctx, out, &n, (const unsigned char *) input,
                           len) == 1;

    EVP_MD_CTX_free(ctx);

    if (!rc) {
        return -1;
    }

    return (out == der) ? der_to_raw(der, n, signature) : (int) n;
}


/* RFC 7518 section 3.4: r | s, 32 bytes each, where OpenSSL wants DER. */

static int
raw_to_der(const unsigned char *raw, size_t len, unsigned char *der)
{
    int         n;
    BIGNUM     *r, *s;
    ECDSA_SIG  *sig;

    if (len != 2 * P256_BYTES) {
        return -1;
    }

    sig = ECDSA_SIG_new();
    r = BN_bin2bn(raw, P256_BYTES, NULL);
    s = BN_bin2bn(raw + P256_BYTES, P256_BYTES, NULL);

    if (sig == NULL || r == NULL || s == NULL
        || ECDSA_SIG_set0(sig, r, s) != 1)
    {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(sig);
        return -1;
    }

    n = i2d_ECDSA_SIG(sig, NULL);

    if (n > 0 && n <= DER_MAX) {
        n = i2d_ECDSA_SIG(sig, &der);

    } else {
        n = -1;
    }

    ECDSA_SIG_free(sig);

    return n;
}


static int
der_to_raw(const unsigned char *der, size_t len, unsigned char *raw)
{
    int         rc;
    ECDSA_SIG  *sig;

    sig = d2i_ECDSA_SIG(NULL, &der, (long) len);
    if (sig == NULL) {
        return -1;
    }

    rc = BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, P256_BYTES) == P256_BYTES
         && BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + P256_BYTES,
                         P256_BYTES) == P256_BYTES;

    ECDSA_SIG_free(sig);

    return rc ? 2 * P256_BYTES : -1;
}
