/*
 * Orders of this worker that wait for their group: whatever came while a group
 * was in flight is the next group.  Called by the handler in orders.c and by
 * the group in flight; runs in the event loop.
 *
 * An order is in its flow's state and therefore lives as long as the flow; the
 * queue itself lives in worker->pool.
 */

#ifndef NGX_COMMERCE_ORDERS_QUEUE_H
#define NGX_COMMERCE_ORDERS_QUEUE_H


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
    ngx_uint_t                     races;      /* that its groups lost */
    ngx_uint_t                     tries;      /* then it goes alone */
    uint64_t                       joined;     /* us, clock.h */
    ngx_commerce_order_state_e     state;

    /* of ANSWERED, in the flow's pool */
    ngx_uint_t                     status;
    ngx_uint_t                     replayed;
    char                          *problem;    /* NULL: it is an order */
    char                          *body;       /* NULL: none */
    ngx_uint_t                     retry_after; /* s, of NOT_EXECUTED */
} ngx_commerce_order_t;


/* The worker's queue; NULL without memory. */
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

/* How many of those who wait are the next group; 0: nobody waits. */
ngx_uint_t ngx_commerce_orders_size(ngx_commerce_orders_t *orders);

/* Takes the first of those who wait; the queue is not empty. */
ngx_commerce_order_t *ngx_commerce_orders_take(ngx_commerce_orders_t *orders);

/* Puts an order that was taken back at the head. */
void ngx_commerce_orders_back(ngx_commerce_orders_t *orders,
    ngx_commerce_order_t *order);

/* A group of n is complete: the next one at once, or after a pause. */
void ngx_commerce_orders_ended(ngx_commerce_orders_t *orders, ngx_uint_t n);

/* The end of an order: wakes its flow. */
void ngx_commerce_orders_done(ngx_commerce_order_t *order,
    ngx_commerce_order_state_e state);


#endif /* NGX_COMMERCE_ORDERS_QUEUE_H */
