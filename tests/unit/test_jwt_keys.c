/*
 * Key sets: what is no key, what the JWKS shows, and base64url.
 */

#include "jwt_fixture.h"


static void
test_keys_refused(void **state)
{
    char                      err[NGX_COMMERCE_JWT_ERR_LEN];
    char                      weak[4096], pub[2048];
    EVP_PKEY                 *pkey;
    ngx_commerce_jwt_keys_t  *keys;

    keys = key_set();

    assert_int_equal(ngx_commerce_jwt_keys_add(keys, "h1",
                         NGX_COMMERCE_JWT_NONE, ec_pem, strlen(ec_pem),
                         err), -1);
    assert_non_null(strstr(err, "already used"));

    assert_int_equal(ngx_commerce_jwt_keys_add(keys, "a/b",
                         NGX_COMMERCE_JWT_NONE, ec_pem, strlen(ec_pem),
                         err), -1);
    assert_int_equal(ngx_commerce_jwt_keys_add(keys, "x",
                         NGX_COMMERCE_JWT_RS256, ec_pem, strlen(ec_pem),
                         err), -1);
    assert_int_equal(ngx_commerce_jwt_keys_add(keys, "x",
                         NGX_COMMERCE_JWT_HS256, "short", 5, err), -1);
    assert_int_equal(ngx_commerce_jwt_keys_add(keys, "x",
                         NGX_COMMERCE_JWT_NONE, "nonsense", 8, err), -1);

    pkey = EVP_RSA_gen(1024);
    pem_of(pkey, weak, pub);
    EVP_PKEY_free(pkey);
    assert_int_equal(ngx_commerce_jwt_keys_add(keys, "x",
                         NGX_COMMERCE_JWT_NONE, weak, strlen(weak), err), -1);
    assert_non_null(strstr(err, "1024"));

    pkey = EVP_EC_gen("P-384");
    pem_of(pkey, weak, pub);
    EVP_PKEY_free(pkey);
    assert_int_equal(ngx_commerce_jwt_keys_add(keys, "x",
                         NGX_COMMERCE_JWT_NONE, weak, strlen(weak), err), -1);

    assert_int_equal(ngx_commerce_jwt_keys_add_file(keys, "/nowhere/k.pem",
                                                    err), -1);
    assert_int_equal(ngx_commerce_jwt_keys_add_file(keys, "/nowhere/k.txt",
                                                    err), -1);

    ngx_commerce_jwt_keys_destroy(keys);
    ngx_commerce_jwt_keys_destroy(NULL);
}


static void
test_jwks(void **state)
{
    char                     *text;
    ngx_commerce_jwt_keys_t  *keys;

    keys = key_set();
    text = ngx_commerce_jwt_jwks(keys);

    assert_non_null(strstr(text, "\"kty\":\"RSA\""));
    assert_non_null(strstr(text, "\"e\":\"AQAB\""));
    assert_non_null(strstr(text, "\"kid\":\"e1\""));
    assert_non_null(strstr(text, "\"crv\":\"P-256\""));
    assert_null(strstr(text, "\"h1\""));
    assert_null(strstr(text, "\"d\""));
    free(text);

    ngx_commerce_jwt_keys_destroy(keys);

    keys = ngx_commerce_jwt_keys_create();
    text = ngx_commerce_jwt_jwks(keys);
    assert_string_equal(text, "{\"keys\":[]}");
    free(text);
    ngx_commerce_jwt_keys_destroy(keys);
}


static void
test_base64url(void **state)
{
    char           text[16];
    size_t         i;
    unsigned char  bytes[16];

    static const char *const  refused[] = {
        "A", "AB", "AAB", "AA=", "AA==", "A+AA", "A/AA", "AA A", "AAAAA"
    };

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        assert_int_equal(ngx_commerce_b64url_decode(bytes, refused[i],
                                                    strlen(refused[i])), -1);
    }

    assert_int_equal(ngx_commerce_b64url_decode(bytes, "", 0), 0);
    assert_int_equal(ngx_commerce_b64url_decode(bytes, "-_8", 3), 2);
    assert_memory_equal(bytes, "\xfb\xff", 2);

    assert_int_equal(ngx_commerce_b64url_encode(text, bytes, 2), 3);
    assert_memory_equal(text, "-_8", 3);
    assert_int_equal(NGX_COMMERCE_B64URL_ENCODED(1), 2);
    assert_int_equal(NGX_COMMERCE_B64URL_ENCODED(2), 3);
    assert_int_equal(NGX_COMMERCE_B64URL_ENCODED(3), 4);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_keys_refused),
        cmocka_unit_test(test_jwks),
        cmocka_unit_test(test_base64url),
    };

    return cmocka_run_group_tests(tests, make_pems, NULL);
}
