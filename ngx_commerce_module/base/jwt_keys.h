
/*
 * What jwt*.c share and nobody else sees; see jwt.h.
 *
 * HMAC secrets and PEM keys live in different tables, and a key answers to
 * its own algorithm only: a public key can never serve as an HMAC secret.
 */

#ifndef NGX_COMMERCE_JWT_KEYS_H
#define NGX_COMMERCE_JWT_KEYS_H


#include <jansson.h>

#include "jwt.h"


#define NGX_COMMERCE_JWT_KID_MAX  64


typedef struct {
    char                      kid[NGX_COMMERCE_JWT_KID_MAX + 1];
    ngx_commerce_jwt_alg_t    alg;
    char                     *verify;       /* public PEM or secret */
    size_t                    verify_len;
    char                     *sign;         /* NULL: verifies only */
    size_t                    sign_len;
    json_t                   *jwk;          /* NULL for HMAC */
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
 * Fills verify, sign and jwk of a key whose kid is set from PEM text, and
 * its algorithm if that is NONE.  0, or -1 with a reason.
 */

int ngx_commerce_jwt_pem_load(ngx_commerce_jwt_key_t *key, const char *pem,
    size_t len, char err[NGX_COMMERCE_JWT_ERR_LEN]);


/* The active key, or NULL. */

const ngx_commerce_jwt_key_t *ngx_commerce_jwt_keys_signer(
    const ngx_commerce_jwt_keys_t *keys);


/* Whether the claims of a token with a right signature are acceptable. */

ngx_commerce_jwt_rc_t ngx_commerce_jwt_claims_check(const json_t *claims,
    int64_t now, const ngx_commerce_jwt_policy_t *policy);


/* Checked claims as one malloc'd block. */

ngx_commerce_jwt_rc_t ngx_commerce_jwt_claims_make(const json_t *claims,
    ngx_commerce_jwt_claims_t **out);


#endif /* NGX_COMMERCE_JWT_KEYS_H */
