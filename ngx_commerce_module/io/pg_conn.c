/*
 * A connection as such: connecting, its socket, its end.  See pg_conn.h for
 * who calls it and for the lifetime rule.
 */

#include "pg_conn.h"


/* back-off of connecting, ms */
#define RETRY_FIRST   50
#define RETRY_LAST    1000

/* age at which an idle connection is replaced, ms; and when it is bloated */
#define LIFETIME      (3600 * 1000)
#define RENEWAL       10000

/* slots beyond the statements at connecting: a query may need four (its
 * deallocation, its preparation, itself once more and a shared Sync) */
#define SLOTS(conf)   (4 * (conf)->depth)


static void conn_poll(ngx_commerce_pg_conn_t *c);
static void conn_up(ngx_commerce_pg_conn_t *c);
static ngx_int_t conn_wait(ngx_commerce_pg_conn_t *c, unsigned interest);
static void conn_event(ngx_commerce_fd_t *fd, unsigned ready);
static void conn_receive(ngx_commerce_pg_conn_t *c);
static void conn_idle(ngx_commerce_pg_conn_t *c);
static void conn_timer(ngx_event_t *ev);
static void conn_watchdog(ngx_commerce_pg_conn_t *c);
static void conn_notice(void *data, const char *message);


ngx_int_t
ngx_commerce_pg_conn_init(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_owner_t *owner, ngx_pool_t *pool)
{
    c->owner = owner;
    c->capacity = owner->nstatements + SLOTS(owner->conf);

    c->slots = ngx_palloc(pool, c->capacity * sizeof(ngx_commerce_pg_slot_t));
    if (c->slots == NULL) {
        return NGX_ERROR;
    }

    c->editions = ngx_palloc(pool, (owner->nknown + 1) * sizeof(ngx_uint_t));
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
    c->pg = ngx_commerce_pg_dial(c->owner->conf, c->attempts);

    if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD) {
        ngx_commerce_pg_conn_fail(c, "could not connect");
        return;
    }

    (void) PQsetNoticeProcessor(c->pg, conn_notice, c);

    if (conn_wait(c, NGX_COMMERCE_FD_WRITE) != NGX_OK) {
        ngx_commerce_pg_conn_fail(c, "no event for the socket");
        return;
    }

    ngx_add_timer(&c->timer, c->owner->conf->connect_timeout);
}


void
ngx_commerce_pg_conn_retry(ngx_commerce_pg_conn_t *c)
{
    ngx_msec_t  delay;

    delay = RETRY_FIRST << ngx_min(c->attempts, 8);
    delay = ngx_min(delay, RETRY_LAST);
    delay = delay / 2 + (ngx_msec_t) ngx_random() % (delay / 2 + 1);

    c->state = NGX_COMMERCE_PG_CONN_WAITING;
    ngx_add_timer(&c->timer, delay);
}


ngx_int_t
ngx_commerce_pg_conn_flush(ngx_commerce_pg_conn_t *c)
{
    int       rc;
    unsigned  interest;

    if (ngx_commerce_pg_pipe_share(c) != NGX_OK) {
        return NGX_ERROR;
    }

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
ngx_commerce_pg_conn_fail(ngx_commerce_pg_conn_t *c, const char *why)
{
    ngx_str_t   text;
    ngx_uint_t  level, up;

    up = (c->state == NGX_COMMERCE_PG_CONN_UP);

    if (why != NULL) {

        /* a database that is away would fill the log */

        level = (up || c->attempts == 0) ? NGX_LOG_ERR : NGX_LOG_INFO;
        text = ngx_commerce_pg_text(c->pg != NULL ? PQerrorMessage(c->pg) : "");

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

    ngx_commerce_pg_pipe_clear(c, 1);
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

    if (c->pg != NULL && PQsocket(c->pg) == -1) {
        ngx_commerce_fd_closed(&c->fd);

    } else {
        ngx_commerce_fd_close(&c->fd);
    }

    ngx_commerce_pg_pipe_clear(c, 0);

    PQfinish(c->pg);
    c->pg = NULL;
}


static void
conn_poll(ngx_commerce_pg_conn_t *c)
{
    unsigned                   interest;
    PostgresPollingStatusType  rc;

    /* libpq may move on to another address, and its next socket may have the
     * number of the last one: nothing of the old registration may stay */

    ngx_commerce_fd_close(&c->fd);

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

    if (conn_wait(c, interest) != NGX_OK) {
        ngx_commerce_pg_conn_fail(c, "no event for the socket");
    }
}


/* Queries may follow at once, the server takes everything in order. */
static void
conn_up(ngx_commerce_pg_conn_t *c)
{
    ngx_uint_t                          i, level;
    const ngx_commerce_pg_statement_t  *st;

    ngx_del_timer(&c->timer);

    c->state = NGX_COMMERCE_PG_CONN_UP;

    c->since = ngx_current_msec;

    ngx_memzero(c->editions, c->owner->nknown * sizeof(ngx_uint_t));

    if (PQsetnonblocking(c->pg, 1) != 0 || PQenterPipelineMode(c->pg) != 1
        || conn_wait(c, NGX_COMMERCE_FD_READ) != NGX_OK)
    {
        ngx_commerce_pg_conn_fail(c, "no pipeline");
        return;
    }

    for (i = 0; c->resident && i < c->owner->nstatements; i++) {
        st = &c->owner->statements[i];

        if (ngx_commerce_pg_prepare(c, st) != NGX_OK) {
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
                  "database \"%V\": connected, backend %d",
                  &c->owner->conf->name, PQbackendPID(c->pg));

    if (c->count == 0) {
        conn_idle(c);
    }

    c->owner->ready(c);
}


static ngx_int_t
conn_wait(ngx_commerce_pg_conn_t *c, unsigned interest)
{
    if (ngx_commerce_fd_open(&c->fd, PQsocket(c->pg), c->owner->log)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_commerce_fd_want(&c->fd, interest);
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

    ngx_commerce_pg_pipe_drain(c);

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


/*
 * A leaving worker gives its place at the server to the next one.  A buffer
 * that once held a large result is given back with its connection, libpq
 * never shrinks it; and nothing at either end grows for ever.
 */
static void
conn_idle(ngx_commerce_pg_conn_t *c)
{
    ngx_msec_t  age;

    age = ngx_current_msec - c->since;

    if ((ngx_exiting && !c->resident) || age > LIFETIME
        || (c->bloated && age > RENEWAL))
    {
        ngx_commerce_pg_conn_fail(c, NULL);
        return;
    }

    ngx_commerce_fd_idle(&c->fd, !c->resident);
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
    patience = c->slots[c->head].patience;

    if (silence >= patience) {
        ngx_commerce_pg_conn_fail(c, "no answer in time");
        return;
    }

    ngx_add_timer(&c->timer, patience - silence);
}


static void
conn_notice(void *data, const char *message)
{
    ngx_str_t                text;
    ngx_commerce_pg_conn_t  *c;

    c = data;
    text = ngx_commerce_pg_text(message);

    ngx_log_error(NGX_LOG_INFO, c->owner->log, 0, "database \"%V\": %V",
                  &c->owner->conf->name, &text);
}
