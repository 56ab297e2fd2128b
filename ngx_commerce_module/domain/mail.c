/*
 * Mail: the job that sends a message, and the pages where an administrator
 * looks at the templates.
 *
 * A job's payload is {"to", "template", "language", "data"}.  SMTP cannot say
 * whether a mail was taken when the answer is lost, so it is sent again with
 * the same Message-ID: that of the job.
 */

#include "mail.h"
#include "../base/mime.h"


#define PERMANENT(code)  ((code) == 550 || (code) == 551 || (code) == 553)


typedef struct {
    const char  *to[2];
    char         error[32];
} mail_t;


static ngx_uint_t mail_ready(ngx_commerce_worker_t *worker);
static ngx_int_t mail_send(ngx_commerce_flow_t *f);
static ngx_int_t mail_make(ngx_commerce_flow_t *f,
    const ngx_commerce_mail_template_t *t, const char *to, ngx_str_t *body);
static void mail_release(void *data);
static ngx_int_t mail_sent(ngx_commerce_flow_t *f);
static ngx_int_t templates_list(ngx_commerce_flow_t *f);
static ngx_int_t template_preview(ngx_commerce_flow_t *f);


static const ngx_commerce_step_t  send_steps[] = {
    { "sending a mail", mail_send },
    { "reporting a mail", mail_sent },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_step_t  list_steps[] = {
    { "listing templates of mail", templates_list },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_step_t  preview_steps[] = {
    { "showing a template of mail", template_preview },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_handler_t  mail_handlers[] = {
    { "list_mail_templates", list_steps, 0 },
    { "get_mail_template", preview_steps, 0 },
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  mail_calls[] = {
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_mail_domain = {
    "mail", mail_handlers, mail_calls, NULL
};

const ngx_commerce_job_kind_t  ngx_commerce_mail_jobs[] = {
    { "mail", &ngx_commerce_mail_domain, send_steps, sizeof(mail_t),
      mail_ready },
    NGX_COMMERCE_JOB_KINDS_END
};


static ngx_uint_t
mail_ready(ngx_commerce_worker_t *worker)
{
    return worker->conf->mail != NULL;
}


static ngx_int_t
mail_send(ngx_commerce_flow_t *f)
{
    mail_t                              *mail = f->state;
    ngx_int_t                            rc;
    const char                          *language;
    ngx_commerce_http_request_t          request;
    const ngx_commerce_mail_conf_t      *conf;
    const ngx_commerce_mail_template_t  *t;

    conf = f->worker->conf->mail;
    language = ngx_commerce_job_string(f, "language");
    mail->to[0] = ngx_commerce_job_string(f, "to");

    t = ngx_commerce_job_string(f, "template") == NULL ? NULL
        : ngx_commerce_mail_find(conf, ngx_commerce_job_string(f, "template"),
                                 language ? language : "pt-BR");
    if (t == NULL) {
        return ngx_commerce_job_dead(f, "no such template");
    }

    if (mail->to[0] == NULL || !ngx_commerce_mime_address(mail->to[0])) {
        return ngx_commerce_job_dead(f, "no address that can be written to");
    }

    ngx_memzero(&request, sizeof(ngx_commerce_http_request_t));

    rc = mail_make(f, t, mail->to[0], &request.body);
    if (rc != NGX_OK) {
        return rc;
    }

    request.method = "MAIL";
    request.url = conf->server;
    request.user = conf->user;
    request.password = conf->password;
    request.from = conf->from;
    request.to = mail->to;

    return ngx_commerce_flow_fetch(f, &request);
}


static ngx_int_t
mail_make(ngx_commerce_flow_t *f, const ngx_commerce_mail_template_t *t,
    const char *to, ngx_str_t *body)
{
    size_t                           len;
    ngx_pool_cleanup_t              *cln;
    ngx_commerce_mime_t              mime;
    ngx_commerce_mail_texts_t        texts;
    const ngx_commerce_mail_conf_t  *conf = f->worker->conf->mail;

    cln = ngx_pool_cleanup_add(f->pool, 0);

    if (cln == NULL
        || ngx_commerce_mail_render(conf, t,
                                    json_object_get(f->job->payload, "data"),
                                    &texts)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    mime.from_name = conf->from_name;
    mime.from = conf->from;
    mime.to = to;
    mime.subject = texts.subject;
    mime.text = texts.text;
    mime.html = texts.html;
    mime.language = (char *) t->language.data;
    mime.id = f->job->id;
    mime.date = f->job->created;

    body->data = (u_char *) ngx_commerce_mime_make(&mime, &len);
    body->len = len;

    ngx_commerce_mail_free(&texts);

    if (body->data == NULL) {
        return NGX_ERROR;
    }

    cln->handler = mail_release;
    cln->data = body->data;

    return NGX_OK;
}


static void
mail_release(void *data)
{
    free(data);
}


static ngx_int_t
mail_sent(ngx_commerce_flow_t *f)
{
    mail_t                       *mail = f->state;
    ngx_commerce_http_request_t  *http = f->http;

    if (http->status != NGX_COMMERCE_HTTP_ANSWERED) {
        return ngx_commerce_job_retry(f, http->error);
    }

    if (http->code / 100 == 2) {
        return ngx_commerce_job_done(f, NULL);
    }

    (void) ngx_sprintf((u_char *) mail->error, "SMTP %ui%Z", http->code);

    return PERMANENT(http->code) ? ngx_commerce_job_dead(f, mail->error)
                                 : ngx_commerce_job_retry(f, mail->error);
}


static ngx_int_t
templates_list(ngx_commerce_flow_t *f)
{
    json_t                              *list;
    ngx_uint_t                           i;
    const ngx_commerce_mail_conf_t      *conf = f->worker->conf->mail;
    const ngx_commerce_mail_template_t  *t;

    list = json_array();
    t = (conf == NULL) ? NULL : conf->templates.elts;

    for (i = 0; conf != NULL && i < conf->templates.nelts; i++) {
        (void) json_array_append_new(list, json_pack("{s:s, s:s}", "name",
                                                     t[i].name.data,
                                                     "language",
                                                     t[i].language.data));
    }

    return ngx_commerce_flow_answer_value(f, 200, json_pack("{s:o}",
                                                            "templates",
                                                            list));
}


static ngx_int_t
template_preview(ngx_commerce_flow_t *f)
{
    json_t                              *shown;
    ngx_commerce_mail_texts_t            texts;
    const ngx_commerce_mail_conf_t      *conf = f->worker->conf->mail;
    const ngx_commerce_mail_template_t  *t;

    t = (conf == NULL) ? NULL
        : ngx_commerce_mail_find(conf, f->params[0],
                                 f->english ? "en" : "pt-BR");
    if (t == NULL) {
        return ngx_commerce_flow_fail(f, 404, "template_not_found", NULL);
    }

    if (ngx_commerce_mail_render(conf, t,
                                 json_object_get(conf->samples,
                                                 f->params[0]),
                                 &texts)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    shown = json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", t->name.data,
                      "language", t->language.data, "subject", texts.subject,
                      "text", texts.text, "html", texts.html);

    ngx_commerce_mail_free(&texts);

    return ngx_commerce_flow_answer_value(f, 200, shown);
}
