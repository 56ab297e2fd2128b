/*
 * What the change feeds have to ask the databases, in the worker that listens:
 * every second up to where the log is written, to know how far behind they
 * are; and after commits that moved something, whether the database shows
 * them already.
 *
 * The state lives with the worker; the timer does not keep a worker that
 * wants to exit.
 */

#include "../gateway/feed.h"
#include "feeds.h"


#define EVERY  1000    /* ms */
#define AGAIN  5       /* ms, until a commit is shown */
#define LATER  100     /* ms, until the database answers again */


/* Databases that have a feed; of each the call feed_position(), and after
 * those of all feed_settled(). */

enum {
    FEEDS_IDENTITY = 0,
    FEEDS_STORE,
    FEEDS
};


typedef struct feeds_s  feeds_t;

typedef struct {
    feeds_t                *feeds;
    ngx_uint_t              which;
    ngx_event_t             again;
    unsigned                asking:1;    /* for the position */
    unsigned                settling:1;
} database_t;

struct feeds_s {
    ngx_commerce_worker_t  *worker;
    ngx_event_t             timer;
    database_t              databases[FEEDS];
};


/* Of a flow. */

typedef struct {
    database_t  *database;
    unsigned     more:1;     /* to settle */
    unsigned     failed:1;
} asking_t;


static void *feeds_create(ngx_commerce_worker_t *worker);
static void feeds_tick(ngx_event_t *ev);
static ngx_int_t feeds_start(database_t *database,
    const ngx_commerce_step_t *steps,
    void (*finished)(ngx_commerce_flow_t *f));
static const char *feeds_name(database_t *database);
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
    { "identity", "feed_position", { NULL } },
    { "store", "feed_position", { NULL } },
    { "identity", "feed_settled", { "xids", NULL } },
    { "store", "feed_settled", { "xids", NULL } },
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_feeds_domain = {
    "feeds", feeds_handlers, feeds_calls, feeds_create
};


static void *
feeds_create(ngx_commerce_worker_t *worker)
{
    feeds_t     *feeds;
    ngx_uint_t   i;
    database_t  *database;

    feeds = ngx_pcalloc(worker->pool, sizeof(feeds_t));
    if (feeds == NULL) {
        return NULL;
    }

    for (i = 0; i < FEEDS; i++) {
        database = &feeds->databases[i];
        database->feeds = feeds;
        database->which = i;

        database->again.handler = settle_again;
        database->again.data = database;
        database->again.log = worker->log;
        database->again.cancelable = 1;

        (void) ngx_commerce_feed_settle(worker, feeds_name(database),
                                        settle_begin, database);
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
    database_t  *database;

    if (ngx_exiting) {
        return;
    }

    for (i = 0; i < FEEDS; i++) {
        database = &feeds->databases[i];

        if (database->asking
            || !ngx_commerce_feed_listens(feeds->worker, feeds_name(database)))
        {
            continue;
        }

        database->asking = 1;

        if (feeds_start(database, feeds_steps, feeds_told) != NGX_OK) {
            database->asking = 0;
        }
    }

    ngx_add_timer(&feeds->timer, EVERY);
}


/* All of it may be over when this returns. */

static ngx_int_t
feeds_start(database_t *database, const ngx_commerce_step_t *steps,
    void (*finished)(ngx_commerce_flow_t *f))
{
    asking_t             *asking;
    ngx_commerce_flow_t  *f;

    f = ngx_commerce_flow_detached(database->feeds->worker,
                                   &ngx_commerce_feeds_domain, steps,
                                   sizeof(asking_t), finished);
    if (f == NULL) {
        return NGX_ERROR;
    }

    asking = f->state;
    asking->database = database;

    f->lane = NGX_COMMERCE_LANE_PAY;

    ngx_commerce_flow_start(f);

    return NGX_OK;
}


static const char *
feeds_name(database_t *database)
{
    return feeds_calls[database->which].database;
}


static ngx_int_t
feeds_ask(ngx_commerce_flow_t *f)
{
    asking_t  *asking = f->state;

    return ngx_commerce_flow_try(f, asking->database->which, NULL);
}


static ngx_int_t
feeds_tell(ngx_commerce_flow_t *f)
{
    int64_t    position;
    asking_t  *asking = f->state;

    position = ngx_commerce_flow_int(f, "position", 0);

    if (f->status == NGX_COMMERCE_PG_OK && position > 0) {
        ngx_commerce_feed_position(f->worker, feeds_name(asking->database),
                                   (uint64_t) position);
    }

    return NGX_DONE;
}


static void
feeds_told(ngx_commerce_flow_t *f)
{
    asking_t  *asking = f->state;

    asking->database->asking = 0;
}


/* From inside the feed: a batch of its messages may follow. */

static void
settle_begin(void *data)
{
    database_t  *database = data;

    if (!database->settling && !database->again.timer_set) {
        ngx_add_timer(&database->again, 1);
    }
}


static void
settle_again(ngx_event_t *ev)
{
    database_t  *database = ev->data;

    if (feeds_start(database, settle_steps, settle_told) != NGX_OK) {
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

    asking->database->settling = 1;
    asking->more = 1;
    asking->failed = 1;

    values[0] = ngx_commerce_feed_unsettled(f->worker,
                                            feeds_name(asking->database),
                                            f->pool);
    if (values[0] == NULL) {
        asking->more = 0;
        return NGX_DONE;
    }

    return ngx_commerce_flow_try(f, FEEDS + asking->database->which, values);
}


static ngx_int_t
settle_tell(ngx_commerce_flow_t *f)
{
    asking_t    *asking = f->state;
    ngx_uint_t   shown;

    asking->failed = (f->status != NGX_COMMERCE_PG_OK);
    shown = (!asking->failed && ngx_commerce_flow_flag(f, "settled"));

    asking->more = (ngx_commerce_feed_settled(f->worker,
                                              feeds_name(asking->database),
                                              shown)
                    != 0);

    return NGX_DONE;
}


static void
settle_told(ngx_commerce_flow_t *f)
{
    asking_t  *asking = f->state;

    asking->database->settling = 0;

    if (asking->more && !ngx_exiting) {
        ngx_add_timer(&asking->database->again,
                      asking->failed ? LATER : AGAIN);
    }
}
