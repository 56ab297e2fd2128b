/*
 * Readers and writers of small foreign texts: uuid, formats of JSON Schema,
 * UTF-8, integers, base64url.  Entity tags and languages are in text_http.c.
 *
 * Called by schema checks, the gateway and handlers; pure, any thread.
 */

#include "text.h"


#define TEXT_EMAIL_MAX  254
#define TEXT_LOCAL_MAX  64
#define TEXT_LABEL_MAX  63


static int text_digits(const u_char *p, unsigned n);
static int text_is_label(const u_char *p, size_t len);
static int text_is_alnum(u_char c);
static int text_is_zone(const u_char *p, size_t len);
static size_t text_utf8_char(const u_char *p, size_t left);
static int base64url_value(u_char c);


void
ngx_commerce_uuid_v7(u_char *out, uint64_t ms, const u_char random[10])
{
    u_char             raw[16];
    unsigned           i;
    static const char  hex[] = "0123456789abcdef";

    for (i = 0; i < 6; i++) {
        raw[i] = (u_char) (ms >> (40 - 8 * i));
    }

    memcpy(&raw[6], random, 10);

    raw[6] = (raw[6] & 0x0f) | 0x70;
    raw[8] = (raw[8] & 0x3f) | 0x80;

    for (i = 0; i < 16; i++) {

        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *out++ = '-';
        }

        *out++ = (u_char) hex[raw[i] >> 4];
        *out++ = (u_char) hex[raw[i] & 15];
    }
}


int
ngx_commerce_text_is_uuid(const u_char *p, size_t len)
{
    u_char  c;
    size_t  i;

    if (len != NGX_COMMERCE_UUID_LEN) {
        return 0;
    }

    for (i = 0; i < len; i++) {

        if (i == 8 || i == 13 || i == 18 || i == 23) {

            if (p[i] != '-') {
                return 0;
            }

            continue;
        }

        c = p[i] | 0x20;

        if ((p[i] < '0' || p[i] > '9') && (c < 'a' || c > 'f')) {
            return 0;
        }
    }

    return 1;
}


/*
 * The addresses that people have: a dot-atom, '@' and a domain of two labels
 * or more (RFC 5321 lengths); no comments, quotes or address literals.
 */

int
ngx_commerce_text_is_email(const u_char *p, size_t len)
{
    size_t         i, at, start;
    static const char  atext[] = "!#$%&'*+-/=?^_`{|}~.";

    if (len > TEXT_EMAIL_MAX) {
        return 0;
    }

    for (at = 0; at < len && p[at] != '@'; at++) {

        if (!text_is_alnum(p[at])
            && (p[at] == 0 || strchr(atext, p[at]) == NULL))
        {
            return 0;
        }

        if (p[at] == '.' && (at == 0 || p[at - 1] == '.')) {
            return 0;
        }
    }

    if (at == 0 || at > TEXT_LOCAL_MAX || at == len || p[at - 1] == '.') {
        return 0;
    }

    start = at + 1;

    for (i = start; i <= len; i++) {

        if (i == len || p[i] == '.') {

            if (!text_is_label(p + start, i - start)) {
                return 0;
            }

            if (i == len) {
                return start != at + 1;
            }

            start = i + 1;
        }
    }

    return 0;
}


static int
text_is_label(const u_char *p, size_t len)
{
    size_t  i;

    if (len == 0 || len > TEXT_LABEL_MAX || p[0] == '-' || p[len - 1] == '-') {
        return 0;
    }

    for (i = 0; i < len; i++) {

        if (!text_is_alnum(p[i]) && p[i] != '-') {
            return 0;
        }
    }

    return 1;
}


static int
text_is_alnum(u_char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}


/* The value of n digits, or -1. */

static int
text_digits(const u_char *p, unsigned n)
{
    int  value;

    value = 0;

    while (n-- != 0) {

        if (*p < '0' || *p > '9') {
            return -1;
        }

        value = value * 10 + (*p++ - '0');
    }

    return value;
}


/* Year 0000 is refused: PostgreSQL has none. */

int
ngx_commerce_text_is_date(const u_char *p, size_t len)
{
    int                   year, month, day, last;
    static const u_char   days[] = { 31, 28, 31, 30, 31, 30,
                                     31, 31, 30, 31, 30, 31 };

    if (len != 10 || p[4] != '-' || p[7] != '-') {
        return 0;
    }

    year = text_digits(p, 4);
    month = text_digits(p + 5, 2);
    day = text_digits(p + 8, 2);

    if (year < 1 || month < 1 || month > 12 || day < 1) {
        return 0;
    }

    last = days[month - 1];

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) {
        last = 29;
    }

    return day <= last;
}


int
ngx_commerce_text_is_date_time(const u_char *p, size_t len)
{
    int     hour, minute, second;
    size_t  i;

    if (len < 20 || !ngx_commerce_text_is_date(p, 10)
        || (p[10] != 'T' && p[10] != 't') || p[13] != ':' || p[16] != ':')
    {
        return 0;
    }

    hour = text_digits(p + 11, 2);
    minute = text_digits(p + 14, 2);
    second = text_digits(p + 17, 2);

    if (hour < 0 || hour > 23 || minute < 0 || minute > 59
        || second < 0 || second > 60)
    {
        return 0;
    }

    i = 19;

    if (p[i] == '.') {

        for (i++; i < len && p[i] >= '0' && p[i] <= '9'; i++) { /* void */ }

        if (i == 20 || i > 29) {
            return 0;
        }
    }

    return text_is_zone(p + i, len - i);
}


/* 'Z' or an offset that PostgreSQL takes (below 16 hours) */

static int
text_is_zone(const u_char *p, size_t len)
{
    int  hours, minutes;

    if (len == 1) {
        return p[0] == 'Z' || p[0] == 'z';
    }

    if (len != 6 || (p[0] != '+' && p[0] != '-') || p[3] != ':') {
        return 0;
    }

    hours = text_digits(p + 1, 2);
    minutes = text_digits(p + 4, 2);

    return hours >= 0 && hours <= 15 && minutes >= 0 && minutes <= 59;
}


/* An absolute URI (RFC 3986): a scheme, then only characters that may stand. */

int
ngx_commerce_text_is_uri(const u_char *p, size_t len)
{
    size_t  i;

    for (i = 0; i < len && p[i] != ':'; i++) {

        if (!text_is_alnum(p[i])
            && (i == 0 || (p[i] != '+' && p[i] != '-' && p[i] != '.')))
        {
            return 0;
        }
    }

    if (i == 0 || i + 1 >= len || (p[0] >= '0' && p[0] <= '9')) {
        return 0;
    }

    for (i++; i < len; i++) {

        if (p[i] <= ' ' || p[i] > '~' || strchr("\"<>\\^`{|}", p[i]) != NULL) {
            return 0;
        }

        if (p[i] == '%'
            && (len - i < 3 || strchr("0123456789abcdefABCDEF", p[i + 1])
                               == NULL
                || strchr("0123456789abcdefABCDEF", p[i + 2]) == NULL
                || p[i + 1] == 0 || p[i + 2] == 0))
        {
            return 0;
        }
    }

    return 1;
}


int64_t
ngx_commerce_text_utf8_length(const u_char *p, size_t len)
{
    size_t   n;
    int64_t  count;

    count = 0;

    while (len != 0) {

        n = (*p < 0x80) ? 1 : text_utf8_char(p, len);

        if (n == 0) {
            return -1;
        }

        p += n;
        len -= n;
        count++;
    }

    return count;
}


/* Bytes of the multibyte character at p, or 0: table 3-7 of Unicode */

static size_t
text_utf8_char(const u_char *p, size_t left)
{
    size_t  n, i;
    u_char  low, high;

    low = 0x80;
    high = 0xbf;

    if (p[0] >= 0xc2 && p[0] <= 0xdf) {
        n = 2;

    } else if (p[0] >= 0xe0 && p[0] <= 0xef) {
        n = 3;
        low = (p[0] == 0xe0) ? 0xa0 : low;
        high = (p[0] == 0xed) ? 0x9f : high;

    } else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        n = 4;
        low = (p[0] == 0xf0) ? 0x90 : low;
        high = (p[0] == 0xf4) ? 0x8f : high;

    } else {
        return 0;
    }

    if (left < n || p[1] < low || p[1] > high) {
        return 0;
    }

    for (i = 2; i < n; i++) {

        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }

    return n;
}


int
ngx_commerce_text_int(const u_char *p, size_t len, int64_t *value)
{
    unsigned  negative, digit;
    uint64_t  n, max;

    negative = (len != 0 && p[0] == '-');

    p += negative;
    len -= negative;

    if (len == 0 || len > 19 || (p[0] == '0' && (len > 1 || negative))) {
        return -1;
    }

    n = 0;
    max = (uint64_t) INT64_MAX + negative;

    while (len-- != 0) {

        if (*p < '0' || *p > '9') {
            return -1;
        }

        digit = (unsigned) (*p++ - '0');
        n = n * 10 + digit;
    }

    if (n > max) {
        return -1;
    }

    *value = negative ? (int64_t) (0 - n) : (int64_t) n;

    return 0;
}


int64_t
ngx_commerce_base64url_encode(u_char *out, const u_char *p, size_t len)
{
    u_char             *start;
    uint32_t            n;
    static const char   set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789-_";

    start = out;

    for ( /* void */ ; len >= 3; len -= 3, p += 3) {
        n = (uint32_t) p[0] << 16 | (uint32_t) p[1] << 8 | p[2];

        *out++ = (u_char) set[n >> 18];
        *out++ = (u_char) set[(n >> 12) & 63];
        *out++ = (u_char) set[(n >> 6) & 63];
        *out++ = (u_char) set[n & 63];
    }

    if (len != 0) {
        n = (uint32_t) p[0] << 16 | (len == 2 ? (uint32_t) p[1] << 8 : 0);

        *out++ = (u_char) set[n >> 18];
        *out++ = (u_char) set[(n >> 12) & 63];

        if (len == 2) {
            *out++ = (u_char) set[(n >> 6) & 63];
        }
    }

    return out - start;
}


int64_t
ngx_commerce_base64url_decode(u_char *out, const u_char *p, size_t len)
{
    int        value;
    size_t     i;
    u_char    *start;
    uint32_t   bits;
    unsigned   have;

    if (len % 4 == 1) {
        return -1;
    }

    start = out;
    bits = 0;
    have = 0;

    for (i = 0; i < len; i++) {

        value = base64url_value(p[i]);
        if (value < 0) {
            return -1;
        }

        bits = bits << 6 | (uint32_t) value;
        have += 6;

        if (have >= 8) {
            have -= 8;
            *out++ = (u_char) (bits >> have);
            bits &= (1u << have) - 1;
        }
    }

    /* bits that no byte takes must be zero, or two texts would be one value */

    return (bits == 0) ? out - start : -1;
}


static int
base64url_value(u_char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }

    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }

    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }

    return (c == '-') ? 62 : (c == '_') ? 63 : -1;
}
