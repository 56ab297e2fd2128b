/*
 * A module of nginx for tests: `http_probe;` in a location makes a request
 * with io/http_client.c to the URL of the header X-Url and answers with what
 * became of it. X-Method, X-Timeout (ms), X-Body, X-Header, X-Mail (a
 * recipient) and X-Forget (ms, after which it is forgotten) change it.
 * `http_probe_allow host ...;` is commerce_http_allow, `http_probe_ca file;`
 * the ca= of commerce_http.
 */

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "http_client.h"


typedef struct {
    ngx_commerce_http_conf_t   http;
} probe_conf_t;


typedef struct {
    ngx_http_request_t          *r;
    ngx_commerce_http_request_t  out;
    ngx_event_t                  forget;
    const char                  *headers[2];
    const char                  *to[2];
    unsigned                     forgotten:1;
} probe_t;


static void *probe_create(ngx_conf_t *cf);
static char *probe_location(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *probe_allow(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *probe_ca(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_int_t probe_init(ngx_cycle_t *cycle);
static void probe_exit(ngx_cycle_t *cycle);
static ngx_int_t probe_handler(ngx_http_request_t *r);
static void probe_done(ngx_commerce_http_request_t *out);
static void probe_forget(ngx_event_t *ev);
static void probe_answer(probe_t *probe, const char *status);
static void probe_cleanup(void *data);


static ngx_commerce_http_t  *http;

/* What nginx never frees; LeakSanitizer shall see it. */
static void *volatile        kept[3];


static ngx_command_t  probe_commands[] = {

    { ngx_string("http_probe"), NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      probe_location, 0, 0, NULL },

    { ngx_string("http_probe_allow"), NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      probe_allow, NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL },

    { ngx_string("http_probe_ca"), NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      probe_ca, NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL },

      ngx_null_command
};

static ngx_http_module_t  probe_context = {
    NULL, NULL, probe_create, NULL, NULL, NULL, NULL, NULL
};

ngx_module_t  ngx_http_probe_module = {
    NGX_MODULE_V1, &probe_context, probe_commands, NGX_HTTP_MODULE, NULL,
    NULL, probe_init, NULL, NULL, probe_exit, NULL, NGX_MODULE_V1_PADDING
};

ngx_module_t  *ngx_modules[] = { &ngx_http_probe_module, NULL };
char          *ngx_module_names[] = { "ngx_http_probe_module", NULL };
char          *ngx_module_order[] = { NULL };


static void *
probe_create(ngx_conf_t *cf)
{
    probe_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(probe_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->http.connect_timeout = 1000;
    conf->http.timeout = 3000;
    conf->http.response_max = 65536;
    conf->http.requests = 8;
    conf->http.allow = ngx_array_create(cf->pool, 4, sizeof(ngx_str_t));

    return conf;
}


static char *
probe_location(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = probe_handler;

    return NGX_CONF_OK;
}


static char *
probe_allow(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t     *args, *host;
    ngx_uint_t     i;
    probe_conf_t  *pcf = conf;

    args = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        host = ngx_array_push(pcf->http.allow);
        *host = args[i];
    }

    return NGX_CONF_OK;
}


static char *
probe_ca(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t     *args;
    probe_conf_t  *pcf = conf;

    args = cf->args->elts;
    pcf->http.ca = args[1];

    return NGX_CONF_OK;
}


static ngx_int_t
probe_init(ngx_cycle_t *cycle)
{
    probe_conf_t  *conf;

    conf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_probe_module);
    http = ngx_commerce_http_create(&conf->http, cycle->pool, cycle->log);

    return (http == NULL) ? NGX_ERROR : NGX_OK;
}


static void
probe_exit(ngx_cycle_t *cycle)
{
    kept[0] = cycle->connections;
    kept[1] = cycle->read_events;
    kept[2] = cycle->write_events;

    if (http != NULL) {
        ngx_commerce_http_destroy(http);
        http = NULL;
    }
}


static char *
probe_header(ngx_http_request_t *r, const char *name)
{
    char             *text;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_strcasecmp(h[i].key.data, (u_char *) name) == 0) {
                text = ngx_pnalloc(r->pool, h[i].value.len + 1);
                ngx_cpystrn((u_char *) text, h[i].value.data,
                            h[i].value.len + 1);
                return text;
            }
        }
    }

    return NULL;
}


static ngx_int_t
probe_handler(ngx_http_request_t *r)
{
    char                *text;
    probe_t             *probe;
    ngx_http_cleanup_t  *cln;

    probe = ngx_pcalloc(r->pool, sizeof(probe_t));
    cln = ngx_http_cleanup_add(r, 0);

    cln->handler = probe_cleanup;
    cln->data = probe;

    probe->r = r;
    probe->out.url = probe_header(r, "X-Url");
    probe->out.method = probe_header(r, "X-Method");
    probe->out.handler = probe_done;
    probe->out.data = probe;

    if (probe->out.method == NULL) {
        probe->out.method = "GET";
    }

    text = probe_header(r, "X-Body");
    if (text != NULL) {
        probe->out.body.data = (u_char *) text;
        probe->out.body.len = ngx_strlen(text);
    }

    text = probe_header(r, "X-Timeout");
    if (text != NULL) {
        probe->out.timeout = ngx_atoi((u_char *) text, ngx_strlen(text));
    }

    probe->headers[0] = probe_header(r, "X-Header");
    probe->out.headers = probe->headers;

    if (probe->headers[0] != NULL && r->args.len != 0) {
        ((char *) probe->headers[0])[r->args.len] = '\n';
    }

    probe->to[0] = probe_header(r, "X-Mail");
    if (probe->to[0] != NULL) {
        probe->out.to = probe->to;
        probe->out.from = "shop@example.com";
    }

    r->main->count++;

    if (ngx_commerce_http_send(http, &probe->out) != NGX_OK) {
        probe_done(&probe->out);
        return NGX_DONE;
    }

    text = probe_header(r, "X-Forget");
    if (text != NULL) {
        probe->forget.handler = probe_forget;
        probe->forget.data = probe;
        probe->forget.log = r->connection->log;
        ngx_add_timer(&probe->forget,
                      ngx_atoi((u_char *) text, ngx_strlen(text)));
    }

    return NGX_DONE;
}


static void
probe_done(ngx_commerce_http_request_t *out)
{
    static const char *const  names[] = {
        "answered", "not_sent", "refused", "unknown"
    };

    probe_answer(out->data, names[out->status]);
}


static void
probe_forget(ngx_event_t *ev)
{
    probe_t  *probe = ev->data;

    ngx_commerce_http_forget(&probe->out);
    probe_answer(probe, "forgotten");
}


/* One line: status, code, bytes, error; then the answer itself. */

static void
probe_answer(probe_t *probe, const char *status)
{
    ngx_buf_t           *b;
    ngx_int_t            rc;
    ngx_chain_t          out;
    ngx_http_request_t  *r = probe->r;

    if (probe->forget.timer_set) {
        ngx_del_timer(&probe->forget);
    }

    b = ngx_create_temp_buf(r->pool, 1024 + probe->out.answer.len);

    b->last = ngx_sprintf(b->last, "%s|%ui|%uz|%ui|%s\n", status,
                          probe->out.code, probe->out.answer.len,
                          probe->out.retry_after,
                          probe->out.error ? probe->out.error : "");

    if (probe->out.answer.len != 0) {
        b->last = ngx_cpymem(b->last, probe->out.answer.data,
                             probe->out.answer.len);
    }

    b->last_buf = 1;

    ngx_commerce_http_free(&probe->out);

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = b->last - b->pos;

    out.buf = b;
    out.next = NULL;

    rc = ngx_http_send_header(r);
    if (rc == NGX_OK) {
        rc = ngx_http_output_filter(r, &out);
    }

    ngx_http_finalize_request(r, rc);
}


static void
probe_cleanup(void *data)
{
    probe_t  *probe = data;

    if (probe->forget.timer_set) {
        ngx_del_timer(&probe->forget);
    }

    ngx_commerce_http_forget(&probe->out);
}
