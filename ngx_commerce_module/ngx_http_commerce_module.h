/*
 * What the files at the top share: the setters of directives and the binding
 * of the contract.
 */

#ifndef NGX_HTTP_COMMERCE_MODULE_H
#define NGX_HTTP_COMMERCE_MODULE_H


#include "gateway/cache.h"
#include "gateway/cache_zone.h"
#include "gateway/feed.h"
#include "gateway/flow.h"
#include "gateway/positions.h"
#include "gateway/shared.h"
#include "gateway/metrics.h"
#include "gateway/station.h"
#include "gateway/tokens.h"
#include "gateway/zone.h"


/*
 * ngx_http_commerce_conf.c: `what "which"` into the log, NGX_CONF_ERROR; the
 * value of "name=value", or NULL when the argument is another one.
 */
char *ngx_http_commerce_fail(ngx_conf_t *cf, const char *what,
    ngx_str_t *which);
ngx_str_t *ngx_http_commerce_option(ngx_str_t *arg, const char *name,
    ngx_str_t *value);

/* ngx_http_commerce_keys.c: a small file while nginx starts. */
ngx_int_t ngx_http_commerce_read(ngx_conf_t *cf, ngx_str_t *path,
    u_char *buf, size_t size, size_t *len);

/* ngx_http_commerce_conf.c, _keys.c, _outbound.c, _payments.c: setters. */
char *ngx_http_commerce_contract(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_commerce_database(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_commerce_jwt(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_commerce_jwt_key(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_commerce_seal_key(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_commerce_cursor_key(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_commerce_passwords(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_commerce_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_commerce_media(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_commerce_cache(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_commerce_feed(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_commerce_trusted_proxy(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_commerce_cors_origin(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_commerce_order_group(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_commerce_http(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_commerce_mail(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_commerce_http_allow(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_commerce_payment(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_commerce_threads(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* ngx_http_commerce_bind.c: a database's place, or NGX_ERROR. */
ngx_int_t ngx_http_commerce_find_database(ngx_commerce_conf_t *ccf,
    const u_char *name, size_t len);

/* ngx_http_commerce_bind.c: a place for one more; NULL has logged. */
ngx_commerce_pg_statement_t *ngx_http_commerce_bind_statement(ngx_conf_t *cf,
    ngx_commerce_database_t *db);

/* ngx_http_commerce_redis.c: the setter, and what needs all the rest. */
char *ngx_http_commerce_redis(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_commerce_redis_bind(ngx_conf_t *cf, ngx_commerce_conf_t *ccf);

/* ngx_http_commerce_bind.c: the contract's names to databases and handlers. */
char *ngx_http_commerce_bind(ngx_conf_t *cf, ngx_commerce_conf_t *ccf);

/* ngx_http_commerce_variables.c */
ngx_int_t ngx_http_commerce_add_variables(ngx_conf_t *cf);


#endif /* NGX_HTTP_COMMERCE_MODULE_H */
