/*
 * What steps of jobs read and say: the payload of f->job and its verdict.  The
 * job belongs to the runner (domain/jobs.c) and lives as long as its flow.
 */

#include "job.h"
#include "station.h"


static ngx_int_t job_verdict(ngx_commerce_flow_t *f,
    ngx_commerce_job_outcome_e outcome, const char *error, ngx_msec_t after);


const char *
ngx_commerce_job_string(const ngx_commerce_flow_t *f, const char *name)
{
    return json_string_value(json_object_get(f->job->payload, name));
}


int64_t
ngx_commerce_job_int(const ngx_commerce_flow_t *f, const char *name,
    int64_t none)
{
    json_t  *value;

    value = json_object_get(f->job->payload, name);

    return json_is_integer(value) ? json_integer_value(value) : none;
}


ngx_int_t
ngx_commerce_job_done(ngx_commerce_flow_t *f, const char *result)
{
    if (result != NULL) {
        f->job->result = ngx_commerce_cstr(f->pool, result,
                                           ngx_strlen(result));
    }

    return job_verdict(f, NGX_COMMERCE_JOB_DONE, NULL, NGX_CONF_UNSET_MSEC);
}


ngx_int_t
ngx_commerce_job_retry(ngx_commerce_flow_t *f, const char *error)
{
    return job_verdict(f, NGX_COMMERCE_JOB_RETRY, error, NGX_CONF_UNSET_MSEC);
}


ngx_int_t
ngx_commerce_job_retry_after(ngx_commerce_flow_t *f, const char *error,
    ngx_msec_t after)
{
    return job_verdict(f, NGX_COMMERCE_JOB_RETRY, error, after);
}


ngx_int_t
ngx_commerce_job_dead(ngx_commerce_flow_t *f, const char *error)
{
    return job_verdict(f, NGX_COMMERCE_JOB_DEAD, error, NGX_CONF_UNSET_MSEC);
}


ngx_int_t
ngx_commerce_job_postpone(ngx_commerce_flow_t *f, const char *error,
    ngx_msec_t after)
{
    return job_verdict(f, NGX_COMMERCE_JOB_POSTPONED, error, after);
}


static ngx_int_t
job_verdict(ngx_commerce_flow_t *f, ngx_commerce_job_outcome_e outcome,
    const char *error, ngx_msec_t after)
{
    f->job->outcome = outcome;
    f->job->after = after;

    if (error != NULL) {
        f->job->error = ngx_commerce_cstr(f->pool, error, ngx_strlen(error));
    }

    return NGX_DONE;
}
