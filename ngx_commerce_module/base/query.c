/*
 * Query strings and PostgreSQL array literals.
 *
 * Called by the gateway's input station once a request; writes only into the
 * caller's buffer.
 */

#include "query.h"
#include "text.h"


static int query_decode(u_char **buf, const u_char *p, size_t len,
    ngx_commerce_str_t *out);
static int query_hex(u_char c);


int
ngx_commerce_query_next(ngx_commerce_str_t *args, u_char **buf,
    ngx_commerce_str_t *name, ngx_commerce_str_t *value)
{
    size_t         len, cut;
    const u_char  *p, *q;

    while (args->len != 0 && args->data[0] == '&') {
        args->data++;
        args->len--;
    }

    if (args->len == 0) {
        return 0;
    }

    p = args->data;
    q = memchr(p, '&', args->len);
    len = (q != NULL) ? (size_t) (q - p) : args->len;

    args->data += len;
    args->len -= len;

    q = memchr(p, '=', len);
    cut = (q != NULL) ? (size_t) (q - p) : len;

    if (query_decode(buf, p, cut, name) != 0) {
        return -1;
    }

    if (q == NULL) {
        value->data = *buf;
        value->len = 0;
        return 1;
    }

    return (query_decode(buf, q + 1, len - cut - 1, value) == 0) ? 1 : -1;
}


static int
query_decode(u_char **buf, const u_char *p, size_t len,
    ngx_commerce_str_t *out)
{
    int            high, low;
    u_char        *to, c;
    const u_char  *end;

    to = *buf;
    end = p + len;

    while (p < end) {
        c = *p++;

        if (c == '+') {
            c = ' ';

        } else if (c == '%') {

            if (end - p < 2) {
                return -1;
            }

            high = query_hex(p[0]);
            low = query_hex(p[1]);

            if (high < 0 || low < 0) {
                return -1;
            }

            c = (u_char) (high << 4 | low);
            p += 2;
        }

        if (c == 0) {
            return -1;
        }

        *to++ = c;
    }

    out->data = *buf;
    out->len = (size_t) (to - *buf);
    *buf = to;

    return (ngx_commerce_text_utf8_length(out->data, out->len) < 0) ? -1 : 0;
}


static int
query_hex(u_char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}


u_char *
ngx_commerce_query_array_item(u_char *out, const u_char *p, size_t len,
    int first)
{
    if (!first) {
        *out++ = ',';
    }

    *out++ = '"';

    while (len-- != 0) {

        if (*p == '"' || *p == '\\') {
            *out++ = '\\';
        }

        *out++ = *p++;
    }

    *out++ = '"';

    return out;
}
