/*
 * Computations off the loop.  See thread.h for who calls it and for the
 * lifetime rule.
 */

#include "thread.h"


/* only keeps a leaving worker alive, so the length does not matter */
#define HOLD  60000


static void thread_run(void *data, ngx_log_t *log);
static void thread_event(ngx_event_t *ev);


ngx_int_t
ngx_commerce_thread_post(ngx_thread_pool_t *tp, ngx_commerce_thread_t *t,
    ngx_pool_t *pool, ngx_log_t *log)
{
    ngx_thread_task_t  *task;

    task = ngx_thread_task_alloc(pool, sizeof(ngx_commerce_thread_t *));
    if (task == NULL) {
        return NGX_ERROR;
    }

    *(ngx_commerce_thread_t **) task->ctx = t;

    task->handler = thread_run;
    task->event.handler = thread_event;
    task->event.data = t;
    task->event.log = log;

    t->task = task;

    if (ngx_thread_task_post(tp, task) != NGX_OK) {
        t->task = NULL;
        return NGX_BUSY;
    }

    ngx_add_timer(&task->event, HOLD);

    return NGX_OK;
}


static void
thread_run(void *data, ngx_log_t *log)
{
    ngx_commerce_thread_t  *t;

    t = *(ngx_commerce_thread_t **) data;

    t->run(t->ctx);
}


static void
thread_event(ngx_event_t *ev)
{
    ngx_commerce_thread_t  *t;

    t = ev->data;

    if (!ev->complete) {
        ev->timedout = 0;
        ngx_log_error(NGX_LOG_WARN, ev->log, 0,
                      "computation in a thread is taking very long");
        ngx_add_timer(ev, HOLD);
        return;
    }

    if (ev->timer_set) {
        ngx_del_timer(ev);
    }

    t->task = NULL;
    t->done(t->data);
}
