"""Stock: levels, the ledger, counts, transfers, reports, repair."""

import concurrent.futures

import pytest

from kit import audit, goods
from kit.client import good, key, problem


@pytest.fixture(scope="module", autouse=True)
def audited(shop):
    yield
    audit.store(shop)


@pytest.fixture(scope="module")
def second(shop):
    """Another location."""
    return good(shop.staff.write("POST", "/stock/locations", {
        "code": "loja-" + key()[:6], "name": "Loja"}), 201)["id"]


@pytest.fixture
def variant(shop):
    return goods.variant(shop, 10)


def level(shop, variant, location=1):
    return good(shop.staff.read("/stock/%d/%d" % (variant, location)))


def move(shop, variant, kind, delta, **more):
    return shop.staff.write("POST", "/stock/movements", {
        "variant_id": variant, "location_id": 1, "kind": kind,
        "delta": delta, **more})


def test_first_stock_is_in_the_ledger(shop, variant):
    rows = good(shop.staff.read("/stock/movements",
                                variant_id=variant))["data"]
    assert [(row["delta"], row["balance"]) for row in rows] == [(10, 10)]


def test_receipt_and_issue(shop, variant):
    made = good(move(shop, variant, "receipt", 5, reason="compra",
                     reference="NF 1"), 201)
    assert made["balance"] == 15 and made["actor_id"] == shop.staff.sub
    good(move(shop, variant, "damage", -3), 201)
    assert level(shop, variant)["on_hand"] == 12


def test_never_below_zero(shop, variant):
    problem(move(shop, variant, "issue", -11), 409, "insufficient_stock")
    assert level(shop, variant)["on_hand"] == 10


def test_reserved_stock_cannot_leave(shop, variant):
    good(shop.customer.write("POST", "/orders", goods.items((variant, 8))),
         201)
    problem(move(shop, variant, "loss", -3), 409, "insufficient_stock")
    good(move(shop, variant, "loss", -2), 201)


def test_movement_needs_a_key(shop, variant):
    answer = shop.staff.post("/api/v1/stock/movements", json={
        "variant_id": variant, "location_id": 1, "kind": "receipt",
        "delta": 1})
    problem(answer, 400, "idempotency_key_required")


def test_movement_twice_under_one_key_counts_once(shop, variant):
    headers = {"idempotency-key": key()}
    body = {"variant_id": variant, "location_id": 1, "kind": "receipt",
            "delta": 7}
    first = good(shop.staff.write("POST", "/stock/movements", body, headers))
    answer = shop.staff.write("POST", "/stock/movements", body, headers)
    assert good(answer) == first
    assert answer.headers["idempotency-replayed"] == "true"
    assert level(shop, variant)["on_hand"] == 17


def test_set_needs_the_version(shop, variant):
    path = "/stock/%d/1" % variant
    version = level(shop, variant)["version"]
    problem(shop.staff.write("PUT", path, {"on_hand": 3}), 428,
            "if_match_required")
    problem(shop.staff.write("PUT", path, {"on_hand": 3},
                             {"if-match": '"%d"' % (version + 1)}), 412)
    after = good(shop.staff.write("PUT", path, {"on_hand": 3},
                                  {"if-match": '"%d"' % version}))
    assert after["on_hand"] == 3
    rows = good(shop.staff.read("/stock/movements",
                                variant_id=variant))["data"]
    assert sum(row["delta"] for row in rows) == 3


def test_transfer(shop, variant, second):
    good(shop.staff.write("POST", "/stock/transfers", {
        "variant_id": variant, "from_location_id": 1,
        "to_location_id": second, "quantity": 4}))
    assert level(shop, variant)["on_hand"] == 6
    assert level(shop, variant, second)["on_hand"] == 4
    problem(shop.staff.write("POST", "/stock/transfers", {
        "variant_id": variant, "from_location_id": 1,
        "to_location_id": second, "quantity": 7}), 409)


def test_transfers_both_ways_at_once(shop, second):
    """Two directions in parallel: no deadlock, nothing lost."""
    variants = [goods.variant(shop, 500) for _ in range(4)]
    for variant in variants:
        good(shop.staff.write("POST", "/stock/transfers", {
            "variant_id": variant, "from_location_id": 1,
            "to_location_id": second, "quantity": 250}))

    def transfer(n):
        source, target = (1, second) if n % 2 else (second, 1)
        return shop.staff.write("POST", "/stock/transfers", {
            "variant_id": variants[n % 4], "from_location_id": source,
            "to_location_id": target, "quantity": 1}).status_code

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert set(pool.map(transfer, range(200))) <= {200, 201}
    for variant in variants:
        total = (level(shop, variant)["on_hand"]
                 + level(shop, variant, second)["on_hand"])
        assert total == 500


def test_levels_of_products_and_by_words(shop, second):
    word = "estante" + "".join(c for c in key() if c.isalpha())[:8]
    made = [goods.product(shop, 4, name="%s %d" % (word, n))
            for n in range(2)]
    ids = [one["id"] for one in made]
    good(move(shop, made[0]["variants"][0]["id"], "receipt", 2,
              location_id=second), 201)

    def levels(**query):
        return [(row["product_id"], row["location_id"], row["on_hand"])
                for row in good(shop.staff.read("/stock", **query))["data"]]

    everywhere = [(ids[0], 1, 4), (ids[0], second, 2), (ids[1], 1, 4)]
    assert levels(product_ids="%d,%d" % tuple(ids)) == everywhere
    assert levels(q=word) == everywhere
    assert levels(q=word[:-2]) == everywhere
    assert levels(q=word, location_id=second) == everywhere[1:2]
    assert levels(q=word, product_ids=ids[1]) == everywhere[2:]
    assert levels(q="nada" + word) == []
    row = good(shop.staff.read("/stock", q=word, limit=1))["data"][0]
    assert row["product_name"] == word + " 0"


def test_low_stock(shop):
    variant = goods.variant(shop, 10)
    version = level(shop, variant)["version"]
    good(shop.staff.write("PUT", "/stock/%d/1" % variant, {
        "on_hand": 10, "threshold": 5}, {"if-match": '"%d"' % version}))
    assert variant not in low(shop)
    good(move(shop, variant, "issue", -6), 201)
    assert variant in low(shop)


def low(shop):
    rows = good(shop.staff.read("/stock/low", limit=200))["data"]
    return {row["variant_id"] for row in rows}


@pytest.mark.parametrize("left, availability", [
    (0, "out_of_stock"), (2, "low_stock"), (10, "in_stock")])
def test_availability_follows_the_level(shop, left, availability):
    product = goods.product(shop, 10)
    variant = product["variants"][0]["id"]
    version = level(shop, variant)["version"]
    good(shop.staff.write("PUT", "/stock/%d/1" % variant, {
        "on_hand": 10, "threshold": 3}, {"if-match": '"%d"' % version}))
    if left < 10:
        good(shop.customer.write("POST", "/orders", goods.items(
            (variant, 10 - left))), 201)
    seen = good(shop.anonymous.read("/products/%d" % product["id"]))
    assert seen["availability"] == availability
    assert seen["variants"][0]["availability"] == availability


def test_consistency_finds_and_repairs(shop, variant):
    """A level changed behind the ledger's back is found and put right."""
    shop.query("store", "update core.stock_level set on_hand = 12"
                        " where variant_id = %s", variant)
    found = good(shop.admin.read("/admin/stock/consistency"))
    assert str(variant) in str(found)
    good(shop.admin.write("POST", "/admin/stock/consistency"))
    assert level(shop, variant)["on_hand"] == 10
    assert str(variant) not in str(good(
        shop.admin.read("/admin/stock/consistency"))["data"])


def test_ledger_cannot_be_changed(shop, variant):
    for statement in ("update core.stock_movement set delta = 1",
                      "delete from core.stock_movement",
                      "truncate core.stock_movement"):
        with pytest.raises(Exception, match="append-only"):
            shop.query("store", statement)


def test_report(shop, variant):
    rows = good(shop.staff.read("/stock/report", limit=200))
    assert rows["data"]
