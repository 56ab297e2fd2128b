/*
 * Checks of single values: strings and numbers, whether they come from a body
 * or from a parameter.
 *
 * Called by schema_walk.c and schema_text.c; pure but for the memory of one
 * pattern match.
 */

#include "schema_compiled.h"
#include "text.h"


#define VALUE_MATCH_LIMIT  20000       /* steps of backtracking */
#define VALUE_MATCH_HEAP   256         /* KiB */


static int value_matches(const pcre2_code *pattern, const u_char *text,
    size_t len);
static int value_has_format(ngx_commerce_format_e format, const u_char *text,
    size_t len);
static int value_compare(const ngx_commerce_bound_t *bound, int64_t value);
static void value_limit(const ngx_commerce_bound_t *bound, int64_t *limit,
    int *limited);


const char *
ngx_commerce_schema_string(const ngx_commerce_schema_t *schema,
    const u_char *text, size_t len, int64_t *limit, int *limited)
{
    int64_t  length;

    length = ngx_commerce_text_utf8_length(text, len);

    /* PostgreSQL takes neither broken UTF-8 nor NUL */

    if (length < 0 || (len != 0 && memchr(text, '\0', len) != NULL)) {
        return "bad_format";
    }

    if (schema->min_length.set && (size_t) length < schema->min_length.value) {
        *limit = (int64_t) schema->min_length.value;
        *limited = 1;
        return "too_short";
    }

    if (schema->max_length.set && (size_t) length > schema->max_length.value) {
        *limit = (int64_t) schema->max_length.value;
        *limited = 1;
        return "too_long";
    }

    if (schema->format != NGX_COMMERCE_FORMAT_NONE
        && !value_has_format(schema->format, text, len))
    {
        return "bad_format";
    }

    if (schema->pattern != NULL
        && !value_matches(schema->pattern, text, len))
    {
        return "pattern_mismatch";
    }

    return NULL;
}


/* A match that would take too long is no match. */

static int
value_matches(const pcre2_code *pattern, const u_char *text, size_t len)
{
    int                   rc;
    pcre2_match_data     *data;
    pcre2_match_context  *context;

    data = pcre2_match_data_create(1, NULL);
    context = pcre2_match_context_create(NULL);
    rc = PCRE2_ERROR_NOMEMORY;

    if (data != NULL && context != NULL) {
        (void) pcre2_set_match_limit(context, VALUE_MATCH_LIMIT);
        (void) pcre2_set_heap_limit(context, VALUE_MATCH_HEAP);

        rc = pcre2_match(pattern, text, len, 0, PCRE2_NO_UTF_CHECK, data,
                         context);
    }

    pcre2_match_context_free(context);
    pcre2_match_data_free(data);

    return rc >= 0;
}


static int
value_has_format(ngx_commerce_format_e format, const u_char *text, size_t len)
{
    switch (format) {

    case NGX_COMMERCE_FORMAT_UUID:
        return ngx_commerce_text_is_uuid(text, len);

    case NGX_COMMERCE_FORMAT_EMAIL:
        return ngx_commerce_text_is_email(text, len);

    case NGX_COMMERCE_FORMAT_DATE_TIME:
        return ngx_commerce_text_is_date_time(text, len);

    case NGX_COMMERCE_FORMAT_DATE:
        return ngx_commerce_text_is_date(text, len);

    case NGX_COMMERCE_FORMAT_URI:
        return ngx_commerce_text_is_uri(text, len);

    case NGX_COMMERCE_FORMAT_NONE:
        break;
    }

    return 1;
}


const char *
ngx_commerce_schema_integer(const ngx_commerce_schema_t *schema,
    int64_t value, int64_t *limit, int *limited)
{
    int  rc;

    if (schema->minimum.set) {
        rc = value_compare(&schema->minimum, value);

        if (rc < 0 || (rc == 0 && schema->minimum.exclusive)) {
            value_limit(&schema->minimum, limit, limited);
            return "too_small";
        }
    }

    if (schema->maximum.set) {
        rc = value_compare(&schema->maximum, value);

        if (rc > 0 || (rc == 0 && schema->maximum.exclusive)) {
            value_limit(&schema->maximum, limit, limited);
            return "too_large";
        }
    }

    if (!schema->multiple.set) {
        return NULL;
    }

    if (!schema->multiple.is_int) {
        return ngx_commerce_schema_real(schema, (double) value, limit,
                                        limited);
    }

    if (value % schema->multiple.integer != 0) {
        value_limit(&schema->multiple, limit, limited);
        return "not_multiple";
    }

    return NULL;
}


/* Below, at or above a bound: -1, 0, 1; integers compare exactly */

static int
value_compare(const ngx_commerce_bound_t *bound, int64_t value)
{
    if (bound->is_int) {
        return (value > bound->integer) - (value < bound->integer);
    }

    return ((double) value > bound->real) - ((double) value < bound->real);
}


static void
value_limit(const ngx_commerce_bound_t *bound, int64_t *limit, int *limited)
{
    if (bound->is_int) {
        *limit = bound->integer;
        *limited = 1;
    }
}


const char *
ngx_commerce_schema_real(const ngx_commerce_schema_t *schema, double value,
    int64_t *limit, int *limited)
{
    double   parts, rest;
    int64_t  whole;

    if (schema->minimum.set
        && (value < schema->minimum.real
            || (value == schema->minimum.real && schema->minimum.exclusive)))
    {
        value_limit(&schema->minimum, limit, limited);
        return "too_small";
    }

    if (schema->maximum.set
        && (value > schema->maximum.real
            || (value == schema->maximum.real && schema->maximum.exclusive)))
    {
        value_limit(&schema->maximum, limit, limited);
        return "too_large";
    }

    if (!schema->multiple.set) {
        return NULL;
    }

    /* decimal fractions are not exact in binary: 0.07 / 0.01 is 7.000..01 */

    parts = value / schema->multiple.real;

    if (parts > 9e15 || parts < -9e15) {
        return "not_multiple";
    }

    whole = (int64_t) (parts + (parts < 0 ? -0.5 : 0.5));
    rest = parts - (double) whole;

    if (rest > 1e-6 || rest < -1e-6) {
        value_limit(&schema->multiple, limit, limited);
        return "not_multiple";
    }

    return NULL;
}
