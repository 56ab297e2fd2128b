/*
 * A document tree: YAML 1.2 (JSON is a subset) read into nodes that know the
 * file and line they came from, for messages that point at the place.
 *
 * Made by the contract's loader in an arena; read-only afterwards.
 */

#ifndef NGX_COMMERCE_NODE_H
#define NGX_COMMERCE_NODE_H


#include <jansson.h>

#include "arena.h"


#define NGX_COMMERCE_NODE_DEPTH_MAX  64
#define NGX_COMMERCE_NODE_COUNT_MAX  400000
#define NGX_COMMERCE_NODE_BYTES_MAX  (8 * 1024 * 1024)


typedef struct ngx_commerce_node_s  ngx_commerce_node_t;


typedef enum {
    NGX_COMMERCE_NODE_NULL = 0,
    NGX_COMMERCE_NODE_BOOL,
    NGX_COMMERCE_NODE_INT,
    NGX_COMMERCE_NODE_REAL,
    NGX_COMMERCE_NODE_STRING,
    NGX_COMMERCE_NODE_LIST,
    NGX_COMMERCE_NODE_MAP
} ngx_commerce_node_e;


struct ngx_commerce_node_s {
    ngx_commerce_node_e         type;
    unsigned                    line;    /* from 1; of the key, if it has one */
    const char                 *file;

    const ngx_commerce_node_t  *parent;
    ngx_commerce_str_t          key;     /* in a map: decoded, NUL-terminated */
    unsigned                    index;   /* in a list */

    ngx_commerce_str_t          text;    /* scalars: as written, terminated */
    int64_t                     integer; /* INT; BOOL as 0 or 1 */
    double                      real;    /* REAL and INT */

    ngx_commerce_node_t       **items;   /* children in the file's order */
    ngx_commerce_node_t       **sorted;  /* of a map: by key */
    unsigned                    nitems;
    unsigned                    weight;  /* nodes below, aliases expanded */
    unsigned                    height;  /* levels below */
};


/*
 * Parses one document.  `file` is kept (it must live as long as the arena).
 * NULL on error; `error` then holds "FILE:LINE: message".
 */
const ngx_commerce_node_t *ngx_commerce_yaml_parse(ngx_commerce_arena_t *arena,
    const char *file, const u_char *data, size_t len, char *error,
    size_t size);

/*
 * Types a plain scalar by its text (node->text); a message when JSON has no
 * such value, else NULL.
 */
const char *ngx_commerce_yaml_type(ngx_commerce_node_t *node);

/*
 * Fills map->sorted, which must have room for all items.  Returns the later of
 * two children with one key, or NULL when keys differ.
 */
const ngx_commerce_node_t *ngx_commerce_node_sort(ngx_commerce_node_t *map);

/* The child of a map under a key, or NULL (also when node is no map). */
const ngx_commerce_node_t *ngx_commerce_node_get(
    const ngx_commerce_node_t *node, const char *key);
const ngx_commerce_node_t *ngx_commerce_node_find(
    const ngx_commerce_node_t *node, const ngx_commerce_str_t *key);

/* What an RFC 6901 pointer ("/paths/~1products/get") names, or NULL. */
const ngx_commerce_node_t *ngx_commerce_node_at(
    const ngx_commerce_node_t *root, const char *pointer);

/* Writes the pointer of a node, terminated, cut at `size`. */
void ngx_commerce_node_pointer(const ngx_commerce_node_t *node, char *out,
    size_t size);

/* "a string", "an integer" ... for messages. */
const char *ngx_commerce_node_kind(const ngx_commerce_node_t *node);

/* 1 when both say the same. */
int ngx_commerce_node_equal(const ngx_commerce_node_t *a,
    const ngx_commerce_node_t *b);

/* A new reference to the same value in jansson's terms; NULL: no memory. */
json_t *ngx_commerce_node_json(const ngx_commerce_node_t *node);


#endif /* NGX_COMMERCE_NODE_H */
