/*
 * Setters of the directives: what nginx.conf says, checked and read into
 * memory while nginx still may fail.  Secrets are named by file, never given.
 */

#include "ngx_http_commerce_module.h"
#include "domain/media.h"


#define COMMERCE_ZONE_MIN   (1024 * 1024)


static char *conf_database_option(ngx_conf_t *cf, ngx_commerce_pg_conf_t *pg,
    ngx_str_t *arg);
static ngx_uint_t conf_is_channel(const ngx_str_t *name);
static ngx_commerce_feed_conf_t *conf_feed_add(ngx_conf_t *cf,
    ngx_commerce_conf_t *ccf, ngx_uint_t database);


char *
ngx_http_commerce_fail(ngx_conf_t *cf, const char *what, ngx_str_t *which)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s \"%V\"", what, which);

    return NGX_CONF_ERROR;
}


ngx_str_t *
ngx_http_commerce_option(ngx_str_t *arg, const char *name, ngx_str_t *value)
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
            return ngx_http_commerce_fail(cf, "no contract is at", &args[i]);
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
        return ngx_http_commerce_fail(cf, "no contract is at", &args[1]);
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
        return ngx_http_commerce_fail(cf, "no dsn= is given for database",
                                      &args[1]);
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

    if (ngx_http_commerce_option(arg, "dsn", &value) != NULL) {
        pg->dsn.len = value.len;
        pg->dsn.data = (u_char *) ngx_commerce_cstr(cf->pool, value.data,
                                                    value.len);

        return (pg->dsn.data == NULL) ? NGX_CONF_ERROR : NGX_CONF_OK;
    }

    for (i = 0; options[i].name != NULL; i++) {
        if (ngx_http_commerce_option(arg, options[i].name, &value) == NULL) {
            continue;
        }

        if (options[i].time != NULL) {
            n = ngx_parse_time(&value, 0);

            if (n == NGX_ERROR || n == 0) {
                return ngx_http_commerce_fail(cf, "bad time in", arg);
            }

            *options[i].time = (ngx_msec_t) n;
            return NGX_CONF_OK;
        }

        n = ngx_atoi(value.data, value.len);

        if (n < 1 || n > options[i].max) {
            return ngx_http_commerce_fail(cf, "bad number in", arg);
        }

        *options[i].number = (ngx_uint_t) n;
        return NGX_CONF_OK;
    }

    return ngx_http_commerce_fail(cf, "unknown option", arg);
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
        if (ngx_http_commerce_option(&args[i], "issuer", &value) != NULL) {
            ccf->jwt_issuer = value;
            continue;
        }

        if (ngx_http_commerce_option(&args[i], "audience", &value) != NULL) {
            ccf->jwt_audience = value;
            continue;
        }

        if (ngx_http_commerce_option(&args[i], "ttl", &value) == NULL
            && ngx_http_commerce_option(&args[i], "leeway", &value) == NULL)
        {
            return ngx_http_commerce_fail(cf, "unknown option", &args[i]);
        }

        n = ngx_parse_time(&value, 1);

        if (n == NGX_ERROR || n > 3600) {
            return ngx_http_commerce_fail(cf, "bad time in", &args[i]);
        }

        if (args[i].data[0] == 't') {
            ccf->jwt_ttl = n;

        } else {
            ccf->jwt_policy.leeway = n;
        }
    }

    return NGX_CONF_OK;
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
        return ngx_http_commerce_fail(cf, "less than 1m is", &args[1]);
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
ngx_http_commerce_media(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                 *rc;
    ngx_commerce_conf_t  *ccf = conf;

    rc = ngx_conf_set_path_slot(cf, cmd, conf);

    if (rc == NGX_CONF_OK
        && ccf->media->name.len > NGX_COMMERCE_MEDIA_DIRECTORY)
    {
        return ngx_http_commerce_fail(cf, "too long is", &ccf->media->name);
    }

    return rc;
}


char *
ngx_http_commerce_cache(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ssize_t               size;
    ngx_str_t            *args, name = ngx_string("commerce_cache");
    ngx_commerce_conf_t  *ccf = conf;

    if (ccf->cache != NULL) {
        return "is duplicate";
    }

    args = cf->args->elts;
    size = ngx_parse_size(&args[1]);

    if (size < 2 * COMMERCE_ZONE_MIN) {
        return ngx_http_commerce_fail(cf, "less than 2m is", &args[1]);
    }

    ccf->cache = ngx_shared_memory_add(cf, &name, (size_t) size,
                                       &ngx_http_commerce_module);
    if (ccf->cache == NULL) {
        return NGX_CONF_ERROR;
    }

    ccf->cache->init = ngx_commerce_cache_zone_init;

    return NGX_CONF_OK;
}


/* commerce_feed DATABASE dsn=STRING [publication=NAME,...|listen=CHANNEL] */

char *
ngx_http_commerce_feed(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_int_t                  n;
    ngx_str_t                 *args;
    ngx_uint_t                 i;
    ngx_commerce_conf_t       *ccf = conf;
    ngx_commerce_feed_conf_t  *feed;

    args = cf->args->elts;
    n = ngx_http_commerce_find_database(ccf, args[1].data, args[1].len);

    if (n < 0) {
        return ngx_http_commerce_fail(cf, "no commerce_database above is",
                                      &args[1]);
    }

    if (n >= NGX_COMMERCE_ZONE_FEEDS) {
        return ngx_http_commerce_fail(cf, "too many databases before",
                                      &args[1]);
    }

    feed = conf_feed_add(cf, ccf, (ngx_uint_t) n);
    if (feed == NULL) {
        return ngx_http_commerce_fail(cf, "no second feed is made for",
                                      &args[1]);
    }

    feed->pg.name = args[1];

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_commerce_option(&args[i], "dsn", &feed->pg.dsn) == NULL
            && ngx_http_commerce_option(&args[i], "publication",
                                        &feed->pg.publication) == NULL
            && ngx_http_commerce_option(&args[i], "listen",
                                        &feed->pg.channel) == NULL)
        {
            return ngx_http_commerce_fail(cf, "unknown option", &args[i]);
        }
    }

    if (feed->pg.dsn.len == 0) {
        return ngx_http_commerce_fail(cf, "no dsn= is given for feed",
                                      &args[1]);
    }

    if (!conf_is_channel(&feed->pg.channel)) {
        return ngx_http_commerce_fail(cf, "listen= wants lower case letters,"
                                      " digits and _, not",
                                      &feed->pg.channel);
    }

    return NGX_CONF_OK;
}


/* A name that needs no quotes in SQL, or none. */

static ngx_uint_t
conf_is_channel(const ngx_str_t *name)
{
    ngx_uint_t  i;

    for (i = 0; i < name->len; i++) {
        if (name->data[i] != '_'
            && (name->data[i] < 'a' || name->data[i] > 'z')
            && (i == 0 || name->data[i] < '0' || name->data[i] > '9'))
        {
            return 0;
        }
    }

    return name->len < 64;
}


/* NULL also when the database has one. */

static ngx_commerce_feed_conf_t *
conf_feed_add(ngx_conf_t *cf, ngx_commerce_conf_t *ccf,
    ngx_uint_t database)
{
    ngx_uint_t                 i;
    ngx_commerce_feed_conf_t  *feed;

    if (ccf->feeds == NULL) {
        ccf->feeds = ngx_array_create(cf->pool, 2,
                                      sizeof(ngx_commerce_feed_conf_t));
        if (ccf->feeds == NULL) {
            return NULL;
        }
    }

    feed = ccf->feeds->elts;

    for (i = 0; i < ccf->feeds->nelts; i++) {
        if (feed[i].database == database) {
            return NULL;
        }
    }

    feed = ngx_array_push(ccf->feeds);
    if (feed == NULL) {
        return NULL;
    }

    ngx_memzero(feed, sizeof(ngx_commerce_feed_conf_t));

    feed->database = database;
    feed->pg.connect_timeout = 2000;
    feed->pg.ping = 250;
    feed->pg.silence = 10000;
    ngx_str_set(&feed->pg.publication,
                "commerce,commerce_changes,commerce_work");

    return feed;
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
            return ngx_http_commerce_fail(cf, "no address is", &args[i]);
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
            return ngx_http_commerce_fail(cf, "an origin begins with http, not",
                                          &args[i]);
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

    if (ngx_http_commerce_option(&args[2], "queue", &value) == NULL
        || (n = ngx_atoi(value.data, value.len)) < 1)
    {
        return ngx_http_commerce_fail(cf, "unknown option", &args[2]);
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
