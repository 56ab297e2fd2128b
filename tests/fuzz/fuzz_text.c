/*
 * Headers and small texts: entity tags, languages, formats, numbers, base64url,
 * and PostgreSQL's texts on their way into JSON.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "json.h"
#include "text.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static int
json_more(ngx_commerce_json_t *json)
{
    return -1;
}


static void
json_open(ngx_commerce_json_t *json, u_char *buf, size_t size)
{
    memset(json, 0, sizeof(ngx_commerce_json_t));

    json->pos = buf;
    json->end = buf + size;
    json->more = json_more;
}


/* Whatever the bytes: if they are UTF-8, what is written is JSON. */

static void
check_json(const u_char *p, size_t len)
{
    int                   kind;
    size_t                size;
    u_char               *buf;
    json_t               *value;
    ngx_commerce_json_t   json;

    if (ngx_commerce_text_utf8_length(p, len) < 0
        || memchr(p, '\0', len) != NULL)
    {
        return;
    }

    size = len * 6 + 64;
    buf = malloc(size);

    for (kind = 0; kind < 3; kind++) {
        json_open(&json, buf, size);

        if (kind == 0) {
            ngx_commerce_json_string(&json, p, len);

        } else if (kind == 1) {
            ngx_commerce_json_time(&json, p, len);

        } else {
            ngx_commerce_json_array(&json, p, len, 0);
        }

        if (json.failed) {
            abort();
        }

        value = json_loadb((char *) buf, (size_t) (json.pos - buf),
                           JSON_DECODE_ANY, NULL);

        if (value == NULL && kind != 2) {
            abort();
        }

        if (kind == 0 && (json_string_length(value) != len
                          || memcmp(json_string_value(value), p, len) != 0))
        {
            abort();
        }

        json_decref(value);
    }

    free(buf);
}


static void
check_base64url(const u_char *p, size_t len)
{
    u_char   *out, *back;
    int64_t   n;

    out = malloc(len + 1);
    n = ngx_commerce_base64url_decode(out, p, len);

    if (n >= 0) {
        back = malloc((size_t) n * 4 / 3 + 4);

        if (ngx_commerce_base64url_encode(back, out, (size_t) n)
            != (int64_t) len
            || memcmp(back, p, len) != 0)
        {
            abort();
        }

        free(back);
    }

    free(out);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char   *p;
    char      text[32];
    int64_t   value;

    p = malloc(size ? size : 1);

    if (size != 0) {
        memcpy(p, data, size);
    }

    (void) ngx_commerce_text_is_uuid(p, size);
    (void) ngx_commerce_text_is_email(p, size);
    (void) ngx_commerce_text_is_date(p, size);
    (void) ngx_commerce_text_is_date_time(p, size);
    (void) ngx_commerce_text_is_uri(p, size);
    (void) ngx_commerce_text_language(p, size);
    (void) ngx_commerce_etag_none_match(p, size, (u_char *) "\"17\"", 4);

    if (ngx_commerce_etag_version(p, size, &value) == 0 && value < -1) {
        abort();
    }

    /* an integer has one text */

    if (ngx_commerce_text_int(p, size, &value) == 0) {
        snprintf(text, sizeof(text), "%lld", (long long) value);

        if (strlen(text) != size || memcmp(text, p, size) != 0) {
            abort();
        }
    }

    check_json(p, size);
    check_base64url(p, size);

    free(p);

    return 0;
}
