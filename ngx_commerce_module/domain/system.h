/*
 * The domain of the gateway itself, for domains.c.
 */

#ifndef NGX_COMMERCE_SYSTEM_H
#define NGX_COMMERCE_SYSTEM_H


#include "../gateway/flow.h"


extern const ngx_commerce_domain_t  ngx_commerce_system_domain;


#endif /* NGX_COMMERCE_SYSTEM_H */
