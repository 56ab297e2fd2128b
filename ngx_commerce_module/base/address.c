/*
 * Which addresses are of the public internet.  Called by io/ for each socket
 * that is opened on somebody else's word.  Keeps nothing.
 */

#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>


typedef struct {
    uint8_t   bytes[16];
    unsigned  bits;
} network_t;


static int address_within(const uint8_t *bytes, const network_t *networks,
    size_t n);


static const network_t  special4[] = {
    { { 0 }, 8 },                        /* this network */
    { { 10 }, 8 },
    { { 100, 64 }, 10 },                 /* shared, RFC 6598 */
    { { 127 }, 8 },
    { { 169, 254 }, 16 },                /* link-local, metadata services */
    { { 172, 16 }, 12 },
    { { 192, 0, 0 }, 24 },
    { { 192, 0, 2 }, 24 },               /* documentation */
    { { 192, 88, 99 }, 24 },             /* 6to4 relays */
    { { 192, 168 }, 16 },
    { { 198, 18 }, 15 },                 /* benchmarks */
    { { 198, 51, 100 }, 24 },            /* documentation */
    { { 203, 0, 113 }, 24 },             /* documentation */
    { { 224 }, 4 },                      /* multicast */
    { { 240 }, 4 }                       /* reserved, broadcast */
};

/* All else of 2000::/3 is given to somebody; outside of it nothing is. */

static const network_t  global6[] = {
    { { 0x20 }, 3 }
};

static const network_t  special6[] = {
    { { 0x20, 0x01, 0x00 }, 23 },        /* protocols, Teredo */
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32 },  /* documentation */
    { { 0x20, 0x02 }, 16 },              /* 6to4: an IPv4 address inside */
    { { 0x3f, 0xff }, 20 }               /* documentation */
};


int
ngx_commerce_address_public(const struct sockaddr *address)
{
    const struct sockaddr_in   *in;
    const struct sockaddr_in6  *in6;

    switch (address->sa_family) {

    case AF_INET:
        in = (const struct sockaddr_in *) address;

        return !address_within((const uint8_t *) &in->sin_addr, special4,
                               sizeof(special4) / sizeof(special4[0]));

    case AF_INET6:
        in6 = (const struct sockaddr_in6 *) address;

        return address_within(in6->sin6_addr.s6_addr, global6, 1)
               && !address_within(in6->sin6_addr.s6_addr, special6,
                                  sizeof(special6) / sizeof(special6[0]));

    default:
        return 0;
    }
}


static int
address_within(const uint8_t *bytes, const network_t *networks, size_t n)
{
    size_t    i;
    uint8_t   mask;
    unsigned  whole;

    for (i = 0; i < n; i++) {
        whole = networks[i].bits / 8;
        mask = (uint8_t) (0xff << (8 - networks[i].bits % 8));

        if (memcmp(bytes, networks[i].bytes, whole) == 0
            && (networks[i].bits % 8 == 0
                || (bytes[whole] & mask) == networks[i].bytes[whole]))
        {
            return 1;
        }
    }

    return 0;
}
