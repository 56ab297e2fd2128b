/*
 * Which operation is it?  Asks the contract's trie; answers 404, 405 with
 * Allow, OPTIONS, and a redirect for a path with one slash too many.
 */

#include "answer.h"
#include "station.h"


typedef struct {
    ngx_uint_t   nginx;
    unsigned     method;
    const char  *name;
} method_t;


static const method_t  methods[] = {
    { NGX_HTTP_GET, NGX_COMMERCE_GET, "GET" },
    { NGX_HTTP_HEAD, NGX_COMMERCE_GET, "HEAD" },
    { NGX_HTTP_POST, NGX_COMMERCE_POST, "POST" },
    { NGX_HTTP_PUT, NGX_COMMERCE_PUT, "PUT" },
    { NGX_HTTP_PATCH, NGX_COMMERCE_PATCH, "PATCH" },
    { NGX_HTTP_DELETE, NGX_COMMERCE_DELETE, "DELETE" },
    { 0, 0, NULL }
};


static ngx_int_t route_allow(ngx_commerce_flow_t *f, unsigned allow);
static ngx_int_t route_options(ngx_commerce_flow_t *f, unsigned allow);
static ngx_int_t route_slash(ngx_commerce_flow_t *f);


ngx_commerce_route_e
ngx_commerce_route_match(ngx_http_request_t *r,
    const ngx_commerce_contract_t *contract, ngx_commerce_match_t *match)
{
    const method_t  *m;

    for (m = methods; m->name != NULL && m->nginx != r->method; m++) {
        /* void */
    }

    return ngx_commerce_route_find(contract, m->method,
                                   (ngx_commerce_str_t *) &r->uri, match);
}


ngx_uint_t
ngx_commerce_route_of_page(ngx_http_request_t *r)
{
    ngx_str_t  accept;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return 0;
    }

    accept = ngx_commerce_header(r, "accept");

    return accept.len >= sizeof("text/html") - 1
           && ngx_strncasecmp(accept.data, (u_char *) "text/html",
                              sizeof("text/html") - 1)
              == 0;
}


ngx_int_t
ngx_commerce_route(ngx_commerce_flow_t *f, ngx_commerce_route_e found,
    const ngx_commerce_match_t *match)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = f->r;

    if (found == NGX_COMMERCE_ROUTE_NOT_FOUND) {
        return ngx_commerce_flow_fail(f, NGX_HTTP_NOT_FOUND, "not_found",
                                      NULL);
    }

    if (found == NGX_COMMERCE_ROUTE_SLASH) {
        return route_slash(f);
    }

    rc = ngx_commerce_cors(f, match->allow);
    if (rc != NGX_OK) {
        return rc;
    }

    if (r->method == NGX_HTTP_OPTIONS) {
        return route_options(f, match->allow);
    }

    if (found == NGX_COMMERCE_ROUTE_METHOD) {
        if (route_allow(f, match->allow) != NGX_OK) {
            return NGX_ERROR;
        }

        return ngx_commerce_flow_fail(f, NGX_HTTP_NOT_ALLOWED,
                                      "method_not_allowed", NULL);
    }

    f->operation = match->operation;
    f->lane = match->operation->lane;
    f->endpoint = &f->worker->conf->endpoints[match->operation->index];

    return NGX_OK;
}


static ngx_int_t
route_allow(ngx_commerce_flow_t *f, unsigned allow)
{
    u_char          text[64], *p;
    const method_t *m;

    p = text;

    for (m = methods; m->name != NULL; m++) {
        if (allow & m->method) {
            p = ngx_slprintf(p, text + sizeof(text), "%s, ", m->name);
        }
    }

    p = ngx_slprintf(p, text + sizeof(text), "OPTIONS");

    return ngx_commerce_send_header(f->r, "Allow", sizeof("Allow") - 1, text,
                                    p - text);
}


static ngx_int_t
route_options(ngx_commerce_flow_t *f, unsigned allow)
{
    if (route_allow(f, allow) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_answer_json(f, NGX_HTTP_NO_CONTENT, NULL, 0);
}


/* RFC 9110, 15.4.9: 308 keeps the method and the body. */

static ngx_int_t
route_slash(ngx_commerce_flow_t *f)
{
    size_t               len;
    u_char              *p, *location;
    ngx_http_request_t  *r;

    r = f->r;

    len = r->uri.len - 1;
    location = ngx_pnalloc(r->pool, 3 * len + 1 + r->args.len + 1);
    if (location == NULL) {
        return NGX_ERROR;
    }

    p = (u_char *) ngx_escape_uri(location, r->uri.data, len, NGX_ESCAPE_URI);

    if (r->args.len != 0) {
        p = ngx_sprintf(p, "?%V", &r->args);
    }

    if (ngx_commerce_send_header(r, "Location", sizeof("Location") - 1,
                                 location, p - location)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_answer_json(f, 308, NULL, 0);
}
