"""Sums of analytics after events in any order, compared with Python's."""

import datetime
import json
import os
import random
import uuid

import pytest

from kit import sales

ORDERS = int(os.environ.get("COMMERCE_SALES_ORDERS", "150"))
START = datetime.datetime(2026, 2, 27, 1, 0, tzinfo=datetime.timezone.utc)


@pytest.fixture
def analytics(databases):
    copies = databases.fresh()
    yield copies["analytics"]
    databases.drop(copies)


def moment(chance):
    return START + datetime.timedelta(minutes=chance.randint(0, 6 * 1440))


def line(chance, sign):
    pieces, gross = chance.randint(1, 4), chance.randint(0, 9999)
    discount = chance.choice([0, 0, chance.randint(0, gross)])
    tax = chance.choice([0, chance.randint(0, 700)]) * (gross > discount)
    return {"product": str(chance.randint(1, 9)),
            "category": chance.choice([None, "1", "2", "3"]),
            "pieces": sign * pieces, "gross": sign * gross,
            "discount": sign * discount, "tax": sign * tax,
            "tax_included": 0, "total": sign * (gross - discount + tax)}


def placed(chance):
    kind = chance.choice(["sale"] * 9 + ["credit"])
    sign = 1 if kind == "sale" else -1
    lines = [line(chance, sign) for _ in range(chance.randint(1, 5))]
    order = {"id": str(uuid.UUID(int=chance.getrandbits(128))), "version": 1,
             "at": moment(chance), "kind": kind, "canceled": False,
             "currency": chance.choice(["BRL", "BRL", "USD"]),
             "customer": chance.choice([None, str(uuid.UUID(
                 int=chance.randint(1, 12)))]),
             "region": chance.choice([None, "BR-SP", "BR-PE"]),
             "lines": lines, "returns": [],
             "shipping": sign * chance.choice([0, chance.randint(1, 3000)])}
    for name in sales.SUMS:
        if name not in ("shipping", "total"):
            order[name] = sum(one[name] for one in lines)
    order["total"] = sum(one["total"] for one in lines) + order["shipping"]
    if kind == "credit":
        order["returns"] = [(order["at"], -order["total"])]
    return order


def life(chance):
    """The versions of an order; all money never goes back twice."""
    versions = [placed(chance)]
    for _ in range(chance.randint(0, 4)):
        last = versions[-1]
        more = {**last, "version": last["version"] + 1,
                "returns": list(last["returns"])}
        left = last["total"] - sum(amount for _, amount in last["returns"])
        what = chance.random()
        if what < 0.2 and last["kind"] == "sale":
            more["canceled"] = True
        elif what < 0.7 and last["kind"] == "sale" and left > 0:
            more["returns"].append((moment(chance), chance.choice(
                [left, chance.randint(1, left)])))
        versions.append(more)
    return versions


def fact(order):
    return {**order, "at": order["at"].isoformat(),
            "lines": [{**one, "position": n, "name": "P" + one["product"],
                       "category_name": one["category"] and "C"}
                      for n, one in enumerate(order["lines"], 1)],
            "returns": [{"at": at.isoformat(), "amount": amount}
                        for at, amount in order["returns"]]}


def apply(connection, facts):
    return connection.execute("select applied from api.sales_apply(%s)",
                              (json.dumps(facts),)).fetchone()[0]


def rows(cluster, name):
    return cluster.query(name, "select * from core.sales_day")


@pytest.mark.parametrize("seed", range(2))
def test_shuffled_and_repeated_events(cluster, analytics, seed):
    """Every version one to three times, in any order, in batches: the sums
    are those of the last versions, to the cent; nothing is left over."""
    chance = random.Random(seed)
    lives = [life(chance) for _ in range(ORDERS)]
    facts = [fact(version) for versions in lives for version in versions
             for _ in range(chance.randint(1, 3))]
    chance.shuffle(facts)
    with cluster.connect(analytics, "analytics_api") as connection:
        while facts:
            batch = [facts.pop() for _ in range(min(len(facts),
                                                    chance.randint(1, 40)))]
            apply(connection, batch)
    assert sales.held(rows(cluster, analytics)) == sales.rollup(
        versions[-1] for versions in lives)


def test_an_event_counts_once(cluster, analytics):
    """Again, a day's sums are what they were; an older one changes nothing."""
    versions = life(random.Random(5))
    with cluster.connect(analytics, "analytics_api") as connection:
        assert apply(connection, [fact(versions[-1])]) == 1
        first = rows(cluster, analytics)
        assert first
        for version in versions[::-1]:
            assert apply(connection, [fact(version)]) == 0
    assert rows(cluster, analytics) == first


def test_the_day_is_the_shops(cluster, analytics):
    """Half past one in UTC is the evening before in São Paulo."""
    order = placed(random.Random(1))
    order["at"] = datetime.datetime(2026, 3, 2, 1, 30,
                                    tzinfo=datetime.timezone.utc)
    with cluster.connect(analytics, "analytics_api") as connection:
        apply(connection, [fact(order)])
    assert {row["day"] for row in rows(cluster, analytics)} == {
        datetime.date(2026, 3, 1)}
