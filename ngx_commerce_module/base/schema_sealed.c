/*
 * The visit of sealed properties: which members of a value are kept encrypted.
 *
 * Called by the gateway before a body goes to the database and before an
 * answer goes to a client.
 */

#include "schema_compiled.h"


typedef int (*sealed_visit_pt)(void *data, json_t *object, const char *name,
    const char *purpose);


static int sealed_value(const ngx_commerce_schema_t *schema, json_t *value,
    sealed_visit_pt visit, void *data, unsigned depth);
static int sealed_object(const ngx_commerce_schema_t *schema, json_t *value,
    sealed_visit_pt visit, void *data, unsigned depth);
static const ngx_commerce_schema_t *sealed_branch(
    const ngx_commerce_schema_t *schema, const json_t *value);


int
ngx_commerce_schema_sealed(const ngx_commerce_schema_t *schema, json_t *value,
    int (*visit)(void *data, json_t *object, const char *name,
    const char *purpose), void *data)
{
    return sealed_value(schema, value, visit, data, 0);
}


static int
sealed_value(const ngx_commerce_schema_t *schema, json_t *value,
    sealed_visit_pt visit, void *data, unsigned depth)
{
    int      rc;
    size_t   i;
    json_t  *item;

    if (schema == NULL || !schema->seals || depth > NGX_COMMERCE_WALK_DEPTH) {
        return 0;
    }

    rc = sealed_value(schema->also, value, visit, data, depth + 1);

    if (rc != 0) {
        return rc;
    }

    if (schema->nbranches != 0) {
        return sealed_value(sealed_branch(schema, value), value, visit, data,
                            depth + 1);
    }

    if (json_is_object(value)) {
        return sealed_object(schema, value, visit, data, depth);
    }

    json_array_foreach(value, i, item) {
        rc = sealed_value(schema->items, item, visit, data, depth + 1);

        if (rc != 0) {
            return rc;
        }
    }

    return 0;
}


static int
sealed_object(const ngx_commerce_schema_t *schema, json_t *value,
    sealed_visit_pt visit, void *data, unsigned depth)
{
    int                             rc;
    json_t                         *child;
    const char                     *key;
    const ngx_commerce_property_t  *property;

    /* replacing the value of a present key does not disturb the iteration */

    json_object_foreach(value, key, child) {

        property = ngx_commerce_schema_property(schema, key, strlen(key));

        if (property == NULL) {
            rc = sealed_value(schema->additional, child, visit, data,
                              depth + 1);

        } else if (property->sealed == NULL) {
            rc = sealed_value(property->schema, child, visit, data,
                              depth + 1);

        } else {
            rc = json_is_null(child)
                 ? 0 : visit(data, value, key, property->sealed);
        }

        if (rc != 0) {
            return rc;
        }
    }

    return 0;
}


static const ngx_commerce_schema_t *
sealed_branch(const ngx_commerce_schema_t *schema, const json_t *value)
{
    json_t                       *chosen;
    unsigned                      i;
    const char                   *name;
    const ngx_commerce_branch_t  *branch;

    name = (char *) schema->discriminator.data;
    chosen = (name != NULL) ? json_object_get(value, name) : NULL;

    for (i = 0; i < schema->nbranches; i++) {
        branch = &schema->branches[i];

        if (branch->name.data == NULL) {

            if (branch->schema->types & (json_is_array(value)
                                         ? NGX_COMMERCE_IS_ARRAY
                                         : NGX_COMMERCE_IS_OBJECT))
            {
                return branch->schema;
            }

        } else if (json_is_string(chosen)
                   && ngx_commerce_str_is(&branch->name,
                                          json_string_value(chosen)))
        {
            return branch->schema;
        }
    }

    return NULL;
}
