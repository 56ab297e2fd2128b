/*
 * The parser of csv.h: a state machine over bytes.  One buffer holds the
 * record being read, its fields side by side; both the buffer and the number
 * of fields are bounded, so memory does not grow with the file.
 *
 * Lifetime: create to destroy; the record handed out points into the buffer.
 */

#include <stdlib.h>

#include "csv.h"
#include "csv_dialect.h"
#include "text.h"


#define HEAD_MAX     8192            /* of the line a separator is found in */
#define BUFFER_MIN   1024
#define RECORD_MAX   (256 * 1024)
#define FIELDS_MAX   256


typedef enum {
    FIELD_START = 0,
    PLAIN,
    QUOTED,
    QUOTE_SEEN,                      /* ends the field, or half of "" */
    BROKEN                           /* text after a closing quote */
} state_e;


struct ngx_commerce_csv_s {
    ngx_commerce_csv_record_pt   handler;
    void                        *data;

    u_char                       separator;
    ngx_commerce_csv_encoding_e  encoding;
    size_t                       record_max;
    size_t                       fields_max;

    state_e                      state;
    ngx_commerce_csv_error_e     error;    /* of the record being read */
    uint64_t                     line;     /* of the byte being read */
    uint64_t                     begun;    /* line of the record */

    u_char                      *buf;
    size_t                       len;
    size_t                       size;
    size_t                      *starts;   /* of each field in buf */
    ngx_commerce_str_t          *fields;
    size_t                       nfields;  /* begun ones */

    u_char                      *head;     /* NULL: the first line is over */
    size_t                       head_len;

    unsigned                     head_text:1;   /* a byte that is no line end */
    unsigned                     head_quoted:1;
    unsigned                     after_cr:1;    /* LF is the CR's other half */
    unsigned                     failed:1;
};


static const uint16_t  windows_1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
    0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178
};


static const char  *codes[] = {
    "ok",
    "not_utf8",
    "nul_byte",
    "text_after_quote",
    "open_quote",
    "record_too_long",
    "too_many_fields"
};


static int read_head(ngx_commerce_csv_t *csv, const u_char **p,
    const u_char *last);
static int close_head(ngx_commerce_csv_t *csv);
static int read_bytes(ngx_commerce_csv_t *csv, const u_char *p,
    const u_char *last);
static const u_char *run(const ngx_commerce_csv_t *csv, const u_char *p,
    const u_char *last);
static int read_byte(ngx_commerce_csv_t *csv, u_char ch);
static int read_special(ngx_commerce_csv_t *csv, u_char ch);
static int read_line_end(ngx_commerce_csv_t *csv, u_char ch);
static int begin_field(ngx_commerce_csv_t *csv);
static int put(ngx_commerce_csv_t *csv, const u_char *p, size_t len);
static int put_char(ngx_commerce_csv_t *csv, u_char ch);
static int hopeless(const ngx_commerce_csv_t *csv);
static void fault(ngx_commerce_csv_t *csv, ngx_commerce_csv_error_e error);
static int emit(ngx_commerce_csv_t *csv);


ngx_commerce_csv_t *
ngx_commerce_csv_create(const ngx_commerce_csv_conf_t *conf,
    ngx_commerce_csv_record_pt handler, void *data)
{
    ngx_commerce_csv_t  *csv;

    csv = calloc(1, sizeof(ngx_commerce_csv_t));
    if (csv == NULL) {
        return NULL;
    }

    csv->handler = handler;
    csv->data = data;
    csv->separator = conf->separator;
    csv->encoding = conf->encoding;
    csv->record_max = conf->record_max ? conf->record_max : RECORD_MAX;
    csv->fields_max = conf->fields_max ? conf->fields_max : FIELDS_MAX;
    csv->line = 1;
    csv->begun = 1;

    csv->size = BUFFER_MIN;
    csv->buf = malloc(csv->size);
    csv->head = malloc(HEAD_MAX);
    csv->starts = calloc(csv->fields_max, sizeof(size_t));
    csv->fields = calloc(csv->fields_max, sizeof(ngx_commerce_str_t));

    if (csv->buf == NULL || csv->head == NULL || csv->starts == NULL
        || csv->fields == NULL)
    {
        ngx_commerce_csv_destroy(csv);
        return NULL;
    }

    return csv;
}


void
ngx_commerce_csv_destroy(ngx_commerce_csv_t *csv)
{
    free(csv->head);
    free(csv->starts);
    free(csv->fields);
    free(csv->buf);
    free(csv);
}


int
ngx_commerce_csv_feed(ngx_commerce_csv_t *csv, const u_char *p, size_t len)
{
    const u_char  *last;

    last = p + len;

    if (!csv->failed && csv->head != NULL && read_head(csv, &p, last) != 0) {
        csv->failed = 1;
    }

    if (!csv->failed && csv->head == NULL && read_bytes(csv, p, last) != 0) {
        csv->failed = 1;
    }

    return csv->failed ? -1 : 0;
}


int
ngx_commerce_csv_finish(ngx_commerce_csv_t *csv)
{
    if (!csv->failed && csv->head != NULL && close_head(csv) != 0) {
        csv->failed = 1;
    }

    if (csv->failed) {
        return -1;
    }

    if (csv->state == QUOTED) {
        fault(csv, NGX_COMMERCE_CSV_OPEN_QUOTE);
    }

    if (csv->state != FIELD_START || csv->nfields > 0) {
        if ((csv->state == FIELD_START && begin_field(csv) != 0)
            || emit(csv) != 0)
        {
            csv->failed = 1;
        }
    }

    return csv->failed ? -1 : 0;
}


u_char
ngx_commerce_csv_separator(const ngx_commerce_csv_t *csv)
{
    return csv->head == NULL ? csv->separator : 0;
}


const char *
ngx_commerce_csv_error_code(ngx_commerce_csv_error_e error)
{
    return codes[error];
}


/* Keeps bytes until the first line is whole, then looks at it. */

static int
read_head(ngx_commerce_csv_t *csv, const u_char **p, const u_char *last)
{
    u_char  ch;

    while (*p < last) {

        ch = *(*p)++;
        csv->head[csv->head_len++] = ch;

        if (ch == '"') {
            csv->head_quoted = !csv->head_quoted;
        }

        if (ch != '\n' && ch != '\r') {
            csv->head_text = 1;

        } else if (csv->head_text && !csv->head_quoted) {
            return close_head(csv);
        }

        if (csv->head_len == HEAD_MAX) {
            return close_head(csv);
        }
    }

    return 0;
}


static int
close_head(ngx_commerce_csv_t *csv)
{
    int                          rc;
    u_char                      *head, *last;
    ngx_commerce_csv_dialect_t   dialect;

    head = csv->head;
    last = head + csv->head_len;
    csv->head = NULL;

    ngx_commerce_csv_dialect(head, csv->head_len, &dialect);

    if (csv->separator == 0) {
        csv->separator = dialect.separator;
    }

    if (dialect.told) {
        csv->after_cr = (last[-1] == '\r');
        csv->line = 2;
        csv->begun = 2;
    }

    rc = read_bytes(csv, head + dialect.skip, last);
    free(head);

    return rc;
}


static int
read_bytes(ngx_commerce_csv_t *csv, const u_char *p, const u_char *last)
{
    const u_char  *end;

    while (p < last) {

        if (csv->state == PLAIN || csv->state == QUOTED) {

            end = run(csv, p, last);

            if (end > p) {
                if (put(csv, p, end - p) != 0) {
                    return -1;
                }

                csv->after_cr = 0;
                p = end;
                continue;
            }
        }

        if (read_byte(csv, *p++) != 0) {
            return -1;
        }
    }

    return 0;
}


/* Where the bytes that mean only themselves end: the fast path. */

static const u_char *
run(const ngx_commerce_csv_t *csv, const u_char *p, const u_char *last)
{
    u_char  ch, separator, high;

    separator = csv->state == QUOTED ? '"' : csv->separator;
    high = csv->encoding == NGX_COMMERCE_CSV_UTF8 ? 0xFF : 0x7F;

    while (p < last) {
        ch = *p;

        if (ch == separator || ch == '\n' || ch == '\r' || ch == '\0'
            || ch > high)
        {
            break;
        }

        p++;
    }

    return p;
}


static int
read_byte(ngx_commerce_csv_t *csv, u_char ch)
{
    if (ch == '\n' || ch == '\r') {
        return read_line_end(csv, ch);
    }

    csv->after_cr = 0;

    if (ch == '"' || ch == csv->separator) {
        return read_special(csv, ch);
    }

    if (csv->state == FIELD_START) {
        if (begin_field(csv) != 0) {
            return -1;
        }

        csv->state = PLAIN;

    } else if (csv->state == QUOTE_SEEN) {
        fault(csv, NGX_COMMERCE_CSV_TEXT_AFTER_QUOTE);
        csv->state = BROKEN;
    }

    if (ch == '\0') {
        fault(csv, NGX_COMMERCE_CSV_NUL);
        return 0;
    }

    return put_char(csv, ch);
}


/* A quote or a separator: what it means depends on where it stands. */

static int
read_special(ngx_commerce_csv_t *csv, u_char ch)
{
    if (csv->state == QUOTED) {

        if (ch == '"') {
            csv->state = QUOTE_SEEN;
            return 0;
        }

        return put(csv, &ch, 1);
    }

    if (csv->state == FIELD_START && begin_field(csv) != 0) {
        return -1;
    }

    if (ch != '"') {
        csv->state = FIELD_START;
        return 0;
    }

    if (csv->state == FIELD_START) {
        csv->state = QUOTED;
        return 0;
    }

    if (csv->state == QUOTE_SEEN) {
        csv->state = QUOTED;
    }

    /* the second of "", or a quote that stands in plain text: 12" */
    return put(csv, &ch, 1);
}


static int
read_line_end(ngx_commerce_csv_t *csv, u_char ch)
{
    unsigned  half;

    half = (ch == '\n' && csv->after_cr);
    csv->after_cr = (ch == '\r');

    if (!half) {
        csv->line++;
    }

    /*
     * A record without end most likely misses a closing quote: giving it up
     * at a line end saves the rest of the file.
     */

    if (csv->state == QUOTED && !hopeless(csv)) {
        return put(csv, &ch, 1);
    }

    if (half) {
        csv->begun = csv->line;
        return 0;
    }

    if (csv->state == FIELD_START && csv->nfields == 0) {
        csv->begun = csv->line;
        csv->error = NGX_COMMERCE_CSV_OK;
        return 0;
    }

    if (csv->state == FIELD_START && begin_field(csv) != 0) {
        return -1;
    }

    return emit(csv);
}


static int
begin_field(ngx_commerce_csv_t *csv)
{
    if (csv->nfields == csv->fields_max) {
        if (!hopeless(csv)) {
            csv->error = NGX_COMMERCE_CSV_TOO_MANY_FIELDS;
        }

        return 0;
    }

    csv->starts[csv->nfields++] = csv->len;

    return 0;
}


static int
put(ngx_commerce_csv_t *csv, const u_char *p, size_t len)
{
    size_t   size;
    u_char  *buf;

    if (hopeless(csv)) {
        return 0;
    }

    if (len > csv->record_max - csv->len) {
        csv->error = NGX_COMMERCE_CSV_TOO_LONG;
        return 0;
    }

    if (csv->len + len > csv->size) {
        for (size = csv->size; size < csv->len + len; size *= 2) {
            /* void */
        }

        buf = realloc(csv->buf, size);
        if (buf == NULL) {
            return -1;
        }

        csv->buf = buf;
        csv->size = size;
    }

    memcpy(csv->buf + csv->len, p, len);
    csv->len += len;

    return 0;
}


static int
put_char(ngx_commerce_csv_t *csv, u_char ch)
{
    u_char    utf8[3];
    uint16_t  code;

    if (ch < 0x80 || csv->encoding == NGX_COMMERCE_CSV_UTF8) {
        return put(csv, &ch, 1);
    }

    code = ch < 0xA0 ? windows_1252[ch - 0x80] : ch;

    if (code < 0x800) {
        utf8[0] = (u_char) (0xC0 | (code >> 6));
        utf8[1] = (u_char) (0x80 | (code & 0x3F));
        return put(csv, utf8, 2);
    }

    utf8[0] = (u_char) (0xE0 | (code >> 12));
    utf8[1] = (u_char) (0x80 | ((code >> 6) & 0x3F));
    utf8[2] = (u_char) (0x80 | (code & 0x3F));

    return put(csv, utf8, 3);
}


/* Past its bounds: nothing more of the record is kept. */

static int
hopeless(const ngx_commerce_csv_t *csv)
{
    return csv->error == NGX_COMMERCE_CSV_TOO_LONG
           || csv->error == NGX_COMMERCE_CSV_TOO_MANY_FIELDS;
}


/* The first thing wrong with a record is what its reader should mend. */

static void
fault(ngx_commerce_csv_t *csv, ngx_commerce_csv_error_e error)
{
    if (csv->error == NGX_COMMERCE_CSV_OK) {
        csv->error = error;
    }
}


static int
emit(ngx_commerce_csv_t *csv)
{
    size_t                     i, end;
    ngx_commerce_csv_record_t  record;

    record.nfields = csv->error == NGX_COMMERCE_CSV_TOO_LONG ? 0
                                                             : csv->nfields;
    end = csv->len;

    for (i = record.nfields; i-- > 0; /* void */ ) {
        csv->fields[i].data = csv->buf + csv->starts[i];
        csv->fields[i].len = end - csv->starts[i];
        end = csv->starts[i];
    }

    for (i = 0; i < record.nfields; i++) {
        if (csv->encoding == NGX_COMMERCE_CSV_UTF8
            && ngx_commerce_text_utf8_length(csv->fields[i].data,
                                             csv->fields[i].len)
               < 0)
        {
            csv->error = NGX_COMMERCE_CSV_NOT_UTF8;
            record.nfields = 0;
        }
    }

    record.line = csv->begun;
    record.fields = csv->fields;
    record.error = csv->error;

    csv->begun = csv->line;
    csv->state = FIELD_START;
    csv->error = NGX_COMMERCE_CSV_OK;
    csv->nfields = 0;
    csv->len = 0;

    return csv->handler(csv->data, &record) == 0 ? 0 : -1;
}
