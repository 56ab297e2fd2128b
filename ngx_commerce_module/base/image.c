/*
 * The frames of JPEG (ITU T.81), PNG and WebP (RIFF).  Each reader walks from
 * part to part by the lengths that stand there, and none looks behind the end.
 */

#include "image.h"

#include <string.h>


typedef ngx_commerce_image_t  image_t;
typedef ngx_commerce_image_e  image_e;

#define BROKEN  NGX_COMMERCE_IMAGE_BROKEN


static image_e image_png(const u_char *p, const u_char *end, image_t *image);
static image_e image_jpeg(const u_char *p, const u_char *end, image_t *image);
static const u_char *jpeg_scan(const u_char *p, const u_char *end);
static int jpeg_frame(unsigned marker);
static image_e image_webp(const u_char *p, const u_char *end, image_t *image);
static int webp_header(const u_char *p, size_t len, image_t *image);
static image_e image_bounds(const image_t *image);


static uint32_t
big(const u_char *p, unsigned bytes)
{
    uint32_t  n;

    for (n = 0; bytes > 0; bytes--) {
        n = n << 8 | *p++;
    }

    return n;
}


static uint32_t
little(const u_char *p, unsigned bytes)
{
    uint32_t  n;

    for (n = 0; bytes > 0; bytes--) {
        n = n << 8 | p[bytes - 1];
    }

    return n;
}


ngx_commerce_image_e
ngx_commerce_image_read(const u_char *data, size_t len, image_t *image)
{
    memset(image, 0, sizeof(image_t));

    if (len >= 8 && memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0) {
        image->type = "image/png";
        image->extension = "png";
        return image_png(data + 8, data + len, image);
    }

    if (len >= 3 && memcmp(data, "\xff\xd8\xff", 3) == 0) {
        image->type = "image/jpeg";
        image->extension = "jpg";
        return image_jpeg(data + 2, data + len, image);
    }

    if (len >= 12 && memcmp(data, "RIFF", 4) == 0
        && memcmp(data + 8, "WEBP", 4) == 0)
    {
        if (little(data + 4, 4) < 4 || little(data + 4, 4) > len - 8) {
            return BROKEN;
        }

        image->type = "image/webp";
        image->extension = "webp";
        return image_webp(data + 12, data + 8 + little(data + 4, 4), image);
    }

    return NGX_COMMERCE_IMAGE_UNKNOWN;
}


/* Chunks of length, type, data, checksum: IHDR is the first, IEND the last. */

static image_e
image_png(const u_char *p, const u_char *end, image_t *image)
{
    size_t  len, n;

    for (n = 0; end - p >= 12; n++) {
        len = big(p, 4);

        if (len > (size_t) (end - p) - 12) {
            return BROKEN;
        }

        if ((n == 0) != (memcmp(p + 4, "IHDR", 4) == 0)) {
            return BROKEN;
        }

        if (n == 0) {
            if (len != 13) {
                return BROKEN;
            }

            image->width = big(p + 8, 4);
            image->height = big(p + 12, 4);
            image->frames = 1;
        }

        if (memcmp(p + 4, "acTL", 4) == 0 && len == 8) {
            image->frames = big(p + 8, 4);
        }

        if (memcmp(p + 4, "IEND", 4) == 0) {
            return image_bounds(image);
        }

        p += len + 12;
    }

    return BROKEN;
}


/* Markers, most with a length behind them; a scan runs to the next marker. */

static image_e
image_jpeg(const u_char *p, const u_char *end, image_t *image)
{
    size_t    len;
    unsigned  marker;

    while (end - p >= 2 && p[0] == 0xff) {
        marker = p[1];

        if (marker == 0xff) {                    /* fill */
            p++;
            continue;
        }

        if (marker == 0xd9) {                    /* the end */
            return image->frames == 0 ? BROKEN : image_bounds(image);
        }

        if (end - p < 4) {
            return BROKEN;
        }

        len = big(p + 2, 2);

        if (len < 2 || len > (size_t) (end - p) - 2) {
            return BROKEN;
        }

        if (jpeg_frame(marker)) {
            if (len < 11 || image->width != 0) {
                return BROKEN;
            }

            image->height = big(p + 5, 2);
            image->width = big(p + 7, 2);
        }

        p += 2 + len;

        if (marker == 0xda) {
            image->frames++;
            p = jpeg_scan(p, end);
        }
    }

    return BROKEN;
}


/* 0xff within a scan is followed by 0, or is a restart. */

static const u_char *
jpeg_scan(const u_char *p, const u_char *end)
{
    while (p < end && (p = memchr(p, 0xff, end - p)) != NULL) {

        if (end - p < 2) {
            break;
        }

        if (p[1] != 0 && (p[1] < 0xd0 || p[1] > 0xd7)) {
            return p;
        }

        p += 2;
    }

    return end;
}


/* SOF0 to SOF15 without the tables that stand among them. */

static int
jpeg_frame(unsigned marker)
{
    return marker >= 0xc0 && marker <= 0xcf
           && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}


/* Chunks of type, length, data, padded to even lengths. */

static image_e
image_webp(const u_char *p, const u_char *end, image_t *image)
{
    size_t    len;
    unsigned  pixels;

    for (pixels = 0; end - p >= 8; p += 8 + len) {
        len = little(p + 4, 4);

        if (len > (size_t) (end - p) - 8) {
            return BROKEN;
        }

        if (memcmp(p, "VP8", 3) == 0 && image->width == 0
            && webp_header(p, len, image) != 0)
        {
            return BROKEN;
        }

        if (image->width == 0) {                 /* it is the first chunk */
            return BROKEN;
        }

        if (memcmp(p, "VP8 ", 4) == 0 || memcmp(p, "VP8L", 4) == 0
            || memcmp(p, "ANMF", 4) == 0)
        {
            image->frames++;
            pixels = 1;
        }

        len += (len & 1) && len < (size_t) (end - p) - 8;
    }

    return pixels ? image_bounds(image) : BROKEN;
}


static int
webp_header(const u_char *p, size_t len, image_t *image)
{
    const u_char  *data = p + 8;

    if (p[3] == 'X' && len >= 10) {
        image->width = little(data + 4, 3) + 1;
        image->height = little(data + 7, 3) + 1;
        return 0;
    }

    if (p[3] == 'L' && len >= 5 && data[0] == 0x2f) {
        image->width = (little(data + 1, 4) & 0x3fff) + 1;
        image->height = (little(data + 1, 4) >> 14 & 0x3fff) + 1;
        return 0;
    }

    if (p[3] == ' ' && len >= 10
        && memcmp(data + 3, "\x9d\x01\x2a", 3) == 0)
    {
        image->width = little(data + 6, 2) & 0x3fff;
        image->height = little(data + 8, 2) & 0x3fff;
        return 0;
    }

    return -1;
}


static image_e
image_bounds(const image_t *image)
{
    if (image->width == 0 || image->height == 0 || image->frames == 0) {
        return BROKEN;
    }

    if (image->width > NGX_COMMERCE_IMAGE_SIDE
        || image->height > NGX_COMMERCE_IMAGE_SIDE
        || image->width * image->height > NGX_COMMERCE_IMAGE_PIXELS
        || image->frames > NGX_COMMERCE_IMAGE_FRAMES)
    {
        return NGX_COMMERCE_IMAGE_LARGE;
    }

    return NGX_COMMERCE_IMAGE_OK;
}
