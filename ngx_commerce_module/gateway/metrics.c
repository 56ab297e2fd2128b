/*
 * Owns the shared memory of metrics.h: its layout, who may write to which
 * slot, and what is written for each request and each query.
 *
 * The zone's name holds a hash of everything that the layout stands for, so a
 * reload finds the memory again exactly when it still means the same, and
 * workers that are leaving go on counting into what they know.
 */

#include "metrics_zone.h"
#include "station.h"


#define METRICS_MAGIC   0x636f6d6d6d657401ULL  /* layout 1 */
#define METRICS_LINE    64                     /* bytes, of a processor */


static size_t metrics_slot_size(const ngx_commerce_conf_t *ccf);
static ngx_uint_t metrics_slots(ngx_conf_t *cf);
static uint32_t metrics_hash(ngx_commerce_conf_t *ccf, ngx_uint_t nslots);
static ngx_int_t metrics_zone_init(ngx_shm_zone_t *shm_zone, void *data);
static u_char *metrics_take(ngx_commerce_metrics_zone_t *zone);
static void metrics_quiet(ngx_commerce_metrics_t *m);
static void metrics_put(ngx_commerce_histogram_t *h, const uint64_t *bounds,
    uint64_t value);
static ngx_int_t metrics_cache_result(const char *text);
static ngx_int_t metrics_names(ngx_conf_t *cf, ngx_commerce_database_t *db);
static void metrics_unavailable(ngx_commerce_metrics_t *m,
    const ngx_str_t *problem);


/* An operation and a domain may call one function: that is one series. */

static ngx_int_t
metrics_names(ngx_conf_t *cf, ngx_commerce_database_t *db)
{
    ngx_str_t   *a, *b;
    ngx_uint_t   i, j;

    db->counted = ngx_palloc(cf->pool, (db->nstatements + 1)
                                       * sizeof(ngx_uint_t));
    if (db->counted == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < db->nstatements; i++) {
        a = &db->statements[i].name;

        for (j = 0; j < i; j++) {
            b = &db->statements[j].name;

            if (a->len == b->len && ngx_memcmp(a->data, b->data, a->len) == 0)
            {
                break;
            }
        }

        db->counted[i] = j;
    }

    return NGX_OK;
}


ngx_int_t
ngx_commerce_metrics_configure(ngx_conf_t *cf, ngx_commerce_conf_t *ccf)
{
    size_t                    size;
    ngx_str_t                 name;
    ngx_uint_t                i, n, nslots;
    ngx_commerce_database_t  *db;

    db = ccf->databases.elts;
    n = 0;

    for (i = 0; i < ccf->databases.nelts; i++) {
        db[i].first = n;
        n += db[i].nstatements;

        if (metrics_names(cf, &db[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    nslots = metrics_slots(cf);

    name.data = ngx_pnalloc(cf->pool, sizeof("commerce_metrics_") + 8);
    if (name.data == NULL) {
        return NGX_ERROR;
    }

    name.len = ngx_sprintf(name.data, "commerce_metrics_%08xD",
                           metrics_hash(ccf, nslots))
               - name.data;

    /* and the slab's own: its head and what it notes of each page */

    size = sizeof(ngx_commerce_metrics_zone_t)
           + nslots * metrics_slot_size(ccf) + METRICS_LINE;
    size += size / 64 + 16 * ngx_pagesize;

    ccf->metrics = ngx_shared_memory_add(cf, &name, size,
                                         &ngx_http_commerce_module);
    if (ccf->metrics == NULL) {
        return NGX_ERROR;
    }

    ccf->metrics->init = metrics_zone_init;
    ccf->metrics->data = ccf;
    ccf->nslots = nslots;

    return NGX_OK;
}


/* During a reload there are twice as many workers; one more may be dying. */

static ngx_uint_t
metrics_slots(ngx_conf_t *cf)
{
    ngx_int_t         n;
    ngx_core_conf_t  *core;

    core = (ngx_core_conf_t *) ngx_get_conf(cf->cycle->conf_ctx,
                                            ngx_core_module);
    n = core->worker_processes;

    return 3 * (ngx_uint_t) (n > 0 ? n : ngx_ncpu) + 1;
}


static size_t
metrics_slot_size(const ngx_commerce_conf_t *ccf)
{
    size_t                          size;
    ngx_uint_t                      n;
    const ngx_commerce_database_t  *db;

    db = ccf->databases.elts;
    n = ccf->databases.nelts;

    size = METRICS_LINE
           + NGX_COMMERCE_METRICS * sizeof(ngx_atomic_t)
           + NGX_COMMERCE_HISTOGRAMS * sizeof(ngx_commerce_histogram_t)
           + n * sizeof(ngx_commerce_database_metrics_t)
           + (ccf->contract->noperations + 1)
             * sizeof(ngx_commerce_operation_metrics_t);

    if (n != 0) {
        size += (db[n - 1].first + db[n - 1].nstatements)
                * sizeof(ngx_commerce_statement_metrics_t);
    }

    return ngx_align(size, METRICS_LINE);
}


static uint32_t
metrics_hash(ngx_commerce_conf_t *ccf, ngx_uint_t nslots)
{
    uint32_t                        hash, sizes[3];
    ngx_uint_t                      i, j;
    const ngx_commerce_str_t       *id;
    const ngx_commerce_database_t  *db;

    sizes[0] = (uint32_t) nslots;
    sizes[1] = (uint32_t) metrics_slot_size(ccf);
    sizes[2] = NGX_COMMERCE_METRICS << 16 | NGX_COMMERCE_HISTOGRAMS;

    ngx_crc32_init(hash);
    ngx_crc32_update(&hash, (u_char *) sizes, sizeof(sizes));

    for (i = 0; i < ccf->contract->noperations; i++) {
        id = &ccf->contract->operations[i].id;
        ngx_crc32_update(&hash, id->data, id->len);
    }

    db = ccf->databases.elts;

    for (i = 0; i < ccf->databases.nelts; i++) {
        ngx_crc32_update(&hash, db[i].pg.name.data, db[i].pg.name.len);

        for (j = 0; j < db[i].nstatements; j++) {
            ngx_crc32_update(&hash, db[i].statements[j].name.data,
                             db[i].statements[j].name.len);
        }
    }

    ngx_crc32_final(hash);

    return hash;
}


static ngx_int_t
metrics_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_slab_pool_t              *shpool;
    ngx_commerce_conf_t          *ccf = shm_zone->data;
    ngx_commerce_metrics_zone_t  *zone;

    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;
    zone = shpool->data;

    if ((data != NULL || shm_zone->shm.exists) && zone != NULL
        && zone->magic == METRICS_MAGIC)
    {
        shm_zone->data = zone;
        return NGX_OK;
    }

    zone = ngx_slab_calloc(shpool, sizeof(ngx_commerce_metrics_zone_t));
    if (zone == NULL) {
        return NGX_ERROR;
    }

    zone->nslots = ccf->nslots;
    zone->slot_size = metrics_slot_size(ccf);
    zone->slots = ngx_slab_calloc(shpool, zone->nslots * zone->slot_size);

    if (zone->slots == NULL) {
        return NGX_ERROR;
    }

    zone->magic = METRICS_MAGIC;

    shpool->data = zone;
    shm_zone->data = zone;

    return NGX_OK;
}


void
ngx_commerce_metrics_view(const ngx_commerce_conf_t *ccf, u_char *slot,
    ngx_commerce_metrics_t *m)
{
    u_char  *p;

    m->conf = ccf;
    m->owner = (ngx_atomic_t *) slot;

    p = slot + METRICS_LINE;

    m->values = (ngx_atomic_t *) p;
    p += NGX_COMMERCE_METRICS * sizeof(ngx_atomic_t);

    m->histograms = (ngx_commerce_histogram_t *) p;
    p += NGX_COMMERCE_HISTOGRAMS * sizeof(ngx_commerce_histogram_t);

    m->databases = (ngx_commerce_database_metrics_t *) p;
    p += ccf->databases.nelts * sizeof(ngx_commerce_database_metrics_t);

    m->operations = (ngx_commerce_operation_metrics_t *) p;
    p += (ccf->contract->noperations + 1)
         * sizeof(ngx_commerce_operation_metrics_t);

    m->statements = (ngx_commerce_statement_metrics_t *) p;
}


ngx_commerce_metrics_t *
ngx_commerce_metrics_open(const ngx_commerce_conf_t *ccf, ngx_pool_t *pool,
    ngx_log_t *log)
{
    u_char                  *slot;
    ngx_commerce_metrics_t  *m;

    m = ngx_pcalloc(pool, sizeof(ngx_commerce_metrics_t));
    if (m == NULL) {
        return NULL;
    }

    slot = metrics_take(ccf->metrics->data);

    if (slot == NULL) {
        ngx_log_error(NGX_LOG_WARN, log, 0,
                      "commerce: this worker has no slot for its metrics");

        slot = ngx_pmemalign(pool, metrics_slot_size(ccf), METRICS_LINE);
        if (slot == NULL) {
            return NULL;
        }

        ngx_memzero(slot, metrics_slot_size(ccf));
    }

    ngx_commerce_metrics_view(ccf, slot, m);
    metrics_quiet(m);

    return m;
}


void
ngx_commerce_metrics_close(ngx_commerce_metrics_t *m)
{
    metrics_quiet(m);
    ngx_memory_barrier();

    *m->owner = 0;
}


/* A slot of nobody, or of a worker that died without giving it back. */

static u_char *
metrics_take(ngx_commerce_metrics_zone_t *zone)
{
    u_char             *slot;
    ngx_uint_t          i;
    ngx_atomic_t       *owner;
    ngx_atomic_uint_t   old;

    for (i = 0; i < zone->nslots; i++) {
        slot = zone->slots + i * zone->slot_size;
        owner = (ngx_atomic_t *) slot;
        old = *owner;

        if (old != (ngx_atomic_uint_t) ngx_pid
            && ngx_commerce_metrics_alive(old))
        {
            continue;
        }

        if (ngx_atomic_cmp_set(owner, old, (ngx_atomic_uint_t) ngx_pid)) {
            return slot;
        }
    }

    return NULL;
}


ngx_uint_t
ngx_commerce_metrics_alive(ngx_atomic_uint_t owner)
{
    return owner != 0
           && (kill((ngx_pid_t) owner, 0) == 0 || ngx_errno != NGX_ESRCH);
}


/* Counters stay, what was true of the last owner goes. */

static void
metrics_quiet(ngx_commerce_metrics_t *m)
{
    ngx_uint_t                 i;
    ngx_commerce_pg_counts_t  *counts;

    for (i = 0; i < NGX_COMMERCE_METRICS; i++) {
        if (ngx_commerce_metric_lines[i].gauge) {
            m->values[i] = 0;
        }
    }

    for (i = 0; i < m->conf->databases.nelts; i++) {
        counts = &m->databases[i].counts;

        counts->waiting = 0;
        counts->in_flight = 0;
        counts->up = 0;
        counts->connecting = 0;
        counts->down = 0;

        m->databases[i].feed_lag = 0;
    }
}


/* The first bound that is not below the value: four steps, no branch. */

static void
metrics_put(ngx_commerce_histogram_t *h, const uint64_t *bounds,
    uint64_t value)
{
    ngx_uint_t  i;

    i = (value > bounds[7]) * 8;
    i += (value > bounds[i + 3]) * 4;
    i += (value > bounds[i + 1]) * 2;
    i += (value > bounds[i]);
    i += (value > bounds[NGX_COMMERCE_BUCKETS - 1]);

    h->buckets[i]++;
    h->sum += value;
}


void
ngx_commerce_metrics_observe(ngx_commerce_metrics_t *m,
    ngx_commerce_histogram_e which, uint64_t value)
{
    metrics_put(&m->histograms[which],
                ngx_commerce_histogram_lines[which].seconds
                ? ngx_commerce_bounds_us : ngx_commerce_bounds_pieces,
                value);
}


void
ngx_commerce_metrics_query(ngx_commerce_metrics_t *m, ngx_uint_t database,
    const ngx_commerce_pg_query_t *q, uint64_t us)
{
    const ngx_commerce_database_t     *db;
    ngx_commerce_statement_metrics_t  *s;

    db = m->conf->databases.elts;
    db += database;
    s = &m->statements[db->first + db->counted[q->statement->index]];

    if (q->status == NGX_COMMERCE_PG_NOT_EXECUTED) {
        s->not_executed++;
        return;
    }

    metrics_put(&m->databases[database].wait, ngx_commerce_bounds_us,
                q->waited);
    metrics_put(&s->time, ngx_commerce_bounds_us, us - ngx_min(us, q->waited));

    if (q->status == NGX_COMMERCE_PG_REFUSED) {
        s->refused++;

    } else if (q->status == NGX_COMMERCE_PG_UNKNOWN) {
        s->unknown++;
    }
}


/* The time ends when the answer was handed over, not when it was taken. */

ngx_int_t
ngx_commerce_metrics_log(ngx_http_request_t *r)
{
    ngx_int_t                          result;
    ngx_uint_t                         status;
    ngx_commerce_trace_t              *trace;
    ngx_commerce_metrics_t            *m;
    ngx_commerce_operation_metrics_t  *o;

    trace = ngx_commerce_gateway_trace(r);

    if (trace == NULL || ngx_commerce_worker == NULL) {
        return NGX_OK;
    }

    m = ngx_commerce_worker->metrics;
    o = &m->operations[(trace->operation != NULL)
                       ? trace->operation->index
                       : m->conf->contract->noperations];

    status = r->err_status ? r->err_status : r->headers_out.status;

    o->status[(status == NGX_HTTP_CLIENT_CLOSED_REQUEST) ? 0
              : ngx_min(ngx_max(status / 100, 1), 5) - 1]++;
    o->limited += (status == NGX_HTTP_TOO_MANY_REQUESTS);

    if (status == NGX_HTTP_SERVICE_UNAVAILABLE) {
        metrics_unavailable(m, &trace->problem);
    }

    result = metrics_cache_result(trace->cache);

    if (result >= 0) {
        o->cache[result]++;
    }

    metrics_put(&o->time, ngx_commerce_bounds_us,
                (trace->ended ? trace->ended : ngx_commerce_clock_us())
                - trace->started);

    return NGX_OK;
}


/* As in X-Cache: their first letters tell them apart. */

static ngx_int_t
metrics_cache_result(const char *text)
{
    static const char  letters[] = "HMSCBR";

    ngx_uint_t  i;

    if (text == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < NGX_COMMERCE_CACHE_RESULTS; i++) {
        if (letters[i] == text[0]) {
            return i;
        }
    }

    return NGX_ERROR;
}


static void
metrics_unavailable(ngx_commerce_metrics_t *m, const ngx_str_t *problem)
{
    ngx_commerce_metric_e  which;

    which = NGX_COMMERCE_METRIC_503_OTHER;

    if (ngx_commerce_str_is((const ngx_commerce_str_t *) problem,
                            "not_executed"))
    {
        which = NGX_COMMERCE_METRIC_503_NOT_EXECUTED;

    } else if (ngx_commerce_str_is((const ngx_commerce_str_t *) problem,
                                   "outcome_unknown"))
    {
        which = NGX_COMMERCE_METRIC_503_UNKNOWN;
    }

    ngx_commerce_metrics_add(m, which, 1);
}


void
ngx_commerce_metrics_cache(const ngx_commerce_conf_t *conf,
    uint64_t results[NGX_COMMERCE_CACHE_RESULTS])
{
    ngx_uint_t                          slot, i, j;
    ngx_commerce_metrics_t              view;
    const ngx_commerce_metrics_zone_t  *zone = conf->metrics->data;

    ngx_memzero(results, NGX_COMMERCE_CACHE_RESULTS * sizeof(uint64_t));

    for (slot = 0; slot < zone->nslots; slot++) {
        ngx_commerce_metrics_view(conf, zone->slots + slot * zone->slot_size,
                                  &view);

        for (i = 0; i < conf->contract->noperations; i++) {
            for (j = 0; j < NGX_COMMERCE_CACHE_RESULTS; j++) {
                results[j] += view.operations[i].cache[j];
            }
        }
    }
}
