/*
 * The page that a list is asked for: its limit, its cursor opened, and what
 * cursors of this list are bound to.
 */

#include "answer.h"
#include "station.h"
#include "../base/cursor.h"
#include "../base/text.h"


static ngx_int_t page_cursor(ngx_commerce_flow_t *f,
    ngx_commerce_page_t *page, const char *text);
static ngx_int_t page_context(ngx_commerce_flow_t *f,
    ngx_commerce_page_t *page);


ngx_int_t
ngx_commerce_input_page(ngx_commerce_flow_t *f)
{
    int64_t               limit;
    unsigned              i;
    const char           *cursor;
    ngx_commerce_page_t  *page;

    page = ngx_pcalloc(f->pool, sizeof(ngx_commerce_page_t));
    if (page == NULL) {
        return NGX_ERROR;
    }

    f->page = page;
    limit = 20;
    cursor = NULL;

    for (i = 0; i < f->operation->nparams; i++) {
        switch (f->operation->params[i].role) {

        case NGX_COMMERCE_ROLE_LIMIT:
            (void) ngx_commerce_text_int((u_char *) f->params[i],
                                         ngx_strlen(f->params[i]), &limit);
            break;

        case NGX_COMMERCE_ROLE_CURSOR:
            cursor = f->params[i];
            break;

        default:
            break;
        }
    }

    page->limit = (ngx_uint_t) limit;
    (void) ngx_snprintf((u_char *) page->limit_text, sizeof(page->limit_text),
                        "%L%Z", limit + 1);

    if (page_context(f, page) != NGX_OK) {
        return NGX_ERROR;
    }

    return (cursor == NULL) ? NGX_OK : page_cursor(f, page, cursor);
}


static ngx_int_t
page_cursor(ngx_commerce_flow_t *f, ngx_commerce_page_t *page,
    const char *text)
{
    size_t   len;
    u_char  *json;
    int64_t  n;

    len = ngx_strlen(text);

    json = ngx_pnalloc(f->pool, len + 1);
    if (json == NULL) {
        return NGX_ERROR;
    }

    n = ngx_commerce_cursor_open(json, f->worker->conf->cursor_key,
                                 (ngx_commerce_str_t *) &page->context,
                                 (u_char *) text, len);
    if (n < 0) {
        return ngx_commerce_flow_fail(f, NGX_HTTP_BAD_REQUEST,
                                      "invalid_cursor", NULL);
    }

    json[n] = '\0';
    page->cursor = (char *) json;

    return NGX_OK;
}


/* Everything that decides which rows there are, and their order. */

static ngx_int_t
page_context(ngx_commerce_flow_t *f, ngx_commerce_page_t *page)
{
    size_t                       len;
    u_char                      *p;
    unsigned                     i;
    const ngx_commerce_param_t  *param;

    len = f->operation->id.len + 1;

    for (i = 0; i < f->operation->nparams; i++) {
        if (f->params[i] != NULL) {
            len += f->operation->params[i].name.len
                   + ngx_strlen(f->params[i]) + 2;
        }
    }

    p = ngx_pnalloc(f->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    page->context.data = p;
    p = ngx_cpymem(p, f->operation->id.data, f->operation->id.len);
    *p++ = '\n';

    for (i = 0; i < f->operation->nparams; i++) {
        param = &f->operation->params[i];

        if (f->params[i] == NULL
            || param->role == NGX_COMMERCE_ROLE_LIMIT
            || param->role == NGX_COMMERCE_ROLE_CURSOR
            || ngx_commerce_str_is(&param->name, "count")
            || ngx_commerce_str_is(&param->name, "facets"))
        {
            continue;
        }

        p = ngx_cpymem(p, param->name.data, param->name.len);
        *p++ = '=';
        p = ngx_cpymem(p, f->params[i], ngx_strlen(f->params[i]));
        *p++ = '\n';
    }

    page->context.len = p - page->context.data;

    return NGX_OK;
}
