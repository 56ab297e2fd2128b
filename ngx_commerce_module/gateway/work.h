/*
 * Long work of domains: a database connection of its own, outside the pool
 * that requests wait for.
 */

#ifndef NGX_COMMERCE_WORK_H
#define NGX_COMMERCE_WORK_H


#include "conf.h"
#include "../io/pg_session.h"


/* ms: of one statement of long work */
#define NGX_COMMERCE_WORK_TIMEOUT  (15 * 60 * 1000)


/*
 * A session with a database of the configuration, by name (see pg_session.h
 * for the rest).  NULL: there is no such database, or no memory.
 */
ngx_commerce_pg_session_t *ngx_commerce_work_session(
    ngx_commerce_worker_t *worker, const char *database, ngx_pool_t *pool,
    ngx_commerce_pg_session_pt handler, void *data);


#endif /* NGX_COMMERCE_WORK_H */
