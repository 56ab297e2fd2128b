/*
 * Parameters of path, query and headers: cut, decoded, checked against the
 * contract, kept as the text that SQL gets.  What the contract does not know
 * is refused, which also makes cache keys safe.
 */

#include "answer.h"
#include "complaints.h"
#include "station.h"
#include "../base/query.h"
#include "../base/text.h"


/* A query parameter while it is collected. */
typedef struct {
    u_char     *start;                   /* of an array literal, or the text */
    u_char     *end;
    json_t     *members;                 /* of a prefix parameter */
    unsigned    count;                   /* of items */
} value_t;

typedef struct {
    ngx_commerce_flow_t        *flow;
    ngx_commerce_complaints_t   complaints;
    value_t                    *values;
} input_t;


static ngx_int_t input_path(input_t *in, const ngx_commerce_match_t *match);
static ngx_int_t input_query(input_t *in);
static ngx_int_t input_pair(input_t *in, ngx_commerce_str_t *name,
    ngx_commerce_str_t *value);
static ngx_int_t input_array(input_t *in, unsigned i,
    ngx_commerce_str_t *value);
static ngx_int_t input_member(input_t *in, unsigned i,
    ngx_commerce_str_t *name, ngx_commerce_str_t *value);
static void input_check(input_t *in, const ngx_commerce_param_t *param,
    const u_char *data, size_t len);
static void input_count(input_t *in, unsigned i);
static ngx_int_t input_finish(input_t *in);
static ngx_int_t input_members_text(input_t *in, unsigned i);
static ngx_int_t input_headers(input_t *in);
static ngx_int_t input_idempotency_key(input_t *in);
static ngx_int_t input_if_match(input_t *in);
static const char *input_place(const ngx_commerce_param_t *param);


ngx_int_t
ngx_commerce_input(ngx_commerce_flow_t *f, const ngx_commerce_match_t *match)
{
    size_t     n;
    input_t    in;
    ngx_int_t  rc;

    n = f->operation->nparams;

    ngx_memzero(&in, sizeof(input_t));
    in.flow = f;

    f->params = ngx_pcalloc(f->pool, n * sizeof(char *) + 1);
    in.values = ngx_pcalloc(f->pool, n * sizeof(value_t) + 1);

    if (f->params == NULL || in.values == NULL) {
        return NGX_ERROR;
    }

    if (input_path(&in, match) != NGX_OK
        || input_query(&in) != NGX_OK
        || input_headers(&in) != NGX_OK
        || input_finish(&in) != NGX_OK)
    {
        json_decref(in.complaints.list);
        return NGX_ERROR;
    }

    if (in.complaints.list != NULL) {
        return ngx_commerce_complaints_fail(f, &in.complaints,
                                            NGX_HTTP_BAD_REQUEST,
                                            "invalid_parameter");
    }

    rc = input_idempotency_key(&in);

    if (rc == NGX_OK) {
        rc = input_if_match(&in);
    }

    if (rc == NGX_OK && f->operation->result == NGX_COMMERCE_RESULT_LIST) {
        rc = ngx_commerce_input_page(f);
    }

    return rc;
}


static ngx_int_t
input_path(input_t *in, const ngx_commerce_match_t *match)
{
    unsigned                   i;
    const ngx_commerce_str_t  *value;
    ngx_commerce_flow_t       *f = in->flow;

    for (i = 0; i < match->nvalues; i++) {
        value = &match->values[i];

        input_check(in, &f->operation->params[i], value->data, value->len);

        f->params[i] = ngx_commerce_cstr(f->pool, value->data, value->len);
        if (f->params[i] == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
input_query(input_t *in)
{
    int                  rc;
    u_char              *buf;
    ngx_commerce_str_t   args, name, value;

    args.data = in->flow->r->args.data;
    args.len = in->flow->r->args.len;

    if (args.len == 0) {
        return NGX_OK;
    }

    buf = ngx_pnalloc(in->flow->pool, args.len + 1);
    if (buf == NULL) {
        return NGX_ERROR;
    }

    while ((rc = ngx_commerce_query_next(&args, &buf, &name, &value)) == 1) {
        if (input_pair(in, &name, &value) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (rc < 0) {
        ngx_commerce_complain(&in->complaints, "query", "", 0, "bad_encoding",
                              NULL);
    }

    return NGX_OK;
}


static ngx_int_t
input_pair(input_t *in, ngx_commerce_str_t *name, ngx_commerce_str_t *value)
{
    unsigned                     i;
    const ngx_commerce_param_t  *p;
    ngx_commerce_flow_t         *f = in->flow;

    for (i = 0; i < f->operation->nparams; i++) {
        p = &f->operation->params[i];

        if (p->in != NGX_COMMERCE_IN_QUERY) {
            continue;
        }

        if (p->role == NGX_COMMERCE_ROLE_PREFIX) {
            if (name->len > p->prefix.len
                && ngx_memcmp(name->data, p->prefix.data, p->prefix.len) == 0)
            {
                return input_member(in, i, name, value);
            }

            continue;
        }

        if (!ngx_commerce_str_eq(name, &p->name)) {
            continue;
        }

        if (p->array) {
            return input_array(in, i, value);
        }

        if (f->params[i] != NULL) {
            ngx_commerce_complain(&in->complaints, "query",
                                  (char *) name->data, name->len,
                                  "given_twice", NULL);
            return NGX_OK;
        }

        input_check(in, p, value->data, value->len);

        f->params[i] = ngx_commerce_cstr(f->pool, value->data, value->len);

        return (f->params[i] == NULL) ? NGX_ERROR : NGX_OK;
    }

    ngx_commerce_complain(&in->complaints, "query", (char *) name->data,
                          name->len, "unknown_parameter", NULL);

    return NGX_OK;
}


/* a=1,2 and a=3 become {"1","2","3"}. */

static ngx_int_t
input_array(input_t *in, unsigned i, ngx_commerce_str_t *value)
{
    u_char               *p, *last, *comma;
    value_t              *v;
    ngx_commerce_flow_t  *f = in->flow;

    v = &in->values[i];

    if (v->start == NULL) {

        /* room for all of the query: nothing is longer */

        v->start = ngx_pnalloc(f->pool, 6 * f->r->args.len + 8);
        if (v->start == NULL) {
            return NGX_ERROR;
        }

        v->end = v->start;
        *v->end++ = '{';
    }

    p = value->data;
    last = value->data + value->len;

    for ( ;; ) {
        comma = ngx_strlchr(p, last, ',');
        if (comma == NULL) {
            comma = last;
        }

        input_check(in, &f->operation->params[i], p, comma - p);
        v->count++;

        v->end = ngx_commerce_query_array_item(v->end, p, comma - p,
                                               v->end == v->start + 1);
        if (comma == last) {
            break;
        }

        p = comma + 1;
    }

    return NGX_OK;
}


/* attr.color=red becomes {"color":["red"]}. */

static ngx_int_t
input_member(input_t *in, unsigned i, ngx_commerce_str_t *name,
    ngx_commerce_str_t *value)
{
    json_t                      *list;
    char                        *member;
    value_t                     *v;
    const ngx_commerce_param_t  *p;

    v = &in->values[i];
    p = &in->flow->operation->params[i];

    if (v->members == NULL) {
        v->members = json_object();
    }

    input_check(in, p, value->data, value->len);
    v->count++;

    member = ngx_commerce_cstr(in->flow->pool, name->data + p->prefix.len,
                               name->len - p->prefix.len);
    if (member == NULL) {
        return NGX_ERROR;
    }

    list = json_object_get(v->members, member);

    if (list == NULL) {
        list = json_array();
        (void) json_object_set_new(v->members, member, list);
    }

    (void) json_array_append_new(list, json_stringn((char *) value->data,
                                                    value->len));

    return NGX_OK;
}


static void
input_check(input_t *in, const ngx_commerce_param_t *param, const u_char *data,
    size_t len)
{
    int64_t      limit;
    const char  *code;

    limit = INT64_MIN;
    code = ngx_commerce_schema_check_text(param->schema, data, len, &limit);

    if (code != NULL) {
        ngx_commerce_complain(&in->complaints, input_place(param),
                              (char *) param->name.data, param->name.len,
                              code, (limit == INT64_MIN) ? NULL : &limit);
    }
}


/* As many items as the contract allows; the text of each is checked apart. */

static void
input_count(input_t *in, unsigned i)
{
    int64_t                      limit;
    const char                  *code;
    const ngx_commerce_param_t  *p;

    p = &in->flow->operation->params[i];

    if (in->values[i].count < p->min_items) {
        limit = p->min_items;
        code = "too_few_items";

    } else if (p->max_items != 0 && in->values[i].count > p->max_items) {
        limit = p->max_items;
        code = "too_many_items";

    } else {
        return;
    }

    ngx_commerce_complain(&in->complaints, input_place(p),
                          (char *) p->name.data, p->name.len, code, &limit);
}


static const char *
input_place(const ngx_commerce_param_t *param)
{
    static const char  *places[] = { "path", "query", "header" };

    return places[param->in];
}


/* Closes arrays, applies defaults, misses what is required. */

static ngx_int_t
input_finish(input_t *in)
{
    unsigned                     i;
    value_t                     *v;
    ngx_commerce_flow_t         *f = in->flow;
    const ngx_commerce_param_t  *p;

    for (i = 0; i < f->operation->nparams; i++) {
        p = &f->operation->params[i];
        v = &in->values[i];

        if (v->start != NULL) {
            *v->end++ = '}';
            *v->end = '\0';
            f->params[i] = (char *) v->start;
        }

        if (v->count != 0) {
            input_count(in, i);
        }

        if (v->members != NULL && input_members_text(in, i) != NGX_OK) {
            return NGX_ERROR;
        }

        if (f->params[i] != NULL) {
            continue;
        }

        if (p->fallback.data != NULL) {
            f->params[i] = (char *) p->fallback.data;

        } else if (p->required
                   && p->role != NGX_COMMERCE_ROLE_IDEMPOTENCY_KEY
                   && p->role != NGX_COMMERCE_ROLE_IF_MATCH)
        {
            ngx_commerce_complain(&in->complaints, input_place(p),
                                  (char *) p->name.data, p->name.len,
                                  "required", NULL);
        }
    }

    return NGX_OK;
}


static ngx_int_t
input_members_text(input_t *in, unsigned i)
{
    char                 *text;
    ngx_commerce_flow_t  *f = in->flow;

    text = json_dumps(in->values[i].members, JSON_COMPACT|JSON_SORT_KEYS);
    json_decref(in->values[i].members);

    if (text == NULL) {
        return NGX_ERROR;
    }

    f->params[i] = ngx_commerce_cstr(f->pool, text, ngx_strlen(text));
    free(text);

    return (f->params[i] == NULL) ? NGX_ERROR : NGX_OK;
}


/* Header parameters that are not the gateway's own. */

static ngx_int_t
input_headers(input_t *in)
{
    u_char                       name[64];
    unsigned                     i;
    ngx_str_t                    value;
    ngx_commerce_flow_t         *f = in->flow;
    const ngx_commerce_param_t  *p;

    for (i = 0; i < f->operation->nparams; i++) {
        p = &f->operation->params[i];

        if (p->in != NGX_COMMERCE_IN_HEADER
            || p->role != NGX_COMMERCE_ROLE_PLAIN
            || p->name.len >= sizeof(name))
        {
            continue;
        }

        ngx_strlow(name, p->name.data, p->name.len);
        name[p->name.len] = '\0';

        value = ngx_commerce_header(f->r, (char *) name);

        if (value.data == NULL) {
            continue;
        }

        input_check(in, p, value.data, value.len);

        f->params[i] = ngx_commerce_cstr(f->pool, value.data, value.len);
        if (f->params[i] == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
input_idempotency_key(input_t *in)
{
    size_t                i;
    ngx_str_t             value;
    ngx_commerce_flow_t  *f = in->flow;

    if (f->operation->idempotency == NGX_COMMERCE_NEVER) {
        return NGX_OK;
    }

    value = ngx_commerce_header(f->r, "idempotency-key");

    if (value.data == NULL) {
        return (f->operation->idempotency == NGX_COMMERCE_NEEDED)
               ? ngx_commerce_flow_fail(f, NGX_HTTP_BAD_REQUEST,
                                        "idempotency_key_required", NULL)
               : NGX_OK;
    }

    for (i = 0; i < value.len; i++) {
        if (value.data[i] < '!' || value.data[i] > '~') {
            break;
        }
    }

    if (i < value.len || value.len == 0 || value.len > 128) {
        ngx_commerce_complain(&in->complaints, "header", "Idempotency-Key",
                              sizeof("Idempotency-Key") - 1, "bad_format",
                              NULL);
        return ngx_commerce_complaints_fail(f, &in->complaints,
                                            NGX_HTTP_BAD_REQUEST,
                                            "invalid_parameter");
    }

    f->idempotency_key.len = value.len;
    f->idempotency_key.data = (u_char *) ngx_commerce_cstr(f->pool, value.data,
                                                           value.len);

    return (f->idempotency_key.data == NULL) ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
input_if_match(input_t *in)
{
    ngx_str_t             value;
    ngx_commerce_flow_t  *f = in->flow;

    if (f->operation->if_match == NGX_COMMERCE_NEVER) {
        return NGX_OK;
    }

    value = ngx_commerce_header(f->r, "if-match");

    if (value.len == 0) {
        return (f->operation->if_match == NGX_COMMERCE_NEEDED)
               ? ngx_commerce_flow_fail(f, 428, "if_match_required", NULL)
               : NGX_OK;
    }

    if (ngx_commerce_etag_version(value.data, value.len, &f->expected_version)
        != 0)
    {
        return ngx_commerce_flow_fail(f, NGX_HTTP_PRECONDITION_FAILED,
                                      "version_mismatch", NULL);
    }

    f->has_version = (f->expected_version >= 0);

    return NGX_OK;
}
