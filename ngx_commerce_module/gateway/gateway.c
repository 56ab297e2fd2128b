/*
 * The way of a request through the gateway:
 *
 *     accept -> route -> cors -> auth -> limit -> input -> cache -> body
 *            -> steps -> render -> send -> log
 *
 * An answer that lies in the cache takes the short way of hit.c.
 *
 * Called by nginx as a content handler.  A station that answers ends the way;
 * the body is read only for those who may send one.
 */

#include "answer.h"
#include "cache.h"
#include "shared.h"
#include "station.h"
#include "../base/text.h"


ngx_commerce_worker_t  *ngx_commerce_worker;


static ngx_commerce_flow_t *gateway_accept(ngx_http_request_t *r);
static ngx_int_t gateway_client(ngx_commerce_flow_t *f);
static ngx_int_t gateway_keep_headers(ngx_commerce_flow_t *f);
static ngx_uint_t gateway_proxied(ngx_commerce_flow_t *f);
static ngx_int_t gateway_stations(ngx_commerce_flow_t *f,
    ngx_commerce_route_e found, const ngx_commerce_match_t *match);
static ngx_int_t gateway_refuse(ngx_commerce_flow_t *f, ngx_int_t rc);
static ngx_int_t gateway_read_body(ngx_commerce_flow_t *f);
static void gateway_body_read(ngx_http_request_t *r);
static ngx_int_t gateway_start(ngx_commerce_flow_t *f);
static void gateway_gone(void *data);


ngx_int_t
ngx_commerce_gateway_handler(ngx_http_request_t *r)
{
    ngx_int_t              rc;
    ngx_commerce_flow_t   *f;
    ngx_commerce_match_t   match;
    ngx_commerce_route_e   found;

    if (ngx_commerce_worker == NULL) {
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    }

    found = ngx_commerce_route_match(r, ngx_commerce_worker->conf->contract,
                                     &match);

    if (found == NGX_COMMERCE_ROUTE_FOUND) {
        rc = ngx_commerce_hit(r, &match);
        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    if (found == NGX_COMMERCE_ROUTE_NOT_FOUND
        && ngx_commerce_route_of_page(r))
    {
        return NGX_HTTP_NOT_FOUND;
    }

    f = gateway_accept(r);
    if (f == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = gateway_stations(f, found, &match);
    if (rc != NGX_OK) {
        return gateway_refuse(f, rc);
    }

    if (f->operation->body != NGX_COMMERCE_BODY_NONE) {
        return gateway_read_body(f);
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        ngx_commerce_gateway_detach(f);
        ngx_commerce_flow_destroy(f);
        return rc;
    }

    rc = ngx_commerce_body(f);
    if (rc != NGX_OK) {
        return gateway_refuse(f, rc);
    }

    r->main->count++;

    (void) gateway_start(f);

    return NGX_DONE;
}


/* A flow for the request, and what is known of it without the contract. */

static ngx_commerce_flow_t *
gateway_accept(ngx_http_request_t *r)
{
    u_char                *id;
    ngx_str_t              given;
    ngx_commerce_flow_t   *f;
    ngx_http_cleanup_t    *cln;
    ngx_commerce_trace_t  *trace;

    trace = ngx_pcalloc(r->pool, sizeof(ngx_commerce_trace_t));
    cln = ngx_http_cleanup_add(r, 0);

    if (trace == NULL || cln == NULL) {
        return NULL;
    }

    f = ngx_commerce_flow_create(ngx_commerce_worker);
    if (f == NULL) {
        return NULL;
    }

    f->r = r;

    cln->handler = gateway_gone;
    cln->data = f;

    f->trace = trace;
    trace->flow = f;
    trace->started = f->started;
    trace->cleanup = cln;
    ngx_http_set_ctx(r, trace, ngx_http_commerce_module);

    given = ngx_commerce_header(r, "x-request-id");
    id = ngx_pnalloc(f->pool, NGX_COMMERCE_REQUEST_ID);

    if (id == NULL
        || ngx_commerce_gateway_request_id(f->worker, &given, id,
                                           &f->request_id)
           != NGX_OK
        || gateway_client(f) != NGX_OK)
    {
        ngx_commerce_gateway_detach(f);
        ngx_commerce_flow_destroy(f);
        return NULL;
    }

    trace->request_id.len = f->request_id.len;
    trace->request_id.data = ngx_pstrdup(r->pool, &f->request_id);

    return f;
}


ngx_int_t
ngx_commerce_gateway_request_id(ngx_commerce_worker_t *worker,
    const ngx_str_t *given, u_char *text, ngx_str_t *id)
{
    size_t  i;
    u_char  c, random[16];

    for (i = 0; i < given->len; i++) {
        c = given->data[i];

        if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
              || c == '-' || c == '_' || c == '.'))
        {
            break;
        }
    }

    if (i != 0 && i == given->len && i <= NGX_COMMERCE_REQUEST_ID) {
        id->len = i;
        id->data = text;
        ngx_memcpy(text, given->data, i);

        return NGX_OK;
    }

    if (ngx_commerce_random(worker, random, sizeof(random)) != NGX_OK) {
        return NGX_ERROR;
    }

    id->len = 32;
    id->data = text;

    (void) ngx_hex_dump(text, random, sizeof(random));

    return NGX_OK;
}


/* Language, transport and address of the client. */

static ngx_int_t
gateway_client(ngx_commerce_flow_t *f)
{
    ngx_str_t            value;
    ngx_addr_t           addr;
    ngx_http_request_t  *r = f->r;

    value = ngx_commerce_header(r, "accept-language");
    f->english = ngx_commerce_text_language(value.data, value.len);

#if (NGX_HTTP_SSL)
    f->secure = (r->connection->ssl != NULL);
#endif

    value = r->connection->addr_text;

    if (gateway_proxied(f)) {
        addr.sockaddr = r->connection->sockaddr;
        addr.socklen = r->connection->socklen;

        if (ngx_http_get_forwarded_addr(r, &addr,
                                        &r->headers_in.x_forwarded_for, NULL,
                                        f->worker->conf->proxies, 1)
            != NGX_DECLINED)
        {
            value.data = ngx_pnalloc(f->pool, NGX_SOCKADDR_STRLEN);
            if (value.data == NULL) {
                return NGX_ERROR;
            }

            value.len = ngx_sock_ntop(addr.sockaddr, addr.socklen, value.data,
                                      NGX_SOCKADDR_STRLEN, 0);
        }
    }

    f->address.len = value.len;
    f->address.data = ngx_pstrdup(f->pool, &value);

    return (f->address.data == NULL) ? NGX_ERROR : NGX_OK;
}


/* Headers that a handler may read after the request is gone. */

static ngx_int_t
gateway_keep_headers(ngx_commerce_flow_t *f)
{
    ngx_str_t   value;
    ngx_uint_t  i;

    struct {
        const char  *name;
        ngx_str_t   *to;
    } copies[] = {
        { "authorization", &f->authorization },
        { "cookie", &f->cookie },
        { "user-agent", &f->user_agent },
    };

    for (i = 0; i < sizeof(copies) / sizeof(copies[0]); i++) {
        value = ngx_commerce_header(f->r, copies[i].name);

        if (value.len == 0) {
            continue;
        }

        copies[i].to->data = (u_char *) ngx_commerce_cstr(f->pool, value.data,
                                                          value.len);
        if (copies[i].to->data == NULL) {
            return NGX_ERROR;
        }

        copies[i].to->len = value.len;
    }

    return NGX_OK;
}


/* Whether the peer may speak for others; it may also say they use TLS. */

static ngx_uint_t
gateway_proxied(ngx_commerce_flow_t *f)
{
    ngx_str_t  proto;

    if (f->worker->conf->proxies == NULL
        || ngx_cidr_match(f->r->connection->sockaddr, f->worker->conf->proxies)
           != NGX_OK)
    {
        return 0;
    }

    proto = ngx_commerce_header(f->r, "x-forwarded-proto");
    f->secure = (proto.len == 5 && ngx_strncmp(proto.data, "https", 5) == 0);

    return 1;
}


static ngx_int_t
gateway_stations(ngx_commerce_flow_t *f, ngx_commerce_route_e found,
    const ngx_commerce_match_t *match)
{
    ngx_int_t              rc;
    ngx_commerce_trace_t  *trace;

    rc = ngx_commerce_route(f, found, match);

    trace = ngx_http_get_module_ctx(f->r, ngx_http_commerce_module);
    trace->operation = f->operation;

    if (rc == NGX_OK) {
        rc = ngx_commerce_auth(f);
    }

    if (f->principal != NULL) {
        trace->user.len = ngx_strlen(f->principal->sub);
        trace->user.data = (u_char *) ngx_commerce_cstr(f->r->pool,
                                                        f->principal->sub,
                                                        trace->user.len);
        if (trace->user.data == NULL) {
            return NGX_ERROR;
        }
    }

    if (rc == NGX_OK) {
        rc = ngx_commerce_limit(f);
    }

    if (rc == NGX_OK) {
        rc = ngx_commerce_input(f, match);
    }

    if (rc == NGX_OK) {
        rc = ngx_commerce_cache(f);
    }

    if (rc == NGX_OK) {
        rc = ngx_commerce_body_head(f);
    }

    return rc;
}


/* A station has answered, or failed, before the body was read. */

static ngx_int_t
gateway_refuse(ngx_commerce_flow_t *f, ngx_int_t rc)
{
    ngx_http_request_t  *r = f->r;

    if (rc == NGX_ERROR
        && ngx_commerce_flow_fail(f, NGX_HTTP_INTERNAL_SERVER_ERROR,
                                  "internal_error", NULL)
           == NGX_ERROR)
    {
        ngx_commerce_gateway_detach(f);
        ngx_commerce_flow_destroy(f);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        r->keepalive = 0;
    }

    r->main->count++;

    ngx_commerce_send(f);
    ngx_commerce_flow_destroy(f);

    return NGX_DONE;
}


static ngx_int_t
gateway_read_body(ngx_commerce_flow_t *f)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r = f->r;

    if (f->operation->body == NGX_COMMERCE_BODY_STREAM) {
        r->request_body_in_file_only = 1;
        r->request_body_in_persistent_file = 1;
    }

    rc = ngx_http_read_client_request_body(r, gateway_body_read);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    return NGX_DONE;
}


static void
gateway_body_read(ngx_http_request_t *r)
{
    ngx_int_t              rc;
    ngx_commerce_flow_t   *f;
    ngx_commerce_trace_t  *trace;

    trace = ngx_http_get_module_ctx(r, ngx_http_commerce_module);
    f = trace->flow;

    rc = ngx_commerce_body(f);

    if (rc == NGX_OK) {
        (void) gateway_start(f);
        return;
    }

    if (rc == NGX_ERROR) {
        (void) ngx_commerce_flow_fail(f, NGX_HTTP_INTERNAL_SERVER_ERROR,
                                      "internal_error", NULL);
    }

    ngx_commerce_send(f);
    ngx_commerce_flow_destroy(f);
}


/* From here on the flow decides; a closing client is noticed meanwhile. */

static ngx_int_t
gateway_start(ngx_commerce_flow_t *f)
{
    const ngx_commerce_step_t     *shared;
    const ngx_commerce_handler_t  *handler;

    handler = f->endpoint->handler;

    if (handler == NULL) {
        f->steps = ngx_commerce_call_steps;

    } else {
        f->domain = f->endpoint->domain;
        f->steps = handler->steps;

        f->state = ngx_pcalloc(f->pool, handler->state + 1);

        if (f->state == NULL || gateway_keep_headers(f) != NGX_OK) {
            ngx_commerce_send(f);
            ngx_commerce_flow_destroy(f);
            return NGX_ERROR;
        }
    }

    shared = ngx_commerce_shared_limits(f);

    if (shared != NULL) {
        f->then = f->steps;
        f->steps = shared;
    }

    if (!f->r->discard_body) {
        f->r->read_event_handler = ngx_http_test_reading;
    }

    ngx_commerce_flow_start(f);

    return NGX_OK;
}


void
ngx_commerce_gateway_detach(ngx_commerce_flow_t *f)
{
    ngx_commerce_trace_t  *trace;

    trace = f->trace;

    trace->flow = NULL;
    trace->db_time = f->db_time;
    trace->cleanup->handler = NULL;

    f->r = NULL;
}


/* The request is being freed under a flow that has not answered yet. */

static void
gateway_gone(void *data)
{
    ngx_commerce_flow_t  *f = data;

    ngx_commerce_flow_orphan(f);
}


/* nginx wipes contexts on internal redirects: look behind the cleanup. */

ngx_commerce_trace_t *
ngx_commerce_gateway_trace(ngx_http_request_t *r)
{
    ngx_http_cleanup_t    *cln;
    ngx_commerce_flow_t   *f;
    ngx_commerce_trace_t  *trace;

    trace = ngx_http_get_module_ctx(r, ngx_http_commerce_module);

    if (trace != NULL) {
        return trace;
    }

    for (cln = r->main->cleanup; cln != NULL; cln = cln->next) {
        if (cln->handler == gateway_gone) {
            f = cln->data;
            return f->trace;
        }
    }

    return NULL;
}


ngx_int_t
ngx_commerce_gateway_problem_handler(ngx_http_request_t *r)
{
    ngx_uint_t            i;
    ngx_commerce_flow_t  *f;

    static const struct {
        ngx_uint_t   status;
        const char  *code;
    } codes[] = {
        { 404, "not_found" },
        { 405, "method_not_allowed" },
        { 413, "body_too_large" },
        { 500, "internal_error" },
        { 502, "not_executed" },
        { 503, "not_executed" },
        { 504, "not_executed" },
        { 0, "bad_request" }
    };

    if (ngx_commerce_worker == NULL) {
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    }

    f = gateway_accept(r);
    if (f == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; codes[i].status != 0; i++) {
        if (codes[i].status == r->err_status) {
            break;
        }
    }

    if (ngx_commerce_flow_fail(f, r->err_status ? r->err_status : 404,
                               codes[i].code, NULL)
        != NGX_DONE)
    {
        ngx_commerce_gateway_detach(f);
        ngx_commerce_flow_destroy(f);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->main->count++;

    ngx_commerce_send(f);
    ngx_commerce_flow_destroy(f);

    return NGX_DONE;
}
