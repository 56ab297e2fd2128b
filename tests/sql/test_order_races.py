"""Races of api.place_orders and its neighbours, over many connections.

The groups come as the gateway's workers send them, beside plain SQL. After
each race the invariants of sql/store/tests/invariants.sql must hold.
"""

import concurrent.futures
import json
import os
import random
import subprocess
import uuid

import psycopg
import pytest

from kit import wait
from kit.build import ROOT

STAFF = json.dumps({"sub": str(uuid.uuid4()), "scopes": [
    "shop", "orders:read", "orders:write", "stock:read", "stock:write"]})


class Store:
    """A store database with a few variants; connections as the gateway."""

    def __init__(self, cluster, name):
        self.cluster = cluster
        self.name = name
        self.made = 0

    def connect(self):
        return self.cluster.connect(self.name, "store_api")

    def query(self, text, *arguments):
        return self.cluster.query(self.name, text, *arguments)

    def variant(self, on_hand, price=1000):
        self.made += 1
        sku = "V-%d" % self.made
        row, = self.query(
            "with p as (insert into core.product (slug, name)"
            " values (lower(%s), 'x') returning id)"
            " insert into core.variant (product_id, sku, price_amount)"
            " select id, %s, %s from p returning id", sku, sku, price)
        self.query("select core.stock_receive(%s, 1, %s, 'receipt', null,"
                   " null, null)", row["id"], on_hand)
        return row["id"]

    def level(self, variant):
        row, = self.query(
            "select sum(on_hand)::int as on_hand, sum(reserved)::int as"
            " reserved from core.stock_level where variant_id = %s", variant)
        return row["on_hand"], row["reserved"]

    def invariants(self):
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
             "-d", self.cluster.dsn(self.name, "store_owner"), "-f",
             os.path.join(ROOT, "sql", "store", "tests", "invariants.sql")],
            text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        assert done.returncode == 0, done.stdout
        assert "not ok" not in done.stdout, done.stdout


@pytest.fixture
def store(databases, cluster):
    name = databases.fresh()["store"]
    cluster.query(name, "create extension if not exists pgtap schema public")
    store = Store(cluster, name)
    yield store
    store.invariants()


def draft(lines, key=None, buyer=None, print_="f"):
    buyer = buyer or str(uuid.uuid4())
    return {"items": [{"variant_id": variant, "quantity": quantity}
                      for variant, quantity in lines],
            "_id": str(uuid.uuid4()), "_scope": buyer,
            "_key": key or str(uuid.uuid4()), "_fingerprint": print_,
            "_staff": False, "_english": False, "_actor": buyer,
            "_customer": buyer, "_name": "Ana", "_email": "a@example.com"}


def place(connection, drafts, races=20):
    """Statuses and bodies of a group in order of arrival.

    A group that lost a race is sent again, as the gateway does.
    """
    try:
        rows = connection.execute(
            "select ordinal, status, replayed, problem, body"
            "  from api.place_orders(%s::jsonb)",
            (json.dumps(drafts),)).fetchall()
    except (psycopg.errors.SerializationFailure,
            psycopg.errors.UniqueViolation):
        if races == 0:
            raise
        return place(connection, drafts, races - 1)
    assert sorted(row[0] for row in rows) == list(range(1, len(drafts) + 1))
    return sorted(rows)


def at_once(store, works):
    """Each work gets a connection of its own; their results."""
    def run(work):
        with store.connect() as connection:
            return work(connection)
    with concurrent.futures.ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_groups_of_two_workers_share_out_the_last_ones(store):
    """120 orders of one in 8 connections for 50: exactly 50 get it."""
    variant = store.variant(50)

    def work(connection):
        return [row for _ in range(3) for row in place(
            connection, [draft([(variant, 1)]) for _ in range(5)])]

    rows = sum(at_once(store, [work] * 8), [])
    assert sum(row[1] == 201 for row in rows) == 50
    assert {row[3] for row in rows if row[1] != 201} == {"insufficient_stock"}
    assert store.level(variant) == (50, 50)


def test_groups_lock_in_one_order(store):
    """Random pairs in any order, beside plain SQL: no deadlock."""
    variants = [store.variant(100000) for _ in range(6)]

    def buyer(seed):
        def work(connection):
            chance = random.Random(seed)
            for _ in range(15):
                rows = place(connection, [
                    draft([(v, 1) for v in chance.sample(variants, 3)])
                    for _ in range(8)])
                assert {row[1] for row in rows} == {201}
            return 15 * 8 * 3
        return work

    def keeper(connection):
        chance = random.Random(9)
        for _ in range(40):
            connection.execute(
                "select * from api.create_stock_movement(%s::jsonb,"
                " %s::jsonb)", (json.dumps({
                    "variant_id": chance.choice(variants),
                    "kind": "receipt", "delta": 1}), STAFF))
        return 0

    sold = sum(at_once(store, [buyer(1), buyer(2), buyer(3), keeper]))
    assert sum(store.level(v)[1] for v in variants) == sold


def test_one_key_in_many_groups_at_once(store):
    """The same order in 10 connections: one is made, all hear of it."""
    variant = store.variant(100)
    same = draft([(variant, 2)])

    def work(connection):
        others = [draft([(variant, 1)])]
        return place(connection, others + [dict(same, _id=str(uuid.uuid4()))]
                     + others)[1]

    rows = at_once(store, [work] * 10)
    assert {row[1] for row in rows} == {201}
    assert sum(not row[2] for row in rows) == 1
    assert len({row[4] for row in rows}) == 1
    assert store.level(variant) == (100, 2 + 10)


def test_one_key_with_two_bodies_at_once(store):
    variant = store.variant(100)
    buyer, key = str(uuid.uuid4()), str(uuid.uuid4())

    def work(number):
        return lambda connection: place(connection, [
            draft([(variant, number)], key, buyer, "f%d" % number)])[0]

    rows = at_once(store, [work(1 + n % 2) for n in range(8)])
    won = {row[4] for row in rows if row[1] == 201}
    assert len(won) == 1
    assert {(row[1], row[3]) for row in rows if row[1] != 201} == {
        (422, "idempotency_key_reused")}


@pytest.mark.parametrize("limit", ("customer", "total"))
def test_coupon_in_two_groups(store, limit):
    """Both have counted before either redeems it: one of them is refused."""
    buyers = [str(uuid.uuid4())] * 2 if limit == "customer" else [
        str(uuid.uuid4()), str(uuid.uuid4())]
    code = "UMA" + limit.upper()
    store.query("with made as (insert into core.promotion (code, name, kind,"
                " amount, currency, %s_limit) values (%%s, 'x',"
                " 'amount', 100, 'BRL', 1) returning id)"
                " insert into core.promotion_use (promotion_id)"
                " select id from made returning 1" % limit, code)
    drafts = [{**draft([(store.variant(9), 1)], buyer=buyer), "coupon": code}
              for buyer in buyers]
    with store.cluster.connect(store.name) as other, \
            concurrent.futures.ThreadPoolExecutor(1) as pool:
        with other.transaction():
            other.execute("select from core.promotion_use for update")
            asked = pool.submit(at_once, store, [
                lambda c, d=d: place(c, [d]) for d in drafts])
            wait.until(lambda: len(store.query(
                "select 1 from pg_stat_activity where datname = %s and"
                " wait_event_type = 'Lock' and query like %s", store.name,
                "%place_orders(%")) == 2, 60)
        rows = asked.result(30)
    assert sorted(row[0][1] for row in rows) == [201, 409]


def test_ledger_of_a_level_that_sessions_move_in_turn(store):
    """Read from the newest on, each balance is that before and the move."""
    variant = store.variant(5)
    with store.connect() as one, store.connect() as other:
        for connection in (one, other, one, other):
            connection.execute("select * from api.create_stock_movement("
                               "%s::jsonb, %s::jsonb)", (json.dumps({
                                   "variant_id": variant, "delta": 2,
                                   "kind": "receipt"}), STAFF))
            connection.commit()
    rows = store.query("select balance::int, delta::int"
                       " from api.list_stock_movements(%s, null, null, null,"
                       " null, null, null, 10, null, null)", variant)
    assert [(row["balance"], row["delta"]) for row in rows] == [
        (13, 2), (11, 2), (9, 2), (7, 2), (5, 5)]


def test_cancel_by_many_gives_back_once(store):
    variant = store.variant(5)
    with store.connect() as connection:
        row, = place(connection, [draft([(variant, 5)])])
    order = json.loads(row[4])["id"]

    def cancel(connection):
        try:
            connection.execute("select * from api.cancel_order(%s, null, null,"
                               " %s::jsonb, 'en')", (order, STAFF))
            return "done"
        except psycopg.Error as error:
            return error.diag.message_primary

    results = at_once(store, [cancel] * 10)
    assert sorted(results) == ["done"] + ["illegal_transition"] * 9
    assert store.level(variant) == (5, 0)


def test_ship_against_cancel(store):
    """Either leaves the stock right: shipped or given back, never both."""
    for _ in range(10):
        variant = store.variant(3)
        with store.connect() as connection:
            row, = place(connection, [draft([(variant, 3)])])
            order = json.loads(row[4])["id"]
            connection.execute("select * from api.pay_order(%s, null, null,"
                               " %s::jsonb, 'en')", (order, STAFF))

        def move(name, order=order):
            def work(connection):
                try:
                    connection.execute(
                        "select * from api.%s_order(%%s, null, null,"
                        " %%s::jsonb, 'en')" % name, (order, STAFF))
                    return name
                except psycopg.Error as error:
                    assert error.diag.message_primary == "illegal_transition"
                    return None
            return work

        done = [name for name in at_once(store, [move("ship"),
                                                 move("cancel")]) if name]
        assert len(done) == 1
        assert store.level(variant) == ((0, 0) if done == ["ship"]
                                        else (3, 0))


def test_availability_after_a_race(store):
    """Whoever sold the last one, the shop says so; whoever cancels, too."""
    variant = store.variant(40)

    def work(connection):
        return [json.loads(row[4])["id"] for row in place(
            connection, [draft([(variant, 1)]) for _ in range(5)])]

    orders = sum(at_once(store, [work] * 8), [])
    text = "select availability from core.variant where id = %s"
    assert store.query(text, variant)[0]["availability"] == "out_of_stock"

    def cancel(order):
        return lambda connection: connection.execute(
            "select * from api.cancel_order(%s, null, null, %s::jsonb, 'en')",
            (order, STAFF)).fetchall()

    at_once(store, [cancel(order) for order in orders[:6]])
    assert store.query(text, variant)[0]["availability"] == "in_stock"
    assert store.level(variant) == (40, 34)


def test_group_lost_before_its_end_leaves_nothing(store):
    """The connection breaks inside the transaction; the retry is new."""
    variant = store.variant(10)
    group = [draft([(variant, 1)]) for _ in range(4)]
    connection = store.connect()
    connection.autocommit = False
    place(connection, group)
    connection.close()
    assert store.level(variant) == (10, 0)
    with store.connect() as connection:
        rows = place(connection, group)
    assert [(row[1], row[2]) for row in rows] == [(201, False)] * 4


def test_random_groups_against_a_model(store):
    """Groups one by one: the answers are those of serving in turn."""
    chance = random.Random(7)
    stock = {store.variant(n): n for n in (3, 10, 25, 60)}
    with store.connect() as connection:
        for _ in range(25):
            group, expected = [], []
            for _ in range(chance.randint(1, 12)):
                lines = [(v, chance.randint(1, 4)) for v in chance.sample(
                    sorted(stock), chance.randint(1, 3))]
                fits = all(stock[v] >= q for v, q in lines)
                if fits:
                    for v, q in lines:
                        stock[v] -= q
                group.append(draft(lines))
                expected.append(201 if fits else 409)
            assert [row[1] for row in place(connection, group)] == expected
    for variant, left in stock.items():
        on_hand, reserved = store.level(variant)
        assert on_hand - reserved == left
