/*
 * Query strings, array literals and cursors: texts that clients can forge.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cursor.h"
#include "query.h"


static const u_char  key[32] = "0123456789abcdef0123456789abcdef";


/* 'a=1|b=' of a query string, or "error" where decoding stopped */

static void
check_query(const char *text, const char *expected)
{
    int                  rc;
    char                 out[512];
    u_char              *buf, *p, *copy;
    size_t               len, n;
    ngx_commerce_str_t   args, name, value;

    len = strlen(text);
    buf = malloc(len ? len : 1);
    copy = malloc(len ? len : 1);
    memcpy(copy, text, len);

    args.data = copy;
    args.len = len;
    p = buf;
    n = 0;
    out[0] = '\0';

    while ((rc = ngx_commerce_query_next(&args, &p, &name, &value)) == 1) {
        n += (size_t) snprintf(out + n, sizeof(out) - n, "%s%.*s=%.*s",
                               n ? "|" : "", (int) name.len,
                               (char *) name.data, (int) value.len,
                               (char *) value.data);
        assert_true((size_t) (p - buf) <= len);
    }

    if (rc < 0) {
        snprintf(out + n, sizeof(out) - n, "%serror", n ? "|" : "");
    }

    assert_string_equal(out, expected);
    free(buf);
    free(copy);
}


static void
test_query(void **state)
{
    check_query("", "");
    check_query("a=1", "a=1");
    check_query("a=1&b=2", "a=1|b=2");
    check_query("a", "a=");
    check_query("a=", "a=");
    check_query("=a", "=a");
    check_query("&&a=1&&", "a=1");
    check_query("a=b=c", "a=b=c");
    check_query("q=caf%C3%A9+preto%2B", "q=caf\303\251 preto+");
    check_query("attr.cor%5B%5D=x", "attr.cor[]=x");
    check_query("a=%", "error");
    check_query("a=%4", "error");
    check_query("a=%4g", "error");
    check_query("a=1&b=%00", "a=1|error");
    check_query("a=%C3", "error");
    check_query("a=%ED%A0%80", "error");
    check_query("%FF=1", "error");
}


static void
test_array(void **state)
{
    u_char  out[64], *p;

    p = out;
    *p++ = '{';
    p = ngx_commerce_query_array_item(p, (u_char *) "a\"b\\c", 5, 1);
    p = ngx_commerce_query_array_item(p, (u_char *) "", 0, 0);
    p = ngx_commerce_query_array_item(p, (u_char *) "NULL,}", 6, 0);
    *p++ = '}';
    *p = '\0';

    assert_string_equal((char *) out, "{\"a\\\"b\\\\c\",\"\",\"NULL,}\"}");
}


static void
test_cursor(void **state)
{
    size_t              len, n, i;
    u_char             *text, *json, *out;
    ngx_commerce_str_t  context = ngx_commerce_str("list_products?q=x");

    for (len = 0; len < 200; len++) {
        json = malloc(len + 1);
        memset(json, 'j', len);

        text = malloc(ngx_commerce_cursor_size(len));
        n = ngx_commerce_cursor_seal(text, key, &context, json, len);
        assert_true(n != 0 && n <= ngx_commerce_cursor_size(len));

        for (i = 0; i < n; i++) {
            assert_true(strchr("+/=", text[i]) == NULL);
        }

        out = malloc(n);
        assert_int_equal(ngx_commerce_cursor_open(out, key, &context, text,
                                                  n), len);
        assert_memory_equal(out, json, len);

        free(out);
        free(text);
        free(json);
    }
}


static void
test_cursor_forged(void **state)
{
    size_t              n, i;
    u_char              text[128], out[128], other[32];
    unsigned            c, opened;
    ngx_commerce_str_t  context = ngx_commerce_str("list_products?q=x");
    ngx_commerce_str_t  shifted = ngx_commerce_str("list_products?q=");

    n = ngx_commerce_cursor_seal(text, key, &context,
                                 (u_char *) "{\"id\":7}", 8);

    /* another filter, another key, a byte shifted between the two */

    assert_int_equal(ngx_commerce_cursor_open(out, key, &shifted, text, n),
                     -1);
    memcpy(other, key, 32);
    other[31] ^= 1;
    assert_int_equal(ngx_commerce_cursor_open(out, other, &context, text, n),
                     -1);

    n = ngx_commerce_cursor_seal(text, key, &shifted,
                                 (u_char *) "x{\"id\":7}", 9);
    assert_int_equal(ngx_commerce_cursor_open(out, key, &context, text, n),
                     -1);

    /* every character counts, and so does every length */

    n = ngx_commerce_cursor_seal(text, key, &context,
                                 (u_char *) "{\"id\":7}", 8);

    for (i = 0; i < n; i++) {
        c = text[i];
        opened = 0;

        for (text[i] = 0; ; text[i]++) {
            opened += ngx_commerce_cursor_open(out, key, &context, text, n)
                      >= 0;

            if (text[i] == 255) {
                break;
            }
        }

        assert_int_equal(opened, 1);
        text[i] = (u_char) c;
    }

    for (i = 0; i < n; i++) {
        assert_int_equal(ngx_commerce_cursor_open(out, key, &context, text,
                                                  i), -1);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_query),
        cmocka_unit_test(test_array),
        cmocka_unit_test(test_cursor),
        cmocka_unit_test(test_cursor_forged)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
