/*
 * The relations of a replication stream: described once, before their first
 * row, and again after each change of the table.
 *
 * Called by walog.c.  A relation is one malloc'd block with its texts; it
 * lives until it is described anew or the decoder is destroyed.
 */

#include <stdlib.h>

#include "walog_reader.h"


#define RELATION_SLOTS  (NGX_COMMERCE_WALOG_RELATIONS_MAX * 2)


static ngx_commerce_walog_relation_t **relation_slot(
    const ngx_commerce_walog_t *walog, uint32_t id);
static ngx_commerce_walog_relation_t *relation_read(
    ngx_commerce_walog_reader_t *reader);
static size_t relation_size(ngx_commerce_walog_reader_t reader,
    unsigned *ncolumns);
static void relation_text(ngx_commerce_walog_reader_t *reader, u_char **to,
    ngx_commerce_str_t *text);


ngx_commerce_walog_t *
ngx_commerce_walog_create(void)
{
    return calloc(1, sizeof(ngx_commerce_walog_t));
}


void
ngx_commerce_walog_destroy(ngx_commerce_walog_t *walog)
{
    unsigned  i;

    if (walog == NULL) {
        return;
    }

    for (i = 0; i < RELATION_SLOTS; i++) {
        free(walog->slots[i]);
    }

    free(walog);
}


const ngx_commerce_walog_relation_t *
ngx_commerce_walog_relation(const ngx_commerce_walog_t *walog, uint32_t id)
{
    return *relation_slot(walog, id);
}


/* Where a relation stands or would stand; the table is never full. */

static ngx_commerce_walog_relation_t **
relation_slot(const ngx_commerce_walog_t *walog, uint32_t id)
{
    unsigned  i;

    i = (id * 2654435761u) % RELATION_SLOTS;

    while (walog->slots[i] != NULL && walog->slots[i]->id != id) {
        i = (i + 1) % RELATION_SLOTS;
    }

    return (ngx_commerce_walog_relation_t **) &walog->slots[i];
}


const ngx_commerce_walog_relation_t *
ngx_commerce_walog_describe(ngx_commerce_walog_t *walog,
    ngx_commerce_walog_reader_t *reader)
{
    ngx_commerce_walog_relation_t  *relation, **slot;

    relation = relation_read(reader);

    if (relation == NULL) {
        return NULL;
    }

    slot = relation_slot(walog, relation->id);

    if (*slot == NULL) {

        if (walog->nrelations == NGX_COMMERCE_WALOG_RELATIONS_MAX) {
            walog->error = "too many relations";
            free(relation);
            return NULL;
        }

        walog->nrelations++;
    }

    free(*slot);
    *slot = relation;

    return relation;
}


static ngx_commerce_walog_relation_t *
relation_read(ngx_commerce_walog_reader_t *reader)
{
    size_t                          size;
    u_char                         *text;
    unsigned                        i, ncolumns;
    ngx_commerce_walog_relation_t  *relation;

    size = relation_size(*reader, &ncolumns);

    if (size == 0) {
        return NULL;
    }

    relation = malloc(size);

    if (relation == NULL) {
        return NULL;
    }

    relation->columns = (ngx_commerce_walog_column_t *) (relation + 1);
    text = (u_char *) (relation->columns + ncolumns);

    relation->id = (uint32_t) ngx_commerce_walog_number(reader, 4);
    relation_text(reader, &text, &relation->schema);
    relation_text(reader, &text, &relation->name);
    relation->identity = (u_char) ngx_commerce_walog_number(reader, 1);
    relation->ncolumns = (unsigned) ngx_commerce_walog_number(reader, 2);

    for (i = 0; i < ncolumns; i++) {
        relation->columns[i].key = ngx_commerce_walog_number(reader, 1) & 1;
        relation_text(reader, &text, &relation->columns[i].name);
        relation->columns[i].type =
                             (uint32_t) ngx_commerce_walog_number(reader, 4);
        (void) ngx_commerce_walog_number(reader, 4);     /* typmod */
    }

    return relation;
}


/* Bytes that the block needs, read ahead with a copy; 0 when malformed. */

static size_t
relation_size(ngx_commerce_walog_reader_t reader, unsigned *ncolumns)
{
    size_t    size;
    unsigned  i;

    (void) ngx_commerce_walog_number(&reader, 4);
    size = ngx_commerce_walog_string(&reader).len + 1;
    size += ngx_commerce_walog_string(&reader).len + 1;
    (void) ngx_commerce_walog_number(&reader, 1);
    *ncolumns = (unsigned) ngx_commerce_walog_number(&reader, 2);

    if (*ncolumns > NGX_COMMERCE_WALOG_COLUMNS_MAX) {
        return 0;
    }

    for (i = 0; i < *ncolumns && !reader.failed; i++) {
        (void) ngx_commerce_walog_number(&reader, 1);
        size += ngx_commerce_walog_string(&reader).len + 1;
        (void) ngx_commerce_walog_number(&reader, 8);
    }

    if (reader.failed) {
        return 0;
    }

    return sizeof(ngx_commerce_walog_relation_t)
           + *ncolumns * sizeof(ngx_commerce_walog_column_t) + size;
}


static void
relation_text(ngx_commerce_walog_reader_t *reader, u_char **to,
    ngx_commerce_str_t *text)
{
    *text = ngx_commerce_walog_string(reader);

    memcpy(*to, text->data, text->len + 1);

    text->data = *to;
    *to += text->len + 1;
}


const ngx_commerce_walog_value_t *
ngx_commerce_walog_value(const ngx_commerce_walog_relation_t *relation,
    const ngx_commerce_walog_row_t *row, const char *column)
{
    unsigned  i;

    if (row->values == NULL) {
        return NULL;
    }

    for (i = 0; i < relation->ncolumns && i < row->nvalues; i++) {

        if (ngx_commerce_str_is(&relation->columns[i].name, column)) {
            return &row->values[i];
        }
    }

    return NULL;
}
