/*
 * Renders messages.  The HTML stands in the layout, which gets it as
 * `content`; all of them see the shop's `shop` and `url`.
 */

#include "mail.h"
#include "../base/template.h"


static json_t *render_data(const ngx_commerce_mail_conf_t *conf,
    const ngx_commerce_mail_template_t *t, json_t *data);
static ngx_int_t render_layout(const ngx_commerce_mail_conf_t *conf,
    json_t *data, ngx_commerce_mail_texts_t *texts);


const ngx_commerce_mail_template_t *
ngx_commerce_mail_find(const ngx_commerce_mail_conf_t *conf,
    const char *name, const char *language)
{
    ngx_uint_t                           i;
    const ngx_commerce_mail_template_t  *t, *found;

    found = NULL;
    t = conf->templates.elts;

    for (i = 0; i < conf->templates.nelts; i++) {

        if (ngx_strcmp(t[i].name.data, name) != 0) {
            continue;
        }

        if (ngx_strcmp(t[i].language.data, language) == 0) {
            return &t[i];
        }

        if (found == NULL) {
            found = &t[i];
        }
    }

    return found;
}


ngx_int_t
ngx_commerce_mail_render(const ngx_commerce_mail_conf_t *conf,
    const ngx_commerce_mail_template_t *t, json_t *data,
    ngx_commerce_mail_texts_t *texts)
{
    size_t      len;
    json_t     *all;
    ngx_int_t   rc;

    ngx_memzero(texts, sizeof(ngx_commerce_mail_texts_t));

    all = render_data(conf, t, data);
    if (all == NULL) {
        return NGX_ERROR;
    }

    texts->subject = ngx_commerce_template_render((char *) t->subject.data,
                                                  t->subject.len, all, 0,
                                                  &len);
    texts->text = ngx_commerce_template_render((char *) t->text.data,
                                               t->text.len, all, 0, &len);
    texts->html = ngx_commerce_template_render((char *) t->html.data,
                                               t->html.len, all, 1, &len);

    rc = (texts->subject == NULL || texts->text == NULL
          || texts->html == NULL)
         ? NGX_ERROR : render_layout(conf, all, texts);

    json_decref(all);

    if (rc != NGX_OK) {
        ngx_commerce_mail_free(texts);
    }

    return rc;
}


static json_t *
render_data(const ngx_commerce_mail_conf_t *conf,
    const ngx_commerce_mail_template_t *t, json_t *data)
{
    json_t  *all;

    all = json_is_object(data) ? json_copy(data) : json_object();

    if (all == NULL
        || json_object_set_new(all, "url", json_string(conf->url)) != 0
        || json_object_set_new(all, "language",
                               json_string((char *) t->language.data))
           != 0
        || json_object_set_new(all, "shop",
                               json_string(conf->from_name ? conf->from_name
                                                           : conf->from))
           != 0)
    {
        json_decref(all);
        return NULL;
    }

    return all;
}


static ngx_int_t
render_layout(const ngx_commerce_mail_conf_t *conf, json_t *data,
    ngx_commerce_mail_texts_t *texts)
{
    char    *html;
    size_t   len;

    if (json_object_set_new(data, "content", json_string(texts->html)) != 0
        || json_object_set_new(data, "subject",
                               json_string(texts->subject))
           != 0)
    {
        return NGX_ERROR;
    }

    html = ngx_commerce_template_render((char *) conf->layout.data,
                                        conf->layout.len, data, 1, &len);
    free(texts->html);
    texts->html = html;

    return (html == NULL) ? NGX_ERROR : NGX_OK;
}


void
ngx_commerce_mail_free(ngx_commerce_mail_texts_t *texts)
{
    free(texts->subject);
    free(texts->text);
    free(texts->html);

    ngx_memzero(texts, sizeof(ngx_commerce_mail_texts_t));
}
