/*
 * The shared table of answers against a model that never forgets, and against
 * writers and readers in processes that are killed.
 *
 * Every answer says which key and which state of the world it was made from,
 * so a torn or an old one cannot be mistaken for a good one.
 */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "flights.h"
#include "shmcache.h"


#define KEYS    300
#define TAGS    40
#define STEPS   400000
#define KILLS   60
#define MEMORY  (1024 * 1024)


/* The world: what each tag's state is, and what was kept last of each key. */
typedef struct {
    unsigned   state[TAGS];
    unsigned   kept[KEYS];               /* state it was made under, + 1 */
    uint64_t   made[KEYS];
} world_t;


static uint64_t  seed = 88172645463325252ULL;


/* xorshift64: the same steps each time */

static unsigned
pick(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;

    return (unsigned) (seed >> 11) % n;
}


static ngx_commerce_shmcache_t *
table_make(size_t size)
{
    void                     *memory;
    ngx_commerce_shmcache_t  *table;

    memory = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                  -1, 0);
    assert_true(memory != MAP_FAILED);

    table = ngx_commerce_shmcache_create(memory, size, 42);
    assert_non_null(table);

    return table;
}


static uint32_t
tag_of(unsigned key)
{
    char  text[32];

    snprintf(text, sizeof(text), "product:%u", key % TAGS);

    return ngx_commerce_shmcache_tag((u_char *) text, strlen(text));
}


/* Keys of many lengths, some longer than a chunk. */

static void
key_make(const ngx_commerce_shmcache_t *table, unsigned n, u_char *text,
    ngx_commerce_shmcache_key_t *key)
{
    size_t  len;

    len = (size_t) snprintf((char *) text, 64, "operation:%u:", n);

    memset(text + len, 'a' + (int) (n % 26), (n % 7) * 220);

    key->data = text;
    key->len = len + (n % 7) * 220;
    key->ntags = 0;
    key->hash = ngx_commerce_shmcache_hash(table, text, key->len);
}


static size_t
body_size(unsigned n)
{
    return (size_t) (n % 11) * 617 + 24;
}


static void
body_make(unsigned n, unsigned state, u_char *body)
{
    size_t  i, size;

    size = body_size(n);
    memset(body, 0, size);
    snprintf((char *) body, 24, "%u/%u", n, state);

    for (i = 24; i < size; i++) {
        body[i] = (u_char) (n * 31 + state * 7 + i);
    }
}


static void
keep(ngx_commerce_shmcache_t *table, unsigned n, unsigned state,
    uint64_t now, const ngx_commerce_shmcache_key_t *key)
{
    u_char                          body[16384];
    ngx_commerce_shmcache_found_t   entry;
    ngx_commerce_shmcache_writer_t  w;

    memset(&entry, 0, sizeof(entry));

    entry.status = 200;
    entry.etag_len = 4;
    entry.body_len = (uint32_t) body_size(n);
    entry.ttl = 1000;
    entry.max_ttl = 4000;

    body_make(n, state, body);

    ngx_commerce_shmcache_enter(table);

    if (ngx_commerce_shmcache_put(table, key, &entry, now, &w)
        == NGX_COMMERCE_SHMCACHE_OK)
    {
        ngx_commerce_shmcache_write(&w, (u_char *) "etag", 4);
        ngx_commerce_shmcache_write(&w, body, entry.body_len);
        ngx_commerce_shmcache_end(&w);
    }

    ngx_commerce_shmcache_leave(table);
}


/* What is there must be whole; `state` is what it was made under. */

static int
look(ngx_commerce_shmcache_t *table, unsigned n, uint64_t now, int coherent,
    ngx_commerce_shmcache_found_t *found, unsigned *state)
{
    u_char                       text[2048], body[16384], good[16384];
    unsigned                     rc, of;
    ngx_commerce_shmcache_key_t  key;

    key_make(table, n, text, &key);

    rc = ngx_commerce_shmcache_find(table, &key, now, (unsigned) coherent,
                                    found);

    if (rc == NGX_COMMERCE_SHMCACHE_OK) {

        /* sizes are checked before they are believed */

        if (found->body_len != body_size(n) || found->etag_len != 4) {
            return -1;
        }

        rc = ngx_commerce_shmcache_read(table, found, 0, 4 + found->body_len,
                                        body);
    }

    if (rc != NGX_COMMERCE_SHMCACHE_OK) {
        return (int) rc;
    }

    if (memcmp(body, "etag", 4) != 0
        || sscanf((char *) body + 4, "%u/%u", &of, state) != 2 || of != n)
    {
        return -1;
    }

    body_make(n, *state, good);

    return memcmp(body + 4, good, found->body_len) == 0 ? 0 : -1;
}


/*
 * Half a million steps of reads, fills (some overtaken by a change while they
 * were under way), changes and time.  Fresh means: made under the state of
 * now, and not too old.
 */

static void
test_against_a_model(void **unused)
{
    int                             rc;
    u_char                          text[2048];
    unsigned                        i, n, t, state, hits, fills;
    uint64_t                        now;
    world_t                         world;
    ngx_commerce_shmcache_t        *table;
    ngx_commerce_shmcache_key_t     key;
    ngx_commerce_shmcache_found_t   found;

    table = table_make(MEMORY);
    memset(&world, 0, sizeof(world));
    now = 1000;
    hits = fills = 0;

    for (i = 0; i < STEPS; i++) {
        n = pick(KEYS);
        t = n % TAGS;

        switch (pick(8)) {

        case 0:
            world.state[t]++;
            ngx_commerce_shmcache_move(table, tag_of(n));
            break;

        case 1:
            now += pick(200);
            break;

        case 2:
            key_make(table, n, text, &key);
            ngx_commerce_shmcache_depend(table, &key, tag_of(n));
            state = world.state[t];

            if (pick(4) == 0) {
                world.state[t]++;
                ngx_commerce_shmcache_move(table, tag_of(n));
                assert_true(ngx_commerce_shmcache_overtaken(table, &key));
            }

            keep(table, n, state, now, &key);
            world.kept[n] = state + 1;
            world.made[n] = now;
            fills++;
            break;

        default:
            rc = look(table, n, now, pick(2) != 0, &found, &state);
            assert_true(rc == NGX_COMMERCE_SHMCACHE_OK
                        || rc == NGX_COMMERCE_SHMCACHE_NONE);

            if (rc != NGX_COMMERCE_SHMCACHE_OK) {
                break;
            }

            /* whatever is found is the last that was kept of this key */

            assert_int_equal(state + 1, world.kept[n]);
            assert_int_equal(found.age, now - world.made[n]);

            if (found.fresh) {
                assert_int_equal(state, world.state[t]);
                assert_true(found.age < 4000);
                hits++;
            }
        }
    }

    assert_true(fills > STEPS / 20);
    assert_true(hits > STEPS / 200);
}


static void
test_lives(void **unused)
{
    int                             i;
    u_char                          text[2048];
    unsigned                        state;
    ngx_commerce_shmcache_t        *table;
    ngx_commerce_shmcache_key_t     key;
    ngx_commerce_shmcache_found_t   found;

    table = table_make(MEMORY);
    key_make(table, 1, text, &key);
    keep(table, 1, 0, 5000, &key);

    assert_int_equal(look(table, 1, 5999, 1, &found, &state), 0);
    assert_true(found.fresh);
    assert_int_equal(look(table, 1, 6000, 1, &found, &state), 0);
    assert_false(found.fresh);

    /* asked for often, it lives longer while changes are heard of */

    for (i = 0; i < 100; i++) {
        assert_int_equal(look(table, 1, 5999, 1, &found, &state), 0);
    }

    assert_int_equal(look(table, 1, 8999, 1, &found, &state), 0);
    assert_true(found.fresh);
    assert_int_equal(look(table, 1, 9000, 1, &found, &state), 0);
    assert_false(found.fresh);
    assert_int_equal(look(table, 1, 6000, 0, &found, &state), 0);
    assert_false(found.fresh);
}


static void
test_zip_stands_beside(void **unused)
{
    u_char                          text[2048], out[64];
    unsigned                        state;
    ngx_commerce_shmcache_t        *table;
    ngx_commerce_shmcache_key_t     key;
    ngx_commerce_shmcache_found_t   found;

    table = table_make(MEMORY);
    key_make(table, 10, text, &key);
    keep(table, 10, 3, 100, &key);
    assert_int_equal(look(table, 10, 100, 1, &found, &state), 0);
    assert_int_equal(found.zip, NGX_COMMERCE_SHMCACHE_PLAIN);

    ngx_commerce_shmcache_enter(table);
    ngx_commerce_shmcache_zip(table, &found, 100, (u_char *) "small", 5);
    ngx_commerce_shmcache_leave(table);

    assert_int_equal(look(table, 10, 100, 1, &found, &state), 0);
    assert_int_equal(found.zip, NGX_COMMERCE_SHMCACHE_ZIPPED);
    assert_int_equal(found.zip_len, 5);
    assert_int_equal(ngx_commerce_shmcache_read(table, &found,
                                                4 + found.body_len, 5, out),
                     NGX_COMMERCE_SHMCACHE_OK);
    assert_memory_equal(out, "small", 5);

    /* of an entry that is not the one which was read, nothing is kept */

    keep(table, 10, 4, 100, &key);

    ngx_commerce_shmcache_enter(table);
    ngx_commerce_shmcache_zip(table, &found, 100, (u_char *) "wrong", 5);
    ngx_commerce_shmcache_leave(table);

    assert_int_equal(look(table, 10, 100, 1, &found, &state), 0);
    assert_int_equal(found.zip, NGX_COMMERCE_SHMCACHE_PLAIN);
}


static void
test_large_and_many(void **unused)
{
    size_t                          chunks, nfree, before;
    u_char                          text[2048];
    unsigned                        n;
    uint64_t                        evicted;
    ngx_commerce_shmcache_t        *table;
    ngx_commerce_shmcache_key_t     key;
    ngx_commerce_shmcache_found_t   entry;
    ngx_commerce_shmcache_writer_t  w;

    table = table_make(MEMORY);
    ngx_commerce_shmcache_usage(table, &chunks, &before, &evicted);
    assert_int_equal(chunks, before);

    memset(&entry, 0, sizeof(entry));
    entry.body_len = NGX_COMMERCE_SHMCACHE_MAX;
    key_make(table, 1, text, &key);

    ngx_commerce_shmcache_enter(table);
    assert_int_equal(ngx_commerce_shmcache_put(table, &key, &entry, 1, &w),
                     NGX_COMMERCE_SHMCACHE_NONE);
    ngx_commerce_shmcache_leave(table);

    for (n = 0; n < 20000; n++) {
        key_make(table, n, text, &key);
        keep(table, n, 0, n, &key);
    }

    ngx_commerce_shmcache_usage(table, &chunks, &nfree, &evicted);
    assert_true(evicted > 15000);
    assert_true(nfree <= chunks);
}


/* Writes until it is killed, anywhere in the middle of it. */

static void
writer(ngx_commerce_shmcache_t *table)
{
    u_char                       text[2048];
    unsigned                     n;
    ngx_commerce_shmcache_key_t  key;

    for ( ;; ) {
        n = pick(KEYS);
        key_make(table, n, text, &key);
        ngx_commerce_shmcache_depend(table, &key, tag_of(n));
        keep(table, n, pick(1000), 1, &key);
    }
}


/* Reads without a lock beside it; leaves with 0 unless something was torn. */

static void
reader(ngx_commerce_shmcache_t *table, volatile unsigned *stop)
{
    unsigned                       state;
    ngx_commerce_shmcache_found_t  found;

    while (!*stop) {
        if (look(table, pick(KEYS), 1, 1, &found, &state) == -1) {
            _exit(1);
        }
    }

    _exit(0);
}


static void
test_killed_writers(void **unused)
{
    int                              status;
    pid_t                            child, watcher;
    size_t                           chunks, nfree;
    unsigned                         i;
    uint64_t                         evicted;
    struct timespec                  moment = { 0, 0 };
    volatile unsigned               *stop;
    ngx_commerce_shmcache_t         *table;

    table = table_make(MEMORY);
    stop = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                -1, 0);
    assert_true(stop != MAP_FAILED);

    watcher = fork();

    if (watcher == 0) {
        seed += 1;
        reader(table, stop);
    }

    for (i = 0; i < KILLS; i++) {
        child = fork();

        if (child == 0) {
            seed += i;
            writer(table);
        }

        moment.tv_nsec = 1000000 + (long) pick(4000000);
        nanosleep(&moment, NULL);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
    }

    *stop = 1;
    assert_int_equal(waitpid(watcher, &status, 0), watcher);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);

    /* the next one that writes finds it as the dead one left it, or whole */

    ngx_commerce_shmcache_enter(table);
    ngx_commerce_shmcache_leave(table);
    ngx_commerce_shmcache_usage(table, &chunks, &nfree, &evicted);
    assert_true(nfree <= chunks);
    assert_int_equal(ngx_commerce_shmcache_enter(table), 0);
    ngx_commerce_shmcache_leave(table);
}


static void
test_flights(void **unused)
{
    uint64_t                 first, second, third;
    ngx_commerce_flights_t  *flights;

    flights = calloc(1, ngx_commerce_flights_size);
    assert_non_null(flights);

    assert_int_equal(ngx_commerce_flights_claim(flights, 7, 100, 10, 50,
                                                &first),
                     NGX_COMMERCE_FLIGHT_LEAD);
    assert_int_equal(ngx_commerce_flights_claim(flights, 7, 200, 11, 51,
                                                &second),
                     NGX_COMMERCE_FLIGHT_WAIT);
    assert_int_equal(first, second);
    assert_int_equal(ngx_commerce_flights_leader(flights, 7, first), 100);
    assert_int_equal(ngx_commerce_flights_waiting(flights, 7, first), 1);

    /* too late: taken over, and the first one lands nothing */

    assert_int_equal(ngx_commerce_flights_claim(flights, 7, 300, 50, 90,
                                                &third),
                     NGX_COMMERCE_FLIGHT_LEAD);
    assert_int_not_equal(third, first);
    assert_int_equal(ngx_commerce_flights_land(flights, 7, first), 0);
    assert_int_equal(ngx_commerce_flights_leader(flights, 7, third), 300);
    assert_int_equal(ngx_commerce_flights_leader(flights, 7, first), 0);
    assert_int_equal(ngx_commerce_flights_land(flights, 7, third), 0);
    assert_int_equal(ngx_commerce_flights_leader(flights, 7, third), 0);

    free(flights);
}


/* More questions of one set than there is room for are asked one by one. */

static void
test_flights_full(void **unused)
{
    uint64_t                 ticket, i;
    unsigned                 alone;
    ngx_commerce_flights_t  *flights;

    flights = calloc(1, ngx_commerce_flights_size);
    assert_non_null(flights);
    alone = 0;

    for (i = 0; i < 10; i++) {
        alone += ngx_commerce_flights_claim(flights, 3 + (i << 32), 1, 1, 9,
                                            &ticket)
                 == NGX_COMMERCE_FLIGHT_ALONE;
    }

    assert_int_equal(alone, 6);
    ngx_commerce_flights_clear(flights);
    assert_int_equal(ngx_commerce_flights_claim(flights, 3, 1, 1, 9, &ticket),
                     NGX_COMMERCE_FLIGHT_LEAD);
    free(flights);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_against_a_model),
        cmocka_unit_test(test_lives),
        cmocka_unit_test(test_zip_stands_beside),
        cmocka_unit_test(test_large_and_many),
        cmocka_unit_test(test_killed_writers),
        cmocka_unit_test(test_flights),
        cmocka_unit_test(test_flights_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
