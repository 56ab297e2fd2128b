/*
 * The last station: status, headers, body, and the end of the request.
 * Afterwards nothing of the request may be touched.
 */

#include "answer.h"
#include "station.h"
#include "../base/clock.h"
#include "../base/text.h"


static ngx_int_t send_headers(ngx_commerce_flow_t *f,
    ngx_commerce_answer_t *a);
static ngx_int_t send_marks(ngx_commerce_flow_t *f, ngx_commerce_answer_t *a);
static ngx_int_t send_etag(ngx_commerce_flow_t *f, ngx_commerce_answer_t *a);
static ngx_uint_t send_has(ngx_http_request_t *r, const char *name);
static ngx_int_t send_timing(ngx_commerce_flow_t *f);
static ngx_int_t send_answer(ngx_commerce_flow_t *f);
static int chain_more(ngx_commerce_json_t *json);
static ngx_int_t chain_piece(ngx_commerce_chain_writer_t *w, size_t size);


ngx_commerce_answer_t *
ngx_commerce_answer(ngx_commerce_flow_t *f)
{
    if (f->answer == NULL) {
        f->answer = ngx_pcalloc(f->pool, sizeof(ngx_commerce_answer_t));
    }

    return f->answer;
}


void
ngx_commerce_send(ngx_commerce_flow_t *f)
{
    ngx_int_t            rc;
    ngx_uint_t           woken;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = f->r;
    c = r->connection;
    woken = f->woken;

    rc = send_answer(f);

    ngx_commerce_gateway_detach(f);

    ngx_http_finalize_request(r, rc);

    /* nginx's own handlers, if one of them is our caller, do this themselves */

    if (woken) {
        ngx_http_run_posted_requests(c);
    }
}


static ngx_int_t
send_answer(ngx_commerce_flow_t *f)
{
    ngx_int_t               rc;
    ngx_http_request_t     *r;
    ngx_commerce_answer_t  *a;

    r = f->r;
    a = f->answer;

    if (a == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (a->streamed) {
        return a->broken ? NGX_ERROR
               : r->header_only ? NGX_OK
               : ngx_http_send_special(r, NGX_HTTP_LAST);
    }

    if (send_headers(f, a) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    if (a->chain == NULL) {
        return ngx_http_send_special(r, NGX_HTTP_LAST);
    }

    return ngx_http_output_filter(r, a->chain);
}


ngx_int_t
ngx_commerce_send_begin(ngx_commerce_flow_t *f)
{
    ngx_int_t               rc;
    ngx_commerce_answer_t  *a;

    a = ngx_commerce_answer(f);
    if (a == NULL) {
        return NGX_ERROR;
    }

    a->status = f->operation->status;
    a->content_type.data = f->operation->content_type.data;
    a->content_type.len = f->operation->content_type.len;
    a->length = -1;
    a->streamed = 1;

    if (send_headers(f, a) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ngx_http_send_header(f->r);

    return (rc == NGX_ERROR || rc > NGX_OK) ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
send_headers(ngx_commerce_flow_t *f, ngx_commerce_answer_t *a)
{
    ngx_http_request_t  *r = f->r;

    r->headers_out.content_length_n = a->length;

    /*
     * Preconditions are ours: nginx would answer 412 to an If-Match that the
     * operation does not know, after its effect.
     */

    r->disable_not_modified = 1;

    if (send_etag(f, a) != NGX_OK) {
        return NGX_ERROR;
    }

    r->headers_out.status = a->status;

    if (a->status == NGX_HTTP_NO_CONTENT
        || a->status == NGX_HTTP_NOT_MODIFIED)
    {
        a->chain = NULL;
        r->header_only = 1;

        if (a->status == NGX_HTTP_NO_CONTENT) {
            r->headers_out.content_length_n = -1;
        }

    } else if (a->chain != NULL || a->streamed) {
        r->headers_out.content_type = a->content_type;
        r->headers_out.content_type_len = a->content_type.len;
    }

    return send_marks(f, a);
}


/* The gateway's own headers. */

static ngx_int_t
send_marks(ngx_commerce_flow_t *f, ngx_commerce_answer_t *a)
{
    ngx_http_request_t  *r = f->r;

    if (ngx_commerce_send_header(r, "X-Request-Id", sizeof("X-Request-Id") - 1,
                                 f->request_id.data, f->request_id.len)
        != NGX_OK
        || ngx_commerce_flow_header(f, "X-Content-Type-Options", "nosniff")
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (a->link.len != 0
        && ngx_commerce_send_header(r, "Link", sizeof("Link") - 1,
                                    a->link.data, a->link.len)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (f->trace->cache != NULL
        && ngx_commerce_flow_header(f, "X-Cache", f->trace->cache) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (a->zips
        && ngx_commerce_flow_header(f, "Vary", "Accept-Encoding") != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (a->replayed
        && ngx_commerce_flow_header(f, "Idempotency-Replayed", "true")
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return send_timing(f);
}


/*
 * Caching: what a token was needed for stays with its reader; the rest may be
 * kept but must be asked about again.
 */

static ngx_int_t
send_etag(ngx_commerce_flow_t *f, ngx_commerce_answer_t *a)
{
    ngx_str_t            match;
    const char          *policy;
    ngx_table_elt_t     *h;
    ngx_http_request_t  *r = f->r;

    policy = "no-store";

    if (f->operation != NULL && f->operation->method == NGX_COMMERCE_GET
        && a->status == NGX_HTTP_OK && a->etag.len != 0)
    {
        policy = (f->principal != NULL) ? "private, no-cache" : "no-cache";
    }

    if (!send_has(r, "Cache-Control")
        && ngx_commerce_flow_header(f, "Cache-Control", policy) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (a->etag.len == 0) {
        return NGX_OK;
    }

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    ngx_str_set(&h->key, "ETag");
    h->value = a->etag;

    /* known to nginx, whose gzip makes it weak */

    r->headers_out.etag = h;

    if (f->operation->method != NGX_COMMERCE_GET
        || a->status != NGX_HTTP_OK)
    {
        return NGX_OK;
    }

    match = ngx_commerce_header(r, "if-none-match");

    if (match.len != 0
        && ngx_commerce_etag_none_match(match.data, match.len, a->etag.data,
                                        a->etag.len))
    {
        a->status = NGX_HTTP_NOT_MODIFIED;
    }

    return NGX_OK;
}


/* Whether the handler has set that header itself. */

static ngx_uint_t
send_has(ngx_http_request_t *r, const char *name)
{
    size_t            len;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    len = ngx_strlen(name);

    for (part = &r->headers_out.headers.part; part != NULL;
         part = part->next)
    {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == len
                && ngx_strncasecmp(h[i].key.data, (u_char *) name, len) == 0)
            {
                return 1;
            }
        }
    }

    return 0;
}


/* Server-Timing: what the database took and all of it, in milliseconds. */

static ngx_int_t
send_timing(ngx_commerce_flow_t *f)
{
    u_char    text[128], *last;
    uint64_t  total;

    f->trace->ended = ngx_commerce_clock_us();

    if (f->operation == NULL) {
        return NGX_OK;
    }

    total = f->trace->ended - f->started;

    last = ngx_slprintf(text, text + sizeof(text),
                        "db;dur=%uL.%03uL, total;dur=%uL.%03uL",
                        f->db_time / 1000, f->db_time % 1000,
                        total / 1000, total % 1000);

    if (f->trace->cache != NULL) {
        last = ngx_slprintf(last, text + sizeof(text), ", cache;desc=%s",
                            f->trace->cache);
    }

    return ngx_commerce_send_header(f->r, "Server-Timing",
                                    sizeof("Server-Timing") - 1, text,
                                    last - text);
}


ngx_int_t
ngx_commerce_send_header(ngx_http_request_t *r, const char *name,
    size_t name_len, const void *value, size_t value_len)
{
    u_char           *p;
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    p = ngx_pnalloc(r->pool, name_len + value_len);

    if (h == NULL || p == NULL) {
        if (h != NULL) {
            h->hash = 0;
        }

        return NGX_ERROR;
    }

    h->hash = 1;
    h->key.len = name_len;
    h->key.data = p;
    h->value.len = value_len;
    h->value.data = ngx_cpymem(p, name, name_len);
    ngx_memcpy(h->value.data, value, value_len);

    return NGX_OK;
}


ngx_int_t
ngx_commerce_chain_begin(ngx_commerce_chain_writer_t *w, ngx_pool_t *pool,
    size_t size)
{
    ngx_memzero(w, sizeof(ngx_commerce_chain_writer_t));

    w->pool = pool;
    w->last = &w->first;
    w->json.more = chain_more;
    w->json.data = w;

    return chain_piece(w, ngx_max(size, 64));
}


static ngx_int_t
chain_piece(ngx_commerce_chain_writer_t *w, size_t size)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    cl = ngx_alloc_chain_link(w->pool);
    b = ngx_create_temp_buf(w->pool, size);

    if (cl == NULL || b == NULL) {
        return NGX_ERROR;
    }

    cl->buf = b;
    cl->next = NULL;

    *w->last = cl;
    w->last = &cl->next;

    w->json.pos = b->pos;
    w->json.end = b->end;

    return NGX_OK;
}


static int
chain_more(ngx_commerce_json_t *json)
{
    ngx_chain_t                  *cl;
    ngx_commerce_chain_writer_t  *w = json->data;

    cl = (ngx_chain_t *) ((u_char *) w->last - offsetof(ngx_chain_t, next));
    cl->buf->last = json->pos;

    return (chain_piece(w, ngx_pagesize) == NGX_OK) ? 0 : -1;
}


ngx_int_t
ngx_commerce_chain_end(ngx_commerce_chain_writer_t *w, ngx_chain_t **chain,
    off_t *length)
{
    ngx_chain_t  *cl, **next;

    if (w->json.failed) {
        return NGX_ERROR;
    }

    cl = (ngx_chain_t *) ((u_char *) w->last - offsetof(ngx_chain_t, next));
    cl->buf->last = w->json.pos;
    cl->buf->last_buf = 1;
    cl->buf->last_in_chain = 1;

    *length = 0;

    for (next = &w->first; *next != NULL; next = &(*next)->next) {
        *length += (*next)->buf->last - (*next)->buf->pos;
    }

    *chain = w->first;

    return NGX_OK;
}
