/*
 * The route trie.  One node a path segment; literal children are sorted and
 * searched by halves, a node has at most one parameter child.
 *
 * Built by the contract's loader (ngx_commerce_route_add) in its arena, read
 * by the gateway for each request without locks or allocation.
 *
 * The path is chosen before the method, as OpenAPI says: where both
 * /products/batch and /products/{id} exist, DELETE /products/batch is 405 if
 * only POST is declared there.
 */

#include <stdio.h>

#include "route.h"


#define ROUTE_METHODS       5
#define ROUTE_SEGMENTS_MAX  24


typedef struct route_child_s  route_child_t;


struct ngx_commerce_route_s {
    route_child_t                   *literals;     /* sorted by name */
    unsigned                         nliterals;
    unsigned                         capacity;
    ngx_commerce_route_t            *parameter;
    unsigned                         methods;
    const ngx_commerce_operation_t  *operations[ROUTE_METHODS];
};


struct route_child_s {
    ngx_commerce_str_t     name;
    ngx_commerce_route_t  *node;
};


typedef struct {
    ngx_commerce_str_t  segments[ROUTE_SEGMENTS_MAX];
    unsigned            nsegments;
} route_path_t;


static int route_split(const ngx_commerce_str_t *path, route_path_t *split);
static const ngx_commerce_route_t *route_search(
    const ngx_commerce_route_t *node, const route_path_t *path, unsigned at,
    ngx_commerce_match_t *match);
static unsigned route_position(const ngx_commerce_route_t *node,
    const ngx_commerce_str_t *name, int *found);
static ngx_commerce_route_t *route_child(ngx_commerce_arena_t *arena,
    ngx_commerce_route_t *node, const ngx_commerce_str_t *name);
static ngx_commerce_route_t *route_insert(ngx_commerce_arena_t *arena,
    ngx_commerce_route_t *node, const ngx_commerce_str_t *name, unsigned at);
static int route_is_parameter(const ngx_commerce_str_t *segment);
static unsigned route_method_index(unsigned method);


ngx_commerce_route_e
ngx_commerce_route_find(const ngx_commerce_contract_t *contract,
    unsigned method, const ngx_commerce_str_t *path,
    ngx_commerce_match_t *match)
{
    int                          slash;
    route_path_t                 split;
    const ngx_commerce_route_t  *node;

    memset(match, 0, offsetof(ngx_commerce_match_t, values));

    if (contract->routes == NULL || route_split(path, &split) != 0) {
        return NGX_COMMERCE_ROUTE_NOT_FOUND;
    }

    slash = split.nsegments > 1
            && split.segments[split.nsegments - 1].len == 0
            && split.segments[split.nsegments - 2].len != 0;

    if (slash) {
        split.nsegments--;
    }

    node = route_search(contract->routes, &split, 0, match);

    if (node == NULL) {
        return NGX_COMMERCE_ROUTE_NOT_FOUND;
    }

    match->allow = node->methods;

    if (slash) {
        return NGX_COMMERCE_ROUTE_SLASH;
    }

    if (!(node->methods & method)) {
        return NGX_COMMERCE_ROUTE_METHOD;
    }

    match->operation = node->operations[route_method_index(method)];

    return NGX_COMMERCE_ROUTE_FOUND;
}


/* '/a/b' is "a", "b"; '/' is one empty segment; -1 when there are too many. */

static int
route_split(const ngx_commerce_str_t *path, route_path_t *split)
{
    size_t         len;
    const u_char  *p, *end, *slash;

    if (path->len == 0 || path->data[0] != '/') {
        return -1;
    }

    p = path->data + 1;
    end = path->data + path->len;
    split->nsegments = 0;

    for ( ;; ) {

        if (split->nsegments == ROUTE_SEGMENTS_MAX) {
            return -1;
        }

        slash = (p < end) ? memchr(p, '/', (size_t) (end - p)) : NULL;
        len = (size_t) ((slash != NULL ? slash : end) - p);

        split->segments[split->nsegments].data = (u_char *) p;
        split->segments[split->nsegments].len = len;
        split->nsegments++;

        if (slash == NULL) {
            return 0;
        }

        p = slash + 1;
    }
}


/*
 * The literal branch first; the parameter when nothing lies behind it.  Tries
 * at most 2^depth nodes of a trie whose parameters are few.
 */

static const ngx_commerce_route_t *
route_search(const ngx_commerce_route_t *node, const route_path_t *path,
    unsigned at, ngx_commerce_match_t *match)
{
    int                          found;
    unsigned                     position, nvalues;
    const ngx_commerce_route_t  *last;

    if (at == path->nsegments) {
        return (node->methods != 0) ? node : NULL;
    }

    nvalues = match->nvalues;
    position = route_position(node, &path->segments[at], &found);

    if (found) {
        last = route_search(node->literals[position].node, path, at + 1,
                            match);
        if (last != NULL) {
            return last;
        }
    }

    if (node->parameter == NULL || path->segments[at].len == 0
        || nvalues == NGX_COMMERCE_PATH_PARAMS_MAX)
    {
        return NULL;
    }

    match->values[nvalues] = path->segments[at];
    match->nvalues = nvalues + 1;

    last = route_search(node->parameter, path, at + 1, match);

    if (last == NULL) {
        match->nvalues = nvalues;
    }

    return last;
}


/* Where a literal stands, or where it would be inserted. */

static unsigned
route_position(const ngx_commerce_route_t *node,
    const ngx_commerce_str_t *name, int *found)
{
    int                        rc;
    unsigned                   low, high, mid;
    const ngx_commerce_str_t  *other;

    low = 0;
    high = node->nliterals;

    while (low < high) {
        mid = low + (high - low) / 2;
        other = &node->literals[mid].name;

        rc = (name->len > other->len) - (name->len < other->len);

        if (rc == 0 && name->len != 0) {
            rc = memcmp(name->data, other->data, name->len);
        }

        if (rc == 0) {
            *found = 1;
            return mid;
        }

        if (rc < 0) {
            high = mid;

        } else {
            low = mid + 1;
        }
    }

    *found = 0;

    return low;
}


int
ngx_commerce_route_add(ngx_commerce_contract_t *contract,
    const ngx_commerce_str_t *path, const ngx_commerce_operation_t *operation,
    char *error, size_t size)
{
    unsigned               i, m;
    route_path_t           split;
    ngx_commerce_route_t  *node;

    if (route_split(path, &split) != 0) {
        (void) snprintf(error, size, "path \"%.*s\" must begin with \"/\" and "
                        "have at most %d segments", (int) path->len,
                        (char *) path->data, ROUTE_SEGMENTS_MAX);
        return -1;
    }

    if (contract->routes == NULL) {
        contract->routes = ngx_commerce_arena_alloc(contract->arena,
                                                sizeof(ngx_commerce_route_t));
    }

    node = contract->routes;

    for (i = 0; i < split.nsegments && node != NULL; i++) {
        node = route_child(contract->arena, node, &split.segments[i]);
    }

    if (node == NULL) {
        (void) snprintf(error, size, "no memory");
        return -1;
    }

    m = route_method_index(operation->method);

    if (node->operations[m] != NULL) {
        (void) snprintf(error, size, "path \"%.*s\" clashes with operation "
                        "\"%s\"", (int) path->len, (char *) path->data,
                        (char *) node->operations[m]->id.data);
        return -1;
    }

    node->operations[m] = operation;
    node->methods |= operation->method;

    return 0;
}


static ngx_commerce_route_t *
route_child(ngx_commerce_arena_t *arena, ngx_commerce_route_t *node,
    const ngx_commerce_str_t *name)
{
    int       found;
    unsigned  at;

    if (route_is_parameter(name)) {

        if (node->parameter == NULL) {
            node->parameter = ngx_commerce_arena_alloc(arena,
                                                sizeof(ngx_commerce_route_t));
        }

        return node->parameter;
    }

    at = route_position(node, name, &found);

    return found ? node->literals[at].node
                 : route_insert(arena, node, name, at);
}


static ngx_commerce_route_t *
route_insert(ngx_commerce_arena_t *arena, ngx_commerce_route_t *node,
    const ngx_commerce_str_t *name, unsigned at)
{
    unsigned        capacity;
    route_child_t  *children;

    if (node->nliterals == node->capacity) {
        capacity = (node->capacity != 0) ? node->capacity * 2 : 4;

        children = ngx_commerce_arena_alloc(arena,
                                            capacity * sizeof(route_child_t));
        if (children == NULL) {
            return NULL;
        }

        if (node->nliterals != 0) {
            memcpy(children, node->literals,
                   node->nliterals * sizeof(route_child_t));
        }

        node->literals = children;
        node->capacity = capacity;
    }

    children = &node->literals[at];

    memmove(children + 1, children,
            (node->nliterals - at) * sizeof(route_child_t));

    children->name = ngx_commerce_arena_copy(arena, name->data, name->len);
    children->node = ngx_commerce_arena_alloc(arena,
                                              sizeof(ngx_commerce_route_t));
    node->nliterals++;

    return (children->name.data != NULL) ? children->node : NULL;
}


static int
route_is_parameter(const ngx_commerce_str_t *segment)
{
    return segment->len > 2 && segment->data[0] == '{'
           && segment->data[segment->len - 1] == '}';
}


static unsigned
route_method_index(unsigned method)
{
    return (unsigned) __builtin_ctz(method | 1u << (ROUTE_METHODS - 1));
}
