/*
 * Changes from the write-ahead log: the stations from a connection to a
 * stream of pgoutput, and the stream.  See pg_feed.h for who calls it and for
 * the lifetime rule; called by pg_feed.c.
 *
 * Stations: create the slot, start the stream, then copy-both: log data and
 * keep-alives come in, status goes out.
 */

#include "pg_feed_way.h"
#include "../base/walog.h"


/* ms that a slot may wait for transactions that began before it */
#define PATIENCE     60000

/* s between the epochs of Unix and of PostgreSQL */
#define EPOCH        946684800


static ngx_int_t log_begin(ngx_commerce_pg_feed_t *feed);
static ngx_int_t log_slot(ngx_commerce_pg_feed_t *feed);
static ngx_int_t log_next(ngx_commerce_pg_feed_t *feed);
static ngx_int_t log_result(ngx_commerce_pg_feed_t *feed,
    const PGresult *res);
static void log_receive(ngx_commerce_pg_feed_t *feed);
static ngx_int_t log_message(ngx_commerce_pg_feed_t *feed,
    const u_char *data, size_t len);
static ngx_int_t log_ping(ngx_commerce_pg_feed_t *feed);
static ngx_int_t log_status(ngx_commerce_pg_feed_t *feed, int reply);
static void log_late(ngx_commerce_pg_feed_t *feed);


const ngx_commerce_pg_feed_way_t  ngx_commerce_pg_feed_log = {
    ngx_commerce_pg_dial_feed, log_begin, log_result, log_next, log_receive,
    log_ping, log_late
};


static ngx_int_t
log_begin(ngx_commerce_pg_feed_t *feed)
{
    feed->state = NGX_COMMERCE_PG_FEED_IDENTIFYING;

    return ngx_commerce_pg_feed_ask(feed, "IDENTIFY_SYSTEM");
}


/* Random, since gateways on several hosts may have the same process id. */
static ngx_int_t
log_slot(ngx_commerce_pg_feed_t *feed)
{
    u_char  sql[160];

    feed->state = NGX_COMMERCE_PG_FEED_SLOT;

    ngx_snprintf(sql, sizeof(sql),
                 "CREATE_REPLICATION_SLOT commerce_%P_%08xD TEMPORARY LOGICAL"
                 " pgoutput NOEXPORT_SNAPSHOT%Z",
                 ngx_pid, (uint32_t) ngx_random());

    return ngx_commerce_pg_feed_ask(feed, (char *) sql);
}


static ngx_int_t
log_next(ngx_commerce_pg_feed_t *feed)
{
    if (feed->state == NGX_COMMERCE_PG_FEED_IDENTIFYING) {
        return log_slot(feed);
    }

    feed->state = NGX_COMMERCE_PG_FEED_STARTING;
    ngx_add_timer(&feed->timer, feed->conf->connect_timeout);

    return ngx_commerce_pg_feed_ask(feed, (char *) feed->start);
}


static ngx_int_t
log_result(ngx_commerce_pg_feed_t *feed, const PGresult *res)
{
    if (feed->state == NGX_COMMERCE_PG_FEED_STARTING
        && PQresultStatus(res) == PGRES_COPY_BOTH)
    {
        feed->asked = 0;
        ngx_commerce_pg_feed_stands(feed);
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


/* A handler in here may stop the feed. */
static void
log_receive(ngx_commerce_pg_feed_t *feed)
{
    int          len;
    char        *data;
    ngx_int_t    rc;
    ngx_uint_t   i, epoch;

    epoch = feed->epoch;

    for (i = 0; i < NGX_COMMERCE_PG_FEED_BATCH && feed->epoch == epoch; i++) {
        len = PQgetCopyData(feed->pg, &data, 1);

        if (len == 0) {
            return;
        }

        if (len < 0) {
            ngx_commerce_pg_feed_fail(feed, NGX_COMMERCE_PG_FEED_LOST);
            return;
        }

        rc = log_message(feed, (u_char *) data, (size_t) len);
        PQfreemem(data);

        if (rc != NGX_OK && feed->epoch == epoch) {
            ngx_commerce_pg_feed_fail(feed, NGX_COMMERCE_PG_FEED_LOST);
            return;
        }
    }

    /* what libpq holds makes no event */

    if (feed->epoch == epoch) {
        ngx_post_event(&feed->more, &ngx_posted_next_events);
    }
}


static ngx_int_t
log_message(ngx_commerce_pg_feed_t *feed, const u_char *data, size_t len)
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

        return frame.reply ? log_status(feed, 0) : NGX_OK;
    }

    feed->received = ngx_max(feed->received, frame.start);
    feed->message(feed, frame.data.data, frame.data.len);

    return NGX_OK;
}


static ngx_int_t
log_ping(ngx_commerce_pg_feed_t *feed)
{
    return log_status(feed, 1);
}


/* What came was dealt with, so the server need not keep it. */
static ngx_int_t
log_status(ngx_commerce_pg_feed_t *feed, int reply)
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

    return ngx_commerce_pg_feed_flush(feed);
}


/*
 * A slot is made when every transaction that runs now has ended: one long one
 * anywhere in the cluster holds it up, and beginning anew would only find
 * more of them.
 */
static void
log_late(ngx_commerce_pg_feed_t *feed)
{
    ngx_uint_t  level;

    if (feed->patient) {
        ngx_commerce_pg_feed_fail(feed, NGX_COMMERCE_PG_FEED_WAITED);
        return;
    }

    level = (feed->why != NGX_COMMERCE_PG_FEED_WAITED) ? NGX_LOG_WARN
                                                       : NGX_LOG_INFO;

    ngx_log_error(level, feed->log, 0, "feed of \"%V\": its slot waits for "
                  "transactions that began before it", &feed->conf->name);

    feed->patient = 1;
    ngx_add_timer(&feed->timer, PATIENCE);
}
