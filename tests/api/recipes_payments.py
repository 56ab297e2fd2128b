"""How the statuses of payments come about."""

import hashlib
import hmac
import json
import time
import uuid

from kit import goods
from kit.client import good, key
from kit.shop import WEBHOOK_SECRET

from .recipes import recipe
from .recipes_store import held

TOKEN = {"provider": "test", "flow": "token"}


def basket(shop, token="tok_success", quantity=1):
    return {**goods.items((goods.variant(shop, 5), quantity)),
            "payment": {**TOKEN, "token": token}}


def buy(shop, token="tok_success", client=None):
    return good((client or shop.admin).call("checkout", basket(shop, token)),
                201)


@recipe("checkout", 201)
def checkout(shop):
    return shop.customer.call("checkout", basket(shop))


@recipe("checkout", 409)
def checkout_too_many(shop):
    return shop.customer.call("checkout", basket(shop, quantity=6))


@recipe("list_payment_providers", 200)
def providers(shop):
    return shop.anonymous.call("list_payment_providers")


def cart_bought(shop, made=None):
    from .recipes_cart import cart
    return shop.anonymous.call("checkout_cart", {
        "customer": {"name": "Ana", "email": "ana@example.com"},
        "payment": {**TOKEN, "token": "tok_success"}},
        id=(made or cart(shop))["id"])


recipe("checkout_cart", 201)(cart_bought)


@recipe("checkout_cart", 409)
def cart_bought_before(shop):
    from .recipes_cart import ordered
    return cart_bought(shop, ordered(shop))


recipe("checkout_cart", 404)(
    lambda shop: cart_bought(shop, {"id": uuid.uuid4()}))


@recipe("checkout_cart", 429)
def carts_bought_often(shop):
    for _ in range(250):
        answer = cart_bought(shop, {"id": uuid.uuid4()})
        if answer.status_code == 429:
            break
    return answer


@recipe("create_order_payment", 201)
def another_payment(shop):
    made = buy(shop, "tok_declined")
    return shop.admin.call("create_order_payment", {
        **TOKEN, "token": "tok_success"}, id=made["order"]["id"])


@recipe("create_order_payment", 409)
def paid_already(shop):
    made = buy(shop)
    return shop.admin.call("create_order_payment", {
        **TOKEN, "token": "tok_success"}, id=made["order"]["id"])


@recipe("create_order_payment", 404)
def payment_of_no_order(shop):
    return shop.admin.call("create_order_payment", {
        **TOKEN, "token": "tok_success"}, id=uuid.uuid4())


@recipe("create_order_refund", 201)
def refund(shop):
    return shop.admin.call("create_order_refund", {},
                           id=buy(shop)["order"]["id"])


@recipe("create_order_refund", 409)
def refund_of_nothing(shop):
    made = buy(shop, "tok_declined")
    return shop.admin.call("create_order_refund", {}, id=made["order"]["id"])


@recipe("create_order_refund", 404)
def refund_of_no_order(shop):
    return shop.admin.call("create_order_refund", {}, id=uuid.uuid4())


@recipe("capture_payment", 200)
def capture(shop):
    made = buy(shop, "tok_late")
    shop.query("store", "update core.payment set by_hand = true, status ="
                        " 'authorized' where id = %s", made["payment"]["id"])
    return shop.staff.call("capture_payment", id=made["payment"]["id"])


@recipe("capture_payment", 409)
def capture_nothing(shop):
    return shop.staff.call("capture_payment", id=buy(
        shop, "tok_declined")["payment"]["id"])


@recipe("cancel_payment", 200)
def call_off(shop):
    return shop.staff.call("cancel_payment", id=buy(
        shop, "tok_action")["payment"]["id"])


@recipe("cancel_payment", 409)
def call_off_too_late(shop):
    return shop.staff.call("cancel_payment", id=buy(shop)["payment"]["id"])


@recipe("get_payment", 200)
def get_payment(shop):
    return shop.admin.call("get_payment", id=buy(shop)["payment"]["id"])


@recipe("confirm_payment", 200)
def confirm_payment(shop):
    return shop.admin.call("confirm_payment", {},
                           id=buy(shop)["payment"]["id"])


@recipe("confirm_payment", 404)
def confirm_nothing(shop):
    return shop.admin.call("confirm_payment", {}, id=uuid.uuid4())


@recipe("resolve_parked_payment", 200)
def resolve(shop):
    made = buy(shop, "tok_no_refund")
    good(shop.admin.call("create_order_refund", {}, id=made["order"]["id"]),
         201)
    parked = shop.query("store", "select id from core.payment_parked"
                                 " where payment_id = %s",
                        made["payment"]["id"])
    return shop.admin.call("resolve_parked_payment", {"note": "ok"},
                           id=parked[0]["id"])


def signed(shop, operation, text, secret=WEBHOOK_SECRET):
    at = int(time.time())
    mac = hmac.new(secret.encode(), b"%d." % at + text.encode(),
                   hashlib.sha256).hexdigest()
    return shop.anonymous.call(operation, raw=text, headers={
        "stripe-signature": "t=%d,v1=%s" % (at, mac),
        "content-type": "application/json"})


@recipe("receive_test_event", 200)
def test_event(shop):
    return signed(shop, "receive_test_event", json.dumps(
        {"id": key(), "type": "x", "livemode": False, "data": {}}))


@recipe("receive_stripe_event", 200)
def stripe_event(shop):
    from fakes import stripe
    return signed(shop, "receive_stripe_event", json.dumps(
        {"id": key(), "type": "customer.created", "livemode": False,
         "data": {"object": {"object": "customer"}}}), stripe.SECRET)


@recipe("receive_paypal_event", 200)
def paypal_event(shop):
    text = json.dumps({"id": key(), "event_type": "X", "resource": {}})
    return shop.anonymous.call("receive_paypal_event", raw=text, headers={
        **shop.paypal.signature(text), "content-type": "application/json"})


def listed(operation):
    def ask(shop):
        return shop.admin.call(operation, id=buy(shop)["order"]["id"])
    recipe(operation, 200)(ask)


listed("list_order_payments")
listed("list_order_refunds")


@recipe("list_parked_payments", 200)
def list_parked(shop):
    return shop.admin.call("list_parked_payments")


@recipe("resolve_parked_payment", 409)
def resolve_in_flight(shop):
    return held(shop, "resolve_parked_payment", {"note": "ok"},
                id=uuid.uuid4())
