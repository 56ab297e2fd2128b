/*
 * Who is it, and may they?  Reads the bearer token (RFC 6750), asks the table
 * of verified ones, then the shared memory about revocation, then compares
 * scopes.  Answers 401 with WWW-Authenticate or 403.
 */

#include "answer.h"
#include "metrics.h"
#include "station.h"
#include "tokens.h"
#include "zone.h"


static ngx_int_t auth_token(ngx_commerce_flow_t *f, ngx_str_t *token);
static ngx_int_t auth_refuse(ngx_commerce_flow_t *f, const char *code);
static ngx_uint_t auth_scopes(ngx_commerce_flow_t *f);


ngx_int_t
ngx_commerce_auth(ngx_commerce_flow_t *f)
{
    ngx_str_t               token;
    ngx_commerce_jwt_rc_t   rc;

    if (f->operation->security == NGX_COMMERCE_PUBLIC) {
        return NGX_OK;
    }

    if (auth_token(f, &token) != NGX_OK) {
        return auth_refuse(f, "invalid_token");
    }

    if (token.len == 0) {
        return (f->operation->security == NGX_COMMERCE_OPTIONAL)
               ? NGX_OK : auth_refuse(f, "unauthorized");
    }

    rc = ngx_commerce_tokens_verify(f->worker->tokens, f->worker->conf, &token,
                                    f->pool, &f->principal);

    if (rc != NGX_COMMERCE_JWT_OK) {
        ngx_log_error(NGX_LOG_INFO, f->r->connection->log, 0,
                      "commerce: token refused: %s",
                      ngx_commerce_jwt_strerror(rc));
        return auth_refuse(f, (rc == NGX_COMMERCE_JWT_EXPIRED)
                              ? "token_expired" : "invalid_token");
    }

    if (ngx_commerce_zone_revoked(f->worker->zone, f->principal->sid,
                                  f->principal->sub,
                                  (time_t) f->principal->iat))
    {
        ngx_commerce_metrics_add(f->worker->metrics,
                                 NGX_COMMERCE_METRIC_REVOKED_TOKEN, 1);
        return auth_refuse(f, "token_revoked");
    }

    if (!auth_scopes(f)) {
        return ngx_commerce_flow_fail(f, NGX_HTTP_FORBIDDEN, "forbidden",
                                      NULL);
    }

    return NGX_OK;
}


/* An Authorization of another scheme is no token: left to the handler. */

static ngx_int_t
auth_token(ngx_commerce_flow_t *f, ngx_str_t *token)
{
    size_t     len;
    u_char    *p;
    ngx_str_t  value;

    ngx_str_null(token);

    value = ngx_commerce_header(f->r, "authorization");

    if (value.len < 7
        || ngx_strncasecmp(value.data, (u_char *) "bearer ", 7) != 0)
    {
        return NGX_OK;
    }

    p = value.data + 7;
    len = value.len - 7;

    while (len != 0 && *p == ' ') {
        p++;
        len--;
    }

    if (len == 0 || len > NGX_COMMERCE_JWT_MAX_LEN) {
        return NGX_ERROR;
    }

    token->data = p;
    token->len = len;

    return NGX_OK;
}


static ngx_int_t
auth_refuse(ngx_commerce_flow_t *f, const char *code)
{
    f->principal = NULL;

    if (ngx_commerce_flow_header(f, "WWW-Authenticate",
                                 "Bearer realm=\"commerce\"") != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_fail(f, NGX_HTTP_UNAUTHORIZED, code, NULL);
}


/* Any entry of `security` whose scopes are all there is enough. */

static ngx_uint_t
auth_scopes(ngx_commerce_flow_t *f)
{
    char                          name[128];
    unsigned                      i, j;
    const ngx_commerce_str_t     *scope;
    const ngx_commerce_scopes_t  *entry;

    if (f->operation->nscopes == 0) {
        return 1;
    }

    for (i = 0; i < f->operation->nscopes; i++) {
        entry = &f->operation->scopes[i];

        for (j = 0; j < entry->nscopes; j++) {
            scope = &entry->scopes[j];

            (void) ngx_snprintf((u_char *) name, sizeof(name), "%*s%Z",
                                scope->len, scope->data);

            if (!ngx_commerce_flow_scope(f, name)) {
                break;
            }
        }

        if (j == entry->nscopes) {
            return 1;
        }
    }

    return 0;
}
