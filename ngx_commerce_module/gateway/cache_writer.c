/*
 * Whoever changes something through the API reads it back at once, on every
 * worker of the gateway, although the change feed takes a moment: who has
 * written lately is served nothing that was asked of the database before.  All
 * others are served what is cached, until the feed tells; a cart that changes
 * moves nothing of theirs.
 *
 * Somebody is known by what they say of themselves: the principal, and the
 * token as it is, since public operations do not look into it; without one by
 * their address.  Many may share that behind a proxy that is not trusted.
 * Staff are few and look at the shop as others see it: by both.
 *
 * The time of a write is taken when the database has answered, that of an
 * answer when its question was sent: both are of this machine.
 */

#include "cache.h"
#include "shared.h"
#include "station.h"


/* who has more of them works here */
#define CUSTOMER_SCOPES  1


static uint64_t writer_said(ngx_commerce_worker_t *worker,
    ngx_http_request_t *r);
static uint64_t writer_address(ngx_commerce_worker_t *worker,
    ngx_http_request_t *r);
static uint64_t writer_hash(ngx_commerce_worker_t *worker, const void *data,
    size_t len);


void
ngx_commerce_cache_changed(ngx_commerce_flow_t *f)
{
    ngx_commerce_shared_written(f);

    if (f->worker->cache == NULL || f->r == NULL) {
        return;
    }

    ngx_commerce_cache_wrote(f->worker->cache, writer_said(f->worker, f->r));

    if (f->principal == NULL) {
        return;
    }

    if (f->principal->nscopes > CUSTOMER_SCOPES) {
        ngx_commerce_cache_wrote(f->worker->cache,
                                 writer_address(f->worker, f->r));
    }

    ngx_commerce_cache_wrote(f->worker->cache,
                             writer_hash(f->worker, f->principal->sub,
                                         ngx_strlen(f->principal->sub)));
}


ngx_msec_t
ngx_commerce_cache_after(ngx_commerce_worker_t *worker, ngx_http_request_t *r,
    const ngx_commerce_jwt_claims_t *principal)
{
    ngx_msec_t  said, own;

    said = ngx_commerce_cache_written(worker->cache, writer_said(worker, r));
    own = 0;

    if (principal != NULL) {
        own = ngx_commerce_cache_written(worker->cache,
                                         writer_hash(worker, principal->sub,
                                                     ngx_strlen(
                                                         principal->sub)));
    }

    return ngx_max(said, own);
}


static uint64_t
writer_said(ngx_commerce_worker_t *worker, ngx_http_request_t *r)
{
    ngx_table_elt_t  *h;

    h = r->headers_in.authorization;

    return (h != NULL) ? writer_hash(worker, h->value.data, h->value.len)
                       : writer_address(worker, r);
}


/* Behind a proxy, what that says; believed or not, it says the same again. */

static uint64_t
writer_address(ngx_commerce_worker_t *worker, ngx_http_request_t *r)
{
    uint64_t           hash;
    ngx_uint_t         i;
    ngx_table_elt_t  **h;

    hash = writer_hash(worker, r->connection->addr_text.data,
                       r->connection->addr_text.len);

    if (worker->conf->proxies != NULL) {
        h = r->headers_in.x_forwarded_for.elts;

        for (i = 0; i < r->headers_in.x_forwarded_for.nelts; i++) {
            hash = hash * 31 + writer_hash(worker, h[i]->value.data,
                                           h[i]->value.len);
        }
    }

    return hash;
}


static uint64_t
writer_hash(ngx_commerce_worker_t *worker, const void *data, size_t len)
{
    ngx_commerce_cache_key_t  key;

    key.data = data;
    key.len = len;

    ngx_commerce_cache_hash(worker->cache, &key);

    return key.hash;
}
