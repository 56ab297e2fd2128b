/*
 * What a gateway counts of itself, and how it tells Prometheus.
 *
 * Numbers live in shared memory, in a slot of the worker that counts: only
 * that worker writes there, with plain adds, and whoever is asked for
 * /metrics sums the slots.  Counting takes no lock, no atomic operation and
 * no system call.
 *
 * A slot outlives its worker: the next worker takes it and counts on, so
 * counters survive reloads and crashes.  When the operations, statements or
 * databases of the configuration change, or the number of workers, all begin
 * at zero in a zone of their own, which Prometheus takes for a restart.
 *
 * To count something new: add a name to ngx_commerce_metric_e (or to
 * ngx_commerce_histogram_e) and its line to the table in metrics_table.c.
 * Everything but the zone's callback runs in the event loop of a worker.
 */

#ifndef NGX_COMMERCE_METRICS_H
#define NGX_COMMERCE_METRICS_H


#include "conf.h"
#include "../base/clock.h"


/* Bounds of a histogram's buckets, +Inf not counted. */
#define NGX_COMMERCE_BUCKETS  16


/* Single numbers.  Counters only grow; gauges are what is now. */
typedef enum {
    NGX_COMMERCE_METRIC_LATE_WAIT = 0,   /* counters */
    NGX_COMMERCE_METRIC_REVOCATION,
    NGX_COMMERCE_METRIC_REVOKED_TOKEN,
    NGX_COMMERCE_METRIC_VERIFICATION,
    NGX_COMMERCE_METRIC_ORDER_RETRY,
    NGX_COMMERCE_METRIC_JOB_WAKE,
    NGX_COMMERCE_METRIC_503_NOT_EXECUTED,
    NGX_COMMERCE_METRIC_503_UNKNOWN,
    NGX_COMMERCE_METRIC_503_OTHER,
    NGX_COMMERCE_METRIC_L2_HIT,
    NGX_COMMERCE_METRIC_L2_MISS,
    NGX_COMMERCE_METRIC_L2_STALE,
    NGX_COMMERCE_METRIC_L2_AWAY,
    NGX_COMMERCE_METRIC_RATE_SHARED,
    NGX_COMMERCE_METRIC_RATE_ALONE,
    NGX_COMMERCE_METRIC_L1_EVICTION,
    NGX_COMMERCE_METRIC_L1_REFUSAL,
    NGX_COMMERCE_METRIC_L1_OVERTAKEN,

    NGX_COMMERCE_METRIC_FLOWS,           /* gauges, summed over workers */
    NGX_COMMERCE_METRIC_ORDERS_WAITING,
    NGX_COMMERCE_METRIC_REDIS_OPEN,
    NGX_COMMERCE_METRIC_OUTBOX_PENDING,
    NGX_COMMERCE_METRIC_OUTBOX_AGE,
    NGX_COMMERCE_METRIC_JOBS_DUE,
    NGX_COMMERCE_METRIC_JOBS_AGE,
    NGX_COMMERCE_METRIC_JOBS_DEAD,
    NGX_COMMERCE_METRIC_SALES_PENDING,
    NGX_COMMERCE_METRIC_SALES_AGE,
    NGX_COMMERCE_METRIC_PAYMENTS_PARKED,
    NGX_COMMERCE_METRIC_UNITS_SHORT,
    NGX_COMMERCE_METRICS
} ngx_commerce_metric_e;


typedef enum {
    NGX_COMMERCE_HISTOGRAM_GROUP_SIZE = 0,   /* orders */
    NGX_COMMERCE_HISTOGRAM_GROUP_WAIT,       /* us */
    NGX_COMMERCE_HISTOGRAM_REDIS,            /* us, of a command */
    NGX_COMMERCE_HISTOGRAMS
} ngx_commerce_histogram_e;


/* What the cache did for a request. */
typedef enum {
    NGX_COMMERCE_CACHE_HIT = 0,
    NGX_COMMERCE_CACHE_MISS,
    NGX_COMMERCE_CACHE_STALE,
    NGX_COMMERCE_CACHE_COALESCED,
    NGX_COMMERCE_CACHE_BYPASS,
    NGX_COMMERCE_CACHE_REMOTE,
    NGX_COMMERCE_CACHE_RESULTS
} ngx_commerce_cache_result_e;


/* The last bucket is for what is above all bounds. */
typedef struct {
    ngx_atomic_t               buckets[NGX_COMMERCE_BUCKETS + 1];
    ngx_atomic_t               sum;
} ngx_commerce_histogram_t;


/* Of one database in one worker; `counts` is written by io/pg*. */
typedef struct {
    ngx_commerce_pg_counts_t   counts;
    ngx_commerce_histogram_t   wait;           /* us in the queue */

    /* of the worker that listens to its feed */
    ngx_atomic_t               feed_changes;   /* counter: rows decoded */
    ngx_atomic_t               feed_starts;    /* counter: streams begun */
    ngx_atomic_t               feed_lag;       /* gauge: us from commit */
} ngx_commerce_database_metrics_t;


/*
 * The numbers of the calling worker.  Never NULL in a worker: without a free
 * slot it counts into memory that nobody reads, and the log says so.
 */
struct ngx_commerce_metrics_s {
    ngx_atomic_t                     *values;      /* by metric */
    ngx_commerce_histogram_t         *histograms;  /* by name */
    ngx_commerce_database_metrics_t  *databases;   /* by place in conf */
    struct ngx_commerce_operation_metrics_s  *operations;
    struct ngx_commerce_statement_metrics_s  *statements;
    ngx_atomic_t                     *owner;       /* of the slot */
    const ngx_commerce_conf_t        *conf;
};


/* Adds to a counter. */
static inline void
ngx_commerce_metrics_add(ngx_commerce_metrics_t *m,
    ngx_commerce_metric_e which, ngx_uint_t n)
{
    m->values[which] += n;
}


/* Sets a gauge of this worker. */
static inline void
ngx_commerce_metrics_set(ngx_commerce_metrics_t *m,
    ngx_commerce_metric_e which, ngx_uint_t value)
{
    m->values[which] = value;
}


/* What the cache did for requests of all operations, on all workers. */
void ngx_commerce_metrics_cache(const ngx_commerce_conf_t *conf,
    uint64_t results[NGX_COMMERCE_CACHE_RESULTS]);

/* Puts a value (microseconds or pieces: see the enum) into a histogram. */
void ngx_commerce_metrics_observe(ngx_commerce_metrics_t *m,
    ngx_commerce_histogram_e which, uint64_t value);

/* A query of a database came back, `us` after it was sent into the queue. */
void ngx_commerce_metrics_query(ngx_commerce_metrics_t *m,
    ngx_uint_t database, const ngx_commerce_pg_query_t *q, uint64_t us);


/* --- of the module at the top --- */

/*
 * Adds the zone for what the configuration names; called once all of it is
 * bound.  NGX_ERROR has logged.
 */
ngx_int_t ngx_commerce_metrics_configure(ngx_conf_t *cf,
    ngx_commerce_conf_t *ccf);

/* Worker start and end: takes a slot (NULL without memory), gives it back. */
ngx_commerce_metrics_t *ngx_commerce_metrics_open(
    const ngx_commerce_conf_t *ccf, ngx_pool_t *pool, ngx_log_t *log);
void ngx_commerce_metrics_close(ngx_commerce_metrics_t *m);

/* Content handler of a location that says `commerce_metrics`. */
ngx_int_t ngx_commerce_metrics_handler(ngx_http_request_t *r);

/* Handler of nginx's log phase: counts the request. */
ngx_int_t ngx_commerce_metrics_log(ngx_http_request_t *r);


#endif /* NGX_COMMERCE_METRICS_H */
