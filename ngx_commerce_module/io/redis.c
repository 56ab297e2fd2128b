/*
 * Redis in nginx's loop.  See redis.h for who calls it and for the lifetime
 * rule.
 *
 * hiredis 0.14 frees its context by itself on every error, calling what is
 * pending with no reply; it announces that to the cleanup hook only.  So the
 * context is known here by one pointer, which the hook takes away, and it is
 * never touched after a call that may have freed it.
 */

#include "redis.h"
#include "fd.h"

#include <hiredis/hiredis.h>
#include <hiredis/async.h>


/* ms between a failure and the next probe */
#define RETRY_FIRST  100
#define RETRY_LAST   2000

#define WORDS        64


typedef struct {
    ngx_commerce_redis_t          *redis;
    ngx_commerce_redis_command_t  *cmd;      /* NULL: forgotten */
    ngx_msec_t                     sent;
} redis_slot_t;


typedef enum {
    REDIS_DOWN = 0,
    REDIS_PROBED,
    REDIS_UP
} redis_state_e;


struct ngx_commerce_redis_s {
    const ngx_commerce_redis_conf_t  *conf;
    ngx_log_t                        *log;

    redisAsyncContext                *ac;
    ngx_commerce_fd_t                 fd;
    redis_state_e                     state;
    ngx_event_t                       timer;   /* its meaning is the state */
    ngx_uint_t                        failures;

    redis_slot_t                     *slots;   /* ring, in order of answers */
    ngx_uint_t                        head;
    ngx_uint_t                        count;

    ngx_queue_t                       away;    /* to be answered soon */
    ngx_event_t                       turn;    /* posted: answer, then write */
    unsigned                          writing:1;
};


static void redis_open(ngx_commerce_redis_t *redis);
static void redis_probe(ngx_commerce_redis_t *redis);
static void redis_probed(redisAsyncContext *ac, void *reply, void *data);
static void redis_answer(redisAsyncContext *ac, void *reply, void *data);
static void redis_away(ngx_commerce_redis_t *redis,
    ngx_commerce_redis_command_t *cmd);
static void redis_fail(ngx_commerce_redis_t *redis, const char *why);
static void redis_turn(ngx_event_t *ev);
static void redis_event(ngx_commerce_fd_t *fd, unsigned ready);
static void redis_timer(ngx_event_t *ev);
static void redis_watch(ngx_commerce_redis_t *redis);
static void redis_want(ngx_commerce_redis_t *redis, unsigned on,
    unsigned off);
static void redis_add_read(void *data);
static void redis_add_write(void *data);
static void redis_del_write(void *data);
static void redis_gone(void *data);


ngx_commerce_redis_t *
ngx_commerce_redis_create(const ngx_commerce_redis_conf_t *conf,
    ngx_pool_t *pool, ngx_log_t *log)
{
    ngx_commerce_redis_t  *redis;

    redis = ngx_pcalloc(pool, sizeof(ngx_commerce_redis_t));
    if (redis == NULL) {
        return NULL;
    }

    redis->slots = ngx_pcalloc(pool, conf->pending * sizeof(redis_slot_t));
    if (redis->slots == NULL) {
        return NULL;
    }

    redis->conf = conf;
    redis->log = log;

    redis->fd.handler = redis_event;
    redis->fd.data = redis;

    redis->timer.handler = redis_timer;
    redis->timer.data = redis;
    redis->timer.log = log;

    redis->turn.handler = redis_turn;
    redis->turn.data = redis;
    redis->turn.log = log;

    ngx_queue_init(&redis->away);

    redis_open(redis);

    return redis;
}


void
ngx_commerce_redis_send(ngx_commerce_redis_t *redis,
    ngx_commerce_redis_command_t *cmd, const ngx_str_t *words, ngx_uint_t n)
{
    size_t         lens[WORDS];
    ngx_uint_t     i;
    const char    *texts[WORDS];
    redis_slot_t  *slot;

    cmd->slot = NULL;
    cmd->away = 0;

    if (redis->state != REDIS_UP || redis->count == redis->conf->pending
        || n > WORDS)
    {
        redis_away(redis, cmd);
        return;
    }

    for (i = 0; i < n; i++) {
        texts[i] = (char *) words[i].data;
        lens[i] = words[i].len;
    }

    slot = &redis->slots[(redis->head + redis->count) % redis->conf->pending];

    slot->redis = redis;
    slot->cmd = cmd;
    slot->sent = ngx_current_msec;

    if (redisAsyncCommandArgv(redis->ac, redis_answer, slot, (int) n, texts,
                              lens)
        != REDIS_OK)
    {
        redis_away(redis, cmd);
        return;
    }

    redis->count++;
    cmd->slot = slot;

    /* not cancelable: a worker that leaves waits for its few commands */

    if (!redis->timer.timer_set) {
        redis->timer.cancelable = 0;
        ngx_add_timer(&redis->timer, redis->conf->timeout);
    }

    ngx_commerce_fd_idle(&redis->fd, 0);
}


void
ngx_commerce_redis_forget(ngx_commerce_redis_command_t *cmd)
{
    redis_slot_t  *slot;

    slot = cmd->slot;

    if (slot != NULL) {
        slot->cmd = NULL;
        cmd->slot = NULL;

    } else if (cmd->away) {
        ngx_queue_remove(&cmd->link);
        cmd->away = 0;
    }
}


ngx_uint_t
ngx_commerce_redis_ready(const ngx_commerce_redis_t *redis)
{
    return redis->state == REDIS_UP;
}


void
ngx_commerce_redis_destroy(ngx_commerce_redis_t *redis)
{
    ngx_uint_t          i;
    redisAsyncContext  *ac;

    for (i = 0; i < redis->conf->pending; i++) {
        redis->slots[i].cmd = NULL;
    }

    ac = redis->ac;

    redis->ac = NULL;
    redis->state = REDIS_DOWN;

    if (ac != NULL) {
        ngx_commerce_fd_close(&redis->fd);
        redisAsyncFree(ac);
    }

    if (redis->turn.posted) {
        ngx_delete_posted_event(&redis->turn);
    }

    if (redis->timer.timer_set) {
        ngx_del_timer(&redis->timer);
    }
}


static void
redis_open(ngx_commerce_redis_t *redis)
{
    redisAsyncContext                *ac;
    const ngx_commerce_redis_conf_t  *conf;

    conf = redis->conf;

    if (conf->port == 0) {
        ac = redisAsyncConnectUnix((char *) conf->address.data);

    } else {
        ac = redisAsyncConnect((char *) conf->address.data, (int) conf->port);
    }

    if (ac == NULL) {
        redis_fail(redis, "no memory");
        return;
    }

    if (ac->err != 0) {
        redis_fail(redis, ac->errstr);
        redisAsyncFree(ac);
        return;
    }

    if (ngx_commerce_fd_open(&redis->fd, ac->c.fd, redis->log) != NGX_OK) {
        redis_fail(redis, "no connection is free");
        redisAsyncFree(ac);
        return;
    }

    redis->ac = ac;
    redis->state = REDIS_PROBED;

    ac->ev.data = redis;
    ac->ev.addRead = redis_add_read;
    ac->ev.addWrite = redis_add_write;
    ac->ev.delWrite = redis_del_write;
    ac->ev.cleanup = redis_gone;

    redis_probe(redis);

    redis->timer.cancelable = 1;
    ngx_add_timer(&redis->timer, conf->connect_timeout);
}


/*
 * Sent at once: hiredis finds out about the connection by writing.  An answer
 * to PING that is none (a wrong password, loading) keeps the circuit open.
 */
static void
redis_probe(ngx_commerce_redis_t *redis)
{
    const ngx_commerce_redis_conf_t  *conf;

    conf = redis->conf;

    if (conf->password.len != 0) {
        (void) redisAsyncCommand(redis->ac, NULL, NULL, "AUTH %b",
                                 conf->password.data, conf->password.len);
    }

    if (conf->database != 0) {
        (void) redisAsyncCommand(redis->ac, NULL, NULL, "SELECT %d",
                                 (int) conf->database);
    }

    (void) redisAsyncCommand(redis->ac, redis_probed, redis, "PING");
}


static void
redis_probed(redisAsyncContext *ac, void *reply, void *data)
{
    redisReply            *r;
    ngx_commerce_redis_t  *redis;

    r = reply;
    redis = data;

    if (r == NULL || redis->ac != ac) {
        return;
    }

    if (r->type != REDIS_REPLY_STATUS) {
        redis_fail(redis, r->type == REDIS_REPLY_ERROR ? r->str
                                                       : "no PONG to PING");
        return;
    }

    ngx_log_error(NGX_LOG_NOTICE, redis->log, 0, "redis \"%V\": connected",
                  &redis->conf->address);

    if (redis->timer.timer_set) {
        ngx_del_timer(&redis->timer);
    }

    redis->state = REDIS_UP;
    redis->failures = 0;

    ngx_commerce_fd_idle(&redis->fd, 1);
}


/* The handler may send, forget, and destroy. */
static void
redis_answer(redisAsyncContext *ac, void *reply, void *data)
{
    redisReply                    *r;
    redis_slot_t                  *slot;
    ngx_commerce_redis_t          *redis;
    ngx_commerce_redis_command_t  *cmd;

    r = reply;
    slot = data;
    redis = slot->redis;
    cmd = slot->cmd;

    redis->head = (redis->head + 1) % redis->conf->pending;
    redis->count--;

    if (redis->count == 0 && redis->fd.connection != NULL) {
        ngx_commerce_fd_idle(&redis->fd, 1);
    }

    if (cmd == NULL) {
        return;
    }

    cmd->slot = NULL;

    if (r == NULL) {

        /* the context is on its way out: nobody may use it any more */

        redis->state = REDIS_DOWN;
        redis_away(redis, cmd);
        return;
    }

    cmd->reply = reply;
    cmd->status = r->type == REDIS_REPLY_ERROR ? NGX_COMMERCE_REDIS_REFUSED
                                               : NGX_COMMERCE_REDIS_OK;
    cmd->handler(cmd);
}


static void
redis_away(ngx_commerce_redis_t *redis, ngx_commerce_redis_command_t *cmd)
{
    cmd->status = NGX_COMMERCE_REDIS_AWAY;
    cmd->reply = NULL;
    cmd->away = 1;

    ngx_queue_insert_tail(&redis->away, &cmd->link);
    ngx_post_event(&redis->turn, &ngx_posted_events);
}


/* Opens the circuit; what is pending is answered from the next turn. */
static void
redis_fail(ngx_commerce_redis_t *redis, const char *why)
{
    ngx_uint_t          level;
    ngx_msec_t          delay;
    redisAsyncContext  *ac;

    /* a Redis that is away would fill the log */

    level = (redis->failures == 0 && !ngx_exiting) ? NGX_LOG_ERR
                                                   : NGX_LOG_INFO;

    ngx_log_error(level, redis->log, 0, "redis \"%V\": %s",
                  &redis->conf->address, why);

    redis->state = REDIS_DOWN;

    if (redis->timer.timer_set) {
        ngx_del_timer(&redis->timer);
    }

    if (!ngx_exiting) {
        delay = ngx_min(RETRY_FIRST << ngx_min(redis->failures, 8),
                        RETRY_LAST);
        delay = delay / 2 + (ngx_msec_t) ngx_random() % (delay / 2 + 1);

        redis->failures++;
        redis->timer.cancelable = 1;
        ngx_add_timer(&redis->timer, delay);
    }

    ac = redis->ac;
    redis->ac = NULL;

    if (ac != NULL) {

        /* from inside a callback hiredis does it later, so the descriptor
         * is let go here */

        ngx_commerce_fd_close(&redis->fd);
        redisAsyncFree(ac);
    }
}


static void
redis_turn(ngx_event_t *ev)
{
    ngx_queue_t                   *link;
    ngx_commerce_redis_t          *redis;
    ngx_commerce_redis_command_t  *cmd;

    redis = ev->data;

    while (!ngx_queue_empty(&redis->away)) {
        link = ngx_queue_head(&redis->away);
        ngx_queue_remove(link);

        cmd = ngx_queue_data(link, ngx_commerce_redis_command_t, link);
        cmd->away = 0;
        cmd->handler(cmd);
    }

    if (redis->ac != NULL && redis->state == REDIS_UP) {
        redis->writing = 1;
        redisAsyncHandleWrite(redis->ac);
        redis->writing = 0;
    }
}


static void
redis_event(ngx_commerce_fd_t *fd, unsigned ready)
{
    ngx_commerce_redis_t  *redis;

    redis = fd->data;

    switch (ready) {

    case NGX_COMMERCE_FD_READ:
        redisAsyncHandleRead(redis->ac);
        break;

    case NGX_COMMERCE_FD_WRITE:
        redis->writing = 1;
        redisAsyncHandleWrite(redis->ac);
        redis->writing = 0;
        break;

    default:
        redis_fail(redis, "worker leaves");
    }
}


static void
redis_timer(ngx_event_t *ev)
{
    ngx_commerce_redis_t  *redis;

    redis = ev->data;

    switch (redis->state) {

    case REDIS_DOWN:
        redis_open(redis);
        break;

    case REDIS_PROBED:
        redis_fail(redis, "connecting timed out");
        break;

    case REDIS_UP:
        redis_watch(redis);
        break;
    }
}


/* One late answer is enough: everything behind it is late as well. */
static void
redis_watch(ngx_commerce_redis_t *redis)
{
    ngx_msec_t  age;

    if (redis->count == 0) {
        return;
    }

    age = ngx_current_msec - redis->slots[redis->head].sent;

    if (age >= redis->conf->timeout) {
        redis_fail(redis, "no answer in time");
        return;
    }

    ngx_add_timer(&redis->timer, redis->conf->timeout - age);
}


static void
redis_want(ngx_commerce_redis_t *redis, unsigned on, unsigned off)
{
    unsigned  interest;

    if (redis->fd.connection != NULL) {
        interest = (redis->fd.interest | on) & ~off;
        (void) ngx_commerce_fd_want(&redis->fd, interest);
    }
}


static void
redis_add_read(void *data)
{
    redis_want(data, NGX_COMMERCE_FD_READ, 0);
}


/*
 * A connection that is up writes from the next turn, and asks for the event
 * only when the socket did not take everything.
 */
static void
redis_add_write(void *data)
{
    ngx_commerce_redis_t  *redis;

    redis = data;

    if (redis->state == REDIS_UP && !redis->writing) {
        ngx_post_event(&redis->turn, &ngx_posted_events);
        return;
    }

    redis_want(redis, NGX_COMMERCE_FD_WRITE, 0);
}


static void
redis_del_write(void *data)
{
    redis_want(data, 0, NGX_COMMERCE_FD_WRITE);
}


/* hiredis is about to close the socket and to free its context. */
static void
redis_gone(void *data)
{
    char                   why[128];
    ngx_commerce_redis_t  *redis;

    redis = data;

    if (redis->ac == NULL) {
        return;
    }

    ngx_commerce_fd_close(&redis->fd);
    ngx_cpystrn((u_char *) why, (u_char *) redis->ac->errstr, sizeof(why));

    redis->ac = NULL;

    redis_fail(redis, why);
}
