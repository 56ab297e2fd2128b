"""What cached reads lose when Redis hangs, and when it is gone.

A thousand products at a fixed rate: most answers lie in shared memory, the
others would be asked of Redis. Any answer but 200 ends the bench.
"""

import statistics

from kit import wait

from . import cached, pace

RATE = 2000


def ratios(shop, options):
    """{what happened to Redis: p99 over that with Redis}."""
    rate = RATE // (4 if options.quick else 1)
    paths = ["/api/v1/products/%d" % (n + 1) for n in range(shop.count)]
    cached.hit(shop, cached.PRODUCT)
    pace.paced(shop, paths, rate, 1)
    rounds = [turn(shop, options, paths, rate) for _ in range(options.runs)]
    medians = {name: statistics.median(found[name] for found in rounds)
               for name in rounds[0]}
    print("redis_away at %d requests/s, p99: %s" % (rate, ", ".join(
        "%s %.2f ms" % item for item in medians.items())))
    well = medians.pop("well")
    return {name: p99 / well for name, p99 in medians.items()}


def turn(shop, options, paths, rate):
    found = {}

    def measure(name):
        times = sorted(pace.paced(shop, paths, rate, options.seconds))
        found[name] = pace.at(times, 0.99) / 1000

    connected(shop)
    measure("well")
    shop.redis.pause()
    measure("hung")
    shop.redis.resume()
    connected(shop)
    shop.redis.halt()
    measure("gone")
    shop.redis.start()
    return found


def connected(shop):
    """Every worker has found Redis well again."""
    wait.until(lambda: len(shop.redis.client().client_list())
               > len(shop.nginx.workers()), 20, "the gateway at Redis")
