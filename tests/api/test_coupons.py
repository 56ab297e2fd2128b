"""Promotions, price lists, taxes and freight, as orders and quotes have them."""

import concurrent.futures

import pytest

from api.recipes_cart import coupon
from api.recipes_pricing import NEW, name
from kit import audit, goods
from kit.client import good, key, problem


@pytest.fixture(scope="module", autouse=True)
def audited(shop):
    """Whatever the tests did, the store's invariants hold afterwards."""
    yield
    audit.store(shop)


@pytest.fixture
def variant(shop):
    return goods.variant(shop, 1000, price=10000)


def place(client, variant, quantity=1, **more):
    return client.call("place_order", {**goods.items((variant, quantity)),
                                       **more})


def used(shop, code):
    row, = good(shop.staff.call("list_promotions",
                                query={"code": code}))["data"]
    return row["used"]


def test_order_with_a_coupon(shop, variant):
    code = coupon(shop)
    client = shop.client("customer")
    order = good(place(client, variant, 2, coupon=code.lower()), 201)
    assert order["discount_total"]["amount"] == 2000
    assert order["total"]["amount"] == 18000
    assert order["items"][0]["discount"]["amount"] == 2000
    assert [p["code"] for p in order["promotions"]] == [code]
    assert good(client.call("get_order", id=order["id"])) == order
    assert used(shop, code) == 1


def test_canceled_order_gives_its_coupon_back(shop, variant):
    code = coupon(shop, total_limit=1)
    client = shop.client("customer")
    order = good(place(client, variant, coupon=code), 201)
    problem(place(client, variant, coupon=code), 409, "coupon_exhausted")
    good(client.call("cancel_order", id=order["id"]))
    assert used(shop, code) == 0
    good(place(client, variant, coupon=code), 201)


def test_the_tag_of_a_promotion_moves_when_its_coupon_is_redeemed(shop,
                                                                  variant):
    """Who has seen it before sees it again; a change needs the row only."""
    code = coupon(shop)
    row, = good(shop.staff.call("list_promotions",
                                query={"code": code}))["data"]

    def seen(tag):
        return shop.staff.call("get_promotion", id=row["id"],
                               headers={"if-none-match": tag})
    tag = seen('"x"').headers["etag"]
    assert seen(tag).status_code == 304
    good(place(shop.client("customer"), variant, coupon=code), 201)
    assert seen(tag).status_code == 200 and good(seen(tag))["used"] == 1
    good(shop.staff.call("update_promotion", {"name": "Outro"}, id=row["id"],
                         headers={"if-match": tag}))
    problem(shop.staff.call("update_promotion", {"name": "Mais"},
                            id=row["id"], headers={"if-match": tag}), 412,
            "version_mismatch")


def test_coupon_once_for_each_customer(shop, variant):
    code = coupon(shop, customer_limit=1)
    first, second = shop.client("customer"), shop.client("customer")
    good(place(first, variant, coupon=code), 201)
    problem(place(first, variant, coupon=code), 409, "coupon_used")
    good(place(second, variant, coupon=code), 201)


@pytest.mark.parametrize("more, status, code", [
    ({"active": False}, 422, "coupon_unknown"),
    ({"starts_at": "2100-01-01T00:00:00Z"}, 422, "coupon_unknown"),
    ({"ends_at": "2020-01-01T00:00:00Z"}, 409, "coupon_expired"),
    ({"minimum": 10001, "currency": "BRL"}, 409, "coupon_minimum"),
    ({"product_ids": [999999999]}, 409, "coupon_not_applicable"),
])
def test_order_is_refused_when_its_coupon_does_not_count(
        shop, variant, more, status, code):
    named = coupon(shop, **more)
    body = problem(place(shop.customer, variant, coupon=named), status, code)
    assert body["errors"] == [
        {"pointer": "/coupon", "code": code, "coupon": named}]
    asked = good(shop.anonymous.call("check_coupon", {
        **goods.items((variant, 1)), "coupon": named}))
    assert [p["code"] for p in asked["problems"]] == [code]
    assert asked["total"]["amount"] == 10000


def test_exclusive_coupon_stands_alone(shop, variant):
    alone, other = coupon(shop, exclusive=True), coupon(shop)
    for coupons in ([alone, other], [other, alone]):
        problem(place(shop.customer, variant, coupons=coupons), 409,
                "coupon_not_combinable")
    good(place(shop.customer, variant, coupon=alone), 201)


def test_200_clients_race_for_one_coupon(shop, variant):
    """One is let in; the others hear that it is used up."""
    code = coupon(shop, total_limit=1)
    clients = [shop.client("customer") for _ in range(200)]
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(
            lambda client: place(client, variant, coupon=code), clients))
    won = [a for a in answers if a.status_code == 201]
    assert len(won) == 1
    for answer in answers:
        if answer.status_code != 201:
            problem(answer, 409, "coupon_exhausted")
    assert used(shop, code) == 1


def test_customer_races_himself_for_a_coupon(shop, variant):
    code, client = coupon(shop, customer_limit=2), shop.client("customer")
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(
            lambda _: place(client, variant, coupon=code), range(20)))
    assert sorted(a.status_code for a in answers) == [201] * 2 + [409] * 18
    assert used(shop, code) == 2


def test_key_of_an_order_with_a_coupon_is_replayed(shop, variant):
    code = coupon(shop, total_limit=1)
    client, headers = shop.client("customer"), {"idempotency-key": key()}
    body = {**goods.items((variant, 1)), "coupon": code}
    first = good(client.call("place_order", body, headers=headers), 201)
    again = client.call("place_order", body, headers=headers)
    assert good(again, 201) == first
    assert again.headers["idempotency-replayed"] == "true"
    assert used(shop, code) == 1


def test_price_lists_go_before_the_price(shop, variant):
    rows = good(shop.staff.call("create_price_list", NEW["price_list"]()),
                201), good(shop.staff.call("create_price_list", {
                    "code": name(), "name": "USD", "currency": "USD"}), 201)
    for row, prices in zip(rows, (
            [{"amount": 9000}, {"amount": 8000, "min_quantity": 10},
             {"amount": 1, "valid_from": "2100-01-01T00:00:00Z"}],
            [{"amount": 2000}])):
        good(shop.staff.call("put_prices", {"prices": [
            {"variant_id": variant, **price} for price in prices]},
            id=row["id"]))
    order = good(place(shop.customer, variant, 2), 201)
    assert order["items"][0]["unit_price"]["amount"] == 9000
    order = good(place(shop.customer, variant, 10), 201)
    assert order["items"][0]["unit_price"]["amount"] == 8000
    quote = good(shop.anonymous.call("quote", {
        **goods.items((variant, 1)), "currency": "USD"}))
    assert quote["total"] == {"amount": 2000, "currency": "USD"}
    assert quote["items"][0]["list_price"] is None
    for row in rows:
        good(shop.staff.call("delete_price_list", id=row["id"]), 204)
    order = good(place(shop.customer, variant, 2), 201)
    assert order["items"][0]["unit_price"]["amount"] == 10000


def test_order_costs_what_was_quoted(shop, variant):
    """Tax of the state within the price, freight of the region, taxed."""
    made = [good(shop.admin.call("create_tax_rate", {
        "region": region, "rate_ppm": ppm, "name": "ICMS",
        "inclusive": region == "XA-SP"}), 201)
        for region, ppm in (("XA", 100000), ("XA-SP", 180000))]
    method = good(shop.admin.call("create_shipping_method", {
        **NEW["shipping_method"](), "region": "XA", "kilo_amount": 100,
        "tax_class": "standard"}), 201)["code"]
    totals = {}
    for region in ("XA", "XA-SP", "XA-RJ"):
        country, _, state = region.partition("-")
        quote = good(shop.anonymous.call("quote", {
            **goods.items((variant, 3)), "shipping_method": method,
            "destination": {"country": country,
                            **({"state": state} if state else {})}}))
        order = good(place(shop.customer, variant, 3, region=region,
                           shipping_method=method,
                           expected_total=quote["total"]), 201)
        for member in ("subtotal", "discount_total", "shipping_total",
                       "tax_total", "tax_included", "total"):
            assert order[member] == quote[member], member
        totals[region] = (order["tax_total"]["amount"],
                          order["tax_included"]["amount"])
    assert totals == {"XA": (3150, 0), "XA-RJ": (3150, 0),
                      "XA-SP": (0, 4576 + 229)}
    for row in made:
        good(shop.admin.call("delete_tax_rate", id=row["id"]), 204)


def test_free_shipping_is_shown_as_what_it_saved(shop, variant):
    code = coupon(shop, kind="free_shipping", rate_ppm=None)
    method = good(shop.admin.call("create_shipping_method",
                                  NEW["shipping_method"]()), 201)["code"]
    order = good(place(shop.customer, variant, coupon=code,
                       shipping_method=method), 201)
    assert order["shipping_total"]["amount"] == 0
    assert order["shipping_discount"]["amount"] == 1500
    assert order["total"]["amount"] == 10000
    assert order["promotions"][0]["shipping_discount"]["amount"] == 1500


def test_promotion_without_a_code_counts_for_all(shop, variant):
    row = good(shop.staff.call("create_promotion", {
        "name": "Semana", "kind": "amount", "amount": 333, "currency": "BRL",
        "product_ids": [goods.product(shop)["id"]]}), 201)
    good(shop.staff.call("update_promotion", {"product_ids": None},
                         id=row["id"]))
    order = good(place(shop.customer, variant), 201)
    assert order["discount_total"]["amount"] == 333
    assert order["promotions"][0]["code"] is None
    good(shop.staff.call("delete_promotion", id=row["id"]), 204)
    assert good(place(shop.customer, variant),
                201)["discount_total"]["amount"] == 0
