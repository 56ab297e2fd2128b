/*
 * The layout of the shared memory of metrics.h: equal slots, one a worker.
 * For metrics.c, which owns it, and for those who render it.
 */

#ifndef NGX_COMMERCE_METRICS_ZONE_H
#define NGX_COMMERCE_METRICS_ZONE_H


#include "metrics.h"


#define NGX_COMMERCE_STATUSES  5     /* 1xx to 5xx, the first one is 499 */


typedef struct ngx_commerce_operation_metrics_s {
    ngx_atomic_t               status[NGX_COMMERCE_STATUSES];
    ngx_atomic_t               limited;            /* 429 */
    ngx_atomic_t               cache[NGX_COMMERCE_CACHE_RESULTS];
    ngx_commerce_histogram_t   time;               /* us */
} ngx_commerce_operation_metrics_t;


typedef struct ngx_commerce_statement_metrics_s {
    ngx_atomic_t               refused;
    ngx_atomic_t               not_executed;
    ngx_atomic_t               unknown;
    ngx_commerce_histogram_t   time;               /* us */
} ngx_commerce_statement_metrics_t;


typedef struct {
    uint64_t     magic;
    ngx_uint_t   nslots;
    size_t       slot_size;              /* bytes, whole cache lines */
    u_char      *slots;
} ngx_commerce_metrics_zone_t;


typedef struct {
    const char  *name;
    const char  *labels;                 /* `a="b"`, may be empty */
    const char  *help;
    unsigned     gauge:1;
    unsigned     seconds:1;              /* kept in us */
} ngx_commerce_metric_line_t;


/* metrics_table.c: by metric and histogram; lines of a name are neighbours. */
extern const ngx_commerce_metric_line_t
    ngx_commerce_metric_lines[NGX_COMMERCE_METRICS];
extern const ngx_commerce_metric_line_t
    ngx_commerce_histogram_lines[NGX_COMMERCE_HISTOGRAMS];

/* metrics_table.c: upper bounds of buckets, in us or in pieces. */
extern const uint64_t  ngx_commerce_bounds_us[NGX_COMMERCE_BUCKETS];
extern const char *const  ngx_commerce_bounds_seconds[NGX_COMMERCE_BUCKETS];
extern const uint64_t  ngx_commerce_bounds_pieces[NGX_COMMERCE_BUCKETS];

/* The pointers of one slot. */
void ngx_commerce_metrics_view(const ngx_commerce_conf_t *ccf, u_char *slot,
    ngx_commerce_metrics_t *m);

/* 1: the process that owns a slot lives. */
ngx_uint_t ngx_commerce_metrics_alive(ngx_atomic_uint_t owner);


#endif /* NGX_COMMERCE_METRICS_ZONE_H */
