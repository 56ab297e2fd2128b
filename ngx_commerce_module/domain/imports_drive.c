/*
 * Moves staged imports on: api.advance_import() again and again on a session
 * of its own, one step a transaction, until the import is finished.  The row
 * of the import is the lock, so several workers do not disturb each other.
 *
 * A worker that dies or leaves drops its drives where they stand; every
 * worker looks around now and then for imports that nobody touches.
 */

#include "imports.h"


#define LOOK_AROUND  5000            /* ms, and as much again at random */
#define PAUSE        1000            /* ms, after a step that failed */
#define TRIES        5               /* of one step */

#define ADVANCE  "SELECT * FROM api.advance_import(id => $1)"
#define ABORT    "SELECT * FROM api.abort_import(id => $1, code => $2)"


typedef struct {
    ngx_commerce_worker_t  *worker;
    ngx_queue_t             drives;
    ngx_event_t             timer;
} imports_t;


typedef struct {
    ngx_queue_t                 link;
    imports_t                  *imports;
    ngx_pool_t                 *pool;
    ngx_commerce_pg_session_t  *session;
    ngx_event_t                 timer;
    ngx_uint_t                  failures;
    unsigned                    aborting:1;
    const char                 *values[2];
    char                        id[37];
    char                        sqlstate[6];
} drive_t;


static void drive_step(drive_t *d);
static void drive_stepped(ngx_commerce_pg_session_t *s,
    ngx_commerce_pg_query_t *answer, void *data);
static ngx_uint_t drive_finished(const ngx_commerce_pg_result_t *res);
static void drive_failed(drive_t *d, const ngx_commerce_pg_query_t *answer);
static void drive_again(ngx_event_t *ev);
static void drive_end(drive_t *d);
static imports_t *imports_of(ngx_commerce_worker_t *worker);
static void imports_look(ngx_event_t *ev);
static ngx_int_t imports_ask(ngx_commerce_flow_t *f);
static ngx_int_t imports_take(ngx_commerce_flow_t *f);


static const ngx_commerce_step_t  look_steps[] = {
    { "looking for stranded imports", imports_ask },
    { "taking over stranded imports", imports_take },
    NGX_COMMERCE_STEPS_END
};


void
ngx_commerce_imports_drive(ngx_commerce_worker_t *worker, const char *id)
{
    drive_t      *d;
    imports_t    *imports;
    ngx_pool_t   *pool;
    ngx_queue_t  *q;

    imports = imports_of(worker);

    for (q = ngx_queue_head(&imports->drives);
         q != ngx_queue_sentinel(&imports->drives);
         q = ngx_queue_next(q))
    {
        d = ngx_queue_data(q, drive_t, link);

        if (ngx_strcmp(d->id, id) == 0) {
            return;
        }
    }

    pool = ngx_create_pool(4096, worker->log);
    if (pool == NULL) {
        return;
    }

    d = ngx_pcalloc(pool, sizeof(drive_t));

    if (d != NULL) {
        d->session = ngx_commerce_work_session(worker, "store", pool,
                                               drive_stepped, d);
    }

    if (d == NULL || d->session == NULL) {
        ngx_destroy_pool(pool);
        return;
    }

    ngx_cpystrn((u_char *) d->id, (u_char *) id, sizeof(d->id));

    d->imports = imports;
    d->pool = pool;
    d->values[0] = d->id;
    d->timer.handler = drive_again;
    d->timer.data = d;
    d->timer.log = worker->log;
    d->timer.cancelable = 1;

    ngx_queue_insert_tail(&imports->drives, &d->link);

    drive_step(d);
}


static void
drive_step(drive_t *d)
{
    if (d->aborting) {
        ngx_commerce_pg_session_query(d->session, ABORT, 2, d->values);

    } else {
        ngx_commerce_pg_session_query(d->session, ADVANCE, 1, d->values);
    }
}


static void
drive_stepped(ngx_commerce_pg_session_t *s, ngx_commerce_pg_query_t *answer,
    void *data)
{
    drive_t  *d = data;

    if (answer->status != NGX_COMMERCE_PG_OK) {
        drive_failed(d, answer);
        return;
    }

    d->failures = 0;

    if (d->aborting || ngx_exiting || ngx_terminate
        || drive_finished(answer->result))
    {
        drive_end(d);
        return;
    }

    drive_step(d);
}


/* No row: somebody else moves it, or it is gone. */

static ngx_uint_t
drive_finished(const ngx_commerce_pg_result_t *res)
{
    ngx_str_t   value;
    ngx_uint_t  i;

    if (ngx_commerce_pg_rows(res) == 0) {
        return 1;
    }

    for (i = 0; i < ngx_commerce_pg_columns(res); i++) {

        if (ngx_strcmp(ngx_commerce_pg_column_name(res, i), "finished") == 0
            && ngx_commerce_pg_cell(res, 0, i, &value) == NGX_OK)
        {
            return value.len == 1 && value.data[0] == 't';
        }
    }

    return 1;
}


/*
 * A deadlock or a restart of the database passes; what the database refuses
 * again and again does not, and fails the import with its SQLSTATE.
 */

static void
drive_failed(drive_t *d, const ngx_commerce_pg_query_t *answer)
{
    ngx_uint_t  refused;

    if (ngx_exiting || ngx_terminate) {
        drive_end(d);
        return;
    }

    refused = (answer->status == NGX_COMMERCE_PG_REFUSED);

    if (refused && !d->aborting) {
        ngx_memcpy(d->sqlstate, answer->error.sqlstate, sizeof(d->sqlstate));
    }

    /* nothing stays open while it only waits: the worker may leave */

    ngx_commerce_pg_session_close(d->session);

    if (++d->failures < TRIES) {
        ngx_add_timer(&d->timer, PAUSE * d->failures);
        return;
    }

    if (!refused || d->aborting) {
        drive_end(d);
        return;
    }

    d->aborting = 1;
    d->failures = 0;
    d->values[1] = d->sqlstate;

    drive_step(d);
}


static void
drive_again(ngx_event_t *ev)
{
    drive_step(ev->data);
}


static void
drive_end(drive_t *d)
{
    if (d->timer.timer_set) {
        ngx_del_timer(&d->timer);
    }

    ngx_commerce_pg_session_close(d->session);
    ngx_queue_remove(&d->link);
    ngx_destroy_pool(d->pool);
}


void *
ngx_commerce_imports_create(ngx_commerce_worker_t *worker)
{
    imports_t  *imports;

    imports = ngx_pcalloc(worker->pool, sizeof(imports_t));
    if (imports == NULL) {
        return NULL;
    }

    imports->worker = worker;
    ngx_queue_init(&imports->drives);

    imports->timer.handler = imports_look;
    imports->timer.data = imports;
    imports->timer.log = worker->log;
    imports->timer.cancelable = 1;

    ngx_add_timer(&imports->timer,
                  (ngx_msec_t) ngx_random() % LOOK_AROUND);

    return imports;
}


static imports_t *
imports_of(ngx_commerce_worker_t *worker)
{
    ngx_uint_t  i;

    for (i = 0; ngx_commerce_domains[i] != &ngx_commerce_imports_domain; i++) {
        /* void */
    }

    return worker->states[i];
}


static void
imports_look(ngx_event_t *ev)
{
    imports_t            *imports = ev->data;
    ngx_commerce_flow_t  *f;

    if (ngx_exiting) {
        return;
    }

    ngx_add_timer(&imports->timer, LOOK_AROUND
                  + (ngx_msec_t) ngx_random() % LOOK_AROUND);

    f = ngx_commerce_flow_detached(imports->worker,
                                   &ngx_commerce_imports_domain, look_steps,
                                   0, NULL);
    if (f != NULL) {
        ngx_commerce_flow_start(f);
    }
}


static ngx_int_t
imports_ask(ngx_commerce_flow_t *f)
{
    return ngx_commerce_flow_try(f, NGX_COMMERCE_IMPORTS_UNFINISHED, NULL);
}


static ngx_int_t
imports_take(ngx_commerce_flow_t *f)
{
    u_char      id[37];
    ngx_str_t   value;
    ngx_uint_t  i;

    for (i = 0; f->status == NGX_COMMERCE_PG_OK
                && ngx_commerce_flow_cell(f, i, "id", &value) == NGX_OK; i++)
    {
        ngx_cpystrn(id, value.data, ngx_min(value.len + 1, sizeof(id)));
        ngx_commerce_imports_drive(f->worker, (char *) id);
    }

    return NGX_DONE;
}
