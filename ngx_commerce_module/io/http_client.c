/*
 * libcurl's multi in nginx's loop.  See http_client.h for who calls it and for
 * the lifetime rule.
 *
 * libcurl must not be entered from its own callbacks: the socket callback only
 * changes what epoll looks at, the timer callback only sets a timer, and
 * requests that are complete are taken out in one place, after each step.
 */

#include "http_easy.h"
#include "fd.h"

#include <signal.h>


/*
 * A socket of libcurl's in the loop.  libcurl closes one that it fails to
 * connect before it says so: `inode` tells whether the number still means what
 * was registered.
 */

typedef struct {
    ngx_commerce_fd_t                fd;
    ngx_queue_t                      link;
    ino_t                            inode;
} http_socket_t;


struct ngx_commerce_http_s {
    const ngx_commerce_http_conf_t  *conf;
    ngx_log_t                       *log;
    CURLM                           *multi;
    ngx_event_t                      timer;
    ngx_queue_t                      requests;
    ngx_queue_t                      sockets;   /* http_socket_t */
    ngx_uint_t                       active;
};


static ngx_int_t http_options(ngx_commerce_http_t *http);
static int http_socket(CURL *easy, curl_socket_t s, int what, void *data,
    void *socket);
static http_socket_t *http_watch(ngx_commerce_http_t *http, curl_socket_t s);
static void http_unwatch(http_socket_t *hs, curl_socket_t s);
static ino_t http_inode(curl_socket_t s);
static int http_clock(CURLM *multi, long ms, void *data);
static void http_timer(ngx_event_t *ev);
static void http_ready(ngx_commerce_fd_t *fd, unsigned ready);
static void http_step(ngx_commerce_http_t *http, curl_socket_t s, int mask);
static void http_drain(ngx_commerce_http_t *http);
static void http_abort(ngx_commerce_http_t *http);
static void http_end(ngx_commerce_http_request_t *r);


ngx_commerce_http_t *
ngx_commerce_http_create(const ngx_commerce_http_conf_t *conf,
    ngx_pool_t *pool, ngx_log_t *log)
{
    ngx_commerce_http_t  *http;

    http = ngx_pcalloc(pool, sizeof(ngx_commerce_http_t));
    if (http == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return NULL;
    }

    http->conf = conf;
    http->log = log;
    ngx_queue_init(&http->requests);
    ngx_queue_init(&http->sockets);

    http->timer.handler = http_timer;
    http->timer.data = http;
    http->timer.log = log;

    http->multi = curl_multi_init();

    if (http->multi == NULL || http_options(http) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, log, 0, "libcurl cannot be initialized");
        return NULL;
    }

    return http;
}


static ngx_int_t
http_options(ngx_commerce_http_t *http)
{
    CURLM  *multi;

    multi = http->multi;

    if (curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, http_socket)
            != CURLM_OK
        || curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, http) != CURLM_OK
        || curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, http_clock)
               != CURLM_OK
        || curl_multi_setopt(multi, CURLMOPT_TIMERDATA, http) != CURLM_OK
        || curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS,
                             (long) http->conf->requests)
               != CURLM_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_commerce_http_send(ngx_commerce_http_t *http,
    ngx_commerce_http_request_t *r)
{
    r->http = http;

    if (http->active >= http->conf->requests) {
        r->status = NGX_COMMERCE_HTTP_NOT_SENT;
        r->error = "too many requests are under way";
        return NGX_DECLINED;
    }

    if (ngx_commerce_http_easy_create(http->conf, r) != NGX_OK) {
        return NGX_DECLINED;
    }

    /* a leaving worker waits for what is under way */

    http->timer.cancelable = 0;

    if (curl_multi_add_handle(http->multi, r->easy) != CURLM_OK) {
        ngx_commerce_http_easy_destroy(r);
        r->status = NGX_COMMERCE_HTTP_NOT_SENT;
        r->error = "libcurl takes no more requests";
        return NGX_DECLINED;
    }

    ngx_queue_insert_tail(&http->requests, &r->link);
    http->active++;
    r->active = 1;

    return NGX_OK;
}


void
ngx_commerce_http_forget(ngx_commerce_http_request_t *r)
{
    if (r->active) {
        http_end(r);
    }

    ngx_commerce_http_free(r);
}


void
ngx_commerce_http_free(ngx_commerce_http_request_t *r)
{
    if (r->answer.data != NULL) {
        ngx_free(r->answer.data);
        ngx_str_null(&r->answer);
        r->room = 0;
    }
}


ngx_uint_t
ngx_commerce_http_active(const ngx_commerce_http_t *http)
{
    return http->active;
}


void
ngx_commerce_http_destroy(ngx_commerce_http_t *http)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(&http->requests)) {
        q = ngx_queue_head(&http->requests);
        ngx_commerce_http_forget(ngx_queue_data(q,
                                                ngx_commerce_http_request_t,
                                                link));
    }

    (void) curl_multi_cleanup(http->multi);

    if (http->timer.timer_set) {
        ngx_del_timer(&http->timer);
    }

    curl_global_cleanup();
}


/*
 * What epoll shall look at.  After CURL_POLL_REMOVE libcurl closes the socket
 * or parks it, so nothing may stay registered.  A socket without a connection
 * slot is not watched: its request runs into its timeout.
 */

static int
http_socket(CURL *easy, curl_socket_t s, int what, void *data, void *socket)
{
    http_socket_t        *hs = socket;
    ngx_commerce_http_t  *http = data;

    if (what == CURL_POLL_REMOVE) {
        if (hs != NULL) {
            http_unwatch(hs, s);
        }

        return 0;
    }

    if (hs == NULL) {
        hs = http_watch(http, s);
        if (hs == NULL) {
            return 0;
        }
    }

    (void) ngx_commerce_fd_want(&hs->fd,
                    ((what & CURL_POLL_IN) ? NGX_COMMERCE_FD_READ : 0)
                    | ((what & CURL_POLL_OUT) ? NGX_COMMERCE_FD_WRITE : 0));

    return 0;
}


static http_socket_t *
http_watch(ngx_commerce_http_t *http, curl_socket_t s)
{
    http_socket_t  *hs;

    hs = ngx_calloc(sizeof(http_socket_t), http->log);
    if (hs == NULL) {
        return NULL;
    }

    if (ngx_commerce_fd_open(&hs->fd, s, http->log) != NGX_OK) {
        ngx_free(hs);
        return NULL;
    }

    hs->fd.handler = http_ready;
    hs->fd.data = http;
    hs->inode = http_inode(s);

    ngx_queue_insert_tail(&http->sockets, &hs->link);
    (void) curl_multi_assign(http->multi, s, hs);

    return hs;
}


static void
http_unwatch(http_socket_t *hs, curl_socket_t s)
{
    if (http_inode(s) == hs->inode) {
        ngx_commerce_fd_close(&hs->fd);

    } else {
        ngx_commerce_fd_closed(&hs->fd);
    }

    ngx_queue_remove(&hs->link);
    ngx_free(hs);
}


/* 0: the number means nothing. */

static ino_t
http_inode(curl_socket_t s)
{
    struct stat  info;

    return (fstat(s, &info) == -1) ? 0 : info.st_ino;
}


curl_socket_t
ngx_commerce_http_number(ngx_commerce_http_t *http, curl_socket_t s)
{
    ngx_queue_t    *q;
    http_socket_t  *hs;
    curl_socket_t   highest, other;

    highest = -1;

    for (q = ngx_queue_head(&http->sockets);
         q != ngx_queue_sentinel(&http->sockets);
         q = ngx_queue_next(q))
    {
        hs = ngx_queue_data(q, http_socket_t, link);
        highest = ngx_max(highest, hs->fd.connection->fd);
    }

    if (s == -1 || s > highest) {
        return s;
    }

    other = fcntl(s, F_DUPFD_CLOEXEC, highest + 1);
    (void) close(s);

    return other;
}


static int
http_clock(CURLM *multi, long ms, void *data)
{
    ngx_commerce_http_t  *http = data;

    if (http->timer.timer_set) {
        ngx_del_timer(&http->timer);
    }

    if (ms >= 0) {
        ngx_add_timer(&http->timer, (ngx_msec_t) ms);
    }

    return 0;
}


static void
http_timer(ngx_event_t *ev)
{
    http_step(ev->data, CURL_SOCKET_TIMEOUT, 0);
}


static void
http_ready(ngx_commerce_fd_t *fd, unsigned ready)
{
    switch (ready) {

    case NGX_COMMERCE_FD_READ:
        http_step(fd->data, fd->connection->fd, CURL_CSELECT_IN);
        break;

    case NGX_COMMERCE_FD_WRITE:
        http_step(fd->data, fd->connection->fd, CURL_CSELECT_OUT);
        break;

    default:
        http_abort(fd->data);
    }
}


/*
 * The thread that looks up a name is started in here, and inherits what
 * signals are blocked: those of the worker are for its loop.
 */

static void
http_step(ngx_commerce_http_t *http, curl_socket_t s, int mask)
{
    int       running;
    sigset_t  all, old;

    sigfillset(&all);
    (void) pthread_sigmask(SIG_BLOCK, &all, &old);

    (void) curl_multi_socket_action(http->multi, s, mask, &running);

    (void) pthread_sigmask(SIG_SETMASK, &old, NULL);

    http_drain(http);
}


/* Handlers may send and forget, but not destroy. */

static void
http_drain(ngx_commerce_http_t *http)
{
    int                           left;
    char                         *data;
    CURLMsg                      *msg;
    CURLcode                      result;
    ngx_commerce_http_request_t  *r;

    for ( ;; ) {
        msg = curl_multi_info_read(http->multi, &left);
        if (msg == NULL) {
            return;
        }

        if (msg->msg != CURLMSG_DONE
            || curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &data)
               != CURLE_OK)
        {
            continue;
        }

        r = (ngx_commerce_http_request_t *) data;
        result = msg->data.result;         /* gone with the handle */

        ngx_commerce_http_easy_result(r, result);
        http_end(r);

        r->handler(r);
    }
}


/* worker_shutdown_timeout is over: nobody waits any longer. */

static void
http_abort(ngx_commerce_http_t *http)
{
    ngx_queue_t                  *q;
    ngx_commerce_http_request_t  *r;

    while (!ngx_queue_empty(&http->requests)) {
        q = ngx_queue_head(&http->requests);
        r = ngx_queue_data(q, ngx_commerce_http_request_t, link);

        r->status = NGX_COMMERCE_HTTP_UNKNOWN;
        r->error = "the worker leaves";

        http_end(r);
        r->handler(r);
    }
}


static void
http_end(ngx_commerce_http_request_t *r)
{
    r->active = 0;
    r->http->active--;
    r->http->timer.cancelable = (r->http->active == 0);
    ngx_queue_remove(&r->link);

    (void) curl_multi_remove_handle(r->http->multi, r->easy);
    ngx_commerce_http_easy_destroy(r);
}
