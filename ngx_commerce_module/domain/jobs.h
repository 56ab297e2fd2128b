/*
 * The job runner: every worker claims due jobs, does them, reports them.
 */

#ifndef NGX_COMMERCE_JOBS_H
#define NGX_COMMERCE_JOBS_H


#include "../gateway/job.h"


extern const ngx_commerce_domain_t  ngx_commerce_jobs_domain;


/* The calls, the same of each database that has jobs. */
enum {
    NGX_COMMERCE_JOBS_RELAY = 0,
    NGX_COMMERCE_JOBS_CLAIM,
    NGX_COMMERCE_JOBS_RENEW,
    NGX_COMMERCE_JOBS_FINISH,
    NGX_COMMERCE_JOBS_RUN
};


/*
 * jobs_report.c: tells the database what became of a job, again and again for
 * a while if that is away.  `flow` is the job's, which is about to go.
 */
void ngx_commerce_jobs_report(const ngx_commerce_flow_t *flow);


#endif /* NGX_COMMERCE_JOBS_H */
