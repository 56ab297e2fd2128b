/*
 * The connection parameters: the operator's string between what may be
 * overridden by it and what may not.  Called by pg_conn.c and pg_feed.c at
 * each attempt; keeps nothing.
 */

#include "pg_conn.h"


/* ms: how soon a backend whose client is gone stops working for it */
#define CHECK  500


static PGconn *dial(const ngx_str_t *dsn, const char *settings,
    const char *replication);
static u_char *dial_options(const ngx_str_t *dsn, const char *settings,
    u_char *buf, u_char *last);


PGconn *
ngx_commerce_pg_dial(const ngx_commerce_pg_conf_t *conf)
{
    u_char  settings[NGX_MAX_CONF_ERRSTR];

    ngx_snprintf(settings, sizeof(settings),
                 "-c timezone=UTC -c datestyle=ISO"
                 " -c intervalstyle=iso_8601 -c bytea_output=hex"
                 " -c client_min_messages=warning -c jit=off"
                 " -c client_connection_check_interval=%d"
                 " -c statement_timeout=%M%Z",
                 CHECK, conf->statement_timeout);

    return dial(&conf->dsn, (char *) settings, NULL);
}


PGconn *
ngx_commerce_pg_dial_feed(const ngx_commerce_pg_feed_conf_t *conf)
{
    u_char  settings[NGX_MAX_CONF_ERRSTR];

    /* the server lets a feed go, and its slot, that is silent for so long */

    ngx_snprintf(settings, sizeof(settings),
                 "-c timezone=UTC -c datestyle=ISO"
                 " -c intervalstyle=iso_8601 -c bytea_output=hex"
                 " -c client_min_messages=warning"
                 " -c wal_sender_timeout=%M%Z",
                 conf->silence);

    return dial(&conf->dsn, (char *) settings, "database");
}


static PGconn *
dial(const ngx_str_t *dsn, const char *settings, const char *replication)
{
    u_char  options[NGX_MAX_CONF_ERRSTR];

    /* of a keyword that comes twice, libpq takes the later */

    const char *const  keywords[] = {
        "fallback_application_name", "tcp_user_timeout",
        "keepalives_idle", "keepalives_interval", "keepalives_count",
        "dbname",
        "gssencmode", "client_encoding", "replication", "options", NULL
    };
    const char *const  values[] = {
        "ngx_commerce", "5000",
        "10", "3", "3",
        (char *) dsn->data,
        "disable", "UTF8", replication, (char *) options, NULL
    };

    if (dial_options(dsn, settings, options, options + sizeof(options))
        == NULL)
    {
        return NULL;
    }

    return PQconnectStartParams(keywords, values, 1);
}


/*
 * Session settings: ours first, then the operator's own `options`, since a
 * later -c wins.
 */
static u_char *
dial_options(const ngx_str_t *dsn, const char *settings, u_char *buf,
    u_char *last)
{
    u_char            *p;
    const char        *own;
    PQconninfoOption  *opts, *opt;

    own = NULL;
    opts = PQconninfoParse((char *) dsn->data, NULL);

    for (opt = opts; opt != NULL && opt->keyword != NULL; opt++) {
        if (ngx_strcmp(opt->keyword, "options") == 0) {
            own = opt->val;
        }
    }

    p = ngx_slprintf(buf, last, "%s %s%Z", settings, own != NULL ? own : "");

    PQconninfoFree(opts);

    return p < last ? p : NULL;
}
