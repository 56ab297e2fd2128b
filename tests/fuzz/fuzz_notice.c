/*
 * What somebody notified: the bytes are a payload.  What an event points at
 * must live until it is freed.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "notice.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static volatile unsigned  seen;


static void
touch(const ngx_commerce_str_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        seen += text->data[i];
    }
}


static void
touch_row(const ngx_commerce_walog_row_t *row)
{
    unsigned  i;

    for (i = 0; i < row->nvalues; i++) {
        touch(&row->values[i].text);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char                 *payload;
    unsigned                i;
    ngx_commerce_notice_t   notice;

    payload = malloc(size ? size : 1);
    memcpy(payload, data, size);

    if (ngx_commerce_notice_read(&notice, payload, size) == 0) {

        if (notice.event.kind != NGX_COMMERCE_WALOG_MESSAGE) {
            touch(&notice.event.relation->name);
            touch_row(&notice.event.row);
            touch_row(&notice.event.old);

            for (i = 0; i < notice.event.relation->ncolumns; i++) {
                touch(&notice.event.relation->columns[i].name);
            }

            (void) ngx_commerce_walog_value(notice.event.relation,
                                            &notice.event.old, "id");
        }

        ngx_commerce_notice_free(&notice);
    }

    free(payload);

    return 0;
}
