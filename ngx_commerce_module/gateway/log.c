/*
 * What lines of the error log say of their request.  nginx's own would quote
 * the request line and the referrer with their queries, which hold what people
 * search for and what mails bring them; here the query is left out, and the
 * request's id comes in.
 */

#include "station.h"


static u_char *log_request(ngx_http_request_t *r, ngx_http_request_t *sr,
    u_char *buf, size_t len);


ngx_int_t
ngx_commerce_log_post_read(ngx_http_request_t *r)
{
    r->log_handler = log_request;

    return NGX_DECLINED;
}


static u_char *
log_request(ngx_http_request_t *r, ngx_http_request_t *sr, u_char *buf,
    size_t len)
{
    u_char                    *p, *last;
    ngx_str_t                  target;
    ngx_commerce_trace_t      *trace;
    ngx_http_core_srv_conf_t  *cscf;

    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);
    trace = ngx_commerce_gateway_trace(r);
    last = buf + len;

    target = r->unparsed_uri;

    p = ngx_strlchr(target.data, target.data + target.len, '?');
    if (p != NULL) {
        target.len = p - target.data;
    }

    p = ngx_slprintf(buf, last, ", server: %V, request: \"%V %V %V\"",
                     &cscf->server_name, &r->method_name, &target,
                     &r->http_protocol);

    if (r != sr) {
        p = ngx_slprintf(p, last, ", subrequest: \"%V\"", &sr->uri);
    }

    if (sr->upstream != NULL && sr->upstream->peer.name != NULL) {
        p = ngx_slprintf(p, last, ", upstream: \"%V\"",
                         sr->upstream->peer.name);
    }

    if (r->headers_in.host != NULL) {
        p = ngx_slprintf(p, last, ", host: \"%V\"",
                         &r->headers_in.host->value);
    }

    if (trace != NULL) {
        p = ngx_slprintf(p, last, ", id: %V", &trace->request_id);
    }

    return p;
}
