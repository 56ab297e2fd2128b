/*
 * Changes by notifications.  See pg_feed.h for who calls it and for the
 * lifetime rule; called by pg_feed.c.
 *
 * PostgreSQL sends a notification when its transaction can be seen, in the
 * order of commits, and to whom had listened before; that all of them come as
 * long as the connection stands, a question now and then makes sure.
 */

#include "pg_feed_way.h"


static ngx_int_t listen_begin(ngx_commerce_pg_feed_t *feed);
static ngx_int_t listen_result(ngx_commerce_pg_feed_t *feed,
    const PGresult *res);
static ngx_int_t listen_next(ngx_commerce_pg_feed_t *feed);
static void listen_receive(ngx_commerce_pg_feed_t *feed);
static ngx_int_t listen_ping(ngx_commerce_pg_feed_t *feed);


const ngx_commerce_pg_feed_way_t  ngx_commerce_pg_feed_listen = {
    ngx_commerce_pg_dial_listen, listen_begin, listen_result, listen_next,
    listen_receive, listen_ping, NULL
};


static ngx_int_t
listen_begin(ngx_commerce_pg_feed_t *feed)
{
    feed->state = NGX_COMMERCE_PG_FEED_STARTING;

    ngx_snprintf(feed->start, sizeof(feed->start), "LISTEN %V%Z",
                 &feed->conf->channel);

    return ngx_commerce_pg_feed_ask(feed, (char *) feed->start);
}


static ngx_int_t
listen_result(ngx_commerce_pg_feed_t *feed, const PGresult *res)
{
    return (PQresultStatus(res) == ((feed->state
                                     == NGX_COMMERCE_PG_FEED_STARTING)
                                    ? PGRES_COMMAND_OK : PGRES_TUPLES_OK))
           ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
listen_next(ngx_commerce_pg_feed_t *feed)
{
    if (feed->state == NGX_COMMERCE_PG_FEED_STARTING) {
        ngx_commerce_pg_feed_stands(feed);

    } else {
        feed->answered = 1;
    }

    return NGX_OK;
}


static void
listen_receive(ngx_commerce_pg_feed_t *feed)
{
    PGnotify    *notify;
    ngx_uint_t   i, epoch;

    epoch = feed->epoch;

    for (i = 0; i < NGX_COMMERCE_PG_FEED_BATCH && feed->epoch == epoch; i++) {
        notify = PQnotifies(feed->pg);
        if (notify == NULL) {
            break;
        }

        feed->heard = ngx_current_msec;
        feed->message(feed, (u_char *) notify->extra,
                      ngx_strlen(notify->extra));
        PQfreemem(notify);
    }

    if (feed->epoch != epoch) {
        return;
    }

    /* what libpq holds makes no event */

    if (i == NGX_COMMERCE_PG_FEED_BATCH) {
        ngx_post_event(&feed->more, &ngx_posted_next_events);

    } else if (feed->answered) {
        feed->answered = 0;
        feed->heard = ngx_current_msec;
        feed->alive(feed);
    }
}


/* One question at a time; that it is not answered is found by the silence. */

static ngx_int_t
listen_ping(ngx_commerce_pg_feed_t *feed)
{
    return feed->asked ? NGX_OK : ngx_commerce_pg_feed_ask(feed, "select 1");
}
