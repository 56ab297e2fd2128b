/*
 * What the rows of a change feed do: a change of a row of table T moves the
 * generations of the tags `T`, `T:<id>` and `T:<user_id>`, and is handed to
 * who subscribed to T.
 */

#include "cache_zone.h"
#include "feed_listener.h"
#include "metrics.h"
#include "positions.h"
#include "../base/notice.h"


/* prefix of messages in the log that say: anything may read differently now */
#define MOVED       "commerce"

/* s between the epochs of Unix and of PostgreSQL */
#define EPOCH       946684800


typedef struct {
    ngx_queue_t                queue;
    ngx_str_t                  table;
    ngx_commerce_feed_row_pt   handler;
    void                      *data;
    unsigned                   work:1;   /* and in no answer */
} subscriber_t;


static ngx_int_t rows_notice(ngx_commerce_feed_listener_t *l,
    const u_char *data, size_t len);
static void rows_event(ngx_commerce_feed_listener_t *l,
    const ngx_commerce_walog_event_t *e);
static ngx_commerce_database_metrics_t *rows_metrics(
    ngx_commerce_feed_listener_t *l);
static ngx_atomic_uint_t rows_age(int64_t time_us);
static ngx_uint_t rows_work(ngx_commerce_feed_listener_t *l,
    const ngx_commerce_walog_relation_t *relation);
static ngx_uint_t rows_named(const ngx_str_t *table,
    const ngx_commerce_walog_relation_t *relation);
static void rows_moved(ngx_commerce_feed_listener_t *l,
    const ngx_commerce_walog_event_t *e, const ngx_commerce_walog_row_t *row);
static void rows_tag(ngx_commerce_feed_listener_t *l,
    const ngx_commerce_walog_event_t *e, const ngx_commerce_walog_row_t *row,
    const char *column);
static void rows_move(ngx_commerce_feed_listener_t *l, const u_char *text,
    size_t len);
static void rows_tell(ngx_commerce_feed_listener_t *l,
    const ngx_commerce_walog_relation_t *relation,
    const ngx_commerce_walog_event_t *e);
static void rows_all(ngx_commerce_feed_listener_t *l);
static void rows_truncated(ngx_commerce_feed_listener_t *l,
    const ngx_commerce_walog_event_t *e);


ngx_int_t
ngx_commerce_feed_take(ngx_commerce_feed_listener_t *l, const u_char *data,
    size_t len)
{
    ngx_commerce_walog_event_t  e;

    if (l->conf->pg.channel.len != 0) {
        return rows_notice(l, data, len);
    }

    if (l->walog == NULL
        || ngx_commerce_walog_decode(l->walog, data, len, &e) != 0)
    {
        return NGX_ERROR;
    }

    rows_event(l, &e);

    return NGX_OK;
}


/* A commit of its own, which can be seen. */

static ngx_int_t
rows_notice(ngx_commerce_feed_listener_t *l, const u_char *data, size_t len)
{
    ngx_commerce_notice_t  notice;

    if (ngx_commerce_notice_read(&notice, data, len) != 0) {
        return NGX_ERROR;
    }

    if (notice.event.kind == NGX_COMMERCE_WALOG_MESSAGE) {
        rows_all(l);

    } else {
        rows_event(l, &notice.event);
        rows_metrics(l)->feed_lag = rows_age(notice.event.time_us);
    }

    ngx_commerce_notice_free(&notice);

    return NGX_OK;
}


static void
rows_event(ngx_commerce_feed_listener_t *l,
    const ngx_commerce_walog_event_t *e)
{
    switch (e->kind) {

    case NGX_COMMERCE_WALOG_INSERT:
    case NGX_COMMERCE_WALOG_UPDATE:
    case NGX_COMMERCE_WALOG_DELETE:
        if (!rows_work(l, e->relation)) {
            rows_moved(l, e, &e->row);
            rows_moved(l, e, &e->old);
        }

        rows_tell(l, e->relation, e);
        (void) ngx_atomic_fetch_add(&l->shared->changes, 1);
        rows_metrics(l)->feed_changes++;
        break;

    case NGX_COMMERCE_WALOG_BEGIN:
        l->commit = e->lsn;
        l->xid = e->xid;
        break;

    case NGX_COMMERCE_WALOG_COMMIT:
        ngx_commerce_positions_reached(l->worker->positions,
                                       l->conf->database, e->lsn);
        ngx_commerce_settle_commit(l);
        rows_metrics(l)->feed_lag = rows_age(e->time_us);
        break;

    case NGX_COMMERCE_WALOG_TRUNCATE:
        rows_truncated(l, e);
        break;

    case NGX_COMMERCE_WALOG_MESSAGE:
        if (e->transactional && ngx_commerce_str_is(&e->prefix, MOVED)) {
            rows_all(l);
        }

        break;

    default:
        break;
    }
}


void
ngx_commerce_feed_forget(ngx_commerce_feed_listener_t *l)
{
    if (l->worker->cache != NULL) {
        ngx_commerce_cache_move_all(l->worker->cache);
    }

    ngx_commerce_positions_started(l->worker->positions, l->conf->database,
                                   l->feed.origin,
                                   ngx_strlen(l->feed.origin),
                                   l->feed.received);
    ngx_commerce_settle_drop(l);
    l->restless = NGX_COMMERCE_FEED_RESTLESS;
    rows_metrics(l)->feed_starts++;
    rows_tell(l, NULL, NULL);
}


static ngx_commerce_database_metrics_t *
rows_metrics(ngx_commerce_feed_listener_t *l)
{
    return &l->worker->metrics->databases[l->conf->database];
}


/* us since then; the server's clock may be a little ahead of ours. */

static ngx_atomic_uint_t
rows_age(int64_t time_us)
{
    int64_t          age;
    struct timespec  ts;

    clock_gettime(CLOCK_REALTIME, &ts);

    age = ((int64_t) ts.tv_sec - EPOCH) * 1000000 + ts.tv_nsec / 1000
          - time_us;

    return (age < 0) ? 0 : (ngx_atomic_uint_t) age;
}


static ngx_uint_t
rows_work(ngx_commerce_feed_listener_t *l,
    const ngx_commerce_walog_relation_t *relation)
{
    ngx_queue_t   *q;
    subscriber_t  *s;

    for (q = ngx_queue_head(&l->subscribers);
         q != ngx_queue_sentinel(&l->subscribers);
         q = ngx_queue_next(q))
    {
        s = ngx_queue_data(q, subscriber_t, queue);

        if (s->work && rows_named(&s->table, relation)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
rows_named(const ngx_str_t *table,
    const ngx_commerce_walog_relation_t *relation)
{
    return table->len == relation->name.len
           && ngx_memcmp(table->data, relation->name.data, table->len) == 0;
}


static void
rows_moved(ngx_commerce_feed_listener_t *l,
    const ngx_commerce_walog_event_t *e, const ngx_commerce_walog_row_t *row)
{
    const ngx_commerce_str_t  *table;

    if (row->values == NULL || l->worker->cache == NULL) {
        return;
    }

    table = &e->relation->name;

    rows_move(l, table->data, table->len);
    rows_tag(l, e, row, "id");
    rows_tag(l, e, row, "user_id");
}


static void
rows_tag(ngx_commerce_feed_listener_t *l,
    const ngx_commerce_walog_event_t *e, const ngx_commerce_walog_row_t *row,
    const char *column)
{
    u_char                             tag[128], *last;
    const ngx_commerce_str_t          *table;
    const ngx_commerce_walog_value_t  *id;

    id = ngx_commerce_walog_value(e->relation, row, column);

    if (id == NULL || id->kind != 't') {
        return;
    }

    table = &e->relation->name;
    last = ngx_slprintf(tag, tag + sizeof(tag), "%*s:%*s", table->len,
                        table->data, id->text.len, id->text.data);

    rows_move(l, tag, last - tag);
}


/*
 * Now, and again when the database shows it.  The position first: who reads an
 * old one will see the generation move.
 */

static void
rows_move(ngx_commerce_feed_listener_t *l, const u_char *text, size_t len)
{
    uint32_t  tag;

    tag = ngx_commerce_cache_tag(text, len);

    ngx_commerce_positions_moved(l->worker->positions, l->conf->database, tag,
                                 l->commit);
    ngx_commerce_cache_move(l->worker->cache, tag);
    ngx_commerce_settle_tag(l, tag);
}


/* Without a relation: all of them. */

static void
rows_tell(ngx_commerce_feed_listener_t *l,
    const ngx_commerce_walog_relation_t *relation,
    const ngx_commerce_walog_event_t *e)
{
    ngx_queue_t   *q;
    subscriber_t  *s;

    for (q = ngx_queue_head(&l->subscribers);
         q != ngx_queue_sentinel(&l->subscribers);
         q = ngx_queue_next(q))
    {
        s = ngx_queue_data(q, subscriber_t, queue);

        if (relation == NULL || rows_named(&s->table, relation)) {
            s->handler(s->data, e);
        }
    }
}


static void
rows_all(ngx_commerce_feed_listener_t *l)
{
    ngx_commerce_positions_moved_all(l->worker->positions, l->conf->database,
                                     l->commit);

    if (l->worker->cache != NULL) {
        ngx_commerce_cache_move_all(l->worker->cache);
        ngx_commerce_settle_all(l);
    }
}


/* Rows that are not named: everything may depend on them. */

static void
rows_truncated(ngx_commerce_feed_listener_t *l,
    const ngx_commerce_walog_event_t *e)
{
    unsigned                              i;
    const ngx_commerce_walog_relation_t  *relation;

    rows_all(l);

    if (e->relation != NULL) {
        rows_tell(l, e->relation, e);
    }

    for (i = 0; i < e->ntruncated; i++) {
        relation = ngx_commerce_walog_relation(l->walog, e->truncated[i]);

        if (relation != NULL) {
            rows_tell(l, relation, e);
        }
    }
}


ngx_int_t
ngx_commerce_feed_subscribe(ngx_commerce_worker_t *worker,
    const char *database, const char *table,
    ngx_commerce_feed_row_pt handler, void *data)
{
    subscriber_t                  *s;
    ngx_commerce_feed_listener_t  *l;

    l = ngx_commerce_feed_listener(worker, database);
    if (l == NULL) {
        return NGX_DECLINED;
    }

    s = ngx_pcalloc(worker->pool, sizeof(subscriber_t));
    if (s == NULL) {
        return NGX_ERROR;
    }

    s->table.data = (u_char *) table;
    s->table.len = ngx_strlen(table);
    s->handler = handler;
    s->data = data;

    ngx_queue_insert_tail(&l->subscribers, &s->queue);

    return NGX_OK;
}


ngx_int_t
ngx_commerce_feed_work(ngx_commerce_worker_t *worker, const char *database,
    const char *table, ngx_commerce_feed_row_pt handler, void *data)
{
    ngx_int_t                      rc;
    subscriber_t                  *s;
    ngx_commerce_feed_listener_t  *l;

    rc = ngx_commerce_feed_subscribe(worker, database, table, handler, data);

    if (rc == NGX_OK) {
        l = ngx_commerce_feed_listener(worker, database);
        s = ngx_queue_data(ngx_queue_last(&l->subscribers), subscriber_t,
                           queue);
        s->work = 1;
    }

    return rc;
}
