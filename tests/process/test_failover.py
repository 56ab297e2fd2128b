"""PostgreSQL fails over: a synchronous standby takes the place of the server.

The gateway knows both by its DSN (host=a,b target_session_attrs=read-write).
Orders go on beside it, and their buyers' log is the oracle: what was
acknowledged is on the standby, once. The first server is started again at the
end, as if nothing had been.
"""

import asyncio
import contextlib
import os
import signal
import threading

import pytest

from kit import audit, goods, wait
from kit.buyers import Campaign
from kit.client import key
from kit.shop import Shop

ORDERS = 600


def synchronous(cluster, name):
    for text in ("alter system set synchronous_standby_names = '%s'" % name,
                 "select pg_reload_conf()"):
        cluster.query("postgres", text)


@pytest.fixture
def pair(cluster):
    """The server of the other tests, and one that follows it."""
    standby = cluster.standby()
    try:
        synchronous(cluster, "standby")
        wait.until(lambda: cluster.query("postgres", """
            select 1 from pg_stat_replication where sync_state = 'sync'"""), 60,
            "the standby to be synchronous")
        yield cluster, standby
    finally:
        if cluster.halted:
            cluster.start()
        synchronous(cluster, "")
        standby.stop()


@pytest.fixture
def shop(pair, databases, module, sanitized):
    primary, standby = pair
    made = Shop(primary, databases, module, sanitized, cache=True,
                standby=standby)
    made.start()
    yield made
    try:
        for client in made.clients:
            client.close()
        made.nginx.stop()
        standby.without_sessions(made.copies.values())
    finally:
        if primary.halted:
            primary.start()
        synchronous(primary, "")
        databases.drop(made.copies)


def processes(cluster):
    """The postmaster and all that it has started."""
    pid = cluster.pid()
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        return [pid, *map(int, file.read().split())]


@contextlib.contextmanager
def killed(cluster):
    cluster.halt("immediate")
    yield


@contextlib.contextmanager
def hung(cluster):
    """It takes connections and says nothing."""
    pids = processes(cluster)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(pids):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        cluster.halt("immediate")


def feeds(shop):
    return {name: feed["state"] for name, feed in shop.anonymous
            .get("/readyz").json()["feeds"].items()}


def up(shop):
    wait.until(lambda: set(feeds(shop).values()) == {"up"}, 60,
               "the feeds to stand")


def page(shop, product):
    return shop.anonymous.get("/api/v1/products/%d" % product)


@pytest.mark.parametrize("fault", [killed, hung])
def test_failover(shop, pair, fault):
    primary, standby = pair
    stock = goods.variants(shop, 20, 10 ** 6)
    product = goods.product(shop, 5)["id"]
    up(shop)
    wait.until(lambda: page(shop, product).headers["x-cache"] == "HIT", 60,
               "a hit")
    over = threading.Event()
    campaign = Campaign(
        shop.port, [shop.token("customer") for _ in range(8)],
        lambda n: goods.items((stock[n % 20], 1), (stock[(n + 7) % 20], 2)),
        ORDERS, clients=16, deadline=150, enough=over.is_set)

    def fail_over():
        try:
            wait.until(lambda: len(campaign.log.final) > ORDERS // 4, 60,
                       "orders before the fault")
            with fault(primary):
                wait.until(lambda: set(feeds(shop).values()) == {"down"}, 60,
                           "the feeds to be down")
                standby.promote()
                shop.cluster = standby
                up(shop)
                after = len(campaign.log.final)
                wait.until(lambda: len(campaign.log.final) > after + 100, 60,
                           "orders after it")
        finally:
            over.set()

    thread = threading.Thread(target=fail_over)
    thread.start()
    log = asyncio.run(campaign.run())
    thread.join(150)
    assert not thread.is_alive() and not log.refused(), log.codes
    assert audit.orders(shop, log) >= ORDERS
    audit.store(shop)
    assert shop.query("store", "select left(pg_walfile_name("
                      "pg_current_wal_lsn()), 8) as t")[0]["t"] == "00000002"
    # The stream began on another timeline: nothing of before is a hit.
    name = "Nome " + key()
    shop.query("store", "update core.product set name = %s where id = %s"
                        " returning id", name, product)
    wait.until(lambda: page(shop, product).json()["name"] == name, 60,
               name, 0.002)
