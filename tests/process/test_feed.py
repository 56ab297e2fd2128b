"""The change feeds: who listens, what is told when nobody can, and that no
log is kept for a gateway that is gone.
"""

import contextlib
import glob
import os
import re
import signal
import threading

import psycopg
import pytest

from kit import goods
from kit.client import key
from kit.databases import Databases
from kit.postgres import FAST, Cluster
from kit.shop import Shop
from kit.wait import promptly, until

SLOTS = "select slot_name, active_pid from pg_replication_slots" \
        " where slot_name like 'commerce_%%' and database = %s"

LISTENING = "select pid from pg_stat_activity where datname = %s" \
            " and usename = 'identity_feed'"


@pytest.fixture(scope="module")
def shop(make_shop):
    made = make_shop(cache=True)
    made.product = goods.product(made, 5)["id"]
    stands(made)
    return made


def slots(shop):
    return shop.cluster.query("postgres", SLOTS, shop.copies["store"])


def listening(shop):
    return shop.cluster.query("postgres", LISTENING, shop.copies["identity"])


def feeds(shop):
    """As any worker tells it, ready or not."""
    return shop.client(None).get("/readyz").json()["feeds"]


def stands(shop):
    """Both feeds are up, and what is behind them has ended."""
    until(lambda: all(feed["state"] == "up"
                      for feed in feeds(shop).values()), 60, "the feeds")
    until(lambda: len(slots(shop)) == len(listening(shop)) == 1, 60,
          "one that listens to each")


def fetch(shop, **options):
    return shop.client(None).get("/api/v1/products/%d" % shop.product,
                                 **options)


def rename(shop):
    name = "Nome " + key()
    shop.query("store", "update core.product set name = %s where id = %s"
                        " returning id", name, shop.product)
    return name


def renamed(shop):
    """Until a new name is shown."""
    name = rename(shop)
    until(lambda: fetch(shop).json()["name"] == name, 30, name)


def told(shop, pattern, since=0):
    return [line for line in shop.nginx.lines()[since:]
            if re.search(pattern, line)]


def test_ready_tells_of_each_feed(shop):
    def tells():
        found = feeds(shop)
        assert set(found) == {"identity", "store"}
        assert all(feed["lag_bytes"] >= 0 for feed in found.values())
        return all(feed["state"] == "up" and feed["lag_ms"] < 1000
                   for feed in found.values())
    until(tells, 60, "feeds that are not behind")
    assert shop.client(None).get("/readyz").status_code == 200


def test_one_listener_each_across_reloads(shop):
    """stands() counts them: the old ones go, whoever is next."""
    for _ in range(3):
        stands(shop)
        shop.nginx.reload()
        renamed(shop)
        until(lambda: len(shop.nginx.workers()) == 2, 60,
              "old workers to end")
    stands(shop)


def test_killed_gateway_leaves_no_slot(make_shop):
    """Nothing is retained: the slot dies with its connection."""
    shop = make_shop(cache=True)
    stands(shop)
    shop.nginx.allow.append("exited on signal 9")
    workers = shop.nginx.workers()
    os.kill(shop.nginx.process.pid, signal.SIGKILL)
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    shop.nginx.process.wait(10)
    try:
        until(lambda: slots(shop) == listening(shop) == [], 60,
              "the slot to go")
    finally:
        for path in glob.glob(shop.nginx.path("*.sock")):
            os.unlink(path)
        shop.nginx.start()
        stands(shop)


def test_no_slot_is_free(make_shop, shop):
    """Told once, not at each attempt; the shop serves meanwhile."""
    taken = fill_slots(shop)
    try:
        # the gateway may be quicker than who takes what it left
        until(lambda: terminate(shop) and fill_slots(shop, taken)
              and not slots(shop), 60, "all slots")
        since = len(shop.nginx.lines())
        until(lambda: told(shop, "raise max_replication_slots"), 60,
              "a line that tells")
        until(lambda: feeds(shop)["store"]["state"] == "down", 60, "down")
        promptly(4, lambda: renamed(shop))
        until(lambda: len(told(shop, "no slot is free", since)) >= 4, 60,
              "attempts")
        errors = told(shop, r"\[error\].*no slot is free", since)
        assert len(errors) <= 2, errors
    finally:
        for name in taken:
            shop.cluster.query("postgres",
                               "select pg_drop_replication_slot(%s)", name)
    stands(shop)
    assert told(shop, r"\[notice\].*stands")


def terminate(shop):
    """Who listens to the store loses the connection."""
    for backend in slots(shop):
        shop.cluster.query("postgres", "select pg_terminate_backend(%s)",
                           backend["active_pid"])
    return True


def fill_slots(shop, taken=None):
    """Takes what is left of them."""
    taken = [] if taken is None else taken
    row = shop.cluster.query(
        "postgres", "select current_setting('max_replication_slots')::int"
                    " - count(*) as free from pg_replication_slots")[0]
    for _ in range(row["free"]):
        name = "taken_%s_%d" % (key()[:8].lower().replace("-", "_"),
                                len(taken))
        with contextlib.suppress(psycopg.errors.ConfigurationLimitExceeded):
            shop.cluster.query(
                "postgres", "select pg_create_physical_replication_slot(%s)",
                name)
            taken.append(name)
    return taken


def test_slot_waits_for_an_old_transaction(shop):
    """It does not begin anew every two seconds and never get there."""
    stands(shop)
    with shop.cluster.connect(shop.copies["analytics"]) as connection:
        connection.execute("begin")
        connection.execute("select pg_current_xact_id()")
        before = {backend["slot_name"] for backend in slots(shop)}
        since = len(shop.nginx.lines())
        terminate(shop)
        until(lambda: told(shop, "store.*waits for transactions", since), 60,
              "a line")
        waiting = slots(shop)
        assert len(waiting) == 1
        assert not before & {slot["slot_name"] for slot in waiting}
        connection.execute("commit")
        stands(shop)
    assert sorted(map(str, slots(shop))) == sorted(map(str, waiting))


@pytest.fixture(scope="module")
def replica(module, sanitized):
    """A shop whose server keeps no logical log."""
    cluster = Cluster({**FAST, "wal_level": "replica"})
    try:
        made = Shop(cluster, Databases(cluster), module, sanitized,
                    cache=True)
        made.start()
        yield made
        made.stop()
    finally:
        cluster.stop()


def test_commit_that_is_heard_of_before_it_is_seen(shop):
    """The log has it, a synchronous standby has not: reads show the old row.

    What is cached in between is old under the new generation, and must not
    outlive the moment when the commit is shown.
    """
    stands(shop)
    before = shop.kept("/api/v1/products/%d" % shop.product).json()["name"]
    name = "Nome " + key()
    with standby(shop), shop.cluster.connect(shop.copies["store"]) as writer:
        pid = writer.info.backend_pid
        waiting = threading.Thread(target=writer.execute, args=(
            "update core.product set name = %s where id = %s",
            (name, shop.product)))
        waiting.start()
        until(lambda: shop.cluster.query(
            "postgres", "select 1 from pg_stat_activity where pid = %s"
                        " and wait_event = 'SyncRep'", pid), 30, "the wait")
        until(lambda: fetch(shop).headers["X-Cache"] == "MISS"
              or fetch(shop).headers["Age"] == "0", 20, "the feed")
        until(lambda: fetch(shop).headers["X-Cache"] == "HIT", 20, "a hit")
        assert fetch(shop).json()["name"] == before
        shop.cluster.query("postgres", "select pg_cancel_backend(%s)", pid)
        waiting.join()
        # what is cached lives for 30 seconds, if nothing moves it
        until(lambda: fetch(shop).json()["name"] == name, 15, name, 0.002)


@contextlib.contextmanager
def standby(shop):
    """One that never answers."""
    def wait_for(names):
        for text in ("alter system set synchronous_standby_names = '%s'"
                     % names, "select pg_reload_conf()"):
            shop.cluster.query("postgres", text)
        until(lambda: shop.cluster.query(
            "postgres", "show synchronous_standby_names")[0]
            ["synchronous_standby_names"] == names, 30, "the setting")

    wait_for("nobody")
    try:
        yield
    finally:
        wait_for("")


def test_server_without_logical_log(replica):
    shop = replica
    until(lambda: told(shop, "set wal_level = logical"), 60, "a line")
    assert shop.client(None).get("/readyz").status_code == 200
    until(lambda: {name: feed["state"] for name, feed in feeds(shop).items()}
          == {"identity": "up", "store": "down"}, 60, "what needs no log")
    shop.product = goods.product(shop, 5)["id"]
    fetch(shop)
    promptly(1.5, lambda: renamed(shop))
    until(lambda: len(told(shop, "set wal_level = logical")) >= 4, 60,
          "attempts")
    assert len(told(shop, r"\[error\].*set wal_level = logical")) == 1


def test_stream_that_hangs(shop):
    """A server that says nothing is not believed to have nothing to say."""
    stands(shop)
    shop.kept("/api/v1/products/%d" % shop.product)
    senders = [backend["active_pid"] for backend in slots(shop)] \
        + [backend["pid"] for backend in listening(shop)]
    for pid in senders:
        os.kill(pid, signal.SIGSTOP)
    try:
        promptly(2.5, lambda: renamed(shop))
        until(lambda: all(f["state"] == "down"
                          for f in feeds(shop).values()), 30, "down")
    finally:
        for pid in senders:
            os.kill(pid, signal.SIGCONT)
    stands(shop)


def test_notification_that_is_none_of_ours(shop):
    """It is not believed: the feed begins anew, and nothing is kept."""
    stands(shop)
    shop.nginx.allow.append("no such notification")
    for text in ("", "{", '{"table": "users"}', "x" * 7999):
        starts = shop.metrics().get("commerce_feed_starts_total",
                                    database="identity")
        shop.query("identity", "select pg_notify('commerce', %s)", text)
        until(lambda: shop.metrics().get(
            "commerce_feed_starts_total", database="identity") > starts, 60,
            "a new beginning")
        stands(shop)


def test_truncated_table_moves_everything(shop):
    """Its rows are not named, so every answer is made anew."""
    stands(shop)
    path = "/api/v1/products/%d" % shop.product
    shop.kept(path)
    shop.query("identity", "truncate core.address")
    until(lambda: int(fetch(shop).headers["Age"]) == 0, 15, "a new answer")
