/*
 * YAML to nodes: libyaml's events, typed by the core schema of YAML 1.2.
 *
 * Called by the contract's loader at configuration time.  Refused, because a
 * contract that means two things is worse than none: duplicate keys, keys that
 * are not scalars, more than one document, tags other than the core ones.
 * Bounded in bytes, depth and nodes (aliases counted as if written out).
 */

#include <stdio.h>
#include <stdlib.h>

#include "yaml_reader.h"


typedef struct {
    ngx_commerce_node_t  **items;
    unsigned               capacity;
} yaml_list_t;


static ngx_commerce_node_t *yaml_document(ngx_commerce_yaml_reader_t *reader);
static ngx_commerce_node_t *yaml_node(ngx_commerce_yaml_reader_t *reader,
    yaml_event_t *event, const ngx_commerce_node_t *parent);
static ngx_commerce_node_t *yaml_collection(ngx_commerce_yaml_reader_t *reader,
    ngx_commerce_node_t *node, const char *anchor);
static int yaml_step(ngx_commerce_yaml_reader_t *reader,
    ngx_commerce_node_t *node, yaml_list_t *list);
static int yaml_append(yaml_list_t *list, ngx_commerce_node_t *item,
    unsigned count);
static int yaml_item(ngx_commerce_yaml_reader_t *reader,
    ngx_commerce_node_t *node, yaml_event_t *event,
    ngx_commerce_node_t **item);
static int yaml_key(ngx_commerce_yaml_reader_t *reader, yaml_event_t *event,
    ngx_commerce_str_t *key);
static int yaml_finish(ngx_commerce_yaml_reader_t *reader,
    ngx_commerce_node_t *node, ngx_commerce_node_t **items);
static int yaml_scalar(ngx_commerce_yaml_reader_t *reader, yaml_event_t *event,
    ngx_commerce_node_t *node);
static int yaml_next(ngx_commerce_yaml_reader_t *reader, yaml_event_t *event);


const ngx_commerce_node_t *
ngx_commerce_yaml_parse(ngx_commerce_arena_t *arena, const char *file,
    const u_char *data, size_t len, char *error, size_t size)
{
    ngx_commerce_node_t         *root;
    ngx_commerce_yaml_reader_t  *reader;

    reader = calloc(1, sizeof(ngx_commerce_yaml_reader_t));
    if (reader == NULL) {
        snprintf(error, size, "%s:1: no memory", file);
        return NULL;
    }

    reader->arena = arena;
    reader->file = file;
    reader->error = error;
    reader->size = size;
    root = NULL;

    if (len > NGX_COMMERCE_NODE_BYTES_MAX) {
        (void) ngx_commerce_yaml_fail(reader, 1, "larger than %d bytes",
                         NGX_COMMERCE_NODE_BYTES_MAX);

    } else if (!yaml_parser_initialize(&reader->parser)) {
        (void) ngx_commerce_yaml_fail(reader, 1, "no memory");

    } else {
        yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&reader->parser, data, len);

        root = yaml_document(reader);

        yaml_parser_delete(&reader->parser);
    }

    free(reader);

    return root;
}


static ngx_commerce_node_t *
yaml_document(ngx_commerce_yaml_reader_t *reader)
{
    yaml_event_t          event;
    ngx_commerce_node_t  *root;

    root = NULL;

    for ( ;; ) {

        if (yaml_next(reader, &event) != 0) {
            return NULL;
        }

        switch (event.type) {

        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            break;

        case YAML_DOCUMENT_START_EVENT:

            if (root != NULL) {
                (void) ngx_commerce_yaml_fail(reader,
                                 (unsigned) event.start_mark.line + 1,
                                 "more than one document");
                yaml_event_delete(&event);
                return NULL;
            }

            break;

        case YAML_STREAM_END_EVENT:
            yaml_event_delete(&event);

            if (root == NULL) {
                (void) ngx_commerce_yaml_fail(reader, 1, "the file is empty");
            }

            return root;

        default:
            root = yaml_node(reader, &event, NULL);

            if (root == NULL) {
                yaml_event_delete(&event);
                return NULL;
            }
        }

        yaml_event_delete(&event);
    }
}


/* Reads the node that an event starts; the caller deletes the event. */

static ngx_commerce_node_t *
yaml_node(ngx_commerce_yaml_reader_t *reader, yaml_event_t *event,
    const ngx_commerce_node_t *parent)
{
    ngx_commerce_node_t  *node;

    if (event->type == YAML_ALIAS_EVENT) {
        return ngx_commerce_yaml_alias(reader, event, parent);
    }

    node = ngx_commerce_arena_alloc(reader->arena,
                                    sizeof(ngx_commerce_node_t));
    if (node == NULL) {
        (void) ngx_commerce_yaml_fail(reader, 1, "no memory");
        return NULL;
    }

    node->file = reader->file;
    node->line = (unsigned) event->start_mark.line + 1;
    node->parent = parent;
    node->weight = 1;

    switch (event->type) {

    case YAML_SCALAR_EVENT:
        return (yaml_scalar(reader, event, node) == 0) ? node : NULL;

    case YAML_SEQUENCE_START_EVENT:
        node->type = NGX_COMMERCE_NODE_LIST;

        if (ngx_commerce_yaml_tag(reader, node->line,
                     (char *) event->data.sequence_start.tag,
                     YAML_SEQ_TAG) != 0)
        {
            return NULL;
        }

        return yaml_collection(reader, node,
                               (char *) event->data.sequence_start.anchor);

    case YAML_MAPPING_START_EVENT:
        node->type = NGX_COMMERCE_NODE_MAP;

        if (ngx_commerce_yaml_tag(reader, node->line,
                     (char *) event->data.mapping_start.tag,
                     YAML_MAP_TAG) != 0)
        {
            return NULL;
        }

        return yaml_collection(reader, node,
                               (char *) event->data.mapping_start.anchor);

    default:
        (void) ngx_commerce_yaml_fail(reader, node->line, "unexpected end");
        return NULL;
    }
}


static ngx_commerce_node_t *
yaml_collection(ngx_commerce_yaml_reader_t *reader, ngx_commerce_node_t *node,
    const char *anchor)
{
    int          rc;
    unsigned     slot;
    yaml_list_t  list;

    if (++reader->depth > NGX_COMMERCE_NODE_DEPTH_MAX) {
        (void) ngx_commerce_yaml_fail(reader, node->line,
                                      "nested deeper than %d",
                                      NGX_COMMERCE_NODE_DEPTH_MAX);
        return NULL;
    }

    slot = reader->nanchors;

    if (ngx_commerce_yaml_anchor(reader, node->line, anchor, NULL) != 0) {
        return NULL;
    }

    memset(&list, 0, sizeof(yaml_list_t));

    do {
        rc = yaml_step(reader, node, &list);
    } while (rc > 0);

    if (rc == 0) {
        rc = yaml_finish(reader, node, list.items);
    }

    free(list.items);

    if (rc != 0) {
        return NULL;
    }

    reader->depth--;

    if (anchor != NULL) {
        reader->anchors[slot].node = node;
    }

    return node;
}


/* Reads one child and appends it: 1, 0 at the end, -1. */

static int
yaml_step(ngx_commerce_yaml_reader_t *reader, ngx_commerce_node_t *node,
    yaml_list_t *list)
{
    int                   rc;
    yaml_event_t          event;
    ngx_commerce_node_t  *item;

    if (yaml_next(reader, &event) != 0) {
        return -1;
    }

    rc = yaml_item(reader, node, &event, &item);

    yaml_event_delete(&event);

    if (rc <= 0) {
        return rc;
    }

    if (yaml_append(list, item, node->nitems) != 0) {
        return ngx_commerce_yaml_fail(reader, node->line, "no memory");
    }

    item->index = node->nitems++;
    node->weight += item->weight;

    if (node->height <= item->height) {
        node->height = item->height + 1;
    }

    if (node->weight > NGX_COMMERCE_NODE_COUNT_MAX) {
        return ngx_commerce_yaml_fail(reader, item->line, "more than %d nodes",
                         NGX_COMMERCE_NODE_COUNT_MAX);
    }

    return 1;
}


static int
yaml_append(yaml_list_t *list, ngx_commerce_node_t *item, unsigned count)
{
    unsigned               capacity;
    ngx_commerce_node_t  **grown;

    if (count == list->capacity) {
        capacity = (count != 0) ? count * 2 : 8;
        grown = realloc(list->items, capacity * sizeof(ngx_commerce_node_t *));

        if (grown == NULL) {
            return -1;
        }

        list->items = grown;
        list->capacity = capacity;
    }

    list->items[count] = item;

    return 0;
}


/* One child: 1 with an item, 0 at the collection's end, -1 on error. */

static int
yaml_item(ngx_commerce_yaml_reader_t *reader, ngx_commerce_node_t *node,
    yaml_event_t *event, ngx_commerce_node_t **item)
{
    unsigned            line;
    yaml_event_t        value;
    ngx_commerce_str_t  key;

    if (node->type == NGX_COMMERCE_NODE_LIST) {

        if (event->type == YAML_SEQUENCE_END_EVENT) {
            return 0;
        }

        *item = yaml_node(reader, event, node);
        return (*item != NULL) ? 1 : -1;
    }

    if (event->type == YAML_MAPPING_END_EVENT) {
        return 0;
    }

    line = (unsigned) event->start_mark.line + 1;

    if (yaml_key(reader, event, &key) != 0
        || yaml_next(reader, &value) != 0)
    {
        return -1;
    }

    *item = yaml_node(reader, &value, node);

    yaml_event_delete(&value);

    if (*item == NULL) {
        return -1;
    }

    (*item)->key = key;
    (*item)->line = line;

    return 1;
}


static int
yaml_key(ngx_commerce_yaml_reader_t *reader, yaml_event_t *event,
    ngx_commerce_str_t *key)
{
    unsigned  line;

    line = (unsigned) event->start_mark.line + 1;

    if (event->type != YAML_SCALAR_EVENT
        || event->data.scalar.anchor != NULL)
    {
        return ngx_commerce_yaml_fail(reader, line,
                                      "a key must be a plain text");
    }

    if (memchr(event->data.scalar.value, '\0', event->data.scalar.length)
        != NULL)
    {
        return ngx_commerce_yaml_fail(reader, line, "a key with a NUL");
    }

    *key = ngx_commerce_arena_copy(reader->arena, event->data.scalar.value,
                                   event->data.scalar.length);
    if (key->data == NULL) {
        return ngx_commerce_yaml_fail(reader, line, "no memory");
    }

    return 0;
}


static int
yaml_finish(ngx_commerce_yaml_reader_t *reader, ngx_commerce_node_t *node,
    ngx_commerce_node_t **items)
{
    size_t                      size;
    const ngx_commerce_node_t  *twice;

    if (node->nitems == 0) {
        return 0;
    }

    size = node->nitems * sizeof(ngx_commerce_node_t *);

    node->items = ngx_commerce_arena_alloc(reader->arena, size);
    if (node->items == NULL) {
        return ngx_commerce_yaml_fail(reader, node->line, "no memory");
    }

    memcpy(node->items, items, size);

    if (node->type != NGX_COMMERCE_NODE_MAP) {
        return 0;
    }

    node->sorted = ngx_commerce_arena_alloc(reader->arena, size);
    if (node->sorted == NULL) {
        return ngx_commerce_yaml_fail(reader, node->line, "no memory");
    }

    twice = ngx_commerce_node_sort(node);

    if (twice != NULL) {
        return ngx_commerce_yaml_fail(reader, twice->line,
                                      "duplicate key \"%s\"",
                                      (char *) twice->key.data);
    }

    return 0;
}


static int
yaml_scalar(ngx_commerce_yaml_reader_t *reader, yaml_event_t *event,
    ngx_commerce_node_t *node)
{
    const char  *tag, *problem;

    if (memchr(event->data.scalar.value, '\0', event->data.scalar.length)
        != NULL)
    {
        return ngx_commerce_yaml_fail(reader, node->line, "a text with a NUL");
    }

    node->type = NGX_COMMERCE_NODE_STRING;

    node->text = ngx_commerce_arena_copy(reader->arena,
                                         event->data.scalar.value,
                                         event->data.scalar.length);
    if (node->text.data == NULL) {
        return ngx_commerce_yaml_fail(reader, node->line, "no memory");
    }

    tag = (char *) event->data.scalar.tag;

    if (tag != NULL && strcmp(tag, "!") != 0) {

        if (ngx_commerce_yaml_tag(reader, node->line, tag,
                                  YAML_STR_TAG) != 0) {
            return -1;
        }

    } else if (tag == NULL
               && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
    {
        problem = ngx_commerce_yaml_type(node);

        if (problem != NULL) {
            return ngx_commerce_yaml_fail(reader, node->line, "%s: \"%s\"",
                                          problem, (char *) node->text.data);
        }
    }

    return ngx_commerce_yaml_anchor(reader, node->line,
                       (char *) event->data.scalar.anchor, node);
}


static int
yaml_next(ngx_commerce_yaml_reader_t *reader, yaml_event_t *event)
{
    size_t          line;
    yaml_parser_t  *parser;

    parser = &reader->parser;

    if (yaml_parser_parse(parser, event)) {
        return 0;
    }

    line = (parser->problem_mark.line != 0) ? parser->problem_mark.line
                                            : parser->mark.line;

    return ngx_commerce_yaml_fail(reader, (unsigned) line + 1, "%s",
                     (parser->problem != NULL) ? parser->problem
                                               : "not YAML");
}
