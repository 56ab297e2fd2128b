/*
 * Loads the contract and ties its names to what there is: operations to their
 * databases and handlers, statements to databases, calls of domains to
 * statements.  Runs once the whole http block is read, for `nginx -t` too.
 */

#include "ngx_http_commerce_module.h"


/* In the FROM list: done once, before the commit, whatever the plan. */
#define BIND_ASYNC  ", set_config('synchronous_commit', 'off', true)"


static char *bind_contract(ngx_conf_t *cf, ngx_commerce_conf_t *ccf);
static void bind_free(void *data);
static char *bind_defaults(ngx_conf_t *cf, ngx_commerce_conf_t *ccf);
static int bind_knows_database(void *data, const ngx_commerce_str_t *name);
static int bind_knows_handler(void *data, const ngx_commerce_str_t *name);
static const ngx_commerce_handler_t *bind_handler(
    const ngx_commerce_str_t *name, ngx_commerce_endpoint_t *e);
static ngx_int_t bind_allocate(ngx_conf_t *cf, ngx_commerce_conf_t *ccf);
static ngx_int_t bind_endpoints(ngx_conf_t *cf, ngx_commerce_conf_t *ccf);
static ngx_int_t bind_idempotent(ngx_conf_t *cf, ngx_commerce_database_t *db);
static ngx_int_t bind_calls(ngx_conf_t *cf, ngx_commerce_conf_t *ccf);
static ngx_int_t bind_call(ngx_conf_t *cf, ngx_commerce_conf_t *ccf,
    const ngx_commerce_call_t *call, ngx_commerce_bound_call_t *bound);
static ngx_int_t bind_call_text(ngx_conf_t *cf,
    const ngx_commerce_call_t *call, ngx_commerce_pg_statement_t *s);


char *
ngx_http_commerce_bind(ngx_conf_t *cf, ngx_commerce_conf_t *ccf)
{
    char  *rv;

    rv = bind_defaults(cf, ccf);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    rv = bind_contract(cf, ccf);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (bind_allocate(cf, ccf) != NGX_OK
        || bind_endpoints(cf, ccf) != NGX_OK
        || bind_calls(cf, ccf) != NGX_OK
        || ngx_http_commerce_redis_bind(cf, ccf) != NGX_CONF_OK
        || ngx_commerce_metrics_configure(cf, ccf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* What a contract needs beside itself. */

static char *
bind_defaults(ngx_conf_t *cf, ngx_commerce_conf_t *ccf)
{
    const char  *missing;
    ngx_str_t    pool = ngx_string("default");

    missing = (ccf->zone == NULL) ? "commerce_zone"
              : (ccf->jwt_keys == NULL) ? "commerce_jwt_key"
              : (ccf->jwt_issuer.len == 0 || ccf->jwt_audience.len == 0)
                ? "commerce_jwt issuer= audience="
              : !ccf->cursor_keyed ? "commerce_cursor_key" : NULL;

    if (missing != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "commerce_contract needs %s", missing);
        return NGX_CONF_ERROR;
    }

    if (ccf->threads == NULL) {
        ccf->threads = ngx_thread_pool_add(cf, &pool);
        if (ccf->threads == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    ccf->jwt_policy.iss = ngx_commerce_cstr(cf->pool, ccf->jwt_issuer.data,
                                            ccf->jwt_issuer.len);
    ccf->jwt_policy.aud = ngx_commerce_cstr(cf->pool, ccf->jwt_audience.data,
                                            ccf->jwt_audience.len);
    ccf->jwt_policy.max_life = ngx_max(ccf->jwt_ttl, 900);
    ccf->jwks = ngx_commerce_jwt_jwks(ccf->jwt_keys);

    if (ccf->jwt_policy.iss == NULL || ccf->jwt_policy.aud == NULL
        || ccf->jwks == NULL)
    {
        return NGX_CONF_ERROR;
    }

    if (ccf->jwt_sign.len != 0
        && ngx_commerce_jwt_keys_activate(ccf->jwt_keys,
                                          (char *) ccf->jwt_sign.data)
           != 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "key \"%V\" cannot sign", &ccf->jwt_sign);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
bind_contract(ngx_conf_t *cf, ngx_commerce_conf_t *ccf)
{
    char                            error[1024];
    ngx_pool_cleanup_t             *cln;
    ngx_commerce_contract_names_t   names;

    names.data = ccf;
    names.database = bind_knows_database;
    names.handler = bind_knows_handler;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    ccf->contract = ngx_commerce_contract_load(ccf->files->elts,
                                               ccf->files->nelts, &names,
                                               error, sizeof(error));
    if (ccf->contract == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "contract: %s", error);
        return NGX_CONF_ERROR;
    }

    cln->handler = bind_free;
    cln->data = ccf->contract->arena;

    return NGX_CONF_OK;
}


static void
bind_free(void *data)
{
    ngx_commerce_arena_destroy(data);
}


static int
bind_knows_database(void *data, const ngx_commerce_str_t *name)
{
    return ngx_http_commerce_find_database(data, name->data, name->len) >= 0;
}


static int
bind_knows_handler(void *data, const ngx_commerce_str_t *name)
{
    ngx_commerce_endpoint_t  e;

    return bind_handler(name, &e) != NULL;
}


ngx_int_t
ngx_http_commerce_find_database(ngx_commerce_conf_t *ccf, const u_char *name,
    size_t len)
{
    ngx_uint_t                i;
    ngx_commerce_database_t  *db;

    db = ccf->databases.elts;

    for (i = 0; i < ccf->databases.nelts; i++) {
        if (db[i].pg.name.len == len
            && ngx_memcmp(db[i].pg.name.data, name, len) == 0)
        {
            return i;
        }
    }

    return NGX_ERROR;
}


static const ngx_commerce_handler_t *
bind_handler(const ngx_commerce_str_t *name, ngx_commerce_endpoint_t *e)
{
    ngx_uint_t                     i;
    const ngx_commerce_handler_t  *h;

    for (i = 0; ngx_commerce_domains[i] != NULL; i++) {
        for (h = ngx_commerce_domains[i]->handlers; h->name != NULL; h++) {
            if (ngx_commerce_str_is(name, h->name)) {
                e->domain = ngx_commerce_domains[i];
                e->ndomain = i;
                return h;
            }
        }
    }

    return NULL;
}


/* Room for every statement at once: their addresses are given away. */

static ngx_int_t
bind_allocate(ngx_conf_t *cf, ngx_commerce_conf_t *ccf)
{
    ngx_uint_t                i;
    ngx_commerce_database_t  *db;

    db = ccf->databases.elts;

    for (i = 0; i < ccf->databases.nelts; i++) {
        db[i].statements = ngx_pcalloc(cf->pool,
                                       NGX_COMMERCE_PG_STATEMENTS
                                       * sizeof(ngx_commerce_pg_statement_t));
        if (db[i].statements == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_commerce_pg_statement_t *
ngx_http_commerce_bind_statement(ngx_conf_t *cf, ngx_commerce_database_t *db)
{
    ngx_commerce_pg_statement_t  *s;

    if (db->nstatements == NGX_COMMERCE_PG_STATEMENTS) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "more than %d statements in database \"%V\"",
                           NGX_COMMERCE_PG_STATEMENTS, &db->pg.name);
        return NULL;
    }

    s = &db->statements[db->nstatements];
    s->index = db->nstatements++;

    return s;
}


static ngx_int_t
bind_endpoints(ngx_conf_t *cf, ngx_commerce_conf_t *ccf)
{
    unsigned                      i;
    ngx_commerce_database_t      *db;
    ngx_commerce_endpoint_t      *e;
    ngx_commerce_operation_t     *op;
    ngx_commerce_pg_statement_t  *s;

    ccf->endpoints = ngx_pcalloc(cf->pool, ccf->contract->noperations
                                           * sizeof(ngx_commerce_endpoint_t)
                                           + 1);
    if (ccf->endpoints == NULL) {
        return NGX_ERROR;
    }

    db = ccf->databases.elts;

    for (i = 0; i < ccf->contract->noperations; i++) {
        op = &ccf->contract->operations[i];
        e = &ccf->endpoints[i];
        e->operation = op;

        if (op->handler.data != NULL) {
            e->handler = bind_handler(&op->handler, e);
            continue;
        }

        e->database = ngx_http_commerce_find_database(ccf, op->database.data,
                                                      op->database.len);

        s = ngx_http_commerce_bind_statement(cf, &db[e->database]);
        if (s == NULL) {
            return NGX_ERROR;
        }

        s->name.data = op->id.data;
        s->name.len = op->id.len;
        s->sql.data = op->sql.data;
        s->sql.len = op->sql.len;
        s->nparams = op->nargs;
        s->repeatable = (op->method == NGX_COMMERCE_GET);
        e->statement = s;

        if (op->idempotency != NGX_COMMERCE_NEVER
            && bind_idempotent(cf, &db[e->database]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
bind_idempotent(ngx_conf_t *cf, ngx_commerce_database_t *db)
{
    if (db->idempotent != NULL) {
        return NGX_OK;
    }

    db->idempotent = ngx_http_commerce_bind_statement(cf, db);
    if (db->idempotent == NULL) {
        return NGX_ERROR;
    }

    ngx_str_set(&db->idempotent->name, "idempotent");
    ngx_str_set(&db->idempotent->sql,
                "SELECT * FROM api.idempotent(operation => $1, scope => $2, "
                "key => $3, fingerprint => $4, arguments => $5)");
    db->idempotent->nparams = 5;

    return NGX_OK;
}


static ngx_int_t
bind_calls(ngx_conf_t *cf, ngx_commerce_conf_t *ccf)
{
    ngx_uint_t                  i, j, n;
    const ngx_commerce_call_t  *calls;

    for (n = 0; ngx_commerce_domains[n] != NULL; n++) { /* void */ }

    ccf->calls = ngx_pcalloc(cf->pool, n * sizeof(void *) + 1);
    if (ccf->calls == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        calls = ngx_commerce_domains[i]->calls;

        for (j = 0; calls[j].function != NULL; j++) { /* void */ }

        ccf->calls[i] = ngx_pcalloc(cf->pool,
                                    j * sizeof(ngx_commerce_bound_call_t) + 1);
        if (ccf->calls[i] == NULL) {
            return NGX_ERROR;
        }

        for (j = 0; calls[j].function != NULL; j++) {
            if (bind_call(cf, ccf, &calls[j], &ccf->calls[i][j]) != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
bind_call(ngx_conf_t *cf, ngx_commerce_conf_t *ccf,
    const ngx_commerce_call_t *call, ngx_commerce_bound_call_t *bound)
{
    ngx_int_t                     n;
    ngx_commerce_database_t      *db;
    ngx_commerce_pg_statement_t  *s;

    n = ngx_http_commerce_find_database(ccf, (u_char *) call->database,
                      ngx_strlen(call->database));
    if (n < 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "api.%s() needs commerce_database \"%s\"",
                           call->function, call->database);
        return NGX_ERROR;
    }

    db = ccf->databases.elts;

    s = ngx_http_commerce_bind_statement(cf, &db[n]);
    if (s == NULL) {
        return NGX_ERROR;
    }

    bound->statement = s;
    bound->database = (ngx_uint_t) n;

    return bind_call_text(cf, call, s);
}


/* SELECT * FROM api.find("email" => $1) */

static ngx_int_t
bind_call_text(ngx_conf_t *cf, const ngx_commerce_call_t *call,
    ngx_commerce_pg_statement_t *s)
{
    size_t      len;
    u_char     *p;
    ngx_uint_t  i;

    len = sizeof("SELECT * FROM api.()" BIND_ASYNC)
          + ngx_strlen(call->function);

    for (i = 0; call->args[i] != NULL; i++) {
        len += ngx_strlen(call->args[i]) + sizeof(", \"\" => api.acting($NN)");
    }

    s->async_commit = (call->function[0] == '~');
    s->name.data = (u_char *) call->function + s->async_commit;
    s->name.len = ngx_strlen(s->name.data);
    s->sql.data = ngx_pnalloc(cf->pool, len);

    if (s->sql.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(s->sql.data, "SELECT * FROM api.%V(", &s->name);

    for (i = 0; call->args[i] != NULL; i++) {
        p = ngx_sprintf(p, (call->args[i][0] == '*')
                           ? "%s\"%s\" => api.acting($%ui)"
                           : "%s\"%s\" => $%ui",
                        (i == 0) ? "" : ", ",
                        call->args[i] + (call->args[i][0] == '*'), i + 1);
    }

    p = ngx_sprintf(p, ")%s%Z", s->async_commit ? BIND_ASYNC : "");

    s->sql.len = p - s->sql.data - 1;
    s->nparams = i;

    return NGX_OK;
}
