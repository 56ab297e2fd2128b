"""`./commerce test coherence`: is a cached answer ever older than it may be?

    tests/run coherence [--trials N] [--mode MODE]... [--flight N]

A trial renames a product by SQL, behind the gateways' backs, and asks for it
100 ms after the commit: at two gateways of two workers each, over connections
to each of them, while other clients keep every product in the caches. Many
products are in flight at once. What the answer may be behind is 100 ms while
the feeds stand and BOUND around a fault; everything that is older than that
is printed and makes the exit code 1.

    calm       nothing happens
    kill       a worker that listens is killed with -9, again and again
    hang       a server of the feed is stopped for a while, again and again
    restart    PostgreSQL is stopped at once, as in a power cut, and started
    redis      Redis is stopped for a while or emptied, by turns

One trial in ten asks all the time, to tell how soon an answer is new. Answers
that are marked as old (`X-Cache: STALE`, given because PostgreSQL is away) are
not judged.
"""

import argparse
import asyncio
import collections
import os
import random
import signal
import statistics
import sys
import time

import psycopg

from kit import build, goods, wait
from kit.buyers import Connection, Refused
from kit.cache import Redis
from kit.databases import Databases
from kit.postgres import FAST, Cluster
from kit.shop import Shop

MODES = ("calm", "kill", "hang", "restart", "redis")
PROMISE = 0.1       # s, while the feeds stand
BOUND = 2.0         # s, around a fault
HANG = 1.5          # s that something is stopped

SENDERS = "select active_pid from pg_replication_slots" \
          " where active_pid is not null and database = any(%s)"


class Gateway:
    """Keep-alive connections to one gateway, spread over its workers."""

    def __init__(self, port, connections):
        self.port = port
        self.pool = asyncio.Queue()
        for _ in range(connections):
            self.pool.put_nowait(Connection(port))

    async def name(self, product):
        """The product's name, or None when none was given or it is marked."""
        connection = await self.pool.get()
        try:
            status, headers, body = await connection.request(
                b"GET /api/v1/products/%d HTTP/1.1\r\nHost: x\r\n\r\n"
                % product)
            if status != 200 or headers.get("x-cache") == "STALE":
                return None
            begin = body.index(b'"name":"') + 8
            return body[begin:body.index(b'"', begin)].decode()
        except Refused:
            await asyncio.sleep(0.02)
            return None
        finally:
            self.pool.put_nowait(connection)


class Count:
    """What the trials of a mode came to."""

    def __init__(self):
        self.trials = self.failed = 0
        self.delays = []            # s from commit until new answers begin
        self.stale = []             # (s after the commit, product)

    def line(self, mode, bound, seconds):
        delays = sorted(self.delays) or [0]
        return ("%-8s %6d trials in %4.0f s, %d stale after %g ms; new after "
                "%.0f ms (median), %.0f ms (99%%), %.0f ms (all); "
                "%d without an answer" % (
                    mode, self.trials, seconds, len(self.stale),
                    bound * 1000, statistics.median(delays) * 1000,
                    delays[int(len(delays) * 0.99)] * 1000,
                    delays[-1] * 1000, self.failed))


class Campaign:
    """Products, gateways, and trials over them."""

    def __init__(self, shop, products):
        self.shop = shop
        self.products = products
        self.ports = [shop.nginx.port, shop.siblings[0].port]
        self.number = 0

    async def run(self, mode, trials, flight, promise=PROMISE):
        self.gateways = [Gateway(port, 16) for port in self.ports]
        self.writers = asyncio.Queue()
        for _ in range(8):
            self.writers.put_nowait(None)
        self.left = trials
        self.over = False
        self.count = Count()
        self.bound = promise if mode in ("calm", "redis") else BOUND
        begin = time.monotonic()
        readers = [asyncio.create_task(self._reader()) for _ in range(8)]
        fault = asyncio.create_task(getattr(self, "_" + mode)())
        mine = collections.deque(self.products)
        await asyncio.gather(*[
            self._products([mine.popleft() for _ in range(
                len(self.products) // flight)]) for _ in range(flight)])
        self.over = True
        await asyncio.gather(*readers, fault)
        await asyncio.to_thread(stand, self.shop)
        for _ in range(8):
            connection = self.writers.get_nowait()
            if connection is not None:
                await connection.close()
        return self.count.line(mode, self.bound, time.monotonic() - begin)

    async def _reader(self):
        """Keeps what is asked for often in the caches."""
        while not self.over:
            gateway = random.choice(self.gateways)
            await gateway.name(random.choice(self.products))
            await asyncio.sleep(0.002)

    async def _products(self, products):
        while self.left > 0:
            self.left -= 1
            await self._trial(random.choice(products))

    async def _trial(self, product):
        for gateway in self.gateways:
            await gateway.name(product)
        self.number += 1
        name = "Nome %d" % self.number
        committed = await self._rename(product, name)
        if self.number % 10 == 0:
            await self._watch(random.choice(self.gateways), product, name,
                              committed)
        await asyncio.sleep(max(committed + self.bound - time.monotonic(), 0))
        await asyncio.gather(*[self._judge(gateway, product, name, committed)
                               for gateway in self.gateways
                               for _ in range(2)])
        self.count.trials += 1

    async def _watch(self, gateway, product, name, committed):
        while time.monotonic() - committed < 30:
            begin = time.monotonic()
            if await gateway.name(product) == name:
                self.count.delays.append(begin - committed)
                return
            await asyncio.sleep(0.005)

    async def _judge(self, gateway, product, name, committed):
        """What begins now is after the bound."""
        for _ in range(200):
            begin = time.monotonic()
            found = await gateway.name(product)
            if found == name:
                return
            if found is not None:
                self.count.stale.append((begin - committed, product))
                return
            await asyncio.sleep(0.05)
        self.count.failed += 1

    async def _rename(self, product, name):
        """Commits; returns when that was."""
        while True:
            connection = await self.writers.get()
            try:
                if connection is None:
                    connection = await psycopg.AsyncConnection.connect(
                        self.shop.cluster.dsn(self.shop.copies["store"]),
                        autocommit=True)
                await connection.execute(
                    "update core.product set name = %s where id = %s",
                    (name, product))
                return time.monotonic()
            except psycopg.Error:
                connection = None
                await asyncio.sleep(0.05)
            finally:
                self.writers.put_nowait(connection)

    # what happens meanwhile

    async def _calm(self):
        pass

    async def _kill(self):
        while not self.over:
            await asyncio.sleep(2)
            nginx = random.choice([self.shop.nginx, *self.shop.siblings])
            pids = [pid for pid in nginx.workers() if listens(nginx, pid)]
            if pids:
                os.kill(random.choice(pids), signal.SIGKILL)

    async def _hang(self):
        while not self.over:
            await asyncio.sleep(1)
            pids = [row["active_pid"] for row in self._query(SENDERS)]
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(HANG)
            finally:
                for pid in pids:
                    os.kill(pid, signal.SIGCONT)

    async def _restart(self):
        while not self.over:
            await asyncio.sleep(4)
            await asyncio.to_thread(self.shop.cluster.halt, "immediate")
            await asyncio.to_thread(self.shop.cluster.start)

    async def _redis(self):
        redis = self.shop.redis
        while not self.over:
            await asyncio.sleep(1)
            redis.pause()
            try:
                await asyncio.sleep(HANG)
            finally:
                redis.resume()
            await asyncio.sleep(0.5)
            redis.client().flushall()

    def _query(self, text):
        return self.shop.cluster.query("postgres", text,
                                       list(self.shop.copies.values()))


def listens(nginx, pid):
    """By its last word in the log."""
    last = None
    for line in nginx.lines():
        if "change feed of \"store\" stands" in line:
            last = line.split("]", 1)[1].split("#")[0].strip()
    return last == str(pid)


def stand(shop):
    """Until the feeds of both gateways do."""
    for nginx in (shop.nginx, *shop.siblings):
        def up(url=nginx.url):
            answer = shop.client_of(url).get("/readyz")
            return answer.status_code == 200 and all(
                feed["state"] == "up"
                for feed in answer.json()["feeds"].values())
        wait.until(up, 30, "the feeds")


def prepare(shop, products):
    """Two gateways that listen, and ids of products."""
    shop.sibling()
    for nginx in (shop.nginx, *shop.siblings):
        nginx.allow.append("exited on signal 9")
    stand(shop)
    first = goods.product(shop, 1)["id"]
    rows = shop.query(
        "store", "with made as (insert into core.product (slug, name)"
                 " select 'p-coherence-' || n, 'Nome' from"
                 " generate_series(1, %s) n returning id),"
                 " sold as (insert into core.variant"
                 " (product_id, sku, price_amount)"
                 " select id, 'COHERENCE-' || id, 100 from made)"
                 " select id from made", products - 1)
    return [first] + [row["id"] for row in rows]


def main(words):
    parser = argparse.ArgumentParser(
        prog="tests/run coherence", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=1000,
                        help="of each mode")
    parser.add_argument("--flight", type=int, default=100,
                        help="trials at once")
    parser.add_argument("--mode", action="append", choices=MODES)
    options = parser.parse_args(words)

    cluster = Cluster(FAST)
    redis = Redis()
    stale = 0
    try:
        shop = Shop(cluster, Databases(cluster), build.module("normal"),
                    cache=True,
                    http="    commerce_redis unix:%s;\n" % redis.socket)
        shop.redis = redis
        shop.start()
        try:
            campaign = Campaign(shop, prepare(shop, 2 * options.flight))
            for mode in options.mode or MODES:
                print(asyncio.run(campaign.run(mode, options.trials,
                                               options.flight)), flush=True)
                for after, product in campaign.count.stale[:20]:
                    print("  product %d was old %.0f ms after the commit"
                          % (product, after * 1000))
                stale += len(campaign.count.stale)
        finally:
            shop.stop()
    finally:
        redis.stop()
        cluster.stop()
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
