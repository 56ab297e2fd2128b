/*
 * What a COPY of a session moves, in both directions, in constant memory: a
 * piece is asked for when the socket took the one before, and no more is read
 * than the consumer takes.
 */

#include "pg_session_state.h"


static int copy_put(ngx_commerce_pg_session_t *s);
static ngx_int_t copy_give(ngx_commerce_pg_session_t *s, char *row,
    size_t len);


/* One piece a turn: other work of the worker goes on in between. */

void
ngx_commerce_pg_session_put(ngx_commerce_pg_session_t *s)
{
    int        rc;
    ngx_int_t  more;

    rc = PQflush(s->pg);

    if (rc == 0 && s->piece.len == 0 && !s->last) {

        more = s->produce(s->copy_data, &s->piece);

        s->last = (more != NGX_AGAIN);
        s->undo = (more == NGX_ERROR);
    }

    if (rc == 0) {
        rc = copy_put(s);
    }

    if (rc == -1) {
        ngx_commerce_pg_session_fail(s, "could not copy");
        return;
    }

    ngx_commerce_pg_session_patient(s, NGX_COMMERCE_PG_COPY_PATIENCE);

    if (s->state == NGX_COMMERCE_PG_SESSION_COPY_END) {
        ngx_commerce_pg_session_patient(s, s->conf.statement_timeout
                                           + NGX_COMMERCE_PG_GRACE);

        if (ngx_commerce_pg_session_flush(s) != NGX_OK) {
            ngx_commerce_pg_session_fail(s, "could not send");
        }
    }
}


/* -1: the connection is lost; 1: again when the socket takes more. */

static int
copy_put(ngx_commerce_pg_session_t *s)
{
    int  rc;

    if (s->piece.len != 0 && !s->undo) {

        rc = PQputCopyData(s->pg, (char *) s->piece.data, (int) s->piece.len);

        if (rc != 1) {
            return rc == 0 ? 1 : -1;
        }

        s->piece.len = 0;
    }

    if (s->last) {

        rc = PQputCopyEnd(s->pg, s->undo ? "undone" : NULL);

        if (rc != 1) {
            return rc == 0 ? 1 : -1;
        }

        s->state = NGX_COMMERCE_PG_SESSION_COPY_END;
    }

    return PQflush(s->pg);
}


/* All that libpq has read; it reads no more than fits into its buffer. */

void
ngx_commerce_pg_session_take(ngx_commerce_pg_session_t *s)
{
    int        n;
    char      *row;
    ngx_int_t  rc;

    for ( ;; ) {
        n = PQgetCopyData(s->pg, &row, 1);

        if (n <= 0) {
            break;
        }

        rc = copy_give(s, row, n);

        if (rc != NGX_OK) {
            return;
        }
    }

    if (n == 0) {
        ngx_commerce_pg_session_patient(s, s->conf.statement_timeout
                                           + NGX_COMMERCE_PG_GRACE);
        return;
    }

    /* the end, or an error: the result says which */

    s->state = NGX_COMMERCE_PG_SESSION_QUERY;

    ngx_commerce_pg_session_settle(s);
}


/* NGX_AGAIN: the consumer has enough, NGX_ERROR: it is gone. */

static ngx_int_t
copy_give(ngx_commerce_pg_session_t *s, char *row, size_t len)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    text.data = (u_char *) row;
    text.len = len;

    rc = s->consume(s->copy_data, &text);

    PQfreemem(row);

    if (rc == NGX_ERROR) {
        ngx_commerce_pg_session_fail(s, NULL);
        return NGX_ERROR;
    }

    if (rc == NGX_AGAIN) {

        /* whoever consumes holds the worker now */

        if (s->timer.timer_set) {
            ngx_del_timer(&s->timer);
        }

        if (ngx_commerce_pg_session_watch(s, 0) != NGX_OK) {
            ngx_commerce_pg_session_fail(s, "no event for the socket");
            return NGX_ERROR;
        }
    }

    return rc;
}


void
ngx_commerce_pg_session_resume(ngx_commerce_pg_session_t *s)
{
    if (s->state != NGX_COMMERCE_PG_SESSION_COPY_OUT) {
        return;
    }

    if (ngx_commerce_pg_session_watch(s, NGX_COMMERCE_FD_READ) != NGX_OK) {
        ngx_commerce_pg_session_fail(s, "no event for the socket");
        return;
    }

    ngx_commerce_pg_session_take(s);
}
