/*
 * The lines of /metrics about the gateway as a program: workers, their memory
 * and processor time, shared memory, nginx's connections.
 * Called by metrics_text.c; reads a line of /proc for each worker.
 */

#include "metrics_text.h"


#define PROCESS_VERSION  "1.0.0"
#define PROCESS_STAT     512     /* bytes of /proc/<pid>/stat that matter */


typedef struct {
    uint64_t     pid;
    uint64_t     cpu_us;
    uint64_t     rss;            /* bytes */
} process_t;


static void process_build(ngx_commerce_metrics_text_t *t);
static void process_workers(ngx_commerce_metrics_text_t *t);
static ngx_int_t process_look(ngx_atomic_uint_t pid, process_t *process);
static void process_connections(ngx_commerce_metrics_text_t *t);
static void process_zones(ngx_commerce_metrics_text_t *t);
static ngx_str_t process_zone_label(ngx_commerce_metrics_text_t *t,
    const ngx_shm_zone_t *zone);
static uint64_t process_zone_failures(const ngx_slab_pool_t *pool);


void
ngx_commerce_metrics_process(ngx_commerce_metrics_text_t *t)
{
    process_build(t);
    process_workers(t);
    process_connections(t);
    process_zones(t);
}


static void
process_build(ngx_commerce_metrics_text_t *t)
{
    ngx_str_t                  labels;
    u_char                     text[128];
    const ngx_commerce_str_t  *contract;

    contract = &t->conf->contract->openapi;

    labels.data = text;
    labels.len = ngx_snprintf(text, sizeof(text),
                              "version=\"%s\",nginx=\"%s\","
                              "contract=\"%08xD\"",
                              PROCESS_VERSION, NGINX_VERSION,
                              ngx_crc32_long(contract->data, contract->len))
                 - text;

    ngx_commerce_metrics_head(t, "commerce_build_info", "gauge",
                              "What runs here; the contract by its CRC-32.");
    ngx_commerce_metrics_line(t, "commerce_build_info", &labels, "", 1, 0);
}


static void
process_workers(ngx_commerce_metrics_text_t *t)
{
    ngx_str_t    label;
    ngx_uint_t   i, j, n;
    process_t   *processes;

    static const struct {
        const char  *name;
        const char  *type;
        const char  *help;
        size_t       at;
        unsigned     seconds:1;
    } lines[] = {
        { "commerce_worker_pid", "gauge", "Process of each worker.",
          offsetof(process_t, pid), 0 },
        { "commerce_worker_cpu_seconds_total", "counter",
          "Processor time of each worker.", offsetof(process_t, cpu_us), 1 },
        { "commerce_worker_resident_bytes", "gauge",
          "Resident memory of each worker, shared memory included.",
          offsetof(process_t, rss), 0 },
    };

    n = t->zone->nslots;

    processes = ngx_pcalloc(t->pool, n * sizeof(process_t));
    if (processes == NULL) {
        return;
    }

    for (i = 0; i < n; i++) {
        if (t->alive[i]) {
            (void) process_look(*(ngx_atomic_t *)
                                (t->zone->slots + i * t->zone->slot_size),
                                &processes[i]);
        }
    }

    for (j = 0; j < sizeof(lines) / sizeof(lines[0]); j++) {
        ngx_commerce_metrics_head(t, lines[j].name, lines[j].type,
                                  lines[j].help);

        for (i = 0; i < n; i++) {
            if (processes[i].pid == 0) {
                continue;
            }

            label.data = ngx_pnalloc(t->pool, NGX_INT64_LEN + 8);
            if (label.data == NULL) {
                return;
            }

            label.len = ngx_sprintf(label.data, "slot=\"%ui\"", i)
                        - label.data;

            ngx_commerce_metrics_line(t, lines[j].name, &label, "",
                *(uint64_t *) ((u_char *) &processes[i] + lines[j].at),
                lines[j].seconds);
        }
    }
}


/* Fields 14, 15 and 24 of proc(5), counted behind the name in parentheses. */

static ngx_int_t
process_look(ngx_atomic_uint_t pid, process_t *process)
{
    char           path[64], text[PROCESS_STAT + 1], *p;
    long           rss;
    ssize_t        n;
    ngx_fd_t       fd;
    unsigned long  user, system;

    (void) ngx_snprintf((u_char *) path, sizeof(path), "/proc/%uA/stat%Z",
                        pid);

    fd = ngx_open_file(path, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) {
        return NGX_ERROR;
    }

    n = read(fd, text, PROCESS_STAT);
    (void) ngx_close_file(fd);

    if (n <= 0) {
        return NGX_ERROR;
    }

    text[n] = '\0';
    p = strrchr(text, ')');

    if (p == NULL
        || sscanf(p, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu"
                  " %*d %*d %*d %*d %*d %*d %*u %*u %ld", &user, &system,
                  &rss) != 3)
    {
        return NGX_ERROR;
    }

    process->pid = pid;
    process->cpu_us = (uint64_t) (user + system) * 1000000
                      / (uint64_t) sysconf(_SC_CLK_TCK);
    process->rss = (uint64_t) rss * ngx_pagesize;

    return NGX_OK;
}


/* nginx's own: of all servers, the metrics' too. */

static void
process_connections(ngx_commerce_metrics_text_t *t)
{
#if (NGX_STAT_STUB)
    ngx_str_t   none = ngx_null_string;
    ngx_uint_t  i;

    const struct {
        const char          *name;
        const char          *label;
        const char          *help;
        const ngx_atomic_t  *value;
    } lines[] = {
        { "commerce_connections", "state=\"active\"",
          "Connections of clients by state.", ngx_stat_active },
        { "commerce_connections", "state=\"reading\"", "", ngx_stat_reading },
        { "commerce_connections", "state=\"writing\"", "", ngx_stat_writing },
        { "commerce_connections", "state=\"waiting\"", "", ngx_stat_waiting },
        { "commerce_connections_accepted_total", "",
          "Connections of clients taken since nginx was started.",
          ngx_stat_accepted },
        { "commerce_connections_handled_total", "",
          "Connections of clients for which there was room.",
          ngx_stat_handled },
    };

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (lines[i].help[0] != '\0') {
            ngx_commerce_metrics_head(t, lines[i].name,
                                      lines[i].label[0] ? "gauge" : "counter",
                                      lines[i].help);
        }

        ngx_commerce_metrics_line(t, lines[i].name, &none, lines[i].label,
                                  *lines[i].value, 0);
    }
#endif
}


static void
process_zones(ngx_commerce_metrics_text_t *t)
{
    ngx_str_t               label;
    ngx_uint_t              i, j;
    ngx_shm_zone_t         *zone;
    ngx_list_part_t        *part;
    const ngx_slab_pool_t  *pool;

    static const char *const  names[] = {
        "commerce_shm_bytes", "commerce_shm_free_bytes",
        "commerce_shm_failures_total"
    };
    static const char *const  helps[] = {
        "Size of the shared memory zones.",
        "Whole pages of a zone that nothing uses.",
        "Allocations that a zone had no room for."
    };

    for (j = 0; j < 3; j++) {
        ngx_commerce_metrics_head(t, names[j], (j == 2) ? "counter" : "gauge",
                                  helps[j]);

        for (part = (ngx_list_part_t *) &ngx_cycle->shared_memory.part;
             part != NULL; part = part->next)
        {
            zone = part->elts;

            for (i = 0; i < part->nelts; i++) {
                pool = (ngx_slab_pool_t *) zone[i].shm.addr;
                label = process_zone_label(t, &zone[i]);

                ngx_commerce_metrics_line(t, names[j], &label, "",
                    (j == 0) ? zone[i].shm.size
                    : (j == 1) ? pool->pfree * ngx_pagesize
                    : process_zone_failures(pool), 0);
            }
        }
    }
}


/* The metrics' own zone is named after what it counts. */

static ngx_str_t
process_zone_label(ngx_commerce_metrics_text_t *t, const ngx_shm_zone_t *zone)
{
    size_t  len;

    len = (zone == t->conf->metrics) ? sizeof("commerce_metrics") - 1
                                     : zone->shm.name.len;

    return ngx_commerce_metrics_label(t, "zone", zone->shm.name.data, len);
}


static uint64_t
process_zone_failures(const ngx_slab_pool_t *pool)
{
    uint64_t    fails;
    ngx_uint_t  i;

    fails = 0;

    for (i = 0; i < ngx_pagesize_shift - pool->min_shift; i++) {
        fails += pool->stats[i].fails;
    }

    return fails;
}
