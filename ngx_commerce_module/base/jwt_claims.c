
/*
 * What the claims of a signed token must be, and their form for callers.
 *
 * Called by jwt.c after the signature; pure functions of their arguments.
 * ngx_commerce_jwt_claims_make() gives one malloc'd block to the caller.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "jwt_keys.h"


#define UUID_LEN  36
#define ID_MAX    128
#define TEXT_MAX  512

/* Larger than any date that matters, small enough to add to. */

#define TIME_MAX  ((json_int_t) 1 << 40)


/* Lays strings and arrays into one block. */

typedef struct {
    char        *p;
    const char **v;
} layout_t;


static int read_time(const json_t *claims, const char *name, int64_t *t);
static int has_audience(const json_t *aud, const char *wanted);
static int valid_uuid(const json_t *value);
static int valid_id(const json_t *value);
static int valid_text(const json_t *value);
static int valid_list(const json_t *list);
static json_t *scope_list(const json_t *claims);
static json_t *principal_of(const json_t *claims, json_t *scopes);
static size_t strings_size(const json_t *principal, const char *jti);
static const char *lay_text(layout_t *to, const json_t *value);
static const char **lay_list(layout_t *to, const json_t *list, unsigned *n);


ngx_commerce_jwt_rc_t
ngx_commerce_jwt_claims_check(const json_t *claims, int64_t now,
    const ngx_commerce_jwt_policy_t *policy)
{
    int64_t      exp, iat, nbf;
    const char  *iss;

    if (!read_time(claims, "exp", &exp) || !read_time(claims, "iat", &iat)) {
        return NGX_COMMERCE_JWT_CLAIMS;
    }

    nbf = iat;

    if (json_object_get(claims, "nbf") != NULL
        && !read_time(claims, "nbf", &nbf))
    {
        return NGX_COMMERCE_JWT_CLAIMS;
    }

    if (exp <= now - policy->leeway) {
        return NGX_COMMERCE_JWT_EXPIRED;
    }

    if (exp <= iat || exp - iat > policy->max_life
        || !valid_uuid(json_object_get(claims, "sub"))
        || !valid_uuid(json_object_get(claims, "sid"))
        || !valid_id(json_object_get(claims, "jti"))
        || !valid_text(json_object_get(claims, "name"))
        || !valid_text(json_object_get(claims, "email"))
        || !valid_list(json_object_get(claims, "roles")))
    {
        return NGX_COMMERCE_JWT_CLAIMS;
    }

    iss = json_string_value(json_object_get(claims, "iss"));
    if (iss == NULL || strcmp(iss, policy->iss) != 0) {
        return NGX_COMMERCE_JWT_ISSUER;
    }

    if (!has_audience(json_object_get(claims, "aud"), policy->aud)) {
        return NGX_COMMERCE_JWT_AUDIENCE;
    }

    if (iat > now + policy->leeway || nbf > now + policy->leeway) {
        return NGX_COMMERCE_JWT_NOT_YET;
    }

    return NGX_COMMERCE_JWT_OK;
}


ngx_commerce_jwt_rc_t
ngx_commerce_jwt_claims_make(const json_t *claims,
    ngx_commerce_jwt_claims_t **out)
{
    char                       *text;
    json_t                     *principal, *scopes, *roles;
    size_t                      n, len;
    layout_t                    to;
    const char                 *jti;
    ngx_commerce_jwt_claims_t  *c;

    scopes = scope_list(claims);
    if (scopes == NULL) {
        return NGX_COMMERCE_JWT_CLAIMS;
    }

    principal = principal_of(claims, scopes);
    text = (principal != NULL) ? json_dumps(principal, JSON_COMPACT) : NULL;

    if (text == NULL) {
        json_decref(principal);
        return NGX_COMMERCE_JWT_NO_MEMORY;
    }

    roles = json_object_get(principal, "roles");
    jti = json_string_value(json_object_get(claims, "jti"));
    len = strlen(text);
    n = json_array_size(roles) + json_array_size(scopes);

    c = malloc(sizeof(*c) + n * sizeof(char *)
               + strings_size(principal, jti) + len + 1);
    if (c == NULL) {
        free(text);
        json_decref(principal);
        return NGX_COMMERCE_JWT_NO_MEMORY;
    }

    to.v = (const char **) (c + 1);
    to.p = (char *) (to.v + n);

    c->sub = lay_text(&to, json_object_get(principal, "sub"));
    c->sid = lay_text(&to, json_object_get(principal, "sid"));
    c->jti = lay_text(&to, json_object_get(claims, "jti"));
    c->name = lay_text(&to, json_object_get(principal, "name"));
    c->email = lay_text(&to, json_object_get(principal, "email"));
    c->roles = lay_list(&to, roles, &c->nroles);
    c->scopes = lay_list(&to, scopes, &c->nscopes);
    c->iat = json_integer_value(json_object_get(claims, "iat"));
    c->exp = json_integer_value(json_object_get(claims, "exp"));

    memcpy(to.p, text, len + 1);
    c->principal = to.p;
    c->principal_len = len;

    free(text);
    json_decref(principal);

    *out = c;

    return NGX_COMMERCE_JWT_OK;
}


/* Integers only: a real would be read as 0 by libjwt's own getter. */

static int
read_time(const json_t *claims, const char *name, int64_t *t)
{
    json_int_t     n;
    const json_t  *value;

    value = json_object_get(claims, name);
    if (!json_is_integer(value)) {
        return 0;
    }

    n = json_integer_value(value);
    if (n <= 0 || n > TIME_MAX) {
        return 0;
    }

    *t = n;

    return 1;
}


static int
has_audience(const json_t *aud, const char *wanted)
{
    size_t       i;
    const char  *s;

    if (json_is_string(aud)) {
        return strcmp(json_string_value(aud), wanted) == 0;
    }

    for (i = 0; i < json_array_size(aud); i++) {
        s = json_string_value(json_array_get(aud, i));

        if (s != NULL && strcmp(s, wanted) == 0) {
            return 1;
        }
    }

    return 0;
}


/* The database takes users and sessions as nothing else. */

static int
valid_uuid(const json_t *value)
{
    size_t       i;
    const char  *s;

    if (!json_is_string(value) || json_string_length(value) != UUID_LEN) {
        return 0;
    }

    s = json_string_value(value);

    for (i = 0; i < UUID_LEN; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (s[i] != '-') {
                return 0;
            }

        } else if (!isxdigit((unsigned char) s[i])) {
            return 0;
        }
    }

    return 1;
}


static int
valid_id(const json_t *value)
{
    size_t  n;

    n = json_string_length(value);

    return json_is_string(value) && n >= 1 && n <= ID_MAX;
}


static int
valid_text(const json_t *value)
{
    return value == NULL
           || (json_is_string(value)
               && json_string_length(value) <= TEXT_MAX);
}


static int
valid_list(const json_t *list)
{
    size_t  i;

    if (list == NULL) {
        return 1;
    }

    if (!json_is_array(list)
        || json_array_size(list) > NGX_COMMERCE_JWT_MAX_LIST)
    {
        return 0;
    }

    for (i = 0; i < json_array_size(list); i++) {
        if (!valid_id(json_array_get(list, i))) {
            return 0;
        }
    }

    return 1;
}


/* "a b c" (RFC 8693) as a list; NULL if it is not one or too long. */

static json_t *
scope_list(const json_t *claims)
{
    json_t      *list;
    size_t       n;
    const char  *p;

    p = json_string_value(json_object_get(claims, "scope"));

    if (p == NULL && json_object_get(claims, "scope") != NULL) {
        return NULL;
    }

    list = json_array();

    while (list != NULL && p != NULL && *p != '\0') {
        n = strcspn(p, " ");

        if (n == 0 || n > ID_MAX
            || json_array_size(list) == NGX_COMMERCE_JWT_MAX_LIST
            || json_array_append_new(list, json_stringn(p, n)) != 0)
        {
            json_decref(list);
            return NULL;
        }

        p += n;
        p += (*p == ' ');
    }

    return list;
}


/* What SQL functions get; takes over the reference to scopes. */

static json_t *
principal_of(const json_t *claims, json_t *scopes)
{
    json_t  *roles;

    roles = json_object_get(claims, "roles");
    roles = (roles != NULL) ? json_incref(roles) : json_array();

    return json_pack("{s:O, s:O, s:o, s:o, s:O*, s:O*}",
                     "sub", json_object_get(claims, "sub"),
                     "sid", json_object_get(claims, "sid"),
                     "roles", roles,
                     "scopes", scopes,
                     "name", json_object_get(claims, "name"),
                     "email", json_object_get(claims, "email"));
}


static size_t
strings_size(const json_t *principal, const char *jti)
{
    size_t         i, n;
    const char    *key;
    const json_t  *value;

    n = strlen(jti) + 1;

    /* the iterator's parameter is not const, the object is not changed */

    json_object_foreach((json_t *) principal, key, value) {
        if (json_is_string(value)) {
            n += json_string_length(value) + 1;
        }

        for (i = 0; i < json_array_size(value); i++) {
            n += json_string_length(json_array_get(value, i)) + 1;
        }
    }

    return n;
}


static const char *
lay_text(layout_t *to, const json_t *value)
{
    char    *p;
    size_t   n;

    if (value == NULL) {
        return NULL;
    }

    p = to->p;
    n = json_string_length(value) + 1;
    memcpy(p, json_string_value(value), n);
    to->p += n;

    return p;
}


static const char **
lay_list(layout_t *to, const json_t *list, unsigned *n)
{
    size_t        i;
    const char  **first;

    first = to->v;

    for (i = 0; i < json_array_size(list); i++) {
        *to->v++ = lay_text(to, json_array_get(list, i));
    }

    *n = (unsigned) json_array_size(list);

    return first;
}
