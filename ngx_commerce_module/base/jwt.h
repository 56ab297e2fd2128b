
/*
 * Access tokens: a key set, strict verification, signing and JWKS.
 *
 * Owned by the configuration (key sets) and by the caller (claims).  What a
 * token may look like is decided here, before and after its signature,
 * because libjwt 1.10 accepts much more than RFC 8725 allows.
 *
 * A key set is built in the master while the configuration is read and is
 * const afterwards: verify, sign and jwks may then run in any thread, provided
 * that json_object_seed() was called once before threads started.
 */

#ifndef NGX_COMMERCE_JWT_H
#define NGX_COMMERCE_JWT_H


#include <stddef.h>
#include <stdint.h>


#define NGX_COMMERCE_JWT_MAX_LEN   4096
#define NGX_COMMERCE_JWT_MAX_LIST  64
#define NGX_COMMERCE_JWT_ERR_LEN   256


typedef struct ngx_commerce_jwt_keys_s  ngx_commerce_jwt_keys_t;


typedef enum {
    NGX_COMMERCE_JWT_OK = 0,
    NGX_COMMERCE_JWT_MALFORMED,
    NGX_COMMERCE_JWT_HEADER,
    NGX_COMMERCE_JWT_UNKNOWN_KEY,
    NGX_COMMERCE_JWT_SIGNATURE,
    NGX_COMMERCE_JWT_CLAIMS,
    NGX_COMMERCE_JWT_ISSUER,
    NGX_COMMERCE_JWT_AUDIENCE,
    NGX_COMMERCE_JWT_NOT_YET,
    NGX_COMMERCE_JWT_EXPIRED,
    NGX_COMMERCE_JWT_NO_MEMORY
} ngx_commerce_jwt_rc_t;


typedef enum {
    NGX_COMMERCE_JWT_NONE = 0,
    NGX_COMMERCE_JWT_HS256,
    NGX_COMMERCE_JWT_RS256,
    NGX_COMMERCE_JWT_ES256
} ngx_commerce_jwt_alg_t;


/* What a token must say; seconds; iss and aud are never NULL. */

typedef struct {
    const char  *iss;
    const char  *aud;
    int64_t      leeway;        /* clock difference that is forgiven */
    int64_t      max_life;      /* largest exp - iat, e.g. 900 */
} ngx_commerce_jwt_policy_t;


/*
 * The claims of a verified token, one malloc'd block: free() frees it all.
 * Strings end with NUL and hold none inside; sub and sid are UUIDs; name and
 * email are NULL when the token has none.  principal is the JSON text that
 * SQL functions get: {"sub", "sid", "roles": [], "scopes": [], "name",
 * "email"}.
 */

typedef struct {
    const char   *sub;
    const char   *sid;
    const char   *jti;
    const char   *name;
    const char   *email;

    const char  **roles;
    const char  **scopes;
    unsigned      nroles;
    unsigned      nscopes;

    int64_t       iat;
    int64_t       exp;

    const char   *principal;
    size_t        principal_len;
} ngx_commerce_jwt_claims_t;


/*
 * An empty key set, or NULL when memory is out.  The caller destroys it
 * (secrets are wiped); NULL is allowed there.
 */

ngx_commerce_jwt_keys_t *ngx_commerce_jwt_keys_create(void);
void ngx_commerce_jwt_keys_destroy(ngx_commerce_jwt_keys_t *keys);


/*
 * Adds a key.  kid is [A-Za-z0-9_-]{1,64} and new.  For RS256 and ES256 the
 * text is a PEM private key (signs and verifies) or public key (verifies
 * only): RSA of 2048 bits or more, EC on P-256.  For HS256 it is the secret,
 * 32 bytes or more.  With NGX_COMMERCE_JWT_NONE the algorithm follows from
 * the PEM.  The last key added that can sign becomes the active one.
 *
 * Returns 0, or -1 with a reason (no key material) in err.
 */

int ngx_commerce_jwt_keys_add(ngx_commerce_jwt_keys_t *keys, const char *kid,
    ngx_commerce_jwt_alg_t alg, const char *text, size_t len,
    char err[NGX_COMMERCE_JWT_ERR_LEN]);


/*
 * Adds the key in a file; the kid is the file's name without its suffix.
 * NAME.pem is a PEM key, NAME.secret an HS256 secret (a last newline is not
 * part of it).  Reads with blocking calls: configuration time only.
 */

int ngx_commerce_jwt_keys_add_file(ngx_commerce_jwt_keys_t *keys,
    const char *path, char err[NGX_COMMERCE_JWT_ERR_LEN]);


/* Makes kid the key that signs; -1 if it is unknown or cannot sign. */

int ngx_commerce_jwt_keys_activate(ngx_commerce_jwt_keys_t *keys,
    const char *kid);


/* The kid that signs, or NULL if no key can. */

const char *ngx_commerce_jwt_keys_active(const ngx_commerce_jwt_keys_t *keys);


/*
 * Verifies a token (RFC 7515, 7519; RFC 8725 for the refusals) at the time
 * now, seconds since the epoch.  On NGX_COMMERCE_JWT_OK *claims is set and
 * the caller frees it; otherwise *claims is NULL.  Burns 15 to 150
 * microseconds of CPU: callers cache verdicts by the whole token.
 */

ngx_commerce_jwt_rc_t ngx_commerce_jwt_verify(
    const ngx_commerce_jwt_keys_t *keys, const char *token, size_t len,
    int64_t now, const ngx_commerce_jwt_policy_t *policy,
    ngx_commerce_jwt_claims_t **claims);


/* A short text for the error log; never NULL. */

const char *ngx_commerce_jwt_strerror(ngx_commerce_jwt_rc_t rc);


/*
 * Signs the JSON object in claims with the active key and sets *token to a
 * malloc'd string that the caller frees.  Returns 0, or -1 when no key can
 * sign, claims is not an object or the token would exceed 4 KiB.
 */

int ngx_commerce_jwt_sign(const ngx_commerce_jwt_keys_t *keys,
    const char *claims, size_t len, char **token);


/*
 * The JWK Set (RFC 7517) of the public asymmetric keys as malloc'd JSON text
 * that the caller frees; HMAC secrets are never in it.  NULL when memory is
 * out.
 */

char *ngx_commerce_jwt_jwks(const ngx_commerce_jwt_keys_t *keys);


#endif /* NGX_COMMERCE_JWT_H */
