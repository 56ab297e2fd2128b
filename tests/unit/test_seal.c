
/*
 * Sealed values: round trips, rotation, and that nothing changed opens.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "seal.h"


#define K1  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define K2  "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"


static ngx_commerce_seal_ring_t *
ring_of(const char *text)
{
    char  err[NGX_COMMERCE_SEAL_ERR_LEN];

    return ngx_commerce_seal_ring_parse(text, strlen(text), err);
}


static void
test_round_trip(void **state)
{
    char                       *text, *plain, *out;
    size_t                      i, len, n;
    ngx_commerce_seal_ring_t   *ring;
    static const size_t         sizes[] = { 0, 1, 2, 3, 11, 16, 4096 };

    ring = ring_of("# keys\n\n2026-01 " K1 "\r\n");
    assert_non_null(ring);

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        plain = malloc(sizes[i] + 1);
        memset(plain, 'x', sizes[i] + 1);
        text = malloc(NGX_COMMERCE_SEAL_LEN(sizes[i]));

        assert_int_equal(ngx_commerce_seal(ring, "phone", plain, sizes[i],
                                           text, &len), 0);
        assert_int_equal(strlen(text), len);
        assert_true(len < NGX_COMMERCE_SEAL_LEN(sizes[i]));
        assert_memory_equal(text, "sealed:v1:2026-01:", 18);
        assert_true(ngx_commerce_seal_is(text, len));

        out = malloc(NGX_COMMERCE_SEAL_OPEN_LEN(len));
        assert_int_equal(ngx_commerce_seal_open(ring, "phone", text, len,
                                                out, &n), 0);
        assert_int_equal(n, sizes[i]);
        assert_memory_equal(out, plain, n);
        assert_int_equal(out[n], '\0');

        free(out);
        free(text);
        free(plain);
    }

    ngx_commerce_seal_ring_destroy(ring);
}


static void
test_changed(void **state)
{
    char                       text[NGX_COMMERCE_SEAL_LEN(5)];
    char                       out[NGX_COMMERCE_SEAL_OPEN_LEN(128)];
    char                       again[sizeof(text)], old;
    size_t                     i, len, n;
    ngx_commerce_seal_ring_t  *ring;

    ring = ring_of("a " K1 "\n");
    assert_int_equal(ngx_commerce_seal(ring, "phone", "12345", 5, text,
                                       &len), 0);

    for (i = 0; i < len; i++) {
        old = text[i];
        text[i] = (old == 'A') ? 'B' : 'A';
        memset(out, 0, sizeof(out));
        assert_int_equal(ngx_commerce_seal_open(ring, "phone", text, len,
                                                out, &n), -1);
        assert_int_equal(out[0], 0);
        text[i] = old;
    }

    assert_int_equal(ngx_commerce_seal_open(ring, "tax_id", text, len, out,
                                            &n), -1);
    assert_int_equal(ngx_commerce_seal_open(ring, "phone", text, len - 1,
                                            out, &n), -1);

    /* the same plain text never seals to the same value */

    assert_int_equal(ngx_commerce_seal(ring, "phone", "12345", 5, again,
                                       &n), 0);
    assert_string_not_equal(text, again);

    ngx_commerce_seal_ring_destroy(ring);
}


static void
test_rotation(void **state)
{
    char                       text[NGX_COMMERCE_SEAL_LEN(5)];
    char                       out[NGX_COMMERCE_SEAL_OPEN_LEN(128)];
    size_t                     len, n;
    ngx_commerce_seal_ring_t  *old, *both, *new;

    old = ring_of("a " K1);
    both = ring_of("a " K1 "\nb " K2);
    new = ring_of("b " K2);

    assert_int_equal(ngx_commerce_seal(old, "p", "hello", 5, text, &len), 0);
    assert_int_equal(ngx_commerce_seal_open(both, "p", text, len, out, &n),
                     0);
    assert_string_equal(out, "hello");
    assert_int_equal(ngx_commerce_seal_open(new, "p", text, len, out, &n),
                     -1);

    assert_int_equal(ngx_commerce_seal(both, "p", "hello", 5, text, &len),
                     0);
    assert_memory_equal(text, "sealed:v1:b:", 12);
    assert_int_equal(ngx_commerce_seal_open(new, "p", text, len, out, &n),
                     0);

    ngx_commerce_seal_ring_destroy(old);
    ngx_commerce_seal_ring_destroy(both);
    ngx_commerce_seal_ring_destroy(new);
}


static void
test_key_files(void **state)
{
    char  err[NGX_COMMERCE_SEAL_ERR_LEN];

    static const char *const  refused[] = {
        "", "# nothing\n", "a\n", "a " K1 "0\n", "a  " K1 "\n", " " K1 "\n",
        "a/b " K1 "\n", "a " K1 "\na " K2 "\n", "a z" K1 "\n",
        "a 00\n", "123456789012345678901234567890123 " K1 "\n"
    };
    size_t  i;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        assert_null(ring_of(refused[i]));
    }

    assert_null(ngx_commerce_seal_ring_load("/nowhere/key", err));
    assert_non_null(strstr(err, "cannot open"));

    ngx_commerce_seal_ring_destroy(NULL);
}


static void
test_form(void **state)
{
    static const char *const  others[] = {
        "", "sealed:v1:", "sealed:v1::abc", "sealed:v1:a", "sealed:v2:a:b",
        "+55 11 99999-0000"
    };
    size_t  i;

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_false(ngx_commerce_seal_is(others[i], strlen(others[i])));
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_changed),
        cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_key_files),
        cmocka_unit_test(test_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
