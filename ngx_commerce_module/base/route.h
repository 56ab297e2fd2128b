/*
 * The route trie: one node a path segment, literal before parameter.  Built by
 * contract_load into the contract's arena; read-only.
 */

#ifndef NGX_COMMERCE_ROUTE_H
#define NGX_COMMERCE_ROUTE_H


#include "contract.h"


typedef enum {
    NGX_COMMERCE_ROUTE_FOUND = 0,
    NGX_COMMERCE_ROUTE_NOT_FOUND,
    NGX_COMMERCE_ROUTE_METHOD,          /* the path exists; see `allow` */
    NGX_COMMERCE_ROUTE_SLASH            /* exists without the last slash */
} ngx_commerce_route_e;


typedef struct {
    const ngx_commerce_operation_t  *operation;
    unsigned                         allow;    /* methods of the path */
    unsigned                         nvalues;
    ngx_commerce_str_t               values[NGX_COMMERCE_PATH_PARAMS_MAX];
                                     /* of {parameters}, in order; point
                                        into `path` */
} ngx_commerce_match_t;


/*
 * Finds the operation of a decoded path ('/api/v1/products/42').  A parameter
 * never matches an empty segment.  Pure; no allocation.  path params of an
 * operation stand in operation->params in path order, before the others.
 */
ngx_commerce_route_e ngx_commerce_route_find(
    const ngx_commerce_contract_t *contract, unsigned method,
    const ngx_commerce_str_t *path, ngx_commerce_match_t *match);

/* Adds a path of an operation; -1 and `error` on a clash. */
int ngx_commerce_route_add(ngx_commerce_contract_t *contract,
    const ngx_commerce_str_t *path, const ngx_commerce_operation_t *operation,
    char *error, size_t size);


#endif /* NGX_COMMERCE_ROUTE_H */
