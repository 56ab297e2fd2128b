/*
 * One computation off the loop: password hashing and the like, in an nginx
 * thread pool with a bounded queue.  The task is the caller's memory and must
 * live until `done` was called; `run` may touch nothing but its own context:
 * no pool, no request, no log.
 */

#ifndef NGX_COMMERCE_THREAD_H
#define NGX_COMMERCE_THREAD_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_thread_pool.h>


typedef struct {
    void              (*run)(void *ctx);      /* pool thread */
    void              (*done)(void *data);    /* event loop */
    void               *ctx;                  /* of run */
    void               *data;                 /* of done */

    /* of io/thread.c only */
    ngx_thread_task_t  *task;
} ngx_commerce_thread_t;


/*
 * Posts the computation.  NGX_BUSY: the pool's queue is full; NGX_ERROR: no
 * memory; `done` is called only after NGX_OK, never inside.  A non-cancelable
 * timer keeps a worker that is leaving alive until `done` was called (nginx
 * 1.22 does not do that by itself).  `pool` must outlive the computation.
 */
ngx_int_t ngx_commerce_thread_post(ngx_thread_pool_t *tp,
    ngx_commerce_thread_t *t, ngx_pool_t *pool, ngx_log_t *log);


#endif /* NGX_COMMERCE_THREAD_H */
