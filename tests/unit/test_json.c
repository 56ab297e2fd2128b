/*
 * The JSON writer: what it writes parses back, however small the pieces are.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "json.h"


typedef struct {
    char      text[4096];
    size_t    len;
    size_t    piece;
    u_char    buf[4096];
    unsigned  pieces;
} sink_t;


static int
sink_more(ngx_commerce_json_t *json)
{
    sink_t  *sink;

    sink = json->data;

    if (json->pos != NULL) {
        memcpy(sink->text + sink->len, sink->buf,
               (size_t) (json->pos - sink->buf));
        sink->len += (size_t) (json->pos - sink->buf);
    }

    if (sink->pieces-- == 0) {
        return -1;
    }

    json->pos = sink->buf;
    json->end = sink->buf + sink->piece;

    return 0;
}


static void
sink_open(sink_t *sink, ngx_commerce_json_t *json, size_t piece)
{
    memset(sink, 0, sizeof(sink_t));
    memset(json, 0, sizeof(ngx_commerce_json_t));

    sink->piece = piece;
    sink->pieces = 4096;
    json->more = sink_more;
    json->data = sink;
}


static const char *
sink_close(sink_t *sink, ngx_commerce_json_t *json)
{
    json->end = json->pos;

    (void) sink_more(json);
    sink->text[sink->len] = '\0';

    return sink->text;
}


static void
test_string(void **state)
{
    int                   c;
    char                  all[130];
    size_t                piece;
    sink_t                sink;
    json_t               *value;
    ngx_commerce_json_t   json;

    for (c = 1; c < 128; c++) {
        all[c - 1] = (char) c;
    }

    memcpy(all + 127, "\303\251", 2);

    for (piece = 1; piece < 40; piece++) {
        sink_open(&sink, &json, piece);
        ngx_commerce_json_string(&json, all, 129);

        value = json_loads(sink_close(&sink, &json), JSON_DECODE_ANY, NULL);

        assert_non_null(value);
        assert_int_equal(json_string_length(value), 129);
        assert_memory_equal(json_string_value(value), all, 129);
        json_decref(value);
    }
}


static void
test_values(void **state)
{
    unsigned              i;
    sink_t                sink;
    ngx_commerce_json_t   json;

    static const struct {
        char         kind;
        const char  *text;
        const char  *expected;
    } samples[] = {
        { 't', "2026-11-22 18:01:57+00", "\"2026-11-22T18:01:57Z\"" },
        { 't', "2026-11-22 18:01:57.125+00", "\"2026-11-22T18:01:57.125Z\"" },
        { 't', "2026-11-22 18:01:57-03", "\"2026-11-22 18:01:57-03\"" },
        { 't', "infinity", "\"infinity\"" },
        { 't', "2026-11-22 18:01:57.+00", "\"2026-11-22 18:01:57.+00\"" },
        { 't', "", "\"\"" },
        { 'a', "{}", "[]" },
        { 'a', "{a,b}", "[\"a\",\"b\"]" },
        { 'a', "{NULL,\"NULL\"}", "[null,\"NULL\"]" },
        { 'a', "{\"a \\\"b\\\" \\\\ c\",\"d,e\",\"\"}",
          "[\"a \\\"b\\\" \\\\ c\",\"d,e\",\"\"]" },
        { 'b', "{1,-2,NULL,3.50}", "[1,-2,null,3.50]" },
        { 'b', "{t,f,NULL}", "[true,false,null]" },
        { 'b', "{NaN,Infinity,-Infinity}", "[null,null,null]" },
        { 'a', "not an array", "[]" },
        { 'a', "{", "[]" }
    };

    for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        sink_open(&sink, &json, 7);

        if (samples[i].kind == 't') {
            ngx_commerce_json_time(&json, samples[i].text,
                                   strlen(samples[i].text));

        } else {
            ngx_commerce_json_array(&json, samples[i].text,
                                    strlen(samples[i].text),
                                    samples[i].kind == 'b');
        }

        assert_string_equal(sink_close(&sink, &json), samples[i].expected);
    }
}


static void
test_int(void **state)
{
    char                  expected[32];
    sink_t                sink;
    unsigned              i;
    ngx_commerce_json_t   json;
    static const int64_t  values[] = {
        0, 1, -1, 9, 10, 1999, INT64_MAX, INT64_MIN
    };

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        sink_open(&sink, &json, 3);
        ngx_commerce_json_int(&json, values[i]);
        snprintf(expected, sizeof(expected), "%lld", (long long) values[i]);
        assert_string_equal(sink_close(&sink, &json), expected);
    }
}


/* When memory is out the writer fails for good and writes nothing more. */

static void
test_failure(void **state)
{
    sink_t               sink;
    ngx_commerce_json_t  json;

    sink_open(&sink, &json, 4);
    sink.pieces = 2;

    ngx_commerce_json_lit(&json, "0123456789");
    assert_int_equal(json.failed, 1);

    sink.pieces = 2;
    ngx_commerce_json_lit(&json, "x");
    ngx_commerce_json_string(&json, "y", 1);
    assert_int_equal(sink.pieces, 2);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_string),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_int),
        cmocka_unit_test(test_failure)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
