/*
 * Random bytes for ids: taken from OpenSSL's generator by the kilobyte, since
 * its call costs more than the bytes, and wiped as they are given out.
 */

#include "station.h"

#include <openssl/rand.h>


ngx_int_t
ngx_commerce_random(ngx_commerce_worker_t *worker, u_char *out, size_t len)
{
    u_char  *p;

    if (worker->nrandom < len) {
        if (RAND_bytes(worker->random, sizeof(worker->random)) != 1) {
            return NGX_ERROR;
        }

        worker->nrandom = sizeof(worker->random);
    }

    worker->nrandom -= len;
    p = worker->random + worker->nrandom;

    ngx_memcpy(out, p, len);
    ngx_explicit_memzero(p, len);

    return NGX_OK;
}
