/*
 * The schema of a parameter: a scalar or an array of scalars, and the default
 * as the text that a client would have written.
 *
 * Called by contract_param.c.
 */

#include "contract_build.h"
#include "schema_compiled.h"


static int param_element(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *schema, ngx_commerce_param_t *param);
static int param_is_scalar(const ngx_commerce_schema_t *schema);
static int param_default(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_param_t *param);
static int param_default_list(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *list, ngx_commerce_param_t *param);


int
ngx_commerce_contract_param_schema(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_param_t *param)
{
    const ngx_commerce_node_t  *schema;

    schema = ngx_commerce_node_get(node, "schema");

    if (schema == NULL) {
        return ngx_commerce_contract_fail(build, node,
                                          "a parameter needs a schema");
    }

    param->schema = ngx_commerce_schema_of(build, schema,
                                           NGX_COMMERCE_OF_REQUEST);

    if (param->schema == NULL || ngx_commerce_schema_compile(build) != 0) {
        return -1;
    }

    return param_element(build, schema, param)
           || param_default(build, schema, param);
}


static int
param_element(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *schema, ngx_commerce_param_t *param)
{
    const ngx_commerce_schema_t  *element;

    element = param->schema;

    if (param->role == NGX_COMMERCE_ROLE_PREFIX
        && element->types == NGX_COMMERCE_IS_OBJECT
        && element->additional != NULL)
    {
        element = element->additional;
    }

    if (element->types == NGX_COMMERCE_IS_ARRAY && element->items != NULL) {
        param->array = 1;
        param->min_items = (unsigned) element->min_items.value;
        param->max_items = (unsigned) element->max_items.value;
        element = element->items;
    }

    if (!param_is_scalar(element)) {
        return ngx_commerce_contract_fail(build, schema, "a parameter is a "
                                          "scalar or an array of scalars");
    }

    if (param->in == NGX_COMMERCE_IN_PATH && param->array) {
        return ngx_commerce_contract_fail(build, schema, "a path parameter "
                                          "is a scalar");
    }

    return 0;
}


static int
param_is_scalar(const ngx_commerce_schema_t *schema)
{
    return schema->nbranches == 0 && schema->types != NGX_COMMERCE_IS_ANY
           && !(schema->types & (NGX_COMMERCE_IS_ARRAY|NGX_COMMERCE_IS_OBJECT
                                 |NGX_COMMERCE_IS_NULL));
}


/* `default` as the text that a client would have written */

static int
param_default(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_param_t *param)
{
    const ngx_commerce_node_t  *fallback;

    fallback = ngx_commerce_node_get(node, "default");

    if (fallback == NULL) {
        node = ngx_commerce_contract_deref(build, node);
        fallback = ngx_commerce_node_get(node, "default");
    }

    if (fallback == NULL) {
        return 0;
    }

    if (param->required) {
        return ngx_commerce_contract_fail(build, fallback, "a required "
                                          "parameter has no default");
    }

    switch (fallback->type) {

    case NGX_COMMERCE_NODE_LIST:
        return param_default_list(build, fallback, param);

    case NGX_COMMERCE_NODE_BOOL:
        param->fallback = ngx_commerce_arena_print(build->arena, "%s",
                                            fallback->integer ? "true"
                                                              : "false");
        return (param->fallback.data != NULL)
               ? 0 : ngx_commerce_contract_no_memory(build);

    case NGX_COMMERCE_NODE_INT:
    case NGX_COMMERCE_NODE_REAL:
    case NGX_COMMERCE_NODE_STRING:
        param->fallback = fallback->text;
        return 0;

    default:
        return ngx_commerce_contract_fail(build, fallback, "the default of a "
                                          "parameter is a scalar or a list");
    }
}


static int
param_default_list(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *list, ngx_commerce_param_t *param)
{
    unsigned             i;
    ngx_commerce_str_t  *text;

    text = &param->fallback;
    *text = ngx_commerce_arena_print(build->arena, "%s", "");

    for (i = 0; i < list->nitems && text->data != NULL; i++) {
        *text = ngx_commerce_arena_print(build->arena, "%s%s%s",
                                         (char *) text->data,
                                         (i != 0) ? "," : "",
                                         (list->items[i]->text.data != NULL)
                                         ? (char *) list->items[i]->text.data
                                         : "");
    }

    return (text->data != NULL) ? 0 : ngx_commerce_contract_no_memory(build);
}
