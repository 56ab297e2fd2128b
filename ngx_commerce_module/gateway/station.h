/*
 * The stations of a request, in the order of the way, and what they share.
 * Each returns NGX_OK to go on, NGX_DONE when it has prepared an answer.
 */

#ifndef NGX_COMMERCE_STATION_H
#define NGX_COMMERCE_STATION_H


#include "flow.h"
#include "../base/route.h"


/* The worker's state; NULL in processes that serve nobody. */
extern ngx_commerce_worker_t  *ngx_commerce_worker;

/* The directives' module, whose context a request has. */
extern ngx_module_t  ngx_http_commerce_module;


/* gateway.c: nginx's content handler of a location that says `commerce`. */
ngx_int_t ngx_commerce_gateway_handler(ngx_http_request_t *r);

/* gateway.c: turns an error of nginx's own (error_page) into a problem. */
ngx_int_t ngx_commerce_gateway_problem_handler(ngx_http_request_t *r);

/* gateway.c: the flow lets go of its request, which is being finalized. */
void ngx_commerce_gateway_detach(ngx_commerce_flow_t *f);

/* gateway.c: what the log says of a request; lives in its pool. */
typedef struct ngx_commerce_trace_s {
    ngx_commerce_flow_t             *flow;       /* NULL: ended */
    const ngx_commerce_operation_t  *operation;  /* NULL: none found */
    ngx_str_t                        request_id;
    ngx_str_t                        user;
    const char                      *cache;      /* HIT, MISS ...; NULL */
    ngx_str_t                        problem;    /* its code, if it is one */
    uint64_t                         db_time;    /* us */
    uint64_t                         started;    /* us, ngx_commerce_clock */
    uint64_t                         ended;      /* 0: not answered */
    ngx_http_cleanup_t              *cleanup;
} ngx_commerce_trace_t;

ngx_commerce_trace_t *ngx_commerce_gateway_trace(ngx_http_request_t *r);


/* log.c: in nginx's post-read phase, for the error log's sake. */
ngx_int_t ngx_commerce_log_post_read(ngx_http_request_t *r);

/* gateway.c: the client's X-Request-Id if it is harmless, else 128 random bits;
 * written to `text`. */
#define NGX_COMMERCE_REQUEST_ID  64      /* bytes, at most */

ngx_int_t ngx_commerce_gateway_request_id(ngx_commerce_worker_t *worker,
    const ngx_str_t *given, u_char *text, ngx_str_t *id);


/* route.c: finds the operation; answers 404, 405, OPTIONS, the slash. */
ngx_commerce_route_e ngx_commerce_route_match(ngx_http_request_t *r,
    const ngx_commerce_contract_t *contract, ngx_commerce_match_t *match);
/* 1: a person follows a link, says the first of what is accepted (RFC 9110,
 * 12.5.1).  Where there is nothing, nginx's error_page has a page for him,
 * while programs are given a problem. */
ngx_uint_t ngx_commerce_route_of_page(ngx_http_request_t *r);
ngx_int_t ngx_commerce_route(ngx_commerce_flow_t *f,
    ngx_commerce_route_e found, const ngx_commerce_match_t *match);

/* cors.c: headers for allowed origins, preflights. */
ngx_int_t ngx_commerce_cors(ngx_commerce_flow_t *f, ngx_uint_t allow);

/* auth.c: the token, its revocation, the scopes. */
ngx_int_t ngx_commerce_auth(ngx_commerce_flow_t *f);

/* limit.c: rates of the operation. */
ngx_int_t ngx_commerce_limit(ngx_commerce_flow_t *f);

/* input.c: parameters of path, query and headers. */
ngx_int_t ngx_commerce_input(ngx_commerce_flow_t *f,
    const ngx_commerce_match_t *match);

/* input_page.c: the page of a list: f->page. */
ngx_int_t ngx_commerce_input_page(ngx_commerce_flow_t *f);

/* body.c: the body that nginx has read: parsed, checked, sealed. */
ngx_int_t ngx_commerce_body(ngx_commerce_flow_t *f);

/* body.c: whether the media type and the length are acceptable. */
ngx_int_t ngx_commerce_body_head(ngx_commerce_flow_t *f);

/* body.c: where a body of another type than JSON was put: f->body_file. */
ngx_int_t ngx_commerce_body_file(ngx_commerce_flow_t *f);

/* call.c: the steps of an operation that is its SQL function. */
extern const ngx_commerce_step_t  ngx_commerce_call_steps[];


/* flow.c: for the gateway only. */
ngx_commerce_flow_t *ngx_commerce_flow_create(ngx_commerce_worker_t *worker);
void ngx_commerce_flow_destroy(ngx_commerce_flow_t *f);
void ngx_commerce_flow_orphan(ngx_commerce_flow_t *f);
ngx_int_t ngx_commerce_flow_own_body(ngx_commerce_flow_t *f, json_t *body);
ngx_int_t ngx_commerce_flow_query(ngx_commerce_flow_t *f, ngx_uint_t database,
    const ngx_commerce_pg_statement_t *statement, const char **values);
void ngx_commerce_flow_post(ngx_commerce_flow_t *f);

/* flow.c: what a query gave, as readers of results find it. */
void ngx_commerce_flow_take(ngx_commerce_flow_t *f,
    ngx_commerce_pg_query_t *q);

/* flow_fetch.c: ends the request under way, if any, and frees its answer. */
void ngx_commerce_flow_fetched(ngx_commerce_flow_t *f);


/* A page that a list is asked for: made by input.c, used by render.c. */
typedef struct {
    ngx_uint_t   limit;
    char         limit_text[24];         /* limit + 1, as SQL gets it */
    const char  *cursor;                 /* JSON, or NULL */
    ngx_str_t    context;                /* what cursors are bound to */
} ngx_commerce_page_t;


/* random.c: at most 1024 unpredictable bytes. */
ngx_int_t ngx_commerce_random(ngx_commerce_worker_t *worker, u_char *out,
    size_t len);

/* The value of a request header, or an empty string.  Names in lower case. */
ngx_str_t ngx_commerce_header(ngx_http_request_t *r, const char *name);

/* A NUL-terminated copy in a pool; NULL without memory. */
char *ngx_commerce_cstr(ngx_pool_t *pool, const void *data, size_t len);


#endif /* NGX_COMMERCE_STATION_H */
