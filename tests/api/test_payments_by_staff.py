"""What staff do about payments: capture, call off, give back by lines; with
each provider.
"""

import pytest

from api.test_fulfilments import look, types
from api.test_payments import followed
from api.test_providers import buy, confirm, quiet  # noqa: F401
from kit import goods, payments
from kit.client import good, key, problem

SHOP = {"fakes": True}


@pytest.fixture(scope="module", autouse=True)
def by_hand(shop):
    shop.query("store", "update core.setting set value = '\"manual\"'"
                        " where key = 'payments.capture'")


def approved(shop, provider, variant=None):
    """An order of two, its payment approved but not captured."""
    if provider == "test":
        made = good(buy(shop, "test", "token", token="tok_success",
                        variant=variant), 201)
    elif provider == "token":
        made = good(buy(shop, "stripe", "token", token="pm_card_visa",
                        variant=variant), 201)
    else:
        made = good(buy(shop, provider, "redirect", variant=variant), 201)
        fake = getattr(shop, provider)
        (fake.pay if provider == "stripe" else fake.approve)(
            made["payment"]["reference"])
        confirm(shop, made)
    pay = good(shop.staff.call("get_payment", id=made["payment"]["id"]))
    assert pay["status"] == "authorized"
    assert look(shop, made["order"])["status"] == "pending"
    return made


def do(shop, verb, made, status=200):
    answer = shop.staff.call(verb + "_payment", id=made["payment"]["id"])
    return good(answer) if status == 200 else answer


PROVIDERS = ["test", "token", "stripe", "paypal"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_capture(shop, provider):
    """Once, however often it is asked for; then it is not called off."""
    made = approved(shop, provider)
    for _ in range(2):
        assert do(shop, "capture", made)["status"] == "captured"
    order = look(shop, made["order"])
    assert order["status"] == "paid"
    events = good(shop.staff.call("list_order_events",
                                  id=order["id"]))["data"]
    assert [e["type"] for e in events] == [
        "order.created", "payment.captured", "order.paid"]
    assert {e["actor_id"] for e in events[1:]} == {shop.staff.sub}
    problem(do(shop, "cancel", made, 409), 409, "payment_not_cancelable",
            payment_status="captured")
    payments.invariants(shop)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_cancel(shop, provider):
    """The order stays and may be paid otherwise."""
    made = approved(shop, provider)
    for _ in range(2):
        assert do(shop, "cancel", made)["status"] == "canceled"
    if provider == "token":
        intent = shop.stripe.intents[made["payment"]["reference"]]
        assert intent["status"] == "canceled"
    assert look(shop, made["order"])["status"] == "pending"
    assert types(shop, made["order"])[-1] == "payment.canceled"
    problem(do(shop, "capture", made, 409), 409, "payment_not_capturable")
    again = good(shop.customer.call("create_order_payment", {
        "provider": "test", "flow": "token", "token": "tok_success"},
        id=made["order"]["id"]), 201)
    assert do(shop, "capture", again)["status"] == "captured"
    payments.invariants(shop)


def test_nothing_to_capture(shop):
    made = good(buy(shop, "test", "token", token="tok_declined"), 201)
    problem(do(shop, "capture", made, 409), 409, "payment_not_capturable",
            payment_status="failed")
    problem(shop.staff.call("capture_payment", id=made["order"]["id"]), 404,
            "payment_not_found")
    problem(shop.customer.call("capture_payment", id=made["payment"]["id"]),
            403)


@pytest.mark.parametrize("fault", ["before", "after"])
def test_capture_that_nobody_heard_of(shop, fault):
    """It is decided: the job sees it through, and it is not called off."""
    made = approved(shop, "token")
    shop.stripe.faults[:] = [fault]
    assert do(shop, "capture", made)["status"] == "authorized"
    problem(do(shop, "cancel", made, 409), 409, "payment_not_cancelable",
            wanted="capture")
    followed(shop, made,
             lambda: look(shop, made["order"])["status"] == "paid")
    payments.invariants(shop)


# --- refunds of what was bought ----------------------------------------------

def paid(shop, *lines, **more):
    made = good(shop.customer.call("checkout", {
        **goods.items(*lines), **more, "payment": {
            "provider": "test", "flow": "token", "token": "tok_success"}}),
        201)
    do(shop, "capture", made)
    return look(shop, made["order"])


def give(shop, order, status=201, **body):
    answer = shop.staff.call("create_order_refund", body, id=order["id"])
    return good(answer, 201) if status == 201 else answer


def test_lines_and_freight(shop):
    """Parts of a line add up to it; nothing goes back twice."""
    order = paid(shop, (goods.variant(shop, 9, 1000), 3),
                 (goods.variant(shop, 9, 500), 1), shipping_method="padrao")
    freight = order["shipping_total"]["amount"]
    assert freight > 0
    first = give(shop, order, items=[{"item_id": 1, "quantity": 2}])
    assert first["amount"]["amount"] == 2000
    wrong = problem(give(shop, order, 409, items=[
        {"item_id": 1, "quantity": 2}]), 409, "already_refunded")
    assert wrong["errors"][0]["available"] == 1
    problem(give(shop, order, 422, items=[{"item_id": 5, "quantity": 1}]),
            422, "unknown_item")
    problem(give(shop, order, 409, shipping=True, amount={
        "amount": freight + 1, "currency": "BRL"}), 409, "refund_too_large",
        available={"amount": freight, "currency": "BRL"})
    part = give(shop, order, shipping=True)
    assert part["shipping"] == part["amount"] == {"amount": freight,
                                                  "currency": "BRL"}
    problem(give(shop, order, 409, shipping=True), 409, "nothing_to_refund")
    rest = give(shop, order)
    assert rest["amount"]["amount"] == 1500
    problem(give(shop, order, 409), 409, "nothing_to_refund")
    assert look(shop, order)["status"] == "canceled"
    payments.invariants(shop)


def test_units_that_do_not_divide(shop):
    """3 for 100, one after the other: 33, 34, 33."""
    order = paid(shop, (goods.variant(shop, 9, 100), 3))
    shop.query("store", "update core.order_item set discount = 200, total ="
                        " 100 where order_id = %s", order["id"])
    amounts = [give(shop, order, items=[{"item_id": 1, "quantity": 1}])
               ["amount"]["amount"] for _ in range(3)]
    assert amounts == [33, 34, 33]


def test_failed_refund_may_be_tried_again(shop):
    made = good(buy(shop, "test", "token", token="tok_no_refund"), 201)
    order = made["order"]
    line = [{"item_id": 1, "quantity": 2}]
    assert give(shop, order, items=line)["status"] == "failed"
    assert types(shop, order)[-2:] == ["refund.created", "refund.failed"]
    shop.query("store", "update core.payment set token = 'tok_success'"
                        " where id = %s", made["payment"]["id"])
    assert give(shop, order, items=line)["status"] == "succeeded"
    payments.invariants(shop)


def test_partly_sent_and_all_given_back(shop):
    """It ends refunded; what was still held is there for others."""
    variant = goods.variant(shop, 5)
    order = paid(shop, (variant, 3))
    good(shop.staff.call("create_order_fulfilment", {
        "items": [{"item_id": 1, "quantity": 1}]}, id=order["id"]), 201)
    give(shop, order)
    assert look(shop, order)["status"] == "refunded"
    row, = shop.query("store", "select on_hand, reserved from"
                               " core.stock_level where variant_id = %s",
                      variant)
    assert (row["on_hand"], row["reserved"]) == (4, 0)
    payments.invariants(shop)


def test_same_key_same_refund(shop):
    order, name = paid(shop, (goods.variant(shop, 5), 2)), key()
    body = {"items": [{"item_id": 1, "quantity": 1}]}
    made = [shop.staff.call("create_order_refund", body, id=order["id"],
                            headers={"idempotency-key": name})
            for _ in range(2)]
    assert good(made[0], 201) == good(made[1], 201)
    assert made[1].headers["idempotency-replayed"] == "true"


def hold(shop, made):
    """What PayPal says of the authorization."""
    return shop.paypal.orders[made["payment"]["reference"]][
        "purchase_units"][0]["payments"]["authorizations"][0]["status"]


def test_paypal_holds_the_money_until_staff_decide(shop):
    """An authorization, which is captured, or voided with the order."""
    made = approved(shop, "paypal")
    assert shop.paypal.orders[made["payment"]["reference"]][
        "intent"] == "AUTHORIZE"
    assert hold(shop, made) == "CREATED"
    assert do(shop, "capture", made)["status"] == "captured"
    assert hold(shop, made) == "CAPTURED"
    back = good(shop.staff.call("create_order_refund", {},
                                id=made["order"]["id"]), 201)
    assert back["status"] == "succeeded"
    made = approved(shop, "paypal")
    good(shop.staff.call("cancel_order", {}, id=made["order"]["id"]))
    followed(shop, made, lambda: hold(shop, made) == "VOIDED")


@pytest.mark.parametrize("fault", ["before", "after"])
@pytest.mark.parametrize("verb, end, held", [
    ("capture", "captured", "CAPTURED"), ("cancel", "canceled", "VOIDED")])
def test_paypal_that_did_not_answer_is_asked_again(shop, fault, verb, end,
                                                   held):
    """The job asks; what was done is not done twice."""
    made = approved(shop, "paypal")
    shop.paypal.faults.append(fault)
    do(shop, verb, made)

    followed(shop, made, lambda: good(shop.staff.call(
        "get_payment", id=made["payment"]["id"]))["status"] == end)
    assert hold(shop, made) == held
    payments.invariants(shop)


def test_paypal_does_not_hold_the_money(shop):
    """Whose bank refuses may pay otherwise."""
    made = good(buy(shop, "paypal", "redirect"), 201)
    shop.paypal.approve(made["payment"]["reference"])
    shop.paypal.declining = True
    confirm(shop, made)
    shop.paypal.declining = False
    pay = good(shop.staff.call("get_payment", id=made["payment"]["id"]))
    assert (pay["status"], pay["error"]) == ("failed", "INSTRUMENT_DECLINED")
    assert look(shop, made["order"])["status"] == "pending"
