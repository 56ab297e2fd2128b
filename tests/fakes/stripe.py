"""A fake of Stripe's API, version 2024-06-20: sessions, intents, refunds,
signed events. https://docs.stripe.com/api
"""

import copy
import hashlib
import hmac
import itertools
import json
import time

from .server import PAGE, Answer, Fake

KEY = "sk_test_fake"
PUBLIC_KEY = "pk_test_fake"
SECRET = "whsec_fake_stripe"
VERSION = "2024-06-20"

# What buyers type into the form of Stripe.js.
CARDS = {"4242424242424242": "pm_card_visa",
         "4000000000000002": "pm_card_chargeDeclined",
         "4000002500003155": "pm_card_authenticationRequired"}

DECLINED = {"pm_card_chargeDeclined": "generic_decline",
            "pm_card_insufficientFunds": "insufficient_funds"}


class Stripe(Fake):
    KEY = "Idempotency-Key"

    def __init__(self, port=0, **options):
        self.ids = itertools.count(1)
        self.sessions, self.intents, self.refunds = {}, {}, {}
        self.events = []
        super().__init__(port, **options)

    def error(self, code, message="", **more):
        return {"error": {"type": "invalid_request_error", "code": code,
                          "message": message, **more}}

    def id(self, prefix):
        return "%s_fake_%d_%d" % (prefix, self.port, next(self.ids))

    def handle(self, request):
        path = request.path.strip("/").split("/")
        if path[:2] == ["c", "pay"]:
            return self.page(request, self.sessions[path[2]])
        if path[:2] == ["v1", "payment_intents"] and request.headers.get(
                "Authorization") == "Bearer " + PUBLIC_KEY:
            return self.from_page(request, path[2], path[3:])
        if request.headers.get("Authorization") != "Bearer " + KEY:
            raise Answer(401, self.error("api_key_invalid"))
        if request.headers.get("Stripe-Version") != VERSION:
            raise Answer(400, self.error("version"))
        form = request.form()
        if request.path == "/v1/checkout/sessions":
            return self.create_session(form)
        if request.path == "/v1/payment_intents":
            return self.create_intent(form)
        if request.path == "/v1/refunds":
            return self.create_refund(form)
        if path[1] == "checkout" and path[3] in self.sessions:
            return self.session(self.sessions[path[3]], path[4:],
                                request.query)
        if path[1] == "payment_intents" and path[2] in self.intents:
            return self.intent(self.intents[path[2]], path[3:],
                               request.query)
        raise Answer(404, self.error("resource_missing"))

    # -- what the shop asks

    def create_session(self, form):
        item = "line_items[0][price_data]"
        made = {
            "id": self.id("cs_test"), "object": "checkout.session",
            "amount_total": int(form[item + "[unit_amount]"])
            * int(form["line_items[0][quantity]"]),
            "currency": form[item + "[currency]"].lower(), "status": "open",
            "payment_status": "unpaid", "payment_intent": None,
            "mode": form["mode"], "livemode": False,
            "client_reference_id": form["client_reference_id"],
            "metadata": {"payment_id": form["metadata[payment_id]"]},
            "_manual": form.get("payment_intent_data[capture_method]")
            == "manual", "success_url": form["success_url"],
            "cancel_url": form["cancel_url"]}
        made["url"] = "%s/c/pay/%s" % (self.url, made["id"])
        self.sessions[made["id"]] = made
        return copy.deepcopy(made)

    def session(self, session, action, query):
        if action == ["expire"]:
            if session["status"] != "open":
                raise Answer(400, self.error("session_not_open"))
            session["status"] = "expired"
            self.tell("checkout.session.expired", session)
        shown = copy.deepcopy(session)
        if session["payment_intent"] and query.get("expand[]"):
            shown["payment_intent"] = self.shown(
                self.intents[session["payment_intent"]], True)
        return shown

    def create_intent(self, form):
        made = self.new_intent(int(form["amount"]), form["currency"].lower(),
                               form["metadata[payment_id]"],
                               form.get("capture_method") == "manual")
        self.use(made, form.get("payment_method"))
        return self.shown(made)

    def new_intent(self, amount, currency, payment, manual=False):
        name = self.id("pi")
        self.intents[name] = {
            "id": name, "object": "payment_intent", "amount": amount,
            "amount_received": 0, "currency": currency, "livemode": False,
            "status": "requires_payment_method",
            "client_secret": name + "_secret_x",
            "capture_method": "manual" if manual else "automatic",
            "metadata": {"payment_id": payment}, "last_payment_error": None,
            "next_action": None, "latest_charge": None}
        return self.intents[name]

    def from_page(self, request, name, action):
        """What Stripe.js asks, who knows an intent by its secret. An answer to
        the bank is `outcome`, where Stripe has a page of the bank's."""
        asked = request.form() if action else {
            key: values[-1] for key, values in request.query.items()}
        intent = self.intents.get(name)
        if not intent or asked.get("client_secret") != intent["client_secret"]:
            raise Answer(404, self.error("resource_missing"))
        # While the bank asks, another card may be tried.
        if action == ["confirm"] and intent["status"] in (
                "requires_payment_method", "requires_confirmation",
                "requires_action"):
            self.use(intent, CARDS.get(
                asked.get("payment_method_data[card][number]"), ""))
        elif action == ["bank"] and intent["status"] == "requires_action":
            intent["next_action"] = None
            if asked.get("outcome") == "approve":
                self.pay(name)
            else:
                intent["status"] = "requires_payment_method"
                intent["last_payment_error"] = {
                    "code": "payment_intent_authentication_failure"}
        elif action:
            raise Answer(400, self.error("payment_intent_unexpected_state"))
        return self.shown(intent)

    def use(self, intent, method):
        """Tries to pay with a payment method, which may be none."""
        if method in DECLINED:
            self.decline(intent["id"], DECLINED[method])
            raise Answer(402, self.error(
                "card_declined", "Your card was declined.",
                decline_code=DECLINED[method],
                payment_intent=self.shown(intent)))
        if method == "pm_card_authenticationRequired":
            intent["status"] = "requires_action"
            intent["next_action"] = {"type": "redirect_to_url",
                                     "redirect_to_url": {
                                         "url": self.url + "/3ds"}}
        elif method:
            self.pay(intent["id"])

    def intent(self, intent, action, query):
        if action == ["cancel"]:
            if intent["status"] in ("succeeded", "canceled"):
                raise Answer(400, self.error("payment_intent_unexpected_state"
                                             ))
            intent["status"] = "canceled"
            self.tell("payment_intent.canceled", self.shown(intent))
        elif action == ["capture"]:
            if intent["status"] != "requires_capture":
                raise Answer(400, self.error("payment_intent_unexpected_state"
                                             ))
            self.pay(intent["id"], captured=True)
        return self.shown(intent, "expand[]" in query)

    @staticmethod
    def shown(intent, expanded=False):
        made = copy.deepcopy(intent)
        if made["latest_charge"] and not expanded:
            made["latest_charge"] = made["latest_charge"]["id"]
        return made

    def create_refund(self, form):
        intent = self.intents.get(form["payment_intent"])
        if intent is None or not intent["latest_charge"]:
            raise Answer(404, self.error("resource_missing"))
        charge, amount = intent["latest_charge"], int(form["amount"])
        if charge["amount_refunded"] + amount > charge["amount"]:
            raise Answer(400, self.error("charge_already_refunded"))
        made = {"id": self.id("re"), "object": "refund", "amount": amount,
                "currency": intent["currency"], "status": "succeeded",
                "payment_intent": intent["id"],
                "metadata": {"refund_id": form["metadata[refund_id]"],
                             "payment_id": form["metadata[payment_id]"]}}
        self.refunds[made["id"]] = made
        charge["amount_refunded"] += amount
        self.tell("charge.refunded", charge)
        self.tell("refund.updated", made)
        return made

    # -- what buyers do

    def pay(self, name, amount=None, captured=False):
        """The buyer pays an intent or a session; the shop may capture later.
        """
        with self.lock:
            session = self.sessions.get(name)
            if session:
                made = self.new_intent(session["amount_total"],
                                       session["currency"],
                                       session["metadata"]["payment_id"],
                                       session["_manual"])
                session["payment_intent"] = name = made["id"]
            intent = self.intents[name]
            if intent["capture_method"] == "manual" and not captured:
                intent["status"] = "requires_capture"
                self.tell("payment_intent.amount_capturable_updated",
                          self.shown(intent))
                if session:
                    session.update(status="complete")
                return
            intent["status"] = "succeeded"
            intent["amount_received"] = amount or intent["amount"]
            intent["latest_charge"] = {
                "id": self.id("ch"), "object": "charge",
                "amount": intent["amount"], "captured": True,
                "amount_captured": intent["amount_received"],
                "amount_refunded": 0, "currency": intent["currency"],
                "payment_intent": name,
                "metadata": dict(intent["metadata"])}
            self.tell("payment_intent.succeeded", self.shown(intent))
            if session:
                session.update(status="complete", payment_status="paid")
                self.tell("checkout.session.completed", session)

    def decline(self, name, why="generic_decline"):
        intent = self.intents[name]
        intent["last_payment_error"] = {"code": "card_declined",
                                        "decline_code": why}
        self.tell("payment_intent.payment_failed", self.shown(intent))

    def page(self, request, session):
        if request.method == "GET":
            return PAGE % {"name": "Stripe", "amount": "%d %s" % (
                session["amount_total"], session["currency"])}
        if request.form().get("outcome") != "pay":
            raise Answer(303, "", {"Location": session["cancel_url"]})
        if session["status"] == "open":
            self.pay(session["id"])
        raise Answer(303, "", {"Location": session["success_url"]})

    # -- events

    def tell(self, kind, thing):
        event = {"id": self.id("evt"), "object": "event", "type": kind,
                 "api_version": VERSION, "created": int(time.time()),
                 "livemode": False, "data": {"object": copy.deepcopy(thing)}}
        self.events.append(event)
        text = json.dumps(event)
        self.notify(signature(text), text)


def signature(text, secret=SECRET, at=None):
    at = at or int(time.time())
    mac = hmac.new(secret.encode(), b"%d." % at + text.encode(),
                   hashlib.sha256).hexdigest()
    return {"Stripe-Signature": "t=%d,v1=%s" % (at, mac)}
