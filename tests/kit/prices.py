"""What carts cost, reckoned a second time: by Python's decimal, from the rules
as the contract tells them, without a look at the SQL.

A world is a dictionary of what staff keep (variants, rates, methods,
promotions, lists); price(world, cart) gives what core.price() must give.
"""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

MILLION = Decimal(1000000)


def half_up(value):
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def floor(value):
    return int(value.to_integral_value(rounding=ROUND_FLOOR))


def places(region):
    """The region and the country that it is part of, narrowest first."""
    return [region, region[:2]] if region[2:3] == "-" else [region]


def rate(world, region, tax_class):
    """(rate, inclusive)."""
    for place in places(region):
        for row in world["rates"]:
            if (row["region"], row["tax_class"]) == (place, tax_class):
                return Decimal(row["rate_ppm"]) / MILLION, row["inclusive"]
    return Decimal(0), False


def tax_of(net, rate_and_kind):
    """(on top, within)."""
    part, inclusive = rate_and_kind
    if inclusive:
        return 0, half_up(Decimal(net) * part / (1 + part))
    return half_up(Decimal(net) * part), 0


def unit_price(world, variant, currency, quantity):
    """What one costs, None when it has no price in that currency."""
    found = []
    for entry in world["prices"]:
        price_list = world["lists"][entry["list"]]
        if (entry["variant"] == variant["id"] and price_list["active"]
                and price_list["currency"] == currency
                and price_list["current"] and entry["current"]
                and entry["min_quantity"] <= quantity):
            found.append(((price_list["priority"], entry["list"],
                           -entry["min_quantity"], -entry["began"]),
                          entry["amount"]))
    if found:
        return min(found)[1]
    return variant["price"] if variant["currency"] == currency else None


def split(amount, parts):
    """By largest remainder; among equals the first gets more."""
    total = sum(parts)
    exact = [Decimal(amount) * part / total for part in parts]
    # Decimal's 28 digits might round a remainder: whole numbers do not.
    shares = [amount * part // total for part in parts]
    order = sorted(range(len(parts)),
                   key=lambda n: (-(amount * parts[n] % total), n))
    for n in order[:amount - sum(shares)]:
        shares[n] += 1
    assert all(abs(share - value) < 1
               for share, value in zip(shares, exact))
    return shares


def shares_of(promotion, amounts):
    if promotion["kind"] == "free_shipping":
        return [0] * len(amounts)
    if promotion["kind"] == "amount":
        return split(min(promotion["amount"], sum(amounts)), amounts)
    part = Decimal(promotion["rate_ppm"]) / MILLION
    shares = [half_up(amount * part) for amount in amounts]
    most = promotion.get("maximum")
    if most is not None and sum(shares) > most:
        return split(min(most, sum(amounts)), amounts)
    return shares


def covered(promotion, line):
    wanted = promotion.get("products")
    return wanted is None or line["product"] in wanted


def why_not(promotion, amounts, currency):
    """The problem of a promotion that exists, None when it counts."""
    if not promotion["active"] or promotion["when"] == "later":
        return "coupon_unknown"
    if promotion["when"] == "over":
        return "coupon_expired"
    if sum(amounts) == 0 or promotion.get("currency") not in (None, currency):
        return "coupon_not_applicable"
    if sum(amounts) < promotion.get("minimum", 0):
        return "coupon_minimum"
    return None


def offers(world, lines, coupons, currency):
    """[(promotion or None, code, problem, shares)] of those that count or were
    named."""
    found = []
    rest = [line["amount"] for line in lines]
    named = {p["code"]: p for p in world["promotions"] if p["code"]}
    turn = [(named.get(code.upper()), code) for code in coupons]
    turn += [(p, None) for p in sorted(
        (p for p in world["promotions"] if not p["code"]),
        key=lambda p: (p["priority"], p["id"]))]
    applied = []
    for promotion, code in turn:
        shares = None
        if promotion is None:
            problem = "coupon_unknown"
        else:
            amounts = [line["amount"] if covered(promotion, line) else 0
                       for line in lines]
            problem = why_not(promotion, amounts, currency)
        if problem is None and applied and (
                promotion["exclusive"] or applied[0]["exclusive"]):
            problem = "coupon_not_combinable"
        if problem is None:
            applied.append(promotion)
            shares = [min(share, left) for share, left in zip(
                shares_of(promotion, amounts), rest)]
            rest = [left - share for share, left in zip(shares, rest)]
        if problem is None or code is not None:
            found.append((promotion, code, problem, shares))
    return found


def freight(world, cart, currency, weight, value):
    """The row that counts, None when there is none."""
    rows = []
    for row in world["methods"]:
        fits = (row["code"] == cart["shipping_method"] and row["active"]
                and row["currency"] == currency
                and (row["region"] is None
                     or row["region"] in places(cart["region"]))
                and row["weight_from"] <= weight
                and (row["weight_to"] is None or weight < row["weight_to"])
                and row["value_from"] <= value
                and (row["value_to"] is None or value < row["value_to"]))
        if fits:
            rows.append(((-len(row["region"] or ""), -row["weight_from"],
                          -row["value_from"]), row))
    return min(rows, key=lambda pair: pair[0])[1] if rows else None


def freight_amount(row, weight, value):
    if row["free_from"] is not None and value >= row["free_from"]:
        return 0
    return row["base_amount"] + -(-weight // 1000) * row["kilo_amount"]


def priced_lines(world, cart):
    lines = []
    for item in cart["items"]:
        variant = world["variants"].get(item["variant_id"])
        line = {"amount": 0, "weight": 0, "product": None, "problem": None,
                "unit": 0, "rate": (Decimal(0), False)}
        lines.append(line)
        if variant is None:
            line["problem"] = "unknown_item"
            continue
        line["product"] = variant["product"]
        line["rate"] = rate(world, cart["region"], variant["tax_class"])
        price = unit_price(world, variant, cart["currency"],
                           item["quantity"])
        if price is None:
            line["problem"] = "currency_mismatch"
        elif not variant["active"]:
            line["problem"] = "unavailable_item"
        else:
            line["unit"] = price
            line["amount"] = price * item["quantity"]
            line["weight"] = variant["weight"] * item["quantity"]
    return lines


def first_problem(lines):
    for problem in ("unknown_item", "unavailable_item", "currency_mismatch"):
        if any(line["problem"] == problem for line in lines):
            return problem
    return None


def price(world, cart):
    lines = priced_lines(world, cart)
    found = offers(world, lines, cart["coupons"], cart["currency"])
    free = any(p and p["kind"] == "free_shipping" and not problem
               for p, _, problem, _ in found)
    taxes = []
    for n, line in enumerate(lines):
        line["discount"] = sum(shares[n] for _, _, _, shares in found
                               if shares)
        taxes.append(tax_of(line["amount"] - line["discount"], line["rate"]))
        line["tax"], line["within"] = taxes[-1]
    subtotal = sum(line["amount"] for line in lines)
    discount = sum(line["discount"] for line in lines)
    weight = sum(line["weight"] for line in lines)
    gross, shipping_tax, shipping_within, problem = 0, 0, 0, None
    if cart["shipping_method"] is not None:
        row = freight(world, cart, cart["currency"], weight,
                      subtotal - discount)
        if row is None:
            problem = "unknown_shipping_method"
        else:
            gross = freight_amount(row, weight, subtotal - discount)
            if row["tax_class"]:
                shipping_tax, shipping_within = tax_of(
                    0 if free else gross,
                    rate(world, cart["region"], row["tax_class"]))
    saved = gross if free else 0
    tax = sum(line["tax"] for line in lines) + shipping_tax
    return {
        "subtotal": subtotal, "discount": discount,
        "shipping": gross - saved, "shipping_discount": saved,
        "shipping_tax": shipping_tax, "tax": tax,
        "tax_included": sum(line["within"] for line in lines)
        + shipping_within,
        "total": subtotal - discount + gross - saved + tax,
        "weight": weight, "problem": first_problem(lines) or problem,
        "units": [line["unit"] for line in lines],
        "discounts": [line["discount"] for line in lines],
        "taxes": [line["tax"] for line in lines],
        "withins": [line["within"] for line in lines],
        "offers": [[code.upper() if code and p else code, problem,
                    sum(shares or [0])] for p, code, problem, shares in found],
    }
