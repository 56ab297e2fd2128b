"""Start, reload, stop, clients that go: what the operator and the log see."""

import os
import re
import signal
import threading
import time

from kit import wait
from kit.client import good
from kit.raw import Raw

SHOP = {"lab": True}

LIST = "/lab/rows?limit=5"
SLOW = "/lab/sleep?ms=1500"


def asleep(shop):
    """Until PostgreSQL sleeps for somebody."""
    wait.until(lambda: shop.query(
        "store", "select 1 from pg_stat_activity"
                 " where wait_event = 'PgSleep'"), 5, "the statement")


def test_request_in_flight_survives_a_reload(shop):
    with Raw(shop.port) as raw:
        raw.get(LIST)
        raw.send(raw.request("GET", SLOW))
        asleep(shop)
        shop.nginx.reload()
        assert raw.response().status == 200
    wait.until(lambda: len(shop.nginx.workers()) == 2, 15,
               "old workers to end")


def test_stop_waits_for_the_request_in_flight(make_shop):
    shop = make_shop(lab=True)
    with Raw(shop.port) as raw:
        raw.get(LIST)
        raw.send(raw.request("GET", SLOW))
        asleep(shop)
        shop.nginx.signal(signal.SIGQUIT)
        assert raw.response().status == 200
    wait.until(lambda: shop.nginx.process.poll() is not None, 15,
               "nginx to stop")
    assert shop.nginx.process.returncode == 0
    shop.nginx.assert_clean()
    shop.cluster.without_sessions(shop.copies.values())
    shop.nginx.start()


def test_reload_many_times_leaves_nothing(shop):
    """Workers, fds and sessions of PostgreSQL: as many as before."""
    good(shop.anonymous.get(LIST))
    shop.nginx.reload(wait_for_old=True)
    for _ in range(4):
        good(shop.client(None).get(LIST))
    level = wait.until(lambda: shop.cluster.sessions(shop.copies.values()))
    for _ in range(8):
        shop.nginx.reload(wait_for_old=True)
        good(shop.client(None).get(LIST))
    wait.until(lambda: shop.cluster.sessions(shop.copies.values())
               <= max(level, 10), 10, "sessions to end")
    assert len(shop.nginx.workers()) == 2


def test_bad_configuration_is_not_taken(shop):
    """SIGHUP with a contract that is wrong: the old one keeps serving."""
    shop.nginx.allow += [r"\[emerg\].*(contract|broken)"]
    broken = shop.nginx.write(
        "contract/broken.yaml", "openapi: 3.1.0\ninfo: {}\n"
        "paths: { /a: { get: { zzz: 1 } } }\n")
    code, text = shop.nginx.check()
    assert code != 0
    assert re.search(r"broken\.yaml:\d+: .* at #/paths/~1a/get", text), text
    before = shop.nginx.workers()
    shop.nginx.signal(signal.SIGHUP)
    wait.until(lambda: any("[emerg]" in line for line in shop.nginx.lines()),
               10, "the complaint")
    good(shop.client(None).get(LIST))
    assert shop.nginx.workers() == before
    os.unlink(broken)
    shop.nginx.reload(wait_for_old=True)


def test_clients_that_leave_while_postgresql_works(shop):
    """Reads of clients that left end; nothing is left in the pools."""
    good(shop.client(None).get(LIST))
    before = shop.nginx.fds()
    for _ in range(40):
        raw = Raw(shop.port)
        raw.send(raw.request("GET", "/lab/sleep?ms=200"))
        raw.reset()
    good(shop.client(None).get(LIST))
    wait.until(lambda: shop.nginx.fds() <= before + 4, 15, "fds to close")


def test_worker_killed_is_replaced(shop):
    shop.nginx.allow += [r"exited on signal 9"]
    victim = shop.nginx.workers()[0]
    os.kill(victim, signal.SIGKILL)
    start = time.monotonic()
    wait.until(lambda: victim not in shop.nginx.workers()
               and len(shop.nginx.workers()) == 2, 5, "a new worker")
    assert time.monotonic() - start < 1
    for _ in range(10):
        good(shop.client(None).get(LIST))


def test_worker_stopped_for_a_while(shop):
    """SIGSTOP: its clients wait, then get their answers."""
    workers = shop.nginx.workers()
    raws = [Raw(shop.port) for _ in range(8)]
    for raw in raws:
        assert raw.get(LIST).status == 200
    os.kill(workers[0], signal.SIGSTOP)
    for raw in raws:
        raw.send(raw.request("GET", LIST))
    threading.Timer(1.0, os.kill, (workers[0], signal.SIGCONT)).start()
    for raw in raws:
        assert raw.response().status == 200
        raw.close()


def test_memory_does_not_grow(shop, sanitized):
    """Ten thousand requests on kept connections: the same memory after."""
    def ask(count):
        with Raw(shop.port) as raw:
            one = raw.request("GET", LIST)
            for _ in range(count // 50):
                raw.send(one * 50)
                for _ in range(50):
                    assert raw.response().status == 200

    ask(2000)
    before = shop.nginx.memory()
    ask(10000)
    grown = shop.nginx.memory() - before
    assert sanitized or grown < 1024 * 1024, grown
