/*
 * Sessions that ended elsewhere: before this gateway started, at another
 * gateway, by psql.  The first worker asks the database for them and writes
 * them into the shared memory that all workers look into: at start as far
 * back as an access token can live, then every few seconds for the last ones.
 *
 * The state lives with the worker; the timer does not keep a worker that
 * wants to exit.
 */

#include "identity.h"


#define EVERY     5000    /* ms */
#define AGAIN     500     /* ms, until the first answer */
#define OVERLAP   20      /* s that are asked for each time */


typedef struct {
    ngx_commerce_worker_t  *worker;
    ngx_event_t             timer;
    unsigned                loaded:1;
    unsigned                asking:1;
} revoked_t;


/* Of a flow: whose it is. */

typedef struct {
    revoked_t  *revoked;
} asking_t;


static void revoked_tick(ngx_event_t *ev);
static ngx_int_t revoked_ask(ngx_commerce_flow_t *f);
static ngx_int_t revoked_take(ngx_commerce_flow_t *f);
static void revoked_finished(ngx_commerce_flow_t *f);


static const ngx_commerce_step_t  revoked_steps[] = {
    { "asking for ended sessions", revoked_ask },
    { "refusing ended sessions", revoked_take },
    NGX_COMMERCE_STEPS_END
};


void *
ngx_commerce_identity_create(ngx_commerce_worker_t *worker)
{
    revoked_t  *revoked;

    revoked = ngx_pcalloc(worker->pool, sizeof(revoked_t));
    if (revoked == NULL) {
        return NULL;
    }

    revoked->worker = worker;
    revoked->timer.handler = revoked_tick;
    revoked->timer.data = revoked;
    revoked->timer.log = worker->log;
    revoked->timer.cancelable = 1;

    if (ngx_worker == 0) {
        ngx_add_timer(&revoked->timer, 1);
    }

    return revoked;
}


static void
revoked_tick(ngx_event_t *ev)
{
    asking_t             *asking;
    revoked_t            *revoked = ev->data;
    ngx_commerce_flow_t  *f;

    if (ngx_exiting) {
        return;
    }

    ngx_add_timer(&revoked->timer, revoked->loaded ? EVERY : AGAIN);

    if (revoked->asking) {
        return;
    }

    f = ngx_commerce_flow_detached(revoked->worker,
                                   &ngx_commerce_identity_domain,
                                   revoked_steps, sizeof(asking_t),
                                   revoked_finished);
    if (f == NULL) {
        return;
    }

    asking = f->state;
    asking->revoked = revoked;
    revoked->asking = 1;

    f->lane = NGX_COMMERCE_LANE_PAY;

    ngx_commerce_flow_start(f);
}


static ngx_int_t
revoked_ask(ngx_commerce_flow_t *f)
{
    time_t                            seconds;
    u_char                           *text;
    asking_t                         *asking = f->state;
    const char                      **values;
    const ngx_commerce_jwt_policy_t  *policy;

    policy = &f->worker->conf->jwt_policy;
    seconds = OVERLAP;

    if (!asking->revoked->loaded) {
        seconds += (time_t) (policy->max_life + policy->leeway);
    }

    text = ngx_pnalloc(f->pool, NGX_TIME_T_LEN + 1);
    values = ngx_palloc(f->pool, sizeof(char *));

    if (text == NULL || values == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_sprintf(text, "%T%Z", seconds);
    values[0] = (char *) text;

    return ngx_commerce_flow_try(f, IDENTITY_REVOKED, values);
}


static ngx_int_t
revoked_take(ngx_commerce_flow_t *f)
{
    asking_t    *asking = f->state;
    ngx_str_t    subject;
    ngx_uint_t   i;

    if (f->status != NGX_COMMERCE_PG_OK) {
        return NGX_DONE;
    }

    for (i = 0;
         ngx_commerce_flow_cell(f, i, "subject", &subject) == NGX_OK;
         i++)
    {
        ngx_commerce_flow_revoke(f, (char *) subject.data, subject.len);
    }

    asking->revoked->loaded = 1;

    return NGX_DONE;
}


static void
revoked_finished(ngx_commerce_flow_t *f)
{
    asking_t  *asking = f->state;

    asking->revoked->asking = 0;
}
