/*
 * Objects: properties of a schema and of the parts that its allOf merges, in
 * one hash table, so that a walk looks every member up once.
 *
 * Called by schema_compile.c for each schema.
 */

#include "contract_build.h"
#include "schema_compiled.h"


#define OBJECT_PARTS_MAX  32


typedef struct {
    const ngx_commerce_node_t  *list[OBJECT_PARTS_MAX];
    unsigned                    count;
} object_parts_t;


static int object_parts(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, object_parts_t *parts);
static const ngx_commerce_node_t *object_part(
    ngx_commerce_contract_build_t *build, const ngx_commerce_node_t *node);
static int object_properties(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const object_parts_t *parts);
static unsigned object_count(const object_parts_t *parts);
static int object_property(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *node);
static int object_sealed(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_property_t *property);
static ngx_commerce_property_t *object_insert(ngx_commerce_schema_t *schema,
    const ngx_commerce_str_t *name);
static int object_required(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *list);
static int object_additional(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const object_parts_t *parts);
static int object_limits(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const object_parts_t *parts);


int
ngx_commerce_schema_object(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    object_parts_t  parts;

    parts.count = 0;

    if (object_parts(build, known->node, &parts) != 0) {
        return -1;
    }

    if (parts.count > 1
        && ngx_commerce_node_get(known->node, "type") == NULL)
    {
        known->schema->types = NGX_COMMERCE_IS_OBJECT;
    }

    if (!(known->schema->types & NGX_COMMERCE_IS_OBJECT)) {
        return 0;
    }

    return object_limits(build, known, &parts)
           || object_additional(build, known, &parts)
           || object_properties(build, known, &parts);
}


/* The schema itself, then what its allOf lists, flattened. */

static int
object_parts(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, object_parts_t *parts)
{
    unsigned                    i;
    const ngx_commerce_node_t  *all, *part;

    if (parts->count == OBJECT_PARTS_MAX) {
        return ngx_commerce_contract_fail(build, node, "allOf of more than "
                                          "%d schemas, or of itself",
                                          OBJECT_PARTS_MAX);
    }

    parts->list[parts->count++] = node;

    all = ngx_commerce_node_get(node, "allOf");

    if (ngx_commerce_contract_type(build, all, NGX_COMMERCE_NODE_LIST) != 0) {
        return -1;
    }

    for (i = 0; all != NULL && i < all->nitems; i++) {
        part = object_part(build, all->items[i]);

        if (part == NULL || object_parts(build, part, parts) != 0) {
            return -1;
        }
    }

    return 0;
}


static const ngx_commerce_node_t *
object_part(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node)
{
    static const char *const    keys[] = {
        "type", "required", "properties", "additionalProperties",
        "minProperties", "maxProperties", "allOf", "description", "title",
        "example", "examples", "deprecated", "$comment", NULL
    };
    const ngx_commerce_node_t  *part, *type;

    part = ngx_commerce_contract_deref(build, node);

    if (part == NULL
        || ngx_commerce_contract_keys(build, part,
                                      "a part of allOf (objects only)", keys)
           != 0)
    {
        return NULL;
    }

    type = ngx_commerce_node_get(part, "type");

    if (type != NULL
        && (type->type != NGX_COMMERCE_NODE_STRING
            || !ngx_commerce_str_is(&type->text, "object")))
    {
        (void) ngx_commerce_contract_fail(build, type, "allOf merges objects "
                                          "only");
        return NULL;
    }

    return part;
}


static int
object_limits(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const object_parts_t *parts)
{
    unsigned  i;

    /* parts are read last to first: the schema itself has the last word */

    for (i = parts->count; i-- != 0; ) {

        if (ngx_commerce_schema_count(build, parts->list[i], "minProperties",
                                      &known->schema->min_properties) != 0
            || ngx_commerce_schema_count(build, parts->list[i],
                                         "maxProperties",
                                         &known->schema->max_properties)
               != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
object_additional(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const object_parts_t *parts)
{
    unsigned                    i;
    const ngx_commerce_node_t  *node;

    node = NULL;

    for (i = 0; i < parts->count && node == NULL; i++) {
        node = ngx_commerce_node_get(parts->list[i], "additionalProperties");
    }

    if (node == NULL) {
        known->schema->open = (known->mode == NGX_COMMERCE_OF_ANSWER
                               || known->schema->types == NGX_COMMERCE_IS_ANY);
        return 0;
    }

    if (node->type == NGX_COMMERCE_NODE_BOOL) {
        known->schema->open = (node->integer != 0);
        return 0;
    }

    known->schema->open = 1;
    known->schema->additional = ngx_commerce_schema_of(build, node,
                                                       known->mode);

    return (known->schema->additional != NULL) ? 0 : -1;
}


static int
object_properties(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const object_parts_t *parts)
{
    unsigned                    i, k, n;
    ngx_commerce_schema_t      *schema;
    const ngx_commerce_node_t  *node;

    schema = known->schema;
    n = object_count(parts);

    if (n == 0) {
        return 0;
    }

    for (schema->nslots = 4; schema->nslots < n * 2; schema->nslots *= 2) {
        /* void */
    }

    schema->slots = ngx_commerce_arena_alloc(build->arena,
                        schema->nslots * sizeof(ngx_commerce_property_t *));
    schema->properties = ngx_commerce_arena_alloc(build->arena,
                                       n * sizeof(ngx_commerce_property_t));

    if (schema->slots == NULL || schema->properties == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    for (i = 0; i < parts->count; i++) {
        node = ngx_commerce_node_get(parts->list[i], "properties");

        if (ngx_commerce_contract_type(build, node, NGX_COMMERCE_NODE_MAP)
            != 0)
        {
            return -1;
        }

        for (k = 0; node != NULL && k < node->nitems; k++) {

            if (object_property(build, known, node->items[k]) != 0) {
                return -1;
            }
        }
    }

    for (i = 0; i < parts->count; i++) {
        node = ngx_commerce_node_get(parts->list[i], "required");

        if (node != NULL && object_required(build, known, node) != 0) {
            return -1;
        }
    }

    return 0;
}


/* At most so many properties: a required one may be undeclared. */

static unsigned
object_count(const object_parts_t *parts)
{
    unsigned                    i, n;
    const ngx_commerce_node_t  *node;

    n = 0;

    for (i = 0; i < parts->count; i++) {
        node = ngx_commerce_node_get(parts->list[i], "properties");
        n += (node != NULL) ? node->nitems : 0;

        node = ngx_commerce_node_get(parts->list[i], "required");
        n += (node != NULL) ? node->nitems : 0;
    }

    return n;
}


static int
object_property(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *node)
{
    ngx_commerce_property_t  *property;

    if (ngx_commerce_schema_property(known->schema, node->key.data,
                                     node->key.len)
        != NULL)
    {
        return ngx_commerce_contract_fail(build, node, "property \"%s\" is in "
                                          "two parts of allOf",
                                          (char *) node->key.data);
    }

    property = object_insert(known->schema, &node->key);
    property->schema = ngx_commerce_schema_of(build, node, known->mode);

    if (property->schema == NULL) {
        return -1;
    }

    return object_sealed(build, node, property);
}


static int
object_sealed(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_property_t *property)
{
    const ngx_commerce_node_t  *target, *purpose;

    target = ngx_commerce_contract_deref(build, node);

    if (target == NULL) {
        return -1;
    }

    purpose = ngx_commerce_node_get(node, "x-commerce-sealed");

    if (purpose == NULL) {
        purpose = ngx_commerce_node_get(target, "x-commerce-sealed");
    }

    if (purpose == NULL) {
        return 0;
    }

    if (purpose->type != NGX_COMMERCE_NODE_STRING || purpose->text.len == 0) {
        return ngx_commerce_contract_fail(build, purpose, "expected the "
                                          "purpose of the sealed value");
    }

    property->sealed = (char *) purpose->text.data;

    return 0;
}


/* There is always a free slot: the table is twice as large as needed. */

static ngx_commerce_property_t *
object_insert(ngx_commerce_schema_t *schema, const ngx_commerce_str_t *name)
{
    unsigned                  i;
    ngx_commerce_property_t  *property;

    property = &schema->properties[schema->nproperties++];
    property->name = *name;

    i = ngx_commerce_schema_hash(name->data, name->len);

    while (schema->slots[i & (schema->nslots - 1)] != NULL) {
        i++;
    }

    schema->slots[i & (schema->nslots - 1)] = property;

    return property;
}


static int
object_required(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known, const ngx_commerce_node_t *list)
{
    unsigned                    i;
    ngx_commerce_schema_t      *schema;
    const ngx_commerce_node_t  *item;
    ngx_commerce_property_t    *property;

    schema = known->schema;

    if (ngx_commerce_contract_type(build, list, NGX_COMMERCE_NODE_LIST) != 0) {
        return -1;
    }

    for (i = 0; i < list->nitems; i++) {
        item = list->items[i];

        if (ngx_commerce_contract_type(build, item, NGX_COMMERCE_NODE_STRING)
            != 0)
        {
            return -1;
        }

        property = (ngx_commerce_property_t *)
                   ngx_commerce_schema_property(schema, item->text.data,
                                                item->text.len);

        if (property == NULL && (!schema->open
                                 || ngx_commerce_node_get(known->node,
                                                          "properties")
                                    != NULL))
        {
            return ngx_commerce_contract_fail(build, item, "required "
                                              "property \"%s\" is not among "
                                              "the properties",
                                              (char *) item->text.data);
        }

        if (property == NULL) {
            property = object_insert(schema, &item->text);
            property->schema = schema->additional;
        }

        schema->nrequired += !property->required;
        property->required = 1;
    }

    return 0;
}


int
ngx_commerce_schema_has(const ngx_commerce_schema_t *schema,
    const ngx_commerce_str_t *name)
{
    return schema != NULL
           && ngx_commerce_schema_property(schema, name->data, name->len)
              != NULL;
}
