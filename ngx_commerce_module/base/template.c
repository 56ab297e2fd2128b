/*
 * Renders templates by walking over their text: sections are found by their
 * closing tag, which the check has matched.  Called when the configuration is
 * read (check) and by domain/mail*.c (render); keeps nothing.
 */

#define _GNU_SOURCE    /* memmem() */

#include "template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>


typedef struct {
    char              kind;          /* '#', '^', '/', '{' or 0: a value */
    const char       *name;
    size_t            len;
    const char       *start;         /* of the tag */
    const char       *end;           /* behind it */
} tag_t;


typedef struct {
    FILE             *out;
    int               html;
    const json_t     *stack[NGX_COMMERCE_TEMPLATE_DEPTH + 1];
    unsigned          depth;
} render_t;


static int tag_next(const char *p, const char *last, tag_t *tag);
static int tag_name(tag_t *tag);
static const char *tag_close(const tag_t *open, const char *last,
    const char **after);
static int tag_same(const tag_t *a, const tag_t *b);
static void render_text(render_t *r, const char *p, const char *last);
static void render_section(render_t *r, const tag_t *tag, const char *last);
static void render_value(render_t *r, const tag_t *tag);
static void render_escaped(render_t *r, const char *text);
static const json_t *render_find(const render_t *r, const tag_t *tag);
static const json_t *find_path(const json_t *from, const char *name,
    size_t len);
static int is_empty(const json_t *value);


const char *
ngx_commerce_template_check(const char *text, size_t len)
{
    int          rc;
    tag_t        tag, open[NGX_COMMERCE_TEMPLATE_DEPTH];
    unsigned     depth;
    const char  *last;

    depth = 0;
    last = text + len;

    for ( ;; ) {
        rc = tag_next(text, last, &tag);

        if (rc < 0) {
            return "a tag is not ended or has no name";
        }

        if (rc == 0) {
            return (depth == 0) ? NULL : "a section is not closed";
        }

        if (tag.kind == '#' || tag.kind == '^') {
            if (depth == NGX_COMMERCE_TEMPLATE_DEPTH) {
                return "sections are nested too deep";
            }

            open[depth++] = tag;

        } else if (tag.kind == '/') {
            if (depth == 0 || !tag_same(&open[depth - 1], &tag)) {
                return "a closing tag does not fit";
            }

            depth--;
        }

        text = tag.end;
    }
}


/* The next tag: 1, none: 0, a broken one: -1. */

static int
tag_next(const char *p, const char *last, tag_t *tag)
{
    size_t       n;
    const char  *end;

    p = memmem(p, (size_t) (last - p), "{{", 2);
    if (p == NULL) {
        return 0;
    }

    tag->start = p;
    tag->kind = '\0';
    p += 2;

    if (p < last && memchr("#^/{", *p, 4) != NULL) {
        tag->kind = *p++;
    }

    n = (tag->kind == '{') ? 3 : 2;
    end = memmem(p, (size_t) (last - p), "}}}", n);

    if (end == NULL) {
        return -1;
    }

    tag->name = p;
    tag->len = (size_t) (end - p);
    tag->end = end + n;

    /* a section alone on its line leaves no empty line */

    if ((tag->kind == '#' || tag->kind == '^' || tag->kind == '/')
        && tag->end < last && *tag->end == '\n')
    {
        tag->end++;
    }

    return tag_name(tag);
}


static int
tag_name(tag_t *tag)
{
    size_t  i;

    if (tag->len == 0) {
        return -1;
    }

    for (i = 0; i < tag->len; i++) {
        if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_.", tag->name[i])
            == NULL)
        {
            return -1;
        }
    }

    return 1;
}


static int
tag_same(const tag_t *a, const tag_t *b)
{
    return a->len == b->len && memcmp(a->name, b->name, a->len) == 0;
}


/* Where the section that a tag opens ends, and what comes behind it. */

static const char *
tag_close(const tag_t *open, const char *last, const char **after)
{
    tag_t        tag;
    unsigned     depth;
    const char  *p;

    depth = 1;

    for (p = open->end; tag_next(p, last, &tag) > 0; p = tag.end) {

        if (tag.kind == '#' || tag.kind == '^') {
            depth++;

        } else if (tag.kind == '/' && --depth == 0) {
            *after = tag.end;
            return tag.start;
        }
    }

    *after = last;

    return last;
}


char *
ngx_commerce_template_render(const char *text, size_t len,
    const json_t *data, int html, size_t *out_len)
{
    int       failed;
    char     *made;
    render_t  r;

    made = NULL;

    memset(&r, 0, sizeof(render_t));
    r.html = html;
    r.stack[0] = data;
    r.depth = 1;
    r.out = open_memstream(&made, out_len);

    if (r.out == NULL) {
        return NULL;
    }

    render_text(&r, text, text + len);

    failed = ferror(r.out);

    if (fclose(r.out) != 0 || failed) {
        free(made);
        return NULL;
    }

    return made;
}


static void
render_text(render_t *r, const char *p, const char *last)
{
    tag_t  tag;

    while (tag_next(p, last, &tag) > 0) {
        (void) fwrite(p, 1, (size_t) (tag.start - p), r->out);

        if (tag.kind == '#' || tag.kind == '^') {
            render_section(r, &tag, last);
            (void) tag_close(&tag, last, &p);

        } else {
            render_value(r, &tag);
            p = tag.end;
        }
    }

    (void) fwrite(p, 1, (size_t) (last - p), r->out);
}


static void
render_section(render_t *r, const tag_t *tag, const char *last)
{
    size_t         i;
    const char    *end, *after;
    const json_t  *value;

    end = tag_close(tag, last, &after);
    value = render_find(r, tag);

    if (tag->kind == '^') {
        if (is_empty(value)) {
            render_text(r, tag->end, end);
        }

        return;
    }

    if (is_empty(value) || r->depth > NGX_COMMERCE_TEMPLATE_DEPTH) {
        return;
    }

    if (!json_is_array(value)) {
        r->stack[r->depth++] = value;
        render_text(r, tag->end, end);
        r->depth--;
        return;
    }

    for (i = 0; i < json_array_size(value); i++) {
        r->stack[r->depth++] = json_array_get(value, i);
        render_text(r, tag->end, end);
        r->depth--;
    }
}


static void
render_value(render_t *r, const tag_t *tag)
{
    const json_t  *value;

    value = render_find(r, tag);

    if (json_is_integer(value)) {
        (void) fprintf(r->out, "%lld", (long long) json_integer_value(value));

    } else if (!json_is_string(value)) {
        return;

    } else if (r->html && tag->kind != '{') {
        render_escaped(r, json_string_value(value));

    } else {
        (void) fputs(json_string_value(value), r->out);
    }
}


static void
render_escaped(render_t *r, const char *text)
{
    for ( /* void */ ; *text != '\0'; text++) {

        switch (*text) {

        case '&':
            (void) fputs("&amp;", r->out);
            break;

        case '<':
            (void) fputs("&lt;", r->out);
            break;

        case '>':
            (void) fputs("&gt;", r->out);
            break;

        case '"':
            (void) fputs("&quot;", r->out);
            break;

        case '\'':
            (void) fputs("&#39;", r->out);
            break;

        default:
            (void) fputc(*text, r->out);
        }
    }
}


static const json_t *
render_find(const render_t *r, const tag_t *tag)
{
    unsigned       i;
    const json_t  *value;

    if (tag->len == 1 && tag->name[0] == '.') {
        return r->stack[r->depth - 1];
    }

    for (i = r->depth; i-- > 0; ) {
        value = find_path(r->stack[i], tag->name, tag->len);

        if (value != NULL) {
            return value;
        }
    }

    return NULL;
}


static const json_t *
find_path(const json_t *from, const char *name, size_t len)
{
    char         key[64];
    size_t       n;
    const char  *dot;

    while (from != NULL) {
        dot = memchr(name, '.', len);
        n = (dot == NULL) ? len : (size_t) (dot - name);

        if (n >= sizeof(key)) {
            return NULL;
        }

        memcpy(key, name, n);
        key[n] = '\0';
        from = json_object_get(from, key);

        if (dot == NULL) {
            return from;
        }

        name = dot + 1;
        len -= n + 1;
    }

    return NULL;
}


static int
is_empty(const json_t *value)
{
    return value == NULL || json_is_null(value) || json_is_false(value)
           || (json_is_string(value) && json_string_length(value) == 0)
           || (json_is_array(value) && json_array_size(value) == 0);
}
