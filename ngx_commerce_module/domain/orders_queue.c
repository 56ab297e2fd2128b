/*
 * The queue of orders of a worker; when a group starts and how large it is.
 *
 * A group is started from a posted event, so that all requests which the
 * worker reads in one turn of its loop are in it, and again when the group
 * before it is complete: one group is in flight at a time.
 *
 * Buyers who were just answered tend to come back at once.  After a group of
 * some size the next one therefore waits for nearly all of them a moment, or
 * else those who came during the group and those who were in it would take
 * turns in groups half as large, at twice the price.  The moment is a fraction
 * of what the group itself takes.
 */

#include "orders_group.h"
#include "../gateway/metrics.h"


#define ORDERS_BUSY    8             /* members of a group worth a pause */
#define ORDERS_PAUSE   3             /* ms */
#define ORDERS_BYTES   (128 * 1024)  /* of a group; the usual one is a third */


struct ngx_commerce_orders_s {
    ngx_queue_t                    waiting;    /* ngx_commerce_order_t.link */
    ngx_uint_t                     nwaiting;
    ngx_uint_t                     in_flight;
    ngx_uint_t                     enough;     /* end of a pause; 0: none */
    ngx_event_t                    start;
    ngx_event_t                    pause;
    ngx_commerce_worker_t         *worker;
    const ngx_commerce_domain_t   *domain;
};


static void orders_start(ngx_event_t *ev);
static void orders_tell(ngx_commerce_orders_t *orders);
static void orders_post(ngx_commerce_orders_t *orders);


ngx_commerce_orders_t *
ngx_commerce_orders_create(ngx_commerce_worker_t *worker,
    const ngx_commerce_domain_t *domain)
{
    ngx_commerce_orders_t  *orders;

    orders = ngx_pcalloc(worker->pool, sizeof(ngx_commerce_orders_t));
    if (orders == NULL) {
        return NULL;
    }

    ngx_queue_init(&orders->waiting);

    orders->worker = worker;
    orders->domain = domain;

    orders->start.handler = orders_start;
    orders->start.data = orders;
    orders->start.log = worker->log;

    orders->pause = orders->start;

    return orders;
}


ngx_int_t
ngx_commerce_orders_join(ngx_commerce_orders_t *orders,
    ngx_commerce_order_t *order)
{
    if (orders->nwaiting >= orders->worker->conf->group_queue) {
        return NGX_DECLINED;
    }

    order->joined = ngx_commerce_clock_us();

    ngx_queue_insert_tail(&orders->waiting, &order->link);
    orders->nwaiting++;
    orders_tell(orders);

    if (!orders->in_flight && orders->nwaiting >= orders->enough) {
        orders_post(orders);
    }

    return NGX_OK;
}


void
ngx_commerce_orders_leave(ngx_commerce_flow_t *f, void *data)
{
    ngx_commerce_order_t   *order = data;
    ngx_commerce_orders_t  *orders;

    if (order->state == NGX_COMMERCE_ORDER_WAITING) {
        orders = ngx_commerce_flow_domain_state(f);

        ngx_queue_remove(&order->link);
        orders->nwaiting--;
        orders_tell(orders);

        order->state = NGX_COMMERCE_ORDER_NOT_EXECUTED;
        order->retry_after = 1;
        return;
    }

    ngx_commerce_orders_group_leave(order);
    order->state = NGX_COMMERCE_ORDER_UNKNOWN;
}


/* How many wait, for whoever looks at the metrics. */

static void
orders_tell(ngx_commerce_orders_t *orders)
{
    ngx_commerce_metrics_set(orders->worker->metrics,
                             NGX_COMMERCE_METRIC_ORDERS_WAITING,
                             orders->nwaiting);
}


/*
 * From the posted event, or because the pause is over.  Without memory for a
 * group the first order is told so, and the others get their chance.
 */

static void
orders_start(ngx_event_t *ev)
{
    ngx_commerce_orders_t  *orders = ev->data;

    orders->enough = 0;

    if (orders->in_flight || ngx_queue_empty(&orders->waiting)) {
        return;
    }

    orders->in_flight = 1;

    if (ngx_commerce_orders_group(orders, orders->worker, orders->domain)
        != NGX_OK)
    {
        orders->in_flight = 0;

        ngx_commerce_orders_done(ngx_commerce_orders_take(orders),
                                 NGX_COMMERCE_ORDER_NOT_EXECUTED);
        orders_post(orders);
    }
}


static void
orders_post(ngx_commerce_orders_t *orders)
{
    if (orders->pause.timer_set) {
        ngx_del_timer(&orders->pause);
    }

    if (!orders->start.posted) {
        ngx_post_event(&orders->start, &ngx_posted_events);
    }
}


void
ngx_commerce_orders_ended(ngx_commerce_orders_t *orders, ngx_uint_t n)
{
    ngx_uint_t  max;

    orders->in_flight = 0;

    if (n < ORDERS_BUSY) {
        if (orders->nwaiting != 0) {
            orders_post(orders);
        }

        return;
    }

    max = orders->worker->conf->group_max;

    orders->enough = ngx_min(orders->nwaiting + n * 15 / 16, max);

    if (orders->nwaiting >= orders->enough) {
        orders_post(orders);

    } else {
        ngx_add_timer(&orders->pause, ORDERS_PAUSE);
    }
}


/*
 * An order that is tried again goes alone.  An answer is ten times what was
 * asked, and all of a group's are in memory at once.
 */

ngx_uint_t
ngx_commerce_orders_size(ngx_commerce_orders_t *orders)
{
    size_t                 bytes;
    ngx_uint_t             n, max;
    ngx_queue_t           *q;
    ngx_commerce_order_t  *order;

    max = orders->worker->conf->group_max;
    bytes = 0;
    n = 0;

    for (q = ngx_queue_head(&orders->waiting);
         q != ngx_queue_sentinel(&orders->waiting) && n < max;
         q = ngx_queue_next(q))
    {
        order = ngx_queue_data(q, ngx_commerce_order_t, link);

        bytes += order->text.len;

        if (order->tries != 0 || bytes > ORDERS_BYTES) {
            return (n == 0) ? 1 : n;
        }

        n++;
    }

    return n;
}


ngx_commerce_order_t *
ngx_commerce_orders_take(ngx_commerce_orders_t *orders)
{
    ngx_queue_t  *q;

    q = ngx_queue_head(&orders->waiting);

    ngx_queue_remove(q);
    orders->nwaiting--;
    orders_tell(orders);

    return ngx_queue_data(q, ngx_commerce_order_t, link);
}


void
ngx_commerce_orders_back(ngx_commerce_orders_t *orders,
    ngx_commerce_order_t *order)
{
    order->state = NGX_COMMERCE_ORDER_WAITING;
    order->group = NULL;

    ngx_queue_insert_head(&orders->waiting, &order->link);
    orders->nwaiting++;
    orders_tell(orders);
}


void
ngx_commerce_orders_done(ngx_commerce_order_t *order,
    ngx_commerce_order_state_e state)
{
    order->group = NULL;
    order->state = state;

    ngx_commerce_flow_wake(order->flow);
}
