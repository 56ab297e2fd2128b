/*
 * The query string of a request, cut and decoded (WHATWG URL, form encoding
 * of application/x-www-form-urlencoded), and PostgreSQL array literals made of
 * parameters.
 */

#ifndef NGX_COMMERCE_QUERY_H
#define NGX_COMMERCE_QUERY_H


#include "str.h"


/*
 * Takes the next pair of `args`: decodes name and value into `buf` (at least
 * as long as `args`; advanced), moves `args` on.  Returns 1 with a pair, 0 at
 * the end, -1 on bad percent-encoding, a NUL or bytes that are not UTF-8.
 */
int ngx_commerce_query_next(ngx_commerce_str_t *args, u_char **buf,
    ngx_commerce_str_t *name, ngx_commerce_str_t *value);

/*
 * Appends an element to a PostgreSQL array literal being built in `out`
 * (quoted and escaped always); out must have 2 * len + 4 bytes free.  Returns
 * the new end.  The caller writes the braces.
 */
u_char *ngx_commerce_query_array_item(u_char *out, const u_char *p, size_t len,
    int first);


#endif /* NGX_COMMERCE_QUERY_H */
