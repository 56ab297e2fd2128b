/*
 * The answer that is a COPY: a session with the database on one side, the
 * client on the other, a few buffers in between.  While the client has enough
 * of them to read, no more is read from the database.
 *
 * Called by call.c.  The session and this state go with the flow; buffers are
 * the request's.  What breaks after the first byte breaks the connection: a
 * file that looks whole is whole.
 */

#include "answer.h"
#include "station.h"
#include "stream.h"
#include "work.h"


#define STREAM_BUF   16384
#define STREAM_BUFS  4              /* on their way to a client, at most */
#define STREAM_MAX   4              /* streams of a worker */
#define STREAM_TIME  (60 * 60 * 1000)


typedef struct ngx_commerce_stream_s {
    ngx_commerce_flow_t        *flow;
    ngx_commerce_pg_session_t  *session;
    ngx_str_t                   head;       /* the first line */
    char                       *copy;       /* NULL: not planned yet */
    ngx_chain_t                *filling;
    ngx_chain_t                *free;
    ngx_chain_t                *busy;
    unsigned                    begun:1;    /* headers are sent */
    unsigned                    paused:1;   /* until the client has read */
    unsigned                    broken:1;
} stream_t;


static ngx_int_t stream_open(ngx_commerce_flow_t *f, const char *plan);
static void stream_answered(ngx_commerce_pg_session_t *s,
    ngx_commerce_pg_query_t *answer, void *data);
static ngx_int_t stream_planned(stream_t *st,
    ngx_commerce_pg_query_t *answer);
static ngx_int_t stream_text(stream_t *st,
    const ngx_commerce_pg_result_t *res, const char *column,
    ngx_str_t *text);
static ngx_int_t stream_row(void *data, const ngx_str_t *row);
static ngx_int_t stream_begin(stream_t *st);
static ngx_int_t stream_put(stream_t *st, const u_char *p, size_t len);
static ngx_int_t stream_buffer(stream_t *st);
static ngx_int_t stream_push(stream_t *st);
static ngx_uint_t stream_full(const stream_t *st);
static void stream_writable(ngx_http_request_t *r);
static void stream_detach(ngx_commerce_flow_t *f, void *data);
static void stream_close(void *data);


ngx_int_t
ngx_commerce_stream(ngx_commerce_flow_t *f)
{
    char  *plan, *name, *text;

    plan = ngx_commerce_flow_text(f, "_stream");

    if (plan == NULL || f->r == NULL) {
        return NGX_DECLINED;
    }

    name = ngx_commerce_flow_text(f, "_filename");

    if (name != NULL) {
        text = ngx_pnalloc(f->pool, ngx_strlen(name)
                                    + sizeof("attachment; filename=\"\""));
        if (text == NULL) {
            return NGX_ERROR;
        }

        (void) ngx_sprintf((u_char *) text, "attachment; filename=\"%s\"%Z",
                           name);

        if (ngx_commerce_flow_header(f, "Content-Disposition", text)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (f->r->header_only || f->r->method == NGX_HTTP_HEAD) {
        f->answered = 1;
        return (ngx_commerce_send_begin(f) == NGX_OK) ? NGX_DONE : NGX_ERROR;
    }

    if (f->worker->streams == STREAM_MAX) {
        ngx_commerce_flow_retry(f, 10);
        return ngx_commerce_flow_fail(f, NGX_HTTP_SERVICE_UNAVAILABLE,
                                      "not_executed", NULL);
    }

    return stream_open(f, plan);
}


static ngx_int_t
stream_open(ngx_commerce_flow_t *f, const char *plan)
{
    stream_t                       *st;
    ngx_pool_cleanup_t             *cln;
    const ngx_commerce_database_t  *db;

    db = f->worker->conf->databases.elts;

    st = ngx_pcalloc(f->pool, sizeof(stream_t));
    cln = ngx_pool_cleanup_add(f->pool, 0);

    if (st == NULL || cln == NULL) {
        return NGX_ERROR;
    }

    st->flow = f;
    st->session = ngx_commerce_work_session(f->worker,
                      (char *) db[f->endpoint->database].pg.name.data,
                      f->pool, stream_answered, st);

    if (st->session == NULL) {
        return NGX_ERROR;
    }

    cln->handler = stream_close;
    cln->data = st;
    f->stream = st;
    f->worker->streams++;

    ngx_commerce_pg_session_query(st->session, plan, 0, NULL);

    return ngx_commerce_flow_wait(f, STREAM_TIME, stream_detach, st);
}


/* To the plan first, and then to the COPY. */

static void
stream_answered(ngx_commerce_pg_session_t *s, ngx_commerce_pg_query_t *answer,
    void *data)
{
    stream_t  *st = data;

    if (st->copy == NULL && answer->status == NGX_COMMERCE_PG_OK
        && stream_planned(st, answer) == NGX_OK)
    {
        ngx_commerce_pg_session_copy_out(s, st->copy, stream_row, st);
        return;
    }

    if (answer->status != NGX_COMMERCE_PG_OK) {
        ngx_commerce_flow_take(st->flow, answer);
        st->broken = 1;
    }

    ngx_commerce_flow_wake(st->flow);
}


static ngx_int_t
stream_planned(stream_t *st, ngx_commerce_pg_query_t *answer)
{
    ngx_str_t  copy;

    if (ngx_commerce_pg_rows(answer->result) == 1
        && stream_text(st, answer->result, "head", &st->head) == NGX_OK
        && stream_text(st, answer->result, "copy", &copy) == NGX_OK)
    {
        st->copy = (char *) copy.data;
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_ERR, st->flow->log, 0,
                  "commerce: the plan of a stream is not one row of head and "
                  "copy");

    st->flow->status = NGX_COMMERCE_PG_NOT_EXECUTED;
    st->broken = 1;

    return NGX_ERROR;
}


static ngx_int_t
stream_text(stream_t *st, const ngx_commerce_pg_result_t *res,
    const char *column, ngx_str_t *text)
{
    ngx_str_t   cell;
    ngx_uint_t  i;

    for (i = 0; i < ngx_commerce_pg_columns(res); i++) {

        if (ngx_strcmp(ngx_commerce_pg_column_name(res, i), column) == 0
            && ngx_commerce_pg_cell(res, 0, i, &cell) == NGX_OK)
        {
            text->len = cell.len;
            text->data = (u_char *) ngx_commerce_cstr(st->flow->pool,
                                                      cell.data, cell.len);

            return (text->data == NULL) ? NGX_ERROR : NGX_OK;
        }
    }

    return NGX_ERROR;
}


static ngx_int_t
stream_row(void *data, const ngx_str_t *row)
{
    stream_t  *st = data;

    if (stream_begin(st) != NGX_OK
        || stream_put(st, row->data, row->len - 1) != NGX_OK
        || stream_put(st, (u_char *) CRLF, 2) != NGX_OK)
    {
        st->broken = 1;
        return NGX_ERROR;
    }

    st->paused = stream_full(st);

    return st->paused ? NGX_AGAIN : NGX_OK;
}


static ngx_int_t
stream_begin(stream_t *st)
{
    ngx_http_request_t  *r;

    if (st->begun) {
        return NGX_OK;
    }

    st->begun = 1;
    r = st->flow->r;
    r->write_event_handler = stream_writable;

    if (ngx_commerce_send_begin(st->flow) != NGX_OK) {
        return NGX_ERROR;
    }

    return stream_put(st, st->head.data, st->head.len);
}


static ngx_int_t
stream_put(stream_t *st, const u_char *p, size_t len)
{
    size_t      n;
    ngx_buf_t  *b;

    while (len != 0) {

        if (st->filling == NULL && stream_buffer(st) != NGX_OK) {
            return NGX_ERROR;
        }

        b = st->filling->buf;
        n = ngx_min(len, (size_t) (b->end - b->last));
        b->last = ngx_cpymem(b->last, p, n);
        p += n;
        len -= n;

        if (b->last == b->end && stream_push(st) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
stream_buffer(stream_t *st)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;
    ngx_pool_t   *pool;

    pool = st->flow->r->pool;
    cl = ngx_chain_get_free_buf(pool, &st->free);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    b = cl->buf;

    if (b->start == NULL) {
        b->start = ngx_palloc(pool, STREAM_BUF);
        if (b->start == NULL) {
            return NGX_ERROR;
        }

        b->end = b->start + STREAM_BUF;
        b->tag = (ngx_buf_tag_t) &ngx_http_commerce_module;
        b->temporary = 1;
        b->flush = 1;
    }

    b->pos = b->start;
    b->last = b->start;
    st->filling = cl;

    return NGX_OK;
}


/* What is filled goes on its way; without it, what waits there already. */

static ngx_int_t
stream_push(stream_t *st)
{
    ngx_chain_t               *out;
    ngx_event_t               *wev;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = st->flow->r;
    wev = r->connection->write;
    out = st->filling;
    st->filling = NULL;

    if (ngx_http_output_filter(r, out) == NGX_ERROR) {
        return NGX_ERROR;
    }

    ngx_chain_update_chains(r->pool, &st->free, &st->busy, &out,
                            (ngx_buf_tag_t) &ngx_http_commerce_module);

    if (st->busy == NULL) {
        if (wev->timer_set && !wev->delayed) {
            ngx_del_timer(wev);
        }

        return NGX_OK;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (!wev->delayed) {
        ngx_add_timer(wev, clcf->send_timeout);
    }

    return ngx_handle_write_event(wev, clcf->send_lowat);
}


static ngx_uint_t
stream_full(const stream_t *st)
{
    ngx_uint_t          n;
    const ngx_chain_t  *cl;

    n = 0;

    for (cl = st->busy; cl != NULL; cl = cl->next) {
        n++;
    }

    return n >= STREAM_BUFS;
}


static void
stream_writable(ngx_http_request_t *r)
{
    stream_t              *st;
    ngx_connection_t      *c;
    ngx_commerce_trace_t  *trace;

    c = r->connection;
    trace = ngx_http_get_module_ctx(r, ngx_http_commerce_module);
    st = trace->flow->stream;

    if (c->write->timedout) {
        c->timedout = 1;
        ngx_http_finalize_request(r, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }

    /* what is being filled is not whole yet */

    if (st->paused || st->busy != NULL) {
        ngx_chain_t  *filling = st->filling;

        st->filling = NULL;

        if (stream_push(st) != NGX_OK) {
            ngx_http_finalize_request(r, NGX_ERROR);
            return;
        }

        st->filling = filling;
    }

    if (st->paused && !stream_full(st)) {
        st->paused = 0;
        ngx_commerce_pg_session_resume(st->session);
    }
}


ngx_int_t
ngx_commerce_stream_end(ngx_commerce_flow_t *f)
{
    stream_t  *st;

    st = f->stream;
    st->broken |= f->timedout;
    f->answered = 1;

    if (!st->begun && st->broken) {
        return (ngx_commerce_problem_of_call(f) == NGX_OK) ? NGX_DONE
                                                           : NGX_ERROR;
    }

    if (!st->broken
        && (stream_begin(st) != NGX_OK
            || (st->filling != NULL && stream_push(st) != NGX_OK)))
    {
        st->broken = 1;
    }

    f->answer->broken = st->broken;

    return NGX_DONE;
}


static void
stream_detach(ngx_commerce_flow_t *f, void *data)
{
    stream_t  *st = data;

    ngx_commerce_pg_session_close(st->session);
}


static void
stream_close(void *data)
{
    stream_t  *st = data;

    st->flow->worker->streams--;
    ngx_commerce_pg_session_close(st->session);
}
