"""Goods that come back: who may ask, what is counted, what is sent for them."""

import pytest

from api.recipes_orders import guests
from api.test_fulfilments import act, bought, level, look, progress, send, types
from kit import audit, goods
from kit.client import good, problem


def delivered(shop, *lines, **more):
    order = bought(shop, *lines, **more)
    act(shop, "deliver", order, send(shop, order))
    return order


def ask(shop, order, *lines, client=None, status=201, **more):
    answer = (client or shop.customer).call("create_order_return", {
        "items": [{"item_id": item, "quantity": quantity}
                  for item, quantity in lines], **more}, id=order["id"])
    return good(answer, 201) if status == 201 else answer


def then(shop, verb, order, back, body=None, status=200, client=None):
    answer = (client or shop.staff).call(
        verb + "_return", body or {}, id=order["id"], return_id=back["id"])
    return good(answer, status) if status < 400 else answer


def kinds(shop, variant):
    return [(row["kind"], row["delta"]) for row in shop.query(
        "store", "select kind, delta from core.stock_movement where"
                 " variant_id = %s and kind in ('return', 'damage', 'loss')"
                 " order by id", variant)]


def test_asked_agreed_and_received(shop):
    """One goes on sale again, the other is written off; money goes back."""
    variant = goods.variant(shop, 5)
    order = delivered(shop, (variant, 3))
    back = ask(shop, order, (1, 2), reason="Não serviu")
    assert (back["status"], back["number"]) == ("requested", 1)
    assert progress(look(shop, order)) == [(3, 3, 2, 0)]
    assert back in good(shop.staff.call("list_returns", query={
        "status": "requested"}))["data"]
    wrong = problem(ask(shop, order, (1, 2), status=409), 409,
                    "not_returnable")
    assert wrong["errors"][0]["available"] == 1
    problem(refund_of(shop, order, back), 409, "return_not_received")
    assert then(shop, "approve", order, back)["status"] == "approved"
    problem(then(shop, "approve", order, back, status=409), 409,
            "return_closed")
    got = then(shop, "receive", order, back, {"items": [
        {"item_id": 1, "quantity": 1},
        {"item_id": 1, "quantity": 1, "restock": False}], "loss": "loss"})
    assert [(i["received"], i["restocked"]) for i in got["items"]] == [(2, 1)]
    assert kinds(shop, variant) == [("return", 1), ("loss", -1),
                                    ("return", 1)]
    assert level(shop, variant) == (3, 0)
    made = good(refund_of(shop, order, back), 201)
    assert made["amount"]["amount"] == 2 * 1999
    assert [(i["item_id"], i["quantity"]) for i in made["items"]] == [(1, 2)]
    problem(refund_of(shop, order, back), 409, "already_refunded")
    listed, = good(shop.customer.call("list_order_returns",
                                      id=order["id"]))["data"]
    assert listed["refunded"]["amount"] == 2 * 1999
    assert look(shop, order)["status"] == "partially_refunded"
    assert [kind for kind in types(shop, order) if "return" in kind] == [
        "return.requested", "return.approved", "return.received"]
    audit.store(shop)


def refund_of(shop, order, back, **more):
    return shop.staff.call("create_order_refund", {
        "return_id": back["id"], **more}, id=order["id"])


def test_what_did_not_come_may_be_asked_back_again(shop):
    order = delivered(shop, (goods.variant(shop, 5), 3))
    back = ask(shop, order, (1, 3))
    then(shop, "receive", order, back, {"items": [
        {"item_id": 1, "quantity": 1}]})
    assert progress(look(shop, order)) == [(3, 3, 1, 0)]
    again = ask(shop, order, (1, 2))
    assert again["number"] == 2
    problem(then(shop, "receive", order, again, {"items": [
        {"item_id": 1, "quantity": 3}]}, 409), 409, "not_returnable")
    problem(then(shop, "receive", order, again, {"items": [
        {"item_id": 2, "quantity": 1}]}, 422), 422, "unknown_item")


@pytest.mark.parametrize("verb", ["reject", "cancel"])
def test_called_off(shop, verb):
    """Its units may be given back another time."""
    order = delivered(shop, (goods.variant(shop, 5), 1))
    back = ask(shop, order, (1, 1))
    stranger = shop.client("customer")
    problem(then(shop, "cancel", order, back, status=404, client=stranger),
            404, "order_not_found")
    client = shop.customer if verb == "cancel" else shop.staff
    assert then(shop, verb, order, back, client=client)["version"] == 2
    problem(then(shop, "receive", order, back, status=409), 409,
            "return_closed")
    assert ask(shop, order, (1, 1))["number"] == 2


def test_only_what_was_delivered_and_in_time(shop):
    order = bought(shop, (goods.variant(shop, 5), 2))
    first = send(shop, order, (1, 1))
    problem(ask(shop, order, (1, 1), status=409), 409, "return_too_late")
    problem(ask(shop, order, (1, 1), client=shop.staff, status=409), 409,
            "not_returnable")
    act(shop, "deliver", order, first)
    problem(ask(shop, order, (1, 2), status=409), 409, "not_returnable")
    problem(ask(shop, order, (7, 1), status=422), 422, "unknown_item")
    shop.query("store", "update core.fulfilment set delivered_at = now() -"
                        " interval '31 days' where id = %s", first["id"])
    problem(ask(shop, order, (1, 1), status=409), 409, "return_too_late")
    back = ask(shop, order, (1, 1), client=shop.staff)
    assert back["status"] == "approved"
    problem(ask(shop, order, (1, 1), client=shop.client("customer"),
                status=404), 404, "order_not_found")


def test_exchange(shop):
    """An order of its own, paid with what came back; no money goes then."""
    small, large = goods.variant(shop, 5), goods.variant(shop, 5, 9900)
    order = delivered(shop, (small, 2))
    back = ask(shop, order, (1, 2))
    problem(then(shop, "exchange", order, back, status=409), 409,
            "return_closed")
    then(shop, "receive", order, back)
    swap = {"items": [{"item_id": 1, "variant_id": large}]}
    done = then(shop, "exchange", order, back, swap, 201)
    sent = look(shop, {"id": done["exchange_order_id"]})
    assert (sent["status"], sent["payment_method"]) == ("paid", "exchange")
    assert sent["customer_id"] == order["customer_id"]
    assert [(i["variant_id"], i["quantity"]) for i in sent["items"]] \
        == [(large, 2)]
    assert sent["total"] == order["total"]
    assert level(shop, large) == (5, 2) and level(shop, small) == (5, 0)
    problem(then(shop, "exchange", order, back, swap, 409), 409,
            "already_exchanged", order_id=sent["id"])
    problem(refund_of(shop, order, back), 409, "already_refunded")
    good(shop.staff.call("ship_order", {}, id=sent["id"]))
    audit.store(shop)


def test_exchange_for_what_is_not_there(shop):
    order = delivered(shop, (goods.variant(shop, 5), 1))
    back = ask(shop, order, (1, 1), client=shop.staff)
    body = {"items": [{"item_id": 1, "variant_id": goods.variant(shop, 0)}]}
    problem(then(shop, "exchange", order, back, body, 409), 409,
            "insufficient_stock")
    assert then(shop, "exchange", order, back, None, 201)["exchange_order_id"]


def test_a_guest_asks_by_number_and_address(shop):
    """And sees what becomes of it; whose order is an account's logs in."""
    asked = guests(shop)
    made = good(shop.anonymous.call("request_return", asked), 201)
    assert (made["status"], made["number"]) == ("requested", 1)
    problem(shop.anonymous.call("request_return", {**asked, "items": [
        {"item_id": 1, "quantity": 2}]}), 409, "not_returnable")
    row, = [r for r in good(shop.staff.call("list_returns", query={
        "status": "requested", "limit": 200}))["data"] if r["order_id"] ==
        good(shop.staff.call("get_order", id=asked["number"]))["id"]]
    then(shop, "approve", {"id": row["order_id"]}, row)
    who = {"number": asked["number"], "email": asked["email"]}
    assert [r["status"] for r in good(shop.anonymous.call(
        "track_order", who))["returns"]] == ["approved"]
    # and may keep it after all, then ask again
    problem(shop.anonymous.call("withdraw_return", {
        **who, "email": "bia@example.com", "return": 1}), 404,
        "order_not_found")
    problem(shop.anonymous.call("withdraw_return", {**who, "return": 2}), 404,
            "return_not_found")
    kept = good(shop.anonymous.call("withdraw_return", {**who, "return": 1}))
    assert (kept["number"], kept["status"]) == (1, "canceled")
    problem(shop.anonymous.call("withdraw_return", {**who, "return": 1}), 409,
            "return_closed", return_status="canceled")
    assert good(shop.anonymous.call("request_return", asked), 201)[
        "number"] == 2
    order = delivered(shop, (goods.variant(shop, 5), 1))
    problem(shop.anonymous.call("request_return", {
        "number": order["number"], "email": "customer@shop.test",
        "items": [{"item_id": 1, "quantity": 1}]}), 404, "order_not_found")
