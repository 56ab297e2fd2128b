/*
 * The SQL of an operation: SELECT * FROM api.<operationId>(...), every argument
 * by name.  All the SQL text that C holds is made here.
 *
 * Called by contract_compile.c last, when everything that can be an argument
 * is known.  Operations with a handler have no statement of their own.
 */

#include "contract_build.h"


#define SQL_ARGS_EXTRA  5


static int sql_arg(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place, ngx_commerce_arg_e source,
    unsigned param, const char *name);
static int sql_params(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place);


int
ngx_commerce_contract_sql(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place)
{
    ngx_commerce_str_t        *sql;
    ngx_commerce_operation_t  *operation;

    operation = place->operation;

    if (operation->handler.data != NULL) {
        return 0;
    }

    operation->args = ngx_commerce_arena_alloc(build->arena,
                                      (operation->nparams + SQL_ARGS_EXTRA)
                                      * sizeof(ngx_commerce_arg_t));
    sql = &operation->sql;
    *sql = ngx_commerce_arena_print(build->arena, "SELECT * FROM api.%s(",
                                    (char *) operation->id.data);

    if (operation->args == NULL || sql->data == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    if (sql_params(build, place) != 0
        || (operation->body == NGX_COMMERCE_BODY_JSON
            && sql_arg(build, place, NGX_COMMERCE_ARG_BODY, 0, "body") != 0)
        || (operation->security != NGX_COMMERCE_PUBLIC
            && sql_arg(build, place, NGX_COMMERCE_ARG_PRINCIPAL, 0,
                       "principal") != 0)
        || (operation->if_match != NGX_COMMERCE_NEVER
            && sql_arg(build, place, NGX_COMMERCE_ARG_EXPECTED_VERSION, 0,
                       "expected_version") != 0))
    {
        return -1;
    }

    *sql = ngx_commerce_arena_print(build->arena, "%s)", (char *) sql->data);

    return (sql->data != NULL) ? 0 : ngx_commerce_contract_no_memory(build);
}


static int
sql_params(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place)
{
    unsigned               i;
    ngx_commerce_arg_e     source;
    ngx_commerce_param_t  *param;

    for (i = 0; i < place->operation->nparams; i++) {
        param = &place->operation->params[i];

        switch (param->role) {

        case NGX_COMMERCE_ROLE_IDEMPOTENCY_KEY:
        case NGX_COMMERCE_ROLE_IF_MATCH:
            continue;

        case NGX_COMMERCE_ROLE_LIMIT:
            source = NGX_COMMERCE_ARG_LIMIT;
            break;

        case NGX_COMMERCE_ROLE_CURSOR:
            source = NGX_COMMERCE_ARG_CURSOR;
            break;

        case NGX_COMMERCE_ROLE_LANGUAGE:
            source = NGX_COMMERCE_ARG_LANGUAGE;
            place->operation->localized = 1;
            break;

        default:
            source = NGX_COMMERCE_ARG_PARAM;
        }

        if (sql_arg(build, place, source, i, (char *) param->arg.data) != 0) {
            return -1;
        }
    }

    return 0;
}


/*
 * Names are [a-z0-9_]: quoted they may be SQL keywords, as "limit" is.  Whoever
 * writes is made known to the transaction on the way (api.acting).
 */

static int
sql_arg(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place, ngx_commerce_arg_e source,
    unsigned param, const char *name)
{
    unsigned                   i, acting;
    ngx_commerce_arg_t        *arg;
    ngx_commerce_operation_t  *operation;

    operation = place->operation;

    for (i = 0; i < operation->nargs; i++) {

        if (ngx_commerce_str_is(&operation->args[i].name, name)) {
            return ngx_commerce_contract_fail(build, place->node,
                                              "the name \"%s\" of a "
                                              "parameter is taken", name);
        }
    }

    arg = &operation->args[operation->nargs++];
    arg->source = source;
    arg->param = param;
    arg->name = ngx_commerce_arena_print(build->arena, "%s", name);

    acting = (source == NGX_COMMERCE_ARG_PRINCIPAL
              && operation->method != NGX_COMMERCE_GET);

    operation->sql = ngx_commerce_arena_print(build->arena,
                                              acting
                                              ? "%s%s\"%s\" => api.acting($%u)"
                                              : "%s%s\"%s\" => $%u",
                                              (char *) operation->sql.data,
                                              (operation->nargs > 1) ? ", "
                                                                     : "",
                                              name, operation->nargs);

    if (arg->name.data == NULL || operation->sql.data == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    return 0;
}
