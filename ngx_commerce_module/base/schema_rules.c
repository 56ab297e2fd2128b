/*
 * What a request's schema has to keep beyond being a schema, and the checks
 * that need all schemas compiled: circles in place, enums, defaults.
 *
 * Called by schema_compile.c for each schema and by contract_compile.c once.
 */

#include "contract_build.h"
#include "schema_compiled.h"


#define RULES_IN_PLACE_MAX  16

#define RULES_NEW           0
#define RULES_OPEN          1
#define RULES_DONE          2


static int rules_string(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);
static int rules_in_place(ngx_commerce_schema_t *schema, unsigned depth);
static int rules_branches(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);
static void rules_seals(ngx_commerce_contract_build_t *build);
static int rules_seals_one(const ngx_commerce_schema_t *schema);
static int rules_values(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);
static int rules_default(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);


int
ngx_commerce_schema_rules(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    const ngx_commerce_node_t    *node;
    const ngx_commerce_schema_t  *schema;

    node = known->node;
    schema = known->schema;

    if (schema->nvalues != 0 || schema->nbranches != 0
        || schema->also != NULL)
    {
        return 0;
    }

    if (schema->types == NGX_COMMERCE_IS_ANY) {
        return ngx_commerce_contract_fail(build, node, "the schema of a "
                                          "request needs a type (or true)");
    }

    if ((schema->types & NGX_COMMERCE_IS_INT)
        && (!schema->minimum.set || !schema->maximum.set))
    {
        return ngx_commerce_contract_fail(build, node, "an integer of a "
                                          "request needs minimum and maximum");
    }

    if ((schema->types & NGX_COMMERCE_IS_ARRAY)
        && (!schema->max_items.set || schema->items == NULL))
    {
        return ngx_commerce_contract_fail(build, node, "an array of a "
                                          "request needs items and maxItems");
    }

    return rules_string(build, known);
}


/* Formats with a length of their own bound a string as well. */

static int
rules_string(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    const ngx_commerce_schema_t  *schema;

    schema = known->schema;

    if (!(schema->types & NGX_COMMERCE_IS_STRING) || schema->max_length.set
        || (schema->format != NGX_COMMERCE_FORMAT_NONE
            && schema->format != NGX_COMMERCE_FORMAT_URI))
    {
        return 0;
    }

    return ngx_commerce_contract_fail(build, known->node, "a string of a "
                                      "request needs maxLength");
}


int
ngx_commerce_schema_finish(ngx_commerce_contract_build_t *build)
{
    const ngx_commerce_known_t  *known;

    if (ngx_commerce_schema_compile(build) != 0) {
        return -1;
    }

    for (known = build->first; known != NULL; known = known->next) {

        if (rules_in_place(known->schema, 0) != 0) {
            return ngx_commerce_contract_fail(build, known->node, "a schema "
                                              "that refers to itself without "
                                              "a property in between");
        }
    }

    for (known = build->first; known != NULL; known = known->next) {

        if (rules_branches(build, known) != 0
            || rules_values(build, known) != 0
            || rules_default(build, known) != 0)
        {
            return -1;
        }
    }

    rules_seals(build);

    return 0;
}


/* A walk must not turn in circles on one value. */

static int
rules_in_place(ngx_commerce_schema_t *schema, unsigned depth)
{
    int       rc;
    unsigned  i;

    if (schema == NULL || schema->visited == RULES_DONE) {
        return 0;
    }

    if (schema->visited == RULES_OPEN || depth > RULES_IN_PLACE_MAX) {
        return -1;
    }

    schema->visited = RULES_OPEN;

    rc = rules_in_place((ngx_commerce_schema_t *) schema->also, depth + 1);

    for (i = 0; i < schema->nbranches && rc == 0; i++) {
        rc = rules_in_place((ngx_commerce_schema_t *)
                            schema->branches[i].schema, depth + 1);
    }

    schema->visited = RULES_DONE;

    return rc;
}


/* Without a discriminator the types must tell the branches apart. */

static int
rules_branches(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    unsigned  i, types, all;

    if (known->schema->discriminator.data != NULL) {
        return 0;
    }

    all = 0;

    for (i = 0; i < known->schema->nbranches; i++) {
        types = known->schema->branches[i].schema->types;

        if (types & NGX_COMMERCE_IS_NUMBER) {
            types |= NGX_COMMERCE_IS_INT;
        }

        if (all & types) {
            return ngx_commerce_contract_fail(build, known->node, "oneOf "
                                              "needs a discriminator, or "
                                              "branches of different types");
        }

        all |= types;
    }

    return 0;
}


/* Marks every schema below which something is sealed, circles included. */

static void
rules_seals(ngx_commerce_contract_build_t *build)
{
    int                          changed;
    const ngx_commerce_known_t  *known;

    do {
        changed = 0;

        for (known = build->first; known != NULL; known = known->next) {

            if (!known->schema->seals && rules_seals_one(known->schema)) {
                known->schema->seals = 1;
                changed = 1;
            }
        }

    } while (changed);
}


static int
rules_seals_one(const ngx_commerce_schema_t *schema)
{
    unsigned                        i;
    const ngx_commerce_property_t  *property;

    if ((schema->also != NULL && schema->also->seals)
        || (schema->items != NULL && schema->items->seals)
        || (schema->additional != NULL && schema->additional->seals))
    {
        return 1;
    }

    for (i = 0; i < schema->nbranches; i++) {

        if (schema->branches[i].schema->seals) {
            return 1;
        }
    }

    for (i = 0; i < schema->nproperties; i++) {
        property = &schema->properties[i];

        if (property->sealed != NULL
            || (property->schema != NULL && property->schema->seals))
        {
            return 1;
        }
    }

    return 0;
}


int
ngx_commerce_schema_seals(const ngx_commerce_schema_t *schema)
{
    return schema->seals;
}


static int
rules_values(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    unsigned                       i;
    ngx_commerce_schema_errors_t   errors;

    for (i = 0; i < known->schema->nvalues; i++) {
        memset(&errors, 0, sizeof(ngx_commerce_schema_errors_t));

        if (!ngx_commerce_schema_check(known->schema,
                                       known->schema->values[i], &errors))
        {
            return ngx_commerce_contract_fail(build, known->node, "value %u "
                                              "of enum does not fit its "
                                              "schema (%s)", i + 1,
                                              errors.list[0].code);
        }
    }

    return 0;
}


static int
rules_default(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    int                            fits;
    json_t                        *value;
    const ngx_commerce_node_t     *node;
    ngx_commerce_schema_errors_t   errors;

    node = ngx_commerce_node_get(known->node, "default");

    if (node == NULL) {
        return 0;
    }

    value = ngx_commerce_node_json(node);

    if (value == NULL) {
        return ngx_commerce_contract_fail(build, node, "not UTF-8");
    }

    memset(&errors, 0, sizeof(ngx_commerce_schema_errors_t));

    fits = ngx_commerce_schema_check(known->schema, value, &errors);

    json_decref(value);

    return fits ? 0
           : ngx_commerce_contract_fail(build, node, "the default does not "
                                        "fit its schema (%s)",
                                        errors.list[0].code);
}
