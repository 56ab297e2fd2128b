"""Parcels: several for one order, canceled, delivered; and following them."""

import json
import uuid

import pytest

from kit import audit, goods
from kit.client import good, key, problem


def bought(shop, *lines, client=None, **more):
    """A paid order of [(variant, quantity)]."""
    made = good((client or shop.customer).call("checkout", {
        **goods.items(*lines), **more, "payment": {
            "provider": "test", "flow": "token", "token": "tok_success"}}),
        201)
    return made["order"]


def level(shop, variant, place=1):
    row, = shop.query("store", "select on_hand, reserved from core.stock_level"
                               " where variant_id = %s and location_id = %s",
                      variant, place)
    return row["on_hand"], row["reserved"]


def ledger(shop, variant, place=1):
    return [row["delta"] for row in shop.query(
        "store", "select delta from core.stock_movement where variant_id = %s"
                 " and location_id = %s and kind = 'shipment' order by id",
        variant, place)]


def send(shop, order, *lines, status=201, **more):
    """A fulfilment of [(item, quantity)], or of all that is left."""
    text = dict(more)
    if lines:
        text["items"] = [{"item_id": item, "quantity": quantity}
                         for item, quantity in lines]
    answer = shop.staff.call("create_order_fulfilment", text, id=order["id"])
    return good(answer, 201) if status == 201 else answer


def look(shop, order):
    return good(shop.staff.call("get_order", id=order["id"]))


def act(shop, verb, order, parcel, status=200, body=None):
    answer = shop.staff.call(verb + "_fulfilment", body or {}, id=order["id"],
                             fulfilment_id=parcel["id"])
    return good(answer) if status == 200 else answer


def progress(order):
    return [(i["shipped"], i["delivered"], i["returned"], i["short"])
            for i in order["items"]]


def types(shop, order):
    return [e["type"] for e in good(shop.staff.call(
        "list_order_events", id=order["id"]))["data"]]


def test_in_two_parcels(shop):
    """Each takes its own goods; the last one makes the order shipped."""
    one, two = goods.variant(shop, 5), goods.variant(shop, 5)
    order = bought(shop, (one, 3), (two, 1))
    first = send(shop, order, (1, 2), carrier="Correios",
                 tracking_code="BR1", tracking_url="https://x.test/BR1")
    assert (first["number"], first["status"]) == (1, "shipped")
    assert [(i["item_id"], i["quantity"]) for i in first["items"]] == [(1, 2)]
    assert level(shop, one) == (3, 1) and level(shop, two) == (5, 1)
    seen = look(shop, order)
    assert (seen["status"], seen["fulfilment_status"]) \
        == ("paid", "partially_shipped")
    assert progress(seen) == [(2, 0, 0, 0), (0, 0, 0, 0)]
    assert seen in good(shop.staff.call("list_orders", query={
        "fulfilment_status": "partially_shipped"}))["data"]
    problem(send(shop, order, (1, 2), status=409), 409, "not_shippable")
    problem(send(shop, order, (9, 1), status=422), 422, "unknown_item")
    second = send(shop, order)
    assert [(i["item_id"], i["quantity"]) for i in second["items"]] \
        == [(1, 1), (2, 1)]
    seen = look(shop, order)
    assert (seen["status"], seen["fulfilment_status"]) \
        == ("shipped", "shipped")
    assert ledger(shop, one) == [-2, -1] and ledger(shop, two) == [-1]
    problem(send(shop, order, status=409), 409, "illegal_transition")
    act(shop, "deliver", order, first)
    assert look(shop, order)["fulfilment_status"] == "partially_delivered"
    problem(act(shop, "deliver", order, first, 409), 409, "fulfilment_closed")
    act(shop, "deliver", order, second)
    assert look(shop, order)["status"] == "delivered"
    assert types(shop, order)[1:] == [
        "payment.captured", "order.paid", "fulfilment.created",
        "fulfilment.created", "order.shipped", "fulfilment.delivered",
        "fulfilment.delivered", "order.delivered"]
    listed = good(shop.customer.call("list_order_fulfilments",
                                     id=order["id"]))["data"]
    assert [f["status"] for f in listed] == ["delivered", "delivered"]
    assert good(shop.client("customer").call(
        "list_order_fulfilments", id=order["id"]))["data"] == []


def test_canceled_parcel_is_held_again(shop):
    variant = goods.variant(shop, 5)
    order = bought(shop, (variant, 2))
    parcel = send(shop, order)
    assert level(shop, variant) == (3, 0)
    act(shop, "cancel", order, parcel, body={"note": "Voltou"})
    assert level(shop, variant) == (5, 2)
    seen = look(shop, order)
    assert (seen["status"], seen["fulfilment_status"]) \
        == ("paid", "unfulfilled")
    problem(act(shop, "cancel", order, parcel, 409), 409, "fulfilment_closed")
    problem(act(shop, "deliver", order, parcel, 409), 409,
            "fulfilment_closed")
    good(shop.staff.call("ship_order", {"carrier": "X"}, id=order["id"]))
    delivered = good(shop.staff.call("deliver_order", id=order["id"]))
    assert progress(delivered) == [(2, 2, 0, 0)]
    assert ledger(shop, variant) == [-2, 2, -2]
    audit.store(shop)


def test_from_another_place(shop):
    """What was held elsewhere is given back there."""
    variant = goods.variant(shop, 5)
    place = good(shop.staff.call("create_stock_location", {
        "code": key()[:20], "name": "Loja"}), 201)["id"]
    order = bought(shop, (variant, 3))
    problem(send(shop, order, (1, 2), location_id=place, status=409), 409,
            "insufficient_stock", available=0)
    good(shop.staff.call("create_stock_movement", {
        "variant_id": variant, "location_id": place, "kind": "receipt",
        "delta": 4}), 201)
    parcel = send(shop, order, (1, 2), location_id=place)
    assert [i["location_id"] for i in parcel["items"]] == [place]
    assert level(shop, variant) == (5, 1)
    assert level(shop, variant, place) == (2, 0)
    problem(send(shop, order, location_id=999999, status=404), 404,
            "location_not_found")
    good(shop.staff.call("ship_order", {}, id=order["id"]))
    assert level(shop, variant) == (4, 0)
    audit.store(shop)


def test_partly_sent_is_not_canceled(shop):
    order = bought(shop, (goods.variant(shop, 5), 2))
    parcel = send(shop, order, (1, 1))
    body = problem(shop.customer.call("cancel_order", id=order["id"]), 409,
                   "illegal_transition")
    assert body["allowed"] == ["shipped"]
    act(shop, "cancel", order, parcel)
    good(shop.customer.call("cancel_order", id=order["id"]))


def test_tracking_is_put_right(shop):
    order = bought(shop, (goods.variant(shop, 5), 1))
    parcel = send(shop, order)
    body = {"tracking_code": "BR2"}
    path = {"id": order["id"], "fulfilment_id": parcel["id"]}
    problem(shop.staff.call("update_fulfilment", body, headers={
        "if-match": '"9"'}, **path), 412)
    changed = good(shop.staff.call("update_fulfilment", body, headers={
        "if-match": '"1"'}, **path))
    assert (changed["tracking_code"], changed["version"]) == ("BR2", 2)


# --- following an order ------------------------------------------------------

def track(shop, number, email, **headers):
    return shop.anonymous.call("track_order", {"number": number,
                                               "email": email},
                               headers=headers)


def guest_cart(shop, quantity=1):
    variant = goods.variant(shop, 5)
    return good(shop.anonymous.call("create_cart", {"items": [
        {"variant_id": variant, "quantity": quantity}]}), 201)


def guest(shop, cart, token="tok_success", email="Ana@Example.com", **more):
    return shop.anonymous.call("checkout_cart", {
        "customer": {"name": "Ana", "email": email}, **more,
        "payment": {"provider": "test", "flow": "token", "token": token}},
        id=cart["id"])


def test_guest_buys_and_follows(shop):
    cart = guest_cart(shop, 2)
    made = good(guest(shop, cart, shipping_address={
        "street": "Rua A", "city": "Recife"}), 201)
    order = made["order"]
    assert order["status"] == "paid" and order["customer_id"] is None
    assert (order["name"], order["email"]) == ("Ana", "Ana@Example.com")
    send(shop, order, (1, 1), carrier="Correios", tracking_code="BR1")
    seen = good(track(shop, order["number"], "ana@example.COM",
                      accept_language="en"))
    assert (seen["status"], seen["fulfilment_status"],
            seen["payment_status"]) == ("paid", "partially_shipped", "captured")
    parcel, = seen["fulfilments"]
    assert (parcel["carrier"], parcel["tracking_code"]) == ("Correios", "BR1")
    assert parcel["items"] == [{"item_id": 1, "quantity": 1}]
    assert not {"email", "name", "customer_id", "shipping_address"} & {*seen}
    problem(guest(shop, cart), 409, "cart_closed")
    history = good(shop.staff.call("list_order_events", id=order["id"]))
    assert history["data"][0]["type"] == "order.created"
    assert history["data"][0]["actor_id"] is None
    # whoever knows the cart's id acts for the guest
    assert cart["id"] not in json.dumps([history, good(shop.staff.call(
        "get_order", id=order["id"]))])


def test_guest_learns_that_money_is_on_its_way(shop):
    order = good(guest(shop, guest_cart(shop), "tok_late"), 201)["order"]
    seen = good(track(shop, order["number"], "ana@example.com"))
    assert (seen["status"], seen["payment_status"]) == ("pending",
                                                        "processing")


@pytest.mark.parametrize("token,status,left", [
    ("tok_declined", "failed", True), ("tok_success", "captured", False)])
def test_guest_learns_what_a_gift_card_leaves_to_pay(shop, token, status, left):
    """The card took its part; how the rest stands is what he has to know."""
    card = good(shop.staff.call("create_gift_card", {
        "amount": {"amount": 1, "currency": "BRL"}}), 201)
    cart = good(shop.anonymous.call("add_cart_gift_card", {
        "code": card["code"]}, id=guest_cart(shop)["id"]))
    order = good(guest(shop, cart, token), 201)["order"]
    seen = good(track(shop, order["number"], "ana@example.com"))
    assert seen["payment_status"] == status
    assert seen["amount_due"] == {
        **order["total"], "amount": left * (order["total"]["amount"] - 1)}


def test_nobody_learns_who_bought(shop):
    """A wrong number and a wrong address are the same answer."""
    order = good(guest(shop, guest_cart(shop)), 201)["order"]
    answers = [track(shop, order["number"], "bia@example.com"),
               track(shop, 987654321, "ana@example.com")]
    bodies = [problem(a, 404, "order_not_found") for a in answers]
    for body in bodies:
        del body["request_id"]
    assert bodies[0] == bodies[1]


def test_guest_pays_again(shop):
    """The cart is what he is known by; nobody else can touch the order."""
    cart = guest_cart(shop)
    made = good(guest(shop, cart, "tok_declined"), 201)
    assert made["order"]["status"] == "pending"
    pay = {"provider": "test", "flow": "token", "token": "tok_action"}
    for stranger in ({}, {"cart_id": str(uuid.uuid4())}):
        problem(shop.anonymous.call("create_order_payment", {
            **pay, **stranger}, id=made["order"]["id"]), 404,
            "order_not_found")
    mine = {"cart_id": cart["id"]}
    again = good(shop.anonymous.call("create_order_payment", {
        **pay, **mine}, id=made["order"]["id"]), 201)
    path = {"id": again["payment"]["id"]}
    for stranger in ({}, {"cart_id": str(uuid.uuid4())}):
        problem(shop.anonymous.call("confirm_payment", {
            **stranger, "outcome": "approve"}, **path), 404,
            "payment_not_found")
    problem(shop.client("customer").call("confirm_payment", {
        **mine, "outcome": "approve"}, **path), 404, "payment_not_found")
    done = good(shop.anonymous.call("confirm_payment", {
        **mine, "outcome": "approve"}, **path))
    assert done["status"] == "captured"
    assert look(shop, made["order"])["status"] == "paid"


def test_guest_repeats_his_key(shop):
    cart, name = guest_cart(shop), {"idempotency-key": key()}
    body = {"customer": {"name": "Ana", "email": "ana@example.com"},
            "payment": {"provider": "test", "flow": "token",
                        "token": "tok_success"}}
    first, second = (shop.anonymous.call("checkout_cart", body, headers=name,
                                         id=cart["id"]) for _ in range(2))
    assert good(first, 201) == good(second, 201)
    assert second.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("role, customer, code", [
    (None, None, "required"), ("customer", True, "not_allowed")])
def test_who_gives_a_name(shop, role, customer, code):
    body = {"payment": {"provider": "test", "flow": "token",
                        "token": "tok_success"}}
    if customer:
        body["customer"] = {"name": "Ana", "email": "ana@example.com"}
    answer = problem(shop.client(role).call(
        "checkout_cart", body, id=guest_cart(shop)["id"]), 422,
        "validation_failed")
    assert answer["errors"][0] == {"pointer": "/customer", "code": code}


def test_cart_of_a_customer_is_nobody_elses(shop):
    """Not a guest's either, who knows its id."""
    variant = goods.variant(shop, 5)
    owner = shop.client("customer")
    cart = good(owner.call("create_cart", {"items": [
        {"variant_id": variant, "quantity": 1}]}), 201)
    problem(guest(shop, cart), 404, "cart_not_found")
    made = good(owner.call("checkout_cart", {"payment": {
        "provider": "test", "flow": "token", "token": "tok_success"}},
        id=cart["id"]), 201)
    assert made["order"]["customer_id"] == owner.sub
