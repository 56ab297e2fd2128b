"""HTTP/1.1 by bytes: what client libraries hide.

A library opens a new connection when the old one misbehaves; this one keeps
its socket, so that a wrong request count, an unread body or a response too
long shows on the second request.
"""

import socket


class Response:
    def __init__(self, status, reason, headers, body):
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body

    def header(self, name, default=None):
        """The last header of that name, without regard to case."""
        value = default
        for key, content in self.headers:
            if key.lower() == name.lower():
                value = content
        return value


class Raw:
    """One connection. `with Raw(port) as raw: raw.get("/healthz")`."""

    def __init__(self, port, host="127.0.0.1", timeout=60):
        self.socket = socket.create_connection((host, port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Closes with RST instead of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.socket.close()

    def send(self, data):
        if isinstance(data, str):
            data = data.encode("latin-1")
        self.socket.sendall(data)

    def pieces(self, data, size=1):
        """Sends in pieces of `size` bytes, each in a packet of its own."""
        if isinstance(data, str):
            data = data.encode("latin-1")
        for start in range(0, len(data), size):
            self.socket.sendall(data[start:start + size])

    def request(self, method, target, headers=(), body=None, chunked=False):
        """The bytes of a request."""
        lines = ["%s %s HTTP/1.1" % (method, target), "Host: shop.test"]
        lines += ["%s: %s" % header for header in dict(headers).items()]
        if body is not None and isinstance(body, str):
            body = body.encode()
        if chunked:
            lines.append("Transfer-Encoding: chunked")
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        elif body is not None:
            lines.append("Content-Length: %d" % len(body))
        head = "\r\n".join(lines) + "\r\n\r\n"
        return head.encode("latin-1") + (body or b"")

    def get(self, target, headers=()):
        self.send(self.request("GET", target, headers))
        return self.response()

    def _more(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("closed after %r" % self.buffer[-200:])
        self.buffer += data

    def _line(self):
        while b"\r\n" not in self.buffer:
            self._more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line.decode("latin-1")

    def _take(self, size):
        while len(self.buffer) < size:
            self._more()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def _chunks(self):
        body = []
        while True:
            size = int(self._line().split(";")[0], 16)
            body.append(self._take(size))
            if size == 0:
                while self._line():
                    pass
                return b"".join(body)
            assert self._take(2) == b"\r\n"

    def response(self, head=False):
        """Reads exactly one response; what follows stays in the buffer."""
        version, status, reason = (self._line() + "  ").split(" ", 2)
        assert version == "HTTP/1.1", version
        headers = []
        while True:
            line = self._line()
            if not line:
                break
            name, value = line.split(":", 1)
            headers.append((name, value.strip()))
        answer = Response(int(status), reason.strip(), headers, b"")
        if head or answer.status in (204, 304) or answer.status < 200:
            return answer
        if (answer.header("Transfer-Encoding") or "").lower() == "chunked":
            answer.body = self._chunks()
        elif answer.header("Content-Length") is not None:
            answer.body = self._take(int(answer.header("Content-Length")))
        else:
            answer.body = self._rest()
        return answer

    def _rest(self):
        while True:
            data = self.socket.recv(65536)
            if not data:
                body, self.buffer = self.buffer, b""
                return body
            self.buffer += data

    def ended(self):
        """Whether the peer closed and nothing is left to read."""
        if self.buffer:
            return False
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True
