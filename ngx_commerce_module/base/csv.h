/*
 * A push parser of comma-separated values (RFC 4180), fed in pieces of any
 * size: bytes in, records out through a callback, in constant memory.
 *
 * What real files need beyond the RFC: `,` `;` or tab found from the first
 * line (or told by Excel's `sep=;` line), a byte order mark, lines ended by
 * CRLF, LF or CR, windows-1252.  Empty lines are skipped.  A broken record is
 * reported with the line it began on and the next one is read; nothing is
 * repaired in silence.
 *
 * Called by the import handler, unit tests and the fuzzer; any thread, one
 * thread at a time.
 */

#ifndef NGX_COMMERCE_CSV_H
#define NGX_COMMERCE_CSV_H


#include "str.h"


typedef enum {
    NGX_COMMERCE_CSV_UTF8 = 0,
    NGX_COMMERCE_CSV_WINDOWS_1252
} ngx_commerce_csv_encoding_e;


typedef enum {
    NGX_COMMERCE_CSV_OK = 0,
    NGX_COMMERCE_CSV_NOT_UTF8,
    NGX_COMMERCE_CSV_NUL,                /* a byte 0: PostgreSQL has none */
    NGX_COMMERCE_CSV_TEXT_AFTER_QUOTE,   /* "a"b */
    NGX_COMMERCE_CSV_OPEN_QUOTE,         /* the end came inside quotes */
    NGX_COMMERCE_CSV_TOO_LONG,           /* bytes of one record */
    NGX_COMMERCE_CSV_TOO_MANY_FIELDS
} ngx_commerce_csv_error_e;


typedef struct {
    u_char                       separator;   /* 0: found in the first line */
    ngx_commerce_csv_encoding_e  encoding;
    size_t                       record_max;  /* bytes of UTF-8; 0: 256 KiB */
    size_t                       fields_max;  /* 0: 256 */
} ngx_commerce_csv_conf_t;


/*
 * Fields are not NUL-terminated, are UTF-8 without NUL, and live during the
 * callback only.  With an error they are what could be read: none of a record
 * that is too long or not UTF-8.
 */
typedef struct {
    uint64_t                     line;        /* it began on, from 1 */
    const ngx_commerce_str_t    *fields;
    size_t                       nfields;
    ngx_commerce_csv_error_e     error;
} ngx_commerce_csv_record_t;


/* Returns 0, or -1 to stop: feed and finish then return -1 too. */
typedef int (*ngx_commerce_csv_record_pt)(void *data,
    const ngx_commerce_csv_record_t *record);


typedef struct ngx_commerce_csv_s  ngx_commerce_csv_t;


/* NULL when there is no memory. */
ngx_commerce_csv_t *ngx_commerce_csv_create(const ngx_commerce_csv_conf_t *conf,
    ngx_commerce_csv_record_pt handler, void *data);

void ngx_commerce_csv_destroy(ngx_commerce_csv_t *csv);

/* Reads a piece.  -1: the handler stopped it, or there is no memory. */
int ngx_commerce_csv_feed(ngx_commerce_csv_t *csv, const u_char *p, size_t len);

/* Says that the last piece was fed: the last line may lack its line end. */
int ngx_commerce_csv_finish(ngx_commerce_csv_t *csv);

/* The separator in use, 0 while it is not known. */
u_char ngx_commerce_csv_separator(const ngx_commerce_csv_t *csv);

/* A stable code for people and programs: 'text_after_quote' ... */
const char *ngx_commerce_csv_error_code(ngx_commerce_csv_error_e error);


#endif /* NGX_COMMERCE_CSV_H */
