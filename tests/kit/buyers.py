"""Buyers: many connections that place orders and never forget a key.

A buyer writes `invoke` to its log before it sends and `ok` only after a whole
answer; a broken connection, 503 or "in flight" is repeated with the same key
until the shop gives a final answer. What the log holds then is the oracle:
every acknowledged order exists once, every key made at most one.

Raw sockets under asyncio: Python's HTTP libraries would be the bottleneck.
"""

import asyncio
import collections
import json
import random
import time
import uuid


class Refused(Exception):
    """The connection ended before a whole answer came."""


class Connection:
    """One keep-alive connection, opened when needed."""

    def __init__(self, port):
        self.port = port
        self.reader = self.writer = None

    async def request(self, data):
        """(status, headers, body) or Refused."""
        try:
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection(
                    "127.0.0.1", self.port)
            self.writer.write(data)
            return await self._response()
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            self.close()
            raise Refused(repr(error)) from error

    async def _response(self):
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        headers = {}
        for line in lines[1:-2]:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        if "content-length" in headers:
            body = await self.reader.readexactly(
                int(headers["content-length"]))
        else:
            body = await self._chunks()
        if headers.get("connection") == "close":
            self.close()
        return status, headers, body

    async def _chunks(self):
        body = b""
        while True:
            size = int(await self.reader.readuntil(b"\r\n"), 16)
            body += (await self.reader.readexactly(size + 2))[:-2]
            if size == 0:
                return body

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


class Log:
    """Append-only: what was asked, and what was answered in the end."""

    def __init__(self):
        self.lines = []
        self.final = {}
        self.statuses = collections.Counter()
        self.codes = collections.Counter()

    def invoke(self, key, items):
        self.lines.append(("invoke", key, items))

    def answer(self, key, status, body):
        self.lines.append(("ok", key, status, body))
        self.final[key] = (status, body)

    def asked(self):
        """{key: items}; a repeated invoke is the same order."""
        return {line[1]: line[2] for line in self.lines
                if line[0] == "invoke"}

    def orders(self):
        """{key: order} of those acknowledged."""
        return {key: body for key, (status, body) in self.final.items()
                if status == 201}

    def refused(self):
        return {key: body for key, (status, body) in self.final.items()
                if status != 201}


def order_bytes(token, key, body):
    text = json.dumps(body).encode()
    head = ("POST /api/v1/orders HTTP/1.1\r\nHost: shop.test\r\n"
            "Authorization: Bearer %s\r\nIdempotency-Key: %s\r\n"
            "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % (token, key, len(text)))
    return head.encode() + text


class Campaign:
    """count orders by `clients` buyers; make(n) gives the body of the n-th.

    They go on after count until enough() is true: a fault beside them wants
    its time.
    deadline bounds the whole: a key without an answer by then fails.
    """

    def __init__(self, port, tokens, make, count, clients=32, deadline=120,
                 leave=0.0, seed=1, enough=lambda: True):
        self.port = port
        self.tokens = tokens
        self.make = make
        self.count = count
        self.clients = clients
        self.end = time.monotonic() + deadline
        self.leave = leave
        self.enough = enough
        self.random = random.Random(seed)
        self.log = Log()
        self.next = 0
        self.seconds = None

    async def run(self):
        start = time.monotonic()
        await asyncio.gather(*[self._buyer(n) for n in range(self.clients)])
        self.seconds = time.monotonic() - start
        return self.log

    def start(self):
        """In the loop that the caller runs, beside the fault it makes."""
        return asyncio.ensure_future(self.run())

    async def _buyer(self, number):
        connection = Connection(self.port)
        token = self.tokens[number % len(self.tokens)]
        while self.next < self.count or not self.enough():
            n = self.next
            self.next += 1
            body = self.make(n)
            key = uuid.uuid4().hex
            await self._place(connection, token, key, body)
        connection.close()

    async def _place(self, connection, token, key, body):
        data = order_bytes(token, key, body)
        self.log.invoke(key, body["items"])
        if self.random.random() < self.leave:
            await self._abandon(data)
        pause = 0.005
        while True:
            assert time.monotonic() < self.end, "no final answer for " + key
            try:
                status, _, text = await connection.request(data)
            except Refused:
                self.log.statuses["broken"] += 1
                await asyncio.sleep(pause)
                pause = min(pause * 2, 0.2)
                continue
            self.log.statuses[status] += 1
            answer = json.loads(text)
            if status != 201:
                self.log.codes[answer.get("code")] += 1
            if status in (429, 503) or answer.get("code") == \
                    "request_in_flight":
                await asyncio.sleep(pause)
                pause = min(pause * 2, 0.2)
                continue
            self.log.answer(key, status, answer)
            return

    async def _abandon(self, data):
        """A client that sends its order and is gone."""
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(data)
            await writer.drain()
            await asyncio.sleep(self.random.random() * 0.01)
            writer.transport.abort()
        except OSError:
            pass
