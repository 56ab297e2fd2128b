/*
 * Who acts, as SQL functions are told: the principal of the token.  When
 * somebody with more than a customer's scope changes something, it also names
 * the operation and the request: api.acting() keeps those for the audit log of
 * the transaction.  Nobody else pays for it.
 */

#include "answer.h"
#include "station.h"


#define CUSTOMER_SCOPE  "shop"


static ngx_uint_t acting_staff(const ngx_commerce_flow_t *f);
static const char *acting_named(ngx_commerce_flow_t *f);
static int acting_more(ngx_commerce_json_t *json);


const char *
ngx_commerce_flow_principal(ngx_commerce_flow_t *f)
{
    if (f->principal == NULL) {
        return NULL;
    }

    if (f->operation == NULL || f->operation->method == NGX_COMMERCE_GET
        || !acting_staff(f))
    {
        return f->principal->principal;
    }

    return acting_named(f);
}


static ngx_uint_t
acting_staff(const ngx_commerce_flow_t *f)
{
    unsigned  i;

    for (i = 0; i < f->principal->nscopes; i++) {
        if (ngx_strcmp(f->principal->scopes[i], CUSTOMER_SCOPE) != 0) {
            return 1;
        }
    }

    return 0;
}


/*
 * {"operation":"...","request":"...", and what the principal begins with.
 * Without memory it is no JSON, which the database refuses: nobody (NULL)
 * would be somebody else.
 */

static const char *
acting_named(ngx_commerce_flow_t *f)
{
    size_t                len;
    u_char               *text;
    ngx_commerce_json_t   json;

    /* a byte may become an escape of six */

    len = sizeof("{\"operation\":\"\",\"request\":\"\",")
          + f->operation->id.len + 6 * f->request_id.len
          + f->principal->principal_len;

    text = ngx_pnalloc(f->pool, len);
    if (text == NULL) {
        return "";
    }

    ngx_memzero(&json, sizeof(ngx_commerce_json_t));

    json.pos = text;
    json.end = text + len;
    json.more = acting_more;

    ngx_commerce_json_lit(&json, "{\"operation\":");
    ngx_commerce_json_string(&json, f->operation->id.data,
                             f->operation->id.len);
    ngx_commerce_json_lit(&json, ",\"request\":");
    ngx_commerce_json_string(&json, f->request_id.data, f->request_id.len);
    ngx_commerce_json_lit(&json, ",");
    ngx_commerce_json_raw(&json, f->principal->principal + 1,
                          f->principal->principal_len);

    return json.failed ? "" : (char *) text;
}


/* The room was measured: there is no more. */

static int
acting_more(ngx_commerce_json_t *json)
{
    return -1;
}
