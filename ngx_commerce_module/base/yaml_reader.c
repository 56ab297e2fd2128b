/*
 * Anchors, aliases, tags and messages of the YAML reader.
 *
 * Called by yaml.c while it reads one document.
 */

#include <stdarg.h>
#include <stdio.h>

#include "yaml_reader.h"


/*
 * An alias is a copy of the anchored node that shares its children: messages
 * about the node point at the alias, those about children at the anchor.
 */

ngx_commerce_node_t *
ngx_commerce_yaml_alias(ngx_commerce_yaml_reader_t *reader,
    yaml_event_t *event, const ngx_commerce_node_t *parent)
{
    unsigned              i, line;
    const char           *name;
    ngx_commerce_node_t  *node;

    line = (unsigned) event->start_mark.line + 1;
    name = (char *) event->data.alias.anchor;

    for (i = reader->nanchors; i-- != 0; ) {

        if (!ngx_commerce_str_is(&reader->anchors[i].name, name)) {
            continue;
        }

        if (reader->anchors[i].node == NULL) {
            (void) ngx_commerce_yaml_fail(reader, line,
                                          "alias \"%s\" inside its anchor",
                                          name);
            return NULL;
        }

        node = ngx_commerce_arena_alloc(reader->arena,
                                        sizeof(ngx_commerce_node_t));
        if (node == NULL) {
            (void) ngx_commerce_yaml_fail(reader, line, "no memory");
            return NULL;
        }

        if (reader->depth + reader->anchors[i].node->height
            > NGX_COMMERCE_NODE_DEPTH_MAX)
        {
            (void) ngx_commerce_yaml_fail(reader, line,
                                          "nested deeper than %d",
                                          NGX_COMMERCE_NODE_DEPTH_MAX);
            return NULL;
        }

        *node = *reader->anchors[i].node;
        node->parent = parent;
        node->line = line;
        node->key.len = 0;
        node->key.data = NULL;

        return node;
    }

    (void) ngx_commerce_yaml_fail(reader, line,
                                  "alias \"%s\" without an anchor", name);

    return NULL;
}


/* Later anchors of a name win, as YAML says. */

int
ngx_commerce_yaml_anchor(ngx_commerce_yaml_reader_t *reader, unsigned line,
    const char *name, ngx_commerce_node_t *node)
{
    ngx_commerce_yaml_anchor_t  *anchor;

    if (name == NULL) {
        return 0;
    }

    if (reader->nanchors == YAML_ANCHORS_MAX) {
        return ngx_commerce_yaml_fail(reader, line, "more than %d anchors",
                                      YAML_ANCHORS_MAX);
    }

    anchor = &reader->anchors[reader->nanchors];

    anchor->name = ngx_commerce_arena_copy(reader->arena, name, strlen(name));
    if (anchor->name.data == NULL) {
        return ngx_commerce_yaml_fail(reader, line, "no memory");
    }

    anchor->node = node;
    reader->nanchors++;

    return 0;
}


int
ngx_commerce_yaml_tag(ngx_commerce_yaml_reader_t *reader, unsigned line,
    const char *tag, const char *wanted)
{
    if (tag == NULL || strcmp(tag, "!") == 0 || strcmp(tag, wanted) == 0) {
        return 0;
    }

    return ngx_commerce_yaml_fail(reader, line, "unsupported tag \"%s\"", tag);
}


int
ngx_commerce_yaml_fail(ngx_commerce_yaml_reader_t *reader, unsigned line,
    const char *fmt, ...)
{
    int      n;
    va_list  args;

    if (reader->size == 0) {
        return -1;
    }

    n = snprintf(reader->error, reader->size, "%s:%u: ", reader->file, line);

    if (n > 0 && (size_t) n < reader->size) {
        va_start(args, fmt);
        (void) vsnprintf(reader->error + n, reader->size - (size_t) n, fmt,
                         args);
        va_end(args);
    }

    return -1;
}
