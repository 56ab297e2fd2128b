/*
 * Which addresses a socket may be opened to on somebody else's word.
 */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "address.h"


static int
public(const char *text)
{
    struct sockaddr_in   in;
    struct sockaddr_in6  in6;

    memset(&in, 0, sizeof(in));
    memset(&in6, 0, sizeof(in6));

    if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
        in.sin_family = AF_INET;
        return ngx_commerce_address_public((struct sockaddr *) &in);
    }

    in6.sin6_family = AF_INET6;
    assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);

    return ngx_commerce_address_public((struct sockaddr *) &in6);
}


static void
the_internet_is_public(void **state)
{
    size_t  i;

    static const char *const  texts[] = {
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255",
        "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255",
        "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0",
        "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
        "223.255.255.255", "2001:200::1", "2606:4700::1111",
        "2a00:1450:4001::1", "3ffe::1"
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (!public(texts[i])) {
            fail_msg("%s is public", texts[i]);
        }
    }
}


static void
everything_else_is_not(void **state)
{
    size_t  i;

    static const char *const  texts[] = {
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1",
        "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1",
        "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1",
        "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8",
        "64:ff9b::a00:1", "100::1", "fc00::1", "fd12:3456::1", "fe80::1",
        "fec0::1", "ff02::1", "2001::1", "2001:1ff:ffff::1",
        "2001:db8::1", "2002:7f00:1::1", "3fff::1", "4000::1"
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (public(texts[i])) {
            fail_msg("%s is not public", texts[i]);
        }
    }
}


static void
other_families_are_not(void **state)
{
    struct sockaddr_un  un;

    memset(&un, 0, sizeof(un));
    un.sun_family = AF_UNIX;

    assert_int_equal(ngx_commerce_address_public((struct sockaddr *) &un), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(the_internet_is_public),
        cmocka_unit_test(everything_else_is_not),
        cmocka_unit_test(other_families_are_not)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
