"""Webhooks that go out, at receivers that do what receivers do."""

import collections
import itertools
import json
import os
import signal
import threading
import time

import jsonschema
import pytest

from kit import build, goods, wait
from kit.client import good, key, problem
from kit.hooks import Receiver, signed

SHOP = {"http": "    commerce_http_allow 127.0.0.1;\n"
                "    commerce_http timeout=5s;\n"}


@pytest.fixture(scope="module")
def quick(shop):
    """Retries that a test can wait for."""
    shop.query("store", "update core.job_kind set"
               " delays = array_fill('200 ms'::interval, '{8}')"
               " where kind = 'webhook' returning 1")


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def hook(shop, quick, receiver):
    """Makes endpoints at the receiver; they are removed afterwards."""
    made = []

    def make(path, events=None):
        endpoint = good(shop.admin.call("create_webhook", {
            "url": receiver.url + path, "events": events or ["*"]}), 201)
        made.append(endpoint["id"])
        return endpoint

    yield make
    for name in made:
        good(shop.admin.call("delete_webhook", id=name), 204)


@pytest.fixture(scope="module")
def variant(shop):
    return goods.variant(shop, 10 ** 6)


def order(shop, variant):
    return good(shop.customer.write("POST", "/orders", goods.items(
        (variant, 1))), 201)


def once(seen):
    """What was seen, each event when it first came: whoever does not answer
    for long, on a machine that is busy, is told again.
    """
    return list({one.id: one for one in reversed(seen)}.values())[::-1]


def move_to(shop, name, status):
    good(shop.staff.write("PUT", "/orders/" + name, {"status": status},
                          {"if-match": "*"}))


def deliveries(shop, endpoint, **query):
    return good(shop.admin.call("list_webhook_deliveries", id=endpoint["id"],
                                query=query))["data"]


def test_events_arrive_signed_and_in_order(shop, hook, receiver, variant):
    """Three states of ten orders; documents as conf/events says."""
    endpoint = hook("/all", ["order.*"])
    other = hook("/paid", ["order.paid"])
    hook("/nothing", ["order.refunded", "stock.*"])
    orders = [order(shop, variant)["id"] for _ in range(10)]
    for move in ("paid", "shipped"):
        for name in orders:
            move_to(shop, name, move)
    wait.until(lambda: len(once(receiver.of("/all"))) >= 30
               and len(once(receiver.of("/paid"))) >= 10, 60, "the events")

    assert not receiver.of("/nothing")
    assert {seen.event["type"] for seen in receiver.of("/paid")} == {
        "order.paid"}
    for seen in receiver.of("/all"):
        assert signed(endpoint["secret"], seen)
        assert not signed(other["secret"], seen)
        assert abs(int(seen.time) - time.time()) < 60
        with open(os.path.join(build.ROOT, "conf", "events",
                               seen.event["type"] + ".json"),
                  encoding="utf-8") as file:
            jsonschema.validate(seen.event["data"], json.load(file))
    for name in orders:
        assert [seen.event["type"] for seen in once(receiver.of("/all"))
                if seen.event["subject"] == name] == [
            "order.created", "order.paid", "order.shipped"]
    assert len({seen.id for seen in receiver.seen}) == 40
    wait.until(lambda: {row["status"] for row in deliveries(
        shop, endpoint)} == {"delivered"}, 60, "the log")


def test_a_failing_receiver_is_tried_again_in_order(shop, hook, receiver,
                                                    variant):
    """Each event fails twice: what follows it waits, and its id stays."""
    tries = collections.Counter()

    def answer(seen):
        tries[seen.id] += 1
        return (500 if tries[seen.id] <= 2 else 200), {}

    receiver.answer = answer
    endpoint = hook("/flaky")
    name = order(shop, variant)["id"]
    for move in ("paid", "shipped"):
        move_to(shop, name, move)
    kinds = ["order.created", "order.paid", "fulfilment.created",
             "order.shipped"]
    done = wait.until(lambda: (lambda rows: len(rows) == 4 and rows)(
        deliveries(shop, endpoint, status="delivered")), 60, "all of them")
    came = [kind for kind, _ in itertools.groupby(
        receiver.of("/flaky"), lambda seen: seen.event["type"])]
    assert came == kinds
    assert len(tries) == 4 and min(tries.values()) >= 3
    for seen in receiver.of("/flaky"):
        assert signed(endpoint["secret"], seen)
    for row in done:
        shown = good(shop.admin.call("get_webhook_delivery",
                                     id=endpoint["id"],
                                     delivery_id=row["id"]))
        codes = [line["code"] for line in shown["log"]]
        assert [code for code in codes if code] == [500, 500, 200]
        assert shown["event"]["subject"] == name


def test_gone_disables(shop, hook, receiver, variant):
    receiver.answer = lambda seen: (410, {})
    endpoint = hook("/gone")
    order(shop, variant)
    wait.until(lambda: good(shop.admin.call(
        "get_webhook", id=endpoint["id"]))["status"] == "disabled", 60,
        "the endpoint to be disabled")
    assert good(shop.admin.call("get_webhook", id=endpoint["id"]))[
        "disabled_reason"] == "gone"
    count = len(receiver.of("/gone"))
    order(shop, variant)
    wait.until(lambda: not shop.query(
        "store", "select id from core.outbox_waiting"), 60,
        "the outbox to be empty")
    problem(shop.admin.call("test_webhook", id=endpoint["id"]), 409,
            "webhook_disabled")
    receiver.answer = lambda seen: (200, {})
    good(shop.admin.call("update_webhook", {"status": "active"},
                         id=endpoint["id"]))
    sent = good(shop.admin.call("test_webhook", id=endpoint["id"]), 202)
    wait.until(lambda: len(receiver.of("/gone")) > count, 60, "the test")
    assert [seen.event["type"] for seen in receiver.of("/gone")[count:]] == [
        "webhook.test"]
    assert receiver.seen[-1].id == "msg_" + sent["id"].replace("-", "")


def test_a_hanging_receiver_stops_nobody_else(shop, hook, receiver, variant):
    held = threading.Event()

    def answer(seen):
        if seen.path == "/hang":
            held.wait(60)
        return 200, {}

    receiver.answer = answer
    slow, fast = hook("/hang"), hook("/fast")
    try:
        for _ in range(5):
            order(shop, variant)
        wait.until(lambda: len(once(receiver.of("/fast"))) == 5, 60,
                   "the other endpoint")
        wait.until(lambda: good(shop.admin.call(
            "get_webhook", id=slow["id"]))["failures"] >= 2, 60, "timeouts")
        assert good(shop.admin.call("get_webhook", id=fast["id"]))[
            "failures"] == 0
    finally:
        held.set()


def test_a_redirect_is_not_followed(shop, hook, receiver, variant):
    inner = Receiver()
    try:
        receiver.answer = lambda seen: (302, {"location": inner.url + "/x"})
        endpoint = hook("/moved")
        order(shop, variant)
        wait.until(lambda: deliveries(shop, endpoint)
                   and deliveries(shop, endpoint)[0]["code"] == 302, 60,
                   "the redirect")
        assert not inner.seen
    finally:
        inner.close()


@pytest.mark.parametrize("url", [
    "https://localhost/", "https://10.1.2.3/", "https://169.254.169.254/x",
    "https://[::1]/", "https://[::ffff:192.168.0.1]/", "http://8.8.8.8/",
    "https://0x7f000002/", "https://2130706434/"])
def test_private_addresses_are_refused(shop, quick, url):
    """By the final address, whatever it is written like."""
    endpoint = good(shop.admin.call("create_webhook", {
        "url": url, "events": ["webhook.test"]}), 201)
    good(shop.admin.call("test_webhook", id=endpoint["id"]), 202)
    sent = wait.until(lambda: [row for row in deliveries(shop, endpoint)
                               if row["attempts"]], 60, "an attempt")[0]
    assert sent["code"] is None
    assert "not public" in sent["error"] or "only TLS" in sent["error"]
    good(shop.admin.call("delete_webhook", id=endpoint["id"]), 204)


def test_rotation_signs_with_both(shop, hook, receiver, variant):
    endpoint = hook("/turn")
    fresh = good(shop.admin.call("rotate_webhook_secret", id=endpoint["id"]))
    assert fresh["secret"] != endpoint["secret"]
    order(shop, variant)
    seen = wait.until(lambda: receiver.of("/turn"), 60, "the event")[0]
    assert len(seen.signatures) == 2
    assert signed(fresh["secret"], seen) and signed(endpoint["secret"], seen)
    shop.query("store", "update core.webhook_endpoint set"
               " old_until = now() returning 1")
    order(shop, variant)
    wait.until(lambda: len(once(receiver.of("/turn"))) == 2, 60,
               "another event")
    assert not signed(endpoint["secret"], receiver.of("/turn")[-1])
    assert signed(fresh["secret"], receiver.of("/turn")[-1])


def test_secrets_are_sealed_and_shown_once(shop, hook):
    endpoint = hook("/s")
    assert endpoint["secret"].startswith("whsec_")
    assert "secret" not in good(shop.admin.call("get_webhook",
                                                id=endpoint["id"]))
    rows = shop.query("store", "select w::text as text from"
                               " core.webhook_endpoint w")
    assert all(endpoint["secret"][6:] not in row["text"] for row in rows)
    assert all("sealed:v1:" in row["text"] for row in rows)


def test_creation_is_idempotent(shop):
    body = {"url": "https://example.com/once"}
    headers = {"idempotency-key": key()}
    first = good(shop.admin.call("create_webhook", body, headers=headers))
    again = good(shop.admin.call("create_webhook", body, headers=headers))
    assert first == again
    problem(shop.admin.call("create_webhook", {
        "url": "https://example.com/other"}, headers=headers), 422,
        "idempotency_key_reused")
    good(shop.admin.call("delete_webhook", id=first["id"]))


def test_redelivery_has_the_same_id(shop, hook, receiver, variant):
    endpoint = hook("/again")
    order(shop, variant)
    row = wait.until(lambda: deliveries(shop, endpoint, status="delivered"),
                     60, "a delivery")[0]
    good(shop.admin.call("redeliver_webhook", id=endpoint["id"],
                         delivery_id=row["id"]), 202)
    wait.until(lambda: len(receiver.of("/again")) == 2, 60, "it again")
    first, second = receiver.of("/again")
    assert (first.id, first.body) == (second.id, second.body)


def test_a_killed_worker_loses_no_event(shop, hook, receiver, variant):
    """Every event arrives; what arrives twice has the same id."""
    shop.query("store", "update core.job_kind set lease = '15 seconds'"
               " where kind = 'webhook' returning 1")
    receiver.answer = lambda seen: (time.sleep(0.1) or 200, {})
    hook("/killed", ["order.created"])
    names = {order(shop, variant)["id"] for _ in range(30)}
    wait.until(lambda: receiver.of("/killed"), 60, "the first")
    victim = shop.nginx.workers()[0]
    shop.nginx.allow.append(r"worker process %d exited" % victim)
    os.kill(victim, signal.SIGKILL)
    wait.until(lambda: victim not in shop.nginx.workers(), 60, "its end")
    wait.until(lambda: names <= {seen.event["subject"] for seen
                                 in receiver.of("/killed")}, 90, "all")
    ids = {seen.event["id"]: {s.id for s in receiver.of("/killed")
                              if s.event["id"] == seen.event["id"]}
           for seen in receiver.of("/killed")}
    assert {len(one) for one in ids.values()} == {1}


@pytest.fixture(scope="module")
def fed(make_shop):
    """A shop whose feeds stand."""
    shop = make_shop(cache=True, **SHOP)
    wait.until(lambda: all(feed["state"] == "up" for feed in shop.anonymous
                           .get("/readyz").json()["feeds"].values()), 60,
               "the feeds to stand")
    return shop


def test_whoever_is_told_of_work_rests_between_looks(fed):
    """In a rush one look finds what many tell of: 50 ms from one to the next,
    unless a job ended. So few looks are many, however slow the machine is.
    """
    def looks(found):
        return found.sum("commerce_job_wakes_total"), found.sum(
            "commerce_statement_duration_seconds_count", statement="job_run"
        ) + found.sum("commerce_statement_duration_seconds_count",
                      statement="job_finish")

    before, start = looks(fed.metrics()), time.monotonic()
    with fed.cluster.connect(fed.copies["store"]) as connection:
        for _ in range(1000):
            connection.execute("select core.job_put('mail', '{}',"
                               " now() + interval '1 hour')")
    wakes, ended = (after - earlier for after, earlier
                    in zip(looks(fed.metrics()), before))
    took = time.monotonic() - start
    assert 1 <= wakes <= took / 0.05 + ended + 3


def test_the_feed_tells_of_work(fed, receiver):
    """An event is handed on because it is there, not at the next look."""
    shop = fed
    variant = goods.variant(shop, 100)
    good(shop.admin.call("create_webhook", {
        "url": receiver.url + "/fed", "events": ["order.created"]}), 201)
    for count in range(1, 6):
        before = shop.metrics().sum("commerce_job_wakes_total")
        order(shop, variant)
        wait.until(lambda: len(once(receiver.of("/fed"))) == count, 60,
                   "a webhook")
        wait.until(lambda: shop.metrics().sum("commerce_job_wakes_total")
                   > before, 60, "a look because of it")
