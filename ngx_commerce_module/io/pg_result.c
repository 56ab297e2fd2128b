/*
 * What a handler sees of an answer: cells and errors, without copies.  Called
 * by the gateway through pg.h; a result dies after its query's handler unless
 * it was kept.
 */

#include "pg_conn.h"


static void result_error(ngx_commerce_pg_error_t *error, const PGresult *res);
static ngx_str_t result_field(const PGresult *res, int code);


#define result_pg(res)  ((const PGresult *) (res))


ngx_uint_t
ngx_commerce_pg_rows(const ngx_commerce_pg_result_t *res)
{
    return (ngx_uint_t) PQntuples(result_pg(res));
}


ngx_uint_t
ngx_commerce_pg_columns(const ngx_commerce_pg_result_t *res)
{
    return (ngx_uint_t) PQnfields(result_pg(res));
}


const char *
ngx_commerce_pg_column_name(const ngx_commerce_pg_result_t *res,
    ngx_uint_t column)
{
    return PQfname(result_pg(res), (int) column);
}


ngx_uint_t
ngx_commerce_pg_column_oid(const ngx_commerce_pg_result_t *res,
    ngx_uint_t column)
{
    return (ngx_uint_t) PQftype(result_pg(res), (int) column);
}


ngx_int_t
ngx_commerce_pg_cell(const ngx_commerce_pg_result_t *res, ngx_uint_t row,
    ngx_uint_t column, ngx_str_t *value)
{
    /* a null cell's value is libpq's empty string: only that needs a look */

    value->len = (size_t) PQgetlength(result_pg(res), (int) row, (int) column);
    value->data = (u_char *) PQgetvalue(result_pg(res), (int) row,
                                        (int) column);

    if (value->len == 0
        && PQgetisnull(result_pg(res), (int) row, (int) column))
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


ngx_commerce_pg_result_t *
ngx_commerce_pg_keep(ngx_commerce_pg_query_t *q)
{
    ngx_commerce_pg_conn_t    *c;
    ngx_commerce_pg_result_t  *res;

    c = q->conn;
    res = q->result;

    if (res != NULL) {
        c->answered = NULL;
        q->result = NULL;
    }

    return res;
}


void
ngx_commerce_pg_free(ngx_commerce_pg_result_t *res)
{
    PQclear((PGresult *) res);
}


void
ngx_commerce_pg_result_take(ngx_commerce_pg_query_t *q, PGresult *res)
{
    switch (PQresultStatus(res)) {

    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        q->status = NGX_COMMERCE_PG_OK;
        q->result = (ngx_commerce_pg_result_t *) res;
        break;

    default:
        q->status = NGX_COMMERCE_PG_REFUSED;
        q->result = NULL;
        result_error(&q->error, res);
    }
}


ngx_str_t
ngx_commerce_pg_text(const char *message)
{
    ngx_str_t  s;

    s.data = (u_char *) message;
    s.len = message != NULL ? strcspn(message, "\r\n") : 0;

    return s;
}


static void
result_error(ngx_commerce_pg_error_t *error, const PGresult *res)
{
    const char  *state;

    state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    if (state == NULL) {
        state = "XX000";
    }

    ngx_cpystrn((u_char *) error->sqlstate, (u_char *) state,
                sizeof(error->sqlstate));

    error->message = result_field(res, PG_DIAG_MESSAGE_PRIMARY);
    error->detail = result_field(res, PG_DIAG_MESSAGE_DETAIL);
    error->hint = result_field(res, PG_DIAG_MESSAGE_HINT);
    error->constraint = result_field(res, PG_DIAG_CONSTRAINT_NAME);
}


static ngx_str_t
result_field(const PGresult *res, int code)
{
    ngx_str_t  s;

    s.data = (u_char *) PQresultErrorField(res, code);
    s.len = s.data != NULL ? ngx_strlen(s.data) : 0;

    return s;
}
