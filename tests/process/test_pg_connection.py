"""Connections to PostgreSQL that break, hang, or find another server."""

import concurrent.futures
import contextlib
import os
import signal
import threading
import time

import httpx
import psycopg
import pytest

from kit import wait
from kit.client import Transport, fetch, good, key, problem

SHOP = {"lab": True}

DEFERRED = """
    create table core.lab_once (
        id bigint, constraint lab_once_id unique (id)
                   deferrable initially deferred);
    create or replace function api.lab_delete(id bigint)
        returns table (gone boolean)
    language plpgsql security definer set search_path = core, pg_temp as $$
    begin
        insert into lab_once values (lab_delete.id);
        return query select true;
    end $$;
    grant execute on function api.lab_delete(bigint) to store_api;
"""


@pytest.fixture(autouse=True)
def running(shop):
    """Whatever a test does, the next one finds PostgreSQL up and known."""
    yield
    if shop.cluster.halted:
        shop.cluster.start()
    wait.until(lambda: ask(shop.port) == 200, 60, "the shop to recover")
    shop.ready()


def ask(port, path="/lab/types"):
    """A status; None: no answer at all."""
    try:
        return fetch("http://127.0.0.1:%d%s" % (port, path),
                     timeout=20).status_code
    except httpx.TransportError:
        return None


@contextlib.contextmanager
def readers(shop, count=6):
    """Reads all the while; gives the list of (status, seconds) so far."""
    seen, end = [], threading.Event()

    def read():
        with httpx.Client(base_url=shop.nginx.url, timeout=20,
                          transport=Transport()) as client:
            while not end.is_set():
                start = time.monotonic()
                status = client.get("/lab/types").status_code
                seen.append((status, time.monotonic() - start))

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        tasks = [pool.submit(read) for _ in range(count)]
        try:
            wait.until(lambda: len(seen) > 50, 60, "readers")
            yield seen
        finally:
            end.set()
        for task in tasks:
            task.result()


def more(seen, count=200):
    """Until so many further answers came."""
    enough = len(seen) + count
    wait.until(lambda: len(seen) >= enough, 60, "further answers")


def processes(shop):
    """The server's processes, postmaster first."""
    first = shop.cluster.pid()
    with open("/proc/%d/task/%d/children" % (first, first)) as file:
        return [first, *map(int, file.read().split())]


def test_sessions_killed_under_reads(shop):
    """A read whose session dies is asked again: nobody notices."""
    with readers(shop) as seen:
        for _ in range(5):
            shop.query("store", """
                select pg_terminate_backend(pid) from pg_stat_activity
                 where application_name = 'ngx_commerce'""")
            more(seen)
    assert {status for status, _ in seen} == {200}


def test_restart_under_reads(shop):
    """The server is away for less than a second: reads wait for it. On a
    machine that is busy it may be away for longer, until the gateway is back.
    """
    for _ in range(5):
        with readers(shop) as seen:
            start = time.monotonic()
            shop.cluster.halt("immediate")
            shop.cluster.start()
            wait.until(lambda: shop.query("store", """
                select 1 from pg_stat_activity where datname = %s
                   and application_name = 'ngx_commerce'""",
                                          shop.copies["store"]), 60)
            away = time.monotonic() - start
            more(seen)
        statuses = {status for status, _ in seen}
        if statuses == {200}:
            return
        assert away > 0.8 and statuses == {200, 503}


def test_one_backend_crashes_under_reads(shop):
    """kill -9 of one makes the postmaster throw out all of them."""
    with readers(shop) as seen:
        rows = shop.query("store", """
            select pid from pg_stat_activity
             where application_name = 'ngx_commerce' limit 1""")
        away = crash(shop, rows[0]["pid"])
        more(seen)
    assert {status for status, _ in seen} <= {200, 503}
    refused = sum(status == 503 for status, _ in seen)
    assert refused < len(seen) / 10 or away > 0.8


def crash(shop, pid):
    """Seconds until the server takes connections again."""
    def gone():
        try:
            return not witness.execute("select 1")
        except psycopg.OperationalError:
            return True

    def well():
        try:
            return shop.query("store", "select 1")
        except psycopg.OperationalError:
            return False

    with contextlib.closing(shop.cluster.connect()) as witness:
        start = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        wait.until(gone, 60, "the crash to be noticed")
        wait.until(well, 60, "the server to be well")
        return time.monotonic() - start


def test_write_whose_session_dies_has_an_unknown_outcome(shop):
    """Not repeated by the gateway; by the client's key it is done once."""
    client, headers = shop.client("customer"), {"idempotency-key": key()}
    body = {"text": "once", "wait": 2000}
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.call, "lab_write", body, headers=headers)
        rows = wait.until(lambda: shop.query("store", """
            select pid from pg_stat_activity
             where application_name = 'ngx_commerce' and state = 'active'
               and query ~ 'api[.]idempotent'"""))
        shop.query("store", "select pg_terminate_backend(%s)",
                   rows[0]["pid"])
        problem(answer.result(), 503, "outcome_unknown")
    good(client.call("lab_write", body, headers=headers), 201)
    rows = shop.query("store", "select 1 from core.lab_note"
                               " where text = 'once'")
    assert len(rows) == 1


def test_error_at_commit_is_an_error(shop):
    """The row was there already when the transaction could not commit."""
    with shop.cluster.connect(shop.copies["store"],
                              "store_owner") as connection:
        connection.execute(DEFERRED)
    assert shop.anonymous.call("lab_delete", id=7).status_code == 204
    problem(shop.anonymous.call("lab_delete", id=7), 409)
    assert shop.anonymous.call("lab_delete", id=8).status_code == 204


def test_server_that_hangs(shop):
    """SIGSTOP: answered within the deadline, well again at once."""
    stopped = processes(shop)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(
                lambda _: shop.anonymous.get("/lab/types"), range(16)))
        assert {answer.status_code for answer in answers} == {503}
        assert max(a.elapsed.total_seconds() for a in answers) < 20
        count = shop.nginx.fds()
        wait.until(lambda: ask(shop.port) == 503, 60)
        wait.until(lambda: shop.nginx.fds() <= count + 2, 60,
                   "no more descriptors than before")
    finally:
        for pid in reversed(stopped):
            os.kill(pid, signal.SIGCONT)
    wait.until(lambda: ask(shop.port) == 200, 60, "the shop to recover")


def test_statement_that_the_server_forgot(shop):
    """DISCARD and the like: prepared again, and the query sent again."""
    with shop.cluster.connect(shop.copies["store"],
                              "store_owner") as connection:
        connection.execute("""
            create or replace function api.lab_delete(id bigint)
                returns table (gone boolean)
            language plpgsql as $$
            begin
                deallocate all;
                return query select true;
            end $$""")
    for _ in range(20):
        shop.anonymous.call("lab_delete", id=9)
        good(shop.anonymous.get("/lab/types"), 200)


def test_old_worker_gives_its_sessions_back(shop):
    """A worker that waits for one slow request keeps what that one needs."""
    count = shop.cluster.sessions(shop.copies.values())
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        slow = [pool.submit(shop.client(None).call, "lab_sleep",
                            query={"ms": 3000}) for _ in range(2)]
        wait.until(lambda: shop.query("store", """
            select 1 from pg_stat_activity where state = 'active'
             and query ~ 'api[.]lab_sleep'"""))
        shop.nginx.reload()
        wait.until(lambda: shop.cluster.sessions(shop.copies.values())
                   < 2 * count, 60, "idle sessions of old workers to end")
        for answer in slow:
            good(answer.result())
    wait.until(lambda: shop.cluster.sessions(shop.copies.values()) <= count,
               60, "sessions of old workers to end")


def test_server_full(make_shop, cluster):
    """No session is left for the gateway: refused, then served."""
    shop = make_shop(lab=True)
    role, name = "store_api", shop.copies["store"]
    with cluster.connect() as connection:
        connection.execute("alter role %s connection limit 0" % role)
        try:
            shop.query("store", """
                select pg_terminate_backend(pid) from pg_stat_activity
                 where usename = %s and datname = %s""", role, name)
            wait.until(lambda: ask(shop.port) == 503, 60)
            answer = shop.anonymous.get("/lab/types")
            problem(answer, 503, "not_executed")
        finally:
            connection.execute("alter role %s connection limit -1" % role)
    wait.until(lambda: ask(shop.port) == 200, 60, "the shop to recover")
