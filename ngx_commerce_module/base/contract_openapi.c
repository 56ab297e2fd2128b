/*
 * The merged document: what GET /openapi.json answers, written once while the
 * contract is loaded.
 *
 * Called by contract_compile.c.  References become local, paths get their
 * prefixes, each operation says its security and its parameters itself;
 * x-commerce, which is ours, stays inside, but aliases are told.
 */

#include <stdlib.h>

#include "openapi_out.h"


static void openapi_head(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_build_t *build);
static void openapi_tags(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_build_t *build);
static int openapi_seen(const ngx_commerce_contract_build_t *build,
    unsigned at, const char *kind, const ngx_commerce_node_t *tag);
static void openapi_paths(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_place_t *places, unsigned nplaces);
static void openapi_operation(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_place_t *place);
static void openapi_params(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_place_t *place);
static void openapi_header(ngx_commerce_openapi_t *out,
    const ngx_commerce_operation_t *operation,
    ngx_commerce_param_role_e role, const char *name,
    ngx_commerce_need_e need);
static int openapi_overridden(const ngx_commerce_node_t *param,
    const ngx_commerce_node_t *list);
static void openapi_components(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_build_t *build);
static void openapi_problems(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_t *contract);


int
ngx_commerce_contract_openapi(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *places, unsigned nplaces)
{
    ngx_commerce_openapi_t  out;

    ngx_commerce_openapi_init(&out);

    openapi_head(&out, build);
    openapi_tags(&out, build);
    openapi_paths(&out, places, nplaces);
    openapi_components(&out, build);
    openapi_problems(&out, build->contract);

    ngx_commerce_json_lit(&out.json, "}");

    if (!out.json.failed) {
        build->contract->openapi = ngx_commerce_arena_copy(build->arena,
                                      out.start,
                                      (size_t) (out.json.pos - out.start));
    }

    free(out.start);

    return (build->contract->openapi.data != NULL)
           ? 0 : ngx_commerce_contract_no_memory(build);
}


/* `info` is that of common.yaml, else of the first file. */

static void
openapi_head(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_build_t *build)
{
    unsigned     i, chosen;
    const char  *name;

    chosen = 0;

    for (i = 0; i < build->nfiles; i++) {
        name = strrchr(build->files[i].path, '/');
        name = (name != NULL) ? name + 1 : build->files[i].path;

        if (strcmp(name, "common.yaml") == 0) {
            chosen = i;
        }
    }

    ngx_commerce_json_lit(&out->json, "{\"openapi\":\"3.1.0\"");
    out->comma = 1;

    ngx_commerce_openapi_key(out, "info");
    ngx_commerce_openapi_node(out,
                              ngx_commerce_node_get(build->files[chosen].root,
                                                    "info"));

    ngx_commerce_openapi_key(out, "servers");
    ngx_commerce_json_lit(&out->json, "[{\"url\":\"/\"}]");
    out->comma = 1;
}


static void
openapi_tags(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_build_t *build)
{
    unsigned                    i, k, n;
    const ngx_commerce_node_t  *tags;

    n = 0;
    ngx_commerce_openapi_key(out, "tags");
    ngx_commerce_json_lit(&out->json, "[");

    for (i = 0; i < build->nfiles; i++) {
        tags = ngx_commerce_node_get(build->files[i].root, "tags");

        if (tags == NULL || tags->type != NGX_COMMERCE_NODE_LIST) {
            continue;
        }

        for (k = 0; k < tags->nitems; k++) {

            if (openapi_seen(build, i, "tags", tags->items[k])) {
                continue;
            }

            if (n++ != 0) {
                ngx_commerce_json_lit(&out->json, ",");
            }

            ngx_commerce_openapi_node(out, tags->items[k]);
        }
    }

    ngx_commerce_json_lit(&out->json, "]");
    out->comma = 1;
}


/* Was a tag of that name in a file before? */

static int
openapi_seen(const ngx_commerce_contract_build_t *build, unsigned at,
    const char *kind, const ngx_commerce_node_t *tag)
{
    unsigned                    i, k;
    const ngx_commerce_node_t  *list, *name, *other;

    name = ngx_commerce_node_get(tag, "name");

    for (i = 0; i < at && name != NULL; i++) {
        list = ngx_commerce_node_get(build->files[i].root, kind);

        for (k = 0; list != NULL && k < list->nitems; k++) {
            other = ngx_commerce_node_get(list->items[k], "name");

            if (other != NULL && ngx_commerce_node_equal(other, name)) {
                return 1;
            }
        }
    }

    return 0;
}


/* Operations of one path may come from several files: grouped here. */

static void
openapi_paths(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_place_t *places, unsigned nplaces)
{
    unsigned                   i, k;
    const ngx_commerce_str_t  *path;

    ngx_commerce_openapi_key(out, "paths");
    ngx_commerce_json_lit(&out->json, "{");

    for (i = 0; i < nplaces; i++) {
        path = &places[i].operation->path;

        for (k = 0; k < i; k++) {

            if (ngx_commerce_str_eq(&places[k].operation->path, path)) {
                break;
            }
        }

        if (k != i) {
            continue;
        }

        ngx_commerce_openapi_key(out, (char *) path->data);
        ngx_commerce_json_lit(&out->json, "{");

        for (k = i; k < nplaces; k++) {

            if (ngx_commerce_str_eq(&places[k].operation->path, path)) {
                ngx_commerce_openapi_key(out,
                                         (char *) places[k].node->key.data);
                openapi_operation(out, &places[k]);
            }
        }

        ngx_commerce_json_lit(&out->json, "}");
        out->comma = 1;
    }

    ngx_commerce_json_lit(&out->json, "}");
    out->comma = 1;
}


static void
openapi_operation(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_place_t *place)
{
    unsigned                    i;
    const ngx_commerce_node_t  *node;

    ngx_commerce_json_lit(&out->json, "{");
    out->comma = 0;

    for (i = 0; i < place->node->nitems; i++) {
        node = place->node->items[i];

        if (!ngx_commerce_str_is(&node->key, "parameters")
            && !ngx_commerce_str_is(&node->key, "security"))
        {
            ngx_commerce_openapi_member(out, node);
        }
    }

    node = ngx_commerce_node_get(place->node, "security");
    ngx_commerce_openapi_key(out, "security");
    ngx_commerce_openapi_node(out,
                              (node != NULL) ? node : place->file->security);

    ngx_commerce_openapi_key(out, "parameters");
    openapi_params(out, place);

    node = ngx_commerce_node_get(place->node, "x-commerce");
    node = ngx_commerce_node_get(node, "aliases");

    if (node != NULL) {
        ngx_commerce_openapi_key(out, "x-aliases");
        ngx_commerce_openapi_node(out, node);
    }

    ngx_commerce_json_lit(&out->json, "}");
    out->comma = 1;
}


static void
openapi_params(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_place_t *place)
{
    unsigned                    i, pass;
    const ngx_commerce_node_t  *lists[2], *list;

    lists[0] = ngx_commerce_node_get(place->item, "parameters");
    lists[1] = ngx_commerce_node_get(place->node, "parameters");

    ngx_commerce_json_lit(&out->json, "[");
    out->comma = 0;

    for (pass = 0; pass < 2; pass++) {
        list = lists[pass];

        for (i = 0; list != NULL && i < list->nitems; i++) {

            if (pass == 0 && openapi_overridden(list->items[i], lists[1])) {
                continue;
            }

            if (out->comma) {
                ngx_commerce_json_lit(&out->json, ",");
            }

            ngx_commerce_openapi_node(out, list->items[i]);
        }
    }

    openapi_header(out, place->operation, NGX_COMMERCE_ROLE_IDEMPOTENCY_KEY,
                   "Idempotency-Key", place->operation->idempotency);
    openapi_header(out, place->operation, NGX_COMMERCE_ROLE_IF_MATCH,
                   "If-Match", place->operation->if_match);

    ngx_commerce_json_lit(&out->json, "]");
    out->comma = 1;
}


/* A header that x-commerce asks for but nobody declared */

static void
openapi_header(ngx_commerce_openapi_t *out,
    const ngx_commerce_operation_t *operation, ngx_commerce_param_role_e role,
    const char *name, ngx_commerce_need_e need)
{
    unsigned  i;

    if (need == NGX_COMMERCE_NEVER) {
        return;
    }

    for (i = 0; i < operation->nparams; i++) {

        if (operation->params[i].role == role) {
            return;
        }
    }

    if (out->comma) {
        ngx_commerce_json_lit(&out->json, ",");
    }

    ngx_commerce_json_lit(&out->json, "{\"name\":");
    ngx_commerce_json_string(&out->json, name, strlen(name));
    ngx_commerce_json_lit(&out->json, ",\"in\":\"header\",\"required\":");

    if (need == NGX_COMMERCE_NEEDED) {
        ngx_commerce_json_lit(&out->json, "true");

    } else {
        ngx_commerce_json_lit(&out->json, "false");
    }

    ngx_commerce_json_lit(&out->json, ",\"schema\":{\"type\":\"string\","
                          "\"minLength\":1,\"maxLength\":128}}");
    out->comma = 1;
}


/* Literally the same reference or the same name and place */

static int
openapi_overridden(const ngx_commerce_node_t *param,
    const ngx_commerce_node_t *list)
{
    unsigned                    i, k, same;
    const ngx_commerce_node_t  *a, *b;
    static const char          *keys[] = { "$ref", "name", "in" };

    for (i = 0; list != NULL && i < list->nitems; i++) {
        same = 1;

        for (k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
            a = ngx_commerce_node_get(param, keys[k]);
            b = ngx_commerce_node_get(list->items[i], keys[k]);

            if ((a == NULL) != (b == NULL)
                || (a != NULL && !ngx_commerce_node_equal(a, b)))
            {
                same = 0;
            }
        }

        if (same) {
            return 1;
        }
    }

    return 0;
}


static void
openapi_components(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_build_t *build)
{
    unsigned                    i, k, m;
    const ngx_commerce_node_t  *kind;

    static const char *const    kinds[] = {
        "schemas", "responses", "parameters", "examples", "requestBodies",
        "headers", "securitySchemes"
    };

    ngx_commerce_openapi_key(out, "components");
    ngx_commerce_json_lit(&out->json, "{");

    for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        ngx_commerce_openapi_key(out, kinds[k]);
        ngx_commerce_json_lit(&out->json, "{");

        for (i = 0; i < build->nfiles; i++) {
            kind = ngx_commerce_node_get(build->files[i].root, "components");
            kind = ngx_commerce_node_get(kind, kinds[k]);

            for (m = 0; kind != NULL && m < kind->nitems; m++) {
                ngx_commerce_openapi_member(out, kind->items[m]);
            }
        }

        ngx_commerce_json_lit(&out->json, "}");
        out->comma = 1;
    }

    ngx_commerce_json_lit(&out->json, "}");
    out->comma = 1;
}


/* Every problem code with its status and titles: clients translate by code. */

static void
openapi_problems(ngx_commerce_openapi_t *out,
    const ngx_commerce_contract_t *contract)
{
    unsigned                             i;
    const ngx_commerce_problem_entry_t  *problem;

    ngx_commerce_openapi_key(out, "x-problems");
    ngx_commerce_json_lit(&out->json, "{");

    for (i = 0; i < contract->nproblems; i++) {
        problem = &contract->problems[i];

        ngx_commerce_openapi_key(out, (char *) problem->code.data);
        ngx_commerce_json_lit(&out->json, "{\"status\":");
        ngx_commerce_json_int(&out->json, problem->status);
        ngx_commerce_json_lit(&out->json, ",\"title\":{\"pt-BR\":\"");
        ngx_commerce_json_raw(&out->json, problem->title_pt.data,
                              problem->title_pt.len);
        ngx_commerce_json_lit(&out->json, "\",\"en\":\"");
        ngx_commerce_json_raw(&out->json, problem->title_en.data,
                              problem->title_en.len);
        ngx_commerce_json_lit(&out->json, "\"}}");
        out->comma = 1;
    }

    ngx_commerce_json_lit(&out->json, "}");
    out->comma = 1;
}
