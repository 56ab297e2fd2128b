/*
 * An uploaded file as lines of COPY into core.import_row: import_id, line,
 * fields, problem.  CSV goes through the parser of base/, JSON lines are one
 * field each.  Nothing is judged here but whether a record can be read at all.
 *
 * Called by the handler, a piece a turn of the event loop; the file was just
 * written by nginx, so reading it does not wait for a disk.
 */

#include "imports.h"

#include <jansson.h>


#define CHUNK     16384
#define JSON_MAX  65536


static void rows_close(void *data);
static ngx_int_t rows_sniff(ngx_commerce_imports_rows_t *rows, size_t n);
static int rows_record(void *data, const ngx_commerce_csv_record_t *record);
static void rows_json(ngx_commerce_imports_rows_t *rows, const u_char *p,
    size_t len);
static void rows_json_line(ngx_commerce_imports_rows_t *rows);
static void rows_add(ngx_commerce_imports_rows_t *rows, uint64_t line,
    const ngx_commerce_str_t *fields, size_t n, const char *problem);


ngx_int_t
ngx_commerce_imports_rows_open(ngx_commerce_imports_rows_t *rows,
    const ngx_str_t *path, ngx_pool_t *pool, ngx_log_t *log)
{
    ngx_pool_cleanup_t  *cln;

    rows->log = log;
    rows->chunk = ngx_palloc(pool, CHUNK);
    cln = ngx_pool_cleanup_add(pool, 0);

    if (rows->chunk == NULL || cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = rows_close;
    cln->data = rows;

    rows->fd = ngx_open_file(path->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (rows->fd == NGX_INVALID_FILE) {
        ngx_log_error(NGX_LOG_ERR, log, ngx_errno,
                      ngx_open_file_n " \"%V\" failed", path);
        return NGX_ERROR;
    }

    rows->opened = 1;

    return NGX_OK;
}


static void
rows_close(void *data)
{
    ngx_commerce_imports_rows_t  *rows = data;

    if (rows->opened) {
        (void) ngx_close_file(rows->fd);
    }

    if (rows->csv != NULL) {
        ngx_commerce_csv_destroy(rows->csv);
    }

    ngx_commerce_copy_free(&rows->header);
    ngx_commerce_copy_free(&rows->rows);
    ngx_commerce_copy_free(&rows->line);
}


ngx_int_t
ngx_commerce_imports_rows_read(ngx_commerce_imports_rows_t *rows)
{
    int      rc;
    ssize_t  n;

    if (rows->ended) {
        return NGX_OK;
    }

    n = pread(rows->fd, rows->chunk, CHUNK, rows->offset);

    if (n == -1) {
        ngx_log_error(NGX_LOG_ERR, rows->log, ngx_errno,
                      "reading an import failed");
        return NGX_ERROR;
    }

    if (rows->offset == 0 && rows_sniff(rows, (size_t) n) != NGX_OK) {
        return NGX_ERROR;
    }

    rows->offset += n;
    rows->ended = (n == 0);
    rc = 0;

    if (rows->json) {
        rows_json(rows, rows->chunk, (size_t) n);

        if (rows->ended && (rows->line.len != 0 || rows->skipping)) {
            rows_json_line(rows);
        }

    } else if (rows->ended) {
        rc = ngx_commerce_csv_finish(rows->csv);

    } else {
        rc = ngx_commerce_csv_feed(rows->csv, rows->chunk, (size_t) n);
    }

    if (rc != 0 || rows->rows.failed || rows->header.failed
        || rows->line.failed)
    {
        return NGX_ERROR;
    }

    return rows->ended ? NGX_OK : NGX_AGAIN;
}


/* No header of CSV begins with a brace, and every JSON line does. */

static ngx_int_t
rows_sniff(ngx_commerce_imports_rows_t *rows, size_t n)
{
    size_t  i;

    i = (n >= 3 && ngx_memcmp(rows->chunk, "\xEF\xBB\xBF", 3) == 0) ? 3 : 0;

    while (i < n && (rows->chunk[i] == ' ' || rows->chunk[i] == '\t'
                     || rows->chunk[i] == CR || rows->chunk[i] == LF))
    {
        i++;
    }

    if (i < n && rows->chunk[i] == '{') {
        rows->json = 1;
        rows->headed = 1;
        ngx_commerce_copy_array(&rows->header, NULL, 0);

        return NGX_OK;
    }

    rows->csv = ngx_commerce_csv_create(&rows->conf, rows_record, rows);

    return (rows->csv == NULL) ? NGX_ERROR : NGX_OK;
}


static int
rows_record(void *data, const ngx_commerce_csv_record_t *record)
{
    ngx_commerce_imports_rows_t  *rows = data;

    if (!rows->headed) {
        rows->headed = 1;

        if (record->error != NGX_COMMERCE_CSV_OK) {
            rows->unreadable = ngx_commerce_csv_error_code(record->error);
        }

        ngx_commerce_copy_array(&rows->header, record->fields,
                                record->nfields);
        return 0;
    }

    rows_add(rows, record->line, record->fields, record->nfields,
             record->error == NGX_COMMERCE_CSV_OK
             ? NULL : ngx_commerce_csv_error_code(record->error));

    return rows->rows.failed ? -1 : 0;
}


static void
rows_json(ngx_commerce_imports_rows_t *rows, const u_char *p, size_t len)
{
    const u_char  *last, *end;

    last = p + len;

    while (p < last) {
        end = memchr(p, LF, last - p);

        if (rows->line.len + ((end ? end : last) - p) > JSON_MAX) {
            rows->skipping = 1;
        }

        if (!rows->skipping) {
            ngx_commerce_copy_raw(&rows->line, p, (end ? end : last) - p);
        }

        if (end == NULL) {
            return;
        }

        rows_json_line(rows);
        p = end + 1;
    }
}


/* A line is checked here: the database would refuse all for one bad line. */

static void
rows_json_line(ngx_commerce_imports_rows_t *rows)
{
    json_t              *value;
    const char          *problem;
    json_error_t         error;
    ngx_commerce_str_t   text;

    rows->lines++;

    text.data = rows->line.data;
    text.len = rows->line.len;

    if (rows->lines == 1 && text.len >= 3
        && ngx_memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
    {
        text.data += 3;
        text.len -= 3;
    }

    while (text.len != 0 && (text.data[text.len - 1] == CR
                             || text.data[text.len - 1] == ' '))
    {
        text.len--;
    }

    problem = NULL;

    if (rows->skipping) {
        problem = "record_too_long";

    } else if (text.len != 0) {
        value = json_loadb((char *) text.data, text.len,
                           JSON_REJECT_DUPLICATES, &error);

        if (!json_is_object(value)) {
            problem = "invalid_json";
        }

        json_decref(value);
    }

    if (problem != NULL) {
        rows_add(rows, rows->lines, NULL, 0, problem);

    } else if (text.len != 0) {
        rows_add(rows, rows->lines, &text, 1, NULL);
    }

    rows->skipping = 0;
    ngx_commerce_copy_reset(&rows->line);
}


static void
rows_add(ngx_commerce_imports_rows_t *rows, uint64_t line,
    const ngx_commerce_str_t *fields, size_t n, const char *problem)
{
    size_t                len;
    u_char                number[NGX_INT64_LEN + 2], *last;
    ngx_commerce_copy_t  *copy;

    copy = &rows->rows;
    last = ngx_sprintf(number, "\t%uL\t", line);
    len = (problem == NULL) ? 2 : ngx_strlen(problem);

    ngx_commerce_copy_raw(copy, rows->id, ngx_strlen(rows->id));
    ngx_commerce_copy_raw(copy, number, last - number);
    ngx_commerce_copy_array_column(copy, fields, n);
    ngx_commerce_copy_raw(copy, "\t", 1);
    ngx_commerce_copy_raw(copy, (problem == NULL) ? "\\N" : problem, len);
    ngx_commerce_copy_raw(copy, "\n", 1);

    rows->count++;
}
