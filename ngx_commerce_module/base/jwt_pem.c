
/*
 * PEM text to a key of a key set: checks its kind and strength, keeps it
 * parsed, and its JWK for the world.
 *
 * Called by jwt_keys.c at configuration time.
 */

#include <stdio.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "b64url.h"
#include "jwt_keys.h"


#define RSA_BITS_MIN   2048
#define RSA_BITS_MAX   NGX_COMMERCE_JWT_RSA_BITS_MAX
#define P256_BYTES     32


static EVP_PKEY *read_key(const char *pem, size_t len, int *private);
static int no_passphrase(char *buf, int size, int rwflag, void *data);
static int check_kind(ngx_commerce_jwt_key_t *key, EVP_PKEY *pkey,
    char *err);
static int is_p256(EVP_PKEY *pkey);
static json_t *make_jwk(const ngx_commerce_jwt_key_t *key, EVP_PKEY *pkey);
static int set_number(json_t *jwk, const char *name, EVP_PKEY *pkey,
    const char *param, int width);


int
ngx_commerce_jwt_pem_load(ngx_commerce_jwt_key_t *key, const char *pem,
    size_t len, char err[NGX_COMMERCE_JWT_ERR_LEN])
{
    int        rc, private;
    EVP_PKEY  *pkey;

    rc = -1;

    pkey = read_key(pem, len, &private);
    if (pkey == NULL) {
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN,
                 "not a PEM key without passphrase");
        goto done;
    }

    if (check_kind(key, pkey, err) != 0) {
        goto done;
    }

    key->jwk = make_jwk(key, pkey);
    if (key->jwk == NULL) {
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN, "cannot make its JWK");
        goto done;
    }

    key->pkey = pkey;
    key->signs = private;
    pkey = NULL;
    rc = 0;

done:

    EVP_PKEY_free(pkey);
    ERR_clear_error();

    return rc;
}


static EVP_PKEY *
read_key(const char *pem, size_t len, int *private)
{
    BIO       *bio;
    EVP_PKEY  *pkey;

    bio = BIO_new_mem_buf(pem, (int) len);
    if (bio == NULL) {
        return NULL;
    }

    *private = 1;
    pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);

    if (pkey == NULL) {
        *private = 0;
        (void) BIO_reset(bio);
        pkey = PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
    }

    BIO_free(bio);

    return pkey;
}


/* OpenSSL's own callback would ask at the terminal. */

static int
no_passphrase(char *buf, int size, int rwflag, void *data)
{
    (void) buf;
    (void) size;
    (void) rwflag;
    (void) data;

    return -1;
}


static int
check_kind(ngx_commerce_jwt_key_t *key, EVP_PKEY *pkey, char *err)
{
    int                     bits;
    ngx_commerce_jwt_alg_t  alg;

    switch (EVP_PKEY_get_base_id(pkey)) {

    case EVP_PKEY_RSA:
        bits = EVP_PKEY_get_bits(pkey);

        if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX) {
            snprintf(err, NGX_COMMERCE_JWT_ERR_LEN,
                     "an RSA key needs %d to %d bits, this one has %d",
                     RSA_BITS_MIN, RSA_BITS_MAX, bits);
            return -1;
        }

        alg = NGX_COMMERCE_JWT_RS256;
        break;

    case EVP_PKEY_EC:
        if (!is_p256(pkey)) {
            snprintf(err, NGX_COMMERCE_JWT_ERR_LEN,
                     "an EC key must be on the curve P-256");
            return -1;
        }

        alg = NGX_COMMERCE_JWT_ES256;
        break;

    default:
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN, "neither RSA nor EC");
        return -1;
    }

    if (key->alg != NGX_COMMERCE_JWT_NONE && key->alg != alg) {
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN,
                 "the key is not of its algorithm");
        return -1;
    }

    key->alg = alg;

    return 0;
}


static int
is_p256(EVP_PKEY *pkey)
{
    char    name[32];
    size_t  len;

    return EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME,
                                          name, sizeof(name), &len)
           && strcmp(name, "prime256v1") == 0;
}


static json_t *
make_jwk(const ngx_commerce_jwt_key_t *key, EVP_PKEY *pkey)
{
    int      rc;
    json_t  *jwk;

    jwk = json_pack("{s:s, s:s, s:s, s:s}",
                    "kty",
                    (key->alg == NGX_COMMERCE_JWT_RS256) ? "RSA" : "EC",
                    "use", "sig",
                    "alg",
                    (key->alg == NGX_COMMERCE_JWT_RS256) ? "RS256" : "ES256",
                    "kid", key->kid);
    if (jwk == NULL) {
        return NULL;
    }

    if (key->alg == NGX_COMMERCE_JWT_RS256) {
        rc = set_number(jwk, "n", pkey, OSSL_PKEY_PARAM_RSA_N, 0)
             | set_number(jwk, "e", pkey, OSSL_PKEY_PARAM_RSA_E, 0);

    } else {
        rc = json_object_set_new(jwk, "crv", json_string("P-256"))
             | set_number(jwk, "x", pkey, OSSL_PKEY_PARAM_EC_PUB_X,
                          P256_BYTES)
             | set_number(jwk, "y", pkey, OSSL_PKEY_PARAM_EC_PUB_Y,
                          P256_BYTES);
    }

    if (rc != 0) {
        json_decref(jwk);
        return NULL;
    }

    return jwk;
}


/* A big number as base64url, left-padded to width bytes unless that is 0. */

static int
set_number(json_t *jwk, const char *name, EVP_PKEY *pkey, const char *param,
    int width)
{
    int             n, rc;
    char            text[NGX_COMMERCE_B64URL_ENCODED(RSA_BITS_MAX / 8)];
    BIGNUM         *bn;
    unsigned char   bytes[RSA_BITS_MAX / 8];

    rc = -1;
    bn = NULL;

    if (!EVP_PKEY_get_bn_param(pkey, param, &bn)) {
        return -1;
    }

    n = (width != 0) ? width : BN_num_bytes(bn);

    if (n <= (int) sizeof(bytes) && BN_bn2binpad(bn, bytes, n) == n) {
        n = (int) ngx_commerce_b64url_encode(text, bytes, n);
        rc = json_object_set_new(jwk, name, json_stringn(text, n));
    }

    BN_free(bn);

    return rc;
}
