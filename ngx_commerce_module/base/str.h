/*
 * A counted string: the same layout as nginx's ngx_str_t, so that floors above
 * may cast.  Not NUL-terminated unless whoever made it says so.
 */

#ifndef NGX_COMMERCE_STR_H
#define NGX_COMMERCE_STR_H


#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>


typedef struct {
    size_t   len;
    u_char  *data;
} ngx_commerce_str_t;


#define ngx_commerce_str(text)  { sizeof(text) - 1, (u_char *) (text) }
#define ngx_commerce_null_str   { 0, NULL }


static inline int
ngx_commerce_str_eq(const ngx_commerce_str_t *a, const ngx_commerce_str_t *b)
{
    return a->len == b->len
           && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}


static inline int
ngx_commerce_str_is(const ngx_commerce_str_t *a, const char *text)
{
    return a->len == strlen(text) && memcmp(a->data, text, a->len) == 0;
}


#endif /* NGX_COMMERCE_STR_H */
