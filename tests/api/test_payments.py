"""Buying with the test provider: the whole life of a payment."""

import hashlib
import hmac
import json
import time
import uuid

import pytest

from kit import goods, wait
from kit.client import good, key, problem
from kit.shop import WEBHOOK_SECRET


def body(variant, token="tok_success", quantity=1, **more):
    return {**goods.items((variant, quantity)), **more,
            "payment": {"provider": "test", "flow": "token",
                        "token": token}}


def buy(shop, token="tok_success", on_hand=5, quantity=1, status=201,
        client=None, **headers):
    variant = goods.variant(shop, on_hand)
    response = (client or shop.customer).call(
        "checkout", body(variant, token, quantity), headers=headers)
    return variant, good(response, status)


def reserved(shop, variant):
    return shop.query("store", "select reserved from core.stock_level"
                               " where variant_id = %s",
                      variant)[0]["reserved"]


def event(shop, data, name=None, secret=WEBHOOK_SECRET, at=None, **more):
    text = json.dumps({"id": name or "evt_" + key(), "type": "payment",
                       "livemode": False, "data": data, **more})
    at = at or int(time.time())
    mac = hmac.new(secret.encode(), b"%d." % at + text.encode(),
                   hashlib.sha256).hexdigest()
    return shop.anonymous.call("receive_test_event", headers={
        "stripe-signature": "t=%d,v1=%s" % (at, mac),
        "content-type": "application/json"}, raw=text)


def payment(shop, made, client=None):
    return good((client or shop.customer).call(
        "get_payment", id=made["payment"]["id"]))


def test_paid_at_once(shop):
    variant, made = buy(shop)
    assert made["payment"]["status"] == "captured"
    assert made["payment"]["captured"] == made["order"]["total"]
    assert made["order"]["status"] == "paid"
    assert made["order"]["payment_method"] == "test"
    assert reserved(shop, variant) == 1
    order = good(shop.customer.call("get_order", id=made["order"]["id"]))
    assert order == made["order"]
    events = good(shop.customer.call("list_order_events",
                                     id=order["id"]))["data"]
    assert [e["type"] for e in events] == [
        "order.created", "payment.captured", "order.paid"]


def test_same_key_same_answer(shop):
    name, variant = key(), goods.variant(shop, 5)
    first = shop.customer.call("checkout", body(variant), headers={
        "idempotency-key": name})
    second = shop.customer.call("checkout", body(variant), headers={
        "idempotency-key": name})
    assert good(first, 201) == good(second, 201)
    assert second.headers["idempotency-replayed"] == "true"
    assert reserved(shop, variant) == 1
    problem(shop.customer.call("checkout", body(variant, quantity=2),
                               headers={"idempotency-key": name}), 422,
            "idempotency_key_reused")


def test_refused_order_has_no_payment(shop):
    variant = goods.variant(shop, 1)
    name = key()
    for _ in range(2):
        problem(shop.customer.call("checkout", body(variant, quantity=2),
                                   headers={"idempotency-key": name}), 409,
                "insufficient_stock")
    assert reserved(shop, variant) == 0


def test_declined_then_paid(shop):
    """The order waits for another payment; a third is refused."""
    _, made = buy(shop, "tok_declined")
    assert made["payment"]["status"] == "failed"
    assert made["payment"]["error"] == "card_declined"
    assert made["order"]["status"] == "pending"
    other = {"provider": "test", "flow": "token", "token": "tok_success"}
    again = good(shop.customer.call("create_order_payment", other,
                                    id=made["order"]["id"]), 201)
    assert again["payment"]["status"] == "captured"
    assert again["order"]["status"] == "paid"
    problem(shop.customer.call("create_order_payment", other,
                               id=made["order"]["id"]), 409,
            "order_not_payable")
    listed = good(shop.customer.call("list_order_payments",
                                     id=made["order"]["id"]))["data"]
    assert [p["status"] for p in listed] == ["failed", "captured"]
    assert listed[1] == again["payment"]


@pytest.mark.parametrize("outcome, status, order", [
    ("approve", "captured", "paid"), ("decline", "failed", "pending")])
def test_action(shop, outcome, status, order):
    _, made = buy(shop, "tok_action")
    assert made["payment"]["status"] == "requires_action"
    assert made["payment"]["action"] == {"type": "confirm"}
    problem(shop.customer.call("create_order_payment", {
        "provider": "test", "flow": "token", "token": "tok_success"},
        id=made["order"]["id"]), 409, "payment_under_way")
    one = good(shop.customer.call("confirm_payment", {},
                                  id=made["payment"]["id"]))
    assert one["status"] == "requires_action"
    one = good(shop.customer.call("confirm_payment", {"outcome": outcome},
                                  id=made["payment"]["id"]))
    assert one["status"] == status
    assert good(shop.customer.call(
        "get_order", id=made["order"]["id"]))["status"] == order


def test_processing_is_looked_after(shop):
    """Nobody comes back: the job finds that it was paid."""
    _, made = buy(shop, "tok_processing")
    assert made["payment"]["status"] == "processing"
    followed(shop, made, lambda: payment(shop, made)["status"] == "captured")


def followed(shop, made, done, old=None):
    """Until done(); the job that looks after the payment, which is so old, is
    due now, however often it puts itself off.
    """
    def looked():
        if old:
            shop.query("store", "update core.payment set created_at = now()"
                                " - %s::interval where id = %s", old,
                       made["payment"]["id"])
        shop.query("store", "update core.job set due_at = now()"
                            " where dedupe = %s and status = 'waiting'",
                   made["payment"]["id"])
        return done()
    wait.until(looked, 60, "what becomes of the payment", 0.1)


def test_answer_that_never_came(shop):
    """503, and the same key finds out; one order, one payment."""
    name, variant = key(), goods.variant(shop, 5)
    problem(shop.customer.call("checkout", body(variant, "tok_timeout"),
                               headers={"idempotency-key": name}), 503,
            "outcome_unknown")
    made = good(shop.customer.call("checkout", body(variant, "tok_timeout"),
                                   headers={"idempotency-key": name}), 201)
    assert made["order"]["status"] == "paid"
    assert reserved(shop, variant) == 1
    assert len(shop.query("store", "select 1 from core.payment"
                                   " where order_id = %s",
                          made["order"]["id"])) == 1


def test_answer_that_never_came_and_nobody_asks(shop):
    variant = goods.variant(shop, 5)
    problem(shop.customer.call("checkout", body(variant, "tok_timeout")),
            503, "outcome_unknown")
    order = good(shop.customer.call("list_my_orders"))["data"][0]
    assert order["status"] == "pending"
    made = {"payment": good(shop.customer.call(
        "list_order_payments", id=order["id"]))["data"][0]}
    followed(shop, made, lambda: good(shop.customer.call(
        "get_order", id=order["id"]))["status"] == "paid")


@pytest.mark.parametrize("token", ["tok_declined", "tok_action"])
def test_nobody_pays(shop, token):
    """The order is canceled and its stock given back, once."""
    variant, made = buy(shop, token, quantity=2)
    assert reserved(shop, variant) == 2
    followed(shop, made, lambda: good(shop.customer.call(
        "get_order", id=made["order"]["id"]))["status"] == "canceled",
             "2 hours")
    assert reserved(shop, variant) == 0
    assert payment(shop, made)["status"] == "canceled"
    wait.until(lambda: shop.query("store", "select 1 from core.job where dedupe"
                                           " = %s and status = 'done'",
                                  made["payment"]["id"]), 60)
    assert reserved(shop, variant) == 0


# --- refunds ------------------------------------------------------------

def refund(shop, made, amount=None, client=None, name=None, **more):
    text = dict(more)
    if amount is not None:
        text["amount"] = {"amount": amount, "currency": "BRL"}
    return (client or shop.staff).call("create_order_refund", text,
                                       id=made["order"]["id"], headers={
                                           "idempotency-key": name or key()})


def test_partial_refunds(shop):
    """Several, never more than was captured; the last cancels the order."""
    variant, made = buy(shop)
    first = good(refund(shop, made, 500, reason="arranhado"), 201)
    assert first["status"] == "succeeded"
    assert first["amount"]["amount"] == 500
    assert payment(shop, made)["refunded"]["amount"] == 500
    problem(refund(shop, made, 1500), 409, "refund_too_large",
            available={"amount": 1499, "currency": "BRL"})
    name = key()
    rest = good(refund(shop, made, name=name), 201)
    assert rest["amount"]["amount"] == 1499
    assert good(refund(shop, made, name=name), 201)["id"] == rest["id"]
    problem(refund(shop, made, 1, name=name), 422, "idempotency_key_reused")
    problem(refund(shop, made), 409, "nothing_to_refund")
    assert good(shop.customer.call(
        "get_order", id=made["order"]["id"]))["status"] == "canceled"
    assert reserved(shop, variant) == 0
    listed = good(shop.customer.call("list_order_refunds",
                                     id=made["order"]["id"]))["data"]
    assert [r["amount"]["amount"] for r in listed] == [500, 1499]


def test_refund_after_delivery(shop):
    _, made = buy(shop)
    for operation in ("ship_order", "deliver_order"):
        good(shop.staff.call(operation, {}, id=made["order"]["id"]))
    good(refund(shop, made, 100), 201)
    read = lambda: good(shop.customer.call(  # noqa: E731
        "get_order", id=made["order"]["id"]))["status"]
    assert read() == "partially_refunded"
    good(refund(shop, made), 201)
    assert read() == "refunded"


def test_refund_fails(shop):
    """What did not go back may be tried again, and a person is told."""
    _, made = buy(shop, "tok_no_refund")
    failed = good(refund(shop, made, 500), 201)
    assert (failed["status"], failed["error"]) == ("failed", "expired_card")
    assert payment(shop, made)["refunded"]["amount"] == 0
    parked = [p for p in good(shop.staff.call("list_parked_payments", query={
        "limit": 200}))["data"] if p["payment_id"] == made["payment"]["id"]]
    assert [p["reason"] for p in parked] == ["refund_failed"]
    assert payment(shop, made)["review"]
    done = good(shop.staff.call("resolve_parked_payment", {"note": "visto"},
                                id=parked[0]["id"]))
    assert done["note"] == "visto"
    assert not payment(shop, made)["review"]
    again = good(refund(shop, made), 201)
    assert (again["status"], again["amount"]["amount"]) == ("failed", 1999)


def test_canceled_after_it_was_paid(shop):
    """The money goes back by itself."""
    variant, made = buy(shop)
    good(shop.customer.call("cancel_order", {}, id=made["order"]["id"]))
    followed(shop, made,
             lambda: payment(shop, made)["refunded"]["amount"] == 1999)
    assert reserved(shop, variant) == 0


# --- events -------------------------------------------------------------

def seen(made, status="captured", **more):
    amount = made["payment"]["amount"]
    told = {"status": status, "currency": amount["currency"],
            "amount": amount["amount"], **more}
    if status == "captured":
        told.setdefault("captured", amount["amount"])
    return {"payment_id": made["payment"]["id"], "seen": told}


def test_event(shop):
    _, made = buy(shop, "tok_late")
    name = "evt_" + key()
    told = good(event(shop, seen(made), name))
    assert told == {"received": True, "outcome": "applied"}
    assert payment(shop, made)["status"] == "captured"
    told = good(event(shop, seen(made, "canceled"), name))
    assert told["outcome"] == "duplicate"


def test_events_in_any_order(shop):
    """Late news of an earlier state changes nothing."""
    _, made = buy(shop, "tok_late")
    good(event(shop, seen(made, refunded=500)))
    good(event(shop, seen(made)))
    good(event(shop, seen(made, "failed", error="x")))
    good(event(shop, seen(made, "canceled")))
    one = payment(shop, made)
    assert (one["status"], one["refunded"]["amount"]) == ("captured", 500)
    refunds = good(shop.staff.call("list_order_refunds",
                                   id=made["order"]["id"]))["data"]
    assert [r["reason"] for r in refunds] == ["by the provider"]


@pytest.mark.parametrize("change, reason", [
    ({"captured": 1}, "amount_mismatch"),
    ({"amount": 5, "captured": 5}, "amount_mismatch"),
    ({"amount": 5}, "amount_mismatch"),
    ({"amount": 5, "status": "authorized"}, "amount_mismatch"),
    ({"captured": 999999}, "amount_mismatch"),
    ({"refunded": 999999}, "amount_mismatch"),
    ({"currency": "USD"}, "currency_mismatch")])
def test_wrong_money_is_parked(shop, change, reason):
    _, made = buy(shop, "tok_late")
    told = good(event(shop, seen(made, **change)))
    assert told["outcome"] == "parked"
    one = payment(shop, made)
    assert one["review"] and one["status"] == "processing"
    assert good(shop.customer.call(
        "get_order", id=made["order"]["id"]))["status"] == "pending"
    rows = shop.query("store", "select reason from core.payment_parked"
                               " where payment_id = %s",
                      made["payment"]["id"])
    assert [row["reason"] for row in rows] == [reason]


def test_other_mode_and_unknown_payments_are_parked(shop):
    _, made = buy(shop, "tok_late")
    told = good(event(shop, seen(made), livemode=True))
    assert told["outcome"] == "parked"
    assert payment(shop, made)["status"] == "processing"
    for name in (str(uuid.uuid4()), "nonsense"):
        told = good(event(shop, {**seen(made), "payment_id": name}))
        assert told["outcome"] == "parked"
    assert good(event(shop, {}))["outcome"] == "ignored"


def test_paid_twice_is_parked(shop):
    _, made = buy(shop, "tok_late")
    shop.query("store", "update core.payment set status = 'failed'"
                        " where id = %s", made["payment"]["id"])
    good(shop.customer.call("create_order_payment", {
        "provider": "test", "flow": "token", "token": "tok_success"},
        id=made["order"]["id"]), 201)
    good(event(shop, seen(made)))
    one = payment(shop, made)
    assert one["review"] and one["captured"]["amount"] == 1999


def expired(shop, made):
    """The order's status when all that may expire has; then undone."""
    with shop.cluster.connect(shop.copies["store"]) as store:
        with store.transaction(force_rollback=True):
            store.execute("update core.setting set value ="
                          " '{\"default\": \"0 seconds\"}'"
                          " where key = 'orders.expire_after'")
            while store.execute("select api.job_order_expiry('{}')"
                                ).fetchone()[0]:
                pass
            return store.execute("select status from core.orders"
                                 " where id = %s", [made["order"]["id"]]
                                 ).fetchone()[0]


def test_order_being_paid_does_not_expire(shop):
    """Once nobody pays any more, and a while later, it does."""
    _, made = buy(shop, "tok_late")
    assert expired(shop, made) == "pending"

    good(event(shop, seen(made, status="canceled")))
    assert expired(shop, made) == "pending"

    shop.query("store", "update core.payment set created_at = created_at"
                        " - interval '1 hour' where id = %s",
               made["payment"]["id"])
    assert expired(shop, made) == "canceled"


def test_money_for_a_canceled_order_goes_back(shop):
    _, made = buy(shop, "tok_late")
    good(shop.customer.call("cancel_order", {}, id=made["order"]["id"]))
    good(event(shop, seen(made)))
    followed(shop, made,
             lambda: payment(shop, made)["refunded"]["amount"] == 1999)


def test_late_money_for_a_canceled_order_goes_back(shop):
    """When nobody looks after that payment any more."""
    _, made = buy(shop, "tok_late")
    good(event(shop, seen(made, status="canceled")))
    good(shop.customer.call("cancel_order", {}, id=made["order"]["id"]))
    shop.query("store", "delete from core.job where dedupe = %s"
                        " and kind = 'payment_reconcile' returning 1",
               made["payment"]["id"])
    good(event(shop, seen(made)))
    followed(shop, made,
             lambda: payment(shop, made)["refunded"]["amount"] == 1999)


def test_signatures(shop):
    _, made = buy(shop, "tok_late")
    now = int(time.time())
    for response in (event(shop, seen(made), secret="whsec_other"),
                     event(shop, seen(made), at=now - 400),
                     event(shop, seen(made), at=now + 400)):
        problem(response, 400, "invalid_signature")
    response = shop.anonymous.call("receive_test_event", {"id": "evt_1"})
    problem(response, 400, "invalid_signature")
    assert payment(shop, made)["status"] == "processing"
    problem(shop.anonymous.call("receive_stripe_event", {"id": "evt_1"}), 400)


# --- who may, and what may be said ----------------------------------------

def test_others_see_nothing(shop):
    _, made = buy(shop)
    other = shop.client("customer")
    problem(other.call("get_payment", id=made["payment"]["id"]), 404)
    problem(other.call("confirm_payment", {}, id=made["payment"]["id"]), 404)
    assert good(other.call("list_order_payments",
                           id=made["order"]["id"]))["data"] == []
    assert good(other.call("list_order_refunds",
                           id=made["order"]["id"]))["data"] == []
    problem(other.call("create_order_payment", {
        "provider": "test", "flow": "token", "token": "tok_success"},
        id=made["order"]["id"]), 404)
    problem(refund(shop, made, client=shop.customer), 403)
    assert payment(shop, made, shop.staff)["status"] == "captured"


@pytest.mark.parametrize("pay, pointer", [
    ({"provider": "stripe", "flow": "intent"}, "/payment/provider"),
    ({"provider": "test", "flow": "token"}, "/payment/token"),
    ({"provider": "test", "flow": "intent", "token": "tok_x"},
     "/payment/token"),
    ({"provider": "test", "flow": "redirect"}, "/payment/return_url"),
    ({"provider": "test", "flow": "token", "token": "4242424242424242"},
     "/payment/token")])
def test_bad_payments(shop, pay, pointer):
    variant = goods.variant(shop, 1)
    answer = problem(shop.customer.call("checkout", {
        **goods.items((variant, 1)), "payment": pay}), 422,
        "validation_failed")
    assert answer["errors"][0]["pointer"] == pointer


def test_cart(shop):
    """What is in a cart is bought, and the cart is closed."""
    variant = goods.variant(shop, 5)
    cart = good(shop.customer.call("create_cart", {}), 201)
    good(shop.customer.call("add_cart_item", {
        "variant_id": variant, "quantity": 3}, id=cart["id"]))
    pay = {"provider": "test", "flow": "token", "token": "tok_success"}
    made = good(shop.customer.call("checkout", {
        "cart_id": cart["id"], "payment": pay}), 201)
    assert made["payment"]["captured"]["amount"] == 3 * 1999
    assert reserved(shop, variant) == 3
    problem(shop.customer.call("checkout", {
        "cart_id": cart["id"], "payment": pay}), 409, "cart_closed")
    answer = problem(shop.customer.call("checkout", {"payment": pay}), 422)
    assert answer["errors"] == [{"pointer": "/items", "code": "required"}]


def test_nothing_to_pay(shop):
    variant = goods.variant(shop, 1, price=0)
    made = good(shop.customer.call("checkout", body(variant)), 201)
    assert made["payment"] is None
    assert made["order"]["status"] == "paid"
