/*
 * One pipelined connection.  See pg_conn.h for who calls it and for the
 * lifetime rule.
 *
 * Order of answers in pipeline mode: per statement its results and a NULL,
 * per Sync one PGRES_PIPELINE_SYNC without a NULL.  Only the Sync says that
 * the transaction is committed, so nothing is handed over before it.
 */

#include "pg_conn.h"


/* back-off of connecting, ms */
#define RETRY_FIRST   50
#define RETRY_LAST    1000

/* more than statement_timeout, ms: then it is not the statement that hangs */
#define GRACE         1000

/* slots beyond the statements at connecting: a query may need three (its
 * deallocation, its preparation and itself once more) */
#define SLOTS(conf)   (3 * (conf)->depth)

/* the server cuts identifiers there */
#define NAME          63

#define conn_slot(c, i)  (&(c)->slots[((c)->head + (i)) % (c)->capacity])


static void conn_poll(ngx_commerce_pg_conn_t *c);
static void conn_up(ngx_commerce_pg_conn_t *c);
static ngx_int_t conn_watch_socket(ngx_commerce_pg_conn_t *c);
static void conn_event(ngx_commerce_fd_t *fd, unsigned ready);
static void conn_receive(ngx_commerce_pg_conn_t *c);
static void conn_drain(ngx_commerce_pg_conn_t *c);
static ngx_int_t conn_keep(ngx_commerce_pg_conn_t *c, PGresult *res);
static void conn_complete(ngx_commerce_pg_conn_t *c);
static void conn_answer(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_slot_t *slot);
static void conn_idle(ngx_commerce_pg_conn_t *c);
static void conn_timer(ngx_event_t *ev);
static void conn_watchdog(ngx_commerce_pg_conn_t *c);
static ngx_commerce_pg_slot_t *conn_push(ngx_commerce_pg_conn_t *c,
    ngx_commerce_pg_slot_e kind, const ngx_commerce_pg_statement_t *st);
static ngx_int_t conn_sync(ngx_commerce_pg_conn_t *c);
static ngx_int_t conn_prepare(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_statement_t *st);
static ngx_int_t conn_deallocate(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_statement_t *st);
static ngx_uint_t conn_stale(const ngx_commerce_pg_slot_t *slot);
static ngx_int_t conn_again(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_slot_t *slot);
static void conn_unprepared(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_slot_t *slot);
static void conn_notice(void *data, const char *message);
static ngx_str_t conn_text(const char *message);


ngx_int_t
ngx_commerce_pg_conn_init(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_owner_t *owner, ngx_pool_t *pool)
{
    ngx_uint_t  i;

    c->owner = owner;
    c->capacity = owner->nstatements + SLOTS(owner->conf);

    c->slots = ngx_palloc(pool, c->capacity * sizeof(ngx_commerce_pg_slot_t));
    if (c->slots == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < owner->nstatements; i++) {
        c->neditions = ngx_max(c->neditions, owner->statements[i].index + 1);
    }

    c->editions = ngx_palloc(pool, (c->neditions + 1) * sizeof(ngx_uint_t));
    if (c->editions == NULL) {
        return NGX_ERROR;
    }

    c->fd.handler = conn_event;
    c->fd.data = c;

    c->timer.handler = conn_timer;
    c->timer.data = c;
    c->timer.log = owner->log;

    /* of itself a connection never keeps a leaving worker: queries do */
    c->timer.cancelable = 1;

    return NGX_OK;
}


void
ngx_commerce_pg_conn_open(ngx_commerce_pg_conn_t *c)
{
    if (c->timer.timer_set) {
        ngx_del_timer(&c->timer);
    }

    c->state = NGX_COMMERCE_PG_CONN_CONNECTING;
    c->pg = ngx_commerce_pg_dial(c->owner->conf);

    if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD) {
        ngx_commerce_pg_conn_fail(c, "could not connect");
        return;
    }

    (void) PQsetNoticeProcessor(c->pg, conn_notice, c);

    if (conn_watch_socket(c) != NGX_OK
        || ngx_commerce_fd_want(&c->fd, NGX_COMMERCE_FD_WRITE) != NGX_OK)
    {
        ngx_commerce_pg_conn_fail(c, "no event for the socket");
        return;
    }

    ngx_add_timer(&c->timer, c->owner->conf->connect_timeout);
}


ngx_msec_t
ngx_commerce_pg_conn_retry(ngx_commerce_pg_conn_t *c)
{
    ngx_msec_t  delay;

    delay = RETRY_FIRST << ngx_min(c->attempts, 8);
    delay = ngx_min(delay, RETRY_LAST);
    delay = delay / 2 + (ngx_msec_t) ngx_random() % (delay / 2 + 1);

    c->state = NGX_COMMERCE_PG_CONN_WAITING;
    ngx_add_timer(&c->timer, delay);

    return delay;
}


ngx_int_t
ngx_commerce_pg_conn_send(ngx_commerce_pg_conn_t *c,
    ngx_commerce_pg_query_t *q)
{
    ngx_commerce_pg_slot_t             *slot;
    const ngx_commerce_pg_statement_t  *st;

    st = q->statement;

    if (PQsendQueryPrepared(c->pg, (char *) st->name.data, (int) st->nparams,
                            q->values, q->lengths, NULL, 0)
        == 0)
    {
        return PQstatus(c->pg) == CONNECTION_BAD ? NGX_ERROR : NGX_DECLINED;
    }

    slot = conn_push(c, NGX_COMMERCE_PG_SLOT_QUERY, st);
    slot->query = q;
    slot->patience = ngx_max(slot->patience, q->timeout + GRACE);

    c->queries++;
    q->slot = slot;

    /* from here on the query is on its way, whatever the Sync says */

    (void) conn_sync(c);

    return NGX_OK;
}


ngx_int_t
ngx_commerce_pg_conn_flush(ngx_commerce_pg_conn_t *c)
{
    int       rc;
    unsigned  interest;

    c->unflushed = 0;

    rc = PQflush(c->pg);
    if (rc == -1 || PQstatus(c->pg) == CONNECTION_BAD) {
        return NGX_ERROR;
    }

    interest = NGX_COMMERCE_FD_READ;

    if (rc == 1) {
        interest |= NGX_COMMERCE_FD_WRITE;
    }

    return ngx_commerce_fd_want(&c->fd, interest);
}


void
ngx_commerce_pg_conn_forget(ngx_commerce_pg_conn_t *c,
    ngx_commerce_pg_query_t *q)
{
    ngx_commerce_pg_slot_t  *slot;

    slot = q->slot;
    slot->query = NULL;
    q->slot = NULL;
}


void
ngx_commerce_pg_conn_fail(ngx_commerce_pg_conn_t *c, const char *why)
{
    ngx_str_t                 text;
    ngx_uint_t                level, up;
    ngx_commerce_pg_query_t  *q;

    up = (c->state == NGX_COMMERCE_PG_CONN_UP);

    if (why != NULL) {

        /* a database that is away would fill the log */

        level = (up || c->attempts == 0) ? NGX_LOG_ERR : NGX_LOG_INFO;
        text = conn_text(c->pg != NULL ? PQerrorMessage(c->pg) : "");

        ngx_log_error(level, c->owner->log, 0,
                      "database \"%V\": %s, %ui in flight%s%V",
                      &c->owner->conf->name, why, c->queries,
                      text.len != 0 ? ": " : "", &text);
    }

    if (up && ngx_current_msec - c->since > RETRY_LAST) {
        c->attempts = 0;

    } else {
        c->attempts++;
    }

    if (c->fd.connection != NULL) {
        ngx_commerce_fd_close(&c->fd);
    }

    while (c->count != 0) {
        q = conn_slot(c, 0)->query;

        PQclear(conn_slot(c, 0)->result);
        c->head = (c->head + 1) % c->capacity;
        c->count--;

        if (q != NULL) {
            q->slot = NULL;
            c->owner->orphan(c, q);
        }
    }

    ngx_commerce_pg_conn_close(c);
    c->owner->lost(c);
}


void
ngx_commerce_pg_conn_close(ngx_commerce_pg_conn_t *c)
{
    c->epoch++;
    c->state = NGX_COMMERCE_PG_CONN_DOWN;

    if (c->timer.timer_set) {
        ngx_del_timer(&c->timer);
    }

    ngx_commerce_fd_close(&c->fd);

    while (c->count != 0) {
        PQclear(conn_slot(c, 0)->result);
        c->head = (c->head + 1) % c->capacity;
        c->count--;
    }

    c->queries = 0;
    c->unflushed = 0;
    c->ended = 0;

    PQfinish(c->pg);
    c->pg = NULL;
}


static void
conn_poll(ngx_commerce_pg_conn_t *c)
{
    unsigned                   interest;
    PostgresPollingStatusType  rc;

    rc = PQconnectPoll(c->pg);

    switch (rc) {

    case PGRES_POLLING_READING:
        interest = NGX_COMMERCE_FD_READ;
        break;

    case PGRES_POLLING_WRITING:
        interest = NGX_COMMERCE_FD_WRITE;
        break;

    case PGRES_POLLING_OK:
        conn_up(c);
        return;

    default:
        ngx_commerce_pg_conn_fail(c, "could not connect");
        return;
    }

    if (conn_watch_socket(c) != NGX_OK
        || ngx_commerce_fd_want(&c->fd, interest) != NGX_OK)
    {
        ngx_commerce_pg_conn_fail(c, "no event for the socket");
    }
}


/*
 * Statements are prepared in the same breath: queries may follow at once,
 * the server takes them in order.
 */
static void
conn_up(ngx_commerce_pg_conn_t *c)
{
    ngx_uint_t                          i, level;
    const ngx_commerce_pg_statement_t  *st;

    ngx_del_timer(&c->timer);

    c->state = NGX_COMMERCE_PG_CONN_UP;

    c->since = ngx_current_msec;

    ngx_memzero(c->editions, c->neditions * sizeof(ngx_uint_t));

    if (PQsetnonblocking(c->pg, 1) != 0 || PQenterPipelineMode(c->pg) != 1
        || conn_watch_socket(c) != NGX_OK)
    {
        ngx_commerce_pg_conn_fail(c, "no pipeline");
        return;
    }

    for (i = 0; i < c->owner->nstatements; i++) {
        st = &c->owner->statements[i];

        if (conn_prepare(c, st) != NGX_OK) {
            ngx_commerce_pg_conn_fail(c, "could not prepare");
            return;
        }
    }

    if (ngx_commerce_pg_conn_flush(c) != NGX_OK) {
        ngx_commerce_pg_conn_fail(c, "could not send");
        return;
    }

    level = c->attempts != 0 ? NGX_LOG_NOTICE : NGX_LOG_INFO;

    ngx_log_error(level, c->owner->log, 0,
                  "database \"%V\": connected, backend %d", &c->owner->conf->name,
                  PQbackendPID(c->pg));

    if (c->count == 0) {
        conn_idle(c);
    }

    c->owner->ready(c);
}


/* libpq may have moved on to another address, and so to another socket. */
static ngx_int_t
conn_watch_socket(ngx_commerce_pg_conn_t *c)
{
    int  s;

    s = PQsocket(c->pg);

    if (c->fd.connection != NULL && c->fd.connection->fd == s) {
        return NGX_OK;
    }

    ngx_commerce_fd_close(&c->fd);

    return ngx_commerce_fd_open(&c->fd, s, c->owner->log);
}


static void
conn_event(ngx_commerce_fd_t *fd, unsigned ready)
{
    ngx_commerce_pg_conn_t  *c;

    c = fd->data;

    if (ready == 0) {
        ngx_commerce_pg_conn_fail(c, c->queries != 0 ? "worker leaves" : NULL);
        return;
    }

    if (c->state == NGX_COMMERCE_PG_CONN_CONNECTING) {
        conn_poll(c);
        return;
    }

    if (ready == NGX_COMMERCE_FD_READ) {
        conn_receive(c);
        return;
    }

    if (ngx_commerce_pg_conn_flush(c) != NGX_OK) {
        ngx_commerce_pg_conn_fail(c, "could not send");
    }
}


static void
conn_receive(ngx_commerce_pg_conn_t *c)
{
    int         ok;
    ngx_uint_t  epoch;

    epoch = c->epoch;

    /* what came before the end of a connection still counts */

    ok = PQconsumeInput(c->pg);

    conn_drain(c);

    if (c->epoch != epoch) {
        return;
    }

    if (!ok || PQstatus(c->pg) == CONNECTION_BAD) {
        ngx_commerce_pg_conn_fail(c, "connection lost");
        return;
    }

    /* libpq sends while it receives, so what waited may be gone; and a
     * statement may have been sent again */

    if ((c->unflushed || (c->fd.interest & NGX_COMMERCE_FD_WRITE))
        && ngx_commerce_pg_conn_flush(c) != NGX_OK)
    {
        ngx_commerce_pg_conn_fail(c, "could not send");
        return;
    }

    if (c->count == 0) {
        conn_idle(c);
    }
}


/* A leaving worker gives its place at the server to the next one. */
static void
conn_idle(ngx_commerce_pg_conn_t *c)
{
    if (c->resident) {
        return;
    }

    if (ngx_exiting) {
        ngx_commerce_pg_conn_fail(c, NULL);
        return;
    }

    ngx_commerce_fd_idle(&c->fd, 1);
}


/* A handler in here may send, forget and close. */
static void
conn_drain(ngx_commerce_pg_conn_t *c)
{
    PGresult    *res;
    ngx_uint_t   epoch;

    epoch = c->epoch;

    while (c->epoch == epoch && c->count != 0 && !PQisBusy(c->pg)) {

        res = PQgetResult(c->pg);

        if (res == NULL) {

            /* after one that ends a statement another one would come for
             * ever: the state of a connection that was lost in between */

            if (c->ended) {
                ngx_commerce_pg_conn_fail(c, "answers out of order");
                return;
            }

            c->ended = 1;
            continue;
        }

        c->ended = 0;

        if (PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
            PQclear(res);
            conn_complete(c);
            continue;
        }

        if (conn_keep(c, res) != NGX_OK) {
            ngx_commerce_pg_conn_fail(c, "connection lost");
            return;
        }
    }
}


/*
 * A statement's result waits for its Sync; an error at commit comes after the
 * result and takes its place.  NGX_ERROR: it is the connection that failed.
 */
static ngx_int_t
conn_keep(ngx_commerce_pg_conn_t *c, PGresult *res)
{
    ngx_str_t                text;
    const char              *severity;
    ngx_commerce_pg_slot_t  *slot;

    switch (PQresultStatus(res)) {

    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        break;

    case PGRES_FATAL_ERROR:
        severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);

        /* no severity: the error is libpq's own */

        if (severity == NULL || ngx_strcmp(severity, "ERROR") != 0) {
            text = conn_text(PQresultErrorMessage(res));
            ngx_log_error(NGX_LOG_ERR, c->owner->log, 0,
                          "database \"%V\": %V", &c->owner->conf->name, &text);
            PQclear(res);
            return NGX_ERROR;
        }

        break;

    default:
        /* COPY and the like: nothing that a prepared SELECT answers */
        PQclear(res);
        return NGX_ERROR;
    }

    slot = conn_slot(c, 0);

    PQclear(slot->result);
    slot->result = res;

    return NGX_OK;
}


static void
conn_complete(ngx_commerce_pg_conn_t *c)
{
    ngx_commerce_pg_slot_t    slot;
    ngx_commerce_pg_query_t  *q;

    slot = *conn_slot(c, 0);
    q = slot.query;

    c->head = (c->head + 1) % c->capacity;
    c->count--;
    c->progress = ngx_current_msec;

    if (slot.kind == NGX_COMMERCE_PG_SLOT_QUERY) {
        c->queries--;

        if (q != NULL && slot.result != NULL) {

            if (!conn_stale(&slot) || conn_again(c, &slot) != NGX_OK) {
                conn_answer(c, &slot);
                return;
            }

        } else if (q != NULL) {
            c->owner->orphan(c, q);
        }

    } else if (slot.kind == NGX_COMMERCE_PG_SLOT_PREPARE
               && PQresultStatus(slot.result) != PGRES_COMMAND_OK)
    {
        conn_unprepared(c, &slot);
    }

    PQclear(slot.result);
}


/* The handler may keep the result, and may close the connection. */
static void
conn_answer(ngx_commerce_pg_conn_t *c, const ngx_commerce_pg_slot_t *slot)
{
    c->answered = slot->result;

    slot->query->slot = NULL;
    ngx_commerce_pg_result_take(slot->query, slot->result);

    c->owner->answer(c, slot->query);

    PQclear(c->answered);
    c->answered = NULL;
}


static void
conn_timer(ngx_event_t *ev)
{
    ngx_commerce_pg_conn_t  *c;

    c = ev->data;

    switch (c->state) {

    case NGX_COMMERCE_PG_CONN_WAITING:
        ngx_commerce_pg_conn_open(c);
        break;

    case NGX_COMMERCE_PG_CONN_CONNECTING:
        ngx_commerce_pg_conn_fail(c, "connecting timed out");
        break;

    case NGX_COMMERCE_PG_CONN_UP:
        conn_watchdog(c);
        break;

    default:
        break;
    }
}


/*
 * A living server answers within statement_timeout, if only with an error.
 * Silence beyond that is a hung server or a lost network, and everything
 * behind the head would wait for ever.
 */
static void
conn_watchdog(ngx_commerce_pg_conn_t *c)
{
    ngx_msec_t  silence, patience;

    if (c->count == 0) {
        return;
    }

    silence = ngx_current_msec - c->progress;
    patience = conn_slot(c, 0)->patience;

    if (silence >= patience) {
        ngx_commerce_pg_conn_fail(c, "no answer in time");
        return;
    }

    ngx_add_timer(&c->timer, patience - silence);
}


/* The caller made sure of room. */
static ngx_commerce_pg_slot_t *
conn_push(ngx_commerce_pg_conn_t *c, ngx_commerce_pg_slot_e kind,
    const ngx_commerce_pg_statement_t *st)
{
    ngx_commerce_pg_slot_t  *slot;

    if (c->count == 0) {
        c->progress = ngx_current_msec;
        ngx_commerce_fd_idle(&c->fd, 0);
    }

    slot = conn_slot(c, c->count);
    c->count++;

    slot->kind = kind;
    slot->statement = st;
    slot->query = NULL;
    slot->result = NULL;
    slot->edition = c->editions[st->index];
    slot->patience = c->owner->conf->statement_timeout + GRACE;

    if (c->owner->conf->statement_timeout == 0) {
        slot->patience = c->owner->conf->timeout + GRACE;
    }

    if (!c->timer.timer_set) {
        ngx_add_timer(&c->timer, slot->patience);
    }

    c->unflushed = 1;

    return slot;
}


static ngx_int_t
conn_sync(ngx_commerce_pg_conn_t *c)
{
    return PQpipelineSync(c->pg) == 1 ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
conn_prepare(ngx_commerce_pg_conn_t *c, const ngx_commerce_pg_statement_t *st)
{
    if (PQsendPrepare(c->pg, (char *) st->name.data, (char *) st->sql.data,
                      0, NULL)
        == 0)
    {
        return NGX_ERROR;
    }

    (void) conn_push(c, NGX_COMMERCE_PG_SLOT_PREPARE, st);

    return conn_sync(c);
}


/* libpq 15 cannot close a statement but by the command. */
static ngx_int_t
conn_deallocate(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_statement_t *st)
{
    u_char  sql[sizeof("DEALLOCATE \"\"") + NAME];

    if (st->name.len > NAME) {
        return NGX_ERROR;
    }

    ngx_sprintf(sql, "DEALLOCATE \"%V\"%Z", &st->name);

    if (PQsendQueryParams(c->pg, (char *) sql, 0, NULL, NULL, NULL, NULL, 0)
        == 0)
    {
        return NGX_ERROR;
    }

    (void) conn_push(c, NGX_COMMERCE_PG_SLOT_DEALLOCATE, st);

    return conn_sync(c);
}


/*
 * 0A000: the plan's result type changed (a function was replaced); 26000: the
 * server does not know the statement.  Either way nothing was executed.
 */
static ngx_uint_t
conn_stale(const ngx_commerce_pg_slot_t *slot)
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


/*
 * Prepares the statement anew, unless that has been sent since the query was,
 * and sends the query once more.
 */
static ngx_int_t
conn_again(ngx_commerce_pg_conn_t *c, const ngx_commerce_pg_slot_t *slot)
{
    const ngx_commerce_pg_statement_t  *st;

    st = slot->statement;

    slot->query->prepared_again = 1;

    if (slot->edition == c->editions[st->index]) {
        c->editions[st->index]++;

        if (conn_deallocate(c, st) != NGX_OK || conn_prepare(c, st) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return ngx_commerce_pg_conn_send(c, slot->query);
}


static void
conn_unprepared(ngx_commerce_pg_conn_t *c, const ngx_commerce_pg_slot_t *slot)
{
    ngx_str_t   text;
    ngx_uint_t  level;

    /* once per connection, not once per call */

    level = slot->edition == 0 ? NGX_LOG_ERR : NGX_LOG_INFO;
    text = conn_text(PQresultErrorMessage(slot->result));

    ngx_log_error(level, c->owner->log, 0,
                  "database \"%V\": operation \"%V\" cannot be prepared as "
                  "\"%V\": %V", &c->owner->conf->name, &slot->statement->name,
                  &slot->statement->sql, &text);
}


static void
conn_notice(void *data, const char *message)
{
    ngx_str_t                text;
    ngx_commerce_pg_conn_t  *c;

    c = data;
    text = conn_text(message);

    ngx_log_error(NGX_LOG_INFO, c->owner->log, 0, "database \"%V\": %V",
                  &c->owner->conf->name, &text);
}


/* libpq's texts end with a new line; the first line says it. */
static ngx_str_t
conn_text(const char *message)
{
    ngx_str_t  s;

    s.data = (u_char *) message;
    s.len = message != NULL ? strcspn(message, "\r\n") : 0;

    return s;
}
