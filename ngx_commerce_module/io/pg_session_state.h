/*
 * What pg_session.c and pg_session_copy.c share: the state of a session.  For
 * these two files only.
 */

#ifndef NGX_COMMERCE_PG_SESSION_STATE_H
#define NGX_COMMERCE_PG_SESSION_STATE_H


#include "pg_session.h"
#include "pg_conn.h"


/* ms without any progress of the peer until an operation is given up */
#define NGX_COMMERCE_PG_COPY_PATIENCE  60000
#define NGX_COMMERCE_PG_GRACE          5000


typedef enum {
    NGX_COMMERCE_PG_SESSION_CLOSED = 0,
    NGX_COMMERCE_PG_SESSION_CONNECTING,
    NGX_COMMERCE_PG_SESSION_IDLE,
    NGX_COMMERCE_PG_SESSION_QUERY,
    NGX_COMMERCE_PG_SESSION_COPY_BEGIN,
    NGX_COMMERCE_PG_SESSION_COPY,
    NGX_COMMERCE_PG_SESSION_COPY_END,
    NGX_COMMERCE_PG_SESSION_COPY_OUT
} ngx_commerce_pg_session_e;


struct ngx_commerce_pg_session_s {
    ngx_commerce_pg_conf_t       conf;
    ngx_commerce_pg_session_pt   handler;
    void                        *data;
    ngx_log_t                   *log;

    PGconn                      *pg;
    PGresult                    *result;   /* of the operation */
    ngx_commerce_fd_t            fd;
    ngx_event_t                  timer;
    ngx_commerce_pg_session_e    state;

    ngx_uint_t                   failures; /* to connect */

    const char                  *sql;      /* wanted, until it is sent */
    ngx_uint_t                   nvalues;
    const char                 **values;
    ngx_commerce_pg_produce_pt   produce;  /* NULL: none is sent */
    ngx_commerce_pg_consume_pt   consume;  /* NULL: none is taken */
    void                        *copy_data;
    ngx_str_t                    piece;    /* produced, not yet taken */
    unsigned                     last:1;   /* it is the last */
    unsigned                     undo:1;
    unsigned                     sent:1;   /* it may have had an effect */
    unsigned                     refused:1; /* to be told from the loop */

    ngx_commerce_pg_query_t      answer;
};


#define ngx_commerce_pg_session_patient(s, ms)                                \
    ngx_add_timer(&(s)->timer, ms)


/* pg_session.c */
ngx_int_t ngx_commerce_pg_session_flush(ngx_commerce_pg_session_t *s);
ngx_int_t ngx_commerce_pg_session_watch(ngx_commerce_pg_session_t *s,
    unsigned interest);
void ngx_commerce_pg_session_fail(ngx_commerce_pg_session_t *s,
    const char *why);

/* The operation goes on with what is not a COPY: its result. */
void ngx_commerce_pg_session_settle(ngx_commerce_pg_session_t *s);

/* pg_session_copy.c: the socket takes more; rows have come. */
void ngx_commerce_pg_session_put(ngx_commerce_pg_session_t *s);
void ngx_commerce_pg_session_take(ngx_commerce_pg_session_t *s);


#endif /* NGX_COMMERCE_PG_SESSION_STATE_H */
