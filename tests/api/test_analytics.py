"""Reports as staff reads them: periods, groups, figures, files, pages."""

import csv
import io
import json
import uuid

import pytest

from kit.client import good, problem

ANA, BIA = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
SPAN = {"from": "2026-03-01", "to": "2026-03-31"}


def fact(number, at, customer, region, *lines, **more):
    """An order of (product, category, pieces, price) lines."""
    gross = sum(pieces * price for _, _, pieces, price in lines)
    return {"id": str(uuid.UUID(int=100 + number)), "version": 1, "at": at,
            "kind": "sale", "canceled": False, "currency": "BRL",
            "customer": customer, "region": region,
            "pieces": sum(line[2] for line in lines), "gross": gross,
            "discount": 0, "shipping": 500, "tax": 0, "tax_included": 0,
            "total": gross + 500, "returns": [], "lines": [{
                "position": n, "product": product, "name": "Café " + product,
                "category": category, "category_name": "=Bebidas; " + category,
                "pieces": pieces, "gross": pieces * price, "discount": 0,
                "tax": 0, "tax_included": 0, "total": pieces * price}
                for n, (product, category, pieces, price)
                in enumerate(lines, 1)], **more}


FACTS = [
    # February: the span before.
    fact(1, "2026-02-20T12:00:00Z", ANA, "BR-SP", ("1", "10", 1, 1000)),
    # A Sunday evening in São Paulo, Monday in UTC: the week before.
    fact(2, "2026-03-02T02:00:00Z", ANA, "BR-SP", ("1", "10", 2, 1000)),
    fact(3, "2026-03-03T12:00:00Z", BIA, "BR-PE", ("1", "10", 1, 1000),
         ("2", "20", 5, 100),
         returns=[{"at": "2026-03-20T12:00:00Z", "amount": 1000}]),
    fact(4, "2026-03-03T13:00:00Z", None, "BR-PE", ("2", "20", 1, 100),
         canceled=True),
    fact(5, "2026-03-03T13:00:00Z", None, None, ("3", "20", 1, 99),
         currency="USD"),
]


@pytest.fixture(scope="module", autouse=True)
def fed(shop):
    shop.query("analytics", "select * from api.sales_apply(%s)",
               json.dumps(FACTS))


def sales(shop, **query):
    return good(shop.staff.call("list_sales", query={**SPAN, **query}))


def brief(rows, *names):
    return [tuple(row[name] if not isinstance(row[name], dict)
                  else row[name]["amount"] for name in names) for row in rows]


def test_every_day_has_a_row(shop):
    rows = sales(shop, limit=200)["data"]
    assert [row["period"] for row in rows] == [
        "2026-03-%02d" % n for n in range(1, 32)]
    sold = [row for row in rows if row["orders"] or row["refunded"]["amount"]]
    assert brief(sold, "period", "orders", "pieces", "gross", "shipping",
                 "total", "refunded", "net") == [
        ("2026-03-01", 1, 2, 2000, 500, 2500, 0, 2500),
        ("2026-03-03", 1, 6, 1500, 500, 2000, 0, 2000),
        ("2026-03-20", 0, 0, 0, 0, 0, 1000, -1000)]
    assert brief(rows[2:3], "canceled_orders", "canceled") == [(1, 600)]
    assert rows[0]["total"]["currency"] == "BRL"


def test_weeks_months_and_the_whole(shop):
    weeks = sales(shop, granularity="week")["data"]
    assert brief(weeks[:2], "period", "total") == [
        ("2026-02-23", 2500), ("2026-03-02", 2000)]
    months = sales(shop, granularity="month", **{"from": "2026-01-15"})
    assert brief(months["data"], "period", "net") == [
        ("2026-01-01", 0), ("2026-02-01", 1500), ("2026-03-01", 3500)]
    whole = sales(shop, granularity="total")["data"]
    assert brief(whole, "period", "orders", "net") == [
        ("2026-03-01", 2, 3500)]


def test_groups(shop):
    def by(group):
        return brief(sales(shop, granularity="total", group_by=group)["data"],
                     "key", "name", "orders", "net")

    assert by("product") == [("1", "Café 1", 2, 2500),
                             ("2", "Café 2", 1, 250)]
    assert by("category") == [("10", "=Bebidas; 10", 2, 2500),
                              ("20", "=Bebidas; 20", 1, 250)]
    assert by("customer") == [(ANA, None, 1, 2500), (BIA, None, 1, 1000),
                              (None, None, 0, 0)]
    assert by("region") == [("BR-SP", None, 1, 2500), ("BR-PE", None, 1, 1000)]
    dollars = sales(shop, granularity="total", group_by="region",
                    currency="USD")["data"]
    assert brief(dollars, "key", "net") == [(None, 599)]
    assert dollars[0]["net"]["currency"] == "USD"


def test_pages_of_groups(shop):
    seen, query = [], {"granularity": "day", "group_by": "product",
                       "limit": 1}
    while query:
        page = sales(shop, **query)
        seen += brief(page["data"], "period", "key")
        query = page["page"]["has_more"] and {
            **query, "cursor": page["page"]["next"]}
    assert seen == [("2026-03-01", "1"), ("2026-03-03", "1"),
                    ("2026-03-03", "2"), ("2026-03-20", "2"),
                    ("2026-03-20", "1")]


def test_top_products(shop):
    def top(**query):
        return brief(good(shop.staff.call("list_top_products", query={
            **SPAN, **query}))["data"], "product_id", "pieces", "net")

    assert top() == [(1, 3, 2500), (2, 5, 250)]
    assert top(by="pieces") == [(2, 5, 250), (1, 3, 2500)]
    assert top(by="orders", limit=1) == [(1, 3, 2500)]
    assert top(currency="USD") == [(3, 1, 99)]
    plain = good(shop.staff.get("/analytics/top-products", params=SPAN))
    assert len(plain["data"]) == 2


def test_figures_beside_those_before(shop):
    found = good(shop.staff.call("get_kpis", query=SPAN))
    assert (found["previous_from"], found["previous_to"]) == (
        "2026-01-29", "2026-02-28")
    assert found["timezone"] == "America/Sao_Paulo"
    assert (found["currency"], found["currencies"]) == ("BRL", ["BRL", "USD"])

    def money(name):
        return tuple(found[name][when] and found[name][when]["amount"]
                     for when in ("value", "previous"))

    assert money("revenue") == (3500, 1500)
    assert money("average_order") == (2250, 1500)
    assert money("refunds") == (1000, 0)
    for name, value, previous in (("orders", 2, 1), ("units", 8, 1),
                                  ("new_customers", 1, 1),
                                  ("canceled_orders", 1, 0)):
        assert found[name] == {"value": value, "previous": previous}, name
    empty = good(shop.staff.call("get_kpis", query={
        "from": "2020-01-01", "to": "2020-01-01"}))
    assert empty["average_order"] == {"value": None, "previous": None}


def test_as_a_file(shop):
    answer = shop.staff.call("export_sales", query={
        **SPAN, "granularity": "total", "group_by": "category",
        "separator": ";", "decimal": ","})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text), delimiter=";"))
    assert [row["name"] for row in rows] == ["'=Bebidas; 10", "'=Bebidas; 20"]
    assert [row["net"] for row in rows] == ["25,00", "2,50"]
    assert rows[0]["period"] == "2026-03-01"


@pytest.mark.parametrize("operation", ["list_sales", "export_sales",
                                       "list_top_products", "get_kpis"])
def test_spans_that_are_none(shop, operation):
    for query in ({"from": "2026-03-02", "to": "2026-03-01"},
                  {"from": "2000-01-01", "to": "2026-03-01"}):
        problem(shop.staff.call(operation, query=query), 400,
                "invalid_parameter")
    problem(shop.customer.call(operation), 403)
