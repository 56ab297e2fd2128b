/*
 * What the writers of /metrics share: see metrics_text.c.  Lives during one
 * request, in its pool.
 */

#ifndef NGX_COMMERCE_METRICS_TEXT_H
#define NGX_COMMERCE_METRICS_TEXT_H


#include "answer.h"
#include "metrics_zone.h"


typedef struct {
    const ngx_commerce_conf_t          *conf;
    const ngx_commerce_metrics_zone_t  *zone;
    ngx_commerce_metrics_t              first;   /* slot, as an address */
    ngx_uint_t                         *alive;   /* by slot */
    ngx_pool_t                         *pool;
    ngx_commerce_chain_writer_t         out;
} ngx_commerce_metrics_text_t;


/* A value of the first slot, of all slots; a gauge only of the living. */
uint64_t ngx_commerce_metrics_sum(ngx_commerce_metrics_text_t *t,
    const ngx_atomic_t *value, ngx_uint_t gauge);

/* `name="value"`, escaped; empty without memory. */
ngx_str_t ngx_commerce_metrics_label(ngx_commerce_metrics_text_t *t,
    const char *name, const u_char *value, size_t len);

/* HELP and TYPE of a name, before its lines. */
void ngx_commerce_metrics_head(ngx_commerce_metrics_text_t *t,
    const char *name, const char *type, const char *help);

/* A sample; `seconds`: the value is in microseconds. */
void ngx_commerce_metrics_line(ngx_commerce_metrics_text_t *t,
    const char *name, const ngx_str_t *labels, const char *more,
    uint64_t value, ngx_uint_t seconds);

/* All lines of a histogram of the first slot. */
void ngx_commerce_metrics_histogram(ngx_commerce_metrics_text_t *t,
    const char *name, const ngx_str_t *labels,
    const ngx_commerce_histogram_t *h, ngx_uint_t seconds);

/* 1: the histogram holds something. */
ngx_uint_t ngx_commerce_metrics_asked(ngx_commerce_metrics_text_t *t,
    const ngx_commerce_histogram_t *h);

/* metrics_database.c: statements, queues, connections, feeds. */
void ngx_commerce_metrics_database_lines(ngx_commerce_metrics_text_t *t);

/* metrics_process.c: workers, shared memory, feeds, nginx's connections. */
void ngx_commerce_metrics_process(ngx_commerce_metrics_text_t *t);


#endif /* NGX_COMMERCE_METRICS_TEXT_H */
