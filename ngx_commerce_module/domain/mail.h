/*
 * Mail: a message made of a template and data, sent as a job, or shown.
 */

#ifndef NGX_COMMERCE_DOMAIN_MAIL_H
#define NGX_COMMERCE_DOMAIN_MAIL_H


#include "../gateway/job.h"
#include "../gateway/mail.h"


extern const ngx_commerce_domain_t    ngx_commerce_mail_domain;
extern const ngx_commerce_job_kind_t  ngx_commerce_mail_jobs[];


/* mail_render.c: malloc'd texts; freed by _free(). */
typedef struct {
    char  *subject;
    char  *text;
    char  *html;
} ngx_commerce_mail_texts_t;

/* The template of a name and language; without that language, in Portuguese;
 * NULL: no such message. */
const ngx_commerce_mail_template_t *ngx_commerce_mail_find(
    const ngx_commerce_mail_conf_t *conf, const char *name,
    const char *language);

/* NGX_ERROR: no memory, and there is nothing to free. */
ngx_int_t ngx_commerce_mail_render(const ngx_commerce_mail_conf_t *conf,
    const ngx_commerce_mail_template_t *t, json_t *data,
    ngx_commerce_mail_texts_t *texts);
void ngx_commerce_mail_free(ngx_commerce_mail_texts_t *texts);


#endif /* NGX_COMMERCE_DOMAIN_MAIL_H */
