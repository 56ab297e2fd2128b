"""What of an order is given up before it leaves."""

import uuid

import pytest

from api.recipes_credit import card
from api.test_fulfilments import act, bought, level, look, send, types
from kit import goods, payments, wait
from kit.client import good, key, problem

TOKEN = {"provider": "test", "flow": "token"}

pytestmark = pytest.mark.usefixtures("sound")


def reduce(shop, order, *lines, status=200, **more):
    if lines:
        more["items"] = [{"item_id": item, "quantity": quantity}
                         for item, quantity in lines]
    answer = shop.staff.call("reduce_order", more, id=order["id"])
    return good(answer) if status == 200 else answer


def refunds(shop, order):
    return [r["amount"]["amount"] for r in good(shop.staff.call(
        "list_order_refunds", id=order["id"]))["data"]]


def unpaid(shop, *lines, client=None, **more):
    """An order whose payment failed."""
    return good((client or shop.customer).call("checkout", {
        **goods.items(*lines), **more, "payment": {
            **TOKEN, "token": "tok_declined"}}), 201)["order"]


def test_the_rest_of_an_order_of_which_a_part_has_left(shop):
    """Its stock and its price go back, and the order goes on."""
    one, two = goods.variant(shop, 5, 1000), goods.variant(shop, 5, 333)
    order = bought(shop, (one, 2), (two, 3))
    parcel = send(shop, order, (1, 2), (2, 1))
    seen = reduce(shop, order, reason="Acabou")
    assert (seen["status"], seen["fulfilment_status"]) == ("shipped",
                                                           "shipped")
    assert [i["canceled"] for i in seen["items"]] == [0, 2]
    assert seen["total"]["amount"] == 2999
    assert seen["canceled_total"]["amount"] == 666
    assert level(shop, two) == (4, 0)
    wait.until(lambda: [r["status"] for r in good(shop.staff.call(
        "list_order_refunds", id=order["id"]))["data"]] == ["succeeded"], 60,
        "the money", 0.2)
    assert refunds(shop, order) == [666]
    act(shop, "deliver", order, parcel)
    assert look(shop, order)["status"] == "delivered"
    events = types(shop, order)
    assert events[-1] == "order.delivered" and "order.reduced" in events
    problem(reduce(shop, order, status=409), 409, "order_not_editable")
    log, = [e for e in good(shop.staff.call(
        "list_order_events", id=order["id"]))["data"]
        if e["type"] == "order.reduced"]
    assert (log["note"], log["data"]["refunded"]["amount"]) == ("Acabou", 666)


def test_the_receipt_says_what_was_paid_and_what_came_back(shop):
    """In the reader's language, with nothing of it being markup."""
    made = goods.product(shop, 9, 123456, name="<b>Café</b>")
    order = bought(shop, (made["variants"][0]["id"], 3))
    send(shop, order, (1, 1))
    reduce(shop, order, to="store_credit")

    def page(client, language):
        answer = client.call("get_order_receipt", id=order["number"],
                             headers={"accept-language": language})
        assert answer.headers["content-type"].startswith("text/html")
        return answer.text
    text = page(shop.customer, "pt-BR")
    for part in ("Recibo do pedido %d" % order["number"], "R$ 3.703,68",
                 "&lt;b&gt;Café", "Itens cancelados", "-R$ 2.469,12",
                 "Reembolsado", "Pago (cartão, teste), "):
        assert part in text, part
    assert "<b>" not in text
    for part in ("R$3,703.68", "Paid (card, test), "):
        assert part in page(shop.staff, "en"), part
    # nobody is told what a way of paying is called here
    for provider, told in (("stripe", ("cartão", "card")),
                           ("paypal", ("PayPal", "PayPal"))):
        shop.query("store", "update core.payment set provider = %s"
                            " where order_id = %s", provider, order["id"])
        for language, word in zip(("pt-BR", "en"), told):
            assert " (%s), " % word in page(shop.customer, language)
    problem(shop.client("customer", sub=str(uuid.uuid4())).call(
        "get_order_receipt", id=order["id"]), 404, "order_not_found")


def test_what_has_arrived_is_all_of_it(shop):
    order = bought(shop, (goods.variant(shop, 5), 2))
    act(shop, "deliver", order, send(shop, order, (1, 1)))
    assert reduce(shop, order)["status"] == "delivered"


def test_fewer_of_an_order_that_is_not_paid(shop):
    """Less is asked for; nothing while somebody pays."""
    variant = goods.variant(shop, 9, 1000)
    order = unpaid(shop, (variant, 5))
    assert reduce(shop, order, (1, 2))["canceled_total"]["amount"] == 2000
    assert level(shop, variant) == (9, 3) and refunds(shop, order) == []
    wrong = problem(reduce(shop, order, (1, 3), (1, 1), status=409), 409,
                    "not_open")
    assert [e["available"] for e in wrong["errors"]] == [3, 3]
    problem(reduce(shop, order, (2, 1), status=422), 422, "unknown_item")
    paid = good(shop.customer.call("create_order_payment", {
        **TOKEN, "token": "tok_action"}, id=order["id"]), 201)["payment"]
    assert paid["amount"]["amount"] == 3000
    problem(reduce(shop, order, (1, 1), status=409), 409,
            "payment_under_way", payment_id=paid["id"])
    good(shop.customer.call("confirm_payment", {"outcome": "approve"},
                            id=paid["id"]))
    assert look(shop, order)["status"] == "paid"
    # from here on money goes back, and with the last of it the order
    assert reduce(shop, order, (1, 1))["status"] == "paid"
    assert refunds(shop, order) == [1000]
    assert reduce(shop, order)["status"] == "canceled"
    assert level(shop, variant) == (9, 0)

    def back():
        payments.hurry(shop)
        return refunds(shop, order) == [1000, 2000]
    wait.until(back, 60, "the rest", 0.1)


def test_what_is_not_there_yet_is_given_up_first(shop):
    variant = goods.variant(shop, 2)
    good(shop.admin.call("set_backorder", {"backorder": "allow"},
                         variant_id=variant))
    order = good(shop.customer.call("place_order", goods.items(
        (variant, 5))), 201)
    assert order["status"] == "stock_shortfall"
    assert reduce(shop, order, (1, 2))["status"] == "stock_shortfall"
    assert level(shop, variant) == (2, 2)
    seen = reduce(shop, order, (1, 1))
    assert (seen["status"], seen["items"][0]["short"]) == ("pending", 0)
    good(shop.staff.call("create_stock_movement", {
        "variant_id": variant, "kind": "receipt", "delta": 5}), 201)
    assert level(shop, variant) == (7, 2)


def test_a_line_from_two_places_gives_back_where_it_holds(shop):
    other = good(shop.admin.call("create_stock_location", {
        "code": "red-" + key()[:8], "name": "B"}), 201)["id"]
    variant = goods.variant(shop, 2)
    good(shop.staff.call("create_stock_movement", {
        "variant_id": variant, "location_id": other, "kind": "receipt",
        "delta": 2}), 201)
    order = bought(shop, (variant, 4))
    send(shop, order, (1, 1))
    reduce(shop, order, (1, 2))
    assert (level(shop, variant), level(shop, variant, other)) \
        == ((1, 1), (2, 0))
    send(shop, order)
    assert look(shop, order)["status"] == "shipped"
    assert level(shop, variant) == (0, 0)


def test_credit_that_paid_too_much_comes_back(shop):
    """Of an order that still waits, what is over; then it is paid."""
    made = card(shop, 1500)
    variant = goods.variant(shop, 9, 1000)
    cart = good(shop.anonymous.call("create_cart", goods.items(
        (variant, 3))), 201)
    good(shop.anonymous.call("add_cart_gift_card", {"code": made["code"]},
                             id=cart["id"]))
    order = good(shop.customer.call("checkout", {
        "cart_id": cart["id"], "payment": {
            **TOKEN, "token": "tok_declined"}}), 201)["order"]
    assert reduce(shop, order, (1, 1))["status"] == "pending"
    assert reduce(shop, order, (1, 1))["status"] == "paid"
    assert refunds(shop, order) == [500]
    assert good(shop.staff.call("get_gift_card", id=made["id"]))["balance"][
        "amount"] == 500


def test_units_that_were_refunded_before_are_not_paid_back_again(shop):
    order = bought(shop, (goods.variant(shop, 9, 1000), 3))
    send(shop, order, (1, 1))
    good(shop.staff.call("create_order_refund", {"items": [
        {"item_id": 1, "quantity": 1}]}, id=order["id"]), 201)
    reduce(shop, order, to="store_credit")
    rows = good(shop.staff.call("list_order_refunds",
                                id=order["id"]))["data"]
    assert [r["amount"]["amount"] for r in rows] == [1000, 1000]
    assert rows[1]["status"] == "succeeded" and rows[1]["credit_id"]


def test_money_that_came_by_hand_is_told_of(shop):
    """Nothing can be refunded; the reports still count what was given up."""
    order = good(shop.customer.call("place_order", goods.items(
        (goods.variant(shop, 9, 1000), 3))), 201)
    good(shop.staff.call("pay_order", {}, id=order["id"]))
    assert reduce(shop, order, (1, 2))["status"] == "paid"
    assert refunds(shop, order) == []
    back = shop.query("store", "select r.amount from core.orders o, lateral"
                               " core.order_returns(o) r where o.id = %s",
                      order["id"])
    assert [row["amount"] for row in back] == [2000]
