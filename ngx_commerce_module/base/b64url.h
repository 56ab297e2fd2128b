
/*
 * Base64url without padding (RFC 4648 section 5), canonical only: padding,
 * other characters, impossible lengths and spare bits that are not zero are
 * errors, so that one value has one text.
 *
 * Used by tokens and sealed values.  Pure functions, any thread.
 */

#ifndef NGX_COMMERCE_B64URL_H
#define NGX_COMMERCE_B64URL_H


#include <stddef.h>
#include <sys/types.h>


#define NGX_COMMERCE_B64URL_ENCODED(n)  (((n) * 4 + 2) / 3)
#define NGX_COMMERCE_B64URL_DECODED(n)  ((n) / 4 * 3 + 2)


/* Writes the text of n bytes, no NUL; returns its length. */

size_t ngx_commerce_b64url_encode(char *dst, const unsigned char *src,
    size_t n);


/*
 * Writes the bytes of a text into dst, NGX_COMMERCE_B64URL_DECODED(n) at
 * most; returns their number, or -1 if the text is not canonical.
 */

ssize_t ngx_commerce_b64url_decode(unsigned char *dst, const char *src,
    size_t n);


#endif /* NGX_COMMERCE_B64URL_H */
