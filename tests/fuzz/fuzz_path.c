/*
 * A request's path and query: routed, cut, decoded, checked as parameters, put
 * into an array literal.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query.h"
#include "route.h"
#include "text.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static const char *const  paths[] = {
    "/", "/a", "/a/{x}", "/a/b", "/a/{x}/c", "/a/b/{y}/d", "/{p}/{q}/{r}",
    "/api/v1/products/{id}", "/api/v1/products/batch"
};


#define NPATHS  (sizeof(paths) / sizeof(paths[0]))


static const ngx_commerce_contract_t *
routes(void)
{
    char                             error[256];
    size_t                           i;
    ngx_commerce_str_t               path;
    static ngx_commerce_contract_t   contract;
    static ngx_commerce_operation_t  operations[NPATHS];

    if (contract.arena != NULL) {
        return &contract;
    }

    contract.arena = ngx_commerce_arena_create();

    for (i = 0; i < NPATHS; i++) {
        path.data = (u_char *) paths[i];
        path.len = strlen(paths[i]);
        operations[i].method = NGX_COMMERCE_GET;

        if (ngx_commerce_route_add(&contract, &path, &operations[i], error,
                                   sizeof(error)) != 0)
        {
            abort();
        }
    }

    return &contract;
}


/* Values lie inside the path, are never empty and hold no slash. */

static void
check_match(const ngx_commerce_str_t *path, const ngx_commerce_match_t *match)
{
    unsigned             i;
    const ngx_commerce_str_t  *value;

    for (i = 0; i < match->nvalues; i++) {
        value = &match->values[i];

        if (value->len == 0 || value->data < path->data
            || value->data + value->len > path->data + path->len
            || memchr(value->data, '/', value->len) != NULL)
        {
            abort();
        }
    }
}


static void
check_query(ngx_commerce_str_t args)
{
    u_char              *buf, *p, *item, *end;
    ngx_commerce_str_t   name, value;

    buf = malloc(args.len + 1);
    item = malloc(args.len * 2 + 4);
    p = buf;
    end = buf + args.len;

    while (ngx_commerce_query_next(&args, &p, &name, &value) == 1) {

        if (p > end
            || ngx_commerce_text_utf8_length(value.data, value.len) < 0
            || memchr(value.data, '\0', value.len) != NULL)
        {
            abort();
        }

        if (ngx_commerce_query_array_item(item, value.data, value.len, 0)
            > item + value.len * 2 + 4)
        {
            abort();
        }
    }

    free(item);
    free(buf);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                  cut;
    u_char                 *copy;
    const uint8_t          *mark;
    ngx_commerce_str_t      path, args;
    ngx_commerce_match_t    match;
    ngx_commerce_route_e    found;

    mark = (size != 0) ? memchr(data, '?', size) : NULL;
    cut = (mark != NULL) ? (size_t) (mark - data) : size;

    copy = malloc(cut ? cut : 1);

    if (cut != 0) {
        memcpy(copy, data, cut);
    }

    path.data = copy;
    path.len = cut;

    found = ngx_commerce_route_find(routes(), NGX_COMMERCE_GET, &path,
                                    &match);

    if (found == NGX_COMMERCE_ROUTE_FOUND) {
        check_match(&path, &match);
    }

    if ((found == NGX_COMMERCE_ROUTE_FOUND) != (match.operation != NULL)) {
        abort();
    }

    free(copy);

    if (mark != NULL) {
        args.data = (u_char *) mark + 1;
        args.len = size - cut - 1;
        check_query(args);
    }

    return 0;
}
