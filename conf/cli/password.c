/*
 * commerce-password: reads a password from standard input (one line) and
 * prints its argon2id hash in the PHC format, exactly as the gateway makes
 * it; a file named as argument lists the passwords that are too common.
 * `./commerce user add` calls it; the password is in no argument list.
 */

#include <stdio.h>
#include <string.h>

#include "password.h"


int
main(int argc, char **argv)
{
    char                            hash[NGX_COMMERCE_PASSWORD_HASH_LEN];
    char                            password[NGX_COMMERCE_PASSWORD_MAX_LEN + 2];
    size_t                          len;
    ngx_commerce_password_list_t   *list;
    ngx_commerce_password_policy_t  policy;

    list = NULL;

    if (argc > 1) {
        list = ngx_commerce_password_list_load(argv[1]);

        if (list == NULL) {
            perror(argv[1]);
            return 1;
        }
    }

    if (fgets(password, sizeof(password), stdin) == NULL) {
        fprintf(stderr, "no password on standard input\n");
        return 1;
    }

    len = strcspn(password, "\n");

    policy = ngx_commerce_password_check(list, password, len, NULL, 0);

    if (policy != NGX_COMMERCE_PASSWORD_GOOD) {
        fprintf(stderr, "%s (%d to %d characters, not a common one)\n",
                ngx_commerce_password_code(policy),
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
