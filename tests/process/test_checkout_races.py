"""Checkouts while things go wrong: many at once, killed workers, a database
that goes away, providers that fail. Afterwards the invariants of money and
stock hold, whoever asks.
"""

import asyncio
import json
import os
import random
import signal
import threading
import time
import uuid

import pytest

from kit import audit, goods, payments, wait
from kit.buyers import Connection, Refused
from kit.client import good, key, problem

SHOP = {"fakes": True}
SEEDS = int(os.environ.get("COMMERCE_TEST_SEEDS", "3"))

STEP_SEEDS = int(os.environ.get("COMMERCE_TEST_STEP_SEEDS", "1"))

# What a step of a checkout writes and whose call it is: a lock holds it there.
STEPS = {
    "reserving": ("core.stock_level", "checkout_begin"),
    "ordering": ("core.outbox", "checkout_begin"),
    "writing": ("core.payment", "checkout_begin"),
    "talking": (None, None),
    "paying": ("core.orders", "payment_seen"),
    "keeping": ("core.idempotency", "payment_seen"),
}


@pytest.fixture(scope="module")
def variant(shop):
    """And who was killed is not waited for for long."""
    shop.query("store", "update core.setting set value = '\"1 second\"'"
                        " where key = 'payments.lease'")
    return goods.variants(shop, 1, 10 ** 6)[0]


def request(shop, path, body, name, client):
    text = json.dumps(body)
    return ("POST /api/v1%s HTTP/1.1\r\nHost: shop.test\r\nAuthorization:"
            " Bearer %s\r\nIdempotency-Key: %s\r\nContent-Type:"
            " application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (path, client, name, len(text), text)).encode()


def body(variant, token, provider="test"):
    return {**goods.items((variant, 1)), "payment": {
        "provider": provider, "flow": "token", "token": token}}


async def insist(shop, data, end=90):
    """Repeats until there is a final answer: (status, body)."""
    connection, loop = Connection(shop.port), asyncio.get_running_loop()
    last = loop.time() + end
    while True:
        assert loop.time() < last, "no final answer"
        try:
            status, _, text = await connection.request(data)
        except Refused:
            await asyncio.sleep(0.02)
            continue
        answer = json.loads(text)
        if status in (429, 503) or answer.get("code") == "request_in_flight":
            await asyncio.sleep(0.02)
            continue
        connection.close()
        return status, answer


def campaign(shop, variant, count, seed, provider="test", tokens=None):
    """count checkouts of ten buyers; {key: (status, answer)}."""
    chance = random.Random(seed)
    tokens = tokens or ["tok_success", "tok_declined", "tok_timeout",
                        "tok_processing", "tok_action"]
    people = [shop.token("customer", sub=str(uuid.uuid4()))
              for _ in range(10)]
    asked = [(key(), chance.choice(people), chance.choice(tokens))
             for _ in range(count)]

    async def run():
        gate = asyncio.Semaphore(8)

        async def one(name, person, token):
            async with gate:
                return name, await insist(shop, request(
                    shop, "/checkout", body(variant, token, provider), name,
                    person))
        return dict(await asyncio.gather(*[one(*a) for a in asked]))
    return asyncio.run(run())


def refused(answers):
    return [answer for status, answer in answers.values() if status != 201]


def settle(shop):
    """Time passes: all that is left is looked after, nothing is pending."""
    def calm():
        shop.query("store", "update core.payment set created_at = created_at"
                            " - interval '1 hour', leased_until = null"
                            " where created_at > now() - interval '40 min'"
                            " returning 1")
        shop.query("store", "update core.job set due_at = now() where kind ="
                            " 'payment_reconcile' and status = 'waiting'"
                            " returning 1")
        return not shop.query(
            "store", "select 1 as n from core.job where kind ="
                     " 'payment_reconcile' and status <> 'done' limit 1")
    wait.until(calm, 90, "the jobs to end", 0.2)
    payments.invariants(shop)
    audit.store(shop)


def test_fifty_times_the_same(shop, variant):
    """One 201 does it, the others are its replays."""
    name, person = key(), shop.token("customer", sub=str(uuid.uuid4()))
    data = request(shop, "/checkout", body(variant, "tok_success"), name,
                   person)

    async def run():
        return await asyncio.gather(*[insist(shop, data) for _ in range(50)])
    answers = asyncio.run(run())
    assert {status for status, _ in answers} == {201}
    assert len({json.dumps(answer, sort_keys=True)
                for _, answer in answers}) == 1
    payments.invariants(shop)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_worker_killed_during_checkouts(shop, variant, seed):
    """Killed again and again, at random moments of the flow."""
    shop.nginx.allow += [r"exited on signal 9"]
    chance, done = random.Random(seed), threading.Event()

    def kill():
        for _ in range(6):
            if done.wait(0.2 + chance.random() * 0.4):
                return
            workers = shop.nginx.workers()
            if len(workers) == 2:
                os.kill(chance.choice(workers), signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        answers = campaign(shop, variant, 40, seed)
    finally:
        done.set()
        thread.join()
    assert refused(answers) == []
    settle(shop)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_provider_fails_during_checkouts(shop, variant, seed):
    chance = random.Random(seed)
    shop.stripe.faults[:] = [chance.choice(["before", "after", "reset",
                                            "busy"]) for _ in range(30)]
    answers = campaign(shop, variant, 30, seed, "stripe",
                       ["pm_card_visa", "pm_card_chargeDeclined"])
    assert refused(answers) == []
    settle(shop)
    captured = shop.query("store", "select count(*) as n from core.payment"
                                   " where provider = 'stripe'"
                                   " and status = 'captured'")[0]["n"]
    paid = [i for i in shop.stripe.intents.values()
            if i["status"] == "succeeded"]
    assert captured == len(paid)


def test_every_client_leaves(shop, variant):
    """Nobody waits for an answer; every order ends paid or canceled."""
    person = shop.token("customer", sub=str(uuid.uuid4()))

    async def leave(token):
        _, writer = await asyncio.open_connection("127.0.0.1", shop.port)
        writer.write(request(shop, "/checkout", body(variant, token), key(),
                             person))
        await writer.drain()
        await asyncio.sleep(0.005)
        writer.transport.abort()

    async def run():
        for _ in range(5):
            for token in ("tok_success", "tok_timeout", "tok_action"):
                await leave(token)
    asyncio.run(run())
    wait.until(lambda: shop.metrics().get("commerce_flows") == 0, 60,
               "what was asked for to end")
    settle(shop)
    assert shop.query("store", "select 1 as n from core.orders"
                               " where status = 'pending'") == []


def waits(shop, function):
    """Whether a call of the function waits for a lock."""
    return shop.query(
        "store", "select 1 as n from pg_stat_activity where datname = %s"
                 " and wait_event_type = 'Lock' and query like %s",
        shop.copies["store"], "%api." + function + "(%")


@pytest.mark.parametrize("seed", range(STEP_SEEDS))
@pytest.mark.parametrize("step", STEPS)
def test_worker_killed_at_a_step(shop, variant, step, seed):
    """Workers die just then; the key finds out, money moves once.

    With seed 0 all of them, else one, some, at once or when it has gone on.
    """
    shop.nginx.allow += [r"exited on signal 9"]
    chance = random.Random("%s %d" % (step, seed))
    table, function = STEPS[step]
    name, person = key(), shop.token("customer", sub=str(uuid.uuid4()))
    data = request(shop, "/checkout", body(variant, "pm_card_visa", "stripe"),
                   name, person)
    intents, answers = len(shop.stripe.intents), []
    asking = threading.Thread(
        target=lambda: answers.append(asyncio.run(insist(shop, data))))
    held = function != "checkout_begin"
    shop.stripe.faults[:] = ["gate"] if held else []
    shop.stripe.opened.clear()
    shop.stripe.patience = 20

    def kill():
        workers = shop.nginx.workers()
        for worker in workers if seed == 0 else chance.sample(
                workers, chance.randint(1, len(workers))):
            os.kill(worker, signal.SIGKILL)

    with shop.cluster.connect(shop.copies["store"]) as other:
        with other.transaction():
            if not held:
                other.execute("lock table %s in share mode" % table)
            asking.start()
            if held:
                wait.until(lambda: len(shop.stripe.intents) > intents, 60)
            if held and table:
                other.execute("lock table %s in share mode" % table)
                shop.stripe.opened.set()
            if table:
                wait.until(lambda: waits(shop, function), 60)
            if seed % 2 == 0:
                kill()
        if seed % 2:                    # the lock is gone: somewhere behind
            time.sleep(chance.random() * 0.01)
            kill()
    shop.stripe.opened.set()
    asking.join(120)
    (status, answer), = answers
    assert status == 201, answer
    assert answer["payment"]["status"] == "captured"
    assert answer["order"]["status"] == "paid"
    assert len(shop.stripe.intents) == intents + 1
    settle(shop)


def test_worker_dies_before_it_notes_that_the_provider_is_silent(shop,
                                                                 variant):
    """The job notes it in its place, and then hears what came of it."""
    person = shop.client("customer")
    problem(person.call("checkout", body(variant, "tok_timeout")), 503,
            "outcome_unknown")
    order, = good(person.call("list_my_orders"))["data"]
    shop.query("store", "update core.payment set status = 'created', error ="
                        " null, version = 1 where order_id = %s", order["id"])
    settle(shop)
    assert good(person.call("get_order", id=order["id"]))["status"] == "paid"


def test_database_goes_away_while_the_provider_works(shop, variant):
    """What the provider did is not forgotten."""
    name, person = key(), shop.token("customer", sub=str(uuid.uuid4()))
    data = request(shop, "/checkout", body(variant, "pm_card_visa", "stripe"),
                   name, person)
    intents, answers = len(shop.stripe.intents), []
    shop.stripe.faults[:] = ["hang"]
    shop.stripe.patience = 1
    asking = threading.Thread(
        target=lambda: answers.append(asyncio.run(insist(shop, data))))
    asking.start()
    wait.until(lambda: len(shop.stripe.intents) > intents, 60)
    shop.query("store", "select pg_terminate_backend(pid)"
                        " from pg_stat_activity where usename = 'store_api'"
                        " and datname = %s", shop.copies["store"])
    asking.join(120)
    assert answers[0][0] == 201
    assert len(shop.stripe.intents) == intents + 1
    settle(shop)


# --- events ----------------------------------------------------------------

DELIVERIES = int(os.environ.get("COMMERCE_TEST_DELIVERIES", "400"))


def test_events_shuffled_and_repeated(shop, variant):
    """Each 1 to 5 times, in any order: the end is the oracle's."""
    chance = random.Random(7)
    oracle, deliveries = {}, []
    while len(deliveries) < DELIVERIES:
        if len(oracle) % 500 == 0:            # a token lives ten minutes
            buyer = shop.client("customer")
        made = good(buyer.call("checkout", body(variant, "tok_late")), 201)
        pay = made["payment"]["id"]
        story, end = payments.story(chance, pay, 1000)
        oracle[pay] = end
        for event in story:
            deliveries += [event] * chance.randint(1, 5)
    chance.shuffle(deliveries)

    async def run():
        gate = asyncio.Semaphore(16)

        async def one(event):
            async with gate:
                status, _ = await insist(shop, payments.delivery(event))
                assert status == 200
        await asyncio.gather(*[one(event) for event in deliveries])
    asyncio.run(run())
    rows = shop.query("store", "select id::text, status, captured, refunded"
                               " from core.payment where id = any(%s)",
                      [uuid.UUID(pay) for pay in oracle])
    assert {row["id"]: (row["status"], row["captured"], row["refunded"])
            for row in rows} == oracle
    payments.invariants(shop)
