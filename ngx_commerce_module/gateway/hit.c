/*
 * The short way of a request: an answer that lies in the cache is sent without
 * a flow.  What it needs is read from the request where it stands, the key is
 * made on the stack, and nothing is allocated but from the request's pool.
 *
 * Parameters are not checked here: a text that did not pass the checks before
 * is in no key.  Who asks is checked as on the long way, and before the cache
 * is looked at.  Whatever is not plain (rates, foreign origins, tokens not
 * seen before, parameters given twice, no valid answer) is declined without a
 * trace, and the long way deals with it.
 *
 * Called by gateway.c with what the route has found; lifetime: the request's.
 */

#include "auth.h"
#include "cache.h"
#include "tokens.h"
#include "../base/clock.h"
#include "../base/query.h"
#include "../base/text.h"


#define HIT_PARAMS  32
#define HIT_ARGS    1024                 /* of a query string */


/* What the request says, on the stack. */
typedef struct {
    const ngx_commerce_operation_t   *operation;
    const ngx_commerce_jwt_claims_t  *principal;
    uint64_t                          started;   /* us */
    ngx_str_t                         request_id;
    ngx_str_t                         language;
    ngx_str_t                         params[HIT_PARAMS];
    u_char                            args[HIT_ARGS + 1];
    u_char                            arrays[6 * HIT_ARGS];
    u_char                           *array;     /* end of `arrays` */
} hit_t;

/* What outlives the call; in the request's pool. */
typedef struct {
    ngx_commerce_trace_t              trace;
    u_char                            id[NGX_COMMERCE_REQUEST_ID];
    u_char                            user[NGX_COMMERCE_UUID_LEN];
    u_char                            age[NGX_INT_T_LEN];
    u_char                            timing[64];
} hit_kept_t;


static ngx_uint_t hit_plain(ngx_http_request_t *r,
    const ngx_commerce_endpoint_t *endpoint);
static ngx_int_t hit_read(ngx_http_request_t *r, hit_t *hit);
static ngx_int_t hit_auth(ngx_http_request_t *r, hit_t *hit);
static ngx_int_t hit_params(ngx_http_request_t *r, hit_t *hit,
    const ngx_commerce_match_t *match);
static ngx_int_t hit_pair(hit_t *hit, const ngx_commerce_str_t *name,
    ngx_commerce_str_t *value);
static ngx_int_t hit_array(hit_t *hit, unsigned i, ngx_commerce_str_t *value);
static ngx_int_t hit_send(ngx_http_request_t *r, hit_t *hit,
    const ngx_commerce_cache_answer_t *answer);
static hit_kept_t *hit_keep(ngx_http_request_t *r, hit_t *hit);
static ngx_int_t hit_headers(ngx_http_request_t *r, hit_t *hit,
    hit_kept_t *kept, const ngx_commerce_cache_answer_t *answer);
static ngx_int_t hit_etag(ngx_http_request_t *r, const ngx_str_t *value);
static void hit_timing(hit_kept_t *kept, ngx_str_t *timing);
static ngx_int_t hit_header(ngx_http_request_t *r, const ngx_str_t *name,
    const ngx_str_t *value);


ngx_int_t
ngx_commerce_hit(ngx_http_request_t *r, const ngx_commerce_match_t *match)
{
    hit_t                           hit;
    u_char                          buf[NGX_COMMERCE_CACHE_KEY_MAX];
    ngx_int_t                       rc;
    const ngx_commerce_endpoint_t  *endpoint;
    ngx_commerce_cache_key_t        key;
    ngx_commerce_cache_want_t       want;
    ngx_commerce_cache_answer_t     answer;

    hit.operation = match->operation;
    endpoint = &ngx_commerce_worker->conf->endpoints[hit.operation->index];

    if (!ngx_commerce_cache_usable(ngx_commerce_worker, endpoint)
        || !hit_plain(r, endpoint)
        || hit_read(r, &hit) != NGX_OK
        || hit_auth(r, &hit) != NGX_OK
        || hit_params(r, &hit, match) != NGX_OK
        || ngx_commerce_cache_key(ngx_commerce_worker->cache, hit.operation,
                                  hit.params,
                                  ngx_commerce_text_language(hit.language.data,
                                                             hit.language.len),
                                  hit.principal, buf, &key)
           != NGX_OK)
    {
        return NGX_DECLINED;
    }

    hit.started = ngx_commerce_clock_us();

    ngx_memzero(&want, sizeof(ngx_commerce_cache_want_t));

    want.head = (r->method == NGX_HTTP_HEAD);
    want.gap = ngx_commerce_cache_gap(ngx_commerce_worker,
                                      endpoint->database);

    if (r->headers_in.if_none_match != NULL) {
        want.none_match = r->headers_in.if_none_match->value;
    }

    rc = ngx_commerce_cache_get(ngx_commerce_worker->cache, &key, &want,
                                r->pool, &answer);

    if (rc == NGX_OK && answer.status != NGX_HTTP_OK) {
        return NGX_DECLINED;
    }

    if (rc == NGX_OK) {
        return hit_send(r, &hit, &answer);
    }

    return (rc == NGX_DECLINED) ? NGX_DECLINED
                                : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


static ngx_uint_t
hit_plain(ngx_http_request_t *r, const ngx_commerce_endpoint_t *endpoint)
{
    const ngx_commerce_operation_t  *operation;

    operation = endpoint->operation;

    return r == r->main
           && r->headers_in.content_length_n <= 0
           && !r->headers_in.chunked
           && operation->nrates == 0
           && operation->if_match == NGX_COMMERCE_NEVER
           && operation->idempotency == NGX_COMMERCE_NEVER
           && operation->body == NGX_COMMERCE_BODY_NONE
           && operation->nparams <= HIT_PARAMS;
}


/* The headers that matter, in one walk. */

static ngx_int_t
hit_read(ngx_http_request_t *r, hit_t *hit)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    ngx_str_null(&hit->request_id);
    ngx_str_null(&hit->language);

    for (part = &r->headers_in.headers.part; part != NULL; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            switch (h[i].key.len) {

            case 6:
                if (ngx_strncmp(h[i].lowcase_key, "origin", 6) == 0) {
                    return NGX_DECLINED;
                }

                break;

            case 12:
                if (hit->request_id.len == 0
                    && ngx_strncmp(h[i].lowcase_key, "x-request-id", 12) == 0)
                {
                    hit->request_id = h[i].value;
                }

                break;

            case 15:
                if (hit->language.len == 0
                    && ngx_strncmp(h[i].lowcase_key, "accept-language", 15)
                       == 0)
                {
                    hit->language = h[i].value;
                }

                break;

            default:
                break;
            }
        }
    }

    return NGX_OK;
}


/* As auth.c, but for tokens that this worker has verified already. */

static ngx_int_t
hit_auth(ngx_http_request_t *r, hit_t *hit)
{
    ngx_str_t  token;

    hit->principal = NULL;

    if (hit->operation->security == NGX_COMMERCE_PUBLIC) {
        return NGX_OK;
    }

    if (r->headers_in.authorization == NULL) {
        return (hit->operation->security == NGX_COMMERCE_OPTIONAL)
               ? NGX_OK : NGX_DECLINED;
    }

    if (ngx_commerce_auth_token(&r->headers_in.authorization->value, &token)
        != NGX_OK
        || token.len == 0)
    {
        return NGX_DECLINED;
    }

    hit->principal = ngx_commerce_tokens_known(ngx_commerce_worker->tokens,
                                               ngx_commerce_worker->conf,
                                               &token);

    return (hit->principal != NULL
            && ngx_commerce_auth_allowed(ngx_commerce_worker, hit->operation,
                                         hit->principal)
               == NGX_COMMERCE_AUTH_OK)
           ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
hit_params(ngx_http_request_t *r, hit_t *hit,
    const ngx_commerce_match_t *match)
{
    int                          rc;
    u_char                      *buf;
    unsigned                     i;
    ngx_commerce_str_t           args, name, value;
    const ngx_commerce_param_t  *p;

    p = hit->operation->params;

    ngx_memzero(hit->params, hit->operation->nparams * sizeof(ngx_str_t));

    for (i = 0; i < match->nvalues; i++) {
        hit->params[i].data = match->values[i].data;
        hit->params[i].len = match->values[i].len;
    }

    if (r->args.len != 0) {

        if (r->args.len > HIT_ARGS) {
            return NGX_DECLINED;
        }

        args.data = r->args.data;
        args.len = r->args.len;
        buf = hit->args;
        hit->array = hit->arrays;

        while ((rc = ngx_commerce_query_next(&args, &buf, &name, &value))
               == 1)
        {
            if (hit_pair(hit, &name, &value) != NGX_OK) {
                return NGX_DECLINED;
            }
        }

        if (rc < 0) {
            return NGX_DECLINED;
        }
    }

    for (i = match->nvalues; i < hit->operation->nparams; i++) {

        if (p[i].in == NGX_COMMERCE_IN_HEADER
            && p[i].role == NGX_COMMERCE_ROLE_PLAIN)
        {
            return NGX_DECLINED;
        }

        if (hit->params[i].data == NULL && p[i].fallback.data != NULL) {
            hit->params[i].data = p[i].fallback.data;
            hit->params[i].len = p[i].fallback.len;
        }
    }

    return NGX_OK;
}


static ngx_int_t
hit_pair(hit_t *hit, const ngx_commerce_str_t *name, ngx_commerce_str_t *value)
{
    unsigned                     i;
    const ngx_commerce_param_t  *p;

    for (i = 0; i < hit->operation->nparams; i++) {
        p = &hit->operation->params[i];

        if (p->in != NGX_COMMERCE_IN_QUERY
            || p->role == NGX_COMMERCE_ROLE_PREFIX
            || !ngx_commerce_str_eq(name, &p->name))
        {
            continue;
        }

        if (hit->params[i].data != NULL) {
            return NGX_DECLINED;
        }

        if (p->array) {
            return hit_array(hit, i, value);
        }

        hit->params[i].data = value->data;
        hit->params[i].len = value->len;

        return NGX_OK;
    }

    return NGX_DECLINED;
}


/* 1,2 becomes {"1","2"}, as input.c writes it: at most 4 bytes a byte. */

static ngx_int_t
hit_array(hit_t *hit, unsigned i, ngx_commerce_str_t *value)
{
    u_char  *p, *start, *last, *comma;

    start = hit->array;
    p = value->data;
    last = value->data + value->len;

    if ((size_t) (hit->arrays + sizeof(hit->arrays) - start)
        < 4 * value->len + 6)
    {
        return NGX_DECLINED;
    }

    *hit->array++ = '{';

    for ( ;; ) {
        comma = ngx_strlchr(p, last, ',');

        if (comma == NULL) {
            comma = last;
        }

        hit->array = ngx_commerce_query_array_item(hit->array, p, comma - p,
                                                   hit->array == start + 1);
        if (comma == last) {
            break;
        }

        p = comma + 1;
    }

    *hit->array++ = '}';

    hit->params[i].data = start;
    hit->params[i].len = hit->array - start;

    return NGX_OK;
}


static ngx_int_t
hit_send(ngx_http_request_t *r, hit_t *hit,
    const ngx_commerce_cache_answer_t *answer)
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
hit_keep(ngx_http_request_t *r, hit_t *hit)
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
hit_headers(ngx_http_request_t *r, hit_t *hit, hit_kept_t *kept,
    const ngx_commerce_cache_answer_t *answer)
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
        != NGX_OK
        || (answer->link.len != 0
            && hit_header(r, &link_name, &answer->link) != NGX_OK)
        || (ngx_commerce_worker->conf->origins != NULL
            && hit_header(r, &vary_name, &origin) != NGX_OK)
        || hit_header(r, &id_name, &kept->trace.request_id) != NGX_OK
        || hit_header(r, &sniff_name, &sniff) != NGX_OK
        || hit_header(r, &cache_name, &hit_value) != NGX_OK
        || hit_header(r, &age_name, &age) != NGX_OK
        || hit_header(r, &timing_name, &timing) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return hit_etag(r, &answer->etag);
}


/* Known to nginx, for its filters. */

static ngx_int_t
hit_etag(ngx_http_request_t *r, const ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    if (value->len == 0) {
        return NGX_OK;
    }

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    ngx_str_set(&h->key, "ETag");
    h->value = *value;
    r->headers_out.etag = h;

    return NGX_OK;
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

static ngx_int_t
hit_header(ngx_http_request_t *r, const ngx_str_t *name,
    const ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    h->key = *name;
    h->value = *value;

    return NGX_OK;
}
