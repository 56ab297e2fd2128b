/*
 * Upkeep of the store: the first worker calls api.upkeep() soon after it
 * started and then every few seconds, or when that says that there is more to
 * do.  What it does is told in sql/store/api/upkeep.sql; gateways keep
 * out of each other's way there.
 *
 * The state lives with the worker; the timer does not keep a worker that
 * wants to exit.
 */

#include "upkeep.h"


#define SOON   1000    /* ms, after the start */
#define EVERY  5000    /* ms */


typedef struct {
    ngx_commerce_worker_t  *worker;
    ngx_event_t             timer;
} upkeep_t;


/* Of a flow: whose it is, and when the next one is due. */

typedef struct {
    upkeep_t    *upkeep;
    ngx_msec_t   after;
} turn_t;


enum {
    UPKEEP_STORE = 0
};


static void *upkeep_create(ngx_commerce_worker_t *worker);
static void upkeep_tick(ngx_event_t *ev);
static ngx_int_t upkeep_ask(ngx_commerce_flow_t *f);
static ngx_int_t upkeep_look(ngx_commerce_flow_t *f);
static void upkeep_finished(ngx_commerce_flow_t *f);


static const ngx_commerce_step_t  upkeep_steps[] = {
    { "keeping up the store", upkeep_ask },
    { "looking for more upkeep", upkeep_look },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_handler_t  upkeep_handlers[] = {
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  upkeep_calls[] = {
    { "store", "upkeep", { NULL } },
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_upkeep_domain = {
    "upkeep", upkeep_handlers, upkeep_calls, upkeep_create
};


static void *
upkeep_create(ngx_commerce_worker_t *worker)
{
    upkeep_t  *upkeep;

    upkeep = ngx_pcalloc(worker->pool, sizeof(upkeep_t));
    if (upkeep == NULL) {
        return NULL;
    }

    upkeep->worker = worker;
    upkeep->timer.handler = upkeep_tick;
    upkeep->timer.data = upkeep;
    upkeep->timer.log = worker->log;
    upkeep->timer.cancelable = 1;

    if (ngx_worker == 0) {
        ngx_add_timer(&upkeep->timer, SOON);
    }

    return upkeep;
}


/* The timer is set again when the turn is over, so turns never overlap. */

static void
upkeep_tick(ngx_event_t *ev)
{
    turn_t               *turn;
    upkeep_t             *upkeep = ev->data;
    ngx_commerce_flow_t  *f;

    if (ngx_exiting) {
        return;
    }

    f = ngx_commerce_flow_detached(upkeep->worker,
                                   &ngx_commerce_upkeep_domain, upkeep_steps,
                                   sizeof(turn_t), upkeep_finished);
    if (f == NULL) {
        ngx_add_timer(&upkeep->timer, EVERY);
        return;
    }

    turn = f->state;
    turn->upkeep = upkeep;
    turn->after = EVERY;

    ngx_commerce_flow_start(f);
}


static ngx_int_t
upkeep_ask(ngx_commerce_flow_t *f)
{
    return ngx_commerce_flow_try(f, UPKEEP_STORE, NULL);
}


static ngx_int_t
upkeep_look(ngx_commerce_flow_t *f)
{
    turn_t  *turn = f->state;

    if (f->status == NGX_COMMERCE_PG_OK) {
        turn->after = ngx_commerce_flow_int(f, "after_ms", EVERY);
    }

    return NGX_DONE;
}


static void
upkeep_finished(ngx_commerce_flow_t *f)
{
    turn_t  *turn = f->state;

    if (!ngx_exiting) {
        ngx_add_timer(&turn->upkeep->timer, turn->after);
    }
}
