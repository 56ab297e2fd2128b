"""A fake of PayPal's API: tokens, Orders v2, Payments v2, notifications.
https://developer.paypal.com/api/rest/
"""

import base64
import copy
import itertools
import json
import uuid
import zlib

from .server import PAGE, Answer, Fake

CLIENT = "fake-client"
KEY = "fake-secret"
WEBHOOK = "WH-FAKE"


class PayPal(Fake):
    KEY = "PayPal-Request-Id"

    def __init__(self, port=0, **options):
        self.ids = itertools.count(1)
        self.orders, self.captures, self.signed = {}, {}, {}
        self.authorizations = {}
        self.events = []
        self.tokens = set()
        self.declining = False
        super().__init__(port, **options)

    def error(self, code, **more):
        return {"name": code, "message": code, **more}

    def id(self, prefix):
        return "%s%d%d" % (prefix, self.port, next(self.ids))

    def handle(self, request):
        path = request.path.strip("/").split("/")
        if path[0] == "checkoutnow":
            return self.page(request, self.orders[path[1]])
        if request.path == "/v1/oauth2/token":
            return self.token(request)
        if request.headers.get("Authorization", "")[7:] not in self.tokens:
            raise Answer(401, self.error("AUTHENTICATION_FAILURE"))
        if request.path == "/v1/notifications/verify-webhook-signature":
            return self.verify(request.text)
        if request.path == "/v2/checkout/orders":
            raise Answer(201, self.create(json.loads(request.text)))
        if path[:3] == ["v2", "checkout", "orders"]:
            order = self.orders.get(path[3])
            if order is None:
                raise Answer(404, self.error("RESOURCE_NOT_FOUND"))
            if path[4:] == ["capture"]:
                raise Answer(201, self.capture(order))
            if path[4:] == ["authorize"]:
                raise Answer(201, self.authorize(order))
            return copy.deepcopy(order)
        if path[:3] == ["v2", "payments", "authorizations"]:
            return self.authorized(path[3], path[4:], request)
        if path[:3] == ["v2", "payments", "captures"] \
                and path[4:] == ["refund"]:
            raise Answer(201, self.refund(path[3], json.loads(request.text)))
        raise Answer(404, self.error("RESOURCE_NOT_FOUND"))

    # -- what the shop asks

    def token(self, request):
        given = base64.b64decode(request.headers["Authorization"][6:])
        if given.decode() != "%s:%s" % (CLIENT, KEY) \
                or request.form() != {"grant_type": "client_credentials"}:
            raise Answer(401, self.error("invalid_client"))
        made = uuid.uuid4().hex
        self.tokens.add(made)
        return {"access_token": made, "token_type": "Bearer",
                "expires_in": 32400}

    def create(self, body):
        name = self.id("ORDER")
        context = body["payment_source"]["paypal"]["experience_context"]
        self.orders[name] = {
            "id": name, "intent": body["intent"],
            "status": "PAYER_ACTION_REQUIRED",
            "purchase_units": body["purchase_units"],
            "payment_source": {"paypal": {}}, "_context": context,
            "links": [{"rel": "self", "href": "%s/v2/checkout/orders/%s"
                       % (self.url, name)},
                      {"rel": "payer-action", "href": "%s/checkoutnow/%s"
                       % (self.url, name)}]}
        return copy.deepcopy(self.orders[name])

    def refuse(self, issue):
        raise Answer(422, self.error("UNPROCESSABLE_ENTITY",
                                     details=[{"issue": issue}]))

    def approved(self, order, intent):
        """The order may be completed that way."""
        if order["status"] == "COMPLETED":
            self.refuse("ORDER_ALREADY_%sD" % intent)
        if order["intent"] != intent:
            self.refuse("ACTION_DOES_NOT_MATCH_INTENT")
        if order["status"] != "APPROVED":
            self.refuse("ORDER_NOT_APPROVED")
        if self.declining:
            self.refuse("INSTRUMENT_DECLINED")

    def took(self, order):
        """A capture of the order's whole amount."""
        unit = order["purchase_units"][0]
        made = {"id": self.id("CAPTURE"), "status": "COMPLETED",
                "amount": dict(unit["amount"]), "final_capture": True,
                "custom_id": unit["custom_id"],
                "supplementary_data": {"related_ids": {
                    "order_id": order["id"]}}}
        self.captures[made["id"]] = order
        unit.setdefault("payments", {}).update(captures=[made], refunds=[])
        self.tell("PAYMENT.CAPTURE.COMPLETED", made)
        return made

    def capture(self, order):
        self.approved(order, "CAPTURE")
        self.took(order)
        order["status"] = "COMPLETED"
        return copy.deepcopy(order)

    def authorize(self, order):
        self.approved(order, "AUTHORIZE")
        unit = order["purchase_units"][0]
        made = {"id": self.id("AUTH"), "status": "CREATED",
                "amount": dict(unit["amount"]),
                "custom_id": unit["custom_id"],
                "supplementary_data": {"related_ids": {
                    "order_id": order["id"]}}}
        self.authorizations[made["id"]] = order
        unit["payments"] = {"authorizations": [made]}
        order["status"] = "COMPLETED"
        self.tell("PAYMENT.AUTHORIZATION.CREATED", made)
        return copy.deepcopy(order)

    def authorized(self, name, verb, request):
        """What is done about an authorization."""
        order = self.authorizations.get(name)
        if order is None or verb not in (["capture"], ["void"]):
            raise Answer(404, self.error("RESOURCE_NOT_FOUND"))
        hold = order["purchase_units"][0]["payments"]["authorizations"][0]
        if hold["status"] == "VOIDED":
            self.refuse("AUTHORIZATION_VOIDED" if verb == ["capture"]
                        else "PREVIOUSLY_VOIDED")
        if hold["status"] == "CAPTURED":
            self.refuse("AUTHORIZATION_ALREADY_CAPTURED"
                        if verb == ["capture"] else "PREVIOUSLY_CAPTURED")
        if verb == ["void"]:
            hold["status"] = "VOIDED"
            self.tell("PAYMENT.AUTHORIZATION.VOIDED", hold)
            return copy.deepcopy(hold)
        body = json.loads(request.text)
        if cents(body["amount"]) > cents(hold["amount"]):
            self.refuse("MAX_CAPTURE_AMOUNT_EXCEEDED")
        if self.declining:
            self.refuse("INSTRUMENT_DECLINED")
        hold["status"] = "CAPTURED"
        raise Answer(201, copy.deepcopy(self.took(order)))

    def refund(self, capture, body):
        order = self.captures.get(capture)
        if order is None:
            raise Answer(404, self.error("RESOURCE_NOT_FOUND"))
        payments = order["purchase_units"][0]["payments"]
        taken = payments["captures"][0]
        given = sum(cents(r["amount"]) for r in payments["refunds"])
        if given + cents(body["amount"]) > cents(taken["amount"]):
            raise Answer(422, self.error("UNPROCESSABLE_ENTITY", details=[
                {"issue": "REFUND_AMOUNT_EXCEEDED"}]))
        made = {"id": self.id("REFUND"), "status": "COMPLETED",
                "amount": body["amount"], "custom_id": body.get("custom_id")}
        payments["refunds"].append(made)
        full = given + cents(body["amount"]) == cents(taken["amount"])
        taken["status"] = "REFUNDED" if full else "PARTIALLY_REFUNDED"
        self.tell("PAYMENT.CAPTURE.REFUNDED", {
            **made, "custom_id": taken["custom_id"],
            "supplementary_data": taken["supplementary_data"]})
        return made

    def verify(self, text):
        """By the CRC of the event's bytes, as PayPal signs it."""
        asked = json.loads(text)
        raw = text.split(',"webhook_event":', 1)[1][:-1]
        known = self.signed.get(asked["transmission_id"])
        good = known == (asked["transmission_sig"],
                         zlib.crc32(raw.encode()), asked["webhook_id"])
        return {"verification_status": "SUCCESS" if good else "FAILURE"}

    # -- what buyers do

    def approve(self, name):
        with self.lock:
            self.orders[name]["status"] = "APPROVED"
            self.tell("CHECKOUT.ORDER.APPROVED", self.orders[name])

    def page(self, request, order):
        context = order["_context"]
        if request.method == "GET":
            amount = order["purchase_units"][0]["amount"]
            return PAGE % {"name": "PayPal", "amount": "%s %s" % (
                amount["value"], amount["currency_code"])}
        if request.form().get("outcome") != "pay":
            raise Answer(303, "", {"Location": context["cancel_url"]})
        if order["status"] == "PAYER_ACTION_REQUIRED":
            self.approve(order["id"])
        raise Answer(303, "", {"Location": context["return_url"]})

    # -- events

    def tell(self, kind, thing):
        thing = {name: value for name, value in thing.items()
                 if not name.startswith("_")}
        event = {"id": "WH-" + self.id("EVENT"), "event_version": "1.0",
                 "event_type": kind, "resource": copy.deepcopy(thing)}
        self.events.append(event)
        text = json.dumps(event)
        self.notify(self.signature(text), text)

    def signature(self, text):
        """Headers for an event with these bytes."""
        name, mac = str(uuid.uuid4()), uuid.uuid4().hex
        self.signed[name] = (mac, zlib.crc32(text.encode()), WEBHOOK)
        return {"PAYPAL-AUTH-ALGO": "SHA256withRSA",
                "PAYPAL-CERT-URL": "https://api.paypal.com/v1/notifications"
                                   "/certs/CERT-1",
                "PAYPAL-TRANSMISSION-ID": name,
                "PAYPAL-TRANSMISSION-SIG": mac,
                "PAYPAL-TRANSMISSION-TIME": "2026-11-22T22:00:00Z"}


def cents(amount):
    whole, _, part = amount["value"].partition(".")
    return int(whole) * 100 + int(part or 0)
