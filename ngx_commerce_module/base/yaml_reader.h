/*
 * The state of reading one YAML document.  Private to base: yaml.c reads,
 * yaml_reader.c keeps its anchors.  Lives as long as one parse.
 */

#ifndef NGX_COMMERCE_YAML_READER_H
#define NGX_COMMERCE_YAML_READER_H


#include <yaml.h>

#include "node.h"


#define YAML_ANCHORS_MAX  256


typedef struct {
    ngx_commerce_str_t    name;
    ngx_commerce_node_t  *node;         /* NULL while it is being read */
} ngx_commerce_yaml_anchor_t;


typedef struct {
    yaml_parser_t          parser;
    ngx_commerce_arena_t  *arena;
    const char            *file;
    char                  *error;
    size_t                 size;
    unsigned               depth;
    ngx_commerce_yaml_anchor_t          anchors[YAML_ANCHORS_MAX];
    unsigned               nanchors;
} ngx_commerce_yaml_reader_t;


/* The node of an alias, or NULL after a message. */
ngx_commerce_node_t *ngx_commerce_yaml_alias(
    ngx_commerce_yaml_reader_t *reader, yaml_event_t *event,
    const ngx_commerce_node_t *parent);

/* Remembers a name (may be NULL); a NULL node is still being read. */
int ngx_commerce_yaml_anchor(ngx_commerce_yaml_reader_t *reader,
    unsigned line, const char *name, ngx_commerce_node_t *node);

/* A tag must be absent, "!" or the wanted one. */
int ngx_commerce_yaml_tag(ngx_commerce_yaml_reader_t *reader, unsigned line,
    const char *tag, const char *wanted);

/* Writes "FILE:LINE: message"; always -1. */
int ngx_commerce_yaml_fail(ngx_commerce_yaml_reader_t *reader, unsigned line,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));


#endif /* NGX_COMMERCE_YAML_READER_H */
