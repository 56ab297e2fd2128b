/*
 * The job that carries sales over: it asks the store what became of the orders
 * that it names and tells the analytics database, since no query crosses the
 * two.  The outbox relay makes these jobs.  Done twice it counts once: see
 * sql/analytics/api/sales/sales_apply.sql.
 *
 * What is carried lives in the pool of the flow.
 */

#include "sales.h"


#define AWAY  5000    /* ms, and as much again at random */


typedef struct {
    const char  *values[1];
} sales_t;


enum {
    SALES_FACTS = 0,
    SALES_APPLY
};


static ngx_int_t sales_take(ngx_commerce_flow_t *f);
static ngx_int_t sales_apply(ngx_commerce_flow_t *f);
static ngx_int_t sales_report(ngx_commerce_flow_t *f);


static const ngx_commerce_step_t  sales_steps[] = {
    { "taking sales", sales_take },
    { "counting them", sales_apply },
    { "reporting it", sales_report },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_handler_t  sales_handlers[] = {
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  sales_calls[] = {
    { "store", "sales_facts", { "job", NULL } },
    { "analytics", "sales_apply", { "facts", NULL } },
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_sales_domain = {
    "sales", sales_handlers, sales_calls, NULL
};

const ngx_commerce_job_kind_t  ngx_commerce_sales_jobs[] = {
    { "sales", &ngx_commerce_sales_domain, sales_steps, sizeof(sales_t),
      NULL },
    NGX_COMMERCE_JOB_KINDS_END
};


static ngx_int_t
sales_take(ngx_commerce_flow_t *f)
{
    sales_t  *sales = f->state;

    sales->values[0] = f->job->id;

    return ngx_commerce_flow_call(f, SALES_FACTS, sales->values);
}


static ngx_int_t
sales_apply(ngx_commerce_flow_t *f)
{
    sales_t  *sales = f->state;

    sales->values[0] = ngx_commerce_flow_text(f, "facts");

    if (sales->values[0] == NULL) {
        return ngx_commerce_job_done(f, NULL);
    }

    return ngx_commerce_flow_try(f, SALES_APPLY, sales->values);
}


/* A database that is away costs no attempt: sales wait for it. */

static ngx_int_t
sales_report(ngx_commerce_flow_t *f)
{
    if (f->status == NGX_COMMERCE_PG_OK) {
        return ngx_commerce_job_done(f, NULL);
    }

    if (f->status == NGX_COMMERCE_PG_REFUSED
        && !ngx_commerce_flow_unable(f))
    {
        return NGX_ERROR;
    }

    return ngx_commerce_job_postpone(f, "database_away",
                                     AWAY + (ngx_msec_t) ngx_random() % AWAY);
}
