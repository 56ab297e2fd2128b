"""An HTTP client of the shop that holds every answer against the contract."""

import itertools
import json
import socket
import time
import uuid

import httpcore
import httpx
from httpcore.backends.sync import SyncBackend

from .contract import PREFIX
from .tokens import LIFE


class Prompt(SyncBackend):
    """Sends a body at once, not when its head has been acknowledged (40 ms
    later: Nagle's way, which httpcore leaves on).
    """

    def connect_tcp(self, *arguments, **options):
        stream = super().connect_tcp(*arguments, **options)
        stream.get_extra_info("socket").setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return stream


class Transport(httpx.HTTPTransport):
    """httpx's own would read the world's certificates for each client, which
    takes as long as twenty requests; nothing here speaks TLS.
    """

    def __init__(self, **options):
        self._pool = httpcore.ConnectionPool(
            max_connections=100, max_keepalive_connections=20,
            keepalive_expiry=5, network_backend=Prompt(), **options)


ADDRESSES = itertools.count()


def fetch(url, timeout=30, headers=None, **options):
    """GET over a connection of its own, and nothing is held against what."""
    with httpx.Client(transport=Transport(**options), trust_env=False,
                      timeout=timeout) as client:
        return client.get(url, headers=headers)


class Client(httpx.Client):
    """httpx with a token, and an eye on each response.

    Every response to a contract operation must have a declared status (or be
    a problem) and a body that its schema accepts; so every test is a contract
    test too. seen is a set of (operation, status). sign makes its token, and
    another one when that is half as old as tokens become: some modules take
    long on a machine that is busy.
    """

    def __init__(self, url, contract, sign=None, seen=None, **options):
        super().__init__(base_url=url, timeout=30,
                         event_hooks={"response": [self._check]},
                         transport=Transport(**options), trust_env=False)
        self.contract = contract
        self.seen = seen if seen is not None else set()
        self.sign = sign
        self.signed = None
        self._fresh()

    def _fresh(self):
        now = time.monotonic()
        if self.sign and (self.signed is None or now > self.signed + LIFE / 2):
            self.headers["authorization"] = "Bearer " + self.sign()
            self.signed = now

    def request(self, *arguments, **options):
        self._fresh()
        return super().request(*arguments, **options)

    def _check(self, response):
        response.read()
        operation, errors = self.contract.check(response)
        if operation is not None:
            self.seen.add((operation.id, response.status_code))
        assert response.status_code != 500, "%s %s: %s" % (
            response.request.method, response.request.url, response.text)
        assert not errors, "%s %s gave %d\n%s\n%s" % (
            response.request.method, response.request.url,
            response.status_code, "\n".join(errors), response.text[:2000])

    def elsewhere(self):
        """The same caller at another address: limits count each by itself."""
        made = Client(str(self.base_url), self.contract, None, self.seen,
                      local_address="127.1.%d.%d" % divmod(
                          next(ADDRESSES) % 64000 + 2, 256))
        self._fresh()
        made.headers = self.headers
        return made

    def write(self, method, path, body=None, headers=None):
        """A change with a key of its own, as a careful client sends it."""
        headers = {"idempotency-key": key(), **(headers or {})}
        return self.request(method, PREFIX + path, json=body,
                            headers=headers)

    def read(self, path, **query):
        return self.get(PREFIX + path, params=query)

    def call(self, operation, body=None, query=None, headers=None, raw=None,
             **path):
        """Calls by operationId; what is needed and not given is made up.

        raw is the body as text, of which every byte counts.
        """
        operation = self.contract.by_id[operation]
        headers = dict(headers or {})
        if operation.idempotency() == "required":
            headers.setdefault("idempotency-key", key())
        options = {"params": query, "headers": headers}
        if body is not None or raw is not None:
            options["content"] = json.dumps(body) if raw is None else raw
            headers.setdefault("content-type", "application/json")
        return self.request(operation.method, operation.target(**path),
                            **options)


def key():
    """A fresh idempotency key."""
    return uuid.uuid4().hex


def problem(response, status, code=None, **members):
    """Asserts a problem of that status and code; returns its members."""
    assert response.status_code == status, "%d: %s" % (
        response.status_code, response.text[:2000])
    kind = response.headers["content-type"].split(";")[0]
    assert kind == "application/problem+json", kind
    body = response.json()
    for name in ("type", "title", "status", "code", "request_id"):
        assert body.get(name), (name, body)
    assert body["status"] == status
    assert response.headers["x-request-id"] == body["request_id"]
    if code is not None:
        assert body["code"] == code, body
    for name, value in members.items():
        assert body.get(name) == value, (name, body)
    if status in (429, 503):
        assert int(response.headers["retry-after"]) >= 1
    return body


def good(response, status=None):
    """Asserts success and returns the JSON body, None without one."""
    expected = [status] if status else [200, 201, 202, 204]
    assert response.status_code in expected, "%s %s: %d %s" % (
        response.request.method, response.request.url, response.status_code,
        response.text[:2000])
    return response.json() if response.content else None
