/*
 * Who is asking what: questions under way, in memory that processes share, so
 * that one of them asks and the others wait.
 *
 * Every function is called under the caller's lock.  A question is known by
 * its hash; two questions of one hash only make one wait for the other without
 * need.  A flight has a ticket, for its question may be taken over: who lands
 * with an old ticket lands nothing.
 *
 * Called by gateway/cache_zone.c; times are milliseconds of one clock that all
 * processes share.
 */

#ifndef NGX_COMMERCE_FLIGHTS_H
#define NGX_COMMERCE_FLIGHTS_H


#include <stdint.h>


typedef struct ngx_commerce_flights_s  ngx_commerce_flights_t;


typedef enum {
    NGX_COMMERCE_FLIGHT_LEAD = 0,           /* ask, and land when it is over */
    NGX_COMMERCE_FLIGHT_WAIT,               /* somebody asks already */
    NGX_COMMERCE_FLIGHT_ALONE               /* no room: ask by yourself */
} ngx_commerce_flight_e;


/* Bytes that a table takes; it is made in zeroed memory. */
extern const unsigned long  ngx_commerce_flights_size;

/* Forgets all of them; tickets go on. */
void ngx_commerce_flights_clear(ngx_commerce_flights_t *flights);

/*
 * Takes off for a question, or is counted among those who wait.  A flight older
 * than `until` is over, whatever its leader does.  `ticket` is set but for
 * ALONE.
 */
ngx_commerce_flight_e ngx_commerce_flights_claim(
    ngx_commerce_flights_t *flights, uint64_t hash, int leader, uint64_t now,
    uint64_t until, uint64_t *ticket);

/* The leader (a process id) of a flight; 0: it is over. */
int ngx_commerce_flights_leader(const ngx_commerce_flights_t *flights,
    uint64_t hash, uint64_t ticket);

/* How many have come to wait for a flight. */
unsigned ngx_commerce_flights_waiting(const ngx_commerce_flights_t *flights,
    uint64_t hash, uint64_t ticket);

/* Ends a flight; returns how many had come to wait for it. */
unsigned ngx_commerce_flights_land(ngx_commerce_flights_t *flights,
    uint64_t hash, uint64_t ticket);


#endif /* NGX_COMMERCE_FLIGHTS_H */
