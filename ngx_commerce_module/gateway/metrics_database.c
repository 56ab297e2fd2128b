/*
 * The lines of /metrics about databases: statements, queues, connections,
 * change feeds.  Called by metrics_text.c.
 */

#include "feed.h"
#include "metrics_text.h"
#include "station.h"


static ngx_str_t statement_label(ngx_commerce_metrics_text_t *t,
    const ngx_commerce_database_t *db, ngx_uint_t j);
static void statements(ngx_commerce_metrics_text_t *t);
static void outcomes(ngx_commerce_metrics_text_t *t);
static void databases(ngx_commerce_metrics_text_t *t);
static void waits(ngx_commerce_metrics_text_t *t);
static void queue_limits(ngx_commerce_metrics_text_t *t);
static void feeds(ngx_commerce_metrics_text_t *t);
static ngx_str_t database_label(ngx_commerce_metrics_text_t *t, ngx_uint_t i);


/* Numbers of a database: lines of one name stand together. */

static const struct {
    const char  *name;
    const char  *label;
    size_t       at;
    unsigned     gauge:1;
    unsigned     seconds:1;
    const char  *help;
} database_lines[] = {
    { "commerce_db_queue", "",
      offsetof(ngx_commerce_database_metrics_t, counts.waiting), 1, 0,
      "Queries that wait for a connection." },
    { "commerce_db_in_flight", "",
      offsetof(ngx_commerce_database_metrics_t, counts.in_flight), 1, 0,
      "Queries sent and not answered yet." },
    { "commerce_db_connections", "state=\"up\"",
      offsetof(ngx_commerce_database_metrics_t, counts.up), 1, 0,
      "Connections of all workers by state." },
    { "commerce_db_connections", "state=\"connecting\"",
      offsetof(ngx_commerce_database_metrics_t, counts.connecting), 1, 0,
      "" },
    { "commerce_db_connections", "state=\"down\"",
      offsetof(ngx_commerce_database_metrics_t, counts.down), 1, 0, "" },
    { "commerce_db_refused_total", "reason=\"queue_full\"",
      offsetof(ngx_commerce_database_metrics_t, counts.full), 0, 0,
      "Queries that were not taken." },
    { "commerce_db_refused_total", "reason=\"away\"",
      offsetof(ngx_commerce_database_metrics_t, counts.away), 0, 0, "" },
    { "commerce_db_late_total", "",
      offsetof(ngx_commerce_database_metrics_t, counts.late), 0, 0,
      "Queries whose deadline passed, in the queue or in the server." },
    { "commerce_db_repeated_total", "",
      offsetof(ngx_commerce_database_metrics_t, counts.repeated), 0, 0,
      "Reads sent again because their connection was lost." },
    { "commerce_db_connections_lost_total", "",
      offsetof(ngx_commerce_database_metrics_t, counts.lost), 0, 0,
      "Connections lost, attempts that failed included." },
    { "commerce_feed_changes_total", "",
      offsetof(ngx_commerce_database_metrics_t, feed_changes), 0, 0,
      "Rows heard of through the change feed." },
    { "commerce_feed_starts_total", "",
      offsetof(ngx_commerce_database_metrics_t, feed_starts), 0, 0,
      "Streams of the change feed that were begun." },
    { "commerce_feed_lag_seconds", "",
      offsetof(ngx_commerce_database_metrics_t, feed_lag), 1, 1,
      "From the last change's commit to its being heard of." },
};


void
ngx_commerce_metrics_database_lines(ngx_commerce_metrics_text_t *t)
{
    statements(t);
    outcomes(t);
    databases(t);
    waits(t);
    queue_limits(t);
    feeds(t);
}


static ngx_str_t
database_label(ngx_commerce_metrics_text_t *t, ngx_uint_t i)
{
    const ngx_commerce_database_t  *db;

    db = t->conf->databases.elts;

    return ngx_commerce_metrics_label(t, "database", db[i].pg.name.data,
                                      db[i].pg.name.len);
}


/* `database="store",statement="get_product"`; empty: never called, or counted
 * with another one. */

static ngx_str_t
statement_label(ngx_commerce_metrics_text_t *t,
    const ngx_commerce_database_t *db, ngx_uint_t j)
{
    ngx_str_t                                a, b, both = ngx_null_string;
    const ngx_commerce_statement_metrics_t  *s;

    s = &t->first.statements[db->first + j];

    if (db->counted[j] != j
        || (!ngx_commerce_metrics_asked(t, &s->time)
            && ngx_commerce_metrics_sum(t, &s->not_executed, 0) == 0))
    {
        return both;
    }

    a = ngx_commerce_metrics_label(t, "database", db->pg.name.data,
                                   db->pg.name.len);
    b = ngx_commerce_metrics_label(t, "statement", db->statements[j].name.data,
                                   db->statements[j].name.len);

    both.data = ngx_pnalloc(t->pool, a.len + b.len + 1);

    if (both.data != NULL) {
        both.len = ngx_sprintf(both.data, "%V,%V", &a, &b) - both.data;
    }

    return both;
}


static void
statements(ngx_commerce_metrics_text_t *t)
{
    ngx_str_t                       label;
    ngx_uint_t                      i, j;
    const ngx_commerce_database_t  *db;

    db = t->conf->databases.elts;

    ngx_commerce_metrics_head(t, "commerce_statement_duration_seconds",
                              "histogram",
                              "From sending a statement to its result.");

    for (i = 0; i < t->conf->databases.nelts; i++) {
        for (j = 0; j < db[i].nstatements; j++) {
            label = statement_label(t, &db[i], j);

            if (label.len != 0) {
                ngx_commerce_metrics_histogram(t,
                    "commerce_statement_duration_seconds", &label,
                    &t->first.statements[db[i].first + j].time, 1);
            }
        }
    }
}


/* What a statement that did not simply succeed has come to. */

static void
outcomes(ngx_commerce_metrics_text_t *t)
{
    ngx_str_t                                label;
    ngx_uint_t                               i, j, k;
    const ngx_commerce_database_t           *db;
    const ngx_commerce_statement_metrics_t  *s;

    static const struct {
        const char  *label;
        size_t       at;
    } outcomes[] = {
        { "outcome=\"refused\"",
          offsetof(ngx_commerce_statement_metrics_t, refused) },
        { "outcome=\"not_executed\"",
          offsetof(ngx_commerce_statement_metrics_t, not_executed) },
        { "outcome=\"unknown\"",
          offsetof(ngx_commerce_statement_metrics_t, unknown) },
    };

    db = t->conf->databases.elts;

    ngx_commerce_metrics_head(t, "commerce_statement_failures_total",
                              "counter",
                              "Statements that the database refused (domain"
                              " errors too), that were not sent, that were"
                              " lost.");

    for (i = 0; i < t->conf->databases.nelts; i++) {
        for (j = 0; j < db[i].nstatements; j++) {
            label = statement_label(t, &db[i], j);
            s = &t->first.statements[db[i].first + j];

            for (k = 0; k < 3 && label.len != 0; k++) {
                ngx_commerce_metrics_line(t,
                    "commerce_statement_failures_total", &label,
                    outcomes[k].label,
                    ngx_commerce_metrics_sum(t, (const ngx_atomic_t *)
                        ((const u_char *) s + outcomes[k].at), 0), 0);
            }
        }
    }
}


static void
databases(ngx_commerce_metrics_text_t *t)
{
    ngx_str_t                               label;
    ngx_uint_t                              i, j, n;
    const ngx_commerce_database_metrics_t  *m;

    n = t->conf->databases.nelts;
    m = t->first.databases;

    for (i = 0; i < sizeof(database_lines) / sizeof(database_lines[0]); i++) {
        if (database_lines[i].help[0] != '\0') {
            ngx_commerce_metrics_head(t, database_lines[i].name,
                                      database_lines[i].gauge ? "gauge"
                                                              : "counter",
                                      database_lines[i].help);
        }

        for (j = 0; j < n; j++) {
            label = database_label(t, j);
            ngx_commerce_metrics_line(t, database_lines[i].name, &label,
                database_lines[i].label,
                ngx_commerce_metrics_sum(t, (const ngx_atomic_t *)
                    ((const u_char *) &m[j] + database_lines[i].at),
                    database_lines[i].gauge),
                database_lines[i].seconds);
        }
    }
}


static void
waits(ngx_commerce_metrics_text_t *t)
{
    ngx_str_t   label;
    ngx_uint_t  i;

    ngx_commerce_metrics_head(t, "commerce_db_wait_seconds", "histogram",
                              "How long queries waited for a connection.");

    for (i = 0; i < t->conf->databases.nelts; i++) {
        label = database_label(t, i);
        ngx_commerce_metrics_histogram(t, "commerce_db_wait_seconds", &label,
                                       &t->first.databases[i].wait, 1);
    }
}


/* What a full queue is, of all workers that live. */

static void
queue_limits(ngx_commerce_metrics_text_t *t)
{
    ngx_str_t                       label;
    ngx_uint_t                      i, workers;
    const ngx_commerce_database_t  *db;

    workers = 0;

    for (i = 0; i < t->zone->nslots; i++) {
        workers += (t->alive[i] != 0);
    }

    db = t->conf->databases.elts;

    ngx_commerce_metrics_head(t, "commerce_db_queue_limit", "gauge",
                              "Queries that may wait for a connection.");

    for (i = 0; i < t->conf->databases.nelts; i++) {
        label = database_label(t, i);
        ngx_commerce_metrics_line(t, "commerce_db_queue_limit", &label, "",
                                  workers * db[i].pg.queue, 0);
    }
}


/* As any worker knows from shared memory, whoever listens. */

static void
feeds(ngx_commerce_metrics_text_t *t)
{
    uint64_t                    values[3];
    ngx_str_t                   label;
    ngx_uint_t                  i, j;
    ngx_commerce_feed_state_t   state;

    static const struct {
        const char  *name;
        const char  *type;
        const char  *help;
    } lines[] = {
        { "commerce_feed_up", "gauge",
          "1: every change of the database is heard of in time." },
        { "commerce_feed_gap_seconds", "gauge",
          "Since when a change may not have been heard of; 0: none." },
        { "commerce_feed_lag_bytes", "gauge",
          "Log that is written and not heard of." },
    };

    for (j = 0; j < sizeof(lines) / sizeof(lines[0]); j++) {
        ngx_commerce_metrics_head(t, lines[j].name, lines[j].type,
                                  lines[j].help);

        for (i = 0; i < t->conf->databases.nelts; i++) {
            if (ngx_commerce_feed_state(ngx_commerce_worker, i, &state)
                != NGX_OK)
            {
                continue;
            }

            values[0] = state.up;
            values[1] = (uint64_t) state.lag * 1000;
            values[2] = state.lag_bytes;

            label = database_label(t, i);
            ngx_commerce_metrics_line(t, lines[j].name, &label, "", values[j],
                                      j == 1);
        }
    }
}
