/*
 * Keys for the tests of tokens: one set of each kind, made once a program.
 * Included by the tests only.
 */

#ifndef JWT_FIXTURE_H
#define JWT_FIXTURE_H


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "b64url.h"
#include "jwt.h"


#define SECRET  "0123456789abcdef0123456789abcdef"

static char  rsa_pem[4096], rsa_pub[2048];
static char  ec_pem[2048], ec_pub[2048];


static void
pem_of(EVP_PKEY *pkey, char *private, char *public)
{
    BIO   *bio;
    char  *p;
    long   n;

    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL);
    n = BIO_get_mem_data(bio, &p);
    memcpy(private, p, n);
    private[n] = '\0';
    BIO_free(bio);

    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, pkey);
    n = BIO_get_mem_data(bio, &p);
    memcpy(public, p, n);
    public[n] = '\0';
    BIO_free(bio);
}


static int
make_pems(void **state)
{
    EVP_PKEY  *pkey;

    pkey = EVP_RSA_gen(2048);
    pem_of(pkey, rsa_pem, rsa_pub);
    EVP_PKEY_free(pkey);

    pkey = EVP_EC_gen("P-256");
    pem_of(pkey, ec_pem, ec_pub);
    EVP_PKEY_free(pkey);

    return 0;
}


static ngx_commerce_jwt_keys_t *
key_set(void)
{
    char                      err[NGX_COMMERCE_JWT_ERR_LEN];
    ngx_commerce_jwt_keys_t  *keys;

    keys = ngx_commerce_jwt_keys_create();

    assert_int_equal(ngx_commerce_jwt_keys_add(keys, "h1",
                         NGX_COMMERCE_JWT_HS256, SECRET, strlen(SECRET),
                         err), 0);
    assert_int_equal(ngx_commerce_jwt_keys_add(keys, "r1",
                         NGX_COMMERCE_JWT_NONE, rsa_pem, strlen(rsa_pem),
                         err), 0);
    assert_int_equal(ngx_commerce_jwt_keys_add(keys, "e1",
                         NGX_COMMERCE_JWT_NONE, ec_pem, strlen(ec_pem),
                         err), 0);

    return keys;
}


#endif /* JWT_FIXTURE_H */
