/*
 * Background work of domains: kinds of jobs and how a step tells what became
 * of one.  A job is a row of core.job that the job runner (domain/jobs.c) has
 * claimed for this worker; the steps of its kind run as a detached flow whose
 * f->job it is, and whose last step says done, retry, dead or postpone.
 *
 * A step that ends otherwise (NGX_ERROR, a refused call, the end of the table)
 * has failed: the job is tried again by its kind's table of delays.  A worker
 * may die after the effect and before the report, so steps must bear to be
 * repeated with the same f->job->id.
 */

#ifndef NGX_COMMERCE_JOB_H
#define NGX_COMMERCE_JOB_H


#include "flow.h"


/* A kind with a handler; what else there is to it stands in core.job_kind. */
typedef struct {
    const char                   *name;
    const ngx_commerce_domain_t  *domain;     /* whose calls the steps make */
    const ngx_commerce_step_t    *steps;
    size_t                        state;      /* bytes of f->state, zeroed */

    /* NULL, or whether this gateway is configured to do such jobs. */
    ngx_uint_t                  (*ready)(ngx_commerce_worker_t *worker);
} ngx_commerce_job_kind_t;

#define NGX_COMMERCE_JOB_KINDS_END  { NULL, NULL, NULL, 0, NULL }

/* The domains' tables, in ngx_http_commerce_domains.c; ends with NULL. */
extern const ngx_commerce_job_kind_t *const ngx_commerce_job_kinds[];


typedef enum {
    NGX_COMMERCE_JOB_SILENT = 0,              /* no step said anything */
    NGX_COMMERCE_JOB_DONE,
    NGX_COMMERCE_JOB_RETRY,
    NGX_COMMERCE_JOB_DEAD,
    NGX_COMMERCE_JOB_POSTPONED
} ngx_commerce_job_outcome_e;


/* Lives as long as the flow. */
typedef struct ngx_commerce_job_s {
    char                          id[37];
    char                          lease[37];
    json_t                       *payload;
    ngx_uint_t                    attempt;    /* from 1 */
    time_t                        created;    /* s since 1970 */

    /* The verdict; texts in the flow's pool. */
    ngx_commerce_job_outcome_e    outcome;
    const char                   *error;
    const char                   *result;     /* JSON object or NULL */
    ngx_msec_t                    after;      /* NGX_CONF_UNSET_MSEC: as the
                                                 kind says */
} ngx_commerce_job_t;


/* A string or NULL, an integer or `none`, at /name of the payload. */
const char *ngx_commerce_job_string(const ngx_commerce_flow_t *f,
    const char *name);
int64_t ngx_commerce_job_int(const ngx_commerce_flow_t *f, const char *name,
    int64_t none);


/*
 * --- verdicts: each returns NGX_DONE, to be returned by the step; texts are
 * copied, `result` is the text of a JSON object or NULL ---
 */

/* It is done; a periodic job waits for its next time. */
ngx_int_t ngx_commerce_job_done(ngx_commerce_flow_t *f, const char *result);

/* It failed; the next attempt is due as the kind's table of delays says. */
ngx_int_t ngx_commerce_job_retry(ngx_commerce_flow_t *f, const char *error);

/* The same, after so many ms. */
ngx_int_t ngx_commerce_job_retry_after(ngx_commerce_flow_t *f,
    const char *error, ngx_msec_t after);

/* It failed and would fail again; a periodic job is tried again anyway. */
ngx_int_t ngx_commerce_job_dead(ngx_commerce_flow_t *f, const char *error);

/* It was not tried: again after so many ms, and the attempt does not count. */
ngx_int_t ngx_commerce_job_postpone(ngx_commerce_flow_t *f,
    const char *error, ngx_msec_t after);


#endif /* NGX_COMMERCE_JOB_H */
