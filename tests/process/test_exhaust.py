"""A worker that runs out of connections says so, and recovers."""

import concurrent.futures

import httpx

from kit import wait
from kit.client import fetch, good, key
from kit.raw import Raw

SHOP = {"lab": True, "worker_connections": 32, "workers": 1, "listen": ""}


def test_more_clients_than_connections(shop):
    """Idle clients take every slot; those in service are still answered."""
    shop.nginx.allow += [r"worker_connections are not enough"]
    good(shop.anonymous.get("/lab/rows"))
    shop.anonymous.close()
    before = shop.nginx.fds()
    crowd = [Raw(shop.port) for _ in range(60)]
    for raw in crowd:
        try:
            raw.send(b"GET /lab/rows HTTP/1.1\r\nHost: x\r\n")
        except OSError:
            pass
    for raw in crowd:
        raw.reset()
    wait.until(lambda: shop.nginx.fds() <= before + 1, 60, "fds to close")
    good(shop.client(None).get("/lab/rows"))


def test_burst(shop):
    """Four times as many requests at once as there are connections."""
    shop.nginx.allow += [r"worker_connections are not enough"]

    def ask(_):
        try:
            return fetch(shop.nginx.url + "/lab/rows",
                         timeout=20).status_code
        except httpx.TransportError:
            return None

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        answers = set(pool.map(ask, range(256)))
    assert 200 in answers
    assert answers <= {200, 503, None}
    wait.until(lambda: ask(0) == 200, 60, "an answer")


def test_passwords_leave_no_memory_behind(make_shop, sanitized):
    """19 MiB each while they are hashed, and none afterwards."""
    shop = make_shop()

    def login(_):
        with shop.client_of(shop.nginx.url) as client:
            return client.post("/api/v1/auth/login", json={
                "email": key() + "@example.com",
                "password": "nao-e-esta-12"}).status_code

    login(0)
    before = shop.nginx.memory()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert set(pool.map(login, range(24))) == {401}
    # A sanitizer keeps what was freed, to see who uses it.
    wait.until(lambda: sanitized or shop.nginx.memory() - before < 12 << 20,
               60, "the memory of hashing to be given back")
