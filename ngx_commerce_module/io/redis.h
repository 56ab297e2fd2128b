/*
 * Redis for one worker: one connection, commands in order, and a circuit that
 * opens when Redis is slow or gone.  Redis is a cache, so the answer to all
 * trouble is NGX_COMMERCE_REDIS_AWAY, after one short timeout and then at
 * once, until a probe has found it well again.
 *
 * A command is the caller's memory: it must live until its handler was called
 * or ngx_commerce_redis_forget() returned; its arguments only during the send.
 * Handlers are called from the event loop, never from inside a send.
 */

#ifndef NGX_COMMERCE_REDIS_H
#define NGX_COMMERCE_REDIS_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>


typedef struct ngx_commerce_redis_s          ngx_commerce_redis_t;
typedef struct ngx_commerce_redis_command_s  ngx_commerce_redis_command_t;
typedef struct ngx_commerce_redis_reply_s    ngx_commerce_redis_reply_t;


/* The directive commerce_redis; const after configuration. */
typedef struct {
    ngx_addr_t   addr;               /* a unix socket or a numeric address:
                                      * names would block */
    ngx_str_t    user;               /* of Redis' ACL; len 0: default */
    ngx_str_t    password;           /* len 0: none */
    ngx_uint_t   database;
    ngx_uint_t   pending;            /* commands under way at most */
    ngx_msec_t   connect_timeout;
    ngx_msec_t   timeout;            /* of a command */
} ngx_commerce_redis_conf_t;


typedef enum {
    NGX_COMMERCE_REDIS_OK = 0,
    NGX_COMMERCE_REDIS_REFUSED,      /* Redis answered with an error */
    NGX_COMMERCE_REDIS_AWAY          /* perhaps executed, perhaps not */
} ngx_commerce_redis_status_e;


typedef enum {
    NGX_COMMERCE_REDIS_NIL = 0,
    NGX_COMMERCE_REDIS_STRING,       /* statuses and errors too */
    NGX_COMMERCE_REDIS_INTEGER,
    NGX_COMMERCE_REDIS_ARRAY
} ngx_commerce_redis_kind_e;


struct ngx_commerce_redis_command_s {
    void                             (*handler)(
                                         ngx_commerce_redis_command_t *cmd);
    void                              *data;

    /* set before the handler is called */
    ngx_commerce_redis_status_e        status;
    const ngx_commerce_redis_reply_t  *reply;   /* during the handler only;
                                                 * NULL: AWAY */

    /* of io/redis.c only */
    ngx_queue_t                        link;     /* of those to be answered */
    void                              *slot;     /* NULL: not under way */
    unsigned                           away:1;   /* is in the queue */
};


/* Connects at once, and again whenever needed.  Worker init only. */
ngx_commerce_redis_t *ngx_commerce_redis_create(
    const ngx_commerce_redis_conf_t *conf, ngx_pool_t *pool, ngx_log_t *log);

/*
 * Sends the words of one command; they are copied.  All commands of a loop
 * iteration leave in one write.  Answers through the handler, always.  Thread:
 * the event loop.
 */
void ngx_commerce_redis_send(ngx_commerce_redis_t *redis,
    ngx_commerce_redis_command_t *cmd, const ngx_str_t *words, ngx_uint_t n);

/* The handler will not be called; Redis may still execute the command. */
void ngx_commerce_redis_forget(ngx_commerce_redis_command_t *cmd);

/* Will be called with 1 when the circuit closes and with 0 when it opens. */
void ngx_commerce_redis_watch(ngx_commerce_redis_t *redis,
    void (*changed)(void *data, ngx_uint_t up), void *data);

/* 1: the circuit is closed. */
ngx_uint_t ngx_commerce_redis_ready(const ngx_commerce_redis_t *redis);

/* Worker exit: closes, calls no handler. */
void ngx_commerce_redis_destroy(ngx_commerce_redis_t *redis);


/* Replies.  A reply of the wrong kind gives an empty string, 0 and NULL. */
ngx_commerce_redis_kind_e ngx_commerce_redis_kind(
    const ngx_commerce_redis_reply_t *reply);
ngx_str_t ngx_commerce_redis_string(const ngx_commerce_redis_reply_t *reply);
int64_t ngx_commerce_redis_integer(const ngx_commerce_redis_reply_t *reply);
ngx_uint_t ngx_commerce_redis_length(const ngx_commerce_redis_reply_t *reply);
const ngx_commerce_redis_reply_t *ngx_commerce_redis_element(
    const ngx_commerce_redis_reply_t *reply, ngx_uint_t i);


#endif /* NGX_COMMERCE_REDIS_H */
