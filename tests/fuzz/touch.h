/*
 * Reads every byte that an event of a feed points at, so that the sanitizer
 * sees one that is not there.
 */

#ifndef TOUCH_H
#define TOUCH_H


#include "walog.h"


static volatile unsigned  seen;


static inline void
touch(const ngx_commerce_str_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        seen += text->data[i];
    }
}


static inline void
touch_row(const ngx_commerce_walog_row_t *row)
{
    unsigned  i;

    for (i = 0; i < row->nvalues; i++) {
        touch(&row->values[i].text);
    }
}


static inline void
touch_relation(const ngx_commerce_walog_relation_t *relation)
{
    unsigned  i;

    touch(&relation->schema);
    touch(&relation->name);

    for (i = 0; i < relation->ncolumns; i++) {
        touch(&relation->columns[i].name);
    }
}


#endif /* TOUCH_H */
