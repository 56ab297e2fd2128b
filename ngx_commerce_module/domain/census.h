/*
 * The domain that counts what the store has left to do, for domains.c.
 */

#ifndef NGX_COMMERCE_CENSUS_H
#define NGX_COMMERCE_CENSUS_H


#include "../gateway/flow.h"


extern const ngx_commerce_domain_t  ngx_commerce_census_domain;


#endif /* NGX_COMMERCE_CENSUS_H */
