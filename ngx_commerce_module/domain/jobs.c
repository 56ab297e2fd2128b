/*
 * The job runner.  Each worker looks for work now and then, and the one that
 * hears the change feed as soon as there is some: it hands on what waits in
 * the outbox (api.outbox_relay), claims jobs that are due (api.job_claim),
 * runs the steps of their kinds side by side, and renews the leases of those
 * that take long.  There is no leader: workers and gateways share the work by
 * claiming it.
 *
 * The state lives with the worker, a job in hand with the flow that does it.
 * A leaving worker claims nothing any more and ends what it has.
 */

#include "jobs.h"
#include "../gateway/feed.h"
#include "../gateway/metrics.h"
#include "../base/text.h"


#define SOON   5       /* ms, after the feed told of work or a job ended */
#define REST   50      /* ms from look to look, while there is more and more */
#define FIRST  300     /* ms, after the start */
#define RELAY  "500"   /* events at a time */
#define IDLE   700     /* ms, and as much again at random */
#define RENEW  5000    /* ms; leases are 15 s at least */
#define SLOTS  64      /* jobs in hand of a worker */


/* Of a database. */

typedef struct {
    ngx_commerce_worker_t  *worker;
    ngx_uint_t              calls;       /* the first of its calls */
    ngx_event_t             timer;       /* of the next look */
    ngx_event_t             renew;
    ngx_queue_t             held;        /* held_t */
    ngx_uint_t              nheld;
    ngx_msec_t              began;       /* the last look */
    const char             *holder;
    unsigned                looking:1;
    unsigned                soon:1;      /* somebody asked while looking */
    unsigned                woken:1;     /* the feed told of work */
    unsigned                more:1;      /* in the outbox */
} jobs_t;


/* A job in hand, in the pool of its flow. */

typedef struct {
    ngx_queue_t             link;
    jobs_t                 *jobs;
    ngx_commerce_job_t      job;
} held_t;


/* Of the looking flow. */

typedef struct {
    jobs_t                 *jobs;
    const char             *values[3];
    char                    room[NGX_INT_T_LEN + 1];
} look_t;


static void *jobs_create(ngx_commerce_worker_t *worker);
static void jobs_open(jobs_t *jobs, ngx_commerce_worker_t *worker,
    ngx_uint_t calls, const char *holder);
static const char *jobs_holder(ngx_commerce_worker_t *worker);
static void jobs_soon(jobs_t *jobs);
static void jobs_look(jobs_t *jobs, ngx_msec_t after);
static ngx_msec_t jobs_rest(const jobs_t *jobs);
static void jobs_told(void *data, const ngx_commerce_walog_event_t *e);
static void jobs_tick(ngx_event_t *ev);
static ngx_int_t look_relay(ngx_commerce_flow_t *f);
static ngx_int_t look_claim(ngx_commerce_flow_t *f);
static ngx_int_t look_take(ngx_commerce_flow_t *f);
static void look_finished(ngx_commerce_flow_t *f);
static void job_begin(jobs_t *jobs, ngx_commerce_flow_t *look,
    ngx_uint_t row);
static ngx_commerce_flow_t *job_flow(jobs_t *jobs,
    ngx_commerce_flow_t *look, ngx_uint_t row);
static void job_finished(ngx_commerce_flow_t *f);
static ngx_int_t job_run(ngx_commerce_flow_t *f);
static ngx_int_t job_ran(ngx_commerce_flow_t *f);
static void jobs_renew(ngx_event_t *ev);
static ngx_int_t renew_ask(ngx_commerce_flow_t *f);


static const ngx_commerce_step_t  look_steps[] = {
    { "emptying the outbox", look_relay },
    { "claiming jobs", look_claim },
    { "beginning jobs", look_take },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_step_t  renew_steps[] = {
    { "renewing leases of jobs", renew_ask },
    NGX_COMMERCE_STEPS_END
};

/* Of kinds that are a function of SQL. */

static const ngx_commerce_step_t  run_steps[] = {
    { "running a job in the database", job_run },
    { "looking what became of it", job_ran },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_handler_t  jobs_handlers[] = {
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  jobs_calls[] = {
    { "store", "outbox_relay", { "at_most", "mail", NULL } },
    { "store", "job_run", { "id", "lease", NULL } },

    { "store", "job_claim", { "kinds", "holder", "at_most", NULL } },
    { "store", "job_renew", { "leases", NULL } },
    { "store", "job_finish", { "id", "lease", "outcome", "error", "after_ms",
                               "result", NULL } },

    { "identity", "job_claim", { "kinds", "holder", "at_most", NULL } },
    { "identity", "job_renew", { "leases", NULL } },
    { "identity", "job_finish", { "id", "lease", "outcome", "error",
                                  "after_ms", "result", NULL } },
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_jobs_domain = {
    "jobs", jobs_handlers, jobs_calls, jobs_create
};


/* Identity is asked only by a gateway that sends mail. */

static void *
jobs_create(ngx_commerce_worker_t *worker)
{
    jobs_t      *jobs;
    const char  *holder;

    jobs = ngx_pcalloc(worker->pool, 2 * sizeof(jobs_t));
    holder = jobs_holder(worker);

    if (jobs == NULL || holder == NULL) {
        return NULL;
    }

    jobs_open(&jobs[0], worker, NGX_COMMERCE_JOBS_STORE, holder);

    /* without a feed they are found by looking */

    (void) ngx_commerce_feed_work(worker, "store", "outbox_waiting",
                                  jobs_told, &jobs[0]);
    (void) ngx_commerce_feed_work(worker, "store", "job", jobs_told,
                                  &jobs[0]);

    if (worker->conf->mail != NULL) {
        jobs_open(&jobs[1], worker, NGX_COMMERCE_JOBS_IDENTITY, holder);

        (void) ngx_commerce_feed_work(worker, "identity", "mail_outbox",
                                      jobs_told, &jobs[1]);
    }

    return jobs;
}


static void
jobs_open(jobs_t *jobs, ngx_commerce_worker_t *worker, ngx_uint_t calls,
    const char *holder)
{
    jobs->worker = worker;
    jobs->calls = calls;
    jobs->holder = holder;
    ngx_queue_init(&jobs->held);

    jobs->timer.handler = jobs_tick;
    jobs->timer.data = jobs;
    jobs->timer.log = worker->log;
    jobs->timer.cancelable = 1;

    jobs->renew.handler = jobs_renew;
    jobs->renew.data = jobs;
    jobs->renew.log = worker->log;
    jobs->renew.cancelable = 1;

    ngx_add_timer(&jobs->timer, FIRST + (ngx_msec_t) ngx_random() % FIRST);
}


/* "host:pid", for people who look at a job. */

static const char *
jobs_holder(ngx_commerce_worker_t *worker)
{
    u_char  *name;

    name = ngx_pnalloc(worker->pool, ngx_cycle->hostname.len
                                     + NGX_INT64_LEN + 2);
    if (name != NULL) {
        ngx_sprintf(name, "%V:%P%Z", &ngx_cycle->hostname, ngx_pid);
    }

    return (const char *) name;
}


static void
jobs_soon(jobs_t *jobs)
{
    jobs->soon = 1;

    if (!ngx_exiting) {
        jobs_look(jobs, SOON);
    }
}


/*
 * A look that is due sooner stays.  nginx leaves a timer alone that is set for
 * nearly the same time, so it is taken away before.
 */

static void
jobs_look(jobs_t *jobs, ngx_msec_t after)
{
    if (jobs->looking) {
        return;
    }

    if (jobs->timer.timer_set) {
        if ((ngx_msec_int_t) (jobs->timer.timer.key - ngx_current_msec)
            <= (ngx_msec_int_t) after)
        {
            return;
        }

        ngx_del_timer(&jobs->timer);
    }

    ngx_add_timer(&jobs->timer, after);
}


/*
 * Quick when it is calm; in a rush a look finds all that came since the one
 * before, for it costs much the same however much it finds.
 */

static ngx_msec_t
jobs_rest(const jobs_t *jobs)
{
    ngx_msec_int_t  left;

    left = (ngx_msec_int_t) (jobs->began + REST - ngx_current_msec);

    return ngx_max(left, SOON);
}


/* Orders that come one after the other are one look. */

static void
jobs_told(void *data, const ngx_commerce_walog_event_t *e)
{
    jobs_t  *jobs = data;

    if (jobs->woken || ngx_exiting) {
        return;
    }

    jobs->woken = 1;
    ngx_commerce_metrics_add(jobs->worker->metrics,
                             NGX_COMMERCE_METRIC_JOB_WAKE, 1);

    jobs_look(jobs, jobs_rest(jobs));
}


/* The timer is set again when the look is over, so looks never overlap. */

static void
jobs_tick(ngx_event_t *ev)
{
    jobs_t               *jobs = ev->data;
    look_t               *look;
    ngx_commerce_flow_t  *f;

    if (ngx_exiting) {
        return;
    }

    jobs->soon = 0;
    jobs->woken = 0;
    jobs->began = ngx_current_msec;

    f = (jobs->nheld == SLOTS)
        ? NULL
        : ngx_commerce_flow_detached(jobs->worker, &ngx_commerce_jobs_domain,
                                     look_steps, sizeof(look_t),
                                     look_finished);
    if (f == NULL) {
        ngx_add_timer(&jobs->timer, IDLE);
        return;
    }

    look = f->state;
    look->jobs = jobs;
    jobs->looking = 1;

    ngx_commerce_flow_start(f);
}


static ngx_int_t
look_relay(ngx_commerce_flow_t *f)
{
    look_t  *look = f->state;

    if (look->jobs->calls != NGX_COMMERCE_JOBS_STORE) {
        return NGX_OK;
    }

    look->values[0] = RELAY;
    look->values[1] = (f->worker->conf->mail != NULL) ? "t" : "f";

    return ngx_commerce_flow_try(f, NGX_COMMERCE_JOBS_RELAY, look->values);
}


static ngx_int_t
look_claim(ngx_commerce_flow_t *f)
{
    look_t  *look = f->state;

    if (f->status == NGX_COMMERCE_PG_REFUSED) {
        ngx_log_error(NGX_LOG_ERR, f->log, 0,
                      "commerce: the outbox cannot be emptied: %s %V",
                      f->sqlstate, &f->error_code);
    }

    look->jobs->more = f->status == NGX_COMMERCE_PG_OK
                       && ngx_commerce_flow_flag(f, "more");

    (void) ngx_sprintf((u_char *) look->room, "%ui%Z",
                       SLOTS - look->jobs->nheld);

    look->values[0] = ngx_commerce_jobs_kinds(f);
    look->values[1] = look->jobs->holder;
    look->values[2] = look->room;

    if (look->values[0] == NULL) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_try(f, look->jobs->calls
                                    + NGX_COMMERCE_JOBS_CLAIM,
                                 look->values);
}


static ngx_int_t
look_take(ngx_commerce_flow_t *f)
{
    look_t      *look = f->state;
    ngx_uint_t   i, n;

    if (f->status == NGX_COMMERCE_PG_REFUSED) {
        ngx_log_error(NGX_LOG_ERR, f->log, 0,
                      "commerce: jobs cannot be claimed: %s %V", f->sqlstate,
                      &f->error_code);
        return NGX_DONE;
    }

    n = (f->status == NGX_COMMERCE_PG_OK) ? ngx_commerce_flow_rows(f) : 0;

    for (i = 0; i < n; i++) {
        job_begin(look->jobs, f, i);
    }

    return NGX_DONE;
}


static void
look_finished(ngx_commerce_flow_t *f)
{
    look_t  *look = f->state;
    jobs_t  *jobs = look->jobs;

    jobs->looking = 0;

    if (ngx_exiting) {
        return;
    }

    ngx_add_timer(&jobs->timer,
                  jobs->soon ? SOON
                  : jobs->woken || jobs->more ? jobs_rest(jobs)
                  : IDLE + (ngx_msec_t) ngx_random() % IDLE);
}


/* A job that cannot be begun is left to the end of its lease. */

static void
job_begin(jobs_t *jobs, ngx_commerce_flow_t *look, ngx_uint_t row)
{
    held_t               *held;
    ngx_pool_cleanup_t   *cln;
    ngx_commerce_flow_t  *f;

    f = job_flow(jobs, look, row);
    if (f == NULL) {
        return;
    }

    held = ngx_pcalloc(f->pool, sizeof(held_t));
    cln = ngx_pool_cleanup_add(f->pool, 0);

    if (held == NULL || cln == NULL) {
        ngx_commerce_flow_drop(f);
        return;
    }

    cln->handler = ngx_commerce_jobs_free;
    cln->data = &held->job;

    if (ngx_commerce_jobs_read(&held->job, look, row) != NGX_OK) {
        ngx_commerce_flow_drop(f);
        return;
    }

    held->jobs = jobs;
    f->job = &held->job;

    ngx_queue_insert_tail(&jobs->held, &held->link);
    jobs->nheld++;

    if (!jobs->renew.timer_set) {
        ngx_add_timer(&jobs->renew, RENEW);
    }

    ngx_commerce_flow_start(f);
}


static ngx_commerce_flow_t *
job_flow(jobs_t *jobs, ngx_commerce_flow_t *look, ngx_uint_t row)
{
    ngx_str_t                       kind, in_sql;
    ngx_uint_t                      i;
    const ngx_commerce_job_kind_t  *k;

    if (ngx_commerce_flow_cell(look, row, "kind", &kind) != NGX_OK
        || ngx_commerce_flow_cell(look, row, "in_sql", &in_sql) != NGX_OK)
    {
        return NULL;
    }

    if (in_sql.data[0] == 't') {
        return ngx_commerce_flow_detached(jobs->worker,
                                          &ngx_commerce_jobs_domain,
                                          run_steps, sizeof(char *) * 2,
                                          job_finished);
    }

    for (i = 0; ngx_commerce_job_kinds[i] != NULL; i++) {
        for (k = ngx_commerce_job_kinds[i]; k->name != NULL; k++) {
            if (ngx_strlen(k->name) == kind.len
                && ngx_strncmp(k->name, kind.data, kind.len) == 0)
            {
                return ngx_commerce_flow_detached(jobs->worker, k->domain,
                                                  k->steps, k->state,
                                                  job_finished);
            }
        }
    }

    return NULL;
}


static void
job_finished(ngx_commerce_flow_t *f)
{
    held_t  *held;
    jobs_t  *jobs;

    held = (held_t *) ((u_char *) f->job - offsetof(held_t, job));
    jobs = held->jobs;

    ngx_queue_remove(&held->link);
    jobs->nheld--;

    ngx_commerce_jobs_report(f, jobs->calls);

    jobs_soon(jobs);
}


static ngx_int_t
job_run(ngx_commerce_flow_t *f)
{
    const char  **values = f->state;

    values[0] = f->job->id;
    values[1] = f->job->lease;

    return ngx_commerce_flow_try(f, NGX_COMMERCE_JOBS_RUN, values);
}


/* What ran was reported in its own transaction; what failed is reported. */

static ngx_int_t
job_ran(ngx_commerce_flow_t *f)
{
    if (f->status == NGX_COMMERCE_PG_OK) {
        f->job->lease[0] = '\0';
    }

    return NGX_DONE;
}


static void
jobs_renew(ngx_event_t *ev)
{
    jobs_t               *jobs = ev->data;
    ngx_commerce_flow_t  *f;

    if (jobs->nheld == 0) {
        return;
    }

    ngx_add_timer(&jobs->renew, RENEW);

    f = ngx_commerce_flow_detached(jobs->worker, &ngx_commerce_jobs_domain,
                                   renew_steps, sizeof(jobs_t *), NULL);
    if (f != NULL) {
        *(jobs_t **) f->state = jobs;
        f->lane = NGX_COMMERCE_LANE_PAY;
        ngx_commerce_flow_start(f);
    }
}


static ngx_int_t
renew_ask(ngx_commerce_flow_t *f)
{
    u_char       *p;
    held_t       *held;
    jobs_t       *jobs = *(jobs_t **) f->state;
    const char  **values;
    ngx_queue_t  *q;

    values = ngx_palloc(f->pool, sizeof(char *));
    p = ngx_pnalloc(f->pool, sizeof("{}") + jobs->nheld
                             * (NGX_COMMERCE_UUID_LEN + 1));

    if (values == NULL || p == NULL) {
        return NGX_ERROR;
    }

    values[0] = (char *) p;
    *p++ = '{';

    for (q = ngx_queue_head(&jobs->held);
         q != ngx_queue_sentinel(&jobs->held);
         q = ngx_queue_next(q))
    {
        held = ngx_queue_data(q, held_t, link);
        p = ngx_sprintf(p, "%s%s", (p[-1] == '{') ? "" : ",",
                        held->job.lease);
    }

    ngx_sprintf(p, "}%Z");

    return ngx_commerce_flow_try(f, jobs->calls + NGX_COMMERCE_JOBS_RENEW,
                                 values);
}
