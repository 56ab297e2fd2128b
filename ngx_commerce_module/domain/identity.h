/*
 * What the identity handlers share: their calls, the thread's work and the
 * making of tokens.  For identity*.c and the table of domains only.
 */

#ifndef NGX_COMMERCE_IDENTITY_H
#define NGX_COMMERCE_IDENTITY_H


#include "../gateway/flow.h"


/* 256 random bits as base64url, and as the database knows them. */
#define NGX_COMMERCE_IDENTITY_TOKEN   43
#define NGX_COMMERCE_IDENTITY_DIGEST  (2 + 64)


typedef enum {
    IDENTITY_BEGIN_LOGIN = 0,
    IDENTITY_OPEN_SESSION,
    IDENTITY_ROTATE_SESSION,
    IDENTITY_CLOSE_SESSION,
    IDENTITY_REGISTER,
    IDENTITY_CREATE_USER,
    IDENTITY_IDEMPOTENT,
    IDENTITY_FIND_RESET,
    IDENTITY_RESET_PASSWORD,
    IDENTITY_GET_CREDENTIALS,
    IDENTITY_SET_PASSWORD,
    IDENTITY_CHANGE_EMAIL,
    IDENTITY_OPEN_ORDERS,
    IDENTITY_ERASE_USER,
    IDENTITY_REVOKED,
    IDENTITY_FORGET_CUSTOMER
} ngx_commerce_identity_call_e;


/*
 * Work for a pool thread: checks a password, makes a hash, each if asked to.
 * Filled before it is posted, read after it is complete; lives in the flow's
 * pool, which outlives the thread's work.
 */
typedef struct {
    /* in */
    const char                     *password;
    size_t                          password_len;
    const char                     *hash;        /* NULL: a dummy */
    const char                     *fresh;       /* to make a hash of */
    size_t                          fresh_len;
    unsigned                        check:1;

    /* out */
    int                             verdict;     /* as password_verify() */
    unsigned                        hashed:1;    /* made is set */
    unsigned                        failed:1;    /* memory is out */
    char                            made[NGX_COMMERCE_PASSWORD_HASH_LEN];
} ngx_commerce_identity_work_t;


/* A refresh token that was just made. */
typedef struct {
    char  text[NGX_COMMERCE_IDENTITY_TOKEN + 1];
    char  digest[NGX_COMMERCE_IDENTITY_DIGEST + 1];
} ngx_commerce_identity_refresh_t;


/* The state of every handler that has to do with a secret. */
typedef struct {
    ngx_commerce_identity_work_t    *work;
    const char                      *email;
    const char                      *id;         /* of the user */
    const char                      *sid;        /* of the session */
    ngx_commerce_identity_refresh_t  refresh;    /* the one to give */
    char                             digest[NGX_COMMERCE_IDENTITY_DIGEST + 1];
    ngx_uint_t                       active;
    ngx_uint_t                       cookie;     /* came in the cookie */
} ngx_commerce_identity_state_t;


extern const ngx_commerce_domain_t  ngx_commerce_identity_domain;

extern const ngx_commerce_step_t  ngx_commerce_identity_login[];
extern const ngx_commerce_step_t  ngx_commerce_identity_refresh[];
extern const ngx_commerce_step_t  ngx_commerce_identity_logout[];
extern const ngx_commerce_step_t  ngx_commerce_identity_register[];
extern const ngx_commerce_step_t  ngx_commerce_identity_create_user[];
extern const ngx_commerce_step_t  ngx_commerce_identity_reset_password[];
extern const ngx_commerce_step_t  ngx_commerce_identity_set_password[];
extern const ngx_commerce_step_t  ngx_commerce_identity_change_email[];

/* The domain's state in a worker; see identity_revoked.c. */
void *ngx_commerce_identity_create(ngx_commerce_worker_t *worker);


/*
 * --- identity_work.c ---
 */

/* Zeroed work whose passwords are wiped with the flow; NULL without memory. */
ngx_commerce_identity_work_t *ngx_commerce_identity_work(
    ngx_commerce_flow_t *f);

/* A copy in the flow's pool that is wiped with it; NULL without memory. */
char *ngx_commerce_identity_secret(ngx_commerce_flow_t *f, const char *text,
    size_t len);

/* A NUL-terminated copy in the flow's pool; NULL without memory. */
char *ngx_commerce_identity_copy(ngx_commerce_flow_t *f, const void *data,
    size_t len);

/* What the thread runs: ngx_commerce_flow_compute(f, this, work). */
void ngx_commerce_identity_run(void *ctx);

/*
 * NGX_OK for a password that may be used, else the request is answered 422
 * with `pointer` and NGX_DONE returned.  email may be NULL.
 */
ngx_int_t ngx_commerce_identity_policy(ngx_commerce_flow_t *f,
    const char *password, size_t len, const char *email,
    const char *pointer);

/* Answers 422 with one error at a pointer of the body. */
ngx_int_t ngx_commerce_identity_refuse(ngx_commerce_flow_t *f,
    const char *problem, const char *pointer, const char *code);

/*
 * Reads the row of begin_login(): NGX_OK, or NGX_DONE when the account has to
 * wait and 429 was answered.
 */
ngx_int_t ngx_commerce_identity_may_try(ngx_commerce_flow_t *f);

const char *ngx_commerce_identity_language(const ngx_commerce_flow_t *f);


/*
 * --- identity_token.c ---
 */

/* Makes a refresh token; NGX_ERROR when randomness is out. */
ngx_int_t ngx_commerce_identity_refresh_make(
    ngx_commerce_identity_refresh_t *refresh);

/* SHA-256 of a token as PostgreSQL's text of a bytea, with NUL. */
ngx_int_t ngx_commerce_identity_digest(const char *token, size_t len,
    char digest[NGX_COMMERCE_IDENTITY_DIGEST + 1]);

/*
 * The claims of an access token: those of the row's column "claims" with
 * issuer, audience, session, id and times.  NUL-terminated in the flow's
 * pool, NULL on failure.
 */
const char *ngx_commerce_identity_claims(ngx_commerce_flow_t *f,
    const char *sid);

/*
 * The refresh token that the request brings, NUL-terminated in the flow's
 * pool: of the body, else of the cookie (`cookie` is then set).  A cookie
 * counts only with a JSON body, which a foreign page cannot send.  NULL
 * without one.
 */
const char *ngx_commerce_identity_refresh_token(ngx_commerce_flow_t *f,
    ngx_uint_t *cookie);

/* Sets the cookie, or with a NULL token removes it. */
ngx_int_t ngx_commerce_identity_set_cookie(ngx_commerce_flow_t *f,
    const char *token);

/*
 * Answers with tokens and card; `refresh` may be NULL, `cookie` puts it into
 * the cookie.
 */
ngx_int_t ngx_commerce_identity_answer(ngx_commerce_flow_t *f,
    const char *access, const char *refresh, ngx_uint_t cookie);


#endif /* NGX_COMMERCE_IDENTITY_H */
