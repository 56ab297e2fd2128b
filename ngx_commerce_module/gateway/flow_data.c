/*
 * What a step reads and how it answers: cells of the last result, members of
 * the body, the principal's scopes; rows, JSON, problems, headers.
 */

#include "answer.h"
#include "metrics.h"
#include "station.h"
#include "zone.h"
#include "../base/text.h"


ngx_uint_t
ngx_commerce_flow_rows(const ngx_commerce_flow_t *f)
{
    return (f->result == NULL) ? 0 : ngx_commerce_pg_rows(f->result);
}


ngx_int_t
ngx_commerce_flow_cell(const ngx_commerce_flow_t *f, ngx_uint_t row,
    const char *column, ngx_str_t *value)
{
    ngx_uint_t   i, n;
    const char  *name;

    if (row >= ngx_commerce_flow_rows(f)) {
        return NGX_DECLINED;
    }

    n = ngx_commerce_pg_columns(f->result);

    for (i = 0; i < n; i++) {
        name = ngx_commerce_pg_column_name(f->result, i);

        if (ngx_strcmp(name, column) == 0) {
            return ngx_commerce_pg_cell(f->result, row, i, value);
        }
    }

    return NGX_DECLINED;
}


char *
ngx_commerce_flow_text(const ngx_commerce_flow_t *f, const char *column)
{
    ngx_str_t  value;

    if (ngx_commerce_flow_cell(f, 0, column, &value) != NGX_OK) {
        return NULL;
    }

    return ngx_commerce_cstr(f->pool, value.data, value.len);
}


int64_t
ngx_commerce_flow_int(const ngx_commerce_flow_t *f, const char *column,
    int64_t none)
{
    int64_t    value;
    ngx_str_t  text;

    if (ngx_commerce_flow_cell(f, 0, column, &text) != NGX_OK
        || ngx_commerce_text_int(text.data, text.len, &value) != 0)
    {
        return none;
    }

    return value;
}


ngx_uint_t
ngx_commerce_flow_flag(const ngx_commerce_flow_t *f, const char *column)
{
    ngx_str_t  text;

    return ngx_commerce_flow_cell(f, 0, column, &text) == NGX_OK
           && text.len == 1 && text.data[0] == 't';
}


/*
 * Classes of errors that say nothing about what was asked: read-only,
 * resources, locks, canceled (it waited longer than statement_timeout) or
 * shut down, input and output.
 */

ngx_uint_t
ngx_commerce_flow_unable(const ngx_commerce_flow_t *f)
{
    const char *const         *class;
    static const char *const   classes[] = {
        "08", "25", "53", "55", "57", "58", NULL
    };

    for (class = classes; *class != NULL; class++) {
        if (ngx_strncmp(f->sqlstate, *class, 2) == 0) {
            return 1;
        }
    }

    return 0;
}


void *
ngx_commerce_flow_domain_state(const ngx_commerce_flow_t *f)
{
    return f->worker->states[f->endpoint->ndomain];
}


const char *
ngx_commerce_flow_body_string(const ngx_commerce_flow_t *f, const char *name)
{
    return json_string_value(json_object_get(f->body, name));
}


char *
ngx_commerce_flow_uuid(ngx_commerce_flow_t *f)
{
    u_char      *text, random[10];
    ngx_time_t  *now;

    text = ngx_pcalloc(f->pool, NGX_COMMERCE_UUID_LEN + 1);
    if (text == NULL
        || ngx_commerce_random(f->worker, random, sizeof(random)) != NGX_OK)
    {
        return NULL;
    }

    now = ngx_timeofday();

    ngx_commerce_uuid_v7(text, (uint64_t) now->sec * 1000 + now->msec, random);

    return (char *) text;
}


ngx_int_t
ngx_commerce_flow_random(ngx_commerce_flow_t *f, u_char *out, size_t len)
{
    return ngx_commerce_random(f->worker, out, len);
}


ngx_int_t
ngx_commerce_flow_database(const ngx_commerce_flow_t *f, ngx_uint_t i,
    ngx_str_t *name, ngx_uint_t *up)
{
    const ngx_commerce_database_t  *db;

    if (i >= f->worker->conf->databases.nelts) {
        return NGX_DECLINED;
    }

    db = f->worker->conf->databases.elts;

    *name = db[i].pg.name;
    *up = ngx_commerce_pg_ready(f->worker->pg[i]);

    return NGX_OK;
}


void
ngx_commerce_flow_page(const ngx_commerce_flow_t *f, const char **limit,
    const char **cursor)
{
    const ngx_commerce_page_t  *page = f->page;

    *limit = page->limit_text;
    *cursor = page->cursor;
}


ngx_uint_t
ngx_commerce_flow_scope(const ngx_commerce_flow_t *f, const char *scope)
{
    unsigned  i;

    if (f->principal == NULL) {
        return 0;
    }

    for (i = 0; i < f->principal->nscopes; i++) {
        if (strcmp(f->principal->scopes[i], scope) == 0) {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_commerce_flow_body_dump(ngx_commerce_flow_t *f)
{
    char  *text;

    text = json_dumps(f->body, JSON_COMPACT|JSON_ENCODE_ANY);
    if (text == NULL) {
        return NGX_ERROR;
    }

    f->body_text.len = strlen(text);
    f->body_text.data = (u_char *) ngx_commerce_cstr(f->pool, text,
                                                     f->body_text.len);
    free(text);

    return (f->body_text.data == NULL) ? NGX_ERROR : NGX_OK;
}


ngx_int_t
ngx_commerce_flow_answer_rows(ngx_commerce_flow_t *f)
{
    f->answered = 1;

    return (ngx_commerce_render(f) == NGX_OK) ? NGX_DONE : NGX_ERROR;
}


ngx_int_t
ngx_commerce_flow_answer_json(ngx_commerce_flow_t *f, ngx_uint_t status,
    const char *json, size_t len)
{
    ngx_commerce_answer_t        *a;
    ngx_commerce_chain_writer_t   w;

    f->answered = 1;

    a = ngx_commerce_answer(f);
    if (a == NULL) {
        return NGX_ERROR;
    }

    a->status = status;

    if (f->r == NULL || len == 0) {
        return NGX_DONE;
    }

    ngx_str_set(&a->content_type, "application/json");

    if (ngx_commerce_chain_begin(&w, f->r->pool, len) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_commerce_json_raw(&w.json, json, len);

    if (ngx_commerce_chain_end(&w, &a->chain, &a->length) != NGX_OK
        || ngx_commerce_unseal(f) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_DONE;
}


ngx_int_t
ngx_commerce_flow_answer_value(ngx_commerce_flow_t *f, ngx_uint_t status,
    json_t *value)
{
    char       *text;
    ngx_int_t   rc;

    text = json_dumps(value, JSON_COMPACT|JSON_ENCODE_ANY);
    json_decref(value);

    if (text == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_commerce_flow_answer_json(f, status, text, strlen(text));
    free(text);

    return rc;
}


ngx_int_t
ngx_commerce_flow_fail(ngx_commerce_flow_t *f, ngx_uint_t status,
    const char *code, const char *members)
{
    ngx_str_t  extra;

    f->answered = 1;

    ngx_str_null(&extra);

    if (members != NULL) {
        extra.data = (u_char *) members;
        extra.len = ngx_strlen(members);
    }

    return (ngx_commerce_problem(f, status, code, ngx_strlen(code), &extra)
            == NGX_OK) ? NGX_DONE : NGX_ERROR;
}


ngx_int_t
ngx_commerce_flow_header(ngx_commerce_flow_t *f, const char *name,
    const char *value)
{
    if (f->r == NULL) {
        return NGX_OK;
    }

    return ngx_commerce_send_header(f->r, name, ngx_strlen(name), value,
                                    ngx_strlen(value));
}


void
ngx_commerce_flow_share_time(ngx_commerce_flow_t *f,
    const ngx_commerce_flow_t *by)
{
    f->db_time += by->db_time;
}


void
ngx_commerce_flow_retry(ngx_commerce_flow_t *f, ngx_uint_t seconds)
{
    f->retry_after = seconds;
}


void
ngx_commerce_flow_revoke(ngx_commerce_flow_t *f, const char *subject,
    size_t len)
{
    /* background work tells again what others have ended */

    if (f->endpoint != NULL) {
        ngx_commerce_metrics_add(f->worker->metrics,
                                 NGX_COMMERCE_METRIC_REVOCATION, 1);
    }

    ngx_commerce_zone_revoke(f->worker->zone, subject, len,
                             ngx_time()
                             + (time_t) (f->worker->conf->jwt_policy.max_life
                                         + f->worker->conf->jwt_policy
                                               .leeway));
}


ngx_str_t
ngx_commerce_header(ngx_http_request_t *r, const char *name)
{
    size_t            len;
    ngx_str_t         none = ngx_null_string;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    len = ngx_strlen(name);

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == len
                && ngx_strncmp(h[i].lowcase_key, name, len) == 0)
            {
                return h[i].value;
            }
        }
    }

    return none;
}


char *
ngx_commerce_cstr(ngx_pool_t *pool, const void *data, size_t len)
{
    u_char  *p;

    p = ngx_pnalloc(pool, len + 1);
    if (p == NULL) {
        return NULL;
    }

    ngx_memcpy(p, data, len);
    p[len] = '\0';

    return (char *) p;
}
