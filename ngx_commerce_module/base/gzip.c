/*
 * One text through zlib, in one call.  See gzip.h.
 */

#include <zlib.h>

#include "gzip.h"


#define GZIP_LEVEL   5
#define GZIP_WINDOW  (15 + 16)           /* with the header of gzip */
#define GZIP_MEMORY  8


size_t
ngx_commerce_gzip(u_char *out, size_t room, const u_char *data, size_t len)
{
    int       rc;
    z_stream  z;

    memset(&z, 0, sizeof(z_stream));

    if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
                     Z_DEFAULT_STRATEGY)
        != Z_OK)
    {
        return 0;
    }

    z.next_in = (Bytef *) data;
    z.avail_in = (uInt) len;
    z.next_out = out;
    z.avail_out = (uInt) room;

    rc = deflate(&z, Z_FINISH);
    (void) deflateEnd(&z);

    return (rc == Z_STREAM_END) ? room - z.avail_out : 0;
}
