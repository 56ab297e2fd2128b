/*
 * What a JSON Schema compiles to.  Private to base: schema_compile.c writes
 * it, the walks read it; everyone else sees schema.h.
 *
 * Lives in the contract's arena; read-only once loaded, so any thread may
 * walk.  Schemas may point at each other in circles (category trees): a walk
 * goes only as deep as its value.
 */

#ifndef NGX_COMMERCE_SCHEMA_COMPILED_H
#define NGX_COMMERCE_SCHEMA_COMPILED_H


/* the width must be set before the library's header is read */
#ifndef PCRE2_CODE_UNIT_WIDTH
#define PCRE2_CODE_UNIT_WIDTH  8
#endif

#include <pcre2.h>

#include "schema.h"


#define NGX_COMMERCE_IS_NULL     0x01
#define NGX_COMMERCE_IS_BOOL     0x02
#define NGX_COMMERCE_IS_INT      0x04
#define NGX_COMMERCE_IS_NUMBER   0x08    /* integers too */
#define NGX_COMMERCE_IS_STRING   0x10
#define NGX_COMMERCE_IS_ARRAY    0x20
#define NGX_COMMERCE_IS_OBJECT   0x40
#define NGX_COMMERCE_IS_ANY      0x7f

#define NGX_COMMERCE_WALK_DEPTH  64


typedef enum {
    NGX_COMMERCE_FORMAT_NONE = 0,
    NGX_COMMERCE_FORMAT_UUID,
    NGX_COMMERCE_FORMAT_EMAIL,
    NGX_COMMERCE_FORMAT_DATE_TIME,
    NGX_COMMERCE_FORMAT_DATE,
    NGX_COMMERCE_FORMAT_URI
} ngx_commerce_format_e;


/* minimum and its three siblings, multipleOf */
typedef struct {
    unsigned  set:1;
    unsigned  exclusive:1;
    unsigned  is_int:1;
    int64_t   integer;
    double    real;                      /* always set */
} ngx_commerce_bound_t;


typedef struct {
    unsigned  set:1;
    size_t    value;
} ngx_commerce_count_t;


typedef struct {
    ngx_commerce_str_t            name;  /* NUL-terminated */
    const ngx_commerce_schema_t  *schema;
    const char                   *sealed;  /* purpose, or NULL */
    unsigned                      required:1;
} ngx_commerce_property_t;


/* A branch of oneOf and the discriminator value that chooses it. */
typedef struct {
    ngx_commerce_str_t            name;  /* data NULL: chosen by type */
    const ngx_commerce_schema_t  *schema;
} ngx_commerce_branch_t;


struct ngx_commerce_schema_s {
    unsigned                      types;       /* NGX_COMMERCE_IS_... */

    /* $ref with keywords beside it: that schema holds as well */
    const ngx_commerce_schema_t  *also;

    json_t                      **values;      /* enum and const */
    unsigned                      nvalues;

    ngx_commerce_bound_t          minimum;
    ngx_commerce_bound_t          maximum;
    ngx_commerce_bound_t          multiple;

    ngx_commerce_count_t          min_length;
    ngx_commerce_count_t          max_length;
    ngx_commerce_format_e         format;
    pcre2_code                   *pattern;

    const ngx_commerce_schema_t  *items;
    ngx_commerce_count_t          min_items;
    ngx_commerce_count_t          max_items;
    unsigned                      unique:1;

    /* open addressing by ngx_commerce_schema_hash(), a power of two slots */
    ngx_commerce_property_t     **slots;
    unsigned                      nslots;
    ngx_commerce_property_t      *properties;
    unsigned                      nproperties;
    unsigned                      nrequired;
    unsigned                      open:1;      /* others are allowed */
    const ngx_commerce_schema_t  *additional;  /* and fit this, or NULL */
    ngx_commerce_count_t          min_properties;
    ngx_commerce_count_t          max_properties;

    ngx_commerce_branch_t        *branches;
    unsigned                      nbranches;
    ngx_commerce_str_t            discriminator;

    unsigned                      seals:1;     /* somewhere below */
    unsigned                      visited:2;   /* while compiling only */
};


/* FNV-1a over a property's name. */
static inline uint32_t
ngx_commerce_schema_hash(const void *name, size_t len)
{
    uint32_t       hash;
    const u_char  *p, *end;

    hash = 2166136261u;

    for (p = name, end = p + len; p != end; p++) {
        hash = (hash ^ *p) * 16777619u;
    }

    return hash;
}


/* The property of that name, or NULL. */
const ngx_commerce_property_t *ngx_commerce_schema_property(
    const ngx_commerce_schema_t *schema, const void *name, size_t len);

/*
 * The checks that texts and JSON values share: NULL when the value fits, else
 * the error's code, with *limit and *limited set when a limit explains it.
 */
const char *ngx_commerce_schema_string(const ngx_commerce_schema_t *schema,
    const u_char *text, size_t len, int64_t *limit, int *limited);
const char *ngx_commerce_schema_integer(const ngx_commerce_schema_t *schema,
    int64_t value, int64_t *limit, int *limited);
const char *ngx_commerce_schema_real(const ngx_commerce_schema_t *schema,
    double value, int64_t *limit, int *limited);

/* 1 when two elements of an array are equal. */
int ngx_commerce_schema_repeats(const json_t *array);


#endif /* NGX_COMMERCE_SCHEMA_COMPILED_H */
