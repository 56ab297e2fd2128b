/*
 * The domain that reads the audit log, for domains.c.
 */

#ifndef NGX_COMMERCE_AUDIT_H
#define NGX_COMMERCE_AUDIT_H


#include "../gateway/flow.h"


extern const ngx_commerce_domain_t  ngx_commerce_audit_domain;


#endif /* NGX_COMMERCE_AUDIT_H */
