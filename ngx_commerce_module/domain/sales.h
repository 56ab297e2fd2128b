/*
 * Sales on their way to the analytics database.
 */

#ifndef NGX_COMMERCE_SALES_H
#define NGX_COMMERCE_SALES_H


#include "../gateway/job.h"


extern const ngx_commerce_domain_t    ngx_commerce_sales_domain;
extern const ngx_commerce_job_kind_t  ngx_commerce_sales_jobs[];


#endif /* NGX_COMMERCE_SALES_H */
