/*
 * Rows of a result as JSON, straight into chain buffers, by the columns'
 * types.  Columns whose names begin with '_' are control: they steer the
 * answer and are not shown.
 */

#include "answer.h"
#include "station.h"
#include "zone.h"
#include "../base/cursor.h"
#include "../base/text.h"


/* pg_type.dat: the types that are not written as strings. */
enum {
    OID_BOOL = 16,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_JSON = 114,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_BOOL_ARRAY = 1000,
    OID_INT4_ARRAY = 1007,
    OID_TEXT_ARRAY = 1009,
    OID_VARCHAR_ARRAY = 1015,
    OID_INT8_ARRAY = 1016,
    OID_TIMESTAMPTZ = 1184,
    OID_NUMERIC = 1700,
    OID_UUID_ARRAY = 2951,
    OID_JSONB = 3802
};


typedef struct {
    ngx_int_t   status;                  /* columns by index; -1: not there */
    ngx_int_t   location;
    ngx_int_t   cursor;
    ngx_int_t   total;
    ngx_int_t   facets;
    ngx_int_t   replayed;
    ngx_int_t   revoke;
    ngx_int_t   body;
    ngx_int_t   problem;
    ngx_int_t   version;
} control_t;


static void render_controls(ngx_commerce_flow_t *f, control_t *c);
static ngx_int_t render_control_cells(ngx_commerce_flow_t *f, control_t *c,
    ngx_commerce_answer_t *a);
static void render_revoke(ngx_commerce_flow_t *f, ngx_str_t *list);
static ngx_int_t render_etag(ngx_commerce_flow_t *f, control_t *c,
    ngx_commerce_answer_t *a);
static ngx_int_t render_body(ngx_commerce_flow_t *f, control_t *c,
    ngx_commerce_answer_t *a);
static ngx_int_t render_object(ngx_commerce_flow_t *f,
    ngx_commerce_answer_t *a);
static ngx_int_t render_list(ngx_commerce_flow_t *f, control_t *c,
    ngx_commerce_answer_t *a);
static ngx_int_t render_next(ngx_commerce_flow_t *f, control_t *c,
    ngx_uint_t row, ngx_str_t *next);
static ngx_int_t render_link(ngx_commerce_flow_t *f, ngx_str_t *next);
static void render_row(ngx_commerce_flow_t *f, ngx_commerce_json_t *json,
    ngx_uint_t row);
static void render_cell(ngx_commerce_json_t *json, ngx_uint_t oid,
    const ngx_str_t *value);
static size_t render_size(ngx_commerce_flow_t *f, ngx_uint_t rows);


ngx_int_t
ngx_commerce_render(ngx_commerce_flow_t *f)
{
    ngx_int_t               rc;
    control_t               c;
    ngx_commerce_answer_t  *a;

    a = ngx_commerce_answer(f);
    if (a == NULL) {
        return NGX_ERROR;
    }

    a->status = f->operation->status;
    a->content_type.len = f->operation->content_type.len;
    a->content_type.data = f->operation->content_type.data;

    render_controls(f, &c);

    if (ngx_commerce_flow_rows(f) == 0) {
        if (f->operation->result != NGX_COMMERCE_RESULT_LIST) {
            return ngx_commerce_problem(f, NGX_HTTP_NOT_FOUND, "not_found",
                                        sizeof("not_found") - 1, NULL);
        }

    } else {
        rc = render_control_cells(f, &c, a);
        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    /* nobody listens any more: only the controls mattered */

    if (f->r == NULL) {
        return NGX_OK;
    }

    if (a->status == NGX_HTTP_NO_CONTENT) {
        return NGX_OK;
    }

    if (f->operation->result == NGX_COMMERCE_RESULT_LIST && c.body == -1) {
        rc = render_list(f, &c, a);

    } else if (c.body != -1) {
        rc = render_body(f, &c, a);

    } else {
        rc = render_object(f, a);
    }

    if (rc == NGX_OK && f->operation->unseals) {
        rc = ngx_commerce_unseal(f);
    }

    return rc;
}


static void
render_controls(ngx_commerce_flow_t *f, control_t *c)
{
    ngx_uint_t   i, n;
    const char  *name;

    c->status = c->location = c->cursor = c->total = c->facets = -1;
    c->replayed = c->revoke = c->body = c->problem = c->version = -1;

    n = ngx_commerce_pg_columns(f->result);

    for (i = 0; i < n; i++) {
        name = ngx_commerce_pg_column_name(f->result, i);

        if (name[0] != '_') {
            if (ngx_strcmp(name, "version") == 0) {
                c->version = i;
            }

            continue;
        }

        name++;

        if (ngx_strcmp(name, "status") == 0) {
            c->status = i;

        } else if (ngx_strcmp(name, "location") == 0) {
            c->location = i;

        } else if (ngx_strcmp(name, "cursor") == 0) {
            c->cursor = i;

        } else if (ngx_strcmp(name, "total") == 0) {
            c->total = i;

        } else if (ngx_strcmp(name, "facets") == 0) {
            c->facets = i;

        } else if (ngx_strcmp(name, "replayed") == 0) {
            c->replayed = i;

        } else if (ngx_strcmp(name, "revoke") == 0) {
            c->revoke = i;

        } else if (ngx_strcmp(name, "body") == 0) {
            c->body = i;

        } else if (ngx_strcmp(name, "problem") == 0) {
            c->problem = i;
        }
    }

    /* a function that returns one json value is the body by itself */

    if (n == 1 && c->body == -1) {
        i = ngx_commerce_pg_column_oid(f->result, 0);

        if ((i == OID_JSON || i == OID_JSONB)
            && ngx_commerce_str_is(&f->operation->id,
                                   ngx_commerce_pg_column_name(f->result, 0)))
        {
            c->body = 0;
        }
    }
}


/* NGX_DECLINED: go on and render; anything else is the end. */

static ngx_int_t
render_control_cells(ngx_commerce_flow_t *f, control_t *c,
    ngx_commerce_answer_t *a)
{
    ngx_str_t  v, members;

    if (c->revoke != -1
        && ngx_commerce_pg_cell(f->result, 0, c->revoke, &v) == NGX_OK)
    {
        render_revoke(f, &v);
    }

    if (c->status != -1
        && ngx_commerce_pg_cell(f->result, 0, c->status, &v) == NGX_OK)
    {
        a->status = ngx_atoi(v.data, v.len);
    }

    if (c->replayed != -1
        && ngx_commerce_pg_cell(f->result, 0, c->replayed, &v) == NGX_OK)
    {
        a->replayed = (v.data[0] == 't');
    }

    if (c->problem != -1
        && ngx_commerce_pg_cell(f->result, 0, c->problem, &v) == NGX_OK)
    {
        ngx_str_null(&members);

        if (c->body != -1) {
            (void) ngx_commerce_pg_cell(f->result, 0, c->body, &members);
        }

        return ngx_commerce_problem(f, a->status, (char *) v.data, v.len,
                                    &members);
    }

    if (f->r == NULL) {
        return NGX_DECLINED;
    }

    if (c->location != -1
        && ngx_commerce_pg_cell(f->result, 0, c->location, &v) == NGX_OK
        && ngx_commerce_send_header(f->r, "Location", sizeof("Location") - 1,
                                    v.data, v.len)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return (render_etag(f, c, a) == NGX_OK) ? NGX_DECLINED : NGX_ERROR;
}


/* '{sid:0197...,sub:0197...}': uuids need no quotes in an array literal. */

static void
render_revoke(ngx_commerce_flow_t *f, ngx_str_t *list)
{
    u_char  *p, *last, *end;

    p = list->data;
    last = p + list->len;

    while (p < last) {
        if (*p == '{' || *p == ',' || *p == '"') {
            p++;
            continue;
        }

        for (end = p;
             end < last && *end != ',' && *end != '}' && *end != '"';
             end++)
        { /* void */ }

        if (end > p) {
            ngx_commerce_flow_revoke(f, (char *) p, end - p);
        }

        p = end + 1;
    }
}


static ngx_int_t
render_etag(ngx_commerce_flow_t *f, control_t *c, ngx_commerce_answer_t *a)
{
    ngx_str_t  v;

    if (c->version == -1 || f->operation->result == NGX_COMMERCE_RESULT_LIST
        || ngx_commerce_pg_cell(f->result, 0, c->version, &v) != NGX_OK)
    {
        return NGX_OK;
    }

    a->etag.data = ngx_pnalloc(f->r->pool, v.len + 2);
    if (a->etag.data == NULL) {
        return NGX_ERROR;
    }

    a->etag.len = ngx_sprintf(a->etag.data, "\"%V\"", &v) - a->etag.data;

    return NGX_OK;
}


static ngx_int_t
render_body(ngx_commerce_flow_t *f, control_t *c, ngx_commerce_answer_t *a)
{
    ngx_str_t                    v;
    ngx_commerce_chain_writer_t  w;

    if (ngx_commerce_pg_cell(f->result, 0, c->body, &v) != NGX_OK) {
        ngx_str_set(&v, "null");
    }

    if (ngx_commerce_chain_begin(&w, f->r->pool, v.len) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_commerce_json_raw(&w.json, v.data, v.len);

    return ngx_commerce_chain_end(&w, &a->chain, &a->length);
}


static ngx_int_t
render_object(ngx_commerce_flow_t *f, ngx_commerce_answer_t *a)
{
    ngx_commerce_chain_writer_t  w;

    if (ngx_commerce_chain_begin(&w, f->r->pool, render_size(f, 1))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    render_row(f, &w.json, 0);

    return ngx_commerce_chain_end(&w, &a->chain, &a->length);
}


static ngx_int_t
render_list(ngx_commerce_flow_t *f, control_t *c, ngx_commerce_answer_t *a)
{
    ngx_str_t                    next, v;
    ngx_uint_t                   i, rows, more;
    ngx_commerce_page_t         *page;
    ngx_commerce_chain_writer_t  w;

    page = f->page;
    rows = ngx_commerce_flow_rows(f);
    more = (rows > page->limit);
    rows = ngx_min(rows, page->limit);

    ngx_str_null(&next);

    if (more && c->cursor != -1
        && (render_next(f, c, rows - 1, &next) != NGX_OK
            || render_link(f, &next) != NGX_OK))
    {
        return NGX_ERROR;
    }

    if (ngx_commerce_chain_begin(&w, f->r->pool, render_size(f, rows) + 256)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_commerce_json_lit(&w.json, "{\"data\":[");

    for (i = 0; i < rows; i++) {
        if (i != 0) {
            ngx_commerce_json_lit(&w.json, ",");
        }

        render_row(f, &w.json, i);
    }

    ngx_commerce_json_lit(&w.json, "],\"page\":{\"limit\":");
    ngx_commerce_json_int(&w.json, page->limit);
    ngx_commerce_json_lit(&w.json, ",\"next\":");

    if (next.len != 0) {
        ngx_commerce_json_string(&w.json, next.data, next.len);

    } else {
        ngx_commerce_json_lit(&w.json, "null");
    }

    ngx_commerce_json_lit(&w.json, ",\"has_more\":");

    if (more) {
        ngx_commerce_json_lit(&w.json, "true");

    } else {
        ngx_commerce_json_lit(&w.json, "false");
    }

    if (c->total != -1 && rows != 0
        && ngx_commerce_pg_cell(f->result, 0, c->total, &v) == NGX_OK)
    {
        ngx_commerce_json_lit(&w.json, ",\"total\":");
        ngx_commerce_json_raw(&w.json, v.data, v.len);
    }

    ngx_commerce_json_lit(&w.json, "}");

    if (c->facets != -1 && rows != 0
        && ngx_commerce_pg_cell(f->result, 0, c->facets, &v) == NGX_OK)
    {
        ngx_commerce_json_lit(&w.json, ",\"facets\":");
        ngx_commerce_json_raw(&w.json, v.data, v.len);
    }

    ngx_commerce_json_lit(&w.json, "}");

    return ngx_commerce_chain_end(&w, &a->chain, &a->length);
}


static ngx_int_t
render_next(ngx_commerce_flow_t *f, control_t *c, ngx_uint_t row,
    ngx_str_t *next)
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
render_link(ngx_commerce_flow_t *f, ngx_str_t *next)
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

    return ngx_commerce_send_header(r, "Link", sizeof("Link") - 1, start,
                                    p - start);
}


static void
render_row(ngx_commerce_flow_t *f, ngx_commerce_json_t *json, ngx_uint_t row)
{
    ngx_str_t    value;
    ngx_uint_t   i, n, first;
    const char  *name;

    n = ngx_commerce_pg_columns(f->result);
    first = 1;

    ngx_commerce_json_lit(json, "{");

    for (i = 0; i < n; i++) {
        name = ngx_commerce_pg_column_name(f->result, i);

        if (name[0] == '_') {
            continue;
        }

        if (!first) {
            ngx_commerce_json_lit(json, ",");
        }

        first = 0;

        ngx_commerce_json_string(json, name, ngx_strlen(name));
        ngx_commerce_json_lit(json, ":");

        if (ngx_commerce_pg_cell(f->result, row, i, &value) != NGX_OK) {
            ngx_commerce_json_lit(json, "null");
            continue;
        }

        render_cell(json, ngx_commerce_pg_column_oid(f->result, i), &value);
    }

    ngx_commerce_json_lit(json, "}");
}


static void
render_cell(ngx_commerce_json_t *json, ngx_uint_t oid, const ngx_str_t *value)
{
    switch (oid) {

    case OID_BOOL:
        if (value->data[0] == 't') {
            ngx_commerce_json_lit(json, "true");

        } else {
            ngx_commerce_json_lit(json, "false");
        }

        break;

    case OID_FLOAT4:
    case OID_FLOAT8:
    case OID_NUMERIC:

        /* NaN and infinities are not JSON */

        if (value->data[value->len - 1] > '9') {
            ngx_commerce_json_lit(json, "null");
            break;
        }

        /* fall through */

    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
    case OID_JSON:
    case OID_JSONB:
        ngx_commerce_json_raw(json, value->data, value->len);
        break;

    case OID_TIMESTAMPTZ:
        ngx_commerce_json_time(json, value->data, value->len);
        break;

    case OID_BOOL_ARRAY:
    case OID_INT4_ARRAY:
    case OID_INT8_ARRAY:
        ngx_commerce_json_array(json, value->data, value->len, 1);
        break;

    case OID_TEXT_ARRAY:
    case OID_VARCHAR_ARRAY:
    case OID_UUID_ARRAY:
        ngx_commerce_json_array(json, value->data, value->len, 0);
        break;

    default:
        ngx_commerce_json_string(json, value->data, value->len);
        break;
    }
}


/* What the rows will take, if nothing has to be escaped. */

static size_t
render_size(ngx_commerce_flow_t *f, ngx_uint_t rows)
{
    size_t      names, size;
    ngx_str_t   value;
    ngx_uint_t  i, row, n;

    n = ngx_commerce_pg_columns(f->result);
    names = 2;

    for (i = 0; i < n; i++) {
        names += ngx_strlen(ngx_commerce_pg_column_name(f->result, i)) + 10;
    }

    size = rows * names;

    for (row = 0; row < rows; row++) {
        for (i = 0; i < n; i++) {
            if (ngx_commerce_pg_cell(f->result, row, i, &value) == NGX_OK) {
                size += value.len;
            }
        }
    }

    return size;
}
