/*
 * Setters of the directives about other people's servers: how long they may
 * take and who of them may stand in the private network.
 */

#include "ngx_http_commerce_module.h"


static char *conf_http_time(ngx_conf_t *cf, ngx_str_t *arg, ngx_str_t *value,
    ngx_msec_t *to);
static char *conf_http_size(ngx_conf_t *cf, ngx_str_t *arg, ngx_str_t *value,
    size_t *to);


/*
 * commerce_http [ca=FILE] [connect_timeout=TIME] [timeout=TIME] [max=SIZE]
 *               [requests=NUMBER]
 */

char *
ngx_http_commerce_http(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                      *rv;
    ngx_int_t                  n;
    ngx_str_t                 *args, value;
    ngx_uint_t                 i;
    ngx_commerce_http_conf_t  *http;

    http = &((ngx_commerce_conf_t *) conf)->http;
    args = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        rv = NGX_CONF_OK;

        if (ngx_http_commerce_option(&args[i], "ca", &value) != NULL) {
            http->ca = value;

            if (ngx_conf_full_name(cf->cycle, &http->ca, 0) != NGX_OK) {
                return NGX_CONF_ERROR;
            }

        } else if (ngx_http_commerce_option(&args[i], "connect_timeout",
                                            &value)
                   != NULL)
        {
            rv = conf_http_time(cf, &args[i], &value, &http->connect_timeout);

        } else if (ngx_http_commerce_option(&args[i], "timeout", &value)
                   != NULL)
        {
            rv = conf_http_time(cf, &args[i], &value, &http->timeout);

        } else if (ngx_http_commerce_option(&args[i], "max", &value)
                   != NULL)
        {
            rv = conf_http_size(cf, &args[i], &value, &http->response_max);

        } else if (ngx_http_commerce_option(&args[i], "requests", &value)
                   != NULL)
        {
            n = ngx_atoi(value.data, value.len);

            if (n < 1 || n > 4096) {
                return ngx_http_commerce_fail(cf, "bad number in", &args[i]);
            }

            http->requests = (ngx_uint_t) n;

        } else {
            return ngx_http_commerce_fail(cf, "unknown option", &args[i]);
        }

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return NGX_CONF_OK;
}


static char *
conf_http_time(ngx_conf_t *cf, ngx_str_t *arg, ngx_str_t *value,
    ngx_msec_t *to)
{
    ngx_int_t  n;

    n = ngx_parse_time(value, 0);

    if (n == NGX_ERROR || n == 0) {
        return ngx_http_commerce_fail(cf, "bad time in", arg);
    }

    *to = (ngx_msec_t) n;

    return NGX_CONF_OK;
}


static char *
conf_http_size(ngx_conf_t *cf, ngx_str_t *arg, ngx_str_t *value, size_t *to)
{
    ssize_t  size;

    size = ngx_parse_size(value);

    if (size == NGX_ERROR || size == 0) {
        return ngx_http_commerce_fail(cf, "bad size in", arg);
    }

    *to = (size_t) size;

    return NGX_CONF_OK;
}


char *
ngx_http_commerce_http_allow(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t            *args, *host;
    ngx_uint_t            i;
    ngx_commerce_conf_t  *ccf = conf;

    if (ccf->http.allow == NULL) {
        ccf->http.allow = ngx_array_create(cf->pool, 4, sizeof(ngx_str_t));
        if (ccf->http.allow == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    args = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_strlchr(args[i].data, args[i].data + args[i].len, '/')
            != NULL)
        {
            return ngx_http_commerce_fail(cf, "no host or host:port is",
                                          &args[i]);
        }

        host = ngx_array_push(ccf->http.allow);
        if (host == NULL) {
            return NGX_CONF_ERROR;
        }

        *host = args[i];
    }

    return NGX_CONF_OK;
}
