/*
 * How often may they?  The rates that the contract gives an operation, counted
 * for the client's address or for the principal in shared memory.
 */

#include "answer.h"
#include "station.h"
#include "zone.h"


static ngx_int_t limit_refuse(ngx_commerce_flow_t *f, ngx_msec_t wait);


ngx_int_t
ngx_commerce_limit(ngx_commerce_flow_t *f)
{
    u_char                      key[256], *p;
    unsigned                    i;
    ngx_msec_t                  wait;
    const ngx_commerce_rate_t  *rate;

    for (i = 0; i < f->operation->nrates; i++) {
        rate = &f->operation->rates[i];

        p = ngx_slprintf(key, key + sizeof(key), "%*s:", rate->key.len,
                         rate->key.data);

        if (rate->by == NGX_COMMERCE_BY_PRINCIPAL && f->principal != NULL) {
            p = ngx_slprintf(p, key + sizeof(key), "%s", f->principal->sub);

        } else {
            p = ngx_slprintf(p, key + sizeof(key), "%V", &f->address);
        }

        wait = ngx_commerce_zone_take(f->worker->zone, key, p - key,
                                      rate->limit, rate->per_ms, rate->burst);
        if (wait != 0) {
            return limit_refuse(f, wait);
        }
    }

    return NGX_OK;
}


static ngx_int_t
limit_refuse(ngx_commerce_flow_t *f, ngx_msec_t wait)
{
    ngx_commerce_flow_retry(f, (wait + 999) / 1000);

    return ngx_commerce_flow_fail(f, NGX_HTTP_TOO_MANY_REQUESTS,
                                  "too_many_requests", NULL);
}
