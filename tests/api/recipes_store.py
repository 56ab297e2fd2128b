"""How the statuses of catalogue, stock and orders come about."""

import uuid

from kit import goods
from kit.client import good, key

from .recipes import recipe

STALE = {"if-match": '"99"'}
BRL = {"amount": 1500, "currency": "BRL"}


def held(shop, operation, body=None, **path):
    """Asks under a key that somebody else's transaction is writing."""
    name, client = key(), shop.client("admin")
    with shop.cluster.connect(shop.copies["store"]) as connection:
        with connection.transaction():
            connection.execute(
                "insert into core.idempotency (scope, operation, key,"
                " fingerprint) values (%s, %s, %s, 'x')",
                [client.sub, operation, name])
            return client.call(operation, body, headers={
                "idempotency-key": name}, **path)


def fresh(thing):
    """If-Match for the version in hand."""
    return {"if-match": '"%d"' % thing["version"]}


def sku_of(product):
    return product["variants"][0]["sku"]


# --- categories ---------------------------------------------------------

def category(shop, **more):
    return good(shop.staff.call("create_category", {
        "name": "Seção " + key(), **more}), 201)


def on_category(operation, status, body, child=False):
    """PUT, PATCH or DELETE of a category, its own or a stale version."""
    def ask(shop):
        made = category(shop)
        if child:
            category(shop, parent_id=made["id"])
        return shop.staff.call(operation, body, headers=(
            STALE if status == 412 else fresh(made)), id=made["id"])
    recipe(operation, status)(ask)


for verb, text in (("replace_category", {"name": "Outra"}),
                   ("update_category", {"name": "Outra"}),
                   ("delete_category", None)):
    on_category(verb, 412, text)
    on_category(verb, 200 if text else 204, text)
on_category("delete_category", 409, None, child=True)


@recipe("replace_category", 409)
def replace_category_slug(shop):
    other = category(shop)
    return shop.staff.call("replace_category", {
        "name": "A", "slug": other["slug"]}, id=category(shop)["id"])


@recipe("update_category", 409)
def update_category_cycle(shop):
    top = category(shop)
    below = category(shop, parent_id=top["id"])
    return shop.staff.call("update_category", {"parent_id": below["id"]},
                           headers=fresh(top), id=top["id"])


@recipe("create_category", 409)
def create_category_slug(shop):
    return shop.staff.call("create_category", {
        "name": "A", "slug": category(shop)["slug"]})


@recipe("create_category", 201)
def create_category(shop):
    return shop.staff.call("create_category", {"name": "Nova " + key()})


@recipe("get_category_tree", 404)
def tree_of_nothing(shop):
    return shop.anonymous.call("get_category_tree",
                               query={"root": "nao-existe"})


# --- products -----------------------------------------------------------

@recipe("list_products", 403)
def drafts_for_customers(shop):
    return shop.anonymous.call("list_products", query={"status": "draft"})


@recipe("create_product", 201)
def create_product(shop):
    return shop.staff.call("create_product", {
        "name": "Chá", "sku": key(), "price": BRL})


@recipe("create_product", 409)
def create_product_sku(shop):
    return shop.staff.call("create_product", {
        "name": "Chá", "sku": sku_of(goods.product(shop)), "price": BRL})


def on_product(operation, status, body, **headers):
    def ask(shop):
        made = goods.product(shop)
        chosen = headers.get("headers", fresh(made))
        return shop.staff.call(operation, body, headers=chosen,
                               id=made["id"])
    recipe(operation, status)(ask)


on_product("replace_product", 200, {"name": "Chá preto", "price": BRL})
on_product("replace_product", 412, {"name": "A", "price": BRL},
           headers=STALE)
on_product("replace_product", 428, {"name": "A", "price": BRL}, headers={})
on_product("update_product", 200, {"name": "Chá preto"})
on_product("update_product", 412, {"name": "A"}, headers=STALE)
on_product("update_product", 428, {"price": BRL}, headers={})
on_product("delete_product", 204, None)
on_product("delete_product", 412, None, headers=STALE)
on_product("archive_product", 200, None)
on_product("archive_product", 412, None, headers=STALE)
on_product("replace_related", 412, {"product_ids": []}, headers=STALE)
on_product("create_image", 201, {"url": "/media/a.svg"})


@recipe("replace_related", 200)
def replace_related(shop):
    return shop.staff.call("replace_related", {
        "product_ids": [goods.product(shop)["id"]]},
        id=goods.product(shop)["id"])


for verb, text in (("replace_product", {"name": "A", "price": BRL}),
                   ("update_product", {})):
    def taken(shop, operation=verb, body=text):
        made, other = goods.product(shop), goods.product(shop)
        return shop.staff.call(operation, {**body, "sku": sku_of(other)},
                               headers=fresh(made), id=made["id"])
    recipe(verb, 409)(taken)


@recipe("delete_product", 409)
def delete_stocked(shop):
    made = goods.product(shop, 5)
    return shop.staff.call("delete_product", headers=fresh(made),
                           id=made["id"])


@recipe("archive_product", 409)
def archive_held(shop):
    return held(shop, "archive_product", id=goods.product(shop)["id"])


@recipe("archive_product", 422)
def archive_key_reused(shop):
    headers = {"idempotency-key": key()}
    for made in (goods.product(shop), goods.product(shop)):
        answer = shop.staff.call("archive_product", headers=headers,
                                 id=made["id"])
    return answer


@recipe("upsert_product", 201)
def upsert_new(shop):
    return shop.staff.call("upsert_product", {
        "name": "Mel", "sku": key(), "price": BRL})


@recipe("upsert_product", 200)
def upsert_known(shop):
    return shop.staff.call("upsert_product", {
        "name": "Mel", "sku": sku_of(goods.product(shop)), "price": BRL})


@recipe("upsert_product", 409)
def upsert_slug(shop):
    return shop.staff.call("upsert_product", {
        "name": "Mel", "sku": key(), "price": BRL,
        "slug": goods.product(shop)["slug"]})


@recipe("batch_products", 200)
def batch(shop):
    return shop.staff.call("batch_products", {"products": [
        {"name": "Mel", "sku": key(), "price": BRL}]})


@recipe("batch_products", 409)
def batch_held(shop):
    return held(shop, "batch_products", {"products": [
        {"name": "Mel", "sku": key(), "price": BRL}]})


# --- variants and images ------------------------------------------------

def reading(operation, *more):
    """A GET below a product that exists."""
    def ask(shop):
        made = goods.product(shop, 1)
        values = {"id": made["id"]}
        if "variant" in more:
            values["variant_id"] = made["variants"][0]["id"]
        if "image" in more:
            values["image_id"] = image(shop, made)["id"]
        return shop.anonymous.call(operation, **values)
    recipe(operation, 200)(ask)


def image(shop, product):
    return good(shop.staff.call("create_image", {"url": "/media/a.svg"},
                                id=product["id"]), 201)


for verb in ("get_product", "list_related", "list_variants", "list_images",
             "get_product_availability"):
    reading(verb)
reading("get_variant", "variant")
reading("get_image", "image")


@recipe("get_category", 200)
def get_category(shop):
    return shop.anonymous.call("get_category", id=category(shop)["id"])


@recipe("create_variant", 201)
def create_variant(shop):
    return shop.staff.call("create_variant", {"sku": key(), "price": BRL},
                           id=goods.product(shop)["id"])


@recipe("create_variant", 409)
def create_variant_sku(shop):
    made = goods.product(shop)
    return shop.staff.call("create_variant", {
        "sku": sku_of(made), "price": BRL}, id=made["id"])


@recipe("create_image", 409)
def create_image_held(shop):
    return held(shop, "create_image", {"url": "/media/a.svg"},
                id=goods.product(shop)["id"])


def on_variant(operation, status, body, headers=None, stock=None):
    def ask(shop):
        made = goods.product(shop)
        variant = good(shop.staff.call("create_variant", {
            "sku": key(), "price": BRL, **(stock or {})}, id=made["id"]),
            201)
        text = dict(body) if body is not None else None
        if text and text.get("sku") == "TAKEN":
            text["sku"] = sku_of(made)
        current = good(shop.anonymous.call(
            "get_variant", id=made["id"], variant_id=variant["id"]))
        return shop.staff.call(
            operation, text, id=made["id"], variant_id=variant["id"],
            headers=fresh(current) if headers is None else headers)
    recipe(operation, status)(ask)


on_variant("replace_variant", 200, {"sku": "V-%s" % key(), "price": BRL})
on_variant("replace_variant", 409, {"sku": "TAKEN", "price": BRL})
on_variant("replace_variant", 412, {"sku": "A", "price": BRL}, STALE)
on_variant("replace_variant", 428, {
    "sku": "A", "price": {"amount": 1, "currency": "BRL"}}, {})
on_variant("update_variant", 200, {"name": "Grande"})
on_variant("update_variant", 409, {"sku": "TAKEN"})
on_variant("update_variant", 412, {"name": "A"}, STALE)
on_variant("update_variant", 428, {"price": {"amount": 1,
                                             "currency": "BRL"}}, {})
on_variant("delete_variant", 204, None)
on_variant("delete_variant", 412, None, STALE)
on_variant("delete_variant", 409, None, stock={"stock": {"on_hand": 3}})


def on_image(operation, status, body, headers):
    def ask(shop):
        made = goods.product(shop)
        return shop.staff.call(operation, body, headers=headers,
                               id=made["id"], image_id=image(
                                   shop, made)["id"])
    recipe(operation, status)(ask)


on_image("update_image", 200, {"alt": "Uma xícara"}, {})
on_image("update_image", 412, {"alt": "A"}, STALE)
on_image("delete_image", 204, None, {})
on_image("delete_image", 412, None, STALE)


@recipe("update_image", 409)
def update_image_held(shop):
    made = goods.product(shop)
    return held(shop, "update_image", {"alt": "A"}, id=made["id"],
                image_id=image(shop, made)["id"])


# --- stock --------------------------------------------------------------

def moving(operation, status, body):
    """A change of the stock of a variant that has 10."""
    def ask(shop):
        variant = goods.variant(shop, 10)
        return shop.staff.call(operation, body(shop, variant))
    recipe(operation, status)(ask)


def place(shop):
    return good(shop.staff.call("create_stock_location", {
        "code": "l" + key()[:8], "name": "Loja"}), 201)


moving("create_stock_movement", 201, lambda shop, variant: {
    "variant_id": variant, "kind": "receipt", "delta": 1})
moving("create_stock_movement", 409, lambda shop, variant: {
    "variant_id": variant, "kind": "issue", "delta": -11})
moving("create_stock_movement", 404, lambda shop, variant: {
    "variant_id": variant, "location_id": 999999999, "kind": "receipt",
    "delta": 1})
moving("transfer_stock", 200, lambda shop, variant: {
    "variant_id": variant, "from_location_id": 1, "quantity": 1,
    "to_location_id": place(shop)["id"]})
moving("transfer_stock", 409, lambda shop, variant: {
    "variant_id": variant, "from_location_id": 1, "quantity": 11,
    "to_location_id": place(shop)["id"]})
moving("transfer_stock", 404, lambda shop, variant: {
    "variant_id": variant, "from_location_id": 1, "quantity": 1,
    "to_location_id": 999999999})
moving("count_stock", 200, lambda shop, variant: {
    "lines": [{"variant_id": variant, "quantity": 4}]})
moving("count_stock", 404, lambda shop, variant: {
    "location_id": 999999999,
    "lines": [{"variant_id": variant, "quantity": 4}]})


@recipe("count_stock", 409)
def count_below_reserved(shop):
    variant = goods.variant(shop, 10)
    good(shop.customer.call("place_order", goods.items((variant, 5))), 201)
    return shop.staff.call("count_stock", {
        "lines": [{"variant_id": variant, "quantity": 1}]})


def on_level(operation, status, body, stale=False, reserve=0):
    def ask(shop):
        where = {"variant_id": goods.variant(shop, 10), "location_id": 1}
        if reserve:
            good(shop.customer.call("place_order", goods.items(
                (where["variant_id"], reserve))), 201)
        level = good(shop.staff.call("get_stock_level", **where))
        return shop.staff.call(operation, body, headers=(
            STALE if stale else fresh(level)), **where)
    recipe(operation, status)(ask)


on_level("set_stock_level", 200, {"on_hand": 3})
on_level("set_stock_level", 412, {"on_hand": 3}, stale=True)
on_level("set_stock_level", 409, {"on_hand": 3}, reserve=5)
on_level("get_stock_level", 200, None)


@recipe("create_stock_location", 201)
def create_location(shop):
    return shop.staff.call("create_stock_location", {
        "code": "l" + key()[:8], "name": "Loja"})


@recipe("create_stock_location", 409)
def create_location_code(shop):
    return shop.staff.call("create_stock_location", {
        "code": place(shop)["code"], "name": "Loja"})


@recipe("update_stock_location", 200)
def update_location(shop):
    return shop.staff.call("update_stock_location", {"name": "Outra"},
                           id=place(shop)["id"])


@recipe("update_stock_location", 409)
def update_location_code(shop):
    return shop.staff.call("update_stock_location", {
        "code": place(shop)["code"]}, id=place(shop)["id"])


@recipe("update_stock_location", 412)
def update_location_stale(shop):
    return shop.staff.call("update_stock_location", {"name": "Outra"},
                           headers=STALE, id=place(shop)["id"])


# --- orders -------------------------------------------------------------

def order(shop, client=None, quantity=1):
    return good((client or shop.customer).call("place_order", goods.items(
        (goods.variant(shop, 10), quantity))), 201)


@recipe("place_order", 201)
def place_order(shop):
    return shop.customer.call("place_order", goods.items(
        (goods.variant(shop, 10), 1)))


@recipe("place_order", 409)
def place_order_too_many(shop):
    return shop.customer.call("place_order", goods.items(
        (goods.variant(shop, 10), 11)))


def on_order(operation, status, body=None, path=(), stale=False):
    """An order that has gone the path, then the operation."""
    def ask(shop):
        made = order(shop)
        for step in path:
            good(shop.staff.call(step, id=made["id"]))
        current = good(shop.staff.call("get_order", id=made["id"]))
        return shop.staff.call(operation, body, id=made["id"], headers=(
            STALE if stale else fresh(current)))
    recipe(operation, status)(ask)


SHIPPED = ("pay_order", "ship_order")
for verb, text, before, against in (
        ("set_order_status", {"status": "paid"}, (), ("cancel_order",)),
        ("update_order", {"payment_method": "pix"}, (), SHIPPED),
        ("delete_order", None, (), SHIPPED),
        ("cancel_order", None, (), SHIPPED),
        ("pay_order", None, (), ("cancel_order",)),
        ("ship_order", None, ("pay_order",), ("cancel_order",)),
        ("deliver_order", None, SHIPPED, ("cancel_order",))):
    on_order(verb, 200, text, before)
    on_order(verb, 409, text, against)
    on_order(verb, 412, text, before, stale=True)

on_order("get_order", 200)
on_order("list_order_events", 200)
on_order("add_order_note", 200, {"note": "Ligar antes."})
on_order("add_order_note", 412, {"note": "A"}, stale=True)


@recipe("add_order_note", 409)
def add_note_held(shop):
    return held(shop, "add_order_note", {"note": "A"}, id=order(shop)["id"])


@recipe("list_customer_orders", 200)
def list_customer_orders(shop):
    return shop.staff.call("list_customer_orders", id=str(uuid.uuid4()))


# --- what needs no story ------------------------------------------------

for verb in ("list_products", "list_categories", "get_category_tree",
             "list_orders", "list_my_orders", "list_stock",
             "list_stock_movements", "list_stock_locations", "stock_report",
             "list_low_stock", "check_stock", "repair_stock", "get_openapi",
             "get_healthz", "get_readyz"):
    recipe(verb, 200)(lambda shop, operation=verb: shop.admin.call(operation))


@recipe("search_suggest", 200)
def search_suggest(shop):
    return shop.anonymous.call("search_suggest", query={"q": "ca"})
