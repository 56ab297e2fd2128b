/*
 * Payments: the providers, one interface for all of them, and what the files
 * of this domain share.
 *
 * A talk is one question to a provider about one payment.  The database says
 * what is to be done (core.payment_work), the provider's `build` makes the
 * request, its `read` says what the answer means, and the database merges
 * that.  Amounts are minor units.  No card number ever comes here.
 *
 * Everything lives in the pool of the flow that talks, but for the tokens of
 * providers that want one, which live with the worker.
 */

#ifndef NGX_COMMERCE_PAYMENTS_H
#define NGX_COMMERCE_PAYMENTS_H


#include "../gateway/job.h"


extern const ngx_commerce_domain_t  ngx_commerce_payments_domain;

/* The kinds of jobs, for the table of kinds. */
extern const ngx_commerce_job_kind_t  ngx_commerce_payments_jobs[];


typedef struct ngx_commerce_payments_talk_s  ngx_commerce_payments_talk_t;


/* What is asked of a provider. */
typedef enum {
    NGX_COMMERCE_PAYMENTS_NOTHING = 0,
    NGX_COMMERCE_PAYMENTS_START,
    NGX_COMMERCE_PAYMENTS_FETCH,
    NGX_COMMERCE_PAYMENTS_AUTHORIZE,
    NGX_COMMERCE_PAYMENTS_CAPTURE,
    NGX_COMMERCE_PAYMENTS_CANCEL,
    NGX_COMMERCE_PAYMENTS_REFUND
} ngx_commerce_payments_action_e;


typedef struct {
    const char  *name;

    /*
     * Fills in the request of talk->action.  NGX_DECLINED: nobody is asked,
     * `read` is called without an answer; NGX_ERROR: no memory.
     */
    ngx_int_t  (*build)(ngx_commerce_flow_t *f,
                        ngx_commerce_payments_talk_t *talk,
                        ngx_commerce_http_request_t *request);

    /*
     * What core.payment_see() (of a refund core.refund_see()) shall merge: a
     * new object, or NULL when the answer leaves it open.  `answer` is NULL
     * when nobody was asked; its status is ANSWERED.
     */
    json_t    *(*read)(ngx_commerce_flow_t *f,
                       ngx_commerce_payments_talk_t *talk,
                       const ngx_commerce_http_request_t *answer);

    unsigned     token:1;                /* wants an OAuth token first */
} ngx_commerce_payments_provider_t;

extern const ngx_commerce_payments_provider_t  ngx_commerce_payments_test;
extern const ngx_commerce_payments_provider_t  ngx_commerce_payments_stripe;
extern const ngx_commerce_payments_provider_t  ngx_commerce_payments_paypal;


/* What is seen of a payment that was begun and not answered: who asks next
 * asks the provider again instead of beginning anew. */
#define NGX_COMMERCE_PAYMENTS_UNKNOWN                                        \
    "{\"status\":\"processing\",\"error\":\"timeout\"}"


/* A talk, and the payment as core.payment_work tells of it; texts are NULL
 * when they are null there. */
struct ngx_commerce_payments_talk_s {
    const ngx_commerce_payments_provider_t  *provider;
    const ngx_commerce_payment_conf_t       *conf;
    ngx_commerce_payments_action_e           action;
    const char                              *access;    /* OAuth token */
    const char                              *outcome;   /* the test
                                                           provider's buyer:
                                                           approve, decline */
    const char                              *seen;      /* JSON text, what
                                                           came of the talk;
                                                           NULL: unknown */
    unsigned                                 fetching:1; /* a request is out */
    unsigned                                 tokening:1; /* for a token */
    unsigned                                 by_hand:1;  /* staff capture */

    const char                              *payment_id;
    const char                              *order_id;
    const char                              *state;
    const char                              *flow;
    const char                              *currency;
    const char                              *token;
    const char                              *return_url;
    const char                              *cancel_url;
    const char                              *email;
    const char                              *reference;
    const char                              *authorization_reference;
    const char                              *capture_reference;
    const char                              *refund_id;
    int64_t                                  number;
    int64_t                                  amount;
    int64_t                                  captured;
    int64_t                                  refund_amount;
};


/* The calls, in the order of the domain's table. */
enum {
    NGX_COMMERCE_PAYMENTS_CHECKOUT = 0,
    NGX_COMMERCE_PAYMENTS_BEGIN,
    NGX_COMMERCE_PAYMENTS_SEEN,
    NGX_COMMERCE_PAYMENTS_TAKE,
    NGX_COMMERCE_PAYMENTS_RELEASE,
    NGX_COMMERCE_PAYMENTS_WEBHOOK,
    NGX_COMMERCE_PAYMENTS_REFUND_BEGIN,
    NGX_COMMERCE_PAYMENTS_REFUND_END,
    NGX_COMMERCE_PAYMENTS_GET,
    NGX_COMMERCE_PAYMENTS_WANT
};


/* The token of a provider that wants one, of this worker. */
typedef struct {
    char        token[2048];             /* NUL-terminated; empty: none */
    time_t      until;
} ngx_commerce_payments_worker_t;


/* The state of every flow of this domain. */
typedef struct {
    ngx_commerce_payments_talk_t   talk;
    ngx_commerce_payments_action_e wanted;     /* after a first look */
    json_t                        *event;      /* of a webhook */
    const char                    *values[8];
    const char                    *keep;       /* JSON: see payment_seen */
    const char                    *cart;       /* of a guest */
    ngx_uint_t                     again;      /* s; 0: no more looks */
    unsigned                       replayed:1;
} ngx_commerce_payments_state_t;

#define NGX_COMMERCE_PAYMENTS_STATE  sizeof(ngx_commerce_payments_state_t)


/* The handlers' steps, for the domain's table. */
extern const ngx_commerce_step_t  ngx_commerce_payments_checkout_steps[];
extern const ngx_commerce_step_t  ngx_commerce_payments_cart_steps[];
extern const ngx_commerce_step_t  ngx_commerce_payments_again_steps[];
extern const ngx_commerce_step_t  ngx_commerce_payments_confirm_steps[];
extern const ngx_commerce_step_t  ngx_commerce_payments_capture_steps[];
extern const ngx_commerce_step_t  ngx_commerce_payments_cancel_steps[];
extern const ngx_commerce_step_t  ngx_commerce_payments_reconcile_steps[];
extern const ngx_commerce_step_t  ngx_commerce_payments_refund_steps[];
extern const ngx_commerce_step_t  ngx_commerce_payments_offer_steps[];
extern const ngx_commerce_step_t  ngx_commerce_payments_stripe_steps[];
extern const ngx_commerce_step_t  ngx_commerce_payments_test_steps[];
extern const ngx_commerce_step_t  ngx_commerce_payments_paypal_steps[];


/*
 * --- payments.c ---
 */

/* A provider of the configuration; NULL: it is not there. */
const ngx_commerce_payment_conf_t *ngx_commerce_payments_conf(
    const ngx_commerce_flow_t *f, const char *name);

/* The text of a parameter of the operation; NULL when absent. */
const char *ngx_commerce_payments_param(const ngx_commerce_flow_t *f,
    const char *name);

/* JSON text in f->pool of a value that it releases; NULL without memory. */
char *ngx_commerce_payments_dump(ngx_commerce_flow_t *f, json_t *value);

/* ngx_sprintf into f->pool, NUL-terminated; NULL without memory. */
char *ngx_commerce_payments_text(ngx_commerce_flow_t *f, size_t size,
    const char *fmt, ...);


/*
 * --- payments_buyer.c: of a flow with a principal, or with state->cart ---
 */

/* Whose idempotency keys these are. */
const char *ngx_commerce_payments_scope(ngx_commerce_flow_t *f);

/* `principal` of SQL: for a guest {"cart"}; NULL without memory. */
const char *ngx_commerce_payments_caller(ngx_commerce_flow_t *f);

/* The key in core.order_request, in f->pool; NULL without memory. */
char *ngx_commerce_payments_key(ngx_commerce_flow_t *f);

/* The order of a checkout as api.place_orders() takes it, a buyer's own, never
 * staff's: a new object. */
json_t *ngx_commerce_payments_order(ngx_commerce_flow_t *f);


/*
 * --- payments_talk.c: a talk, in this order ---
 */

/*
 * Prepares a talk about a payment from core.payment_work as JSON.  NGX_OK;
 * NGX_DECLINED: its provider is not in the configuration any more; NGX_ERROR.
 */
ngx_int_t ngx_commerce_payments_talk(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk, const char *work);

/* Steps: ask for an OAuth token if the provider wants one and none is at hand;
 * keep it, and ask the provider, unless talk->action is NOTHING. */
ngx_int_t ngx_commerce_payments_token(ngx_commerce_flow_t *f);
ngx_int_t ngx_commerce_payments_ask(ngx_commerce_flow_t *f);

/* The first half of the latter: keeps a token that was asked for. */
void ngx_commerce_payments_keep_token(ngx_commerce_flow_t *f);

/* The provider does not take it any more. */
void ngx_commerce_payments_drop_token(ngx_commerce_flow_t *f);

/* Understands the answer: talk->seen. */
void ngx_commerce_payments_hear(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk);

/* payments_stripe_read.c, payments_paypal_read.c: see `read` above. */
json_t *ngx_commerce_payments_stripe_read(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk,
    const ngx_commerce_http_request_t *answer);
json_t *ngx_commerce_payments_paypal_read(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk,
    const ngx_commerce_http_request_t *answer);

/*
 * What events of Stripe and PayPal are about, as api.payment_webhook() takes
 * it: a new object.
 */
json_t *ngx_commerce_payments_stripe_event(const json_t *event);
json_t *ngx_commerce_payments_paypal_event(const json_t *event);

/* payments_paypal.c: the request that asks PayPal whether an event is its
 * own; the names of the headers that it signs with, and of what it calls
 * them there, in turn. */
extern const char *const  ngx_commerce_payments_paypal_headers[];
ngx_int_t ngx_commerce_payments_paypal_verify(ngx_commerce_flow_t *f,
    ngx_commerce_payments_talk_t *talk, ngx_commerce_http_request_t *request);


/*
 * --- payments_amount.c ---
 */

/* "19.99" of 1999 BRL: decimal text as PayPal wants it, in f->pool; NULL when
 * the currency cannot say that amount. */
char *ngx_commerce_payments_decimal(ngx_commerce_flow_t *f, int64_t amount,
    const char *currency);

/* The minor units of such a text, -1 when it is none. */
int64_t ngx_commerce_payments_minor(const char *text, const char *currency);


#endif /* NGX_COMMERCE_PAYMENTS_H */
