/*
 * Writing the merged document: members, nodes, references made local.
 *
 * Called by contract_openapi.c; the bytes belong to the writer until they are
 * copied into the contract's arena.
 */

#include <stdlib.h>

#include "openapi_out.h"


#define OPENAPI_GROW  65536


static int openapi_more(ngx_commerce_json_t *json);
static void openapi_map(ngx_commerce_openapi_t *out,
    const ngx_commerce_node_t *node);
static void openapi_local(ngx_commerce_openapi_t *out,
    const ngx_commerce_node_t *ref);
static void openapi_text(ngx_commerce_openapi_t *out,
    const ngx_commerce_str_t *text);


void
ngx_commerce_openapi_init(ngx_commerce_openapi_t *out)
{
    memset(out, 0, sizeof(ngx_commerce_openapi_t));
    out->json.more = openapi_more;
    out->json.data = out;
}


static int
openapi_more(ngx_commerce_json_t *json)
{
    size_t          used, size;
    u_char         *grown;
    ngx_commerce_openapi_t  *out;

    out = json->data;
    used = (out->start != NULL) ? (size_t) (json->pos - out->start) : 0;
    size = used * 2 + OPENAPI_GROW;

    grown = realloc(out->start, size);
    if (grown == NULL) {
        return -1;
    }

    out->start = grown;
    json->pos = grown + used;
    json->end = grown + size;

    return 0;
}


void
ngx_commerce_openapi_key(ngx_commerce_openapi_t *out, const char *key)
{
    if (out->comma) {
        ngx_commerce_json_lit(&out->json, ",");
    }

    ngx_commerce_json_string(&out->json, key, strlen(key));
    ngx_commerce_json_lit(&out->json, ":");

    out->comma = 0;
}


static void
openapi_text(ngx_commerce_openapi_t *out, const ngx_commerce_str_t *text)
{
    ngx_commerce_json_string(&out->json, text->data, text->len);
    out->comma = 1;
}


void
ngx_commerce_openapi_node(ngx_commerce_openapi_t *out,
    const ngx_commerce_node_t *node)
{
    unsigned   i;
    json_t    *value;
    char      *text;

    switch (node->type) {

    case NGX_COMMERCE_NODE_MAP:
        openapi_map(out, node);
        break;

    case NGX_COMMERCE_NODE_LIST:
        ngx_commerce_json_lit(&out->json, "[");

        for (i = 0; i < node->nitems; i++) {

            if (i != 0) {
                ngx_commerce_json_lit(&out->json, ",");
            }

            ngx_commerce_openapi_node(out, node->items[i]);
        }

        ngx_commerce_json_lit(&out->json, "]");
        break;

    case NGX_COMMERCE_NODE_STRING:
        openapi_text(out, &node->text);
        break;

    case NGX_COMMERCE_NODE_INT:
        ngx_commerce_json_int(&out->json, node->integer);
        break;

    default:
        value = ngx_commerce_node_json(node);
        text = (value != NULL)
               ? json_dumps(value, JSON_ENCODE_ANY|JSON_REAL_PRECISION(15))
               : NULL;

        if (text != NULL) {
            ngx_commerce_json_raw(&out->json, text, strlen(text));

        } else {
            out->json.failed = 1;
        }

        free(text);
        json_decref(value);
    }

    out->comma = 1;
}


static void
openapi_map(ngx_commerce_openapi_t *out, const ngx_commerce_node_t *node)
{
    unsigned  i;

    ngx_commerce_json_lit(&out->json, "{");
    out->comma = 0;

    for (i = 0; i < node->nitems; i++) {
        ngx_commerce_openapi_member(out, node->items[i]);
    }

    ngx_commerce_json_lit(&out->json, "}");
    out->comma = 1;
}


void
ngx_commerce_openapi_member(ngx_commerce_openapi_t *out,
    const ngx_commerce_node_t *node)
{
    const char                 *key;
    const ngx_commerce_node_t  *up;

    key = (char *) node->key.data;
    up = node->parent;

    if (strcmp(key, "x-commerce-prefix") == 0) {
        ngx_commerce_openapi_key(out, "x-prefix");
        ngx_commerce_openapi_node(out, node);
        return;
    }

    if (strncmp(key, "x-commerce", sizeof("x-commerce") - 1) == 0) {
        return;
    }

    ngx_commerce_openapi_key(out, key);

    if (node->type == NGX_COMMERCE_NODE_STRING
        && (strcmp(key, "$ref") == 0
            || (up != NULL && up->parent != NULL && up->key.data != NULL
                && up->parent->key.data != NULL
                && ngx_commerce_str_is(&up->key, "mapping")
                && ngx_commerce_str_is(&up->parent->key, "discriminator"))))
    {
        openapi_local(out, node);
        return;
    }

    ngx_commerce_openapi_node(out, node);
}


/* 'common.yaml#/components/...' as '#/components/...' */

static void
openapi_local(ngx_commerce_openapi_t *out, const ngx_commerce_node_t *ref)
{
    const u_char        *hash;
    ngx_commerce_str_t   text;

    hash = memchr(ref->text.data, '#', ref->text.len);
    text = ref->text;

    if (hash != NULL) {
        text.len -= (size_t) (hash - text.data);
        text.data = (u_char *) hash;
    }

    openapi_text(out, &text);
}
