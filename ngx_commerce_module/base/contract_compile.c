/*
 * Operations: found in the paths of all files, compiled one by one, put into
 * the route trie.
 *
 * Called by contract_load.c.  The parts of an operation are compiled by
 * contract_param.c, contract_body.c, contract_policy.c and contract_sql.c.
 */

#include <stdio.h>

#include "contract_build.h"
#include "route.h"


#define COMPILE_METHODS  5


typedef struct {
    const char  *name;
    unsigned     method;
} compile_method_t;


static ngx_commerce_contract_place_t *compile_places(
    ngx_commerce_contract_build_t *build, unsigned *nplaces);
static int compile_place(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_place_t *places, unsigned *nplaces,
    const ngx_commerce_contract_file_t *file);
static int compile_item(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_place_t *places, unsigned *nplaces,
    const ngx_commerce_contract_file_t *file, const ngx_commerce_node_t *item);
static int compile_operation(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_place_t *places, unsigned at);
static int compile_id(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_place_t *places, unsigned at);
static int compile_path(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_place_t *place);
static int compile_routes(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place);
static int compile_alias(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *alias);
static int compile_same_names(const ngx_commerce_str_t *a,
    const ngx_commerce_str_t *b);


static const compile_method_t  compile_methods[COMPILE_METHODS] = {
    { "get", NGX_COMMERCE_GET },
    { "post", NGX_COMMERCE_POST },
    { "put", NGX_COMMERCE_PUT },
    { "patch", NGX_COMMERCE_PATCH },
    { "delete", NGX_COMMERCE_DELETE }
};


static const char *const  compile_item_keys[] = {
    "get", "post", "put", "patch", "delete", "summary", "description",
    "parameters", "servers", NULL
};


static const char *const  compile_operation_keys[] = {
    "operationId", "summary", "description", "tags", "externalDocs",
    "deprecated", "parameters", "requestBody", "responses", "security",
    "x-commerce", NULL
};


int
ngx_commerce_contract_operations(ngx_commerce_contract_build_t *build)
{
    unsigned                        i, n;
    ngx_commerce_operation_t       *operation;
    ngx_commerce_contract_place_t  *places;

    places = compile_places(build, &n);

    if (places == NULL) {
        return -1;
    }

    build->contract->noperations = n;
    build->contract->operations = ngx_commerce_arena_alloc(build->arena,
                                      n * sizeof(ngx_commerce_operation_t));

    if (build->contract->operations == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    for (i = 0; i < n; i++) {

        if (compile_operation(build, places, i) != 0) {
            return -1;
        }
    }

    if (ngx_commerce_schema_finish(build) != 0) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        operation = places[i].operation;

        operation->seals = operation->body_schema != NULL
                           && ngx_commerce_schema_seals(
                                                   operation->body_schema);
        operation->unseals = operation->answer_schema != NULL
                             && ngx_commerce_schema_seals(
                                                 operation->answer_schema);
    }

    return ngx_commerce_contract_openapi(build, places, n);
}


/* All operations of all files, in order. */

static ngx_commerce_contract_place_t *
compile_places(ngx_commerce_contract_build_t *build, unsigned *nplaces)
{
    unsigned                        i, n;
    const ngx_commerce_node_t      *paths;
    ngx_commerce_contract_place_t  *places;

    n = 0;

    for (i = 0; i < build->nfiles; i++) {
        paths = ngx_commerce_node_get(build->files[i].root, "paths");

        if (ngx_commerce_contract_type(build, paths, NGX_COMMERCE_NODE_MAP)
            != 0)
        {
            return NULL;
        }

        n += (paths != NULL) ? paths->nitems * COMPILE_METHODS : 0;
    }

    places = ngx_commerce_arena_alloc(build->arena,
                                 n * sizeof(ngx_commerce_contract_place_t));
    if (places == NULL) {
        (void) ngx_commerce_contract_no_memory(build);
        return NULL;
    }

    *nplaces = 0;

    for (i = 0; i < build->nfiles; i++) {

        if (compile_place(build, places, nplaces, &build->files[i]) != 0) {
            return NULL;
        }
    }

    return places;
}


static int
compile_place(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_place_t *places, unsigned *nplaces,
    const ngx_commerce_contract_file_t *file)
{
    unsigned                    i;
    const ngx_commerce_node_t  *paths;

    paths = ngx_commerce_node_get(file->root, "paths");

    for (i = 0; paths != NULL && i < paths->nitems; i++) {

        if (compile_item(build, places, nplaces, file, paths->items[i]) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
compile_item(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_place_t *places, unsigned *nplaces,
    const ngx_commerce_contract_file_t *file, const ngx_commerce_node_t *item)
{
    unsigned                        m;
    const ngx_commerce_node_t      *node;
    ngx_commerce_contract_place_t  *place;

    if (item->key.len == 0 || item->key.data[0] != '/') {
        return ngx_commerce_contract_fail(build, item,
                                          "a path must begin with \"/\"");
    }

    if (ngx_commerce_contract_keys(build, item, "a path", compile_item_keys)
        != 0)
    {
        return -1;
    }

    for (m = 0; m < COMPILE_METHODS; m++) {
        node = ngx_commerce_node_get(item, compile_methods[m].name);

        if (node == NULL) {
            continue;
        }

        if (ngx_commerce_contract_keys(build, node, "an operation",
                                       compile_operation_keys)
            != 0)
        {
            return -1;
        }

        place = &places[(*nplaces)++];
        place->file = file;
        place->item = item;
        place->node = node;
    }

    return 0;
}


static int
compile_operation(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_place_t *places, unsigned at)
{
    unsigned                        m;
    ngx_commerce_operation_t       *operation;
    ngx_commerce_contract_place_t  *place;

    place = &places[at];
    operation = &build->contract->operations[at];
    operation->index = at;
    place->operation = operation;

    for (m = 0; m < COMPILE_METHODS; m++) {

        if (ngx_commerce_str_is(&place->node->key, compile_methods[m].name)) {
            operation->method = compile_methods[m].method;
        }
    }

    return compile_id(build, places, at)
           || compile_path(build, place)
           || ngx_commerce_contract_security(build, place)
           || ngx_commerce_contract_policy(build, place)
           || ngx_commerce_contract_body(build, place)
           || ngx_commerce_contract_answers(build, place)
           || ngx_commerce_contract_params(build, place)
           || ngx_commerce_contract_policy_check(build, place)
           || compile_routes(build, place)
           || ngx_commerce_contract_sql(build, place);
}


static int
compile_id(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_place_t *places, unsigned at)
{
    unsigned                    i;
    const ngx_commerce_node_t  *node;

    node = ngx_commerce_node_get(places[at].node, "operationId");

    if (node == NULL) {
        return ngx_commerce_contract_fail(build, places[at].node,
                                          "operationId is missing");
    }

    if (node->type != NGX_COMMERCE_NODE_STRING
        || !ngx_commerce_contract_is_name(&node->text))
    {
        return ngx_commerce_contract_fail(build, node, "an operationId is "
                                          "made of a-z, 0-9 and _");
    }

    for (i = 0; i < at; i++) {

        if (ngx_commerce_str_eq(&places[i].operation->id, &node->text)) {
            return ngx_commerce_contract_fail(build, node, "operation \"%s\" "
                                              "is declared in %s:%u already",
                                              (char *) node->text.data,
                                              places[i].node->file,
                                              places[i].node->line);
        }
    }

    places[at].operation->id = node->text;

    return 0;
}


static int
compile_path(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_place_t *place)
{
    ngx_commerce_str_t          prefix, *path;
    const ngx_commerce_node_t  *servers;

    prefix = place->file->prefix;
    servers = ngx_commerce_node_get(place->item, "servers");

    if (servers != NULL
        && ngx_commerce_contract_prefix(build, servers, &prefix) != 0)
    {
        return -1;
    }

    path = &place->operation->path;

    *path = ngx_commerce_arena_print(build->arena, "%.*s%s", (int) prefix.len,
                                     (prefix.len != 0) ? (char *) prefix.data
                                                       : "",
                                     (char *) place->item->key.data);

    if (path->data == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    if (path->len > 1 && path->data[path->len - 1] == '/') {
        return ngx_commerce_contract_fail(build, place->item, "a path must "
                                          "not end with \"/\"");
    }

    return 0;
}


static int
compile_routes(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place)
{
    char                        message[512];
    unsigned                    i;
    const ngx_commerce_node_t  *aliases;

    if (ngx_commerce_route_add(build->contract, &place->operation->path,
                               place->operation, message, sizeof(message))
        != 0)
    {
        return ngx_commerce_contract_fail(build, place->node, "%s", message);
    }

    aliases = ngx_commerce_node_get(place->node, "x-commerce");
    aliases = ngx_commerce_node_get(aliases, "aliases");

    if (ngx_commerce_contract_type(build, aliases, NGX_COMMERCE_NODE_LIST)
        != 0)
    {
        return -1;
    }

    for (i = 0; aliases != NULL && i < aliases->nitems; i++) {

        if (compile_alias(build, place, aliases->items[i]) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
compile_alias(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *alias)
{
    char  message[512];

    if (ngx_commerce_contract_type(build, alias, NGX_COMMERCE_NODE_STRING)
        != 0)
    {
        return -1;
    }

    if (!compile_same_names(&alias->text, &place->operation->path)) {
        return ngx_commerce_contract_fail(build, alias, "alias \"%s\" must "
                                    "name the parameters of \"%s\" in the "
                                    "same order", (char *) alias->text.data,
                                    (char *) place->operation->path.data);
    }

    if (ngx_commerce_route_add(build->contract, &alias->text,
                               place->operation, message, sizeof(message))
        != 0)
    {
        return ngx_commerce_contract_fail(build, alias, "%s", message);
    }

    return 0;
}


/* Values are handed over by position, so both must list the same names. */

static int
compile_same_names(const ngx_commerce_str_t *a, const ngx_commerce_str_t *b)
{
    size_t       n;
    const char  *p, *q;

    p = (char *) a->data;
    q = (char *) b->data;

    for ( ;; ) {
        p = strchr(p, '{');
        q = strchr(q, '{');

        if (p == NULL || q == NULL) {
            return p == q;
        }

        n = strcspn(p, "}");

        if (strncmp(p, q, n + 1) != 0) {
            return 0;
        }

        p += n;
        q += n;
    }
}
