/*
 * Where the change feeds of a gateway stand in the write-ahead log: how far
 * each has been heard, and where each tag last moved.  Generations
 * (cache_zone.h) mean nothing to another gateway; log positions do.
 *
 * One shared memory zone.  The worker that listens to a database writes what
 * is told of it, all workers read; no lock.
 */

#ifndef NGX_COMMERCE_POSITIONS_H
#define NGX_COMMERCE_POSITIONS_H


#include "conf.h"


/* Configuration: adds the zone for `n` databases; NULL has logged. */
ngx_shm_zone_t *ngx_commerce_positions_add(ngx_conf_t *cf, ngx_uint_t n,
    void *tag);


/*
 * --- of the worker that listens; `positions` may be NULL ---
 */

/*
 * The stream of a database stands: all committed up to `position` is known,
 * as part of what is there, and all behind it will be told.  `origin` names
 * the log (server, timeline, database); positions of another are no measure.
 */
void ngx_commerce_positions_started(ngx_commerce_positions_t *positions,
    ngx_uint_t database, const u_char *origin, size_t len, uint64_t position);

/* A commit at `position` moves a tag, or anything. */
void ngx_commerce_positions_moved(ngx_commerce_positions_t *positions,
    ngx_uint_t database, uint32_t tag, uint64_t position);
void ngx_commerce_positions_moved_all(ngx_commerce_positions_t *positions,
    ngx_uint_t database, uint64_t position);

/* Everything committed before `position` has been told. */
void ngx_commerce_positions_reached(ngx_commerce_positions_t *positions,
    ngx_uint_t database, uint64_t position);

/* To be called every quarter of a second, not more often. */
void ngx_commerce_positions_tick(ngx_commerce_positions_t *positions,
    ngx_uint_t database);


/*
 * --- of every worker ---
 */

/* The log that is followed; 0: none is known. */
uint64_t ngx_commerce_positions_origin(
    const ngx_commerce_positions_t *positions, ngx_uint_t database);

/*
 * What a query sent now is sure to see: where the feed stood a second ago.
 * 0: the feed is younger.
 */
uint64_t ngx_commerce_positions_settled(
    const ngx_commerce_positions_t *positions, ngx_uint_t database);

/*
 * 1: an answer that knows everything up to `position` of the log `origin`
 * knows every change of the tags that this gateway has heard of.
 */
ngx_uint_t ngx_commerce_positions_valid(
    const ngx_commerce_positions_t *positions, ngx_uint_t database,
    uint64_t origin, uint64_t position, const uint32_t *tags,
    ngx_uint_t ntags);


/*
 * --- writes of this gateway, which the feed may not have told of yet ---
 */

/* A write is committed; before anybody hears of it. */
void ngx_commerce_positions_written(ngx_commerce_positions_t *positions,
    ngx_uint_t database);

/* How many so far. */
uint64_t ngx_commerce_positions_writes(
    const ngx_commerce_positions_t *positions, ngx_uint_t database);

/* The first so many of them are committed before `position`. */
void ngx_commerce_positions_mark(ngx_commerce_positions_t *positions,
    ngx_uint_t database, uint64_t writes, uint64_t position);

/* 1: the feed has told of all of them. */
ngx_uint_t ngx_commerce_positions_quiet(
    const ngx_commerce_positions_t *positions, ngx_uint_t database);


#endif /* NGX_COMMERCE_POSITIONS_H */
