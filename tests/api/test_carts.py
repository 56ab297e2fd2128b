"""Carts: whose they are, what they tell, what becomes of them."""

import concurrent.futures

import pytest

from api.recipes_cart import cart, coupon
from kit import audit, goods, wait
from kit.client import good, problem


@pytest.fixture(scope="module", autouse=True)
def audited(shop):
    """Whatever the tests did, the store's invariants hold afterwards."""
    yield
    audit.store(shop)


def quantities(made):
    return {i["variant_id"]: i["quantity"] for i in made["items"]}


def level(shop, variant):
    row, = good(shop.staff.read("/stock", variant_id=variant))["data"]
    return row["on_hand"], row["reserved"]


def put(client, made, variant, quantity=1):
    return good(client.call("add_cart_item", {
        "variant_id": variant, "quantity": quantity}, id=made["id"]))


def test_guest_fills_a_cart(shop):
    variant = goods.variant(shop, 9, price=1000)
    made = good(shop.anonymous.call("create_cart", {}), 201)
    assert made["items"] == [] and made["total"]["amount"] == 0
    put(shop.anonymous, made, variant, 2)
    made = put(shop.anonymous, made, variant)
    assert quantities(made) == {variant: 3}
    assert made["total"]["amount"] == 3000
    assert made["problems"] == []
    where = {"id": made["id"], "variant_id": variant}
    made = good(shop.anonymous.call("update_cart_item", {"quantity": 1},
                                    **where))
    assert quantities(made) == {variant: 1}
    answer = shop.anonymous.call("delete_cart_item", **where)
    assert good(answer)["items"] == []
    assert answer.headers["etag"] == '"%d"' % answer.json()["version"]
    problem(shop.anonymous.call("delete_cart_item", **where), 404,
            "item_not_found")


def test_cart_of_a_customer_is_his(shop):
    owner = shop.client("customer")
    made = good(owner.call("create_cart", {}), 201)
    for other in (shop.anonymous, shop.client("customer"), shop.staff):
        problem(other.call("get_cart", id=made["id"]), 404, "cart_not_found")
        problem(other.call("delete_cart", id=made["id"]), 404,
                "cart_not_found")
    assert good(owner.call("get_cart", id=made["id"])) == made
    assert good(owner.call("create_cart", {}), 200)["id"] == made["id"]


def test_merge_of_65_items_loses_none(shop):
    """60 of the guest's, 15 of the customer's, 10 in both."""
    variants = goods.variants(shop, 65, 100)
    owner = shop.client("customer")
    mine = good(owner.call("create_cart", goods.items(
        *[(v, 2) for v in variants[50:]])), 201)
    guest = good(shop.anonymous.call("create_cart", goods.items(
        *[(v, 3) for v in variants[:60]])), 201)
    merged = good(owner.call("merge_cart", id=guest["id"]))
    assert merged["id"] == mine["id"]
    wanted = {v: 3 for v in variants[:60]}
    for v in variants[50:]:
        wanted[v] = wanted.get(v, 0) + 2
    assert quantities(merged) == wanted and len(wanted) == 65
    again = good(owner.call("merge_cart", id=guest["id"]))
    assert quantities(again) == wanted
    problem(shop.anonymous.call("get_cart", id=guest["id"]), 404,
            "cart_not_found")


def test_merge_into_no_cart_takes_the_guests(shop):
    owner = shop.client("customer")
    guest = cart(shop)
    merged = good(owner.call("merge_cart", id=guest["id"]))
    assert merged["id"] == guest["id"]
    assert merged["customer_id"] == owner.sub
    problem(shop.anonymous.call("get_cart", id=guest["id"]), 404)


def test_merge_of_nothing_is_no_error(shop):
    owner, other = shop.client("customer"), shop.client("customer")
    theirs = cart(shop, other)
    merged = good(owner.call("merge_cart", id=theirs["id"]))
    assert merged["items"] == [] and merged["customer_id"] == owner.sub
    assert quantities(good(other.call("get_cart", id=theirs["id"]))) \
        == quantities(theirs)


def test_many_logins_at_once_merge_all(shop):
    owner = shop.client("customer")
    guests = [cart(shop) for _ in range(12)]
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda g: good(owner.call("merge_cart", id=g["id"])),
                      guests))
    mine = good(owner.call("create_cart", {}), 200)
    assert quantities(mine) == {
        v: q for g in guests for v, q in quantities(g).items()}


def test_cart_tells_what_stands_against_it(shop):
    product = goods.product(shop, 2, price=1000)
    gone = goods.product(shop, 5)
    variant = product["variants"][0]["id"]
    made = good(shop.anonymous.call("create_cart", {"items": [
        {"product_id": product["id"], "quantity": 3},
        {"product_id": gone["id"], "quantity": 1}]}), 201)
    good(shop.staff.call("update_product", {
        "price": {"amount": 900, "currency": "BRL"}}, headers={
            "if-match": '"%d"' % product["version"]}, id=product["id"]))
    good(shop.staff.call("archive_product", id=gone["id"]))
    code = coupon(shop, minimum=999999, currency="BRL")
    made = good(shop.anonymous.call("add_cart_coupon", {"code": code},
                                    id=made["id"]))
    found = {p["code"]: p for p in made["problems"]}
    assert set(found) == {"price_changed", "insufficient_stock",
                          "unavailable_item", "coupon_minimum"}
    assert found["price_changed"]["was"]["amount"] == 1000
    assert found["insufficient_stock"]["available"] == 2
    assert found["unavailable_item"]["pointer"] == "/items/1"
    assert made["subtotal"]["amount"] == 2700
    made = good(shop.anonymous.call("update_cart_item", {"quantity": 2},
                                    id=made["id"], variant_id=variant))
    assert {p["code"] for p in made["problems"]} == {"unavailable_item",
                                                     "coupon_minimum"}


def test_reserved_goods_are_nobody_elses(shop):
    variant = goods.variant(shop, 3)
    mine, other = ({"items": [{"variant_id": variant, "quantity": 2}]},
                   {"items": [{"variant_id": variant, "quantity": 2}]})
    mine = good(shop.anonymous.call("create_cart", mine), 201)
    other = good(shop.anonymous.call("create_cart", other), 201)
    held = good(shop.anonymous.call("reserve_cart", id=mine["id"]))
    assert held["held_until"] and held["problems"] == []
    assert level(shop, variant) == (3, 2)
    body = problem(shop.anonymous.call("reserve_cart", id=other["id"]), 409,
                   "insufficient_stock")
    assert body["errors"][0]["available"] == 1
    problem(shop.customer.call("place_order", goods.items((variant, 2))),
            409, "insufficient_stock")
    good(shop.anonymous.call("reserve_cart", id=mine["id"]))
    assert level(shop, variant) == (3, 2)
    put(shop.anonymous, mine, variant)
    assert level(shop, variant) == (3, 0)


def test_reservation_ends_by_itself(shop):
    variant = goods.variant(shop, 3)
    made = good(shop.anonymous.call("create_cart",
                                    goods.items((variant, 3))), 201)
    good(shop.anonymous.call("reserve_cart", id=made["id"]))
    assert level(shop, variant) == (3, 3)
    shop.query("store", "update core.cart set held_until = now()"
               " where id = %s", made["id"])
    wait.until(lambda: level(shop, variant) == (3, 0), 60,
               "upkeep to give the goods back")
    assert good(shop.anonymous.call("get_cart", id=made["id"]))[
        "held_until"] is None


def test_cart_becomes_an_order(shop):
    """With its coupon and region; what it held is what the order takes."""
    owner = shop.client("customer")
    variant = goods.variant(shop, 3, price=1000)
    made = good(owner.call("create_cart", goods.items((variant, 3))), 201)
    code = coupon(shop)
    good(owner.call("add_cart_coupon", {"code": code}, id=made["id"]))
    good(owner.call("update_cart", {"destination": {
        "postal_code": "01310-100"}}, id=made["id"]))
    made = good(owner.call("reserve_cart", id=made["id"]))
    assert level(shop, variant) == (3, 3)
    order = good(owner.call("place_order", {
        "cart_id": made["id"], "expected_total": made["total"]}), 201)
    assert order["region"] == "BR-SP"
    assert order["discount_total"]["amount"] == 300
    assert level(shop, variant) == (3, 3)
    closed = good(owner.call("get_cart", id=made["id"]))
    assert (closed["status"], closed["order_id"]) == ("ordered", order["id"])
    problem(owner.call("place_order", {"cart_id": made["id"]}), 409,
            "cart_closed")
    assert good(owner.call("create_cart", {}), 201)["id"] != made["id"]


def test_one_cart_makes_one_order(shop):
    owner = shop.client("customer")
    made = cart(shop, owner, on_hand=1000)
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: owner.call(
            "place_order", {"cart_id": made["id"]}), range(12)))
    assert sorted(a.status_code for a in answers) == [201] + [409] * 11
    variant, = quantities(made)
    assert level(shop, variant) == (1000, 2)


def test_order_of_no_cart(shop):
    owner = shop.client("customer")
    theirs = cart(shop, shop.client("customer"))
    problem(owner.call("place_order", {"cart_id": theirs["id"]}), 404,
            "cart_not_found")
    empty = good(owner.call("create_cart", {}), 201)
    problem(owner.call("place_order", {"cart_id": empty["id"]}), 409,
            "cart_empty")


def test_abandoned_carts_are_found(shop):
    made = cart(shop)
    old = cart(shop)
    shop.query("store", "update core.cart set updated_at = now()"
               " - interval '30 hours' where id = %s", old["id"])
    found = good(shop.staff.call("list_abandoned_carts", query={
        "hours": 24, "limit": 200}))["data"]
    assert old["id"] in {row["id"] for row in found}
    assert made["id"] not in {row["id"] for row in found}
    row = next(row for row in found if row["id"] == old["id"])
    assert (row["lines"], row["quantity"]) == (1, 2)
    assert row["value"] == old["subtotal"]


def test_postal_code_tells_what_is_known_of_its_place(shop):
    def told(code):
        place = good(shop.anonymous.call("get_postal_code", code=code))
        return [place[name] for name in ("state", "city", "street")]

    assert told("78890-000") == ["MT", None, None]
    assert told("01310100") == ["SP", "São Paulo", None]
    shop.query("store", "insert into core.postal_place"
               " (first, last, region, city, district, street) values"
               " ('01310100', '01310199', 'BR-SP', 'São Paulo',"
               " 'Bela Vista', 'Avenida Paulista')")
    assert told("01310-100") == ["SP", "São Paulo", "Avenida Paulista"]
    assert told("01310-200") == ["SP", "São Paulo", None]
