/*
 * Foreign descriptors in nginx's loop.  See fd.h for who calls it and for the
 * lifetime rule.
 */

#include "fd.h"


static void fd_read(ngx_event_t *ev);
static void fd_write(ngx_event_t *ev);
static ngx_int_t fd_switch(ngx_event_t *ev, ngx_int_t event, unsigned on);


ngx_int_t
ngx_commerce_fd_open(ngx_commerce_fd_t *fd, int s, ngx_log_t *log)
{
    ngx_connection_t  *c;

    c = ngx_get_connection(s, log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    c->data = fd;
    c->log = log;
    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);

    c->read->handler = fd_read;
    c->read->log = log;
    c->write->handler = fd_write;
    c->write->log = log;

    fd->connection = c;
    fd->interest = 0;

    return NGX_OK;
}


ngx_int_t
ngx_commerce_fd_want(ngx_commerce_fd_t *fd, unsigned interest)
{
    unsigned           read, write;
    ngx_connection_t  *c;

    if (fd->interest == interest) {
        return NGX_OK;
    }

    c = fd->connection;
    read = interest & NGX_COMMERCE_FD_READ;
    write = interest & NGX_COMMERCE_FD_WRITE;

    if (fd_switch(c->read, NGX_READ_EVENT, read) != NGX_OK
        || fd_switch(c->write, NGX_WRITE_EVENT, write) != NGX_OK)
    {
        return NGX_ERROR;
    }

    fd->interest = interest;

    return NGX_OK;
}


void
ngx_commerce_fd_idle(ngx_commerce_fd_t *fd, unsigned idle)
{
    fd->connection->idle = idle ? 1 : 0;
}


void
ngx_commerce_fd_close(ngx_commerce_fd_t *fd)
{
    ngx_connection_t  *c;

    c = fd->connection;
    if (c == NULL) {
        return;
    }

    /* never NGX_CLOSE_EVENT: it trusts a close() which is not ours to make */

    if (ngx_del_conn == NULL) {
        (void) fd_switch(c->read, NGX_READ_EVENT, 0);
        (void) fd_switch(c->write, NGX_WRITE_EVENT, 0);

    } else if (c->read->active || c->write->active) {
        (void) ngx_del_conn(c, 0);
    }

    ngx_commerce_fd_closed(fd);
}


void
ngx_commerce_fd_closed(ngx_commerce_fd_t *fd)
{
    ngx_connection_t  *c;

    c = fd->connection;
    if (c == NULL) {
        return;
    }

    fd->connection = NULL;
    fd->interest = 0;

    c->read->active = 0;
    c->write->active = 0;

    if (c->read->posted) {
        ngx_delete_posted_event(c->read);
    }

    if (c->write->posted) {
        ngx_delete_posted_event(c->write);
    }

    c->read->closed = 1;
    c->write->closed = 1;

    ngx_free_connection(c);

    c->fd = (ngx_socket_t) -1;
}


static void
fd_read(ngx_event_t *ev)
{
    ngx_connection_t   *c;
    ngx_commerce_fd_t  *fd;

    c = ev->data;
    fd = c->data;

    /* ngx_close_idle_connections() and ngx_shutdown_timer_handler() */

    fd->handler(fd, c->close ? 0 : NGX_COMMERCE_FD_READ);
}


static void
fd_write(ngx_event_t *ev)
{
    ngx_connection_t   *c;
    ngx_commerce_fd_t  *fd;

    c = ev->data;
    fd = c->data;

    fd->handler(fd, c->close ? 0 : NGX_COMMERCE_FD_WRITE);
}


static ngx_int_t
fd_switch(ngx_event_t *ev, ngx_int_t event, unsigned on)
{
    if (on && !ev->active) {
        return ngx_add_event(ev, event, NGX_LEVEL_EVENT);
    }

    if (!on && ev->active) {
        return ngx_del_event(ev, event, NGX_LEVEL_EVENT);
    }

    return NGX_OK;
}
