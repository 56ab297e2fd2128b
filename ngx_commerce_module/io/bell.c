/*
 * The gateway's bell.  See bell.h for who calls it and the lifetime rule.
 */

#include "bell.h"


typedef struct {
    void  (*handler)(void *data);
    void   *data;
} listener_t;

struct ngx_commerce_bell_s {
    int                fd;
    ngx_connection_t  *connection;
    ngx_array_t        listeners;        /* listener_t */
};


static void bell_forget(void *data);
static void bell_rang(ngx_event_t *ev);


int
ngx_commerce_bell_make(ngx_pool_t *pool, ngx_log_t *log)
{
    int                  fd;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(pool, sizeof(int));
    if (cln == NULL) {
        return -1;
    }

    fd = eventfd(0, EFD_NONBLOCK|EFD_CLOEXEC);

    if (fd == -1) {
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno, "eventfd() failed");
        return -1;
    }

    *(int *) cln->data = fd;
    cln->handler = bell_forget;

    return fd;
}


static void
bell_forget(void *data)
{
    (void) close(*(int *) data);
}


ngx_commerce_bell_t *
ngx_commerce_bell_open(int fd, ngx_pool_t *pool, ngx_log_t *log)
{
    ngx_connection_t     *c;
    ngx_commerce_bell_t  *bell;

    bell = ngx_pcalloc(pool, sizeof(ngx_commerce_bell_t));

    if (bell == NULL
        || ngx_array_init(&bell->listeners, pool, 4, sizeof(listener_t))
           != NGX_OK)
    {
        return NULL;
    }

    c = ngx_get_connection(fd, log);
    if (c == NULL) {
        return NULL;
    }

    c->data = bell;
    c->log = log;
    c->read->log = log;
    c->write->log = log;
    c->read->handler = bell_rang;

    bell->fd = fd;
    bell->connection = c;

    if (ngx_add_event(c->read, NGX_READ_EVENT, NGX_CLEAR_EVENT) != NGX_OK) {
        ngx_commerce_bell_close(bell);
        return NULL;
    }

    return bell;
}


/* The descriptor stays open: it is the cycle's. */

void
ngx_commerce_bell_close(ngx_commerce_bell_t *bell)
{
    ngx_connection_t  *c;

    c = bell->connection;

    if (c == NULL) {
        return;
    }

    bell->connection = NULL;

    if (c->read->active) {
        (void) ngx_del_event(c->read, NGX_READ_EVENT, 0);
    }

    if (c->read->posted) {
        ngx_delete_posted_event(c->read);
    }

    ngx_free_connection(c);
    c->fd = (ngx_socket_t) -1;
}


ngx_int_t
ngx_commerce_bell_listen(ngx_commerce_bell_t *bell,
    void (*handler)(void *data), void *data)
{
    listener_t  *l;

    l = ngx_array_push(&bell->listeners);
    if (l == NULL) {
        return NGX_ERROR;
    }

    l->handler = handler;
    l->data = data;

    return NGX_OK;
}


/* The counter would be full after 2^64 rings. */

void
ngx_commerce_bell_ring(ngx_commerce_bell_t *bell)
{
    (void) eventfd_write(bell->fd, 1);
}


static void
bell_rang(ngx_event_t *ev)
{
    listener_t           *l;
    ngx_uint_t            i;
    ngx_connection_t     *c = ev->data;
    ngx_commerce_bell_t  *bell = c->data;

    if (c->close) {
        ngx_commerce_bell_close(bell);
        return;
    }

    l = bell->listeners.elts;

    for (i = 0; i < bell->listeners.nelts; i++) {
        l[i].handler(l[i].data);
    }
}
