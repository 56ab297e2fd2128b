/*
 * Templates of messages, a small part of Mustache:
 *
 *   {{name}} {{a.b}}      a value, escaped in HTML; nothing when there is none
 *   {{{name}}}            the same as it is
 *   {{#name}} {{/name}}   once for each element of an array, or once when the
 *                         value is neither null, false, "" nor empty
 *   {{^name}} {{/name}}   when it is one of these
 *
 * Names are looked up in the innermost section first; `.` is the element
 * itself.  Pure, any thread; the caller frees what is made.
 */

#ifndef NGX_COMMERCE_TEMPLATE_H
#define NGX_COMMERCE_TEMPLATE_H


#include "str.h"

#include <jansson.h>


#define NGX_COMMERCE_TEMPLATE_DEPTH  8


/* What is wrong with a template, or NULL. */
const char *ngx_commerce_template_check(const char *text, size_t len);

/*
 * Renders a template that has been checked; a malloc'd text, ended by NUL,
 * whose length is set, or NULL without memory.
 */
char *ngx_commerce_template_render(const char *text, size_t len,
    const json_t *data, int html, size_t *out_len);


#endif /* NGX_COMMERCE_TEMPLATE_H */
