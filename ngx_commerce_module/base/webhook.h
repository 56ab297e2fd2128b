/*
 * Signatures of outgoing webhooks, by Standard Webhooks 1.0: HMAC-SHA256 over
 * "<id>.<timestamp>.<body>" under the bytes behind "whsec_".  Pure, any thread.
 */

#ifndef NGX_COMMERCE_WEBHOOK_H
#define NGX_COMMERCE_WEBHOOK_H


#include "str.h"


#define NGX_COMMERCE_WEBHOOK_KEY_LEN     32     /* bytes of a secret */
#define NGX_COMMERCE_WEBHOOK_KEY_MAX     64

/* "whsec_" and base64 of a key, with NUL. */
#define NGX_COMMERCE_WEBHOOK_SECRET_LEN  (6 + 44 + 1)

/* "v1," and base64 of a digest, with NUL. */
#define NGX_COMMERCE_WEBHOOK_SIGN_LEN    (3 + 44 + 1)


/* The secret's text of random bytes. */
void ngx_commerce_webhook_secret(
    const u_char key[NGX_COMMERCE_WEBHOOK_KEY_LEN],
    char out[NGX_COMMERCE_WEBHOOK_SECRET_LEN]);

/*
 * Writes "v1,<base64>".  id and timestamp are NUL-terminated and have no dot.
 * Returns 0, or -1 for a secret that is none (24 to 64 bytes in base64).
 */
int ngx_commerce_webhook_sign(const char *secret, const char *id,
    const char *timestamp, const void *body, size_t len,
    char out[NGX_COMMERCE_WEBHOOK_SIGN_LEN]);


#endif /* NGX_COMMERCE_WEBHOOK_H */
