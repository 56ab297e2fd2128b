/*
 * The domain of orders, for the table of domains.
 */

#ifndef NGX_COMMERCE_ORDERS_H
#define NGX_COMMERCE_ORDERS_H


#include "../gateway/flow.h"


extern const ngx_commerce_domain_t  ngx_commerce_orders_domain;


#endif /* NGX_COMMERCE_ORDERS_H */
