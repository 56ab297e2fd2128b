"""The way to Redis: who may log in, and servers that say what they like.

Whatever the server does, the shop answers as if there were none.
"""

import itertools
import os
import socket
import tempfile
import threading

import pytest

from kit import goods
from kit.cache import Redis
from kit.wait import until

prices = itertools.count(1)

PONG = b"+PONG\r\n"


@pytest.fixture(scope="module")
def redis():
    running = Redis()
    running.client().acl_setuser(
        "gateway", enabled=True, passwords=["+right"], keys=["commerce:*"],
        commands=["+" + name for name in (
            "getrange", "set", "pttl", "incr", "pexpire", "unlink", "ping",
            "select")])
    yield running
    running.stop()


@pytest.fixture(scope="module")
def shop(make_shop):
    made = make_shop(start=False, cache=True, workers=1)
    made.nginx.write("right", "right\n")
    made.nginx.write("wrong", "wrong\n")
    made.nginx.write("empty", "\n")
    return made


@pytest.fixture(scope="module")
def running(shop, redis):
    """With the user and the password that the ACL wants."""
    directive(shop, redis, "user=gateway password_file=right database=3")
    shop.start()
    shop.product = goods.product(shop, 1)["id"]
    return shop


@pytest.fixture
def place():
    """A directory that the workers, who are nobody special, may enter."""
    with tempfile.TemporaryDirectory(prefix="commerce-redis-") as made:
        os.chmod(made, 0o755)
        yield made


def directive(shop, redis, options):
    address = redis if isinstance(redis, str) else "unix:" + redis.socket
    shop.options["http"] = "commerce_redis %s %s;" % (address, options)


@pytest.mark.parametrize("text, says", [
    ("", "invalid number of arguments"),
    ("unix:", "unix"),
    ("redis.example:6379", "numeric"),
    ("127.0.0.1:99999", "invalid port"),
    ("127.0.0.1 timeout=0", "out of bounds"),
    ("127.0.0.1 timeout=2s", "out of bounds"),
    ("127.0.0.1 timeout=soon", "out of bounds"),
    ("127.0.0.1 database=-1", "out of bounds"),
    ("127.0.0.1 gateways=0", "out of bounds"),
    ("127.0.0.1 pending=1", "out of bounds"),
    ("127.0.0.1 prefix=" + 33 * "x", "longer than 32"),
    ("127.0.0.1 colour=red", "unknown option"),
    ("127.0.0.1 user=gateway", "without a password_file"),
    ("127.0.0.1 password_file=nowhere", "failed"),
    ("127.0.0.1 password_file=empty", "no password"),
    ("127.0.0.1; commerce_redis 127.0.0.1", "duplicate"),
])
def test_what_nginx_refuses(shop, text, says):
    before = shop.options.get("http", "")
    shop.options["http"] = "commerce_redis %s;" % text
    try:
        code, said = shop.nginx.check()
    finally:
        shop.options["http"] = before
    assert code != 0 and says in said, said


def test_what_nginx_accepts(shop):
    before = shop.options.get("http", "")
    for text in ("127.0.0.1", "[::1]:6380", "unix:run/redis.sock",
                 "127.0.0.1:6379 database=0 prefix= gateways=1 timeout=1ms"
                 " password_file=right user=x connect_timeout=5s"):
        shop.options["http"] = "commerce_redis %s;" % text
        try:
            code, said = shop.nginx.check()
        finally:
            shop.options["http"] = before
        assert code == 0, said


def works(shop):
    """All answers are right; some were asked for by nobody yet."""
    for limit in range(1, 4):
        answer = shop.anonymous.get("/api/v1/products?limit=%d&price_min=%d"
                                    % (limit, next(prices)))
        assert answer.status_code == 200
        assert answer.headers["X-Cache"] in ("MISS", "HIT", "COALESCED")
    answer = shop.anonymous.get("/api/v1/products/%d" % shop.product)
    assert answer.json()["id"] == shop.product


def log(shop, text, since, seconds=60):
    return until(lambda: [line for line in shop.nginx.lines()[since:]
                          if text in line], seconds, text)


def again(shop, redis, options):
    """Reloads with another directive; the log's length before."""
    since = len(shop.nginx.lines())
    directive(shop, redis, options)
    shop.reload()
    return since


def test_user_of_the_acl(running, redis):
    log(running, "connected", 0)
    client = redis.client()
    client.select(3)

    def stored():
        works(running)
        return client.keys("commerce:a:*")

    until(stored, 60, "an answer in database 3")
    assert not redis.client().acl_log()


def test_wrong_password(running, redis):
    since = again(running, redis, "user=gateway password_file=wrong")
    works(running)
    log(running, "WRONGPASS", since)
    works(running)


def test_database_that_is_none(running, redis):
    """The commands of a gateway must not land in another one."""
    since = again(running, redis, "database=999")
    works(running)
    log(running, "out of range", since)


def test_nobody_listens(running):
    since = again(running, "unix:/nonexistent/redis.sock", "")
    log(running, "could not connect", since)
    works(running)
    since = again(running, "127.0.0.1:1", "")
    log(running, "could not connect", since)
    works(running)


class Fake:
    """A server at a unix socket that gives one reply to all commands."""

    def __init__(self, directory, reply, greet=True):
        self.path = os.path.join(directory, "fake.sock")
        self.reply = reply
        self.greet = greet
        self.told = 0
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(self.path)
        os.chmod(self.path, 0o777)
        self.socket.listen(16)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=[connection],
                             daemon=True).start()

    def _talk(self, connection):
        try:
            first = self.greet
            while connection.recv(65536):
                if first:
                    connection.sendall(PONG)
                    first = False
                else:
                    self.told += 1
                    connection.sendall(self.reply)
        except OSError:
            pass
        finally:
            connection.close()

    def stop(self):
        self.socket.close()
        os.unlink(self.path)


@pytest.mark.parametrize("reply, says", [
    (b"\0\xff rubbish\r\n", "Protocol error"),
    (b"$99999999999999999999\r\n", ""),
    (b"$-2\r\n", ""),
    (b"*2147483647\r\n", ""),
    (b"*-5\r\n", ""),
    (b"*1\r\n" * 12 + b":1\r\n", ""),
    (b"$3000000\r\n" + b"x" * 3000000 + b"\r\n", "too large"),
    (b":1\r\n" * 9, "nobody asked"),
    (b"*2\r\n:1\r\n$-1\r\n" * 2, ""),
    (b"-ERR no\r\n" * 2, ""),
    (b"", "no answer in time"),
    (b"$100\r\nhalf", "no answer in time"),
], ids=["rubbish", "length", "negative", "array", "minus", "deep", "large",
        "unasked", "arrays", "errors", "silence", "half"])
def test_server_says_what_it_likes(running, place, reply, says):
    fake = Fake(place, reply)
    try:
        since = again(running, "unix:" + fake.path, "timeout=200ms")
        log(running, "connected", since)

        def asked():
            works(running)
            return fake.told

        until(asked, 60, "a command")
        if says:
            log(running, says, since)
        works(running)
        assert len(running.nginx.workers()) == 1
    finally:
        fake.stop()


def test_greeting_is_none(running, place):
    fake = Fake(place, b":1\r\n", greet=False)
    try:
        since = again(running, "unix:" + fake.path, "")
        log(running, "no greeting", since)
        works(running)
    finally:
        fake.stop()


def test_no_descriptor_is_left(running):
    again(running, "unix:/nonexistent/redis.sock", "")
    works(running)
    running.kept("/api/v1/products/%d" % running.product)
    probes(running, 3)
    before = running.nginx.fds()
    probes(running, 2)
    assert running.nginx.fds() <= before


def probes(shop, count):
    since = len(shop.nginx.lines())
    until(lambda: sum("could not connect" in line for line
                      in shop.nginx.lines()[since:]) >= count, 60, "probes")
