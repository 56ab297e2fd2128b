"""Two who change one order at the same moment. The lock of the order is held
until both wait for it, so each test is the same race every time; afterwards
the invariants of money and stock hold.
"""

import threading

import pytest

from api.test_payments import event, followed
from kit import audit, goods, payments, wait
from kit.client import good
from kit.shop import PATIENT

# Each call has a connection of its own to wait in.
SHOP = {"connections": {"identity": 1, "store": 8, "analytics": 1}, **PATIENT}


def bought(shop, quantity=2, token="tok_success", on_hand=5, variant=None,
           client=None):
    variant = variant or goods.variant(shop, on_hand)
    made = good((client or shop.customer).call("checkout", {
        **goods.items((variant, quantity)), "payment": {
            "provider": "test", "flow": "token", "token": token}}), 201)
    return variant, made


def waiting(shop):
    """How many do; what the shop does by itself is none of the two."""
    return shop.query(
        "store", "select count(*) as n from pg_stat_activity where datname"
                 " = %s and wait_event_type = 'Lock' and query ~ 'api[.]'"
                 " and query !~ 'api[.](job|outbox|upkeep)'",
        shop.copies["store"])[0]["n"]


def race(shop, order, *calls, hold="core.orders where id = %s"):
    """All calls at once, none before the last one is there; their answers.
    What they wait for is the row that `hold` names by order."""
    answers = [None] * len(calls)

    def run(n, call):
        answers[n] = call() if callable(call) else shop.client("admin").call(
            call[0], call[1], **call[2])

    threads = [threading.Thread(target=run, args=(n, call))
               for n, call in enumerate(calls)]
    with shop.cluster.connect(shop.copies["store"]) as other:
        with other.transaction():
            other.execute("select from %s for update" % hold, [order["id"]])
            for n, thread in enumerate(threads):
                thread.start()
                wait.until(lambda n=n: waiting(shop) > n, 60, "a lock")
    for thread in threads:
        thread.join(60)
    assert None not in answers, "one was not answered"
    return answers


def codes(answers):
    return sorted(answer.status_code for answer in answers)


def level(shop, variant):
    row, = shop.query("store", "select on_hand, reserved from core.stock_level"
                               " where variant_id = %s", variant)
    return row["on_hand"], row["reserved"]


def status(shop, order):
    return good(shop.admin.call("get_order", id=order["id"]))["status"]


@pytest.fixture(autouse=True)
def sound(shop):
    yield
    payments.invariants(shop)
    audit.store(shop)


def test_two_fulfilments_of_the_same_line_at_once(shop):
    """Two of three leave, the other two are refused: the goods leave once."""
    variant, made = bought(shop, 3)
    order = made["order"]
    send = ("create_order_fulfilment", {"items": [
        {"item_id": 1, "quantity": 2}]}, {"id": order["id"]})
    assert codes(race(shop, order, send, send)) == [201, 409]
    assert level(shop, variant) == (3, 1)
    assert status(shop, order) == "paid"


def test_cancel_racing_a_shipment(shop):
    """Whoever comes first; never shipped and given back."""
    path = lambda order: {"id": order["id"]}  # noqa: E731
    for first, end, left in (("cancel_order", "canceled", (5, 0)),
                             ("ship_order", "shipped", (3, 0))):
        variant, made = bought(shop)
        order = made["order"]
        second = {"cancel_order": "ship_order"}.get(first, "cancel_order")
        answers = race(shop, order, (first, {}, path(order)),
                       (second, {}, path(order)))
        assert codes(answers) == [200, 409]
        assert status(shop, order) == end
        assert level(shop, variant) == left


def test_deliver_racing_a_cancel_of_the_same_parcel(shop):
    variant, made = bought(shop)
    order = made["order"]
    parcel = good(shop.admin.call("create_order_fulfilment", {},
                                  id=order["id"]), 201)
    path = {"id": order["id"], "fulfilment_id": parcel["id"]}
    assert codes(race(shop, order, ("cancel_fulfilment", {}, path),
                      ("deliver_fulfilment", {}, path))) == [200, 409]
    assert level(shop, variant) in ((5, 2), (3, 0))


def test_two_refunds_at_once(shop):
    """Of all of it: one goes back, the other finds nothing."""
    _, made = bought(shop)
    give = ("create_order_refund", {}, {"id": made["order"]["id"]})
    assert codes(race(shop, made["order"], give, give)) == [201, 409]
    paid = good(shop.admin.call("get_payment", id=made["payment"]["id"]))
    assert paid["refunded"] == paid["captured"]


def test_refund_racing_a_return(shop):
    """A unit whose price went back is not exchanged, and the other way."""
    _, made = bought(shop)
    order = made["order"]
    for verb in ("ship_order", "deliver_order"):
        good(shop.admin.call(verb, {}, id=order["id"]))
    back = good(shop.admin.call("create_order_return", {
        "items": [{"item_id": 1, "quantity": 2}]}, id=order["id"]), 201)
    path = {"id": order["id"], "return_id": back["id"]}
    good(shop.admin.call("receive_return", {}, **path))
    give = ("create_order_refund", {"return_id": back["id"]},
            {"id": order["id"]})
    answers = race(shop, order, give, ("exchange_return", {}, path), give)
    assert codes(answers) == [201, 409, 409]


def test_two_returns_of_the_same_unit_at_once(shop):
    _, made = bought(shop, 1)
    order = made["order"]
    for verb in ("ship_order", "deliver_order"):
        good(shop.admin.call(verb, {}, id=order["id"]))
    ask = ("create_order_return", {"items": [
        {"item_id": 1, "quantity": 1}]}, {"id": order["id"]})
    assert codes(race(shop, order, ask, ask)) == [201, 409]


def test_received_twice_at_once(shop):
    """The goods come in once."""
    variant, made = bought(shop)
    order = made["order"]
    for verb in ("ship_order", "deliver_order"):
        good(shop.admin.call(verb, {}, id=order["id"]))
    back = good(shop.admin.call("create_order_return", {
        "items": [{"item_id": 1, "quantity": 2}]}, id=order["id"]), 201)
    got = ("receive_return", {}, {"id": order["id"],
                                  "return_id": back["id"]})
    assert codes(race(shop, order, got, got)) == [200, 409]
    assert level(shop, variant) == (5, 0)


def test_two_who_give_up_the_same_units(shop):
    """Their stock goes back once, and so does their price."""
    variant, made = bought(shop, 3)
    order = made["order"]
    give = ("reduce_order", {"items": [{"item_id": 1, "quantity": 2}]},
            {"id": order["id"]})
    assert codes(race(shop, order, give, give)) == [200, 409]
    assert level(shop, variant) == (5, 1)
    back, = good(shop.admin.call("list_order_refunds",
                                 id=order["id"]))["data"]
    assert back["items"][0]["quantity"] == 2


def test_units_that_are_given_up_while_they_are_shipped(shop):
    """Two of three: whoever is first has them."""
    two = {"items": [{"item_id": 1, "quantity": 2}]}
    for first, end in ((0, (5, 1)), (1, (3, 1))):
        variant, made = bought(shop, 3)
        order = made["order"]
        calls = [("reduce_order", two, {"id": order["id"]}),
                 ("create_order_fulfilment", two, {"id": order["id"]})]
        answers = race(shop, order, calls[first], calls[not first])
        assert [a.status_code for a in answers][1] == 409
        assert level(shop, variant) == end


def edited(order, quantity, **more):
    return ("edit_order", {"items": [{"item_id": 1, "quantity": quantity}],
                           **more}, {"id": order["id"]})


@pytest.mark.parametrize("first", [0, 1], ids=["edit", "webhook"])
def test_an_order_is_edited_while_a_payment_of_before_arrives(shop, first):
    """An attempt that had failed, at the price of before: what is too much
    goes back, what is too little is asked for."""
    for quantity, back, end in ((1, [1999], "paid"),
                                (3, [], ["pending", "paid"][first])):
        variant, made = bought(shop, token="tok_declined")
        order = made["order"]
        paid = {"payment_id": made["payment"]["id"], "seen": {
            "status": "captured", "captured": 3998}}
        calls = [edited(order, quantity), lambda seen=paid: event(shop, seen)]
        answers = race(shop, order, calls[first], calls[not first])
        assert codes(answers) == [200, 409 if quantity == 3 and first
                                  else 200]
        payments.paid_back(shop, order, *back)
        assert status(shop, order) == end
        if quantity == 1 or not first:
            assert level(shop, variant) == (5, quantity)
            due = shop.query("store", "select core.order_due(o) as n from"
                                      " core.orders o where id = %s",
                             order["id"])[0]["n"]
            assert due == (1999 if quantity == 3 else 0)


@pytest.mark.parametrize("rival, end, left", [
    ("ship_order", "shipped", (3, 0)), ("cancel_order", "canceled", (5, 0))])
def test_an_order_is_edited_while_it_leaves_or_is_canceled(shop, rival, end,
                                                           left):
    """It leaves as it was, or as it then is; nothing is held afterwards."""
    for first in (0, 1):
        variant, made = bought(shop)
        order = made["order"]
        calls = [edited(order, 1), (rival, {}, {"id": order["id"]})]
        answers = race(shop, order, calls[first], calls[not first])
        assert answers[0].status_code == 200
        assert answers[1].status_code == (409 if first else 200)
        assert status(shop, order) == end
        if rival == "ship_order":
            payments.paid_back(shop, order, *[] if first else [1999])
            assert level(shop, variant) == (left[0] + (not first), 0)
        else:
            payments.paid_back(shop, order, *[3998] if first else [1999, 1999])
            assert level(shop, variant) == left


def test_two_who_edit_one_order_at_once(shop):
    """One after the other; with the version that both saw, only one."""
    variant, made = bought(shop, token="tok_declined")
    order = made["order"]
    race(shop, order, edited(order, 4), edited(order, 1))
    seen = good(shop.admin.call("get_order", id=order["id"]))
    assert (seen["items"][0]["quantity"], seen["total"]["amount"]) \
        == (1, 1999)
    assert level(shop, variant) == (5, 1)
    tag = {"if-match": '"%d"' % seen["version"]}
    name, body, path = edited(order, 3)
    answers = race(shop, order, (name, body, {**path, "headers": tag}),
                   (name, body, {**path, "headers": tag}))
    assert codes(answers) == [200, 412]
    assert level(shop, variant) == (5, 3)


def test_the_last_goods_are_added_to_two_orders_at_once(shop):
    """One gets them, the other stays as it was."""
    variant, one = bought(shop, 1, "tok_declined", 3)
    _, two = bought(shop, 1, "tok_declined", variant=variant)
    answers = race(shop, {"id": variant}, edited(one["order"], 2),
                   edited(two["order"], 2),
                   hold="core.stock_level where variant_id = %s")
    assert codes(answers) == [200, 409]
    assert level(shop, variant) == (3, 3)


def test_store_credit_pays_for_more_of_two_orders_at_once(shop):
    """It is spent once."""
    buyer = shop.client("customer")
    variant, one = bought(shop, 1, client=buyer)
    _, two = bought(shop, 1, variant=variant, client=buyer)
    made = good(shop.admin.call("grant_store_credit", {
        "amount": {"amount": 2500, "currency": "BRL"}}, id=buyer.sub), 201)
    answers = race(shop, made, *[
        edited(other["order"], 2, difference="store_credit")
        for other in (one, two)], hold="core.credit where id = %s")
    assert codes(answers) == [200, 409]
    account, = good(buyer.call("list_my_store_credit"))["data"]
    assert account["balance"]["amount"] == 501
    assert level(shop, variant) == (5, 3)


def test_credit_of_an_order_that_is_canceled_and_refunded_at_once(shop):
    """It comes back once, whoever is first."""
    made = good(shop.staff.call("create_gift_card", {
        "amount": {"amount": 9000, "currency": "BRL"}}), 201)
    for first in (0, 1):
        variant = goods.variant(shop, 5)
        cart = good(shop.anonymous.call("create_cart", goods.items(
            (variant, 2))), 201)
        good(shop.anonymous.call("add_cart_gift_card", {
            "code": made["code"]}, id=cart["id"]))
        order = good(shop.customer.call("checkout", {
            "cart_id": cart["id"], "payment": {
                "provider": "test", "flow": "token",
                "token": "tok_success"}}), 201)["order"]
        path = {"id": order["id"]}
        calls = [("cancel_order", {}, path), ("create_order_refund", {}, path)]
        race(shop, order, calls[first], calls[not first], calls[0])
        assert status(shop, order) == "canceled"
        assert good(shop.staff.call("get_gift_card", id=made["id"]))[
            "balance"]["amount"] == 9000
        assert level(shop, variant) == (5, 0)


@pytest.mark.parametrize("first", ["capture_payment", "cancel_payment"])
def test_capture_racing_a_cancel(shop, first):
    """The first decision stands."""
    shop.query("store", "update core.setting set value = '\"manual\"'"
                        " where key = 'payments.capture'")
    _, made = bought(shop)
    assert made["payment"]["status"] == "authorized"
    path = {"id": made["payment"]["id"]}
    second = {"capture_payment": "cancel_payment"}.get(first,
                                                       "capture_payment")
    answers = race(shop, made["order"], (first, None, path),
                   (second, None, path))
    shop.query("store", "update core.setting set value = '\"automatic\"'"
                        " where key = 'payments.capture'")
    assert codes(answers) == [200, 409]
    end = {"capture_payment": ("captured", "paid"),
           "cancel_payment": ("canceled", "pending")}[first]
    assert answers[0].json()["status"] == end[0]
    assert status(shop, made["order"]) == end[1]


def test_order_canceled_while_staff_capture(shop):
    """The money that was just taken goes back by itself."""
    shop.query("store", "update core.setting set value = '\"manual\"'"
                        " where key = 'payments.capture'")
    variant, made = bought(shop)
    shop.query("store", "update core.setting set value = '\"automatic\"'"
                        " where key = 'payments.capture'")
    race(shop, made["order"],
         ("capture_payment", None, {"id": made["payment"]["id"]}),
         ("cancel_order", {}, {"id": made["order"]["id"]}))

    def done():
        pay = good(shop.admin.call("get_payment", id=made["payment"]["id"]))
        return pay["status"] == "canceled" or (
            pay["status"] == "captured"
            and pay["refunded"] == pay["captured"])
    followed(shop, made, done)
    assert status(shop, made["order"]) == "canceled"
    assert level(shop, variant) == (5, 0)


def test_goods_come_in_while_an_order_that_waits_is_canceled(shop):
    """They go to the next one, and nothing waits for a lock for ever."""
    variant = goods.variant(shop, 0)
    good(shop.admin.call("set_backorder", {"backorder": "allow"},
                         variant_id=variant))
    one, two = (good(shop.customer.call("place_order", goods.items(
        (variant, 1))), 201) for _ in range(2))
    with shop.cluster.connect(shop.copies["store"]) as other:
        with other.transaction():
            other.execute("select from core.orders where id = %s for update",
                          [one["id"]])
            good(shop.admin.call("create_stock_movement", {
                "variant_id": variant, "kind": "receipt", "delta": 2}), 201)
            assert status(shop, two) == "pending"
            assert status(shop, one) == "stock_shortfall"
            assert level(shop, variant) == (2, 1)
    wait.until(lambda: status(shop, one) == "pending", 60, "the job")
    assert level(shop, variant) == (2, 2)
