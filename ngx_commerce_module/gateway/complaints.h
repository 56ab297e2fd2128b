/*
 * The `errors` of a problem, collected: {"errors":[{"pointer","code"} ...]}.
 */

#ifndef NGX_COMMERCE_COMPLAINTS_H
#define NGX_COMMERCE_COMPLAINTS_H


#include "flow.h"
#include "../base/schema.h"


typedef struct {
    json_t   *list;                      /* NULL: none yet */
} ngx_commerce_complaints_t;


/* Adds one; at most NGX_COMMERCE_ERRORS_MAX are kept. */
void ngx_commerce_complain(ngx_commerce_complaints_t *c, const char *place,
    const char *name, size_t len, const char *code, const int64_t *limit);

/* Adds all of a schema check. */
void ngx_commerce_complain_schema(ngx_commerce_complaints_t *c,
    const ngx_commerce_schema_errors_t *errors);

/* Answers with them, and frees them. */
ngx_int_t ngx_commerce_complaints_fail(ngx_commerce_flow_t *f,
    ngx_commerce_complaints_t *c, ngx_uint_t status, const char *code);


#endif /* NGX_COMMERCE_COMPLAINTS_H */
