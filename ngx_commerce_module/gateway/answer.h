/*
 * The answer of a flow: filled by render.c and problem.c, sent by send.c.
 * Buffers and headers live in the request's pool; a flow whose request went
 * away keeps an answer without buffers.
 */

#ifndef NGX_COMMERCE_ANSWER_H
#define NGX_COMMERCE_ANSWER_H


#include "flow.h"
#include "../base/json.h"


typedef struct ngx_commerce_answer_s  ngx_commerce_answer_t;

struct ngx_commerce_answer_s {
    ngx_uint_t     status;
    ngx_str_t      content_type;
    ngx_chain_t   *chain;
    off_t          length;
    ngx_chain_t   *sealed;               /* before unseal.c opened something */
    off_t          sealed_length;
    ngx_str_t      etag;                 /* quoted; data NULL: none */
    ngx_str_t      link;                 /* of a list's next page */
    unsigned       replayed:1;           /* Idempotency-Replayed */
    unsigned       zips:1;               /* others may get it compressed */
    unsigned       streamed:1;           /* headers are sent, and a body */
    unsigned       broken:1;             /* which is not whole */
};


/* The answer of a flow, made on first use; NULL without memory. */
ngx_commerce_answer_t *ngx_commerce_answer(ngx_commerce_flow_t *f);


/*
 * A JSON writer into chain buffers of a pool.  begin() takes the size that is
 * expected, end() gives the chain and its length.
 */
typedef struct {
    ngx_commerce_json_t   json;
    ngx_pool_t           *pool;
    ngx_chain_t          *first;
    ngx_chain_t         **last;
} ngx_commerce_chain_writer_t;

ngx_int_t ngx_commerce_chain_begin(ngx_commerce_chain_writer_t *w,
    ngx_pool_t *pool, size_t size);
ngx_int_t ngx_commerce_chain_end(ngx_commerce_chain_writer_t *w,
    ngx_chain_t **chain, off_t *length);


/* render.c: the rows of f->result into the answer. */
ngx_int_t ngx_commerce_render(ngx_commerce_flow_t *f);

/* problem.c: RFC 9457; `members` as in ngx_commerce_flow_fail(). */
ngx_int_t ngx_commerce_problem(ngx_commerce_flow_t *f, ngx_uint_t status,
    const char *code, size_t len, const ngx_str_t *members);

/* problem.c: what the database refused or could not do. */
ngx_int_t ngx_commerce_problem_of_call(ngx_commerce_flow_t *f);

/* unseal.c: opens the sealed values in the answer. */
ngx_int_t ngx_commerce_unseal(ngx_commerce_flow_t *f);

/* send.c: sends the answer and finalizes the request; f->r is NULL then. */
void ngx_commerce_send(ngx_commerce_flow_t *f);

/* send.c: the headers of an answer whose body comes in pieces. */
ngx_int_t ngx_commerce_send_begin(ngx_commerce_flow_t *f);

/* send.c: a header in the request's pool, texts copied. */
ngx_int_t ngx_commerce_send_header(ngx_http_request_t *r, const char *name,
    size_t name_len, const void *value, size_t value_len);


#endif /* NGX_COMMERCE_ANSWER_H */
