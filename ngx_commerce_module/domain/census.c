/*
 * Backlogs of the store as metrics: the first worker calls api.census() soon
 * after it started and then every ten seconds.  Other gateways of the shop
 * tell the same numbers.
 *
 * The state lives with the worker; the timer does not keep a worker that
 * wants to exit.
 */

#include "census.h"
#include "../gateway/metrics.h"


#define SOON   1000     /* ms, after the start */
#define EVERY  10000    /* ms */


typedef struct {
    ngx_commerce_worker_t  *worker;
    ngx_event_t             timer;
} census_t;


/* Of a flow: whose it is. */

typedef struct {
    census_t  *census;
} turn_t;


enum {
    CENSUS_STORE = 0
};


static void *census_create(ngx_commerce_worker_t *worker);
static void census_tick(ngx_event_t *ev);
static ngx_int_t census_ask(ngx_commerce_flow_t *f);
static ngx_int_t census_tell(ngx_commerce_flow_t *f);
static void census_finished(ngx_commerce_flow_t *f);


static const ngx_commerce_step_t  census_steps[] = {
    { "counting what is left over", census_ask },
    { "telling what is left over", census_tell },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_handler_t  census_handlers[] = {
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  census_calls[] = {
    { "store", "census", { NULL } },
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_census_domain = {
    "census", census_handlers, census_calls, census_create
};


static void *
census_create(ngx_commerce_worker_t *worker)
{
    census_t  *census;

    census = ngx_pcalloc(worker->pool, sizeof(census_t));
    if (census == NULL) {
        return NULL;
    }

    census->worker = worker;
    census->timer.handler = census_tick;
    census->timer.data = census;
    census->timer.log = worker->log;
    census->timer.cancelable = 1;

    if (ngx_worker == 0) {
        ngx_add_timer(&census->timer, SOON);
    }

    return census;
}


/* The timer is set again when the turn is over, so turns never overlap. */

static void
census_tick(ngx_event_t *ev)
{
    turn_t               *turn;
    census_t             *census = ev->data;
    ngx_commerce_flow_t  *f;

    if (ngx_exiting) {
        return;
    }

    f = ngx_commerce_flow_detached(census->worker,
                                   &ngx_commerce_census_domain, census_steps,
                                   sizeof(turn_t), census_finished);
    if (f == NULL) {
        ngx_add_timer(&census->timer, EVERY);
        return;
    }

    turn = f->state;
    turn->census = census;

    ngx_commerce_flow_start(f);
}


static ngx_int_t
census_ask(ngx_commerce_flow_t *f)
{
    return ngx_commerce_flow_try(f, CENSUS_STORE, NULL);
}


/* What is not known stays as it was. */

static ngx_int_t
census_tell(ngx_commerce_flow_t *f)
{
    ngx_uint_t  i;

    static const struct {
        const char             *column;
        ngx_commerce_metric_e   metric;
    } columns[] = {
        { "outbox_pending", NGX_COMMERCE_METRIC_OUTBOX_PENDING },
        { "outbox_age", NGX_COMMERCE_METRIC_OUTBOX_AGE },
        { "jobs_due", NGX_COMMERCE_METRIC_JOBS_DUE },
        { "jobs_age", NGX_COMMERCE_METRIC_JOBS_AGE },
        { "jobs_dead", NGX_COMMERCE_METRIC_JOBS_DEAD },
        { "sales_pending", NGX_COMMERCE_METRIC_SALES_PENDING },
        { "sales_age", NGX_COMMERCE_METRIC_SALES_AGE },
        { "parked", NGX_COMMERCE_METRIC_PAYMENTS_PARKED },
        { "short", NGX_COMMERCE_METRIC_UNITS_SHORT },
    };

    if (f->status != NGX_COMMERCE_PG_OK) {
        return NGX_DONE;
    }

    for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        ngx_commerce_metrics_set(f->worker->metrics, columns[i].metric,
                                 (ngx_uint_t) ngx_commerce_flow_int(f,
                                                  columns[i].column, 0));
    }

    return NGX_DONE;
}


static void
census_finished(ngx_commerce_flow_t *f)
{
    turn_t  *turn = f->state;

    if (!ngx_exiting) {
        ngx_add_timer(&turn->census->timer, EVERY);
    }
}
