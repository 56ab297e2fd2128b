"""HTTP by bytes: what arrives in pieces, in a row, or is not HTTP at all."""

import json
import socket

import pytest

from kit.client import key
from kit.dribble import Dribble
from kit.raw import Raw

LIST = "/api/v1/products?limit=1"


@pytest.fixture
def raw(shop):
    with Raw(shop.port) as connection:
        yield connection


def headers(shop, **more):
    return {"Authorization": "Bearer " + shop.token("staff"),
            "Content-Type": "application/json", "Idempotency-Key": key(),
            **{name.replace("_", "-"): value for name, value in more.items()}}


def product():
    return json.dumps({"name": "Café", "sku": key(),
                       "price": {"amount": 1999, "currency": "BRL"}})


def works(raw):
    """The connection is still in step: the next answer is the next one's."""
    answer = raw.get(LIST, {"X-Request-Id": "still-here"})
    assert answer.status == 200
    assert answer.header("X-Request-Id") == "still-here"
    assert "data" in json.loads(answer.body)


def test_two_requests_on_one_connection(raw):
    works(raw)
    works(raw)


def test_pipelined(shop, raw):
    """Twenty requests sent at once are answered in their order."""
    token = shop.token("staff")
    for n in range(20):
        target = LIST if n % 2 else "/api/v1/products/%d" % (10 ** 9 + n)
        raw.send(raw.request("GET", target, {"X-Request-Id": "n%d" % n}))
    for n in range(20):
        answer = raw.response()
        assert answer.status == (200 if n % 2 else 404)
        assert answer.header("X-Request-Id") == "n%d" % n
    assert token


@pytest.mark.parametrize("blank", ["", " ", "\t ", "\x01", "a\x7f"])
def test_key_without_text(shop, raw, blank):
    """A key of blanks is no key that could be repeated, nor no key at all."""
    raw.send(raw.request("POST", "/api/v1/products",
                         headers(shop, Idempotency_Key=blank), product()))
    answer = raw.response()
    assert answer.status == 400
    assert "idempotency" in answer.body.decode().lower()


def test_pipelined_after_body(shop, raw):
    raw.send(raw.request("POST", "/api/v1/products", headers(shop),
                         product()) + raw.request("GET", LIST))
    assert raw.response().status == 201
    assert raw.response().status == 200
    works(raw)


def test_pipelined_after_refused_body(shop, raw):
    """A body that nobody read must not become the next request."""
    raw.send(raw.request("POST", "/api/v1/products",
                         {"Content-Type": "application/json"}, product())
             + raw.request("GET", LIST))
    assert raw.response().status == 401
    assert raw.response().status == 200


def test_body_byte_by_byte(shop, raw):
    raw.pieces(raw.request("POST", "/api/v1/products", headers(shop),
                           product()))
    assert raw.response().status == 201
    works(raw)


def test_dribbled(shop):
    with Dribble(shop.port) as slow, Raw(slow.port) as raw:
        raw.send(raw.request("POST", "/api/v1/products", headers(shop),
                             product()))
        assert raw.response().status == 201
        works(raw)


def test_chunked_body(shop, raw):
    raw.send(raw.request("POST", "/api/v1/products", headers(shop),
                         product(), chunked=True))
    assert raw.response().status == 201
    works(raw)


def test_chunked_in_tiny_chunks(shop, raw):
    text = product().encode()
    head = raw.request("POST", "/api/v1/products",
                       headers(shop, Transfer_Encoding="chunked"))
    raw.send(head)
    for byte in text:
        raw.send(b"1\r\n%c\r\n" % byte)
    raw.send(b"0\r\n\r\n")
    assert raw.response().status == 201
    works(raw)


def test_expect_continue(shop, raw):
    body = product()
    raw.send(raw.request("POST", "/api/v1/products", headers(
        shop, Expect="100-continue", Content_Length=str(len(
            body.encode())))))
    assert raw.response().status == 100
    raw.send(body.encode())
    assert raw.response().status == 201
    works(raw)


def test_get_with_body(raw):
    raw.send(raw.request("GET", LIST, {}, "x" * 3000))
    answer = raw.response()
    assert answer.status in (200, 400)
    works(raw)


def test_get_with_large_body(raw):
    raw.send(raw.request("GET", LIST, {}, "x" * 300000))
    assert raw.response().status in (200, 400, 413)


def test_large_chunked_body_is_refused(shop, raw):
    raw.send(raw.request("POST", "/api/v1/products", headers(shop),
                         json.dumps({"name": "x" * 100000}), chunked=True))
    answer = raw.response()
    assert answer.status == 413
    assert json.loads(answer.body)["code"] == "body_too_large"


def test_head_keeps_step(raw):
    raw.send(raw.request("HEAD", LIST))
    assert raw.response(head=True).status == 200
    works(raw)


@pytest.mark.parametrize("garbage", [
    b"\x00\x01\x02\x03\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100,
    b"GET " + b"/a" * 20000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
    b"Content-Length: 2\r\n\r\nab",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"zz\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Length: 3\r\n\r\n0\r\n\r\n",
], ids=range(10))
def test_garbage(shop, garbage):
    with Raw(shop.port) as raw:
        raw.send(garbage)
        raw.socket.shutdown(socket.SHUT_WR)
        data = raw._rest()
        if data:
            assert int(data.split(b" ")[1]) in (400, 401, 404, 405, 413, 414,
                                                415, 494, 505), data[:200]
    with Raw(shop.port) as raw:
        works(raw)


@pytest.mark.parametrize("target, status", [
    ("/api/v1/products/", (404, 308)), ("/api/v1//products", (404, 200)),
    ("/api/v1/products/%00", (400, 404)), ("/api/v1/products/%2e%2e", (404,)),
    ("/api/v1/products/%ff%fe", (400, 404)),
    ("/api/v1/products/..%2f..%2fhealthz", (400, 404)),
    ("/api/v1/products?limit=%00", (400,)),
    ("/api/v1/products?limit=%zz", (400,)), ("/healthz?a=%0", (400,)),
    ("/api/v1/products?q=%ff", (400,)), ("/api/v1/products?limit", (400,)),
    ("/api/v1/products?&&", (200, 400)),
    ("/api/v1/products?limit=1&limit=2", (400,)),
    ("/API/v1/products", (404,)), ("/api/v1/products;x=1", (404,)),
    ("/nothing", (404,)), ("/api/v1/nothing", (404,)),
    ("/api/v1/products/" + "9" * 5000, (400, 404)),
    ("/api/v1/products?q=" + "a" * 6000, (400,)),
])
def test_odd_targets(raw, target, status):
    answer = raw.get(target)
    assert answer.status in status, (answer.status, answer.body[:500])
    if answer.status >= 400:
        body = json.loads(answer.body)
        assert body["status"] == answer.status
        assert body["code"]
    if answer.header("Connection") != "close":
        works(raw)


def test_client_that_closes_after_the_head(shop):
    """A body that never comes, many times: nothing is left behind."""
    before = shop.nginx.fds()
    for _ in range(50):
        raw = Raw(shop.port)
        raw.send(raw.request("POST", "/api/v1/products", headers(
            shop, Content_Length="500")) + b'{"na')
        raw.reset()
    with Raw(shop.port) as raw:
        works(raw)
    from kit import wait
    wait.until(lambda: shop.nginx.fds() <= before, 60, "fds to close")
