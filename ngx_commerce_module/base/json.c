/*
 * The JSON writer: bytes into memory that its user provides piece by piece.
 *
 * Called by the gateway's renderer for every row, so it scans for the next
 * byte that needs escaping and copies runs.  Keeps nothing between calls but
 * what its header shows.
 */

#include "json.h"


static void json_byte(ngx_commerce_json_t *json, u_char c);
static void json_escape(ngx_commerce_json_t *json, u_char c);
static int json_time_parts(const u_char *p, size_t len, size_t *stem);
static const u_char *json_array_quoted(ngx_commerce_json_t *json,
    const u_char *p, const u_char *end);
static const u_char *json_array_plain(ngx_commerce_json_t *json,
    const u_char *p, const u_char *end, int bare);
static int json_is_number(const u_char *p, size_t len);


/* 1 for bytes that cannot stand in a JSON string as they are */

static const u_char  json_special[256] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    ['"'] = 1, ['\\'] = 1
};


void
ngx_commerce_json_raw(ngx_commerce_json_t *json, const void *data, size_t len)
{
    size_t         n;
    const u_char  *p;

    p = data;

    while (len != 0 && !json->failed) {

        if (json->pos == json->end) {

            if (json->more == NULL || json->more(json) != 0) {
                json->failed = 1;
                return;
            }
        }

        n = (size_t) (json->end - json->pos);

        if (n > len) {
            n = len;
        }

        memcpy(json->pos, p, n);

        json->pos += n;
        p += n;
        len -= n;
    }
}


static void
json_byte(ngx_commerce_json_t *json, u_char c)
{
    if (json->pos != json->end && !json->failed) {
        *json->pos++ = c;
        return;
    }

    ngx_commerce_json_raw(json, &c, 1);
}


void
ngx_commerce_json_string(ngx_commerce_json_t *json, const void *data,
    size_t len)
{
    const u_char  *p, *run, *end;

    json_byte(json, '"');

    run = data;
    end = run + len;

    for (p = run; p != end; p++) {

        if (!json_special[*p]) {
            continue;
        }

        ngx_commerce_json_raw(json, run, (size_t) (p - run));
        json_escape(json, *p);
        run = p + 1;
    }

    ngx_commerce_json_raw(json, run, (size_t) (end - run));

    json_byte(json, '"');
}


static void
json_escape(ngx_commerce_json_t *json, u_char c)
{
    u_char             out[6];
    static const char  hex[] = "0123456789abcdef";

    out[0] = '\\';

    switch (c) {

    case '"':
    case '\\':
        out[1] = c;
        break;

    case '\n':
        out[1] = 'n';
        break;

    case '\r':
        out[1] = 'r';
        break;

    case '\t':
        out[1] = 't';
        break;

    default:
        memcpy(&out[1], "u00", 3);
        out[4] = (u_char) hex[c >> 4];
        out[5] = (u_char) hex[c & 15];
        ngx_commerce_json_raw(json, out, 6);
        return;
    }

    ngx_commerce_json_raw(json, out, 2);
}


void
ngx_commerce_json_int(ngx_commerce_json_t *json, int64_t value)
{
    u_char    buf[20], *p;
    uint64_t  n;

    p = buf + sizeof(buf);
    n = (value < 0) ? -(uint64_t) value : (uint64_t) value;

    do {
        *--p = (u_char) ('0' + n % 10);
        n /= 10;
    } while (n != 0);

    if (value < 0) {
        *--p = '-';
    }

    ngx_commerce_json_raw(json, p, (size_t) (buf + sizeof(buf) - p));
}


void
ngx_commerce_json_time(ngx_commerce_json_t *json, const void *data, size_t len)
{
    size_t         stem;
    const u_char  *p;

    p = data;

    if (!json_time_parts(p, len, &stem)) {
        ngx_commerce_json_string(json, data, len);
        return;
    }

    json_byte(json, '"');
    ngx_commerce_json_raw(json, p, 10);
    json_byte(json, 'T');
    ngx_commerce_json_raw(json, p + 11, stem - 11);
    ngx_commerce_json_lit(json, "Z\"");
}


/* '2026-11-22 18:01:57[.123456]+00': `stem` is the length before the zone */

static int
json_time_parts(const u_char *p, size_t len, size_t *stem)
{
    size_t             i;
    static const char  shape[] = "dddd-dd-dd dd:dd:dd";

    if (len < sizeof(shape) - 1 + 3 || memcmp(p + len - 3, "+00", 3) != 0) {
        return 0;
    }

    for (i = 0; i < sizeof(shape) - 1; i++) {

        if (shape[i] == 'd' ? (p[i] < '0' || p[i] > '9')
                            : p[i] != (u_char) shape[i])
        {
            return 0;
        }
    }

    *stem = len - 3;

    if (i == *stem) {
        return 1;
    }

    if (p[i] != '.' || i + 1 == *stem) {
        return 0;
    }

    for (i++; i < *stem; i++) {

        if (p[i] < '0' || p[i] > '9') {
            return 0;
        }
    }

    return 1;
}


void
ngx_commerce_json_array(ngx_commerce_json_t *json, const void *data,
    size_t len, int bare)
{
    const u_char  *p, *end;

    p = data;
    end = p + len;

    if (len < 2 || p[0] != '{' || end[-1] != '}') {
        ngx_commerce_json_lit(json, "[]");
        return;
    }

    p++;
    end--;

    json_byte(json, '[');

    while (p < end) {

        p = (*p == '"') ? json_array_quoted(json, p + 1, end)
                        : json_array_plain(json, p, end, bare);

        if (p < end && *p == ',') {
            p++;
            json_byte(json, ',');
        }
    }

    json_byte(json, ']');
}


/* the element behind an opening quote; returns the byte behind the closing */

static const u_char *
json_array_quoted(ngx_commerce_json_t *json, const u_char *p,
    const u_char *end)
{
    json_byte(json, '"');

    while (p < end && *p != '"') {

        if (*p == '\\' && p + 1 < end) {
            p++;
        }

        if (json_special[*p]) {
            json_escape(json, *p);

        } else {
            json_byte(json, *p);
        }

        p++;
    }

    json_byte(json, '"');

    return (p < end) ? p + 1 : end;
}


static const u_char *
json_array_plain(ngx_commerce_json_t *json, const u_char *p,
    const u_char *end, int bare)
{
    size_t         len;
    const u_char  *start;

    start = p;

    while (p < end && *p != ',') {
        p++;
    }

    len = (size_t) (p - start);

    if (len == 4 && memcmp(start, "NULL", 4) == 0) {
        ngx_commerce_json_lit(json, "null");

    } else if (!bare) {
        ngx_commerce_json_string(json, start, len);

    } else if (len == 1 && *start == 't') {
        ngx_commerce_json_lit(json, "true");

    } else if (len == 1 && *start == 'f') {
        ngx_commerce_json_lit(json, "false");

    } else if (!json_is_number(start, len)) {
        ngx_commerce_json_lit(json, "null");

    } else {
        ngx_commerce_json_raw(json, start, len);
    }

    return (p == start) ? p + 1 : p;
}


/* NaN, Infinity and nested arrays have no place among bare elements */

static int
json_is_number(const u_char *p, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {

        if ((p[i] < '0' || p[i] > '9') && p[i] != '-' && p[i] != '+'
            && p[i] != '.' && p[i] != 'e')
        {
            return 0;
        }
    }

    return len != 0;
}
