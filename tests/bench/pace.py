"""How long requests take at a fixed rate, what more workers bring, and
whether memory stays where it is.

A client that waits for an answer before it asks again hides the worst delays;
here requests leave when their time has come. GETs are paced by h2load; orders,
each of which needs a key of its own, by a loop of our own that counts from the
moment at which a request was due.
"""

import asyncio
import os
import random
import re
import subprocess
import time
import urllib.request
import uuid

from kit import wait
from kit.buyers import Connection, order_bytes

from . import cached, house, measure

CLIENTS = 32
RATES = {"latency_cached": 4000, "latency_get": 1500, "latency_list": 500,
         "latency_order": 300}


def latency(shop, options, name):
    """The 99th percentile in ms, all of it printed."""
    rate = RATES[name] // (4 if options.quick else 1)
    if name == "latency_cached":
        cached.hit(shop, cached.PRODUCT)
        times = paced(shop, [cached.PRODUCT], rate, options.seconds)
    elif name == "latency_order":
        times = asyncio.run(orders(shop, rate, options.seconds))
    else:
        times = uncached(shop, options, name, rate)
    times.sort()
    print("%s at %d requests/s: p50 %.2f ms, p90 %.2f, p99 %.2f, p99.9 %.2f,"
          " most %.2f, of %d" % (
              name, rate, *(at(times, share) / 1000
                            for share in (0.5, 0.9, 0.99, 0.999, 1)),
              len(times)))
    return at(times, 0.99) / 1000


def at(times, share):
    return times[min(len(times) - 1, int(len(times) * share))]


def uncached(shop, options, name, rate):
    """Without a feed nothing is cached: each answer is the database's."""
    pick = random.Random(3)
    paths = ["/api/v1/products/%d" % pick.randint(1, shop.count)
             if name == "latency_get" else
             "/api/v1/products?limit=20&in_stock=true&sort=-price&price_max=%d"
             % pick.randint(10000, 90000) for _ in range(5000)]
    shop.feeding(False)
    try:
        return paced(shop, paths, rate, options.seconds)
    finally:
        shop.feeding(True)


def paced(shop, paths, rate, seconds):
    """Microseconds of each request, sent by h2load at that rate."""
    uris = os.path.join(shop.directory, "uris")
    log = os.path.join(shop.directory, "h2load.log")
    with open(uris, "w") as file:
        file.writelines(shop.nginx.url + path + "\n" for path in paths)
    if os.path.exists(log):
        os.unlink(log)                  # h2load appends
    done = subprocess.run(
        ["h2load", "--h1", "-t", "1", "-c", str(CLIENTS), "-D", str(seconds),
         "--warm-up-time", "1", "--rps", "%.3f" % (rate / CLIENTS),
         "--log-file", log, "-i", uris],
        text=True, capture_output=True, stdin=subprocess.DEVNULL)
    with open(log) as file:
        rows = [line.split("\t") for line in file]
    bad = [row for row in rows if row[1] != "200"]
    if done.returncode != 0 or not rows or bad:
        raise SystemExit(done.stdout + done.stderr + str(bad[:3]))
    return [int(row[2]) for row in rows]


async def orders(shop, rate, seconds):
    """Microseconds from when an order was due to its answer."""
    pick = random.Random(5)
    tokens = [shop.token() for _ in range(CLIENTS)]
    idle = [Connection(shop.nginx.port) for _ in range(CLIENTS)]
    times, tasks = [], []
    start = time.monotonic() + 0.1
    for number in range(int(rate * seconds)):
        due = start + number / rate
        await asyncio.sleep(max(0, due - time.monotonic()))
        tasks.append(asyncio.create_task(_order(
            shop, pick, tokens[number % CLIENTS], idle, due, times)))
    await asyncio.gather(*tasks)
    for connection in idle:
        connection.close()
    return times


async def _order(shop, pick, token, idle, due, times):
    connection = idle.pop() if idle else Connection(shop.nginx.port)
    status, _, body = await connection.request(order_bytes(
        token, uuid.uuid4().hex, {"items": [
            {"variant_id": house.STEP * pick.randint(1, shop.count),
             "quantity": 1}]}))
    times.append((time.monotonic() - due) * 1e6)
    if status != 201:
        raise SystemExit("%d: %s" % (status, body))
    idle.append(connection)


def workers(shop, options):
    """(cached answers a second of all workers, of one), the rest printed."""
    found = {}
    counts = sorted({1, 2, os.cpu_count()})
    for count in counts:
        shop.working(count)
        cached.hit(shop, cached.PRODUCT)
        found[count] = (
            shop.wrk("same.lua", options.seconds, 64, path=cached.PRODUCT)[0],
            shop.wrk("get.lua", options.seconds, 64, COUNT=shop.count)[0],
            measure.place(shop, options.seconds, 2, shop.count, 64))
        print("workers: %d: %.0f cached answers/s, %.0f products/s,"
              " %.0f orders/s" % (count, *found[count]))
    shop.working(os.cpu_count())
    return found[counts[-1]][0], found[1][0]


def growth_of_memory(shop, options):
    """MiB that the workers' own memory grew by over many requests.

    Descriptors and sessions must be as many as before, and no allocation of
    shared memory may have failed.
    """
    count = 20_000 if options.quick else 1_000_000
    # buffers of connections grow until they have met the most that comes
    served(shop, count // 2)
    before, held = private(shop), holdings(shop)
    served(shop, count)
    after = private(shop)
    wait.until(lambda: holdings(shop) == held, 20,
               "as many descriptors, sessions and failed allocations as %s"
               % (held,))
    print("memory_growth: %.2f MiB of %d workers before, %.2f after %d"
          " requests; shared memory, whose size is given, left out"
          % (before / 2 ** 20, len(shop.nginx.workers()), after / 2 ** 20,
             count))
    return max(0.0, (after - before) / 2 ** 20)


def served(shop, count):
    """So many more requests: cached answers, products, orders."""
    target = total(shop, REQUESTS) + count
    while total(shop, REQUESTS) < target:
        shop.wrk("same.lua", 2, 64, path=cached.PRODUCT)
        shop.wrk("get.lua", 1, 64, COUNT=shop.count)
        measure.place(shop, 1, 2, shop.count, 64)


REQUESTS = "commerce_requests_total"


def holdings(shop):
    """(descriptors, sessions, failed allocations of shared memory), once the
    clients have gone; who asks is one connection, active and writing.
    """
    wait.until(lambda: total(shop, "commerce_connections") <= 2, 20,
               "the clients to go")
    return (shop.nginx.fds(), shop.cluster.sessions(shop.databases.names),
            total(shop, "commerce_shm_failures_total"))


def total(shop, name):
    """The sum of what has that name in /metrics."""
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics"
                                % shop.metrics_port.number) as answer:
        text = answer.read().decode()
    return sum(int(value) for value in re.findall(
        r"^%s\{[^}]*\} (\d+)$" % name, text, re.M))


def private(shop):
    """PSS of the workers without shared memory, in bytes."""
    bytes_ = 0
    for pid in shop.nginx.workers():
        with open("/proc/%d/smaps" % pid) as file:
            name = ""
            for line in file:
                head = re.match(r"[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \S+ *(.*)$",
                                line)
                if head:
                    name = head.group(1)
                elif line.startswith("Pss:") \
                        and not name.startswith("/dev/zero"):
                    bytes_ += int(line.split()[1]) * 1024
    return bytes_


def rows(shop, options, wanted):
    """(name, value, against) of what is wanted of this file."""
    for name in RATES:
        if name in wanted:
            yield name, latency(shop, options, name), None
    if "memory_growth" in wanted:
        yield "memory_growth", growth_of_memory(shop, options), None
    if "workers" in wanted:
        yield ("workers", *workers(shop, options))
