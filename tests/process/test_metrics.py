"""What the gateway tells Prometheus of itself.

Counted in shared memory by each worker alone: so it is asked whether the sum
is exact under many clients, and what a reload, a crash and another contract
leave of it.
"""

import os
import signal
import threading

import pytest

from kit import buyers, goods
from kit.client import key
from kit.wait import until

REQUESTS = "commerce_requests_total"
TIMES = "commerce_request_duration_seconds"


@pytest.fixture(scope="module")
def shop(make_shop):
    made = make_shop(cache=True)
    made.product = goods.product(made, 1000)
    return made


def product(shop):
    return shop.anonymous.get("/api/v1/products/%d" % shop.product["id"])


def gained(shop, before, name, **labels):
    return shop.metrics().sum(name, **labels) - before.sum(name, **labels)


def test_requests_by_operation_and_status(shop):
    before = shop.metrics()
    for _ in range(5):
        assert product(shop).status_code == 200
    assert shop.anonymous.get("/api/v1/products/999999").status_code == 404
    assert shop.anonymous.get("/nothing/here").status_code == 404
    after = shop.metrics()
    for status, count in (("2xx", 5), ("4xx", 1), ("5xx", 0)):
        assert after.get(REQUESTS, operation="get_product", status=status) \
            - before.get(REQUESTS, operation="get_product",
                         status=status) == count
    assert after.get(TIMES + "_count", operation="get_product") \
        - before.get(TIMES + "_count", operation="get_product") == 6
    assert after.get(REQUESTS, operation="none", status="4xx") \
        > before.get(REQUESTS, operation="none", status="4xx")


def test_sums_are_exact_under_many_clients(shop):
    """Two workers count at once; nothing is lost, nothing twice."""
    before = shop.metrics()

    def ask():
        client = shop.client(None)
        for _ in range(200):
            assert client.get("/healthz").status_code == 200

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gained(shop, before, REQUESTS, operation="get_healthz",
                  status="2xx") == 1600
