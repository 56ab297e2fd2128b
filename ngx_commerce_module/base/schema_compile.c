/*
 * Schemas compiled: the table of those met, types, enums, references.
 *
 * Called by the contract's compiling files.  A schema is allocated when it is
 * first met and compiled later from a queue, so depth of the document costs no
 * stack and circles need no care.
 */

#include "contract_build.h"
#include "schema_compiled.h"


#define COMPILE_CHAIN_MAX  32


static int compile_is_plain_ref(const ngx_commerce_node_t *node);
static ngx_commerce_known_t **compile_bucket(
    ngx_commerce_contract_build_t *build, const ngx_commerce_node_t *node);
static int compile_one(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);
static int compile_ref(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);
static int compile_type(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);
static int compile_values(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);
static int compile_value(ngx_commerce_contract_build_t *build,
    ngx_commerce_schema_t *schema, const ngx_commerce_node_t *node);
static void compile_value_free(void *data);
static int compile_applies(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);


static const char *const  compile_keys[] = {
    "$ref", "type", "required", "properties", "additionalProperties", "enum",
    "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minLength", "maxLength", "pattern", "format", "items",
    "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
    "oneOf", "discriminator", "allOf", "description", "title", "example",
    "examples", "default", "readOnly", "writeOnly", "deprecated", "$comment",
    "x-commerce-sealed", NULL
};


static const char *const  compile_annotations[] = {
    "$ref", "description", "title", "example", "examples", "default",
    "readOnly", "writeOnly", "deprecated", "$comment", "x-commerce-sealed",
    NULL
};


ngx_commerce_schema_t *
ngx_commerce_schema_of(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, unsigned mode)
{
    unsigned                n;
    ngx_commerce_known_t   *known, **bucket;

    for (n = 0; compile_is_plain_ref(node); n++) {

        if (n == COMPILE_CHAIN_MAX) {
            (void) ngx_commerce_contract_fail(build, node, "references that "
                                              "lead back to themselves");
            return NULL;
        }

        node = ngx_commerce_contract_target(build,
                                      ngx_commerce_node_get(node, "$ref"));
        if (node == NULL) {
            return NULL;
        }
    }

    bucket = compile_bucket(build, node);

    for (known = *bucket; known != NULL; known = known->bucket) {

        if (known->node == node && known->mode == mode) {
            return known->schema;
        }
    }

    known = ngx_commerce_arena_alloc(build->arena,
                                     sizeof(ngx_commerce_known_t));
    if (known != NULL) {
        known->schema = ngx_commerce_arena_alloc(build->arena,
                                               sizeof(ngx_commerce_schema_t));
    }

    if (known == NULL || known->schema == NULL) {
        (void) ngx_commerce_contract_no_memory(build);
        return NULL;
    }

    known->node = node;
    known->mode = mode;
    known->bucket = *bucket;
    *bucket = known;

    if (build->last != NULL) {
        build->last->next = known;

    } else {
        build->first = known;
    }

    build->last = known;

    return known->schema;
}


static int
compile_is_plain_ref(const ngx_commerce_node_t *node)
{
    unsigned  i, k;

    if (ngx_commerce_node_get(node, "$ref") == NULL) {
        return 0;
    }

    for (i = 0; i < node->nitems; i++) {

        for (k = 0; compile_annotations[k] != NULL; k++) {

            if (ngx_commerce_str_is(&node->items[i]->key,
                                    compile_annotations[k]))
            {
                break;
            }
        }

        if (compile_annotations[k] == NULL) {
            return 0;
        }
    }

    return 1;
}


static ngx_commerce_known_t **
compile_bucket(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node)
{
    uint32_t  hash;

    hash = ngx_commerce_schema_hash(&node, sizeof(node));

    return &build->known[hash % NGX_COMMERCE_SCHEMA_BUCKETS];
}


int
ngx_commerce_schema_compile(ngx_commerce_contract_build_t *build)
{
    ngx_commerce_known_t  *known;

    for ( ;; ) {
        known = (build->done != NULL) ? build->done->next : build->first;

        if (known == NULL) {
            return 0;
        }

        build->done = known;

        if (compile_one(build, known) != 0) {
            return -1;
        }
    }
}


static int
compile_one(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    const ngx_commerce_node_t  *node;

    node = known->node;
    known->schema->types = NGX_COMMERCE_IS_ANY;

    if (node->type == NGX_COMMERCE_NODE_BOOL) {
        known->schema->open = 1;

        return node->integer ? 0
               : ngx_commerce_contract_fail(build, node,
                                            "a schema that nothing fits");
    }

    if (ngx_commerce_contract_keys(build, node, "a schema", compile_keys)
        != 0)
    {
        return -1;
    }

    if (compile_ref(build, known) != 0
        || compile_type(build, known) != 0
        || compile_values(build, known) != 0
        || ngx_commerce_schema_scalar(build, known) != 0
        || ngx_commerce_schema_array(build, known) != 0
        || ngx_commerce_schema_object(build, known) != 0
        || ngx_commerce_schema_one_of(build, known) != 0
        || compile_applies(build, known) != 0)
    {
        return -1;
    }

    return (known->mode == NGX_COMMERCE_OF_REQUEST)
           ? ngx_commerce_schema_rules(build, known) : 0;
}


/* $ref with constraints beside it: both hold */

static int
compile_ref(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    unsigned                    i;
    const ngx_commerce_node_t  *ref, *other;
    static const char          *banned[] = {
        "properties", "required", "additionalProperties", "allOf", "oneOf"
    };

    ref = ngx_commerce_node_get(known->node, "$ref");

    if (ref == NULL) {
        return 0;
    }

    for (i = 0; i < sizeof(banned) / sizeof(banned[0]); i++) {
        other = ngx_commerce_node_get(known->node, banned[i]);

        if (other != NULL) {
            return ngx_commerce_contract_fail(build, other, "\"%s\" beside "
                                              "$ref: use allOf", banned[i]);
        }
    }

    ref = ngx_commerce_contract_target(build, ref);

    known->schema->also = (ref != NULL)
                          ? ngx_commerce_schema_of(build, ref, known->mode)
                          : NULL;

    return (known->schema->also != NULL) ? 0 : -1;
}


static int
compile_type(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    int                         word;
    unsigned                    i;
    const ngx_commerce_node_t  *type;

    static const char *const    words[] = {
        "null", "boolean", "integer", "number", "string", "array", "object",
        NULL
    };

    type = ngx_commerce_node_get(known->node, "type");

    if (type == NULL) {
        return 0;
    }

    known->schema->types = 0;

    if (type->type != NGX_COMMERCE_NODE_LIST) {
        word = ngx_commerce_contract_word(build, type, words);
        known->schema->types = (word >= 0) ? 1u << word : 0;

        return (word >= 0) ? 0 : -1;
    }

    for (i = 0; i < type->nitems; i++) {
        word = ngx_commerce_contract_word(build, type->items[i], words);

        if (word < 0) {
            return -1;
        }

        known->schema->types |= 1u << word;
    }

    return (type->nitems != 0) ? 0
           : ngx_commerce_contract_fail(build, type, "an empty list of types");
}


static int
compile_values(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    unsigned                    i, n;
    const ngx_commerce_node_t  *list, *constant;

    list = ngx_commerce_node_get(known->node, "enum");
    constant = ngx_commerce_node_get(known->node, "const");

    if (list == NULL && constant == NULL) {
        return 0;
    }

    if (list != NULL
        && (constant != NULL || list->type != NGX_COMMERCE_NODE_LIST
            || list->nitems == 0))
    {
        return ngx_commerce_contract_fail(build, list, "enum must be a list "
                                          "of values, and without const");
    }

    n = (list != NULL) ? list->nitems : 1;

    known->schema->values = ngx_commerce_arena_alloc(build->arena,
                                                     n * sizeof(json_t *));
    if (known->schema->values == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    for (i = 0; i < n; i++) {

        if (compile_value(build, known->schema,
                          (list != NULL) ? list->items[i] : constant)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
compile_value(ngx_commerce_contract_build_t *build,
    ngx_commerce_schema_t *schema, const ngx_commerce_node_t *node)
{
    json_t  *value;

    value = ngx_commerce_node_json(node);

    if (value == NULL) {
        return ngx_commerce_contract_fail(build, node, "not UTF-8");
    }

    if (ngx_commerce_arena_cleanup(build->arena, compile_value_free, value)
        != 0)
    {
        json_decref(value);
        return ngx_commerce_contract_no_memory(build);
    }

    schema->values[schema->nvalues++] = value;

    return 0;
}


static void
compile_value_free(void *data)
{
    json_decref(data);
}


/* A keyword that can never matter is a mistake of its writer. */

static int
compile_applies(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    unsigned                    i;
    const ngx_commerce_node_t  *node;

    static const struct {
        const char  *key;
        unsigned     types;
    } rules[] = {
        { "minimum", NGX_COMMERCE_IS_INT|NGX_COMMERCE_IS_NUMBER },
        { "maximum", NGX_COMMERCE_IS_INT|NGX_COMMERCE_IS_NUMBER },
        { "exclusiveMinimum", NGX_COMMERCE_IS_INT|NGX_COMMERCE_IS_NUMBER },
        { "exclusiveMaximum", NGX_COMMERCE_IS_INT|NGX_COMMERCE_IS_NUMBER },
        { "multipleOf", NGX_COMMERCE_IS_INT|NGX_COMMERCE_IS_NUMBER },
        { "minLength", NGX_COMMERCE_IS_STRING },
        { "maxLength", NGX_COMMERCE_IS_STRING },
        { "pattern", NGX_COMMERCE_IS_STRING },
        { "format", NGX_COMMERCE_IS_STRING },
        { "items", NGX_COMMERCE_IS_ARRAY },
        { "minItems", NGX_COMMERCE_IS_ARRAY },
        { "maxItems", NGX_COMMERCE_IS_ARRAY },
        { "uniqueItems", NGX_COMMERCE_IS_ARRAY },
        { "properties", NGX_COMMERCE_IS_OBJECT },
        { "required", NGX_COMMERCE_IS_OBJECT },
        { "additionalProperties", NGX_COMMERCE_IS_OBJECT },
        { "minProperties", NGX_COMMERCE_IS_OBJECT },
        { "maxProperties", NGX_COMMERCE_IS_OBJECT },
        { "allOf", NGX_COMMERCE_IS_OBJECT }
    };

    for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        node = ngx_commerce_node_get(known->node, rules[i].key);

        if (node != NULL && !(known->schema->types & rules[i].types)) {
            return ngx_commerce_contract_fail(build, node, "\"%s\" does not "
                                              "apply to this type",
                                              rules[i].key);
        }
    }

    return 0;
}
