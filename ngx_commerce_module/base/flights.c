/*
 * A fixed table of questions under way.  See flights.h.
 *
 * Called by gateway/cache_zone.c under its lock; touches nothing else.
 */

#include <stddef.h>

#include "flights.h"


#define SETS  512                        /* a power of two */
#define WAYS  4


typedef struct {
    uint64_t   hash;
    uint64_t   ticket;                   /* 0: free */
    uint64_t   until;
    unsigned   waiting;
    int        leader;
} flight_t;


struct ngx_commerce_flights_s {
    uint64_t   tickets;                  /* given so far */
    flight_t   flights[SETS * WAYS];
};


const unsigned long  ngx_commerce_flights_size =
    sizeof(ngx_commerce_flights_t);


static const flight_t *flight_find(const ngx_commerce_flights_t *flights,
    uint64_t hash);


void
ngx_commerce_flights_clear(ngx_commerce_flights_t *flights)
{
    unsigned  i;

    for (i = 0; i < SETS * WAYS; i++) {
        flights->flights[i].ticket = 0;
    }
}


ngx_commerce_flight_e
ngx_commerce_flights_claim(ngx_commerce_flights_t *flights, uint64_t hash,
    int leader, uint64_t now, uint64_t until, uint64_t *ticket)
{
    unsigned   i;
    flight_t  *f, *set;

    f = (flight_t *) flight_find(flights, hash);

    if (f != NULL && now < f->until) {
        f->waiting++;
        *ticket = f->ticket;
        return NGX_COMMERCE_FLIGHT_WAIT;
    }

    set = &flights->flights[(hash & (SETS - 1)) * WAYS];

    for (i = 0; f == NULL && i < WAYS; i++) {
        if (set[i].ticket == 0 || now >= set[i].until) {
            f = &set[i];
        }
    }

    if (f == NULL) {
        return NGX_COMMERCE_FLIGHT_ALONE;
    }

    f->hash = hash;
    f->ticket = ++flights->tickets;
    f->until = until;
    f->waiting = 0;
    f->leader = leader;

    *ticket = f->ticket;

    return NGX_COMMERCE_FLIGHT_LEAD;
}


static const flight_t *
flight_find(const ngx_commerce_flights_t *flights, uint64_t hash)
{
    unsigned         i;
    const flight_t  *set;

    set = &flights->flights[(hash & (SETS - 1)) * WAYS];

    for (i = 0; i < WAYS; i++) {
        if (set[i].ticket != 0 && set[i].hash == hash) {
            return &set[i];
        }
    }

    return NULL;
}


int
ngx_commerce_flights_leader(const ngx_commerce_flights_t *flights,
    uint64_t hash, uint64_t ticket)
{
    const flight_t  *f;

    f = flight_find(flights, hash);

    return (f != NULL && f->ticket == ticket) ? f->leader : 0;
}


unsigned
ngx_commerce_flights_waiting(const ngx_commerce_flights_t *flights,
    uint64_t hash, uint64_t ticket)
{
    const flight_t  *f;

    f = flight_find(flights, hash);

    return (f != NULL && f->ticket == ticket) ? f->waiting : 0;
}


unsigned
ngx_commerce_flights_land(ngx_commerce_flights_t *flights, uint64_t hash,
    uint64_t ticket)
{
    flight_t  *f;

    f = (flight_t *) flight_find(flights, hash);

    if (f == NULL || f->ticket != ticket) {
        return 0;
    }

    f->ticket = 0;

    return f->waiting;
}
