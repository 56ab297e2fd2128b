/*
 * Changes from the write-ahead log.  See pg_feed.h for who calls it and for
 * the lifetime rule.
 *
 * Stations: connect with replication=database, create the slot, start the
 * stream, then copy-both: log data and keep-alives come in, status goes out.
 */

#include "pg_conn.h"


/* back-off of connecting, ms */
#define RETRY_FIRST  100
#define RETRY_LAST   5000

/* messages handed over before other events get their turn */
#define BATCH        1024

/* bytes: kind, start, end, time; kind, end, time, reply wanted; status */
#define HEAD_DATA    25
#define HEAD_ALIVE   18
#define STATUS       34

/* s between the epochs of Unix and of PostgreSQL */
#define EPOCH        946684800


static void feed_open(ngx_commerce_pg_feed_t *feed);
static void feed_poll(ngx_commerce_pg_feed_t *feed);
static ngx_int_t feed_wait(ngx_commerce_pg_feed_t *feed, unsigned interest);
static ngx_int_t feed_slot(ngx_commerce_pg_feed_t *feed);
static void feed_event(ngx_commerce_fd_t *fd, unsigned ready);
static ngx_int_t feed_results(ngx_commerce_pg_feed_t *feed);
static ngx_int_t feed_result(ngx_commerce_pg_feed_t *feed,
    const PGresult *res);
static void feed_streams(ngx_commerce_pg_feed_t *feed);
static void feed_receive(ngx_commerce_pg_feed_t *feed);
static void feed_more(ngx_event_t *ev);
static ngx_int_t feed_message(ngx_commerce_pg_feed_t *feed,
    const u_char *data, size_t len);
static ngx_int_t feed_status(ngx_commerce_pg_feed_t *feed, u_char reply);
static ngx_int_t feed_flush(ngx_commerce_pg_feed_t *feed);
static void feed_fail(ngx_commerce_pg_feed_t *feed, const char *why);
static void feed_close(ngx_commerce_pg_feed_t *feed);
static void feed_timer(ngx_event_t *ev);
static void feed_watch(ngx_commerce_pg_feed_t *feed);
static void feed_notice(void *data, const char *message);
static uint64_t feed_get(const u_char *p);
static u_char *feed_put(u_char *p, uint64_t n);


void
ngx_commerce_pg_feed_start(ngx_commerce_pg_feed_t *feed)
{
    feed->fd.handler = feed_event;
    feed->fd.data = feed;

    feed->timer.handler = feed_timer;
    feed->timer.data = feed;
    feed->timer.log = feed->log;
    feed->timer.cancelable = 1;

    feed->more.handler = feed_more;
    feed->more.data = feed;
    feed->more.log = feed->log;

    feed->state = NGX_COMMERCE_PG_FEED_WAITING;

    ngx_add_timer(&feed->timer, 1);
}


void
ngx_commerce_pg_feed_stop(ngx_commerce_pg_feed_t *feed)
{
    feed_close(feed);
}


static void
feed_open(ngx_commerce_pg_feed_t *feed)
{
    feed->state = NGX_COMMERCE_PG_FEED_CONNECTING;
    feed->pg = ngx_commerce_pg_dial_feed(feed->conf);

    if (feed->pg == NULL || PQstatus(feed->pg) == CONNECTION_BAD) {
        feed_fail(feed, "could not connect");
        return;
    }

    (void) PQsetNoticeProcessor(feed->pg, feed_notice, feed);

    if (feed_wait(feed, NGX_COMMERCE_FD_WRITE) != NGX_OK) {
        feed_fail(feed, "no event for the socket");
        return;
    }

    ngx_add_timer(&feed->timer, feed->conf->connect_timeout);
}


static void
feed_poll(ngx_commerce_pg_feed_t *feed)
{
    ngx_int_t  rc;

    /* as in pg_conn.c: the next socket may have the number of the last one */

    ngx_commerce_fd_close(&feed->fd);

    switch (PQconnectPoll(feed->pg)) {

    case PGRES_POLLING_READING:
        rc = feed_wait(feed, NGX_COMMERCE_FD_READ);
        break;

    case PGRES_POLLING_WRITING:
        rc = feed_wait(feed, NGX_COMMERCE_FD_WRITE);
        break;

    case PGRES_POLLING_OK:
        rc = feed_wait(feed, NGX_COMMERCE_FD_READ);

        if (rc == NGX_OK) {
            rc = feed_slot(feed);
        }

        break;

    default:
        rc = NGX_ERROR;
    }

    if (rc != NGX_OK) {
        feed_fail(feed, "could not connect");
    }
}


static ngx_int_t
feed_wait(ngx_commerce_pg_feed_t *feed, unsigned interest)
{
    if (ngx_commerce_fd_open(&feed->fd, PQsocket(feed->pg), feed->log)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* a leaving worker lets the feed go at once: another one takes it */

    ngx_commerce_fd_idle(&feed->fd, 1);

    return ngx_commerce_fd_want(&feed->fd, interest);
}


/* Random, since gateways on several hosts may have the same process id. */
static ngx_int_t
feed_slot(ngx_commerce_pg_feed_t *feed)
{
    u_char  sql[160];

    feed->state = NGX_COMMERCE_PG_FEED_SLOT;

    ngx_snprintf(sql, sizeof(sql),
                 "CREATE_REPLICATION_SLOT commerce_%P_%08xD TEMPORARY LOGICAL"
                 " pgoutput NOEXPORT_SNAPSHOT%Z",
                 ngx_pid, (uint32_t) ngx_random());

    if (PQsetnonblocking(feed->pg, 1) != 0
        || PQsendQuery(feed->pg, (char *) sql) != 1)
    {
        return NGX_ERROR;
    }

    return feed_flush(feed);
}


static void
feed_event(ngx_commerce_fd_t *fd, unsigned ready)
{
    ngx_commerce_pg_feed_t  *feed;

    feed = fd->data;

    if (ready == 0) {
        feed_close(feed);
        feed->lost(feed);
        return;
    }

    if (feed->state == NGX_COMMERCE_PG_FEED_CONNECTING) {
        feed_poll(feed);
        return;
    }

    if (ready == NGX_COMMERCE_FD_WRITE) {

        if (feed_flush(feed) != NGX_OK) {
            feed_fail(feed, "could not send");
        }

        return;
    }

    if (!PQconsumeInput(feed->pg)) {
        feed_fail(feed, "connection lost");
        return;
    }

    if (feed->state != NGX_COMMERCE_PG_FEED_STREAMING
        && feed_results(feed) != NGX_OK)
    {
        feed_fail(feed, "no stream");
        return;
    }

    if (feed->state == NGX_COMMERCE_PG_FEED_STREAMING) {
        feed_receive(feed);
    }
}


/* Of the two commands that lead to the stream. */
static ngx_int_t
feed_results(ngx_commerce_pg_feed_t *feed)
{
    ngx_int_t   rc;
    PGresult   *res;

    while (feed->state != NGX_COMMERCE_PG_FEED_STREAMING
           && !PQisBusy(feed->pg))
    {
        res = PQgetResult(feed->pg);

        if (res != NULL) {
            rc = feed_result(feed, res);
            PQclear(res);

            if (rc != NGX_OK) {
                return NGX_ERROR;
            }

            continue;
        }

        if (feed->state != NGX_COMMERCE_PG_FEED_SLOT
            || feed->start[0] == '\0'
            || PQsendQuery(feed->pg, (char *) feed->start) != 1)
        {
            return NGX_ERROR;
        }

        feed->state = NGX_COMMERCE_PG_FEED_STARTING;

        return feed_flush(feed);
    }

    return NGX_OK;
}


static ngx_int_t
feed_result(ngx_commerce_pg_feed_t *feed, const PGresult *res)
{
    if (feed->state == NGX_COMMERCE_PG_FEED_STARTING
        && PQresultStatus(res) == PGRES_COPY_BOTH)
    {
        feed_streams(feed);
        return NGX_OK;
    }

    /* the slot's name and its consistent point */

    if (feed->state != NGX_COMMERCE_PG_FEED_SLOT
        || PQresultStatus(res) != PGRES_TUPLES_OK || PQntuples(res) != 1)
    {
        return NGX_ERROR;
    }

    ngx_snprintf(feed->start, sizeof(feed->start),
                 "START_REPLICATION SLOT %s LOGICAL %s (proto_version '1',"
                 " publication_names '%V', messages 'true')%Z",
                 PQgetvalue(res, 0, 0), PQgetvalue(res, 0, 1),
                 &feed->conf->publication);

    return NGX_OK;
}


static void
feed_streams(ngx_commerce_pg_feed_t *feed)
{
    feed->state = NGX_COMMERCE_PG_FEED_STREAMING;
    feed->attempts = 0;
    feed->heard = ngx_current_msec;

    ngx_log_error(NGX_LOG_NOTICE, feed->log, 0,
                  "feed of \"%V\": streaming, backend %d",
                  &feed->conf->name, PQbackendPID(feed->pg));

    ngx_add_timer(&feed->timer, feed->conf->silence / 3);

    feed->started(feed);
}


/* A handler in here may stop the feed. */
static void
feed_receive(ngx_commerce_pg_feed_t *feed)
{
    int          len;
    char        *data;
    ngx_int_t    rc;
    ngx_uint_t   i, epoch;

    epoch = feed->epoch;

    for (i = 0; i < BATCH && feed->epoch == epoch; i++) {
        len = PQgetCopyData(feed->pg, &data, 1);

        if (len == 0) {
            return;
        }

        if (len < 0) {
            feed_fail(feed, "stream ended");
            return;
        }

        rc = feed_message(feed, (u_char *) data, (size_t) len);
        PQfreemem(data);

        if (rc != NGX_OK && feed->epoch == epoch) {
            feed_fail(feed, "stream broken");
            return;
        }
    }

    /* what libpq holds makes no event */

    if (feed->epoch == epoch) {
        ngx_post_event(&feed->more, &ngx_posted_next_events);
    }
}


static void
feed_more(ngx_event_t *ev)
{
    feed_receive(ev->data);
}


static ngx_int_t
feed_message(ngx_commerce_pg_feed_t *feed, const u_char *data, size_t len)
{
    feed->heard = ngx_current_msec;

    if (data[0] == 'w' && len >= HEAD_DATA) {
        feed->received = ngx_max(feed->received, feed_get(data + 1));
        feed->written = ngx_max(feed->written, feed_get(data + 9));

        feed->message(feed, data + HEAD_DATA, len - HEAD_DATA);

        return NGX_OK;
    }

    if (data[0] == 'k' && len >= HEAD_ALIVE) {

        /* all that was committed before has been sent */

        feed->written = ngx_max(feed->written, feed_get(data + 1));
        feed->received = feed->written;

        return data[HEAD_ALIVE - 1] ? feed_status(feed, 0) : NGX_OK;
    }

    return NGX_ERROR;
}


/* What came was dealt with, so the server need not keep it. */
static ngx_int_t
feed_status(ngx_commerce_pg_feed_t *feed, u_char reply)
{
    u_char      status[STATUS], *p;
    uint64_t    now;
    ngx_time_t  *tp;

    tp = ngx_timeofday();
    now = ((uint64_t) (tp->sec - EPOCH) * 1000 + tp->msec) * 1000;

    p = status;
    *p++ = 'r';
    p = feed_put(p, feed->received);
    p = feed_put(p, feed->received);
    p = feed_put(p, feed->received);
    p = feed_put(p, now);
    *p = reply;

    if (PQputCopyData(feed->pg, (char *) status, STATUS) == -1) {
        return NGX_ERROR;
    }

    return feed_flush(feed);
}


static ngx_int_t
feed_flush(ngx_commerce_pg_feed_t *feed)
{
    int       rc;
    unsigned  interest;

    rc = PQflush(feed->pg);
    if (rc == -1) {
        return NGX_ERROR;
    }

    interest = NGX_COMMERCE_FD_READ;

    if (rc == 1) {
        interest |= NGX_COMMERCE_FD_WRITE;
    }

    return ngx_commerce_fd_want(&feed->fd, interest);
}


static void
feed_fail(ngx_commerce_pg_feed_t *feed, const char *why)
{
    ngx_str_t   text;
    ngx_msec_t  delay;
    ngx_uint_t  level;

    level = feed->attempts == 0 ? NGX_LOG_ERR : NGX_LOG_INFO;
    text = ngx_commerce_pg_text(feed->pg != NULL ? PQerrorMessage(feed->pg)
                                                 : "");

    ngx_log_error(level, feed->log, 0, "feed of \"%V\": %s%s%V",
                  &feed->conf->name, why, text.len != 0 ? ": " : "", &text);

    feed_close(feed);

    delay = ngx_min(RETRY_FIRST << ngx_min(feed->attempts, 8), RETRY_LAST);
    delay = delay / 2 + (ngx_msec_t) ngx_random() % (delay / 2 + 1);

    feed->attempts++;
    feed->state = NGX_COMMERCE_PG_FEED_WAITING;

    ngx_add_timer(&feed->timer, delay);

    feed->lost(feed);
}


static void
feed_close(ngx_commerce_pg_feed_t *feed)
{
    feed->epoch++;
    feed->state = NGX_COMMERCE_PG_FEED_DOWN;
    feed->start[0] = '\0';

    if (feed->timer.timer_set) {
        ngx_del_timer(&feed->timer);
    }

    if (feed->more.posted) {
        ngx_delete_posted_event(&feed->more);
    }

    if (feed->pg != NULL && PQsocket(feed->pg) == -1) {
        ngx_commerce_fd_closed(&feed->fd);

    } else {
        ngx_commerce_fd_close(&feed->fd);
    }

    PQfinish(feed->pg);
    feed->pg = NULL;
}


static void
feed_timer(ngx_event_t *ev)
{
    ngx_commerce_pg_feed_t  *feed;

    feed = ev->data;

    switch (feed->state) {

    case NGX_COMMERCE_PG_FEED_DOWN:
        break;

    case NGX_COMMERCE_PG_FEED_WAITING:
        feed_open(feed);
        break;

    case NGX_COMMERCE_PG_FEED_STREAMING:
        feed_watch(feed);
        break;

    default:
        feed_fail(feed, "starting timed out");
    }
}


/* Tells where we are and asks for a sign of life. */
static void
feed_watch(ngx_commerce_pg_feed_t *feed)
{
    if (ngx_current_msec - feed->heard >= feed->conf->silence) {
        feed_fail(feed, "the server is silent");
        return;
    }

    if (feed_status(feed, 1) != NGX_OK) {
        feed_fail(feed, "could not send");
        return;
    }

    ngx_add_timer(&feed->timer, feed->conf->silence / 3);
}


static void
feed_notice(void *data, const char *message)
{
    ngx_str_t                text;
    ngx_commerce_pg_feed_t  *feed;

    feed = data;
    text = ngx_commerce_pg_text(message);

    ngx_log_error(NGX_LOG_INFO, feed->log, 0, "feed of \"%V\": %V",
                  &feed->conf->name, &text);
}


static uint64_t
feed_get(const u_char *p)
{
    uint64_t    n;
    ngx_uint_t  i;

    n = 0;

    for (i = 0; i < 8; i++) {
        n = n << 8 | p[i];
    }

    return n;
}


static u_char *
feed_put(u_char *p, uint64_t n)
{
    ngx_uint_t  i;

    for (i = 8; i-- != 0; n >>= 8) {
        p[i] = (u_char) n;
    }

    return p + 8;
}
