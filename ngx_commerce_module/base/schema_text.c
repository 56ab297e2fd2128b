/*
 * Parameters against schemas: one text, read as the type that the schema asks
 * for.
 *
 * Called by the gateway's input station for each path, query and header value;
 * also by the compiler for the defaults of parameters.  Pure.
 */

#include <errno.h>
#include <stdlib.h>

#include "schema_compiled.h"
#include "text.h"


#define TEXT_NUMBER_MAX  40


static const char *text_scalar(const ngx_commerce_schema_t *schema,
    const u_char *text, size_t len, int64_t *limit);
static int text_real(const u_char *text, size_t len, double *value);
static int text_in_values(const ngx_commerce_schema_t *schema,
    const u_char *text, size_t len);


const char *
ngx_commerce_schema_check_text(const ngx_commerce_schema_t *schema,
    const u_char *text, size_t len, int64_t *limit)
{
    const char  *code;

    /* an array's or a prefix object's text is one element of it */

    for ( ;; ) {

        if (schema->types == NGX_COMMERCE_IS_ARRAY && schema->items != NULL) {
            schema = schema->items;

        } else if (schema->types == NGX_COMMERCE_IS_OBJECT
                   && schema->additional != NULL)
        {
            schema = schema->additional;

        } else {
            break;
        }
    }

    if (schema->also != NULL) {
        code = ngx_commerce_schema_check_text(schema->also, text, len, limit);

        if (code != NULL) {
            return code;
        }
    }

    if (schema->nvalues != 0 && !text_in_values(schema, text, len)) {
        return "not_in_enum";
    }

    return text_scalar(schema, text, len, limit);
}


static const char *
text_scalar(const ngx_commerce_schema_t *schema, const u_char *text,
    size_t len, int64_t *limit)
{
    int      limited;
    double   real;
    int64_t  integer;

    if ((schema->types & (NGX_COMMERCE_IS_INT|NGX_COMMERCE_IS_NUMBER))
        && ngx_commerce_text_int(text, len, &integer) == 0)
    {
        return ngx_commerce_schema_integer(schema, integer, limit, &limited);
    }

    if ((schema->types & NGX_COMMERCE_IS_NUMBER)
        && text_real(text, len, &real) == 0)
    {
        return ngx_commerce_schema_real(schema, real, limit, &limited);
    }

    if ((schema->types & NGX_COMMERCE_IS_BOOL)
        && ((len == 4 && memcmp(text, "true", 4) == 0)
            || (len == 5 && memcmp(text, "false", 5) == 0)))
    {
        return NULL;
    }

    if (schema->types & NGX_COMMERCE_IS_STRING) {
        return ngx_commerce_schema_string(schema, text, len, limit, &limited);
    }

    return "wrong_type";
}


/* A JSON number: what strtod takes beyond that (hex, inf) is refused. */

static int
text_real(const u_char *text, size_t len, double *value)
{
    char    buf[TEXT_NUMBER_MAX + 1], *end;
    size_t  i;

    if (len == 0 || len > TEXT_NUMBER_MAX || text[0] == '+'
        || text[0] == '.' || text[len - 1] == '.')
    {
        return -1;
    }

    for (i = 0; i < len; i++) {

        if ((text[i] < '0' || text[i] > '9') && text[i] != '-'
            && text[i] != '+' && text[i] != '.' && text[i] != 'e'
            && text[i] != 'E')
        {
            return -1;
        }
    }

    memcpy(buf, text, len);
    buf[len] = '\0';

    errno = 0;
    *value = strtod(buf, &end);

    return (*end == '\0' && errno == 0) ? 0 : -1;
}


static int
text_in_values(const ngx_commerce_schema_t *schema, const u_char *text,
    size_t len)
{
    int64_t        integer;
    json_t        *value;
    unsigned       i, is_int;

    is_int = (ngx_commerce_text_int(text, len, &integer) == 0);

    for (i = 0; i < schema->nvalues; i++) {
        value = schema->values[i];

        if (json_is_string(value)
            && json_string_length(value) == len
            && memcmp(json_string_value(value), text, len) == 0)
        {
            return 1;
        }

        if (json_is_integer(value) && is_int
            && json_integer_value(value) == integer)
        {
            return 1;
        }

        if ((json_is_true(value) && len == 4 && memcmp(text, "true", 4) == 0)
            || (json_is_false(value) && len == 5
                && memcmp(text, "false", 5) == 0))
        {
            return 1;
        }
    }

    return 0;
}
