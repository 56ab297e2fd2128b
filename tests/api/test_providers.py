"""Buying with Stripe and PayPal, which are fakes shaped like the real ones:
each way of paying, what goes wrong there, their events.
"""

import json
import time
import zlib

import pytest

from api.test_payments import followed, payment, refund, reserved
from fakes import stripe
from kit import goods, wait
from kit.client import good, key, problem

SHOP = {"fakes": True}

BACK = {"return_url": "https://shop.test/back",
        "cancel_url": "https://shop.test/cart"}


@pytest.fixture(autouse=True)
def quiet(shop):
    """Every test begins without faults and without deliveries; the tokens that
    it revoked are good again, for each worker keeps one.
    """
    tokens = set(shop.paypal.tokens)
    for fake in shop.fakes:
        fake.faults.clear()
        fake.deaf = 0
        fake.webhook = None
    shop.paypal.declining = False
    yield
    shop.paypal.tokens |= tokens


def buy(shop, provider, flow, name=None, variant=None, **more):
    variant = variant or goods.variant(shop, 5)
    pay = {"provider": provider, "flow": flow, **more}
    if flow == "redirect":
        pay.update(BACK)
    return shop.customer.call("checkout", {
        **goods.items((variant, 2)), "payment": pay},
        headers={"idempotency-key": name or key()})


def confirm(shop, made):
    return good(shop.customer.call("confirm_payment", {},
                                   id=made["payment"]["id"]))


def order(shop, made):
    return good(shop.customer.call("get_order", id=made["order"]["id"]))


def test_providers_are_told_with_what_their_scripts_need(shop):
    told = good(shop.anonymous.call("list_payment_providers"))
    assert told == {"data": [
        {"provider": "test", "public_key": None},
        {"provider": "stripe", "public_key": "pk_test_fake"},
        {"provider": "paypal", "public_key": None}]}


# --- Stripe ---------------------------------------------------------------

def test_stripe_session(shop):
    made = good(buy(shop, "stripe", "redirect"), 201)
    pay = made["payment"]
    assert pay["status"] == "requires_action"
    session = shop.stripe.sessions[pay["reference"]]
    assert pay["action"] == {"type": "redirect", "url": session["url"]}
    assert session["amount_total"] == 3998
    assert session["client_reference_id"] == pay["id"]
    assert confirm(shop, made)["status"] == "requires_action"
    shop.stripe.pay(session["id"])
    assert confirm(shop, made)["status"] == "captured"
    assert order(shop, made)["status"] == "paid"
    back = good(refund(shop, made, 1000), 201)
    assert back["status"] == "succeeded"
    assert shop.stripe.refunds[back["reference"]]["amount"] == 1000
    assert payment(shop, made)["refunded"]["amount"] == 1000


def test_stripe_intent(shop):
    made = good(buy(shop, "stripe", "intent"), 201)
    intent = shop.stripe.intents[made["payment"]["reference"]]
    assert made["payment"]["action"] == {
        "type": "client_secret", "client_secret": intent["client_secret"]}
    shop.stripe.decline(intent["id"])
    assert confirm(shop, made)["status"] == "failed"
    shop.stripe.pay(intent["id"])
    assert confirm(shop, made)["status"] == "captured"


@pytest.mark.parametrize("token, status, error", [
    ("pm_card_visa", "captured", None),
    ("pm_card_chargeDeclined", "failed", "generic_decline"),
    ("pm_card_insufficientFunds", "failed", "insufficient_funds"),
    ("pm_card_authenticationRequired", "requires_action", None)])
def test_stripe_token(shop, token, status, error):
    made = good(buy(shop, "stripe", "token", token=token), 201)
    assert made["payment"]["status"] == status
    assert made["payment"]["error"] == error
    assert order(shop, made)["status"] == (
        "paid" if status == "captured" else "pending")


def test_stripe_authorized_is_captured(shop):
    made = good(buy(shop, "stripe", "intent"), 201)
    shop.stripe.intents[made["payment"]["reference"]]["status"] = \
        "requires_capture"
    assert confirm(shop, made)["status"] == "captured"


@pytest.mark.parametrize("fault", ["before", "after", "reset", "busy"])
def test_stripe_fails_and_the_key_resolves_it(shop, fault):
    """Whatever it did: one intent, one order, paid once."""
    name, variant = key(), goods.variant(shop, 5)
    shop.stripe.faults.append(fault)
    count = len(shop.stripe.intents)
    first = buy(shop, "stripe", "token", name, variant, token="pm_card_visa")
    if first.status_code != 201 or fault != "reset":
        problem(first, 503, "outcome_unknown")
    made = good(buy(shop, "stripe", "token", name, variant,
                    token="pm_card_visa"), 201)
    assert made["payment"]["status"] == "captured"
    assert len(shop.stripe.intents) == count + 1
    assert reserved(shop, variant) == 2
    assert good(buy(shop, "stripe", "token", name, variant,
                    token="pm_card_visa"), 201) == made


def test_stripe_fails_and_nobody_asks_again(shop):
    """The job finds the charge that nobody heard of."""
    variant = goods.variant(shop, 5)
    shop.stripe.faults.append("after")
    problem(buy(shop, "stripe", "token", variant=variant,
                token="pm_card_visa"), 503, "outcome_unknown")
    made = {"order": good(shop.customer.call("list_my_orders"))["data"][0]}
    made["payment"] = good(shop.customer.call(
        "list_order_payments", id=made["order"]["id"]))["data"][0]
    followed(shop, made, lambda: order(shop, made)["status"] == "paid")
    assert reserved(shop, variant) == 2


def test_stripe_session_that_nobody_pays(shop):
    """It is expired at Stripe first, then the stock goes back."""
    variant = goods.variant(shop, 5)
    made = good(buy(shop, "stripe", "redirect", variant=variant), 201)
    followed(shop, made, lambda: order(shop, made)["status"] == "canceled",
             "2 hours")
    assert shop.stripe.sessions[made["payment"]["reference"]]["status"] == \
        "expired"
    assert reserved(shop, variant) == 0


def test_stripe_paid_in_the_last_moment(shop):
    """The job that would call it off finds it paid."""
    made = good(buy(shop, "stripe", "redirect"), 201)
    shop.stripe.pay(made["payment"]["reference"])
    followed(shop, made, lambda: order(shop, made)["status"] == "paid",
             "2 hours")


def test_stripe_canceled_order(shop):
    """Canceled while the buyer was away: the session is expired."""
    made = good(buy(shop, "stripe", "redirect"), 201)
    good(shop.customer.call("cancel_order", {}, id=made["order"]["id"]))
    session = shop.stripe.sessions[made["payment"]["reference"]]
    followed(shop, made, lambda: session["status"] == "expired")


@pytest.mark.parametrize("fault", ["after", "before"])
def test_stripe_refund_that_was_not_heard(shop, fault):
    made = good(buy(shop, "stripe", "token", token="pm_card_visa"), 201)
    count = len(shop.stripe.refunds)
    shop.stripe.faults.append(fault)
    assert good(refund(shop, made, 700), 201)["status"] == "pending"
    followed(shop, made,
             lambda: payment(shop, made)["refunded"]["amount"] == 700)
    assert len(shop.stripe.refunds) == count + 1


def deliver(shop, events):
    for event in events:
        text = json.dumps(event)
        good(shop.anonymous.call("receive_stripe_event", raw=text, headers={
            **stripe.signature(text), "content-type": "application/json"}))


@pytest.mark.parametrize("backwards", [False, True])
def test_stripe_events(shop, backwards):
    """All events of a purchase, forwards and backwards, and once more."""
    made = good(buy(shop, "stripe", "redirect"), 201)
    begin = len(shop.stripe.events)
    shop.stripe.pay(made["payment"]["reference"])
    intent = shop.stripe.sessions[made["payment"]["reference"]][
        "payment_intent"]
    shop.stripe.create_refund({
        "payment_intent": intent, "amount": "500",
        "metadata[refund_id]": "", "metadata[payment_id]": ""})
    events = shop.stripe.events[begin:]
    assert len(events) == 4
    if backwards:
        events = events[::-1]
    deliver(shop, events + events)
    one = payment(shop, made)
    assert (one["status"], one["captured"]["amount"],
            one["refunded"]["amount"]) == ("captured", 3998, 500)
    assert order(shop, made)["status"] == "paid"


def test_stripe_event_before_the_answer(shop):
    """The event comes while the gateway still waits for the API."""
    shop.stripe.webhook = (shop.nginx.url
                           + "/api/v1/webhooks/payments/stripe")
    shop.stripe.faults.append("hang")
    shop.stripe.patience = 1
    made = good(buy(shop, "stripe", "token", token="pm_card_visa"), 201)
    assert made["payment"]["status"] == "captured"
    assert order(shop, made)["status"] == "paid"
    events = good(shop.customer.call("list_order_events",
                                     id=made["order"]["id"]))["data"]
    assert [e["type"] for e in events] == [
        "order.created", "payment.captured", "order.paid"]


def test_stripe_paid_too_little(shop):
    made = good(buy(shop, "stripe", "intent"), 201)
    shop.stripe.pay(made["payment"]["reference"], amount=1)
    one = confirm(shop, made)
    assert one["review"] and one["captured"]["amount"] == 0
    assert order(shop, made)["status"] == "pending"


def test_stripe_rotates_its_secret(shop):
    made = good(buy(shop, "stripe", "intent"), 201)
    begin = len(shop.stripe.events)
    shop.stripe.pay(made["payment"]["reference"])
    text = json.dumps(shop.stripe.events[begin])
    at = int(time.time())
    old = stripe.signature(text, "whsec_old", at)["Stripe-Signature"]
    new = stripe.signature(text, at=at)["Stripe-Signature"].split(",")[1]
    good(shop.anonymous.call("receive_stripe_event", raw=text, headers={
        "stripe-signature": old + "," + new,
        "content-type": "application/json"}))
    assert payment(shop, made)["status"] == "captured"


# --- PayPal ---------------------------------------------------------------

def test_paypal(shop):
    made = good(buy(shop, "paypal", "redirect"), 201)
    pay = made["payment"]
    assert pay["status"] == "requires_action"
    assert pay["action"]["url"].endswith("/checkoutnow/" + pay["reference"])
    unit = shop.paypal.orders[pay["reference"]]["purchase_units"][0]
    assert unit["amount"] == {"currency_code": "BRL", "value": "39.98"}
    assert confirm(shop, made)["status"] == "requires_action"
    shop.paypal.approve(pay["reference"])
    assert confirm(shop, made)["status"] == "captured"
    assert order(shop, made)["status"] == "paid"
    assert good(refund(shop, made, 1), 201)["status"] == "succeeded"
    assert good(refund(shop, made), 201)["amount"]["amount"] == 3997
    assert order(shop, made)["status"] == "canceled"


def test_paypal_refuses_the_capture(shop):
    made = good(buy(shop, "paypal", "redirect"), 201)
    shop.paypal.approve(made["payment"]["reference"])
    shop.paypal.declining = True
    assert confirm(shop, made)["captured"]["amount"] == 0
    assert order(shop, made)["status"] == "pending"


def test_paypal_tokens_are_kept_and_renewed(shop):
    """One token for many talks; a revoked one is asked for again."""
    good(buy(shop, "paypal", "redirect"), 201)
    before = len(shop.paypal.tokens)
    for _ in range(4):
        good(buy(shop, "paypal", "redirect"), 201)
    assert len(shop.paypal.tokens) <= before + 2
    shop.paypal.tokens.clear()
    name, variant = key(), goods.variant(shop, 9)

    def bought():
        return buy(shop, "paypal", "redirect", name,
                   variant).status_code == 201
    wait.until(bought, 60)


@pytest.mark.parametrize("fault", ["before", "after"])
def test_paypal_fails_and_the_key_resolves_it(shop, fault):
    name, variant = key(), goods.variant(shop, 5)
    shop.paypal.faults.append(fault)
    count = len(shop.paypal.orders)
    problem(buy(shop, "paypal", "redirect", name, variant), 503,
            "outcome_unknown")
    good(buy(shop, "paypal", "redirect", name, variant), 201)
    assert len(shop.paypal.orders) == count + 1
    assert reserved(shop, variant) == 2


def tell(shop, event, headers=None, text=None):
    """Again after a 503, as PayPal does: a token may have been revoked."""
    text = text or json.dumps(event)
    headers = {**(headers or shop.paypal.signature(text)),
               "content-type": "application/json"}
    answers = []

    def told():
        answers.append(shop.anonymous.call("receive_paypal_event", raw=text,
                                           headers=headers))
        return answers[-1].status_code != 503
    wait.until(told, 60)
    return answers[-1]


def test_paypal_events(shop):
    """An approval is captured without the buyer coming back."""
    made = good(buy(shop, "paypal", "redirect"), 201)
    begin = len(shop.paypal.events)
    shop.paypal.approve(made["payment"]["reference"])
    event = shop.paypal.events[begin]
    assert good(tell(shop, event))["outcome"] == "applied"
    followed(shop, made, lambda: payment(shop, made)["status"] == "captured")
    assert good(tell(shop, event))["outcome"] == "duplicate"
    for more in shop.paypal.events[begin + 1:]:
        good(tell(shop, more))
    assert order(shop, made)["status"] == "paid"


def paid_by_paypal(shop):
    made = good(buy(shop, "paypal", "redirect"), 201)
    shop.paypal.approve(made["payment"]["reference"])
    assert confirm(shop, made)["status"] == "captured"
    return made


def refund_there(shop, made):
    """10.00 go back at PayPal, which tells of it."""
    begin = len(shop.paypal.events)
    capture = shop.paypal.orders[made["payment"]["reference"]][
        "purchase_units"][0]["payments"]["captures"][0]["id"]
    shop.paypal.refund(capture, {"amount": {"currency_code": "BRL",
                                            "value": "10.00"}})
    good(tell(shop, shop.paypal.events[begin]))


def comes_back(shop, made):
    followed(shop, made,
             lambda: payment(shop, made)["refunded"]["amount"] == 1000)


def test_paypal_refund_made_there(shop):
    made = paid_by_paypal(shop)
    refund_there(shop, made)
    comes_back(shop, made)


@pytest.mark.parametrize("away", ["deaf", "token"])
def test_paypal_refund_made_there_is_asked_for_until_it_is_heard(shop, away):
    """PayPal told of it, and did not answer what then was asked."""
    made = paid_by_paypal(shop)
    if away == "deaf":
        shop.paypal.deaf = 1
    else:
        shop.paypal.tokens.clear()
    refund_there(shop, made)
    comes_back(shop, made)


def test_race_of_a_hint_and_a_talk_that_began_before(shop):
    """What was asked before it came is no answer to it."""
    made = paid_by_paypal(shop)
    name = made["payment"]["id"]
    shop.query("store", "select * from api.payment_take(%s, null, false)",
               name)
    refund_there(shop, made)
    shop.query("store", "select * from api.payment_seen(%s, null,"
                        " '{\"status\": \"captured\"}', '{}')", name)
    comes_back(shop, made)


def test_race_of_a_hint_and_workers_that_die_with_it(shop):
    """Two that took it along are gone: the next one finds it."""
    made = paid_by_paypal(shop)
    name = made["payment"]["id"]
    take = "select * from api.payment_take(%s, null, false)"
    late = "update core.payment set leased_until = now() - interval '1 s'" \
           " where id = %s"
    shop.query("store", take, name)
    refund_there(shop, made)
    with shop.cluster.connect(shop.copies["store"]) as connection, \
            connection.transaction():
        for text in (late, take, late, take, late):
            connection.execute(text, [name])
    comes_back(shop, made)


def test_paypal_event_that_is_not_paypals(shop):
    made = good(buy(shop, "paypal", "redirect"), 201)
    event = {"id": "WH-1", "event_type": "CHECKOUT.ORDER.APPROVED",
             "resource": {"id": made["payment"]["reference"]}}
    text = json.dumps(event)
    good_ones = shop.paypal.signature(text)
    forged = {**good_ones, "PAYPAL-TRANSMISSION-SIG": "x"}
    problem(tell(shop, event, forged), 400, "invalid_signature")
    for name in good_ones:
        left = {k: v for k, v in good_ones.items() if k != name}
        problem(tell(shop, event, left), 400, "invalid_signature")
    problem(tell(shop, event, good_ones, text.replace("APPROVED", "VOIDED")),
            400, "invalid_signature")


def test_paypal_event_with_another_body_of_the_same_crc(shop):
    """What the signature covers can be forged: the order itself counts."""
    made = good(buy(shop, "paypal", "redirect"), 201)
    reference = made["payment"]["reference"]
    true = json.dumps({"id": "WH-2", "event_type": "X", "resource": {}})
    headers = shop.paypal.signature(true)
    lie = json.dumps({"id": "WH-3", "event_type": "CHECKOUT.ORDER.APPROVED",
                      "resource": {"id": reference, "status": "APPROVED"},
                      "note": "NNNN"})
    lie = collide(lie, zlib.crc32(true.encode()))
    assert good(tell(shop, None, headers, lie))["outcome"] == "applied"
    followed(shop, made, lambda: not shop.query(
        "store", "select look from core.payment where id = %s",
        made["payment"]["id"])[0]["look"])
    assert payment(shop, made)["status"] == "requires_action"
    assert order(shop, made)["status"] == "pending"


def collide(text, wanted):
    """The text with its note so chosen that the CRC is the wanted one.

    CRC is linear: of 48 bits of four... many characters that may each be one
    of two, some choice gives every value.
    """
    places = 40
    base = text.replace("NNNN", "@" * places)
    begin = base.index("@" * places)
    zero = zlib.crc32(base.encode())
    effects = []
    for i in range(places):
        changed = base[:begin + i] + "A" + base[begin + i + 1:]
        effects.append(zlib.crc32(changed.encode()) ^ zero)
    basis = {}
    for i, effect in enumerate(effects):
        mask = 1 << i
        while effect:
            top = effect.bit_length()
            if top not in basis:
                basis[top] = (effect, mask)
                break
            effect, mask = effect ^ basis[top][0], mask ^ basis[top][1]
    need, chosen = zero ^ wanted, 0
    while need:
        value, mask = basis[need.bit_length()]
        need, chosen = need ^ value, chosen ^ mask
    made = "".join("A" if chosen >> i & 1 else "@" for i in range(places))
    made = base[:begin] + made + base[begin + places:]
    assert zlib.crc32(made.encode()) == wanted
    return made


def test_paypal_order_that_nobody_approves(shop):
    variant = goods.variant(shop, 5)
    made = good(buy(shop, "paypal", "redirect", variant=variant), 201)
    followed(shop, made, lambda: order(shop, made)["status"] == "canceled",
             "2 hours")
    assert reserved(shop, variant) == 0


# --- providers that are away ------------------------------------------------

def test_provider_hangs(shop):
    """The gateway serves others, the request ends in time."""
    name, variant = key(), goods.variant(shop, 5)
    shop.stripe.faults.append("hang")
    shop.stripe.patience = 1.5
    made = good(buy(shop, "stripe", "token", name, variant,
                    token="pm_card_visa"), 201)
    assert made["payment"]["status"] == "captured"


def test_bad_flows(shop):
    variant = goods.variant(shop, 5)
    answer = problem(shop.customer.call("checkout", {
        **goods.items((variant, 1)), "payment": {
            "provider": "paypal", "flow": "token", "token": "tok_success"}}),
        422, "validation_failed")
    assert answer["errors"][0]["pointer"] == "/payment/flow"
