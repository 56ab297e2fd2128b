/*
 * What the gateway says of itself: the contract it was built from, whether it
 * lives, whether it can serve, what its cache holds.
 */

#include "../gateway/cache_zone.h"
#include "../gateway/feed.h"
#include "../gateway/flow.h"
#include "../gateway/metrics.h"
#include "system.h"


static ngx_int_t system_openapi(ngx_commerce_flow_t *f);
static ngx_int_t system_healthz(ngx_commerce_flow_t *f);
static ngx_int_t system_readyz(ngx_commerce_flow_t *f);
static ngx_int_t system_cache(ngx_commerce_flow_t *f);
static ngx_int_t system_clear(ngx_commerce_flow_t *f);
static json_t *system_feed(ngx_commerce_flow_t *f, ngx_uint_t database);


static const ngx_commerce_step_t  openapi_steps[] = {
    { "giving the contract", system_openapi },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_step_t  healthz_steps[] = {
    { "telling that it lives", system_healthz },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_step_t  readyz_steps[] = {
    { "looking at the databases", system_readyz },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_step_t  cache_steps[] = {
    { "looking at the cache", system_cache },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_step_t  clear_steps[] = {
    { "forgetting what is cached", system_clear },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_handler_t  system_handlers[] = {
    { "get_openapi", openapi_steps, 0 },
    { "get_healthz", healthz_steps, 0 },
    { "get_readyz", readyz_steps, 0 },
    { "get_cache", cache_steps, 0 },
    { "clear_cache", clear_steps, 0 },
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  system_calls[] = {
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_system_domain = {
    "system", system_handlers, system_calls, NULL
};


static ngx_int_t
system_openapi(ngx_commerce_flow_t *f)
{
    const ngx_commerce_str_t  *text;

    text = &f->worker->conf->contract->openapi;

    return ngx_commerce_flow_answer_json(f, 200, (char *) text->data,
                                         text->len);
}


static ngx_int_t
system_healthz(ngx_commerce_flow_t *f)
{
    static const char  alive[] = "{\"status\":\"alive\"}";

    return ngx_commerce_flow_answer_json(f, 200, alive, sizeof(alive) - 1);
}


/*
 * Every database must have a connection up in this worker.  A feed that is
 * down costs freshness of a second, not service: it is only told.
 */

static ngx_int_t
system_readyz(ngx_commerce_flow_t *f)
{
    json_t      *databases, *feeds;
    ngx_str_t    name;
    ngx_uint_t   i, up, all;

    databases = json_object();
    feeds = json_object();
    all = 1;

    for (i = 0; ngx_commerce_flow_database(f, i, &name, &up) == NGX_OK; i++) {
        (void) json_object_set_new(databases, (char *) name.data,
                                    json_boolean(up));
        (void) json_object_set_new(feeds, (char *) name.data,
                                   system_feed(f, i));
        all = all && up;
    }

    return ngx_commerce_flow_answer_value(f, all ? 200 : 503,
                                          json_pack("{s:s, s:o, s:o}",
                                                    "status",
                                                    all ? "ready" : "waiting",
                                                    "databases", databases,
                                                    "feeds", feeds));
}


/* NULL, which is then left out: the database has no feed. */

static json_t *
system_feed(ngx_commerce_flow_t *f, ngx_uint_t database)
{
    ngx_commerce_feed_state_t  state;

    if (ngx_commerce_feed_state(f->worker, database, &state) != NGX_OK) {
        return NULL;
    }

    if (state.lag == NGX_COMMERCE_ZONE_NONE) {
        return json_pack("{s:s}", "state", "down");
    }

    return json_pack("{s:s, s:I, s:I}", "state", state.up ? "up" : "down",
                     "lag_ms", (json_int_t) state.lag,
                     "lag_bytes", (json_int_t) state.lag_bytes);
}


static ngx_int_t
system_cache(ngx_commerce_flow_t *f)
{
    json_t    *told;
    size_t     size, used;
    uint64_t   evicted, results[NGX_COMMERCE_CACHE_RESULTS];
    unsigned   i;

    static const char *const  names[NGX_COMMERCE_CACHE_RESULTS] = {
        "hit", "miss", "stale", "coalesced", "bypass", "remote"
    };

    size = 0;
    used = 0;
    evicted = 0;

    if (f->worker->cache != NULL) {
        ngx_commerce_cache_usage(f->worker->cache, &size, &used, &evicted);
    }

    told = json_object();
    ngx_commerce_metrics_cache(f->worker->conf, results);

    for (i = 0; i < NGX_COMMERCE_CACHE_RESULTS; i++) {
        (void) json_object_set_new(told, names[i], json_integer(results[i]));
    }

    return ngx_commerce_flow_answer_value(f, 200,
                                          json_pack("{s:I, s:I, s:I, s:o}",
                                                    "size", (json_int_t) size,
                                                    "used", (json_int_t) used,
                                                    "evictions",
                                                    (json_int_t) evicted,
                                                    "results", told));
}


static ngx_int_t
system_clear(ngx_commerce_flow_t *f)
{
    if (f->worker->cache != NULL) {
        ngx_commerce_cache_move_all(f->worker->cache);
    }

    return ngx_commerce_flow_answer_json(f, 204, NULL, 0);
}
