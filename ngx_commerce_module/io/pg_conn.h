/*
 * One pipelined connection to PostgreSQL.  Used by pg_pool.c only.
 *
 * Every query that may change something carries its own Sync, so each is its
 * own transaction and an error stays its own; light reads sent together share
 * one.  What was sent and not yet answered
 * lies in a ring of slots, in order; libpq tells nothing about whose turn it
 * is.  A slot outlives its query: a forgotten one only swallows its result.
 *
 * A statement is prepared on a connection right before the first query that
 * needs it, in the same breath.  The resident connection prepares all of them
 * when it opens, so that what does not fit the database is known at the start.
 *
 * Lifetime: memory comes from the worker's pool once and is reused by every
 * reconnect.
 */

#ifndef NGX_COMMERCE_PG_CONN_H
#define NGX_COMMERCE_PG_CONN_H


#include "pg.h"
#include "pg_feed.h"
#include "fd.h"

#include <libpq-fe.h>


typedef struct ngx_commerce_pg_conn_s   ngx_commerce_pg_conn_t;
typedef struct ngx_commerce_pg_slot_s   ngx_commerce_pg_slot_t;
typedef struct ngx_commerce_pg_owner_s  ngx_commerce_pg_owner_t;


/* What a worker knows of a statement. */
typedef struct {
    char        name[8];             /* at the server */
    ngx_uint_t  cost;                /* smoothed ms of the server, times UNIT */
    unsigned    refused:1;           /* could not be prepared, and was logged */
} ngx_commerce_pg_known_t;


/* A cost of 1 ms. */
#define NGX_COMMERCE_PG_UNIT   16

/* A statement of this cost is heavy, and is kept off the last connection. */
#define NGX_COMMERCE_PG_HEAVY  (100 * NGX_COMMERCE_PG_UNIT)


/* What the connections of one database share. */
struct ngx_commerce_pg_owner_s {
    const ngx_commerce_pg_conf_t       *conf;
    const ngx_commerce_pg_statement_t  *statements;
    ngx_uint_t                          nstatements;
    ngx_commerce_pg_known_t            *known;    /* by a statement's index */
    ngx_uint_t                          nknown;
    ngx_log_t                          *log;

    /* takes queries from now on */
    void (*ready)(ngx_commerce_pg_conn_t *c);

    /* a query came back (status, result and error are set); may do anything,
     * even close the connection */
    void (*answer)(ngx_commerce_pg_conn_t *c, ngx_commerce_pg_query_t *q);

    /* a query came back which nobody waits for any more */
    void (*room)(ngx_commerce_pg_conn_t *c);

    /* a query was sent, and will not come back */
    void (*orphan)(ngx_commerce_pg_conn_t *c, ngx_commerce_pg_query_t *q);

    /* down after having been up, or after an attempt; all orphans were told */
    void (*lost)(ngx_commerce_pg_conn_t *c);
};


typedef enum {
    NGX_COMMERCE_PG_SLOT_QUERY = 0,
    NGX_COMMERCE_PG_SLOT_PREPARE,
    NGX_COMMERCE_PG_SLOT_DEALLOCATE,
    NGX_COMMERCE_PG_SLOT_SYNC            /* of reads that share it */
} ngx_commerce_pg_slot_e;


struct ngx_commerce_pg_slot_s {
    const ngx_commerce_pg_statement_t  *statement;
    ngx_commerce_pg_query_t            *query;    /* NULL: forgotten, none */
    PGresult                           *result;   /* until its Sync comes */
    ngx_msec_t                          patience;
    ngx_msec_t                          sent;
    ngx_uint_t                          cost;     /* expected */
    ngx_uint_t                          edition;  /* of the statement */
    ngx_commerce_pg_slot_e              kind;
    unsigned                            first:1;  /* after its preparation */
    unsigned                            decided:1;  /* which was refused */
    unsigned                            shares:1; /* a Sync with others */
    unsigned                            flushes:1;  /* a flush comes behind */
    unsigned                            flushing:1; /* and its answer is next */
};


typedef enum {
    NGX_COMMERCE_PG_CONN_DOWN = 0,
    NGX_COMMERCE_PG_CONN_WAITING,        /* for the next attempt */
    NGX_COMMERCE_PG_CONN_CONNECTING,
    NGX_COMMERCE_PG_CONN_UP
} ngx_commerce_pg_conn_e;


struct ngx_commerce_pg_conn_s {
    const ngx_commerce_pg_owner_t  *owner;
    void                           *data;        /* the pool's */

    PGconn                         *pg;
    ngx_commerce_fd_t               fd;
    ngx_event_t                     timer;       /* its meaning is the state */
    ngx_commerce_pg_conn_e          state;

    ngx_commerce_pg_slot_t         *slots;       /* ring */
    ngx_uint_t                      capacity;
    ngx_uint_t                      head;
    ngx_uint_t                      count;       /* slots in use */
    ngx_uint_t                      queries;     /* of them queries */

    ngx_uint_t                      shared;      /* reads without a Sync yet */

    ngx_uint_t                      load;        /* their expected costs */

    ngx_uint_t                     *editions;    /* by statement; 0: none */
    ngx_uint_t                      edition;     /* the last one */
    ngx_uint_t                      attempts;    /* failed ones, in a row */
    ngx_msec_t                      since;       /* up */
    ngx_uint_t                      epoch;       /* closed so many times */
    ngx_msec_t                      progress;    /* last answer, first send */

    PGresult                       *answered;    /* in a handler's hands */

    unsigned                        resident:1;  /* prepares everything, and
                                                  * stays in a leaving worker */
    unsigned                        bloated:1;   /* held a large result */
    unsigned                        unflushed:1;
    unsigned                        ended:1;     /* a NULL came last */
};


/* Allocates only. */
ngx_int_t ngx_commerce_pg_conn_init(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_owner_t *owner, ngx_pool_t *pool);

/* Connects now. */
void ngx_commerce_pg_conn_open(ngx_commerce_pg_conn_t *c);

/* Connects after the jittered back-off. */
void ngx_commerce_pg_conn_retry(ngx_commerce_pg_conn_t *c);

/* NGX_ERROR: the connection is to be closed. */
ngx_int_t ngx_commerce_pg_conn_flush(ngx_commerce_pg_conn_t *c);

/* Closes; `why` (may be NULL) is logged.  Tells orphans, then lost. */
void ngx_commerce_pg_conn_fail(ngx_commerce_pg_conn_t *c, const char *why);

/* Closes and tells nobody.  Idempotent. */
void ngx_commerce_pg_conn_close(ngx_commerce_pg_conn_t *c);


/* pg_pipe.c: what is under way. */

/*
 * Appends a query; the bytes may wait for ngx_commerce_pg_conn_flush().
 * Otherwise nothing of it was sent and the connection is to be closed:
 * NGX_ERROR: it was lost; NGX_DECLINED: libpq cannot take this query.
 */
ngx_int_t ngx_commerce_pg_pipe_send(ngx_commerce_pg_conn_t *c,
    ngx_commerce_pg_query_t *q);

/* Whether it changes nothing and is over within a moment, as far as seen. */
ngx_uint_t ngx_commerce_pg_pipe_light(const ngx_commerce_pg_owner_t *owner,
    const ngx_commerce_pg_statement_t *st);

/* The Sync of the reads that were sent without one.  NGX_ERROR: as above. */
ngx_int_t ngx_commerce_pg_pipe_share(ngx_commerce_pg_conn_t *c);

/* Hands over what is complete.  May close the connection: see epoch. */
void ngx_commerce_pg_pipe_drain(ngx_commerce_pg_conn_t *c);

/* The query of a slot is not waited for any more. */
void ngx_commerce_pg_pipe_forget(ngx_commerce_pg_query_t *q);

/* Drops all slots; `tell`: and reports their queries as orphans. */
void ngx_commerce_pg_pipe_clear(ngx_commerce_pg_conn_t *c, ngx_uint_t tell);

#define ngx_commerce_pg_slot(c, i)                                            \
    (&(c)->slots[((c)->head + (i)) % (c)->capacity])

#define ngx_commerce_pg_known(c, st)  (&(c)->owner->known[(st)->index])

/* Takes a slot for what was sent; the caller made sure of room. */
ngx_commerce_pg_slot_t *ngx_commerce_pg_pipe_push(ngx_commerce_pg_conn_t *c,
    ngx_commerce_pg_slot_e kind, const ngx_commerce_pg_statement_t *st);

/* Ends a transaction.  NGX_ERROR: as above. */
ngx_int_t ngx_commerce_pg_pipe_sync(ngx_commerce_pg_conn_t *c);


/* pg_prepare.c: statements that the server is to know. */

/* Queries do so when they need it.  NGX_ERROR: as above. */
ngx_int_t ngx_commerce_pg_prepare(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_statement_t *st);

/*
 * 1: 0A000, the plan's result type changed (a function was replaced), or
 * 26000, the server does not know the statement.  Either way nothing was
 * executed.
 */
ngx_uint_t ngx_commerce_pg_prepare_stale(const ngx_commerce_pg_slot_t *slot);

/*
 * Prepares the statement anew, unless that has been sent since the query was,
 * and sends the query once more.  NGX_ERROR: as above.
 */
ngx_int_t ngx_commerce_pg_prepare_again(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_slot_t *slot);

/*
 * A preparation that the server refused, popped: logs it, and tells the reason
 * to the query right behind it, which would only hear "not prepared".  Takes
 * the slot's result.
 */
void ngx_commerce_pg_prepare_refused(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_slot_t *slot);


/*
 * pg_dial.c: begins to open a connection, where the DSN names several hosts
 * with another one each `turn`.  NULL: no memory.
 */
PGconn *ngx_commerce_pg_dial(const ngx_commerce_pg_conf_t *conf,
    ngx_uint_t turn);
/* Warns of what libpq would block on. */
void ngx_commerce_pg_dial_check(const ngx_commerce_pg_conf_t *conf,
    ngx_log_t *log);

PGconn *ngx_commerce_pg_dial_feed(const ngx_commerce_pg_feed_conf_t *conf,
    ngx_uint_t turn);
PGconn *ngx_commerce_pg_dial_listen(const ngx_commerce_pg_feed_conf_t *conf,
    ngx_uint_t turn);

/* pg_result.c: status, result and error of a query out of a libpq result. */
void ngx_commerce_pg_result_take(ngx_commerce_pg_query_t *q, PGresult *res);


/* pg_result.c: the first line of a libpq message, which ends with a new one. */
ngx_str_t ngx_commerce_pg_text(const char *message);


#endif /* NGX_COMMERCE_PG_CONN_H */
