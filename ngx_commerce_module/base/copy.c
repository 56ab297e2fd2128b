/*
 * The writer of copy.h.  An array quotes its items and escapes quotes and
 * backslashes; COPY then escapes each backslash of that once more, and line
 * ends and tabs, which mean something to it.
 */

#include <stdlib.h>

#include "copy.h"


static u_char *reserve(ngx_commerce_copy_t *copy, size_t len);
static void array(ngx_commerce_copy_t *copy, const ngx_commerce_str_t *items,
    size_t n, int column);
static u_char *item(u_char *out, const ngx_commerce_str_t *text, int column);


void
ngx_commerce_copy_raw(ngx_commerce_copy_t *copy, const void *data, size_t len)
{
    u_char  *out;

    out = reserve(copy, len);

    if (out != NULL && len > 0) {
        memcpy(out, data, len);
        copy->len += len;
    }
}


void
ngx_commerce_copy_array(ngx_commerce_copy_t *copy,
    const ngx_commerce_str_t *items, size_t n)
{
    array(copy, items, n, 0);
}


void
ngx_commerce_copy_array_column(ngx_commerce_copy_t *copy,
    const ngx_commerce_str_t *items, size_t n)
{
    array(copy, items, n, 1);
}


void
ngx_commerce_copy_free(ngx_commerce_copy_t *copy)
{
    free(copy->data);
    memset(copy, 0, sizeof(ngx_commerce_copy_t));
}


static u_char *
reserve(ngx_commerce_copy_t *copy, size_t len)
{
    size_t   size;
    u_char  *data;

    if (copy->failed) {
        return NULL;
    }

    if (len > copy->size - copy->len) {

        size = copy->size ? copy->size : 4096;

        while (size < copy->len + len) {
            size *= 2;
        }

        data = realloc(copy->data, size);
        if (data == NULL) {
            copy->failed = 1;
            return NULL;
        }

        copy->data = data;
        copy->size = size;
    }

    return copy->data + copy->len;
}


static void
array(ngx_commerce_copy_t *copy, const ngx_commerce_str_t *items, size_t n,
    int column)
{
    size_t   i, len;
    u_char  *out;

    /* at worst a byte becomes four: a backslash in a column */

    len = 2;

    for (i = 0; i < n; i++) {
        len += items[i].len * 4 + 3;
    }

    out = reserve(copy, len);
    if (out == NULL) {
        return;
    }

    *out++ = '{';

    for (i = 0; i < n; i++) {

        if (i > 0) {
            *out++ = ',';
        }

        *out++ = '"';
        out = item(out, &items[i], column);
        *out++ = '"';
    }

    *out++ = '}';

    copy->len = out - copy->data;
}


static u_char *
item(u_char *out, const ngx_commerce_str_t *text, int column)
{
    size_t  i;
    u_char  ch;

    for (i = 0; i < text->len; i++) {
        ch = text->data[i];

        if (ch == '"' || ch == '\\') {
            *out++ = '\\';

            if (column) {
                *out++ = '\\';
            }

            if (column && ch == '\\') {
                *out++ = '\\';
            }

        } else if (column && (ch == '\n' || ch == '\r' || ch == '\t')) {
            *out++ = '\\';
            ch = ch == '\n' ? 'n' : ch == '\r' ? 'r' : 't';
        }

        *out++ = ch;
    }

    return out;
}
