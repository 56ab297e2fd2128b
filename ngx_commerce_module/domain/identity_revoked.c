/*
 * Sessions that ended elsewhere: before this gateway started, at another
 * gateway, by psql.  The worker that listens to the change feed of identity
 * hears of each and writes it into the shared memory that all workers look
 * into.  What ended while nobody listened is asked for: when a stream begins,
 * as far back as an access token can live; while there is none, every second
 * by the first worker.
 *
 * The state lives with the worker; the timer does not keep a worker that
 * wants to exit.
 */

#include "../gateway/feed.h"
#include "identity.h"


#define EVERY     1000    /* ms, without a feed */
#define AGAIN     250     /* ms, until an answer, and to look at the feed */
#define OVERLAP   20      /* s that are asked for each time */


typedef struct {
    ngx_commerce_worker_t  *worker;
    ngx_event_t             timer;
    ngx_msec_t              asked;       /* when, the last time */
    unsigned                wanted:1;    /* as far back as tokens live */
    unsigned                asking:1;
} revoked_t;


/* Of a flow: whose it is, whether it asks as far back as that. */

typedef struct {
    revoked_t  *revoked;
    unsigned    whole:1;
    unsigned    done:1;
} asking_t;


static void revoked_row(void *data, const ngx_commerce_walog_event_t *e);
static void revoked_session(revoked_t *revoked,
    const ngx_commerce_walog_value_t *id);
static void revoked_tick(ngx_event_t *ev);
static ngx_uint_t revoked_due(revoked_t *revoked);
static void revoked_start(revoked_t *revoked);
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
    revoked->wanted = (ngx_worker == 0);

    if (ngx_commerce_feed_subscribe(worker, "identity", "session",
                                    revoked_row, revoked)
        == NGX_ERROR)
    {
        return NULL;
    }

    ngx_add_timer(&revoked->timer, 1);

    return revoked;
}


/* In the worker that listens. */

static void
revoked_row(void *data, const ngx_commerce_walog_event_t *e)
{
    revoked_t                         *revoked = data;
    const ngx_commerce_walog_value_t  *at;

    if (e == NULL) {

        /* the stream has begun: whatever ended before is not in it */

        revoked->wanted = 1;
        revoked_start(revoked);
        return;
    }

    switch (e->kind) {

    case NGX_COMMERCE_WALOG_TRUNCATE:
        ngx_commerce_zone_revoke_all(revoked->worker->zone);
        break;

    case NGX_COMMERCE_WALOG_DELETE:
        revoked_session(revoked, ngx_commerce_walog_value(e->relation,
                                                          &e->old, "id"));
        break;

    default:
        at = ngx_commerce_walog_value(e->relation, &e->row, "revoked_at");

        if (at != NULL && at->kind == 't') {
            revoked_session(revoked, ngx_commerce_walog_value(e->relation,
                                                              &e->row, "id"));
        }
    }
}


static void
revoked_session(revoked_t *revoked, const ngx_commerce_walog_value_t *id)
{
    u_char                            subject[64], *last;
    const ngx_commerce_jwt_policy_t  *policy;

    if (id == NULL || id->kind != 't') {
        return;
    }

    policy = &revoked->worker->conf->jwt_policy;
    last = ngx_slprintf(subject, subject + sizeof(subject), "sid:%*s",
                        id->text.len, id->text.data);

    ngx_commerce_zone_revoke(revoked->worker->zone, (char *) subject,
                             last - subject,
                             ngx_time() + (time_t) (policy->max_life
                                                    + policy->leeway));
}


static void
revoked_tick(ngx_event_t *ev)
{
    revoked_t  *revoked = ev->data;

    if (ngx_exiting) {
        return;
    }

    ngx_add_timer(&revoked->timer, AGAIN);

    if (revoked_due(revoked)) {
        revoked_start(revoked);
    }
}


static ngx_uint_t
revoked_due(revoked_t *revoked)
{
    if (revoked->wanted) {
        return 1;
    }

    if (ngx_worker != 0 || ngx_current_msec - revoked->asked < EVERY) {
        return 0;
    }

    return !ngx_commerce_feed_stands(revoked->worker, "identity");
}


static void
revoked_start(revoked_t *revoked)
{
    asking_t             *asking;
    ngx_commerce_flow_t  *f;

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
    asking->whole = revoked->wanted;

    revoked->wanted = 0;
    revoked->asking = 1;
    revoked->asked = ngx_current_msec;

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

    if (asking->whole) {
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

    asking->done = 1;

    return NGX_DONE;
}


static void
revoked_finished(ngx_commerce_flow_t *f)
{
    asking_t  *asking = f->state;

    asking->revoked->asking = 0;

    /* what was missed now may be older than the next answer */

    if (!asking->done) {
        asking->revoked->wanted = 1;
    }
}
