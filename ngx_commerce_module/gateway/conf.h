/*
 * The gateway's configuration, const after nginx has read it, and the one
 * struct of mutable state that each worker has.
 */

#ifndef NGX_COMMERCE_CONF_H
#define NGX_COMMERCE_CONF_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../base/contract.h"
#include "../base/jwt.h"
#include "../base/password.h"
#include "../base/seal.h"
#include "../io/bell.h"
#include "../io/http_client.h"
#include "../io/pg.h"


typedef struct ngx_commerce_flow_s    ngx_commerce_flow_t;
typedef struct ngx_commerce_domain_s  ngx_commerce_domain_t;
typedef struct ngx_commerce_zone_s    ngx_commerce_zone_t;
typedef struct ngx_commerce_tokens_s  ngx_commerce_tokens_t;
typedef struct ngx_commerce_worker_s  ngx_commerce_worker_t;
typedef struct ngx_commerce_cache_zone_s  ngx_commerce_cache_zone_t;
typedef struct ngx_commerce_metrics_s  ngx_commerce_metrics_t;
typedef struct ngx_commerce_feeds_s   ngx_commerce_feeds_t;
typedef struct ngx_commerce_positions_s  ngx_commerce_positions_t;
typedef struct ngx_commerce_shared_conf_s  ngx_commerce_shared_conf_t;
typedef struct ngx_commerce_shared_s  ngx_commerce_shared_t;


/* A database with all that the contract and the domains ask of it. */
typedef struct {
    ngx_commerce_pg_conf_t         pg;
    ngx_commerce_pg_statement_t   *statements;
    ngx_uint_t                     nstatements;
    ngx_uint_t                     first;       /* among all statements */
    ngx_uint_t                    *counted;     /* of each, the index of the
                                                 * first of that name */
    ngx_commerce_pg_statement_t   *idempotent;  /* NULL: no write needs it */
} ngx_commerce_database_t;


/* A provider of payments: the directive commerce_payment.  Texts end with
 * NUL. */
typedef struct {
    ngx_str_t                      name;         /* test, stripe, paypal */
    ngx_str_t                      base_url;     /* without a slash */
    ngx_str_t                      key;
    ngx_str_t                      public_key;   /* of stripe; empty: none */
    ngx_str_t                      client;       /* of paypal */
    ngx_str_t                      webhook_id;   /* of paypal */
    ngx_array_t                   *webhook_keys; /* ngx_str_t; NULL: none */
    unsigned                       live:1;       /* real money */
} ngx_commerce_payment_conf_t;


/* What an operation of the contract became. */
typedef struct {
    const ngx_commerce_operation_t     *operation;
    const ngx_commerce_pg_statement_t  *statement;  /* NULL: handler */
    ngx_uint_t                          database;   /* in conf->databases */
    const ngx_commerce_domain_t        *domain;     /* of the handler */
    ngx_uint_t                          ndomain;    /* in the table */
    const struct ngx_commerce_handler_s *handler;
} ngx_commerce_endpoint_t;


/* A statement that a domain calls by index: see ngx_commerce_call_t. */
typedef struct {
    const ngx_commerce_pg_statement_t  *statement;
    ngx_uint_t                          database;
} ngx_commerce_bound_call_t;


typedef struct {
    ngx_array_t                   *files;       /* const char * */
    ngx_commerce_contract_t       *contract;
    ngx_commerce_endpoint_t       *endpoints;   /* by operation->index */
    ngx_array_t                    databases;   /* ngx_commerce_database_t */
    ngx_commerce_bound_call_t    **calls;       /* [domain][call] */

    ngx_commerce_jwt_keys_t       *jwt_keys;
    ngx_commerce_jwt_policy_t      jwt_policy;
    ngx_str_t                      jwt_issuer;
    ngx_str_t                      jwt_audience;
    ngx_str_t                      jwt_sign;    /* kid that signs */
    char                          *jwks;        /* JSON text */
    time_t                         jwt_ttl;     /* s, of access tokens */

    ngx_commerce_seal_ring_t      *seal;
    ngx_commerce_password_list_t  *passwords;   /* too common; may be NULL */
    u_char                         cursor_key[32];
    unsigned                       cursor_keyed:1;
    unsigned                       secure_cookies:1;

    ngx_shm_zone_t                *zone;
    ngx_shm_zone_t                *cache;       /* NULL: nothing is cached */
    ngx_array_t                   *feeds;       /* ngx_commerce_feed_conf_t */
    ngx_commerce_shared_conf_t    *shared;      /* Redis; NULL: none */
    ngx_shm_zone_t                *positions;   /* with it */
    ngx_shm_zone_t                *metrics;
    ngx_uint_t                     nslots;      /* of metrics */
    int                            bell;        /* descriptor */
    size_t                         body_max;    /* of JSON bodies */
    ngx_msec_t                     deadline;    /* of a request */
    ngx_uint_t                     group_max;   /* orders in a group */
    ngx_uint_t                     group_queue; /* orders waiting, a worker */
    ngx_array_t                   *origins;     /* ngx_str_t, CORS */
    ngx_array_t                   *proxies;     /* ngx_cidr_t, trusted */
    ngx_thread_pool_t             *threads;
    ngx_path_t                    *media;       /* of pictures; NULL: none */
    ngx_commerce_http_conf_t       http;        /* requests to others */
    struct ngx_commerce_mail_conf_s  *mail;     /* NULL: none is sent */
    ngx_array_t                   *payments;    /* ngx_commerce_payment_conf_t
                                                 * or NULL */
    ngx_uint_t                     workers;     /* locations that say so */
} ngx_commerce_conf_t;


/* One a process; made in init_process, reachable from every flow. */
struct ngx_commerce_worker_s {
    const ngx_commerce_conf_t   *conf;
    ngx_commerce_pg_t          **pg;            /* by database */
    ngx_commerce_http_t         *http;          /* requests to others */
    void                       **states;        /* by domain */
    ngx_commerce_zone_t         *zone;          /* shared memory */
    ngx_commerce_tokens_t       *tokens;        /* verified ones */
    ngx_commerce_metrics_t      *metrics;       /* its own; see metrics.h */
    ngx_pool_t                  *pool;          /* lives with the worker */
    ngx_log_t                   *log;
    ngx_uint_t                   flows;         /* alive now */
    ngx_uint_t                   streams;       /* of stream.c, alive now */

    ngx_commerce_cache_zone_t   *cache;         /* NULL: nothing is cached */
    void                        *flights;       /* cache_flight.c */
    ngx_commerce_bell_t         *bell;          /* wakes all workers */
    ngx_commerce_feeds_t        *feeds;         /* NULL: none */
    ngx_commerce_positions_t    *positions;     /* NULL: without Redis */
    ngx_commerce_shared_t       *shared;        /* Redis; NULL: none */
    void                        *marks;         /* cache_shared.c */

    EVP_MD                      *sha256;        /* looked up once */
    u_char                       random[1024];  /* random.c: not given yet */
    size_t                       nrandom;
};


#endif /* NGX_COMMERCE_CONF_H */
