/*
 * Signatures of webhooks: those that are right, and a hundred thousand that
 * are not quite.
 */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/hmac.h>

#include "signature.h"


#define NOW      1763848800
#define SECRET   "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define BODY     "{\"id\":\"evt_1\",\"amount\":1999}"


static char  hex[65];


static const char *
sign(long t, const char *secret)
{
    int            i;
    char           text[256];
    unsigned       len;
    unsigned char  mac[32];

    snprintf(text, sizeof(text), "%ld.%s", t, BODY);
    HMAC(EVP_sha256(), secret, (int) strlen(secret), (unsigned char *) text,
         strlen(text), mac, &len);

    for (i = 0; i < 32; i++) {
        snprintf(&hex[2 * i], 3, "%02x", mac[i]);
    }

    return hex;
}


static int
check(const char *header)
{
    return ngx_commerce_signature_check(header, strlen(header), BODY,
                                        strlen(BODY), SECRET, strlen(SECRET),
                                        NOW);
}


static void
right(void **state)
{
    char  header[512];

    snprintf(header, sizeof(header), "t=%d,v1=%s", NOW, sign(NOW, SECRET));
    assert_int_equal(check(header), NGX_COMMERCE_SIGNATURE_GOOD);

    snprintf(header, sizeof(header), "v0=x,v1=%064d,v1=%s,t=%d,v2=y", 0, hex,
             NOW);
    assert_int_equal(check(header), NGX_COMMERCE_SIGNATURE_GOOD);
}


/* Both sides of the tolerance, to the second. */

static void
in_time(void **state)
{
    int   i;
    char  header[512];

    static const int  off[] = { 0, 299, 300, -299, -300 };

    for (i = 0; i < 5; i++) {
        snprintf(header, sizeof(header), "t=%d,v1=%s", NOW + off[i],
                 sign(NOW + off[i], SECRET));
        assert_int_equal(check(header), NGX_COMMERCE_SIGNATURE_GOOD);
    }

    for (i = -1; i <= 1; i += 2) {
        snprintf(header, sizeof(header), "t=%d,v1=%s", NOW + 301 * i,
                 sign(NOW + 301 * i, SECRET));
        assert_int_equal(check(header), NGX_COMMERCE_SIGNATURE_LATE);
    }
}


static void
wrong(void **state)
{
    size_t  i;
    char    header[512];

    static const char *const  headers[] = {
        "", ",", "=", "t=", "v1=", "t=,v1=", "t", "v1", "t=1763848800",
        "t=x,v1=00", "t=-1,v1=00", "t=99999999999999999999,v1=00",
        "t=1763848800,v1=", "t=1763848800 ,v1=0"
    };

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        assert_int_equal(check(headers[i]), NGX_COMMERCE_SIGNATURE_BAD);
    }

    /* another secret, another time, another scheme, upper case */

    snprintf(header, sizeof(header), "t=%d,v1=%s", NOW,
             sign(NOW, "whsec_other"));
    assert_int_equal(check(header), NGX_COMMERCE_SIGNATURE_BAD);

    snprintf(header, sizeof(header), "t=%d,v1=%s", NOW + 1,
             sign(NOW, SECRET));
    assert_int_equal(check(header), NGX_COMMERCE_SIGNATURE_BAD);

    snprintf(header, sizeof(header), "t=%d,v0=%s", NOW, hex);
    assert_int_equal(check(header), NGX_COMMERCE_SIGNATURE_BAD);

    snprintf(header, sizeof(header), "t=%d,v1=%s0", NOW, hex);
    assert_int_equal(check(header), NGX_COMMERCE_SIGNATURE_BAD);
}


/* One byte of a good header is another: only what is not signed may change. */

static void
mutated(void **state)
{
    int     i, n, at, was, with;
    char    header[128], copy[128];

    srand(1);
    n = snprintf(header, sizeof(header), "t=%d,v1=%s", NOW,
                 sign(NOW, SECRET));

    for (i = 0; i < 100000; i++) {
        memcpy(copy, header, sizeof(copy));
        at = rand() % n;
        was = (unsigned char) copy[at];
        with = rand() % 255 + 1;
        copy[at] = (char) with;

        if (with == was) {
            continue;
        }

        if (check(copy) == NGX_COMMERCE_SIGNATURE_GOOD) {
            fail_msg("accepted: %s", copy);
        }
    }
}


static void
too_long(void **state)
{
    char  *header;

    header = malloc(5000);
    memset(header, ',', 4999);
    header[4999] = '\0';

    assert_int_equal(check(header), NGX_COMMERCE_SIGNATURE_BAD);

    free(header);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(right),
        cmocka_unit_test(in_time),
        cmocka_unit_test(wrong),
        cmocka_unit_test(mutated),
        cmocka_unit_test(too_long)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
