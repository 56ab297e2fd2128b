/*
 * One order on its way to api.place_orders: what only staff may say, and the
 * JSON text of the order with who asks for it.
 */

#ifndef NGX_COMMERCE_ORDERS_INPUT_H
#define NGX_COMMERCE_ORDERS_INPUT_H


#include "../gateway/flow.h"


/*
 * Checks what the contract's schema cannot say.  NGX_OK, or the result of
 * having answered with a problem.  Event loop.
 */
ngx_int_t ngx_commerce_orders_check(ngx_commerce_flow_t *f);

/*
 * The order as a JSON object: its body with `_id`, `_scope`, `_key` and the
 * other members of core.orders_read() behind it, in f->pool.  NGX_ERROR
 * without memory.
 */
ngx_int_t ngx_commerce_orders_text(ngx_commerce_flow_t *f, ngx_str_t *text);


#endif /* NGX_COMMERCE_ORDERS_INPUT_H */
