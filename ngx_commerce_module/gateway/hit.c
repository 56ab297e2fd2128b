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
#include "hit.h"
#include "tokens.h"
#include "../base/clock.h"
#include "../base/gzip.h"
#include "../base/query.h"
#include "../base/text.h"


#define HIT_PARAMS  32
#define HIT_ARGS    1024                 /* of a query string */


/* What the request says, on the stack. */
typedef struct {
    ngx_commerce_hit_t   said;
    ngx_str_t            language;
    ngx_str_t            params[HIT_PARAMS];
    u_char               args[HIT_ARGS + 1];
    u_char               arrays[6 * HIT_ARGS];
    u_char              *array;          /* end of `arrays` */
} hit_t;


static void hit_want(ngx_http_request_t *r, const hit_t *hit,
    const ngx_commerce_endpoint_t *endpoint, ngx_commerce_cache_want_t *want);
static ngx_uint_t hit_plain(ngx_http_request_t *r,
    const ngx_commerce_endpoint_t *endpoint);
static ngx_int_t hit_read(ngx_http_request_t *r, hit_t *hit);
static ngx_int_t hit_auth(ngx_http_request_t *r, hit_t *hit);
static ngx_int_t hit_params(ngx_http_request_t *r, hit_t *hit,
    const ngx_commerce_match_t *match);
static ngx_int_t hit_pair(hit_t *hit, const ngx_commerce_str_t *name,
    ngx_commerce_str_t *value);
static ngx_int_t hit_array(hit_t *hit, unsigned i, ngx_commerce_str_t *value);
static void hit_zip(ngx_http_request_t *r,
    const ngx_commerce_cache_want_t *want,
    ngx_commerce_cache_answer_t *answer);


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

    hit.said.operation = match->operation;
    endpoint = &ngx_commerce_worker->conf->endpoints[hit.said.operation->index];

    if (!ngx_commerce_cache_usable(ngx_commerce_worker, endpoint)
        || !hit_plain(r, endpoint)
        || hit_read(r, &hit) != NGX_OK
        || hit_auth(r, &hit) != NGX_OK
        || hit_params(r, &hit, match) != NGX_OK
        || ngx_commerce_cache_key(ngx_commerce_worker->cache,
                                  hit.said.operation, hit.params,
                                  ngx_commerce_text_language(hit.language.data,
                                                             hit.language.len),
                                  hit.said.principal, buf, &key)
           != NGX_OK)
    {
        return NGX_DECLINED;
    }

    hit.said.started = ngx_commerce_clock_us();

    hit_want(r, &hit, endpoint, &want);

    rc = ngx_commerce_cache_get(ngx_commerce_worker->cache, &key, &want,
                                r->pool, &answer);

    if (rc == NGX_OK && answer.status != NGX_HTTP_OK) {
        return NGX_DECLINED;
    }

    if (rc == NGX_OK) {
        hit_zip(r, &want, &answer);
        return ngx_commerce_hit_send(r, &hit.said, &answer);
    }

    return (rc == NGX_DECLINED) ? NGX_DECLINED
                                : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


static void
hit_want(ngx_http_request_t *r, const hit_t *hit,
    const ngx_commerce_endpoint_t *endpoint, ngx_commerce_cache_want_t *want)
{
    ngx_memzero(want, sizeof(ngx_commerce_cache_want_t));

    want->head = (r->method == NGX_HTTP_HEAD);
    want->gap = ngx_commerce_cache_gap(ngx_commerce_worker,
                                       endpoint->database);
    want->after = ngx_commerce_cache_after(ngx_commerce_worker, r,
                                           hit->said.principal);

    want->zip = ngx_commerce_cache_zips(hit->said.operation)
                && r->headers_in.accept_encoding != NULL
                && ngx_http_gzip_ok(r) == NGX_OK;

    if (r->headers_in.if_none_match != NULL) {
        want->none_match = r->headers_in.if_none_match->value;
    }
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
           && !operation->unseals
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

    ngx_str_null(&hit->said.request_id);
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
                if (hit->said.request_id.len == 0
                    && ngx_strncmp(h[i].lowcase_key, "x-request-id", 12) == 0)
                {
                    hit->said.request_id = h[i].value;
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

    hit->said.principal = NULL;

    if (hit->said.operation->security == NGX_COMMERCE_PUBLIC) {
        return NGX_OK;
    }

    if (r->headers_in.authorization == NULL) {
        return (hit->said.operation->security == NGX_COMMERCE_OPTIONAL)
               ? NGX_OK : NGX_DECLINED;
    }

    if (ngx_commerce_auth_token(&r->headers_in.authorization->value, &token)
        != NGX_OK
        || token.len == 0)
    {
        return NGX_DECLINED;
    }

    hit->said.principal = ngx_commerce_tokens_known(ngx_commerce_worker,
                                                    &token);

    return (hit->said.principal != NULL
            && ngx_commerce_auth_allowed(ngx_commerce_worker,
                                         hit->said.operation,
                                         hit->said.principal)
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

    p = hit->said.operation->params;

    ngx_memzero(hit->params, hit->said.operation->nparams * sizeof(ngx_str_t));

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

    for (i = match->nvalues; i < hit->said.operation->nparams; i++) {

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

    for (i = 0; i < hit->said.operation->nparams; i++) {
        p = &hit->said.operation->params[i];

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


/* The first who could use it makes the compressed variant, for all. */

static void
hit_zip(ngx_http_request_t *r, const ngx_commerce_cache_want_t *want,
    ngx_commerce_cache_answer_t *answer)
{
    size_t   len;
    u_char  *p;

    if (!want->zip || answer->body.data == NULL
        || answer->found.zip != NGX_COMMERCE_SHMCACHE_PLAIN
        || answer->body.len < NGX_COMMERCE_CACHE_ZIP_MIN)
    {
        return;
    }

    p = ngx_pnalloc(r->pool, answer->body.len);
    if (p == NULL) {
        return;
    }

    len = ngx_commerce_gzip(p, answer->body.len * 7 / 8, answer->body.data,
                            answer->body.len);

    ngx_commerce_cache_zip(ngx_commerce_worker->cache, answer, p, len);

    if (len != 0) {
        answer->body.data = p;
        answer->body.len = len;
        answer->zipped = 1;
    }
}
