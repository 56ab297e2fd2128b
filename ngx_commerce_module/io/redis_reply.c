/*
 * What Redis may say, and what a handler sees of it.  Called by the gateway
 * through redis.h; a reply dies after its command's handler.
 */

#include "redis.h"
#include "redis_wire.h"


/* hiredis makes room for as many elements as it is told there will be */
#define REPLY_ELEMENTS  1024


#define reply_redis(reply)  ((const redisReply *) (reply))


static void *reply_array(const redisReadTask *task, int elements);


redisReader *
ngx_commerce_redis_reader(redisReplyObjectFunctions *objects)
{
    redisReader  *reader;

    reader = redisReaderCreate();
    if (reader == NULL) {
        return NULL;
    }

    *objects = *reader->fn;
    objects->createArray = reply_array;
    reader->fn = objects;

    return reader;
}


/* As hiredis makes one, within bounds; it is freed by freeReplyObject(). */
static void *
reply_array(const redisReadTask *task, int elements)
{
    redisReply  *r, *parent;

    if (elements < 0 || elements > REPLY_ELEMENTS) {
        return NULL;
    }

    r = calloc(1, sizeof(redisReply));
    if (r == NULL) {
        return NULL;
    }

    r->type = REDIS_REPLY_ARRAY;
    r->elements = (size_t) elements;

    if (elements > 0) {
        r->element = calloc(r->elements, sizeof(redisReply *));
        if (r->element == NULL) {
            free(r);
            return NULL;
        }
    }

    if (task->parent != NULL) {
        parent = task->parent->obj;
        parent->element[task->idx] = r;
    }

    return r;
}


ngx_commerce_redis_kind_e
ngx_commerce_redis_kind(const ngx_commerce_redis_reply_t *reply)
{
    switch (reply_redis(reply)->type) {

    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR:
        return NGX_COMMERCE_REDIS_STRING;

    case REDIS_REPLY_INTEGER:
        return NGX_COMMERCE_REDIS_INTEGER;

    case REDIS_REPLY_ARRAY:
        return NGX_COMMERCE_REDIS_ARRAY;

    default:
        return NGX_COMMERCE_REDIS_NIL;
    }
}


ngx_str_t
ngx_commerce_redis_string(const ngx_commerce_redis_reply_t *reply)
{
    ngx_str_t  s;

    ngx_str_null(&s);

    if (ngx_commerce_redis_kind(reply) == NGX_COMMERCE_REDIS_STRING) {
        s.len = reply_redis(reply)->len;
        s.data = (u_char *) reply_redis(reply)->str;
    }

    return s;
}


int64_t
ngx_commerce_redis_integer(const ngx_commerce_redis_reply_t *reply)
{
    return ngx_commerce_redis_kind(reply) == NGX_COMMERCE_REDIS_INTEGER
           ? reply_redis(reply)->integer : 0;
}


ngx_uint_t
ngx_commerce_redis_length(const ngx_commerce_redis_reply_t *reply)
{
    return ngx_commerce_redis_kind(reply) == NGX_COMMERCE_REDIS_ARRAY
           ? reply_redis(reply)->elements : 0;
}


const ngx_commerce_redis_reply_t *
ngx_commerce_redis_element(const ngx_commerce_redis_reply_t *reply,
    ngx_uint_t i)
{
    if (i >= ngx_commerce_redis_length(reply)) {
        return NULL;
    }

    return (const ngx_commerce_redis_reply_t *) reply_redis(reply)->element[i];
}
