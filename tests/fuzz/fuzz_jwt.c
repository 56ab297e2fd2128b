
/*
 * Header and claims of tokens.  The first byte chooses: the whole token, or
 * the header and the claims (separated by a newline) inside a token that is
 * signed rightly, so that the fuzzer gets past the signature.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "b64url.h"
#include "jwt.h"


#define SECRET  "0123456789abcdef0123456789abcdef"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static const ngx_commerce_jwt_policy_t  policy = { "shop", "api", 60, 900 };


static size_t
sign(char *token, const uint8_t *data, size_t size)
{
    char           *p;
    size_t          n;
    unsigned        len;
    const uint8_t  *eol;
    unsigned char   mac[32];

    eol = memchr(data, '\n', size);
    n = (eol != NULL) ? (size_t) (eol - data) : size;

    p = token + ngx_commerce_b64url_encode(token, data, n);
    *p++ = '.';

    if (eol != NULL) {
        p += ngx_commerce_b64url_encode(p, eol + 1, size - n - 1);
    }

    HMAC(EVP_sha256(), SECRET, sizeof(SECRET) - 1,
         (const unsigned char *) token, p - token, mac, &len);

    *p++ = '.';
    p += ngx_commerce_b64url_encode(p, mac, len);

    return p - token;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                            err[NGX_COMMERCE_JWT_ERR_LEN];
    char                           *token;
    size_t                          len;
    ngx_commerce_jwt_rc_t           rc;
    ngx_commerce_jwt_claims_t      *claims;
    static ngx_commerce_jwt_keys_t *keys;

    if (keys == NULL) {
        keys = ngx_commerce_jwt_keys_create();

        if (ngx_commerce_jwt_keys_add(keys, "h1", NGX_COMMERCE_JWT_HS256,
                                      SECRET, sizeof(SECRET) - 1, err) != 0)
        {
            abort();
        }
    }

    if (size == 0) {
        return 0;
    }

    token = malloc(size * 2 + 64);

    if (data[0] == 's') {
        len = sign(token, data + 1, size - 1);

    } else {
        len = size - 1;
        memcpy(token, data + 1, len);
    }

    rc = ngx_commerce_jwt_verify(keys, token, len, 1800000000, &policy,
                                 &claims);

    if ((rc == NGX_COMMERCE_JWT_OK) != (claims != NULL)
        || (claims != NULL
            && (claims->exp <= 1800000000 - 60
                || claims->sub[0] == '\0'
                || strlen(claims->principal) != claims->principal_len)))
    {
        abort();
    }

    free(claims);
    free(token);

    return 0;
}
