/*
 * The nginx module: its directives, its configuration's life, and what each
 * worker opens and closes.  Everything else stands in the rooms below.
 */

#include "ngx_http_commerce_module.h"

#include <malloc.h>


/* bytes: larger blocks are given back to the system when they are freed */
#define LARGE_BLOCK  (1024 * 1024)


typedef struct {
    ngx_flag_t  enabled;
} ngx_http_commerce_loc_conf_t;


static void *ngx_http_commerce_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_commerce_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_http_commerce_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_commerce_handle(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_commerce_problem(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_commerce_metrics(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static ngx_int_t ngx_http_commerce_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_commerce_init_process(ngx_cycle_t *cycle);
static EVP_MD *ngx_http_commerce_digest(ngx_pool_t *pool, const char *name);
static void ngx_http_commerce_digest_free(void *data);
static ngx_int_t ngx_http_commerce_open_databases(
    ngx_commerce_worker_t *worker);
static ngx_int_t ngx_http_commerce_open_http(ngx_commerce_worker_t *worker);
static ngx_int_t ngx_http_commerce_open_redis(ngx_commerce_worker_t *worker);
static ngx_int_t ngx_http_commerce_create_states(
    ngx_commerce_worker_t *worker);
static void ngx_http_commerce_exit_process(ngx_cycle_t *cycle);


static ngx_conf_num_bounds_t  ngx_http_commerce_positive = {
    ngx_conf_check_num_bounds, 1, -1
};


static ngx_command_t  ngx_http_commerce_commands[] = {

    { ngx_string("commerce"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_commerce_handle,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_problem"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_commerce_problem,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_metrics"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_commerce_metrics,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_contract"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_commerce_contract,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_database"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_http_commerce_database,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_jwt"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_commerce_jwt,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_jwt_key"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_http_commerce_jwt_key,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_seal_key"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_commerce_seal_key,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_cursor_key"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_commerce_cursor_key,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_passwords"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_commerce_passwords,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_commerce_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_cache"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_commerce_cache,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_feed"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_http_commerce_feed,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_redis"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_commerce_redis,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_body_max"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_commerce_conf_t, body_max),
      NULL },

    { ngx_string("commerce_deadline"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_commerce_conf_t, deadline),
      &ngx_http_commerce_positive },

    { ngx_string("commerce_trusted_proxy"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_commerce_trusted_proxy,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_cors_origin"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_commerce_cors_origin,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_order_group"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_commerce_order_group,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_http"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_commerce_http,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_mail"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_http_commerce_mail,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_http_allow"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_commerce_http_allow,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_payment"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_commerce_payment,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_threads"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_commerce_threads,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("commerce_media"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_commerce_media,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_commerce_conf_t, media),
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_commerce_module_ctx = {
    ngx_http_commerce_add_variables,       /* preconfiguration */
    ngx_http_commerce_init,                /* postconfiguration */

    ngx_http_commerce_create_main_conf,    /* create main configuration */
    ngx_http_commerce_init_main_conf,      /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_commerce_create_loc_conf,     /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_commerce_module = {
    NGX_MODULE_V1,
    &ngx_http_commerce_module_ctx,         /* module context */
    ngx_http_commerce_commands,            /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_commerce_init_process,        /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_commerce_exit_process,        /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static void *
ngx_http_commerce_create_main_conf(ngx_conf_t *cf)
{
    ngx_commerce_conf_t  *ccf;

    ccf = ngx_pcalloc(cf->pool, sizeof(ngx_commerce_conf_t));
    if (ccf == NULL) {
        return NULL;
    }

    ccf->body_max = NGX_CONF_UNSET_SIZE;
    ccf->deadline = NGX_CONF_UNSET_MSEC;
    ccf->jwt_ttl = NGX_CONF_UNSET;

    ccf->http.connect_timeout = 3000;
    ccf->http.timeout = 15000;
    ccf->http.response_max = 256 * 1024;
    ccf->http.requests = 64;

    if (ngx_array_init(&ccf->databases, cf->pool, 3,
                       sizeof(ngx_commerce_database_t))
        != NGX_OK)
    {
        return NULL;
    }

    return ccf;
}


static char *
ngx_http_commerce_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_commerce_conf_t  *ccf = conf;

    ngx_conf_init_size_value(ccf->body_max, 64 * 1024);
    ngx_conf_init_msec_value(ccf->deadline, 5000);
    ngx_conf_init_value(ccf->jwt_ttl, 600);

    ccf->bell = -1;

    if (ccf->group_max == 0) {
        ccf->group_max = 128;
        ccf->group_queue = 4096;
    }

    if (ccf->files == NULL) {
        return NGX_CONF_OK;
    }

    ccf->bell = ngx_commerce_bell_make(cf->pool, cf->log);

    if (ccf->bell == -1) {
        return NGX_CONF_ERROR;
    }

    return ngx_http_commerce_bind(cf, ccf);
}


static void *
ngx_http_commerce_create_loc_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_commerce_loc_conf_t));
}


static char *
ngx_http_commerce_handle(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_commerce_conf_t       *ccf;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->handler != NULL) {
        return "is duplicate";
    }

    clcf->handler = ngx_commerce_gateway_handler;

    ccf = ngx_http_conf_get_module_main_conf(cf, ngx_http_commerce_module);
    ccf->workers++;

    return NGX_CONF_OK;
}


static char *
ngx_http_commerce_problem(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_commerce_gateway_problem_handler;

    return NGX_CONF_OK;
}


static char *
ngx_http_commerce_metrics(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_commerce_metrics_handler;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_commerce_init(ngx_conf_t *cf)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_LOG_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_commerce_metrics_log;

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_POST_READ_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_commerce_log_post_read;

    return NGX_OK;
}


/* Cache manager and loader run this too, and must not open databases. */

static ngx_int_t
ngx_http_commerce_init_process(ngx_cycle_t *cycle)
{
    ngx_commerce_conf_t    *ccf;
    ngx_commerce_worker_t  *worker;

    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    ccf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_commerce_module);

    if (ccf == NULL || ccf->contract == NULL || ccf->workers == 0) {
        return NGX_OK;
    }

    json_object_seed(0);

    /*
     * Left to itself, glibc keeps blocks as large as the largest that was ever
     * freed: the 19 MiB of a password, in each thread that hashes, for ever.
     */

    (void) mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);

    worker = ngx_pcalloc(cycle->pool, sizeof(ngx_commerce_worker_t));
    if (worker == NULL) {
        return NGX_ERROR;
    }

    worker->conf = ccf;
    worker->pool = cycle->pool;
    worker->log = cycle->log;
    worker->zone = ccf->zone->data;
    worker->cache = (ccf->cache != NULL) ? ccf->cache->data : NULL;
    worker->sha256 = ngx_http_commerce_digest(cycle->pool, "SHA256");
    worker->tokens = ngx_commerce_tokens_create(cycle->pool);
    worker->metrics = ngx_commerce_metrics_open(ccf, cycle->pool, cycle->log);
    worker->bell = ngx_commerce_bell_open(ccf->bell, cycle->pool, cycle->log);

    if (worker->sha256 == NULL || worker->tokens == NULL
        || worker->metrics == NULL || worker->bell == NULL
        || ngx_commerce_cache_open(worker) != NGX_OK
        || ngx_http_commerce_open_databases(worker) != NGX_OK
        || ngx_http_commerce_open_http(worker) != NGX_OK
        || ngx_http_commerce_open_redis(worker) != NGX_OK
        || ngx_commerce_feed_create(worker) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_commerce_worker = worker;

    return ngx_http_commerce_create_states(worker);
}


/* OpenSSL looks an algorithm up by name at each use that does not bring it,
 * which takes longer than a short digest. */

static EVP_MD *
ngx_http_commerce_digest(ngx_pool_t *pool, const char *name)
{
    EVP_MD              *md;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(pool, 0);
    md = (cln == NULL) ? NULL : EVP_MD_fetch(NULL, name, NULL);

    if (md != NULL) {
        cln->handler = ngx_http_commerce_digest_free;
        cln->data = md;
    }

    return md;
}


static void
ngx_http_commerce_digest_free(void *data)
{
    EVP_MD_free(data);
}


static ngx_int_t
ngx_http_commerce_open_databases(ngx_commerce_worker_t *worker)
{
    ngx_uint_t                      i, n;
    const ngx_commerce_database_t  *db;

    db = worker->conf->databases.elts;
    n = worker->conf->databases.nelts;

    worker->pg = ngx_pcalloc(worker->pool, n * sizeof(ngx_commerce_pg_t *));
    if (worker->pg == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        worker->pg[i] = ngx_commerce_pg_create(&db[i].pg, db[i].statements,
                                               db[i].nstatements,
                                               worker->pool, worker->log);
        if (worker->pg[i] == NULL) {
            return NGX_ERROR;
        }

        ngx_commerce_pg_count(worker->pg[i],
                              &worker->metrics->databases[i].counts);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_commerce_open_http(ngx_commerce_worker_t *worker)
{
    worker->http = ngx_commerce_http_create(&worker->conf->http,
                                            worker->pool, worker->log);

    return (worker->http == NULL) ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_http_commerce_open_redis(ngx_commerce_worker_t *worker)
{
    if (worker->conf->shared == NULL) {
        return NGX_OK;
    }

    worker->positions = worker->conf->positions->data;
    worker->shared = ngx_commerce_shared_create(worker);

    return (worker->shared == NULL) ? NGX_ERROR
                                    : ngx_commerce_shared_marks(worker);
}


static ngx_int_t
ngx_http_commerce_create_states(ngx_commerce_worker_t *worker)
{
    ngx_uint_t  i, n;

    for (n = 0; ngx_commerce_domains[n] != NULL; n++) { /* void */ }

    worker->states = ngx_pcalloc(worker->pool, n * sizeof(void *) + 1);
    if (worker->states == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (ngx_commerce_domains[i]->create == NULL) {
            continue;
        }

        worker->states[i] = ngx_commerce_domains[i]->create(worker);
        if (worker->states[i] == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
ngx_http_commerce_exit_process(ngx_cycle_t *cycle)
{
    ngx_uint_t  i;

    if (ngx_commerce_worker == NULL) {
        return;
    }

    ngx_commerce_http_destroy(ngx_commerce_worker->http);
    ngx_commerce_feed_destroy(ngx_commerce_worker);
    ngx_commerce_shared_destroy(ngx_commerce_worker->shared);
    ngx_commerce_bell_close(ngx_commerce_worker->bell);

    for (i = 0; i < ngx_commerce_worker->conf->databases.nelts; i++) {
        ngx_commerce_pg_destroy(ngx_commerce_worker->pg[i]);
    }

    ngx_commerce_metrics_close(ngx_commerce_worker->metrics);
    ngx_commerce_worker = NULL;
}
