/*
 * PostgreSQL for one worker: per database a few pipelined connections, a
 * bounded queue with lanes, statements prepared once per connection.
 *
 * Each query is a single autocommitted statement with its own Sync, and its
 * result is handed over once the server has said that it is committed.  Light
 * repeatable ones that are sent together share a Sync: they have nothing to
 * commit, and what the server skips behind a failing one is sent again.
 *
 * A statement that commits asynchronously gives up its locks before its commit
 * is on disk, so that who waits for them does not wait for the disk as well.  A
 * second transaction follows it at once; when that one is on disk, everything
 * before it in the log is, and only then is the result handed over.
 *
 * Urgency: a query is passed by one of a more urgent lane, unless it is older
 * by half a second per lane; in a full queue the last of the least urgent lane
 * makes room.  Cost: what a statement takes is learnt; nothing is lined up
 * behind 20 ms of work, and statements of 100 ms never get the last
 * connection, so reports do not stop point reads.
 *
 * Trouble: a query that was not sent is PG_NOT_EXECUTED: the queue is full, or
 * the database is away for more than a second (until then queries wait, which
 * is what a restart takes).  One that was sent is PG_UNKNOWN, unless its
 * statement is repeatable: then it is sent again.  A statement that the server
 * forgot or that changed (26000, 0A000) is prepared and sent again, once.
 * Nothing is ever cancelled; when a connection is closed, the server notices
 * within half a second and ends what it was doing for it.
 *
 * A query is the caller's memory: it (with its values) must live until its
 * handler was called or ngx_commerce_pg_forget() returned.  Handlers are
 * called from the event loop, never from inside ngx_commerce_pg_send().
 */

#ifndef NGX_COMMERCE_PG_H
#define NGX_COMMERCE_PG_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>


#define NGX_COMMERCE_PG_LANES       4
#define NGX_COMMERCE_PG_STATEMENTS  512      /* per database, at most */


typedef struct ngx_commerce_pg_s         ngx_commerce_pg_t;
typedef struct ngx_commerce_pg_query_s   ngx_commerce_pg_query_t;
typedef struct ngx_commerce_pg_result_s  ngx_commerce_pg_result_t;


/* The directive commerce_database; const after configuration. */
typedef struct {
    ngx_str_t    name;
    ngx_str_t    dsn;                /* of libpq, NUL-terminated */
    ngx_uint_t   connections;        /* of each worker */
    ngx_uint_t   depth;              /* queries in flight on one connection */
    ngx_uint_t   queue;              /* waiting at most, of each worker */
    ngx_msec_t   connect_timeout;
    ngx_msec_t   timeout;            /* of a query, queue included */
    ngx_msec_t   statement_timeout;
} ngx_commerce_pg_conf_t;


/* What is counted of a database; one worker writes, anybody may read. */
typedef struct {
    ngx_atomic_t   waiting;          /* now: queries in the queue */
    ngx_atomic_t   in_flight;        /* now: queries sent */
    ngx_atomic_t   up;               /* now: connections */
    ngx_atomic_t   connecting;
    ngx_atomic_t   down;
    ngx_atomic_t   full;             /* queries refused: the queue is full */
    ngx_atomic_t   away;             /* queries refused: no connection */
    ngx_atomic_t   late;             /* queries whose time was over */
    ngx_atomic_t   repeated;         /* reads sent again */
    ngx_atomic_t   lost;             /* connections, attempts included */
} ngx_commerce_pg_counts_t;


/* Known at configuration time; `index` is unique within its database, below
 * NGX_COMMERCE_PG_STATEMENTS. */
typedef struct {
    ngx_str_t    name;               /* in the log */
    ngx_str_t    sql;                /* NUL-terminated */
    ngx_uint_t   nparams;
    ngx_uint_t   index;
    ngx_flag_t   repeatable;         /* only reads: sent again, instead of
                                      * PG_UNKNOWN, when a connection is lost */
    ngx_flag_t   async_commit;       /* its own SQL turns synchronous_commit
                                      * off, for its transaction only */
} ngx_commerce_pg_statement_t;


typedef enum {
    NGX_COMMERCE_PG_OK = 0,
    NGX_COMMERCE_PG_REFUSED,         /* the server answered with an error */
    NGX_COMMERCE_PG_NOT_EXECUTED,    /* queue full, database away */
    NGX_COMMERCE_PG_UNKNOWN          /* sent, then lost or too late */
} ngx_commerce_pg_status_e;


/* The server's error; texts live during the handler only. */
typedef struct {
    char         sqlstate[6];
    ngx_str_t    message;
    ngx_str_t    detail;
    ngx_str_t    hint;
    ngx_str_t    constraint;
} ngx_commerce_pg_error_t;


struct ngx_commerce_pg_query_s {
    const ngx_commerce_pg_statement_t  *statement;
    const char                        **values;   /* text; NULL: SQL null */
    const int                          *lengths;  /* not of text; may be NULL */
    ngx_uint_t                          lane;     /* 0 is the most urgent */
    ngx_msec_t                          timeout;  /* 0: the database's */

    void                              (*handler)(ngx_commerce_pg_query_t *q);
    void                               *data;

    /* set before the handler is called, valid during it */
    ngx_commerce_pg_status_e            status;
    ngx_commerce_pg_result_t           *result;   /* of PG_OK */
    ngx_commerce_pg_error_t             error;    /* of PG_REFUSED */
    ngx_uint_t                          retry_after;  /* s, of NOT_EXECUTED */
    uint64_t                            waited;   /* us in the queue */

    /* of io/pg* only */
    ngx_queue_t                         link;
    ngx_commerce_pg_t                  *pg;
    void                               *conn;
    void                               *slot;
    ngx_event_t                         timer;
    ngx_msec_t                          since;
    uint64_t                            queued;   /* us, ngx_commerce_clock */
    ngx_msec_t                          lost;
    unsigned                            state:3;
    unsigned                            prepared_again:1;
    unsigned                            repeated:2;
};


/*
 * Opens a database for this worker: starts connecting at once.  `statements`
 * (n of them, const, outliving the worker) are prepared on every connection;
 * one that the server refuses is logged as an error naming both sides and
 * answers PG_REFUSED when it is called.  Worker init only.
 */
ngx_commerce_pg_t *ngx_commerce_pg_create(const ngx_commerce_pg_conf_t *conf,
    const ngx_commerce_pg_statement_t *statements, ngx_uint_t n,
    ngx_pool_t *pool, ngx_log_t *log);

/*
 * Queues or sends; nothing of the query but its timeout may be looked at until
 * the handler is called, which always happens, at the latest when its time is
 * over.  `timeout` 0 is replaced by the database's.
 */
void ngx_commerce_pg_send(ngx_commerce_pg_t *pg, ngx_commerce_pg_query_t *q);

/*
 * The handler will not be called; the server may still execute the query.
 * Idempotent, and harmless after the handler; the query must have been sent.
 */
void ngx_commerce_pg_forget(ngx_commerce_pg_query_t *q);

/*
 * Counts into `counts` from now on: memory of the caller that lives as long as
 * the database, zeroed but for what it is to go on counting.
 */
void ngx_commerce_pg_count(ngx_commerce_pg_t *pg,
    ngx_commerce_pg_counts_t *counts);

/* 1 when at least one connection is up. */
ngx_uint_t ngx_commerce_pg_ready(const ngx_commerce_pg_t *pg);

/* Worker exit: closes everything, calls no handler. */
void ngx_commerce_pg_destroy(ngx_commerce_pg_t *pg);


/* The result's cells, text format.  Valid during the handler only. */
ngx_uint_t ngx_commerce_pg_rows(const ngx_commerce_pg_result_t *res);
ngx_uint_t ngx_commerce_pg_columns(const ngx_commerce_pg_result_t *res);
const char *ngx_commerce_pg_column_name(const ngx_commerce_pg_result_t *res,
    ngx_uint_t column);
ngx_uint_t ngx_commerce_pg_column_oid(const ngx_commerce_pg_result_t *res,
    ngx_uint_t column);

/* NGX_DECLINED: the cell is null. */
ngx_int_t ngx_commerce_pg_cell(const ngx_commerce_pg_result_t *res,
    ngx_uint_t row, ngx_uint_t column, ngx_str_t *value);

/* Keeps a result beyond its handler; release it with _free. */
ngx_commerce_pg_result_t *ngx_commerce_pg_keep(ngx_commerce_pg_query_t *q);
void ngx_commerce_pg_free(ngx_commerce_pg_result_t *res);


#endif /* NGX_COMMERCE_PG_H */
