/*
 * Groups of orders: one call for all of them, an answer for each.
 *
 * When the database refuses a whole group, nothing of it was done. If another
 * group was in the way, this one is sent again as it is.  Otherwise each order
 * is tried again, alone, so that only the culprit fails; but not when it is
 * the server that cannot go on.
 */

#include "orders_group.h"
#include "../gateway/metrics.h"


#define ORDERS_TRIES   3             /* of an order alone */
#define ORDERS_RACES   5             /* lost to other groups */


/* The state of a group's flow; members that left are NULL. */
struct ngx_commerce_orders_group_s {
    ngx_commerce_orders_t         *orders;
    ngx_commerce_order_t         **members;
    ngx_uint_t                     n;
    const char                    *values[1];
};


static ngx_int_t group_fill(ngx_commerce_flow_t *f, ngx_uint_t n);
static char *group_text(ngx_commerce_flow_t *f);
static ngx_int_t group_place(ngx_commerce_flow_t *f);
static ngx_int_t group_look(ngx_commerce_flow_t *f);
static void group_finished(ngx_commerce_flow_t *f);
static void group_answers(ngx_commerce_flow_t *f);
static ngx_int_t group_answer(ngx_commerce_flow_t *f, ngx_uint_t row,
    ngx_commerce_order_t *order);
static void group_refused(ngx_commerce_flow_t *f);
static ngx_uint_t group_again(ngx_commerce_flow_t *f,
    ngx_commerce_order_t *order);
static ngx_uint_t group_raced(ngx_commerce_flow_t *f);
static void group_end(ngx_commerce_flow_t *f,
    ngx_commerce_order_state_e state);
static char *group_copy(ngx_commerce_flow_t *f, ngx_uint_t row,
    const char *column, ngx_pool_t *pool);


static const ngx_commerce_step_t  group_steps[] = {
    { "placing a group of orders", group_place },
    { "looking at its answers", group_look },
    NGX_COMMERCE_STEPS_END
};


ngx_int_t
ngx_commerce_orders_group(ngx_commerce_orders_t *orders,
    ngx_commerce_worker_t *worker, const ngx_commerce_domain_t *domain)
{
    ngx_commerce_flow_t          *f;
    ngx_commerce_orders_group_t  *group;

    f = ngx_commerce_flow_detached(worker, domain, group_steps,
                                   sizeof(ngx_commerce_orders_group_t),
                                   group_finished);
    if (f == NULL) {
        return NGX_ERROR;
    }

    group = f->state;
    group->orders = orders;

    f->lane = NGX_COMMERCE_LANE_PAY;

    ngx_commerce_flow_start(f);

    return NGX_OK;
}


void
ngx_commerce_orders_group_leave(ngx_commerce_order_t *order)
{
    order->group->members[order->index] = NULL;
}


static ngx_int_t
group_place(ngx_commerce_flow_t *f)
{
    ngx_commerce_orders_group_t  *group = f->state;

    if (group_fill(f, ngx_commerce_orders_size(group->orders)) != NGX_OK) {
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
    ngx_commerce_order_t         *order;
    ngx_commerce_metrics_t       *metrics = f->worker->metrics;
    ngx_commerce_orders_group_t  *group = f->state;

    now = ngx_commerce_clock_us();

    group->members = ngx_pcalloc(f->pool, n * sizeof(ngx_commerce_order_t *));
    if (group->members == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        order = ngx_commerce_orders_take(group->orders);

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

    ngx_commerce_orders_ended(group->orders, group->n);
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
            ngx_commerce_orders_done(order, NGX_COMMERCE_ORDER_ANSWERED);
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
    ngx_uint_t                    i, level;
    ngx_commerce_order_t         *order;
    ngx_commerce_orders_group_t  *group = f->state;

    level = group_raced(f) ? NGX_LOG_INFO : NGX_LOG_ERR;

    ngx_log_error(level, f->log, 0,
                  "commerce: a group of %ui orders was refused: %s %V",
                  group->n, f->sqlstate, &f->error_code);

    if (ngx_commerce_flow_unable(f)) {
        group_end(f, NGX_COMMERCE_ORDER_NOT_EXECUTED);
        return;
    }

    for (i = group->n; i-- > 0; /* void */) {
        order = group->members[i];

        if (order == NULL || !group_again(f, order)) {
            continue;
        }

        ngx_commerce_orders_back(group->orders, order);
    }
}


/* Whether an order of a refused group is tried again; else it is done. */

static ngx_uint_t
group_again(ngx_commerce_flow_t *f, ngx_commerce_order_t *order)
{
    ngx_uint_t                    raced;
    ngx_commerce_orders_group_t  *group = f->state;

    raced = group_raced(f);

    ngx_commerce_metrics_add(f->worker->metrics,
                             NGX_COMMERCE_METRIC_ORDER_RETRY, 1);

    if (raced && ++order->races <= ORDERS_RACES) {
        return 1;
    }

    if (++order->tries <= ORDERS_TRIES && (group->n != 1 || raced)) {
        return 1;
    }

    ngx_commerce_orders_done(order,
                             raced ? NGX_COMMERCE_ORDER_NOT_EXECUTED
                                   : NGX_COMMERCE_ORDER_FAILED);
    return 0;
}


/*
 * Another group was in the way: class 40 is a deadlock or a serialization
 * failure, 23505 a key or a reference that it stored first.
 */

static ngx_uint_t
group_raced(ngx_commerce_flow_t *f)
{
    return ngx_strncmp(f->sqlstate, "40", 2) == 0
           || ngx_strcmp(f->sqlstate, "23505") == 0;
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
            ngx_commerce_orders_done(group->members[i], state);
        }
    }
}
