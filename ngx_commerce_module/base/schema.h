/*
 * JSON Schema 2020-12, the subset that a gateway can check in one walk:
 * type (with null unions), required, properties, additionalProperties, enum,
 * const, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf,
 * minLength, maxLength (code points), pattern (PCRE2), format (uuid, email,
 * date-time, date, uri), items, minItems, maxItems, uniqueItems,
 * minProperties, maxProperties, oneOf with a discriminator, allOf of objects,
 * x-commerce-sealed.  Compiled by contract.h into its arena; read-only.
 */

#ifndef NGX_COMMERCE_SCHEMA_H
#define NGX_COMMERCE_SCHEMA_H


#include <jansson.h>

#include "arena.h"


#define NGX_COMMERCE_ERRORS_MAX   32


typedef struct ngx_commerce_schema_s  ngx_commerce_schema_t;


/* One complaint: where (RFC 6901) and what, e.g. "too_long" with limit 80. */
typedef struct {
    char         pointer[192];
    const char  *code;               /* static string */
    unsigned     limited:1;          /* `limit` says something */
    int64_t      limit;
} ngx_commerce_schema_error_t;


typedef struct {
    ngx_commerce_schema_error_t  list[NGX_COMMERCE_ERRORS_MAX];
    unsigned                     count;  /* more than MAX are counted only */
} ngx_commerce_schema_errors_t;


/*
 * Checks a value, collecting every complaint.  Returns 1 when it fits.
 * `errors` is the caller's and must be zeroed first.  Pure; any thread.
 */
int ngx_commerce_schema_check(const ngx_commerce_schema_t *schema,
    const json_t *value, ngx_commerce_schema_errors_t *errors);

/*
 * Checks one textual value (a parameter) against a scalar schema: types are
 * read from the text ("17" is an integer, "true" a boolean).  Returns NULL
 * when it fits, else the error's code; *limit is set only when a limit
 * explains it.  For an array the text is one item.
 */
const char *ngx_commerce_schema_check_text(const ngx_commerce_schema_t *schema,
    const u_char *text, size_t len, int64_t *limit);

/*
 * Calls `visit` for every property of `value` that the schema seals, with its
 * object, name and purpose; `visit` may replace the property.  Returns the
 * first non-zero result of `visit`.
 */
int ngx_commerce_schema_sealed(const ngx_commerce_schema_t *schema,
    json_t *value, int (*visit)(void *data, json_t *object, const char *name,
    const char *purpose), void *data);


#endif /* NGX_COMMERCE_SCHEMA_H */
