/*
 * Signatures of webhooks against the vector that the libraries of Standard
 * Webhooks share, and secrets that are none.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "webhook.h"


#define A32  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


static void
test_vector(void **state)
{
    static const char  body[] = "{\"test\": 2432232314}";

    char  out[NGX_COMMERCE_WEBHOOK_SIGN_LEN];

    assert_int_equal(ngx_commerce_webhook_sign(
                         "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                         "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body,
                         sizeof(body) - 1, out), 0);
    assert_string_equal(out,
                        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}


static void
test_made_secret_signs(void **state)
{
    char    secret[NGX_COMMERCE_WEBHOOK_SECRET_LEN];
    char    out[NGX_COMMERCE_WEBHOOK_SIGN_LEN];
    u_char  key[NGX_COMMERCE_WEBHOOK_KEY_LEN];

    memset(key, 0xff, sizeof(key));
    ngx_commerce_webhook_secret(key, secret);

    assert_string_equal(secret, "whsec_"
                        "//////////////////////////////////////////8=");
    assert_int_equal(ngx_commerce_webhook_sign(secret, "a", "1", "", 0, out),
                     0);
    assert_int_equal(strlen(out), sizeof(out) - 1);
}


static void
test_bad_secrets(void **state)
{
    static const char  *bad[] = {
        "", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa!!",
        "whsec_" "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
        "whsec_" A32 A32 A32,
    };

    char      out[NGX_COMMERCE_WEBHOOK_SIGN_LEN];
    unsigned  i;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(ngx_commerce_webhook_sign(bad[i], "a", "1", "", 0,
                                                   out), -1);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_vector),
        cmocka_unit_test(test_made_secret_signs),
        cmocka_unit_test(test_bad_secrets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
