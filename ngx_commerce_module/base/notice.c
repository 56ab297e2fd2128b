/*
 * Reads what triggers tell by NOTIFY.  Called by the feed that listens
 * (gateway/feed_rows.c); no state.
 */

#include <jansson.h>

#include "notice.h"


static int notice_kind(ngx_commerce_notice_t *notice, json_t *json);
static int notice_rows(ngx_commerce_notice_t *notice, json_t *row,
    json_t *old);
static int notice_columns(ngx_commerce_notice_t *notice, json_t *row);
static int notice_row(ngx_commerce_notice_t *notice, json_t *row,
    ngx_commerce_walog_value_t *values, ngx_commerce_walog_row_t *to);
static ngx_commerce_str_t notice_text(json_t *value);


int
ngx_commerce_notice_read(ngx_commerce_notice_t *notice, const u_char *p,
    size_t len)
{
    int      rc;
    json_t  *json;

    memset(notice, 0, sizeof(ngx_commerce_notice_t));

    json = json_loadb((const char *) p, len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(json)) {
        json_decref(json);
        return -1;
    }

    notice->json = json;
    notice->event.time_us = json_integer_value(json_object_get(json, "at"));

    if (json_object_size(json) == 0) {
        notice->event.kind = NGX_COMMERCE_WALOG_MESSAGE;
        return 0;
    }

    rc = notice_kind(notice, json_object_get(json, "kind"));
    notice->relation.name = notice_text(json_object_get(json, "table"));

    if (rc != 0 || notice->relation.name.len == 0
        || notice_rows(notice, json_object_get(json, "row"),
                       json_object_get(json, "old")) != 0)
    {
        ngx_commerce_notice_free(notice);
        return -1;
    }

    notice->event.relation = &notice->relation;

    return 0;
}


void
ngx_commerce_notice_free(ngx_commerce_notice_t *notice)
{
    json_decref(notice->json);
    notice->json = NULL;
}


static int
notice_kind(ngx_commerce_notice_t *notice, json_t *json)
{
    unsigned            i;
    ngx_commerce_str_t  name;

    static const struct {
        const char            *name;
        ngx_commerce_walog_e   kind;
    } kinds[] = {
        { "insert", NGX_COMMERCE_WALOG_INSERT },
        { "update", NGX_COMMERCE_WALOG_UPDATE },
        { "delete", NGX_COMMERCE_WALOG_DELETE },
        { "truncate", NGX_COMMERCE_WALOG_TRUNCATE }
    };

    name = notice_text(json);

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (ngx_commerce_str_is(&name, kinds[i].name)) {
            notice->event.kind = kinds[i].kind;
            return 0;
        }
    }

    return -1;
}


/* The row before has the columns of the row that is there. */

static int
notice_rows(ngx_commerce_notice_t *notice, json_t *row, json_t *old)
{
    ngx_commerce_walog_event_t  *e = &notice->event;

    if (e->kind == NGX_COMMERCE_WALOG_TRUNCATE) {
        return 0;
    }

    if (json_is_object(row) != (e->kind != NGX_COMMERCE_WALOG_DELETE)
        || json_is_object(old) != (e->kind != NGX_COMMERCE_WALOG_INSERT)
        || notice_columns(notice, json_is_object(row) ? row : old) != 0)
    {
        return -1;
    }

    return (notice_row(notice, row, notice->row, &e->row) != 0
            || notice_row(notice, old, notice->old, &e->old) != 0) ? -1 : 0;
}


static int
notice_columns(ngx_commerce_notice_t *notice, json_t *row)
{
    json_t                         *value;
    const char                     *name;
    ngx_commerce_walog_relation_t  *relation = &notice->relation;

    if (json_object_size(row) > NGX_COMMERCE_NOTICE_COLUMNS_MAX) {
        return -1;
    }

    json_object_foreach(row, name, value) {
        notice->columns[relation->ncolumns].name.data = (u_char *) name;
        notice->columns[relation->ncolumns].name.len = strlen(name);
        relation->ncolumns++;
    }

    relation->columns = notice->columns;

    return 0;
}


/* A column that it does not have is null. */

static int
notice_row(ngx_commerce_notice_t *notice, json_t *row,
    ngx_commerce_walog_value_t *values, ngx_commerce_walog_row_t *to)
{
    json_t    *value;
    unsigned   i;

    if (!json_is_object(row)) {
        return 0;
    }

    for (i = 0; i < notice->relation.ncolumns; i++) {
        value = json_object_get(row,
                                (char *) notice->columns[i].name.data);

        if (value != NULL && !json_is_null(value) && !json_is_string(value)) {
            return -1;
        }

        values[i].kind = json_is_string(value) ? 't' : 'n';
        values[i].text = notice_text(value);
    }

    to->nvalues = notice->relation.ncolumns;
    to->values = values;

    return 0;
}


static ngx_commerce_str_t
notice_text(json_t *value)
{
    ngx_commerce_str_t  text = ngx_commerce_null_str;

    if (json_is_string(value)) {
        text.data = (u_char *) json_string_value(value);
        text.len = json_string_length(value);
    }

    return text;
}
