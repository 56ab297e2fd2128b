/*
 * Requests to other people's servers: HTTPS and HTTP, and mail by SMTP, with
 * libcurl's multi interface in the event loop of a worker.  Nothing blocks:
 * names are looked up in libcurl's thread, and a thread that hangs is left
 * behind when its request's time is over.
 *
 * Every address is judged when its socket is opened, so no name and no
 * redirect leads into the private network; only hosts that the operator has
 * named (commerce_http_allow) may stand there, and only those may be spoken
 * to without TLS or at unusual ports.
 *
 * A request is the caller's memory: it and what it points to must live until
 * its handler was called or ngx_commerce_http_forget() returned.
 */

#ifndef NGX_COMMERCE_HTTP_CLIENT_H
#define NGX_COMMERCE_HTTP_CLIENT_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>


typedef struct ngx_commerce_http_s          ngx_commerce_http_t;
typedef struct ngx_commerce_http_request_s  ngx_commerce_http_request_t;


/* commerce_http and commerce_http_allow; const after configuration. */
typedef struct {
    ngx_str_t      ca;               /* file, NUL-terminated; empty: system */
    ngx_msec_t     connect_timeout;  /* with name lookup and TLS */
    ngx_msec_t     timeout;          /* of the whole */
    size_t         response_max;     /* bytes of an answer's body */
    ngx_uint_t     requests;         /* under way at most, in this worker */
    ngx_array_t   *allow;            /* ngx_str_t: host or host:port, lower
                                      * case; NULL: none */
} ngx_commerce_http_conf_t;


typedef enum {
    NGX_COMMERCE_HTTP_ANSWERED = 0,  /* `code` and `body` are there */
    NGX_COMMERCE_HTTP_NOT_SENT,      /* the server has not seen it */
    NGX_COMMERCE_HTTP_REFUSED,       /* nor will it: bad URL, private address,
                                      * certificate; asking again is idle */
    NGX_COMMERCE_HTTP_UNKNOWN        /* sent, and no whole answer came */
} ngx_commerce_http_status_e;


struct ngx_commerce_http_request_s {
    const char                  *method;     /* "POST" */
    const char                  *url;
    const char *const           *headers;    /* "Name: value", NULL at the
                                              * end; NULL: none */
    ngx_str_t                    body;       /* data NULL: none */
    const char                  *user;       /* NULL: no authentication */
    const char                  *password;
    ngx_msec_t                   timeout;    /* 0: the configuration's */

    /* Of mail only (smtp: or smtps:), whose text is `body`. */
    const char                  *from;       /* envelope: address */
    const char *const           *to;         /* envelope, NULL at the end */

    void                       (*handler)(ngx_commerce_http_request_t *r);
    void                        *data;

    /* set before the handler is called */
    ngx_commerce_http_status_e   status;
    ngx_uint_t                   code;       /* 200; of SMTP 250 */
    ngx_str_t                    answer;     /* body, NUL-terminated; lives
                                              * until _free() */
    ngx_uint_t                   retry_after; /* s; 0: not said */
    const char                  *error;      /* unless ANSWERED: for the log */

    /* of io/http_client.c and io/http_easy.c only */
    ngx_queue_t                  link;
    void                        *easy;
    void                        *lists[2];   /* headers, recipients */
    size_t                       sent;       /* of a mail */
    size_t                       room;       /* of the answer */
    size_t                       max;
    ngx_commerce_http_t         *http;
    char                         text[256];  /* error */
    unsigned                     trusted:1;  /* host of commerce_http_allow */
    unsigned                     smtp:1;
    unsigned                     forbidden:1; /* a private address */
    unsigned                     large:1;
    unsigned                     active:1;
};


/* One a worker, at its start.  NULL: no memory, or libcurl fails. */
ngx_commerce_http_t *ngx_commerce_http_create(
    const ngx_commerce_http_conf_t *conf, ngx_pool_t *pool, ngx_log_t *log);

/*
 * Starts a request, zeroed but for its inputs.  NGX_OK: the handler will be
 * called, from the event loop, never from in here.  NGX_DECLINED: it was not
 * started, `status` (NOT_SENT or REFUSED) and `error` say why, and the handler
 * is not called.
 */
ngx_int_t ngx_commerce_http_send(ngx_commerce_http_t *http,
    ngx_commerce_http_request_t *r);

/* The handler will not be called; what was sent was sent.  Idempotent. */
void ngx_commerce_http_forget(ngx_commerce_http_request_t *r);

/* Frees the answer of a request that is over.  Idempotent. */
void ngx_commerce_http_free(ngx_commerce_http_request_t *r);

/* Requests under way. */
ngx_uint_t ngx_commerce_http_active(const ngx_commerce_http_t *http);

/* Worker exit: closes everything, calls no handler. */
void ngx_commerce_http_destroy(ngx_commerce_http_t *http);


#endif /* NGX_COMMERCE_HTTP_CLIENT_H */
