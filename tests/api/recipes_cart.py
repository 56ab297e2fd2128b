"""How the statuses of carts come about."""

from kit import goods
from kit.client import good, key

from .recipes import recipe
from .recipes_pricing import asked, name
from .recipes_store import STALE, fresh, held


def cart(shop, client=None, on_hand=5):
    """A cart with two of something."""
    return good((client or shop.anonymous).call("create_cart", {"items": [
        {"variant_id": goods.variant(shop, on_hand), "quantity": 2}]}))


def coupon(shop, **more):
    return good(shop.staff.call("create_promotion", {
        "code": name(), "name": "Cupom", "kind": "percent",
        "rate_ppm": 100000, **more}), 201)["code"]


def ordered(shop):
    """A cart that has become an order."""
    made = cart(shop)
    shop.query("store", "update core.cart set status = 'ordered',"
               " order_id = gen_random_uuid() where id = %s", made["id"])
    return made


def first(made):
    return {"id": made["id"], "variant_id": made["items"][0]["variant_id"]}


recipe("create_cart", 201)(
    lambda shop: shop.anonymous.call("create_cart", asked(shop)))


@recipe("create_cart", 200)
def create_cart_again(shop):
    client = shop.client("customer")
    good(client.call("create_cart", {}), 201)
    return client.call("create_cart", asked(shop))


@recipe("create_cart", 422)
def create_cart_of_nothing(shop):
    return shop.anonymous.call("create_cart", {"items": [
        {"variant_id": 999999999, "quantity": 1}]})


def on_cart(operation, body=None, item=False, code=200, path=None):
    """The statuses that every change of a cart has."""
    def ask(shop, made, headers=None):
        where = {"id": made["id"], **(path or {})}
        if item:
            where["variant_id"] = made["items"][0]["variant_id"]
        text = body(shop) if callable(body) else body
        return shop.anonymous.call(operation, text, headers=headers, **where)

    def done(shop):
        made = cart(shop)
        return ask(shop, made, fresh(made))

    recipe(operation, code)(done)
    recipe(operation, 409)(lambda shop: ask(shop, ordered(shop)))
    recipe(operation, 412)(lambda shop: ask(shop, cart(shop), STALE))


on_cart("update_cart", {"destination": {"postal_code": "01310-100"},
                        "shipping_method": "padrao"})
on_cart("delete_cart", code=204)
on_cart("add_cart_item", lambda shop: asked(shop)["items"][0])
on_cart("update_cart_item", {"quantity": 3}, item=True)
on_cart("delete_cart_item", item=True)
on_cart("add_cart_coupon", lambda shop: {"code": coupon(shop)})
on_cart("remove_cart_coupon", path={"code": "X"})
on_cart("reserve_cart")
on_cart("release_cart")

recipe("add_cart_item", 422)(lambda shop: shop.anonymous.call(
    "add_cart_item", {"variant_id": 999999999, "quantity": 1},
    id=cart(shop)["id"]))
recipe("add_cart_coupon", 422)(lambda shop: shop.anonymous.call(
    "add_cart_coupon", {"code": name()}, id=cart(shop)["id"]))
recipe("get_cart", 200)(lambda shop: shop.anonymous.call(
    "get_cart", id=cart(shop)["id"]))
recipe("quote_cart", 200)(lambda shop: shop.anonymous.call(
    "quote_cart", {"destination": {"country": "BR", "state": "RJ"}},
    id=cart(shop)["id"]))
recipe("list_cart_shipping_options", 200)(lambda shop: shop.anonymous.call(
    "list_cart_shipping_options", query={"postal_code": "20000-000"},
    id=cart(shop)["id"]))
recipe("merge_cart", 200)(lambda shop: shop.client("customer").call(
    "merge_cart", id=cart(shop)["id"]))
recipe("list_abandoned_carts", 200)(lambda shop: shop.staff.call(
    "list_abandoned_carts", query={"hours": 0}))


@recipe("merge_cart", 409)
def merge_held(shop):
    return held(shop, "merge_cart", id=cart(shop)["id"])


def key_reused(operation):
    """One key for two carts."""
    def ask(shop):
        headers = {"idempotency-key": key()}
        client = shop.client("customer")
        for made in (cart(shop), cart(shop)):
            answer = client.call(operation, headers=headers, id=made["id"])
        return answer
    recipe(operation, 422)(ask)


key_reused("merge_cart")
key_reused("reserve_cart")


@recipe("add_cart_coupon", 429)
def try_coupons(shop):
    made = cart(shop)
    for _ in range(200):
        answer = shop.anonymous.call("add_cart_coupon", {"code": "NADA"},
                                     id=made["id"])
        if answer.status_code == 429:
            break
    return answer


@recipe("reserve_cart", 429)
def reserve_often(shop):
    made = cart(shop)
    for _ in range(250):
        answer = shop.anonymous.call("reserve_cart", id=made["id"])
        if answer.status_code == 429:
            break
    return answer
