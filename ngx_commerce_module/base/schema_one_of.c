/*
 * oneOf: the branches of a schema and what chooses among them, a discriminator
 * or the type of the value.  A gateway does not try branches one by one: its
 * complaints would not tell the client which one was meant.
 *
 * Called by schema_compile.c for each schema.
 */

#include "contract_build.h"
#include "schema_compiled.h"


#define ONE_OF_MAX  64


static int one_of_discriminator(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *node);
static int one_of_branch(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *item);
static int one_of_mapped(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *item,
    const ngx_commerce_node_t *mapping);
static int one_of_named(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *item);
static const ngx_commerce_node_t *one_of_property(
    ngx_commerce_contract_build_t *build, const ngx_commerce_node_t *branch,
    const ngx_commerce_str_t *name, unsigned depth);
static int one_of_add(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *item,
    const ngx_commerce_str_t *name);


int
ngx_commerce_schema_one_of(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    unsigned                    i;
    const ngx_commerce_node_t  *list, *node;

    list = ngx_commerce_node_get(known->node, "oneOf");
    node = ngx_commerce_node_get(known->node, "discriminator");

    if (list == NULL) {
        return (node == NULL) ? 0
               : ngx_commerce_contract_fail(build, node, "a discriminator "
                                            "needs oneOf");
    }

    if (ngx_commerce_contract_type(build, list, NGX_COMMERCE_NODE_LIST) != 0) {
        return -1;
    }

    if (ngx_commerce_node_get(known->node, "properties") != NULL
        || ngx_commerce_node_get(known->node, "allOf") != NULL)
    {
        return ngx_commerce_contract_fail(build, list, "oneOf beside "
                                          "properties or allOf");
    }

    if (node != NULL && one_of_discriminator(build, known, node) != 0) {
        return -1;
    }

    known->schema->branches = ngx_commerce_arena_alloc(build->arena,
                                 ONE_OF_MAX * sizeof(ngx_commerce_branch_t));

    if (known->schema->branches == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    for (i = 0; i < list->nitems; i++) {

        if (one_of_branch(build, known, list->items[i]) != 0) {
            return -1;
        }
    }

    return (list->nitems != 0) ? 0
           : ngx_commerce_contract_fail(build, list, "oneOf is empty");
}


static int
one_of_discriminator(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *node)
{
    const ngx_commerce_node_t  *name;
    static const char *const    keys[] = { "propertyName", "mapping", NULL };

    if (ngx_commerce_contract_keys(build, node, "a discriminator", keys)
        != 0)
    {
        return -1;
    }

    name = ngx_commerce_node_get(node, "propertyName");

    if (name == NULL || name->type != NGX_COMMERCE_NODE_STRING) {
        return ngx_commerce_contract_fail(build, node, "a discriminator "
                                          "needs a propertyName");
    }

    known->schema->discriminator = name->text;

    return 0;
}


static int
one_of_branch(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *item)
{
    const ngx_commerce_node_t  *mapping;

    if (known->schema->discriminator.data == NULL) {
        return one_of_add(build, known, item, NULL);
    }

    mapping = ngx_commerce_node_get(known->node, "discriminator");
    mapping = ngx_commerce_node_get(mapping, "mapping");

    return (mapping != NULL) ? one_of_mapped(build, known, item, mapping)
                             : one_of_named(build, known, item);
}


static int
one_of_mapped(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *item,
    const ngx_commerce_node_t *mapping)
{
    unsigned                    i, found;
    const ngx_commerce_node_t  *branch, *target;

    branch = ngx_commerce_contract_deref(build, item);

    if (branch == NULL) {
        return -1;
    }

    found = 0;

    for (i = 0; i < mapping->nitems; i++) {
        target = ngx_commerce_contract_target(build, mapping->items[i]);

        if (target != NULL) {
            target = ngx_commerce_contract_deref(build, target);
        }

        if (target == NULL) {
            return -1;
        }

        if (target == branch) {
            found = 1;

            if (one_of_add(build, known, item, &mapping->items[i]->key) != 0) {
                return -1;
            }
        }
    }

    return found ? 0
           : ngx_commerce_contract_fail(build, item, "no mapping leads to "
                                        "this branch");
}


/* Without a mapping a branch says its value by const or enum, else by $ref. */

static int
one_of_named(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *item)
{
    unsigned                    i;
    const char                 *slash;
    ngx_commerce_str_t          name;
    const ngx_commerce_node_t  *branch, *property, *value;

    branch = ngx_commerce_contract_deref(build, item);

    if (branch == NULL) {
        return -1;
    }

    property = one_of_property(build, branch, &known->schema->discriminator,
                               0);
    value = ngx_commerce_node_get(property, "const");

    if (value != NULL) {
        return one_of_add(build, known, item, &value->text);
    }

    value = ngx_commerce_node_get(property, "enum");

    for (i = 0; value != NULL && i < value->nitems; i++) {

        if (one_of_add(build, known, item, &value->items[i]->text) != 0) {
            return -1;
        }
    }

    if (value != NULL) {
        return 0;
    }

    value = ngx_commerce_node_get(item, "$ref");

    if (value == NULL) {
        return ngx_commerce_contract_fail(build, item, "nothing says which "
                                          "\"%s\" chooses this branch",
                                 (char *) known->schema->discriminator.data);
    }

    slash = strrchr((char *) value->text.data, '/');
    name.data = (u_char *) slash + 1;
    name.len = strlen(slash + 1);

    return one_of_add(build, known, item, &name);
}


static const ngx_commerce_node_t *
one_of_property(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *branch, const ngx_commerce_str_t *name,
    unsigned depth)
{
    unsigned                    i;
    const ngx_commerce_node_t  *node, *all;

    node = ngx_commerce_node_get(branch, "properties");
    node = ngx_commerce_node_find(node, name);

    if (node != NULL) {
        return ngx_commerce_contract_deref(build, node);
    }

    all = ngx_commerce_node_get(branch, "allOf");

    for (i = 0; all != NULL && i < all->nitems && depth < 8; i++) {
        node = ngx_commerce_contract_deref(build, all->items[i]);
        node = (node != NULL) ? one_of_property(build, node, name, depth + 1)
                              : NULL;

        if (node != NULL) {
            return node;
        }
    }

    return NULL;
}


static int
one_of_add(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *item,
    const ngx_commerce_str_t *name)
{
    unsigned                i;
    ngx_commerce_branch_t  *branch;
    ngx_commerce_schema_t  *schema;

    schema = known->schema;

    if (schema->nbranches == ONE_OF_MAX) {
        return ngx_commerce_contract_fail(build, item, "more than %d branches",
                                          ONE_OF_MAX);
    }

    if (name != NULL && name->data == NULL) {
        return ngx_commerce_contract_fail(build, item, "the values of a "
                                          "discriminator are strings");
    }

    for (i = 0; name != NULL && i < schema->nbranches; i++) {

        if (ngx_commerce_str_eq(&schema->branches[i].name, name)) {
            return ngx_commerce_contract_fail(build, item, "\"%s\" chooses "
                                              "two branches",
                                              (char *) name->data);
        }
    }

    branch = &schema->branches[schema->nbranches++];
    branch->schema = ngx_commerce_schema_of(build, item, known->mode);

    if (name != NULL) {
        branch->name = *name;
    }

    return (branch->schema != NULL) ? 0 : -1;
}
