/*
 * Changes of rows as PostgreSQL's NOTIFY carries them from the triggers of
 * core.tell_gateways (sql/identity/core/tell.sql), in the form in which the
 * write-ahead log tells them (walog.h): who listens need not know which it was.
 *
 * A payload is a JSON object:
 *
 *   {"table": "session", "kind": "update", "at": 849120000000000,
 *    "row": {"id": "7", "revoked_at": null}, "old": {...}}
 *
 * `kind` is insert, update, delete or truncate; `at` is microseconds since
 * 2000-01-01 UTC; values are text or null.  {} says that anything may read
 * differently now.
 *
 * Anybody who may connect may notify, so nothing is taken on trust.
 */

#ifndef NGX_COMMERCE_NOTICE_H
#define NGX_COMMERCE_NOTICE_H


#include "walog.h"


#define NGX_COMMERCE_NOTICE_COLUMNS_MAX  16


/* Whatever it points at lives until ngx_commerce_notice_free(). */
typedef struct {
    ngx_commerce_walog_event_t     event;     /* INSERT, UPDATE, DELETE,
                                                 TRUNCATE with its relation;
                                                 MESSAGE: anything moved */
    ngx_commerce_walog_relation_t  relation;
    ngx_commerce_walog_column_t    columns[NGX_COMMERCE_NOTICE_COLUMNS_MAX];
    ngx_commerce_walog_value_t     row[NGX_COMMERCE_NOTICE_COLUMNS_MAX];
    ngx_commerce_walog_value_t     old[NGX_COMMERCE_NOTICE_COLUMNS_MAX];
    void                          *json;
} ngx_commerce_notice_t;


/* 0, or -1 when it is none; then there is nothing to free. */
int ngx_commerce_notice_read(ngx_commerce_notice_t *notice, const u_char *p,
    size_t len);

void ngx_commerce_notice_free(ngx_commerce_notice_t *notice);


#endif /* NGX_COMMERCE_NOTICE_H */
