/*
 * Looking after the change feeds; see feeds.c.
 */

#ifndef NGX_COMMERCE_FEEDS_H
#define NGX_COMMERCE_FEEDS_H


#include "../gateway/flow.h"


extern const ngx_commerce_domain_t  ngx_commerce_feeds_domain;


#endif /* NGX_COMMERCE_FEEDS_H */
