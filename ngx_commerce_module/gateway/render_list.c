/*
 * Rows as a page of a list: one more was asked for than is shown, to know
 * whether there is a next page; its cursor is the last row shown.
 */

#include "render.h"
#include "../base/cursor.h"


static void list_page(ngx_commerce_flow_t *f,
    const ngx_commerce_controls_t *c, ngx_commerce_json_t *json,
    const ngx_str_t *next, ngx_uint_t more);
static ngx_int_t list_first(ngx_commerce_flow_t *f, ngx_int_t column,
    ngx_str_t *value);
static ngx_int_t list_next(ngx_commerce_flow_t *f,
    const ngx_commerce_controls_t *c, ngx_uint_t row, ngx_str_t *next);
static ngx_int_t list_link(ngx_commerce_flow_t *f, const ngx_str_t *next);


ngx_int_t
ngx_commerce_render_list(ngx_commerce_flow_t *f,
    const ngx_commerce_controls_t *c, ngx_commerce_answer_t *a)
{
    ngx_str_t                    next;
    ngx_uint_t                   i, rows, more;
    ngx_commerce_page_t         *page;
    ngx_commerce_chain_writer_t  w;

    page = f->page;
    rows = ngx_commerce_flow_rows(f);
    more = (rows > page->limit);
    rows = ngx_min(rows, page->limit);

    ngx_str_null(&next);

    if (more && c->cursor != -1
        && (list_next(f, c, rows - 1, &next) != NGX_OK
            || list_link(f, &next) != NGX_OK))
    {
        return NGX_ERROR;
    }

    if (ngx_commerce_chain_begin(&w, f->r->pool,
                                 ngx_commerce_render_size(f, rows) + 256)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_commerce_json_lit(&w.json, "{\"data\":[");

    for (i = 0; i < rows; i++) {
        if (i != 0) {
            ngx_commerce_json_lit(&w.json, ",");
        }

        ngx_commerce_render_row(f, &w.json, i);
    }

    ngx_commerce_json_lit(&w.json, "],\"page\":{\"limit\":");
    ngx_commerce_json_int(&w.json, page->limit);
    list_page(f, c, &w.json, &next, more);

    return ngx_commerce_chain_end(&w, &a->chain, &a->length);
}


/* The rest of `page`, and the facets beside it. */

static void
list_page(ngx_commerce_flow_t *f, const ngx_commerce_controls_t *c,
    ngx_commerce_json_t *json, const ngx_str_t *next, ngx_uint_t more)
{
    ngx_str_t  v;

    ngx_commerce_json_lit(json, ",\"next\":");

    if (next->len != 0) {
        ngx_commerce_json_string(json, next->data, next->len);

    } else {
        ngx_commerce_json_lit(json, "null");
    }

    ngx_commerce_json_lit(json, ",\"has_more\":");
    ngx_commerce_json_raw(json, more ? "true" : "false", more ? 4 : 5);

    if (list_first(f, c->total, &v) == NGX_OK) {
        ngx_commerce_json_lit(json, ",\"total\":");
        ngx_commerce_json_raw(json, v.data, v.len);
    }

    ngx_commerce_json_lit(json, "}");

    if (list_first(f, c->facets, &v) == NGX_OK) {
        ngx_commerce_json_lit(json, ",\"facets\":");
        ngx_commerce_json_raw(json, v.data, v.len);
    }

    ngx_commerce_json_lit(json, "}");
}


/* A control that the first row carries for the whole list. */

static ngx_int_t
list_first(ngx_commerce_flow_t *f, ngx_int_t column, ngx_str_t *value)
{
    if (column == -1 || ngx_commerce_flow_rows(f) == 0) {
        return NGX_DECLINED;
    }

    return ngx_commerce_pg_cell(f->result, 0, column, value);
}


static ngx_int_t
list_next(ngx_commerce_flow_t *f, const ngx_commerce_controls_t *c,
    ngx_uint_t row, ngx_str_t *next)
{
    ngx_str_t             v;
    ngx_commerce_page_t  *page = f->page;

    if (ngx_commerce_pg_cell(f->result, row, c->cursor, &v) != NGX_OK) {
        return NGX_OK;
    }

    next->data = ngx_pnalloc(f->r->pool, ngx_commerce_cursor_size(v.len));
    if (next->data == NULL) {
        return NGX_ERROR;
    }

    next->len = ngx_commerce_cursor_seal(next->data,
                                         f->worker->conf->cursor_key,
                                         (ngx_commerce_str_t *) &page->context,
                                         v.data, v.len);

    return (next->len == 0) ? NGX_ERROR : NGX_OK;
}


/* RFC 8288: the same list, the cursor exchanged. */

static ngx_int_t
list_link(ngx_commerce_flow_t *f, const ngx_str_t *next)
{
    u_char              *p, *start, *pair, *end;
    ngx_str_t            args;
    ngx_http_request_t  *r = f->r;

    start = ngx_pnalloc(r->pool, r->uri.len * 3 + r->args.len + next->len + 64);
    if (start == NULL) {
        return NGX_ERROR;
    }

    p = start;
    *p++ = '<';
    p = (u_char *) ngx_escape_uri(p, r->uri.data, r->uri.len, NGX_ESCAPE_URI);
    *p++ = '?';

    args = r->args;

    for (pair = args.data; pair < args.data + args.len; pair = end + 1) {
        end = ngx_strlchr(pair, args.data + args.len, '&');
        end = (end == NULL) ? args.data + args.len : end;

        if (end == pair
            || ((size_t) (end - pair) >= sizeof("cursor=") - 1
                && ngx_memcmp(pair, "cursor=", sizeof("cursor=") - 1) == 0))
        {
            continue;
        }

        p = ngx_cpymem(p, pair, end - pair);
        *p++ = '&';
    }

    p = ngx_sprintf(p, "cursor=%V>; rel=\"next\"", next);

    f->answer->link.data = start;
    f->answer->link.len = p - start;

    return NGX_OK;
}
