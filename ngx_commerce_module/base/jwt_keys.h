
/*
 * What jwt*.c share and nobody else sees; see jwt.h.
 *
 * HMAC secrets and PEM keys live in different tables, and a key answers to
 * its own algorithm only: a public key can never serve as an HMAC secret.
 */

#ifndef NGX_COMMERCE_JWT_KEYS_H
#define NGX_COMMERCE_JWT_KEYS_H


#include <jansson.h>
#include <openssl/evp.h>

#include "jwt.h"


#define NGX_COMMERCE_JWT_KID_MAX        64
#define NGX_COMMERCE_JWT_RSA_BITS_MAX   8192
#define NGX_COMMERCE_JWT_SIGNATURE_MAX  (NGX_COMMERCE_JWT_RSA_BITS_MAX / 8)


typedef struct {
    char                      kid[NGX_COMMERCE_JWT_KID_MAX + 1];
    ngx_commerce_jwt_alg_t    alg;
    unsigned                  signs:1;      /* has the private part */
    EVP_PKEY                 *pkey;         /* RS256, ES256 */
    json_t                   *jwk;          /* its public part */
    char                     *secret;       /* HS256 */
    size_t                    secret_len;
} ngx_commerce_jwt_key_t;


typedef struct {
    ngx_commerce_jwt_key_t   *items;
    size_t                    n;
} ngx_commerce_jwt_table_t;


struct ngx_commerce_jwt_keys_s {
    ngx_commerce_jwt_table_t  pem;
    ngx_commerce_jwt_table_t  hmac;
    char                      active[NGX_COMMERCE_JWT_KID_MAX + 1];
};


/* The key of that kid for that algorithm, or NULL. */

const ngx_commerce_jwt_key_t *ngx_commerce_jwt_keys_find(
    const ngx_commerce_jwt_keys_t *keys, const char *kid,
    ngx_commerce_jwt_alg_t alg);


/* 1 if the text is [A-Za-z0-9_-]{1,64}. */

int ngx_commerce_jwt_kid_valid(const char *kid, size_t len);


/*
 * Fills pkey, jwk and signs of a key whose kid is set from PEM text, and its
 * algorithm if that is NONE.  0, or -1 with a reason.
 */

int ngx_commerce_jwt_pem_load(ngx_commerce_jwt_key_t *key, const char *pem,
    size_t len, char err[NGX_COMMERCE_JWT_ERR_LEN]);


/* The active key, or NULL. */

const ngx_commerce_jwt_key_t *ngx_commerce_jwt_keys_signer(
    const ngx_commerce_jwt_keys_t *keys);


/* 0 if the signature of len bytes of input is the key's, else -1. */

int ngx_commerce_jwt_pkey_verify(const ngx_commerce_jwt_key_t *key,
    const char *input, size_t len, const unsigned char *signature, size_t n);


/* Signs len bytes of input; the signature's length, or -1. */

int ngx_commerce_jwt_pkey_sign(const ngx_commerce_jwt_key_t *key,
    const char *input, size_t len,
    unsigned char signature[NGX_COMMERCE_JWT_SIGNATURE_MAX]);


/* Whether the claims of a token with a right signature are acceptable. */

ngx_commerce_jwt_rc_t ngx_commerce_jwt_claims_check(const json_t *claims,
    int64_t now, const ngx_commerce_jwt_policy_t *policy);


/* Checked claims as one malloc'd block. */

ngx_commerce_jwt_rc_t ngx_commerce_jwt_claims_make(const json_t *claims,
    ngx_commerce_jwt_claims_t **out);


#endif /* NGX_COMMERCE_JWT_KEYS_H */
