/*
 * The station that answers from shared memory: makes the key of a question,
 * takes a valid answer, or notes what the answer to come will depend on.
 * Questions that are being answered are not asked twice by one worker: who
 * comes later waits for the first.
 *
 * Authorization has been checked before; what belongs to somebody carries
 * its owner in the key.
 */

#include "answer.h"
#include "cache.h"
#include "zone.h"


static ngx_commerce_cache_ask_t *cache_ask(ngx_commerce_flow_t *f);
static void cache_depend(ngx_commerce_flow_t *f,
    ngx_commerce_cache_key_t *key);
static uint32_t cache_tag(ngx_commerce_flow_t *f,
    const ngx_commerce_str_t *pattern);
static const char *cache_param(ngx_commerce_flow_t *f, const u_char *name,
    size_t len);
static ngx_int_t cache_hit(ngx_commerce_flow_t *f, const char *how);
static ngx_int_t cache_answer(ngx_commerce_flow_t *f,
    const ngx_commerce_cache_answer_t *found);
static void cache_done(void *data);
static void cache_detach(ngx_commerce_flow_t *f, void *data);


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

    rc = cache_hit(f, "HIT");

    if (rc == NGX_DECLINED) {
        cache_depend(f, &f->ask->key);
        return NGX_OK;
    }

    return rc;
}


/* Sealed values are open in an answer, and shared memory is no place for
 * them. */

ngx_uint_t
ngx_commerce_cache_usable(ngx_commerce_worker_t *worker,
    const ngx_commerce_endpoint_t *endpoint)
{
    return worker->cache != NULL
           && endpoint->operation->cache.enabled
           && !endpoint->operation->unseals
           && endpoint->handler == NULL;
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


static void
cache_depend(ngx_commerce_flow_t *f, ngx_commerce_cache_key_t *key)
{
    unsigned  i;

    ngx_commerce_cache_depend(f->worker->cache, key,
                              ngx_commerce_cache_written(f));

    for (i = 0; i < f->operation->cache.ntags; i++) {
        ngx_commerce_cache_depend(f->worker->cache, key,
                                  cache_tag(f, &f->operation->cache.tags[i]));
    }
}


/* The tag that every write of an operation in this database moves. */

uint32_t
ngx_commerce_cache_written(ngx_commerce_flow_t *f)
{
    u_char  tag[32], *last;

    last = ngx_slprintf(tag, tag + sizeof(tag), "\n%ui",
                        f->endpoint->database);

    return ngx_commerce_cache_tag(tag, last - tag);
}


/*
 * 'product:{id}' of product 42 is 'product:42'.  Rows are known to the feed by
 * number; asked for by another name, an answer depends on the whole table.
 */

static uint32_t
cache_tag(ngx_commerce_flow_t *f, const ngx_commerce_str_t *pattern)
{
    u_char       tag[128], *colon, *last;
    const char  *value;

    last = pattern->data + pattern->len;
    colon = ngx_strlchr(pattern->data, last, ':');

    if (colon == NULL) {
        return ngx_commerce_cache_tag(pattern->data, pattern->len);
    }

    value = (last - colon > 3)
            ? cache_param(f, colon + 2, last - colon - 3) : NULL;

    if (value == NULL || value[0] == '\0' || value[0] == '0'
        || value[strspn(value, "0123456789")] != '\0')
    {
        return ngx_commerce_cache_tag(pattern->data, colon - pattern->data);
    }

    last = ngx_slprintf(tag, tag + sizeof(tag), "%*s:%s",
                        (size_t) (colon - pattern->data), pattern->data,
                        value);

    return ngx_commerce_cache_tag(tag, last - tag);
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


/* NGX_DONE: answered; NGX_DECLINED: there is no valid answer. */

static ngx_int_t
cache_hit(ngx_commerce_flow_t *f, const char *how)
{
    ngx_int_t                    rc;
    ngx_commerce_cache_want_t    want;
    ngx_commerce_cache_answer_t  found;

    ngx_memzero(&want, sizeof(ngx_commerce_cache_want_t));

    want.gap = ngx_commerce_cache_gap(f->worker, f->endpoint->database);

    rc = ngx_commerce_cache_get(f->worker->cache, &f->ask->key, &want,
                                f->r->pool, &found);

    if (rc == NGX_OK) {
        rc = cache_answer(f, &found);
    }

    if (rc == NGX_DONE) {
        f->trace->cache = how;
    }

    return rc;
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

    if (ngx_commerce_chain_end(&w, &a->chain, &a->length) != NGX_OK
        || ngx_commerce_send_header(f->r, "Age", sizeof("Age") - 1, age,
                                    ngx_sprintf(age, "%M", found->age / 1000)
                                    - age)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    f->answered = 1;

    return NGX_DONE;
}


/*
 * The first step of an operation whose answer may be cached: joins a flow of
 * this worker that asks the same, or becomes the one that others join.
 */

ngx_int_t
ngx_commerce_cache_join(ngx_commerce_flow_t *f)
{
    ngx_queue_t               *q;
    ngx_pool_cleanup_t        *cln;
    ngx_commerce_cache_ask_t  *ask, *other;

    ask = f->ask;

    if (ask == NULL) {
        return NGX_OK;
    }

    for (q = ngx_queue_head(&f->worker->fills);
         q != ngx_queue_sentinel(&f->worker->fills);
         q = ngx_queue_next(q))
    {
        other = ngx_queue_data(q, ngx_commerce_cache_ask_t, link);

        if (other->key.hash == ask->key.hash && other->key.len == ask->key.len
            && ngx_memcmp(other->key.data, ask->key.data, ask->key.len) == 0)
        {
            ngx_queue_insert_tail(&other->waiters, &ask->wait);

            return ngx_commerce_flow_wait(f, f->worker->conf->deadline,
                                          cache_detach, ask);
        }
    }

    cln = ngx_pool_cleanup_add(f->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = cache_done;
    cln->data = ask;

    ask->filling = 1;
    ngx_queue_init(&ask->waiters);
    ngx_queue_insert_tail(&f->worker->fills, &ask->link);

    f->trace->cache = "MISS";

    return NGX_OK;
}


/* The second step: whoever waited looks once more, then asks by itself. */

ngx_int_t
ngx_commerce_cache_joined(ngx_commerce_flow_t *f)
{
    ngx_int_t  rc;

    if (f->ask == NULL || f->ask->filling || f->r == NULL) {
        return NGX_OK;
    }

    rc = cache_hit(f, "COALESCED");

    if (rc != NGX_DECLINED) {
        return rc;
    }

    f->ask->key.ntags = 0;
    cache_depend(f, &f->ask->key);

    f->trace->cache = "MISS";

    return NGX_OK;
}


void
ngx_commerce_cache_store(ngx_commerce_flow_t *f)
{
    ngx_commerce_answer_t        *a;
    ngx_commerce_cache_answer_t   keep;

    a = f->answer;

    if (f->ask == NULL || f->r == NULL || a == NULL
        || a->status != NGX_HTTP_OK)
    {
        return;
    }

    ngx_memzero(&keep, sizeof(ngx_commerce_cache_answer_t));

    keep.status = a->status;
    keep.etag = a->etag;
    keep.link = a->link;
    keep.body.len = (size_t) a->length;

    ngx_commerce_cache_put(f->worker->cache, &f->ask->key, &keep, a->chain,
                           f->operation->cache.ttl_ms,
                           f->operation->cache.max_ttl_ms);
}


/* The flow that filled is over, well or badly: its waiters go on. */

static void
cache_done(void *data)
{
    ngx_queue_t               *q;
    ngx_commerce_cache_ask_t  *ask = data, *other;

    ngx_queue_remove(&ask->link);

    while (!ngx_queue_empty(&ask->waiters)) {
        q = ngx_queue_head(&ask->waiters);
        ngx_queue_remove(q);

        other = ngx_queue_data(q, ngx_commerce_cache_ask_t, wait);
        ngx_commerce_flow_wake(other->flow);
    }
}


static void
cache_detach(ngx_commerce_flow_t *f, void *data)
{
    ngx_commerce_cache_ask_t  *ask = data;

    ngx_queue_remove(&ask->wait);
}
