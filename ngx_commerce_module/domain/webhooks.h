/*
 * Outgoing webhooks: secrets are made here, deliveries are sent as jobs.
 */

#ifndef NGX_COMMERCE_WEBHOOKS_H
#define NGX_COMMERCE_WEBHOOKS_H


#include "../base/webhook.h"
#include "../gateway/job.h"


extern const ngx_commerce_domain_t    ngx_commerce_webhooks_domain;
extern const ngx_commerce_job_kind_t  ngx_commerce_webhooks_jobs[];


enum {
    NGX_COMMERCE_WEBHOOKS_CREATE = 0,
    NGX_COMMERCE_WEBHOOKS_ROTATE,
    NGX_COMMERCE_WEBHOOKS_TAKE,
    NGX_COMMERCE_WEBHOOKS_SENT
};


/* webhooks_send.c: a delivery being sent; texts for the database, headers. */
typedef struct {
    const char   *values[6];
    const char   *headers[5];
    const char   *url;
    ngx_msec_t    began;
    u_char        id[64];
    u_char        timestamp[64];
    u_char        signature[32 + 2 * NGX_COMMERCE_WEBHOOK_SIGN_LEN];
    u_char        attempt[NGX_INT_T_LEN + 1];
    u_char        took[NGX_INT64_LEN + 1];
    u_char        code[NGX_INT_T_LEN + 1];
    u_char        error[NGX_INT_T_LEN + sizeof("status ")];
} ngx_commerce_webhooks_send_t;

extern const ngx_commerce_step_t  ngx_commerce_webhooks_send_steps[];


#endif /* NGX_COMMERCE_WEBHOOKS_H */
