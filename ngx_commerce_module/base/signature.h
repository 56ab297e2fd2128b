/*
 * Signatures of payment providers' webhooks: Stripe's scheme, which the test
 * provider uses too.
 *
 *     Stripe-Signature: t=<unix seconds>,v1=<hex>[,v1=<hex>...][,v0=...]
 *
 * v1 is HMAC-SHA256 over "<t>.<body>" with the endpoint's secret as it is
 * written, "whsec_" and all.
 */

#ifndef NGX_COMMERCE_SIGNATURE_H
#define NGX_COMMERCE_SIGNATURE_H


#include <stddef.h>
#include <stdint.h>


/* s, in both directions */
#define NGX_COMMERCE_SIGNATURE_TOLERANCE  300


typedef enum {
    NGX_COMMERCE_SIGNATURE_GOOD = 0,
    NGX_COMMERCE_SIGNATURE_BAD,      /* malformed, or made with another key */
    NGX_COMMERCE_SIGNATURE_LATE      /* good, but of another time */
} ngx_commerce_signature_e;


/*
 * Checks a header against the raw body with one secret.  Several v1 are those
 * of a rotation: one that is right is enough.  Compares in constant time.  Any
 * thread; allocates nothing of its own.
 */
ngx_commerce_signature_e ngx_commerce_signature_check(const char *header,
    size_t header_len, const void *body, size_t body_len, const char *secret,
    size_t secret_len, int64_t now);


#endif /* NGX_COMMERCE_SIGNATURE_H */
