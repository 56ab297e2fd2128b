/*
 * What a picture is, by its own bytes: JPEG, PNG or WebP, whole, of a size
 * that a browser can bear.  Only the frame around the pixels is read; they are
 * never decoded.  Pure, any thread, no memory.
 */

#ifndef NGX_COMMERCE_IMAGE_H
#define NGX_COMMERCE_IMAGE_H


#include "str.h"

#include <stdint.h>


#define NGX_COMMERCE_IMAGE_SIDE    8000          /* pixels */
#define NGX_COMMERCE_IMAGE_PIXELS  40000000
#define NGX_COMMERCE_IMAGE_FRAMES  100           /* or scans of a JPEG */


typedef enum {
    NGX_COMMERCE_IMAGE_OK = 0,
    NGX_COMMERCE_IMAGE_UNKNOWN,                  /* none of the three */
    NGX_COMMERCE_IMAGE_BROKEN,                   /* not whole, or not so */
    NGX_COMMERCE_IMAGE_LARGE                     /* sides, pixels or frames */
} ngx_commerce_image_e;


typedef struct {
    const char  *type;                           /* image/jpeg */
    const char  *extension;                      /* jpg */
    uint32_t     width;                          /* pixels */
    uint32_t     height;
    uint32_t     frames;                         /* or scans */
} ngx_commerce_image_t;


/* Fills *image as far as it was understood. */
ngx_commerce_image_e ngx_commerce_image_read(const u_char *data, size_t len,
    ngx_commerce_image_t *image);


#endif /* NGX_COMMERCE_IMAGE_H */
