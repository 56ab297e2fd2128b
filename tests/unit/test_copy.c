/* Array literals and columns of COPY, as PostgreSQL's manual writes them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "copy.h"


static void
expect(ngx_commerce_copy_t *copy, const char *text)
{
    ngx_commerce_copy_raw(copy, "", 1);
    assert_false(copy->failed);
    assert_string_equal((char *) copy->data, text);
    ngx_commerce_copy_free(copy);
}


static void
arrays(void **state)
{
    ngx_commerce_copy_t       copy;
    const ngx_commerce_str_t  items[] = {
        ngx_commerce_str("a"),
        ngx_commerce_str(""),
        ngx_commerce_str("q\"b\\c,{}"),
        ngx_commerce_str("NULL"),
        ngx_commerce_str("x\ty\r\nz")
    };

    (void) state;
    memset(&copy, 0, sizeof(copy));

    ngx_commerce_copy_array(&copy, items, 5);
    expect(&copy, "{\"a\",\"\",\"q\\\"b\\\\c,{}\",\"NULL\",\"x\ty\r\nz\"}");

    ngx_commerce_copy_array_column(&copy, items, 5);
    expect(&copy, "{\"a\",\"\",\"q\\\\\"b\\\\\\\\c,{}\",\"NULL\","
                  "\"x\\ty\\r\\nz\"}");

    ngx_commerce_copy_array(&copy, NULL, 0);
    expect(&copy, "{}");
}


static void
worst_case_fits(void **state)
{
    size_t               i;
    u_char               text[5000];
    ngx_commerce_str_t   item;
    ngx_commerce_copy_t  copy;

    (void) state;
    memset(&copy, 0, sizeof(copy));
    memset(text, '\\', sizeof(text));

    item.data = text;
    item.len = sizeof(text);

    for (i = 0; i < 3; i++) {
        ngx_commerce_copy_reset(&copy);
        ngx_commerce_copy_array_column(&copy, &item, 1);
        assert_int_equal(copy.len, 4 * sizeof(text) + 4);
    }

    ngx_commerce_copy_free(&copy);
    assert_null(copy.data);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(arrays),
        cmocka_unit_test(worst_case_fits)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
