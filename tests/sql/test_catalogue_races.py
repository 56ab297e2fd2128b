"""Two sessions at one product, one slug, one idempotency key.

The first holds its transaction open until the second is seen waiting for it,
so each race happens every time.
"""

import json
import threading
import uuid

import psycopg
import pytest

from kit import wait

STAFF = json.dumps({"sub": "0190163d-8694-739b-aea5-966c26f8ad91",
                    "scopes": ["shop", "catalog:write"]})


class Store:
    def __init__(self, cluster, name):
        self.cluster = cluster
        self.name = name

    def connect(self, user="store_owner"):
        return self.cluster.connect(self.name, user)

    def one(self, text, *arguments):
        row, = self.cluster.query(self.name, text, *arguments)
        return row

    def waiting(self):
        return self.one("select count(*) as n from pg_stat_activity"
                        " where datname = %s and wait_event_type = 'Lock'",
                        self.name)["n"]


@pytest.fixture(scope="module")
def store(cluster, databases):
    return Store(cluster, databases.fresh()["store"])


class Second(threading.Thread):
    """A statement in a session of its own; join() gives its row or error."""

    def __init__(self, store, text, *arguments):
        super().__init__(daemon=True)
        self.store, self.text, self.arguments = store, text, arguments
        self.row = self.error = None
        self.start()
        wait.until(store.waiting, 60, "the second to wait for the first")

    def run(self):
        try:
            with self.store.connect("store_api") as connection:
                cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
                self.row = cursor.execute(self.text,
                                          self.arguments).fetchone()
        except psycopg.Error as error:
            self.error = error

    def join(self):
        super().join(20)
        assert not self.is_alive(), "it waits for ever"
        return self.row


def create(name, sku):
    body = json.dumps({"name": name, "sku": sku,
                       "price": {"amount": 100, "currency": "BRL"}})
    return "select * from api.create_product(%s, %s)", body, STAFF


def test_one_name_two_slugs(store):
    with store.connect() as first, first.transaction():
        first.execute(*_split(create("Corrida", "RUN-1")))
        second = Second(store, *create("Corrida", "RUN-2"))
    made = second.join()
    assert second.error is None, second.error
    assert made["slug"] == "corrida-%d" % made["id"]
    assert store.one("select count(*) as n from core.product"
                     " where name = 'Corrida'")["n"] == 2


def test_one_sku_is_refused(store):
    with store.connect() as first, first.transaction():
        first.execute(*_split(create("Um", "SAME")))
        second = Second(store, *create("Outro", "SAME"))
    second.join()
    assert second.error.sqlstate == "CM409"
    assert second.error.diag.message_primary == "sku_taken"


def test_variants_changed_at_once_both_show(store):
    store.one("insert into core.product (slug, name) values ('par', 'Par')"
              " returning id")
    store.one("with v as (insert into core.variant (product_id, sku,"
              " price_amount, position) select id, 'PAR-' || n, 100, n"
              " from core.product, generate_series(0, 1) n"
              " where slug = 'par' returning id) select count(*) from v")
    with store.connect() as first, first.transaction():
        first.execute("update core.variant set price_amount = 200"
                      " where sku = 'PAR-0'")
        second = Second(
            store, "select p.* from core.variant v, lateral"
            " api.update_variant('par', v.id, '{\"price\": {\"amount\": 300,"
            " \"currency\": \"BRL\"}}', %s, 1) p where v.sku = 'PAR-1'",
            STAFF)
    second.join()
    assert second.error is None, second.error
    seen = store.one("select variants, price_amount from core.product"
                     " where slug = 'par'")
    assert [v["price"]["amount"] for v in seen["variants"]] == [200, 300]
    assert seen["price_amount"] == 200


IDEMPOTENT = ("select * from api.idempotent('create_category', 'user', %s,"
              " 'print', %s)")


def category(name):
    return json.dumps({"body": {"name": name}, "principal": json.loads(STAFF)})


def test_same_key_waits_and_repeats(store):
    with store.connect() as first, first.transaction():
        row = first.execute(IDEMPOTENT, ("one", category("Uma"))).fetchone()
        second = Second(store, IDEMPOTENT, "one", category("Uma"))
    again = second.join()
    assert again["_replayed"] and again["_body"] == row[2]
    assert store.one("select count(*) as n from core.category"
                     " where name = 'Uma'")["n"] == 1


def test_same_key_takes_over_when_the_first_fails(store):
    with store.connect() as first:
        first.execute("begin")
        first.execute(IDEMPOTENT, ("two", category("Duas")))
        second = Second(store, IDEMPOTENT, "two", category("Duas"))
        first.execute("rollback")
    made = second.join()
    assert not made["_replayed"] and made["_status"] == 201
    assert store.one("select count(*) as n from core.category"
                     " where name = 'Duas'")["n"] == 1


def test_same_key_does_not_wait_for_ever(store):
    with store.connect() as first, first.transaction():
        first.execute(IDEMPOTENT, ("three", category("Três")))
        second = Second(store, IDEMPOTENT, "three", category("Três"))
        second.join()
    assert second.error.sqlstate == "CM409"
    assert second.error.diag.message_primary == "request_in_flight"


class Holder:
    """Holds the level of a variant, as an order does, and then wants the
    product, as its availability does."""

    def __init__(self, store, sku):
        self.store = store
        self.row = store.one("select v.id, v.product_id from core.variant v"
                             " where v.sku = %s", sku)

    def meets(self, text, *arguments):
        with self.store.connect() as first, first.transaction():
            first.execute("select core.stock_lock(array[%s::bigint], null)",
                          [self.row["id"]])
            second = Second(self.store, text, *arguments)
            first.execute("select from core.product where id = %s"
                          " for no key update", [self.row["product_id"]])
        row = second.join()
        assert second.error is None, second.error
        return row


def stocked(store, name, sku):
    """A product with a level, empty."""
    store.one("select * from api.create_product(%s, %s)", json.dumps({
        "name": name, "sku": sku,
        "price": {"amount": 100, "currency": "BRL"}}), STAFF)
    store.one("insert into core.stock_level (variant_id, location_id)"
              " select v.id, 1 from core.variant v where v.sku = %s"
              " returning variant_id", sku)
    return Holder(store, sku)


def test_import_and_order_lock_in_one_order(store):
    """Stock before products, whoever comes first."""
    holder = stocked(store, "Trava", "LOCK-1")
    name = str(uuid.uuid4())
    store.one("select api.begin_import(%s, 'products', 'csv', false, null,"
              " '{}', '{sku,name,stock}', null)", name)
    store.one("with rows as (insert into core.import_row values (%s, 2,"
              " array['LOCK-1', 'Outra', '9'], null)) select 1", name)
    store.one("select * from api.stage_import(%s, 1)", name)
    store.one("select * from api.advance_import(%s)", name)
    step = holder.meets("select * from api.advance_import(%s)", name)
    assert step["status"] == "done"
    assert store.one("select p.name, s.on_hand from core.product p"
                     " join core.stock_level s on s.variant_id = %s"
                     " where p.id = %s", holder.row["id"],
                     holder.row["product_id"]) == {"name": "Outra",
                                                   "on_hand": 9}


def test_deletion_and_order_lock_in_one_order(store):
    holder = stocked(store, "Fora", "LOCK-2")
    holder.meets("select api.delete_product(%s, %s, null)",
                 str(holder.row["product_id"]), STAFF)
    assert store.one("select count(*) as n from core.product where id = %s",
                     holder.row["product_id"])["n"] == 0


def _split(call):
    return call[0], call[1:]
