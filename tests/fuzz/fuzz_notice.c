/*
 * What somebody notified: the bytes are a payload.  What an event points at
 * must live until it is freed.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "notice.h"
#include "touch.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char                 *payload;
    ngx_commerce_notice_t   notice;

    payload = malloc(size ? size : 1);
    memcpy(payload, data, size);

    if (ngx_commerce_notice_read(&notice, payload, size) == 0) {

        if (notice.event.kind != NGX_COMMERCE_WALOG_MESSAGE) {
            touch_relation(notice.event.relation);
            touch_row(&notice.event.row);
            touch_row(&notice.event.old);

            (void) ngx_commerce_walog_value(notice.event.relation,
                                            &notice.event.old, "id");
        }

        ngx_commerce_notice_free(&notice);
    }

    free(payload);

    return 0;
}
