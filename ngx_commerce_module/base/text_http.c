/*
 * Header texts: entity tags and languages (RFC 9110, sections 8.8.3, 12.5.4,
 * 13.1), traceparent (W3C Trace Context).
 *
 * Called by the gateway with header values as nginx keeps them; pure.
 */

#include "text.h"


static size_t etag_opaque(const u_char **p, const u_char *end,
    const u_char **tag);
static unsigned language_weight(const u_char *p, const u_char *end);
static int trace_digits(const u_char *p, size_t len, int *zeros);
static const u_char *text_skip(const u_char *p, const u_char *end);


int
ngx_commerce_etag_none_match(const u_char *header, size_t len,
    const u_char *tag, size_t tag_len)
{
    size_t         n;
    const u_char  *p, *end, *opaque;

    if (tag_len >= 2 && tag[0] == '"') {
        tag++;
        tag_len -= 2;
    }

    p = header;
    end = header + len;

    p = text_skip(p, end);

    if (p < end && *p == '*') {
        return text_skip(p + 1, end) == end;
    }

    while (p < end) {

        n = etag_opaque(&p, end, &opaque);

        if (opaque == NULL) {
            return 0;
        }

        if (n == tag_len && memcmp(opaque, tag, n) == 0) {
            return 1;
        }

        p = text_skip(p, end);

        if (p < end && *p != ',') {
            return 0;
        }

        while (p < end && (*p == ',' || *p == ' ' || *p == '\t')) {
            p++;
        }
    }

    return 0;
}


/*
 * Reads [W/]"opaque" at *p and moves behind it.  Returns the length between
 * the quotes and sets tag, or sets tag to NULL when there is no entity tag.
 */

static size_t
etag_opaque(const u_char **p, const u_char *end, const u_char **tag)
{
    size_t         len;
    const u_char  *q;

    q = *p;
    *tag = NULL;

    if (end - q >= 2 && q[0] == 'W' && q[1] == '/') {
        q += 2;
    }

    if (q == end || *q++ != '"') {
        return 0;
    }

    for (len = 0; q + len < end && q[len] != '"'; len++) {

        if (q[len] <= ' ' || q[len] == 0x7f) {
            return 0;
        }
    }

    if (q + len == end) {
        return 0;
    }

    *tag = q;
    *p = q + len + 1;

    return len;
}


int
ngx_commerce_etag_version(const u_char *header, size_t len, int64_t *version)
{
    size_t         n;
    int64_t        state;
    const u_char  *p, *end, *opaque, *dot;

    end = header + len;
    p = text_skip(header, end);

    if (p < end && *p == '*') {
        *version = -1;
        return (text_skip(p + 1, end) == end) ? 0 : -1;
    }

    n = etag_opaque(&p, end, &opaque);

    if (opaque == NULL || text_skip(p, end) != end) {
        return -1;
    }

    dot = memchr(opaque, '.', n);

    if (dot != NULL) {
        if (ngx_commerce_text_int(dot + 1, opaque + n - dot - 1, &state) != 0
            || state < 0)
        {
            return -1;
        }

        n = dot - opaque;
    }

    if (ngx_commerce_text_int(opaque, n, version) != 0 || *version < 0) {
        return -1;
    }

    return 0;
}


static const u_char *
text_skip(const u_char *p, const u_char *end)
{
    while (p < end && (*p == ' ' || *p == '\t')) {
        p++;
    }

    return p;
}


int
ngx_commerce_text_language(const u_char *header, size_t len)
{
    unsigned       weight, pt, en;
    const u_char  *p, *end, *next;

    pt = 0;
    en = 0;
    end = header + len;

    for (p = header; p < end; p = next + 1) {

        p = text_skip(p, end);
        next = (p < end) ? memchr(p, ',', (size_t) (end - p)) : NULL;

        if (next == NULL) {
            next = end;
        }

        weight = language_weight(p, next);

        /* of equal weights the first wins */

        if (next - p >= 2 && (next - p == 2 || p[2] == '-' || p[2] == ';'
                              || p[2] == ' '))
        {
            if ((p[0] | 0x20) == 'p' && (p[1] | 0x20) == 't'
                && weight > pt && weight > en)
            {
                pt = weight;
            }

            if ((p[0] | 0x20) == 'e' && (p[1] | 0x20) == 'n'
                && weight > en && weight > pt)
            {
                en = weight;
            }
        }
    }

    return en > pt;
}


/* Thousandths of the q of one range; 1000 when it says none. */

static unsigned
language_weight(const u_char *p, const u_char *end)
{
    unsigned  weight, unit;

    while (p < end && *p != ';') {
        p++;
    }

    if (p == end) {
        return 1000;
    }

    p = text_skip(p + 1, end);

    if (end - p < 3 || (p[0] | 0x20) != 'q' || p[1] != '=') {
        return 1000;
    }

    p += 2;

    if (*p == '1') {
        return 1000;
    }

    weight = 0;

    if (*p++ == '0' && p < end && *p++ == '.') {

        for (unit = 100; p < end && unit != 0; p++, unit /= 10) {

            if (*p < '0' || *p > '9') {
                break;
            }

            weight += unit * (unsigned) (*p - '0');
        }
    }

    return weight;
}


/* 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 */

int
ngx_commerce_text_is_traceparent(const u_char *header, size_t len)
{
    int  zeros;

    if (len < 55 || header[2] != '-' || header[35] != '-'
        || header[52] != '-' || !trace_digits(header, 2, &zeros)
        || (header[0] == 'f' && header[1] == 'f'))
    {
        return 0;
    }

    /* versions to come may have more behind another dash */

    if (len != 55 && (zeros || header[55] != '-')) {
        return 0;
    }

    return ngx_commerce_text_is_trace_id(header + 3, 32)
           && trace_digits(header + 36, 16, &zeros) && !zeros
           && trace_digits(header + 53, 2, &zeros);
}


int
ngx_commerce_text_is_trace_id(const u_char *p, size_t len)
{
    int  zeros;

    return len == 32 && trace_digits(p, len, &zeros) && !zeros;
}


static int
trace_digits(const u_char *p, size_t len, int *zeros)
{
    size_t  i;

    *zeros = 1;

    for (i = 0; i < len; i++) {
        if ((p[i] < '0' || p[i] > '9') && (p[i] < 'a' || p[i] > 'f')) {
            return 0;
        }

        if (p[i] != '0') {
            *zeros = 0;
        }
    }

    return 1;
}
