/*
 * The domain of payments: its handlers, calls and jobs, and small things that
 * its files share.
 */

#include "payments.h"


static void *payments_create(ngx_commerce_worker_t *worker);


static const ngx_commerce_handler_t  payments_handlers[] = {
    { "checkout", ngx_commerce_payments_checkout_steps,
      NGX_COMMERCE_PAYMENTS_STATE },
    { "checkout_cart", ngx_commerce_payments_cart_steps,
      NGX_COMMERCE_PAYMENTS_STATE },
    { "create_order_payment", ngx_commerce_payments_again_steps,
      NGX_COMMERCE_PAYMENTS_STATE },
    { "confirm_payment", ngx_commerce_payments_confirm_steps,
      NGX_COMMERCE_PAYMENTS_STATE },
    { "capture_payment", ngx_commerce_payments_capture_steps,
      NGX_COMMERCE_PAYMENTS_STATE },
    { "cancel_payment", ngx_commerce_payments_cancel_steps,
      NGX_COMMERCE_PAYMENTS_STATE },
    { "create_order_refund", ngx_commerce_payments_refund_steps,
      NGX_COMMERCE_PAYMENTS_STATE },
    { "list_payment_providers", ngx_commerce_payments_offer_steps, 0 },
    { "receive_stripe_event", ngx_commerce_payments_stripe_steps,
      NGX_COMMERCE_PAYMENTS_STATE },
    { "receive_test_event", ngx_commerce_payments_test_steps,
      NGX_COMMERCE_PAYMENTS_STATE },
    { "receive_paypal_event", ngx_commerce_payments_paypal_steps,
      NGX_COMMERCE_PAYMENTS_STATE },
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  payments_calls[] = {
    { "store", "checkout_begin", { "checkout", NULL } },
    { "store", "payment_begin", { "id", "payment", "keep", "principal",
                                  NULL } },
    { "store", "payment_seen", { "payment_id", "refund_id", "seen", "keep",
                                 NULL } },
    { "store", "payment_take", { "payment_id", "principal", "abandon",
                                 NULL } },
    { "store", "payment_release", { "payment_id", "abandon", NULL } },
    { "store", "payment_webhook", { "event", NULL } },
    { "store", "refund_begin", { "id", "refund_id", "body", "key",
                                 "fingerprint", "*principal", NULL } },
    { "store", "refund_end", { "payment_id", "refund_id", "seen", NULL } },
    { "store", "get_payment", { "id", "principal", NULL } },
    { "store", "payment_want", { "payment_id", "want", "*principal",
                                 NULL } },
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_payments_domain = {
    "payments", payments_handlers, payments_calls, payments_create
};

const ngx_commerce_job_kind_t  ngx_commerce_payments_jobs[] = {
    { "payment_reconcile", &ngx_commerce_payments_domain,
      ngx_commerce_payments_reconcile_steps, NGX_COMMERCE_PAYMENTS_STATE,
      NULL },
    NGX_COMMERCE_JOB_KINDS_END
};


static void *
payments_create(ngx_commerce_worker_t *worker)
{
    return ngx_pcalloc(worker->pool, sizeof(ngx_commerce_payments_worker_t));
}


const ngx_commerce_payment_conf_t *
ngx_commerce_payments_conf(const ngx_commerce_flow_t *f, const char *name)
{
    ngx_uint_t                          i;
    const ngx_array_t                  *all;
    const ngx_commerce_payment_conf_t  *conf;

    all = f->worker->conf->payments;

    if (all == NULL || name == NULL) {
        return NULL;
    }

    conf = all->elts;

    for (i = 0; i < all->nelts; i++) {
        if (ngx_strcmp(conf[i].name.data, name) == 0) {
            return &conf[i];
        }
    }

    return NULL;
}


const char *
ngx_commerce_payments_param(const ngx_commerce_flow_t *f, const char *name)
{
    unsigned  i;

    for (i = 0; i < f->operation->nparams; i++) {
        if (ngx_commerce_str_is(&f->operation->params[i].name, name)) {
            return f->params[i];
        }
    }

    return NULL;
}


char *
ngx_commerce_payments_dump(ngx_commerce_flow_t *f, json_t *value)
{
    char    *text, *copy;
    size_t   len;

    text = json_dumps(value, JSON_COMPACT|JSON_ENCODE_ANY);
    json_decref(value);

    if (text == NULL) {
        return NULL;
    }

    len = ngx_strlen(text);
    copy = ngx_pnalloc(f->pool, len + 1);

    if (copy != NULL) {
        ngx_memcpy(copy, text, len + 1);
    }

    free(text);

    return copy;
}


char *
ngx_commerce_payments_text(ngx_commerce_flow_t *f, size_t size,
    const char *fmt, ...)
{
    u_char   *text;
    va_list   args;

    text = ngx_pnalloc(f->pool, size + 1);
    if (text == NULL) {
        return NULL;
    }

    va_start(args, fmt);
    *ngx_vslprintf(text, text + size, fmt, args) = '\0';
    va_end(args);

    return (char *) text;
}
