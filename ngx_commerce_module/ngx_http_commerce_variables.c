/*
 * Variables for the access log: the operation, its user, the time that the
 * database took, the request's id, what the cache did.
 */

#include "ngx_http_commerce_module.h"


enum {
    VARIABLE_OPERATION = 0,
    VARIABLE_USER,
    VARIABLE_DB_TIME,
    VARIABLE_REQUEST_ID,
    VARIABLE_CACHE
};


static ngx_int_t ngx_http_commerce_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_commerce_variable_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uint64_t us);


static ngx_http_variable_t  ngx_http_commerce_vars[] = {

    { ngx_string("commerce_operation"), NULL, ngx_http_commerce_variable,
      VARIABLE_OPERATION, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("commerce_user"), NULL, ngx_http_commerce_variable,
      VARIABLE_USER, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("commerce_db_time"), NULL, ngx_http_commerce_variable,
      VARIABLE_DB_TIME, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("commerce_request_id"), NULL, ngx_http_commerce_variable,
      VARIABLE_REQUEST_ID, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("commerce_cache"), NULL, ngx_http_commerce_variable,
      VARIABLE_CACHE, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_commerce_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_commerce_vars; v->name.len; v++) {
        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_commerce_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_str_t              value;
    ngx_commerce_trace_t  *trace;

    trace = ngx_commerce_gateway_trace(r);

    if (trace == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    ngx_str_null(&value);

    switch (data) {

    case VARIABLE_OPERATION:
        if (trace->operation != NULL) {
            value.data = trace->operation->id.data;
            value.len = trace->operation->id.len;
        }

        break;

    case VARIABLE_USER:
        value = trace->user;
        break;

    case VARIABLE_REQUEST_ID:
        value = trace->request_id;
        break;

    case VARIABLE_CACHE:
        if (trace->cache != NULL) {
            value.data = (u_char *) trace->cache;
            value.len = ngx_strlen(trace->cache);
        }

        break;

    default:
        return ngx_http_commerce_variable_time(r, v, trace->db_time);
    }

    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = (value.len == 0);
    v->data = value.data;
    v->len = value.len;

    return NGX_OK;
}


/* Seconds with microseconds. */

static ngx_int_t
ngx_http_commerce_variable_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uint64_t us)
{
    u_char  *p;

    p = ngx_pnalloc(r->pool, NGX_TIME_T_LEN + 7);
    if (p == NULL) {
        return NGX_ERROR;
    }

    v->len = ngx_sprintf(p, "%T.%06uL", (time_t) (us / 1000000), us % 1000000)
             - p;
    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = 0;
    v->data = p;

    return NGX_OK;
}
