/*
 * The body of a request: its type and length are looked at before it is read,
 * its JSON parsed, checked and sealed afterwards.  Bodies of other types are
 * left to the handler that asked for them.
 */

#include "answer.h"
#include "complaints.h"
#include "station.h"

#include <openssl/evp.h>


#define BODY_DEPTH  32


/* Of a walk over what a schema seals. */

typedef struct {
    ngx_commerce_flow_t  *flow;
    unsigned              done:1;     /* something was */
} sealing_t;


static ngx_int_t body_type(ngx_commerce_flow_t *f);
static ngx_int_t body_collect(ngx_commerce_flow_t *f);
static ngx_uint_t body_deep(const ngx_str_t *text);
static ngx_int_t body_parse(ngx_commerce_flow_t *f);
static ngx_int_t body_check(ngx_commerce_flow_t *f);
static int body_seal(void *data, json_t *object, const char *name,
    const char *purpose);
static ngx_int_t body_fingerprint(ngx_commerce_flow_t *f);
static void body_unlink(void *data);


ngx_int_t
ngx_commerce_body_head(ngx_commerce_flow_t *f)
{
    ngx_http_request_t  *r = f->r;

    if (f->operation->body == NGX_COMMERCE_BODY_NONE) {
        return NGX_OK;
    }

    if (f->operation->body == NGX_COMMERCE_BODY_STREAM) {
        return body_type(f);
    }

    if (r->headers_in.content_length_n
        > (off_t) f->worker->conf->body_max)
    {
        return ngx_commerce_flow_fail(f, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                      "body_too_large", NULL);
    }

    if (r->headers_in.content_length_n <= 0 && !r->headers_in.chunked) {
        if (f->operation->body_required) {
            return ngx_commerce_flow_fail(f, NGX_HTTP_BAD_REQUEST,
                                          "invalid_json", NULL);
        }

        return NGX_OK;
    }

    return body_type(f);
}


static ngx_int_t
body_type(ngx_commerce_flow_t *f)
{
    size_t                     len;
    u_char                    *p;
    unsigned                   i;
    ngx_str_t                  type;
    const ngx_commerce_str_t  *known;

    type = ngx_commerce_header(f->r, "content-type");

    p = ngx_strlchr(type.data, type.data + type.len, ';');
    len = (p == NULL) ? type.len : (size_t) (p - type.data);

    while (len != 0 && type.data[len - 1] == ' ') {
        len--;
    }

    for (i = 0; i < f->operation->nbody_types; i++) {
        known = &f->operation->body_types[i];

        if (known->len == len
            && ngx_strncasecmp(known->data, type.data, len) == 0)
        {
            return NGX_OK;
        }
    }

    return ngx_commerce_flow_fail(f, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                  "unsupported_media_type", NULL);
}


ngx_int_t
ngx_commerce_body(ngx_commerce_flow_t *f)
{
    ngx_int_t  rc;

    if (f->operation->body == NGX_COMMERCE_BODY_STREAM) {
        return ngx_commerce_body_file(f);
    }

    rc = body_collect(f);
    if (rc != NGX_OK) {
        return rc;
    }

    if (body_fingerprint(f) != NGX_OK) {
        return NGX_ERROR;
    }

    if (f->operation->body == NGX_COMMERCE_BODY_NONE
        || (f->body_text.len == 0 && !f->operation->body_required))
    {
        return NGX_OK;
    }

    rc = body_parse(f);
    if (rc != NGX_OK) {
        return rc;
    }

    return body_check(f);
}


static ngx_int_t
body_collect(ngx_commerce_flow_t *f)
{
    off_t                     len;
    u_char                   *p;
    ngx_chain_t              *cl;
    ngx_http_request_body_t  *rb;

    rb = f->r->request_body;

    if (rb == NULL || rb->bufs == NULL) {
        return NGX_OK;
    }

    len = 0;

    for (cl = rb->bufs; cl != NULL; cl = cl->next) {
        len += ngx_buf_size(cl->buf);
    }

    if (rb->temp_file != NULL || len > (off_t) f->worker->conf->body_max) {
        return ngx_commerce_flow_fail(f, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                      "body_too_large", NULL);
    }

    if (len == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(f->pool, (size_t) len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    f->body_text.data = p;
    f->body_text.len = (size_t) len;

    /* the buffer that ends a chunked body points nowhere */

    for (cl = rb->bufs; cl != NULL; cl = cl->next) {
        if (cl->buf->last > cl->buf->pos) {
            p = ngx_cpymem(p, cl->buf->pos, cl->buf->last - cl->buf->pos);
        }
    }

    *p = '\0';

    return NGX_OK;
}


/* jansson nests to 2048 levels; a shop needs far fewer. */

static ngx_uint_t
body_deep(const ngx_str_t *text)
{
    size_t      i;
    u_char      c;
    ngx_uint_t  depth, quoted;

    depth = 0;
    quoted = 0;

    for (i = 0; i < text->len; i++) {
        c = text->data[i];

        if (quoted) {
            if (c == '\\') {
                i++;

            } else if (c == '"') {
                quoted = 0;
            }

        } else if (c == '"') {
            quoted = 1;

        } else if (c == '{' || c == '[') {
            if (++depth > BODY_DEPTH) {
                return 1;
            }

        } else if ((c == '}' || c == ']') && depth != 0) {
            depth--;
        }
    }

    return 0;
}


static ngx_int_t
body_parse(ngx_commerce_flow_t *f)
{
    json_t        *body;
    json_error_t   error;
    char          *members;
    ngx_int_t      rc;

    if (body_deep(&f->body_text)) {
        return ngx_commerce_flow_fail(f, NGX_HTTP_BAD_REQUEST, "invalid_json",
                                      "{\"detail\":\"nested too deep\"}");
    }

    body = json_loadb((char *) f->body_text.data, f->body_text.len,
                      JSON_REJECT_DUPLICATES|JSON_DECODE_ANY, &error);

    if (body != NULL) {
        return ngx_commerce_flow_own_body(f, body);
    }

    body = json_pack("{s:s, s:i, s:i}", "detail", error.text, "line",
                     error.line, "column", error.column);
    members = (body == NULL) ? NULL : json_dumps(body, JSON_COMPACT);
    json_decref(body);

    rc = ngx_commerce_flow_fail(f, NGX_HTTP_BAD_REQUEST, "invalid_json",
                                members);
    free(members);

    return rc;
}


static ngx_int_t
body_check(ngx_commerce_flow_t *f)
{
    unsigned                      i, unknown;
    sealing_t                     sealing;
    ngx_commerce_complaints_t     complaints;
    ngx_commerce_schema_errors_t  errors;

    ngx_memzero(&errors, sizeof(ngx_commerce_schema_errors_t));

    if (!ngx_commerce_schema_check(f->operation->body_schema, f->body,
                                   &errors))
    {
        unknown = 0;

        for (i = 0; i < errors.count && i < NGX_COMMERCE_ERRORS_MAX; i++) {
            unknown += (strcmp(errors.list[i].code, "unknown_field") == 0);
        }

        complaints.list = NULL;
        ngx_commerce_complain_schema(&complaints, &errors);

        /* a field that nobody knows is malformed; the rest is invalid */

        return (unknown == errors.count)
               ? ngx_commerce_complaints_fail(f, &complaints,
                                              NGX_HTTP_BAD_REQUEST,
                                              "bad_request")
               : ngx_commerce_complaints_fail(f, &complaints, 422,
                                              "validation_failed");
    }

    if (!f->operation->seals) {
        return NGX_OK;
    }

    sealing.flow = f;
    sealing.done = 0;

    if (ngx_commerce_schema_sealed(f->operation->body_schema, f->body,
                                   body_seal, &sealing)
        != 0)
    {
        return NGX_ERROR;
    }

    return sealing.done ? ngx_commerce_flow_body_dump(f) : NGX_OK;
}


/*
 * A value is sealed as its JSON text, so that objects and strings come back
 * as they were.  What it is bound to is its name: that is all the answer
 * knows of it.
 */

static int
body_seal(void *data, json_t *object, const char *name, const char *purpose)
{
    int                   rc;
    char                 *plain, *sealed;
    size_t                len;
    json_t               *value;
    sealing_t            *sealing = data;
    ngx_commerce_flow_t  *f = sealing->flow;

    value = json_object_get(object, name);

    if (json_is_null(value) || f->worker->conf->seal == NULL) {
        return (f->worker->conf->seal == NULL) ? -1 : 0;
    }

    plain = json_dumps(value, JSON_COMPACT|JSON_ENCODE_ANY);
    if (plain == NULL) {
        return -1;
    }

    rc = -1;
    sealed = ngx_pnalloc(f->pool, NGX_COMMERCE_SEAL_LEN(ngx_strlen(plain)));

    if (sealed != NULL
        && ngx_commerce_seal(f->worker->conf->seal, name, plain,
                             ngx_strlen(plain), sealed, &len)
           == 0)
    {
        rc = json_object_set_new(object, name, json_stringn(sealed, len));
        sealing->done = 1;
    }

    ngx_explicit_memzero(plain, ngx_strlen(plain));
    free(plain);

    return rc;
}


/*
 * What a repeated key is compared by: the target and the bytes of the body,
 * SHA-256 in hex.  Taken before sealing, which never gives the same twice.
 */

static ngx_int_t
body_fingerprint(ngx_commerce_flow_t *f)
{
    int                  ok;
    u_char               digest[EVP_MAX_MD_SIZE];
    unsigned             len;
    EVP_MD_CTX          *md;
    ngx_http_request_t  *r = f->r;

    if (f->idempotency_key.len == 0) {
        return NGX_OK;
    }

    md = EVP_MD_CTX_new();
    if (md == NULL) {
        return NGX_ERROR;
    }

    ok = EVP_DigestInit_ex(md, f->worker->sha256, NULL)
         && EVP_DigestUpdate(md, r->unparsed_uri.data, r->unparsed_uri.len)
         && EVP_DigestUpdate(md, "\n", 1)
         && EVP_DigestUpdate(md, f->body_text.data, f->body_text.len)
         && EVP_DigestFinal_ex(md, digest, &len);

    EVP_MD_CTX_free(md);

    if (!ok) {
        return NGX_ERROR;
    }

    *ngx_hex_dump(f->fingerprint, digest, 32) = '\0';

    return NGX_OK;
}


ngx_int_t
ngx_commerce_body_file(ngx_commerce_flow_t *f)
{
    ngx_str_t                *name;
    ngx_pool_cleanup_t       *cln;
    ngx_http_request_body_t  *rb;

    rb = f->r->request_body;

    if (rb == NULL || rb->temp_file == NULL) {
        return NGX_OK;
    }

    name = &rb->temp_file->file.name;
    cln = ngx_pool_cleanup_add(f->pool, 0);

    f->body_file.len = name->len;
    f->body_file.data = (u_char *) ngx_commerce_cstr(f->pool, name->data,
                                                     name->len);

    if (cln == NULL || f->body_file.data == NULL) {
        (void) ngx_delete_file(name->data);
        return NGX_ERROR;
    }

    cln->handler = body_unlink;
    cln->data = f->body_file.data;

    return NGX_OK;
}


static void
body_unlink(void *data)
{
    (void) ngx_delete_file((u_char *) data);
}
