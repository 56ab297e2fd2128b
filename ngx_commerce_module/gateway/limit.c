/*
 * How often may they?  The rates that the contract gives an operation, counted
 * for the client's address or for the principal in shared memory.
 *
 * A rate that the contract calls `shared` is counted by all gateways together
 * (limit_shared.c), after it has passed here: what is refused here costs no
 * round trip.  Without Redis each gateway allows its part of it.
 */

#include "answer.h"
#include "limit.h"
#include "shared.h"
#include "station.h"
#include "zone.h"


static u_char *limit_address(const ngx_str_t *address, u_char *p,
    u_char *last);


ngx_int_t
ngx_commerce_limit(ngx_commerce_flow_t *f)
{
    unsigned                    i;
    ngx_msec_t                  wait;
    ngx_uint_t                  alone;
    const ngx_commerce_rate_t  *rate;

    for (i = 0; i < f->operation->nrates; i++) {
        rate = &f->operation->rates[i];

        alone = rate->shared && f->worker->shared != NULL
                && !ngx_commerce_shared_ready(f->worker->shared);

        wait = ngx_commerce_limit_take(f, rate, alone);
        if (wait != 0) {
            return ngx_commerce_limit_refuse(f, wait);
        }
    }

    return NGX_OK;
}


size_t
ngx_commerce_limit_key(ngx_commerce_flow_t *f, const ngx_commerce_rate_t *rate,
    u_char out[NGX_COMMERCE_LIMIT_KEY])
{
    u_char  *p, *last;

    last = out + NGX_COMMERCE_LIMIT_KEY;
    p = ngx_slprintf(out, last, "%*s:", rate->key.len, rate->key.data);

    if (rate->by == NGX_COMMERCE_BY_PRINCIPAL && f->principal != NULL) {
        p = ngx_slprintf(p, last, "%s", f->principal->sub);

    } else {
        p = limit_address(&f->address, p, last);
    }

    return p - out;
}


/* Who has one IPv6 address has 2^64 of them: all are one client. */

static u_char *
limit_address(const ngx_str_t *address, u_char *p, u_char *last)
{
#if (NGX_HAVE_INET6)
    struct in6_addr  in6;

    if (ngx_inet6_addr(address->data, address->len, in6.s6_addr) == NGX_OK
        && !IN6_IS_ADDR_V4MAPPED(&in6) && last - p >= 16)
    {
        return ngx_hex_dump(p, in6.s6_addr, 8);
    }
#endif

    return ngx_slprintf(p, last, "%V", address);
}


/* The part keeps the slack's length: so many fewer at once, and as rarely. */

ngx_msec_t
ngx_commerce_limit_take(ngx_commerce_flow_t *f,
    const ngx_commerce_rate_t *rate, ngx_uint_t alone)
{
    size_t      len;
    u_char      key[NGX_COMMERCE_LIMIT_KEY];
    ngx_uint_t  limit, burst, gateways;

    limit = rate->limit;
    burst = rate->burst;

    if (alone) {
        gateways = f->worker->conf->shared->gateways;
        limit = ngx_max(limit / gateways, 1);
        burst /= gateways;
    }

    len = ngx_commerce_limit_key(f, rate, key);

    return ngx_commerce_zone_take(f->worker->zone, key, len, limit,
                                  rate->per_ms, burst);
}


ngx_int_t
ngx_commerce_limit_refuse(ngx_commerce_flow_t *f, ngx_msec_t wait)
{
    ngx_commerce_flow_retry(f, (wait + 999) / 1000);

    return ngx_commerce_flow_fail(f, NGX_HTTP_TOO_MANY_REQUESTS,
                                  "too_many_requests", NULL);
}
