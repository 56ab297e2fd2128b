/*
 * x-commerce.cache and x-commerce.rate of an operation.
 *
 * Called by contract_policy.c.
 */

#include "contract_build.h"


static int cache_lives(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_cache_policy_t *cache);
static int cache_vary(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node);
static int rate_one(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node, ngx_commerce_rate_t *rate);


int
ngx_commerce_contract_cache(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node)
{
    ngx_commerce_cache_policy_t  *cache;
    const ngx_commerce_node_t    *tags, *vary;
    static const char *const      keys[] = {
        "ttl", "max_ttl", "stale", "tags", "vary", NULL
    };

    if (node == NULL) {
        return 0;
    }

    if (place->operation->method != NGX_COMMERCE_GET) {
        return ngx_commerce_contract_fail(build, node,
                                          "only GET can be cached");
    }

    if (ngx_commerce_contract_keys(build, node, "cache", keys) != 0) {
        return -1;
    }

    cache = &place->operation->cache;
    tags = ngx_commerce_node_get(node, "tags");
    vary = ngx_commerce_node_get(node, "vary");

    if (cache_lives(build, node, cache) != 0
        || (vary != NULL && cache_vary(build, place, vary) != 0))
    {
        return -1;
    }

    cache->enabled = 1;

    return (tags != NULL)
           ? ngx_commerce_contract_strings(build, tags, &cache->tags,
                                           &cache->ntags)
           : 0;
}


static int
cache_lives(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_cache_policy_t *cache)
{
    const ngx_commerce_node_t  *ttl, *max_ttl, *stale;

    ttl = ngx_commerce_node_get(node, "ttl");
    max_ttl = ngx_commerce_node_get(node, "max_ttl");
    stale = ngx_commerce_node_get(node, "stale");

    if (ttl == NULL) {
        return ngx_commerce_contract_fail(build, node,
                                          "a cached operation needs a ttl");
    }

    if (ngx_commerce_contract_duration(build, ttl, &cache->ttl_ms) != 0) {
        return -1;
    }

    cache->max_ttl_ms = cache->ttl_ms;

    if ((max_ttl != NULL
         && ngx_commerce_contract_duration(build, max_ttl, &cache->max_ttl_ms)
            != 0)
        || (stale != NULL
            && ngx_commerce_contract_duration(build, stale, &cache->stale_ms)
               != 0))
    {
        return -1;
    }

    if (cache->max_ttl_ms < cache->ttl_ms) {
        return ngx_commerce_contract_fail(build, max_ttl,
                                          "max_ttl is below ttl");
    }

    return 0;
}


/* `user` and scopes: all that an answer depends on of who asks. */

static int
cache_vary(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node)
{
    unsigned                      i, n;
    ngx_commerce_str_t           *words;
    ngx_commerce_cache_policy_t  *cache;

    cache = &place->operation->cache;

    if (place->operation->security == NGX_COMMERCE_PUBLIC) {
        return ngx_commerce_contract_fail(build, node,
                                          "nobody's answer cannot vary");
    }

    if (ngx_commerce_contract_strings(build, node, &words, &n) != 0) {
        return -1;
    }

    cache->varies = 1;
    cache->scopes = words;

    for (i = 0; i < n; i++) {
        if (ngx_commerce_str_is(&words[i], "user")) {
            cache->user = 1;

        } else {
            words[cache->nscopes++] = words[i];
        }
    }

    return 0;
}


int
ngx_commerce_contract_rates(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node)
{
    unsigned                   i;
    ngx_commerce_operation_t  *operation;

    if (node == NULL) {
        return 0;
    }

    if (ngx_commerce_contract_type(build, node, NGX_COMMERCE_NODE_LIST) != 0) {
        return -1;
    }

    operation = place->operation;
    operation->nrates = node->nitems;
    operation->rates = ngx_commerce_arena_alloc(build->arena,
                                  node->nitems * sizeof(ngx_commerce_rate_t));

    if (operation->rates == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    for (i = 0; i < node->nitems; i++) {

        if (rate_one(build, place, node->items[i], &operation->rates[i])
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
rate_one(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node, ngx_commerce_rate_t *rate)
{
    int                         word;
    const ngx_commerce_node_t  *by, *key, *limit, *per, *burst, *shared;
    static const char *const    keys[] = {
        "by", "key", "limit", "per", "burst", "shared", NULL
    };
    static const char *const    whom[] = {
        "address", "principal", NULL
    };

    if (ngx_commerce_contract_keys(build, node, "a rate", keys) != 0) {
        return -1;
    }

    by = ngx_commerce_node_get(node, "by");
    key = ngx_commerce_node_get(node, "key");
    limit = ngx_commerce_node_get(node, "limit");
    per = ngx_commerce_node_get(node, "per");
    burst = ngx_commerce_node_get(node, "burst");
    shared = ngx_commerce_node_get(node, "shared");

    if (by == NULL || limit == NULL || per == NULL) {
        return ngx_commerce_contract_fail(build, node,
                                          "a rate needs by, limit and per");
    }

    word = ngx_commerce_contract_word(build, by, whom);

    if (word < 0
        || ngx_commerce_contract_number(build, limit, &rate->limit) != 0
        || ngx_commerce_contract_duration(build, per, &rate->per_ms) != 0
        || ngx_commerce_contract_type(build, key, NGX_COMMERCE_NODE_STRING)
           != 0
        || ngx_commerce_contract_type(build, shared, NGX_COMMERCE_NODE_BOOL)
           != 0)
    {
        return -1;
    }

    rate->by = (ngx_commerce_rate_by_e) word;
    rate->key = (key != NULL) ? key->text : place->operation->id;
    rate->burst = rate->limit;
    rate->shared = (shared != NULL && shared->integer);

    return (burst != NULL)
           ? ngx_commerce_contract_number(build, burst, &rate->burst) : 0;
}
