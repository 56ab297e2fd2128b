/*
 * Owns the life of flows: creation with a pool of its own, the runner, the
 * completion of operations through posted events, the end.  Called by the
 * gateway (flows of requests) and by domains (detached ones).
 *
 * Lifetime: a flow ends when it has answered or when a read lost its client.
 * While an operation is pending that cannot be taken back, the flow stays.
 */

#include "answer.h"
#include "cache.h"
#include "metrics.h"
#include "station.h"


static void flow_run(ngx_commerce_flow_t *f);
static void flow_finish(ngx_commerce_flow_t *f);
static void flow_ready(ngx_event_t *ev);
static void flow_query_done(ngx_commerce_pg_query_t *q);
static void flow_computed(void *data);
static void flow_wait_over(ngx_event_t *ev);
static void flow_release(ngx_commerce_flow_t *f);
static void flow_call_failed(ngx_commerce_flow_t *f);
static ngx_int_t flow_call(ngx_commerce_flow_t *f, ngx_uint_t call,
    const char **values);
static void flow_free_body(void *data);


ngx_commerce_flow_t *
ngx_commerce_flow_create(ngx_commerce_worker_t *worker)
{
    ngx_pool_t           *pool;
    ngx_commerce_flow_t  *f;

    pool = ngx_create_pool(4096, worker->log);
    if (pool == NULL) {
        return NULL;
    }

    f = ngx_pcalloc(pool, sizeof(ngx_commerce_flow_t));
    if (f == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    f->pool = pool;
    f->worker = worker;
    f->log = worker->log;
    f->expected_version = -1;
    f->started = ngx_commerce_clock_us();

    f->ready.handler = flow_ready;
    f->ready.data = f;
    f->ready.log = worker->log;

    f->timer.handler = flow_wait_over;
    f->timer.data = f;
    f->timer.log = worker->log;

    worker->flows++;
    ngx_commerce_metrics_set(worker->metrics, NGX_COMMERCE_METRIC_FLOWS,
                             worker->flows);

    return f;
}


ngx_commerce_flow_t *
ngx_commerce_flow_detached(ngx_commerce_worker_t *worker,
    const ngx_commerce_domain_t *domain, const ngx_commerce_step_t *steps,
    size_t state, void (*finished)(ngx_commerce_flow_t *f))
{
    ngx_commerce_flow_t  *f;

    f = ngx_commerce_flow_create(worker);
    if (f == NULL) {
        return NULL;
    }

    f->domain = domain;
    f->steps = steps;
    f->finished = finished;
    f->lane = NGX_COMMERCE_LANE_CRAWLER;

    if (state != 0) {
        f->state = ngx_pcalloc(f->pool, state);
        if (f->state == NULL) {
            ngx_commerce_flow_destroy(f);
            return NULL;
        }
    }

    return f;
}


void
ngx_commerce_flow_start(ngx_commerce_flow_t *f)
{
    flow_run(f);
}


void
ngx_commerce_flow_drop(ngx_commerce_flow_t *f)
{
    ngx_commerce_flow_destroy(f);
}


void
ngx_commerce_flow_destroy(ngx_commerce_flow_t *f)
{
    flow_release(f);
    ngx_commerce_flow_fetched(f);

    if (f->timer.timer_set) {
        ngx_del_timer(&f->timer);
    }

    if (f->ready.posted) {
        ngx_delete_posted_event(&f->ready);
    }

    f->worker->flows--;
    ngx_commerce_metrics_set(f->worker->metrics, NGX_COMMERCE_METRIC_FLOWS,
                             f->worker->flows);

    ngx_destroy_pool(f->pool);
}


ngx_int_t
ngx_commerce_flow_own_body(ngx_commerce_flow_t *f, json_t *body)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(f->pool, 0);
    if (cln == NULL) {
        json_decref(body);
        return NGX_ERROR;
    }

    cln->handler = flow_free_body;
    cln->data = f;
    f->body = body;

    return NGX_OK;
}


static void
flow_free_body(void *data)
{
    ngx_commerce_flow_t  *f = data;

    json_decref(f->body);
}


/*
 * The client of a flow is gone.  What only reads is dropped at once; what may
 * have had an effect goes on without an audience.
 */

void
ngx_commerce_flow_orphan(ngx_commerce_flow_t *f)
{
    f->r = NULL;

    if (f->running) {
        return;
    }

    if (f->pending != NGX_COMMERCE_PENDING_NONE
        && f->operation->method != NGX_COMMERCE_GET)
    {
        return;
    }

    switch (f->pending) {

    case NGX_COMMERCE_PENDING_CALL:
        if (!f->ready.posted) {
            ngx_commerce_pg_forget(&f->query);
        }

        break;

    case NGX_COMMERCE_PENDING_WAIT:
        if (f->detach != NULL) {
            f->detach(f, f->detach_data);
        }

        break;

    case NGX_COMMERCE_PENDING_FETCH:
        ngx_commerce_flow_fetched(f);
        break;

    case NGX_COMMERCE_PENDING_COMPUTE:
        return;

    default:
        break;
    }

    ngx_commerce_flow_destroy(f);
}


static void
flow_run(ngx_commerce_flow_t *f)
{
    ngx_int_t                   rc;
    const ngx_commerce_step_t  *step;

    f->running = 1;

    for ( ;; ) {
        step = f->steps++;

        if (step->run == NULL) {
            rc = (f->endpoint == NULL) ? NGX_DONE : NGX_ERROR;

        } else {
            if (f->r != NULL) {
                f->r->connection->log->action = (char *) step->name;
            }

            rc = step->run(f);
        }

        if (rc == NGX_OK) {
            continue;
        }

        if (rc == NGX_AGAIN) {
            f->running = 0;
            return;
        }

        break;
    }

    if (rc == NGX_ERROR && !f->answered) {
        ngx_log_error(NGX_LOG_ERR, f->log, 0, "commerce: step \"%s\" failed",
                      step->name == NULL ? "end" : step->name);
        (void) ngx_commerce_flow_fail(f, NGX_HTTP_INTERNAL_SERVER_ERROR,
                                      "internal_error", NULL);
    }

    f->running = 0;

    flow_finish(f);
}


static void
flow_finish(ngx_commerce_flow_t *f)
{
    if (f->finished != NULL) {
        f->finished(f);
    }

    if (f->endpoint != NULL && f->operation->method != NGX_COMMERCE_GET) {
        ngx_commerce_cache_changed(f);
    }

    if (f->r != NULL) {
        ngx_commerce_send(f);
    }

    ngx_commerce_flow_destroy(f);
}


void
ngx_commerce_flow_post(ngx_commerce_flow_t *f)
{
    ngx_post_event(&f->ready, &ngx_posted_events);
}


static void
flow_ready(ngx_event_t *ev)
{
    ngx_commerce_flow_t  *f = ev->data;

    f->woken = 1;

    if (f->pending == NGX_COMMERCE_PENDING_CALL
        && f->status != NGX_COMMERCE_PG_OK
        && !f->trying)
    {
        f->pending = NGX_COMMERCE_PENDING_NONE;
        flow_call_failed(f);
        return;
    }

    f->pending = NGX_COMMERCE_PENDING_NONE;

    /* a read without a reader has nothing left to do */

    if (f->r == NULL && f->endpoint != NULL
        && f->operation->method == NGX_COMMERCE_GET)
    {
        ngx_commerce_flow_destroy(f);
        return;
    }

    flow_run(f);
}


static void
flow_call_failed(ngx_commerce_flow_t *f)
{
    if (f->r != NULL) {
        f->answered = 1;
        (void) ngx_commerce_problem_of_call(f);
    }

    flow_finish(f);
}


/* Frees the last result: its texts are valid until the next one is here. */

static void
flow_release(ngx_commerce_flow_t *f)
{
    if (f->result != NULL) {
        ngx_commerce_pg_free(f->result);
        f->result = NULL;
    }
}


ngx_int_t
ngx_commerce_flow_query(ngx_commerce_flow_t *f, ngx_uint_t database,
    const ngx_commerce_pg_statement_t *statement, const char **values)
{
    ngx_commerce_pg_query_t  *q;

    q = &f->query;

    ngx_memzero(q, sizeof(ngx_commerce_pg_query_t));

    q->statement = statement;
    q->values = values;
    q->handler = flow_query_done;
    q->data = f;
    q->lane = f->lane;

    if (f->operation != NULL) {
        q->timeout = f->operation->timeout_ms;
    }

    f->pending = NGX_COMMERCE_PENDING_CALL;
    f->database = database;

    ngx_commerce_pg_send(f->worker->pg[database], q);

    return NGX_AGAIN;
}


static void
flow_query_done(ngx_commerce_pg_query_t *q)
{
    uint64_t              us;
    ngx_commerce_flow_t  *f = q->data;

    us = ngx_commerce_clock_us() - q->queued;

    ngx_commerce_metrics_query(f->worker->metrics, f->database, q, us);

    f->db_time += us;

    ngx_commerce_flow_take(f, q);
    ngx_commerce_flow_post(f);
}


void
ngx_commerce_flow_take(ngx_commerce_flow_t *f, ngx_commerce_pg_query_t *q)
{
    flow_release(f);

    f->status = q->status;
    f->retry_after = q->retry_after;
    f->sqlstate[0] = '\0';

    if (q->status == NGX_COMMERCE_PG_OK) {
        f->result = ngx_commerce_pg_keep(q);

    } else if (q->status == NGX_COMMERCE_PG_REFUSED) {
        ngx_memcpy(f->sqlstate, q->error.sqlstate, sizeof(f->sqlstate));

        f->error_code.data = ngx_pstrdup(f->pool, &q->error.message);
        f->error_code.len = f->error_code.data ? q->error.message.len : 0;
        f->error_detail.data = ngx_pstrdup(f->pool, &q->error.detail);
        f->error_detail.len = f->error_detail.data ? q->error.detail.len : 0;
    }
}


ngx_int_t
ngx_commerce_flow_call(ngx_commerce_flow_t *f, ngx_uint_t call,
    const char **values)
{
    f->trying = 0;

    return flow_call(f, call, values);
}


ngx_int_t
ngx_commerce_flow_try(ngx_commerce_flow_t *f, ngx_uint_t call,
    const char **values)
{
    f->trying = 1;

    return flow_call(f, call, values);
}


static ngx_int_t
flow_call(ngx_commerce_flow_t *f, ngx_uint_t call, const char **values)
{
    ngx_uint_t                        i;
    const ngx_commerce_bound_call_t  *bound;

    for (i = 0; ngx_commerce_domains[i] != f->domain; i++) { /* void */ }

    bound = &f->worker->conf->calls[i][call];

    return ngx_commerce_flow_query(f, bound->database, bound->statement,
                                   values);
}


ngx_int_t
ngx_commerce_flow_compute(ngx_commerce_flow_t *f, void (*run)(void *ctx),
    void *ctx)
{
    ngx_int_t  rc;

    f->thread.run = run;
    f->thread.ctx = ctx;
    f->thread.done = flow_computed;
    f->thread.data = f;

    rc = ngx_commerce_thread_post(f->worker->conf->threads, &f->thread,
                                  f->pool, f->log);
    if (rc != NGX_OK) {
        ngx_commerce_flow_retry(f, 2);
        return ngx_commerce_flow_fail(f, NGX_HTTP_SERVICE_UNAVAILABLE,
                                      "not_executed", NULL);
    }

    f->pending = NGX_COMMERCE_PENDING_COMPUTE;

    return NGX_AGAIN;
}


static void
flow_computed(void *data)
{
    ngx_commerce_flow_post(data);
}


ngx_int_t
ngx_commerce_flow_wait(ngx_commerce_flow_t *f, ngx_msec_t timeout,
    void (*detach)(ngx_commerce_flow_t *f, void *data), void *data)
{
    f->pending = NGX_COMMERCE_PENDING_WAIT;
    f->timedout = 0;
    f->detach = detach;
    f->detach_data = data;

    ngx_add_timer(&f->timer, timeout);

    return NGX_AGAIN;
}


void
ngx_commerce_flow_wake(ngx_commerce_flow_t *f)
{
    if (f->timer.timer_set) {
        ngx_del_timer(&f->timer);
    }

    f->detach = NULL;

    ngx_commerce_flow_post(f);
}


static void
flow_wait_over(ngx_event_t *ev)
{
    ngx_commerce_flow_t  *f = ev->data;

    f->timedout = 1;
    ngx_commerce_metrics_add(f->worker->metrics,
                             NGX_COMMERCE_METRIC_LATE_WAIT, 1);

    if (f->detach != NULL) {
        f->detach(f, f->detach_data);
        f->detach = NULL;
    }

    ngx_commerce_flow_post(f);
}
