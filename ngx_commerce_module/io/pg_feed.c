/*
 * Changes from the write-ahead log.  See pg_feed.h for who calls it and for
 * the lifetime rule.
 *
 * Stations: connect with replication=database, create the slot, start the
 * stream, then copy-both: log data and keep-alives come in, status goes out.
 */

#include "pg_conn.h"
#include "../base/walog.h"


/* back-off of connecting, ms */
#define RETRY_FIRST  100
#define RETRY_LAST   5000

/* ms that a slot may wait for transactions that began before it */
#define PATIENCE     60000

/* messages handed over before other events get their turn */
#define BATCH        1024

/* s between the epochs of Unix and of PostgreSQL */
#define EPOCH        946684800


static void feed_open(ngx_commerce_pg_feed_t *feed);
static void feed_poll(ngx_commerce_pg_feed_t *feed);
static ngx_int_t feed_wait(ngx_commerce_pg_feed_t *feed, unsigned interest);
static ngx_int_t feed_slot(ngx_commerce_pg_feed_t *feed);
static ngx_int_t feed_ask(ngx_commerce_pg_feed_t *feed, const char *command);
static ngx_int_t feed_next(ngx_commerce_pg_feed_t *feed);
static void feed_event(ngx_commerce_fd_t *fd, unsigned ready);
static ngx_int_t feed_results(ngx_commerce_pg_feed_t *feed);
static ngx_int_t feed_result(ngx_commerce_pg_feed_t *feed,
    const PGresult *res);
static void feed_streams(ngx_commerce_pg_feed_t *feed);
static void feed_receive(ngx_commerce_pg_feed_t *feed);
static void feed_more(ngx_event_t *ev);
static ngx_int_t feed_message(ngx_commerce_pg_feed_t *feed,
    const u_char *data, size_t len);
static ngx_int_t feed_status(ngx_commerce_pg_feed_t *feed, int reply);
static ngx_int_t feed_flush(ngx_commerce_pg_feed_t *feed);
static void feed_refused(ngx_commerce_pg_feed_t *feed, const PGresult *res);
static void feed_fail(ngx_commerce_pg_feed_t *feed,
    ngx_commerce_pg_feed_why_e why);
static void feed_timer(ngx_event_t *ev);
static void feed_patience(ngx_commerce_pg_feed_t *feed);
static void feed_watch(ngx_commerce_pg_feed_t *feed);
static void feed_notice(void *data, const char *message);


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


static void
feed_open(ngx_commerce_pg_feed_t *feed)
{
    feed->state = NGX_COMMERCE_PG_FEED_CONNECTING;
    feed->pg = ngx_commerce_pg_dial_feed(feed->conf, feed->attempts);

    if (feed->pg == NULL || PQstatus(feed->pg) == CONNECTION_BAD
        || feed_wait(feed, NGX_COMMERCE_FD_WRITE) != NGX_OK)
    {
        feed_fail(feed, NGX_COMMERCE_PG_FEED_UNREACHABLE);
        return;
    }

    (void) PQsetNoticeProcessor(feed->pg, feed_notice, feed);
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
            feed->state = NGX_COMMERCE_PG_FEED_IDENTIFYING;
            rc = feed_ask(feed, "IDENTIFY_SYSTEM");
        }

        break;

    default:
        rc = NGX_ERROR;
    }

    if (rc != NGX_OK) {
        feed_fail(feed, ngx_strstr(PQerrorMessage(feed->pg),
                                   "max_wal_senders") != NULL
                        ? NGX_COMMERCE_PG_FEED_NO_SENDER
                        : NGX_COMMERCE_PG_FEED_UNREACHABLE);
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

    return feed_ask(feed, (char *) sql);
}


static ngx_int_t
feed_ask(ngx_commerce_pg_feed_t *feed, const char *command)
{
    return (PQsetnonblocking(feed->pg, 1) == 0
            && PQsendQuery(feed->pg, command) == 1)
           ? feed_flush(feed) : NGX_ERROR;
}


static void
feed_event(ngx_commerce_fd_t *fd, unsigned ready)
{
    ngx_commerce_pg_feed_t  *feed;

    feed = fd->data;

    if (ready == 0) {
        ngx_commerce_pg_feed_stop(feed);
        feed->lost(feed);
        return;
    }

    if (feed->state == NGX_COMMERCE_PG_FEED_CONNECTING) {
        feed_poll(feed);
        return;
    }

    if (ready == NGX_COMMERCE_FD_WRITE) {

        if (feed_flush(feed) != NGX_OK) {
            feed_fail(feed, NGX_COMMERCE_PG_FEED_LOST);
        }

        return;
    }

    if (!PQconsumeInput(feed->pg)) {
        feed_fail(feed, NGX_COMMERCE_PG_FEED_LOST);
        return;
    }

    if (feed->state != NGX_COMMERCE_PG_FEED_STREAMING
        && feed_results(feed) != NGX_OK)
    {
        return;
    }

    if (feed->state == NGX_COMMERCE_PG_FEED_STREAMING) {
        feed_receive(feed);
    }
}


/* Of the commands that lead to the stream; NGX_ERROR: it has failed. */
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

            if (rc != NGX_OK) {
                feed_refused(feed, res);
            }

            PQclear(res);

            if (rc != NGX_OK) {
                return NGX_ERROR;
            }

            continue;
        }

        if (feed_next(feed) != NGX_OK) {
            feed_fail(feed, NGX_COMMERCE_PG_FEED_LOST);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
feed_next(ngx_commerce_pg_feed_t *feed)
{
    if (feed->state == NGX_COMMERCE_PG_FEED_IDENTIFYING) {
        return feed_slot(feed);
    }

    feed->state = NGX_COMMERCE_PG_FEED_STARTING;
    ngx_add_timer(&feed->timer, feed->conf->connect_timeout);

    return feed_ask(feed, (char *) feed->start);
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

    if (feed->state == NGX_COMMERCE_PG_FEED_STARTING
        || PQresultStatus(res) != PGRES_TUPLES_OK || PQntuples(res) != 1
        || PQnfields(res) < 4)
    {
        return NGX_ERROR;
    }

    /* the server, its timeline, where its log ends, the database */

    if (feed->state == NGX_COMMERCE_PG_FEED_IDENTIFYING) {
        ngx_snprintf(feed->origin, sizeof(feed->origin) - 1, "%s/%s/%s%Z",
                     PQgetvalue(res, 0, 0), PQgetvalue(res, 0, 1),
                     PQgetvalue(res, 0, 3));
        return NGX_OK;
    }

    /* the slot's name and its consistent point */

    feed->received = ngx_commerce_walog_position(PQgetvalue(res, 0, 1));
    feed->written = feed->received;

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
    feed->why = NGX_COMMERCE_PG_FEED_FINE;
    feed->heard = ngx_current_msec;

    ngx_log_error(NGX_LOG_INFO, feed->log, 0,
                  "feed of \"%V\": streaming, backend %d",
                  &feed->conf->name, PQbackendPID(feed->pg));

    ngx_add_timer(&feed->timer, feed->conf->ping);

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
            feed_fail(feed, NGX_COMMERCE_PG_FEED_LOST);
            return;
        }

        rc = feed_message(feed, (u_char *) data, (size_t) len);
        PQfreemem(data);

        if (rc != NGX_OK && feed->epoch == epoch) {
            feed_fail(feed, NGX_COMMERCE_PG_FEED_LOST);
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
    ngx_commerce_walog_frame_t  frame;

    if (ngx_commerce_walog_frame(data, len, &frame) != 0) {
        return NGX_ERROR;
    }

    feed->heard = ngx_current_msec;
    feed->written = ngx_max(feed->written, frame.end);

    if (frame.keepalive) {

        /* all that was committed before has been sent */

        feed->received = ngx_max(feed->received, frame.end);
        feed->alive(feed);

        return frame.reply ? feed_status(feed, 0) : NGX_OK;
    }

    feed->received = ngx_max(feed->received, frame.start);
    feed->message(feed, frame.data.data, frame.data.len);

    return NGX_OK;
}


/* What came was dealt with, so the server need not keep it. */
static ngx_int_t
feed_status(ngx_commerce_pg_feed_t *feed, int reply)
{
    u_char       status[NGX_COMMERCE_WALOG_STATUS_LEN];
    int64_t      now;
    ngx_time_t  *tp;

    tp = ngx_timeofday();
    now = ((int64_t) (tp->sec - EPOCH) * 1000 + tp->msec) * 1000;

    ngx_commerce_walog_status(status, feed->received, now, reply);

    if (PQputCopyData(feed->pg, (char *) status, sizeof(status)) == -1) {
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
feed_refused(ngx_commerce_pg_feed_t *feed, const PGresult *res)
{
    feed_fail(feed, ngx_commerce_pg_feed_why(
                        PQresultErrorField(res, PG_DIAG_SQLSTATE)));
}


/* An error is told once, not at each attempt that meets it again. */
static void
feed_fail(ngx_commerce_pg_feed_t *feed, ngx_commerce_pg_feed_why_e why)
{
    ngx_str_t   text;
    ngx_msec_t  delay;
    ngx_uint_t  level;

    level = (feed->why != why) ? NGX_LOG_ERR : NGX_LOG_INFO;
    feed->why = why;

    text = ngx_commerce_pg_text(feed->pg != NULL ? PQerrorMessage(feed->pg)
                                                 : "");

    ngx_log_error(level, feed->log, 0, "feed of \"%V\": %s%s%V",
                  &feed->conf->name, ngx_commerce_pg_feed_reason(why),
                  text.len != 0 ? ": " : "", &text);

    ngx_commerce_pg_feed_stop(feed);

    delay = ngx_min(RETRY_FIRST << ngx_min(feed->attempts, 8), RETRY_LAST);
    delay = delay / 2 + (ngx_msec_t) ngx_random() % (delay / 2 + 1);

    feed->attempts++;
    feed->state = NGX_COMMERCE_PG_FEED_WAITING;

    ngx_add_timer(&feed->timer, delay);

    feed->lost(feed);
}


void
ngx_commerce_pg_feed_stop(ngx_commerce_pg_feed_t *feed)
{
    feed->epoch++;
    feed->state = NGX_COMMERCE_PG_FEED_DOWN;
    feed->patient = 0;
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

    if (feed->state == NGX_COMMERCE_PG_FEED_WAITING) {
        feed_open(feed);

    } else if (feed->state == NGX_COMMERCE_PG_FEED_STREAMING) {
        feed_watch(feed);

    } else if (feed->state == NGX_COMMERCE_PG_FEED_SLOT) {
        feed_patience(feed);

    } else if (feed->state != NGX_COMMERCE_PG_FEED_DOWN) {
        feed_fail(feed, NGX_COMMERCE_PG_FEED_UNREACHABLE);
    }
}


/*
 * A slot is made when every transaction that runs now has ended: one long one
 * anywhere in the cluster holds it up, and beginning anew would only find
 * more of them.
 */
static void
feed_patience(ngx_commerce_pg_feed_t *feed)
{
    ngx_uint_t  level;

    if (feed->patient) {
        feed_fail(feed, NGX_COMMERCE_PG_FEED_WAITED);
        return;
    }

    level = (feed->why != NGX_COMMERCE_PG_FEED_WAITED) ? NGX_LOG_WARN
                                                       : NGX_LOG_INFO;

    ngx_log_error(level, feed->log, 0, "feed of \"%V\": its slot waits for "
                  "transactions that began before it", &feed->conf->name);

    feed->patient = 1;
    ngx_add_timer(&feed->timer, PATIENCE);
}


/* Tells where we are and asks for a sign of life. */
static void
feed_watch(ngx_commerce_pg_feed_t *feed)
{
    if (ngx_current_msec - feed->heard >= feed->conf->silence) {
        feed_fail(feed, NGX_COMMERCE_PG_FEED_SILENT);
        return;
    }

    if (feed_status(feed, 1) != NGX_OK) {
        feed_fail(feed, NGX_COMMERCE_PG_FEED_LOST);
        return;
    }

    ngx_add_timer(&feed->timer, feed->conf->ping);
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
