/*
 * Signatures from a test: argv[1] is the secret, argv[2] the time; each line
 * of standard input is base64 of a header (`=`: none), a space, and base64 of
 * a body; each line of standard output 1, 0, or L for good but of another
 * time.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "signature.h"


static size_t
decode(const char *text, unsigned char *out)
{
    int     n;
    size_t  len;

    len = strlen(text);
    n = EVP_DecodeBlock(out, (const unsigned char *) text, (int) len);

    while (n > 0 && len > 0 && text[len - 1] == '=') {
        n--;
        len--;
    }

    return (n < 0) ? 0 : (size_t) n;
}


int
main(int argc, char **argv)
{
    char           header[8192], body[8192];
    size_t         hlen, blen;
    unsigned char  h[8192], b[8192];

    if (argc != 3) {
        return 2;
    }

    while (scanf("%8191s %8191s %*s", header, body) == 2) {
        hlen = decode(header, h);
        blen = decode(body, b);

        switch (ngx_commerce_signature_check((char *) h, hlen, b, blen,
                                             argv[1], strlen(argv[1]),
                                             atoll(argv[2])))
        {
        case NGX_COMMERCE_SIGNATURE_GOOD:
            puts("1");
            break;

        case NGX_COMMERCE_SIGNATURE_LATE:
            puts("L");
            break;

        default:
            puts("0");
        }
    }

    return 0;
}
