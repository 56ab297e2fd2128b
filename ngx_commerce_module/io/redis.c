/*
 * Redis in nginx's loop: who asked what, and whether it is worth asking.  See
 * redis.h for who calls it and for the lifetime rule.
 *
 * Commands are answered in the order they were sent.  The ring holds one slot
 * a command, those of the greeting (AUTH, SELECT, PING) included.
 */

#include "redis.h"
#include "redis_wire.h"


/* ms between a failure and the next probe */
#define RETRY_FIRST  100
#define RETRY_LAST   2000

#define GREETING     3


typedef struct {
    ngx_commerce_redis_command_t  *cmd;      /* NULL: forgotten, greeting */
    ngx_msec_t                     sent;
    unsigned                       greeting:1;
} redis_slot_t;


typedef enum {
    REDIS_DOWN = 0,
    REDIS_DIALLED,
    REDIS_GREETED,
    REDIS_UP
} redis_state_e;


struct ngx_commerce_redis_s {
    const ngx_commerce_redis_conf_t  *conf;
    ngx_log_t                        *log;

    ngx_commerce_redis_wire_t         wire;
    redis_state_e                     state;
    void                            (*changed)(void *data, ngx_uint_t up);
    void                             *changed_data;
    ngx_event_t                       timer;   /* its meaning is the state */
    ngx_uint_t                        failures;
    ngx_uint_t                        epoch;   /* closed so many times */

    redis_slot_t                     *slots;   /* ring, in order of answers */
    ngx_uint_t                        nslots;
    ngx_uint_t                        head;
    ngx_uint_t                        count;

    ngx_queue_t                       away;    /* to be answered soon */
    ngx_event_t                       turn;    /* posted: answer, then write */
};


static void redis_open(ngx_commerce_redis_t *redis);
static void redis_greet(ngx_commerce_redis_t *redis);
static void redis_greeted(ngx_commerce_redis_t *redis, redisReply *r);
static ngx_int_t redis_append(ngx_commerce_redis_t *redis,
    ngx_commerce_redis_command_t *cmd, const ngx_str_t *words, ngx_uint_t n);
static void redis_read(ngx_commerce_redis_t *redis);
static void redis_answer(ngx_commerce_redis_t *redis, redisReply *r);
static void redis_away(ngx_commerce_redis_t *redis,
    ngx_commerce_redis_command_t *cmd);
static void redis_broken(ngx_commerce_redis_t *redis);
static void redis_fail(ngx_commerce_redis_t *redis, ngx_err_t err,
    const char *why);
static void redis_retry(ngx_commerce_redis_t *redis);
static void redis_turn(ngx_event_t *ev);
static void redis_event(ngx_commerce_fd_t *fd, unsigned ready);
static void redis_timer(ngx_event_t *ev);
static void redis_watch(ngx_commerce_redis_t *redis);


ngx_commerce_redis_t *
ngx_commerce_redis_create(const ngx_commerce_redis_conf_t *conf,
    ngx_pool_t *pool, ngx_log_t *log)
{
    ngx_commerce_redis_t  *redis;

    redis = ngx_pcalloc(pool, sizeof(ngx_commerce_redis_t));
    if (redis == NULL) {
        return NULL;
    }

    redis->nslots = conf->pending + GREETING;
    redis->slots = ngx_pcalloc(pool, redis->nslots * sizeof(redis_slot_t));
    if (redis->slots == NULL) {
        return NULL;
    }

    redis->conf = conf;
    redis->log = log;

    redis->wire.s = (ngx_socket_t) -1;
    redis->wire.log = log;
    redis->wire.fd.handler = redis_event;
    redis->wire.fd.data = redis;

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
    cmd->slot = NULL;
    cmd->away = 0;

    if (redis->state != REDIS_UP || redis->count >= redis->conf->pending
        || redis_append(redis, cmd, words, n) != NGX_OK)
    {
        redis_away(redis, cmd);
        return;
    }

    /* not cancelable: a worker that leaves waits for its few commands */

    if (!redis->timer.timer_set) {
        redis->timer.cancelable = 0;
        ngx_add_timer(&redis->timer, redis->conf->timeout);
    }

    ngx_commerce_fd_idle(&redis->wire.fd, 0);
    ngx_post_event(&redis->turn, &ngx_posted_events);
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


void
ngx_commerce_redis_watch(ngx_commerce_redis_t *redis,
    void (*changed)(void *data, ngx_uint_t up), void *data)
{
    redis->changed = changed;
    redis->changed_data = data;
}


ngx_uint_t
ngx_commerce_redis_ready(const ngx_commerce_redis_t *redis)
{
    return redis->state == REDIS_UP;
}


void
ngx_commerce_redis_destroy(ngx_commerce_redis_t *redis)
{
    ngx_commerce_redis_wire_free(&redis->wire);

    redis->epoch++;
    redis->count = 0;
    redis->state = REDIS_DOWN;

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
    ngx_int_t  rc;

    rc = ngx_commerce_redis_wire_open(&redis->wire, &redis->conf->addr);

    if (rc == NGX_ERROR) {
        redis_broken(redis);
        return;
    }

    ngx_commerce_fd_idle(&redis->wire.fd, 1);

    redis->state = REDIS_DIALLED;
    redis->timer.cancelable = 1;
    ngx_add_timer(&redis->timer, redis->conf->connect_timeout);

    if (rc == NGX_OK) {
        redis_greet(redis);
    }
}


/*
 * The circuit closes with the last answer: a Redis that is loading, wants
 * another password or has no such database stays away.
 */
static void
redis_greet(ngx_commerce_redis_t *redis)
{
    u_char                            number[NGX_INT_T_LEN];
    ngx_int_t                         rc;
    ngx_str_t                         words[3];
    ngx_uint_t                        n;
    const ngx_commerce_redis_conf_t  *conf;

    conf = redis->conf;
    redis->state = REDIS_GREETED;
    rc = NGX_OK;

    if (conf->password.len != 0) {
        n = 0;
        ngx_str_set(&words[n], "AUTH");
        n++;

        if (conf->user.len != 0) {
            words[n++] = conf->user;
        }

        words[n++] = conf->password;
        rc = redis_append(redis, NULL, words, n);
    }

    if (rc == NGX_OK && conf->database != 0) {
        ngx_str_set(&words[0], "SELECT");
        words[1].data = number;
        words[1].len = ngx_sprintf(number, "%ui", conf->database) - number;
        rc = redis_append(redis, NULL, words, 2);
    }

    if (rc == NGX_OK) {
        ngx_str_set(&words[0], "PING");
        rc = redis_append(redis, NULL, words, 1);
    }

    if (rc != NGX_OK
        || ngx_commerce_redis_wire_write(&redis->wire) != NGX_OK)
    {
        redis_broken(redis);
    }
}


static void
redis_greeted(ngx_commerce_redis_t *redis, redisReply *r)
{
    if (r->type != REDIS_REPLY_STATUS) {
        redis_fail(redis, 0, r->type == REDIS_REPLY_ERROR ? r->str
                                                          : "no greeting");
        return;
    }

    if (redis->count != 0) {
        return;
    }

    ngx_log_error(NGX_LOG_NOTICE, redis->log, 0, "redis \"%V\": connected",
                  &redis->conf->addr.name);

    if (redis->timer.timer_set) {
        ngx_del_timer(&redis->timer);
    }

    redis->state = REDIS_UP;

    if (redis->changed != NULL) {
        redis->changed(redis->changed_data, 1);
    }
}


/* A command into the buffer and its slot into the ring; NULL: a greeting. */
static ngx_int_t
redis_append(ngx_commerce_redis_t *redis, ngx_commerce_redis_command_t *cmd,
    const ngx_str_t *words, ngx_uint_t n)
{
    redis_slot_t  *slot;

    if (ngx_commerce_redis_wire_append(&redis->wire, words, n) != NGX_OK) {
        return NGX_ERROR;
    }

    slot = &redis->slots[(redis->head + redis->count) % redis->nslots];

    slot->cmd = cmd;
    slot->sent = ngx_current_msec;
    slot->greeting = (cmd == NULL);

    if (cmd != NULL) {
        cmd->slot = slot;
    }

    redis->count++;

    return NGX_OK;
}


/* A handler in here may close the connection. */
static void
redis_read(ngx_commerce_redis_t *redis)
{
    redisReply  *r;
    ngx_uint_t   epoch;

    if (ngx_commerce_redis_wire_read(&redis->wire) != NGX_OK) {
        redis_broken(redis);
        return;
    }

    epoch = redis->epoch;

    while (redis->epoch == epoch) {

        if (ngx_commerce_redis_wire_reply(&redis->wire, &r) != NGX_OK) {
            redis_broken(redis);
            return;
        }

        if (r == NULL) {
            return;
        }

        if (redis->count == 0) {
            redis_fail(redis, 0, "an answer that nobody asked for");

        } else {
            redis_answer(redis, r);
        }

        freeReplyObject(r);
    }
}


/* The handler may send, forget, and destroy. */
static void
redis_answer(ngx_commerce_redis_t *redis, redisReply *r)
{
    redis_slot_t                  *slot;
    ngx_commerce_redis_command_t  *cmd;

    slot = &redis->slots[redis->head];
    cmd = slot->cmd;

    redis->head = (redis->head + 1) % redis->nslots;
    redis->count--;

    if (slot->greeting) {
        redis_greeted(redis, r);
        return;
    }

    /* the answer to a PING says little: only now is it known to be well */

    redis->failures = 0;

    if (redis->count == 0) {
        ngx_commerce_fd_idle(&redis->wire.fd, 1);
    }

    if (cmd == NULL) {
        return;
    }

    cmd->slot = NULL;
    cmd->reply = (ngx_commerce_redis_reply_t *) r;
    cmd->status = r->type == REDIS_REPLY_ERROR ? NGX_COMMERCE_REDIS_REFUSED
                                               : NGX_COMMERCE_REDIS_OK;
    cmd->handler(cmd);
}


static void
redis_away(ngx_commerce_redis_t *redis, ngx_commerce_redis_command_t *cmd)
{
    cmd->slot = NULL;
    cmd->status = NGX_COMMERCE_REDIS_AWAY;
    cmd->reply = NULL;
    cmd->away = 1;

    ngx_queue_insert_tail(&redis->away, &cmd->link);
    ngx_post_event(&redis->turn, &ngx_posted_events);
}


static void
redis_broken(ngx_commerce_redis_t *redis)
{
    redis_fail(redis, redis->wire.err, redis->wire.why);
}


/* Opens the circuit; what is pending is answered from the next turn. */
static void
redis_fail(ngx_commerce_redis_t *redis, ngx_err_t err, const char *why)
{
    ngx_uint_t     level;
    redis_slot_t  *slot;

    /* a Redis that is away would fill the log */

    level = (redis->failures == 0 && !ngx_exiting) ? NGX_LOG_ERR
                                                   : NGX_LOG_INFO;

    ngx_log_error(level, redis->log, err, "redis \"%V\": %s",
                  &redis->conf->addr.name, why);

    ngx_commerce_redis_wire_close(&redis->wire);

    redis->epoch++;

    if (redis->state == REDIS_UP && redis->changed != NULL) {
        redis->changed(redis->changed_data, 0);
    }

    redis->state = REDIS_DOWN;

    for ( /* void */ ; redis->count != 0; redis->count--) {
        slot = &redis->slots[redis->head];
        redis->head = (redis->head + 1) % redis->nslots;

        if (slot->cmd != NULL) {
            redis_away(redis, slot->cmd);
        }
    }

    redis_retry(redis);
}


static void
redis_retry(ngx_commerce_redis_t *redis)
{
    ngx_msec_t  delay;

    if (redis->timer.timer_set) {
        ngx_del_timer(&redis->timer);
    }

    if (ngx_exiting) {
        return;
    }

    delay = ngx_min(RETRY_FIRST << ngx_min(redis->failures, 8), RETRY_LAST);
    delay = delay / 2 + (ngx_msec_t) ngx_random() % (delay / 2 + 1);

    redis->failures++;
    redis->timer.cancelable = 1;
    ngx_add_timer(&redis->timer, delay);
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

    if (redis->state == REDIS_UP
        && ngx_commerce_redis_wire_write(&redis->wire) != NGX_OK)
    {
        redis_broken(redis);
    }
}


static void
redis_event(ngx_commerce_fd_t *fd, unsigned ready)
{
    ngx_commerce_redis_t  *redis;

    redis = fd->data;

    if (ready == 0) {
        redis_fail(redis, 0, "worker leaves");

    } else if (redis->state == REDIS_DIALLED) {

        if (ngx_commerce_redis_wire_dialled(&redis->wire) != NGX_OK) {
            redis_broken(redis);
            return;
        }

        redis_greet(redis);

    } else if (ready == NGX_COMMERCE_FD_READ) {
        redis_read(redis);

    } else if (ngx_commerce_redis_wire_write(&redis->wire) != NGX_OK) {
        redis_broken(redis);
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

    case REDIS_UP:
        redis_watch(redis);
        break;

    default:
        redis_fail(redis, 0, "connecting timed out");
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
        redis_fail(redis, 0, "no answer in time");
        return;
    }

    ngx_add_timer(&redis->timer, redis->conf->timeout - age);
}
