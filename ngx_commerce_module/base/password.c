
/*
 * Passwords: argon2id in the PHC string format; see password.h.
 *
 * Stateless: each call owns its memory, so any number of threads may call.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <argon2.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "password.h"


#define COST_FACTOR  4


static void dummy(const char *password, size_t len);
static int affordable(const char *hash);
static int parameters(char *text, size_t size);


int
ngx_commerce_password_hash(const char *password, size_t len,
    char hash[NGX_COMMERCE_PASSWORD_HASH_LEN])
{
    int            rc;
    unsigned char  salt[NGX_COMMERCE_PASSWORD_SALT];

    if (len > NGX_COMMERCE_PASSWORD_MAX_LEN
        || RAND_bytes(salt, sizeof(salt)) != 1)
    {
        return -1;
    }

    rc = argon2id_hash_encoded(NGX_COMMERCE_PASSWORD_TIME,
                               NGX_COMMERCE_PASSWORD_MEMORY,
                               NGX_COMMERCE_PASSWORD_LANES,
                               password, len, salt, sizeof(salt),
                               NGX_COMMERCE_PASSWORD_TAG, hash,
                               NGX_COMMERCE_PASSWORD_HASH_LEN);

    return (rc == ARGON2_OK) ? 0 : -1;
}


int
ngx_commerce_password_verify(const char *hash, const char *password,
    size_t len)
{
    int  rc;

    if (hash == NULL || len > NGX_COMMERCE_PASSWORD_MAX_LEN) {
        dummy(password, len);
        return 0;
    }

    if (!affordable(hash)) {
        dummy(password, len);
        return -1;
    }

    rc = argon2id_verify(hash, password, len);

    if (rc == ARGON2_OK) {
        return 1;
    }

    return (rc == ARGON2_VERIFY_MISMATCH) ? 0 : -1;
}


int
ngx_commerce_password_needs_rehash(const char *hash)
{
    int   n;
    char  ours[64];

    n = parameters(ours, sizeof(ours));

    return strncmp(hash, ours, n) != 0;
}


const char *
ngx_commerce_password_code(ngx_commerce_password_policy_t rc)
{
    switch (rc) {

    case NGX_COMMERCE_PASSWORD_GOOD:
        return NULL;

    case NGX_COMMERCE_PASSWORD_TOO_SHORT:
        return "password_too_short";

    case NGX_COMMERCE_PASSWORD_TOO_LONG:
        return "password_too_long";

    case NGX_COMMERCE_PASSWORD_IS_EMAIL:
        return "password_is_email";

    case NGX_COMMERCE_PASSWORD_COMMON:
        break;
    }

    return "password_too_common";
}


/* The work of a verification, for answers that must cost the same. */

static void
dummy(const char *password, size_t len)
{
    unsigned char                      tag[NGX_COMMERCE_PASSWORD_TAG];
    static const unsigned char         salt[NGX_COMMERCE_PASSWORD_SALT];

    if (len > NGX_COMMERCE_PASSWORD_MAX_LEN) {
        len = NGX_COMMERCE_PASSWORD_MAX_LEN;
    }

    (void) argon2id_hash_raw(NGX_COMMERCE_PASSWORD_TIME,
                             NGX_COMMERCE_PASSWORD_MEMORY,
                             NGX_COMMERCE_PASSWORD_LANES, password, len,
                             salt, sizeof(salt), tag, sizeof(tag));

    OPENSSL_cleanse(tag, sizeof(tag));
}


/*
 * The cost of a verification is in the string: a changed row of the database
 * must not be able to take all memory.
 */

static int
affordable(const char *hash)
{
    int       n;
    unsigned  m, t, p;

    n = 0;

    if (strlen(hash) >= NGX_COMMERCE_PASSWORD_HASH_LEN
        || sscanf(hash, "$argon2id$v=19$m=%9u,t=%9u,p=%9u$%n", &m, &t, &p,
                  &n) != 3
        || n == 0)
    {
        return 0;
    }

    return m <= NGX_COMMERCE_PASSWORD_MEMORY * COST_FACTOR
           && t <= NGX_COMMERCE_PASSWORD_TIME * COST_FACTOR
           && p <= NGX_COMMERCE_PASSWORD_LANES * COST_FACTOR;
}


static int
parameters(char *text, size_t size)
{
    return snprintf(text, size, "$argon2id$v=%d$m=%d,t=%d,p=%d$",
                    ARGON2_VERSION_13, NGX_COMMERCE_PASSWORD_MEMORY,
                    NGX_COMMERCE_PASSWORD_TIME, NGX_COMMERCE_PASSWORD_LANES);
}
