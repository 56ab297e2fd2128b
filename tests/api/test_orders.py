"""Orders: what they cost, what they hold, where they may go."""

import pytest

from kit import audit, goods
from kit.client import good, key, problem


@pytest.fixture(scope="module", autouse=True)
def audited(shop):
    """Whatever the tests did, the store's invariants hold afterwards."""
    yield
    audit.store(shop)


@pytest.fixture
def variant(shop):
    return goods.variant(shop, 10)


def place(client, *lines, **more):
    return client.write("POST", "/orders", {**goods.items(*lines), **more})


def level(shop, variant):
    rows = good(shop.staff.read("/stock", variant_id=variant))["data"]
    return rows[0]["on_hand"], rows[0]["reserved"], rows[0]["available"]


def staff_moves(shop, order, action, **body):
    current = good(shop.staff.read("/orders/" + order["id"]))
    return shop.staff.write(
        "POST", "/orders/%s/%s" % (order["id"], action), body or None,
        {"if-match": '"%d"' % current["version"]})


def test_order_reserves_and_totals(shop, variant):
    other = goods.variant(shop, 10, price=350)
    client = shop.client("customer")
    answer = place(client, (variant, 2), (other, 3))
    order = good(answer, 201)
    assert answer.headers["location"].endswith("/orders/" + order["id"])
    assert order["status"] == "pending"
    assert order["status_label"] == "pendente"
    assert order["customer_id"] == client.sub
    assert order["subtotal"] == {"amount": 2 * 1999 + 3 * 350,
                                 "currency": "BRL"}
    assert order["total"]["amount"] == (
        order["subtotal"]["amount"] - order["discount_total"]["amount"]
        + order["shipping_total"]["amount"] + order["tax_total"]["amount"])
    assert [i["quantity"] for i in order["items"]] == [2, 3]
    assert level(shop, variant) == (10, 2, 8)
    assert level(shop, other) == (10, 3, 7)
    assert good(client.read("/orders/" + order["id"])) == order


def test_order_by_number(shop, variant):
    client = shop.client("customer")
    order = good(place(client, (variant, 1)), 201)
    seen = good(client.read("/orders/%s" % order["number"]))
    assert seen["id"] == order["id"]


def test_order_by_sku_and_by_product(shop):
    product = goods.product(shop, 10)
    sku = product["variants"][0]["sku"]
    for item in ({"sku": sku}, {"product_id": product["id"]}):
        order = good(shop.customer.write("POST", "/orders", {
            "items": [{**item, "quantity": 1}]}), 201)
        assert order["items"][0]["sku"] == sku


def test_insufficient_stock_says_how_many_there_are(shop, variant):
    answer = place(shop.customer, (variant, 11))
    body = problem(answer, 409, "insufficient_stock")
    assert "10" in str(body)
    assert level(shop, variant) == (10, 0, 10)


def test_one_line_too_many_reserves_nothing(shop, variant):
    plenty = goods.variant(shop, 100)
    problem(place(shop.customer, (plenty, 1), (variant, 11)), 409,
            "insufficient_stock")
    assert level(shop, plenty) == (100, 0, 100)


def test_same_variant_twice_counts_together(shop, variant):
    answer = place(shop.customer, (variant, 6), (variant, 6))
    assert answer.status_code in (409, 422)
    assert level(shop, variant) == (10, 0, 10)


@pytest.mark.parametrize("items", [
    [], [{}], [{"variant_id": 1}], [{"quantity": 1}],
    [{"variant_id": 1, "quantity": 0}], [{"variant_id": 1, "quantity": -1}],
    [{"variant_id": 1, "quantity": 1.5}], [{"variant_id": "1", "quantity": 1}],
    [{"variant_id": 1, "quantity": 10 ** 12}],
    [{"variant_id": 1, "quantity": 1, "unit_price": 1}],
    [{"variant_id": 1, "quantity": 1, "price": {"amount": 1,
                                                "currency": "BRL"}}]])
def test_bad_items(shop, items):
    answer = shop.customer.write("POST", "/orders", {"items": items})
    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code)


def test_unknown_variant(shop):
    answer = place(shop.customer, (999999999, 1))
    assert answer.status_code in (404, 409, 422)
    problem(answer, answer.status_code)


def test_expected_total(shop, variant):
    order = good(place(shop.customer, (variant, 1)), 201)
    wrong = {"amount": order["total"]["amount"] - 1, "currency": "BRL"}
    problem(place(shop.customer, (variant, 1), expected_total=wrong), 409)
    good(place(shop.customer, (variant, 1), expected_total=order["total"]),
         201)


def test_customer_does_not_order_for_another(shop, variant):
    other = shop.client("customer").sub
    answer = place(shop.client("customer"), (variant, 1), customer_id=other)
    assert answer.status_code in (400, 403, 422)
    order = good(place(shop.staff, (variant, 1), customer_id=other), 201)
    assert order["customer_id"] == other


def test_customer_does_not_date_an_order(shop, variant):
    answer = place(shop.customer, (variant, 1),
                   placed_at="2020-01-01T00:00:00Z")
    assert answer.status_code in (400, 403, 422)


def test_orders_of_others_do_not_exist(shop, variant):
    order = good(place(shop.client("customer"), (variant, 1)), 201)
    stranger = shop.client("customer")
    for name in (order["id"], order["number"]):
        problem(stranger.read("/orders/%s" % name), 404)
    for method, path, body in (
            ("POST", "/orders/%s/cancel" % order["id"], None),
            ("DELETE", "/orders/%s" % order["id"], None),
            ("PUT", "/orders/%s" % order["id"], {"status": "canceled"})):
        answer = stranger.write(method, path, body, {"if-match": '"1"'})
        assert answer.status_code in (403, 404), (method, answer.text)
    assert good(stranger.read("/orders"))["data"] == []
    assert order["id"] in [o["id"] for o in good(
        shop.staff.read("/orders", limit=200))["data"]]


def test_cancel_gives_back_once(shop, variant):
    client = shop.client("customer")
    order = good(place(client, (variant, 4)), 201)
    assert level(shop, variant) == (10, 4, 6)
    canceled = good(client.write("POST", "/orders/%s/cancel" % order["id"]))
    assert canceled["status"] == "canceled"
    assert level(shop, variant) == (10, 0, 10)
    answer = client.write("POST", "/orders/%s/cancel" % order["id"])
    assert answer.status_code in (200, 409)
    assert level(shop, variant) == (10, 0, 10)


def test_life_of_an_order(shop, variant):
    order = good(place(shop.client("customer"), (variant, 4)), 201)
    for action, status in (("pay", "paid"), ("ship", "shipped"),
                           ("deliver", "delivered")):
        moved = good(staff_moves(shop, order, action))
        assert moved["status"] == status
    assert level(shop, variant) == (6, 0, 6)
    events = good(shop.staff.read("/orders/%s/events" % order["id"]))["data"]
    assert [e["to_status"] for e in sorted(
        events, key=lambda e: e["version"])] == [
            "pending", "paid", "paid", "shipped", "shipped", "delivered"]


@pytest.mark.parametrize("path, action", [
    ([], "ship"), ([], "deliver"), (["pay", "ship"], "cancel"),
    (["pay", "ship"], "pay"), (["cancel"], "pay"), (["cancel"], "ship")])
def test_illegal_moves(shop, variant, path, action):
    order = good(place(shop.client("customer"), (variant, 1)), 201)
    for step in path:
        good(staff_moves(shop, order, step))
    before = level(shop, variant)
    body = problem(staff_moves(shop, order, action), 409,
                   "illegal_transition")
    assert isinstance(body["allowed"], list)
    assert level(shop, variant) == before


def test_status_by_put_in_both_languages(shop, variant):
    for status in ("paid", "pago"):
        order = good(place(shop.client("customer"), (variant, 1)), 201)
        moved = good(shop.staff.write(
            "PUT", "/orders/%s" % order["id"], {"status": status},
            {"if-match": '"1"'}))
        assert moved["status"] == "paid" and moved["status_label"] == "pago"


def test_customer_does_not_pay_or_ship_by_hand(shop, variant):
    client = shop.client("customer")
    order = good(place(client, (variant, 1)), 201)
    for action in ("pay", "ship", "deliver"):
        problem(client.write("POST", "/orders/%s/%s" % (order["id"], action),
                             headers={"if-match": '"1"'}), 403)


def test_own_orders_newest_first(shop, variant):
    client = shop.client("customer")
    made = [good(place(client, (variant, 1)), 201)["id"] for _ in range(5)]
    for path in ("/orders", "/me/orders"):
        page = good(client.read(path))
        assert [order["id"] for order in page["data"]] == made[::-1]


def test_outbox_event(shop, variant):
    order = good(place(shop.client("customer"), (variant, 2)), 201)
    rows = shop.query("store", "select type, data::json from core.outbox"
                               " where subject = %s", order["id"])
    assert [row["type"] for row in rows] == ["order.created"]
    assert rows[0]["data"]["total"] == order["total"]


def test_many_lines(shop):
    variants = goods.variants(shop, 50, 100)
    order = good(place(shop.client("customer"),
                       *[(v, 1) for v in variants]), 201)
    assert len(order["items"]) == 50


def test_key_is_remembered_after_a_refusal(shop, variant):
    """A refusal for stock is final under its key, too."""
    client, same = shop.client("customer"), {"idempotency-key": key()}
    body = goods.items((variant, 99))
    first = client.write("POST", "/orders", body, same)
    problem(first, 409)
    problem(client.write("POST", "/orders", body, same), 409)
