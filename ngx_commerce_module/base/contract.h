/*
 * The contract: what OpenAPI files say, compiled.  Made once when nginx reads
 * its configuration, read-only afterwards, shared by every request.
 *
 * ngx_commerce_contract_load() reads and merges the files, resolves the
 * references, checks everything and compiles routes, parameters, schemas, SQL
 * calls and policies.  Sources: OpenAPI 3.1.0, JSON Schema 2020-12 (the subset
 * in schema.h).
 */

#ifndef NGX_COMMERCE_CONTRACT_H
#define NGX_COMMERCE_CONTRACT_H


#include "arena.h"
#include "schema.h"


#define NGX_COMMERCE_GET      0x01
#define NGX_COMMERCE_POST     0x02
#define NGX_COMMERCE_PUT      0x04
#define NGX_COMMERCE_PATCH    0x08
#define NGX_COMMERCE_DELETE   0x10

#define NGX_COMMERCE_PATH_PARAMS_MAX  8


typedef struct ngx_commerce_contract_s   ngx_commerce_contract_t;
typedef struct ngx_commerce_operation_s  ngx_commerce_operation_t;
typedef struct ngx_commerce_route_s      ngx_commerce_route_t;


typedef enum {
    NGX_COMMERCE_IN_PATH = 0,
    NGX_COMMERCE_IN_QUERY,
    NGX_COMMERCE_IN_HEADER
} ngx_commerce_param_in_e;


/* Parameters that the gateway itself understands, by name and place. */
typedef enum {
    NGX_COMMERCE_ROLE_PLAIN = 0,
    NGX_COMMERCE_ROLE_LIMIT,
    NGX_COMMERCE_ROLE_CURSOR,
    NGX_COMMERCE_ROLE_LANGUAGE,            /* header Accept-Language */
    NGX_COMMERCE_ROLE_IDEMPOTENCY_KEY,     /* header Idempotency-Key */
    NGX_COMMERCE_ROLE_IF_MATCH,            /* header If-Match */
    NGX_COMMERCE_ROLE_PREFIX               /* x-commerce-prefix: 'attr.' */
} ngx_commerce_param_role_e;


typedef struct {
    ngx_commerce_str_t           name;       /* as the client writes it */
    ngx_commerce_str_t           arg;        /* as SQL names it */
    ngx_commerce_str_t           prefix;     /* of ROLE_PREFIX */
    ngx_commerce_str_t           fallback;   /* default; data NULL: none */
    ngx_commerce_param_in_e      in;
    ngx_commerce_param_role_e    role;
    unsigned                     required:1;
    unsigned                     array:1;
    unsigned                     explode:1;  /* a=1&a=2 besides a=1,2 */
    unsigned                     min_items;  /* of an array */
    unsigned                     max_items;
    const ngx_commerce_schema_t *schema;     /* of an array: of the array; a
                                                text is checked as an item */
} ngx_commerce_param_t;


/* What is bound to $1, $2 ... of an operation's statement. */
typedef enum {
    NGX_COMMERCE_ARG_PARAM = 0,
    NGX_COMMERCE_ARG_LIMIT,                /* the page's limit + 1 */
    NGX_COMMERCE_ARG_CURSOR,               /* opened cursor, jsonb */
    NGX_COMMERCE_ARG_BODY,
    NGX_COMMERCE_ARG_PRINCIPAL,
    NGX_COMMERCE_ARG_LANGUAGE,
    NGX_COMMERCE_ARG_EXPECTED_VERSION
} ngx_commerce_arg_e;


typedef struct {
    ngx_commerce_arg_e  source;
    unsigned            param;             /* index in operation->params */
    ngx_commerce_str_t  name;
} ngx_commerce_arg_t;


typedef enum {
    NGX_COMMERCE_PUBLIC = 0,               /* security: [] */
    NGX_COMMERCE_OPTIONAL,                 /* [{}, {bearer: []}] */
    NGX_COMMERCE_REQUIRED
} ngx_commerce_security_e;


/* One entry of `security`: all of its scopes are needed. */
typedef struct {
    ngx_commerce_str_t  *scopes;
    unsigned             nscopes;
} ngx_commerce_scopes_t;


typedef enum {
    NGX_COMMERCE_NEVER = 0,
    NGX_COMMERCE_ACCEPTED,
    NGX_COMMERCE_NEEDED
} ngx_commerce_need_e;


/* Queue priority, most urgent first. */
typedef enum {
    NGX_COMMERCE_LANE_PAY = 0,
    NGX_COMMERCE_LANE_CART,
    NGX_COMMERCE_LANE_BROWSE,
    NGX_COMMERCE_LANE_CRAWLER,
    NGX_COMMERCE_LANES
} ngx_commerce_lane_e;


typedef enum {
    NGX_COMMERCE_RESULT_OBJECT = 0,
    NGX_COMMERCE_RESULT_LIST,              /* {data, page} */
    NGX_COMMERCE_RESULT_NONE               /* 204 */
} ngx_commerce_result_e;


typedef enum {
    NGX_COMMERCE_BODY_NONE = 0,
    NGX_COMMERCE_BODY_JSON,                /* application/json, merge-patch */
    NGX_COMMERCE_BODY_STREAM               /* all else: left to a handler */
} ngx_commerce_body_e;


typedef enum {
    NGX_COMMERCE_BY_ADDRESS = 0,
    NGX_COMMERCE_BY_PRINCIPAL
} ngx_commerce_rate_by_e;


typedef struct {
    ngx_commerce_str_t      key;
    ngx_commerce_rate_by_e  by;
    unsigned                limit;         /* requests */
    unsigned                per_ms;
    unsigned                burst;
    unsigned                shared:1;      /* by all gateways together */
} ngx_commerce_rate_t;


typedef struct {
    unsigned             enabled:1;
    unsigned             ttl_ms;
    unsigned             max_ttl_ms;
    unsigned             stale_ms;         /* age that will do when the
                                              database is away; 0: none */
    ngx_commerce_str_t  *tags;             /* 'product:{id}' */
    unsigned             ntags;
    unsigned             varies:1;         /* by user and scopes only, not by
                                              all of the principal */
    unsigned             user:1;
    ngx_commerce_str_t  *scopes;
    unsigned             nscopes;
} ngx_commerce_cache_policy_t;


struct ngx_commerce_operation_s {
    ngx_commerce_str_t            id;      /* operationId */
    unsigned                      index;   /* in contract->operations */
    unsigned                      method;  /* NGX_COMMERCE_GET ... */
    ngx_commerce_str_t            path;    /* '/api/v1/products/{id}' */
    ngx_commerce_str_t            database;
    ngx_commerce_str_t            handler; /* data NULL: the SQL function */

    ngx_commerce_param_t         *params;
    unsigned                      nparams;

    ngx_commerce_body_e           body;
    unsigned                      body_required:1;
    unsigned                      seals:1;     /* request schema seals */
    unsigned                      unseals:1;   /* answers may be sealed */
    const ngx_commerce_schema_t  *body_schema;
    ngx_commerce_str_t           *body_types;  /* media types accepted */
    unsigned                      nbody_types;

    ngx_commerce_security_e       security;
    ngx_commerce_scopes_t        *scopes;      /* any of these entries */
    unsigned                      nscopes;

    ngx_commerce_need_e           idempotency;
    ngx_commerce_need_e           if_match;
    ngx_commerce_lane_e           lane;
    ngx_commerce_result_e         result;
    ngx_commerce_cache_policy_t   cache;
    ngx_commerce_rate_t          *rates;
    unsigned                      nrates;
    unsigned                      timeout_ms;  /* 0: the database's */

    unsigned                      localized:1; /* SQL gets the language */
    unsigned                      status;      /* first 2xx declared */
    ngx_commerce_str_t            content_type; /* of that answer */
    const ngx_commerce_schema_t  *answer_schema; /* of its JSON, or NULL */
    ngx_commerce_str_t            not_found; /* problem of no row */

    ngx_commerce_str_t            sql;     /* SELECT * FROM api.x(a => $1) */
    ngx_commerce_arg_t           *args;
    unsigned                      nargs;
};


/* A problem's entry: titles in both languages, JSON-escaped already. */
typedef struct {
    ngx_commerce_str_t  code;
    unsigned            status;
    ngx_commerce_str_t  title_pt;
    ngx_commerce_str_t  title_en;
} ngx_commerce_problem_entry_t;


struct ngx_commerce_contract_s {
    ngx_commerce_arena_t          *arena;
    ngx_commerce_operation_t      *operations;
    unsigned                       noperations;
    ngx_commerce_route_t          *routes;     /* see route.h */
    ngx_commerce_problem_entry_t  *problems;   /* sorted by code */
    unsigned                       nproblems;
    ngx_commerce_str_t             openapi;    /* merged document as JSON */
};


/* Names that only the configuration knows: loading asks about them. */
typedef struct {
    void  *data;
    int  (*database)(void *data, const ngx_commerce_str_t *name);
    int  (*handler)(void *data, const ngx_commerce_str_t *name);
} ngx_commerce_contract_names_t;


/*
 * Loads the files (paths NUL-terminated) as one contract.  NULL on error;
 * `error` (of `size` bytes) then says what is wrong as
 * "FILE:LINE: message at #/json/pointer".  `names` may be NULL: names are not
 * checked then.  The contract is freed with
 * ngx_commerce_arena_destroy(contract->arena).
 */
ngx_commerce_contract_t *ngx_commerce_contract_load(const char **files,
    unsigned nfiles, const ngx_commerce_contract_names_t *names, char *error,
    size_t size);

/* The entry of a problem code, or NULL. */
const ngx_commerce_problem_entry_t *ngx_commerce_contract_problem(
    const ngx_commerce_contract_t *contract, const ngx_commerce_str_t *code);


#endif /* NGX_COMMERCE_CONTRACT_H */
