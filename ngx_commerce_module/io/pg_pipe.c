/*
 * What is under way on one connection, in order.  See pg_conn.h for who calls
 * it and for the lifetime rule.
 *
 * Order of answers in pipeline mode: per statement its results and a NULL,
 * per Sync one PGRES_PIPELINE_SYNC without a NULL.  Only the Sync says that
 * the transaction is committed, so nothing is handed over before it.
 *
 * Light reads that are sent together share one Sync, which has a slot of its
 * own behind them: a Sync is a system call at both ends and a transaction at
 * the server.  They have nothing to commit, so each is handed over with its
 * NULL.  When one fails, the server skips those behind it: they are sent
 * again.
 *
 * An asynchronous commit has a second Sync, that of its flush, in its slot.
 */

#include "pg_conn.h"


/* more than statement_timeout, ms: then it is not the statement that hangs */
#define GRACE  1000

/* bytes of one result which leave libpq's buffer too large to keep */
#define LARGE  (1024 * 1024)

/* ms: one that waited for a lock shall not count as heavy for long */
#define COST   1000

/* reads under one Sync at most: the first of them waits for the last */
#define SHARED  16


static ngx_int_t pipe_keep(ngx_commerce_pg_conn_t *c, PGresult *res);
static void pipe_complete(ngx_commerce_pg_conn_t *c);
static void pipe_skipped(ngx_commerce_pg_conn_t *c,
    ngx_commerce_pg_query_t *q);
static void pipe_flush(ngx_commerce_pg_conn_t *c,
    ngx_commerce_pg_slot_t *slot);
static ngx_uint_t pipe_flushing(ngx_commerce_pg_conn_t *c);
static void pipe_learn(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_slot_t *slot);
static void pipe_answer(ngx_commerce_pg_conn_t *c,
    const ngx_commerce_pg_slot_t *slot);
static void pipe_pop(ngx_commerce_pg_conn_t *c);


ngx_int_t
ngx_commerce_pg_pipe_send(ngx_commerce_pg_conn_t *c,
    ngx_commerce_pg_query_t *q)
{
    ngx_uint_t                          shares;
    unsigned                            first;
    ngx_commerce_pg_slot_t             *slot;
    const ngx_commerce_pg_statement_t  *st;

    st = q->statement;
    first = (c->editions[st->index] == 0);
    shares = ngx_commerce_pg_pipe_light(c->owner, st);

    if (first && ngx_commerce_pg_prepare(c, st) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!shares && ngx_commerce_pg_pipe_share(c) != NGX_OK) {
        return NGX_ERROR;
    }

    if (PQsendQueryPrepared(c->pg, ngx_commerce_pg_known(c, st)->name,
                            (int) st->nparams, q->values, q->lengths, NULL, 0)
        == 0)
    {
        return PQstatus(c->pg) == CONNECTION_BAD ? NGX_ERROR : NGX_DECLINED;
    }

    slot = ngx_commerce_pg_pipe_push(c, NGX_COMMERCE_PG_SLOT_QUERY, st);
    slot->query = q;
    slot->first = first;
    slot->patience = ngx_max(slot->patience, q->timeout + GRACE);
    q->slot = slot;

    /* from here on the query is on its way, whatever the Sync says */

    if (!shares) {
        (void) ngx_commerce_pg_pipe_sync(c);

        if (st->async_commit) {
            pipe_flush(c, slot);
        }

        return NGX_OK;
    }

    slot->shares = 1;

    if (++c->shared == SHARED) {
        (void) ngx_commerce_pg_pipe_share(c);
    }

    return NGX_OK;
}


/*
 * A transaction behind an asynchronous commit, which waits for the disk and
 * by that for all of the log before it.  It has to write something, or the
 * server would not wait: a message that no plugin asks for.  Should it not be
 * sent, the watchdog ends the connection.
 */
static void
pipe_flush(ngx_commerce_pg_conn_t *c, ngx_commerce_pg_slot_t *slot)
{
    slot->flushes = 1;

    if (PQsendQueryParams(c->pg,
                          "SELECT pg_logical_emit_message(true, 'flush', '')",
                          0, NULL, NULL, NULL, NULL, 0)
        == 1)
    {
        (void) ngx_commerce_pg_pipe_sync(c);
    }
}


/* Whether this Sync was not yet that of the flush. */
static ngx_uint_t
pipe_flushing(ngx_commerce_pg_conn_t *c)
{
    ngx_commerce_pg_slot_t  *slot;

    slot = ngx_commerce_pg_slot(c, 0);

    if (!slot->flushes || slot->flushing) {
        return 0;
    }

    slot->flushing = 1;

    return 1;
}


ngx_uint_t
ngx_commerce_pg_pipe_light(const ngx_commerce_pg_owner_t *owner,
    const ngx_commerce_pg_statement_t *st)
{
    return st->repeatable
           && owner->known[st->index].cost < NGX_COMMERCE_PG_UNIT;
}


ngx_int_t
ngx_commerce_pg_pipe_share(ngx_commerce_pg_conn_t *c)
{
    if (c->shared == 0) {
        return NGX_OK;
    }

    c->shared = 0;

    (void) ngx_commerce_pg_pipe_push(c, NGX_COMMERCE_PG_SLOT_SYNC,
                                     &c->owner->statements[0]);

    return ngx_commerce_pg_pipe_sync(c);
}


void
ngx_commerce_pg_pipe_forget(ngx_commerce_pg_query_t *q)
{
    ngx_commerce_pg_slot_t  *slot;

    slot = q->slot;
    slot->query = NULL;
    q->slot = NULL;
}


void
ngx_commerce_pg_pipe_clear(ngx_commerce_pg_conn_t *c, ngx_uint_t tell)
{
    ngx_commerce_pg_slot_t  slot;

    while (c->count != 0) {
        slot = *ngx_commerce_pg_slot(c, 0);
        pipe_pop(c);

        PQclear(slot.result);

        if (tell && slot.query != NULL) {
            slot.query->slot = NULL;
            c->owner->orphan(c, slot.query);
        }
    }

    c->unflushed = 0;
    c->shared = 0;
    c->ended = 0;
}


/* A handler in here may send, forget and close. */
void
ngx_commerce_pg_pipe_drain(ngx_commerce_pg_conn_t *c)
{
    PGresult    *res;
    ngx_uint_t   epoch;

    epoch = c->epoch;

    while (c->epoch == epoch && c->count != 0 && !PQisBusy(c->pg)) {

        res = PQgetResult(c->pg);

        if (res == NULL) {

            /* after one that ends a statement another one would come for
             * ever: the state of a connection that was lost in between */

            if (c->ended) {
                ngx_commerce_pg_conn_fail(c, "answers out of order");
                return;
            }

            c->ended = 1;

            if (ngx_commerce_pg_slot(c, 0)->shares) {
                pipe_complete(c);
            }

            continue;
        }

        c->ended = 0;

        if (PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
            PQclear(res);

            if (!pipe_flushing(c)) {
                pipe_complete(c);
            }

            continue;
        }

        if (pipe_keep(c, res) != NGX_OK) {
            ngx_commerce_pg_conn_fail(c, "connection lost");
            return;
        }
    }
}


/*
 * A statement's result waits for its Sync; an error at commit comes after the
 * result and takes its place.  NGX_ERROR: it is the connection that failed,
 * or the flush, and nobody knows what is on disk.
 */
static ngx_int_t
pipe_keep(ngx_commerce_pg_conn_t *c, PGresult *res)
{
    const char              *severity;
    ngx_commerce_pg_slot_t  *slot;

    slot = ngx_commerce_pg_slot(c, 0);

    switch (PQresultStatus(res)) {

    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
    case PGRES_PIPELINE_ABORTED:
        break;

    case PGRES_FATAL_ERROR:
        severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);

        /* no severity: the error is libpq's own */

        if (severity == NULL || ngx_strcmp(severity, "ERROR") != 0
            || slot->flushing)
        {
            PQclear(res);
            return NGX_ERROR;
        }

        break;

    default:
        /* COPY and the like: nothing that a prepared SELECT answers */
        PQclear(res);
        return NGX_ERROR;
    }

    if (PQresultMemorySize(res) > LARGE) {
        c->bloated = 1;
    }

    if (slot->decided || slot->flushing) {
        PQclear(res);
        return NGX_OK;
    }

    PQclear(slot->result);
    slot->result = res;

    return NGX_OK;
}


static void
pipe_complete(ngx_commerce_pg_conn_t *c)
{
    ngx_commerce_pg_slot_t    slot;
    ngx_commerce_pg_query_t  *q;

    slot = *ngx_commerce_pg_slot(c, 0);
    q = slot.query;

    pipe_pop(c);
    pipe_learn(c, &slot);

    if (slot.kind == NGX_COMMERCE_PG_SLOT_PREPARE) {

        if (PQresultStatus(slot.result) != PGRES_COMMAND_OK) {
            ngx_commerce_pg_prepare_refused(c, &slot);
            return;
        }

        ngx_commerce_pg_known(c, slot.statement)->refused = 0;
    }

    if (slot.kind == NGX_COMMERCE_PG_SLOT_QUERY) {

        if (q == NULL) {
            c->owner->room(c);

        } else if (slot.result == NULL) {
            c->owner->orphan(c, q);

        } else if (PQresultStatus(slot.result) == PGRES_PIPELINE_ABORTED) {
            pipe_skipped(c, q);

        } else if (!ngx_commerce_pg_prepare_stale(&slot)
                   || ngx_commerce_pg_prepare_again(c, &slot) != NGX_OK)
        {
            pipe_answer(c, &slot);
            return;
        }
    }

    PQclear(slot.result);
}


/* One before it, under the same Sync, failed: it was not executed. */
static void
pipe_skipped(ngx_commerce_pg_conn_t *c, ngx_commerce_pg_query_t *q)
{
    if (ngx_commerce_pg_pipe_send(c, q) != NGX_OK) {
        q->slot = NULL;
        c->owner->orphan(c, q);
    }
}


/* What the server took since it was through with the one before. */
static void
pipe_learn(ngx_commerce_pg_conn_t *c, const ngx_commerce_pg_slot_t *slot)
{
    ngx_msec_t                since;
    ngx_uint_t                cost;
    ngx_commerce_pg_known_t  *known;

    since = slot->sent;

    if ((ngx_msec_int_t) (c->progress - since) > 0) {
        since = c->progress;
    }

    c->progress = ngx_current_msec;

    if (slot->kind != NGX_COMMERCE_PG_SLOT_QUERY) {
        return;
    }

    cost = ngx_min(ngx_current_msec - since, COST) * NGX_COMMERCE_PG_UNIT;

    known = ngx_commerce_pg_known(c, slot->statement);
    known->cost = (known->cost * 7 + cost) / 8;
}


/* The handler may keep the result, and may close the connection. */
static void
pipe_answer(ngx_commerce_pg_conn_t *c, const ngx_commerce_pg_slot_t *slot)
{
    c->answered = slot->result;

    slot->query->slot = NULL;
    ngx_commerce_pg_result_take(slot->query, slot->result);

    c->owner->answer(c, slot->query);

    PQclear(c->answered);
    c->answered = NULL;
}


ngx_commerce_pg_slot_t *
ngx_commerce_pg_pipe_push(ngx_commerce_pg_conn_t *c,
    ngx_commerce_pg_slot_e kind, const ngx_commerce_pg_statement_t *st)
{
    ngx_commerce_pg_slot_t  *slot;

    if (c->count == 0) {
        c->progress = ngx_current_msec;
        ngx_commerce_fd_idle(&c->fd, 0);
    }

    slot = ngx_commerce_pg_slot(c, c->count);

    c->count++;
    c->queries += (kind == NGX_COMMERCE_PG_SLOT_QUERY);

    slot->kind = kind;
    slot->shares = 0;
    slot->flushes = 0;
    slot->flushing = 0;
    slot->statement = st;
    slot->query = NULL;
    slot->result = NULL;
    slot->first = 0;
    slot->decided = 0;
    slot->sent = ngx_current_msec;
    slot->cost = (kind == NGX_COMMERCE_PG_SLOT_SYNC)
                 ? 0 : ngx_commerce_pg_known(c, st)->cost;
    slot->edition = c->editions[st->index];

    c->load += slot->cost;

    slot->patience = c->owner->conf->statement_timeout + GRACE;

    if (c->owner->conf->statement_timeout == 0) {
        slot->patience = c->owner->conf->timeout + GRACE;
    }

    if (!c->timer.timer_set) {
        ngx_add_timer(&c->timer, slot->patience);
    }

    c->unflushed = 1;

    return slot;
}


static void
pipe_pop(ngx_commerce_pg_conn_t *c)
{
    ngx_commerce_pg_slot_t  *slot;

    slot = ngx_commerce_pg_slot(c, 0);

    c->head = (c->head + 1) % c->capacity;
    c->count--;
    c->queries -= (slot->kind == NGX_COMMERCE_PG_SLOT_QUERY);
    c->load -= slot->cost;
}


ngx_int_t
ngx_commerce_pg_pipe_sync(ngx_commerce_pg_conn_t *c)
{
    return PQpipelineSync(c->pg) == 1 ? NGX_OK : NGX_ERROR;
}
