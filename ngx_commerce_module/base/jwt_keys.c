
/*
 * Key sets: made while the configuration is read, const afterwards, wiped
 * when the configuration goes.  See jwt.h and jwt_keys.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "jwt_keys.h"


#define SECRET_MIN     32
#define FILE_MAX       16384


static const ngx_commerce_jwt_key_t *by_kid(
    const ngx_commerce_jwt_keys_t *keys, const char *kid);
static int load_secret(ngx_commerce_jwt_key_t *key, const char *text,
    size_t len, char *err);
static int append(ngx_commerce_jwt_table_t *table,
    const ngx_commerce_jwt_key_t *key);
static void key_wipe(ngx_commerce_jwt_key_t *key);
static void table_wipe(ngx_commerce_jwt_table_t *table);
static int name_of(const char *path, char *kid, ngx_commerce_jwt_alg_t *alg,
    char *err);
static ssize_t read_file(const char *path, char *buf, size_t size,
    char *err);
static int append_jwks(json_t *list, const ngx_commerce_jwt_table_t *table);


ngx_commerce_jwt_keys_t *
ngx_commerce_jwt_keys_create(void)
{
    return calloc(1, sizeof(ngx_commerce_jwt_keys_t));
}


void
ngx_commerce_jwt_keys_destroy(ngx_commerce_jwt_keys_t *keys)
{
    if (keys == NULL) {
        return;
    }

    table_wipe(&keys->pem);
    table_wipe(&keys->hmac);
    free(keys);
}


int
ngx_commerce_jwt_keys_add(ngx_commerce_jwt_keys_t *keys, const char *kid,
    ngx_commerce_jwt_alg_t alg, const char *text, size_t len,
    char err[NGX_COMMERCE_JWT_ERR_LEN])
{
    int                        rc;
    ngx_commerce_jwt_key_t     key;
    ngx_commerce_jwt_table_t  *table;

    err[0] = '\0';

    if (!ngx_commerce_jwt_kid_valid(kid, strlen(kid))) {
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN,
                 "a key id is 1 to %d of A-Z a-z 0-9 _ -",
                 NGX_COMMERCE_JWT_KID_MAX);
        return -1;
    }

    if (by_kid(keys, kid) != NULL) {
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN, "the key id is already used");
        return -1;
    }

    memset(&key, 0, sizeof(key));
    memcpy(key.kid, kid, strlen(kid) + 1);
    key.alg = alg;

    if (alg == NGX_COMMERCE_JWT_HS256) {
        table = &keys->hmac;
        rc = load_secret(&key, text, len, err);

    } else {
        table = &keys->pem;
        rc = ngx_commerce_jwt_pem_load(&key, text, len, err);
    }

    if (rc == 0 && append(table, &key) != 0) {
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN, "no memory");
        rc = -1;
    }

    if (rc != 0) {
        key_wipe(&key);
        return -1;
    }

    if (key.signs) {
        memcpy(keys->active, key.kid, sizeof(key.kid));
    }

    return 0;
}


int
ngx_commerce_jwt_keys_add_file(ngx_commerce_jwt_keys_t *keys,
    const char *path, char err[NGX_COMMERCE_JWT_ERR_LEN])
{
    int                      rc;
    char                     kid[NGX_COMMERCE_JWT_KID_MAX + 1];
    char                     text[FILE_MAX];
    ssize_t                  n;
    ngx_commerce_jwt_alg_t   alg;

    if (name_of(path, kid, &alg, err) != 0) {
        return -1;
    }

    n = read_file(path, text, sizeof(text), err);
    if (n == -1) {
        return -1;
    }

    if (alg == NGX_COMMERCE_JWT_HS256 && n > 0 && text[n - 1] == '\n') {
        n--;
    }

    rc = ngx_commerce_jwt_keys_add(keys, kid, alg, text, n, err);

    OPENSSL_cleanse(text, sizeof(text));

    return rc;
}


int
ngx_commerce_jwt_keys_activate(ngx_commerce_jwt_keys_t *keys,
    const char *kid)
{
    const ngx_commerce_jwt_key_t  *key;

    key = by_kid(keys, kid);

    if (key == NULL || !key->signs) {
        return -1;
    }

    memcpy(keys->active, key->kid, sizeof(keys->active));

    return 0;
}


const ngx_commerce_jwt_key_t *
ngx_commerce_jwt_keys_signer(const ngx_commerce_jwt_keys_t *keys)
{
    return by_kid(keys, keys->active);
}


const char *
ngx_commerce_jwt_keys_active(const ngx_commerce_jwt_keys_t *keys)
{
    return (keys->active[0] != '\0') ? keys->active : NULL;
}


const ngx_commerce_jwt_key_t *
ngx_commerce_jwt_keys_find(const ngx_commerce_jwt_keys_t *keys,
    const char *kid, ngx_commerce_jwt_alg_t alg)
{
    size_t                           i;
    const ngx_commerce_jwt_table_t  *table;

    table = (alg == NGX_COMMERCE_JWT_HS256) ? &keys->hmac : &keys->pem;

    for (i = 0; i < table->n; i++) {
        if (table->items[i].alg == alg
            && strcmp(table->items[i].kid, kid) == 0)
        {
            return &table->items[i];
        }
    }

    return NULL;
}


int
ngx_commerce_jwt_kid_valid(const char *kid, size_t len)
{
    size_t         i;
    unsigned char  c;

    if (len == 0 || len > NGX_COMMERCE_JWT_KID_MAX) {
        return 0;
    }

    for (i = 0; i < len; i++) {
        c = (unsigned char) kid[i];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9') || c == '_' || c == '-'))
        {
            return 0;
        }
    }

    return 1;
}


char *
ngx_commerce_jwt_jwks(const ngx_commerce_jwt_keys_t *keys)
{
    char    *text;
    json_t  *set, *list;

    text = NULL;
    list = json_array();
    set = json_pack("{s:o}", "keys", list);

    if (set != NULL && append_jwks(list, &keys->pem) == 0) {
        text = json_dumps(set, JSON_COMPACT);
    }

    json_decref(set);

    return text;
}


static int
append_jwks(json_t *list, const ngx_commerce_jwt_table_t *table)
{
    size_t   i;
    json_t  *copy;

    for (i = 0; i < table->n; i++) {

        /* a reference would be a write to what all threads share */

        copy = json_deep_copy(table->items[i].jwk);

        if (json_array_append_new(list, copy) != 0) {
            return -1;
        }
    }

    return 0;
}


static const ngx_commerce_jwt_key_t *
by_kid(const ngx_commerce_jwt_keys_t *keys, const char *kid)
{
    size_t  i;

    for (i = 0; i < keys->pem.n; i++) {
        if (strcmp(keys->pem.items[i].kid, kid) == 0) {
            return &keys->pem.items[i];
        }
    }

    for (i = 0; i < keys->hmac.n; i++) {
        if (strcmp(keys->hmac.items[i].kid, kid) == 0) {
            return &keys->hmac.items[i];
        }
    }

    return NULL;
}


static int
load_secret(ngx_commerce_jwt_key_t *key, const char *text, size_t len,
    char *err)
{
    if (len < SECRET_MIN) {
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN,
                 "an HS256 secret needs %d bytes or more", SECRET_MIN);
        return -1;
    }

    key->secret = malloc(len);

    if (key->secret == NULL) {
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN, "no memory");
        return -1;
    }

    memcpy(key->secret, text, len);
    key->secret_len = len;
    key->signs = 1;

    return 0;
}


static int
append(ngx_commerce_jwt_table_t *table, const ngx_commerce_jwt_key_t *key)
{
    ngx_commerce_jwt_key_t  *items;

    items = realloc(table->items, (table->n + 1) * sizeof(*items));
    if (items == NULL) {
        return -1;
    }

    items[table->n++] = *key;
    table->items = items;

    return 0;
}


static void
key_wipe(ngx_commerce_jwt_key_t *key)
{
    if (key->secret != NULL) {
        OPENSSL_cleanse(key->secret, key->secret_len);
        free(key->secret);
    }

    EVP_PKEY_free(key->pkey);
    json_decref(key->jwk);
    memset(key, 0, sizeof(*key));
}


static void
table_wipe(ngx_commerce_jwt_table_t *table)
{
    size_t  i;

    for (i = 0; i < table->n; i++) {
        key_wipe(&table->items[i]);
    }

    free(table->items);
}


static int
name_of(const char *path, char *kid, ngx_commerce_jwt_alg_t *alg, char *err)
{
    size_t       n;
    const char  *base, *dot;

    base = strrchr(path, '/');
    base = (base != NULL) ? base + 1 : path;

    dot = strrchr(base, '.');

    if (dot != NULL && strcmp(dot, ".pem") == 0) {
        *alg = NGX_COMMERCE_JWT_NONE;

    } else if (dot != NULL && strcmp(dot, ".secret") == 0) {
        *alg = NGX_COMMERCE_JWT_HS256;

    } else {
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN,
                 "a key file is named KID.pem or KID.secret");
        return -1;
    }

    n = dot - base;

    if (!ngx_commerce_jwt_kid_valid(base, n)) {
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN,
                 "the file's name is not a key id");
        return -1;
    }

    memcpy(kid, base, n);
    kid[n] = '\0';

    return 0;
}


static ssize_t
read_file(const char *path, char *buf, size_t size, char *err)
{
    int      fd;
    ssize_t  n;
    size_t   got;

    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1) {
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN, "cannot open: %s",
                 strerror(errno));
        return -1;
    }

    got = 0;

    do {
        n = read(fd, buf + got, size - got);
        if (n > 0) {
            got += n;
        }
    } while (n > 0 && got < size);

    if (n == -1) {
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN, "cannot read: %s",
                 strerror(errno));
        got = 0;

    } else if (got == size) {
        snprintf(err, NGX_COMMERCE_JWT_ERR_LEN, "the file is too large");
        OPENSSL_cleanse(buf, size);
        n = -1;
    }

    close(fd);

    return (n == -1) ? -1 : (ssize_t) got;
}
