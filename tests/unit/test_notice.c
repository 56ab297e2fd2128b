/*
 * What triggers tell by NOTIFY, as the change of a row; and what is none.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "notice.h"


static int
reads(ngx_commerce_notice_t *notice, const char *text)
{
    return ngx_commerce_notice_read(notice, (const u_char *) text,
                                    strlen(text));
}


/* The value of a column: its text, "null", or "none" when there is no such. */

static const char *
value(const ngx_commerce_notice_t *notice,
    const ngx_commerce_walog_row_t *row, const char *column)
{
    const ngx_commerce_walog_value_t  *found;

    found = ngx_commerce_walog_value(notice->event.relation, row, column);

    return (found == NULL) ? "none"
           : (found->kind == 'n') ? "null" : (char *) found->text.data;
}


static void
test_rows(void **state)
{
    ngx_commerce_notice_t  n;

    assert_int_equal(reads(&n,
        "{\"table\": \"session\", \"kind\": \"update\", \"at\": 7,"
        " \"row\": {\"id\": \"s\", \"revoked_at\": \"now\"},"
        " \"old\": {\"id\": \"s\", \"revoked_at\": null, \"more\": \"m\"}}"),
        0);
    assert_int_equal(n.event.kind, NGX_COMMERCE_WALOG_UPDATE);
    assert_int_equal(n.event.time_us, 7);
    assert_true(ngx_commerce_str_is(&n.event.relation->name, "session"));
    assert_string_equal(value(&n, &n.event.row, "id"), "s");
    assert_string_equal(value(&n, &n.event.row, "revoked_at"), "now");
    assert_string_equal(value(&n, &n.event.old, "revoked_at"), "null");
    assert_string_equal(value(&n, &n.event.old, "more"), "none");
    ngx_commerce_notice_free(&n);

    assert_int_equal(reads(&n, "{\"table\": \"users\", \"kind\": \"delete\","
                               " \"old\": {\"id\": \"u\"}}"), 0);
    assert_int_equal(n.event.kind, NGX_COMMERCE_WALOG_DELETE);
    assert_string_equal(value(&n, &n.event.old, "id"), "u");
    assert_string_equal(value(&n, &n.event.row, "id"), "none");
    ngx_commerce_notice_free(&n);

    assert_int_equal(reads(&n, "{\"table\": \"users\", \"kind\": \"insert\","
                               " \"row\": {\"id\": \"u\"}}"), 0);
    assert_int_equal(n.event.kind, NGX_COMMERCE_WALOG_INSERT);
    assert_string_equal(value(&n, &n.event.row, "id"), "u");
    assert_null(n.event.old.values);
    ngx_commerce_notice_free(&n);
}


static void
test_without_rows(void **state)
{
    ngx_commerce_notice_t  n;

    assert_int_equal(reads(&n, "{}"), 0);
    assert_int_equal(n.event.kind, NGX_COMMERCE_WALOG_MESSAGE);
    ngx_commerce_notice_free(&n);

    assert_int_equal(reads(&n, "{\"table\": \"users\","
                               " \"kind\": \"truncate\"}"), 0);
    assert_int_equal(n.event.kind, NGX_COMMERCE_WALOG_TRUNCATE);
    assert_true(ngx_commerce_str_is(&n.event.relation->name, "users"));
    ngx_commerce_notice_free(&n);
}


static void
test_refused(void **state)
{
    size_t                 i;
    ngx_commerce_notice_t  n;

    static const char *const  texts[] = {
        "", "{", "[]", "null", "\"users\"", "{\"table\": \"users\"}",
        "{\"kind\": \"insert\", \"row\": {\"id\": \"u\"}}",
        "{\"table\": \"\", \"kind\": \"truncate\"}",
        "{\"table\": 7, \"kind\": \"truncate\"}",
        "{\"table\": \"users\", \"kind\": \"INSERT\", \"row\": {}}",
        "{\"table\": \"users\", \"kind\": \"insert\"}",
        "{\"table\": \"users\", \"kind\": \"update\","
        " \"row\": {\"id\": \"u\"}}",
        "{\"table\": \"users\", \"kind\": \"delete\","
        " \"row\": {\"id\": \"u\"}, \"old\": {\"id\": \"u\"}}",
        "{\"table\": \"users\", \"kind\": \"insert\","
        " \"row\": {\"id\": 7}}",
        "{\"table\": \"users\", \"kind\": \"insert\", \"row\":"
        " {\"id\": \"a\", \"id\": \"b\"}}",
        "{\"table\": \"users\", \"kind\": \"insert\", \"row\":"
        " {\"a\": \"\", \"b\": \"\", \"c\": \"\", \"d\": \"\","
        " \"e\": \"\", \"f\": \"\", \"g\": \"\", \"h\": \"\","
        " \"i\": \"\", \"j\": \"\", \"k\": \"\", \"l\": \"\","
        " \"m\": \"\", \"n\": \"\", \"o\": \"\", \"p\": \"\","
        " \"q\": \"\"}}"
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (reads(&n, texts[i]) != -1) {
            fail_msg("taken: %s", texts[i]);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_without_rows),
        cmocka_unit_test(test_refused)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
