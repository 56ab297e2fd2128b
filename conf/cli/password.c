/*
 * commerce-password: reads a password from standard input (one line) and
 * prints its argon2id hash in the PHC format, exactly as the gateway makes
 * it.  `./commerce user add` calls it; the password is in no argument list.
 */

#include <stdio.h>
#include <string.h>

#include "password.h"


int
main(void)
{
    char    hash[NGX_COMMERCE_PASSWORD_HASH_LEN];
    char    password[NGX_COMMERCE_PASSWORD_MAX_LEN + 2];
    size_t  len;

    if (fgets(password, sizeof(password), stdin) == NULL) {
        fprintf(stderr, "no password on standard input\n");
        return 1;
    }

    len = strcspn(password, "\n");

    if (ngx_commerce_password_check(NULL, password, len, NULL, 0)
        != NGX_COMMERCE_PASSWORD_GOOD)
    {
        fprintf(stderr, "a password has %d to %d characters\n",
                NGX_COMMERCE_PASSWORD_MIN, NGX_COMMERCE_PASSWORD_MAX);
        return 1;
    }

    if (ngx_commerce_password_hash(password, len, hash) != 0) {
        fprintf(stderr, "cannot hash: out of memory or randomness\n");
        return 1;
    }

    puts(hash);

    return 0;
}
