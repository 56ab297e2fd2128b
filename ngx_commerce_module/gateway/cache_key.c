/*
 * The key of a question: the operation, its parameters as SQL gets them, the
 * language if the answer has one, and of the principal what the contract says
 * that the answer depends on.
 *
 * Pure: called by the cache's station with checked parameters, and by hit.c
 * with unchecked ones, which find nothing unless the same text has passed the
 * checks before.
 */

#include "cache.h"


static u_char *key_owner(const ngx_commerce_cache_policy_t *policy,
    const ngx_commerce_jwt_claims_t *principal, u_char *p, u_char *last);
static ngx_uint_t key_scope(const ngx_commerce_jwt_claims_t *principal,
    const ngx_commerce_str_t *scope);


/*
 * Pieces end with NUL, which no text holds: no two questions have one key.
 */

ngx_int_t
ngx_commerce_cache_key(ngx_commerce_cache_zone_t *zone,
    const ngx_commerce_operation_t *operation, const ngx_str_t *params,
    ngx_uint_t english, const ngx_commerce_jwt_claims_t *principal,
    u_char *buf, ngx_commerce_cache_key_t *key)
{
    u_char    *p, *last;
    unsigned   i;

    last = buf + NGX_COMMERCE_CACHE_KEY_MAX;

    if (operation->id.len + 2 > NGX_COMMERCE_CACHE_KEY_MAX) {
        return NGX_DECLINED;
    }

    p = ngx_cpymem(buf, operation->id.data, operation->id.len);
    *p++ = '\0';

    for (i = 0; i < operation->nparams; i++) {

        if ((size_t) (last - p) < params[i].len + 3) {
            return NGX_DECLINED;
        }

        if (params[i].data != NULL) {
            *p++ = '=';
            p = ngx_cpymem(p, params[i].data, params[i].len);
        }

        *p++ = '\0';
    }

    *p++ = (english && operation->localized) ? 'e' : 'p';

    if (operation->security != NGX_COMMERCE_PUBLIC) {
        p = key_owner(&operation->cache, principal, p, last);

        if (p == NULL) {
            return NGX_DECLINED;
        }
    }

    key->data = buf;
    key->len = p - buf;
    key->ntags = 0;

    ngx_commerce_cache_hash(zone, key);

    return NGX_OK;
}


/*
 * Unless the contract says better, all of the principal: the function may look
 * at any of it.
 */

static u_char *
key_owner(const ngx_commerce_cache_policy_t *policy,
    const ngx_commerce_jwt_claims_t *principal, u_char *p, u_char *last)
{
    size_t    len;
    unsigned  i;

    if (!policy->varies) {
        if (principal == NULL) {
            return p;
        }

        return ((size_t) (last - p) < principal->principal_len) ? NULL
               : ngx_cpymem(p, principal->principal, principal->principal_len);
    }

    if ((size_t) (last - p) < policy->nscopes + 1) {
        return NULL;
    }

    for (i = 0; i < policy->nscopes; i++) {
        *p++ = key_scope(principal, &policy->scopes[i]) ? '1' : '0';
    }

    if (!policy->user || principal == NULL) {
        return p;
    }

    len = ngx_strlen(principal->sub);

    return ((size_t) (last - p) < len) ? NULL
           : ngx_cpymem(p, principal->sub, len);
}


static ngx_uint_t
key_scope(const ngx_commerce_jwt_claims_t *principal,
    const ngx_commerce_str_t *scope)
{
    unsigned  i;

    if (principal == NULL) {
        return 0;
    }

    for (i = 0; i < principal->nscopes; i++) {
        if (ngx_strncmp(principal->scopes[i], scope->data, scope->len) == 0
            && principal->scopes[i][scope->len] == '\0')
        {
            return 1;
        }
    }

    return 0;
}
