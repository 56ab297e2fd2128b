/*
 * Document nodes: look-up, pointers, comparison, conversion.
 *
 * Called while a contract is loaded; nodes belong to its arena.
 */

#include <stdio.h>
#include <stdlib.h>

#include "node.h"


static size_t node_step(char *out, size_t size, size_t pos, const char *text,
    size_t len);
static json_t *node_json_map(const ngx_commerce_node_t *node);
static json_t *node_json_list(const ngx_commerce_node_t *node);
static int node_key_cmp(const ngx_commerce_str_t *a,
    const ngx_commerce_str_t *b);
static int node_cmp(const void *one, const void *two);


const ngx_commerce_node_t *
ngx_commerce_node_get(const ngx_commerce_node_t *node, const char *key)
{
    ngx_commerce_str_t  str;

    str.len = strlen(key);
    str.data = (u_char *) key;

    return ngx_commerce_node_find(node, &str);
}


const ngx_commerce_node_t *
ngx_commerce_node_find(const ngx_commerce_node_t *node,
    const ngx_commerce_str_t *key)
{
    int       rc;
    unsigned  low, high, mid;

    if (node == NULL || node->type != NGX_COMMERCE_NODE_MAP) {
        return NULL;
    }

    low = 0;
    high = node->nitems;

    while (low < high) {
        mid = low + (high - low) / 2;
        rc = node_key_cmp(key, &node->sorted[mid]->key);

        if (rc == 0) {
            return node->sorted[mid];
        }

        if (rc < 0) {
            high = mid;

        } else {
            low = mid + 1;
        }
    }

    return NULL;
}


static int
node_key_cmp(const ngx_commerce_str_t *a, const ngx_commerce_str_t *b)
{
    int     rc;
    size_t  len;

    len = (a->len < b->len) ? a->len : b->len;
    rc = (len != 0) ? memcmp(a->data, b->data, len) : 0;

    if (rc != 0) {
        return rc;
    }

    return (a->len > b->len) - (a->len < b->len);
}


const ngx_commerce_node_t *
ngx_commerce_node_sort(ngx_commerce_node_t *map)
{
    unsigned                    i;
    const ngx_commerce_node_t  *a, *b;

    memcpy(map->sorted, map->items,
           map->nitems * sizeof(ngx_commerce_node_t *));

    qsort(map->sorted, map->nitems, sizeof(ngx_commerce_node_t *), node_cmp);

    for (i = 1; i < map->nitems; i++) {
        a = map->sorted[i - 1];
        b = map->sorted[i];

        if (ngx_commerce_str_eq(&a->key, &b->key)) {
            return (a->index > b->index) ? a : b;
        }
    }

    return NULL;
}


static int
node_cmp(const void *one, const void *two)
{
    return node_key_cmp(&(*(ngx_commerce_node_t *const *) one)->key,
                        &(*(ngx_commerce_node_t *const *) two)->key);
}


const ngx_commerce_node_t *
ngx_commerce_node_at(const ngx_commerce_node_t *root, const char *pointer)
{
    char                        key[256];
    size_t                      len;
    unsigned                    index;
    const ngx_commerce_node_t  *node;

    node = root;

    while (node != NULL && *pointer != '\0') {

        if (*pointer++ != '/') {
            return NULL;
        }

        for (len = 0; *pointer != '\0' && *pointer != '/'; len++) {

            if (len == sizeof(key) - 1) {
                return NULL;
            }

            key[len] = *pointer++;

            if (key[len] == '~' && (*pointer == '0' || *pointer == '1')) {
                key[len] = (*pointer++ == '0') ? '~' : '/';
            }
        }

        key[len] = '\0';

        if (node->type == NGX_COMMERCE_NODE_LIST) {

            if (len > 9 || sscanf(key, "%u", &index) != 1
                || index >= node->nitems)
            {
                return NULL;
            }

            node = node->items[index];
            continue;
        }

        node = ngx_commerce_node_get(node, key);
    }

    return node;
}


void
ngx_commerce_node_pointer(const ngx_commerce_node_t *node, char *out,
    size_t size)
{
    int                         n;
    char                        number[16];
    size_t                      pos;
    unsigned                    depth, i;
    const ngx_commerce_node_t  *path[NGX_COMMERCE_NODE_DEPTH_MAX + 2];

    depth = 0;

    while (node->parent != NULL
           && depth < sizeof(path) / sizeof(path[0]))
    {
        path[depth++] = node;
        node = node->parent;
    }

    pos = 0;

    for (i = depth; i-- != 0 && pos + 2 < size; ) {

        if (path[i]->parent->type == NGX_COMMERCE_NODE_MAP) {
            pos = node_step(out, size, pos, (char *) path[i]->key.data,
                            path[i]->key.len);

        } else {
            n = snprintf(number, sizeof(number), "%u", path[i]->index);
            pos = node_step(out, size, pos, number, (size_t) n);
        }
    }

    if (size != 0) {
        out[pos] = '\0';
    }
}


/* Appends '/' and an escaped step; always leaves a byte for the NUL. */

static size_t
node_step(char *out, size_t size, size_t pos, const char *text, size_t len)
{
    size_t  i;

    if (pos + 1 < size) {
        out[pos++] = '/';
    }

    for (i = 0; i < len && pos + 2 < size; i++) {

        if (text[i] == '~' || text[i] == '/') {
            out[pos++] = '~';
            out[pos++] = (text[i] == '~') ? '0' : '1';

        } else {
            out[pos++] = text[i];
        }
    }

    return pos;
}


const char *
ngx_commerce_node_kind(const ngx_commerce_node_t *node)
{
    static const char  *kinds[] = {
        "null", "a boolean", "an integer", "a number", "a string", "a list",
        "a map"
    };

    return kinds[node->type];
}


int
ngx_commerce_node_equal(const ngx_commerce_node_t *a,
    const ngx_commerce_node_t *b)
{
    unsigned                    i;
    const ngx_commerce_node_t  *other;

    if (a->type != b->type || a->nitems != b->nitems) {
        return 0;
    }

    switch (a->type) {

    case NGX_COMMERCE_NODE_NULL:
        return 1;

    case NGX_COMMERCE_NODE_BOOL:
    case NGX_COMMERCE_NODE_INT:
        return a->integer == b->integer;

    case NGX_COMMERCE_NODE_REAL:
        return a->real == b->real;

    case NGX_COMMERCE_NODE_STRING:
        return ngx_commerce_str_eq(&a->text, &b->text);

    case NGX_COMMERCE_NODE_LIST:
    case NGX_COMMERCE_NODE_MAP:
        break;
    }

    for (i = 0; i < a->nitems; i++) {
        other = (a->type == NGX_COMMERCE_NODE_LIST)
                ? b->items[i]
                : ngx_commerce_node_find(b, &a->items[i]->key);

        if (other == NULL || !ngx_commerce_node_equal(a->items[i], other)) {
            return 0;
        }
    }

    return 1;
}


json_t *
ngx_commerce_node_json(const ngx_commerce_node_t *node)
{
    switch (node->type) {

    case NGX_COMMERCE_NODE_BOOL:
        return json_boolean(node->integer);

    case NGX_COMMERCE_NODE_INT:
        return json_integer(node->integer);

    case NGX_COMMERCE_NODE_REAL:
        return json_real(node->real);

    case NGX_COMMERCE_NODE_STRING:
        return json_stringn((char *) node->text.data, node->text.len);

    case NGX_COMMERCE_NODE_LIST:
        return node_json_list(node);

    case NGX_COMMERCE_NODE_MAP:
        return node_json_map(node);

    case NGX_COMMERCE_NODE_NULL:
        break;
    }

    return json_null();
}


static json_t *
node_json_list(const ngx_commerce_node_t *node)
{
    json_t    *list;
    unsigned   i;

    list = json_array();

    for (i = 0; list != NULL && i < node->nitems; i++) {

        if (json_array_append_new(list, ngx_commerce_node_json(node->items[i]))
            != 0)
        {
            json_decref(list);
            return NULL;
        }
    }

    return list;
}


static json_t *
node_json_map(const ngx_commerce_node_t *node)
{
    json_t    *map;
    unsigned   i;

    map = json_object();

    for (i = 0; map != NULL && i < node->nitems; i++) {

        if (json_object_set_new(map, (char *) node->items[i]->key.data,
                                ngx_commerce_node_json(node->items[i]))
            != 0)
        {
            json_decref(map);
            return NULL;
        }
    }

    return map;
}
