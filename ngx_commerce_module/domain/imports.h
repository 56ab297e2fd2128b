/*
 * Imports: the handler of POST /admin/imports (imports.c), the file as lines
 * of COPY (imports_rows.c), and whoever moves staged imports on
 * (imports_drive.c).
 */

#ifndef NGX_COMMERCE_IMPORTS_H
#define NGX_COMMERCE_IMPORTS_H


#include "../base/copy.h"
#include "../base/csv.h"
#include "../gateway/flow.h"
#include "../gateway/work.h"


extern const ngx_commerce_domain_t  ngx_commerce_imports_domain;


enum {
    NGX_COMMERCE_IMPORTS_BEGIN = 0,
    NGX_COMMERCE_IMPORTS_STAGE,
    NGX_COMMERCE_IMPORTS_ABORT,
    NGX_COMMERCE_IMPORTS_GET,
    NGX_COMMERCE_IMPORTS_UNFINISHED
};


/*
 * imports_rows.c: a file being read.  Memory does not grow with the file.
 * The file and the buffers go with the pool that it was opened with.
 */
typedef struct {
    ngx_fd_t                  fd;
    ngx_log_t                *log;
    off_t                     offset;
    const char               *id;        /* of the import, NUL-terminated */
    ngx_commerce_csv_conf_t   conf;
    ngx_commerce_csv_t       *csv;       /* NULL: JSON lines */
    ngx_commerce_copy_t       header;    /* array literal of the first line */
    ngx_commerce_copy_t       rows;      /* lines of COPY */
    ngx_commerce_copy_t       line;      /* JSON line that is not whole yet */
    uint64_t                  lines;     /* JSON lines begun */
    uint64_t                  count;     /* rows made */
    u_char                   *chunk;
    const char               *unreadable; /* what is wrong with the header */
    unsigned                  opened:1;
    unsigned                  json:1;
    unsigned                  headed:1;  /* header is whole */
    unsigned                  ended:1;   /* of the file */
    unsigned                  skipping:1; /* a JSON line that is too long */
} ngx_commerce_imports_rows_t;

/* Opens; `conf` and `id` are set by the caller.  NGX_ERROR: see the log. */
ngx_int_t ngx_commerce_imports_rows_open(ngx_commerce_imports_rows_t *rows,
    const ngx_str_t *path, ngx_pool_t *pool, ngx_log_t *log);

/* Reads a piece into rows->rows; NGX_OK at the end, NGX_AGAIN before it. */
ngx_int_t ngx_commerce_imports_rows_read(ngx_commerce_imports_rows_t *rows);


/*
 * imports_drive.c: moves an import on, step by step, until it is finished.
 * Does nothing when this worker is at it already.
 */
void ngx_commerce_imports_drive(ngx_commerce_worker_t *worker,
    const char *id);

/* The state of a worker: its drives, its look around for stranded imports. */
void *ngx_commerce_imports_create(ngx_commerce_worker_t *worker);


#endif /* NGX_COMMERCE_IMPORTS_H */
