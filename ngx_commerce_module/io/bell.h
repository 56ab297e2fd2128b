/*
 * A bell that any worker of a gateway can ring and all of them hear: one
 * eventfd that the master makes before it forks.  Each worker watches it
 * edge-triggered and nobody ever reads it, so one write is one event for each
 * of them (as nginx does with its own notify descriptor).
 *
 * Rings are hints and may fold into one; what happened stands in shared
 * memory.  Workers of the cycle before have a bell of their own, so whoever
 * relies on a ring looks now and then by himself, too.
 *
 * Lifetime: the descriptor belongs to the cycle's pool, the bell to the
 * worker's.
 */

#ifndef NGX_COMMERCE_BELL_H
#define NGX_COMMERCE_BELL_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>


typedef struct ngx_commerce_bell_s  ngx_commerce_bell_t;


/* Master, while it reads the configuration: the descriptor, or -1. */
int ngx_commerce_bell_make(ngx_pool_t *pool, ngx_log_t *log);

/* Worker init; takes one of worker_connections.  NULL without memory. */
ngx_commerce_bell_t *ngx_commerce_bell_open(int fd, ngx_pool_t *pool,
    ngx_log_t *log);

/* Worker exit; idempotent. */
void ngx_commerce_bell_close(ngx_commerce_bell_t *bell);

/* Calls handler(data) in this worker after every ring, one's own as well. */
ngx_int_t ngx_commerce_bell_listen(ngx_commerce_bell_t *bell,
    void (*handler)(void *data), void *data);

/* One system call that never blocks. */
void ngx_commerce_bell_ring(ngx_commerce_bell_t *bell);


#endif /* NGX_COMMERCE_BELL_H */
