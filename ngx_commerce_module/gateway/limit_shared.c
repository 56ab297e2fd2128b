/*
 * Rates that the gateways of a shop count together, in Redis: two steps before
 * those of the operation, for rates that the contract calls `shared`.  A round
 * trip is worth it where every attempt counts and each costs much more anyway
 * (login, registration, passwords); not for reads.
 *
 * A window of fixed length begins with the first request and holds `limit` +
 * `burst` + 1 of them: as many as shared memory lets through in that time from
 * a standing start, so a gateway that is alone is never refused here.
 *
 * One round trip, three plain commands: INCR counts, PEXPIRE NX begins the
 * window, PTTL tells when it ends.  No script, so Redis' ACL need not allow
 * any; a count that lost its expiry to a broken connection gets it from the
 * next request.  Clocks are not compared.
 *
 * Redis away, late (after timeout= at most), or answering with an error: this
 * gateway's part is taken from shared memory instead, beside the one that the
 * station took already, which errs towards the stricter.
 */

#include "limit.h"
#include "metrics.h"
#include "shared.h"


#define COUNT_COMMANDS  3


typedef struct limit_count_s  limit_count_t;

typedef struct {
    ngx_commerce_redis_command_t   commands[COUNT_COMMANDS];
    int64_t                        answers[COUNT_COMMANDS];
    limit_count_t                 *all;
    const ngx_commerce_rate_t     *rate;
    ngx_str_t                      name;
    u_char                         text[NGX_COMMERCE_SHARED_NAME];
    unsigned                       away:1;
    unsigned                       refused:1;
} count_t;

struct limit_count_s {
    ngx_commerce_flow_t           *flow;
    ngx_uint_t                     pending;
    uint64_t                       sent;     /* us */
    ngx_uint_t                     n;
    count_t                        counts[];
};


static ngx_int_t limit_ask(ngx_commerce_flow_t *f);
static ngx_int_t limit_send(ngx_commerce_flow_t *f, count_t *c);
static void limit_answered(ngx_commerce_redis_command_t *cmd);
static void limit_forget(ngx_commerce_flow_t *f, void *data);
static ngx_int_t limit_asked(ngx_commerce_flow_t *f);
static ngx_msec_t limit_wait(ngx_commerce_flow_t *f, count_t *c);
static void limit_heal(ngx_commerce_flow_t *f, count_t *c);


static const ngx_commerce_step_t  limit_steps[] = {
    { "counting with the other gateways", limit_ask },
    { "looking at the count", limit_asked },
    NGX_COMMERCE_STEPS_END
};


const ngx_commerce_step_t *
ngx_commerce_shared_limits(ngx_commerce_flow_t *f)
{
    unsigned  i;

    if (!ngx_commerce_shared_ready(f->worker->shared)) {
        return NULL;
    }

    for (i = 0; i < f->operation->nrates; i++) {
        if (f->operation->rates[i].shared) {
            return limit_steps;
        }
    }

    return NULL;
}


static ngx_int_t
limit_ask(ngx_commerce_flow_t *f)
{
    unsigned        i;
    count_t        *c;
    limit_count_t  *all;

    all = ngx_pcalloc(f->pool, sizeof(limit_count_t)
                               + f->operation->nrates * sizeof(count_t));
    if (all == NULL) {
        return NGX_ERROR;
    }

    all->flow = f;
    all->sent = ngx_commerce_clock_us();
    f->limits = all;

    for (i = 0; i < f->operation->nrates; i++) {
        if (!f->operation->rates[i].shared) {
            continue;
        }

        c = &all->counts[all->n++];
        c->all = all;
        c->rate = &f->operation->rates[i];

        if (limit_send(f, c) != NGX_OK) {
            limit_forget(f, all);
            return NGX_ERROR;
        }
    }

    return ngx_commerce_flow_wait(f, f->worker->conf->deadline, limit_forget,
                                  all);
}


static ngx_int_t
limit_send(ngx_commerce_flow_t *f, count_t *c)
{
    size_t       len;
    u_char       key[NGX_COMMERCE_LIMIT_KEY], per[NGX_INT_T_LEN];
    ngx_str_t    words[4];
    ngx_uint_t   i;

    static const struct {
        ngx_str_t   name;
        ngx_uint_t  words;
    } commands[COUNT_COMMANDS] = {
        { ngx_string("INCR"), 2 },
        { ngx_string("PEXPIRE"), 4 },
        { ngx_string("PTTL"), 2 }
    };

    len = ngx_commerce_limit_key(f, c->rate, key);

    if (ngx_commerce_shared_name(f->worker->shared, 'r', key, len, c->text,
                                 &c->name)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    words[1] = c->name;
    words[2].data = per;
    words[2].len = ngx_sprintf(per, "%ui", (ngx_uint_t) c->rate->per_ms) - per;
    ngx_str_set(&words[3], "NX");

    for (i = 0; i < COUNT_COMMANDS; i++) {
        c->commands[i].handler = limit_answered;
        c->commands[i].data = c;
        c->all->pending++;

        words[0] = commands[i].name;
        ngx_commerce_shared_send(f->worker->shared, &c->commands[i], words,
                                 commands[i].words);
    }

    return NGX_OK;
}


static void
limit_answered(ngx_commerce_redis_command_t *cmd)
{
    count_t        *c = cmd->data;
    limit_count_t  *all = c->all;

    switch (cmd->status) {

    case NGX_COMMERCE_REDIS_OK:
        c->answers[cmd - c->commands] = ngx_commerce_redis_integer(cmd->reply);
        break;

    case NGX_COMMERCE_REDIS_REFUSED:
        c->refused = 1;
        break;

    case NGX_COMMERCE_REDIS_AWAY:
        c->away = 1;
        break;
    }

    if (--all->pending == 0) {
        ngx_commerce_shared_took(all->flow->worker->shared,
                                 ngx_commerce_clock_us() - all->sent);
        ngx_commerce_flow_wake(all->flow);
    }
}


static void
limit_forget(ngx_commerce_flow_t *f, void *data)
{
    ngx_uint_t      i, j;
    limit_count_t  *all = data;

    for (i = 0; i < all->n; i++) {
        for (j = 0; j < COUNT_COMMANDS; j++) {
            ngx_commerce_redis_forget(&all->counts[i].commands[j]);
        }
    }

    all->pending = 0;
}


/* Goes on with the operation's own steps. */

static ngx_int_t
limit_asked(ngx_commerce_flow_t *f)
{
    ngx_uint_t      i;
    ngx_msec_t      wait, most;
    limit_count_t  *all = f->limits;

    most = 0;

    for (i = 0; i < all->n; i++) {
        wait = limit_wait(f, &all->counts[i]);
        most = ngx_max(most, wait);
    }

    if (most != 0) {
        return ngx_commerce_limit_refuse(f, most);
    }

    f->steps = f->then;

    return NGX_OK;
}


static ngx_msec_t
limit_wait(ngx_commerce_flow_t *f, count_t *c)
{
    int64_t  left;

    if (c->refused) {
        limit_heal(f, c);
    }

    if (c->away || c->refused || f->timedout) {
        ngx_commerce_metrics_add(f->worker->metrics,
                                 NGX_COMMERCE_METRIC_RATE_ALONE, 1);

        return ngx_commerce_limit_take(f, c->rate, 1);
    }

    if (c->answers[0] <= (int64_t) c->rate->limit + c->rate->burst + 1) {
        return 0;
    }

    ngx_commerce_metrics_add(f->worker->metrics,
                             NGX_COMMERCE_METRIC_RATE_SHARED, 1);

    left = c->answers[2];

    return (left <= 0 || left > (int64_t) c->rate->per_ms)
           ? c->rate->per_ms : (ngx_msec_t) left;
}


/* Somebody else's value under our name: it would never go away by itself. */

static void
limit_heal(ngx_commerce_flow_t *f, count_t *c)
{
    ngx_str_t  words[2];

    ngx_str_set(&words[0], "UNLINK");
    words[1] = c->name;

    ngx_commerce_shared_tell(f->worker->shared, words, 2);
}
