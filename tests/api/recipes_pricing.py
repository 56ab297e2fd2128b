"""How the statuses of prices, taxes, freight and promotions come about."""

from kit import goods
from kit.client import good, key

from .recipes import recipe
from .recipes_store import STALE, fresh


def name():
    """A code that nobody has."""
    return "t" + key()[:12]


NEW = {
    "tax_rate": lambda: {"region": name(), "rate_ppm": 170000,
                         "name": "ICMS"},
    "shipping_method": lambda: {"code": name(), "name": "Motoboy",
                                "currency": "BRL", "base_amount": 1500},
    "promotion": lambda: {"code": name(), "name": "Dez", "kind": "percent",
                          "rate_ppm": 100000},
    "price_list": lambda: {"code": name(), "name": "Atacado",
                           "currency": "BRL"},
}

# What a second one with the same is refused for; None: nothing is.
SAME = {"tax_rate": "region", "shipping_method": "code",
        "promotion": "code", "price_list": "code"}

# A change that does not go together with the rest.
WRONG = {"tax_rate": None, "shipping_method": {"days_min": 9, "days_max": 3},
         "promotion": {"rate_ppm": None},
         "price_list": {"starts_at": "2026-02-01T00:00:00Z",
                        "ends_at": "2026-01-01T00:00:00Z"}}


def made(shop, thing):
    return good(shop.admin.call("create_" + thing, NEW[thing]()), 201)


def crud(thing, plural):
    def create(shop):
        return shop.admin.call("create_" + thing, NEW[thing]())

    def create_taken(shop):
        body = NEW[thing]()
        good(shop.admin.call("create_" + thing, body), 201)
        return shop.admin.call("create_" + thing, body)

    def get(shop):
        return shop.admin.call("get_" + thing, id=made(shop, thing)["id"])

    def update(shop):
        row = made(shop, thing)
        return shop.admin.call("update_" + thing, {"name": "Outro"},
                               headers=fresh(row), id=row["id"])

    def update_taken(shop):
        first, second = made(shop, thing), made(shop, thing)
        return shop.admin.call("update_" + thing,
                               {SAME[thing]: first[SAME[thing]]},
                               id=second["id"])

    def update_stale(shop):
        return shop.admin.call("update_" + thing, {"name": "Outro"},
                               headers=STALE, id=made(shop, thing)["id"])

    def delete(shop):
        return shop.admin.call("delete_" + thing, id=made(shop, thing)["id"])

    def delete_stale(shop):
        return shop.admin.call("delete_" + thing, headers=STALE,
                               id=made(shop, thing)["id"])

    recipe("create_" + thing, 201)(create)
    recipe("create_" + thing, 409)(create_taken)
    recipe("get_" + thing, 200)(get)
    recipe("update_" + thing, 200)(update)
    recipe("update_" + thing, 409)(update_taken)
    recipe("update_" + thing, 412)(update_stale)
    recipe("delete_" + thing, 204)(delete)
    recipe("delete_" + thing, 412)(delete_stale)
    recipe("list_" + plural, 200)(
        lambda shop: shop.admin.call("list_" + plural))

    if WRONG[thing]:
        recipe("update_" + thing, 422)(lambda shop: shop.admin.call(
            "update_" + thing, WRONG[thing], id=made(shop, thing)["id"]))


for one, many in (("tax_rate", "tax_rates"),
                  ("shipping_method", "shipping_methods"),
                  ("promotion", "promotions"),
                  ("price_list", "price_lists")):
    crud(one, many)

recipe("list_tax_classes", 200)(
    lambda shop: shop.staff.call("list_tax_classes"))


@recipe("put_tax_class", 201)
def make_class(shop):
    return shop.admin.call("put_tax_class", {"name": "Livros"}, code=name())


def tax_class(shop):
    return good(shop.admin.call("put_tax_class", {"name": "Livros"},
                                code=name()), 201)


@recipe("put_tax_class", 200)
def rename_class(shop):
    row = tax_class(shop)
    return shop.admin.call("put_tax_class", {"name": "Livros e mapas"},
                           headers=fresh(row), code=row["code"])


@recipe("put_tax_class", 412)
def rename_class_stale(shop):
    return shop.admin.call("put_tax_class", {"name": "A"}, headers=STALE,
                           code=tax_class(shop)["code"])


@recipe("delete_tax_class", 204)
def delete_class(shop):
    return shop.admin.call("delete_tax_class", code=tax_class(shop)["code"])


@recipe("delete_tax_class", 404)
def delete_no_class(shop):
    return shop.admin.call("delete_tax_class", code=name())


@recipe("delete_tax_class", 412)
def delete_class_stale(shop):
    return shop.admin.call("delete_tax_class", headers=STALE,
                           code=tax_class(shop)["code"])


@recipe("delete_tax_class", 409)
def delete_class_in_use(shop):
    row = tax_class(shop)
    good(shop.admin.call("create_tax_rate", {
        **NEW["tax_rate"](), "tax_class": row["code"]}), 201)
    return shop.admin.call("delete_tax_class", code=row["code"])


# --- price lists --------------------------------------------------------

def put_price(shop, price_list, variant, amount=900, **more):
    return shop.staff.call("put_prices", {"prices": [
        {"variant_id": variant, "amount": amount, **more}]},
        id=price_list["id"])


@recipe("put_prices", 200)
def put_prices(shop):
    return put_price(shop, made(shop, "price_list"), goods.variant(shop, 1))


@recipe("put_prices", 422)
def put_prices_unknown(shop):
    return put_price(shop, made(shop, "price_list"), 999999999)


@recipe("list_prices", 200)
def list_prices(shop):
    row = made(shop, "price_list")
    good(put_price(shop, row, goods.variant(shop, 1)))
    return shop.staff.call("list_prices", id=row["id"])


@recipe("delete_prices", 204)
def delete_prices(shop):
    row, variant = made(shop, "price_list"), goods.variant(shop, 1)
    good(put_price(shop, row, variant))
    return shop.staff.call("delete_prices", id=row["id"], variant_id=variant)


# --- quotes -------------------------------------------------------------

def asked(shop, **more):
    return {"items": [{"variant_id": goods.variant(shop, 1),
                       "quantity": 2}], **more}


recipe("quote", 200)(lambda shop: shop.anonymous.call("quote", asked(shop)))
recipe("check_coupon", 200)(lambda shop: shop.anonymous.call(
    "check_coupon", asked(shop, coupon="NADA")))


@recipe("check_coupon", 429)
def guess_coupons(shop):
    """Who tries codes is soon told to wait; other shops' tests are not."""
    body = asked(shop, coupon="NADA")
    for _ in range(200):
        answer = shop.anonymous.call("check_coupon", body)
        if answer.status_code != 200:
            break
    return answer


@recipe("get_postal_code", 200)
def postal_code(shop):
    return shop.anonymous.call("get_postal_code", code="01310-100")


@recipe("get_postal_code", 404)
def postal_code_of_nowhere(shop):
    return shop.anonymous.call("get_postal_code", code="00000000")
