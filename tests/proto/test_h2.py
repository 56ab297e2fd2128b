"""HTTP/2, without TLS: httpx negotiates by ALPN only, so h2load and h2."""

import json
import re
import socket
import subprocess

import h2.config
import h2.connection
import h2.events
import pytest

from kit.client import key

SHOP = {"listen": "reuseport http2"}


class Session:
    """One HTTP/2 connection, requests by header lists."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 20)
        self.state = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=True))
        self.state.initiate_connection()
        self.flush()

    def flush(self):
        self.socket.sendall(self.state.data_to_send())

    def send(self, method, path, body=None, pieces=None, **headers):
        stream = self.state.get_next_available_stream_id()
        fields = [(":method", method), (":path", path), (":scheme", "http"),
                  (":authority", "shop.test")]
        fields += [(name.replace("_", "-"), value)
                   for name, value in headers.items()]
        self.state.send_headers(stream, fields, end_stream=body is None)
        self.flush()
        if body is not None:
            for start in range(0, len(body), pieces or len(body)):
                self.state.send_data(stream,
                                     body[start:start + (pieces or len(body))])
                self.flush()
            self.state.end_stream(stream)
            self.flush()
        return stream

    def responses(self, count):
        """{stream: (status, body)} when `count` streams have ended."""
        found = {}
        done = set()
        while len(done) < count:
            data = self.socket.recv(65536)
            assert data, "closed"
            for event in self.state.receive_data(data):
                if isinstance(event, h2.events.ResponseReceived):
                    status = dict(event.headers)[b":status"]
                    found[event.stream_id] = [int(status), b""]
                elif isinstance(event, h2.events.DataReceived):
                    found[event.stream_id][1] += event.data
                    self.state.acknowledge_received_data(
                        event.flow_controlled_length, event.stream_id)
                elif isinstance(event, (h2.events.StreamEnded,
                                        h2.events.StreamReset)):
                    done.add(event.stream_id)
            self.flush()
        return found


@pytest.fixture
def session(shop):
    made = Session(shop.port)
    yield made
    made.socket.close()


@pytest.fixture(scope="module", autouse=True)
def quiet_clients(shop):
    """The shop's own clients speak HTTP/1.1, which this port does not."""


def staff(shop):
    return {"authorization": "Bearer " + shop.token("staff"),
            "content_type": "application/json", "idempotency_key": key()}


def product():
    return json.dumps({"name": "Chá", "sku": key(), "price": {
        "amount": 100, "currency": "BRL"}}).encode()


def test_many_streams_at_once(session):
    streams = [session.send("GET", "/api/v1/products?limit=1")
               for _ in range(50)]
    found = session.responses(50)
    assert {found[stream][0] for stream in streams} == {200}


def test_body_in_pieces(shop, session):
    session.send("POST", "/api/v1/products", product(), pieces=3,
                 **staff(shop))
    (status, body), = session.responses(1).values()
    assert status == 201, body


def test_problem(session):
    session.send("GET", "/api/v1/products/999999999")
    (status, body), = session.responses(1).values()
    assert status == 404
    assert json.loads(body)["code"]


def test_reset_streams(shop, session):
    """Streams cancelled while PostgreSQL works; the others are answered."""
    for _ in range(40):
        stream = session.send("GET", "/api/v1/products?limit=200")
        session.state.reset_stream(stream)
    session.flush()
    other = session.send("GET", "/api/v1/products?limit=1")
    while True:
        found = session.responses(1)
        if other in found:
            break
    assert found[other][0] == 200


def test_load(shop):
    done = subprocess.run(
        ["h2load", "-n", "2000", "-c", "8", "-m", "16",
         shop.nginx.url + "/api/v1/products?limit=1"],
        text=True, capture_output=True, timeout=60)
    assert re.search(r"2000 succeeded, 0 failed", done.stdout), done.stdout
    assert re.search(r"2000 2xx", done.stdout), done.stdout
