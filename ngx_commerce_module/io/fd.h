/*
 * Other people's file descriptors in nginx's loop, level-triggered.  The only
 * file that knows how nginx events wrap a descriptor which a library opened
 * and will close (libpq, hiredis, libcurl).
 *
 * Level-triggered, because these libraries read what they like and stop:
 * with EPOLLET the rest of a long answer is never announced again.
 *
 * Lifetime: the caller embeds ngx_commerce_fd_t; open registers, close removes
 * it from epoll and gives the connection slot back, and must come before the
 * library closes the descriptor.  Never closes the descriptor itself.
 */

#ifndef NGX_COMMERCE_FD_H
#define NGX_COMMERCE_FD_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>


#define NGX_COMMERCE_FD_READ   1
#define NGX_COMMERCE_FD_WRITE  2


typedef struct ngx_commerce_fd_s  ngx_commerce_fd_t;

struct ngx_commerce_fd_s {
    ngx_connection_t  *connection;       /* NULL: not open */
    unsigned           interest;         /* what is registered now */

    /* `ready` is READ or WRITE, or 0: nginx wants the descriptor closed
     * (worker shutting down).  May close the fd and free its owner. */
    void             (*handler)(ngx_commerce_fd_t *fd, unsigned ready);
    void              *data;
};


/*
 * Registers nothing yet, only takes one of worker_connections.  `handler` and
 * `data` are the caller's to set; `log` must outlive the registration.
 * NGX_ERROR: no slot is free (nginx has logged it).
 */
ngx_int_t ngx_commerce_fd_open(ngx_commerce_fd_t *fd, int s, ngx_log_t *log);

/*
 * Sets what is waited for: READ | WRITE, or 0.  No system call when nothing
 * changes.  Drop WRITE as soon as nothing is left to write, or the loop spins.
 */
ngx_int_t ngx_commerce_fd_want(ngx_commerce_fd_t *fd, unsigned interest);

/*
 * 1: nothing is under way here, so a worker that begins to leave may ask for
 * the descriptor at once (handler with ready 0); 0: only when
 * worker_shutdown_timeout has passed.
 */
void ngx_commerce_fd_idle(ngx_commerce_fd_t *fd, unsigned idle);

/* Idempotent. */
void ngx_commerce_fd_close(ngx_commerce_fd_t *fd);

/*
 * The same when the library has closed the descriptor already (libpq does at
 * an end of file): the kernel forgot it then, and its number may belong to
 * somebody else by now, so epoll must not be asked.
 */
void ngx_commerce_fd_closed(ngx_commerce_fd_t *fd);


#endif /* NGX_COMMERCE_FD_H */
