"""How the statuses of parcels, returns and backorders come about."""

from kit import goods
from kit.client import good

from .recipes import recipe
from .recipes_store import STALE

# --- fulfilments -----------------------------------------------------------

def paid_order(shop, quantity=2):
    made = good(shop.customer.call("checkout", {
        **goods.items((goods.variant(shop, 5), quantity)),
        "payment": {"provider": "test", "flow": "token",
                    "token": "tok_success"}}), 201)
    return made["order"]


def parcel(shop, **more):
    order = paid_order(shop)
    made = good(shop.staff.call("create_order_fulfilment", more,
                                id=order["id"]), 201)
    return {"id": order["id"], "fulfilment_id": made["id"]}


@recipe("create_order_fulfilment", 201)
def send_order(shop):
    return shop.staff.call("create_order_fulfilment", {},
                           id=paid_order(shop)["id"])


@recipe("create_order_fulfilment", 409)
def send_too_much(shop):
    return shop.staff.call("create_order_fulfilment", {
        "items": [{"item_id": 1, "quantity": 3}]}, id=paid_order(shop)["id"])


@recipe("list_order_fulfilments", 200)
def list_parcels(shop):
    return shop.staff.call("list_order_fulfilments", id=parcel(shop)["id"])


for verb, text in (("update_fulfilment", {"carrier": "Correios"}),
                   ("deliver_fulfilment", {}), ("cancel_fulfilment", {})):
    recipe(verb, 200)(lambda shop, operation=verb, body=text: shop.staff.call(
        operation, body, **parcel(shop)))
    recipe(verb, 412)(lambda shop, operation=verb, body=text: shop.staff.call(
        operation, body, headers=STALE, **parcel(shop)))


for verb in ("update_fulfilment", "deliver_fulfilment", "cancel_fulfilment"):
    def closed(shop, operation=verb):
        path = parcel(shop)
        good(shop.staff.call("cancel_fulfilment", {}, **path))
        return shop.staff.call(operation, {"carrier": "X"} if operation
                               == "update_fulfilment" else {}, **path)
    recipe(verb, 409)(closed)


@recipe("track_order", 200)
def follow(shop):
    order = paid_order(shop)
    shop.query("store", "update core.orders set email = 'ana@example.com'"
                        " where id = %s", order["id"])
    return shop.anonymous.call("track_order", {
        "number": order["number"], "email": "ana@example.com"})


@recipe("track_order", 404)
def follow_nothing(shop):
    return shop.anonymous.call("track_order", {
        "number": 1, "email": "ana@example.com"})


@recipe("track_order", 429)
def follow_often(shop):
    for _ in range(120):
        answer = follow_nothing(shop)
        if answer.status_code == 429:
            break
    return answer


recipe("get_order_receipt", 200)(lambda shop: shop.staff.call(
    "get_order_receipt", id=paid_order(shop)["id"]))


@recipe("reduce_order", 200)
def give_up(shop):
    return shop.staff.call("reduce_order", {}, id=paid_order(shop)["id"])


@recipe("reduce_order", 409)
def give_up_nothing(shop):
    order = paid_order(shop)
    good(shop.staff.call("ship_order", {}, id=order["id"]))
    return shop.staff.call("reduce_order", {}, id=order["id"])


@recipe("reduce_order", 412)
def give_up_something_else(shop):
    return shop.staff.call("reduce_order", {}, headers={"if-match": '"77"'},
                           id=paid_order(shop)["id"])


def edit(shop, body, order=None, **more):
    return shop.staff.call("edit_order", body, **more,
                           id=(order or paid_order(shop))["id"])


LESS = {"items": [{"item_id": 1, "quantity": 1}]}

recipe("edit_order", 200)(lambda shop: edit(shop, LESS))
recipe("edit_order", 409)(lambda shop: edit(
    shop, {"items": [{"item_id": 1, "quantity": 3}]}))
recipe("edit_order", 412)(lambda shop: edit(shop, LESS, headers=STALE))
recipe("edit_order", 422)(lambda shop: edit(
    shop, {"items": [{"item_id": 2, "quantity": 1}]}))


# --- returns ---------------------------------------------------------------

def returned(shop, agreed=True):
    """{order, return} of something that was delivered."""
    order = paid_order(shop)
    good(shop.staff.call("ship_order", {}, id=order["id"]))
    good(shop.staff.call("deliver_order", {}, id=order["id"]))
    client = shop.staff if agreed else shop.customer
    made = good(client.call("create_order_return", {
        "items": [{"item_id": 1, "quantity": 1}]}, id=order["id"]), 201)
    return {"id": order["id"], "return_id": made["id"]}


def guests(shop, days=0):
    """What a guest asks back that was delivered so many days ago."""
    order = paid_order(shop)
    good(shop.staff.call("ship_order", {}, id=order["id"]))
    good(shop.staff.call("deliver_order", {}, id=order["id"]))
    shop.query("store", "update core.orders set email = 'ana@example.com',"
                        " customer_id = null where id = %s", order["id"])
    shop.query("store", "update core.fulfilment set delivered_at = now() -"
                        " %s * interval '1 day' where order_id = %s", days,
               order["id"])
    return {"number": order["number"], "email": "Ana@example.com",
            "items": [{"item_id": 1, "quantity": 1}]}


recipe("request_return", 201)(lambda shop: shop.anonymous.call(
    "request_return", guests(shop)))
recipe("request_return", 409)(lambda shop: shop.anonymous.call(
    "request_return", guests(shop, 31)))
recipe("request_return", 404)(lambda shop: shop.anonymous.call(
    "request_return", {**guests(shop), "email": "bia@example.com"}))


def asked_back(shop):
    asked = guests(shop)
    good(shop.anonymous.call("request_return", asked), 201)
    return {"number": asked["number"], "email": asked["email"], "return": 1}


recipe("withdraw_return", 200)(lambda shop: shop.anonymous.call(
    "withdraw_return", asked_back(shop)))
recipe("withdraw_return", 404)(lambda shop: shop.anonymous.call(
    "withdraw_return", {**asked_back(shop), "return": 2}))


@recipe("withdraw_return", 409)
def keep_it_twice(shop):
    asked = asked_back(shop)
    good(shop.anonymous.call("withdraw_return", asked))
    return shop.anonymous.call("withdraw_return", asked)


@recipe("withdraw_return", 429)
def keep_it_often(shop):
    for _ in range(120):
        answer = shop.anonymous.call("withdraw_return", {
            "number": 1, "email": "ana@example.com", "return": 1})
        if answer.status_code == 429:
            break
    return answer


@recipe("request_return", 429)
def ask_back_often(shop):
    for _ in range(120):
        answer = shop.anonymous.call("request_return", {
            "number": 1, "email": "ana@example.com",
            "items": [{"item_id": 1, "quantity": 1}]})
        if answer.status_code == 429:
            break
    return answer


@recipe("create_order_return", 201)
def give_back(shop):
    order = {"id": returned(shop)["id"]}
    return shop.staff.call("create_order_return", {
        "items": [{"item_id": 1, "quantity": 1}]}, **order)


@recipe("create_order_return", 409)
def give_back_too_much(shop):
    order = {"id": returned(shop)["id"]}
    return shop.staff.call("create_order_return", {
        "items": [{"item_id": 1, "quantity": 2}]}, **order)


recipe("list_returns", 200)(lambda shop: shop.staff.call(
    "list_returns", query={"status": "requested"}))


@recipe("list_order_returns", 200)
def list_returns(shop):
    return shop.staff.call("list_order_returns", id=returned(shop)["id"])


for verb in ("approve", "reject", "cancel", "receive", "exchange"):
    def agree(shop, operation=verb + "_return", headers=None):
        return shop.staff.call(operation, {}, headers=headers, **returned(
            shop, operation != "approve_return"))

    def closed_return(shop, operation=verb + "_return"):
        path = returned(shop)
        good(shop.staff.call("cancel_return", {}, **path))
        return shop.staff.call(operation, {}, **path)
    recipe(verb + "_return", 201 if verb == "exchange" else 200)(agree)
    recipe(verb + "_return", 409)(closed_return)
    recipe(verb + "_return", 412)(lambda shop, ask=agree: ask(
        shop, headers=STALE))


recipe("list_shortfalls", 200)(lambda shop: shop.staff.call(
    "list_shortfalls"))
recipe("set_backorder", 200)(lambda shop: shop.staff.call(
    "set_backorder", {"backorder": "allow"},
    variant_id=goods.variant(shop, 1)))
