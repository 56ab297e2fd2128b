/*
 * The job of a delivery: takes it, signs and sends it, writes down how that
 * went.  The webhook-id is the same at each attempt, so that a receiver knows
 * what it has seen.
 *
 * Everything lives in the pool of the flow; opened secrets are wiped once they
 * have signed.
 */

#include "webhooks.h"


#define RETRY_AFTER_MAX  86400    /* s */
#define EXCERPT          1000     /* bytes of an answer that are kept */


static ngx_int_t send_take(ngx_commerce_flow_t *f);
static ngx_int_t send_post(ngx_commerce_flow_t *f);
static ngx_int_t send_sent(ngx_commerce_flow_t *f);
static ngx_int_t send_report(ngx_commerce_flow_t *f);
static ngx_int_t send_headers(ngx_commerce_flow_t *f, const ngx_str_t *body);
static u_char *send_sign(ngx_commerce_flow_t *f, u_char *p,
    const char *secret, const ngx_str_t *body);
static char *send_excerpt(ngx_commerce_flow_t *f);


const ngx_commerce_step_t  ngx_commerce_webhooks_send_steps[] = {
    { "taking a delivery", send_take },
    { "sending it", send_post },
    { "writing down how it went", send_sent },
    { "reporting it", send_report },
    NGX_COMMERCE_STEPS_END
};


static ngx_int_t
send_take(ngx_commerce_flow_t *f)
{
    ngx_commerce_webhooks_send_t  *send = f->state;

    send->values[0] = ngx_commerce_job_string(f, "delivery_id");

    if (send->values[0] == NULL) {
        return ngx_commerce_job_dead(f, "no delivery_id");
    }

    return ngx_commerce_flow_call(f, NGX_COMMERCE_WEBHOOKS_TAKE,
                                  send->values);
}


static ngx_int_t
send_post(ngx_commerce_flow_t *f)
{
    int64_t                        wait;
    ngx_str_t                      body;
    ngx_commerce_http_request_t    request;
    ngx_commerce_webhooks_send_t  *send = f->state;

    if (ngx_commerce_flow_rows(f) == 0) {
        return ngx_commerce_job_done(f, NULL);
    }

    wait = ngx_commerce_flow_int(f, "wait_ms", 0);

    if (wait > 0) {
        return ngx_commerce_job_postpone(f, "the endpoint rests",
                                         (ngx_msec_t) wait
                                         + (ngx_msec_t) ngx_random() % 1000);
    }

    body.data = (u_char *) ngx_commerce_flow_text(f, "body");
    send->url = ngx_commerce_flow_text(f, "url");

    if (body.data == NULL || send->url == NULL) {
        return NGX_ERROR;
    }

    body.len = ngx_strlen(body.data);

    if (send_headers(f, &body) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_memzero(&request, sizeof(ngx_commerce_http_request_t));

    request.method = "POST";
    request.url = send->url;
    request.headers = send->headers;
    request.body = body;

    send->began = ngx_current_msec;

    return ngx_commerce_flow_fetch(f, &request);
}


static ngx_int_t
send_headers(ngx_commerce_flow_t *f, const ngx_str_t *body)
{
    u_char                        *p, *id;
    const char                    *c;
    ngx_commerce_webhooks_send_t  *send = f->state;

    id = ngx_cpymem(send->id, "webhook-id: msg_",
                    sizeof("webhook-id: msg_") - 1);

    for (c = send->values[0]; *c != '\0' && id < send->id + 60; c++) {
        if (*c != '-') {
            *id++ = (u_char) *c;
        }
    }

    *id = '\0';

    ngx_sprintf(send->timestamp, "webhook-timestamp: %T%Z", ngx_time());

    p = ngx_cpymem(send->signature, "webhook-signature:",
                   sizeof("webhook-signature:") - 1);

    p = send_sign(f, p, "secret", body);
    p = (p == NULL) ? NULL : send_sign(f, p, "old_secret", body);

    if (p == NULL) {
        return NGX_ERROR;
    }

    *p = '\0';

    send->headers[0] = "Content-Type: application/json; charset=utf-8";
    send->headers[1] = (char *) send->id;
    send->headers[2] = (char *) send->timestamp;
    send->headers[3] = (char *) send->signature;
    send->headers[4] = NULL;

    return NGX_OK;
}


/* Adds the signature by the secret in a column, if there is one. */

static u_char *
send_sign(ngx_commerce_flow_t *f, u_char *p, const char *column,
    const ngx_str_t *body)
{
    int                            rc;
    char                          *secret;
    size_t                         len;
    ngx_str_t                      sealed;
    ngx_commerce_webhooks_send_t  *send = f->state;

    if (ngx_commerce_flow_cell(f, 0, column, &sealed) != NGX_OK) {
        return p;
    }

    secret = ngx_pnalloc(f->pool, NGX_COMMERCE_SEAL_OPEN_LEN(sealed.len));

    if (secret == NULL || f->worker->conf->seal == NULL
        || ngx_commerce_seal_open(f->worker->conf->seal, "secret",
                                  (char *) sealed.data, sealed.len, secret,
                                  &len)
           != 0
        || len < 2)
    {
        ngx_log_error(NGX_LOG_ERR, f->log, 0,
                      "commerce: the secret of a webhook cannot be opened");
        return NULL;
    }

    secret[len - 1] = '\0';     /* it is in quotes */
    *p++ = ' ';

    rc = ngx_commerce_webhook_sign(secret + 1,
                                   (char *) send->id
                                   + sizeof("webhook-id: ") - 1,
                                   (char *) send->timestamp
                                   + sizeof("webhook-timestamp: ") - 1,
                                   body->data, body->len, (char *) p);

    ngx_explicit_memzero(secret, len);

    return (rc == 0) ? p + NGX_COMMERCE_WEBHOOK_SIGN_LEN - 1 : NULL;
}


static ngx_int_t
send_sent(ngx_commerce_flow_t *f)
{
    ngx_commerce_http_request_t   *http = f->http;
    ngx_commerce_webhooks_send_t  *send = f->state;

    ngx_sprintf(send->attempt, "%ui%Z", f->job->attempt);
    ngx_sprintf(send->took, "%M%Z", ngx_current_msec - send->began);

    send->values[1] = (char *) send->attempt;
    send->values[3] = (char *) send->took;

    if (http->status == NGX_COMMERCE_HTTP_ANSWERED) {
        ngx_sprintf(send->code, "%ui%Z", http->code);
        send->values[2] = (char *) send->code;
        send->values[5] = send_excerpt(f);

        if (http->code / 100 != 2) {
            ngx_sprintf(send->error, "status %ui%Z", http->code);
            send->values[4] = (char *) send->error;
        }

    } else {
        send->values[4] = http->error;
    }

    return ngx_commerce_flow_call(f, NGX_COMMERCE_WEBHOOKS_SENT,
                                  send->values);
}


/* The beginning of the answer, made fit to be read and stored. */

static char *
send_excerpt(ngx_commerce_flow_t *f)
{
    char    *text;
    u_char   c;
    size_t   i, len;

    len = ngx_min(f->http->answer.len, EXCERPT);

    text = ngx_pnalloc(f->pool, len + 1);
    if (text == NULL) {
        return NULL;
    }

    for (i = 0; i < len; i++) {
        c = f->http->answer.data[i];
        text[i] = (c == '\n' || (c >= 0x20 && c < 0x7f)) ? (char) c : '?';
    }

    text[len] = '\0';

    return text;
}


static ngx_int_t
send_report(ngx_commerce_flow_t *f)
{
    char                          *outcome;
    ngx_uint_t                     after;
    ngx_commerce_webhooks_send_t  *send = f->state;

    outcome = ngx_commerce_flow_text(f, "outcome");
    after = f->http->retry_after;

    if (outcome == NULL) {
        return NGX_ERROR;
    }

    if (ngx_strcmp(outcome, "done") == 0) {
        return ngx_commerce_job_done(f, NULL);
    }

    if (ngx_strcmp(outcome, "dead") == 0) {
        return ngx_commerce_job_dead(f, send->values[4]);
    }

    if (after != 0 && after <= RETRY_AFTER_MAX) {
        return ngx_commerce_job_retry_after(f, send->values[4],
                                            (ngx_msec_t) after * 1000);
    }

    return ngx_commerce_job_retry(f, send->values[4]);
}
