"""Fixtures of every suite; what they start is in kit/.

Per xdist worker: one PostgreSQL cluster, one Redis, migrated templates.
Per test module: fresh databases and an nginx of its own (`shop`).
"""

import pytest

from kit import contract as contracts
from kit.cache import Redis
from kit.databases import Databases
from kit.postgres import Cluster


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
