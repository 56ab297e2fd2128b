
/*
 * Base64url without padding; see b64url.h.
 */

#include "b64url.h"


static const char  alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";


static int  value_of(unsigned char c);


size_t
ngx_commerce_b64url_encode(char *dst, const unsigned char *src, size_t n)
{
    char      *p;
    unsigned   v;

    p = dst;

    while (n >= 3) {
        v = (unsigned) src[0] << 16 | (unsigned) src[1] << 8 | src[2];
        *p++ = alphabet[v >> 18];
        *p++ = alphabet[v >> 12 & 63];
        *p++ = alphabet[v >> 6 & 63];
        *p++ = alphabet[v & 63];
        src += 3;
        n -= 3;
    }

    if (n == 2) {
        v = (unsigned) src[0] << 8 | src[1];
        *p++ = alphabet[v >> 10];
        *p++ = alphabet[v >> 4 & 63];
        *p++ = alphabet[v << 2 & 63];

    } else if (n == 1) {
        *p++ = alphabet[src[0] >> 2];
        *p++ = alphabet[src[0] << 4 & 63];
    }

    return p - dst;
}


ssize_t
ngx_commerce_b64url_decode(unsigned char *dst, const char *src, size_t n)
{
    int             v;
    size_t          i;
    unsigned        acc, bits;
    unsigned char  *p;

    if (n % 4 == 1) {
        return -1;
    }

    p = dst;
    acc = 0;
    bits = 0;

    for (i = 0; i < n; i++) {
        v = value_of((unsigned char) src[i]);
        if (v == -1) {
            return -1;
        }

        acc = (acc << 6 | (unsigned) v) & 0xffff;
        bits += 6;

        if (bits >= 8) {
            bits -= 8;
            *p++ = (unsigned char) (acc >> bits & 0xff);
        }
    }

    if ((acc & ((1u << bits) - 1)) != 0) {
        return -1;
    }

    return p - dst;
}


static int
value_of(unsigned char c)
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

    if (c == '-') {
        return 62;
    }

    return (c == '_') ? 63 : -1;
}
