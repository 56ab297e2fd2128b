/*
 * Tokens as the client gets and brings them: claims of access tokens, opaque
 * refresh tokens, and the cookie that carries one for a browser.
 *
 * Called by the handlers in the event loop; everything lives in the flow's
 * pool.
 */

#include "identity.h"
#include "../base/b64url.h"

#include <openssl/evp.h>
#include <openssl/rand.h>


#define COOKIE_LIFE  (7 * 24 * 60 * 60)


static const char *cookie_name(const ngx_commerce_flow_t *f);
static ngx_int_t cookie_value(const ngx_commerce_flow_t *f,
    ngx_str_t *value);


ngx_int_t
ngx_commerce_identity_refresh_make(ngx_commerce_identity_refresh_t *refresh)
{
    u_char  bytes[32];
    size_t  n;

    if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return NGX_ERROR;
    }

    n = ngx_commerce_b64url_encode(refresh->text, bytes, sizeof(bytes));
    refresh->text[n] = '\0';

    ngx_explicit_memzero(bytes, sizeof(bytes));

    return ngx_commerce_identity_digest(refresh->text, n, refresh->digest);
}


ngx_int_t
ngx_commerce_identity_digest(const char *token, size_t len,
    char digest[NGX_COMMERCE_IDENTITY_DIGEST + 1])
{
    u_char    bytes[EVP_MAX_MD_SIZE], *p;
    unsigned  n;

    if (EVP_Digest(token, len, bytes, &n, EVP_sha256(), NULL) != 1) {
        return NGX_ERROR;
    }

    p = (u_char *) digest;
    *p++ = '\\';
    *p++ = 'x';
    p = ngx_hex_dump(p, bytes, 32);
    *p = '\0';

    return NGX_OK;
}


const char *
ngx_commerce_identity_claims(ngx_commerce_flow_t *f, const char *sid)
{
    char                       *text, *jti, *copy;
    time_t                      now;
    json_t                     *claims, *ours;
    ngx_str_t                   row;
    const ngx_commerce_conf_t  *conf;

    if (ngx_commerce_flow_cell(f, 0, "claims", &row) != NGX_OK) {
        return NULL;
    }

    conf = f->worker->conf;
    now = ngx_time();
    jti = ngx_commerce_flow_uuid(f);

    if (jti == NULL) {
        return NULL;
    }

    claims = json_loadb((char *) row.data, row.len, 0, NULL);
    ours = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}",
                     "iss", conf->jwt_policy.iss,
                     "aud", conf->jwt_policy.aud,
                     "sid", sid,
                     "jti", jti,
                     "iat", (json_int_t) now,
                     "exp", (json_int_t) (now + conf->jwt_ttl));

    copy = NULL;

    if (claims != NULL && ours != NULL
        && json_object_update(claims, ours) == 0)
    {
        text = json_dumps(claims, JSON_COMPACT);

        if (text != NULL) {
            copy = ngx_commerce_identity_copy(f, text, ngx_strlen(text));
            free(text);
        }
    }

    json_decref(claims);
    json_decref(ours);

    return copy;
}


const char *
ngx_commerce_identity_refresh_token(ngx_commerce_flow_t *f,
    ngx_uint_t *cookie)
{
    ngx_str_t    value;
    const char  *text;

    *cookie = 0;

    if (f->body == NULL) {
        return NULL;
    }

    text = ngx_commerce_flow_body_string(f, "refresh_token");
    if (text != NULL) {
        return text;
    }

    if (cookie_value(f, &value) != NGX_OK
        || value.len != NGX_COMMERCE_IDENTITY_TOKEN)
    {
        return NULL;
    }

    *cookie = 1;

    return ngx_commerce_identity_copy(f, value.data, value.len);
}


ngx_int_t
ngx_commerce_identity_set_cookie(ngx_commerce_flow_t *f, const char *token)
{
    u_char  text[256], *end;

    end = ngx_snprintf(text, sizeof(text) - 1,
                       "%s=%s; Path=/; Max-Age=%d; HttpOnly; "
                       "SameSite=Strict%s",
                       cookie_name(f), (token != NULL) ? token : "",
                       (token != NULL) ? COOKIE_LIFE : 0,
                       (f->secure || f->worker->conf->secure_cookies)
                       ? "; Secure" : "");
    *end = '\0';

    return ngx_commerce_flow_header(f, "Set-Cookie", (char *) text);
}


ngx_int_t
ngx_commerce_identity_answer(ngx_commerce_flow_t *f, const char *access,
    const char *refresh, ngx_uint_t cookie)
{
    json_t     *value, *user;
    ngx_str_t   card;

    if (ngx_commerce_flow_cell(f, 0, "card", &card) != NGX_OK) {
        return NGX_ERROR;
    }

    if (refresh != NULL && cookie) {
        if (ngx_commerce_identity_set_cookie(f, refresh) != NGX_OK) {
            return NGX_ERROR;
        }

        refresh = NULL;
    }

    user = json_loadb((char *) card.data, card.len, 0, NULL);

    value = json_pack("{s:s, s:s, s:I, s:s*, s:o}",
                      "access_token", access,
                      "token_type", "Bearer",
                      "expires_in",
                      (json_int_t) f->worker->conf->jwt_ttl,
                      "refresh_token", refresh,
                      "user", user);
    if (value == NULL) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_answer_value(f, 200, value);
}


/* The prefix makes browsers insist on Secure and on this very host. */

static const char *
cookie_name(const ngx_commerce_flow_t *f)
{
    return (f->secure || f->worker->conf->secure_cookies)
           ? "__Host-refresh" : "refresh";
}


static ngx_int_t
cookie_value(const ngx_commerce_flow_t *f, ngx_str_t *value)
{
    size_t       n;
    u_char      *p, *end, *last;
    const char  *name;

    name = cookie_name(f);
    n = ngx_strlen(name);

    p = f->cookie.data;
    last = p + f->cookie.len;

    while (p < last) {
        while (p < last && (*p == ' ' || *p == ';')) {
            p++;
        }

        for (end = p; end < last && *end != ';'; end++) { /* void */ }

        if ((size_t) (end - p) > n && ngx_strncmp(p, name, n) == 0
            && p[n] == '=')
        {
            value->data = p + n + 1;
            value->len = end - value->data;
            return NGX_OK;
        }

        p = end;
    }

    return NGX_DECLINED;
}
