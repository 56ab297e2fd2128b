/*
 * What the change feed of the store has to ask it, in the worker that listens:
 * every second up to where the log is written, to know how far behind it is;
 * and after commits that moved something, whether the database shows them
 * already.  Identity's needs neither: it hears by notifications, which come
 * when a commit can be seen.
 *
 * The state lives with the worker; the timer does not keep a worker that
 * wants to exit.
 */

#include "../gateway/feed.h"
#include "feeds.h"


#define STORE  "store"

#define EVERY  1000    /* ms */
#define AGAIN  5       /* ms, until a commit is shown */
#define LATER  100     /* ms, until the database answers again */


/* The calls. */

enum {
    FEEDS_POSITION = 0,
    FEEDS_SETTLED
};


typedef struct {
    ngx_commerce_worker_t  *worker;
    ngx_event_t             timer;
    ngx_event_t             again;
    unsigned                asking:1;    /* for the position */
    unsigned                settling:1;
} feeds_t;


/* Of a flow. */

typedef struct {
    feeds_t     *feeds;
    unsigned     more:1;     /* to settle */
    unsigned     failed:1;
} asking_t;


static void *feeds_create(ngx_commerce_worker_t *worker);
static void feeds_tick(ngx_event_t *ev);
static ngx_int_t feeds_start(feeds_t *feeds,
    const ngx_commerce_step_t *steps,
    void (*finished)(ngx_commerce_flow_t *f));
static ngx_int_t feeds_ask(ngx_commerce_flow_t *f);
static ngx_int_t feeds_tell(ngx_commerce_flow_t *f);
static void feeds_told(ngx_commerce_flow_t *f);
static void settle_begin(void *data);
static void settle_again(ngx_event_t *ev);
static ngx_int_t settle_ask(ngx_commerce_flow_t *f);
static ngx_int_t settle_tell(ngx_commerce_flow_t *f);
static void settle_told(ngx_commerce_flow_t *f);


static const ngx_commerce_step_t  feeds_steps[] = {
    { "asking where the log ends", feeds_ask },
    { "telling the feed", feeds_tell },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_step_t  settle_steps[] = {
    { "asking whether commits are shown", settle_ask },
    { "moving what they moved again", settle_tell },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_handler_t  feeds_handlers[] = {
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  feeds_calls[] = {
    { STORE, "feed_position", { NULL } },
    { STORE, "feed_settled", { "xids", NULL } },
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_feeds_domain = {
    "feeds", feeds_handlers, feeds_calls, feeds_create
};


static void *
feeds_create(ngx_commerce_worker_t *worker)
{
    feeds_t  *feeds;

    feeds = ngx_pcalloc(worker->pool, sizeof(feeds_t));
    if (feeds == NULL) {
        return NULL;
    }

    feeds->worker = worker;

    feeds->again.handler = settle_again;
    feeds->again.data = feeds;
    feeds->again.log = worker->log;
    feeds->again.cancelable = 1;

    feeds->timer.handler = feeds_tick;
    feeds->timer.data = feeds;
    feeds->timer.log = worker->log;
    feeds->timer.cancelable = 1;

    (void) ngx_commerce_feed_settle(worker, STORE, settle_begin, feeds);

    ngx_add_timer(&feeds->timer, EVERY);

    return feeds;
}


static void
feeds_tick(ngx_event_t *ev)
{
    feeds_t  *feeds = ev->data;

    if (ngx_exiting) {
        return;
    }

    ngx_add_timer(&feeds->timer, EVERY);

    if (feeds->asking || !ngx_commerce_feed_listens(feeds->worker, STORE)) {
        return;
    }

    feeds->asking = 1;

    if (feeds_start(feeds, feeds_steps, feeds_told) != NGX_OK) {
        feeds->asking = 0;
    }
}


/* All of it may be over when this returns. */

static ngx_int_t
feeds_start(feeds_t *feeds, const ngx_commerce_step_t *steps,
    void (*finished)(ngx_commerce_flow_t *f))
{
    asking_t             *asking;
    ngx_commerce_flow_t  *f;

    f = ngx_commerce_flow_detached(feeds->worker, &ngx_commerce_feeds_domain,
                                   steps, sizeof(asking_t), finished);
    if (f == NULL) {
        return NGX_ERROR;
    }

    asking = f->state;
    asking->feeds = feeds;

    f->lane = NGX_COMMERCE_LANE_PAY;

    ngx_commerce_flow_start(f);

    return NGX_OK;
}


static ngx_int_t
feeds_ask(ngx_commerce_flow_t *f)
{
    return ngx_commerce_flow_try(f, FEEDS_POSITION, NULL);
}


static ngx_int_t
feeds_tell(ngx_commerce_flow_t *f)
{
    int64_t  position;

    position = ngx_commerce_flow_int(f, "position", 0);

    if (f->status == NGX_COMMERCE_PG_OK && position > 0) {
        ngx_commerce_feed_position(f->worker, STORE, (uint64_t) position);
    }

    return NGX_DONE;
}


static void
feeds_told(ngx_commerce_flow_t *f)
{
    asking_t  *asking = f->state;

    asking->feeds->asking = 0;
}


/* From inside the feed: a batch of its messages may follow. */

static void
settle_begin(void *data)
{
    feeds_t  *feeds = data;

    if (!feeds->settling && !feeds->again.timer_set) {
        ngx_add_timer(&feeds->again, 1);
    }
}


static void
settle_again(ngx_event_t *ev)
{
    if (feeds_start(ev->data, settle_steps, settle_told) != NGX_OK) {
        ngx_add_timer(ev, AGAIN);
    }
}


static ngx_int_t
settle_ask(ngx_commerce_flow_t *f)
{
    asking_t     *asking = f->state;
    const char  **values;

    values = ngx_palloc(f->pool, sizeof(char *));
    if (values == NULL) {
        return NGX_ERROR;
    }

    asking->feeds->settling = 1;
    asking->more = 1;
    asking->failed = 1;

    values[0] = ngx_commerce_feed_unsettled(f->worker, STORE, f->pool);

    if (values[0] == NULL) {
        asking->more = 0;
        return NGX_DONE;
    }

    return ngx_commerce_flow_try(f, FEEDS_SETTLED, values);
}


static ngx_int_t
settle_tell(ngx_commerce_flow_t *f)
{
    asking_t    *asking = f->state;
    ngx_uint_t   shown;

    asking->failed = (f->status != NGX_COMMERCE_PG_OK);
    shown = (!asking->failed && ngx_commerce_flow_flag(f, "settled"));

    asking->more = (ngx_commerce_feed_settled(f->worker, STORE, shown) != 0);

    return NGX_DONE;
}


static void
settle_told(ngx_commerce_flow_t *f)
{
    asking_t  *asking = f->state;

    asking->feeds->settling = 0;

    if (asking->more && !ngx_exiting) {
        ngx_add_timer(&asking->feeds->again,
                      asking->failed ? LATER : AGAIN);
    }
}
