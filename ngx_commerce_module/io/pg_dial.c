/*
 * The connection parameters: the operator's string between what may be
 * overridden by it and what may not.  Called by pg_conn.c and by the ways of
 * pg_feed.c at each attempt; keeps nothing.
 */

#include "pg_conn.h"


/* keywords that every connection has */
#define DIAL_FIXED  10

/* ms: how soon a backend whose client is gone stops working for it */
#define CHECK  500


/* bytes of a list of hosts, addresses or ports */
#define LIST   512


static PGconn *dial(const ngx_str_t *dsn, const char *settings,
    const char *replication, ngx_uint_t turn);
static void dial_turn(const ngx_str_t *dsn, ngx_uint_t turn,
    const char **keywords, const char **values, u_char lists[][LIST]);
static ngx_uint_t dial_turned(const char *list, ngx_uint_t turn,
    u_char out[LIST]);
static ngx_uint_t dial_looks_up(const char *hosts);
static ngx_uint_t dial_is_name(u_char *host, size_t len);
static u_char *dial_options(const ngx_str_t *dsn, const char *settings,
    u_char *buf, u_char *last);


PGconn *
ngx_commerce_pg_dial(const ngx_commerce_pg_conf_t *conf, ngx_uint_t turn)
{
    u_char  settings[NGX_MAX_CONF_ERRSTR];

    ngx_snprintf(settings, sizeof(settings),
                 "-c timezone=UTC -c datestyle=ISO"
                 " -c intervalstyle=iso_8601 -c bytea_output=hex"
                 " -c client_min_messages=warning -c jit=off"
                 " -c client_connection_check_interval=%d"
                 " -c statement_timeout=%M%Z",
                 CHECK, conf->statement_timeout);

    return dial(&conf->dsn, (char *) settings, NULL, turn);
}


PGconn *
ngx_commerce_pg_dial_feed(const ngx_commerce_pg_feed_conf_t *conf,
    ngx_uint_t turn)
{
    u_char  settings[NGX_MAX_CONF_ERRSTR];

    /* the server lets a feed go, and its slot, that is silent for so long */

    ngx_snprintf(settings, sizeof(settings),
                 "-c timezone=UTC -c datestyle=ISO"
                 " -c intervalstyle=iso_8601 -c bytea_output=hex"
                 " -c client_min_messages=warning"
                 " -c wal_sender_timeout=%M%Z",
                 conf->silence);

    return dial(&conf->dsn, (char *) settings, "database", turn);
}


/* A connection that only listens is idle for as long as nothing happens. */

PGconn *
ngx_commerce_pg_dial_listen(const ngx_commerce_pg_feed_conf_t *conf,
    ngx_uint_t turn)
{
    return dial(&conf->dsn, "-c timezone=UTC -c client_min_messages=warning"
                            " -c jit=off -c idle_session_timeout=0",
                NULL, turn);
}


void
ngx_commerce_pg_dial_check(const ngx_commerce_pg_conf_t *conf, ngx_log_t *log)
{
    const char        *hosts, *addresses;
    PQconninfoOption  *opts, *opt;

    hosts = NULL;
    addresses = NULL;
    opts = PQconninfoParse((char *) conf->dsn.data, NULL);

    for (opt = opts; opt != NULL && opt->keyword != NULL; opt++) {

        if (ngx_strcmp(opt->keyword, "host") == 0) {
            hosts = opt->val;

        } else if (ngx_strcmp(opt->keyword, "hostaddr") == 0) {
            addresses = opt->val;
        }
    }

    if (addresses == NULL && hosts != NULL && dial_looks_up(hosts)) {
        ngx_log_error(NGX_LOG_WARN, log, 0,
                      "database \"%V\": looking up \"%s\" stops the worker "
                      "at every connecting; hostaddr= or the path of a socket "
                      "would not", &conf->name, hosts);
    }

    PQconninfoFree(opts);
}


static PGconn *
dial(const ngx_str_t *dsn, const char *settings, const char *replication,
    ngx_uint_t turn)
{
    u_char  options[NGX_MAX_CONF_ERRSTR], lists[3][LIST];

    /* of a keyword that comes twice, libpq takes the later */

    const char  *keywords[] = {
        "fallback_application_name", "tcp_user_timeout",
        "keepalives_idle", "keepalives_interval", "keepalives_count",
        "dbname",
        "gssencmode", "client_encoding", "replication", "options",
        NULL, NULL, NULL, NULL
    };
    const char  *values[] = {
        "ngx_commerce", "5000",
        "10", "3", "3",
        (char *) dsn->data,
        "disable", "UTF8", replication, (char *) options,
        NULL, NULL, NULL, NULL
    };

    if (dial_options(dsn, settings, options, options + sizeof(options))
        == NULL)
    {
        return NULL;
    }

    if (turn != 0) {
        dial_turn(dsn, turn, &keywords[DIAL_FIXED], &values[DIAL_FIXED],
                  lists);
    }

    return PQconnectStartParams(keywords, values, 1);
}


/*
 * Of several hosts libpq goes to the next one when one refuses; one that hangs
 * takes all the time there is, so each attempt begins with another.
 */

static void
dial_turn(const ngx_str_t *dsn, ngx_uint_t turn, const char **keywords,
    const char **values, u_char lists[][LIST])
{
    ngx_uint_t         i, n;
    PQconninfoOption  *opts, *opt;

    static const char *const  names[] = { "host", "hostaddr", "port" };

    n = 0;
    opts = PQconninfoParse((char *) dsn->data, NULL);

    for (opt = opts; opt != NULL && opt->keyword != NULL; opt++) {
        for (i = 0; i < 3; i++) {
            if (opt->val != NULL && ngx_strcmp(opt->keyword, names[i]) == 0
                && dial_turned(opt->val, turn, lists[n]))
            {
                keywords[n] = names[i];
                values[n] = (char *) lists[n];
                n++;
            }
        }
    }

    PQconninfoFree(opts);
}


/* 'a,b,c' as 'b,c,a'; 0: it is no list. */

static ngx_uint_t
dial_turned(const char *list, ngx_uint_t turn, u_char out[LIST])
{
    ngx_uint_t   n;
    const char  *p, *cut;

    n = 1;

    for (p = list; *p != '\0'; p++) {
        n += (*p == ',');
    }

    if (n == 1 || turn % n == 0 || (size_t) (p - list) >= LIST) {
        return 0;
    }

    for (cut = list, turn %= n; turn != 0; cut++) {
        turn -= (*cut == ',');
    }

    (void) ngx_snprintf(out, LIST, "%s,%*s%Z", cut, (size_t) (cut - list - 1),
                        list);
    return 1;
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


/* A list of them, separated by commas. */
static ngx_uint_t
dial_looks_up(const char *hosts)
{
    size_t  len;

    for ( ;; ) {
        len = strcspn(hosts, ",");

        if (dial_is_name((u_char *) hosts, len)) {
            return 1;
        }

        if (hosts[len] == '\0') {
            return 0;
        }

        hosts += len + 1;
    }
}


static ngx_uint_t
dial_is_name(u_char *host, size_t len)
{
    u_char  address[16];

    return len != 0 && host[0] != '/' && host[0] != '@'
           && ngx_inet_addr(host, len) == INADDR_NONE
           && ngx_inet6_addr(host, len, address) != NGX_OK;
}
