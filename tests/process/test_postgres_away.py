"""PostgreSQL is not there: at the start, for a while, or just slow."""

import concurrent.futures
import os
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


def back(client):
    """Until the shop answers again."""
    wait.until(lambda: listing(client).status_code == 200, 60,
               "the shop to recover")


def test_down_at_start(make_shop, cluster):
    shop = make_shop(start=False)
    cluster.halt()
    try:
        shop.nginx.start()
        client = shop.client(None)
        problem(listing(client), 503, "not_executed")
    finally:
        cluster.start()
    back(client)


def test_refuses_while_down_and_recovers(shop):
    client = shop.anonymous
    good(listing(client))
    shop.cluster.halt("immediate")
    start = time.monotonic()
    problem(listing(client), 503, "not_executed")
    assert time.monotonic() - start < 20
    for _ in range(20):
        problem(listing(client), 503, "not_executed")
    shop.cluster.start()
    back(client)


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
    back(shop.anonymous)


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
            assert time.monotonic() - start < 25
            good(listing(shop.anonymous))
    answer = wait.until(lambda: (lambda r: r if r.status_code not in (
        503, 409) else None)(client.call(
            "place_order", goods.items((variant, 1)), headers=headers)), 60)
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
    back(shop.anonymous)


def away(shop, page):
    """A page in the cache, and PostgreSQL gone."""
    kept = shop.kept(page).text
    shop.cluster.halt("immediate")
    wait.until(lambda: shop.anonymous.get(page).headers.get("x-cache")
               == "STALE", 60, "an old answer")
    return kept


def test_pages_outlive_the_database(make_shop):
    """What the catalogue showed is shown on, and says that it is old."""
    shop = make_shop(cache=True)
    made = goods.product(shop, 3)
    page = "/api/v1/products/%d" % made["id"]
    kept = away(shop, page)
    answer = shop.anonymous.get(page)
    assert (answer.status_code, answer.text) == (200, kept)
    assert answer.headers["x-cache"] == "STALE"
    assert int(answer.headers["age"]) < 15 * 60
    # What was not asked before, and what is no catalogue's, is not made up.
    problem(shop.anonymous.get("/api/v1/products/%d?x" % made["id"]), 400)
    problem(shop.anonymous.get("/api/v1/products/999999999"), 503)
    problem(shop.customer.read("/me/orders"), 503)
    problem(shop.staff.get(page), 503)
    shop.cluster.start()
    wait.until(lambda: shop.anonymous.get(page).headers["x-cache"] == "HIT",
               60, "the page to be fresh again")


def test_pages_are_not_shown_for_ever(make_shop):
    """The same contract with a bound that a test can wait for: less than the
    answer would live if all went well.
    """
    shop = make_shop(start=False, cache=True)
    path = shop.nginx.path("contract/catalogue.yaml")
    with open(path) as file:
        text = file.read()
    assert "stale: 15m" in text
    os.remove(path)
    shop.nginx.write("contract/catalogue.yaml",
                     text.replace("stale: 15m", "stale: 8s"))
    shop.start()
    page = "/api/v1/products/%d" % goods.product(shop, 3)["id"]
    away(shop, page)

    def ended():
        answer = shop.anonymous.get(page)
        if answer.status_code == 200:
            assert answer.headers["x-cache"] != "STALE" \
                or int(answer.headers["age"]) < 8
            return False
        problem(answer, 503, "not_executed")
        return True
    wait.until(ended, 60, "the answer to be too old")
