/*
 * The report of a job: a flow of its own, for the job's is over.  While the
 * database is away it tries again for some seconds; after that the lease ends
 * and the job is done once more, which it must bear.
 */

#include "jobs.h"


#define PAUSE  1000    /* ms */


/* All text is in the pool of the reporting flow. */

typedef struct {
    const char  *values[6];
    ngx_uint_t   calls;
    char         id[37];
    char         lease[37];
    char         after[NGX_INT64_LEN + 1];
} report_t;


static const char *report_outcome(const ngx_commerce_flow_t *flow);
static const char *report_error(const ngx_commerce_flow_t *flow,
    ngx_pool_t *pool);
static const char *report_copy(ngx_pool_t *pool, const char *text);
static ngx_int_t report_ask(ngx_commerce_flow_t *f);
static ngx_int_t report_pause(ngx_commerce_flow_t *f);


static const ngx_commerce_step_t  report_steps[] = {
    { "reporting a job", report_ask },
    { "waiting to report a job", report_pause },
    { "reporting a job", report_ask },
    { "waiting to report a job", report_pause },
    { "reporting a job", report_ask },
    { "waiting to report a job", report_pause },
    { "reporting a job", report_ask },
    { "waiting to report a job", report_pause },
    { "reporting a job", report_ask },
    NGX_COMMERCE_STEPS_END
};


void
ngx_commerce_jobs_report(const ngx_commerce_flow_t *flow, ngx_uint_t calls)
{
    report_t                  *report;
    ngx_commerce_flow_t       *f;
    const ngx_commerce_job_t  *job = flow->job;

    if (job->lease[0] == '\0') {
        return;
    }

    f = ngx_commerce_flow_detached(flow->worker, &ngx_commerce_jobs_domain,
                                   report_steps, sizeof(report_t), NULL);
    if (f == NULL) {
        return;
    }

    f->lane = NGX_COMMERCE_LANE_PAY;

    report = f->state;
    report->calls = calls;
    ngx_memcpy(report->id, job->id, sizeof(report->id));
    ngx_memcpy(report->lease, job->lease, sizeof(report->lease));

    report->values[0] = report->id;
    report->values[1] = report->lease;
    report->values[2] = report_outcome(flow);
    report->values[3] = report_error(flow, f->pool);

    if (job->after != NGX_CONF_UNSET_MSEC) {
        (void) ngx_sprintf((u_char *) report->after, "%M%Z", job->after);
        report->values[4] = report->after;
    }

    report->values[5] = report_copy(f->pool, job->result);

    ngx_commerce_flow_start(f);
}


static const char *
report_outcome(const ngx_commerce_flow_t *flow)
{
    switch (flow->job->outcome) {

    case NGX_COMMERCE_JOB_DONE:
        return "done";

    case NGX_COMMERCE_JOB_DEAD:
        return "dead";

    case NGX_COMMERCE_JOB_POSTPONED:
        return "postponed";

    default:
        return "retry";
    }
}


/* Its own words, or what the database said last. */

static const char *
report_error(const ngx_commerce_flow_t *flow, ngx_pool_t *pool)
{
    u_char  *text;

    if (flow->job->error != NULL
        || flow->job->outcome != NGX_COMMERCE_JOB_SILENT)
    {
        return report_copy(pool, flow->job->error);
    }

    if (flow->sqlstate[0] == '\0') {
        return (flow->status == NGX_COMMERCE_PG_OK) ? "internal_error"
                                                    : "database_away";
    }

    text = ngx_pnalloc(pool, sizeof(flow->sqlstate) + flow->error_code.len
                             + 2);
    if (text == NULL) {
        return flow->job->error;
    }

    ngx_sprintf(text, "%s %V%Z", flow->sqlstate, &flow->error_code);

    return (const char *) text;
}


static const char *
report_copy(ngx_pool_t *pool, const char *text)
{
    size_t   len;
    u_char  *copy;

    if (text == NULL) {
        return NULL;
    }

    len = ngx_strlen(text) + 1;
    copy = ngx_pnalloc(pool, len);

    if (copy != NULL) {
        ngx_memcpy(copy, text, len);
    }

    return (const char *) copy;
}


static ngx_int_t
report_ask(ngx_commerce_flow_t *f)
{
    report_t  *report = f->state;

    return ngx_commerce_flow_try(f, report->calls + NGX_COMMERCE_JOBS_FINISH,
                                 report->values);
}


static ngx_int_t
report_pause(ngx_commerce_flow_t *f)
{
    if (f->status == NGX_COMMERCE_PG_OK) {
        return NGX_DONE;
    }

    if (f->status == NGX_COMMERCE_PG_REFUSED) {
        ngx_log_error(NGX_LOG_ERR, f->log, 0,
                      "commerce: a job cannot be reported: %s %V",
                      f->sqlstate, &f->error_code);
        return NGX_DONE;
    }

    return ngx_commerce_flow_wait(f, PAUSE, NULL, NULL);
}
