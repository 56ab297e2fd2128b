"""Things to sell, made through the API as staff would."""

from .client import good, key


def product(shop, on_hand=None, price=1999, **more):
    """A product with stock; returns what the API gave."""
    body = {"name": "Produto " + key()[:8], "sku": key(),
            "price": {"amount": price, "currency": "BRL"}, **more}
    if on_hand is not None:
        body["stock"] = {"on_hand": on_hand}
    return good(shop.staff.call("create_product", body), 201)


def variant(shop, on_hand, price=1999):
    """The id of the only variant of a new product."""
    return product(shop, on_hand, price)["variants"][0]["id"]


def variants(shop, count, on_hand, price=1000):
    """The ids of many variants, by SQL: quick, and the ledger agrees."""
    shop.query("store", """
        with made as (
            insert into core.product (slug, name, price_amount)
            select 'massa-' || gen_random_uuid(), 'Massa', %s
              from generate_series(1, %s) returning id),
        kinds as (
            insert into core.variant (product_id, sku, price_amount)
            select id, 'massa-' || id, %s from made returning id)
        select id from kinds""", price, count, price)
    ids = [row["id"] for row in shop.query(
        "store", "select id from core.variant where sku ^@ 'massa-'"
                 " and not exists (select from core.stock_level l"
                 "                  where l.variant_id = variant.id)"
                 " order by id")]
    shop.query("store", """
        insert into core.stock_movement (variant_id, location_id, kind,
                                         delta, balance)
        select id, 1, 'receipt', %s, %s from unnest(%s::bigint[]) as id""",
               on_hand, on_hand, ids)
    shop.query("store", """
        insert into core.stock_level (variant_id, location_id, on_hand)
        select id, 1, %s from unnest(%s::bigint[]) as id
        on conflict (variant_id, location_id)
        do update set on_hand = excluded.on_hand""", on_hand, ids)
    return ids


def items(*lines):
    """items((variant, quantity), ...): the body of an order."""
    return {"items": [{"variant_id": variant_id, "quantity": quantity}
                      for variant_id, quantity in lines]}
