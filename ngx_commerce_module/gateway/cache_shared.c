/*
 * The second level of the cache: answers that another gateway has made, in
 * Redis.  Its steps run between the cache in shared memory and the database,
 * for the one flow of a worker that asks; whatever goes wrong here is a miss.
 *
 * The promise is that of the first level: once this gateway has heard of a
 * commit, no answer made without it is served here.  Generations mean nothing
 * to another gateway, so what is stored in Redis carries a position P of the
 * write-ahead log, and says: every commit before P is in here.  A reader knows
 * for each tag where it last moved (positions.h), and takes the answer only
 * if none of its tags moved at P or behind it.  All there is to it:
 *
 *  P is honest.  It is where the writer's feed stood a second before its query
 *  was sent.  The second is for commits that the feed tells of before they can
 *  be seen: PostgreSQL flushes a commit, which wakes the feed, and only then
 *  makes it visible.  A commit that takes more than a second between the two
 *  is not provided for.
 *
 *  The reader's feed lags.  Then it has not heard of the commit, and may serve
 *  what was true before; so may its first level.  What this gateway itself
 *  wrote, its clients know of at once: no shared answer of a database is taken
 *  until its feed has passed the last write (positions_quiet), whose position
 *  is asked for in the background, when somebody would have used it.
 *
 *  The reader's feed began after P.  It does not know what moved between: P
 *  must lie behind the start of the stream (the floor).  So it is after a lost
 *  connection, a dead worker, a restart of PostgreSQL.
 *
 *  The writer's feed lags.  Its P is old, its answers are newer than they say:
 *  some are refused for nothing.
 *
 *  Failover.  Positions of one timeline are not those of another: system
 *  identifier, timeline and database are part of the question, and are looked
 *  at again when the answer is here.
 *
 *  Redis restarts, is flushed, evicts, fails over to a replica that is behind:
 *  answers are missing or old.  Nothing in Redis says that another thing in
 *  Redis is valid, so nothing can be lost that was needed.
 *
 *  Clocks.  None is compared: ages are what Redis counted down (PTTL) of what
 *  the answer was given.
 *
 *  Foreign bytes.  Answers are signed together with their question, so a value
 *  that somebody else wrote, moved to another name or cut off is a miss.
 *
 *  Two versions of the shop side by side.  The contract is part of the
 *  question.
 *
 *  Changes while Redis is asked.  The positions are looked at when its answer
 *  is here; then the first level keeps it under the generations of before, and
 *  it is served from there, or not at all.
 *
 * Only what is said to everybody goes to Redis: answers without a principal.
 */

#include "answer.h"
#include "cache.h"
#include "metrics.h"
#include "positions.h"
#include "shared.h"
#include "../base/walog.h"


#define SHARED_CONTRACT  16
#define SHARED_HEAD      (sizeof(uint64_t) + SHARED_CONTRACT)

/* of a value: more is not asked for, and what was cut off opens no more */
#define SHARED_MAX       (NGX_COMMERCE_SHMCACHE_MAX + SHARED_HEAD             \
                          + NGX_COMMERCE_PARCEL_MAC + NGX_COMMERCE_PARCEL_HEAD)


struct ngx_commerce_shared_ask_s {
    ngx_commerce_flow_t           *flow;
    ngx_commerce_redis_command_t   value;
    ngx_commerce_redis_command_t   ttl;
    ngx_uint_t                     pending;  /* commands */
    uint64_t                       sent;     /* us */

    uint64_t                       origin;
    uint64_t                       settled;
    ngx_str_t                      question;
    ngx_str_t                      name;
    u_char                         text[NGX_COMMERCE_SHARED_NAME];

    ngx_str_t                      packed;   /* what Redis said */
    int64_t                        left;     /* ms */
    unsigned                       asked:1;
    unsigned                       away:1;
};

typedef struct ngx_commerce_shared_ask_s  shared_ask_t;

typedef struct {
    ngx_commerce_pg_query_t        query;
    ngx_commerce_worker_t         *worker;
    ngx_uint_t                     database;
    uint64_t                       writes;
    const char                    *values[1];
    unsigned                       busy:1;
} mark_t;


static ngx_int_t shared_question(ngx_commerce_flow_t *f, shared_ask_t *s);
static void shared_send(ngx_commerce_flow_t *f, shared_ask_t *s);
static void shared_value(ngx_commerce_redis_command_t *cmd);
static void shared_ttl(ngx_commerce_redis_command_t *cmd);
static void shared_answered(shared_ask_t *s,
    const ngx_commerce_redis_command_t *cmd);
static void shared_forget(ngx_commerce_flow_t *f, void *data);
static ngx_uint_t shared_valid(ngx_commerce_flow_t *f, const shared_ask_t *s,
    uint64_t position);
static ngx_int_t shared_open(ngx_commerce_flow_t *f, shared_ask_t *s,
    ngx_commerce_parcel_t *parcel);
static void shared_keep(ngx_commerce_flow_t *f, const shared_ask_t *s,
    ngx_commerce_parcel_t *parcel);
static ngx_int_t shared_pack(ngx_commerce_flow_t *f, const shared_ask_t *s,
    size_t body_len, const ngx_chain_t *body, ngx_str_t *packed);
static void shared_mark(ngx_commerce_worker_t *worker, ngx_uint_t database);
static void shared_marked(ngx_commerce_pg_query_t *q);


/* Notes what an answer of now will know, and asks Redis for one of before. */

ngx_int_t
ngx_commerce_shared_ask(ngx_commerce_flow_t *f)
{
    ngx_uint_t     db;
    shared_ask_t  *s;

    if (f->worker->shared == NULL || f->ask == NULL || f->r == NULL
        || f->principal != NULL)
    {
        return NGX_OK;
    }

    if (!ngx_commerce_shared_ready(f->worker->shared)) {
        ngx_commerce_metrics_add(f->worker->metrics,
                                 NGX_COMMERCE_METRIC_L2_AWAY, 1);
        return NGX_OK;
    }

    s = ngx_pcalloc(f->pool, sizeof(shared_ask_t));

    if (s == NULL || shared_question(f, s) != NGX_OK) {
        return NGX_ERROR;
    }

    if (s->origin == 0) {
        return NGX_OK;
    }

    db = f->endpoint->database;
    f->shared = s;

    if (!ngx_commerce_positions_quiet(f->worker->positions, db)) {
        shared_mark(f->worker, db);
        return NGX_OK;
    }

    shared_send(f, s);

    return ngx_commerce_flow_wait(f, f->worker->conf->deadline, shared_forget,
                                  s);
}


/* origin of positions, contract, question of the first level */

static ngx_int_t
shared_question(ngx_commerce_flow_t *f, shared_ask_t *s)
{
    u_char      *p;
    ngx_uint_t   db;

    db = f->endpoint->database;

    s->origin = ngx_commerce_positions_origin(f->worker->positions, db);
    s->settled = ngx_commerce_positions_settled(f->worker->positions, db);

    s->question.len = SHARED_HEAD + f->ask->key.len;
    s->question.data = ngx_pnalloc(f->pool, s->question.len);

    if (s->question.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(s->question.data, &s->origin, sizeof(uint64_t));
    p = ngx_cpymem(p, f->worker->conf->shared->contract, SHARED_CONTRACT);
    (void) ngx_cpymem(p, f->ask->key.data, f->ask->key.len);

    return ngx_commerce_shared_name(f->worker->shared, 'a', s->question.data,
                                    s->question.len, s->text, &s->name);
}


/* Both leave in one write, and come back in one read. */

static void
shared_send(ngx_commerce_flow_t *f, shared_ask_t *s)
{
    u_char      last[NGX_INT_T_LEN];
    ngx_str_t   words[4];

    s->flow = f;
    s->pending = 2;
    s->asked = 1;
    s->sent = ngx_commerce_clock_us();
    s->value.handler = shared_value;
    s->value.data = s;
    s->ttl.handler = shared_ttl;
    s->ttl.data = s;

    ngx_str_set(&words[0], "GETRANGE");
    words[1] = s->name;
    ngx_str_set(&words[2], "0");
    words[3].data = last;
    words[3].len = ngx_sprintf(last, "%uz", SHARED_MAX) - last;

    ngx_commerce_shared_send(f->worker->shared, &s->value, words, 4);

    ngx_str_set(&words[0], "PTTL");

    ngx_commerce_shared_send(f->worker->shared, &s->ttl, words, 2);
}


static void
shared_value(ngx_commerce_redis_command_t *cmd)
{
    ngx_str_t      value;
    shared_ask_t  *s = cmd->data;

    if (cmd->status == NGX_COMMERCE_REDIS_OK) {
        value = ngx_commerce_redis_string(cmd->reply);

        s->packed.data = ngx_pstrdup(s->flow->pool, &value);
        s->packed.len = (s->packed.data != NULL) ? value.len : 0;
    }

    shared_answered(s, cmd);
}


static void
shared_ttl(ngx_commerce_redis_command_t *cmd)
{
    shared_ask_t  *s = cmd->data;

    if (cmd->status == NGX_COMMERCE_REDIS_OK) {
        s->left = ngx_commerce_redis_integer(cmd->reply);
    }

    shared_answered(s, cmd);
}


static void
shared_answered(shared_ask_t *s, const ngx_commerce_redis_command_t *cmd)
{
    if (cmd->status == NGX_COMMERCE_REDIS_AWAY) {
        s->away = 1;
    }

    if (--s->pending == 0) {
        ngx_commerce_shared_took(s->flow->worker->shared,
                                 ngx_commerce_clock_us() - s->sent);
        ngx_commerce_flow_wake(s->flow);
    }
}


static void
shared_forget(ngx_commerce_flow_t *f, void *data)
{
    shared_ask_t  *s = data;

    ngx_commerce_redis_forget(&s->value);
    ngx_commerce_redis_forget(&s->ttl);
}


/* Takes the answer if it is valid here: into the first level, and from it. */

ngx_int_t
ngx_commerce_shared_asked(ngx_commerce_flow_t *f)
{
    ngx_int_t               rc;
    shared_ask_t           *s = f->shared;
    ngx_commerce_parcel_t   parcel;
    ngx_commerce_metric_e   what;

    if (s == NULL || !s->asked || f->r == NULL) {
        return NGX_OK;
    }

    s->asked = 0;

    if (s->away) {
        what = NGX_COMMERCE_METRIC_L2_AWAY;
        rc = NGX_DECLINED;

    } else if (shared_open(f, s, &parcel) != NGX_OK) {
        what = NGX_COMMERCE_METRIC_L2_MISS;
        rc = NGX_DECLINED;

    } else if (!shared_valid(f, s, parcel.position)) {
        what = NGX_COMMERCE_METRIC_L2_STALE;
        rc = NGX_DECLINED;

    } else {
        what = NGX_COMMERCE_METRIC_L2_HIT;
        shared_keep(f, s, &parcel);
        rc = ngx_commerce_cache_hit(f, "REMOTE");
    }

    ngx_commerce_metrics_add(f->worker->metrics, what, 1);

    return (rc == NGX_DECLINED) ? NGX_OK : rc;
}


static ngx_uint_t
shared_valid(ngx_commerce_flow_t *f, const shared_ask_t *s, uint64_t position)
{
    ngx_uint_t  db;

    db = f->endpoint->database;

    return ngx_commerce_cache_gap(f->worker, db) == 0
           && ngx_commerce_positions_quiet(f->worker->positions, db)
           && ngx_commerce_positions_valid(f->worker->positions, db, s->origin,
                                           position, f->ask->key.tags,
                                           f->ask->key.ntags);
}


static ngx_int_t
shared_open(ngx_commerce_flow_t *f, shared_ask_t *s,
    ngx_commerce_parcel_t *parcel)
{
    if (s->packed.len == 0 || s->left <= 0
        || ngx_commerce_parcel_open(parcel, f->worker->conf->shared->key,
                                    s->packed.data, s->packed.len)
           != 0)
    {
        return NGX_DECLINED;
    }

    return (parcel->question.len == s->question.len
            && ngx_memcmp(parcel->question.data, s->question.data,
                          s->question.len)
               == 0)
           ? NGX_OK : NGX_DECLINED;
}


/* It is as old here as it was there. */

static void
shared_keep(ngx_commerce_flow_t *f, const shared_ask_t *s,
    ngx_commerce_parcel_t *parcel)
{
    ngx_buf_t                    buf;
    ngx_chain_t                  chain;
    ngx_msec_t                   left;
    ngx_commerce_cache_answer_t  keep;

    ngx_memzero(&keep, sizeof(ngx_commerce_cache_answer_t));
    ngx_memzero(&buf, sizeof(ngx_buf_t));

    left = (ngx_msec_t) ngx_min(s->left, (int64_t) parcel->ttl);

    keep.status = NGX_HTTP_OK;
    keep.age = parcel->ttl - left;
    keep.etag.len = parcel->etag.len;
    keep.etag.data = parcel->etag.data;
    keep.link.len = parcel->link.len;
    keep.link.data = parcel->link.data;
    keep.body.len = parcel->body.len;

    buf.pos = parcel->body.data;
    buf.last = buf.pos + parcel->body.len;
    chain.buf = &buf;
    chain.next = NULL;

    ngx_commerce_cache_keep(f, &keep, &chain, parcel->ttl,
                            f->operation->cache.max_ttl_ms);
}


void
ngx_commerce_shared_store(ngx_commerce_flow_t *f, size_t body_len,
    const ngx_chain_t *body)
{
    u_char         ttl[NGX_INT_T_LEN];
    ngx_str_t      words[5];
    shared_ask_t  *s = f->shared;

    if (s == NULL || s->settled == 0
        || !ngx_commerce_shared_ready(f->worker->shared)
        || shared_pack(f, s, body_len, body, &words[2]) != NGX_OK)
    {
        return;
    }

    ngx_str_set(&words[0], "SET");
    words[1] = s->name;
    ngx_str_set(&words[3], "PX");
    words[4].data = ttl;
    words[4].len = ngx_sprintf(ttl, "%ui",
                               (ngx_uint_t) f->operation->cache.ttl_ms)
                   - ttl;

    ngx_commerce_shared_tell(f->worker->shared, words, 5);

    ngx_pfree(f->pool, words[2].data);
}


/* The body is put together where it will lie in the parcel: at its end. */

static ngx_int_t
shared_pack(ngx_commerce_flow_t *f, const shared_ask_t *s, size_t body_len,
    const ngx_chain_t *body, ngx_str_t *packed)
{
    u_char                 *p;
    ngx_commerce_parcel_t   parcel;

    parcel.position = s->settled;
    parcel.ttl = f->operation->cache.ttl_ms;
    parcel.question.len = s->question.len;
    parcel.question.data = s->question.data;
    parcel.etag.len = f->answer->etag.len;
    parcel.etag.data = f->answer->etag.data;
    parcel.link.len = f->answer->link.len;
    parcel.link.data = f->answer->link.data;
    parcel.body.len = body_len;

    packed->len = ngx_commerce_parcel_size(&parcel);

    if (packed->len > SHARED_MAX) {
        return NGX_DECLINED;
    }

    packed->data = ngx_palloc(f->pool, packed->len);
    if (packed->data == NULL) {
        return NGX_DECLINED;
    }

    p = packed->data + packed->len - body_len;
    parcel.body.data = p;

    for ( /* void */ ; body != NULL; body = body->next) {
        p = ngx_cpymem(p, body->buf->pos, body->buf->last - body->buf->pos);
    }

    return (ngx_commerce_parcel_pack(packed->data,
                                     f->worker->conf->shared->key, &parcel)
            == 0)
           ? NGX_OK : NGX_DECLINED;
}


void
ngx_commerce_shared_written(ngx_commerce_flow_t *f)
{
    ngx_uint_t  i;

    if (f->worker->positions == NULL) {
        return;
    }

    /* a handler may write anywhere */

    for (i = 0; i < f->worker->conf->databases.nelts; i++) {
        if (f->endpoint->handler != NULL || i == f->endpoint->database) {
            ngx_commerce_positions_written(f->worker->positions, i);
        }
    }
}


ngx_int_t
ngx_commerce_shared_marks(ngx_commerce_worker_t *worker)
{
    worker->marks = ngx_pcalloc(worker->pool, sizeof(mark_t)
                                            * worker->conf->databases.nelts);

    return (worker->marks == NULL) ? NGX_ERROR : NGX_OK;
}


/* Asks where the log ends now: behind all writes that were counted so far. */

static void
shared_mark(ngx_commerce_worker_t *worker, ngx_uint_t database)
{
    mark_t  *mark;

    mark = worker->marks;
    mark = &mark[database];

    if (mark->busy || worker->conf->shared->position[database] == NULL) {
        return;
    }

    ngx_memzero(&mark->query, sizeof(ngx_commerce_pg_query_t));

    mark->busy = 1;
    mark->worker = worker;
    mark->database = database;
    mark->writes = ngx_commerce_positions_writes(worker->positions, database);

    mark->query.statement = worker->conf->shared->position[database];
    mark->query.values = mark->values;
    mark->query.lane = NGX_COMMERCE_LANE_BROWSE;
    mark->query.handler = shared_marked;
    mark->query.data = mark;

    ngx_commerce_pg_send(worker->pg[database], &mark->query);
}


static void
shared_marked(ngx_commerce_pg_query_t *q)
{
    mark_t     *mark = q->data;
    uint64_t    position;
    ngx_str_t   text;

    mark->busy = 0;

    if (q->status != NGX_COMMERCE_PG_OK
        || ngx_commerce_pg_rows(q->result) != 1
        || ngx_commerce_pg_cell(q->result, 0, 0, &text) != NGX_OK)
    {
        return;
    }

    position = ngx_commerce_walog_position((char *) text.data);

    if (position != 0) {
        ngx_commerce_positions_mark(mark->worker->positions, mark->database,
                                    mark->writes, position);
    }
}
