/*
 * What the first line of a CSV file tells about the rest: byte order mark,
 * Excel's `sep=;` line, the separator.  Pure; called by csv.c.
 */

#ifndef NGX_COMMERCE_CSV_DIALECT_H
#define NGX_COMMERCE_CSV_DIALECT_H


#include "str.h"


typedef struct {
    size_t    skip;                  /* bytes that are no data */
    u_char    separator;             /* ',' when nothing tells */
    unsigned  told:1;                /* the line only named the separator */
} ngx_commerce_csv_dialect_t;


/* `line` ends with its line end, unless the file does without. */
void ngx_commerce_csv_dialect(const u_char *line, size_t len,
    ngx_commerce_csv_dialect_t *dialect);


#endif /* NGX_COMMERCE_CSV_DIALECT_H */
