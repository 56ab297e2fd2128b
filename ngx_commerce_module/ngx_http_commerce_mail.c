/*
 * The setter of commerce_mail: where mail goes, and the templates, which are
 * read and checked once and live with the configuration.
 */

#include "ngx_http_commerce_module.h"
#include "gateway/mail.h"
#include "base/mime.h"
#include "base/template.h"


#define FILE_MAX  (64 * 1024)


typedef ngx_commerce_mail_conf_t      mail_conf_t;
typedef ngx_commerce_mail_template_t  mail_template_t;


static const char  *mail_names[] = {
    "confirm_email", "change_email", "email_changed", "reset_password",
    "password_changed", "order_created", "order_paid", "order_shipped",
    "order_delivered", "order_canceled", "order_refunded", "stock_low",
    "back_in_stock", "order_reduced", "order_edited", "gift_card", NULL
};

static const char  *mail_languages[] = { "pt-BR", "en", NULL };


static char *mail_option(ngx_conf_t *cf, mail_conf_t *mail, ngx_str_t *arg,
    ngx_str_t *directory);
static char *mail_from(ngx_conf_t *cf, mail_conf_t *mail, ngx_str_t *value);
static char *mail_password(ngx_conf_t *cf, mail_conf_t *mail,
    ngx_str_t *value);
static char *mail_templates(ngx_conf_t *cf, mail_conf_t *mail,
    ngx_str_t *directory);
static char *mail_template(ngx_conf_t *cf, mail_conf_t *mail,
    ngx_str_t *directory, const char *name, const char *language);
static char *mail_split(ngx_conf_t *cf, mail_template_t *t, ngx_str_t *path,
    ngx_str_t *text);
static char *mail_samples(ngx_conf_t *cf, mail_conf_t *mail,
    ngx_str_t *directory);
static void mail_free_samples(void *data);
static ngx_int_t mail_read(ngx_conf_t *cf, ngx_str_t *path, ngx_str_t *text);
static char *mail_file(ngx_conf_t *cf, ngx_str_t *directory,
    const char *name, ngx_str_t *path);


/*
 * commerce_mail smtp://host[:port] "from=Name <address>" url=URL
 *               [user=NAME password=FILE] [templates=DIRECTORY]
 */

char *
ngx_http_commerce_mail(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                 *rv;
    ngx_str_t            *args, directory = ngx_string("conf/mail");
    ngx_uint_t            i;
    mail_conf_t          *mail;
    ngx_commerce_conf_t  *ccf = conf;

    if (ccf->mail != NULL) {
        return "is duplicate";
    }

    args = cf->args->elts;

    mail = ngx_pcalloc(cf->pool, sizeof(mail_conf_t));
    if (mail == NULL) {
        return NGX_CONF_ERROR;
    }

    if (ngx_strncmp(args[1].data, "smtp://", 7) != 0
        && ngx_strncmp(args[1].data, "smtps://", 8) != 0)
    {
        return ngx_http_commerce_fail(cf, "no smtp: or smtps: URL is",
                                      &args[1]);
    }

    mail->server = (char *) args[1].data;

    for (i = 2; i < cf->args->nelts; i++) {
        rv = mail_option(cf, mail, &args[i], &directory);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (mail->from == NULL || mail->url == NULL
        || (mail->user == NULL) != (mail->password == NULL))
    {
        return "needs from= and url=, and user= with password=";
    }

    ccf->mail = mail;

    return mail_templates(cf, mail, &directory);
}


static char *
mail_option(ngx_conf_t *cf, mail_conf_t *mail, ngx_str_t *arg,
    ngx_str_t *directory)
{
    ngx_str_t  value;

    if (ngx_http_commerce_option(arg, "from", &value) != NULL) {
        return mail_from(cf, mail, &value);
    }

    if (ngx_http_commerce_option(arg, "password", &value) != NULL) {
        return mail_password(cf, mail, &value);
    }

    if (ngx_http_commerce_option(arg, "user", &value) != NULL) {
        mail->user = (char *) value.data;
        return NGX_CONF_OK;
    }

    if (ngx_http_commerce_option(arg, "templates", &value) != NULL) {
        *directory = value;
        return NGX_CONF_OK;
    }

    if (ngx_http_commerce_option(arg, "url", &value) != NULL) {

        if (value.len != 0 && value.data[value.len - 1] == '/') {
            value.data[value.len - 1] = '\0';
        }

        mail->url = (char *) value.data;
        return NGX_CONF_OK;
    }

    return ngx_http_commerce_fail(cf, "unknown option", arg);
}


/* "Name <address>" or an address. */

static char *
mail_from(ngx_conf_t *cf, mail_conf_t *mail, ngx_str_t *value)
{
    u_char  *open, *end;

    mail->from = (char *) value->data;
    open = (u_char *) ngx_strchr(value->data, '<');

    if (open != NULL) {
        end = value->data + value->len - 1;

        if (*end != '>') {
            return ngx_http_commerce_fail(cf, "bad address", value);
        }

        *end = '\0';
        mail->from = (char *) open + 1;

        while (open > value->data && open[-1] == ' ') {
            open--;
        }

        *open = '\0';
        mail->from_name = (char *) value->data;
    }

    return ngx_commerce_mime_address(mail->from)
           ? NGX_CONF_OK : ngx_http_commerce_fail(cf, "bad address", value);
}


/* The first line of a file. */

static char *
mail_password(ngx_conf_t *cf, mail_conf_t *mail, ngx_str_t *value)
{
    size_t     n;
    ngx_str_t  text;

    if (ngx_conf_full_name(cf->cycle, value, 0) != NGX_OK
        || mail_read(cf, value, &text) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    n = strcspn((char *) text.data, "\r\n");
    text.data[n] = '\0';

    if (n == 0) {
        return ngx_http_commerce_fail(cf, "no password in", value);
    }

    mail->password = (char *) text.data;

    return NGX_CONF_OK;
}


static char *
mail_templates(ngx_conf_t *cf, mail_conf_t *mail, ngx_str_t *directory)
{
    char        *rv;
    ngx_str_t    path;
    ngx_uint_t   i, j;
    const char  *wrong;

    if (ngx_array_init(&mail->templates, cf->pool, 24,
                       sizeof(mail_template_t))
        != NGX_OK
        || ngx_conf_full_name(cf->cycle, directory, 0) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (i = 0; mail_names[i] != NULL; i++) {
        for (j = 0; mail_languages[j] != NULL; j++) {
            rv = mail_template(cf, mail, directory, mail_names[i],
                               mail_languages[j]);
            if (rv != NGX_CONF_OK) {
                return rv;
            }
        }
    }

    if (mail_file(cf, directory, "layout.html", &path) != NGX_CONF_OK
        || mail_read(cf, &path, &mail->layout) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    wrong = ngx_commerce_template_check((char *) mail->layout.data,
                                        mail->layout.len);
    if (wrong != NULL) {
        return ngx_http_commerce_fail(cf, wrong, &path);
    }

    return mail_samples(cf, mail, directory);
}


static char *
mail_template(ngx_conf_t *cf, mail_conf_t *mail, ngx_str_t *directory,
    const char *name, const char *language)
{
    char              file[128];
    ngx_str_t         path, text;
    mail_template_t  *t;

    (void) ngx_sprintf((u_char *) file, "%s.%s.mail%Z", name, language);

    t = ngx_array_push(&mail->templates);

    if (t == NULL || mail_file(cf, directory, file, &path) != NGX_CONF_OK
        || mail_read(cf, &path, &text) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    t->name.data = (u_char *) name;
    t->name.len = ngx_strlen(name);
    t->language.data = (u_char *) language;
    t->language.len = ngx_strlen(language);

    return mail_split(cf, t, &path, &text);
}


/* "Subject: ...", the text and the HTML, apart by lines of "---". */

static char *
mail_split(ngx_conf_t *cf, mail_template_t *t, ngx_str_t *path,
    ngx_str_t *text)
{
    u_char      *first, *second, *last;
    ngx_uint_t   i;
    const char  *wrong;
    ngx_str_t   *parts[3];

    first = (u_char *) ngx_strstr(text->data, "\n---\n");
    second = (first == NULL) ? NULL
                             : (u_char *) ngx_strstr(first + 5, "\n---\n");
    last = text->data + text->len;

    if (second == NULL || ngx_strncmp(text->data, "Subject: ", 9) != 0) {
        return ngx_http_commerce_fail(cf, "no \"Subject: \" and two lines of "
                                      "\"---\" in", path);
    }

    t->subject.data = text->data + 9;
    t->subject.len = first - t->subject.data;
    t->text.data = first + 5;
    t->text.len = second + 1 - t->text.data;
    t->html.data = second + 5;
    t->html.len = last - t->html.data;

    parts[0] = &t->subject;
    parts[1] = &t->text;
    parts[2] = &t->html;

    for (i = 0; i < 3; i++) {
        wrong = ngx_commerce_template_check((char *) parts[i]->data,
                                            parts[i]->len);
        if (wrong != NULL) {
            return ngx_http_commerce_fail(cf, wrong, path);
        }
    }

    return NGX_CONF_OK;
}


static char *
mail_samples(ngx_conf_t *cf, mail_conf_t *mail, ngx_str_t *directory)
{
    ngx_str_t            path, text;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (cln == NULL
        || mail_file(cf, directory, "samples.json", &path) != NGX_CONF_OK
        || mail_read(cf, &path, &text) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    mail->samples = json_loadb((char *) text.data, text.len,
                               JSON_REJECT_DUPLICATES, NULL);

    if (!json_is_object(mail->samples)) {
        json_decref(mail->samples);
        return ngx_http_commerce_fail(cf, "no JSON object in", &path);
    }

    cln->handler = mail_free_samples;
    cln->data = mail->samples;

    return NGX_CONF_OK;
}


static void
mail_free_samples(void *data)
{
    json_decref(data);
}


static char *
mail_file(ngx_conf_t *cf, ngx_str_t *directory, const char *name,
    ngx_str_t *path)
{
    path->data = ngx_pnalloc(cf->pool, directory->len + ngx_strlen(name) + 2);
    if (path->data == NULL) {
        return NGX_CONF_ERROR;
    }

    path->len = ngx_sprintf(path->data, "%V/%s%Z", directory, name)
                - path->data - 1;

    return NGX_CONF_OK;
}


static ngx_int_t
mail_read(ngx_conf_t *cf, ngx_str_t *path, ngx_str_t *text)
{
    u_char   *buf;
    ssize_t   n;
    ngx_fd_t  fd;

    buf = ngx_alloc(FILE_MAX, cf->log);
    if (buf == NULL) {
        return NGX_ERROR;
    }

    fd = ngx_open_file(path->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "cannot open \"%V\"", path);
        ngx_free(buf);
        return NGX_ERROR;
    }

    n = ngx_read_fd(fd, buf, FILE_MAX);
    (void) ngx_close_file(fd);

    text->data = (n < 0) ? NULL
                         : (u_char *) ngx_commerce_cstr(cf->pool, buf,
                                                        (size_t) n);
    ngx_free(buf);

    if (text->data == NULL || n == FILE_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, (n < 0) ? ngx_errno : 0,
                           "cannot read \"%V\", or it is too large", path);
        return NGX_ERROR;
    }

    text->len = (size_t) n;

    return NGX_OK;
}
