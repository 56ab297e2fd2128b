/*
 * Setters of the directives: what nginx.conf says, checked and read into
 * memory while nginx still may fail.  Secrets are named by file, never given.
 */

#include "ngx_http_commerce_module.h"


#define COMMERCE_ZONE_MIN   (1024 * 1024)


static char *conf_fail(ngx_conf_t *cf, const char *what, ngx_str_t *which);
static ngx_str_t *conf_option(ngx_str_t *arg, const char *name,
    ngx_str_t *value);
static char *conf_database_option(ngx_conf_t *cf, ngx_commerce_pg_conf_t *pg,
    ngx_str_t *arg);
static ngx_int_t conf_read(ngx_conf_t *cf, ngx_str_t *path, u_char *buf,
    size_t size, size_t *len);
static void conf_free_keys(void *data);
static void conf_free_seal(void *data);
static void conf_free_passwords(void *data);


static char *
conf_fail(ngx_conf_t *cf, const char *what, ngx_str_t *which)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s \"%V\"", what, which);

    return NGX_CONF_ERROR;
}


/* The value of "name=value", or NULL when the argument is another one. */

static ngx_str_t *
conf_option(ngx_str_t *arg, const char *name, ngx_str_t *value)
{
    size_t  len;

    len = ngx_strlen(name);

    if (arg->len <= len || arg->data[len] != '='
        || ngx_strncmp(arg->data, name, len) != 0)
    {
        return NULL;
    }

    value->data = arg->data + len + 1;
    value->len = arg->len - len - 1;

    return value;
}


char *
ngx_http_commerce_contract(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t             *args, name;
    ngx_glob_t             gl;
    ngx_uint_t             i;
    const char           **file;
    ngx_commerce_conf_t   *ccf = conf;

    if (ccf->files == NULL) {
        ccf->files = ngx_array_create(cf->pool, 8, sizeof(char *));
        if (ccf->files == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    args = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_conf_full_name(cf->cycle, &args[i], 0) != NGX_OK) {
            return NGX_CONF_ERROR;
        }

        ngx_memzero(&gl, sizeof(ngx_glob_t));
        gl.pattern = args[i].data;
        gl.log = cf->log;

        if (ngx_open_glob(&gl) != NGX_OK) {
            return conf_fail(cf, "no contract is at", &args[i]);
        }

        while (ngx_read_glob(&gl, &name) == NGX_OK) {
            file = ngx_array_push(ccf->files);
            if (file == NULL) {
                return NGX_CONF_ERROR;
            }

            *file = ngx_commerce_cstr(cf->pool, name.data, name.len);
            if (*file == NULL) {
                return NGX_CONF_ERROR;
            }
        }

        ngx_close_glob(&gl);
    }

    if (ccf->files->nelts == 0) {
        return conf_fail(cf, "no contract is at", &args[1]);
    }

    return NGX_CONF_OK;
}


char *
ngx_http_commerce_database(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                     *rv;
    ngx_str_t                *args;
    ngx_uint_t                i;
    ngx_commerce_conf_t      *ccf = conf;
    ngx_commerce_database_t  *db;

    args = cf->args->elts;
    db = ccf->databases.elts;

    for (i = 0; i < ccf->databases.nelts; i++) {
        if (db[i].pg.name.len == args[1].len
            && ngx_strncmp(db[i].pg.name.data, args[1].data, args[1].len) == 0)
        {
            return "names a database twice";
        }
    }

    db = ngx_array_push(&ccf->databases);
    if (db == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(db, sizeof(ngx_commerce_database_t));

    db->pg.name = args[1];
    db->pg.connections = 4;
    db->pg.depth = 32;
    db->pg.queue = 1024;
    db->pg.connect_timeout = 2000;
    db->pg.timeout = 5000;
    db->pg.statement_timeout = 4000;

    for (i = 2; i < cf->args->nelts; i++) {
        rv = conf_database_option(cf, &db->pg, &args[i]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (db->pg.dsn.len == 0) {
        return conf_fail(cf, "no dsn= is given for database", &args[1]);
    }

    return NGX_CONF_OK;
}


static char *
conf_database_option(ngx_conf_t *cf, ngx_commerce_pg_conf_t *pg,
    ngx_str_t *arg)
{
    ngx_int_t   n;
    ngx_uint_t  i;
    ngx_str_t   value;

    struct {
        const char  *name;
        ngx_uint_t  *number;
        ngx_msec_t  *time;
        ngx_int_t    max;
    } options[] = {
        { "connections", &pg->connections, NULL, 64 },
        { "depth", &pg->depth, NULL, 1024 },
        { "queue", &pg->queue, NULL, 65536 },
        { "connect_timeout", NULL, &pg->connect_timeout, 0 },
        { "timeout", NULL, &pg->timeout, 0 },
        { "statement_timeout", NULL, &pg->statement_timeout, 0 },
        { NULL, NULL, NULL, 0 }
    };

    if (conf_option(arg, "dsn", &value) != NULL) {
        pg->dsn.len = value.len;
        pg->dsn.data = (u_char *) ngx_commerce_cstr(cf->pool, value.data,
                                                    value.len);

        return (pg->dsn.data == NULL) ? NGX_CONF_ERROR : NGX_CONF_OK;
    }

    for (i = 0; options[i].name != NULL; i++) {
        if (conf_option(arg, options[i].name, &value) == NULL) {
            continue;
        }

        if (options[i].time != NULL) {
            n = ngx_parse_time(&value, 0);

            if (n == NGX_ERROR || n == 0) {
                return conf_fail(cf, "bad time in", arg);
            }

            *options[i].time = (ngx_msec_t) n;
            return NGX_CONF_OK;
        }

        n = ngx_atoi(value.data, value.len);

        if (n < 1 || n > options[i].max) {
            return conf_fail(cf, "bad number in", arg);
        }

        *options[i].number = (ngx_uint_t) n;
        return NGX_CONF_OK;
    }

    return conf_fail(cf, "unknown option", arg);
}


char *
ngx_http_commerce_jwt(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_int_t             n;
    ngx_str_t            *args, value;
    ngx_uint_t            i;
    ngx_commerce_conf_t  *ccf = conf;

    args = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (conf_option(&args[i], "issuer", &value) != NULL) {
            ccf->jwt_issuer = value;
            continue;
        }

        if (conf_option(&args[i], "audience", &value) != NULL) {
            ccf->jwt_audience = value;
            continue;
        }

        if (conf_option(&args[i], "ttl", &value) == NULL
            && conf_option(&args[i], "leeway", &value) == NULL)
        {
            return conf_fail(cf, "unknown option", &args[i]);
        }

        n = ngx_parse_time(&value, 1);

        if (n == NGX_ERROR || n > 3600) {
            return conf_fail(cf, "bad time in", &args[i]);
        }

        if (args[i].data[0] == 't') {
            ccf->jwt_ttl = n;

        } else {
            ccf->jwt_policy.leeway = n;
        }
    }

    return NGX_CONF_OK;
}


/* commerce_jwt_key KID file=PATH [alg=ES256] [sign] */

char *
ngx_http_commerce_jwt_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    int                      rc;
    char                     err[NGX_COMMERCE_JWT_ERR_LEN];
    size_t                   len;
    u_char                   text[16384];
    ngx_str_t               *args, value, path;
    ngx_uint_t               i, sign;
    ngx_pool_cleanup_t      *cln;
    ngx_commerce_conf_t     *ccf = conf;
    ngx_commerce_jwt_alg_t   alg;

    if (ccf->jwt_keys == NULL) {
        cln = ngx_pool_cleanup_add(cf->pool, 0);
        ccf->jwt_keys = ngx_commerce_jwt_keys_create();

        if (cln == NULL || ccf->jwt_keys == NULL) {
            return NGX_CONF_ERROR;
        }

        cln->handler = conf_free_keys;
        cln->data = ccf;
    }

    args = cf->args->elts;
    alg = NGX_COMMERCE_JWT_NONE;
    sign = 0;
    ngx_str_null(&path);

    for (i = 2; i < cf->args->nelts; i++) {
        if (conf_option(&args[i], "file", &value) != NULL) {
            path = value;

        } else if (conf_option(&args[i], "alg", &value) != NULL) {
            alg = (value.data[0] == 'H') ? NGX_COMMERCE_JWT_HS256
                  : (value.data[0] == 'R') ? NGX_COMMERCE_JWT_RS256
                                           : NGX_COMMERCE_JWT_ES256;

            if (value.len != 5 || ngx_strncmp(value.data + 2, "256", 3) != 0) {
                return conf_fail(cf, "unknown algorithm in", &args[i]);
            }

        } else if (args[i].len == 4
                   && ngx_strncmp(args[i].data, "sign", 4) == 0)
        {
            sign = 1;

        } else {
            return conf_fail(cf, "unknown option", &args[i]);
        }
    }

    if (conf_read(cf, &path, text, sizeof(text), &len) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    while (alg == NGX_COMMERCE_JWT_HS256 && len && text[len - 1] == '\n') {
        len--;
    }

    rc = ngx_commerce_jwt_keys_add(ccf->jwt_keys, (char *) args[1].data, alg,
                                   (char *) text, len, err);
    ngx_explicit_memzero(text, sizeof(text));

    if (rc != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "key \"%V\": %s", &args[1],
                           err);
        return NGX_CONF_ERROR;
    }

    if (sign) {
        ccf->jwt_sign = args[1];
    }

    return NGX_CONF_OK;
}


static ngx_int_t
conf_read(ngx_conf_t *cf, ngx_str_t *path, u_char *buf, size_t size,
    size_t *len)
{
    ssize_t    n;
    ngx_fd_t   fd;
    ngx_str_t  name;

    name = *path;

    if (name.len == 0
        || ngx_conf_full_name(cf->cycle, &name, 0) != NGX_OK)
    {
        (void) conf_fail(cf, "no file= is given, or", path);
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
        (void) conf_fail(cf, "empty or too large is", &name);
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

    args = cf->args->elts;

    if (conf_read(cf, &args[1], text, sizeof(text), &len) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    for (i = 0; i < 32; i++) {
        n = (len >= 64) ? ngx_hextoi(&text[2 * i], 2) : NGX_ERROR;

        if (n == NGX_ERROR) {
            return conf_fail(cf, "64 hexadecimal digits are wanted in",
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
        return conf_fail(cf, "no list of passwords is", &args[1]);
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


char *
ngx_http_commerce_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ssize_t               size;
    ngx_str_t            *args, name = ngx_string("commerce");
    ngx_commerce_conf_t  *ccf = conf;

    if (ccf->zone != NULL) {
        return "is duplicate";
    }

    args = cf->args->elts;
    size = ngx_parse_size(&args[1]);

    if (size < COMMERCE_ZONE_MIN) {
        return conf_fail(cf, "less than 1m is", &args[1]);
    }

    ccf->zone = ngx_shared_memory_add(cf, &name, (size_t) size,
                                      &ngx_http_commerce_module);
    if (ccf->zone == NULL) {
        return NGX_CONF_ERROR;
    }

    ccf->zone->init = ngx_commerce_zone_init;

    return NGX_CONF_OK;
}


char *
ngx_http_commerce_trusted_proxy(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_str_t            *args;
    ngx_cidr_t           *cidr;
    ngx_uint_t            i;
    ngx_commerce_conf_t  *ccf = conf;

    if (ccf->proxies == NULL) {
        ccf->proxies = ngx_array_create(cf->pool, 2, sizeof(ngx_cidr_t));
        if (ccf->proxies == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    args = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        cidr = ngx_array_push(ccf->proxies);
        if (cidr == NULL) {
            return NGX_CONF_ERROR;
        }

        if (ngx_ptocidr(&args[i], cidr) == NGX_ERROR) {
            return conf_fail(cf, "no address is", &args[i]);
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_http_commerce_cors_origin(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t            *args, *origin;
    ngx_uint_t            i;
    ngx_commerce_conf_t  *ccf = conf;

    if (ccf->origins == NULL) {
        ccf->origins = ngx_array_create(cf->pool, 2, sizeof(ngx_str_t));
        if (ccf->origins == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    args = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_strncmp(args[i].data, "http", 4) != 0) {
            return conf_fail(cf, "an origin begins with http, not", &args[i]);
        }

        origin = ngx_array_push(ccf->origins);
        if (origin == NULL) {
            return NGX_CONF_ERROR;
        }

        *origin = args[i];
    }

    return NGX_CONF_OK;
}


/* commerce_order_group MAX [queue=NUMBER] */

char *
ngx_http_commerce_order_group(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_int_t             n;
    ngx_str_t            *args, value;
    ngx_commerce_conf_t  *ccf = conf;

    args = cf->args->elts;
    n = ngx_atoi(args[1].data, args[1].len);

    if (n < 1 || n > 128) {
        return "takes 1 to 128 orders";
    }

    ccf->group_max = (ngx_uint_t) n;
    ccf->group_queue = 4096;

    if (cf->args->nelts == 2) {
        return NGX_CONF_OK;
    }

    if (conf_option(&args[2], "queue", &value) == NULL
        || (n = ngx_atoi(value.data, value.len)) < 1)
    {
        return conf_fail(cf, "unknown option", &args[2]);
    }

    ccf->group_queue = (ngx_uint_t) n;

    return NGX_CONF_OK;
}


char *
ngx_http_commerce_threads(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t            *args;
    ngx_commerce_conf_t  *ccf = conf;

    if (ccf->threads != NULL) {
        return "is duplicate";
    }

    args = cf->args->elts;
    ccf->threads = ngx_thread_pool_add(cf, &args[1]);

    return (ccf->threads == NULL) ? NGX_CONF_ERROR : NGX_CONF_OK;
}
