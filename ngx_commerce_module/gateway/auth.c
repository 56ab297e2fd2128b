/*
 * Who is it, and may they?  Reads the bearer token (RFC 6750), asks the table
 * of verified ones, then the shared memory about revocation, then compares
 * scopes.  Answers 401 with WWW-Authenticate or 403.
 */

#include "answer.h"
#include "auth.h"
#include "metrics.h"
#include "station.h"
#include "tokens.h"
#include "zone.h"


static ngx_int_t auth_refuse(ngx_commerce_flow_t *f, const char *code);
static ngx_uint_t auth_scopes(const ngx_commerce_operation_t *operation,
    const ngx_commerce_jwt_claims_t *principal);
static ngx_uint_t auth_scope(const ngx_commerce_jwt_claims_t *principal,
    const ngx_commerce_str_t *scope);


ngx_int_t
ngx_commerce_auth(ngx_commerce_flow_t *f)
{
    ngx_str_t               token, header;
    ngx_commerce_jwt_rc_t   rc;

    if (f->operation->security == NGX_COMMERCE_PUBLIC) {
        return NGX_OK;
    }

    header = ngx_commerce_header(f->r, "authorization");

    if (ngx_commerce_auth_token(&header, &token) != NGX_OK) {
        return auth_refuse(f, "invalid_token");
    }

    if (token.len == 0) {
        return (f->operation->security == NGX_COMMERCE_OPTIONAL)
               ? NGX_OK : auth_refuse(f, "unauthorized");
    }

    rc = ngx_commerce_tokens_verify(f->worker, &token, f->pool,
                                    &f->principal);

    if (rc != NGX_COMMERCE_JWT_OK) {
        ngx_log_error(NGX_LOG_INFO, f->r->connection->log, 0,
                      "commerce: token refused: %s",
                      ngx_commerce_jwt_strerror(rc));
        return auth_refuse(f, (rc == NGX_COMMERCE_JWT_EXPIRED)
                              ? "token_expired" : "invalid_token");
    }

    switch (ngx_commerce_auth_allowed(f->worker, f->operation,
                                      f->principal))
    {
    case NGX_COMMERCE_AUTH_REVOKED:
        ngx_commerce_metrics_add(f->worker->metrics,
                                 NGX_COMMERCE_METRIC_REVOKED_TOKEN, 1);
        return auth_refuse(f, "token_revoked");

    case NGX_COMMERCE_AUTH_FORBIDDEN:
        return ngx_commerce_flow_fail(f, NGX_HTTP_FORBIDDEN, "forbidden",
                                      NULL);

    default:
        return NGX_OK;
    }
}


ngx_int_t
ngx_commerce_auth_token(const ngx_str_t *header, ngx_str_t *token)
{
    size_t   len;
    u_char  *p;

    ngx_str_null(token);

    if (header->len < 7
        || ngx_strncasecmp(header->data, (u_char *) "bearer ", 7) != 0)
    {
        return NGX_OK;
    }

    p = header->data + 7;
    len = header->len - 7;

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


ngx_commerce_auth_e
ngx_commerce_auth_allowed(ngx_commerce_worker_t *worker,
    const ngx_commerce_operation_t *operation,
    const ngx_commerce_jwt_claims_t *principal)
{
    if (ngx_commerce_zone_revoked(worker->zone, principal->sid,
                                  principal->sub, (time_t) principal->iat))
    {
        return NGX_COMMERCE_AUTH_REVOKED;
    }

    return auth_scopes(operation, principal) ? NGX_COMMERCE_AUTH_OK
                                             : NGX_COMMERCE_AUTH_FORBIDDEN;
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
auth_scopes(const ngx_commerce_operation_t *operation,
    const ngx_commerce_jwt_claims_t *principal)
{
    unsigned                      i, j;
    const ngx_commerce_scopes_t  *entry;

    if (operation->nscopes == 0) {
        return 1;
    }

    for (i = 0; i < operation->nscopes; i++) {
        entry = &operation->scopes[i];

        for (j = 0; j < entry->nscopes; j++) {
            if (!auth_scope(principal, &entry->scopes[j])) {
                break;
            }
        }

        if (j == entry->nscopes) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
auth_scope(const ngx_commerce_jwt_claims_t *principal,
    const ngx_commerce_str_t *scope)
{
    unsigned  i;

    for (i = 0; i < principal->nscopes; i++) {
        if (ngx_strncmp(principal->scopes[i], scope->data, scope->len) == 0
            && principal->scopes[i][scope->len] == '\0')
        {
            return 1;
        }
    }

    return 0;
}
