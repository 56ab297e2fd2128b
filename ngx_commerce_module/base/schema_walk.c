/*
 * One walk of a JSON value along its compiled schema, collecting every
 * complaint with its pointer.
 *
 * Called by the gateway for request bodies (and by tests for answers).  Pure:
 * the path to the current value is a list on the stack, rendered only for
 * complaints.
 */

#include <stdio.h>

#include "schema_compiled.h"


typedef struct walk_step_s  walk_step_t;


struct walk_step_s {
    const walk_step_t  *up;
    const char         *key;             /* NULL: an index */
    size_t              index;
    unsigned            depth;
};


static void walk_value(const ngx_commerce_schema_t *schema,
    const json_t *value, const walk_step_t *at,
    ngx_commerce_schema_errors_t *errors);
static int walk_type(const ngx_commerce_schema_t *schema, const json_t *value);
static unsigned walk_type_of(const json_t *value);
static int walk_values(const ngx_commerce_schema_t *schema,
    const json_t *value);
static void walk_scalar(const ngx_commerce_schema_t *schema,
    const json_t *value, const walk_step_t *at,
    ngx_commerce_schema_errors_t *errors);
static void walk_array(const ngx_commerce_schema_t *schema,
    const json_t *value, const walk_step_t *at,
    ngx_commerce_schema_errors_t *errors);
static void walk_object(const ngx_commerce_schema_t *schema,
    const json_t *value, const walk_step_t *at,
    ngx_commerce_schema_errors_t *errors);
static void walk_missing(const ngx_commerce_schema_t *schema,
    const json_t *value, const walk_step_t *at,
    ngx_commerce_schema_errors_t *errors);
static void walk_branches(const ngx_commerce_schema_t *schema,
    const json_t *value, const walk_step_t *at,
    ngx_commerce_schema_errors_t *errors);
static void walk_count(const ngx_commerce_count_t *min,
    const ngx_commerce_count_t *max, size_t count, const char *few,
    const char *many, const walk_step_t *at,
    ngx_commerce_schema_errors_t *errors);
static void walk_complain(ngx_commerce_schema_errors_t *errors,
    const walk_step_t *at, const char *key, const char *code, int limited,
    int64_t limit);
static void walk_pointer(char *out, size_t size, const walk_step_t *at,
    const char *key);
static size_t walk_pointer_step(char *out, size_t size, size_t pos,
    const walk_step_t *step);


int
ngx_commerce_schema_check(const ngx_commerce_schema_t *schema,
    const json_t *value, ngx_commerce_schema_errors_t *errors)
{
    walk_step_t  root;

    memset(&root, 0, sizeof(walk_step_t));

    walk_value(schema, value, &root, errors);

    return errors->count == 0;
}


static void
walk_value(const ngx_commerce_schema_t *schema, const json_t *value,
    const walk_step_t *at, ngx_commerce_schema_errors_t *errors)
{
    if (at->depth > NGX_COMMERCE_WALK_DEPTH) {
        walk_complain(errors, at, NULL, "too_deep", 1,
                      NGX_COMMERCE_WALK_DEPTH);
        return;
    }

    if (schema->also != NULL) {
        walk_value(schema->also, value, at, errors);
    }

    if (!walk_type(schema, value)) {
        walk_complain(errors, at, NULL, "wrong_type", 0, 0);
        return;
    }

    if (schema->nvalues != 0 && !walk_values(schema, value)) {
        walk_complain(errors, at, NULL, "not_in_enum", 0, 0);
        return;
    }

    if (schema->nbranches != 0) {
        walk_branches(schema, value, at, errors);
        return;
    }

    if (json_is_object(value)) {
        walk_object(schema, value, at, errors);

    } else if (json_is_array(value)) {
        walk_array(schema, value, at, errors);

    } else {
        walk_scalar(schema, value, at, errors);
    }
}


static int
walk_type(const ngx_commerce_schema_t *schema, const json_t *value)
{
    unsigned  type;

    type = walk_type_of(value);

    if (type == NGX_COMMERCE_IS_INT) {
        type |= NGX_COMMERCE_IS_NUMBER;
    }

    return (schema->types & type) != 0;
}


static unsigned
walk_type_of(const json_t *value)
{
    switch (json_typeof(value)) {

    case JSON_OBJECT:
        return NGX_COMMERCE_IS_OBJECT;

    case JSON_ARRAY:
        return NGX_COMMERCE_IS_ARRAY;

    case JSON_STRING:
        return NGX_COMMERCE_IS_STRING;

    case JSON_INTEGER:
        return NGX_COMMERCE_IS_INT;

    case JSON_REAL:
        return NGX_COMMERCE_IS_NUMBER;

    case JSON_TRUE:
    case JSON_FALSE:
        return NGX_COMMERCE_IS_BOOL;

    default:
        return NGX_COMMERCE_IS_NULL;
    }
}


static int
walk_values(const ngx_commerce_schema_t *schema, const json_t *value)
{
    unsigned  i;

    for (i = 0; i < schema->nvalues; i++) {

        if (json_equal(schema->values[i], value)) {
            return 1;
        }
    }

    return 0;
}


static void
walk_scalar(const ngx_commerce_schema_t *schema, const json_t *value,
    const walk_step_t *at, ngx_commerce_schema_errors_t *errors)
{
    int          limited;
    int64_t      limit;
    const char  *code;

    limited = 0;
    limit = 0;
    code = NULL;

    if (json_is_string(value)) {
        code = ngx_commerce_schema_string(schema,
                                          (u_char *) json_string_value(value),
                                          json_string_length(value), &limit,
                                          &limited);

    } else if (json_is_integer(value)) {
        code = ngx_commerce_schema_integer(schema, json_integer_value(value),
                                           &limit, &limited);

    } else if (json_is_real(value)) {
        code = ngx_commerce_schema_real(schema, json_real_value(value),
                                        &limit, &limited);
    }

    if (code != NULL) {
        walk_complain(errors, at, NULL, code, limited, limit);
    }
}


static void
walk_array(const ngx_commerce_schema_t *schema, const json_t *value,
    const walk_step_t *at, ngx_commerce_schema_errors_t *errors)
{
    size_t       n;
    walk_step_t  step;

    n = json_array_size(value);

    walk_count(&schema->min_items, &schema->max_items, n, "too_few_items",
               "too_many_items", at, errors);

    if (schema->max_items.set && n > schema->max_items.value) {
        return;
    }

    if (schema->unique && ngx_commerce_schema_repeats(value)) {
        walk_complain(errors, at, NULL, "not_unique", 0, 0);
    }

    if (schema->items == NULL) {
        return;
    }

    step.up = at;
    step.key = NULL;
    step.depth = at->depth + 1;

    for (step.index = 0; step.index < n; step.index++) {
        walk_value(schema->items, json_array_get(value, step.index), &step,
                   errors);
    }
}


static void
walk_object(const ngx_commerce_schema_t *schema, const json_t *value,
    const walk_step_t *at, ngx_commerce_schema_errors_t *errors)
{
    json_t                         *child;
    unsigned                        found;
    walk_step_t                     step;
    const char                     *key;
    const ngx_commerce_schema_t    *target;
    const ngx_commerce_property_t  *property;

    walk_count(&schema->min_properties, &schema->max_properties,
               json_object_size(value), "too_few_properties",
               "too_many_properties", at, errors);

    found = 0;
    step.up = at;
    step.index = 0;
    step.depth = at->depth + 1;

    json_object_foreach((json_t *) value, key, child) {

        property = ngx_commerce_schema_property(schema, key, strlen(key));

        if (property != NULL) {
            found += property->required;
            target = property->schema;

        } else if (schema->open) {
            target = schema->additional;

        } else {
            walk_complain(errors, at, key, "unknown_field", 0, 0);
            continue;
        }

        if (target != NULL) {
            step.key = key;
            walk_value(target, child, &step, errors);
        }
    }

    if (found != schema->nrequired) {
        walk_missing(schema, value, at, errors);
    }
}


static void
walk_missing(const ngx_commerce_schema_t *schema, const json_t *value,
    const walk_step_t *at, ngx_commerce_schema_errors_t *errors)
{
    unsigned                        i;
    const ngx_commerce_property_t  *property;

    for (i = 0; i < schema->nproperties; i++) {
        property = &schema->properties[i];

        if (property->required
            && json_object_get(value, (char *) property->name.data) == NULL)
        {
            walk_complain(errors, at, (char *) property->name.data,
                          "required", 0, 0);
        }
    }
}


/* oneOf: the branch is chosen by the discriminator, else by the type */

static void
walk_branches(const ngx_commerce_schema_t *schema, const json_t *value,
    const walk_step_t *at, ngx_commerce_schema_errors_t *errors)
{
    json_t                       *chosen;
    unsigned                      i;
    const char                   *name;
    const ngx_commerce_branch_t  *branch;

    name = (char *) schema->discriminator.data;
    chosen = (name != NULL) ? json_object_get(value, name) : NULL;

    if (name != NULL && chosen == NULL && json_is_object(value)) {
        walk_complain(errors, at, name, "required", 0, 0);
        return;
    }

    for (i = 0; i < schema->nbranches; i++) {
        branch = &schema->branches[i];

        if (branch->name.data == NULL || chosen == NULL) {

            if (branch->name.data == NULL && walk_type(branch->schema, value)) {
                walk_value(branch->schema, value, at, errors);
                return;
            }

            continue;
        }

        if (json_is_string(chosen)
            && json_string_length(chosen) == branch->name.len
            && memcmp(json_string_value(chosen), branch->name.data,
                      branch->name.len) == 0)
        {
            walk_value(branch->schema, value, at, errors);
            return;
        }
    }

    walk_complain(errors, at, (chosen != NULL) ? name : NULL, "no_match", 0,
                  0);
}


static void
walk_count(const ngx_commerce_count_t *min, const ngx_commerce_count_t *max,
    size_t count, const char *few, const char *many, const walk_step_t *at,
    ngx_commerce_schema_errors_t *errors)
{
    if (min->set && count < min->value) {
        walk_complain(errors, at, NULL, few, 1, (int64_t) min->value);
    }

    if (max->set && count > max->value) {
        walk_complain(errors, at, NULL, many, 1, (int64_t) max->value);
    }
}


static void
walk_complain(ngx_commerce_schema_errors_t *errors, const walk_step_t *at,
    const char *key, const char *code, int limited, int64_t limit)
{
    ngx_commerce_schema_error_t  *error;

    if (errors->count < NGX_COMMERCE_ERRORS_MAX) {
        error = &errors->list[errors->count];

        walk_pointer(error->pointer, sizeof(error->pointer), at, key);

        error->code = code;
        error->limited = (limited != 0);
        error->limit = limit;
    }

    errors->count++;
}


static void
walk_pointer(char *out, size_t size, const walk_step_t *at, const char *key)
{
    size_t              pos;
    unsigned            n;
    walk_step_t         last;
    const walk_step_t  *step, *path[NGX_COMMERCE_WALK_DEPTH + 4];

    n = 0;

    if (key != NULL) {
        last.key = key;
        path[n++] = &last;
    }

    for (step = at; step->up != NULL; step = step->up) {
        path[n++] = step;
    }

    pos = 0;

    while (n-- != 0) {
        pos = walk_pointer_step(out, size, pos, path[n]);
    }

    out[pos] = '\0';
}


/* Cuts between characters: a pointer stays UTF-8, whatever its length. */

static size_t
walk_pointer_step(char *out, size_t size, size_t pos, const walk_step_t *step)
{
    int          n;
    char         number[24];
    const char  *p;

    p = step->key;

    if (p == NULL) {
        n = snprintf(number, sizeof(number), "%zu", step->index);
        number[n] = '\0';
        p = number;
    }

    if (pos + 8 >= size) {
        return pos;
    }

    out[pos++] = '/';

    while (*p != '\0' && (pos + 8 < size || (*p & 0xc0) == 0x80)) {

        if (*p == '~' || *p == '/') {
            out[pos++] = '~';
            out[pos++] = (*p == '~') ? '0' : '1';

        } else {
            out[pos++] = *p;
        }

        p++;
    }

    return pos;
}


const ngx_commerce_property_t *
ngx_commerce_schema_property(const ngx_commerce_schema_t *schema,
    const void *name, size_t len)
{
    unsigned                        i;
    const ngx_commerce_property_t  *property;

    if (schema->nslots == 0) {
        return NULL;
    }

    i = ngx_commerce_schema_hash(name, len);

    for ( ;; ) {
        property = schema->slots[i & (schema->nslots - 1)];

        if (property == NULL) {
            return NULL;
        }

        if (property->name.len == len
            && memcmp(property->name.data, name, len) == 0)
        {
            return property;
        }

        i++;
    }
}
