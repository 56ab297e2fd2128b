/*
 * A row of a result as a JSON object, by the columns' types, straight from the
 * database's buffer into the client's.
 */

#include "render.h"


/* Types that are not written as strings; json and jsonb stand in render.h. */
enum {
    OID_BOOL = 16,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_BOOL_ARRAY = 1000,
    OID_INT4_ARRAY = 1007,
    OID_TEXT_ARRAY = 1009,
    OID_VARCHAR_ARRAY = 1015,
    OID_INT8_ARRAY = 1016,
    OID_TIMESTAMPTZ = 1184,
    OID_NUMERIC = 1700,
    OID_UUID_ARRAY = 2951
};


static void render_cell(ngx_commerce_json_t *json, ngx_uint_t oid,
    const ngx_str_t *value);


void
ngx_commerce_render_row(ngx_commerce_flow_t *f, ngx_commerce_json_t *json,
    ngx_uint_t row)
{
    ngx_str_t    value;
    ngx_uint_t   i, n, first;
    const char  *name;

    n = ngx_commerce_pg_columns(f->result);
    first = 1;

    ngx_commerce_json_lit(json, "{");

    for (i = 0; i < n; i++) {
        name = ngx_commerce_pg_column_name(f->result, i);

        if (name[0] == '_') {
            continue;
        }

        if (!first) {
            ngx_commerce_json_lit(json, ",");
        }

        first = 0;

        ngx_commerce_json_string(json, name, ngx_strlen(name));
        ngx_commerce_json_lit(json, ":");

        if (ngx_commerce_pg_cell(f->result, row, i, &value) != NGX_OK) {
            ngx_commerce_json_lit(json, "null");
            continue;
        }

        render_cell(json, ngx_commerce_pg_column_oid(f->result, i), &value);
    }

    ngx_commerce_json_lit(json, "}");
}


static void
render_cell(ngx_commerce_json_t *json, ngx_uint_t oid, const ngx_str_t *value)
{
    switch (oid) {

    case OID_BOOL:
        if (value->data[0] == 't') {
            ngx_commerce_json_lit(json, "true");

        } else {
            ngx_commerce_json_lit(json, "false");
        }

        break;

    case OID_FLOAT4:
    case OID_FLOAT8:
    case OID_NUMERIC:

        /* NaN and infinities are not JSON */

        if (value->data[value->len - 1] > '9') {
            ngx_commerce_json_lit(json, "null");
            break;
        }

        /* fall through */

    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
    case NGX_COMMERCE_OID_JSON:
    case NGX_COMMERCE_OID_JSONB:
        ngx_commerce_json_raw(json, value->data, value->len);
        break;

    case OID_TIMESTAMPTZ:
        ngx_commerce_json_time(json, value->data, value->len);
        break;

    case OID_BOOL_ARRAY:
    case OID_INT4_ARRAY:
    case OID_INT8_ARRAY:
        ngx_commerce_json_array(json, value->data, value->len, 1);
        break;

    case OID_TEXT_ARRAY:
    case OID_VARCHAR_ARRAY:
    case OID_UUID_ARRAY:
        ngx_commerce_json_array(json, value->data, value->len, 0);
        break;

    default:
        ngx_commerce_json_string(json, value->data, value->len);
        break;
    }
}


/* What the rows will take, if nothing has to be escaped. */

size_t
ngx_commerce_render_size(ngx_commerce_flow_t *f, ngx_uint_t rows)
{
    size_t      names, size;
    ngx_str_t   value;
    ngx_uint_t  i, row, n;

    n = ngx_commerce_pg_columns(f->result);
    names = 2;

    for (i = 0; i < n; i++) {
        names += ngx_strlen(ngx_commerce_pg_column_name(f->result, i)) + 10;
    }

    size = rows * names;

    for (row = 0; row < rows; row++) {
        for (i = 0; i < n; i++) {
            if (ngx_commerce_pg_cell(f->result, row, i, &value) == NGX_OK) {
                size += value.len;
            }
        }
    }

    return size;
}
