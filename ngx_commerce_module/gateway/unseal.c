/*
 * Sealed values in an answer, opened: SQL gives "phone": "sealed:v1:...", the
 * client gets the value that was sealed.  What it is bound to is the name of
 * its property.  A value that cannot be opened (key lost, bytes changed)
 * becomes null and a line in the log: one bad row must not hide the others.
 */

#include "answer.h"


static ngx_int_t unseal_flat(ngx_commerce_flow_t *f, ngx_str_t *text);
static u_char *unseal_find(u_char *p, u_char *last);
static ngx_int_t unseal_name(u_char *start, u_char *quote, ngx_str_t *name);
static void unseal_value(ngx_commerce_flow_t *f, ngx_commerce_json_t *json,
    const ngx_str_t *name, u_char *p, size_t len);


ngx_int_t
ngx_commerce_unseal(ngx_commerce_flow_t *f)
{
    u_char                       *p, *last, *found, *end;
    ngx_str_t                     text, name;
    ngx_commerce_answer_t        *a;
    ngx_commerce_chain_writer_t   w;

    a = f->answer;

    if (f->worker->conf->seal == NULL || a->chain == NULL) {
        return NGX_OK;
    }

    if (unseal_flat(f, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    p = text.data;
    last = p + text.len;
    found = unseal_find(p, last);

    if (found == NULL) {
        return NGX_OK;
    }

    if (ngx_commerce_chain_begin(&w, f->r->pool, text.len) != NGX_OK) {
        return NGX_ERROR;
    }

    a->sealed = a->chain;
    a->sealed_length = a->length;

    do {
        end = ngx_strlchr(found + 1, last, '"');

        ngx_commerce_json_raw(&w.json, p, found - p);

        if (end == NULL || unseal_name(text.data, found, &name) != NGX_OK) {
            return NGX_ERROR;
        }

        unseal_value(f, &w.json, &name, found + 1, end - found - 1);

        p = end + 1;
        found = unseal_find(p, last);

    } while (found != NULL);

    ngx_commerce_json_raw(&w.json, p, last - p);

    return ngx_commerce_chain_end(&w, &a->chain, &a->length);
}


static ngx_int_t
unseal_flat(ngx_commerce_flow_t *f, ngx_str_t *text)
{
    u_char       *p;
    ngx_chain_t  *cl;

    cl = f->answer->chain;

    if (cl->next == NULL) {
        text->data = cl->buf->pos;
        text->len = cl->buf->last - cl->buf->pos;
        return NGX_OK;
    }

    p = ngx_pnalloc(f->r->pool, (size_t) f->answer->length);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    for ( /* void */ ; cl != NULL; cl = cl->next) {
        p = ngx_cpymem(p, cl->buf->pos, cl->buf->last - cl->buf->pos);
    }

    text->len = p - text->data;

    return NGX_OK;
}


/* The quote that opens the next sealed string. */

static u_char *
unseal_find(u_char *p, u_char *last)
{
    static const char  mark[] = "\"" NGX_COMMERCE_SEAL_PREFIX;

    return memmem(p, last - p, mark, sizeof(mark) - 1);
}


/* Back over `"name":` with or without a space. */

static ngx_int_t
unseal_name(u_char *start, u_char *quote, ngx_str_t *name)
{
    u_char  *p, *end;

    p = quote - 1;

    while (p > start && (*p == ' ' || *p == ':')) {
        p--;
    }

    if (p <= start || *p != '"') {
        return NGX_ERROR;
    }

    end = p--;

    while (p > start && *p != '"') {
        p--;
    }

    name->data = p + 1;
    name->len = end - p - 1;

    return NGX_OK;
}


static void
unseal_value(ngx_commerce_flow_t *f, ngx_commerce_json_t *json,
    const ngx_str_t *name, u_char *p, size_t len)
{
    char    purpose[128], *plain;
    size_t  n;

    (void) ngx_snprintf((u_char *) purpose, sizeof(purpose), "%V%Z", name);
    purpose[sizeof(purpose) - 1] = '\0';

    plain = ngx_pnalloc(f->r->pool, NGX_COMMERCE_SEAL_OPEN_LEN(len));

    if (plain == NULL
        || ngx_commerce_seal_open(f->worker->conf->seal, purpose, (char *) p,
                                  len, plain, &n)
           != 0)
    {
        ngx_log_error(NGX_LOG_ERR, f->r->connection->log, 0,
                      "commerce: a sealed \"%s\" cannot be opened", purpose);
        ngx_commerce_json_lit(json, "null");
        return;
    }

    ngx_commerce_json_raw(json, plain, n);
}
