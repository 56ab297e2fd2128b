/*
 * /metrics: the numbers of metrics.h in Prometheus' text format 0.0.4.
 * Answered by whichever worker was asked, for all of them.
 *
 * Lines of one name stand together below its HELP and TYPE.  What belongs to
 * an operation or a statement is told once it was asked for; a histogram's
 * count is the sum of its buckets, so the two agree whenever they are read.
 */

#include "answer.h"
#include "metrics_text.h"
#include "station.h"


#define TEXT_PIECE  65536


static ngx_int_t text_open(ngx_commerce_metrics_text_t *t,
    ngx_http_request_t *r);
static ngx_int_t text_send(ngx_http_request_t *r, ngx_chain_t *out,
    off_t length);
static void text_singles(ngx_commerce_metrics_text_t *t);
static void text_operations(ngx_commerce_metrics_text_t *t);
static void text_caches(ngx_commerce_metrics_text_t *t);
static ngx_str_t text_operation_label(ngx_commerce_metrics_text_t *t,
    ngx_uint_t i);


ngx_int_t
ngx_commerce_metrics_handler(ngx_http_request_t *r)
{
    off_t                        length;
    ngx_int_t                    rc;
    ngx_chain_t                 *out;
    ngx_commerce_metrics_text_t  t;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_commerce_worker == NULL) {
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    }

    if (text_open(&t, r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    text_operations(&t);
    text_caches(&t);
    ngx_commerce_metrics_database_lines(&t);
    text_singles(&t);
    ngx_commerce_metrics_process(&t);

    if (ngx_commerce_chain_end(&t.out, &out, &length) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return text_send(r, out, length);
}


static ngx_int_t
text_open(ngx_commerce_metrics_text_t *t, ngx_http_request_t *r)
{
    u_char                             *slot;
    ngx_uint_t                          i;
    const ngx_commerce_metrics_zone_t  *zone;

    t->conf = ngx_commerce_worker->conf;
    t->pool = r->pool;
    t->zone = t->conf->metrics->data;

    zone = t->zone;

    ngx_commerce_metrics_view(t->conf, zone->slots, &t->first);

    t->alive = ngx_palloc(r->pool, zone->nslots * sizeof(ngx_uint_t));
    if (t->alive == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < zone->nslots; i++) {
        slot = zone->slots + i * zone->slot_size;
        t->alive[i] = ngx_commerce_metrics_alive(*(ngx_atomic_t *) slot);
    }

    return ngx_commerce_chain_begin(&t->out, r->pool, TEXT_PIECE);
}


static ngx_int_t
text_send(ngx_http_request_t *r, ngx_chain_t *out, off_t length)
{
    ngx_int_t  rc;

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = length;

    /* the length of the bare type: nginx appends no charset of its own */

    ngx_str_set(&r->headers_out.content_type,
                "text/plain; version=0.0.4; charset=utf-8");
    r->headers_out.content_type_len = sizeof("text/plain") - 1;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_output_filter(r, out);
}


/* --- what the sections are made of --- */

uint64_t
ngx_commerce_metrics_sum(ngx_commerce_metrics_text_t *t,
    const ngx_atomic_t *value, ngx_uint_t gauge)
{
    uint64_t             sum;
    ngx_uint_t           i;
    const ngx_atomic_t  *of;

    sum = 0;

    for (i = 0; i < t->zone->nslots; i++) {
        of = (const ngx_atomic_t *) ((const u_char *) value
                                     + i * t->zone->slot_size);

        if (!gauge || t->alive[i]) {
            sum += *of;
        }
    }

    return sum;
}


void
ngx_commerce_metrics_head(ngx_commerce_metrics_text_t *t, const char *name,
    const char *type, const char *help)
{
    ngx_commerce_json_t  *w = &t->out.json;

    ngx_commerce_json_lit(w, "# HELP ");
    ngx_commerce_json_raw(w, name, ngx_strlen(name));
    ngx_commerce_json_lit(w, " ");
    ngx_commerce_json_raw(w, help, ngx_strlen(help));
    ngx_commerce_json_lit(w, "\n# TYPE ");
    ngx_commerce_json_raw(w, name, ngx_strlen(name));
    ngx_commerce_json_lit(w, " ");
    ngx_commerce_json_raw(w, type, ngx_strlen(type));
    ngx_commerce_json_lit(w, "\n");
}


void
ngx_commerce_metrics_line(ngx_commerce_metrics_text_t *t, const char *name,
    const ngx_str_t *labels, const char *more, uint64_t value,
    ngx_uint_t seconds)
{
    u_char                text[NGX_INT64_LEN + sizeof(".000000\n")], *last;
    ngx_commerce_json_t  *w = &t->out.json;

    ngx_commerce_json_raw(w, name, ngx_strlen(name));

    if (labels->len != 0 || more[0] != '\0') {
        ngx_commerce_json_lit(w, "{");
        ngx_commerce_json_raw(w, labels->data, labels->len);

        if (labels->len != 0 && more[0] != '\0') {
            ngx_commerce_json_lit(w, ",");
        }

        ngx_commerce_json_raw(w, more, ngx_strlen(more));
        ngx_commerce_json_lit(w, "}");
    }

    last = seconds ? ngx_sprintf(text, " %uL.%06uL\n", value / 1000000,
                                 value % 1000000)
                   : ngx_sprintf(text, " %uL\n", value);

    ngx_commerce_json_raw(w, text, last - text);
}


void
ngx_commerce_metrics_histogram(ngx_commerce_metrics_text_t *t,
    const char *name, const ngx_str_t *labels,
    const ngx_commerce_histogram_t *h, ngx_uint_t seconds)
{
    char        text[64], le[32];
    uint64_t    count;
    ngx_uint_t  i;

    count = 0;

    (void) ngx_snprintf((u_char *) text, sizeof(text), "%s_bucket%Z", name);

    for (i = 0; i <= NGX_COMMERCE_BUCKETS; i++) {
        count += ngx_commerce_metrics_sum(t, &h->buckets[i], 0);

        if (i == NGX_COMMERCE_BUCKETS) {
            (void) ngx_sprintf((u_char *) le, "le=\"+Inf\"%Z");

        } else if (seconds) {
            (void) ngx_sprintf((u_char *) le, "le=\"%s\"%Z",
                               ngx_commerce_bounds_seconds[i]);

        } else {
            (void) ngx_sprintf((u_char *) le, "le=\"%uL\"%Z",
                               ngx_commerce_bounds_pieces[i]);
        }

        ngx_commerce_metrics_line(t, text, labels, le, count, 0);
    }

    (void) ngx_snprintf((u_char *) text, sizeof(text), "%s_sum%Z", name);
    ngx_commerce_metrics_line(t, text, labels, "",
                              ngx_commerce_metrics_sum(t, &h->sum, 0),
                              seconds);

    (void) ngx_snprintf((u_char *) text, sizeof(text), "%s_count%Z", name);
    ngx_commerce_metrics_line(t, text, labels, "", count, 0);
}


/* A backslash, a quote and a line feed are what a label must not hold. */

ngx_str_t
ngx_commerce_metrics_label(ngx_commerce_metrics_text_t *t, const char *name,
    const u_char *value, size_t len)
{
    size_t     i;
    u_char    *p;
    ngx_str_t  label;

    label.len = 0;
    label.data = ngx_pnalloc(t->pool, ngx_strlen(name) + 4 + 2 * len);

    if (label.data == NULL) {
        return label;
    }

    p = ngx_cpymem(label.data, name, ngx_strlen(name));
    *p++ = '=';
    *p++ = '"';

    for (i = 0; i < len; i++) {
        if (value[i] == '\n') {
            *p++ = '\\';
            *p++ = 'n';
            continue;
        }

        if (value[i] == '\\' || value[i] == '"') {
            *p++ = '\\';
        }

        *p++ = value[i];
    }

    *p++ = '"';
    label.len = p - label.data;

    return label;
}


ngx_uint_t
ngx_commerce_metrics_asked(ngx_commerce_metrics_text_t *t,
    const ngx_commerce_histogram_t *h)
{
    ngx_uint_t  i;

    for (i = 0; i <= NGX_COMMERCE_BUCKETS; i++) {
        if (ngx_commerce_metrics_sum(t, &h->buckets[i], 0) != 0) {
            return 1;
        }
    }

    return 0;
}


/* --- the sections --- */

static void
text_operations(ngx_commerce_metrics_text_t *t)
{
    ngx_str_t                                label;
    ngx_uint_t                               i, j;
    const ngx_commerce_operation_metrics_t  *o;

    static const char *const  statuses[] = {
        "status=\"closed\"", "status=\"2xx\"", "status=\"3xx\"",
        "status=\"4xx\"", "status=\"5xx\""
    };

    o = t->first.operations;

    ngx_commerce_metrics_head(t, "commerce_requests_total", "counter",
                              "Requests by operation and status; closed: the"
                              " client left before the answer.");

    for (i = 0; i <= t->conf->contract->noperations; i++) {
        if (ngx_commerce_metrics_asked(t, &o[i].time)) {
            label = text_operation_label(t, i);

            for (j = 0; j < NGX_COMMERCE_STATUSES; j++) {
                ngx_commerce_metrics_line(t, "commerce_requests_total",
                    &label, statuses[j],
                    ngx_commerce_metrics_sum(t, &o[i].status[j], 0), 0);
            }
        }
    }

    ngx_commerce_metrics_head(t, "commerce_request_duration_seconds",
                              "histogram",
                              "From the head of a request to its answer.");

    for (i = 0; i <= t->conf->contract->noperations; i++) {
        if (ngx_commerce_metrics_asked(t, &o[i].time)) {
            label = text_operation_label(t, i);
            ngx_commerce_metrics_histogram(t,
                "commerce_request_duration_seconds", &label, &o[i].time, 1);
        }
    }

    ngx_commerce_metrics_head(t, "commerce_rate_limited_total", "counter",
                              "Requests refused because of a rate (429).");

    for (i = 0; i <= t->conf->contract->noperations; i++) {
        if (ngx_commerce_metrics_asked(t, &o[i].time)) {
            label = text_operation_label(t, i);
            ngx_commerce_metrics_line(t, "commerce_rate_limited_total",
                &label, "", ngx_commerce_metrics_sum(t, &o[i].limited, 0), 0);
        }
    }
}


static void
text_caches(ngx_commerce_metrics_text_t *t)
{
    ngx_str_t                                label;
    ngx_uint_t                               i, j;
    const ngx_commerce_operation_t          *operation;
    const ngx_commerce_operation_metrics_t  *o;

    static const char *const  results[NGX_COMMERCE_CACHE_RESULTS] = {
        "result=\"hit\"", "result=\"miss\"", "result=\"stale\"",
        "result=\"coalesced\"", "result=\"bypass\"",
        "result=\"remote\""
    };

    ngx_commerce_metrics_head(t, "commerce_cache_results_total", "counter",
                              "What the response cache did for a request.");

    for (i = 0; i < t->conf->contract->noperations; i++) {
        operation = &t->conf->contract->operations[i];
        o = &t->first.operations[i];

        if (!operation->cache.enabled
            || !ngx_commerce_metrics_asked(t, &o->time))
        {
            continue;
        }

        label = text_operation_label(t, i);

        for (j = 0; j < NGX_COMMERCE_CACHE_RESULTS; j++) {
            ngx_commerce_metrics_line(t, "commerce_cache_results_total",
                &label, results[j],
                ngx_commerce_metrics_sum(t, &o->cache[j], 0), 0);
        }
    }
}


/* Nobody asks for what has no operation: such requests are "none". */

static ngx_str_t
text_operation_label(ngx_commerce_metrics_text_t *t, ngx_uint_t i)
{
    static u_char  none[] = "none";

    const ngx_commerce_operation_t  *operation;

    if (i == t->conf->contract->noperations) {
        return ngx_commerce_metrics_label(t, "operation", none,
                                          sizeof(none) - 1);
    }

    operation = &t->conf->contract->operations[i];

    return ngx_commerce_metrics_label(t, "operation", operation->id.data,
                                      operation->id.len);
}


static void
text_singles(ngx_commerce_metrics_text_t *t)
{
    ngx_str_t                          none = ngx_null_string;
    ngx_uint_t                         i;
    const ngx_commerce_metric_line_t  *line;

    for (i = 0; i < NGX_COMMERCE_METRICS; i++) {
        line = &ngx_commerce_metric_lines[i];

        if (line->help[0] != '\0') {
            ngx_commerce_metrics_head(t, line->name,
                                      line->gauge ? "gauge" : "counter",
                                      line->help);
        }

        ngx_commerce_metrics_line(t, line->name, &none, line->labels,
            ngx_commerce_metrics_sum(t, &t->first.values[i], line->gauge),
            line->seconds);
    }

    for (i = 0; i < NGX_COMMERCE_HISTOGRAMS; i++) {
        line = &ngx_commerce_histogram_lines[i];

        ngx_commerce_metrics_head(t, line->name, "histogram", line->help);
        ngx_commerce_metrics_histogram(t, line->name, &none,
                                       &t->first.histograms[i],
                                       line->seconds);
    }
}
