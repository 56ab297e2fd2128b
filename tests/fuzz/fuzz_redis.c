/*
 * What Redis, or whoever sits in its place, may send: bytes into the parser
 * that io/redis_wire.c uses, in two pieces, and every reply through the
 * readers that the gateway has.  Strings are opened as answers; one that was
 * packed with the right key opens as what it was.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "parcel.h"
#include "io/redis_reply.c"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static volatile size_t  seen;

static const u_char  key[32] = "a key that the fuzzer knows, too";


static void
touch(const ngx_commerce_str_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        seen += text->data[i];
    }
}


static void
open_parcel(const u_char *data, size_t len)
{
    ngx_commerce_parcel_t  parcel;

    if (ngx_commerce_parcel_open(&parcel, key, data, len) == 0) {
        touch(&parcel.question);
        touch(&parcel.etag);
        touch(&parcel.link);
        touch(&parcel.body);
    }
}


/* The head is the fuzzer's, the signature is right. */

static void
open_signed(const u_char *data, size_t len)
{
    u_char  *copy, name[NGX_COMMERCE_PARCEL_NAME];
    size_t   i;

    if (len < NGX_COMMERCE_PARCEL_MAC) {
        return;
    }

    copy = malloc(len);
    memcpy(copy, data, len);

    if (ngx_commerce_parcel_name(name, key, data + NGX_COMMERCE_PARCEL_MAC,
                                 len - NGX_COMMERCE_PARCEL_MAC)
        != 0)
    {
        abort();
    }

    for (i = 0; i < NGX_COMMERCE_PARCEL_MAC; i++) {
        copy[i] = (u_char) (strchr("0123456789abcdef", name[2 * i])
                            - "0123456789abcdef") << 4;
        copy[i] |= (u_char) (strchr("0123456789abcdef", name[2 * i + 1])
                             - "0123456789abcdef");
    }

    open_parcel(copy, len);
    free(copy);
}


static void
round_trip(const u_char *data, size_t len)
{
    u_char                 *packed;
    ngx_commerce_parcel_t   in, out;

    memset(&in, 0, sizeof(in));

    in.position = len;
    in.question.data = (u_char *) data;
    in.question.len = len / 2;
    in.body.data = (u_char *) data + len / 2;
    in.body.len = len - len / 2;

    packed = malloc(ngx_commerce_parcel_size(&in));

    if (ngx_commerce_parcel_pack(packed, key, &in) != 0
        || ngx_commerce_parcel_open(&out, key, packed,
                                    ngx_commerce_parcel_size(&in))
           != 0
        || out.position != len
        || !ngx_commerce_str_eq(&in.question, &out.question)
        || !ngx_commerce_str_eq(&in.body, &out.body))
    {
        abort();
    }

    free(packed);
}


static void
walk(const ngx_commerce_redis_reply_t *reply)
{
    ngx_str_t   text;
    ngx_uint_t  i;

    seen += (size_t) ngx_commerce_redis_integer(reply);
    text = ngx_commerce_redis_string(reply);

    open_parcel(text.data, text.len);
    open_signed(text.data, text.len);

    for (i = 0; i < ngx_commerce_redis_length(reply); i++) {
        walk(ngx_commerce_redis_element(reply, i));
    }

    if (ngx_commerce_redis_element(reply, i) != NULL) {
        abort();
    }
}


static void
drain(redisReader *reader)
{
    void  *reply;

    for ( ;; ) {
        reply = NULL;

        if (redisReaderGetReply(reader, &reply) != REDIS_OK || reply == NULL) {
            return;
        }

        walk(reply);
        freeReplyObject(reply);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    redisReader                *reader;
    redisReplyObjectFunctions   objects;

    reader = ngx_commerce_redis_reader(&objects);
    if (reader == NULL) {
        return 0;
    }

    redisReaderFeed(reader, (const char *) data, size / 2);
    drain(reader);

    redisReaderFeed(reader, (const char *) data + size / 2, size - size / 2);
    drain(reader);

    redisReaderFree(reader);

    open_signed(data, size);
    round_trip(data, size);

    return 0;
}
