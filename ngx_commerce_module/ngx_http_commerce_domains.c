/*
 * The domains that this gateway is built with.  A handler named by the
 * contract is looked up here when the configuration is read.
 */

#include "domain/audit.h"
#include "domain/census.h"
#include "domain/feeds.h"
#include "domain/identity.h"
#include "domain/imports.h"
#include "domain/jobs.h"
#include "domain/mail.h"
#include "domain/media.h"
#include "domain/orders.h"
#include "domain/payments.h"
#include "domain/sales.h"
#include "domain/system.h"
#include "domain/upkeep.h"
#include "domain/webhooks.h"


const ngx_commerce_domain_t *const ngx_commerce_domains[] = {
    &ngx_commerce_audit_domain,
    &ngx_commerce_census_domain,
    &ngx_commerce_feeds_domain,
    &ngx_commerce_identity_domain,
    &ngx_commerce_imports_domain,
    &ngx_commerce_jobs_domain,
    &ngx_commerce_mail_domain,
    &ngx_commerce_media_domain,
    &ngx_commerce_orders_domain,
    &ngx_commerce_payments_domain,
    &ngx_commerce_sales_domain,
    &ngx_commerce_system_domain,
    &ngx_commerce_upkeep_domain,
    &ngx_commerce_webhooks_domain,
    NULL
};


/* The kinds of background work that they have handlers for. */

const ngx_commerce_job_kind_t *const ngx_commerce_job_kinds[] = {
    ngx_commerce_mail_jobs,
    ngx_commerce_media_jobs,
    ngx_commerce_payments_jobs,
    ngx_commerce_sales_jobs,
    ngx_commerce_webhooks_jobs,
    NULL
};
