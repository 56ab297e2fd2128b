/*
 * Parameters: those of the path item and of the operation, put in order (path
 * by the path, then query, then headers), with the roles that the gateway
 * plays for some of them.
 *
 * Called by contract_compile.c after the answers are known: `limit` and
 * `cursor` mean pages only where the answer is a list.
 */

#include <strings.h>

#include "contract_build.h"


#define PARAM_MAX  64


typedef struct {
    const ngx_commerce_node_t  *nodes[PARAM_MAX];
    const ngx_commerce_node_t  *places[PARAM_MAX];   /* for messages */
    const ngx_commerce_node_t  *lists[PARAM_MAX];
    unsigned                    count;
} param_set_t;


static int param_collect(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *list, param_set_t *set);
static int param_same(const ngx_commerce_node_t *a,
    const ngx_commerce_node_t *b);
static int param_path(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place, param_set_t *set);
static int param_path_one(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place, param_set_t *set,
    const ngx_commerce_str_t *name);
static int param_rest(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place, param_set_t *set,
    ngx_commerce_param_in_e in);
static int param_compile(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node, ngx_commerce_param_in_e in);
static int param_flags(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_param_t *param);
static int param_role(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node, ngx_commerce_param_t *param);
static int param_arg(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node, ngx_commerce_param_t *param);


static const char *const  param_places[] = {
    "path", "query", "header", NULL
};


static const char *const  param_keys[] = {
    "name", "in", "description", "required", "deprecated", "schema", "style",
    "explode", "example", "examples", "x-commerce-prefix", NULL
};


int
ngx_commerce_contract_params(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place)
{
    param_set_t  set;

    set.count = 0;

    if (param_collect(build, ngx_commerce_node_get(place->item, "parameters"),
                      &set) != 0
        || param_collect(build,
                         ngx_commerce_node_get(place->node, "parameters"),
                         &set) != 0)
    {
        return -1;
    }

    place->operation->params = ngx_commerce_arena_alloc(build->arena,
                                 set.count * sizeof(ngx_commerce_param_t));

    if (place->operation->params == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    return param_path(build, place, &set)
           || param_rest(build, place, &set, NGX_COMMERCE_IN_QUERY)
           || param_rest(build, place, &set, NGX_COMMERCE_IN_HEADER);
}


/* Those of the operation take the place of those of the path item. */

static int
param_collect(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *list, param_set_t *set)
{
    unsigned                    i, k;
    const ngx_commerce_node_t  *node;

    if (list == NULL) {
        return 0;
    }

    if (ngx_commerce_contract_type(build, list, NGX_COMMERCE_NODE_LIST) != 0) {
        return -1;
    }

    for (i = 0; i < list->nitems; i++) {
        node = ngx_commerce_contract_deref(build, list->items[i]);

        if (node == NULL
            || ngx_commerce_contract_keys(build, node, "a parameter",
                                          param_keys)
               != 0)
        {
            return -1;
        }

        for (k = 0; k < set->count; k++) {

            if (param_same(set->nodes[k], node)) {
                break;
            }
        }

        if (k != set->count && set->lists[k] == list) {
            return ngx_commerce_contract_fail(build, list->items[i],
                                          "the parameter is declared twice");
        }

        if (k == PARAM_MAX) {
            return ngx_commerce_contract_fail(build, list, "more than %d "
                                              "parameters", PARAM_MAX);
        }

        set->nodes[k] = node;
        set->places[k] = list->items[i];
        set->lists[k] = list;
        set->count += (k == set->count);
    }

    return 0;
}


static int
param_same(const ngx_commerce_node_t *a, const ngx_commerce_node_t *b)
{
    const ngx_commerce_node_t  *p, *q, *r, *s;

    p = ngx_commerce_node_get(a, "name");
    q = ngx_commerce_node_get(b, "name");
    r = ngx_commerce_node_get(a, "in");
    s = ngx_commerce_node_get(b, "in");

    return p != NULL && q != NULL && r != NULL && s != NULL
           && ngx_commerce_node_equal(p, q) && ngx_commerce_node_equal(r, s);
}


/* Path parameters by the path's order; none may be left over. */

static int
param_path(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place, param_set_t *set)
{
    size_t                      len;
    unsigned                    i;
    const char                 *p, *in;
    ngx_commerce_str_t          name;
    const ngx_commerce_node_t  *node;

    for (p = (char *) place->operation->path.data; *p == '/'; p += len) {
        p++;
        len = strcspn(p, "/");

        if (memchr(p, '{', len) == NULL && memchr(p, '}', len) == NULL) {
            continue;
        }

        if (len < 3 || p[0] != '{' || p[len - 1] != '}'
            || memchr(p + 1, '{', len - 1) != NULL
            || memchr(p, '}', len - 1) != NULL)
        {
            return ngx_commerce_contract_fail(build, place->item,
                             "a path parameter must be a segment of its own");
        }

        name.data = (u_char *) p + 1;
        name.len = len - 2;

        if (param_path_one(build, place, set, &name) != 0) {
            return -1;
        }
    }

    for (i = 0; i < set->count; i++) {
        node = (set->nodes[i] != NULL)
               ? ngx_commerce_node_get(set->nodes[i], "in") : NULL;
        in = (node != NULL && node->type == NGX_COMMERCE_NODE_STRING)
             ? (char *) node->text.data : "";

        if (strcmp(in, "path") == 0) {
            return ngx_commerce_contract_fail(build, set->places[i],
                                              "the path \"%s\" has no such "
                                              "parameter",
                                        (char *) place->item->key.data);
        }
    }

    return 0;
}


static int
param_path_one(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place, param_set_t *set,
    const ngx_commerce_str_t *name)
{
    unsigned                    i;
    const ngx_commerce_node_t  *in, *node, *required;

    for (i = 0; i < set->count; i++) {

        if (set->nodes[i] == NULL) {
            continue;
        }

        node = ngx_commerce_node_get(set->nodes[i], "name");
        in = ngx_commerce_node_get(set->nodes[i], "in");

        if (node == NULL || in == NULL
            || !ngx_commerce_str_eq(&node->text, name)
            || !ngx_commerce_str_is(&in->text, "path"))
        {
            continue;
        }

        node = set->nodes[i];
        set->nodes[i] = NULL;
        required = ngx_commerce_node_get(node, "required");

        if (required == NULL || required->type != NGX_COMMERCE_NODE_BOOL
            || !required->integer)
        {
            return ngx_commerce_contract_fail(build, node, "a path parameter "
                                              "must have required: true");
        }

        if (place->operation->nparams == NGX_COMMERCE_PATH_PARAMS_MAX) {
            return ngx_commerce_contract_fail(build, place->item, "more than "
                                              "%d path parameters",
                                              NGX_COMMERCE_PATH_PARAMS_MAX);
        }

        return param_compile(build, place, node, NGX_COMMERCE_IN_PATH);
    }

    return ngx_commerce_contract_fail(build, place->node, "path parameter "
                                      "\"%.*s\" is not declared",
                                      (int) name->len, (char *) name->data);
}


static int
param_rest(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place, param_set_t *set,
    ngx_commerce_param_in_e in)
{
    int                         found;
    unsigned                    i;
    const ngx_commerce_node_t  *node;

    for (i = 0; i < set->count; i++) {

        if (set->nodes[i] == NULL) {
            continue;
        }

        node = ngx_commerce_node_get(set->nodes[i], "in");

        if (node == NULL) {
            return ngx_commerce_contract_fail(build, set->nodes[i],
                                              "a parameter needs \"in\"");
        }

        found = ngx_commerce_contract_word(build, node, param_places);

        if (found < 0
            || (found == (int) in
                && param_compile(build, place, set->nodes[i], in) != 0))
        {
            return -1;
        }
    }

    return 0;
}


static int
param_compile(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node, ngx_commerce_param_in_e in)
{
    ngx_commerce_param_t       *param;
    const ngx_commerce_node_t  *name;

    name = ngx_commerce_node_get(node, "name");

    if (name == NULL || name->type != NGX_COMMERCE_NODE_STRING
        || name->text.len == 0)
    {
        return ngx_commerce_contract_fail(build, node,
                                          "a parameter needs a name");
    }

    param = &place->operation->params[place->operation->nparams];
    param->name = name->text;
    param->in = in;

    if (param_flags(build, node, param) != 0
        || param_role(build, place, node, param) != 0
        || param_arg(build, place, node, param) != 0
        || ngx_commerce_contract_param_schema(build, node, param) != 0)
    {
        return -1;
    }

    place->operation->nparams++;

    return 0;
}


static int
param_flags(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_param_t *param)
{
    const ngx_commerce_node_t  *required, *explode, *style, *prefix;

    required = ngx_commerce_node_get(node, "required");
    explode = ngx_commerce_node_get(node, "explode");
    style = ngx_commerce_node_get(node, "style");
    prefix = ngx_commerce_node_get(node, "x-commerce-prefix");

    if (ngx_commerce_contract_type(build, required, NGX_COMMERCE_NODE_BOOL)
        || ngx_commerce_contract_type(build, explode, NGX_COMMERCE_NODE_BOOL)
        || ngx_commerce_contract_type(build, prefix,
                                      NGX_COMMERCE_NODE_STRING))
    {
        return -1;
    }

    if (style != NULL
        && !ngx_commerce_str_is(&style->text,
                                (param->in == NGX_COMMERCE_IN_QUERY)
                                ? "form" : "simple"))
    {
        return ngx_commerce_contract_fail(build, style,
                                          "unsupported style of a parameter");
    }

    param->required = (required != NULL && required->integer);
    param->explode = (param->in == NGX_COMMERCE_IN_QUERY
                      && (explode == NULL || explode->integer));

    if (prefix == NULL) {
        return 0;
    }

    if (param->in != NGX_COMMERCE_IN_QUERY || prefix->text.len == 0) {
        return ngx_commerce_contract_fail(build, prefix, "a prefix is for "
                                          "query parameters");
    }

    param->prefix = prefix->text;
    param->role = NGX_COMMERCE_ROLE_PREFIX;

    return 0;
}


static int
param_role(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node, ngx_commerce_param_t *param)
{
    const char  *name;

    name = (char *) param->name.data;

    if (param->in == NGX_COMMERCE_IN_HEADER) {

        if (strcasecmp(name, "Accept-Language") == 0) {
            param->role = NGX_COMMERCE_ROLE_LANGUAGE;

        } else if (strcasecmp(name, "Idempotency-Key") == 0) {
            param->role = NGX_COMMERCE_ROLE_IDEMPOTENCY_KEY;

        } else if (strcasecmp(name, "If-Match") == 0) {
            param->role = NGX_COMMERCE_ROLE_IF_MATCH;

        } else if (place->operation->handler.data == NULL) {
            return ngx_commerce_contract_fail(build, node, "header \"%s\" is "
                                              "read by handlers only", name);
        }

        return 0;
    }

    if (param->in == NGX_COMMERCE_IN_QUERY
        && place->operation->result == NGX_COMMERCE_RESULT_LIST)
    {
        if (strcmp(name, "limit") == 0) {
            param->role = NGX_COMMERCE_ROLE_LIMIT;

        } else if (strcmp(name, "cursor") == 0) {
            param->role = NGX_COMMERCE_ROLE_CURSOR;
        }
    }

    return 0;
}


/* The name in SQL: '-' and '.' become '_'; unique in the operation. */

static int
param_arg(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node, ngx_commerce_param_t *param)
{
    size_t    i;
    u_char    c;
    unsigned  k;

    param->arg = (param->role == NGX_COMMERCE_ROLE_LANGUAGE)
                 ? ngx_commerce_arena_print(build->arena, "language")
                 : ngx_commerce_arena_copy(build->arena, param->name.data,
                                           param->name.len);

    if (param->arg.data == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    for (i = 0; i < param->arg.len; i++) {
        c = param->arg.data[i];

        if (c == '-' || c == '.') {
            param->arg.data[i] = '_';

        } else if (param->in == NGX_COMMERCE_IN_HEADER
                   && c >= 'A' && c <= 'Z')
        {
            param->arg.data[i] = c | 0x20;
        }
    }

    if (!ngx_commerce_contract_is_name(&param->arg)) {
        return ngx_commerce_contract_fail(build, node, "\"%s\" is not a name "
                                          "for a parameter (a-z, 0-9, _, -)",
                                          (char *) param->name.data);
    }

    for (k = 0; k < place->operation->nparams; k++) {

        if (ngx_commerce_str_eq(&place->operation->params[k].arg,
                                &param->arg))
        {
            return ngx_commerce_contract_fail(build, node, "two parameters "
                                              "are \"%s\" in SQL",
                                              (char *) param->arg.data);
        }
    }

    return 0;
}
