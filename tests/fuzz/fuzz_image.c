/*
 * The reader of pictures keeps within its bytes (it is given exactly so many,
 * on the heap), and what it calls a picture has a size that it allows and
 * stays one when bytes follow it.
 */

#include <stdlib.h>
#include <string.h>

#include "image.h"


static ngx_commerce_image_e
read_copy(const uint8_t *data, size_t size, size_t more,
    ngx_commerce_image_t *image)
{
    u_char                *copy;
    ngx_commerce_image_e   rc;

    copy = calloc(1, size + more + (size + more == 0));
    if (copy == NULL) {
        abort();
    }

    memcpy(copy, data, size);

    rc = ngx_commerce_image_read(copy, size + more, image);
    free(copy);

    return rc;
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_commerce_image_t  image, padded;

    if (read_copy(data, size, 0, &image) != NGX_COMMERCE_IMAGE_OK) {
        return 0;
    }

    if (image.width == 0 || image.width > NGX_COMMERCE_IMAGE_SIDE
        || image.height == 0 || image.height > NGX_COMMERCE_IMAGE_SIDE
        || image.frames == 0 || image.frames > NGX_COMMERCE_IMAGE_FRAMES
        || strncmp(image.type, "image/", 6) != 0)
    {
        abort();
    }

    if (read_copy(data, size, 7, &padded) != NGX_COMMERCE_IMAGE_OK
        || memcmp(&image, &padded, sizeof(image)) != 0)
    {
        abort();
    }

    return 0;
}
