"""The running shop, for the programs beside this file: where it is, who asks,
and many requests at a time. Standard library only."""

import asyncio
import http.client
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

PREFIX = "/api/v1"
TOKEN_AGE = 300          # s, younger than any access token's life


class Failed(Exception):
    """What the user reads before exit 1."""


def find():
    """`./commerce status --json`, or COMMERCE_STATUS with the same text."""
    if os.environ.get("COMMERCE_STATUS"):
        return Shop(json.loads(os.environ["COMMERCE_STATUS"]))
    top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    command = os.environ.get("COMMERCE", os.path.join(top, "commerce"))
    done = subprocess.run([command, "status", "--json"], text=True,
                          stdout=subprocess.PIPE)
    if done.returncode != 0:
        raise Failed("the shop does not run: ./commerce up")
    return Shop(json.loads(done.stdout))


class Shop:
    def __init__(self, status):
        self.status = status
        self.url = urllib.parse.urlsplit(status["url"])
        self.host = self.url.hostname
        self.port = self.url.port or 80
        self.made = 0
        self.bearer = os.environ.get("COMMERCE_TOKEN")

    def token(self):
        """An access token of the administrator, fresh enough."""
        if os.environ.get("COMMERCE_TOKEN"):
            return self.bearer
        if self.bearer is None or time.monotonic() - self.made > TOKEN_AGE:
            status, body, _ = self.ask("POST", "/auth/login",
                                       self.status["admin"], token=False)
            if status != 200:
                raise Failed("login as %s failed: %s" % (
                    self.status["admin"]["email"], problem(body)))
            self.bearer = body["access_token"]
            self.made = time.monotonic()
        return self.bearer

    def ask(self, method, path, body=None, token=True, headers=None,
            timeout=120):
        """One request: (status, decoded body, headers). body: an object, or
        bytes or a file with a content-type among the headers."""
        request = self._request(method, path, body, token, headers)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, decoded(answer), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, decoded(error), error.headers
        except (urllib.error.URLError, ConnectionError) as error:
            raise Failed("%s: %s" % (self.status["url"], getattr(
                error, "reason", error))) from None

    def _request(self, method, path, body, token, headers):
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = "Bearer " + self.token()
        if body is not None and "Content-Type" not in headers:
            body = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        if not path.startswith(PREFIX):
            path = PREFIX + path
        return urllib.request.Request(
            "%s://%s:%d%s" % (self.url.scheme, self.host, self.port, path),
            data=body, headers=headers, method=method)

    def save(self, path, name, progress=None):
        """What GET gives, however long, into a file (- is stdout): its size.

        The file has its name only when it is whole.
        """
        request = self._request("GET", path, None, True, None)
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                if name == "-":
                    return copied(answer, sys.stdout.buffer, progress)
                with open(name + ".part", "wb") as file:
                    size = copied(answer, file, progress)
        except urllib.error.HTTPError as error:
            raise Failed(problem(decoded(error))) from None
        except OSError as error:
            raise Failed("%s: %s" % (name, getattr(
                error, "reason", error))) from None
        os.replace(name + ".part", name)
        return size

    def workers(self):
        """Process ids of the gateway's workers."""
        master = self.status.get("pids", {}).get("nginx")
        try:
            with open("/proc/%d/task/%d/children" % (master, master)) as file:
                return [int(word) for word in file.read().split()]
        except (OSError, TypeError):
            return []

    def pss(self):
        """KiB of all workers, shared pages divided; None where it is hidden."""
        total = 0
        try:
            for pid in self.workers():
                with open("/proc/%d/smaps_rollup" % pid) as file:
                    total += sum(int(line.split()[1]) for line in file
                                 if line.startswith("Pss:"))
        except OSError:
            return None
        return total or None

    def rows(self, database, sql):
        """Lines of fields of a query, through psql."""
        done = subprocess.run(
            ["psql", "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d",
             self.status["databases"][database], "-c", sql],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise Failed("psql: " + done.stderr.strip())
        return [line.split("\t") for line in done.stdout.splitlines()]


def decoded(answer):
    text = answer.read()
    if "json" in answer.headers.get("Content-Type", ""):
        return json.loads(text)
    return text


def copied(answer, file, progress):
    """Piece by piece; Failed when the connection broke off."""
    size = 0
    try:
        while piece := answer.read(1 << 16):
            file.write(piece)
            size += len(piece)
            if progress:
                progress.show("%.1f MB" % (size / 1e6))
    except http.client.HTTPException:
        raise Failed("it broke off after %d bytes" % size) from None
    return size


def problem(body):
    """A problem+json in one line."""
    if not isinstance(body, dict):
        return str(body)[:200]
    told = [body.get("code", "?"), body.get("title", "")]
    told += ["%s %s" % (e.get("pointer"), e.get("code"))
             for e in body.get("errors", [])[:3]]
    told += ["%s=%s" % (k, body[k]) for k in ("columns", "column", "detail")
             if k in body]
    return " ".join(filter(None, told))


class Crowd:
    """Many connections that send one kind of request as fast as it goes.

    run(jobs) takes (key, path, body bytes) and calls done(key, status, body,
    replayed). A lost connection and a 503 are tried again with the same key:
    that is what the key is for.
    """

    def __init__(self, shop, connections, done, patience=60):
        self.shop = shop
        self.connections = connections
        self.done = done
        self.patience = patience
        self.again = 0

    def run(self, jobs):
        asyncio.run(self._run(iter(jobs)))

    async def _run(self, jobs):
        await asyncio.gather(*(self._one(jobs)
                               for _ in range(self.connections)))

    async def _one(self, jobs):
        stream = None
        for key, path, body in jobs:
            end = time.monotonic() + self.patience
            while True:
                try:
                    if stream is None:
                        stream = await asyncio.open_connection(
                            self.shop.host, self.shop.port, limit=1 << 20)
                    status, text, head = await self._ask(stream, key, path,
                                                         body)
                    wait = 0.5 if status == 503 else None
                except (OSError, EOFError, ValueError) as error:
                    status, text, head = 0, str(error).encode(), b""
                    stream, wait = None, 0.2
                if wait is None or time.monotonic() > end:
                    break
                self.again += 1
                await asyncio.sleep(wait)
            self.done(key, status, text, b"idempotency-replayed" in head)
        if stream is not None:
            stream[1].close()

    async def _ask(self, stream, key, path, body):
        reader, writer = stream
        writer.write(b"POST %s%s HTTP/1.1\r\nHost: %s\r\n"
                     b"Authorization: Bearer %s\r\nIdempotency-Key: %s\r\n"
                     b"Content-Type: application/json\r\n"
                     b"Content-Length: %d\r\n\r\n%s" % (
                         PREFIX.encode(), path.encode(),
                         self.shop.host.encode(), self.shop.token().encode(),
                         key.encode(), len(body), body))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head[9:12])
        at = head.find(b"\r\ncontent-length:")
        if at >= 0:
            size = int(head[at + 17:head.index(b"\r\n", at + 2)])
            return status, await reader.readexactly(size), head
        text = b""
        while True:
            size = int(await reader.readuntil(b"\r\n"), 16)
            text += (await reader.readexactly(size + 2))[:size]
            if size == 0:
                return status, text, head


class Progress:
    """A line that moves, on a terminal; now and then a line, in a log."""

    def __init__(self, what):
        self.what = what
        self.begin = self.last = time.monotonic()
        self.live = sys.stderr.isatty()

    def show(self, text, force=False):
        now = time.monotonic()
        if not force and now - self.last < (0.2 if self.live else 5):
            return
        self.last = now
        print("%s%s: %s%s" % ("\r" if self.live else "", self.what, text,
                              "\x1b[K" if self.live else "\n"),
              end="", file=sys.stderr, flush=True)

    def end(self, text):
        self.show(text, force=True)
        if self.live:
            print(file=sys.stderr)


def main(program):
    """Runs it; a Failed is a line on stderr and exit 1."""
    try:
        sys.exit(program())
    except Failed as failed:
        print("commerce: %s" % failed, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(141)
