
/*
 * Verifies and signs access tokens; see jwt.h.
 *
 * Order of verification: shape of the text, header, key, signature, claims.
 * A signature is looked at only after the header named one of our keys with
 * that key's own algorithm.  libjwt does HS256, jwt_pkey.c the others; of
 * libjwt's answer only the verdict is used, since its claim getters read a
 * float as 0.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <jwt.h>
#include <openssl/err.h>

#ifndef JWT_H
#error "<jwt.h> must be libjwt's: keep this directory out of -I"
#endif

#include "b64url.h"
#include "jwt_keys.h"


#define PAYLOAD_MAX  NGX_COMMERCE_B64URL_DECODED(NGX_COMMERCE_JWT_MAX_LEN)


/* One token's parts. */

typedef struct {
    const char  *header;
    const char  *payload;
    const char  *signature;
    size_t       header_len;
    size_t       payload_len;
    size_t       signature_len;
} parts_t;


static int split(const char *token, size_t len, parts_t *parts);
static json_t *decode_object(const char *text, size_t len);
static ngx_commerce_jwt_rc_t check_header(const json_t *header,
    const ngx_commerce_jwt_keys_t *keys, const ngx_commerce_jwt_key_t **key);
static ngx_commerce_jwt_alg_t alg_of(const char *name);
static ngx_commerce_jwt_rc_t check_signature(
    const ngx_commerce_jwt_key_t *key, const char *token, size_t len,
    const parts_t *parts, const unsigned char *signature, size_t n);
static int check_hmac(const ngx_commerce_jwt_key_t *key, const char *token,
    size_t len);
static char *sign_hmac(const ngx_commerce_jwt_key_t *key,
    const char *claims);
static char *sign_pkey(const ngx_commerce_jwt_key_t *key,
    const char *claims, size_t len);


ngx_commerce_jwt_rc_t
ngx_commerce_jwt_verify(const ngx_commerce_jwt_keys_t *keys,
    const char *token, size_t len, int64_t now,
    const ngx_commerce_jwt_policy_t *policy,
    ngx_commerce_jwt_claims_t **claims)
{
    json_t                        *json;
    parts_t                        parts;
    ssize_t                        n;
    unsigned char                  signature[PAYLOAD_MAX];
    ngx_commerce_jwt_rc_t          rc;
    const ngx_commerce_jwt_key_t  *key;

    *claims = NULL;

    if (split(token, len, &parts) != 0) {
        return NGX_COMMERCE_JWT_MALFORMED;
    }

    n = ngx_commerce_b64url_decode(signature, parts.signature,
                                   parts.signature_len);
    if (n <= 0) {
        return NGX_COMMERCE_JWT_MALFORMED;
    }

    json = decode_object(parts.header, parts.header_len);
    if (json == NULL) {
        return NGX_COMMERCE_JWT_MALFORMED;
    }

    rc = check_header(json, keys, &key);
    json_decref(json);

    if (rc == NGX_COMMERCE_JWT_OK) {
        rc = check_signature(key, token, len, &parts, signature, n);
    }

    if (rc != NGX_COMMERCE_JWT_OK) {
        return rc;
    }

    json = decode_object(parts.payload, parts.payload_len);
    if (json == NULL) {
        return NGX_COMMERCE_JWT_MALFORMED;
    }

    rc = ngx_commerce_jwt_claims_check(json, now, policy);

    if (rc == NGX_COMMERCE_JWT_OK) {
        rc = ngx_commerce_jwt_claims_make(json, claims);
    }

    json_decref(json);

    return rc;
}


int
ngx_commerce_jwt_sign(const ngx_commerce_jwt_keys_t *keys,
    const char *claims, size_t len, char **token)
{
    char                          *text;
    json_t                        *json;
    const ngx_commerce_jwt_key_t  *key;

    *token = NULL;

    key = ngx_commerce_jwt_keys_signer(keys);
    if (key == NULL || len >= PAYLOAD_MAX) {
        return -1;
    }

    /* what is signed is what was read: one form, an object, no repeats */

    json = json_loadb(claims, len, JSON_REJECT_DUPLICATES, NULL);
    text = json_is_object(json) ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);

    if (text != NULL) {
        *token = (key->alg == NGX_COMMERCE_JWT_HS256)
                 ? sign_hmac(key, text) : sign_pkey(key, text, strlen(text));
    }

    free(text);
    ERR_clear_error();

    if (*token != NULL && strlen(*token) > NGX_COMMERCE_JWT_MAX_LEN) {
        free(*token);
        *token = NULL;
    }

    return (*token != NULL) ? 0 : -1;
}


const char *
ngx_commerce_jwt_strerror(ngx_commerce_jwt_rc_t rc)
{
    switch (rc) {

    case NGX_COMMERCE_JWT_OK:
        return "valid";

    case NGX_COMMERCE_JWT_MALFORMED:
        return "not a token";

    case NGX_COMMERCE_JWT_HEADER:
        return "header not accepted";

    case NGX_COMMERCE_JWT_UNKNOWN_KEY:
        return "unknown key";

    case NGX_COMMERCE_JWT_SIGNATURE:
        return "wrong signature";

    case NGX_COMMERCE_JWT_CLAIMS:
        return "claims not accepted";

    case NGX_COMMERCE_JWT_ISSUER:
        return "wrong issuer";

    case NGX_COMMERCE_JWT_AUDIENCE:
        return "wrong audience";

    case NGX_COMMERCE_JWT_NOT_YET:
        return "not valid yet";

    case NGX_COMMERCE_JWT_EXPIRED:
        return "expired";

    case NGX_COMMERCE_JWT_NO_MEMORY:
        return "no memory";
    }

    return "unknown error";
}


static int
split(const char *token, size_t len, parts_t *parts)
{
    const char  *first, *second, *end;

    if (len == 0 || len > NGX_COMMERCE_JWT_MAX_LEN) {
        return -1;
    }

    end = token + len;

    first = memchr(token, '.', len);
    if (first == NULL) {
        return -1;
    }

    second = memchr(first + 1, '.', end - first - 1);
    if (second == NULL
        || memchr(second + 1, '.', end - second - 1) != NULL)
    {
        return -1;
    }

    parts->header = token;
    parts->header_len = first - token;
    parts->payload = first + 1;
    parts->payload_len = second - first - 1;
    parts->signature = second + 1;
    parts->signature_len = end - second - 1;

    return 0;
}


/* The JSON object in a part, or NULL: no duplicate names, no NUL. */

static json_t *
decode_object(const char *text, size_t len)
{
    json_t         *json;
    ssize_t         n;
    unsigned char   buf[PAYLOAD_MAX];

    n = ngx_commerce_b64url_decode(buf, text, len);
    if (n <= 0) {
        return NULL;
    }

    json = json_loadb((const char *) buf, n, JSON_REJECT_DUPLICATES, NULL);

    if (json != NULL && !json_is_object(json)) {
        json_decref(json);
        return NULL;
    }

    return json;
}


/*
 * Exactly {"alg", "typ": "JWT", "kid"}: whatever else a header may carry
 * (crit, jku, x5u, jwk, b64, zip) is refused by not being one of the three.
 */

static ngx_commerce_jwt_rc_t
check_header(const json_t *header, const ngx_commerce_jwt_keys_t *keys,
    const ngx_commerce_jwt_key_t **key)
{
    const char              *alg, *typ, *kid;
    ngx_commerce_jwt_alg_t   id;

    alg = json_string_value(json_object_get(header, "alg"));
    typ = json_string_value(json_object_get(header, "typ"));
    kid = json_string_value(json_object_get(header, "kid"));

    if (json_object_size(header) != 3 || alg == NULL || typ == NULL
        || kid == NULL || strcmp(typ, "JWT") != 0
        || !ngx_commerce_jwt_kid_valid(kid, strlen(kid)))
    {
        return NGX_COMMERCE_JWT_HEADER;
    }

    id = alg_of(alg);
    if (id == NGX_COMMERCE_JWT_NONE) {
        return NGX_COMMERCE_JWT_HEADER;
    }

    *key = ngx_commerce_jwt_keys_find(keys, kid, id);

    return (*key != NULL) ? NGX_COMMERCE_JWT_OK
                          : NGX_COMMERCE_JWT_UNKNOWN_KEY;
}


static ngx_commerce_jwt_alg_t
alg_of(const char *name)
{
    if (strcmp(name, "ES256") == 0) {
        return NGX_COMMERCE_JWT_ES256;
    }

    if (strcmp(name, "RS256") == 0) {
        return NGX_COMMERCE_JWT_RS256;
    }

    if (strcmp(name, "HS256") == 0) {
        return NGX_COMMERCE_JWT_HS256;
    }

    return NGX_COMMERCE_JWT_NONE;
}


static ngx_commerce_jwt_rc_t
check_signature(const ngx_commerce_jwt_key_t *key, const char *token,
    size_t len, const parts_t *parts, const unsigned char *signature,
    size_t n)
{
    int  rc;

    if (key->alg == NGX_COMMERCE_JWT_HS256) {
        rc = check_hmac(key, token, len);

    } else {
        rc = ngx_commerce_jwt_pkey_verify(key, token,
                                          parts->signature - token - 1,
                                          signature, n);
    }

    if (rc != 0) {

        /* nginx would log what is left in the queue as its own */

        ERR_clear_error();

        return NGX_COMMERCE_JWT_SIGNATURE;
    }

    return NGX_COMMERCE_JWT_OK;
}


static int
check_hmac(const ngx_commerce_jwt_key_t *key, const char *token, size_t len)
{
    int     rc;
    char    copy[NGX_COMMERCE_JWT_MAX_LEN + 1];
    jwt_t  *jwt;

    memcpy(copy, token, len);
    copy[len] = '\0';

    jwt = NULL;

    rc = jwt_decode(&jwt, copy, (const unsigned char *) key->secret,
                    (int) key->secret_len);

    if (rc == 0 && jwt_get_alg(jwt) != JWT_ALG_HS256) {
        rc = -1;
    }

    jwt_free(jwt);

    return rc;
}


static char *
sign_hmac(const ngx_commerce_jwt_key_t *key, const char *claims)
{
    char   *token;
    jwt_t  *jwt;

    if (jwt_new(&jwt) != 0) {
        return NULL;
    }

    token = NULL;

    if (jwt_add_grants_json(jwt, claims) == 0
        && jwt_add_header(jwt, "kid", key->kid) == 0
        && jwt_set_alg(jwt, JWT_ALG_HS256,
                       (const unsigned char *) key->secret,
                       (int) key->secret_len) == 0)
    {
        token = jwt_encode_str(jwt);
    }

    jwt_free(jwt);

    return token;
}


static char *
sign_pkey(const ngx_commerce_jwt_key_t *key, const char *claims, size_t len)
{
    int             n;
    char           *token, *p;
    char            header[64 + NGX_COMMERCE_JWT_KID_MAX];
    unsigned char   signature[NGX_COMMERCE_JWT_SIGNATURE_MAX];

    n = snprintf(header, sizeof(header),
                 "{\"alg\":\"%s\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
                 (key->alg == NGX_COMMERCE_JWT_RS256) ? "RS256" : "ES256",
                 key->kid);

    token = malloc(NGX_COMMERCE_B64URL_ENCODED(n)
                   + NGX_COMMERCE_B64URL_ENCODED(len)
                   + NGX_COMMERCE_B64URL_ENCODED(sizeof(signature)) + 3);
    if (token == NULL) {
        return NULL;
    }

    p = token;
    p += ngx_commerce_b64url_encode(p, (unsigned char *) header, n);
    *p++ = '.';
    p += ngx_commerce_b64url_encode(p, (const unsigned char *) claims, len);

    n = ngx_commerce_jwt_pkey_sign(key, token, p - token, signature);
    if (n <= 0) {
        free(token);
        return NULL;
    }

    *p++ = '.';
    p += ngx_commerce_b64url_encode(p, signature, n);
    *p = '\0';

    return token;
}
