"""Pages by cursor: complete, without repeats, bound to their filters."""

import base64
import random

import pytest

from kit import goods
from kit.client import good, problem

COUNT = 57


@pytest.fixture(scope="module")
def made(shop):
    """COUNT products with few different prices, so that ties are many."""
    return [goods.product(shop, n % 3, price=100 * (n % 5),
                          name="Item %02d" % (n % 9))["id"]
            for n in range(COUNT)]


def walk(client, path, **query):
    """All pages as one list, and each page's answer."""
    rows, pages, cursor = [], [], None
    while True:
        if cursor:
            query["cursor"] = cursor
        answer = client.read(path, **query)
        page = good(answer, 200)
        rows += page["data"]
        pages.append(answer)
        cursor = page["page"]["next"]
        assert page["page"]["has_more"] == (cursor is not None)
        assert len(pages) <= 100
        if not cursor:
            return rows, pages


@pytest.mark.parametrize("sort, field", [
    ("price", "price"), ("-price", "price"), ("name", "name"),
    ("-name", "name"), ("created_at", "id"), ("-created_at", "id"),
    ("popularity", None), ("-popularity", None)])
@pytest.mark.parametrize("limit", [1, 7, 20, 200])
def test_every_row_once_in_order(shop, made, sort, field, limit):
    rows, _ = walk(shop.anonymous, "/products", sort=sort, limit=limit)
    assert sorted(row["id"] for row in rows) == sorted(made)
    if field:
        values = [row[field]["amount"] if field == "price" else row[field]
                  for row in rows]
        assert values == sorted(values, reverse=sort.startswith("-"))


def test_default_order_is_stable(shop, made):
    one, _ = walk(shop.anonymous, "/products", limit=10)
    two, _ = walk(shop.anonymous, "/products", limit=9)
    assert [row["id"] for row in one] == [row["id"] for row in two]


def test_default_limit_is_20(shop, made):
    page = good(shop.anonymous.read("/products"))
    assert len(page["data"]) == 20
    assert page["page"]["limit"] == 20 and page["page"]["has_more"]


def test_link_header_leads_to_the_next_page(shop, made):
    answer = shop.anonymous.read("/products", limit=5, sort="name")
    link = answer.links["next"]["url"]
    second = good(shop.anonymous.get(link))
    first = good(answer)
    assert not {r["id"] for r in first["data"]} & {
        r["id"] for r in second["data"]}


def test_rows_made_meanwhile_do_not_shift_pages(shop, made):
    first = good(shop.anonymous.read("/products", limit=10,
                                     sort="-created_at"))
    new = goods.product(shop)
    second = good(shop.anonymous.read(
        "/products", limit=10, sort="-created_at",
        cursor=first["page"]["next"]))
    seen = [row["id"] for row in first["data"] + second["data"]]
    assert len(set(seen)) == 20 and new["id"] not in seen
    made.append(new["id"])


def test_cursor_of_other_filters_is_refused(shop, made):
    cursor = good(shop.anonymous.read("/products", limit=5, sort="price"))[
        "page"]["next"]
    for query in ({"sort": "-price"}, {"sort": "name"}, {},
                  {"sort": "price", "price_min": 1},
                  {"sort": "price", "q": "item"}):
        problem(shop.anonymous.read("/products", cursor=cursor, **query),
                400, "invalid_cursor")
    problem(shop.staff.read("/orders", cursor=cursor), 400)


def test_cursor_with_another_limit_is_fine(shop, made):
    cursor = good(shop.anonymous.read("/products", limit=5, sort="price"))[
        "page"]["next"]
    good(shop.anonymous.read("/products", limit=9, sort="price",
                             cursor=cursor))


def test_forged_cursors_are_refused(shop, made):
    """Each character flipped: the signature covers all of it."""
    cursor = good(shop.anonymous.read("/products", limit=5, sort="price"))[
        "page"]["next"]
    chance = random.Random(1)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
    for place in range(len(cursor) - 1):
        other = chance.choice(letters.replace(cursor[place], ""))
        forged = cursor[:place] + other + cursor[place + 1:]
        problem(shop.anonymous.read("/products", limit=5, sort="price",
                                    cursor=forged), 400, "invalid_cursor")


@pytest.mark.parametrize("cursor", [
    "x", "AAAA", "=", "a" * 1024, "é", "..", "%00",
    base64.b64encode(b'{"price":1,"id":1}').decode()])
def test_garbage_cursors_are_refused(shop, cursor):
    problem(shop.anonymous.read("/products", cursor=cursor), 400)


def test_count(shop, made):
    page = good(shop.anonymous.read("/products", count="exact", limit=1))
    assert page["page"]["total"] == len(made)
    page = good(shop.anonymous.read("/products", count="estimated", limit=1))
    assert page["page"]["total"] >= 0
    page = good(shop.anonymous.read("/products", limit=1))
    assert "total" not in page["page"]


@pytest.mark.parametrize("sort", ["zzz", "price,", ",", "--price", "price;",
                                  "price desc", "id", "price,price"])
def test_bad_sort_is_refused(shop, sort):
    answer = shop.anonymous.read("/products", sort=sort)
    if answer.status_code != 200 or sort not in ("id", "price,price"):
        problem(answer, 400)


def test_price_filters(shop, made):
    rows, _ = walk(shop.anonymous, "/products", price_min=100, price_max=200)
    assert {row["price"]["amount"] for row in rows} == {100, 200}


def test_in_stock_filter(shop, made):
    rows, _ = walk(shop.anonymous, "/products", in_stock="true")
    assert rows
    assert "out_of_stock" not in {row["availability"] for row in rows}


def test_ids_filter(shop, made):
    wanted = made[3:6]
    rows, _ = walk(shop.anonymous, "/products",
                   ids=",".join(map(str, wanted)))
    assert sorted(row["id"] for row in rows) == sorted(wanted)


def test_status_filter_is_for_staff(shop):
    draft = goods.product(shop, status="draft")
    rows, _ = walk(shop.staff, "/products", status="draft")
    assert [row["id"] for row in rows] == [draft["id"]]
    answer = shop.anonymous.read("/products", status="draft")
    if answer.status_code == 200:
        assert good(answer)["data"] == []
    else:
        assert answer.status_code in (400, 403)
