/*
 * Checks the body of POST /orders beyond its schema and writes it for
 * api.place_orders.  Called by the handler, in the event loop; everything is
 * allocated in the flow's pool.
 */

#include "orders_input.h"
#include "../base/json.h"


#define ORDERS_STAFF_SCOPE  "orders:write"


static ngx_int_t orders_refuse(ngx_commerce_flow_t *f, ngx_uint_t status,
    const char *code, const char *fmt, ngx_uint_t n);
static ngx_uint_t orders_names(json_t *item);
static void orders_member(ngx_commerce_json_t *json, const char *name,
    const char *value);
static void orders_flag(ngx_commerce_json_t *json, const char *name,
    ngx_uint_t value);
static void orders_buyer(ngx_commerce_flow_t *f, ngx_commerce_json_t *json);
static void orders_acting(ngx_commerce_json_t *json, const char *principal);
static ngx_uint_t orders_by_staff(const ngx_commerce_flow_t *f);
static int orders_more(ngx_commerce_json_t *json);
static size_t orders_length(ngx_commerce_flow_t *f);


/* Members of an order that only staff may give. */

static const char *const  orders_staff[] = {
    "customer_id", "customer", "placed_at", "reference", "currency", "kind",
    "status", NULL
};


ngx_int_t
ngx_commerce_orders_check(ngx_commerce_flow_t *f)
{
    size_t              i;
    json_t             *items, *item;
    ngx_uint_t          staff;
    const char *const  *name;

    staff = ngx_commerce_flow_scope(f, ORDERS_STAFF_SCOPE);

    for (name = orders_staff; *name != NULL && !staff; name++) {
        if (json_object_get(f->body, *name) != NULL) {
            return orders_refuse(f, 403, "staff_only", *name, 0);
        }
    }

    items = json_object_get(f->body, "items");

    json_array_foreach(items, i, item) {
        if (orders_names(item) != 1) {
            return orders_refuse(f, 422, "validation_failed", NULL, i);
        }

        if (!staff && json_object_get(item, "unit_amount") != NULL) {
            return orders_refuse(f, 403, "staff_only", NULL, i);
        }
    }

    return NGX_OK;
}


/* A problem at /name, or at /items/n without a name. */

static ngx_int_t
orders_refuse(ngx_commerce_flow_t *f, ngx_uint_t status, const char *code,
    const char *name, ngx_uint_t n)
{
    u_char  *p, *members;
    size_t   len;

    len = sizeof("{\"errors\":[{\"pointer\":\"/items/\",\"code\":\"\"}]}")
          + NGX_INT_T_LEN + ngx_strlen(code)
          + ((name == NULL) ? 0 : ngx_strlen(name));

    members = ngx_pnalloc(f->pool, len);
    if (members == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(members, "{\"errors\":[{\"pointer\":\"/");
    p = (name == NULL) ? ngx_sprintf(p, "items/%ui", n)
                       : ngx_sprintf(p, "%s", name);
    ngx_sprintf(p, "\",\"code\":\"%s\"}]}%Z",
                (status == 403) ? "staff_only" : "one_of_required");

    return ngx_commerce_flow_fail(f, status, code, (char *) members);
}


/* In how many ways an item says what it is. */

static ngx_uint_t
orders_names(json_t *item)
{
    return (json_object_get(item, "variant_id") != NULL)
           + (json_object_get(item, "sku") != NULL)
           + (json_object_get(item, "product_id") != NULL);
}


ngx_int_t
ngx_commerce_orders_text(ngx_commerce_flow_t *f, ngx_str_t *text)
{
    char                 *id;
    size_t                len;
    u_char               *start;
    const char           *acting;
    ngx_commerce_json_t   json;

    id = ngx_commerce_flow_uuid(f);
    acting = orders_by_staff(f) ? ngx_commerce_flow_principal(f) : NULL;
    len = orders_length(f) + ((acting == NULL) ? 0 : ngx_strlen(acting));
    start = ngx_pnalloc(f->pool, len);

    if (id == NULL || start == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&json, sizeof(ngx_commerce_json_t));

    json.pos = start;
    json.end = start + len;
    json.more = orders_more;

    /* the last member of a name counts, so ours come behind the body's */

    text->len = f->body_text.len;
    while (text->len != 0 && f->body_text.data[text->len - 1] != '}') {
        text->len--;
    }

    if (text->len == 0) {
        return NGX_ERROR;
    }

    ngx_commerce_json_raw(&json, f->body_text.data, text->len - 1);

    orders_member(&json, ",\"_id\":", id);
    orders_member(&json, ",\"_scope\":", f->principal->sub);
    orders_member(&json, ",\"_key\":", (char *) f->idempotency_key.data);
    orders_member(&json, ",\"_fingerprint\":", (char *) f->fingerprint);
    orders_buyer(f, &json);
    orders_acting(&json, acting);
    orders_flag(&json, ",\"_staff\":",
                ngx_commerce_flow_scope(f, ORDERS_STAFF_SCOPE));

    if (f->english) {
        ngx_commerce_json_lit(&json, ",\"_english\":true");
    }

    ngx_commerce_json_lit(&json, "}");

    text->data = start;
    text->len = json.pos - start;

    return json.failed ? NGX_ERROR : NGX_OK;
}


/* Whether it says what only staff may: it is then kept in the audit log. */

static ngx_uint_t
orders_by_staff(const ngx_commerce_flow_t *f)
{
    size_t              i;
    json_t             *item;
    const char *const  *name;

    for (name = orders_staff; *name != NULL; name++) {
        if (json_object_get(f->body, *name) != NULL) {
            return 1;
        }
    }

    json_array_foreach(json_object_get(f->body, "items"), i, item) {
        if (json_object_get(item, "unit_amount") != NULL) {
            return 1;
        }
    }

    return 0;
}


static void
orders_acting(ngx_commerce_json_t *json, const char *principal)
{
    if (principal != NULL) {
        ngx_commerce_json_lit(json, ",\"_acting\":");
        ngx_commerce_json_raw(json, principal, ngx_strlen(principal));
    }
}


/* Whose order it is: the caller's, or whose staff say. */

static void
orders_buyer(ngx_commerce_flow_t *f, ngx_commerce_json_t *json)
{
    json_t      *customer;
    const char  *id;

    id = ngx_commerce_flow_body_string(f, "customer_id");
    customer = json_object_get(f->body, "customer");

    if (id == NULL && customer == NULL) {
        orders_member(json, ",\"_customer\":", f->principal->sub);
        orders_member(json, ",\"_name\":", f->principal->name);
        orders_member(json, ",\"_email\":", f->principal->email);
        return;
    }

    orders_member(json, ",\"_customer\":", id);
    orders_member(json, ",\"_name\":",
                  json_string_value(json_object_get(customer, "name")));
    orders_member(json, ",\"_email\":",
                  json_string_value(json_object_get(customer, "email")));
}


static void
orders_member(ngx_commerce_json_t *json, const char *name, const char *value)
{
    ngx_commerce_json_raw(json, name, ngx_strlen(name));

    if (value == NULL) {
        ngx_commerce_json_lit(json, "null");
        return;
    }

    ngx_commerce_json_string(json, value, ngx_strlen(value));
}


static void
orders_flag(ngx_commerce_json_t *json, const char *name, ngx_uint_t value)
{
    ngx_commerce_json_raw(json, name, ngx_strlen(name));
    ngx_commerce_json_raw(json, value ? "true" : "false", value ? 4 : 5);
}


/* Enough for every byte of ours as an escape of six. */

static size_t
orders_length(ngx_commerce_flow_t *f)
{
    size_t   len;
    json_t  *customer;

    customer = json_object_get(f->body, "customer");

    len = f->idempotency_key.len
          + json_string_length(json_object_get(customer, "name"))
          + json_string_length(json_object_get(customer, "email"));

    if (f->principal->name != NULL) {
        len += ngx_strlen(f->principal->name);
    }

    if (f->principal->email != NULL) {
        len += ngx_strlen(f->principal->email);
    }

    return f->body_text.len + 6 * len + 6 * 2 * ngx_strlen(f->principal->sub)
           + 512;
}


/* The room was measured: there is no more. */

static int
orders_more(ngx_commerce_json_t *json)
{
    return -1;
}
