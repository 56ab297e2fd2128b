/*
 * Variables for the access log: the operation, its user, the time that the
 * database took, the ids of request and trace, what the cache did, the code of
 * a problem; the path and the client's name, made fit for JSON: nginx escapes
 * quotes, but lets bytes through that are no UTF-8.
 */

#include "ngx_http_commerce_module.h"
#include "base/text.h"


enum {
    VARIABLE_OPERATION = 0,
    VARIABLE_USER,
    VARIABLE_DB_TIME,
    VARIABLE_REQUEST_ID,
    VARIABLE_TRACE_ID,
    VARIABLE_CACHE,
    VARIABLE_PROBLEM,
    VARIABLE_PATH,
    VARIABLE_AGENT
};


static ngx_int_t ngx_http_commerce_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_commerce_variable_text(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_str_t ngx_http_commerce_value(ngx_http_request_t *r,
    const ngx_commerce_trace_t *trace, uintptr_t data);
static ngx_str_t ngx_http_commerce_trace_id(ngx_http_request_t *r,
    const ngx_commerce_trace_t *trace);
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

    { ngx_string("commerce_trace_id"), NULL, ngx_http_commerce_variable,
      VARIABLE_TRACE_ID, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("commerce_problem"), NULL, ngx_http_commerce_variable,
      VARIABLE_PROBLEM, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("commerce_path"), NULL, ngx_http_commerce_variable_text,
      VARIABLE_PATH, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("commerce_agent"), NULL, ngx_http_commerce_variable_text,
      VARIABLE_AGENT, NGX_HTTP_VAR_NOCACHEABLE, 0 },

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

    /* a number even where nothing asked for it: logs have it unquoted */

    if (data == VARIABLE_DB_TIME) {
        return ngx_http_commerce_variable_time(r, v,
                   (trace == NULL) ? 0
                   : (trace->flow != NULL) ? trace->flow->db_time
                   : trace->db_time);
    }

    if (trace == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    value = ngx_http_commerce_value(r, trace, data);

    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = (value.len == 0);
    v->data = value.data;
    v->len = value.len;

    return NGX_OK;
}


static ngx_str_t
ngx_http_commerce_value(ngx_http_request_t *r,
    const ngx_commerce_trace_t *trace, uintptr_t data)
{
    ngx_str_t  value = ngx_null_string;

    switch (data) {

    case VARIABLE_OPERATION:
        if (trace->operation != NULL) {
            value.data = trace->operation->id.data;
            value.len = trace->operation->id.len;
        }

        break;

    case VARIABLE_USER:
        return trace->user;

    case VARIABLE_REQUEST_ID:
        return trace->request_id;

    case VARIABLE_TRACE_ID:
        return ngx_http_commerce_trace_id(r, trace);

    case VARIABLE_PROBLEM:
        return trace->problem;

    case VARIABLE_CACHE:
        if (trace->cache != NULL) {
            value.data = (u_char *) trace->cache;
            value.len = ngx_strlen(trace->cache);
        }

        break;
    }

    return value;
}


/* The path as the client wrote it, without its query; the User-Agent. */

static ngx_int_t
ngx_http_commerce_variable_text(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char     *p;
    size_t      i;
    ngx_str_t   text = ngx_null_string;

    if (data == VARIABLE_PATH) {
        text = r->unparsed_uri;

        p = ngx_strlchr(text.data, text.data + text.len, '?');
        if (p != NULL) {
            text.len = p - text.data;
        }

    } else if (r->headers_in.user_agent != NULL) {
        text = r->headers_in.user_agent->value;
    }

    if (ngx_commerce_text_utf8_length(text.data, text.len) < 0) {
        text.data = ngx_pstrdup(r->pool, &text);
        if (text.data == NULL) {
            return NGX_ERROR;
        }

        for (i = 0; i < text.len; i++) {
            if (text.data[i] >= 0x80) {
                text.data[i] = '?';
            }
        }
    }

    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = (text.len == 0);
    v->data = text.data;
    v->len = text.len;

    return NGX_OK;
}


/*
 * Of the one traceparent that came and is valid; else a trace begins here, and
 * an id of the request that we made serves as its own.
 */

static ngx_str_t
ngx_http_commerce_trace_id(ngx_http_request_t *r,
    const ngx_commerce_trace_t *trace)
{
    ngx_str_t         id = ngx_null_string;
    ngx_uint_t        i, n;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static const ngx_str_t  name = ngx_string("traceparent");

    n = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == name.len
                && ngx_strncmp(h[i].lowcase_key, name.data, name.len) == 0)
            {
                id = h[i].value;
                n++;
            }
        }
    }

    if (n == 1 && ngx_commerce_text_is_traceparent(id.data, id.len)) {
        id.data += 3;
        id.len = 32;
        return id;
    }

    id = trace->request_id;

    if (!ngx_commerce_text_is_trace_id(id.data, id.len)) {
        ngx_str_null(&id);
    }

    return id;
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
