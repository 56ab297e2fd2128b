/*
 * The domain that looks after the store between requests, for domains.c.
 */

#ifndef NGX_COMMERCE_UPKEEP_H
#define NGX_COMMERCE_UPKEEP_H


#include "../gateway/flow.h"


extern const ngx_commerce_domain_t  ngx_commerce_upkeep_domain;


#endif /* NGX_COMMERCE_UPKEEP_H */
