
/*
 * Passwords: hashes of today and of yesterday, and what is too easy.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <argon2.h>

#include "password.h"


#define LIST  "conf/passwords.txt"


static void
test_hash(void **state)
{
    char  a[NGX_COMMERCE_PASSWORD_HASH_LEN];
    char  b[NGX_COMMERCE_PASSWORD_HASH_LEN];

    assert_int_equal(ngx_commerce_password_hash("caf\xc3\xa9 da manh\xc3\xa3",
                                                16, a), 0);
    assert_int_equal(ngx_commerce_password_hash("caf\xc3\xa9 da manh\xc3\xa3",
                                                16, b), 0);
    assert_string_not_equal(a, b);
    assert_memory_equal(a, "$argon2id$v=19$m=19456,t=2,p=1$", 31);

    assert_int_equal(ngx_commerce_password_verify(a,
                         "caf\xc3\xa9 da manh\xc3\xa3", 16), 1);
    assert_int_equal(ngx_commerce_password_verify(a,
                         "caf\xc3\xa9 da manh\xc3\xa3", 15), 0);
    assert_int_equal(ngx_commerce_password_verify(a, "", 0), 0);
    assert_int_equal(ngx_commerce_password_verify(NULL, "x", 1), 0);
    assert_int_equal(ngx_commerce_password_needs_rehash(a), 0);
}


/* No truncation: the last of 128 characters counts. */

static void
test_long(void **state)
{
    char  text[NGX_COMMERCE_PASSWORD_MAX_LEN + 1];
    char  hash[NGX_COMMERCE_PASSWORD_HASH_LEN];

    memset(text, 'k', sizeof(text));

    assert_int_equal(ngx_commerce_password_hash(text, 128, hash), 0);
    text[127] = 'j';
    assert_int_equal(ngx_commerce_password_verify(hash, text, 128), 0);
    text[127] = 'k';
    assert_int_equal(ngx_commerce_password_verify(hash, text, 128), 1);

    assert_int_equal(ngx_commerce_password_hash(text, sizeof(text), hash),
                     -1);
}


static void
test_other_parameters(void **state)
{
    char           hash[NGX_COMMERCE_PASSWORD_HASH_LEN];
    unsigned char  salt[16] = "0123456789abcde";

    assert_int_equal(argon2id_hash_encoded(1, 1024, 1, "secret", 6, salt, 16,
                                           32, hash, sizeof(hash)), 0);
    assert_int_equal(ngx_commerce_password_verify(hash, "secret", 6), 1);
    assert_int_equal(ngx_commerce_password_verify(hash, "secrets", 7), 0);
    assert_int_equal(ngx_commerce_password_needs_rehash(hash), 1);
}


/* A row of the database cannot ask for a terabyte, nor be another scheme. */

static void
test_unusable(void **state)
{
    static const char *const  hashes[] = {
        "", "x", "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHQ$aGFzaA",
        "$argon2id$v=19$m=19456,t=900,p=1$c2FsdHNhbHQ$aGFzaA",
        "$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA",
        "$argon2id$v=19$m=19456,t=2,p=1$", "$2b$12$abcdefghijklmnopqrstuv"
    };
    size_t  i;

    for (i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
        assert_int_equal(ngx_commerce_password_verify(hashes[i], "secret",
                                                      6), -1);
    }
}


static int
check(const ngx_commerce_password_list_t *list, const char *password)
{
    return ngx_commerce_password_check(list, password, strlen(password),
                                       "Ana.Lima@example.com", 20);
}


static void
test_policy(void **state)
{
    char                           text[513];
    size_t                         i;
    ngx_commerce_password_list_t  *list;

    static const char *const  common[] = {
        "password", "Password1", "p4ssw0rd", "P@ssw0rd2024", "12345678",
        "123456789a", "qwertyuiop", "qwerty123", "aaaaaaaa", "10101010",
        "abcd1234", "brasil2024", "flamengo", "Corinthians1910",
        "!senha123", "senhasenha", "iloveyou", "mudar123", "88888888888",
        "987654321", "asdfghjkl", "1q2w3e4r"
    };
    static const char *const  good[] = {
        "xk7 tz9 qm", "correct horse battery", "ventilador azul 9",
        "n\xc3\xa3o-sei-mais", "B7rr!ofTq"
    };

    list = ngx_commerce_password_list_load(LIST);
    assert_non_null(list);

    for (i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
        if (check(list, common[i]) != NGX_COMMERCE_PASSWORD_COMMON) {
            fail_msg("accepted: %s", common[i]);
        }
    }

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (check(list, good[i]) != NGX_COMMERCE_PASSWORD_GOOD) {
            fail_msg("refused: %s", good[i]);
        }
    }

    assert_int_equal(check(list, "k7tz9qm"),
                     NGX_COMMERCE_PASSWORD_TOO_SHORT);
    assert_int_equal(check(list, "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"),
                     NGX_COMMERCE_PASSWORD_TOO_SHORT);
    assert_int_equal(check(list, "ana.lima@EXAMPLE.com"),
                     NGX_COMMERCE_PASSWORD_IS_EMAIL);
    assert_int_equal(check(list, "ANA.LIMA"),
                     NGX_COMMERCE_PASSWORD_IS_EMAIL);

    for (i = 0; i < 512; i++) {
        text[i] = "hj3 kq!x9.vLp"[i * i % 13];
    }

    text[128] = '\0';
    assert_int_equal(check(list, text), NGX_COMMERCE_PASSWORD_GOOD);
    text[128] = 'z';
    text[129] = '\0';
    assert_int_equal(check(list, text), NGX_COMMERCE_PASSWORD_TOO_LONG);

    assert_int_equal(check(NULL, "password"), NGX_COMMERCE_PASSWORD_GOOD);
    ngx_commerce_password_list_free(list);
    ngx_commerce_password_list_free(NULL);
    assert_null(ngx_commerce_password_list_load("/nowhere/list"));
}


static void
test_codes(void **state)
{
    assert_null(ngx_commerce_password_code(NGX_COMMERCE_PASSWORD_GOOD));
    assert_string_equal(ngx_commerce_password_code(
                            NGX_COMMERCE_PASSWORD_COMMON),
                        "password_too_common");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_other_parameters),
        cmocka_unit_test(test_unusable),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_codes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
