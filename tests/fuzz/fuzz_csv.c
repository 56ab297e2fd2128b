/*
 * The CSV parser must not care how its input is cut into pieces, must keep its
 * bounds, and must hand out UTF-8 without NUL.  The first byte chooses the
 * encoding and the second the size of the pieces.
 */

#include <stdlib.h>

#include "csv.h"
#include "text.h"


#define RECORD_MAX  64
#define FIELDS_MAX  5


typedef struct {
    uint64_t  hash;
    uint64_t  line;
} seen_t;


static void
mix(seen_t *seen, const void *data, size_t len)
{
    size_t         i;
    const u_char  *p;

    p = data;

    for (i = 0; i < len; i++) {
        seen->hash = (seen->hash ^ p[i]) * 1099511628211ULL;
    }
}


static int
collect(void *data, const ngx_commerce_csv_record_t *record)
{
    size_t   i, total;
    seen_t  *seen;

    seen = data;
    total = 0;

    if (record->line <= seen->line || record->nfields > FIELDS_MAX) {
        abort();
    }

    seen->line = record->line;

    mix(seen, &record->line, sizeof(record->line));
    mix(seen, &record->error, sizeof(record->error));

    for (i = 0; i < record->nfields; i++) {
        total += record->fields[i].len;
        mix(seen, record->fields[i].data, record->fields[i].len);
        mix(seen, "|", 1);

        if (memchr(record->fields[i].data, '\0', record->fields[i].len)
            || ngx_commerce_text_utf8_length(record->fields[i].data,
                                             record->fields[i].len)
               < 0)
        {
            abort();
        }
    }

    if (total > RECORD_MAX) {
        abort();
    }

    return 0;
}


static uint64_t
read_in_pieces(const u_char *p, size_t len, size_t piece, u_char choice)
{
    size_t                    n;
    seen_t                    seen;
    ngx_commerce_csv_t       *csv;
    ngx_commerce_csv_conf_t   conf;

    memset(&conf, 0, sizeof(conf));
    memset(&seen, 0, sizeof(seen));

    conf.encoding = (choice & 1) ? NGX_COMMERCE_CSV_WINDOWS_1252
                                 : NGX_COMMERCE_CSV_UTF8;
    conf.separator = (choice & 2) ? ';' : 0;
    conf.record_max = RECORD_MAX;
    conf.fields_max = FIELDS_MAX;

    csv = ngx_commerce_csv_create(&conf, collect, &seen);
    if (csv == NULL) {
        abort();
    }

    while (len > 0) {
        n = piece < len ? piece : len;

        if (ngx_commerce_csv_feed(csv, p, n) != 0) {
            abort();
        }

        p += n;
        len -= n;
    }

    if (ngx_commerce_csv_finish(csv) != 0) {
        abort();
    }

    ngx_commerce_csv_destroy(csv);

    return seen.hash;
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t  whole;

    if (size < 2) {
        return 0;
    }

    whole = read_in_pieces(data + 2, size - 2, size, data[0]);

    if (whole != read_in_pieces(data + 2, size - 2, data[1] % 16 + 1, data[0]))
    {
        abort();
    }

    return 0;
}
