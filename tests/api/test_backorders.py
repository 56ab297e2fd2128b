"""Ordering more than there is: who is short, and who gets what comes in."""

from api.test_fulfilments import level, progress, send, types
from kit import audit, goods
from kit.client import good, problem


def late(shop, on_hand=0):
    """A variant of which more may be ordered than there is."""
    variant = goods.variant(shop, on_hand)
    told = good(shop.staff.call("set_backorder", {"backorder": "allow"},
                                variant_id=variant))
    assert told["backorder"] == "allow"
    return variant


def order(shop, *lines, status=201, client=None):
    answer = (client or shop.customer).call("place_order",
                                            goods.items(*lines))
    return good(answer, 201) if status == 201 else answer


def comes(shop, variant, count):
    good(shop.staff.call("create_stock_movement", {
        "variant_id": variant, "kind": "receipt", "delta": count}), 201)


def look(shop, made):
    shown = good(shop.staff.call("get_order", id=made["id"]))
    return shown["status"], [i["short"] for i in shown["items"]]


def shortfalls(shop, variant):
    return [(row["short"], row["orders"]) for row in good(shop.staff.call(
        "list_shortfalls", query={"limit": 200}))["data"]
        if row["variant_id"] == variant]


def listed(shop):
    return [row["id"] for row in good(shop.staff.call(
        "list_orders", query={"shortfall": "true", "limit": 200}))["data"]]


def test_oldest_first(shop):
    """What comes in goes to who waits longest, then is there for all."""
    variant = late(shop, 1)
    first, second = order(shop, (variant, 3)), order(shop, (variant, 2))
    assert first["status"] == "stock_shortfall"
    assert first["items"][0]["short"] == 2
    assert first == good(shop.customer.call("get_order", id=first["id"]))
    assert shortfalls(shop, variant) == [(4, 2)]
    assert {first["id"], second["id"]} <= {*listed(shop)}
    comes(shop, variant, 3)
    assert look(shop, first) == ("pending", [0])
    assert look(shop, second) == ("stock_shortfall", [1])
    assert level(shop, variant) == (4, 4)
    comes(shop, variant, 3)
    assert look(shop, second) == ("pending", [0])
    assert level(shop, variant) == (7, 5)
    assert shortfalls(shop, variant) == []
    assert not {first["id"], second["id"]} & {*listed(shop)}
    assert types(shop, second) == ["order.created", "order.supplied",
                                   "order.supplied"]
    audit.store(shop)


def test_what_is_given_back_goes_to_who_waits(shop):
    variant = late(shop, 2)
    holds, waits = order(shop, (variant, 3)), order(shop, (variant, 2))
    good(shop.customer.call("cancel_order", {}, id=holds["id"]))
    assert look(shop, waits) == ("pending", [0])
    assert level(shop, variant) == (2, 2)
    audit.store(shop)


def test_only_where_it_is_allowed(shop):
    """Another line that is not there refuses the order, and takes nothing."""
    variant, other = late(shop), goods.variant(shop, 0)
    wrong = problem(order(shop, (variant, 1), (other, 1), status=409), 409,
                    "insufficient_stock")
    assert [e["pointer"] for e in wrong["errors"]] == ["/items/1"]
    good(shop.staff.call("set_backorder", {"backorder": "deny"},
                         variant_id=variant))
    problem(order(shop, (variant, 1), status=409), 409, "insufficient_stock")


def test_paid_and_sent_as_it_comes(shop):
    """What is there leaves; the whole order does not before all of it is."""
    variant = late(shop, 1)
    made = order(shop, (variant, 3))
    good(shop.staff.call("pay_order", {}, id=made["id"]))
    assert look(shop, made) == ("paid", [2])
    problem(shop.staff.call("ship_order", {}, id=made["id"]), 409,
            "stock_shortfall")
    problem(send(shop, made, (1, 2), status=409), 409, "not_shippable")
    send(shop, made, (1, 1))
    comes(shop, variant, 2)
    shipped = good(shop.staff.call("ship_order", {}, id=made["id"]))
    assert progress(shipped) == [(3, 0, 0, 0)]
    assert level(shop, variant) == (0, 0)
    audit.store(shop)


def test_what_a_cart_holds_is_its_own(shop):
    """Who waits does not get what the buyer just takes out of his cart."""
    variant = late(shop, 2)
    cart = good(shop.anonymous.call("create_cart", {"items": [
        {"variant_id": variant, "quantity": 2}]}), 201)
    good(shop.anonymous.call("reserve_cart", id=cart["id"]))
    waits = order(shop, (variant, 1))
    good(shop.anonymous.call("reserve_cart", id=cart["id"]))
    made = good(shop.anonymous.call("checkout_cart", {
        "customer": {"name": "Ana", "email": "ana@example.com"}, "payment": {
            "provider": "test", "flow": "token", "token": "tok_success"}},
        id=cart["id"]), 201)["order"]
    assert (made["status"], made["items"][0]["short"]) == ("paid", 0)
    assert look(shop, waits) == ("stock_shortfall", [1])


def test_cart_and_availability(shop):
    variant = late(shop)
    cart = good(shop.anonymous.call("create_cart", {"items": [
        {"variant_id": variant, "quantity": 2}]}), 201)
    assert cart["problems"] == []
    held = good(shop.anonymous.call("reserve_cart", id=cart["id"]))
    assert held["held_until"]
    product = shop.query("store", "select product_id as id from core.variant"
                                  " where id = %s", variant)[0]["id"]
    shown, = good(shop.anonymous.call("get_product_availability",
                                      id=product))["variants"]
    assert (shown["available"], shown["backorder"]) == (0, True)
