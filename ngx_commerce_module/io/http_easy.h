/*
 * One transfer of libcurl: between io/http_client.c, which drives it, and
 * io/http_easy.c, which knows its options.
 */

#ifndef NGX_COMMERCE_HTTP_EASY_H
#define NGX_COMMERCE_HTTP_EASY_H


#include "http_client.h"

#include <curl/curl.h>


/*
 * An easy handle that is ready for the multi, in r->easy with its lists.
 * NGX_DECLINED: r->status and r->error say why not, and nothing is left over.
 */
ngx_int_t ngx_commerce_http_easy_create(const ngx_commerce_http_conf_t *conf,
    ngx_commerce_http_request_t *r);

/* Frees the handle and its lists, not the answer. */
void ngx_commerce_http_easy_destroy(ngx_commerce_http_request_t *r);

/* Reads how a transfer ended into r. */
void ngx_commerce_http_easy_result(ngx_commerce_http_request_t *r,
    CURLcode result);

/*
 * http_client.c: the socket, new, under a number that is not watched.  libcurl
 * may have closed a watched one without a word; it would take a new one of the
 * same number for it and never say that it has to be watched.
 */
curl_socket_t ngx_commerce_http_number(ngx_commerce_http_t *http,
    curl_socket_t s);


#endif /* NGX_COMMERCE_HTTP_EASY_H */
