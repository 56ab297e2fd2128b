/*
 * An operation that is its SQL function: binds what the contract says to the
 * statement's parameters, calls it, renders the rows.  With an
 * Idempotency-Key a write goes through api.idempotent() of its database, so
 * that the record and the effect are one transaction.
 */

#include "answer.h"
#include "cache.h"
#include "shared.h"
#include "station.h"
#include "stream.h"


static ngx_int_t call_start(ngx_commerce_flow_t *f);
static ngx_int_t call_answer(ngx_commerce_flow_t *f);
static ngx_int_t call_once(ngx_commerce_flow_t *f);
static const char *call_value(ngx_commerce_flow_t *f,
    const ngx_commerce_arg_t *arg);
static const char *call_version(ngx_commerce_flow_t *f);
static const char *call_arguments(ngx_commerce_flow_t *f);
static const char *call_scope(ngx_commerce_flow_t *f);


const ngx_commerce_step_t  ngx_commerce_call_steps[] = {
    { "looking who asks the same", ngx_commerce_cache_join },
    { "asking the other gateways", ngx_commerce_shared_ask },
    { "looking at their answer", ngx_commerce_shared_asked },
    { "calling the operation", call_start },
    { "rendering the rows", call_answer },
    { "ending a stream", ngx_commerce_stream_end },
    NGX_COMMERCE_STEPS_END
};


static ngx_int_t
call_start(ngx_commerce_flow_t *f)
{
    unsigned     i;
    const char **values;

    if (f->idempotency_key.len != 0) {
        return call_once(f);
    }

    values = ngx_pcalloc(f->pool, f->operation->nargs * sizeof(char *) + 1);
    if (values == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < f->operation->nargs; i++) {
        values[i] = call_value(f, &f->operation->args[i]);
    }

    return ngx_commerce_flow_query(f, f->endpoint->database,
                                   f->endpoint->statement, values);
}


static ngx_int_t
call_answer(ngx_commerce_flow_t *f)
{
    ngx_int_t  rc;

    rc = ngx_commerce_stream(f);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    rc = ngx_commerce_flow_answer_rows(f);

    if (rc == NGX_DONE) {
        ngx_commerce_cache_store(f);
    }

    return rc;
}


static const char *
call_value(ngx_commerce_flow_t *f, const ngx_commerce_arg_t *arg)
{
    ngx_commerce_page_t  *page = f->page;

    switch (arg->source) {

    case NGX_COMMERCE_ARG_PARAM:
        return f->params[arg->param];

    case NGX_COMMERCE_ARG_LIMIT:
        return page->limit_text;

    case NGX_COMMERCE_ARG_CURSOR:
        return page->cursor;

    case NGX_COMMERCE_ARG_BODY:
        return (f->body == NULL) ? NULL : (char *) f->body_text.data;

    case NGX_COMMERCE_ARG_PRINCIPAL:
        return ngx_commerce_flow_principal(f);

    case NGX_COMMERCE_ARG_LANGUAGE:
        return f->english ? "en" : "pt-BR";

    case NGX_COMMERCE_ARG_EXPECTED_VERSION:
        return call_version(f);
    }

    return NULL;
}


static const char *
call_version(ngx_commerce_flow_t *f)
{
    u_char  *text;

    if (!f->has_version) {
        return NULL;
    }

    text = ngx_pnalloc(f->pool, NGX_INT64_LEN + 1);
    if (text == NULL) {
        return NULL;
    }

    (void) ngx_sprintf(text, "%L%Z", (int64_t) f->expected_version);

    return (char *) text;
}


static ngx_int_t
call_once(ngx_commerce_flow_t *f)
{
    const char                   **values;
    const ngx_commerce_database_t  *db;

    db = f->worker->conf->databases.elts;
    db = &db[f->endpoint->database];

    values = ngx_pcalloc(f->pool, 5 * sizeof(char *));
    if (values == NULL) {
        return NGX_ERROR;
    }

    values[0] = (char *) f->operation->id.data;
    values[1] = call_scope(f);
    values[2] = (char *) f->idempotency_key.data;
    values[3] = (char *) f->fingerprint;
    values[4] = call_arguments(f);

    if (values[1] == NULL || values[4] == NULL) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_query(f, f->endpoint->database, db->idempotent,
                                   values);
}


/* Keys of one person never meet those of another. */

static const char *
call_scope(ngx_commerce_flow_t *f)
{
    u_char  *text;

    if (f->principal != NULL) {
        return f->principal->sub;
    }

    text = ngx_pnalloc(f->pool, sizeof("anonymous:") + f->address.len);
    if (text != NULL) {
        (void) ngx_sprintf(text, "anonymous:%V%Z", &f->address);
    }

    return (char *) text;
}


/* {"id":"42","body":{...},"principal":{...}}: api.idempotent() casts. */

static const char *
call_arguments(ngx_commerce_flow_t *f)
{
    char                      *text, *copy;
    json_t                    *all, *value;
    unsigned                   i;
    const char                *data;
    const ngx_commerce_arg_t  *arg;

    all = json_object();

    for (i = 0; i < f->operation->nargs; i++) {
        arg = &f->operation->args[i];
        data = call_value(f, arg);

        if (data == NULL) {
            value = json_null();

        } else if (arg->source == NGX_COMMERCE_ARG_BODY) {
            value = json_incref(f->body);

        } else if (arg->source == NGX_COMMERCE_ARG_PRINCIPAL) {
            value = json_loads(data, 0, NULL);

        } else {
            value = json_string(data);
        }

        (void) json_object_set_new(all, (char *) arg->name.data, value);
    }

    text = json_dumps(all, JSON_COMPACT);
    json_decref(all);

    if (text == NULL) {
        return NULL;
    }

    copy = ngx_commerce_cstr(f->pool, text, ngx_strlen(text));
    free(text);

    return copy;
}
