"""core.price() against an independent reference, to the minor unit.

A hundred thousand carts, thousands a call, in a world of random rates,
methods, promotions and price lists; see kit/prices.py.
"""

import concurrent.futures
import json
import random

import psycopg
import pytest

from kit import prices

CASES = 100_000
GROUP = 2_500
REGIONS = ("BR", "BR-SP", "BR-RJ", "PT", "US", "US-CA", "DE")
CLASSES = ("standard", "reduced", "exempt")
CURRENCIES = ("BRL", "BRL", "BRL", "USD")
ODD = (0, 1, 3, 99, 333, 1000, 1999, 9999999999)


def amount(chance, most=100000):
    return chance.choice(ODD) if chance.random() < 0.2 \
        else chance.randint(1, most)


def maybe(chance, value):
    return value if chance.random() < 0.5 else None


def variants(chance):
    return {n: {"id": n, "product": 1 + n // 2, "price": amount(chance),
                "currency": "BRL" if n % 6 else "USD",
                "tax_class": chance.choice(CLASSES),
                "weight": chance.choice((0, 1, 250, 999, 1000, 1001)),
                "active": n % 13 != 0}
            for n in range(1, 41)}


def rates(chance):
    """On top and within by turns; many that end in a half."""
    return [{"region": region, "tax_class": tax_class,
             "rate_ppm": chance.choice((1, 33333, 50000, 75000, 125000,
                                        170000, 205000, 999999)),
             "inclusive": (n + m) % 2 == 0}
            for n, region in enumerate(REGIONS[:-1])
            for m, tax_class in enumerate(CLASSES[:2])
            if chance.random() < 0.9]


def methods(chance):
    made = []
    for code in ("a", "b", "c"):
        for region in (None, "BR", "BR-SP", "US"):
            for low, high in ((0, 2000), (2000, None)):
                if chance.random() < 0.7:
                    made.append({
                        "code": code, "region": region,
                        "currency": chance.choice(CURRENCIES),
                        "base_amount": amount(chance, 5000),
                        "kilo_amount": chance.choice((0, 7, 250)),
                        "free_from": maybe(chance, amount(chance)),
                        "weight_from": low, "weight_to": high,
                        "value_from": 0,
                        "value_to": maybe(chance, 500000),
                        "tax_class": maybe(chance, "standard"),
                        "active": chance.random() < 0.9})
    return made


def promotion(chance, n, code):
    kind = chance.choice(("percent", "percent", "amount", "free_shipping"))
    made = {"id": n, "code": code, "kind": kind, "name": "P%d" % n,
            "currency": chance.choice(CURRENCIES),
            "minimum": chance.choice((0, 0, 1000, 50000)),
            "products": maybe(chance, chance.sample(range(1, 21), 8)),
            "priority": chance.randint(1, 5),
            "exclusive": chance.random() < 0.2,
            "active": code is None or chance.random() < 0.9,
            "when": "now" if code is None
            else chance.choice(("now",) * 8 + ("later", "over"))}
    if kind == "percent":
        made["rate_ppm"] = chance.choice((1, 5000, 50000, 125000, 333333,
                                          1000000))
        made["maximum"] = maybe(chance, amount(chance, 5000) or 1)
    if kind == "amount":
        made["amount"] = amount(chance, 20000) or 1
    return made


def price_lists(chance):
    lists = {n: {"currency": chance.choice(CURRENCIES),
                 "priority": chance.randint(1, 3),
                 "active": chance.random() < 0.8,
                 "current": chance.random() < 0.8} for n in range(1, 7)}
    entries = {}
    for _ in range(150):
        entry = {"list": chance.randint(1, 6),
                 "variant": chance.randint(1, 40),
                 "min_quantity": chance.choice((1, 1, 3, 10)),
                 "began": chance.randint(0, 4), "amount": amount(chance),
                 "current": chance.random() < 0.8}
        entries[entry["list"], entry["variant"], entry["min_quantity"],
                entry["began"]] = entry
    return lists, list(entries.values())


def make_world(seed, deals):
    chance = random.Random(seed)
    lists, entries = price_lists(chance)
    return {"variants": variants(chance), "rates": rates(chance),
            "methods": methods(chance), "lists": lists, "prices": entries,
            "promotions": [promotion(chance, n, "CODE%d" % n)
                           for n in range(1, 31)]
            + [promotion(chance, n, None) for n in range(31, 31 + deals)]}


def rows(cluster, name, table, values):
    """Rows of core.<table>; ids are what they are given."""
    if not values:
        return
    names = ", ".join(values[0])
    cluster.query(name, "insert into core.%s (%s) overriding system value"
                  " select %s from jsonb_populate_recordset(null::core.%s,"
                  " %%s::jsonb)" % (table, names, names, table),
                  json.dumps(values))


SPAN = {"now": (None, None), "later": ("2100-01-01", None),
        "over": ("2000-01-01", "2001-01-01")}


def build(cluster, name, world):
    cluster.query(name, "truncate core.shipping_method, core.tax_rate")
    rows(cluster, name, "product", [
        {"id": n, "slug": "p%d" % n, "name": "P%d" % n}
        for n in range(1, 22)])
    rows(cluster, name, "variant", [
        {"id": v["id"], "product_id": v["product"], "sku": "S%d" % v["id"],
         "price_amount": v["price"], "currency": v["currency"],
         "tax_class": v["tax_class"], "weight_grams": v["weight"],
         "active": v["active"]} for v in world["variants"].values()])
    rows(cluster, name, "tax_rate", [
        {"id": n, "name": "T", **rate}
        for n, rate in enumerate(world["rates"])])
    rows(cluster, name, "shipping_method", [
        {"id": n, "name": "M", **method}
        for n, method in enumerate(world["methods"])])
    rows(cluster, name, "promotion", [
        {**{m: p.get(m) for m in (
            "id", "code", "kind", "name", "currency", "minimum", "priority",
            "exclusive", "active", "rate_ppm", "maximum", "amount")},
         "product_ids": p["products"],
         "starts_at": SPAN[p["when"]][0], "ends_at": SPAN[p["when"]][1]}
        for p in world["promotions"]])
    rows(cluster, name, "price_list", [
        {"id": n, "code": "l%d" % n, "name": "L", "currency": l["currency"],
         "priority": l["priority"], "active": l["active"],
         "ends_at": None if l["current"] else "2001-01-01"}
        for n, l in world["lists"].items()])
    rows(cluster, name, "price_entry", [
        {"price_list_id": e["list"], "variant_id": e["variant"],
         "min_quantity": e["min_quantity"], "amount": e["amount"],
         "valid_from": "200%d-01-01" % e["began"],
         "valid_to": "infinity" if e["current"] else "2010-01-01"}
        for e in world["prices"]])


def make_cart(chance, number):
    coupons = ["CODE%d" % chance.randint(1, 32)
               for _ in range(chance.choice((0, 0, 0, 1, 1, 2, 3)))]
    return {"ordinal": number, "region": chance.choice(REGIONS),
            "currency": chance.choice(CURRENCIES),
            "shipping_method": chance.choice((None, "a", "b", "c", "none")),
            "coupons": list(dict.fromkeys(coupons)),
            "items": [{"variant_id": chance.choice(range(1, 42)),
                       "quantity": chance.choice((1, 1, 2, 3, 10, 1000))}
                      for _ in range(chance.choice((1, 1, 2, 3, 5)))]}


PRICE = """
    select s.ordinal, s.subtotal, s.discount, s.shipping,
           s.shipping_discount, s.shipping_tax, s.tax, s.tax_included,
           s.total, s.weight, s.problem,
           array(select l.unit_price from unnest(s.lines) l
                 order by l.position) as units,
           array(select l.discount from unnest(s.lines) l
                 order by l.position) as discounts,
           array(select l.tax from unnest(s.lines) l
                 order by l.position) as taxes,
           array(select l.tax_included from unnest(s.lines) l
                 order by l.position) as withins,
           array(select l.total from unnest(s.lines) l
                 order by l.position) as totals,
           (select coalesce(json_agg(json_build_array(
                       case when o.code like 'CODE%%' then o.code end,
                       o.problem, o.discount)), '[]')
            from unnest(s.offers) o) as offers,
           (select coalesce(sum(o.discount), 0)::bigint
            from unnest(s.offers) o) as offered,
           (select coalesce(sum(o.shipping_discount), 0)::bigint
            from unnest(s.offers) o) as freed
    from core.price((select array_agg(c order by c.ordinal)
                     from jsonb_populate_recordset(null::core.price_cart,
                                                   %s::jsonb) c)) s
    order by s.ordinal"""


def judge(world, cart, row):
    """Ours is theirs, and the parts are the whole."""
    wanted = prices.price(world, cart)
    got = {member: row[member] for member in wanted}
    assert got == wanted, (cart, got, wanted)
    assert row["total"] == row["subtotal"] - row["discount"] \
        + row["shipping"] + row["tax"]
    assert sum(row["totals"]) == row["total"] - row["shipping"] \
        - row["shipping_tax"]
    assert row["offered"] == row["discount"] == sum(row["discounts"])
    assert row["freed"] == row["shipping_discount"]
    assert all(total >= 0 for total in row["totals"])


@pytest.mark.parametrize("seed, deals, cases", [
    (1, 0, CASES // 5), (2, 0, CASES // 5), (3, 0, CASES // 5),
    (4, 1, CASES // 5), (5, 3, CASES // 5)])
def test_prices_are_those_of_the_reference(databases, cluster, seed, deals,
                                           cases):
    name = databases.fresh()["store"]
    world = make_world(seed, deals)
    build(cluster, name, world)

    def group(number):
        """While the last group is judged here, the next is priced there."""
        chance = random.Random(seed * 1000 + number)
        carts = [make_cart(chance, n) for n in range(GROUP)]
        found = connection.execute(PRICE, [json.dumps(carts)]).fetchall()
        assert len(found) == len(carts)
        return list(zip(carts, found))

    with cluster.connect(name, "store_owner") as connection, \
            concurrent.futures.ThreadPoolExecutor(1) as pool:
        connection.row_factory = psycopg.rows.dict_row
        connection.execute("set jit = off")
        for pairs in pool.map(group, range(cases // GROUP)):
            for cart, row in pairs:
                judge(world, cart, row)
