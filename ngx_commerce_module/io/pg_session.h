/*
 * A connection to PostgreSQL of its own, for work that is too long to stand in
 * anybody's pipeline: COPY in both directions, steps of background jobs.  One
 * operation at a time, each answered through the handler from the event loop.
 *
 * Lifetime: lives in the caller's pool; the caller closes it before the pool
 * goes.  While an operation is under way a timer holds a leaving worker.
 */

#ifndef NGX_COMMERCE_PG_SESSION_H
#define NGX_COMMERCE_PG_SESSION_H


#include "pg.h"


typedef struct ngx_commerce_pg_session_s  ngx_commerce_pg_session_t;


/*
 * The answer to an operation: status, result and error are set as in a query's
 * handler and live until the next operation.  May start the next operation or
 * close the session.
 */
typedef void (*ngx_commerce_pg_session_pt)(ngx_commerce_pg_session_t *s,
    ngx_commerce_pg_query_t *answer, void *data);

/*
 * Gives the next bytes of a COPY: sets `piece`, which must live until the next
 * call.  NGX_AGAIN: there is more to come; NGX_OK: this was the last (it may
 * be empty); NGX_ERROR: the COPY is to be undone.
 */
typedef ngx_int_t (*ngx_commerce_pg_produce_pt)(void *data, ngx_str_t *piece);

/*
 * Takes a row of a COPY, its end of line included; it lives until the return.
 * NGX_OK: more; NGX_AGAIN: no more until ngx_commerce_pg_session_resume();
 * NGX_ERROR: nobody wants it any more.  Must not close the session.
 */
typedef ngx_int_t (*ngx_commerce_pg_consume_pt)(void *data,
    const ngx_str_t *row);


/* Connects with the first operation.  NULL: no memory. */
ngx_commerce_pg_session_t *ngx_commerce_pg_session_create(
    const ngx_commerce_pg_conf_t *conf, ngx_msec_t statement_timeout,
    ngx_pool_t *pool, ngx_log_t *log, ngx_commerce_pg_session_pt handler,
    void *data);

/*
 * One statement with text values (NULL: SQL null), which live until its answer.
 */
void ngx_commerce_pg_session_query(ngx_commerce_pg_session_t *s,
    const char *sql, ngx_uint_t nvalues, const char **values);

/*
 * COPY ... FROM STDIN, in constant memory: a piece is asked for only when the
 * socket took the one before, one piece a turn of the event loop.
 */
void ngx_commerce_pg_session_copy(ngx_commerce_pg_session_t *s,
    const char *sql, ngx_commerce_pg_produce_pt produce, void *data);

/* COPY ... TO STDOUT: reads on only as the consumer takes rows. */
void ngx_commerce_pg_session_copy_out(ngx_commerce_pg_session_t *s,
    const char *sql, ngx_commerce_pg_consume_pt consume, void *data);
void ngx_commerce_pg_session_resume(ngx_commerce_pg_session_t *s);

/* Closes, calls no handler; the server undoes what was under way. */
void ngx_commerce_pg_session_close(ngx_commerce_pg_session_t *s);


#endif /* NGX_COMMERCE_PG_SESSION_H */
