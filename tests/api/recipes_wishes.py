"""How the statuses of wishes and notices come about."""

import uuid

from kit import goods

from .recipes import recipe


def notice(shop, client=None, variant=None, **more):
    return (client or shop.anonymous).call("ask_stock_notice", {
        "variant_id": variant or goods.variant(shop, 0),
        "email": "ana@example.com", **more})


recipe("list_my_wishes", 200)(lambda shop: shop.customer.call(
    "list_my_wishes"))
recipe("add_my_wish", 204)(lambda shop: shop.customer.call(
    "add_my_wish", product_id=goods.product(shop)["id"]))
recipe("delete_my_wish", 204)(lambda shop: shop.customer.call(
    "delete_my_wish", product_id=1))
recipe("list_my_stock_notices", 200)(lambda shop: shop.customer.call(
    "list_my_stock_notices"))
recipe("ask_stock_notice", 201)(notice)
recipe("ask_stock_notice", 409)(lambda shop: notice(
    shop, variant=goods.variant(shop, 1)))
recipe("delete_stock_notice", 204)(lambda shop: shop.anonymous.call(
    "delete_stock_notice", id=uuid.uuid4()))


@recipe("add_my_wish", 409)
def wish_too_much(shop):
    client = shop.client("customer", sub="00000000-0000-4000-8000-0000000301aa")
    shop.query("store", """
        insert into core.product (slug, name, price_amount)
        select 'desejo-' || n || '-' || gen_random_uuid(), 'Desejo', 100
          from generate_series(1, 500) n""")
    shop.query("store", """
        insert into core.wish (customer_id, product_id)
        select '00000000-0000-4000-8000-0000000301aa', id from core.product
         where slug ^@ 'desejo-' limit 500""")
    return client.call("add_my_wish", product_id=goods.product(shop)["id"])


@recipe("ask_stock_notice", 403)
def notice_of_nobody(shop):
    return notice(shop, shop.client("nobody"), 1)


@recipe("ask_stock_notice", 429)
def ask_often(shop):
    for _ in range(150):
        answer = notice(shop, variant=999999999)
        if answer.status_code == 429:
            break
    return answer
