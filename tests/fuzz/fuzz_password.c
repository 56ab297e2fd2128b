
/*
 * Passwords as somebody may choose them, against a list; what stands before
 * the first newline is the e-mail.  And strings that are no hashes.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "password.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                                *text, *eol;
    size_t                               n;
    ngx_commerce_password_policy_t       rc;
    static ngx_commerce_password_list_t *list;

    if (list == NULL) {
        list = ngx_commerce_password_list_load("conf/passwords.txt");
    }

    if (list == NULL) {
        abort();
    }

    text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';

    eol = memchr(text, '\n', size);
    n = (eol != NULL) ? (size_t) (eol - text) : 0;

    rc = ngx_commerce_password_check(list, (eol != NULL) ? eol + 1 : text,
                                     (eol != NULL) ? size - n - 1 : size,
                                     text, n);

    if (rc == NGX_COMMERCE_PASSWORD_GOOD
        && ngx_commerce_password_code(rc) != NULL)
    {
        abort();
    }

    (void) ngx_commerce_password_needs_rehash(text);
    free(text);

    return 0;
}
