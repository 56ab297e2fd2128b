/*
 * Gives domains sessions with the databases that they know by name.  Owns
 * nothing: a session belongs to whoever asked for it.
 */

#include "work.h"


ngx_commerce_pg_session_t *
ngx_commerce_work_session(ngx_commerce_worker_t *worker, const char *database,
    ngx_pool_t *pool, ngx_commerce_pg_session_pt handler, void *data)
{
    size_t                          len;
    ngx_uint_t                      i;
    const ngx_commerce_database_t  *db;

    len = ngx_strlen(database);
    db = worker->conf->databases.elts;

    for (i = 0; i < worker->conf->databases.nelts; i++) {

        if (db[i].pg.name.len == len
            && ngx_strncmp(db[i].pg.name.data, database, len) == 0)
        {
            return ngx_commerce_pg_session_create(&db[i].pg,
                                                  NGX_COMMERCE_WORK_TIMEOUT,
                                                  pool, worker->log, handler,
                                                  data);
        }
    }

    return NULL;
}
