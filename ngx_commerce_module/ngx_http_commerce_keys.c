/*
 * Setters of the directives that name files with keys.  Keys are read while
 * the master still may, and are wiped with the configuration.
 */

#include "ngx_http_commerce_module.h"


typedef struct {
    ngx_str_t               kid;
    ngx_str_t               path;
    ngx_commerce_jwt_alg_t  alg;
    unsigned                sign:1;
} jwt_key_t;


static ngx_int_t conf_create_keys(ngx_conf_t *cf, ngx_commerce_conf_t *ccf);
static ngx_int_t conf_key_options(ngx_conf_t *cf, jwt_key_t *key);
static void conf_free_keys(void *data);
static void conf_free_seal(void *data);
static void conf_free_passwords(void *data);


/* commerce_jwt_key KID file=PATH [alg=ES256] [sign] */

char *
ngx_http_commerce_jwt_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    int                   rc;
    char                  err[NGX_COMMERCE_JWT_ERR_LEN];
    jwt_key_t                key;
    size_t                len;
    u_char                text[16384];
    ngx_commerce_conf_t  *ccf = conf;

    if (ccf->jwt_keys == NULL && conf_create_keys(cf, ccf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (conf_key_options(cf, &key) != NGX_OK
        || ngx_http_commerce_read(cf, &key.path, text, sizeof(text), &len)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    while (key.alg == NGX_COMMERCE_JWT_HS256 && len && text[len - 1] == '\n') {
        len--;
    }

    rc = ngx_commerce_jwt_keys_add(ccf->jwt_keys, (char *) key.kid.data,
                                   key.alg, (char *) text, len, err);
    ngx_explicit_memzero(text, sizeof(text));

    if (rc != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "key \"%V\": %s", &key.kid,
                           err);
        return NGX_CONF_ERROR;
    }

    if (key.sign) {
        ccf->jwt_sign = key.kid;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
conf_create_keys(ngx_conf_t *cf, ngx_commerce_conf_t *ccf)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    ccf->jwt_keys = ngx_commerce_jwt_keys_create();
    if (ccf->jwt_keys == NULL) {
        return NGX_ERROR;
    }

    cln->handler = conf_free_keys;
    cln->data = ccf;

    return NGX_OK;
}


static ngx_int_t
conf_key_options(ngx_conf_t *cf, jwt_key_t *key)
{
    ngx_str_t   *args, value;
    ngx_uint_t   i;

    ngx_memzero(key, sizeof(jwt_key_t));

    args = cf->args->elts;
    key->kid = args[1];
    key->alg = NGX_COMMERCE_JWT_NONE;

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_commerce_option(&args[i], "file", &value) != NULL) {
            key->path = value;
            continue;
        }

        if (args[i].len == 4 && ngx_strncmp(args[i].data, "sign", 4) == 0) {
            key->sign = 1;
            continue;
        }

        if (ngx_http_commerce_option(&args[i], "alg", &value) == NULL
            || value.len != 5
            || ngx_strncmp(value.data + 1, "S256", 4) != 0
            || ngx_strchr("HRE", value.data[0]) == NULL)
        {
            (void) ngx_http_commerce_fail(cf, "unknown option", &args[i]);
            return NGX_ERROR;
        }

        key->alg = (value.data[0] == 'H') ? NGX_COMMERCE_JWT_HS256
                   : (value.data[0] == 'R') ? NGX_COMMERCE_JWT_RS256
                                            : NGX_COMMERCE_JWT_ES256;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_commerce_read(ngx_conf_t *cf, ngx_str_t *path, u_char *buf,
    size_t size, size_t *len)
{
    ssize_t    n;
    ngx_fd_t   fd;
    ngx_str_t  name;

    name = *path;

    if (name.len == 0
        || ngx_conf_full_name(cf->cycle, &name, 0) != NGX_OK)
    {
        (void) ngx_http_commerce_fail(cf, "no file= is given, or", path);
        return NGX_ERROR;
    }

    fd = ngx_open_file(name.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", &name);
        return NGX_ERROR;
    }

    n = ngx_read_fd(fd, buf, size);
    (void) ngx_close_file(fd);

    if (n <= 0 || (size_t) n == size) {
        (void) ngx_http_commerce_fail(cf, "empty or too large is", &name);
        return NGX_ERROR;
    }

    *len = (size_t) n;

    return NGX_OK;
}


static void
conf_free_keys(void *data)
{
    ngx_commerce_conf_t  *ccf = data;

    free(ccf->jwks);
    ngx_commerce_jwt_keys_destroy(ccf->jwt_keys);
}


char *
ngx_http_commerce_seal_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                  err[NGX_COMMERCE_SEAL_ERR_LEN];
    ngx_str_t            *args;
    ngx_pool_cleanup_t   *cln;
    ngx_commerce_conf_t  *ccf = conf;

    if (ccf->seal != NULL) {
        return "is duplicate";
    }

    args = cf->args->elts;
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (cln == NULL
        || ngx_conf_full_name(cf->cycle, &args[1], 0) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    ccf->seal = ngx_commerce_seal_ring_load((char *) args[1].data, err);

    if (ccf->seal == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\": %s", &args[1], err);
        return NGX_CONF_ERROR;
    }

    cln->handler = conf_free_seal;
    cln->data = ccf;

    return NGX_CONF_OK;
}


static void
conf_free_seal(void *data)
{
    ngx_commerce_conf_t  *ccf = data;

    ngx_commerce_seal_ring_destroy(ccf->seal);
}


/* 64 hexadecimal digits. */

char *
ngx_http_commerce_cursor_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    size_t                len;
    u_char                text[256];
    ngx_int_t             n;
    ngx_str_t            *args;
    ngx_uint_t            i;
    ngx_commerce_conf_t  *ccf = conf;

    if (ccf->cursor_keyed) {
        return "is duplicate";
    }

    args = cf->args->elts;

    if (ngx_http_commerce_read(cf, &args[1], text, sizeof(text), &len)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (i = 0; i < 32; i++) {
        n = (len >= 64) ? ngx_hextoi(&text[2 * i], 2) : NGX_ERROR;

        if (n == NGX_ERROR) {
            return ngx_http_commerce_fail(cf, "no 64 hexadecimal digits in",
                                          &args[1]);
        }

        ccf->cursor_key[i] = (u_char) n;
    }

    ngx_explicit_memzero(text, sizeof(text));
    ccf->cursor_keyed = 1;

    return NGX_CONF_OK;
}


char *
ngx_http_commerce_passwords(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t            *args;
    ngx_pool_cleanup_t   *cln;
    ngx_commerce_conf_t  *ccf = conf;

    if (ccf->passwords != NULL) {
        return "is duplicate";
    }

    args = cf->args->elts;
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (cln == NULL
        || ngx_conf_full_name(cf->cycle, &args[1], 0) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    ccf->passwords = ngx_commerce_password_list_load((char *) args[1].data);

    if (ccf->passwords == NULL) {
        return ngx_http_commerce_fail(cf, "no list of passwords is", &args[1]);
    }

    cln->handler = conf_free_passwords;
    cln->data = ccf;

    return NGX_CONF_OK;
}


static void
conf_free_passwords(void *data)
{
    ngx_commerce_conf_t  *ccf = data;

    ngx_commerce_password_list_free(ccf->passwords);
}
