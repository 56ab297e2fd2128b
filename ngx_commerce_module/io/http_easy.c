/*
 * The options of one transfer and what its end means.  Called by
 * io/http_client.c.  Everything that libcurl would do by itself and that is
 * not wanted here (redirects, proxies, other protocols, waiting for a resolver
 * that hangs) is told in this file.
 */

#include "http_easy.h"
#include "../base/address.h"

#include <netinet/in.h>


#define ANSWER_FIRST  4096


typedef struct {
    char  *scheme;
    char  *host;
    char  *port;
    char  *user;
} easy_url_t;


static ngx_int_t easy_refuse(ngx_commerce_http_request_t *r,
    const char *error);
static const char *easy_judge(const ngx_commerce_http_conf_t *conf,
    ngx_commerce_http_request_t *r);
static void easy_parse(CURLU *url, easy_url_t *parts);
static const char *easy_allowed(const ngx_commerce_http_conf_t *conf,
    ngx_commerce_http_request_t *r, const easy_url_t *parts);
static ngx_uint_t easy_trusted(const ngx_array_t *allow, const char *host,
    const char *port);
static ngx_uint_t easy_clean(const ngx_commerce_http_request_t *r);
static ngx_uint_t easy_line(const char *text);
static ngx_uint_t easy_common(const ngx_commerce_http_conf_t *conf,
    ngx_commerce_http_request_t *r);
static ngx_uint_t easy_guard(const ngx_commerce_http_conf_t *conf,
    ngx_commerce_http_request_t *r);
static ngx_uint_t easy_http(ngx_commerce_http_request_t *r);
static ngx_uint_t easy_smtp(ngx_commerce_http_request_t *r);
static struct curl_slist *easy_list(const char *const *items);
static curl_socket_t easy_socket(void *data, curlsocktype purpose,
    struct curl_sockaddr *address);
static size_t easy_write(char *p, size_t size, size_t n, void *data);
static size_t easy_read(char *p, size_t size, size_t n, void *data);
static ngx_commerce_http_status_e easy_status(
    ngx_commerce_http_request_t *r, CURLcode result);


ngx_int_t
ngx_commerce_http_easy_create(const ngx_commerce_http_conf_t *conf,
    ngx_commerce_http_request_t *r)
{
    const char  *wrong;

    wrong = easy_judge(conf, r);
    if (wrong != NULL) {
        return easy_refuse(r, wrong);
    }

    r->easy = curl_easy_init();

    if (r->easy == NULL || !easy_common(conf, r) || !easy_guard(conf, r)
        || !(r->smtp ? easy_smtp(r) : easy_http(r)))
    {
        ngx_commerce_http_easy_destroy(r);

        r->status = NGX_COMMERCE_HTTP_NOT_SENT;
        r->error = "no memory for a request";

        return NGX_DECLINED;
    }

    return NGX_OK;
}


void
ngx_commerce_http_easy_destroy(ngx_commerce_http_request_t *r)
{
    if (r->easy != NULL) {
        curl_easy_cleanup(r->easy);
        r->easy = NULL;
    }

    curl_slist_free_all(r->lists[0]);
    curl_slist_free_all(r->lists[1]);

    r->lists[0] = NULL;
    r->lists[1] = NULL;
}


static ngx_int_t
easy_refuse(ngx_commerce_http_request_t *r, const char *error)
{
    r->status = NGX_COMMERCE_HTTP_REFUSED;
    r->error = error;

    return NGX_DECLINED;
}


/* What is wrong with a request, or NULL. */

static const char *
easy_judge(const ngx_commerce_http_conf_t *conf,
    ngx_commerce_http_request_t *r)
{
    CURLU       *url;
    const char  *wrong;
    easy_url_t   parts;

    if (!easy_clean(r)) {
        return "a header or an address has control characters";
    }

    url = curl_url();
    if (url == NULL) {
        return "no memory for a URL";
    }

    if (curl_url_set(url, CURLUPART_URL, r->url, CURLU_NON_SUPPORT_SCHEME)
        != CURLUE_OK)
    {
        wrong = "bad URL";

    } else {
        easy_parse(url, &parts);
        wrong = easy_allowed(conf, r, &parts);

        curl_free(parts.scheme);
        curl_free(parts.host);
        curl_free(parts.port);
        curl_free(parts.user);
    }

    curl_url_cleanup(url);

    return wrong;
}


/* A part that is not there is NULL. */

static void
easy_parse(CURLU *url, easy_url_t *parts)
{
    ngx_memzero(parts, sizeof(easy_url_t));

    (void) curl_url_get(url, CURLUPART_SCHEME, &parts->scheme, 0);
    (void) curl_url_get(url, CURLUPART_HOST, &parts->host, 0);
    (void) curl_url_get(url, CURLUPART_PORT, &parts->port,
                        CURLU_DEFAULT_PORT);
    (void) curl_url_get(url, CURLUPART_USER, &parts->user, 0);
}


/*
 * Everybody may be spoken to with TLS at the usual port; hosts that the
 * operator has named also without TLS and anywhere.
 */

static const char *
easy_allowed(const ngx_commerce_http_conf_t *conf,
    ngx_commerce_http_request_t *r, const easy_url_t *parts)
{
    ngx_uint_t  secure;

    if (parts->scheme == NULL || parts->host == NULL || parts->port == NULL
        || parts->user != NULL)
    {
        return "bad URL";
    }

    r->smtp = (ngx_strncmp(parts->scheme, "smtp", 4) == 0);
    r->trusted = easy_trusted(conf->allow, parts->host, parts->port);

    if (r->trusted) {
        return NULL;
    }

    secure = (ngx_strcmp(parts->scheme, "https") == 0
              && ngx_strcmp(parts->port, "443") == 0)
             || (r->smtp && (ngx_strcmp(parts->port, "465") == 0
                             || ngx_strcmp(parts->port, "587") == 0
                             || ngx_strcmp(parts->port, "25") == 0));

    return secure ? NULL : "only TLS at the usual port, but for hosts of "
                           "commerce_http_allow";
}


static ngx_uint_t
easy_trusted(const ngx_array_t *allow, const char *host, const char *port)
{
    size_t            len;
    ngx_str_t        *name;
    ngx_uint_t        i;

    if (allow == NULL) {
        return 0;
    }

    name = allow->elts;
    len = ngx_strlen(host);

    for (i = 0; i < allow->nelts; i++) {

        if (name[i].len < len
            || ngx_strncasecmp(name[i].data, (u_char *) host, len) != 0)
        {
            continue;
        }

        if (name[i].len == len
            || (name[i].data[len] == ':'
                && name[i].len - len - 1 == ngx_strlen(port)
                && ngx_strncmp(name[i].data + len + 1, port,
                               ngx_strlen(port))
                   == 0))
        {
            return 1;
        }
    }

    return 0;
}


/* Nobody smuggles a header, or a recipient, in what he has entered. */

static ngx_uint_t
easy_clean(const ngx_commerce_http_request_t *r)
{
    ngx_uint_t  i;

    for (i = 0; r->headers != NULL && r->headers[i] != NULL; i++) {
        if (!easy_line(r->headers[i])) {
            return 0;
        }
    }

    for (i = 0; r->to != NULL && r->to[i] != NULL; i++) {
        if (!easy_line(r->to[i])) {
            return 0;
        }
    }

    return easy_line(r->url) && (r->from == NULL || easy_line(r->from));
}


static ngx_uint_t
easy_line(const char *text)
{
    for ( /* void */ ; *text != '\0'; text++) {
        if ((u_char) *text < 0x20 || *text == 0x7f) {
            return 0;
        }
    }

    return 1;
}


/*
 * QUICK_EXIT: without it the end of a request waits for the thread that looks
 * up its name, which hangs when the name server does.
 */

static ngx_uint_t
easy_common(const ngx_commerce_http_conf_t *conf,
    ngx_commerce_http_request_t *r)
{
    CURL        *easy = r->easy;
    ngx_msec_t   timeout, connect;

    timeout = (r->timeout != 0) ? r->timeout : conf->timeout;
    connect = ngx_min(conf->connect_timeout, timeout);

    r->max = conf->response_max;

    return curl_easy_setopt(easy, CURLOPT_URL, r->url) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_PRIVATE, (void *) r) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, r->text) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long) timeout)
              == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                               (long) connect)
              == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
                               (curl_off_t) r->max)
              == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, easy_write)
              == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_WRITEDATA, r) == CURLE_OK
           && (r->user == NULL
               || (curl_easy_setopt(easy, CURLOPT_USERNAME, r->user)
                   == CURLE_OK
                   && curl_easy_setopt(easy, CURLOPT_PASSWORD, r->password)
                      == CURLE_OK));
}


/* Who may be spoken to, and how they prove who they are. */

static ngx_uint_t
easy_guard(const ngx_commerce_http_conf_t *conf,
    ngx_commerce_http_request_t *r)
{
    CURL        *easy = r->easy;
    const char  *protocols;

    protocols = r->smtp ? "smtp,smtps" : r->trusted ? "http,https" : "https";

    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols)
           == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_NETRC,
                               (long) CURL_NETRC_IGNORED)
              == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, easy_socket)
              == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, r) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_SSLVERSION,
                               (long) CURL_SSLVERSION_TLSv1_2)
              == CURLE_OK
           && (conf->ca.len == 0
               || curl_easy_setopt(easy, CURLOPT_CAINFO, conf->ca.data)
                  == CURLE_OK);
}


static ngx_uint_t
easy_http(ngx_commerce_http_request_t *r)
{
    CURL               *easy = r->easy;
    struct curl_slist  *more;

    r->lists[0] = easy_list(r->headers);

    /* no waiting for 100 Continue */

    more = curl_slist_append(r->lists[0], "Expect:");
    if (more == NULL) {
        return 0;
    }

    r->lists[0] = more;

    if (r->body.data != NULL || ngx_strcmp(r->method, "POST") == 0) {
        if (curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                             (curl_off_t) r->body.len)
                != CURLE_OK
            || curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                                r->body.data ? (char *) r->body.data : "")
                != CURLE_OK)
        {
            return 0;
        }
    }

    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, r->lists[0])
           == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, r->method)
              == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_USERAGENT, "ngx_commerce")
              == CURLE_OK;
}


/* Without STARTTLS no mail leaves, but for a server that is trusted. */

static ngx_uint_t
easy_smtp(ngx_commerce_http_request_t *r)
{
    CURL  *easy = r->easy;

    r->lists[1] = easy_list(r->to);

    return r->lists[1] != NULL
           && curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, r->lists[1])
              == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_MAIL_FROM, r->from) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_USE_SSL,
                               r->trusted ? (long) CURLUSESSL_TRY
                                          : (long) CURLUSESSL_ALL)
              == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
                               (curl_off_t) r->body.len)
              == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_READFUNCTION, easy_read)
              == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_READDATA, r) == CURLE_OK;
}


static struct curl_slist *
easy_list(const char *const *items)
{
    struct curl_slist  *list, *more;

    list = NULL;

    for ( /* void */ ; items != NULL && *items != NULL; items++) {
        more = curl_slist_append(list, *items);

        if (more == NULL) {
            curl_slist_free_all(list);
            return NULL;
        }

        list = more;
    }

    return list;
}


/* The final address: what a name means was decided a moment ago. */

static curl_socket_t
easy_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    ngx_commerce_http_request_t  *r = data;

    if (purpose != CURLSOCKTYPE_IPCXN) {
        return CURL_SOCKET_BAD;
    }

    if (!r->trusted && !ngx_commerce_address_public(&address->addr)) {
        r->forbidden = 1;
        return CURL_SOCKET_BAD;
    }

    return ngx_commerce_http_number(r->http,
                         socket(address->family,
                                address->socktype | SOCK_CLOEXEC,
                                address->protocol));
}


static size_t
easy_write(char *p, size_t size, size_t n, void *data)
{
    size_t                        room;
    u_char                       *more;
    ngx_commerce_http_request_t  *r = data;

    n *= size;

    if (n > r->max - r->answer.len) {
        r->large = 1;
        return 0;
    }

    if (r->answer.len + n + 1 > r->room) {
        room = ngx_max(r->room * 2, r->answer.len + n + 1);
        room = ngx_max(room, ANSWER_FIRST);

        more = realloc(r->answer.data, room);
        if (more == NULL) {
            return 0;
        }

        r->answer.data = more;
        r->room = room;
    }

    ngx_memcpy(r->answer.data + r->answer.len, p, n);
    r->answer.len += n;
    r->answer.data[r->answer.len] = '\0';

    return n;
}


static size_t
easy_read(char *p, size_t size, size_t n, void *data)
{
    ngx_commerce_http_request_t  *r = data;

    n = ngx_min(n * size, r->body.len - r->sent);

    ngx_memcpy(p, r->body.data + r->sent, n);
    r->sent += n;

    return n;
}


void
ngx_commerce_http_easy_result(ngx_commerce_http_request_t *r,
    CURLcode result)
{
    long        code;
    curl_off_t  after;

    code = 0;
    after = 0;

    (void) curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &code);
    (void) curl_easy_getinfo(r->easy, CURLINFO_RETRY_AFTER, &after);

    r->code = (ngx_uint_t) code;
    r->retry_after = (ngx_uint_t) after;
    r->status = easy_status(r, result);

    r->error = (r->status == NGX_COMMERCE_HTTP_ANSWERED) ? NULL
               : r->forbidden ? "the address is not public"
               : r->large || result == CURLE_FILESIZE_EXCEEDED
                 ? "the answer is too large"
               : r->text[0] != '\0' ? r->text : curl_easy_strerror(result);
}


/* Before the transfer proper nothing has been sent. */

static ngx_commerce_http_status_e
easy_status(ngx_commerce_http_request_t *r, CURLcode result)
{
    curl_off_t  transfer;

    /* a server that refuses a mail has answered */

    if (result == CURLE_OK || (r->smtp && r->code >= 400)) {
        return NGX_COMMERCE_HTTP_ANSWERED;
    }

    if (r->forbidden) {
        return NGX_COMMERCE_HTTP_REFUSED;
    }

    switch (result) {

    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_USE_SSL_FAILED:
        return NGX_COMMERCE_HTTP_REFUSED;

    default:
        break;
    }

    transfer = 0;
    (void) curl_easy_getinfo(r->easy, CURLINFO_PRETRANSFER_TIME_T, &transfer);

    return (transfer == 0) ? NGX_COMMERCE_HTTP_NOT_SENT
                           : NGX_COMMERCE_HTTP_UNKNOWN;
}
