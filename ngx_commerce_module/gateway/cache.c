/*
 * The station that answers from shared memory, for requests that did not take
 * the short way of hit.c: makes the key of a question, takes a valid answer,
 * keeps the one that comes; when the database gives none, an old one may do.
 * What is asked by several at a time is cache_flight.c's.
 *
 * Authorization has been checked before; what belongs to somebody carries
 * its owner in the key.
 */

#include "answer.h"
#include "cache.h"
#include "metrics.h"
#include "shared.h"
#include "zone.h"
#include "../base/text.h"

#include <ngx_md5.h>


/* ms: how long a refusal is kept for those who waited for it */
#define CACHE_REFUSED  1000


static ngx_commerce_cache_ask_t *cache_ask(ngx_commerce_flow_t *f);
static ngx_int_t cache_validator(ngx_pool_t *pool, ngx_commerce_answer_t *a);
static ngx_int_t cache_stale(ngx_commerce_flow_t *f);
static ngx_int_t cache_refuse(ngx_commerce_flow_t *f,
    const ngx_commerce_cache_answer_t *found);
static uint32_t cache_tag(ngx_commerce_flow_t *f,
    const ngx_commerce_str_t *pattern);
static ngx_int_t cache_row(ngx_commerce_flow_t *f, const u_char *name,
    size_t len, u_char *row);
static const char *cache_param(ngx_commerce_flow_t *f, const u_char *name,
    size_t len);
static ngx_int_t cache_answer(ngx_commerce_flow_t *f,
    const ngx_commerce_cache_answer_t *found);


ngx_int_t
ngx_commerce_cache(ngx_commerce_flow_t *f)
{
    ngx_int_t  rc;

    if (!f->operation->cache.enabled || f->worker->cache == NULL) {
        return NGX_OK;
    }

    f->ask = ngx_commerce_cache_usable(f->worker, f->endpoint)
             ? cache_ask(f) : NULL;

    if (f->ask == NULL) {
        f->trace->cache = "BYPASS";
        return NGX_OK;
    }

    rc = ngx_commerce_cache_hit(f, "HIT");

    return (rc == NGX_DECLINED) ? NGX_OK : rc;
}


/* Kept as SQL gave them: what is sealed is so in shared memory, too. */

ngx_uint_t
ngx_commerce_cache_usable(ngx_commerce_worker_t *worker,
    const ngx_commerce_endpoint_t *endpoint)
{
    return worker->cache != NULL
           && endpoint->operation->cache.enabled
           && endpoint->handler == NULL;
}


ngx_uint_t
ngx_commerce_cache_zips(const ngx_commerce_operation_t *operation)
{
    return operation->security == NGX_COMMERCE_PUBLIC
           || (operation->cache.varies && !operation->cache.user);
}


ngx_msec_t
ngx_commerce_cache_gap(ngx_commerce_worker_t *worker, ngx_uint_t database)
{
    return ngx_commerce_zone_gap(ngx_commerce_zone_feed(worker->zone,
                                                        database));
}


/* The question of a flow, or NULL: it is too long, or there is no memory. */

static ngx_commerce_cache_ask_t *
cache_ask(ngx_commerce_flow_t *f)
{
    u_char                     buf[NGX_COMMERCE_CACHE_KEY_MAX], *data;
    unsigned                   i;
    ngx_str_t                 *params;
    ngx_commerce_cache_ask_t  *ask;

    ask = ngx_pcalloc(f->pool, sizeof(ngx_commerce_cache_ask_t));
    params = ngx_pcalloc(f->pool,
                         f->operation->nparams * sizeof(ngx_str_t) + 1);

    if (ask == NULL || params == NULL) {
        return NULL;
    }

    for (i = 0; i < f->operation->nparams; i++) {
        if (f->params[i] != NULL) {
            params[i].data = (u_char *) f->params[i];
            params[i].len = ngx_strlen(f->params[i]);
        }
    }

    if (ngx_commerce_cache_key(f->worker->cache, f->operation, params,
                               f->english, f->principal, buf, &ask->key)
        != NGX_OK)
    {
        return NULL;
    }

    data = ngx_pnalloc(f->pool, ask->key.len);
    if (data == NULL) {
        return NULL;
    }

    ngx_memcpy(data, buf, ask->key.len);

    ask->key.data = data;
    ask->flow = f;

    return ask;
}


void
ngx_commerce_cache_depend_now(ngx_commerce_flow_t *f)
{
    unsigned                   i;
    ngx_commerce_cache_key_t  *key;

    key = &f->ask->key;
    key->ntags = 0;
    f->ask->asked = ngx_current_msec;

    for (i = 0; i < f->operation->cache.ntags; i++) {
        ngx_commerce_cache_depend(f->worker->cache, key,
                                  cache_tag(f, &f->operation->cache.tags[i]));
    }
}


/*
 * 'product:{id}' of product 42 is 'product:42', 'orders:{id:uuid}' is of the
 * order with that id, 'users:{user}' of who asks.  Rows are known to the feed
 * by their ids; asked for by another name, an answer depends on the whole
 * table.
 */

static uint32_t
cache_tag(ngx_commerce_flow_t *f, const ngx_commerce_str_t *pattern)
{
    u_char   tag[128], row[NGX_COMMERCE_UUID_LEN + 1], *colon, *last;

    last = pattern->data + pattern->len;
    colon = ngx_strlchr(pattern->data, last, ':');

    if (colon == NULL) {
        return ngx_commerce_cache_tag(pattern->data, pattern->len);
    }

    if (last - colon <= 3
        || cache_row(f, colon + 2, last - colon - 3, row) != NGX_OK)
    {
        return ngx_commerce_cache_tag(pattern->data, colon - pattern->data);
    }

    last = ngx_slprintf(tag, tag + sizeof(tag), "%*s:%s",
                        (size_t) (colon - pattern->data), pattern->data, row);

    return ngx_commerce_cache_tag(tag, last - tag);
}


/* The id of a row as the feed writes it; NGX_DECLINED: it is none. */

static ngx_int_t
cache_row(ngx_commerce_flow_t *f, const u_char *name, size_t len, u_char *row)
{
    size_t       n;
    const char  *value;
    ngx_uint_t   uuid;

    if (len == 4 && ngx_strncmp(name, "user", 4) == 0) {
        value = (f->principal != NULL) ? f->principal->sub : NULL;
        uuid = 1;

    } else {
        uuid = (len > 5 && ngx_strncmp(name + len - 5, ":uuid", 5) == 0);
        value = cache_param(f, name, uuid ? len - 5 : len);
    }

    n = (value != NULL) ? ngx_strlen(value) : 0;

    if (n == 0 || n > NGX_COMMERCE_UUID_LEN
        || (uuid && !ngx_commerce_text_is_uuid((u_char *) value, n))
        || (!uuid && (value[0] == '0'
                      || value[strspn(value, "0123456789")] != '\0')))
    {
        return NGX_DECLINED;
    }

    ngx_strlow(row, (u_char *) value, n);
    row[n] = '\0';

    return NGX_OK;
}


static const char *
cache_param(ngx_commerce_flow_t *f, const u_char *name, size_t len)
{
    unsigned                   i;
    const ngx_commerce_str_t  *known;

    for (i = 0; i < f->operation->nparams; i++) {
        known = &f->operation->params[i].name;

        if (known->len == len && ngx_memcmp(known->data, name, len) == 0) {
            return f->params[i];
        }
    }

    return NULL;
}


ngx_int_t
ngx_commerce_cache_hit(ngx_commerce_flow_t *f, const char *how)
{
    ngx_int_t                    rc;
    ngx_commerce_cache_want_t    want;
    ngx_commerce_cache_answer_t  found;

    ngx_memzero(&want, sizeof(ngx_commerce_cache_want_t));

    want.gap = ngx_commerce_cache_gap(f->worker, f->endpoint->database);
    want.after = ngx_commerce_cache_after(f->worker, f->r, f->principal);

    rc = ngx_commerce_cache_get(f->worker->cache, &f->ask->key, &want,
                                f->r->pool, &found);
    if (rc != NGX_OK) {
        return rc;
    }

    f->trace->cache = how;

    return (found.status == NGX_HTTP_OK) ? cache_answer(f, &found)
                                         : cache_refuse(f, &found);
}


/* What the client did wrong, said anew: each has an id of its own. */

static ngx_int_t
cache_refuse(ngx_commerce_flow_t *f, const ngx_commerce_cache_answer_t *found)
{
    char       *code;
    ngx_int_t   rc;

    code = ngx_commerce_cstr(f->r->pool, found->etag.data, found->etag.len);
    if (code == NULL) {
        return NGX_ERROR;
    }

    f->answered = 1;
    f->ask = NULL;

    rc = ngx_commerce_problem(f, found->status, code, found->etag.len,
                              &found->body);

    return (rc == NGX_OK) ? NGX_DONE : NGX_ERROR;
}


static ngx_int_t
cache_answer(ngx_commerce_flow_t *f, const ngx_commerce_cache_answer_t *found)
{
    u_char                       age[NGX_INT_T_LEN];
    ngx_commerce_answer_t       *a;
    ngx_commerce_chain_writer_t  w;

    a = ngx_commerce_answer(f);

    if (a == NULL
        || ngx_commerce_chain_begin(&w, f->r->pool, found->body.len) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_commerce_json_raw(&w.json, found->body.data, found->body.len);

    a->status = found->status;
    a->content_type.data = f->operation->content_type.data;
    a->content_type.len = f->operation->content_type.len;
    a->link = found->link;
    a->etag = found->etag;
    a->zips = ngx_commerce_cache_zips(f->operation)
              && found->body.len >= NGX_COMMERCE_CACHE_ZIP_MIN;

    if (ngx_commerce_chain_end(&w, &a->chain, &a->length) != NGX_OK
        || ngx_commerce_send_header(f->r, "Age", sizeof("Age") - 1, age,
                                    ngx_sprintf(age, "%M", found->age / 1000)
                                    - age)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    f->answered = 1;

    if (f->operation->unseals && ngx_commerce_unseal(f) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_DONE;
}


void
ngx_commerce_cache_store(ngx_commerce_flow_t *f)
{
    off_t                         length;
    ngx_chain_t                  *body;
    ngx_commerce_answer_t        *a;
    ngx_commerce_cache_answer_t   keep;

    a = f->answer;

    if (f->ask == NULL || f->r == NULL || a == NULL
        || a->status != NGX_HTTP_OK)
    {
        return;
    }

    if (a->etag.len == 0 && cache_validator(f->r->pool, a) != NGX_OK) {
        return;
    }

    a->zips = ngx_commerce_cache_zips(f->operation)
              && a->length >= NGX_COMMERCE_CACHE_ZIP_MIN;

    body = (a->sealed != NULL) ? a->sealed : a->chain;
    length = (a->sealed != NULL) ? a->sealed_length : a->length;

    ngx_memzero(&keep, sizeof(ngx_commerce_cache_answer_t));

    keep.status = a->status;
    keep.etag = a->etag;
    keep.link = a->link;
    keep.body.len = (size_t) length;
    keep.age = ngx_current_msec - f->ask->asked;

    ngx_commerce_cache_keep(f, &keep, body, f->operation->cache.ttl_ms,
                            f->operation->cache.max_ttl_ms);

    ngx_commerce_shared_store(f, keep.body.len, body);
}


/* What has no version gets a validator of its bytes: lists, above all. */

static ngx_int_t
cache_validator(ngx_pool_t *pool, ngx_commerce_answer_t *a)
{
    u_char              *p, sum[16];
    ngx_md5_t            md5;
    const ngx_chain_t   *cl;

    p = ngx_pnalloc(pool, 2 * sizeof(sum) + 2);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_md5_init(&md5);

    for (cl = a->chain; cl != NULL; cl = cl->next) {
        ngx_md5_update(&md5, cl->buf->pos, cl->buf->last - cl->buf->pos);
    }

    ngx_md5_final(sum, &md5);

    a->etag.data = p;
    a->etag.len = 2 * sizeof(sum) + 2;

    *p++ = '"';
    p = ngx_hex_dump(p, sum, sizeof(sum));
    *p = '"';

    return NGX_OK;
}


void
ngx_commerce_cache_keep(ngx_commerce_flow_t *f,
    const ngx_commerce_cache_answer_t *keep, const ngx_chain_t *body,
    ngx_msec_t ttl, ngx_msec_t max_ttl)
{
    ngx_int_t   rc;
    ngx_uint_t  evicted;

    rc = ngx_commerce_cache_put(f->worker->cache, &f->ask->key, keep, body,
                                ttl, max_ttl, &evicted);

    ngx_commerce_metrics_add(f->worker->metrics,
                             NGX_COMMERCE_METRIC_L1_EVICTION, evicted);

    if (rc != NGX_OK) {
        ngx_commerce_metrics_add(f->worker->metrics,
                                 (rc == NGX_ABORT)
                                 ? NGX_COMMERCE_METRIC_L1_OVERTAKEN
                                 : NGX_COMMERCE_METRIC_L1_REFUSAL, 1);
    }
}


ngx_int_t
ngx_commerce_cache_problem(ngx_commerce_flow_t *f, ngx_uint_t status,
    const ngx_str_t *code, const ngx_str_t *members)
{
    ngx_buf_t                    b;
    ngx_chain_t                  body;
    ngx_commerce_cache_answer_t  keep;

    if (f->ask == NULL || f->r == NULL) {
        return NGX_DECLINED;
    }

    if (status >= NGX_HTTP_INTERNAL_SERVER_ERROR) {
        return cache_stale(f);
    }

    if (f->ask->ticket == 0
        || ngx_commerce_cache_waiting(f->worker->cache, f->ask->key.hash,
                                      f->ask->ticket)
           == 0)
    {
        return NGX_DECLINED;
    }

    ngx_memzero(&keep, sizeof(ngx_commerce_cache_answer_t));
    ngx_memzero(&b, sizeof(ngx_buf_t));

    keep.status = status;
    keep.etag = *code;
    keep.age = ngx_current_msec - f->ask->asked;

    if (members != NULL) {
        keep.body = *members;
    }

    b.pos = keep.body.data;
    b.last = keep.body.data + keep.body.len;

    body.buf = &b;
    body.next = NULL;

    ngx_commerce_cache_keep(f, &keep, &body, CACHE_REFUSED, CACHE_REFUSED);

    return NGX_DECLINED;
}


/* An answer that was true once, if the contract takes it for better than
 * none. */

static ngx_int_t
cache_stale(ngx_commerce_flow_t *f)
{
    ngx_int_t                    rc;
    ngx_commerce_cache_want_t    want;
    ngx_commerce_cache_answer_t  found;

    ngx_memzero(&want, sizeof(ngx_commerce_cache_want_t));

    want.stale = f->operation->cache.stale_ms;

    if (want.stale == 0) {
        return NGX_DECLINED;
    }

    rc = ngx_commerce_cache_get(f->worker->cache, &f->ask->key, &want,
                                f->r->pool, &found);

    if (rc != NGX_OK || found.status != NGX_HTTP_OK
        || found.age >= want.stale)
    {
        return NGX_DECLINED;
    }

    f->trace->cache = "STALE";

    return cache_answer(f, &found);
}
