/*
 * What the job runner asks for and gets: the kinds that this gateway does, and
 * a job out of a claimed row.  Called by jobs.c.
 */

#include "jobs.h"
#include "../base/text.h"


char *
ngx_commerce_jobs_kinds(ngx_commerce_flow_t *f)
{
    u_char                         *text, *p;
    size_t                          len;
    ngx_uint_t                      i;
    const ngx_commerce_job_kind_t  *k;

    len = sizeof("{}");

    for (i = 0; ngx_commerce_job_kinds[i] != NULL; i++) {
        for (k = ngx_commerce_job_kinds[i]; k->name != NULL; k++) {
            len += ngx_strlen(k->name) + 1;
        }
    }

    text = ngx_pnalloc(f->pool, len);
    if (text == NULL) {
        return NULL;
    }

    p = text;
    *p++ = '{';

    for (i = 0; ngx_commerce_job_kinds[i] != NULL; i++) {
        for (k = ngx_commerce_job_kinds[i]; k->name != NULL; k++) {
            if (k->ready == NULL || k->ready(f->worker)) {
                p = ngx_sprintf(p, "%s%s", (p[-1] == '{') ? "" : ",",
                                k->name);
            }
        }
    }

    ngx_sprintf(p, "}%Z");

    return (char *) text;
}


ngx_int_t
ngx_commerce_jobs_read(ngx_commerce_job_t *job, ngx_commerce_flow_t *look,
    ngx_uint_t row)
{
    int64_t    number;
    ngx_str_t  id, lease, payload, attempt, created;

    if (ngx_commerce_flow_cell(look, row, "id", &id) != NGX_OK
        || ngx_commerce_flow_cell(look, row, "lease", &lease) != NGX_OK
        || ngx_commerce_flow_cell(look, row, "payload", &payload) != NGX_OK
        || ngx_commerce_flow_cell(look, row, "attempt", &attempt) != NGX_OK
        || ngx_commerce_flow_cell(look, row, "created", &created) != NGX_OK
        || id.len != NGX_COMMERCE_UUID_LEN
        || lease.len != NGX_COMMERCE_UUID_LEN)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(job->id, id.data, id.len);
    ngx_memcpy(job->lease, lease.data, lease.len);

    if (ngx_commerce_text_int(attempt.data, attempt.len, &number) != 0) {
        return NGX_ERROR;
    }

    job->attempt = (ngx_uint_t) number;

    if (ngx_commerce_text_int(created.data, created.len, &number) != 0) {
        return NGX_ERROR;
    }

    job->created = (time_t) number;
    job->after = NGX_CONF_UNSET_MSEC;
    job->payload = json_loadb((char *) payload.data, payload.len, 0, NULL);

    return (job->payload == NULL) ? NGX_ERROR : NGX_OK;
}


void
ngx_commerce_jobs_free(void *data)
{
    ngx_commerce_job_t  *job = data;

    json_decref(job->payload);
}
