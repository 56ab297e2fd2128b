/*
 * A flow's requests to other servers: started by a step, looked at by the next
 * one.  Called by domains and by flow.c.
 *
 * The request and its inputs live in the flow's pool; its answer lives until
 * the flow's next request or its end.
 */

#include "station.h"


static void fetch_done(ngx_commerce_http_request_t *r);


ngx_int_t
ngx_commerce_flow_fetch(ngx_commerce_flow_t *f,
    const ngx_commerce_http_request_t *request)
{
    ngx_commerce_flow_fetched(f);

    if (f->http == NULL) {
        f->http = ngx_palloc(f->pool, sizeof(ngx_commerce_http_request_t));
        if (f->http == NULL) {
            return NGX_ERROR;
        }
    }

    *f->http = *request;

    f->http->handler = fetch_done;
    f->http->data = f;

    f->pending = NGX_COMMERCE_PENDING_FETCH;

    if (ngx_commerce_http_send(f->worker->http, f->http) != NGX_OK) {
        fetch_done(f->http);
    }

    return NGX_AGAIN;
}


/* From inside of send too: the next step runs from a posted event. */

static void
fetch_done(ngx_commerce_http_request_t *r)
{
    ngx_commerce_flow_t  *f = r->data;

    if (r->status != NGX_COMMERCE_HTTP_ANSWERED) {
        ngx_log_error(NGX_LOG_WARN, f->log, 0,
                      "commerce: %s %s failed: %s", r->method, r->url,
                      r->error);
    }

    ngx_commerce_flow_post(f);
}


void
ngx_commerce_flow_fetched(ngx_commerce_flow_t *f)
{
    if (f->http != NULL) {
        ngx_commerce_http_forget(f->http);
    }
}
