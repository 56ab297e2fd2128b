/*
 * The decoder of the write-ahead log: bytes that PostgreSQL sent, and what
 * becomes of them when they are cut or changed.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "walog.h"
#include "walog_capture.h"


#define COUNT(list)  (sizeof(list) / sizeof(list[0]))


/* malloc'd exactly, so that the sanitizer sees a read beyond the end */

static u_char *
bytes(const char *hex, size_t *len)
{
    u_char    *out;
    size_t     i;
    unsigned   byte;

    *len = strlen(hex) / 2;
    out = malloc(*len ? *len : 1);

    for (i = 0; i < *len; i++) {
        sscanf(hex + i * 2, "%2x", &byte);
        out[i] = (u_char) byte;
    }

    return out;
}


static size_t
print_row(char *out, size_t size, const ngx_commerce_walog_row_t *row)
{
    size_t    n;
    unsigned  i;

    n = 0;

    for (i = 0; i < row->nvalues; i++) {

        if (row->values[i].kind == 't') {
            n += (size_t) snprintf(out + n, size - n, " %.*s",
                                   (int) row->values[i].text.len,
                                   (char *) row->values[i].text.data);

        } else {
            n += (size_t) snprintf(out + n, size - n, " <%c>",
                                   row->values[i].kind);
        }
    }

    return n;
}


/* "insert core.stock 7 1 10" of an event */

static void
print_event(char *out, size_t size, const ngx_commerce_walog_event_t *event)
{
    size_t              n;
    unsigned            i;
    static const char  *kinds[] = {
        "begin", "commit", "relation", "insert", "update", "delete",
        "truncate", "message", "start", "stop", "stream-commit", "abort",
        "other"
    };

    n = (size_t) snprintf(out, size, "%s", kinds[event->kind]);

    if (event->relation != NULL) {
        n += (size_t) snprintf(out + n, size - n, " %s.%s",
                               (char *) event->relation->schema.data,
                               (char *) event->relation->name.data);
    }

    if (event->old.values != NULL) {
        n += (size_t) snprintf(out + n, size - n, " %s:",
                               event->old_is_key ? "key" : "old");
        n += print_row(out + n, size - n, &event->old);
    }

    if (event->row.values != NULL) {
        n += (size_t) snprintf(out + n, size - n, " new:");
        n += print_row(out + n, size - n, &event->row);
    }

    for (i = 0; i < event->ntruncated; i++) {
        n += (size_t) snprintf(out + n, size - n, " %u", event->truncated[i]);
    }

    if (event->kind == NGX_COMMERCE_WALOG_MESSAGE) {
        n += (size_t) snprintf(out + n, size - n, " %u %.*s %.*s",
                               event->transactional, (int) event->prefix.len,
                               (char *) event->prefix.data,
                               (int) event->content.len,
                               (char *) event->content.data);
    }
}


static void
check_capture(const char *const *capture, size_t n, const char *const *wanted,
    size_t nwanted)
{
    char                         text[512];
    size_t                       i, len;
    u_char                      *message;
    ngx_commerce_walog_t        *walog;
    ngx_commerce_walog_event_t   event;

    walog = ngx_commerce_walog_create();
    assert_int_equal(n, nwanted);

    for (i = 0; i < n; i++) {
        message = bytes(capture[i], &len);

        if (ngx_commerce_walog_decode(walog, message, len, &event) != 0) {
            fail_msg("message %zu: %s", i, ngx_commerce_walog_error(walog));
        }

        print_event(text, sizeof(text), &event);
        assert_string_equal(text, wanted[i]);
        free(message);
    }

    ngx_commerce_walog_destroy(walog);
}


static void
test_capture(void **state)
{
    static const char *const  wanted[] = {
        "begin",
        "relation core.product",
        "insert core.product new: 42 Caf\303\251 1999 <n>",
        "update core.product new: 42 Caf\303\251 preto 1999 <n>",
        "update core.product key: 42 <n> <n> <n>"
        " new: 43 Caf\303\251 preto 1999 <n>",
        "commit",
        "begin", "commit",
        "begin", "update core.product new: 44 big 2 <u>", "commit",
        "begin", "relation core.stock", "insert core.stock new: 7 1 10",
        "commit",
        "begin", "delete core.stock key: 7 1 <n>", "commit",
        "begin", "relation core.audit", "insert core.audit new: 1 a",
        "commit",
        "begin", "update core.audit old: 1 a new: 1 <n>", "commit",
        "begin", "delete core.audit old: 1 <n>", "commit",
        "begin", "message 1 commerce hello", "commit",
        "message 0 commerce now",
        "begin", "relation core.stock", "relation core.audit",
        "truncate 16392 16397", "commit"
    };

    check_capture(capture_v1, COUNT(capture_v1), wanted, COUNT(wanted));
}


static void
test_streamed(void **state)
{
    static const char *const  wanted[] = {
        "start", "relation core.stock", "insert core.stock new: 1 1 1",
        "insert core.stock new: 2 1 2", "stop",
        "start", "insert core.stock new: 433 1 433",
        "insert core.stock new: 434 1 434", "stop",
        "abort", "stream-commit"
    };

    check_capture(capture_v2, COUNT(capture_v2), wanted, COUNT(wanted));
}


static void
test_fields(void **state)
{
    char                                  text[18];
    size_t                                i, len;
    u_char                               *message;
    ngx_commerce_walog_t                 *walog;
    ngx_commerce_walog_event_t            event;
    const ngx_commerce_walog_value_t     *value;
    const ngx_commerce_walog_relation_t  *relation;

    walog = ngx_commerce_walog_create();
    message = NULL;

    for (i = 0; i < 6; i++) {
        free(message);
        message = bytes(capture_v1[i], &len);
        assert_int_equal(ngx_commerce_walog_decode(walog, message, len,
                                                   &event), 0);

        if (i == 0) {
            assert_int_equal(event.lsn, 0x1545418);
            assert_int_equal(event.xid, 0x2db);
            assert_int_equal(event.time_us, 0x000303e1326a6708);
        }

        if (i == 1) {
            relation = event.relation;
            assert_int_equal(relation->id, 0x4001);
            assert_int_equal(relation->identity, 'd');
            assert_int_equal(relation->ncolumns, 4);
            assert_int_equal(relation->columns[0].key, 1);
            assert_int_equal(relation->columns[1].key, 0);
            assert_int_equal(relation->columns[1].type, 25);
            assert_ptr_equal(ngx_commerce_walog_relation(walog, 0x4001),
                             relation);
            assert_null(ngx_commerce_walog_relation(walog, 0x4002));
        }

        if (i == 2) {
            value = ngx_commerce_walog_value(event.relation, &event.row,
                                             "price_amount");
            assert_non_null(value);
            assert_true(ngx_commerce_str_is(&value->text, "1999"));
            assert_null(ngx_commerce_walog_value(event.relation, &event.row,
                                                 "price"));
            assert_null(ngx_commerce_walog_value(event.relation, &event.old,
                                                 "id"));
        }
    }

    /* a commit says where to continue */

    assert_int_equal(event.lsn, 0x1545448);
    ngx_commerce_walog_lsn(text, event.lsn);
    assert_string_equal(text, "0/1545448");
    ngx_commerce_walog_lsn(text, UINT64_MAX);
    assert_string_equal(text, "FFFFFFFF/FFFFFFFF");
    assert_true(ngx_commerce_walog_position(text) == UINT64_MAX);
    assert_int_equal(ngx_commerce_walog_position("0/1545448"), 0x1545448);
    assert_int_equal(ngx_commerce_walog_position("1/0"), 1ULL << 32);
    assert_int_equal(ngx_commerce_walog_position("1"), 0);
    assert_int_equal(ngx_commerce_walog_position("1/"), 0);
    assert_int_equal(ngx_commerce_walog_position("/1"), 0);
    assert_int_equal(ngx_commerce_walog_position("1/2x"), 0);
    assert_int_equal(ngx_commerce_walog_position("100000000/0"), 0);

    free(message);
    ngx_commerce_walog_destroy(walog);
}


/* Every prefix of every message is refused, and no byte behind it is read. */

static void
test_cut(void **state)
{
    size_t                       i, len, cut;
    u_char                      *message, *part;
    ngx_commerce_walog_t        *walog;
    ngx_commerce_walog_event_t   event;

    walog = ngx_commerce_walog_create();

    for (i = 0; i < COUNT(capture_v1); i++) {
        message = bytes(capture_v1[i], &len);

        for (cut = 0; cut < len; cut++) {
            part = malloc(cut ? cut : 1);
            memcpy(part, message, cut);
            assert_int_equal(ngx_commerce_walog_decode(walog, part, cut,
                                                       &event), -1);
            free(part);
        }

        part = malloc(len + 1);
        memcpy(part, message, len);
        part[len] = 0;
        assert_int_equal(ngx_commerce_walog_decode(walog, part, len + 1,
                                                   &event), -1);
        free(part);

        assert_int_equal(ngx_commerce_walog_decode(walog, message, len,
                                                   &event), 0);
        free(message);
    }

    ngx_commerce_walog_destroy(walog);
}


static void
refused(const char *hex, const char *error)
{
    size_t                       len;
    u_char                      *message;
    ngx_commerce_walog_t        *walog;
    ngx_commerce_walog_event_t   event;

    walog = ngx_commerce_walog_create();
    message = bytes(hex, &len);

    assert_int_equal(ngx_commerce_walog_decode(walog, message, len, &event),
                     -1);
    assert_string_equal(ngx_commerce_walog_error(walog), error);

    free(message);
    ngx_commerce_walog_destroy(walog);
}


static void
test_refused(void **state)
{
    refused("", "unknown message");
    refused("5a", "unknown message");
    refused("00", "unknown message");
    refused("49000040014e0000", "a row of an unknown relation");
    refused("45", "a stream begins or ends out of turn");
    refused("5400ffffff00", "too many relations");
    refused("52000040010000640641", "malformed message");
}


/* A table that changes is described again; the number of tables is bounded. */

static void
test_relations(void **state)
{
    int                          rc;
    size_t                       len;
    u_char                      *message;
    unsigned                     i;
    ngx_commerce_walog_t        *walog;
    ngx_commerce_walog_event_t   event;

    walog = ngx_commerce_walog_create();
    message = bytes("52000000006100620064000100630000000014ffffffff", &len);

    for (i = 0; i < NGX_COMMERCE_WALOG_RELATIONS_MAX; i++) {
        message[1] = (u_char) (i >> 4);
        message[4] = (u_char) i;

        assert_int_equal(ngx_commerce_walog_decode(walog, message, len,
                                                   &event), 0);
        assert_int_equal(ngx_commerce_walog_decode(walog, message, len,
                                                   &event), 0);
        assert_ptr_equal(ngx_commerce_walog_relation(walog,
                             event.relation->id), event.relation);
    }

    message[2] = 1;
    rc = ngx_commerce_walog_decode(walog, message, len, &event);
    assert_int_equal(rc, -1);
    assert_string_equal(ngx_commerce_walog_error(walog),
                        "too many relations");

    free(message);
    ngx_commerce_walog_destroy(walog);
    ngx_commerce_walog_destroy(NULL);
}


static void
test_frames(void **state)
{
    size_t                       len;
    u_char                      *p, out[NGX_COMMERCE_WALOG_STATUS_LEN];
    ngx_commerce_walog_frame_t   frame;

    p = bytes("7700000000015454180000000001545420000303e1326a6708424344",
              &len);
    assert_int_equal(ngx_commerce_walog_frame(p, len, &frame), 0);
    assert_int_equal(frame.keepalive, 0);
    assert_int_equal(frame.start, 0x1545418);
    assert_int_equal(frame.end, 0x1545420);
    assert_int_equal(frame.time_us, 0x303e1326a6708);
    assert_true(ngx_commerce_str_is(&frame.data, "BCD"));
    assert_int_equal(ngx_commerce_walog_frame(p, 24, &frame), -1);
    free(p);

    p = bytes("6b0000000001545418000303e1326a670801", &len);
    assert_int_equal(ngx_commerce_walog_frame(p, len, &frame), 0);
    assert_int_equal(frame.keepalive, 1);
    assert_int_equal(frame.reply, 1);
    assert_int_equal(frame.end, 0x1545418);
    assert_int_equal(ngx_commerce_walog_frame(p, len - 1, &frame), -1);
    assert_int_equal(ngx_commerce_walog_frame(p, 0, &frame), -1);
    p[0] = 'x';
    assert_int_equal(ngx_commerce_walog_frame(p, len, &frame), -1);
    free(p);

    ngx_commerce_walog_status(out, 0x1545418, 0x303e1326a6708, 1);
    p = bytes("720000000001545418000000000154541800000000015454180003"
              "03e1326a670801", &len);
    assert_int_equal(len, sizeof(out));
    assert_memory_equal(out, p, len);
    free(p);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_capture),
        cmocka_unit_test(test_streamed),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_relations),
        cmocka_unit_test(test_frames)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
