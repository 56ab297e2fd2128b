/*
 * The CSV parser: each case is read whole, byte by byte and in odd pieces,
 * and must give the same records.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "csv.h"


/* Records as one text: `line error|field|field\n` for each. */

typedef struct {
    char    text[8192];
    size_t  len;
    int     stop_after;
} seen_t;


static int
collect(void *data, const ngx_commerce_csv_record_t *record)
{
    size_t   i;
    seen_t  *seen;

    seen = data;

    seen->len += sprintf(seen->text + seen->len, "%d %s", (int) record->line,
                         ngx_commerce_csv_error_code(record->error));

    for (i = 0; i < record->nfields; i++) {
        seen->text[seen->len++] = '|';
        memcpy(seen->text + seen->len, record->fields[i].data,
               record->fields[i].len);
        seen->len += record->fields[i].len;
    }

    seen->text[seen->len++] = '\n';
    seen->text[seen->len] = '\0';

    return --seen->stop_after == 0 ? -1 : 0;
}


static int
read_in_pieces(const ngx_commerce_csv_conf_t *conf, const char *text,
    size_t len, size_t piece, seen_t *seen)
{
    int                  rc;
    size_t               n;
    ngx_commerce_csv_t  *csv;

    memset(seen->text, 0, sizeof(seen->text));
    seen->len = 0;

    csv = ngx_commerce_csv_create(conf, collect, seen);
    assert_non_null(csv);

    rc = 0;

    while (len > 0 && rc == 0) {
        n = piece < len ? piece : len;
        rc = ngx_commerce_csv_feed(csv, (const u_char *) text, n);
        text += n;
        len -= n;
    }

    if (rc == 0) {
        rc = ngx_commerce_csv_finish(csv);
    }

    ngx_commerce_csv_destroy(csv);

    return rc;
}


static void
expect_len(const ngx_commerce_csv_conf_t *conf, const char *text, size_t len,
    const char *expected)
{
    size_t         i;
    seen_t         seen;
    static size_t  pieces[] = { 100000, 1, 2, 3, 7, 64 };

    for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        seen.stop_after = 0;
        assert_int_equal(read_in_pieces(conf, text, len, pieces[i], &seen), 0);
        assert_string_equal(seen.text, expected);
    }
}


static void
expect_text(const ngx_commerce_csv_conf_t *conf, const char *text,
    const char *expected)
{
    expect_len(conf, text, strlen(text), expected);
}


static void
expect(const char *text, const char *expected)
{
    ngx_commerce_csv_conf_t  conf;

    memset(&conf, 0, sizeof(conf));
    expect_text(&conf, text, expected);
}


static void
plain_records(void **state)
{
    (void) state;

    expect("", "");
    expect("\n\r\n\n", "");
    expect("a,b\n1,2\n", "1 ok|a|b\n2 ok|1|2\n");
    expect("a,b\n1,2", "1 ok|a|b\n2 ok|1|2\n");
    expect("a,b\n1,", "1 ok|a|b\n2 ok|1|\n");
    expect("a,b\n,\n", "1 ok|a|b\n2 ok||\n");
    expect("a\n\"\"\n", "1 ok|a\n2 ok|\n");
}


static void
line_ends(void **state)
{
    (void) state;

    expect("a,b\r\n1,2\r\n\r\n3,4\r\n",
           "1 ok|a|b\n2 ok|1|2\n4 ok|3|4\n");
    expect("a,b\r1,2\r\r3,4", "1 ok|a|b\n2 ok|1|2\n4 ok|3|4\n");
    expect("a\n\"x\r\ny\nz\"\nb\n",
           "1 ok|a\n2 ok|x\r\ny\nz\n5 ok|b\n");
}


static void
quotes(void **state)
{
    (void) state;

    expect("\"a,\"\"b\"\"\",c\n", "1 ok|a,\"b\"|c\n");
    expect("12\" vinyl,x\n", "1 ok|12\" vinyl|x\n");
    expect("a\n\"x\"y,z\nok\n",
           "1 ok|a\n2 text_after_quote|xy|z\n3 ok|ok\n");
    expect("a\nb\n\"c\nd\n", "1 ok|a\n2 ok|b\n3 open_quote|c\nd\n\n");
}


static void
separators(void **state)
{
    ngx_commerce_csv_conf_t  conf;

    (void) state;

    expect("sku;price\nA;1,99\n", "1 ok|sku|price\n2 ok|A|1,99\n");
    expect("sku\tprice\nA\t1,99\n", "1 ok|sku|price\n2 ok|A|1,99\n");
    expect("\"a;b;c\",d\n", "1 ok|a;b;c|d\n");
    expect("one\n1;2\n", "1 ok|one\n2 ok|1;2\n");
    expect("sep=;\r\na,b;c\r\n1;2\r\n", "2 ok|a,b|c\n3 ok|1|2\n");
    expect("\n\na;b\n", "3 ok|a|b\n");

    memset(&conf, 0, sizeof(conf));
    conf.separator = ',';
    expect_text(&conf, "a;b,c\n", "1 ok|a;b|c\n");
}


static void
marks_and_encodings(void **state)
{
    ngx_commerce_csv_conf_t  conf;

    (void) state;

    expect("\xEF\xBB\xBFnome,pre\xC3\xA7o\n", "1 ok|nome|pre\xC3\xA7o\n");
    expect("\xEF\xBB\xBFsep=;\na;b\n", "2 ok|a|b\n");
    expect("\xEF\xBB\xBF\"a\",b\n", "1 ok|a|b\n");
    expect("a\nS\xE3o\nok\n", "1 ok|a\n2 not_utf8\n3 ok|ok\n");

    /* a character split by a separator is none */
    expect("a,b\n\xC3,\xA7\n", "1 ok|a|b\n2 not_utf8\n");

    memset(&conf, 0, sizeof(conf));
    expect_len(&conf, "a\nx\0y\n\0\n", 8,
               "1 ok|a\n2 nul_byte|xy\n3 nul_byte|\n");

    conf.encoding = NGX_COMMERCE_CSV_WINDOWS_1252;
    expect_text(&conf, "pre\xE7o;\x80 5\n",
               "1 ok|pre\xC3\xA7o|\xE2\x82\xAC 5\n");
}


static void
bounds(void **state)
{
    ngx_commerce_csv_conf_t  conf;

    (void) state;

    memset(&conf, 0, sizeof(conf));
    conf.record_max = 8;
    conf.fields_max = 3;

    expect_text(&conf, "a,b\n12345678\n123456789\nok\n",
               "1 ok|a|b\n2 ok|12345678\n3 record_too_long\n4 ok|ok\n");

    expect_text(&conf, "1,2,3\n1,2,3,4,\"5\"\nok\n",
               "1 ok|1|2|3\n2 too_many_fields|1|2|3\n3 ok|ok\n");

    /* a quote that is never closed costs one record, not the file */
    expect_text(&conf, "a\n\"open,x\nnext line\nok,1\n",
               "1 ok|a\n2 record_too_long\n4 ok|ok|1\n");
}


static void
handler_stops(void **state)
{
    seen_t                   seen;
    ngx_commerce_csv_conf_t  conf;

    (void) state;

    memset(&conf, 0, sizeof(conf));
    seen.stop_after = 2;

    assert_int_equal(read_in_pieces(&conf, "1\n2\n3\n", 6, 1, &seen), -1);
    assert_string_equal(seen.text, "1 ok|1\n2 ok|2\n");
}


static void
separator_is_told(void **state)
{
    seen_t                   seen;
    ngx_commerce_csv_t      *csv;
    ngx_commerce_csv_conf_t  conf;

    (void) state;

    memset(&conf, 0, sizeof(conf));
    memset(&seen, 0, sizeof(seen));

    csv = ngx_commerce_csv_create(&conf, collect, &seen);
    assert_non_null(csv);
    assert_int_equal(ngx_commerce_csv_separator(csv), 0);

    assert_int_equal(ngx_commerce_csv_feed(csv, (const u_char *) "a;b\n", 4),
                     0);
    assert_int_equal(ngx_commerce_csv_separator(csv), ';');

    ngx_commerce_csv_destroy(csv);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(plain_records),
        cmocka_unit_test(line_ends),
        cmocka_unit_test(quotes),
        cmocka_unit_test(separators),
        cmocka_unit_test(marks_and_encodings),
        cmocka_unit_test(bounds),
        cmocka_unit_test(handler_stops),
        cmocka_unit_test(separator_is_told)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
