"""Fixtures of every suite; what they start is in kit/.

Per xdist worker: one PostgreSQL cluster, one Redis, migrated templates.
Per test module: fresh databases and an nginx of its own (`shop`). A module's
SHOP = {...} changes how its nginx is configured (see kit/shop.py).
"""

import os
import signal
import threading

import pytest

from kit import audit, build, payments
from kit import contract as contracts
from kit.cache import Redis
from kit.client import good
from kit.databases import Databases
from kit.postgres import Cluster
from kit.shop import Shop

VARIANT = os.environ.get("COMMERCE_TEST_VARIANT", "normal")

# The command line builds a module of its own, without sanitizers.
collect_ignore = ["process/test_commerce.py"] if VARIANT == "asan" else []

# What takes long begins first, so that the last worker is not alone for long.
LONG = ["test_commerce", "test_prices", "test_declared", "test_races",
        "test_imports", "test_metrics", "test_webhooks", "test_mail",
        "test_failover", "test_checkout_races", "test_postgres_away",
        "test_redis_server", "test_jobs", "test_exports", "test_lifecycle"]


def pytest_configure(config):
    """A run that is told to stop takes its daemons with it.

    A worker of xdist may run beside its main thread, where no handler can be
    set; the one that runs them all ends it then.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    names = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: names.get(item.path.stem, len(LONG)))


@pytest.fixture(scope="session")
def cluster():
    running = Cluster()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def redis():
    running = Redis()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def databases(cluster):
    return Databases(cluster)


@pytest.fixture(scope="session")
def contract():
    return contracts.load()


@pytest.fixture(scope="session")
def sanitized():
    """Whether the module under test is the one with sanitizers."""
    return VARIANT == "asan"


@pytest.fixture(scope="session")
def module():
    return build.module(VARIANT)


@pytest.fixture(scope="module")
def make_shop(cluster, databases, module, sanitized):
    """Makes shops with options; each is stopped and checked at the end."""
    made = []

    def make(start=True, **options):
        shop = Shop(cluster, databases, module, sanitized, **options)
        made.append(shop)
        if start:
            shop.start()
        return shop

    yield make
    errors = []
    for shop in made:
        try:
            shop.stop()
        except Exception as error:     # the others must stop too
            errors.append(error)
    if errors:
        raise errors[0]


@pytest.fixture(scope="module")
def shop(request, make_shop):
    return make_shop(**getattr(request.module, "SHOP", {}))


@pytest.fixture(scope="module")
def sound(shop):
    """After all of a module the books add up, and so does the stock."""
    yield
    payments.invariants(shop)
    audit.store(shop)
    assert good(shop.admin.call("check_stock"))["data"] == []
