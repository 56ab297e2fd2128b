/*
 * uniqueItems: are two elements of an array equal?
 *
 * Called by schema_walk.c for arrays within their maxItems.  Elements are
 * sorted by a hash and compared only with their neighbours of the same hash,
 * so large arrays cost n log n.
 */

#include <stdlib.h>

#include "schema_compiled.h"


typedef struct {
    uint64_t       hash;
    const json_t  *value;
} unique_item_t;


static uint64_t unique_hash(const json_t *value, unsigned depth);
static uint64_t unique_bytes(uint64_t hash, const void *data, size_t len);
static int unique_cmp(const void *one, const void *two);


int
ngx_commerce_schema_repeats(const json_t *array)
{
    int             found;
    size_t          i, j, n;
    unique_item_t  *items;

    n = json_array_size(array);

    if (n < 2) {
        return 0;
    }

    items = malloc(n * sizeof(unique_item_t));
    if (items == NULL) {
        return 1;
    }

    for (i = 0; i < n; i++) {
        items[i].value = json_array_get(array, i);
        items[i].hash = unique_hash(items[i].value, 0);
    }

    qsort(items, n, sizeof(unique_item_t), unique_cmp);

    found = 0;

    for (i = 0; i < n && !found; i++) {

        for (j = i + 1; j < n && items[j].hash == items[i].hash; j++) {

            if (json_equal(items[i].value, items[j].value)) {
                found = 1;
                break;
            }
        }
    }

    free(items);

    return found;
}


/* Members of an object are summed: their order does not matter. */

static uint64_t
unique_hash(const json_t *value, unsigned depth)
{
    double       real;
    size_t       i;
    json_t      *child;
    uint64_t     hash, sum;
    json_int_t   integer;
    const char  *key;

    hash = 14695981039346656037ull + (uint64_t) json_typeof(value);

    if (depth > NGX_COMMERCE_WALK_DEPTH) {
        return hash;
    }

    switch (json_typeof(value)) {

    case JSON_STRING:
        return unique_bytes(hash, json_string_value(value),
                            json_string_length(value));

    case JSON_INTEGER:
        integer = json_integer_value(value);
        return unique_bytes(hash, &integer, sizeof(integer));

    case JSON_REAL:
        real = json_real_value(value) + 0.0;
        return unique_bytes(hash, &real, sizeof(real));

    case JSON_ARRAY:
        json_array_foreach(value, i, child) {
            sum = unique_hash(child, depth + 1);
            hash = unique_bytes(hash, &sum, sizeof(sum));
        }

        return hash;

    case JSON_OBJECT:
        json_object_foreach((json_t *) value, key, child) {
            sum = unique_hash(child, depth + 1);
            hash += unique_bytes(sum, key, strlen(key));
        }

        return hash;

    default:
        return hash;
    }
}


static uint64_t
unique_bytes(uint64_t hash, const void *data, size_t len)
{
    size_t         i;
    const u_char  *p;

    p = data;

    for (i = 0; i < len; i++) {
        hash = (hash ^ p[i]) * 1099511628211ull;
    }

    return hash;
}


static int
unique_cmp(const void *one, const void *two)
{
    const unique_item_t  *a, *b;

    a = one;
    b = two;

    return (a->hash > b->hash) - (a->hash < b->hash);
}
