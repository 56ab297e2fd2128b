/*
 * The monotonic clock in microseconds: for durations that nginx's cached time
 * of a loop iteration is too coarse for.  Read without a system call.
 */

#ifndef NGX_COMMERCE_CLOCK_H
#define NGX_COMMERCE_CLOCK_H


#include <stdint.h>
#include <time.h>


static inline uint64_t
ngx_commerce_clock_us(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000 + (uint64_t) ts.tv_nsec / 1000;
}


#endif /* NGX_COMMERCE_CLOCK_H */
