/*
 * The session of pg_session.h: connecting, one operation, its answer; what a
 * COPY moves stands in pg_session_copy.c.  No pipeline: a COPY has none.
 */

#include "pg_session_state.h"


/* ms without any progress of the peer until an operation is given up */
#define CONNECT_PATIENCE  5000


static void session_start(ngx_commerce_pg_session_t *s, const char *sql,
    ngx_uint_t nvalues, const char **values);
static void session_connect(ngx_commerce_pg_session_t *s);
static void session_poll(ngx_commerce_pg_session_t *s);
static void session_send(ngx_commerce_pg_session_t *s);
static void session_event(ngx_commerce_fd_t *fd, unsigned ready);
static void session_receive(ngx_commerce_pg_session_t *s);
static ngx_int_t session_turn(ngx_commerce_pg_session_t *s);
static void session_answer(ngx_commerce_pg_session_t *s);
static void session_timer(ngx_event_t *ev);
static void session_notice(void *data, const char *message);


ngx_commerce_pg_session_t *
ngx_commerce_pg_session_create(const ngx_commerce_pg_conf_t *conf,
    ngx_msec_t statement_timeout, ngx_pool_t *pool, ngx_log_t *log,
    ngx_commerce_pg_session_pt handler, void *data)
{
    ngx_commerce_pg_session_t  *s;

    s = ngx_pcalloc(pool, sizeof(ngx_commerce_pg_session_t));
    if (s == NULL) {
        return NULL;
    }

    s->conf = *conf;
    s->conf.statement_timeout = statement_timeout;
    s->handler = handler;
    s->data = data;
    s->log = log;

    s->fd.handler = session_event;
    s->fd.data = s;

    s->timer.handler = session_timer;
    s->timer.data = s;
    s->timer.log = log;

    return s;
}


void
ngx_commerce_pg_session_query(ngx_commerce_pg_session_t *s, const char *sql,
    ngx_uint_t nvalues, const char **values)
{
    s->produce = NULL;
    s->consume = NULL;

    session_start(s, sql, nvalues, values);
}


void
ngx_commerce_pg_session_copy(ngx_commerce_pg_session_t *s, const char *sql,
    ngx_commerce_pg_produce_pt produce, void *data)
{
    s->produce = produce;
    s->consume = NULL;
    s->copy_data = data;

    session_start(s, sql, 0, NULL);
}


void
ngx_commerce_pg_session_copy_out(ngx_commerce_pg_session_t *s,
    const char *sql, ngx_commerce_pg_consume_pt consume, void *data)
{
    s->produce = NULL;
    s->consume = consume;
    s->copy_data = data;

    session_start(s, sql, 0, NULL);
}


void
ngx_commerce_pg_session_close(ngx_commerce_pg_session_t *s)
{
    s->state = NGX_COMMERCE_PG_SESSION_CLOSED;

    if (s->timer.timer_set) {
        ngx_del_timer(&s->timer);
    }

    if (s->timer.posted) {
        ngx_delete_posted_event(&s->timer);
    }

    if (s->pg != NULL && PQsocket(s->pg) == -1) {
        ngx_commerce_fd_closed(&s->fd);

    } else {
        ngx_commerce_fd_close(&s->fd);
    }

    PQclear(s->result);
    s->result = NULL;

    PQfinish(s->pg);
    s->pg = NULL;
}


static void
session_start(ngx_commerce_pg_session_t *s, const char *sql,
    ngx_uint_t nvalues, const char **values)
{
    s->sql = sql;
    s->nvalues = nvalues;
    s->values = values;
    s->sent = 0;

    PQclear(s->result);
    s->result = NULL;

    if (s->state == NGX_COMMERCE_PG_SESSION_IDLE) {
        session_send(s);

    } else {
        session_connect(s);
    }

    if (s->state == NGX_COMMERCE_PG_SESSION_CLOSED) {
        s->refused = 1;
        ngx_post_event(&s->timer, &ngx_posted_events);
    }
}


/* On an error the session is left closed; the caller sees to the answer. */

static void
session_connect(ngx_commerce_pg_session_t *s)
{
    s->pg = ngx_commerce_pg_dial(&s->conf, s->failures);

    if (s->pg == NULL || PQstatus(s->pg) == CONNECTION_BAD) {
        ngx_commerce_pg_session_close(s);
        return;
    }

    (void) PQsetNoticeProcessor(s->pg, session_notice, s);

    s->state = NGX_COMMERCE_PG_SESSION_CONNECTING;
    ngx_commerce_pg_session_patient(s, CONNECT_PATIENCE);

    if (ngx_commerce_pg_session_watch(s, NGX_COMMERCE_FD_WRITE) != NGX_OK) {
        ngx_commerce_pg_session_close(s);
    }
}


static void
session_poll(ngx_commerce_pg_session_t *s)
{
    unsigned  interest;

    /* libpq may move on to another socket, even one of the same number */

    ngx_commerce_fd_close(&s->fd);

    switch (PQconnectPoll(s->pg)) {

    case PGRES_POLLING_READING:
        interest = NGX_COMMERCE_FD_READ;
        break;

    case PGRES_POLLING_WRITING:
        interest = NGX_COMMERCE_FD_WRITE;
        break;

    case PGRES_POLLING_OK:
        if (PQsetnonblocking(s->pg, 1) != 0
            || ngx_commerce_pg_session_watch(s, NGX_COMMERCE_FD_READ)
               != NGX_OK)
        {
            ngx_commerce_pg_session_fail(s, "no session");
            return;
        }

        session_send(s);

        if (s->state == NGX_COMMERCE_PG_SESSION_CLOSED) {
            ngx_commerce_pg_session_fail(s, "could not send");
        }

        return;

    default:
        ngx_commerce_pg_session_fail(s, "could not connect");
        return;
    }

    if (ngx_commerce_pg_session_watch(s, interest) != NGX_OK) {
        ngx_commerce_pg_session_fail(s, "no event for the socket");
    }
}


static void
session_send(ngx_commerce_pg_session_t *s)
{
    s->sent = 1;

    if (s->produce != NULL) {
        s->state = NGX_COMMERCE_PG_SESSION_COPY_BEGIN;
        s->last = 0;
        s->undo = 0;
        ngx_str_null(&s->piece);

    } else {
        s->state = NGX_COMMERCE_PG_SESSION_QUERY;
    }

    ngx_commerce_pg_session_patient(s, s->conf.statement_timeout
                                       + NGX_COMMERCE_PG_GRACE);

    if (PQsendQueryParams(s->pg, s->sql, (int) s->nvalues, NULL, s->values,
                          NULL, NULL, 0)
        != 1
        || ngx_commerce_pg_session_flush(s) != NGX_OK)
    {
        ngx_commerce_pg_session_close(s);
    }
}


static void
session_event(ngx_commerce_fd_t *fd, unsigned ready)
{
    ngx_commerce_pg_session_t  *s = fd->data;

    if (ready == 0) {
        if (s->state == NGX_COMMERCE_PG_SESSION_IDLE) {
            ngx_commerce_pg_session_close(s);
            return;
        }

        ngx_commerce_pg_session_fail(s, "worker leaves");
        return;
    }

    if (s->state == NGX_COMMERCE_PG_SESSION_CONNECTING) {
        session_poll(s);
        return;
    }

    if (ready == NGX_COMMERCE_FD_READ) {
        session_receive(s);
        return;
    }

    if (s->state == NGX_COMMERCE_PG_SESSION_COPY) {
        ngx_commerce_pg_session_put(s);
        return;
    }

    if (ngx_commerce_pg_session_flush(s) != NGX_OK) {
        ngx_commerce_pg_session_fail(s, "could not send");
    }
}


static void
session_receive(ngx_commerce_pg_session_t *s)
{
    if (PQconsumeInput(s->pg) != 1
        || ngx_commerce_pg_session_flush(s) != NGX_OK)
    {
        if (s->state == NGX_COMMERCE_PG_SESSION_IDLE) {
            ngx_commerce_pg_session_close(s);
            return;
        }

        ngx_commerce_pg_session_fail(s, "connection lost");
        return;
    }

    if (s->state == NGX_COMMERCE_PG_SESSION_IDLE) {
        return;
    }

    if (s->state == NGX_COMMERCE_PG_SESSION_COPY_OUT) {
        ngx_commerce_pg_session_take(s);
        return;
    }

    if (s->state != NGX_COMMERCE_PG_SESSION_COPY) {
        ngx_commerce_pg_session_settle(s);
    }
}


void
ngx_commerce_pg_session_settle(ngx_commerce_pg_session_t *s)
{
    if (session_turn(s) == NGX_DONE) {
        session_answer(s);

    } else if (s->state == NGX_COMMERCE_PG_SESSION_COPY_OUT) {
        ngx_commerce_pg_session_take(s);
    }
}


/* Takes what has come; NGX_DONE: the operation is over. */

static ngx_int_t
session_turn(ngx_commerce_pg_session_t *s)
{
    PGresult  *res;

    while (PQisBusy(s->pg) == 0) {

        res = PQgetResult(s->pg);

        if (res == NULL) {
            return NGX_DONE;
        }

        if (PQresultStatus(res) == PGRES_COPY_IN) {
            PQclear(res);

            s->state = NGX_COMMERCE_PG_SESSION_COPY;
            ngx_commerce_pg_session_patient(s, NGX_COMMERCE_PG_COPY_PATIENCE);

            return ngx_commerce_pg_session_watch(s, NGX_COMMERCE_FD_READ
                                    |NGX_COMMERCE_FD_WRITE);
        }

        if (PQresultStatus(res) == PGRES_COPY_OUT && s->consume != NULL) {
            PQclear(res);

            s->state = NGX_COMMERCE_PG_SESSION_COPY_OUT;

            return NGX_AGAIN;
        }

        /* an error stays, whatever follows it */

        if (s->result != NULL
            && PQresultStatus(s->result) == PGRES_FATAL_ERROR)
        {
            PQclear(res);
            continue;
        }

        PQclear(s->result);
        s->result = res;
    }

    return NGX_AGAIN;
}


ngx_int_t
ngx_commerce_pg_session_flush(ngx_commerce_pg_session_t *s)
{
    int       rc;
    unsigned  interest;

    rc = PQflush(s->pg);

    if (rc == -1) {
        return NGX_ERROR;
    }

    interest = NGX_COMMERCE_FD_READ;

    if (rc == 1 || s->state == NGX_COMMERCE_PG_SESSION_COPY) {
        interest |= NGX_COMMERCE_FD_WRITE;
    }

    return ngx_commerce_pg_session_watch(s, interest);
}


ngx_int_t
ngx_commerce_pg_session_watch(ngx_commerce_pg_session_t *s, unsigned interest)
{
    if (s->fd.connection == NULL
        && ngx_commerce_fd_open(&s->fd, PQsocket(s->pg), s->log) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_commerce_fd_want(&s->fd, interest);
}


/* The last thing on every path: the handler may free the session. */

static void
session_answer(ngx_commerce_pg_session_t *s)
{
    s->state = NGX_COMMERCE_PG_SESSION_IDLE;

    if (s->timer.timer_set) {
        ngx_del_timer(&s->timer);
    }

    ngx_memzero(&s->answer, sizeof(ngx_commerce_pg_query_t));

    if (s->result != NULL) {
        ngx_commerce_pg_result_take(&s->answer, s->result);

    } else {
        s->answer.status = NGX_COMMERCE_PG_UNKNOWN;
    }

    if (s->answer.status == NGX_COMMERCE_PG_REFUSED) {
        ngx_log_error(NGX_LOG_WARN, s->log, 0,
                      "database \"%V\": %s %V", &s->conf.name,
                      s->answer.error.sqlstate, &s->answer.error.message);
    }

    s->handler(s, &s->answer, s->data);
}


void
ngx_commerce_pg_session_fail(ngx_commerce_pg_session_t *s, const char *why)
{
    ngx_str_t  text;

    if (why != NULL) {
        text = ngx_commerce_pg_text(s->pg != NULL ? PQerrorMessage(s->pg)
                                                  : "");

        ngx_log_error(NGX_LOG_ERR, s->log, 0,
                      "database \"%V\": session: %s: %V", &s->conf.name, why,
                      &text);
    }

    if (s->state == NGX_COMMERCE_PG_SESSION_CONNECTING) {
        s->failures++;
    }

    ngx_commerce_pg_session_close(s);

    ngx_memzero(&s->answer, sizeof(ngx_commerce_pg_query_t));

    s->answer.status = s->sent ? NGX_COMMERCE_PG_UNKNOWN
                               : NGX_COMMERCE_PG_NOT_EXECUTED;

    s->handler(s, &s->answer, s->data);
}


static void
session_timer(ngx_event_t *ev)
{
    ngx_commerce_pg_session_t  *s = ev->data;

    if (s->refused) {
        s->refused = 0;
        ngx_commerce_pg_session_fail(s, "could not connect or send");
        return;
    }

    ngx_commerce_pg_session_fail(s, "no answer in time");
}


static void
session_notice(void *data, const char *message)
{
    ngx_str_t                   text;
    ngx_commerce_pg_session_t  *s = data;

    text = ngx_commerce_pg_text(message);

    ngx_log_error(NGX_LOG_INFO, s->log, 0, "database \"%V\": %V",
                  &s->conf.name, &text);
}
