"""PostgreSQL is not there: at the start, for a while, or just slow."""

import concurrent.futures
import time

import pytest

from kit import goods, wait
from kit.client import good, key, problem


@pytest.fixture(autouse=True)
def running(shop):
    """Whatever a test does, the next one finds PostgreSQL up."""
    yield
    if shop.cluster.halted:
        shop.cluster.start()


def listing(client):
    return client.call("list_products", query={"limit": 1})


def back(client, seconds=10):
    """Seconds until the shop answers again."""
    start = time.monotonic()
    wait.until(lambda: listing(client).status_code == 200, seconds,
               "the shop to recover")
    return time.monotonic() - start


def test_down_at_start(make_shop, cluster):
    shop = make_shop(start=False)
    cluster.halt()
    try:
        shop.nginx.start()
        client = shop.client(None)
        problem(listing(client), 503, "not_executed")
    finally:
        cluster.start()
    assert back(client) < 8
    good(listing(client))


def test_refuses_while_down_and_recovers(shop):
    client = shop.anonymous
    good(listing(client))
    shop.cluster.halt("immediate")
    start = time.monotonic()
    problem(listing(client), 503, "not_executed")
    assert time.monotonic() - start < 6
    for _ in range(20):
        problem(listing(client), 503, "not_executed")
    shop.cluster.start()
    assert back(client) < 8


def test_write_while_down_is_not_executed(shop):
    variant = goods.variant(shop, 5)
    client, same = shop.client("customer"), key()
    headers = {"idempotency-key": same}
    shop.cluster.halt("immediate")
    answer = client.call("place_order", goods.items((variant, 1)),
                         headers=headers)
    problem(answer, 503)
    shop.cluster.start()
    back(shop.anonymous)
    order = good(client.call("place_order", goods.items((variant, 1)),
                             headers=headers), 201)
    assert order["items"][0]["quantity"] == 1


def test_sessions_killed(shop):
    """pg_terminate_backend on all: at most a moment of 503."""
    good(listing(shop.anonymous))
    shop.query("store", """
        select pg_terminate_backend(pid) from pg_stat_activity
         where usename like '%_api' and pid <> pg_backend_pid()""")
    assert back(shop.anonymous) < 5


def test_row_locked_beyond_the_deadline(shop):
    """An order waits for a lock: answered in time, resolved by its key."""
    variant = goods.variant(shop, 5)
    client, same = shop.client("customer"), key()
    headers = {"idempotency-key": same}
    with shop.cluster.connect(shop.copies["store"]) as connection:
        with connection.transaction():
            connection.execute("select from core.stock_level"
                               " where variant_id = %s for update",
                               [variant])
            start = time.monotonic()
            answer = client.call("place_order", goods.items((variant, 1)),
                                 headers=headers)
            problem(answer, 503)
            assert time.monotonic() - start < 12
            good(listing(shop.anonymous))
    answer = wait.until(lambda: (lambda r: r if r.status_code not in (
        503, 409) else None)(client.call(
            "place_order", goods.items((variant, 1)), headers=headers)), 15)
    order = good(answer, 201)
    rows = shop.query("store", "select id::text from core.orders"
                               " where customer_id = %s", client.sub)
    assert [row["id"] for row in rows] == [order["id"]]


def test_slow_reads_do_not_stop_others(shop):
    """A catalogue that is locked does not stop who logs in."""
    with shop.cluster.connect(shop.copies["store"]) as connection:
        with connection.transaction():
            connection.execute(
                "lock table core.product in access exclusive mode")
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                client = shop.client(None)
                waiting = [pool.submit(listing, client) for _ in range(8)]
                good(shop.admin.call("list_users", query={"limit": 1}))
                answers = [w.result() for w in waiting]
    assert {a.status_code for a in answers} <= {503, 200}
    assert back(shop.anonymous) < 8
