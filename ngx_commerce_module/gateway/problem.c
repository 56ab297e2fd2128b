/*
 * Problems, RFC 9457: one shape for what the gateway refuses, what a domain
 * refuses (SQLSTATE class CM) and what the database could not do.  Titles come
 * from the contract, in the client's language.
 */

#include "answer.h"
#include "cache.h"
#include "station.h"


typedef struct {
    const char  *state;                  /* SQLSTATE or its class */
    ngx_uint_t   status;
    const char  *code;
} sqlstate_t;


/* The longest prefix first; what is not here is our own mistake: 500. */

static const sqlstate_t  sqlstates[] = {
    { "23505", 409, "conflict" },
    { "23503", 409, "conflict" },
    { "23P01", 409, "conflict" },
    { "23", 422, "validation_failed" },
    { "22", 422, "validation_failed" },
    { "40", 503, "not_executed" },
    { "55P03", 503, "not_executed" },
    { "57014", 503, "not_executed" },
    { "53", 503, "not_executed" },
    { "57P", 503, "not_executed" },
    { "25006", 503, "not_executed" },
    { NULL, 500, "internal_error" }
};


static ngx_int_t problem_write(ngx_commerce_flow_t *f,
    ngx_commerce_json_t *json, ngx_uint_t status, const ngx_str_t *code);
static void problem_title(ngx_commerce_flow_t *f, ngx_commerce_json_t *json,
    const ngx_str_t *code);
static void problem_instance(ngx_commerce_json_t *json,
    const ngx_str_t *target);
static ngx_int_t problem_headers(ngx_commerce_flow_t *f, ngx_uint_t status);
static ngx_int_t problem_of_sqlstate(ngx_commerce_flow_t *f);
static ngx_int_t problem_of_domain(ngx_commerce_flow_t *f, ngx_uint_t status);
static ngx_uint_t problem_code_valid(const ngx_str_t *code);


ngx_int_t
ngx_commerce_problem(ngx_commerce_flow_t *f, ngx_uint_t status,
    const char *code, size_t len, const ngx_str_t *members)
{
    ngx_int_t                     rc;
    ngx_str_t                     text;
    ngx_commerce_answer_t        *a;
    ngx_commerce_chain_writer_t   w;

    a = ngx_commerce_answer(f);
    if (a == NULL) {
        return NGX_ERROR;
    }

    a->status = status;

    if (f->r == NULL) {
        return NGX_OK;
    }

    text.data = (u_char *) code;
    text.len = len;

    rc = ngx_commerce_cache_problem(f, status, &text, members);

    if (rc != NGX_DECLINED) {
        return (rc == NGX_DONE) ? NGX_OK : NGX_ERROR;
    }

    ngx_str_set(&a->content_type, "application/problem+json");
    ngx_str_null(&a->etag);

    f->trace->problem.data = ngx_pstrdup(f->r->pool, &text);
    f->trace->problem.len = f->trace->problem.data ? len : 0;

    if (problem_headers(f, status) != NGX_OK
        || ngx_commerce_chain_begin(&w, f->r->pool,
                                    512 + (members ? members->len : 0))
           != NGX_OK
        || problem_write(f, &w.json, status, &text) != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* `{"a":1}` is appended as `,"a":1` */

    if (members != NULL && members->len > 2 && members->data[0] == '{') {
        ngx_commerce_json_lit(&w.json, ",");
        ngx_commerce_json_raw(&w.json, members->data + 1, members->len - 2);
    }

    ngx_commerce_json_lit(&w.json, "}");

    return ngx_commerce_chain_end(&w, &a->chain, &a->length);
}


static ngx_int_t
problem_write(ngx_commerce_flow_t *f, ngx_commerce_json_t *json,
    ngx_uint_t status, const ngx_str_t *code)
{
    ngx_commerce_json_lit(json, "{\"type\":\"urn:ngx_commerce:problem:");
    ngx_commerce_json_raw(json, code->data, code->len);
    ngx_commerce_json_lit(json, "\",\"title\":\"");
    problem_title(f, json, code);
    ngx_commerce_json_lit(json, "\",\"status\":");
    ngx_commerce_json_int(json, status);
    ngx_commerce_json_lit(json, ",\"code\":");
    ngx_commerce_json_string(json, code->data, code->len);
    problem_instance(json, &f->r->unparsed_uri);
    ngx_commerce_json_lit(json, ",\"request_id\":");
    ngx_commerce_json_string(json, f->request_id.data, f->request_id.len);

    return NGX_OK;
}


static void
problem_title(ngx_commerce_flow_t *f, ngx_commerce_json_t *json,
    const ngx_str_t *code)
{
    const ngx_commerce_str_t            *title;
    const ngx_commerce_problem_entry_t  *entry;

    entry = ngx_commerce_contract_problem(f->worker->conf->contract,
                                          (const ngx_commerce_str_t *) code);

    if (entry == NULL) {
        ngx_commerce_json_raw(json, code->data, code->len);
        return;
    }

    title = f->english ? &entry->title_en : &entry->title_pt;

    ngx_commerce_json_raw(json, title->data, title->len);
}


/*
 * The path as the client wrote it: a URI, so what is no printable ASCII is
 * percent-encoded.  A request line that was not understood has none.
 */

static void
problem_instance(ngx_commerce_json_t *json, const ngx_str_t *target)
{
    size_t  i;
    u_char  c, text[3];

    if (target->len == 0) {
        return;
    }

    ngx_commerce_json_lit(json, ",\"instance\":\"");

    for (i = 0; i < target->len && target->data[i] != '?'; i++) {
        c = target->data[i];

        if (c > 0x20 && c < 0x7f && c != '"' && c != '\\') {
            ngx_commerce_json_raw(json, &target->data[i], 1);
            continue;
        }

        text[0] = '%';
        (void) ngx_hex_dump(text + 1, &c, 1);
        ngx_commerce_json_raw(json, text, 3);
    }

    ngx_commerce_json_lit(json, "\"");
}


static ngx_int_t
problem_headers(ngx_commerce_flow_t *f, ngx_uint_t status)
{
    u_char      text[NGX_INT_T_LEN];
    ngx_uint_t  seconds;

    if (ngx_commerce_flow_header(f, "Content-Language",
                                 f->english ? "en" : "pt-BR")
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    seconds = f->retry_after;

    if (seconds == 0 && status != 429 && status != 503) {
        return NGX_OK;
    }

    return ngx_commerce_send_header(f->r, "Retry-After",
                                    sizeof("Retry-After") - 1, text,
                                    ngx_sprintf(text, "%ui",
                                                ngx_max(seconds, 1))
                                    - text);
}


ngx_int_t
ngx_commerce_problem_of_call(ngx_commerce_flow_t *f)
{
    ngx_uint_t  unknown;

    if (f->status == NGX_COMMERCE_PG_REFUSED) {
        return problem_of_sqlstate(f);
    }

    /* a read that was lost did nothing */

    unknown = f->status == NGX_COMMERCE_PG_UNKNOWN
              && f->operation->method != NGX_COMMERCE_GET;

    return unknown
           ? ngx_commerce_problem(f, 503, "outcome_unknown",
                                  sizeof("outcome_unknown") - 1, NULL)
           : ngx_commerce_problem(f, 503, "not_executed",
                                  sizeof("not_executed") - 1, NULL);
}


static ngx_int_t
problem_of_sqlstate(ngx_commerce_flow_t *f)
{
    ngx_int_t          status;
    ngx_uint_t         level;
    const sqlstate_t  *s;

    if (ngx_strncmp(f->sqlstate, "CM", 2) == 0) {
        status = ngx_atoi((u_char *) f->sqlstate + 2, 3);

        if (status >= 400 && status < 600
            && problem_code_valid(&f->error_code))
        {
            return problem_of_domain(f, status);
        }
    }

    for (s = sqlstates; s->state != NULL; s++) {
        if (ngx_strncmp(f->sqlstate, s->state, ngx_strlen(s->state)) == 0) {
            break;
        }
    }

    level = (s->status == 500) ? NGX_LOG_ERR : NGX_LOG_WARN;

    ngx_log_error(level, f->r->connection->log, 0,
                  "commerce: \"%*s\" failed in the database: %s \"%V\"",
                  f->operation->id.len, f->operation->id.data, f->sqlstate,
                  &f->error_code);

    return ngx_commerce_problem(f, s->status, s->code, ngx_strlen(s->code),
                                NULL);
}


/* A code goes into a URN and is stable: lower case, digits, underscores. */

static ngx_uint_t
problem_code_valid(const ngx_str_t *code)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < code->len; i++) {
        c = code->data[i];

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_') {
            return 0;
        }
    }

    return code->len != 0;
}


/* The detail's members are added, but for those that every problem has. */

static ngx_int_t
problem_of_domain(ngx_commerce_flow_t *f, ngx_uint_t status)
{
    char        *text;
    json_t      *detail;
    ngx_int_t    rc;
    ngx_str_t    members;
    ngx_uint_t   i;

    static const char *const  own[] = {
        "type", "title", "status", "code", "instance", "request_id"
    };

    text = NULL;
    ngx_str_null(&members);

    detail = json_loadb((char *) f->error_detail.data, f->error_detail.len,
                        JSON_REJECT_DUPLICATES, NULL);

    if (json_is_object(detail)) {
        for (i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
            (void) json_object_del(detail, own[i]);
        }

        text = json_dumps(detail, JSON_COMPACT);
    }

    json_decref(detail);

    if (text != NULL) {
        members.data = (u_char *) text;
        members.len = ngx_strlen(text);
    }

    rc = ngx_commerce_problem(f, status, (char *) f->error_code.data,
                              f->error_code.len, &members);
    free(text);

    return rc;
}
