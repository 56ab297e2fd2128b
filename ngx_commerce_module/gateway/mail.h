/*
 * The directive commerce_mail: where mail goes, from whom, and the templates,
 * read and checked with the configuration and const afterwards.
 */

#ifndef NGX_COMMERCE_MAIL_H
#define NGX_COMMERCE_MAIL_H


#include <ngx_config.h>
#include <ngx_core.h>

#include <jansson.h>


/* A message in a language; what is before and behind the lines of `---`. */
typedef struct {
    ngx_str_t     name;              /* order_paid, NUL-terminated */
    ngx_str_t     language;          /* pt-BR, NUL-terminated */
    ngx_str_t     subject;
    ngx_str_t     text;
    ngx_str_t     html;
} ngx_commerce_mail_template_t;


typedef struct ngx_commerce_mail_conf_s {
    const char   *server;            /* smtp://host:port */
    const char   *from;              /* address */
    const char   *from_name;         /* or NULL */
    const char   *user;              /* NULL: no authentication */
    const char   *password;
    const char   *url;               /* of the shop, for links */
    ngx_array_t   templates;         /* ngx_commerce_mail_template_t */
    ngx_str_t     layout;            /* HTML around {{{content}}} */
    json_t       *samples;           /* data by name of a template */
} ngx_commerce_mail_conf_t;


#endif /* NGX_COMMERCE_MAIL_H */
