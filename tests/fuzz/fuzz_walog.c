/*
 * A replication stream as somebody else sent it: messages, each behind its
 * length in two bytes, into one decoder; and each as a frame.  What an event
 * points at must lie in the message, or in the decoder.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "touch.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
touch_event(const ngx_commerce_walog_event_t *event)
{
    unsigned  i;

    touch(&event->prefix);
    touch(&event->content);
    touch_row(&event->old);
    touch_row(&event->row);

    for (i = 0; i < event->ntruncated; i++) {
        seen += event->truncated[i];
    }

    if (event->relation == NULL) {
        return;
    }

    touch_relation(event->relation);

    (void) ngx_commerce_walog_value(event->relation, &event->row, "id");
    (void) ngx_commerce_walog_value(event->relation, &event->old, "id");
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                       len;
    u_char                      *message;
    ngx_commerce_walog_t        *walog;
    ngx_commerce_walog_event_t   event;
    ngx_commerce_walog_frame_t   frame;

    walog = ngx_commerce_walog_create();

    if (walog == NULL) {
        return 0;
    }

    while (size >= 2) {
        len = (size_t) data[0] << 8 | data[1];
        data += 2;
        size -= 2;

        if (len > size) {
            len = size;
        }

        message = malloc(len ? len : 1);
        memcpy(message, data, len);

        if (ngx_commerce_walog_decode(walog, message, len, &event) == 0) {
            touch_event(&event);
        }

        if (ngx_commerce_walog_frame(message, len, &frame) == 0) {
            touch(&frame.data);
        }

        free(message);
        data += len;
        size -= len;
    }

    ngx_commerce_walog_destroy(walog);

    return 0;
}
