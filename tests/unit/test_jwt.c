
/*
 * Access tokens: what verifies and, mostly, what does not.
 *
 * Tokens are forged by hand with OpenSSL, so that libjwt does not sit on both
 * sides of a check.
 */

#include <openssl/err.h>
#include <openssl/hmac.h>

#include "jwt_fixture.h"


#define NOW     1800000000

#define HEADER  "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"h1\"}"
#define SUB  "0190163d-8694-739b-aea5-966c26f8ad91"
#define SID  "0190163D-8694-739B-AEA5-966C26F8AD92"

#define CLAIMS  "{\"iss\":\"shop\",\"aud\":\"api\","                          \
                "\"sub\":\"" SUB "\","                                       \
                "\"sid\":\"" SID "\",\"jti\":\"j1\",\"iat\":1799999990,"     \
                "\"exp\":1800000590,\"scope\":\"shop orders:read\","          \
                "\"roles\":[\"customer\"],\"name\":\"Zo\xc3\xa9\","           \
                "\"email\":\"zoe@example.com\"}"


static const ngx_commerce_jwt_policy_t  policy = { "shop", "api", 60, 900 };

/* header.payload signed with HMAC SHA-256 under any secret. */

static char *
forge(const char *header, const char *payload, const char *secret,
    size_t secret_len)
{
    char          *token, *p;
    size_t         size;
    unsigned       n;
    unsigned char  mac[32];

    size = (strlen(header) + strlen(payload)) * 2 + 128;
    token = malloc(size);

    p = token;
    p += ngx_commerce_b64url_encode(p, (const unsigned char *) header,
                                    strlen(header));
    *p++ = '.';
    p += ngx_commerce_b64url_encode(p, (const unsigned char *) payload,
                                    strlen(payload));

    HMAC(EVP_sha256(), secret, (int) secret_len,
         (const unsigned char *) token, p - token, mac, &n);

    *p++ = '.';
    p += ngx_commerce_b64url_encode(p, mac, n);
    *p = '\0';

    return token;
}


static ngx_commerce_jwt_rc_t
verify(const ngx_commerce_jwt_keys_t *keys, const char *token, size_t len)
{
    ngx_commerce_jwt_rc_t       rc;
    ngx_commerce_jwt_claims_t  *claims;

    rc = ngx_commerce_jwt_verify(keys, token, len, NOW, &policy, &claims);

    assert_true((rc == NGX_COMMERCE_JWT_OK) == (claims != NULL));
    assert_int_equal(ERR_peek_error(), 0);

    free(claims);

    return rc;
}


/* The verdict on a header and claims that we sign ourselves. */

static ngx_commerce_jwt_rc_t
verdict(const char *header, const char *payload)
{
    char                     *token;
    ngx_commerce_jwt_rc_t     rc;
    ngx_commerce_jwt_keys_t  *keys;

    keys = key_set();
    token = forge(header, payload, SECRET, strlen(SECRET));
    rc = verify(keys, token, strlen(token));

    free(token);
    ngx_commerce_jwt_keys_destroy(keys);

    return rc;
}


/* CLAIMS with one piece of text replaced. */

static ngx_commerce_jwt_rc_t
claims_with(const char *old, const char *new)
{
    char                    buf[4096];
    const char             *p;

    p = strstr(CLAIMS, old);
    assert_non_null(p);

    snprintf(buf, sizeof(buf), "%.*s%s%s", (int) (p - CLAIMS), CLAIMS, new,
             p + strlen(old));

    return verdict(HEADER, buf);
}


static void
test_claims(void **state)
{
    char                       *token;
    ngx_commerce_jwt_keys_t    *keys;
    ngx_commerce_jwt_claims_t  *c;

    keys = key_set();
    token = forge(HEADER, CLAIMS, SECRET, strlen(SECRET));

    assert_int_equal(ngx_commerce_jwt_verify(keys, token, strlen(token), NOW,
                                             &policy, &c),
                     NGX_COMMERCE_JWT_OK);

    assert_string_equal(c->sub, SUB);
    assert_string_equal(c->sid, SID);
    assert_string_equal(c->jti, "j1");
    assert_string_equal(c->name, "Zo\xc3\xa9");
    assert_string_equal(c->email, "zoe@example.com");
    assert_int_equal(c->nroles, 1);
    assert_string_equal(c->roles[0], "customer");
    assert_int_equal(c->nscopes, 2);
    assert_string_equal(c->scopes[0], "shop");
    assert_string_equal(c->scopes[1], "orders:read");
    assert_int_equal(c->iat, NOW - 10);
    assert_int_equal(c->exp, NOW + 590);
    assert_int_equal(c->principal_len, strlen(c->principal));
    assert_string_equal(c->principal,
        "{\"sub\":\"" SUB "\",\"sid\":\"" SID "\",\"roles\":[\"customer\"],"
        "\"scopes\":[\"shop\",\"orders:read\"],\"name\":\"Zo\xc3\xa9\","
        "\"email\":\"zoe@example.com\"}");

    free(c);
    free(token);
    ngx_commerce_jwt_keys_destroy(keys);
}


static void
test_optional_claims(void **state)
{
    assert_int_equal(claims_with(",\"email\":\"zoe@example.com\"", ""),
                     NGX_COMMERCE_JWT_OK);
    assert_int_equal(claims_with("\"roles\":[\"customer\"],", ""),
                     NGX_COMMERCE_JWT_OK);
    assert_int_equal(claims_with("\"scope\":\"shop orders:read\",", ""),
                     NGX_COMMERCE_JWT_OK);
    assert_int_equal(claims_with("\"aud\":\"api\"",
                                 "\"aud\":[\"other\",\"api\"]"),
                     NGX_COMMERCE_JWT_OK);
}


static void
test_required_claims(void **state)
{
    static const char *const  required[] = {
        "\"sub\":\"" SUB "\",", "\"sid\":\"" SID "\",", "\"jti\":\"j1\",",
        "\"iat\":1799999990,", "\"exp\":1800000590,"
    };
    size_t  i;

    for (i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
        assert_int_equal(claims_with(required[i], ""),
                         NGX_COMMERCE_JWT_CLAIMS);
    }

    assert_int_equal(claims_with("\"iss\":\"shop\",", ""),
                     NGX_COMMERCE_JWT_ISSUER);
    assert_int_equal(claims_with("\"aud\":\"api\",", ""),
                     NGX_COMMERCE_JWT_AUDIENCE);
    assert_int_equal(claims_with("\"iss\":\"shop\"", "\"iss\":\"shop2\""),
                     NGX_COMMERCE_JWT_ISSUER);
    assert_int_equal(claims_with("\"aud\":\"api\"", "\"aud\":[\"b\",7]"),
                     NGX_COMMERCE_JWT_AUDIENCE);
}


static void
test_types_of_claims(void **state)
{
    static const char *const  wrong[] = {
        "1800000590.0", "1.8e9", "\"1800000590\"", "null", "true", "[]",
        "-1", "0", "99999999999999999"
    };
    size_t  i;
    char    text[64];

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        snprintf(text, sizeof(text), "\"exp\":%s", wrong[i]);
        assert_int_equal(claims_with("\"exp\":1800000590", text),
                         NGX_COMMERCE_JWT_CLAIMS);
    }

    assert_int_equal(claims_with("\"iat\":1799999990", "\"iat\":1.7e9"),
                     NGX_COMMERCE_JWT_CLAIMS);
    assert_int_equal(claims_with("\"jti\":\"j1\"",
                                 "\"jti\":\"j1\",\"nbf\":1.7e9"),
                     NGX_COMMERCE_JWT_CLAIMS);
    assert_int_equal(claims_with("\"sub\":\"" SUB "\"", "\"sub\":7"),
                     NGX_COMMERCE_JWT_CLAIMS);
    assert_int_equal(claims_with("\"sub\":\"" SUB "\"", "\"sub\":\"\""),
                     NGX_COMMERCE_JWT_CLAIMS);
    assert_int_equal(claims_with(SUB, "0190163d-8694-739b-aea5-966c26f8ad9"),
                     NGX_COMMERCE_JWT_CLAIMS);
    assert_int_equal(claims_with(SUB, "0190163d-8694-739b-aea5-966c26f8ad9g"),
                     NGX_COMMERCE_JWT_CLAIMS);
    assert_int_equal(claims_with(SID, "0190163d08694-739b-aea5-966c26f8ad92"),
                     NGX_COMMERCE_JWT_CLAIMS);
    assert_int_equal(claims_with("[\"customer\"]", "\"customer\""),
                     NGX_COMMERCE_JWT_CLAIMS);
    assert_int_equal(claims_with("[\"customer\"]", "[{}]"),
                     NGX_COMMERCE_JWT_CLAIMS);
    assert_int_equal(claims_with("\"shop orders:read\"", "[\"shop\"]"),
                     NGX_COMMERCE_JWT_CLAIMS);
    assert_int_equal(claims_with("shop orders:read", "shop  orders:read"),
                     NGX_COMMERCE_JWT_CLAIMS);
    assert_int_equal(claims_with("\"name\":\"Zo\xc3\xa9\"", "\"name\":1"),
                     NGX_COMMERCE_JWT_CLAIMS);
}


static void
test_times(void **state)
{
    assert_int_equal(claims_with("\"iat\":1799999990,\"exp\":1800000590",
                                 "\"iat\":1799999400,\"exp\":1799999941"),
                     NGX_COMMERCE_JWT_OK);
    assert_int_equal(claims_with("\"iat\":1799999990,\"exp\":1800000590",
                                 "\"iat\":1799999400,\"exp\":1799999940"),
                     NGX_COMMERCE_JWT_EXPIRED);
    assert_int_equal(claims_with("\"iat\":1799999990", "\"iat\":1800000060"),
                     NGX_COMMERCE_JWT_OK);
    assert_int_equal(claims_with("\"iat\":1799999990", "\"iat\":1800000061"),
                     NGX_COMMERCE_JWT_NOT_YET);
    assert_int_equal(claims_with("\"jti\":\"j1\"",
                                 "\"jti\":\"j1\",\"nbf\":1800000061"),
                     NGX_COMMERCE_JWT_NOT_YET);
    assert_int_equal(claims_with("\"exp\":1800000590", "\"exp\":1800000890"),
                     NGX_COMMERCE_JWT_OK);
    assert_int_equal(claims_with("\"exp\":1800000590", "\"exp\":1800000891"),
                     NGX_COMMERCE_JWT_CLAIMS);
    assert_int_equal(claims_with("\"exp\":1800000590", "\"exp\":1799999990"),
                     NGX_COMMERCE_JWT_CLAIMS);
}


static void
test_headers(void **state)
{
    static const char *const  refused[] = {
        "{\"alg\":\"none\",\"typ\":\"JWT\",\"kid\":\"h1\"}",
        "{\"alg\":\"None\",\"typ\":\"JWT\",\"kid\":\"h1\"}",
        "{\"alg\":\"hs256\",\"typ\":\"JWT\",\"kid\":\"h1\"}",
        "{\"alg\":\"HS512\",\"typ\":\"JWT\",\"kid\":\"h1\"}",
        "{\"alg\":\"HS256\",\"typ\":\"jwt\",\"kid\":\"h1\"}",
        "{\"alg\":\"HS256\",\"kid\":\"h1\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":1}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"../h1\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"h1\",\"crit\":[]}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"h1\",\"b64\":false}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"h1\",\"jku\":\"x\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"h1\",\"x5u\":\"x\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"h1\",\"jwk\":{}}"
    };
    size_t  i;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        assert_int_equal(verdict(refused[i], CLAIMS),
                         NGX_COMMERCE_JWT_HEADER);
    }

    assert_int_equal(verdict(HEADER, CLAIMS), NGX_COMMERCE_JWT_OK);
    assert_int_equal(verdict("{\"alg\":\"HS256\",\"typ\":\"JWT\","
                             "\"kid\":\"h2\"}", CLAIMS),
                     NGX_COMMERCE_JWT_UNKNOWN_KEY);
    assert_int_equal(verdict("{\"alg\":\"none\",\"alg\":\"HS256\","
                             "\"typ\":\"JWT\",\"kid\":\"h1\"}", CLAIMS),
                     NGX_COMMERCE_JWT_MALFORMED);
    assert_int_equal(verdict("[\"alg\"]", CLAIMS),
                     NGX_COMMERCE_JWT_MALFORMED);
    /* libjwt may be the first to say no here */

    assert_int_not_equal(claims_with("\"sub\":\"" SUB "\"",
                                     "\"sub\":\"" SUB "\",\"sub\":1"),
                         NGX_COMMERCE_JWT_OK);
    assert_int_not_equal(claims_with("\"sub\":\"" SUB "\"",
                                     "\"sub\":\"u\\u0000\""),
                         NGX_COMMERCE_JWT_OK);
}


/* The public key is public: it must not work as an HMAC secret. */

static void
test_public_key_as_secret(void **state)
{
    char                     *token;
    ngx_commerce_jwt_keys_t  *keys;

    keys = key_set();

    token = forge("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"r1\"}",
                  CLAIMS, rsa_pub, strlen(rsa_pub));
    assert_int_equal(verify(keys, token, strlen(token)),
                     NGX_COMMERCE_JWT_UNKNOWN_KEY);
    free(token);

    token = forge("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"r1\"}",
                  CLAIMS, rsa_pub, strlen(rsa_pub));
    assert_int_equal(verify(keys, token, strlen(token)),
                     NGX_COMMERCE_JWT_SIGNATURE);
    free(token);

    token = forge("{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"r1\"}",
                  CLAIMS, rsa_pub, strlen(rsa_pub));
    assert_int_equal(verify(keys, token, strlen(token)),
                     NGX_COMMERCE_JWT_UNKNOWN_KEY);
    free(token);

    ngx_commerce_jwt_keys_destroy(keys);
}


static void
test_shape(void **state)
{
    char                      big[NGX_COMMERCE_JWT_MAX_LEN + 2];
    char                     *token, buf[2048];
    size_t                    n;
    ngx_commerce_jwt_keys_t  *keys;

    keys = key_set();
    token = forge(HEADER, CLAIMS, SECRET, strlen(SECRET));
    n = strlen(token);

    assert_int_equal(verify(keys, "", 0), NGX_COMMERCE_JWT_MALFORMED);
    assert_int_equal(verify(keys, "..", 2), NGX_COMMERCE_JWT_MALFORMED);
    assert_int_equal(verify(keys, token, n - 44),
                     NGX_COMMERCE_JWT_MALFORMED);
    assert_int_equal(verify(keys, token, n - 43),
                     NGX_COMMERCE_JWT_MALFORMED);

    snprintf(buf, sizeof(buf), "%s.x", token);
    assert_int_equal(verify(keys, buf, strlen(buf)),
                     NGX_COMMERCE_JWT_MALFORMED);

    snprintf(buf, sizeof(buf), "%s=", token);
    assert_int_equal(verify(keys, buf, strlen(buf)),
                     NGX_COMMERCE_JWT_MALFORMED);

    snprintf(buf, sizeof(buf), "%s ", token);
    assert_int_equal(verify(keys, buf, strlen(buf)),
                     NGX_COMMERCE_JWT_MALFORMED);

    memset(big, 'A', sizeof(big));
    assert_int_equal(verify(keys, big, sizeof(big)),
                     NGX_COMMERCE_JWT_MALFORMED);

    free(token);
    ngx_commerce_jwt_keys_destroy(keys);
}


/* Each character of each kind of signature, and two texts of one value. */

static void
test_flipped_signature(void **state)
{
    static const char *const  kids[] = { "h1", "r1", "e1" };
    char                      old, *p, *token;
    size_t                    i, n;
    ngx_commerce_jwt_keys_t  *keys;

    keys = key_set();

    for (i = 0; i < 3; i++) {
        assert_int_equal(ngx_commerce_jwt_keys_activate(keys, kids[i]), 0);
        assert_int_equal(ngx_commerce_jwt_sign(keys, CLAIMS, strlen(CLAIMS),
                                               &token), 0);
        n = strlen(token);
        assert_int_equal(verify(keys, token, n), NGX_COMMERCE_JWT_OK);

        for (p = strrchr(token, '.') + 1; *p != '\0'; p++) {
            old = *p;
            *p = (old == 'A') ? 'B' : 'A';
            assert_int_not_equal(verify(keys, token, n),
                                 NGX_COMMERCE_JWT_OK);
            *p = (old == '_') ? '-' : '_';
            assert_int_not_equal(verify(keys, token, n),
                                 NGX_COMMERCE_JWT_OK);
            *p = old;
        }

        p = strchr(token, '.') + 5;
        *p ^= 1;
        assert_int_not_equal(verify(keys, token, n), NGX_COMMERCE_JWT_OK);

        free(token);
    }

    ngx_commerce_jwt_keys_destroy(keys);
}


static void
test_sign(void **state)
{
    char                      err[NGX_COMMERCE_JWT_ERR_LEN], *token, *big;
    ngx_commerce_jwt_keys_t  *keys, *public;

    keys = key_set();
    assert_string_equal(ngx_commerce_jwt_keys_active(keys), "e1");
    assert_int_equal(ngx_commerce_jwt_sign(keys, CLAIMS, strlen(CLAIMS),
                                           &token), 0);

    /* a service that has only the public key */

    public = ngx_commerce_jwt_keys_create();
    assert_int_equal(ngx_commerce_jwt_keys_add(public, "e1",
                         NGX_COMMERCE_JWT_ES256, ec_pub, strlen(ec_pub),
                         err), 0);
    assert_int_equal(verify(public, token, strlen(token)),
                     NGX_COMMERCE_JWT_OK);
    free(token);

    assert_null(ngx_commerce_jwt_keys_active(public));
    assert_int_equal(ngx_commerce_jwt_keys_activate(public, "e1"), -1);
    assert_int_equal(ngx_commerce_jwt_sign(public, CLAIMS, strlen(CLAIMS),
                                           &token), -1);
    assert_null(token);

    assert_int_equal(ngx_commerce_jwt_sign(keys, "[]", 2, &token), -1);

    big = malloc(4096);
    memset(big, ' ', 4096);
    memcpy(big, "{\"a\":\"", 6);
    memset(big + 6, 'x', 3056);
    memcpy(big + 3062, "\"}", 2);
    assert_int_equal(ngx_commerce_jwt_sign(keys, big, 3064, &token), -1);
    free(big);

    ngx_commerce_jwt_keys_destroy(public);
    ngx_commerce_jwt_keys_destroy(keys);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_optional_claims),
        cmocka_unit_test(test_required_claims),
        cmocka_unit_test(test_types_of_claims),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_public_key_as_secret),
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_flipped_signature),
        cmocka_unit_test(test_sign),
    };

    return cmocka_run_group_tests(tests, make_pems, NULL);
}
