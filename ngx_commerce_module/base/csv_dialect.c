/*
 * The guess of csv_dialect.h: the separator is what stands most often outside
 * quotes in the first line.  A guess is enough there, since a header that it
 * cuts wrongly has no column that an import knows and is refused as a whole.
 */

#include "csv_dialect.h"


static u_char guess(const u_char *p, const u_char *last);


void
ngx_commerce_csv_dialect(const u_char *line, size_t len,
    ngx_commerce_csv_dialect_t *dialect)
{
    const u_char  *p;

    memset(dialect, 0, sizeof(ngx_commerce_csv_dialect_t));
    p = line;

    if (len >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
        dialect->skip = 3;
        p += 3;
        len -= 3;
    }

    if (len == sizeof("sep=;\n") - 1 && memcmp(p, "sep=", 4) == 0
        && (p[4] == ',' || p[4] == ';' || p[4] == '|' || p[4] == '\t'))
    {
        dialect->told = 1;
        dialect->skip += len;
        dialect->separator = p[4];
        return;
    }

    dialect->separator = guess(p, p + len);
}


static u_char
guess(const u_char *p, const u_char *last)
{
    size_t    commas, semicolons, tabs;
    unsigned  quoted;

    commas = 0;
    semicolons = 0;
    tabs = 0;
    quoted = 0;

    for ( /* void */ ; p < last; p++) {
        quoted ^= (*p == '"');

        if (!quoted) {
            commas += (*p == ',');
            semicolons += (*p == ';');
            tabs += (*p == '\t');
        }
    }

    if (semicolons > commas && semicolons >= tabs) {
        return ';';
    }

    return tabs > commas ? '\t' : ',';
}
