/*
 * Orders of this worker on their way to the database, in groups: whatever
 * came while a group was in flight is the next group.
 *
 * An order is in its flow's state and therefore lives as long as the flow.  A
 * group is a detached flow: it outlives orders whose time is over, and they
 * never touch its memory after that.
 */

#ifndef NGX_COMMERCE_ORDERS_GROUP_H
#define NGX_COMMERCE_ORDERS_GROUP_H


#include "../gateway/flow.h"


typedef struct ngx_commerce_orders_s        ngx_commerce_orders_t;
typedef struct ngx_commerce_orders_group_s  ngx_commerce_orders_group_t;


typedef enum {
    NGX_COMMERCE_ORDER_WAITING = 0,  /* in the queue, not yet asked for */
    NGX_COMMERCE_ORDER_SENT,         /* in a group in flight */
    NGX_COMMERCE_ORDER_ANSWERED,     /* status, problem, body are known */
    NGX_COMMERCE_ORDER_NOT_EXECUTED,
    NGX_COMMERCE_ORDER_UNKNOWN,
    NGX_COMMERCE_ORDER_FAILED        /* the database refuses it as such */
} ngx_commerce_order_state_e;


typedef struct {
    ngx_queue_t                    link;       /* while waiting */
    ngx_commerce_flow_t           *flow;
    ngx_commerce_orders_group_t   *group;      /* while sent */
    ngx_uint_t                     index;      /* in the group */
    ngx_str_t                      text;       /* JSON, in the flow's pool */
    ngx_uint_t                     tries;
    uint64_t                       joined;     /* us, clock.h */
    ngx_commerce_order_state_e     state;

    /* of ANSWERED, in the flow's pool */
    ngx_uint_t                     status;
    ngx_uint_t                     replayed;
    char                          *problem;    /* NULL: it is an order */
    char                          *body;       /* NULL: none */
    ngx_uint_t                     retry_after; /* s, of NOT_EXECUTED */
} ngx_commerce_order_t;


/* The domain's calls, in the order of its table. */
enum {
    NGX_COMMERCE_ORDERS_PLACE = 0
};


/* The worker's queue; lives in worker->pool. */
ngx_commerce_orders_t *ngx_commerce_orders_create(
    ngx_commerce_worker_t *worker, const ngx_commerce_domain_t *domain);

/*
 * Puts an order in the queue; its flow has to wait and is woken when the
 * order is no longer WAITING or SENT.  NGX_DECLINED: the queue is full.
 */
ngx_int_t ngx_commerce_orders_join(ngx_commerce_orders_t *orders,
    ngx_commerce_order_t *order);

/* Forgets an order that stops waiting; `data` is the order. */
void ngx_commerce_orders_leave(ngx_commerce_flow_t *f, void *data);


#endif /* NGX_COMMERCE_ORDERS_GROUP_H */
