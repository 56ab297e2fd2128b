/*
 * The job runner: every worker claims due jobs, does them, reports them.
 */

#ifndef NGX_COMMERCE_JOBS_H
#define NGX_COMMERCE_JOBS_H


#include "../gateway/job.h"


extern const ngx_commerce_domain_t  ngx_commerce_jobs_domain;


/* The calls; identity has mail to send and nothing else. */
enum {
    NGX_COMMERCE_JOBS_RELAY = 0,
    NGX_COMMERCE_JOBS_RUN,
    NGX_COMMERCE_JOBS_STORE,
    NGX_COMMERCE_JOBS_IDENTITY = NGX_COMMERCE_JOBS_STORE + 3
};

/* Those that both have, behind NGX_COMMERCE_JOBS_STORE or _IDENTITY. */
enum {
    NGX_COMMERCE_JOBS_CLAIM = 0,
    NGX_COMMERCE_JOBS_RENEW,
    NGX_COMMERCE_JOBS_FINISH
};


/*
 * jobs_report.c: tells the database what became of a job, again and again for
 * a while if that is away.  `flow` is the job's, which is about to go; `calls`
 * says whose it is.
 */
void ngx_commerce_jobs_report(const ngx_commerce_flow_t *flow,
    ngx_uint_t calls);

/*
 * jobs_rows.c: the kinds that this gateway does, as PostgreSQL writes an
 * array, in the flow's pool; NULL without memory.
 */
char *ngx_commerce_jobs_kinds(ngx_commerce_flow_t *f);

/* jobs_rows.c: a job out of a row of `look`; its payload is to be freed. */
ngx_int_t ngx_commerce_jobs_read(ngx_commerce_job_t *job,
    ngx_commerce_flow_t *look, ngx_uint_t row);
void ngx_commerce_jobs_free(void *job);


#endif /* NGX_COMMERCE_JOBS_H */
