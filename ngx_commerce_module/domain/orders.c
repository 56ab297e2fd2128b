/*
 * POST /orders: an order joins its worker's queue, waits for its group and
 * answers with what the database said about it.  A client that leaves changes
 * nothing: the flow goes on without it.
 */

#include "orders.h"
#include "orders_group.h"
#include "orders_input.h"
#include "../base/text.h"


static ngx_int_t order_join(ngx_commerce_flow_t *f);
static ngx_int_t order_answer(ngx_commerce_flow_t *f);
static ngx_int_t order_placed(ngx_commerce_flow_t *f,
    ngx_commerce_order_t *order);
static void *orders_state(ngx_commerce_worker_t *worker);


static const ngx_commerce_step_t  order_steps[] = {
    { "waiting for its group", order_join },
    { "answering an order", order_answer },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_handler_t  orders_handlers[] = {
    { "place_order", order_steps, sizeof(ngx_commerce_order_t) },
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  orders_calls[] = {
    { "store", "~place_orders", { "orders", NULL } },
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_orders_domain = {
    "orders", orders_handlers, orders_calls, orders_state
};


static void *
orders_state(ngx_commerce_worker_t *worker)
{
    return ngx_commerce_orders_create(worker, &ngx_commerce_orders_domain);
}


static ngx_int_t
order_join(ngx_commerce_flow_t *f)
{
    ngx_int_t              rc;
    ngx_commerce_order_t  *order = f->state;

    rc = ngx_commerce_orders_check(f);
    if (rc != NGX_OK) {
        return rc;
    }

    order->flow = f;

    if (ngx_commerce_orders_text(f, &order->text) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_commerce_orders_join(ngx_commerce_flow_domain_state(f), order)
        != NGX_OK)
    {
        ngx_commerce_flow_retry(f, 1);
        return ngx_commerce_flow_fail(f, 503, "not_executed", NULL);
    }

    return ngx_commerce_flow_wait(f, f->worker->conf->deadline,
                                  ngx_commerce_orders_leave, order);
}


static ngx_int_t
order_answer(ngx_commerce_flow_t *f)
{
    ngx_commerce_order_t  *order = f->state;

    switch (order->state) {

    case NGX_COMMERCE_ORDER_ANSWERED:

        if (order->replayed
            && ngx_commerce_flow_header(f, "Idempotency-Replayed", "true")
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (order->problem != NULL) {
            return ngx_commerce_flow_fail(f, order->status, order->problem,
                                          order->body);
        }

        return order_placed(f, order);

    case NGX_COMMERCE_ORDER_NOT_EXECUTED:
        ngx_commerce_flow_retry(f, order->retry_after ? order->retry_after
                                                      : 1);
        return ngx_commerce_flow_fail(f, 503, "not_executed", NULL);

    case NGX_COMMERCE_ORDER_UNKNOWN:
        ngx_commerce_flow_retry(f, 1);
        return ngx_commerce_flow_fail(f, 503, "outcome_unknown", NULL);

    default:
        return ngx_commerce_flow_fail(f, 500, "internal_error", NULL);
    }
}


/* The body begins with {"id":"<uuid>", as core.orders_place() writes it. */

static ngx_int_t
order_placed(ngx_commerce_flow_t *f, ngx_commerce_order_t *order)
{
    static const char  head[] = "{\"id\":\"";

    u_char  location[sizeof("/api/v1/orders/") + NGX_COMMERCE_UUID_LEN];
    size_t  len;

    len = ngx_strlen(order->body);

    if (len < sizeof(head) + NGX_COMMERCE_UUID_LEN
        || ngx_strncmp(order->body, head, sizeof(head) - 1) != 0)
    {
        return NGX_ERROR;
    }

    ngx_sprintf(location, "/api/v1/orders/%*s%Z",
                (size_t) NGX_COMMERCE_UUID_LEN,
                order->body + sizeof(head) - 1);

    if (ngx_commerce_flow_header(f, "Location", (char *) location) != NGX_OK
        || ngx_commerce_flow_header(f, "ETag", "\"1\"") != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_answer_json(f, order->status, order->body, len);
}
