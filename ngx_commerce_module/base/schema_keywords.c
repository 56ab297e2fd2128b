/*
 * Schema keywords of numbers, strings and arrays.
 *
 * Called by schema_compile.c for each schema.
 */

#include "contract_build.h"
#include "schema_compiled.h"


#define KEYWORDS_PATTERN_MAX  1024


static int keywords_bound(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const char *key, const char *exclusive,
    ngx_commerce_bound_t *bound);
static int keywords_multiple(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);
static int keywords_format(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);
static int keywords_pattern(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);
static void keywords_pattern_free(void *data);
static int keywords_order(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const ngx_commerce_count_t *min,
    const ngx_commerce_count_t *max, const char *what);


int
ngx_commerce_schema_scalar(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    ngx_commerce_schema_t      *schema;
    const ngx_commerce_node_t  *node;

    node = known->node;
    schema = known->schema;

    if (keywords_bound(build, node, "minimum", "exclusiveMinimum",
                       &schema->minimum) != 0
        || keywords_bound(build, node, "maximum", "exclusiveMaximum",
                          &schema->maximum) != 0
        || keywords_multiple(build, known) != 0
        || ngx_commerce_schema_count(build, node, "minLength",
                                     &schema->min_length) != 0
        || ngx_commerce_schema_count(build, node, "maxLength",
                                     &schema->max_length) != 0
        || keywords_order(build, node, &schema->min_length,
                          &schema->max_length, "minLength") != 0
        || keywords_format(build, known) != 0
        || keywords_pattern(build, known) != 0)
    {
        return -1;
    }

    if (schema->minimum.set && schema->maximum.set
        && schema->minimum.real > schema->maximum.real)
    {
        return ngx_commerce_contract_fail(build, node,
                                          "the minimum is above the maximum");
    }

    return 0;
}


static int
keywords_bound(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const char *key, const char *exclusive,
    ngx_commerce_bound_t *bound)
{
    const ngx_commerce_node_t  *value, *other;

    value = ngx_commerce_node_get(node, key);
    other = ngx_commerce_node_get(node, exclusive);

    if (value != NULL && other != NULL) {
        return ngx_commerce_contract_fail(build, other, "\"%s\" beside "
                                          "\"%s\"", exclusive, key);
    }

    if (other != NULL) {
        bound->exclusive = 1;
        value = other;
    }

    if (value == NULL) {
        return 0;
    }

    if (value->type != NGX_COMMERCE_NODE_INT
        && value->type != NGX_COMMERCE_NODE_REAL)
    {
        return ngx_commerce_contract_fail(build, value, "expected a number");
    }

    bound->set = 1;
    bound->is_int = (value->type == NGX_COMMERCE_NODE_INT);
    bound->integer = value->integer;
    bound->real = value->real;

    return 0;
}


static int
keywords_multiple(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    if (keywords_bound(build, known->node, "multipleOf", "",
                       &known->schema->multiple)
        != 0)
    {
        return -1;
    }

    if (known->schema->multiple.set && known->schema->multiple.real <= 0) {
        return ngx_commerce_contract_fail(build, known->node,
                                          "multipleOf must be positive");
    }

    return 0;
}


int
ngx_commerce_schema_count(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const char *key, void *count)
{
    ngx_commerce_count_t       *out;
    const ngx_commerce_node_t  *value;

    out = count;
    value = ngx_commerce_node_get(node, key);

    if (value == NULL) {
        return 0;
    }

    if (value->type != NGX_COMMERCE_NODE_INT || value->integer < 0
        || value->integer > 2147483647)
    {
        return ngx_commerce_contract_fail(build, value, "expected a count");
    }

    out->set = 1;
    out->value = (size_t) value->integer;

    return 0;
}


static int
keywords_order(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const ngx_commerce_count_t *min,
    const ngx_commerce_count_t *max, const char *what)
{
    if (min->set && max->set && min->value > max->value) {
        return ngx_commerce_contract_fail(build,
                                          ngx_commerce_node_get(node, what),
                                          "\"%s\" is above its maximum", what);
    }

    return 0;
}


static int
keywords_format(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    int                         word;
    const ngx_commerce_node_t  *format;
    static const char *const    words[] = {
        "uuid", "email", "date-time", "date", "uri", NULL
    };

    format = ngx_commerce_node_get(known->node, "format");

    if (format == NULL) {
        return 0;
    }

    word = ngx_commerce_contract_word(build, format, words);

    if (word < 0) {
        return -1;
    }

    known->schema->format = (ngx_commerce_format_e) (word + 1);

    return 0;
}


/*
 * As ECMA-262 reads it where the two differ in what people write: $ is the
 * very end, \d and \w are ASCII.
 */

static int
keywords_pattern(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    int                         number;
    u_char                      message[128];
    PCRE2_SIZE                  offset;
    pcre2_code                 *code;
    const ngx_commerce_node_t  *node;

    node = ngx_commerce_node_get(known->node, "pattern");

    if (node == NULL) {
        return 0;
    }

    if (ngx_commerce_contract_type(build, node, NGX_COMMERCE_NODE_STRING)
        != 0)
    {
        return -1;
    }

    if (node->text.len > KEYWORDS_PATTERN_MAX) {
        return ngx_commerce_contract_fail(build, node, "the pattern is longer "
                                          "than %d", KEYWORDS_PATTERN_MAX);
    }

    code = pcre2_compile(node->text.data, node->text.len,
                         PCRE2_UTF|PCRE2_DOLLAR_ENDONLY
                         |PCRE2_NEVER_BACKSLASH_C,
                         &number, &offset, NULL);
    if (code == NULL) {
        (void) pcre2_get_error_message(number, message, sizeof(message));

        return ngx_commerce_contract_fail(build, node,
                                          "bad pattern: %s at offset %u",
                                          (char *) message,
                                          (unsigned) offset);
    }

    if (ngx_commerce_arena_cleanup(build->arena, keywords_pattern_free, code)
        != 0)
    {
        pcre2_code_free(code);
        return ngx_commerce_contract_no_memory(build);
    }

    known->schema->pattern = code;

    return 0;
}


static void
keywords_pattern_free(void *data)
{
    pcre2_code_free(data);
}


int
ngx_commerce_schema_array(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known)
{
    ngx_commerce_schema_t      *schema;
    const ngx_commerce_node_t  *items, *unique;

    schema = known->schema;
    items = ngx_commerce_node_get(known->node, "items");
    unique = ngx_commerce_node_get(known->node, "uniqueItems");

    if (ngx_commerce_schema_count(build, known->node, "minItems",
                                  &schema->min_items) != 0
        || ngx_commerce_schema_count(build, known->node, "maxItems",
                                     &schema->max_items) != 0
        || keywords_order(build, known->node, &schema->min_items,
                          &schema->max_items, "minItems") != 0
        || ngx_commerce_contract_type(build, unique, NGX_COMMERCE_NODE_BOOL)
           != 0)
    {
        return -1;
    }

    schema->unique = (unique != NULL && unique->integer);

    if (items == NULL) {
        return 0;
    }

    schema->items = ngx_commerce_schema_of(build, items, known->mode);

    return (schema->items != NULL) ? 0 : -1;
}
