"""Start, reload, stop, clients that go: what the operator and the log see."""

import os
import re
import signal
import threading

import pytest

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
                 " where wait_event = 'PgSleep'"), 60, "the statement")


def test_request_in_flight_survives_a_reload(shop):
    with Raw(shop.port) as raw:
        raw.get(LIST)
        raw.send(raw.request("GET", SLOW))
        asleep(shop)
        shop.nginx.reload()
        assert raw.response().status == 200
    wait.until(lambda: len(shop.nginx.workers()) == 2, 60,
               "old workers to end")


def test_stop_waits_for_the_request_in_flight(make_shop):
    shop = make_shop(lab=True)
    with Raw(shop.port) as raw:
        raw.get(LIST)
        raw.send(raw.request("GET", SLOW))
        asleep(shop)
        shop.nginx.signal(signal.SIGQUIT)
        assert raw.response().status == 200
    wait.until(lambda: shop.nginx.process.poll() is not None, 60,
               "nginx to stop")
    assert shop.nginx.process.returncode == 0
    shop.nginx.assert_clean()
    shop.cluster.without_sessions(shop.copies.values())
    shop.nginx.start()


def test_reload_many_times_leaves_nothing(shop):
    """Workers, fds and sessions of PostgreSQL: as many as before."""
    good(shop.anonymous.get(LIST))
    shop.reload()
    level = shop.cluster.sessions(shop.copies.values())
    for _ in range(8):
        shop.reload()
        good(shop.client(None).get(LIST))
    wait.until(lambda: shop.cluster.sessions(shop.copies.values()) <= level,
               60, "sessions to end")
    assert len(shop.nginx.workers()) == 2


@pytest.mark.parametrize("line, says", [
    ("commerce_contract nowhere/*.yaml", "no contract is at"),
    ('commerce_database store "dsn=host=/"', "names a database twice"),
    ("commerce_database more queue=8", "no dsn= is given for database"),
    ('commerce_database more "dsn=host=/" timeout=soon', "bad time in"),
    ('commerce_database more "dsn=host=/" connections=0', "bad number in"),
    ('commerce_database more "dsn=host=/" colour=red', "unknown option"),
    ('commerce_feed nobody "dsn=host=/"', "no commerce_database above is"),
    ("commerce_feed store colour=red", "unknown option"),
    ('commerce_feed store "dsn=host=/" "listen=a;b"', "listen= wants lower"),
    ('commerce_feed store "dsn=host=/"; commerce_feed store "dsn=host=/"',
     "no second feed is made for"),
    ("commerce_jwt colour=red", "unknown option"),
    ("commerce_jwt ttl=soon", "bad time in"),
    ("commerce_jwt_key other file=keys/none.pem alg=ES256", "failed"),
    ("commerce_jwt_key other file=keys/signing.pem alg=PS256",
     "unknown option"),
    ("commerce_jwt_key other file=keys/signing.pem alg=RS256", "key"),
    ("commerce_jwt_key other alg=ES256", "no file= is given"),
    ("commerce_jwt_key other file=keys/empty alg=ES256",
     "empty or too large is"),
    ("commerce_seal_key keys/seal.key", "is duplicate"),
    ("commerce_cursor_key keys/cursor.key", "is duplicate"),
    ("commerce_passwords keys/none", "failed"),
    ("commerce_zone 4m", "is duplicate"),
    ("commerce_cache 1m", "less than 2m is"),
    ("commerce_cache 4m; commerce_cache 4m", "is duplicate"),
    ("commerce_trusted_proxy 300.1.1.1", "no address is"),
    ("commerce_cors_origin shop.example", "an origin begins with http, not"),
    ("commerce_order_group 129", "takes 1 to 128 orders"),
    ("commerce_order_group 8 queue=0", "unknown option"),
    ("commerce_threads commerce; commerce_threads commerce", "is duplicate"),
    ("commerce_payment coins key=keys/empty", "unknown provider"),
    ("commerce_payment test webhook_key=keys/payments.webhook",
     "names a provider twice"),
    ("commerce_http timeout=soon", "bad time in"),
    ("commerce_http max=much", "bad size in"),
    ("commerce_http requests=none", "bad number in"),
    ("commerce_http colour=red", "unknown option"),
])
def test_what_nginx_refuses(shop, line, says):
    shop.nginx.write("keys/empty", "")
    shop.options["http"] = line + ";"
    try:
        code, text = shop.nginx.check()
    finally:
        del shop.options["http"]
    assert code == 1 and says in text, text


@pytest.mark.parametrize("option, text, says", [
    ("zone", "512k", "less than 1m is"),
    ("media", "commerce_media %s;" % ("long/" * 220), "too long is")])
def test_what_nginx_refuses_of_what_it_needs(shop, option, text, says):
    shop.options[option] = text
    try:
        code, said = shop.nginx.check()
    finally:
        del shop.options[option]
    assert code == 1 and says in said, said


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
               60, "the complaint")
    good(shop.client(None).get(LIST))
    assert shop.nginx.workers() == before
    os.unlink(broken)
    shop.reload()


def test_clients_that_leave_while_postgresql_works(shop):
    """Reads of clients that left end; nothing is left in the pools."""
    good(shop.client(None).get(LIST))
    before = shop.nginx.fds()
    for _ in range(40):
        raw = Raw(shop.port)
        raw.send(raw.request("GET", "/lab/sleep?ms=200"))
        raw.reset()
    good(shop.client(None).get(LIST))
    wait.until(lambda: shop.nginx.fds() <= before + 4, 60, "fds to close")


def test_worker_killed_is_replaced(shop):
    shop.nginx.allow += [r"exited on signal 9"]
    victim = shop.nginx.workers()[0]
    os.kill(victim, signal.SIGKILL)
    wait.until(lambda: victim not in shop.nginx.workers()
               and len(shop.nginx.workers()) == 2, 60, "a new worker")
    shop.ready()
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
