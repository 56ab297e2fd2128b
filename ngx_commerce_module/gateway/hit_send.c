/*
 * Sends an answer out of the cache: the same headers as send.c's, which says
 * why they are what they are, but none of them copied.
 *
 * Called by hit.c.  What outlives the call stands in the request's pool: names
 * and fixed values are constants, the others lie in hit_kept_t.
 */

#include "hit.h"
#include "../base/clock.h"
#include "../base/text.h"


/* What outlives the call; in the request's pool. */
typedef struct {
    ngx_commerce_trace_t              trace;
    u_char                            id[NGX_COMMERCE_REQUEST_ID];
    u_char                            user[NGX_COMMERCE_UUID_LEN];
    u_char                            age[NGX_INT_T_LEN];
    u_char                            timing[64];
} hit_kept_t;


static hit_kept_t *hit_keep(ngx_http_request_t *r,
    const ngx_commerce_hit_t *hit);
static ngx_int_t hit_headers(ngx_http_request_t *r,
    const ngx_commerce_hit_t *hit, hit_kept_t *kept,
    const ngx_commerce_cache_answer_t *answer);
static ngx_int_t hit_variant(ngx_http_request_t *r,
    const ngx_commerce_hit_t *hit, const ngx_commerce_cache_answer_t *answer);
static ngx_int_t hit_etag(ngx_http_request_t *r, const ngx_str_t *value);
static void hit_timing(hit_kept_t *kept, ngx_str_t *timing);
static ngx_table_elt_t *hit_header(ngx_http_request_t *r,
    const ngx_str_t *name, const ngx_str_t *value);


ngx_int_t
ngx_commerce_hit_send(ngx_http_request_t *r,
    const ngx_commerce_hit_t *hit, const ngx_commerce_cache_answer_t *answer)
{
    ngx_buf_t    *b;
    ngx_int_t     rc;
    hit_kept_t   *kept;
    ngx_chain_t   out;

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    kept = hit_keep(r, hit);

    if (kept == NULL || hit_headers(r, hit, kept, answer) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->disable_not_modified = 1;

    if (answer->not_modified) {
        r->headers_out.status = NGX_HTTP_NOT_MODIFIED;
        r->header_only = 1;

    } else {
        r->headers_out.status = answer->status;
        r->headers_out.content_length_n = answer->body.len;
        r->headers_out.content_type.len = hit->operation->content_type.len;
        r->headers_out.content_type.data = hit->operation->content_type.data;
        r->headers_out.content_type_len = hit->operation->content_type.len;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = answer->body.data;
    b->last = answer->body.data + answer->body.len;
    b->memory = (answer->body.len != 0);
    b->last_buf = 1;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


/* The log's view of the request. */

static hit_kept_t *
hit_keep(ngx_http_request_t *r, const ngx_commerce_hit_t *hit)
{
    hit_kept_t            *kept;
    ngx_commerce_trace_t  *trace;

    kept = ngx_pcalloc(r->pool, sizeof(hit_kept_t));
    if (kept == NULL) {
        return NULL;
    }

    trace = &kept->trace;
    trace->operation = hit->operation;
    trace->cache = "HIT";
    trace->started = hit->started;

    if (ngx_commerce_gateway_request_id(ngx_commerce_worker, &hit->request_id,
                                        kept->id, &trace->request_id)
        != NGX_OK)
    {
        return NULL;
    }

    if (hit->principal != NULL) {
        trace->user.len = ngx_min(ngx_strlen(hit->principal->sub),
                                  sizeof(kept->user));
        trace->user.data = kept->user;
        ngx_memcpy(kept->user, hit->principal->sub, trace->user.len);
    }

    ngx_http_set_ctx(r, trace, ngx_http_commerce_module);

    return kept;
}


/* The same headers as on the long way; see send.c for why. */

static ngx_int_t
hit_headers(ngx_http_request_t *r, const ngx_commerce_hit_t *hit,
    hit_kept_t *kept, const ngx_commerce_cache_answer_t *answer)
{
    ngx_str_t  age, timing;

    static const ngx_str_t  id_name = ngx_string("X-Request-Id");
    static const ngx_str_t  age_name = ngx_string("Age");
    static const ngx_str_t  link_name = ngx_string("Link");
    static const ngx_str_t  vary_name = ngx_string("Vary");
    static const ngx_str_t  cache_name = ngx_string("X-Cache");
    static const ngx_str_t  timing_name = ngx_string("Server-Timing");
    static const ngx_str_t  policy_name = ngx_string("Cache-Control");
    static const ngx_str_t  sniff_name = ngx_string("X-Content-Type-Options");

    static const ngx_str_t  hit_value = ngx_string("HIT");
    static const ngx_str_t  sniff = ngx_string("nosniff");
    static const ngx_str_t  origin = ngx_string("Origin");
    static const ngx_str_t  shared = ngx_string("no-cache");
    static const ngx_str_t  owned = ngx_string("private, no-cache");
    static const ngx_str_t  unmarked = ngx_string("no-store");

    age.data = kept->age;
    age.len = ngx_sprintf(age.data, "%M", answer->age / 1000) - age.data;

    hit_timing(kept, &timing);

    if (hit_header(r, &policy_name, (answer->etag.len == 0) ? &unmarked
                                    : (hit->principal != NULL) ? &owned
                                                               : &shared)
        == NULL
        || (answer->link.len != 0
            && hit_header(r, &link_name, &answer->link) == NULL)
        || (ngx_commerce_worker->conf->origins != NULL
            && hit_header(r, &vary_name, &origin) == NULL)
        || hit_header(r, &id_name, &kept->trace.request_id) == NULL
        || hit_header(r, &sniff_name, &sniff) == NULL
        || hit_header(r, &cache_name, &hit_value) == NULL
        || hit_header(r, &age_name, &age) == NULL
        || hit_header(r, &timing_name, &timing) == NULL)
    {
        return NGX_ERROR;
    }

    return hit_variant(r, hit, answer);
}


/* The variant of the body: its encoding, and that there are others. */

static ngx_int_t
hit_variant(ngx_http_request_t *r, const ngx_commerce_hit_t *hit,
    const ngx_commerce_cache_answer_t *answer)
{
    u_char     *p;
    ngx_str_t   etag;

    static const ngx_str_t  vary_name = ngx_string("Vary");
    static const ngx_str_t  vary = ngx_string("Accept-Encoding");
    static const ngx_str_t  encoding_name = ngx_string("Content-Encoding");
    static const ngx_str_t  gzip = ngx_string("gzip");

    if (answer->found.body_len >= NGX_COMMERCE_CACHE_ZIP_MIN
        && ngx_commerce_cache_zips(hit->operation)
        && hit_header(r, &vary_name, &vary) == NULL)
    {
        return NGX_ERROR;
    }

    if (!answer->zipped) {
        return hit_etag(r, &answer->etag);
    }

    if (!answer->not_modified) {
        r->headers_out.content_encoding = hit_header(r, &encoding_name, &gzip);

        if (r->headers_out.content_encoding == NULL) {
            return NGX_ERROR;
        }
    }

    /* other bytes: the same answer only by weak comparison */

    if (answer->etag.len == 0 || answer->etag.data[0] != '"') {
        return hit_etag(r, &answer->etag);
    }

    p = ngx_pnalloc(r->pool, answer->etag.len + 2);
    if (p == NULL) {
        return NGX_ERROR;
    }

    etag.data = p;
    etag.len = answer->etag.len + 2;
    p = ngx_cpymem(p, "W/", 2);
    ngx_memcpy(p, answer->etag.data, answer->etag.len);

    return hit_etag(r, &etag);
}


/* Known to nginx, for its filters. */

static ngx_int_t
hit_etag(ngx_http_request_t *r, const ngx_str_t *value)
{
    static const ngx_str_t  name = ngx_string("ETag");

    if (value->len == 0) {
        return NGX_OK;
    }

    r->headers_out.etag = hit_header(r, &name, value);

    return (r->headers_out.etag == NULL) ? NGX_ERROR : NGX_OK;
}


/* Server-Timing, as send.c writes it; nearly always of some microseconds. */

static void
hit_timing(hit_kept_t *kept, ngx_str_t *timing)
{
    u_char    *digits;
    uint64_t   us;

    static const u_char  text[] =
        "db;dur=0.000, total;dur=0.000, cache;desc=HIT";

    kept->trace.ended = ngx_commerce_clock_us();
    us = kept->trace.ended - kept->trace.started;

    timing->data = kept->timing;
    timing->len = sizeof(text) - 1;
    ngx_memcpy(kept->timing, text, sizeof(text) - 1);

    if (us < 1000) {
        digits = kept->timing + sizeof("db;dur=0.000, total;dur=0.") - 1;
        digits[0] = (u_char) ('0' + us / 100);
        digits[1] = (u_char) ('0' + us / 10 % 10);
        digits[2] = (u_char) ('0' + us % 10);
        return;
    }

    timing->len = ngx_slprintf(kept->timing,
                               kept->timing + sizeof(kept->timing),
                               "db;dur=0.000, total;dur=%uL.%03uL, "
                               "cache;desc=HIT", us / 1000, us % 1000)
                  - kept->timing;
}


/* Neither name nor value is copied: they live as long as the request. */

static ngx_table_elt_t *
hit_header(ngx_http_request_t *r, const ngx_str_t *name,
    const ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);

    if (h != NULL) {
        h->hash = 1;
        h->key = *name;
        h->value = *value;
    }

    return h;
}
