/*
 * The worker's way to Redis.  Called by the module at worker start and end,
 * and by cache_shared.c and limit_shared.c.
 *
 * Commands that nobody waits for come out of a list of used ones; it grows to
 * as many as were ever under way, which commerce_redis bounds (pending=).
 */

#include "metrics.h"
#include "shared.h"


typedef struct {
    ngx_commerce_redis_command_t   cmd;      /* data: the next spare one */
    ngx_commerce_shared_t         *shared;
} told_t;

struct ngx_commerce_shared_s {
    const ngx_commerce_shared_conf_t  *conf;
    ngx_commerce_worker_t             *worker;
    ngx_commerce_redis_t              *redis;
    told_t                            *spare;
};


static void shared_told(ngx_commerce_redis_command_t *cmd);
static void shared_changed(void *data, ngx_uint_t up);


ngx_int_t
ngx_commerce_shared_bind(ngx_commerce_conf_t *ccf)
{
    ngx_commerce_str_t          *text;
    ngx_commerce_shared_conf_t  *conf;

    conf = ccf->shared;
    text = &ccf->contract->openapi;

    return (ngx_commerce_parcel_key(conf->key, ccf->cursor_key,
                                    "ngx_commerce in Redis")
            == 0
            && ngx_commerce_parcel_name(conf->contract, conf->key, text->data,
                                        text->len)
               == 0)
           ? NGX_OK : NGX_ERROR;
}


ngx_commerce_shared_t *
ngx_commerce_shared_create(ngx_commerce_worker_t *worker)
{
    ngx_commerce_shared_t  *shared;

    shared = ngx_pcalloc(worker->pool, sizeof(ngx_commerce_shared_t));
    if (shared == NULL) {
        return NULL;
    }

    shared->conf = worker->conf->shared;
    shared->worker = worker;
    shared->redis = ngx_commerce_redis_create(&shared->conf->redis,
                                              worker->pool, worker->log);
    if (shared->redis == NULL) {
        return NULL;
    }

    ngx_commerce_metrics_set(worker->metrics, NGX_COMMERCE_METRIC_REDIS_OPEN,
                             1);
    ngx_commerce_redis_watch(shared->redis, shared_changed, shared);

    return shared;
}


void
ngx_commerce_shared_destroy(ngx_commerce_shared_t *shared)
{
    if (shared != NULL) {
        ngx_commerce_redis_destroy(shared->redis);
        ngx_commerce_metrics_set(shared->worker->metrics,
                                 NGX_COMMERCE_METRIC_REDIS_OPEN, 0);
    }
}


ngx_uint_t
ngx_commerce_shared_ready(const ngx_commerce_shared_t *shared)
{
    return shared != NULL && ngx_commerce_redis_ready(shared->redis);
}


ngx_int_t
ngx_commerce_shared_name(const ngx_commerce_shared_t *shared, u_char kind,
    const u_char *text, size_t len, u_char out[NGX_COMMERCE_SHARED_NAME],
    ngx_str_t *name)
{
    u_char  *p;

    p = ngx_cpymem(out, shared->conf->prefix.data, shared->conf->prefix.len);
    *p++ = kind;
    *p++ = ':';

    if (ngx_commerce_parcel_name(p, shared->conf->key, text, len) != 0) {
        return NGX_ERROR;
    }

    name->data = out;
    name->len = p + NGX_COMMERCE_PARCEL_NAME - out;

    return NGX_OK;
}


void
ngx_commerce_shared_tell(ngx_commerce_shared_t *shared, const ngx_str_t *words,
    ngx_uint_t n)
{
    told_t  *told;

    told = shared->spare;

    if (told != NULL) {
        shared->spare = told->cmd.data;

    } else {
        told = ngx_pcalloc(shared->worker->pool, sizeof(told_t));
        if (told == NULL) {
            return;
        }

        told->shared = shared;
        told->cmd.handler = shared_told;
    }

    ngx_commerce_redis_send(shared->redis, &told->cmd, words, n);
}


static void
shared_told(ngx_commerce_redis_command_t *cmd)
{
    told_t                 *told;
    ngx_commerce_shared_t  *shared;

    told = (told_t *) cmd;
    shared = told->shared;

    told->cmd.data = shared->spare;
    shared->spare = told;
}


void
ngx_commerce_shared_send(ngx_commerce_shared_t *shared,
    ngx_commerce_redis_command_t *cmd, const ngx_str_t *words, ngx_uint_t n)
{
    ngx_commerce_redis_send(shared->redis, cmd, words, n);
}


void
ngx_commerce_shared_took(ngx_commerce_shared_t *shared, uint64_t us)
{
    ngx_commerce_metrics_observe(shared->worker->metrics,
                                 NGX_COMMERCE_HISTOGRAM_REDIS, us);
}


static void
shared_changed(void *data, ngx_uint_t up)
{
    ngx_commerce_shared_t  *shared = data;

    ngx_commerce_metrics_set(shared->worker->metrics,
                             NGX_COMMERCE_METRIC_REDIS_OPEN, !up);
}
