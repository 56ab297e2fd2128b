/*
 * Setter of the directive commerce_payment: a provider, its keys, where it is.
 * Secrets are read from files while the master still may.
 */

#include "ngx_http_commerce_module.h"


static char *conf_payment_option(ngx_conf_t *cf,
    ngx_commerce_payment_conf_t *pay, ngx_str_t *arg);
static char *conf_payment_secret(ngx_conf_t *cf, ngx_str_t *path,
    ngx_str_t *to);
static char *conf_payment_webhooks(ngx_conf_t *cf, ngx_str_t *path,
    ngx_commerce_payment_conf_t *pay);
static char *conf_payment_check(ngx_conf_t *cf,
    ngx_commerce_payment_conf_t *pay);
static ngx_uint_t conf_payment_is(const ngx_commerce_payment_conf_t *pay,
    const char *name);


/*
 * commerce_payment test|stripe|paypal [key=FILE] [client=STRING]
 *                  [webhook_key=FILE] [webhook_id=STRING] [base_url=URL]
 *                  [public_key=STRING]
 */

char *
ngx_http_commerce_payment(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                         *rv;
    ngx_str_t                    *args;
    ngx_uint_t                    i;
    ngx_commerce_conf_t          *ccf = conf;
    ngx_commerce_payment_conf_t  *pay;

    args = cf->args->elts;

    if (ccf->payments == NULL) {
        ccf->payments = ngx_array_create(cf->pool, 3,
                                         sizeof(ngx_commerce_payment_conf_t));
        if (ccf->payments == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    pay = ccf->payments->elts;

    for (i = 0; i < ccf->payments->nelts; i++) {
        if (conf_payment_is(&pay[i], (char *) args[1].data)) {
            return "names a provider twice";
        }
    }

    pay = ngx_array_push(ccf->payments);
    if (pay == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(pay, sizeof(ngx_commerce_payment_conf_t));

    pay->name = args[1];

    if (conf_payment_is(pay, "stripe")) {
        ngx_str_set(&pay->base_url, "https://api.stripe.com");

    } else if (conf_payment_is(pay, "paypal")) {
        ngx_str_set(&pay->base_url, "https://api-m.paypal.com");

    } else if (!conf_payment_is(pay, "test")) {
        return ngx_http_commerce_fail(cf, "unknown provider", &args[1]);
    }

    for (i = 2; i < cf->args->nelts; i++) {
        rv = conf_payment_option(cf, pay, &args[i]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return conf_payment_check(cf, pay);
}


static char *
conf_payment_option(ngx_conf_t *cf, ngx_commerce_payment_conf_t *pay,
    ngx_str_t *arg)
{
    ngx_str_t  value;

    if (ngx_http_commerce_option(arg, "key", &value) != NULL) {
        return conf_payment_secret(cf, &value, &pay->key);
    }

    if (ngx_http_commerce_option(arg, "webhook_key", &value) != NULL) {
        return conf_payment_webhooks(cf, &value, pay);
    }

    if (ngx_http_commerce_option(arg, "client", &value) != NULL) {
        pay->client = value;

    } else if (ngx_http_commerce_option(arg, "webhook_id", &value) != NULL) {
        pay->webhook_id = value;

    } else if (ngx_http_commerce_option(arg, "public_key", &value) != NULL) {
        pay->public_key = value;

    } else if (ngx_http_commerce_option(arg, "base_url", &value) != NULL) {
        pay->base_url = value;

        while (pay->base_url.len != 0
               && pay->base_url.data[pay->base_url.len - 1] == '/')
        {
            pay->base_url.len--;
        }

    } else {
        return ngx_http_commerce_fail(cf, "unknown option", arg);
    }

    return NGX_CONF_OK;
}


/* The first line of a file, NUL-terminated. */

static char *
conf_payment_secret(ngx_conf_t *cf, ngx_str_t *path, ngx_str_t *to)
{
    size_t  len;
    u_char  text[4096];

    if (ngx_http_commerce_read(cf, path, text, sizeof(text), &len) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (to->len = 0; to->len < len && text[to->len] > 0x20; to->len++) {
        /* void */
    }

    to->data = (u_char *) ngx_commerce_cstr(cf->pool, text, to->len);
    ngx_explicit_memzero(text, sizeof(text));

    if (to->data == NULL) {
        return NGX_CONF_ERROR;
    }

    return (to->len == 0) ? ngx_http_commerce_fail(cf, "no key is in", path)
                          : NGX_CONF_OK;
}


/* One secret a line: all of them are good, while they are rotated. */

static char *
conf_payment_webhooks(ngx_conf_t *cf, ngx_str_t *path,
    ngx_commerce_payment_conf_t *pay)
{
    size_t      len, begin, end;
    u_char      text[4096];
    ngx_str_t  *key;

    pay->webhook_keys = ngx_array_create(cf->pool, 2, sizeof(ngx_str_t));

    if (pay->webhook_keys == NULL
        || ngx_http_commerce_read(cf, path, text, sizeof(text), &len)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (begin = 0; begin < len; begin = end + 1) {
        for (end = begin; end < len && text[end] > 0x20; end++) { /* void */ }

        if (end == begin) {
            continue;
        }

        key = ngx_array_push(pay->webhook_keys);
        if (key == NULL) {
            return NGX_CONF_ERROR;
        }

        key->len = end - begin;
        key->data = (u_char *) ngx_commerce_cstr(cf->pool, text + begin,
                                                 key->len);
        if (key->data == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    ngx_explicit_memzero(text, sizeof(text));

    return (pay->webhook_keys->nelts == 0)
           ? ngx_http_commerce_fail(cf, "no key is in", path) : NGX_CONF_OK;
}


static char *
conf_payment_check(ngx_conf_t *cf, ngx_commerce_payment_conf_t *pay)
{
    if (conf_payment_is(pay, "test")) {
        return NGX_CONF_OK;
    }

    if (pay->key.len == 0) {
        return ngx_http_commerce_fail(cf, "no key= is given for", &pay->name);
    }

    if (conf_payment_is(pay, "paypal")) {
        pay->live = (ngx_strncmp(pay->base_url.data,
                                 "https://api-m.paypal.com", 24)
                     == 0);

        return (pay->client.len == 0)
               ? ngx_http_commerce_fail(cf, "no client= is given for",
                                        &pay->name)
               : NGX_CONF_OK;
    }

    /* a secret that pages would show is the worst of mistakes */

    if (pay->public_key.len != 0
        && ngx_strncmp(pay->public_key.data, "pk_", 3) != 0)
    {
        return ngx_http_commerce_fail(cf, "public_key= begins with pk_ for",
                                      &pay->name);
    }

    pay->live = (pay->key.len > 8
                 && ngx_strncmp(pay->key.data + 2, "_live_", 6) == 0);

    return NGX_CONF_OK;
}


static ngx_uint_t
conf_payment_is(const ngx_commerce_payment_conf_t *pay, const char *name)
{
    return ngx_strcmp(pay->name.data, name) == 0;
}
