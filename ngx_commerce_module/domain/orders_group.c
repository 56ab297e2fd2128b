/*
 * The queue of orders of a worker and the groups that are made of it.  Called
 * by the handler in orders.c; runs in the event loop.
 *
 * A group is started from a posted event, so that all requests which the
 * worker reads in one turn of its loop are in it, and again when the group
 * before it is complete: one group is in flight at a time.
 *
 * Buyers who were just answered tend to come back at once.  After a group of
 * some size the next one therefore waits for them a moment, or else those who
 * came during the group and those who were in it would take turns in groups
 * half as large, at twice the price.
 *
 * When the database refuses a whole group, nothing of it was done: each order
 * is tried again, alone, so that only the culprit fails; but not when it is
 * the server that cannot go on.
 */

#include "orders_group.h"
#include "../gateway/metrics.h"


#define ORDERS_TRIES   3
#define ORDERS_BUSY    8             /* members of a group worth a pause */
#define ORDERS_PAUSE   1             /* ms */


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


/* The state of a group's flow; members that left are NULL. */
struct ngx_commerce_orders_group_s {
    ngx_commerce_orders_t         *orders;
    ngx_commerce_order_t         **members;
    ngx_uint_t                     n;
    const char                    *values[1];
};


static void orders_start(ngx_event_t *ev);
static void orders_tell(ngx_commerce_orders_t *orders);
static void orders_post(ngx_commerce_orders_t *orders);
static void orders_pause(ngx_commerce_orders_t *orders, ngx_uint_t n);
static void orders_next(ngx_commerce_orders_t *orders);
static ngx_uint_t orders_size(ngx_commerce_orders_t *orders);
static ngx_int_t group_fill(ngx_commerce_flow_t *f, ngx_uint_t n);
static char *group_text(ngx_commerce_flow_t *f);
static ngx_int_t group_place(ngx_commerce_flow_t *f);
static ngx_int_t group_look(ngx_commerce_flow_t *f);
static void group_finished(ngx_commerce_flow_t *f);
static void group_answers(ngx_commerce_flow_t *f);
static ngx_int_t group_answer(ngx_commerce_flow_t *f, ngx_uint_t row,
    ngx_commerce_order_t *order);
static void group_refused(ngx_commerce_flow_t *f);
static void group_end(ngx_commerce_flow_t *f,
    ngx_commerce_order_state_e state);
static char *group_copy(ngx_commerce_flow_t *f, ngx_uint_t row,
    const char *column, ngx_pool_t *pool);
static void order_done(ngx_commerce_order_t *order,
    ngx_commerce_order_state_e state);


static const ngx_commerce_step_t  group_steps[] = {
    { "placing a group of orders", group_place },
    { "looking at its answers", group_look },
    NGX_COMMERCE_STEPS_END
};


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

    order->group->members[order->index] = NULL;
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


/* From the posted event, or because the pause is over. */

static void
orders_start(ngx_event_t *ev)
{
    ngx_commerce_orders_t  *orders = ev->data;

    orders->enough = 0;

    orders_next(orders);
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


/* A group of n is complete: the next one at once, or after a pause. */

static void
orders_pause(ngx_commerce_orders_t *orders, ngx_uint_t n)
{
    ngx_uint_t  max;

    if (n < ORDERS_BUSY) {
        if (orders->nwaiting != 0) {
            orders_post(orders);
        }

        return;
    }

    max = orders->worker->conf->group_max;

    orders->enough = ngx_min(orders->nwaiting + n * 3 / 4, max);

    if (orders->nwaiting >= orders->enough) {
        orders_post(orders);

    } else {
        ngx_add_timer(&orders->pause, ORDERS_PAUSE);
    }
}


/* Makes the next group of those who wait. */

static void
orders_next(ngx_commerce_orders_t *orders)
{
    ngx_queue_t           *q;
    ngx_commerce_flow_t   *f;
    ngx_commerce_order_t  *order;

    if (orders->in_flight || ngx_queue_empty(&orders->waiting)) {
        return;
    }

    f = ngx_commerce_flow_detached(orders->worker, orders->domain,
                                   group_steps,
                                   sizeof(ngx_commerce_orders_group_t),
                                   group_finished);

    if (f == NULL) {
        q = ngx_queue_head(&orders->waiting);
        order = ngx_queue_data(q, ngx_commerce_order_t, link);

        ngx_queue_remove(q);
        orders->nwaiting--;

        order_done(order, NGX_COMMERCE_ORDER_NOT_EXECUTED);
        orders_post(orders);
        return;
    }

    orders->in_flight = 1;
    ((ngx_commerce_orders_group_t *) f->state)->orders = orders;

    f->lane = NGX_COMMERCE_LANE_PAY;

    ngx_commerce_flow_start(f);
}


/* An order that is tried again goes alone. */

static ngx_uint_t
orders_size(ngx_commerce_orders_t *orders)
{
    ngx_uint_t             n, max;
    ngx_queue_t           *q;
    ngx_commerce_order_t  *order;

    max = orders->worker->conf->group_max;
    n = 0;

    for (q = ngx_queue_head(&orders->waiting);
         q != ngx_queue_sentinel(&orders->waiting) && n < max;
         q = ngx_queue_next(q))
    {
        order = ngx_queue_data(q, ngx_commerce_order_t, link);

        if (order->tries != 0) {
            return (n == 0) ? 1 : n;
        }

        n++;
    }

    return n;
}


static ngx_int_t
group_place(ngx_commerce_flow_t *f)
{
    ngx_commerce_orders_group_t  *group = f->state;

    if (group_fill(f, orders_size(group->orders)) != NGX_OK) {
        return NGX_ERROR;
    }

    group->values[0] = group_text(f);
    if (group->values[0] == NULL) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_try(f, NGX_COMMERCE_ORDERS_PLACE, group->values);
}


static ngx_int_t
group_fill(ngx_commerce_flow_t *f, ngx_uint_t n)
{
    uint64_t                      now;
    ngx_uint_t                    i;
    ngx_queue_t                  *q;
    ngx_commerce_order_t         *order;
    ngx_commerce_metrics_t       *metrics = f->worker->metrics;
    ngx_commerce_orders_group_t  *group = f->state;

    now = ngx_commerce_clock_us();

    group->members = ngx_pcalloc(f->pool, n * sizeof(ngx_commerce_order_t *));
    if (group->members == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        q = ngx_queue_head(&group->orders->waiting);
        order = ngx_queue_data(q, ngx_commerce_order_t, link);

        ngx_queue_remove(q);
        group->orders->nwaiting--;

        order->state = NGX_COMMERCE_ORDER_SENT;
        order->group = group;
        order->index = i;
        group->members[i] = order;
        group->n++;

        ngx_commerce_metrics_observe(metrics, NGX_COMMERCE_HISTOGRAM_GROUP_WAIT,
                                     now - order->joined);
    }

    ngx_commerce_metrics_observe(metrics, NGX_COMMERCE_HISTOGRAM_GROUP_SIZE,
                                 n);
    orders_tell(group->orders);

    return NGX_OK;
}


static char *
group_text(ngx_commerce_flow_t *f)
{
    size_t                        len;
    u_char                       *p, *text;
    ngx_uint_t                    i;
    ngx_commerce_orders_group_t  *group = f->state;

    len = sizeof("[]");

    for (i = 0; i < group->n; i++) {
        len += group->members[i]->text.len + 1;
    }

    text = ngx_pnalloc(f->pool, len);
    if (text == NULL) {
        return NULL;
    }

    p = text;
    *p++ = '[';

    for (i = 0; i < group->n; i++) {
        if (i != 0) {
            *p++ = ',';
        }

        p = ngx_cpymem(p, group->members[i]->text.data,
                       group->members[i]->text.len);
    }

    *p++ = ']';
    *p = '\0';

    return (char *) text;
}


/* Whatever became of the group: the rest is in group_finished(). */

static ngx_int_t
group_look(ngx_commerce_flow_t *f)
{
    return NGX_DONE;
}


static void
group_finished(ngx_commerce_flow_t *f)
{
    ngx_commerce_orders_group_t  *group = f->state;

    switch (f->status) {

    case NGX_COMMERCE_PG_OK:
        group_answers(f);
        break;

    case NGX_COMMERCE_PG_REFUSED:
        group_refused(f);
        break;

    case NGX_COMMERCE_PG_UNKNOWN:
        group_end(f, NGX_COMMERCE_ORDER_UNKNOWN);
        break;

    default:
        group_end(f, NGX_COMMERCE_ORDER_NOT_EXECUTED);
    }

    group->orders->in_flight = 0;

    orders_pause(group->orders, group->n);
}


static void
group_answers(ngx_commerce_flow_t *f)
{
    int64_t                       ordinal;
    ngx_str_t                     text;
    ngx_uint_t                    row;
    ngx_commerce_order_t         *order;
    ngx_commerce_orders_group_t  *group = f->state;

    /* without memory for the question nothing was asked */

    if (f->result == NULL) {
        group_end(f, NGX_COMMERCE_ORDER_NOT_EXECUTED);
        return;
    }

    for (row = 0; row < ngx_commerce_flow_rows(f); row++) {
        if (ngx_commerce_flow_cell(f, row, "ordinal", &text) != NGX_OK) {
            continue;
        }

        ordinal = ngx_atoi(text.data, text.len);
        if (ordinal < 1 || ordinal > (int64_t) group->n) {
            continue;
        }

        order = group->members[ordinal - 1];

        if (order != NULL && group_answer(f, row, order) == NGX_OK) {
            ngx_commerce_flow_share_time(order->flow, f);
            order_done(order, NGX_COMMERCE_ORDER_ANSWERED);
            group->members[ordinal - 1] = NULL;
        }
    }

    group_end(f, NGX_COMMERCE_ORDER_UNKNOWN);
}


static ngx_int_t
group_answer(ngx_commerce_flow_t *f, ngx_uint_t row,
    ngx_commerce_order_t *order)
{
    ngx_int_t    status;
    ngx_str_t    text;
    ngx_pool_t  *pool;

    if (ngx_commerce_flow_cell(f, row, "status", &text) != NGX_OK) {
        return NGX_ERROR;
    }

    status = ngx_atoi(text.data, text.len);
    if (status == NGX_ERROR) {
        return NGX_ERROR;
    }

    pool = order->flow->pool;

    order->status = status;
    order->problem = group_copy(f, row, "problem", pool);
    order->body = group_copy(f, row, "body", pool);
    order->replayed = ngx_commerce_flow_cell(f, row, "replayed", &text)
                      == NGX_OK && text.len != 0 && text.data[0] == 't';

    if (order->problem == NULL && order->body == NULL) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static char *
group_copy(ngx_commerce_flow_t *f, ngx_uint_t row, const char *column,
    ngx_pool_t *pool)
{
    char       *copy;
    ngx_str_t   text;

    if (ngx_commerce_flow_cell(f, row, column, &text) != NGX_OK) {
        return NULL;
    }

    copy = ngx_pnalloc(pool, text.len + 1);
    if (copy == NULL) {
        return NULL;
    }

    ngx_memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';

    return copy;
}


/* The transaction was undone; its orders go to the head of the queue. */

static void
group_refused(ngx_commerce_flow_t *f)
{
    ngx_uint_t                    i, rivals;
    ngx_commerce_order_t         *order;
    ngx_commerce_orders_group_t  *group = f->state;

    /* class 40: a deadlock, a serialization failure */

    rivals = ngx_strncmp(f->sqlstate, "40", 2) == 0;

    ngx_log_error(NGX_LOG_ERR, f->log, 0,
                  "commerce: a group of %ui orders was refused: %s %V",
                  group->n, f->sqlstate, &f->error_code);

    if (ngx_commerce_flow_unable(f)) {
        group_end(f, NGX_COMMERCE_ORDER_NOT_EXECUTED);
        return;
    }

    for (i = group->n; i-- > 0; /* void */) {
        order = group->members[i];

        if (order == NULL) {
            continue;
        }

        order->tries++;
        ngx_commerce_metrics_add(f->worker->metrics,
                                 NGX_COMMERCE_METRIC_ORDER_RETRY, 1);

        if (order->tries > ORDERS_TRIES || (group->n == 1 && !rivals)) {
            order_done(order, rivals ? NGX_COMMERCE_ORDER_NOT_EXECUTED
                                     : NGX_COMMERCE_ORDER_FAILED);
            continue;
        }

        order->state = NGX_COMMERCE_ORDER_WAITING;
        order->group = NULL;

        ngx_queue_insert_head(&group->orders->waiting, &order->link);
        group->orders->nwaiting++;
    }

    orders_tell(group->orders);
}


/* The same end for all members that have none yet. */

static void
group_end(ngx_commerce_flow_t *f, ngx_commerce_order_state_e state)
{
    ngx_uint_t                    i;
    ngx_commerce_orders_group_t  *group = f->state;

    for (i = 0; i < group->n; i++) {
        if (group->members[i] != NULL) {
            ngx_commerce_flow_share_time(group->members[i]->flow, f);
            group->members[i]->retry_after = f->retry_after;
            order_done(group->members[i], state);
        }
    }
}


static void
order_done(ngx_commerce_order_t *order, ngx_commerce_order_state_e state)
{
    order->group = NULL;
    order->state = state;

    ngx_commerce_flow_wake(order->flow);
}
