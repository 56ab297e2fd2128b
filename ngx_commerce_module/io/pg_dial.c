/*
 * The connection parameters: the operator's string between what may be
 * overridden by it and what may not.  Called by pg_conn.c at each attempt;
 * keeps nothing.
 */

#include "pg_conn.h"


/* ms: how soon a backend whose client is gone stops working for it */
#define CHECK  500


static u_char *dial_options(const ngx_commerce_pg_conf_t *conf, u_char *buf,
    u_char *last);


PGconn *
ngx_commerce_pg_dial(const ngx_commerce_pg_conf_t *conf)
{
    u_char  options[NGX_MAX_CONF_ERRSTR];

    /* of a keyword that comes twice, libpq takes the later */

    const char *const  keywords[] = {
        "fallback_application_name", "tcp_user_timeout",
        "keepalives_idle", "keepalives_interval", "keepalives_count",
        "dbname",
        "gssencmode", "client_encoding", "options", NULL
    };
    const char *const  values[] = {
        "ngx_commerce", "5000",
        "10", "3", "3",
        (char *) conf->dsn.data,
        "disable", "UTF8", (char *) options, NULL
    };

    if (dial_options(conf, options, options + sizeof(options)) == NULL) {
        return NULL;
    }

    return PQconnectStartParams(keywords, values, 1);
}


/*
 * Session settings: ours first, then the operator's own `options`, since a
 * later -c wins.  Generic plans: a null argument (no principal) makes a custom
 * plan look cheaper by less than planning costs, at every call, 45 us of it.
 */
static u_char *
dial_options(const ngx_commerce_pg_conf_t *conf, u_char *buf, u_char *last)
{
    u_char            *p;
    const char        *own;
    PQconninfoOption  *opts, *opt;

    own = NULL;
    opts = PQconninfoParse((char *) conf->dsn.data, NULL);

    for (opt = opts; opt != NULL && opt->keyword != NULL; opt++) {
        if (ngx_strcmp(opt->keyword, "options") == 0) {
            own = opt->val;
        }
    }

    p = ngx_slprintf(buf, last,
                     "-c timezone=UTC -c datestyle=ISO"
                     " -c intervalstyle=iso_8601 -c bytea_output=hex"
                     " -c client_min_messages=warning -c jit=off"
                     " -c plan_cache_mode=force_generic_plan"
                     " -c client_connection_check_interval=%d"
                     " -c statement_timeout=%M"
                     " %s%Z",
                     CHECK, conf->statement_timeout,
                     own != NULL ? own : "");

    PQconninfoFree(opts);

    return p < last ? p : NULL;
}
