/*
 * The directive commerce_redis, and what of it can be made only when the whole
 * http block is read.  The password is named by file, never given.
 */

#include "ngx_http_commerce_module.h"


static char *redis_option(ngx_conf_t *cf, ngx_commerce_shared_conf_t *conf,
    ngx_str_t *arg);
static char *redis_address(ngx_conf_t *cf, ngx_commerce_shared_conf_t *conf,
    ngx_str_t *arg);
static char *redis_prefix(ngx_conf_t *cf, ngx_commerce_shared_conf_t *conf,
    ngx_str_t *value);
static char *redis_password(ngx_conf_t *cf, ngx_commerce_shared_conf_t *conf,
    ngx_str_t *path);
static void redis_wipe(void *data);


/* commerce_redis ADDRESS [option=value] ... */

char *
ngx_http_commerce_redis(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                        *rv;
    ngx_str_t                   *args;
    ngx_uint_t                   i;
    ngx_commerce_conf_t         *ccf = conf;
    ngx_commerce_shared_conf_t  *shared;

    if (ccf->shared != NULL) {
        return "is duplicate";
    }

    shared = ngx_pcalloc(cf->pool, sizeof(ngx_commerce_shared_conf_t));
    if (shared == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_str_set(&shared->prefix, "commerce:");
    shared->gateways = 2;
    shared->redis.pending = 1024;
    shared->redis.timeout = 50;
    shared->redis.connect_timeout = 1000;

    args = cf->args->elts;

    rv = redis_address(cf, shared, &args[1]);

    for (i = 2; rv == NGX_CONF_OK && i < cf->args->nelts; i++) {
        rv = redis_option(cf, shared, &args[i]);
    }

    if (rv == NGX_CONF_OK && shared->redis.user.len != 0
        && shared->redis.password.len == 0)
    {
        return "has a user= without a password_file=";
    }

    ccf->shared = shared;

    return rv;
}


static char *
redis_address(ngx_conf_t *cf, ngx_commerce_shared_conf_t *conf, ngx_str_t *arg)
{
    ngx_url_t  u;
    ngx_str_t  path;

    ngx_memzero(&u, sizeof(ngx_url_t));

    u.url = *arg;
    u.default_port = 6379;
    u.no_resolve = 1;

    if (arg->len > 5 && ngx_strncmp(arg->data, "unix:", 5) == 0) {
        path.data = arg->data + 5;
        path.len = arg->len - 5;

        if (ngx_conf_full_name(cf->cycle, &path, 0) != NGX_OK) {
            return NGX_CONF_ERROR;
        }

        u.url.len = path.len + 5;
        u.url.data = ngx_pnalloc(cf->pool, u.url.len + 1);
        if (u.url.data == NULL) {
            return NGX_CONF_ERROR;
        }

        (void) ngx_sprintf(u.url.data, "unix:%V%Z", &path);
    }

    if (ngx_parse_url(cf->pool, &u) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s in \"%V\"",
                           u.err != NULL ? u.err : "no address", arg);
        return NGX_CONF_ERROR;
    }

    if (u.naddrs == 0) {
        return ngx_http_commerce_fail(cf, "looking up a name would block: "
                                      "give a numeric address, not", arg);
    }

    conf->redis.addr = u.addrs[0];

    return NGX_CONF_OK;
}


static char *
redis_option(ngx_conf_t *cf, ngx_commerce_shared_conf_t *conf, ngx_str_t *arg)
{
    ngx_int_t   n;
    ngx_str_t   value;
    ngx_uint_t  i;

    struct {
        const char  *name;
        ngx_uint_t  *number;
        ngx_msec_t  *time;
        ngx_int_t    min;
        ngx_int_t    max;
    } options[] = {
        { "database", &conf->redis.database, NULL, 0, 1023 },
        { "pending", &conf->redis.pending, NULL, 16, 65536 },
        { "gateways", &conf->gateways, NULL, 1, 1024 },
        { "timeout", NULL, &conf->redis.timeout, 1, 1000 },
        { "connect_timeout", NULL, &conf->redis.connect_timeout, 1, 60000 },
        { NULL, NULL, NULL, 0, 0 }
    };

    if (ngx_http_commerce_option(arg, "user", &conf->redis.user) != NULL) {
        return NGX_CONF_OK;
    }

    if (ngx_http_commerce_option(arg, "password_file", &value) != NULL) {
        return redis_password(cf, conf, &value);
    }

    if (ngx_http_commerce_option(arg, "prefix", &value) != NULL) {
        return redis_prefix(cf, conf, &value);
    }

    for (i = 0; options[i].name != NULL; i++) {
        if (ngx_http_commerce_option(arg, options[i].name, &value) == NULL) {
            continue;
        }

        n = (options[i].time != NULL) ? ngx_parse_time(&value, 0)
                                      : ngx_atoi(value.data, value.len);

        if (n < options[i].min || n > options[i].max) {
            return ngx_http_commerce_fail(cf, "out of bounds is", arg);
        }

        if (options[i].time != NULL) {
            *options[i].time = (ngx_msec_t) n;

        } else {
            *options[i].number = (ngx_uint_t) n;
        }

        return NGX_CONF_OK;
    }

    return ngx_http_commerce_fail(cf, "unknown option", arg);
}


static char *
redis_prefix(ngx_conf_t *cf, ngx_commerce_shared_conf_t *conf,
    ngx_str_t *value)
{
    if (value->len > NGX_COMMERCE_SHARED_PREFIX) {
        return ngx_http_commerce_fail(cf, "longer than 32 bytes is prefix",
                                      value);
    }

    conf->prefix = *value;

    return NGX_CONF_OK;
}


/* The first line of the file. */

static char *
redis_password(ngx_conf_t *cf, ngx_commerce_shared_conf_t *conf,
    ngx_str_t *path)
{
    u_char               text[512], *last;
    ssize_t              n;
    ngx_fd_t             fd;
    ngx_pool_cleanup_t  *cln;

    if (ngx_conf_full_name(cf->cycle, path, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    fd = ngx_open_file(path->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", path);
        return NGX_CONF_ERROR;
    }

    n = ngx_read_fd(fd, text, sizeof(text));
    (void) ngx_close_file(fd);

    last = (n > 0) ? ngx_strlchr(text, text + n, '\n') : NULL;
    n = (last != NULL) ? last - text : n;

    if (n < 1 || n == sizeof(text)) {
        return ngx_http_commerce_fail(cf, "no password of one line is in",
                                      path);
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    conf->redis.password.data = ngx_pnalloc(cf->pool, (size_t) n);

    if (cln == NULL || conf->redis.password.data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memcpy(conf->redis.password.data, text, (size_t) n);
    conf->redis.password.len = (size_t) n;
    ngx_explicit_memzero(text, sizeof(text));

    cln->handler = redis_wipe;
    cln->data = &conf->redis.password;

    return NGX_CONF_OK;
}


static void
redis_wipe(void *data)
{
    ngx_str_t  *password = data;

    ngx_explicit_memzero(password->data, password->len);
}


/*
 * The keys, and a statement a database that tells where its log ends; the
 * zone is as large as there are databases.
 */

char *
ngx_http_commerce_redis_bind(ngx_conf_t *cf, ngx_commerce_conf_t *ccf)
{
    ngx_uint_t                    i;
    ngx_commerce_database_t      *db;
    ngx_commerce_feed_conf_t     *feed;
    ngx_commerce_pg_statement_t  *s;

    if (ccf->shared == NULL) {
        return NGX_CONF_OK;
    }

    ccf->shared->position = ngx_pcalloc(cf->pool, ccf->databases.nelts
                                                  * sizeof(void *) + 1);
    ccf->positions = ngx_commerce_positions_add(cf, ccf->databases.nelts,
                                                &ngx_http_commerce_module);

    if (ccf->shared->position == NULL || ccf->positions == NULL
        || ngx_commerce_shared_bind(ccf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    db = ccf->databases.elts;
    feed = (ccf->feeds != NULL) ? ccf->feeds->elts : NULL;

    for (i = 0; feed != NULL && i < ccf->feeds->nelts; i++) {
        s = ngx_http_commerce_bind_statement(cf, &db[feed[i].database]);
        if (s == NULL) {
            return NGX_CONF_ERROR;
        }

        ngx_str_set(&s->name, "log_position");
        ngx_str_set(&s->sql, "SELECT * FROM pg_current_wal_insert_lsn()");
        s->repeatable = 1;

        ccf->shared->position[feed[i].database] = s;
    }

    return NGX_CONF_OK;
}
