/*
 * The connection of a change feed, whichever way it hears: begun, watched,
 * given up and begun anew.  See pg_feed.h for who calls it and for the
 * lifetime rule.
 */

#include "pg_feed_way.h"


/* back-off of connecting, ms */
#define RETRY_FIRST  100
#define RETRY_LAST   5000


static void feed_open(ngx_commerce_pg_feed_t *feed);
static void feed_poll(ngx_commerce_pg_feed_t *feed);
static ngx_int_t feed_wait(ngx_commerce_pg_feed_t *feed, unsigned interest);
static void feed_event(ngx_commerce_fd_t *fd, unsigned ready);
static ngx_int_t feed_results(ngx_commerce_pg_feed_t *feed);
static void feed_more(ngx_event_t *ev);
static void feed_refused(ngx_commerce_pg_feed_t *feed, const PGresult *res);
static void feed_timer(ngx_event_t *ev);
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

    feed->way = (feed->conf->channel.len != 0) ? &ngx_commerce_pg_feed_listen
                                               : &ngx_commerce_pg_feed_log;
    feed->state = NGX_COMMERCE_PG_FEED_WAITING;

    ngx_add_timer(&feed->timer, 1);
}


static void
feed_open(ngx_commerce_pg_feed_t *feed)
{
    feed->state = NGX_COMMERCE_PG_FEED_CONNECTING;
    feed->pg = feed->way->dial(feed->conf, feed->attempts);

    if (feed->pg == NULL || PQstatus(feed->pg) == CONNECTION_BAD
        || feed_wait(feed, NGX_COMMERCE_FD_WRITE) != NGX_OK)
    {
        ngx_commerce_pg_feed_fail(feed, NGX_COMMERCE_PG_FEED_UNREACHABLE);
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
            rc = feed->way->begin(feed);
        }

        break;

    default:
        rc = NGX_ERROR;
    }

    if (rc != NGX_OK) {
        ngx_commerce_pg_feed_fail(feed,
            ngx_strstr(PQerrorMessage(feed->pg), "max_wal_senders") != NULL
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


ngx_int_t
ngx_commerce_pg_feed_ask(ngx_commerce_pg_feed_t *feed, const char *command)
{
    feed->asked = 1;

    return (PQsetnonblocking(feed->pg, 1) == 0
            && PQsendQuery(feed->pg, command) == 1)
           ? ngx_commerce_pg_feed_flush(feed) : NGX_ERROR;
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

        if (ngx_commerce_pg_feed_flush(feed) != NGX_OK) {
            ngx_commerce_pg_feed_fail(feed, NGX_COMMERCE_PG_FEED_LOST);
        }

        return;
    }

    if (!PQconsumeInput(feed->pg)) {
        ngx_commerce_pg_feed_fail(feed, NGX_COMMERCE_PG_FEED_LOST);
        return;
    }

    if (feed_results(feed) == NGX_OK
        && feed->state == NGX_COMMERCE_PG_FEED_STREAMING)
    {
        feed->way->receive(feed);
    }
}


/* Of what was asked; NGX_ERROR: the feed has failed. */
static ngx_int_t
feed_results(ngx_commerce_pg_feed_t *feed)
{
    ngx_int_t   rc;
    PGresult   *res;

    while (feed->asked && !PQisBusy(feed->pg)) {
        res = PQgetResult(feed->pg);

        if (res != NULL) {
            rc = feed->way->result(feed, res);

            if (rc != NGX_OK) {
                feed_refused(feed, res);
            }

            PQclear(res);

            if (rc != NGX_OK) {
                return NGX_ERROR;
            }

            continue;
        }

        feed->asked = 0;

        if (feed->way->next(feed) != NGX_OK) {
            ngx_commerce_pg_feed_fail(feed, NGX_COMMERCE_PG_FEED_LOST);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


void
ngx_commerce_pg_feed_stands(ngx_commerce_pg_feed_t *feed)
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


static void
feed_more(ngx_event_t *ev)
{
    ngx_commerce_pg_feed_t  *feed = ev->data;

    feed->way->receive(feed);
}


ngx_int_t
ngx_commerce_pg_feed_flush(ngx_commerce_pg_feed_t *feed)
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
    ngx_commerce_pg_feed_fail(feed,
        ngx_commerce_pg_feed_why(PQresultErrorField(res, PG_DIAG_SQLSTATE)));
}


/* An error is told once, not at each attempt that meets it again. */
void
ngx_commerce_pg_feed_fail(ngx_commerce_pg_feed_t *feed,
    ngx_commerce_pg_feed_why_e why)
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
    feed->asked = 0;
    feed->answered = 0;
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
        feed->way->late(feed);

    } else if (feed->state != NGX_COMMERCE_PG_FEED_DOWN) {
        ngx_commerce_pg_feed_fail(feed, NGX_COMMERCE_PG_FEED_UNREACHABLE);
    }
}


static void
feed_watch(ngx_commerce_pg_feed_t *feed)
{
    if (ngx_current_msec - feed->heard >= feed->conf->silence) {
        ngx_commerce_pg_feed_fail(feed, NGX_COMMERCE_PG_FEED_SILENT);
        return;
    }

    if (feed->way->ping(feed) != NGX_OK) {
        ngx_commerce_pg_feed_fail(feed, NGX_COMMERCE_PG_FEED_LOST);
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
