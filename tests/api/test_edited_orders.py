"""What is in an order is changed before any of it leaves."""

import uuid

import pytest

from api.test_fulfilments import bought, level, look, send, types
from api.test_reduced_orders import TOKEN, refunds, unpaid
from kit import goods, payments, wait
from kit.client import good, key, problem


pytestmark = pytest.mark.usefixtures("sound")


def edit(shop, order, *items, status=200, **more):
    """items: (item, quantity) of lines it has."""
    if items:
        more["items"] = [{"item_id": item, "quantity": quantity}
                         for item, quantity in items]
    answer = shop.staff.call("edit_order", more, id=order["id"])
    return good(answer) if status == 200 else answer


def new(variant, quantity, **more):
    return {"variant_id": variant, "quantity": quantity, **more}


def lines(order):
    return [(i["id"], i["quantity"], i["total"]["amount"])
            for i in order["items"]]


def history(shop, order):
    return [e for e in good(shop.staff.call(
        "list_order_events", id=order["id"]))["data"]
        if e["type"] == "order.edited"]


def test_more_less_and_other_goods_of_an_order_that_waits(shop):
    """All at once: its stock, its sums and what is due follow."""
    one, two, three = (goods.variant(shop, 9, price)
                       for price in (1000, 333, 250))
    order = unpaid(shop, (one, 2), (two, 3))
    seen = edit(shop, order, (1, 5), (2, 0), add=[new(three, 4)],
                expected_total={"amount": 6000, "currency": "BRL"},
                reason="Por telefone")
    assert lines(seen) == [(1, 5, 5000), (3, 4, 1000)]
    assert (seen["status"], seen["subtotal"]["amount"],
            seen["total"]["amount"]) == ("pending", 6000, 6000)
    assert [level(shop, v) for v in (one, two, three)] \
        == [(9, 5), (9, 0), (9, 4)]
    log, = history(shop, order)
    assert (log["note"], log["data"]["total_before"]["amount"]) \
        == ("Por telefone", 2999)
    assert [(c["item_id"], c["from"], c["to"])
            for c in log["data"]["items"]] == [(1, 2, 5), (2, 3, 0), (3, 0, 4)]
    assert log["data"]["items"][2]["name"] == seen["items"][1]["name"]
    paid = good(shop.customer.call("create_order_payment", {
        **TOKEN, "token": "tok_success"}, id=order["id"]), 201)
    assert paid["payment"]["amount"]["amount"] == 6000
    assert look(shop, order)["status"] == "paid"
    send(shop, order)
    assert [level(shop, v) for v in (one, two, three)] \
        == [(4, 0), (9, 0), (5, 0)]


def test_nothing_is_changed_when_it_cannot_be(shop):
    """Of each kind of mistake, told with its place."""
    one, two = goods.variant(shop, 3, 1000), goods.variant(shop, 1, 500)
    order = unpaid(shop, (one, 2))
    before = look(shop, order)
    short = problem(edit(shop, order, (1, 4), add=[new(two, 2)], status=409),
                    409, "insufficient_stock")
    assert [(e["pointer"], e["requested"], e["available"])
            for e in short["errors"]] == [("/items/0", 2, 1), ("/add/0", 2, 1)]
    wrong = problem(edit(shop, order, (1, 1), (7, 1), status=422), 422,
                    "unknown_item")
    assert [e["pointer"] for e in wrong["errors"]] == ["/items/1"]
    wrong = problem(edit(shop, order, add=[new(two, 1), new(1 << 50, 1)],
                         status=422), 422, "unknown_item")
    assert [e["pointer"] for e in wrong["errors"]] == ["/add/1"]
    problem(edit(shop, order, (1, 0), status=409), 409, "nothing_left")
    problem(edit(shop, order, (1, 3), status=409, expected_total={
        "amount": 2999, "currency": "BRL"}), 409, "price_changed",
        total={"amount": 3000, "currency": "BRL"})
    problem(shop.staff.call("edit_order", {}, id=order["id"]), 422,
            "validation_failed")
    full = unpaid(shop, (one, 1))
    shop.query("store", "update core.order_item set position = 2000"
                        " where order_id = %s", full["id"])
    problem(edit(shop, full, add=[new(two, 1)], status=409), 409,
            "too_many_items")
    good(shop.staff.call("cancel_order", {}, id=full["id"]))
    assert look(shop, order) == before
    assert level(shop, one) == (3, 2) and level(shop, two) == (1, 0)


def test_an_order_that_somebody_pays_or_that_has_left_stays(shop):
    variant = goods.variant(shop, 30, 1000)
    order = unpaid(shop, (variant, 2))
    paying = good(shop.customer.call("create_order_payment", {
        **TOKEN, "token": "tok_action"}, id=order["id"]), 201)["payment"]
    problem(edit(shop, order, (1, 1), status=409), 409, "payment_under_way",
            payment_id=paying["id"])
    for change in (lambda o: send(shop, o, (1, 1)),
                   lambda o: good(shop.staff.call("reduce_order", {"items": [
                       {"item_id": 1, "quantity": 1}]}, id=o["id"])),
                   lambda o: good(shop.staff.call("create_order_refund", {
                       "items": [{"item_id": 1, "quantity": 1}]},
                       id=o["id"]), 201),
                   lambda o: good(shop.staff.call("cancel_order", {},
                                                  id=o["id"]))):
        order = bought(shop, (variant, 2))
        change(order)
        problem(edit(shop, order, (1, 3), status=409), 409,
                "order_not_editable", order_status=look(shop, order)["status"])


def test_what_a_paid_order_costs_less_goes_back(shop):
    """Once, and it is sold for less in the reports, not given back."""
    variant = goods.variant(shop, 9, 1000)
    order = bought(shop, (variant, 3))
    seen = edit(shop, order, (1, 2))
    assert (seen["status"], seen["total"]["amount"],
            seen["canceled_total"]["amount"]) == ("paid", 2000, 0)
    payments.paid_back(shop, order, 1000)
    assert level(shop, variant) == (9, 2)
    assert look(shop, order)["status"] == "paid"
    assert history(shop, order)[0]["data"]["refunded"]["amount"] == 1000
    assert edit(shop, order, (1, 1), to="store_credit")["status"] == "paid"
    payments.paid_back(shop, order, 1000, 1000)
    assert shop.query("store", "select r.amount from core.orders o, lateral"
                               " core.order_returns(o) r where o.id = %s",
                      order["id"]) == []
    send(shop, order)
    assert look(shop, order)["status"] == "shipped"
    # all that is left of the money goes back with the goods, no more
    good(shop.staff.call("create_order_refund", {}, id=order["id"]), 201)
    payments.paid_back(shop, order, 1000, 1000, 1000)


def test_what_a_paid_order_costs_more_is_paid_with_store_credit(shop):
    """Only if staff say so, and only if it is all there."""
    buyer = shop.client("customer", sub=str(uuid.uuid4()))
    one, two = goods.variant(shop, 9, 1000), goods.variant(shop, 9, 700)
    order = bought(shop, (one, 1), client=buyer)
    more = {"add": [new(two, 2)]}
    missing = problem(edit(shop, order, **more, status=409), 409,
                      "difference_not_covered")
    assert (missing["missing"]["amount"],
            missing["store_credit"]["amount"]) == (1400, 0)
    good(shop.staff.call("grant_store_credit", {
        "amount": {"amount": 1000, "currency": "BRL"}},
        id=order["customer_id"]), 201)
    problem(edit(shop, order, **more, status=409, difference="store_credit"),
            409, "difference_not_covered",
            missing={"amount": 400, "currency": "BRL"})
    assert level(shop, two) == (9, 0)
    good(shop.staff.call("grant_store_credit", {
        "amount": {"amount": 500, "currency": "BRL"}},
        id=order["customer_id"]), 201)
    seen = edit(shop, order, **more, difference="store_credit")
    assert (seen["status"], seen["total"]["amount"]) == ("paid", 2400)
    account, = good(buyer.call("list_my_store_credit"))["data"]
    assert account["balance"]["amount"] == 100
    assert history(shop, order)[0]["data"]["collected"]["amount"] == 1400
    assert types(shop, order)[-2:] == ["payment.captured", "order.edited"]
    # canceled, both payments go back where they came from
    good(shop.staff.call("cancel_order", {}, id=order["id"]))

    def back():
        payments.hurry(shop)
        return sorted(refunds(shop, order)) == [1000, 1400]
    wait.until(back, 60, "the refunds", 0.1)
    account, = good(buyer.call("list_my_store_credit"))["data"]
    assert account["balance"]["amount"] == 1500


def test_the_price_that_was_agreed_on_holds(shop):
    """Of the lines it had; what is added costs what it costs, and a coupon
    counts while it does, even the last of its kind."""
    made = goods.product(shop, 20, 1000)
    variant = made["variants"][0]["id"]
    code = "EDIT" + key()[:8].upper()
    good(shop.admin.call("create_promotion", {
        "code": code, "name": "Dez", "kind": "percent", "rate_ppm": 100000,
        "minimum": 2000, "currency": "BRL",
        "total_limit": 1}), 201)
    order = unpaid(shop, (variant, 2), coupon=code)
    assert order["total"]["amount"] == 1800
    shop.query("store", "update core.variant set price_amount = 1500 where id"
                        " = %s", variant)
    seen = edit(shop, order, (1, 3), add=[new(variant, 1)])
    assert [i["unit_price"]["amount"] for i in seen["items"]] == [1000, 1500]
    assert (seen["discount_total"]["amount"], seen["total"]["amount"]) \
        == (450, 4050)
    # below its minimum it falls away, and somebody else may have it
    seen = edit(shop, order, (1, 1), (2, 0))
    assert (seen["promotions"], seen["total"]["amount"]) == ([], 1000)
    other = unpaid(shop, (variant, 2), coupon=code)
    assert other["promotions"][0]["code"] == code


def test_what_may_be_ordered_before_it_is_there(shop):
    """The order waits for it, as if it had been ordered so."""
    variant = goods.variant(shop, 2, 1000)
    good(shop.admin.call("set_backorder", {"backorder": "allow"},
                         variant_id=variant))
    order = good(shop.customer.call("place_order", goods.items(
        (variant, 1))), 201)
    seen = edit(shop, order, (1, 4))
    assert (seen["status"], seen["items"][0]["short"]) \
        == ("stock_shortfall", 2)
    assert level(shop, variant) == (2, 2)
    seen = edit(shop, order, (1, 2))
    assert (seen["status"], seen["items"][0]["short"]) == ("pending", 0)


def test_goods_from_two_places_are_held_and_let_go(shop):
    other = good(shop.admin.call("create_stock_location", {
        "code": "edi-" + key()[:8], "name": "B"}), 201)["id"]
    variant = goods.variant(shop, 2)
    good(shop.staff.call("create_stock_movement", {
        "variant_id": variant, "location_id": other, "kind": "receipt",
        "delta": 3}), 201)
    order = unpaid(shop, (variant, 2))
    edit(shop, order, (1, 4))
    assert (level(shop, variant), level(shop, variant, other)) \
        == ((2, 2), (3, 2))
    edit(shop, order, (1, 1))
    assert (level(shop, variant), level(shop, variant, other)) \
        == ((2, 1), (3, 0))
    edit(shop, order, (1, 5))
    assert (level(shop, variant), level(shop, variant, other)) \
        == ((2, 2), (3, 3))
    good(shop.staff.call("cancel_order", {}, id=order["id"]))
    assert (level(shop, variant), level(shop, variant, other)) \
        == ((2, 0), (3, 0))


def test_an_order_paid_by_hand_tells_what_nobody_can_give_back(shop):
    order = good(shop.customer.call("place_order", goods.items(
        (goods.variant(shop, 9, 1000), 3))), 201)
    good(shop.staff.call("pay_order", {}, id=order["id"]))
    assert edit(shop, order, (1, 2))["status"] == "paid"
    data = history(shop, order)[0]["data"]
    assert (data["refunded"]["amount"], data["unrefunded"]["amount"]) \
        == (0, 1000)


def test_credit_that_paid_all_of_what_is_left(shop):
    """It is paid then, and what is over comes back."""
    buyer = shop.client("customer", sub=str(uuid.uuid4()))
    variant = goods.variant(shop, 9, 1000)
    cart = good(buyer.call("create_cart", goods.items((variant, 3))), 201)
    me = cart["customer_id"]
    good(shop.staff.call("grant_store_credit", {
        "amount": {"amount": 1500, "currency": "BRL"}}, id=me), 201)
    good(buyer.call("update_cart", {"store_credit": True}, id=cart["id"],
                    headers={"if-match": "*"}))
    order = good(buyer.call("checkout_cart", {"payment": {
        **TOKEN, "token": "tok_declined"}}, id=cart["id"]), 201)["order"]
    assert edit(shop, order, (1, 2))["status"] == "pending"
    assert edit(shop, order, (1, 1))["status"] == "paid"
    assert refunds(shop, order) == [500]
