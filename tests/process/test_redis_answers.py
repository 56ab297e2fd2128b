"""Answers that gateways share through Redis: taken, never stale, never needed.

Two gateways on the same databases with one Redis between them. `REMOTE` in
X-Cache says that an answer came from there.
"""

import itertools
import os
import signal

import pytest

from kit import goods
from kit.cache import Redis
from kit.client import key
from kit.raw import Raw
from kit.wait import Deadline, until

pages = itertools.count(1)


@pytest.fixture(scope="module")
def redis():
    running = Redis()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def shop(make_shop, redis):
    made = make_shop(
        cache=True, workers=1,
        http="commerce_redis unix:%s pending=64 timeout=1s;" % redis.socket)
    made.redis = redis
    made.product = goods.product(made, 5)["id"]
    made.b = made.sibling()
    passes(made, 60)
    return made


def ask(nginx, path, shop):
    """Over a connection of its own: a worker may have been killed."""
    with shop.client_of(nginx.url) as client:
        answer = client.get("/api/v1" + path)
    assert answer.status_code == 200, answer.text
    return answer


def question(shop):
    """One that nobody has asked: its answer lies nowhere."""
    return "/products?limit=20&price_min=%d" % next(pages)


def try_once(shop):
    path = question(shop)
    ask(shop.nginx, path, shop)
    answer = ask(shop.b, path, shop)
    return answer if answer.headers["X-Cache"] == "REMOTE" else None


def passes(shop, seconds=60):
    """Until what one gateway answered is what the other takes."""
    return until(lambda: try_once(shop), seconds, "a shared answer")


def rename(shop, product, name):
    shop.query("store", "update core.product set name = %s where id = %s"
                        " returning id", name, product)


def named(shop, nginx):
    return ask(nginx, "/products/%d" % shop.product, shop).json()["name"]


def shows(shop, name):
    for nginx in (shop.nginx, shop.b):
        until(lambda: named(shop, nginx) == name, 60, name)


def forget(shop):
    """Both gateways lose what lies in shared memory, and only that."""
    for nginx in (shop.nginx, shop.b):
        with shop.client_of(nginx.url) as client:
            done = client.delete("/api/v1/admin/cache", headers={
                "Authorization": "Bearer " + shop.token("admin")})
        assert done.status_code == 204, done.text


def values(shop):
    client = shop.redis.client()
    found = {name: client.get(name) for name in client.keys("commerce:a:*")}
    return {name: value for name, value in found.items() if value}


def test_the_same_answer(shop):
    answer = passes(shop)
    assert int(answer.headers["Age"]) < 30
    path = answer.request.url.raw_path.decode()[len("/api/v1"):]
    first = ask(shop.nginx, path, shop)
    assert first.json() == answer.json()
    assert first.headers.get("Link") == answer.headers.get("Link")
    assert first.headers.get("ETag") == answer.headers.get("ETag")
    until(lambda: ask(shop.b, path, shop).headers["X-Cache"] == "HIT", 60,
          "what came from there to stay here")


def test_age_goes_on(shop):
    """An answer is as old here as it is there."""
    def aged():
        path = question(shop)
        ask(shop.nginx, path, shop)
        until(lambda: int(ask(shop.nginx, path, shop).headers.get(
            "Age", 0)) >= 2, 60, "an answer of two seconds")
        answer = ask(shop.b, path, shop)
        return answer if answer.headers["X-Cache"] == "REMOTE" else None

    # It was laid there some milliseconds after it was made; seconds are told.
    assert int(until(aged, 60, "a shared answer").headers["Age"]) >= 1


def test_names_and_owners_stay_here(shop):
    """Nobody's answer and nobody's name lies in Redis."""
    passes(shop)
    path = "/api/v1/products/%d" % shop.product
    for _ in range(3):
        shop.customer.get(path)
        shop.staff.get(path)
    client = shop.redis.client()
    for name in client.keys("*"):
        assert name.startswith(b"commerce:"), name
        assert client.pttl(name) > 0, name
    assert not any(shop.customer.sub.encode() in value
                   for value in values(shop).values())


def test_changes_are_seen_and_stay_seen(shop):
    passes(shop)
    for _ in range(8):
        name = "Nome " + key()
        rename(shop, shop.product, name)
        shows(shop, name)
        for _ in range(5):
            assert named(shop, shop.nginx) == name
            assert named(shop, shop.b) == name


def test_what_was_true_is_no_answer(shop):
    """Every answer of before is put back, as a lagging gateway might."""
    until(lambda: named(shop, shop.b), 60, "a name")
    passes(shop)
    forget(shop)
    ask(shop.nginx, "/products/%d" % shop.product, shop)
    old = values(shop)
    name = "Nome " + key()
    rename(shop, shop.product, name)
    shows(shop, name)
    forget(shop)
    passes(shop)
    client = shop.redis.client()
    client.flushall()
    for place, value in old.items():
        client.set(place, value, px=30000)
    answer = ask(shop.b, "/products/%d" % shop.product, shop)
    assert answer.json()["name"] == name
    assert answer.headers["X-Cache"] == "MISS"


def test_writer_reads_what_it_wrote(shop):
    """At once at its own gateway, whatever the others have stored."""
    for _ in range(5):
        before = ask(shop.b, "/products/%d" % shop.product, shop)
        ask(shop.nginx, "/products/%d" % shop.product, shop)
        name = "Nome " + key()
        with shop.client_of(shop.b.url) as client:
            done = client.patch(
                "/api/v1/products/%d" % shop.product, json={"name": name},
                headers={"Content-Type": "application/merge-patch+json",
                         "If-Match": before.headers["ETag"],
                         "Authorization": "Bearer " + shop.token("staff")})
        assert done.status_code == 200, done.text
        assert named(shop, shop.b) == name


def test_listener_dies(shop):
    """What moved while nobody listened is not in the positions."""
    passes(shop)
    ask(shop.nginx, "/products/%d" % shop.product, shop)
    shop.b.allow.append("exited on signal 9")
    os.kill(shop.b.workers()[0], signal.SIGKILL)
    name = "Nome " + key()
    rename(shop, shop.product, name)
    until(lambda: survives(lambda: named(shop, shop.b) == name), 60, name)
    for _ in range(20):
        assert named(shop, shop.b) == name
    passes(shop)


def survives(question_):
    """Connections of the killed worker are reset."""
    try:
        return question_()
    except Exception:           # httpx wraps what the socket said
        return False


def test_flushed(shop):
    passes(shop)
    shop.redis.client().flushall()
    passes(shop)


def test_foreign_values(shop):
    """Whatever stands under our names, the answer is right, and heals."""
    client = shop.redis.client()
    for spoil in (
            lambda name: client.set(name, b"rubbish"),
            lambda name: client.set(name, b""),
            lambda name: client.set(name, b"\0" * (2 << 20), px=30000),
            lambda name: (client.delete(name), client.lpush(name, "a")),
            lambda name: client.setrange(name, 60, b"\xff"),
            lambda name: client.setrange(name, 18, b"\xff" * 8),
            lambda name: client.set(name, client.get(name)[:-1], px=30000),
            lambda name: client.append(name, b"x"),
            lambda name: client.persist(name)):
        until(lambda: healed(shop, client, spoil), 60, "what is right")


def healed(shop, client, spoil):
    """Whether it did: a Redis that takes 50 ms is left alone, too."""
    passes(shop)
    client.flushall()
    path = question(shop)
    fresh = ask(shop.nginx, path, shop)
    try:
        name, = until(lambda: client.keys("commerce:a:*"), 1, "the answer")
    except Deadline:
        return False
    spoil(name)
    answer = ask(shop.b, path, shop)
    assert answer.headers["X-Cache"] == "MISS"
    assert answer.json() == fresh.json()
    try:
        return until(lambda: client.type(name) == b"string"
                     and 0 < client.pttl(name) <= 30000, 1)
    except Deadline:
        return False


def test_values_that_changed_places(shop):
    passes(shop)
    client = shop.redis.client()
    client.flushall()
    paths = [question(shop), "/products/%d" % shop.product]
    forget(shop)
    passes(shop)
    client.flushall()
    right = [ask(shop.nginx, path, shop).json() for path in paths]
    names = until(lambda: len(client.keys("commerce:a:*")) == 2
                  and client.keys("commerce:a:*"), 60, "two answers")
    first, second = (client.get(name) for name in names)
    client.set(names[0], second, px=30000)
    client.set(names[1], first, px=30000)
    for path, body in zip(paths, right):
        answer = ask(shop.b, path, shop)
        assert answer.headers["X-Cache"] == "MISS"
        assert answer.json() == body


def test_redis_hangs(shop):
    """One short wait, then none; then everything is as it was."""
    passes(shop)
    since = len(shop.b.lines())
    shop.redis.pause()
    try:
        for _ in range(50):
            ask(shop.nginx, question(shop), shop)
            ask(shop.b, question(shop), shop)
        waits = [line for line in shop.b.lines()[since:]
                 if "no answer in time" in line]
        assert 1 <= len(waits) <= 10
    finally:
        shop.redis.resume()
    passes(shop)


def test_clients_leave_while_redis_is_asked(shop):
    """What comes for them afterwards finds nobody."""
    passes(shop)
    shop.redis.pause()
    try:
        connections = [Raw(shop.port) for _ in range(20)]
        for raw in connections:
            raw.send(raw.request("GET", "/api/v1" + question(shop)))
        until(lambda: shop.metrics().get("commerce_flows") >= 20
              or "no answer in time" in shop.nginx.tail(), 60, "the questions")
        for raw in connections:
            raw.reset()
        ask(shop.nginx, question(shop), shop)
    finally:
        shop.redis.resume()
    passes(shop)


def test_redis_dies(shop):
    passes(shop)
    shop.redis.halt()
    for _ in range(20):
        ask(shop.nginx, question(shop), shop)
        ask(shop.b, question(shop), shop)
    before = shop.b.fds()
    until(lambda: sum("could not connect" in line
                      for line in shop.b.lines()) >= 3, 60, "probes")
    assert shop.b.fds() <= before
    shop.redis.start()
    passes(shop)


def test_redis_dies_under_load(shop):
    passes(shop)
    for _ in range(2):
        for _ in range(10):
            ask(shop.b, question(shop), shop)
        shop.redis.halt()
        for _ in range(10):
            ask(shop.b, question(shop), shop)
        shop.redis.start()
    passes(shop)


def test_reload_keeps_what_is_shared(shop):
    passes(shop)
    shop.b.reload(wait_for_old=True)
    shop.ready(shop.b)
    passes(shop)
