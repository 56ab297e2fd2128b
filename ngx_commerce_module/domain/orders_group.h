/*
 * A group of orders on its way to the database and back.  It is a detached
 * flow: it outlives orders whose time is over, and they never touch its memory
 * after that.  Started by the queue, in the event loop.
 */

#ifndef NGX_COMMERCE_ORDERS_GROUP_H
#define NGX_COMMERCE_ORDERS_GROUP_H


#include "orders_queue.h"


/* The domain's calls, in the order of its table. */
enum {
    NGX_COMMERCE_ORDERS_PLACE = 0
};


/*
 * Sends the next group of a queue in which orders wait, and tells the queue
 * when it is complete.  NGX_ERROR: without memory, nothing was taken.
 */
ngx_int_t ngx_commerce_orders_group(ngx_commerce_orders_t *orders,
    ngx_commerce_worker_t *worker, const ngx_commerce_domain_t *domain);

/* Forgets an order of a group that is in flight. */
void ngx_commerce_orders_group_leave(ngx_commerce_order_t *order);


#endif /* NGX_COMMERCE_ORDERS_GROUP_H */
