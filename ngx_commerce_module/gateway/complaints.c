/*
 * Owns the list of complaints about one request until it is answered; used by
 * the stations that read parameters and bodies.
 */

#include "complaints.h"


static void complain(ngx_commerce_complaints_t *c, json_t *pointer,
    const char *code, const int64_t *limit);


static void
complain(ngx_commerce_complaints_t *c, json_t *pointer, const char *code,
    const int64_t *limit)
{
    json_t  *one;

    if (c->list == NULL) {
        c->list = json_array();
    }

    if (json_array_size(c->list) >= NGX_COMMERCE_ERRORS_MAX) {
        json_decref(pointer);
        return;
    }

    one = json_object();

    (void) json_object_set_new(one, "pointer", pointer);
    (void) json_object_set_new(one, "code", json_string(code));

    if (limit != NULL) {
        (void) json_object_set_new(one, "limit", json_integer(*limit));
    }

    (void) json_array_append_new(c->list, one);
}


void
ngx_commerce_complain(ngx_commerce_complaints_t *c, const char *place,
    const char *name, size_t len, const char *code, const int64_t *limit)
{
    complain(c, json_sprintf("/%s/%.*s", place, (int) ngx_min(len, 64), name),
             code, limit);
}


void
ngx_commerce_complain_schema(ngx_commerce_complaints_t *c,
    const ngx_commerce_schema_errors_t *errors)
{
    unsigned                            i;
    const ngx_commerce_schema_error_t  *e;

    for (i = 0; i < errors->count && i < NGX_COMMERCE_ERRORS_MAX; i++) {
        e = &errors->list[i];

        complain(c, json_string(e->pointer), e->code,
                 e->limited ? &e->limit : NULL);
    }
}


ngx_int_t
ngx_commerce_complaints_fail(ngx_commerce_flow_t *f,
    ngx_commerce_complaints_t *c, ngx_uint_t status, const char *code)
{
    char       *text;
    json_t     *members;
    ngx_int_t   rc;

    members = json_pack("{s:o}", "errors", c->list);
    c->list = NULL;

    text = (members == NULL) ? NULL : json_dumps(members, JSON_COMPACT);
    json_decref(members);

    rc = ngx_commerce_flow_fail(f, status, code, text);
    free(text);

    return rc;
}
