/*
 * The bytes between a worker and Redis: a socket, what is still to be sent,
 * and hiredis' parser of replies.  Knows neither commands' callers nor the
 * circuit; io/redis.c owns it and is the only one to call it.
 *
 * Whatever returns NGX_ERROR has left `why` (and `err`, or 0) behind; the
 * owner then closes.
 */

#ifndef NGX_COMMERCE_REDIS_WIRE_H
#define NGX_COMMERCE_REDIS_WIRE_H


#include "fd.h"

#include <hiredis/hiredis.h>


typedef struct {
    ngx_socket_t                s;         /* -1: closed */
    ngx_commerce_fd_t           fd;        /* handler and data: the owner's */
    ngx_log_t                  *log;

    redisReader                *reader;
    redisReplyObjectFunctions   objects;

    u_char                     *out;       /* to be sent: pos to last */
    size_t                      pos;
    size_t                      last;
    size_t                      size;

    ngx_err_t                   err;
    const char                 *why;
} ngx_commerce_redis_wire_t;


/* NGX_OK: connected; NGX_AGAIN: dialled() says so when the fd is writable. */
ngx_int_t ngx_commerce_redis_wire_open(ngx_commerce_redis_wire_t *wire,
    const ngx_addr_t *addr);
ngx_int_t ngx_commerce_redis_wire_dialled(ngx_commerce_redis_wire_t *wire);

/* Copies the words of a command; NGX_ERROR: no room for them, nothing else. */
ngx_int_t ngx_commerce_redis_wire_append(ngx_commerce_redis_wire_t *wire,
    const ngx_str_t *words, ngx_uint_t n);

/* Sends what the socket takes, and asks for the event if that is not all. */
ngx_int_t ngx_commerce_redis_wire_write(ngx_commerce_redis_wire_t *wire);

/* Takes one piece from the socket into the parser. */
ngx_int_t ngx_commerce_redis_wire_read(ngx_commerce_redis_wire_t *wire);

/* The next whole reply, the caller's to free; NULL: there is none yet. */
ngx_int_t ngx_commerce_redis_wire_reply(ngx_commerce_redis_wire_t *wire,
    redisReply **reply);

/* Idempotent.  The last one frees the buffer as well. */
void ngx_commerce_redis_wire_close(ngx_commerce_redis_wire_t *wire);
void ngx_commerce_redis_wire_free(ngx_commerce_redis_wire_t *wire);


/* A parser that refuses what no command of ours can be answered with. */
redisReader *ngx_commerce_redis_reader(redisReplyObjectFunctions *objects);


#endif /* NGX_COMMERCE_REDIS_WIRE_H */
