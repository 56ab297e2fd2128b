/*
 * A connection to Redis.  See redis_wire.h for who calls it.
 *
 * hiredis 0.14 gives its parser of replies and nothing else: its connections
 * end the process by assert() when a server says a word too many, and free
 * themselves from inside their own calls.  Level-triggered, so what is not
 * read in one go is announced again.
 */

#include "redis_wire.h"


/* bytes: of one recv(), waiting to be sent, of one reply */
#define WIRE_PIECE    16384
#define WIRE_BACKLOG  (4 * 1024 * 1024)
#define WIRE_REPLY    (1024 * 1024)

#define WIRE_NUMBER   (sizeof("*" CRLF) + NGX_SIZE_T_LEN)


static ngx_int_t wire_fail(ngx_commerce_redis_wire_t *wire, ngx_err_t err,
    const char *why);
static ngx_int_t wire_room(ngx_commerce_redis_wire_t *wire, size_t need);


ngx_int_t
ngx_commerce_redis_wire_open(ngx_commerce_redis_wire_t *wire,
    const ngx_addr_t *addr)
{
    int  one;

    wire->reader = ngx_commerce_redis_reader(&wire->objects);
    if (wire->reader == NULL) {
        return wire_fail(wire, 0, "no memory");
    }

    wire->s = ngx_socket(addr->sockaddr->sa_family, SOCK_STREAM, 0);

    if (wire->s == (ngx_socket_t) -1 || ngx_nonblocking(wire->s) == -1) {
        return wire_fail(wire, ngx_socket_errno, "no socket");
    }

    if (ngx_commerce_fd_open(&wire->fd, wire->s, wire->log) != NGX_OK) {
        return wire_fail(wire, 0, "no connection is free");
    }

    if (addr->sockaddr->sa_family != AF_UNIX) {
        one = 1;
        (void) setsockopt(wire->s, IPPROTO_TCP, TCP_NODELAY, &one,
                          sizeof(int));
    }

    if (connect(wire->s, addr->sockaddr, addr->socklen) == 0) {
        return NGX_OK;
    }

    /* EAGAIN: the backlog of a unix socket is full, nothing will come */

    if (ngx_socket_errno != NGX_EINPROGRESS) {
        return wire_fail(wire, ngx_socket_errno, "could not connect");
    }

    return (ngx_commerce_fd_want(&wire->fd, NGX_COMMERCE_FD_WRITE) == NGX_OK)
           ? NGX_AGAIN : wire_fail(wire, 0, "no event for the socket");
}


ngx_int_t
ngx_commerce_redis_wire_dialled(ngx_commerce_redis_wire_t *wire)
{
    int        err;
    socklen_t  len;

    err = 0;
    len = sizeof(int);

    if (getsockopt(wire->s, SOL_SOCKET, SO_ERROR, (void *) &err, &len) == -1) {
        err = ngx_socket_errno;
    }

    return (err == 0) ? NGX_OK
                      : wire_fail(wire, (ngx_err_t) err, "could not connect");
}


ngx_int_t
ngx_commerce_redis_wire_append(ngx_commerce_redis_wire_t *wire,
    const ngx_str_t *words, ngx_uint_t n)
{
    size_t       need;
    u_char      *p;
    ngx_uint_t   i;

    need = WIRE_NUMBER;

    for (i = 0; i < n; i++) {
        need += WIRE_NUMBER + words[i].len + sizeof(CRLF);
    }

    if (wire_room(wire, need) != NGX_OK) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(wire->out + wire->last, "*%ui" CRLF, n);

    for (i = 0; i < n; i++) {
        p = ngx_sprintf(p, "$%uz" CRLF, words[i].len);
        p = ngx_cpymem(p, words[i].data, words[i].len);
        *p++ = CR;
        *p++ = LF;
    }

    wire->last = p - wire->out;

    return NGX_OK;
}


static ngx_int_t
wire_room(ngx_commerce_redis_wire_t *wire, size_t need)
{
    size_t   size;
    u_char  *out;

    if (wire->size - wire->last >= need) {
        return NGX_OK;
    }

    if (wire->last + need > WIRE_BACKLOG) {
        return wire_fail(wire, 0, "too much is waiting to be sent");
    }

    size = ngx_max(wire->size, WIRE_PIECE);

    while (size < wire->last + need) {
        size *= 2;
    }

    out = ngx_alloc(size, wire->log);
    if (out == NULL) {
        return wire_fail(wire, 0, "no memory");
    }

    if (wire->out != NULL) {
        ngx_memcpy(out, wire->out, wire->last);
        ngx_free(wire->out);
    }

    wire->out = out;
    wire->size = size;

    return NGX_OK;
}


ngx_int_t
ngx_commerce_redis_wire_write(ngx_commerce_redis_wire_t *wire)
{
    ssize_t   n;
    unsigned  interest;

    interest = NGX_COMMERCE_FD_READ;

    while (wire->pos != wire->last) {
        n = send(wire->s, wire->out + wire->pos, wire->last - wire->pos,
                 MSG_NOSIGNAL);

        if (n > 0) {
            wire->pos += (size_t) n;

        } else if (ngx_socket_errno == NGX_EAGAIN) {
            interest |= NGX_COMMERCE_FD_WRITE;
            break;

        } else if (ngx_socket_errno != NGX_EINTR) {
            return wire_fail(wire, ngx_socket_errno, "could not send");
        }
    }

    if (wire->pos == wire->last) {
        wire->pos = 0;
        wire->last = 0;
    }

    return (ngx_commerce_fd_want(&wire->fd, interest) == NGX_OK)
           ? NGX_OK : wire_fail(wire, 0, "no event for the socket");
}


ngx_int_t
ngx_commerce_redis_wire_read(ngx_commerce_redis_wire_t *wire)
{
    char     piece[WIRE_PIECE];
    ssize_t  n;

    n = recv(wire->s, piece, WIRE_PIECE, 0);

    if (n == -1) {
        return (ngx_socket_errno == NGX_EAGAIN
                || ngx_socket_errno == NGX_EINTR)
               ? NGX_OK
               : wire_fail(wire, ngx_socket_errno, "connection lost");
    }

    if (n == 0) {
        return wire_fail(wire, 0, "connection closed by Redis");
    }

    if (redisReaderFeed(wire->reader, piece, (size_t) n) != REDIS_OK) {
        return wire_fail(wire, 0, wire->reader->errstr);
    }

    return NGX_OK;
}


ngx_int_t
ngx_commerce_redis_wire_reply(ngx_commerce_redis_wire_t *wire,
    redisReply **reply)
{
    void  *r;

    r = NULL;

    if (redisReaderGetReply(wire->reader, &r) != REDIS_OK) {
        return wire_fail(wire, 0, wire->reader->errstr);
    }

    *reply = r;

    /* what is left belongs to one reply that has not come as a whole */

    if (r == NULL && wire->reader->len - wire->reader->pos > WIRE_REPLY) {
        return wire_fail(wire, 0, "the reply is too large");
    }

    return NGX_OK;
}


void
ngx_commerce_redis_wire_close(ngx_commerce_redis_wire_t *wire)
{
    wire->pos = 0;
    wire->last = 0;

    ngx_commerce_fd_close(&wire->fd);

    if (wire->s != (ngx_socket_t) -1) {
        (void) ngx_close_socket(wire->s);
        wire->s = (ngx_socket_t) -1;
    }

    if (wire->reader != NULL) {
        redisReaderFree(wire->reader);
        wire->reader = NULL;
    }
}


void
ngx_commerce_redis_wire_free(ngx_commerce_redis_wire_t *wire)
{
    ngx_commerce_redis_wire_close(wire);

    if (wire->out != NULL) {
        ngx_free(wire->out);
        wire->out = NULL;
        wire->size = 0;
    }
}


static ngx_int_t
wire_fail(ngx_commerce_redis_wire_t *wire, ngx_err_t err, const char *why)
{
    wire->err = err;
    wire->why = why;

    return NGX_ERROR;
}
