"""What analytics should hold, counted in Python.

An order is a dictionary with at, kind, canceled, currency, customer, region,
sums, lines [(product, category, pieces, sums...)] and returns [(at, amount)].
"""

import collections
import zoneinfo

SUMS = ("pieces", "gross", "discount", "shipping", "tax", "tax_included",
        "total")
MEASURES = ("orders", *SUMS, "refunded", "canceled_orders", "canceled")
ZONE = zoneinfo.ZoneInfo("America/Sao_Paulo")


def day(at):
    return at.astimezone(ZONE).date()


def shares(order):
    """[(day, [part of each line])]: prefix sums, rounded down."""
    whole, sizes = abs(order["total"]), [abs(line["total"])
                                         for line in order["lines"]]
    found, told = [], 0
    for at, amount in order["returns"]:
        def upto(n, money):
            return money * sum(sizes[:n]) // whole
        found.append((day(at), [
            upto(n + 1, told + amount) - upto(n, told + amount)
            - upto(n + 1, told) + upto(n, told)
            for n in range(len(sizes))]))
        told += amount
    return found


def keys(order):
    return [("all", ""), ("customer", order["customer"] or ""),
            ("region", order["region"] or "")]


def rollup(orders):
    """{(dimension, currency, day, key): {measure: sum}}, no empty ones."""
    sums = collections.defaultdict(collections.Counter)
    for order in orders:
        placed, currency = day(order["at"]), order["currency"]

        def add(dimension, on, key, **values):
            sums[dimension, currency, on, key].update(values)

        sold = order["kind"] == "sale" and not order["canceled"]
        groups = collections.defaultdict(collections.Counter)
        for line in order["lines"]:
            for name in ("product", "category"):
                groups[name, line[name] or ""].update(
                    {name: line[name] for name in SUMS if name in line})
        for dimension, key in keys(order):
            groups[dimension, key].update({s: order[s] for s in SUMS})
        for (dimension, key), values in groups.items():
            if sold:
                add(dimension, placed, key, orders=1, **values)
            elif order["canceled"]:
                add(dimension, placed, key, canceled_orders=1,
                    canceled=values["total"])
        if order["canceled"]:
            continue
        for at, amount in order["returns"]:
            for dimension, key in keys(order):
                add(dimension, day(at), key, refunded=amount)
        for on, parts in shares(order):
            for line, part in zip(order["lines"], parts):
                for name in ("product", "category"):
                    add(name, on, line[name] or "", refunded=part)
    return {place: {name: values[name] for name in MEASURES}
            for place, values in sums.items()
            if any(values[name] for name in MEASURES)}


def held(rows):
    """The same of rows of core.sales_day."""
    return {(row["dimension"], row["currency"], row["day"], row["key"]):
            {name: row[name] for name in MEASURES} for row in rows}
