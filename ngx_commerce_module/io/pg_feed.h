/*
 * What is committed in one database, as it happens, in one of two ways:
 *
 * From the write-ahead log: every committed change of the tables of a
 * publication, as pgoutput messages, through a temporary slot.  The slot dies
 * with the connection, so PostgreSQL never keeps log for a gateway that is
 * gone.  The role needs REPLICATION, the server wal_level = logical and a free
 * slot.  PostgreSQL reads all of the cluster's log for it.
 *
 * By notifications: what triggers tell (NOTIFY), after the commit can be seen.
 * It costs nothing while nothing is told, and a commit that tells waits for
 * the one before: for tables that seldom change.
 *
 * Nothing that happened between two streams is ever heard of, and `started`
 * means: what you knew is old.  One worker of a gateway runs it; who, is the
 * caller's business.
 *
 * Lifetime: the caller's memory; it must live until ngx_commerce_pg_feed_stop()
 * returned.  Handlers are called from the event loop, never from inside
 * ngx_commerce_pg_feed_start(); they may stop the feed.
 */

#ifndef NGX_COMMERCE_PG_FEED_H
#define NGX_COMMERCE_PG_FEED_H


#include "fd.h"


typedef struct ngx_commerce_pg_feed_s      ngx_commerce_pg_feed_t;
typedef struct ngx_commerce_pg_feed_way_s  ngx_commerce_pg_feed_way_t;


/* const, outliving the feed */
typedef struct {
    ngx_str_t    name;               /* of the database, for the log */
    ngx_str_t    dsn;                /* libpq connection string, terminated */
    ngx_str_t    publication;        /* lower case names, by commas */
    ngx_str_t    channel;            /* empty: from the log */
    ngx_msec_t   connect_timeout;
    ngx_msec_t   ping;               /* a sign of life is asked for so often */
    ngx_msec_t   silence;            /* without one the stream is given up */
} ngx_commerce_pg_feed_conf_t;


typedef enum {
    NGX_COMMERCE_PG_FEED_DOWN = 0,
    NGX_COMMERCE_PG_FEED_WAITING,    /* for the next attempt */
    NGX_COMMERCE_PG_FEED_CONNECTING,
    NGX_COMMERCE_PG_FEED_IDENTIFYING, /* these two: from the log */
    NGX_COMMERCE_PG_FEED_SLOT,       /* its creation was sent */
    NGX_COMMERCE_PG_FEED_STARTING,
    NGX_COMMERCE_PG_FEED_STREAMING
} ngx_commerce_pg_feed_e;


/* Why there is no stream. */
typedef enum {
    NGX_COMMERCE_PG_FEED_FINE = 0,
    NGX_COMMERCE_PG_FEED_UNREACHABLE,
    NGX_COMMERCE_PG_FEED_NO_SENDER,  /* max_wal_senders */
    NGX_COMMERCE_PG_FEED_NO_SLOT,    /* max_replication_slots */
    NGX_COMMERCE_PG_FEED_NOT_LOGICAL,
    NGX_COMMERCE_PG_FEED_WAITED,     /* old transactions do not end */
    NGX_COMMERCE_PG_FEED_REFUSED,
    NGX_COMMERCE_PG_FEED_LOST,
    NGX_COMMERCE_PG_FEED_SILENT
} ngx_commerce_pg_feed_why_e;


struct ngx_commerce_pg_feed_s {
    const ngx_commerce_pg_feed_conf_t  *conf;
    ngx_log_t                          *log;
    void                               *data;

    /* the stream stands: whatever was committed from now on will come */
    void             (*started)(ngx_commerce_pg_feed_t *feed);

    /* one pgoutput message or what one notification says, in commit order;
     * the bytes live during the call */
    void             (*message)(ngx_commerce_pg_feed_t *feed,
                                const u_char *data, size_t len);

    /* a sign of life: what was committed before `received` has come; may not
     * stop the feed */
    void             (*alive)(ngx_commerce_pg_feed_t *feed);

    /* the stream broke, or could not be had (see why); the next attempt is
     * coming */
    void             (*lost)(ngx_commerce_pg_feed_t *feed);

    /* to be read only */
    ngx_commerce_pg_feed_e              state;
    u_char                              origin[128]; /* of the positions:
                                         'server/timeline/database' */
    uint64_t                            received;   /* log position */
    uint64_t                            written;    /* the server's own */
    ngx_msec_t                          heard;      /* ngx_current_msec */
    ngx_commerce_pg_feed_why_e          why;        /* told in the log */

    /* of io/pg_feed*.c only */
    const ngx_commerce_pg_feed_way_t   *way;
    void                               *pg;
    ngx_commerce_fd_t                   fd;
    ngx_event_t                         timer;
    ngx_event_t                         more;
    ngx_uint_t                          attempts;
    ngx_uint_t                          epoch;      /* closed so many times */
    unsigned                            patient:1;  /* waits for a slot */
    unsigned                            asked:1;    /* results are to come */
    unsigned                            answered:1; /* the ping */
    u_char                              start[320]; /* the command */
};


/* The caller has set conf, log, data and the handlers, the rest to zero. */
void ngx_commerce_pg_feed_start(ngx_commerce_pg_feed_t *feed);

/* Idempotent; calls no handler. */
void ngx_commerce_pg_feed_stop(ngx_commerce_pg_feed_t *feed);

/* pg_feed_why.c: the reason in a server's error; what the log says of one. */
ngx_commerce_pg_feed_why_e ngx_commerce_pg_feed_why(const char *sqlstate);
const char *ngx_commerce_pg_feed_reason(ngx_commerce_pg_feed_why_e why);


#endif /* NGX_COMMERCE_PG_FEED_H */
