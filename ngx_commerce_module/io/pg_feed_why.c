/*
 * Why a feed has no stream: what an operator can set right is told apart.
 * Called by pg_feed.c and its ways.
 */

#include "pg_feed.h"


/* By reason, as in the log. */
static const char *const feed_reasons[] = {
    "",
    "could not connect",
    "no sender is free, raise max_wal_senders",
    "no slot is free, raise max_replication_slots",
    "the server does not log for it, set wal_level = logical and restart it",
    "no slot in a minute, transactions do not end",
    "the server refuses the stream",
    "the stream ended",
    "the server is silent"
};


/* NULL: it was no error of the server. */
ngx_commerce_pg_feed_why_e
ngx_commerce_pg_feed_why(const char *sqlstate)
{
    return (sqlstate == NULL) ? NGX_COMMERCE_PG_FEED_LOST
           : (ngx_strcmp(sqlstate, "53400") == 0) ? NGX_COMMERCE_PG_FEED_NO_SLOT
           : (ngx_strcmp(sqlstate, "55000") == 0)
             ? NGX_COMMERCE_PG_FEED_NOT_LOGICAL
             : NGX_COMMERCE_PG_FEED_REFUSED;
}


const char *
ngx_commerce_pg_feed_reason(ngx_commerce_pg_feed_why_e why)
{
    return feed_reasons[why];
}
