/*
 * Preparing statements on one connection: when a query first needs one, and
 * again when the server forgot it or replaced what it calls.
 */

#include "pg_conn.h"


static ngx_int_t prepare_deallocate(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_statement_t *st);


ngx_int_t
ngx_commerce_pg_prepare(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_statement_t *st)
{
    if (ngx_commerce_pg_pipe_share(c) != NGX_OK) {
        return NGX_ERROR;
    }

    if (PQsendPrepare(c->pg, ngx_commerce_pg_known(c, st)->name,
                      (char *) st->sql.data, 0, NULL)
        == 0)
    {
        return NGX_ERROR;
    }

    c->editions[st->index] = ++c->edition;

    (void) ngx_commerce_pg_pipe_push(c, NGX_COMMERCE_PG_SLOT_PREPARE, st);

    return ngx_commerce_pg_pipe_sync(c);
}


ngx_uint_t
ngx_commerce_pg_prepare_stale(const ngx_commerce_pg_slot_t *slot)
{
    const char  *state;

    if (PQresultStatus(slot->result) != PGRES_FATAL_ERROR
        || slot->query->prepared_again)
    {
        return 0;
    }

    state = PQresultErrorField(slot->result, PG_DIAG_SQLSTATE);

    return state != NULL
           && (ngx_strcmp(state, "0A000") == 0
               || ngx_strcmp(state, "26000") == 0);
}


ngx_int_t
ngx_commerce_pg_prepare_again(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_slot_t *slot)
{
    const ngx_commerce_pg_statement_t  *st;

    st = slot->statement;

    slot->query->prepared_again = 1;

    if (slot->edition == c->editions[st->index]) {
        c->editions[st->index] = 0;

        if (prepare_deallocate(c, st) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return ngx_commerce_pg_pipe_send(c, slot->query);
}


/* libpq 15 cannot close a statement but by the command. */
static ngx_int_t
prepare_deallocate(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_statement_t *st)
{
    u_char  sql[sizeof("DEALLOCATE s1234567")];

    ngx_sprintf(sql, "DEALLOCATE %s%Z", ngx_commerce_pg_known(c, st)->name);

    if (ngx_commerce_pg_pipe_share(c) != NGX_OK) {
        return NGX_ERROR;
    }

    if (PQsendQueryParams(c->pg, (char *) sql, 0, NULL, NULL, NULL, NULL, 0)
        == 0)
    {
        return NGX_ERROR;
    }

    (void) ngx_commerce_pg_pipe_push(c, NGX_COMMERCE_PG_SLOT_DEALLOCATE, st);

    return ngx_commerce_pg_pipe_sync(c);
}


void
ngx_commerce_pg_prepare_refused(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_slot_t *slot)
{
    ngx_str_t                           text;
    ngx_uint_t                          level;
    ngx_commerce_pg_slot_t             *next;
    ngx_commerce_pg_known_t            *known;
    const ngx_commerce_pg_statement_t  *st;

    st = slot->statement;
    known = ngx_commerce_pg_known(c, st);

    level = known->refused ? NGX_LOG_INFO : NGX_LOG_ERR;
    text = ngx_commerce_pg_text(PQresultErrorMessage(slot->result));

    ngx_log_error(level, c->owner->log, 0,
                  "database \"%V\": operation \"%V\" cannot be prepared as "
                  "\"%V\": %V",
                  &c->owner->conf->name, &st->name, &st->sql, &text);

    known->refused = 1;

    if (slot->edition == c->editions[st->index]) {
        c->editions[st->index] = 0;
    }

    next = ngx_commerce_pg_slot(c, 0);

    if (c->count != 0 && next->first && next->edition == slot->edition) {
        next->decided = 1;
        next->result = slot->result;
        return;
    }

    PQclear(slot->result);
}
