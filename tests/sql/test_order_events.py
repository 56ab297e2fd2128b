"""Every event of an order is what its schema in conf/events says."""

import glob
import json
import os
import uuid

import jsonschema
import pytest

from kit.build import ROOT

STAFF = json.dumps({"sub": str(uuid.uuid4()), "scopes": [
    "shop", "orders:read", "orders:write"]})
MOVES = {
    "shipped and delivered": ["pay_order(%s, null, null, %s, 'en')",
                              "ship_order(%s, null, null, %s, 'en')",
                              "deliver_order(%s, null, null, %s, 'en')"],
    "a parcel comes back": ["pay_order(%s, null, null, %s, 'en')",
                            "create_order_fulfilment(%s, '{}', %s)",
                            "update_fulfilment(%s, PARCEL, '{}', null, %s)",
                            "cancel_fulfilment(%s, PARCEL, null, null, %s)"],
    "given back": ["pay_order(%s, null, null, %s, 'en')",
                   "ship_order(%s, null, null, %s, 'en')",
                   "deliver_order(%s, null, null, %s, 'en')",
                   "create_order_return(%s, '{\"items\": [{\"item_id\": 1,"
                   " \"quantity\": 1}]}', %s)",
                   "receive_return(%s, RETURN, null, null, %s)",
                   "exchange_return(%s, RETURN, null, null, %s, 'en')"],
    "reduced": ["pay_order(%s, null, null, %s, 'en')",
                "reduce_order(%s, '{\"items\": [{\"item_id\": 1,"
                " \"quantity\": 1}]}', null, %s, 'en')",
                "ship_order(%s, null, null, %s, 'en')"],
    "edited": ["edit_order(%s, '{\"items\": [{\"item_id\": 1, \"quantity\": 4}]}',"
               " null, %s, 'en')"],
    "canceled": ["add_order_note(%s, '{\"note\": \"x\"}', null, %s, 'en')",
                 "update_order(%s, '{\"payment_method\": \"pix\"}', null, %s,"
                 " 'en')",
                 "cancel_order(%s, null, null, %s, 'en')"],
    "refunded": ["pay_order(%s, null, null, %s, 'en')",
                 "ship_order(%s, null, null, %s, 'en')",
                 "set_order_status(%s, '{\"status\": \"refunded\"}', null,"
                 " %s, 'en')"],
}


def schemas():
    found = {}
    for path in glob.glob(os.path.join(ROOT, "conf", "events", "*.json")):
        with open(path) as file:
            found[os.path.basename(path)[:-len(".json")]] = json.load(file)
    return found


@pytest.fixture(scope="module")
def store(databases, cluster):
    """A store with one variant to sell; its name."""
    name = databases.fresh()["store"]
    cluster.query(name, """
        with p as (insert into core.product (slug, name)
                   values ('x', 'Caf\u00e9 "forte" \\ 1\u00a0kg') returning id)
        insert into core.variant (product_id, sku, price_amount)
        select id, 'X "1"', 1999 from p""")
    cluster.query(name, "select core.stock_receive(id, 1, 100, 'receipt',"
                        " null, null, null) from core.variant")
    return name


def test_each_schema_is_a_schema():
    for name, schema in schemas().items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["title"] == name


def sold(row):
    """Its lines without what has become of them."""
    return [{name: value for name, value in item.items() if name not in (
        "shipped", "delivered", "returned", "short", "canceled")}
        for item in row["data"]["items"]]


@pytest.mark.parametrize("customer", [str(uuid.uuid4()), None],
                         ids=["customer", "guest"])
@pytest.mark.parametrize("life", MOVES)
def test_events_of_a_life(cluster, store, life, customer):
    known, buyer = schemas(), str(uuid.uuid4())
    with cluster.connect(store, "store_api") as connection:
        variant, = connection.execute("select id from core.variant").fetchone()
        body, = connection.execute(
            "select body from api.place_orders(%s::jsonb)", (json.dumps([{
                "items": [{"variant_id": variant, "quantity": 2}],
                "_id": str(uuid.uuid4()), "_scope": buyer,
                "_key": str(uuid.uuid4()), "_fingerprint": "f",
                "_staff": False, "_english": False, "_actor": buyer,
                "_customer": customer, "_name": None, "_email": None}]),)
        ).fetchone()
        order = json.loads(body)["id"]
        for move in MOVES[life]:
            for name, table in (("PARCEL", "fulfilment"),
                                ("RETURN", "order_return")):
                found = cluster.query(store, "select id from core.%s where"
                                             " order_id = '%s'" % (table,
                                                                   order))
                if found:
                    move = move.replace(name, "'%s'" % found[0]["id"])
            connection.execute("select * from api." + move, (order, STAFF))
    rows = cluster.query(store, "select version, type, data::json"
                                " from core.outbox where subject = %s"
                                " order by version", order)
    assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) > len(MOVES[life])
    for row in rows:
        jsonschema.Draft202012Validator(known[row["type"]]).validate(
            row["data"])
        assert row["data"]["order_id"] == order
    assert (sold(rows[0]) == sold(rows[-1])) == (life != "edited")
