"""What the benches of orders compare with does the same work as the shop."""

import json
import os
import re
import uuid

import pytest

from kit.build import ROOT

TABLES = {"orders": "id", "order_item": "order_id", "order_history": "order_id",
          "outbox": "subject", "outbox_waiting": "subjects[1]",
          "order_request": "order_id"}
OWN = re.compile(  # of one order: ids, number, place, times
    r"""(?<=['"]number['"]:)\s*\d+|(?<=')\(\d+,\d+\)(?=')|"""
    r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)")


@pytest.fixture(scope="module")
def store(databases, cluster):
    name = databases.fresh()["store"]
    with cluster.connect(name, "store_owner") as connection:
        connection.execute("""
            insert into core.tax_rate (region, tax_class, rate_ppm, name,
                                       inclusive)
            values ('BR', 'standard', 175000, 'on top', false),
                   ('BR', 'book', 40000, 'within', true);
            with p as (insert into core.product (slug, name)
                       values ('x', 'Café "forte" \\ 1kg') returning id)
            insert into core.variant (product_id, sku, name, price_amount,
                                      tax_class, weight_grams)
            select id, 'X "1"', 'moído', 1999, 'standard', 1000 from p
            union all select id, 'X2', '', 333, 'book', 70 from p""")
        connection.execute("select core.stock_receive(id, 1, 5, 'receipt',"
                           " null, null, null) from core.variant")
        connection.execute("update core.stock_level set threshold = 3")
        with open(os.path.join(ROOT, "tests", "bench", "sql",
                               "order_setup.sql")) as file:
            connection.execute(file.read())
    return name


def rows(connection, order):
    """All that an order left behind, without what is its own."""
    found = {}
    for table, key in TABLES.items():
        found[table] = [
            {name: OWN.sub("...", str(value))
             for name, value in row.items() if name not in (
                 "number", "key", "fingerprint") and (
                     table, name) != ("outbox_waiting", "id")}
            for row, in connection.execute(
                "select to_jsonb(t) from core.%s t where t.%s::text = %%s"
                " order by to_jsonb(t)::text" % (table, key), (order,))]
    found["levels"] = connection.execute("""
        select variant_id, reserved, ordered, version from core.stock_level
        order by variant_id""").fetchall()
    found["availability"] = connection.execute(
        "select availability from core.variant order by id").fetchall()
    return found


@pytest.mark.parametrize("lines", (1, 2))
def test_the_rival_does_the_same_work(cluster, store, lines):
    buyer = str(uuid.uuid4())
    with cluster.connect(store, "store_owner") as connection:
        variants = [id for id, in connection.execute(
            "select id from core.variant order by id")][:lines]
        took = []
        for ask in ("shop", "rival"):
            connection.execute("begin")
            if ask == "shop":
                text, = connection.execute(
                    "select body from api.place_orders(%s::jsonb)",
                    (json.dumps([{
                        "items": [{"variant_id": v, "quantity": 1}
                                  for v in variants],
                        "_id": str(connection.execute(
                            "select core.uuid_v7()").fetchone()[0]),
                        "_scope": buyer, "_key": "k", "_fingerprint": "f",
                        "_staff": False, "_english": False, "_actor": buyer,
                        "_customer": buyer, "_name": None,
                        "_email": None}]),)).fetchone()
            else:
                text, = connection.execute(
                    "select bench.order_one(%s, 'k', 'f', %s, %s)",
                    (buyer, variants[0], variants[-1])).fetchone()
            found = rows(connection, json.loads(text)["id"])
            assert all(found.values())
            found["answer"] = OWN.sub("...", text)
            took.append(found)
            connection.execute("rollback")
    for name, left in took[0].items():
        assert took[1][name] == left, name


def test_the_rival_repeats_an_answer_and_oversells_nothing(cluster, store):
    buyer = uuid.uuid4()
    with cluster.connect(store, "store_owner") as connection:
        variant, = connection.execute(
            "select min(id) from core.variant").fetchone()

        def ask(key):
            return connection.execute(
                "select bench.order_one(%s, %s, 'f', %s, %s)",
                (buyer, key, variant, variant)).fetchone()

        assert ask("k") == ask("k")
        for n in range(4):
            ask(str(n))
        with pytest.raises(Exception, match="insufficient_stock"):
            ask("one too many")
    assert cluster.query(store, "select reserved from core.stock_level"
                                " where variant_id = %s" % variant) == [
        {"reserved": 5}]
