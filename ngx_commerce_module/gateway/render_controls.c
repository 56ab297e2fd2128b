/*
 * Columns whose names begin with '_' steer the answer and are not shown:
 * status, place, problem, what is revoked, what is replayed.  The version of
 * an object becomes its entity tag, with the state of what is shown with it
 * and moves without it: "17.3".
 */

#include "render.h"


static ngx_int_t *control_of(ngx_commerce_controls_t *c, const char *name);
static void control_whole(ngx_commerce_flow_t *f,
    ngx_commerce_controls_t *c);
static void control_revoke(ngx_commerce_flow_t *f, const ngx_str_t *list);
static ngx_int_t control_etag(ngx_commerce_flow_t *f,
    const ngx_commerce_controls_t *c, ngx_commerce_answer_t *a);
static ngx_int_t control_problem(ngx_commerce_flow_t *f,
    const ngx_commerce_controls_t *c, ngx_commerce_answer_t *a,
    const ngx_str_t *code);


void
ngx_commerce_controls(ngx_commerce_flow_t *f, ngx_commerce_controls_t *c)
{
    ngx_int_t   *column;
    ngx_uint_t   i, n;
    const char  *name;

    c->status = c->location = c->cursor = c->total = c->facets = -1;
    c->replayed = c->revoke = c->body = c->problem = c->state = -1;
    c->version = -1;

    n = ngx_commerce_pg_columns(f->result);

    for (i = 0; i < n; i++) {
        name = ngx_commerce_pg_column_name(f->result, i);

        if (name[0] == '_') {
            column = control_of(c, name + 1);

            if (column != NULL) {
                *column = i;
            }

        } else if (ngx_strcmp(name, "version") == 0) {
            c->version = i;
        }
    }

    if (n == 1 && c->body == -1) {
        control_whole(f, c);
    }
}


static ngx_int_t *
control_of(ngx_commerce_controls_t *c, const char *name)
{
    ngx_uint_t  i;

    struct {
        const char  *name;
        ngx_int_t   *column;
    } columns[] = {
        { "status", &c->status },
        { "location", &c->location },
        { "cursor", &c->cursor },
        { "total", &c->total },
        { "facets", &c->facets },
        { "replayed", &c->replayed },
        { "revoke", &c->revoke },
        { "body", &c->body },
        { "problem", &c->problem },
        { "state", &c->state },
        { NULL, NULL }
    };

    for (i = 0; columns[i].name != NULL; i++) {
        if (ngx_strcmp(name, columns[i].name) == 0) {
            break;
        }
    }

    return columns[i].column;
}


/* A function that returns one json value is the body by itself. */

static void
control_whole(ngx_commerce_flow_t *f, ngx_commerce_controls_t *c)
{
    ngx_uint_t  oid;

    oid = ngx_commerce_pg_column_oid(f->result, 0);

    if ((oid == NGX_COMMERCE_OID_JSON || oid == NGX_COMMERCE_OID_JSONB)
        && ngx_commerce_str_is(&f->operation->id,
                               ngx_commerce_pg_column_name(f->result, 0)))
    {
        c->body = 0;
    }
}


ngx_int_t
ngx_commerce_controls_apply(ngx_commerce_flow_t *f,
    const ngx_commerce_controls_t *c, ngx_commerce_answer_t *a)
{
    ngx_str_t  v;

    if (c->revoke != -1
        && ngx_commerce_pg_cell(f->result, 0, c->revoke, &v) == NGX_OK)
    {
        control_revoke(f, &v);
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
        return control_problem(f, c, a, &v);
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

    return (control_etag(f, c, a) == NGX_OK) ? NGX_DECLINED : NGX_ERROR;
}


static ngx_int_t
control_problem(ngx_commerce_flow_t *f, const ngx_commerce_controls_t *c,
    ngx_commerce_answer_t *a, const ngx_str_t *code)
{
    ngx_str_t                            members;
    const ngx_commerce_problem_entry_t  *entry;

    ngx_str_null(&members);

    if (a->status < NGX_HTTP_BAD_REQUEST) {
        entry = ngx_commerce_contract_problem(
                    f->worker->conf->contract,
                    (const ngx_commerce_str_t *) code);

        a->status = (entry != NULL) ? entry->status
                                    : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (c->body != -1) {
        (void) ngx_commerce_pg_cell(f->result, 0, c->body, &members);
    }

    return ngx_commerce_problem(f, a->status, (char *) code->data, code->len,
                                &members);
}


/* '{sid:0197...,sub:0197...}': uuids need no quotes in an array literal. */

static void
control_revoke(ngx_commerce_flow_t *f, const ngx_str_t *list)
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
control_etag(ngx_commerce_flow_t *f, const ngx_commerce_controls_t *c,
    ngx_commerce_answer_t *a)
{
    ngx_str_t  v, state;

    if (c->version == -1 || f->operation->result == NGX_COMMERCE_RESULT_LIST
        || ngx_commerce_pg_cell(f->result, 0, c->version, &v) != NGX_OK)
    {
        return NGX_OK;
    }

    if (c->state == -1
        || ngx_commerce_pg_cell(f->result, 0, c->state, &state) != NGX_OK)
    {
        ngx_str_null(&state);
    }

    a->etag.data = ngx_pnalloc(f->r->pool, v.len + state.len + 3);
    if (a->etag.data == NULL) {
        return NGX_ERROR;
    }

    a->etag.len = ngx_sprintf(a->etag.data, "\"%V%s%V\"", &v,
                              (state.len != 0) ? "." : "", &state)
                  - a->etag.data;

    return NGX_OK;
}
