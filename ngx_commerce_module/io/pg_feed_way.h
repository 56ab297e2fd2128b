/*
 * What pg_feed.c and its two ways of hearing share: the write-ahead log
 * (pg_feed_log.c) and notifications (pg_feed_listen.c).  For these files only.
 */

#ifndef NGX_COMMERCE_PG_FEED_WAY_H
#define NGX_COMMERCE_PG_FEED_WAY_H


#include "pg_conn.h"


/* messages handed over before other events get their turn */
#define NGX_COMMERCE_PG_FEED_BATCH  1024


struct ngx_commerce_pg_feed_way_s {

    /* begins to connect; NULL: no memory */
    PGconn      *(*dial)(const ngx_commerce_pg_feed_conf_t *conf,
                         ngx_uint_t turn);

    /* connected: sends the first command */
    ngx_int_t    (*begin)(ngx_commerce_pg_feed_t *feed);

    /* a result of a command; NGX_ERROR: it is refused */
    ngx_int_t    (*result)(ngx_commerce_pg_feed_t *feed, const PGresult *res);

    /* all results of a command were taken */
    ngx_int_t    (*next)(ngx_commerce_pg_feed_t *feed);

    /* the stream stands, something came; a handler may stop the feed */
    void         (*receive)(ngx_commerce_pg_feed_t *feed);

    /* asks for a sign of life */
    ngx_int_t    (*ping)(ngx_commerce_pg_feed_t *feed);

    /* no slot yet; NULL: the way needs none */
    void         (*late)(ngx_commerce_pg_feed_t *feed);
};


extern const ngx_commerce_pg_feed_way_t  ngx_commerce_pg_feed_log;
extern const ngx_commerce_pg_feed_way_t  ngx_commerce_pg_feed_listen;


/* pg_feed.c */
ngx_int_t ngx_commerce_pg_feed_ask(ngx_commerce_pg_feed_t *feed,
    const char *command);
ngx_int_t ngx_commerce_pg_feed_flush(ngx_commerce_pg_feed_t *feed);

/* The stream stands; tells `started`. */
void ngx_commerce_pg_feed_stands(ngx_commerce_pg_feed_t *feed);

void ngx_commerce_pg_feed_fail(ngx_commerce_pg_feed_t *feed,
    ngx_commerce_pg_feed_why_e why);


#endif /* NGX_COMMERCE_PG_FEED_WAY_H */
