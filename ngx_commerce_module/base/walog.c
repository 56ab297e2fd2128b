/*
 * Decoding of the replication stream: frames, transactions, rows.
 *
 * Called by the feed for each CopyData message; allocates only when the
 * stream describes a relation (walog_relation.c).
 */

#include <stdio.h>
#include <stdlib.h>

#include "walog_reader.h"


static int walog_message(ngx_commerce_walog_t *walog,
    ngx_commerce_walog_reader_t *reader, u_char type,
    ngx_commerce_walog_event_t *event);
static int walog_begin(ngx_commerce_walog_reader_t *reader,
    ngx_commerce_walog_event_t *event);
static int walog_commit(ngx_commerce_walog_reader_t *reader,
    ngx_commerce_walog_event_t *event);
static int walog_row_message(ngx_commerce_walog_t *walog,
    ngx_commerce_walog_reader_t *reader, u_char type,
    ngx_commerce_walog_event_t *event);
static int walog_row(ngx_commerce_walog_t *walog,
    ngx_commerce_walog_reader_t *reader, ngx_commerce_walog_value_t *values,
    ngx_commerce_walog_row_t *row);
static int walog_truncate(ngx_commerce_walog_t *walog,
    ngx_commerce_walog_reader_t *reader, ngx_commerce_walog_event_t *event);
static int walog_emitted(ngx_commerce_walog_reader_t *reader,
    ngx_commerce_walog_event_t *event);
static int walog_stream(ngx_commerce_walog_t *walog,
    ngx_commerce_walog_reader_t *reader, u_char type,
    ngx_commerce_walog_event_t *event);
static int walog_fail(ngx_commerce_walog_t *walog, const char *error);


int
ngx_commerce_walog_frame(const u_char *p, size_t len,
    ngx_commerce_walog_frame_t *frame)
{
    ngx_commerce_walog_reader_t  reader;

    memset(frame, 0, sizeof(ngx_commerce_walog_frame_t));
    memset(&reader, 0, sizeof(ngx_commerce_walog_reader_t));

    reader.pos = p;
    reader.end = p + len;

    switch (ngx_commerce_walog_number(&reader, 1)) {

    case 'w':
        frame->start = ngx_commerce_walog_number(&reader, 8);
        frame->end = ngx_commerce_walog_number(&reader, 8);
        frame->time_us = (int64_t) ngx_commerce_walog_number(&reader, 8);
        frame->data = ngx_commerce_walog_bytes(&reader, (size_t)
                                               (reader.end - reader.pos));
        break;

    case 'k':
        frame->keepalive = 1;
        frame->end = ngx_commerce_walog_number(&reader, 8);
        frame->time_us = (int64_t) ngx_commerce_walog_number(&reader, 8);
        frame->reply = (ngx_commerce_walog_number(&reader, 1) != 0);
        break;

    default:
        return -1;
    }

    return (reader.failed || reader.pos != reader.end) ? -1 : 0;
}


int
ngx_commerce_walog_decode(ngx_commerce_walog_t *walog, const u_char *p,
    size_t len, ngx_commerce_walog_event_t *event)
{
    u_char                       type;
    ngx_commerce_walog_reader_t  reader;

    memset(event, 0, sizeof(ngx_commerce_walog_event_t));
    memset(&reader, 0, sizeof(ngx_commerce_walog_reader_t));

    reader.pos = p;
    reader.end = p + len;

    walog->error = NULL;
    type = (u_char) ngx_commerce_walog_number(&reader, 1);

    if (walog_message(walog, &reader, type, event) != 0) {
        return walog_fail(walog, "malformed message");
    }

    if (reader.failed) {
        return walog_fail(walog, "message cut short");
    }

    if (reader.pos != reader.end && event->kind != NGX_COMMERCE_WALOG_OTHER) {
        return walog_fail(walog, "bytes behind a message");
    }

    return 0;
}


/* Inside a streamed block each change begins with its transaction's id. */

static int
walog_message(ngx_commerce_walog_t *walog,
    ngx_commerce_walog_reader_t *reader, u_char type,
    ngx_commerce_walog_event_t *event)
{
    if (walog->streaming && strchr("RYIUDTM", type) != NULL && type != 0) {
        event->xid = (uint32_t) ngx_commerce_walog_number(reader, 4);
    }

    switch (type) {

    case 'B':
        return walog_begin(reader, event);

    case 'C':
        return walog_commit(reader, event);

    case 'R':
        event->kind = NGX_COMMERCE_WALOG_RELATION;
        event->relation = ngx_commerce_walog_describe(walog, reader);
        return (event->relation != NULL) ? 0 : -1;

    case 'I':
    case 'U':
    case 'D':
        return walog_row_message(walog, reader, type, event);

    case 'T':
        return walog_truncate(walog, reader, event);

    case 'M':
        return walog_emitted(reader, event);

    case 'S':
    case 'E':
    case 'c':
    case 'A':
        return walog_stream(walog, reader, type, event);

    case 'O':
    case 'Y':
        event->kind = NGX_COMMERCE_WALOG_OTHER;
        return 0;

    default:
        return walog_fail(walog, "unknown message");
    }
}


static int
walog_begin(ngx_commerce_walog_reader_t *reader,
    ngx_commerce_walog_event_t *event)
{
    event->kind = NGX_COMMERCE_WALOG_BEGIN;
    event->lsn = ngx_commerce_walog_number(reader, 8);
    event->time_us = (int64_t) ngx_commerce_walog_number(reader, 8);
    event->xid = (uint32_t) ngx_commerce_walog_number(reader, 4);

    return 0;
}


static int
walog_commit(ngx_commerce_walog_reader_t *reader,
    ngx_commerce_walog_event_t *event)
{
    event->kind = NGX_COMMERCE_WALOG_COMMIT;

    (void) ngx_commerce_walog_number(reader, 1);     /* flags, unused */
    (void) ngx_commerce_walog_number(reader, 8);     /* of the commit */

    event->lsn = ngx_commerce_walog_number(reader, 8);
    event->time_us = (int64_t) ngx_commerce_walog_number(reader, 8);

    return 0;
}


static int
walog_row_message(ngx_commerce_walog_t *walog,
    ngx_commerce_walog_reader_t *reader, u_char type,
    ngx_commerce_walog_event_t *event)
{
    u_char    part;
    uint32_t  id;

    event->kind = (type == 'I') ? NGX_COMMERCE_WALOG_INSERT
                  : (type == 'U') ? NGX_COMMERCE_WALOG_UPDATE
                                  : NGX_COMMERCE_WALOG_DELETE;

    id = (uint32_t) ngx_commerce_walog_number(reader, 4);
    event->relation = ngx_commerce_walog_relation(walog, id);

    if (event->relation == NULL) {
        return walog_fail(walog, "a row of an unknown relation");
    }

    part = (u_char) ngx_commerce_walog_number(reader, 1);

    if (type != 'I' && (part == 'K' || part == 'O')) {
        event->old_is_key = (part == 'K');

        if (walog_row(walog, reader, walog->old, &event->old) != 0) {
            return -1;
        }

        if (type == 'D') {
            return 0;
        }

        part = (u_char) ngx_commerce_walog_number(reader, 1);
    }

    if (type == 'D' || part != 'N') {
        return walog_fail(walog, "a change without its row");
    }

    return walog_row(walog, reader, walog->row, &event->row);
}


static int
walog_row(ngx_commerce_walog_t *walog, ngx_commerce_walog_reader_t *reader,
    ngx_commerce_walog_value_t *values, ngx_commerce_walog_row_t *row)
{
    size_t    len;
    unsigned  i, n;

    n = (unsigned) ngx_commerce_walog_number(reader, 2);

    if (n > NGX_COMMERCE_WALOG_COLUMNS_MAX) {
        return walog_fail(walog, "too many columns");
    }

    for (i = 0; i < n && !reader->failed; i++) {
        values[i].kind = (u_char) ngx_commerce_walog_number(reader, 1);
        values[i].text.data = NULL;
        values[i].text.len = 0;

        switch (values[i].kind) {

        case 't':
        case 'b':
            len = (size_t) ngx_commerce_walog_number(reader, 4);
            values[i].text = ngx_commerce_walog_bytes(reader, len);
            break;

        case 'n':
        case 'u':
            break;

        default:
            return walog_fail(walog, "unknown kind of value");
        }
    }

    row->values = values;
    row->nvalues = n;

    return 0;
}


static int
walog_truncate(ngx_commerce_walog_t *walog,
    ngx_commerce_walog_reader_t *reader, ngx_commerce_walog_event_t *event)
{
    uint32_t  i, n;

    event->kind = NGX_COMMERCE_WALOG_TRUNCATE;

    n = (uint32_t) ngx_commerce_walog_number(reader, 4);
    (void) ngx_commerce_walog_number(reader, 1);     /* cascade, restart */

    if (n > NGX_COMMERCE_WALOG_RELATIONS_MAX) {
        return walog_fail(walog, "too many relations");
    }

    for (i = 0; i < n; i++) {
        walog->ids[i] = (uint32_t) ngx_commerce_walog_number(reader, 4);
    }

    event->truncated = walog->ids;
    event->ntruncated = n;

    return 0;
}


static int
walog_emitted(ngx_commerce_walog_reader_t *reader,
    ngx_commerce_walog_event_t *event)
{
    event->kind = NGX_COMMERCE_WALOG_MESSAGE;
    event->transactional = ngx_commerce_walog_number(reader, 1) & 1;
    event->lsn = ngx_commerce_walog_number(reader, 8);
    event->prefix = ngx_commerce_walog_string(reader);
    event->content = ngx_commerce_walog_bytes(reader, (size_t)
                                   ngx_commerce_walog_number(reader, 4));

    return 0;
}


static int
walog_stream(ngx_commerce_walog_t *walog,
    ngx_commerce_walog_reader_t *reader, u_char type,
    ngx_commerce_walog_event_t *event)
{
    if (walog->streaming != (type == 'E')) {
        return walog_fail(walog, "a stream begins or ends out of turn");
    }

    if (type == 'E') {
        walog->streaming = 0;
        event->kind = NGX_COMMERCE_WALOG_STREAM_STOP;
        return 0;
    }

    event->xid = (uint32_t) ngx_commerce_walog_number(reader, 4);

    if (type == 'S') {
        (void) ngx_commerce_walog_number(reader, 1); /* the first segment */

        walog->streaming = !reader->failed;
        event->kind = NGX_COMMERCE_WALOG_STREAM_START;
        return 0;
    }

    if (type == 'A') {
        (void) ngx_commerce_walog_number(reader, 4); /* subtransaction */

        event->kind = NGX_COMMERCE_WALOG_STREAM_ABORT;
        return 0;
    }

    (void) walog_commit(reader, event);
    event->kind = NGX_COMMERCE_WALOG_STREAM_COMMIT;

    return 0;
}


/* The first reason stays. */

static int
walog_fail(ngx_commerce_walog_t *walog, const char *error)
{
    if (walog->error == NULL) {
        walog->error = error;
    }

    return -1;
}


const char *
ngx_commerce_walog_error(const ngx_commerce_walog_t *walog)
{
    return (walog->error != NULL) ? walog->error : "no error";
}


void
ngx_commerce_walog_status(u_char out[NGX_COMMERCE_WALOG_STATUS_LEN],
    uint64_t lsn, int64_t time_us, int reply)
{
    u_char    *p;
    uint64_t   numbers[4];
    unsigned   i, shift;

    numbers[0] = lsn;
    numbers[1] = lsn;
    numbers[2] = lsn;
    numbers[3] = (uint64_t) time_us;

    p = out;
    *p++ = 'r';

    for (i = 0; i < 4; i++) {

        for (shift = 64; shift != 0; shift -= 8) {
            *p++ = (u_char) (numbers[i] >> (shift - 8));
        }
    }

    *p = (reply != 0);
}


void
ngx_commerce_walog_lsn(char out[18], uint64_t lsn)
{
    (void) snprintf(out, 18, "%X/%X", (unsigned) (lsn >> 32),
                    (unsigned) (lsn & 0xffffffff));
}


uint64_t
ngx_commerce_walog_position(const char *text)
{
    char           *end;
    unsigned long   high, low;

    high = strtoul(text, &end, 16);

    if (end == text || *end != '/' || high > 0xffffffff) {
        return 0;
    }

    text = end + 1;
    low = strtoul(text, &end, 16);

    if (end == text || *end != '\0' || low > 0xffffffff) {
        return 0;
    }

    return (uint64_t) high << 32 | low;
}
