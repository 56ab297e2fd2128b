"""What the logs say, and what they never say.

The format is the one of conf/nginx.conf: its lines are read as JSON, and
looked through for what somebody told the shop in confidence.
"""

import json
import os
import re
import socket
import time
import uuid

import pytest

from kit import goods
from kit.build import ROOT
from kit.client import good, key, problem
from kit.raw import Raw
from kit.wait import until

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00-%s-00f067aa0ba902b7-01"
SECRETS = {
    "password": "cavalo correto bateria",
    "query": "remedio-de-segredo",
    "email": "rita.%s@exemplo.com.br" % uuid.uuid4().hex[:8],
    "token": "eyJhbGciOiJub25lIn0.e30.segredo",
    "cookie": "cookie-de-segredo",
    "referer": "referer-de-segredo",
}


def log_format():
    with open(os.path.join(ROOT, "conf", "nginx.conf")) as file:
        return re.search(r"log_format commerce .*?;\n", file.read(),
                         re.S).group(0)


@pytest.fixture(scope="module")
def shop(make_shop):
    shop = make_shop(start=False, cache=True, http=log_format(),
                     server="access_log access.log commerce;")
    shop.start()
    return shop


def lines(shop):
    with open(shop.nginx.path("access.log"), "rb") as file:
        return [json.loads(line) for line in file.read().splitlines()]


def line_of(shop, request_id):
    """The one line of a request, once it is there."""
    return until(lambda: [line for line in lines(shop)
                          if line["request_id"] == request_id], 60,
                 "the line of " + request_id)[0]


def test_a_line_tells_of_its_request(shop):
    product = goods.product(shop, 3)["id"]
    began = time.monotonic()
    answer = shop.customer.get("/api/v1/products/%d" % product,
                               headers={"X-Request-Id": "abc-1",
                                        "traceparent": PARENT % TRACE})
    took = time.monotonic() - began
    assert answer.headers["X-Request-Id"] == "abc-1"
    line = line_of(shop, "abc-1")
    assert line["operation"] == "get_product"
    assert line["trace_id"] == TRACE
    assert line["status"] == 200 and line["problem"] == ""
    assert line["bytes"] > len(answer.content)
    assert line["cache"] == answer.headers["X-Cache"]
    assert 0 < line["db_seconds"] < took
    assert line["method"] == "GET"
    assert line["path"] == "/api/v1/products/%d" % product


def test_user_and_problem(shop):
    answer = shop.customer.get("/api/v1/orders/" + str(uuid.uuid4()))
    body = problem(answer, 404)
    line = line_of(shop, body["request_id"])
    assert line["user"] == shop.customer.sub
    assert line["problem"] == body["code"]
    assert line["status"] == 404


def test_a_trace_begins_with_the_request(shop):
    """Without a valid traceparent the id that we gave is that of the trace."""
    for headers in ({}, {"traceparent": PARENT % ("0" * 32)},
                    {"traceparent": "nonsense"}):
        answer = shop.anonymous.get("/healthz", headers=headers)
        given = answer.headers["X-Request-Id"]
        assert re.fullmatch("[0-9a-f]{32}", given)
        assert line_of(shop, given)["trace_id"] == given


def test_two_parents_are_none(shop):
    with Raw(shop.port) as raw:
        raw.send(("GET /healthz HTTP/1.1\r\nHost: x\r\n"
                  "X-Request-Id: two-1\r\ntraceparent: %s\r\n"
                  "traceparent: %s\r\n\r\n"
                  % (PARENT % TRACE, PARENT % ("1" * 32))).encode())
        assert raw.response().status == 200
    assert line_of(shop, "two-1")["trace_id"] == ""


def test_nothing_confidential_is_logged(shop):
    """Wherever they said it: neither log knows, not even of what failed."""
    bearer = {"Authorization": "Bearer " + SECRETS["token"],
              "Cookie": "refresh=" + SECRETS["cookie"],
              "Referer": "https://shop.example/?t=" + SECRETS["referer"]}
    known = {"name": "Rita Reis", "email": SECRETS["email"],
             "password": SECRETS["password"]}
    good(shop.anonymous.call("register", known), 201)
    shop.anonymous.call("login", {"email": known["email"],
                                  "password": known["password"]})
    shop.anonymous.get("/api/v1/products", params={"q": SECRETS["query"]})
    shop.anonymous.get("/nowhere", params={"token": SECRETS["token"]},
                       headers=bearer)
    # refused, with a line in the error log
    refused = problem(shop.anonymous.get(
        "/api/v1/me", params={"token": SECRETS["token"],
                              "q": SECRETS["query"]}, headers=bearer), 401)
    said = until(lambda: [line for line in shop.nginx.lines()
                          if refused["request_id"] in line], 60, "the refusal")
    assert 'request: "GET /api/v1/me HTTP/1.1"' in said[0]
    line_of(shop, refused["request_id"])
    for name in ("access.log", "error.log"):
        with open(shop.nginx.path(name), errors="replace") as file:
            text = file.read()
        assert text
        for what, secret in SECRETS.items():
            assert secret not in text, (name, what)
            assert secret.replace(" ", "%20") not in text, (name, what)
            assert secret.replace("@", "%40") not in text, (name, what)


def test_every_line_is_json(shop):
    """Whatever clients send: quotes, control bytes, broken UTF-8, no HTTP."""
    agents = [b'a "quoted" \\ name', b"caf\xc3\xa9", b"broken \xff\xfe",
              b"tab\there", b"\xe2\x80\xa8", b"'; drop table log; --"]
    before = len(lines(shop))
    for number, agent in enumerate(agents):
        with socket.create_connection(("127.0.0.1", shop.port), 10) as raw:
            raw.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
                        b"X-Request-Id: json-%d\r\nConnection: close\r\n"
                        b"User-Agent: " % number + agent + b"\r\n\r\n")
            while raw.recv(4096):
                pass
    for junk in (b"GET /healthz\r\n", b"NONSENSE\r\n\r\n", b"\x16\x03\x01\r\n",
                 b"GET /%22%0a%5c HTTP/1.0\r\n\r\n",
                 b'GET /"\\\xff HTTP/1.0\r\n\r\n'):
        with socket.create_connection(("127.0.0.1", shop.port), 10) as raw:
            raw.sendall(junk)
            while raw.recv(4096):
                pass
    found = until(lambda: (lambda all: all if len(all) >= before
                           + len(agents) + 5 else None)(lines(shop)), 60,
                  "all lines")
    for number in range(len(agents)):
        line, = [line for line in found
                 if line["request_id"] == "json-%d" % number]
        assert line["status"] == 200
    for line in found:
        for name in ("status", "bytes", "seconds", "db_seconds",
                     "connection", "requests"):
            assert isinstance(line[name], (int, float)), (name, line)


def test_grouped_order_knows_its_database_time(shop):
    """In the header too, in milliseconds that add up."""
    product = goods.product(shop, 10)
    answer = shop.customer.call("place_order", goods.items(
        (product["variants"][0]["id"], 1)), headers={
            "idempotency-key": key()})
    good(answer, 201)
    timing = dict(re.findall(r"(\w+);dur=([\d.]+)",
                             answer.headers["Server-Timing"]))
    assert 0 < float(timing["db"]) <= float(timing["total"])
    line = line_of(shop, answer.headers["X-Request-Id"])
    assert abs(line["db_seconds"] * 1000 - float(timing["db"])) < 0.002


def test_timing_tells_of_the_cache(shop):
    product = goods.product(shop, 3)["id"]
    path = "/api/v1/products/%d" % product
    answer = until(lambda: (lambda r: r if r.headers["X-Cache"] == "HIT"
                            else None)(shop.anonymous.get(path)), 60, "a hit")
    assert "cache;desc=HIT" in answer.headers["Server-Timing"]
    assert "db;dur=0.000" in answer.headers["Server-Timing"]
