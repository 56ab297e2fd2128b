/*
 * Policies of an operation: who may call it (`security`) and how the gateway
 * treats it (`x-commerce`).
 *
 * Called by contract_compile.c.  Deny by default: an operation of a file
 * without `security` that says nothing itself is an error.
 */

#include "contract_build.h"


static int policy_scopes(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *entry, ngx_commerce_operation_t *operation);
static int policy_scheme(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *entry);
static int policy_known(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *list);
static int policy_names(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node);
static int policy_words(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_operation_t *operation);
static int policy_choice(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const char *key,
    const char *const *words, int fallback);
static int policy_not_found(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_operation_t *operation);
static int policy_tags(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *tags);


static const char *const  policy_keys[] = {
    "database", "handler", "aliases", "idempotency", "if_match", "cache",
    "lane", "timeout", "rate", "not_found", NULL
};


static const char *const  policy_needs[] = {
    "none", "accepted", "required", NULL
};


static const char *const  policy_lanes[] = {
    "pay", "cart", "browse", "crawler", NULL
};


int
ngx_commerce_contract_security(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place)
{
    unsigned                    i, optional;
    const ngx_commerce_node_t  *node;
    ngx_commerce_operation_t   *operation;

    operation = place->operation;
    node = ngx_commerce_node_get(place->node, "security");

    if (node == NULL) {
        node = place->file->security;
    }

    if (node == NULL) {
        return ngx_commerce_contract_fail(build, place->node, "security is "
                                          "missing: [] makes it public");
    }

    if (ngx_commerce_contract_type(build, node, NGX_COMMERCE_NODE_LIST) != 0) {
        return -1;
    }

    operation->scopes = ngx_commerce_arena_alloc(build->arena,
                              node->nitems * sizeof(ngx_commerce_scopes_t));

    if (operation->scopes == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    optional = 0;

    for (i = 0; i < node->nitems; i++) {

        if (node->items[i]->type == NGX_COMMERCE_NODE_MAP
            && node->items[i]->nitems == 0)
        {
            optional = 1;
            continue;
        }

        if (policy_scopes(build, node->items[i], operation) != 0) {
            return -1;
        }
    }

    if (optional && operation->nscopes == 0) {
        return ngx_commerce_contract_fail(build, node, "an empty requirement "
                                          "alone: write security: []");
    }

    operation->security = (node->nitems == 0) ? NGX_COMMERCE_PUBLIC
                          : optional ? NGX_COMMERCE_OPTIONAL
                                     : NGX_COMMERCE_REQUIRED;

    return 0;
}


static int
policy_scopes(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *entry, ngx_commerce_operation_t *operation)
{
    ngx_commerce_scopes_t  *scopes;

    if (policy_scheme(build, entry) != 0) {
        return -1;
    }

    scopes = &operation->scopes[operation->nscopes++];

    return ngx_commerce_contract_strings(build, entry->items[0],
                                         &scopes->scopes, &scopes->nscopes)
           || policy_known(build, entry->items[0]);
}


/* One scheme, declared as an HTTP bearer scheme in some file. */

static int
policy_scheme(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *entry)
{
    unsigned                    i;
    const ngx_commerce_node_t  *node, *scheme;

    if (entry->type != NGX_COMMERCE_NODE_MAP || entry->nitems != 1) {
        return ngx_commerce_contract_fail(build, entry, "expected a "
                                          "requirement such as {bearer: []}");
    }

    for (i = 0; i < build->nfiles; i++) {
        node = ngx_commerce_node_at(build->files[i].root,
                                    "/components/securitySchemes");
        node = ngx_commerce_node_find(node, &entry->items[0]->key);
        scheme = ngx_commerce_node_get(node, "scheme");

        if (node == NULL) {
            continue;
        }

        if (scheme == NULL || !ngx_commerce_str_is(&scheme->text, "bearer")) {
            return ngx_commerce_contract_fail(build, entry->items[0],
                                              "only the HTTP scheme bearer "
                                              "can be required");
        }

        return 0;
    }

    return ngx_commerce_contract_fail(build, entry->items[0],
                                      "unknown security scheme \"%s\"",
                                      (char *) entry->items[0]->key.data);
}


static int
policy_known(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *list)
{
    unsigned                    i, k;
    const ngx_commerce_node_t  *scopes;

    scopes = build->scopes;

    for (i = 0; scopes != NULL && i < list->nitems; i++) {

        for (k = 0; k < scopes->nitems; k++) {

            if (ngx_commerce_node_equal(scopes->items[k], list->items[i])) {
                break;
            }
        }

        if (k == scopes->nitems) {
            return ngx_commerce_contract_fail(build, list->items[i],
                                        "scope \"%s\" is not among "
                                        "x-commerce-scopes",
                                        (char *) list->items[i]->text.data);
        }
    }

    return 0;
}


int
ngx_commerce_contract_policy(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place)
{
    const ngx_commerce_node_t  *node, *timeout;

    node = ngx_commerce_node_get(place->node, "x-commerce");

    if (node != NULL
        && ngx_commerce_contract_keys(build, node, "x-commerce", policy_keys)
           != 0)
    {
        return -1;
    }

    timeout = ngx_commerce_node_get(node, "timeout");

    if (timeout != NULL
        && ngx_commerce_contract_duration(build, timeout,
                                          &place->operation->timeout_ms)
           != 0)
    {
        return -1;
    }

    return policy_names(build, place, node)
           || policy_words(build, node, place->operation)
           || policy_not_found(build, ngx_commerce_node_get(node, "not_found"),
                               place->operation)
           || ngx_commerce_contract_cache(build, place,
                                        ngx_commerce_node_get(node, "cache"))
           || ngx_commerce_contract_rates(build, place,
                                        ngx_commerce_node_get(node, "rate"));
}


static int
policy_names(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node)
{
    ngx_commerce_operation_t   *operation;
    const ngx_commerce_node_t  *database, *handler;

    operation = place->operation;
    operation->database = place->file->database;

    database = ngx_commerce_node_get(node, "database");
    handler = ngx_commerce_node_get(node, "handler");

    if (database != NULL
        && ngx_commerce_contract_database(build, database,
                                          &operation->database)
           != 0)
    {
        return -1;
    }

    if (handler == NULL) {

        if (operation->database.data == NULL) {
            return ngx_commerce_contract_fail(build, place->node,
                                              "x-commerce.database is "
                                              "missing");
        }

        return 0;
    }

    if (ngx_commerce_contract_type(build, handler, NGX_COMMERCE_NODE_STRING)
        != 0)
    {
        return -1;
    }

    if (build->names != NULL && build->names->handler != NULL
        && !build->names->handler(build->names->data, &handler->text))
    {
        return ngx_commerce_contract_fail(build, handler,
                                          "unknown handler \"%s\"",
                                          (char *) handler->text.data);
    }

    operation->handler = handler->text;

    return 0;
}


static int
policy_words(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_operation_t *operation)
{
    int       idempotency, if_match, lane;
    unsigned  get;

    get = (operation->method == NGX_COMMERCE_GET);

    idempotency = policy_choice(build, node, "idempotency", policy_needs,
                                (operation->method
                                 & (NGX_COMMERCE_POST|NGX_COMMERCE_PATCH))
                                ? NGX_COMMERCE_ACCEPTED
                                : NGX_COMMERCE_NEVER);
    if_match = policy_choice(build, node, "if_match", policy_needs,
                             NGX_COMMERCE_NEVER);
    lane = policy_choice(build, node, "lane", policy_lanes,
                         get ? NGX_COMMERCE_LANE_BROWSE
                             : NGX_COMMERCE_LANE_CART);

    if (idempotency < 0 || if_match < 0 || lane < 0) {
        return -1;
    }

    if (get && (idempotency != NGX_COMMERCE_NEVER
                || if_match != NGX_COMMERCE_NEVER))
    {
        return ngx_commerce_contract_fail(build, node, "idempotency and "
                                          "if_match are not for GET");
    }

    operation->idempotency = (ngx_commerce_need_e) idempotency;
    operation->if_match = (ngx_commerce_need_e) if_match;
    operation->lane = (ngx_commerce_lane_e) lane;

    return 0;
}


static int
policy_choice(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const char *key,
    const char *const *words, int fallback)
{
    node = ngx_commerce_node_get(node, key);

    return (node != NULL) ? ngx_commerce_contract_word(build, node, words)
                          : fallback;
}


static int
policy_not_found(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_operation_t *operation)
{
    static const ngx_commerce_str_t  fallback =
        ngx_commerce_str("not_found");

    operation->not_found = fallback;

    if (node == NULL) {
        return 0;
    }

    if (ngx_commerce_contract_type(build, node, NGX_COMMERCE_NODE_STRING)
        != 0)
    {
        return -1;
    }

    if (ngx_commerce_contract_problem(build->contract, &node->text) == NULL) {
        return ngx_commerce_contract_fail(build, node, "problem \"%s\" is "
                                          "not declared",
                                          (char *) node->text.data);
    }

    operation->not_found = node->text;

    return 0;
}


/*
 * A declared header says as much as x-commerce: If-Match among the parameters
 * makes it accepted, required: true makes it needed.
 */

int
ngx_commerce_contract_policy_check(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place)
{
    unsigned                    i;
    ngx_commerce_need_e        *need;
    ngx_commerce_param_t       *param;
    ngx_commerce_operation_t   *operation;
    const ngx_commerce_node_t  *node;

    operation = place->operation;

    for (i = 0; i < operation->nparams; i++) {
        param = &operation->params[i];

        if (param->role == NGX_COMMERCE_ROLE_IDEMPOTENCY_KEY) {
            need = &operation->idempotency;

        } else if (param->role == NGX_COMMERCE_ROLE_IF_MATCH) {
            need = &operation->if_match;

        } else {
            continue;
        }

        if (operation->method == NGX_COMMERCE_GET) {
            return ngx_commerce_contract_fail(build, place->node, "header "
                                              "\"%s\" is not for GET",
                                              (char *) param->name.data);
        }

        if (param->required) {
            *need = NGX_COMMERCE_NEEDED;

        } else if (*need == NGX_COMMERCE_NEVER) {
            *need = NGX_COMMERCE_ACCEPTED;
        }
    }

    node = ngx_commerce_node_get(place->node, "x-commerce");
    node = ngx_commerce_node_get(node, "cache");

    return policy_tags(build, place, ngx_commerce_node_get(node, "tags"));
}


/* '{name}' in a tag is a parameter or a member of the answer, '{user}' who
 * asks. */

static int
policy_tags(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *tags)
{
    size_t                     len;
    unsigned                   i, k;
    const char                *p;
    ngx_commerce_str_t         name;
    ngx_commerce_operation_t  *operation;

    operation = place->operation;

    for (i = 0; tags != NULL && i < tags->nitems; i++) {

        for (p = strchr((char *) tags->items[i]->text.data, '{'); p != NULL;
             p = strchr(p + len, '{'))
        {
            len = strcspn(p, "}");
            name.data = (u_char *) p + 1;
            name.len = len - 1;

            if (name.len > 5
                && memcmp(name.data + name.len - 5, ":uuid", 5) == 0)
            {
                name.len -= 5;
            }

            if (ngx_commerce_str_is(&name, "user")
                && operation->security != NGX_COMMERCE_PUBLIC)
            {
                continue;
            }

            for (k = 0; k < operation->nparams; k++) {

                if (ngx_commerce_str_eq(&operation->params[k].name, &name)) {
                    break;
                }
            }

            if (p[len] == '\0'
                || (k == operation->nparams
                    && !ngx_commerce_schema_has(operation->answer_schema,
                                                &name)))
            {
                return ngx_commerce_contract_fail(build, tags->items[i],
                                      "tag \"%s\" names neither a parameter "
                                      "nor a member of the answer",
                                      (char *) tags->items[i]->text.data);
            }
        }
    }

    return 0;
}
