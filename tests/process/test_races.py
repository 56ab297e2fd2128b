"""The named races of orders, each with the buyers' log as its oracle.

Together more than 20,000 orders: no oversell, no acknowledged order lost, no
order twice, whatever happened to the client, the worker, the gateway or
PostgreSQL meanwhile.
"""

import asyncio
import os
import random
import signal
import threading

import pytest

from kit import audit, goods, wait
from kit.buyers import Campaign, Connection, Refused, order_bytes
from kit.client import good, key, problem

COUNT = int(os.environ.get("COMMERCE_TEST_ORDERS", "4000"))


@pytest.fixture(scope="module")
def stock(shop):
    """Variants with more stock than all campaigns together can buy."""
    return goods.variants(shop, 200, 10 ** 6)


@pytest.fixture
def tokens(shop):
    return [shop.token("customer") for _ in range(16)]


def two_of(stock, seed):
    """Bodies of orders: two different variants each."""
    chance = random.Random(seed)

    def make(_):
        return goods.items(*[(variant, chance.randint(1, 3))
                             for variant in chance.sample(stock, 2)])
    return make


def run(campaign, fault=None, every=0.0):
    """Runs the campaign; fault() again and again beside it, in a thread."""
    done = threading.Event()
    errors = []

    def repeat():
        while not done.wait(every):
            try:
                fault()
            except Exception as error:
                errors.append(error)
                return

    thread = threading.Thread(target=repeat)
    if fault:
        thread.start()
    try:
        log = asyncio.run(campaign.run())
    finally:
        done.set()
        if fault:
            thread.join(60)
    assert not errors, errors
    return log


def check(shop, log, count):
    """At least count orders, none refused, all of them there."""
    assert not log.refused(), log.codes
    assert audit.orders(shop, log) >= count
    audit.store(shop)


def test_orders_undisturbed(shop, stock, tokens):
    campaign = Campaign(shop.port, tokens, two_of(stock, 1), COUNT)
    log = run(campaign)
    check(shop, log, COUNT)
    assert set(log.statuses) == {201}


def test_client_leaves_while_its_order_is_in_a_group(shop, stock, tokens):
    """Half of the clients are gone before the answer; then they ask again."""
    campaign = Campaign(shop.port, tokens, two_of(stock, 2), COUNT, leave=0.5)
    log = run(campaign)
    check(shop, log, COUNT)


def test_worker_killed_while_a_group_is_in_flight(shop, stock, tokens):
    shop.nginx.allow += [r"exited on signal 9"]
    killed = []

    def kill():
        workers = shop.nginx.workers()
        killed.append(random.choice(workers))
        os.kill(killed[-1], signal.SIGKILL)
        wait.until(lambda: len(shop.nginx.workers()) == 2
                   and killed[-1] not in shop.nginx.workers(), 60)

    campaign = Campaign(shop.port, tokens, two_of(stock, 3), COUNT,
                        enough=lambda: len(killed) >= 5)
    log = run(campaign, kill, 0.3)
    assert log.statuses["broken"]
    check(shop, log, COUNT)


def test_reload_every_second_under_orders(shop, stock, tokens):
    """Nobody but who holds an idle connection may notice."""
    reloads = []

    def reload():
        shop.nginx.reload()
        reloads.append(1)

    campaign = Campaign(shop.port, tokens, two_of(stock, 4), COUNT,
                        enough=lambda: len(reloads) >= 5)
    log = run(campaign, reload, 1.0)
    assert not [s for s in log.statuses if isinstance(s, int) and s >= 500]
    check(shop, log, COUNT)
    wait.until(lambda: len(shop.nginx.workers()) == 2, 60,
               "old workers to end")


def test_postgresql_restarted_at_once_under_orders(shop, stock, tokens):
    restarts = []

    def restart():
        shop.cluster.halt("immediate")
        shop.cluster.start()
        restarts.append(1)

    campaign = Campaign(shop.port, tokens, two_of(stock, 5), COUNT,
                        enough=lambda: len(restarts) >= 3)
    log = run(campaign, restart, 0.7)
    check(shop, log, COUNT)
    assert set(log.codes) <= {"not_executed", "outcome_unknown",
                              "request_in_flight", None}


def test_an_answer_waits_for_the_disk_but_locks_do_not(make_shop):
    """A standby that never confirms stands for a slow disk. What the shop
    does by itself waits for it, too, and leaves connections for an order.
    """
    shop = make_shop(connections={"identity": 2, "store": 8, "analytics": 1})
    variant = goods.variant(shop, 10)
    data = order_bytes(shop.token("customer"), key(),
                       goods.items((variant, 1)))

    async def place():
        connection = Connection(shop.port)
        asked = asyncio.ensure_future(connection.request(data))
        try:
            await asyncio.to_thread(wait.until, lambda: audit.sold(
                shop, variant) == 1, 30, "the order to be committed")
            await asyncio.to_thread(take, variant)
            await Connection(shop.port).request(
                b"GET /readyz HTTP/1.1\r\nHost: shop.test\r\n\r\n")
            early = asked.done()
        finally:
            confirmed(shop, True)
        return early, await asked

    def take(variant):
        with shop.cluster.connect(shop.copies["store"]) as connection:
            connection.execute("set synchronous_commit = off")
            connection.execute("set lock_timeout = '5s'")
            connection.execute("update core.stock_level set updated_at ="
                               " now() where variant_id = %s", [variant])

    confirmed(shop, False)
    early, (status, _, _) = asyncio.run(place())
    assert status == 201 and not early


def confirmed(shop, soon):
    """Whether commits that wait are confirmed, or only after this."""
    shop.cluster.query(
        "postgres", "alter system set synchronous_standby_names = '%s'"
                    % ("" if soon else "nobody"))
    shop.cluster.query("postgres", "select pg_reload_conf()")
    if not soon:
        wait.until(lambda: waits(shop), 60, "commits to wait")


def waits(shop):
    """Whether a commit does: the server hears of a setting when it can."""
    with shop.cluster.connect(shop.copies["store"]) as connection:
        pid = connection.info.backend_pid
        asking = threading.Thread(target=commit, args=[connection])
        asking.start()
        held = wait.until(lambda: "done" if not asking.is_alive() else shop
                          .query("store", "select wait_event as what from"
                                          " pg_stat_activity where pid = %s"
                                          " and wait_event = 'SyncRep'", pid),
                          60, "a commit that waits or is done")
        shop.query("store", "select pg_cancel_backend(%s)", pid)
        asking.join(30)
    return held != "done"


def commit(connection):
    """Something, with a warning when its wait is canceled."""
    connection.execute("select pg_logical_emit_message(true, 'test', 'x')")


def test_200_buyers_for_a_stock_of_50(shop):
    """Two workers, one product: 50 get it, 150 hear that it is gone."""
    variant = goods.variant(shop, 50)
    tokens = [shop.token("customer") for _ in range(200)]
    campaign = Campaign(shop.port, tokens,
                        lambda _: goods.items((variant, 1)), 200, clients=200)
    log = run(campaign)
    assert len(log.orders()) == 50
    assert log.codes["insufficient_stock"] == 150
    assert audit.orders(shop, log) == 50
    assert audit.sold(shop, variant) == 50
    audit.store(shop)


def test_hot_product(shop, tokens):
    """Everybody wants the same: all of it is sold, no more, no less."""
    variant = goods.variant(shop, COUNT // 2)
    campaign = Campaign(shop.port, tokens,
                        lambda _: goods.items((variant, 1)), COUNT,
                        clients=64)
    log = run(campaign)
    assert audit.orders(shop, log) == COUNT // 2
    assert audit.sold(shop, variant) == COUNT // 2
    audit.store(shop)


async def at_once(port, requests):
    """All requests, each on a connection of its own; None: broken."""
    async def one(data):
        connection = Connection(port)
        try:
            return await connection.request(data)
        except Refused:
            return None
        finally:
            connection.close()
    return await asyncio.gather(*[one(data) for data in requests])


def test_same_key_50_times_in_parallel(shop):
    """One order; every answer is that order, a replay or "in flight"."""
    variant = goods.variant(shop, 100)
    token, same = shop.token("customer"), key()
    data = order_bytes(token, same, goods.items((variant, 1)))
    answers = asyncio.run(at_once(shop.port, [data] * 50))
    statuses = {status for status, _, _ in answers}
    assert statuses <= {201, 409} and 201 in statuses
    bodies = {body for status, _, body in answers if status == 201}
    assert len(bodies) == 1
    first = [headers for status, headers, _ in answers
             if status == 201 and "idempotency-replayed" not in headers]
    assert len(first) == 1
    assert audit.sold(shop, variant) == 1
    audit.store(shop)


def test_same_key_other_body(shop):
    variant = goods.variant(shop, 100)
    client, same = shop.client("customer"), key()
    headers = {"idempotency-key": same}
    first = good(client.call("place_order", goods.items((variant, 1)),
                             headers=headers), 201)
    again = client.call("place_order", goods.items((variant, 1)),
                        headers=headers)
    assert good(again, 201) == first
    assert again.headers["idempotency-replayed"] == "true"
    problem(client.call("place_order", goods.items((variant, 2)),
                        headers=headers), 422, "idempotency_key_reused")
    assert audit.sold(shop, variant) == 1


def test_same_key_other_bodies_in_parallel(shop):
    """Two bodies race under one key: one wins, the other gets 422 or 409."""
    variant = goods.variant(shop, 1000)
    token = shop.token("customer")
    for _ in range(20):
        same = key()
        requests = [order_bytes(token, same, goods.items((variant, n)))
                    for n in (1, 2) for _ in range(5)]
        answers = asyncio.run(at_once(shop.port, requests))
        won = {body for status, _, body in answers if status == 201}
        assert len(won) == 1
        assert {status for status, _, _ in answers} <= {201, 409, 422}
    audit.store(shop)


def test_same_key_of_another_customer_is_another_order(shop):
    variant = goods.variant(shop, 10)
    same = key()
    made = {good(shop.client("customer").call(
        "place_order", goods.items((variant, 1)),
        headers={"idempotency-key": same}), 201)["id"] for _ in range(2)}
    assert len(made) == 2


def test_cancel_in_parallel_returns_the_stock_once(shop):
    variant = goods.variant(shop, 5)
    client = shop.client("customer")
    order = good(client.call("place_order", goods.items((variant, 5))), 201)
    data = client.build_request(
        "POST", "/api/v1/orders/%s/cancel" % order["id"])
    head = "POST %s HTTP/1.1\r\nHost: shop.test\r\nAuthorization: %s\r\n" \
           "Content-Length: 0\r\n\r\n" % (data.url.path,
                                          data.headers["authorization"])
    answers = asyncio.run(at_once(shop.port, [head.encode()] * 30))
    assert {status for status, _, _ in answers} <= {200, 409}
    again = good(shop.client("customer").call(
        "place_order", goods.items((variant, 5))), 201)
    assert again["id"] != order["id"]
    audit.store(shop)
