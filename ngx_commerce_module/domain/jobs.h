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


#endif /* NGX_COMMERCE_JOBS_H */
