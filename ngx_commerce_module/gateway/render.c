/*
 * The rows of a result into an answer: an object, a list, a document that SQL
 * made, or nothing, as the operation's contract says.
 */

#include "render.h"


static ngx_int_t render_body(ngx_commerce_flow_t *f,
    const ngx_commerce_controls_t *c, ngx_commerce_answer_t *a);
static ngx_int_t render_object(ngx_commerce_flow_t *f,
    ngx_commerce_answer_t *a);


ngx_int_t
ngx_commerce_render(ngx_commerce_flow_t *f)
{
    ngx_int_t                 rc;
    ngx_commerce_answer_t    *a;
    ngx_commerce_controls_t   c;

    a = ngx_commerce_answer(f);
    if (a == NULL) {
        return NGX_ERROR;
    }

    a->status = f->operation->status;
    a->content_type.len = f->operation->content_type.len;
    a->content_type.data = f->operation->content_type.data;

    ngx_commerce_controls(f, &c);

    if (ngx_commerce_flow_rows(f) == 0) {
        if (f->operation->result != NGX_COMMERCE_RESULT_LIST) {
            return ngx_commerce_problem(f, NGX_HTTP_NOT_FOUND,
                                   (char *) f->operation->not_found.data,
                                   f->operation->not_found.len, NULL);
        }

    } else {
        rc = ngx_commerce_controls_apply(f, &c, a);
        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    /* nobody listens any more: only the controls mattered */

    if (f->r == NULL) {
        return NGX_OK;
    }

    if (a->status == NGX_HTTP_NO_CONTENT
        || f->operation->result == NGX_COMMERCE_RESULT_NONE)
    {
        return NGX_OK;
    }

    if (f->operation->result == NGX_COMMERCE_RESULT_LIST && c.body == -1) {
        rc = ngx_commerce_render_list(f, &c, a);

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


static ngx_int_t
render_body(ngx_commerce_flow_t *f, const ngx_commerce_controls_t *c,
    ngx_commerce_answer_t *a)
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

    if (ngx_commerce_chain_begin(&w, f->r->pool, ngx_commerce_render_size(f, 1))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_commerce_render_row(f, &w.json, 0);

    return ngx_commerce_chain_end(&w, &a->chain, &a->length);
}
