/*
 * How far behind the change feeds are: the worker that listens to a database
 * asks it every second up to where its log is written, and tells the feed,
 * which knows how far it has come.
 *
 * The state lives with the worker; the timer does not keep a worker that
 * wants to exit.
 */

#include "../gateway/feed.h"
#include "feeds.h"


#define EVERY  1000    /* ms */


/* By call: api.feed_position() of each database that has a feed. */

enum {
    FEEDS_IDENTITY = 0,
    FEEDS_STORE,
    FEEDS
};


typedef struct {
    ngx_commerce_worker_t  *worker;
    ngx_event_t             timer;
    ngx_uint_t              asking[FEEDS];
} feeds_t;


/* Of a flow: whose it is, and which database it asks. */

typedef struct {
    feeds_t     *feeds;
    ngx_uint_t   which;
} asking_t;


static void *feeds_create(ngx_commerce_worker_t *worker);
static void feeds_tick(ngx_event_t *ev);
static void feeds_start(feeds_t *feeds, ngx_uint_t which);
static ngx_int_t feeds_ask(ngx_commerce_flow_t *f);
static ngx_int_t feeds_tell(ngx_commerce_flow_t *f);
static void feeds_finished(ngx_commerce_flow_t *f);


static const ngx_commerce_step_t  feeds_steps[] = {
    { "asking where the log ends", feeds_ask },
    { "telling the feed", feeds_tell },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_handler_t  feeds_handlers[] = {
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  feeds_calls[] = {
    { "identity", "feed_position", { NULL } },
    { "store", "feed_position", { NULL } },
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
    feeds->timer.handler = feeds_tick;
    feeds->timer.data = feeds;
    feeds->timer.log = worker->log;
    feeds->timer.cancelable = 1;

    ngx_add_timer(&feeds->timer, EVERY);

    return feeds;
}


static void
feeds_tick(ngx_event_t *ev)
{
    feeds_t     *feeds = ev->data;
    ngx_uint_t   i;

    if (ngx_exiting) {
        return;
    }

    for (i = 0; i < FEEDS; i++) {
        if (!feeds->asking[i]
            && ngx_commerce_feed_listens(feeds->worker,
                                         feeds_calls[i].database))
        {
            feeds_start(feeds, i);
        }
    }

    ngx_add_timer(&feeds->timer, EVERY);
}


static void
feeds_start(feeds_t *feeds, ngx_uint_t which)
{
    asking_t             *asking;
    ngx_commerce_flow_t  *f;

    f = ngx_commerce_flow_detached(feeds->worker, &ngx_commerce_feeds_domain,
                                   feeds_steps, sizeof(asking_t),
                                   feeds_finished);
    if (f == NULL) {
        return;
    }

    asking = f->state;
    asking->feeds = feeds;
    asking->which = which;
    feeds->asking[which] = 1;

    f->lane = NGX_COMMERCE_LANE_PAY;

    ngx_commerce_flow_start(f);
}


static ngx_int_t
feeds_ask(ngx_commerce_flow_t *f)
{
    asking_t  *asking = f->state;

    return ngx_commerce_flow_try(f, asking->which, NULL);
}


static ngx_int_t
feeds_tell(ngx_commerce_flow_t *f)
{
    int64_t    position;
    asking_t  *asking = f->state;

    position = ngx_commerce_flow_int(f, "position", 0);

    if (f->status == NGX_COMMERCE_PG_OK && position > 0) {
        ngx_commerce_feed_position(f->worker,
                                   feeds_calls[asking->which].database,
                                   (uint64_t) position);
    }

    return NGX_DONE;
}


static void
feeds_finished(ngx_commerce_flow_t *f)
{
    asking_t  *asking = f->state;

    asking->feeds->asking[asking->which] = 0;
}
