/*
 * A flow is what happens to one operation: a table of named steps, run one
 * after the other.  A step begins by reading the result of the operation
 * before it and ends by starting at most one operation (a call of SQL, a
 * computation, a request to another server, a wait); the next step runs when
 * that is complete, from a posted event, never from inside the library that
 * completed it.
 *
 * A flow owns its pool and everything allocated from it.  Its request may go
 * away: reads are then dropped, all others run to their end and the answer is
 * thrown away.  Domain files see flows only: no nginx request, no libpq.
 *
 * Everything here runs in the event loop of a worker; only what is given to
 * ngx_commerce_flow_compute() runs in a pool thread.
 */

#ifndef NGX_COMMERCE_FLOW_H
#define NGX_COMMERCE_FLOW_H


#include "conf.h"
#include "../io/http_client.h"
#include "../io/thread.h"


/*
 * A step: NGX_OK goes on with the next step now, NGX_AGAIN after the operation
 * that it started, NGX_DONE has answered, NGX_ERROR becomes a 500.  After the
 * last step a flow must have answered.
 */
typedef ngx_int_t (*ngx_commerce_step_pt)(ngx_commerce_flow_t *f);

typedef struct {
    const char            *name;       /* log->action */
    ngx_commerce_step_pt   run;
} ngx_commerce_step_t;

#define NGX_COMMERCE_STEPS_END  { NULL, NULL }


/* What `x-commerce: { handler: name }` names. */
typedef struct ngx_commerce_handler_s {
    const char                 *name;
    const ngx_commerce_step_t  *steps;
    size_t                      state;   /* bytes of f->state, zeroed */
} ngx_commerce_handler_t;

#define NGX_COMMERCE_HANDLERS_END  { NULL, NULL, 0 }


/*
 * A call that handlers of a domain make: SELECT * FROM api.<function>(<args>).
 * Prepared once at worker start on each connection, like the contract's.  An
 * argument "*principal" is who acts by this call: the principal is passed
 * through api.acting(), and what staff change is kept in the audit log.  A
 * function "~name" commits asynchronously: see io/pg.h.
 */
typedef struct {
    const char  *database;
    const char  *function;
    const char  *args[12];               /* names, NULL-terminated */
} ngx_commerce_call_t;

#define NGX_COMMERCE_CALLS_END  { NULL, NULL, { NULL } }


/* One file in domain/: a static const table, listed in domain/domains.c. */
struct ngx_commerce_domain_s {
    const char                    *name;
    const ngx_commerce_handler_t  *handlers;
    const ngx_commerce_call_t     *calls;   /* indexed by the domain's enum */

    /* Per worker state, see ngx_commerce_flow_domain_state(); may be NULL. */
    void                        *(*create)(ngx_commerce_worker_t *worker);
};

extern const ngx_commerce_domain_t *const ngx_commerce_domains[];


typedef enum {
    NGX_COMMERCE_PENDING_NONE = 0,
    NGX_COMMERCE_PENDING_CALL,
    NGX_COMMERCE_PENDING_COMPUTE,
    NGX_COMMERCE_PENDING_FETCH,
    NGX_COMMERCE_PENDING_WAIT
} ngx_commerce_pending_e;


struct ngx_commerce_flow_s {
    ngx_pool_t                       *pool;
    ngx_commerce_worker_t            *worker;
    const ngx_commerce_endpoint_t    *endpoint;     /* NULL: detached */
    const ngx_commerce_operation_t   *operation;
    const ngx_commerce_domain_t      *domain;
    ngx_log_t                        *log;
    void                             *state;        /* of the handler */
    struct ngx_commerce_job_s        *job;          /* NULL: it is no job's */
    ngx_uint_t                        lane;         /* of its calls; detached:
                                                       the least urgent one */

    /* The request, read by the stations; lives as long as the flow. */
    const char                      **params;       /* by operation->params,
                                                       NUL-terminated or NULL */
    const ngx_commerce_jwt_claims_t  *principal;    /* NULL: anonymous */
    json_t                           *body;         /* NULL: none */
    ngx_str_t                         body_text;    /* NUL-terminated */
    ngx_str_t                         body_file;    /* path of a body that is
                                                       not JSON; deleted with
                                                       the flow */
    ngx_str_t                         idempotency_key; /* NUL-terminated */
    u_char                            fingerprint[65]; /* of the body, hex */
    ngx_str_t                         request_id;
    ngx_str_t                         address;      /* of the client */
    ngx_str_t                         user_agent;
    ngx_str_t                         authorization; /* raw header */
    ngx_str_t                         cookie;       /* raw Cookie header */
    int64_t                           expected_version; /* -1: any or none */
    unsigned                          has_version:1;
    unsigned                          english:1;    /* language */
    unsigned                          secure:1;     /* came over TLS */

    /* Result of the last operation; see the readers below. */
    ngx_commerce_pg_status_e          status;
    ngx_commerce_pg_result_t         *result;
    char                              sqlstate[6];  /* '' or of an error */
    ngx_str_t                         error_code;   /* message of class CM */
    ngx_str_t                         error_detail; /* JSON or empty */
    ngx_commerce_http_request_t      *http;         /* the last fetch: status,
                                                       code, answer */
    unsigned                          timedout:1;   /* a wait ended so */

    /* Of gateway/ only. */
    ngx_http_request_t               *r;            /* NULL: gone */
    const ngx_commerce_step_t        *steps;
    ngx_commerce_pending_e            pending;
    ngx_commerce_pg_query_t           query;
    ngx_commerce_thread_t             thread;
    ngx_event_t                       timer;        /* of a wait */
    ngx_event_t                       ready;        /* posted completion */
    void                            (*detach)(ngx_commerce_flow_t *f,
                                              void *data);
    void                             *detach_data;
    void                            (*finished)(ngx_commerce_flow_t *f);
    struct ngx_commerce_answer_s     *answer;
    struct ngx_commerce_cache_ask_s  *ask;          /* of cache.c */
    struct ngx_commerce_stream_s     *stream;       /* of stream.c */
    struct ngx_commerce_shared_ask_s *shared;       /* of cache_shared.c */
    struct limit_count_s             *limits;       /* of limit_shared.c */
    const ngx_commerce_step_t        *then;         /* steps behind those */
    struct ngx_commerce_trace_s      *trace;        /* of the request's log */
    void                             *page;         /* of input.c: a list's */
    uint64_t                          started;      /* us, clock.h */
    uint64_t                          db_time;      /* us */
    ngx_uint_t                        database;     /* of the last call */
    ngx_uint_t                        retry_after;
    unsigned                          trying:1;     /* errors are the step's */
    unsigned                          running:1;
    unsigned                          answered:1;
    unsigned                          woken:1;      /* runs from an event */
};


/*
 * --- operations: at most one a step; each makes the step return NGX_AGAIN ---
 */

/*
 * Calls function `call` of the domain's table with NUL-terminated values
 * (NULL is SQL null) that live in f->pool.  A refusal of the database answers
 * the request as a problem and ends the flow; _try leaves it to the next step
 * (f->status, f->sqlstate, f->error_code).
 */
ngx_int_t ngx_commerce_flow_call(ngx_commerce_flow_t *f, ngx_uint_t call,
    const char **values);
ngx_int_t ngx_commerce_flow_try(ngx_commerce_flow_t *f, ngx_uint_t call,
    const char **values);

/* Runs run(ctx) in the thread pool; NGX_ERROR has answered 503 if it is full:
 * just return what this returns. */
ngx_int_t ngx_commerce_flow_compute(ngx_commerce_flow_t *f,
    void (*run)(void *ctx), void *ctx);

/*
 * Sends a request to another server; `request` holds the inputs of
 * ngx_commerce_http_request_t, which is copied, while all that it points to
 * has to live in f->pool.  The next step reads f->http: its status, code and
 * answer, which lives until the flow's next fetch.  A refusal or a timeout is
 * the next step's to deal with.
 */
ngx_int_t ngx_commerce_flow_fetch(ngx_commerce_flow_t *f,
    const ngx_commerce_http_request_t *request);

/*
 * Sleeps until ngx_commerce_flow_wake() or `timeout` ms (f->timedout).  If the
 * flow stops waiting by itself (time is over), detach(f, data) is called first
 * so that whoever meant to wake it forgets it.
 */
ngx_int_t ngx_commerce_flow_wait(ngx_commerce_flow_t *f, ngx_msec_t timeout,
    void (*detach)(ngx_commerce_flow_t *f, void *data), void *data);
void ngx_commerce_flow_wake(ngx_commerce_flow_t *f);


/*
 * --- results: text valid until the flow's next operation is complete ---
 */

ngx_uint_t ngx_commerce_flow_rows(const ngx_commerce_flow_t *f);

/* The column's text in a row; NGX_DECLINED when null or there is none. */
ngx_int_t ngx_commerce_flow_cell(const ngx_commerce_flow_t *f, ngx_uint_t row,
    const char *column, ngx_str_t *value);

/* A NUL-terminated copy in f->pool of row 0's column; NULL when null. */
char *ngx_commerce_flow_text(const ngx_commerce_flow_t *f, const char *column);

/* Row 0's integer or boolean column; `none` when null. */
int64_t ngx_commerce_flow_int(const ngx_commerce_flow_t *f,
    const char *column, int64_t none);
ngx_uint_t ngx_commerce_flow_flag(const ngx_commerce_flow_t *f,
    const char *column);

/* 1: the last call was refused because the server cannot go on. */
ngx_uint_t ngx_commerce_flow_unable(const ngx_commerce_flow_t *f);


/*
 * --- the request ---
 */

/* What the domain's create() made for this worker; of a request's flow. */
void *ngx_commerce_flow_domain_state(const ngx_commerce_flow_t *f);

/* A string or NULL at /name of the body. */
const char *ngx_commerce_flow_body_string(const ngx_commerce_flow_t *f,
    const char *name);

/* A fresh UUIDv7, NUL-terminated in f->pool. */
char *ngx_commerce_flow_uuid(ngx_commerce_flow_t *f);

/* At most 1024 unpredictable bytes. */
ngx_int_t ngx_commerce_flow_random(ngx_commerce_flow_t *f, u_char *out,
    size_t len);

/* The i-th database, whether it has a connection; NGX_DECLINED at the end. */
ngx_int_t ngx_commerce_flow_database(const ngx_commerce_flow_t *f,
    ngx_uint_t i, ngx_str_t *name, ngx_uint_t *up);

/*
 * The principal as SQL functions get it; NULL for nobody.  Of staff who change
 * something it names the operation and the request, for the audit log.
 */
const char *ngx_commerce_flow_principal(ngx_commerce_flow_t *f);

/* Of a list: the limit and the cursor (or NULL) as its function gets them. */
void ngx_commerce_flow_page(const ngx_commerce_flow_t *f, const char **limit,
    const char **cursor);

/* Whether the principal has a scope. */
ngx_uint_t ngx_commerce_flow_scope(const ngx_commerce_flow_t *f,
    const char *scope);

/* The whole body as text again, after a handler has changed f->body. */
ngx_int_t ngx_commerce_flow_body_dump(ngx_commerce_flow_t *f);


/*
 * --- answers: each returns NGX_DONE, to be returned by the step ---
 */

/* Rows of the last call, rendered as the operation's contract says. */
ngx_int_t ngx_commerce_flow_answer_rows(ngx_commerce_flow_t *f);

/* JSON text (copied); none of it is an answer without a body. */
ngx_int_t ngx_commerce_flow_answer_json(ngx_commerce_flow_t *f,
    ngx_uint_t status, const char *json, size_t len);

/* The same of a value, which it releases. */
ngx_int_t ngx_commerce_flow_answer_value(ngx_commerce_flow_t *f,
    ngx_uint_t status, json_t *value);

/* A problem; `members` is NULL or a JSON object whose members are added. */
ngx_int_t ngx_commerce_flow_fail(ngx_commerce_flow_t *f, ngx_uint_t status,
    const char *code, const char *members);

/* A header of the answer, before answering; copied. */
ngx_int_t ngx_commerce_flow_header(ngx_commerce_flow_t *f, const char *name,
    const char *value);

/* What a call of another flow took counts as this one's database time too. */
void ngx_commerce_flow_share_time(ngx_commerce_flow_t *f,
    const ngx_commerce_flow_t *by);

/* Retry-After of the coming problem, in seconds. */
void ngx_commerce_flow_retry(ngx_commerce_flow_t *f, ngx_uint_t seconds);

/* Refuses tokens of a session 'sid:<uuid>' or a user 'sub:<uuid>' from now on,
 * on every worker. */
void ngx_commerce_flow_revoke(ngx_commerce_flow_t *f, const char *subject,
    size_t len);


/*
 * --- flows without a request: groups of orders, background work ---
 */

/*
 * A flow that answers nobody; `finished` is called after its last step (a
 * step returning NGX_DONE or NGX_ERROR, or a refused call) just before it is
 * freed: look at f->status there.  NULL without memory.
 */
ngx_commerce_flow_t *ngx_commerce_flow_detached(ngx_commerce_worker_t *worker,
    const ngx_commerce_domain_t *domain, const ngx_commerce_step_t *steps,
    size_t state, void (*finished)(ngx_commerce_flow_t *f));

/* Starts it; steps run from here. */
void ngx_commerce_flow_start(ngx_commerce_flow_t *f);

/* Frees it instead; `finished` is not called. */
void ngx_commerce_flow_drop(ngx_commerce_flow_t *f);


#endif /* NGX_COMMERCE_FLOW_H */
