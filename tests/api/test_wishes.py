"""What customers wish for, and the mail that goods are there again."""

import uuid

import pytest

from api.recipes_wishes import notice
from kit import goods, wait
from kit.client import good, problem


@pytest.fixture
def client(shop):
    return shop.client("customer", sub=str(uuid.uuid4()))


def wished(client, **query):
    return [row["product_id"] for row in good(client.call(
        "list_my_wishes", query=query))["data"]]


def told(shop, variant):
    """Who was told, and in what language."""
    return sorted((row["to"], row["language"]) for row in shop.query(
        "store", "select payload ->> 'to' as to, payload ->> 'language' as"
                 " language from core.job where kind = 'mail' and payload #>>"
                 " '{data,sku}' = (select sku from core.variant where id ="
                 " %s)", variant))


def receive(shop, variant, delta=1):
    good(shop.staff.call("create_stock_movement", {
        "variant_id": variant, "kind": "receipt", "delta": delta}), 201)


def test_wishes_are_the_callers_each_once_the_latest_first(shop, client):
    made = [goods.product(shop) for _ in range(3)]
    for product in (*made, made[0]):
        good(client.call("add_my_wish", product_id=product["id"]), 204)
    ids = [product["id"] for product in made]
    assert wished(client) == ids[::-1]
    assert wished(client, limit=2) == ids[:0:-1]
    row = good(client.call("list_my_wishes"))["data"][-1]["product"]
    assert (row["slug"], row["price"]) == (made[0]["slug"], made[0]["price"])
    assert wished(shop.client("customer", sub=str(uuid.uuid4()))) == []
    # what is not sold now waits; what is taken back is gone, twice is once
    good(shop.staff.call("archive_product", id=ids[1]))
    problem(client.call("add_my_wish", product_id=ids[1]), 404,
            "product_not_found")
    for _ in range(2):
        good(client.call("delete_my_wish", product_id=ids[2]), 204)
    assert wished(client) == ids[:1]


def test_who_asked_hears_once_that_goods_are_there(shop, client):
    """Guest and customer, in their language; not who took it back."""
    variant = goods.variant(shop, 0)
    good(notice(shop, variant=variant, email="Um@example.com"), 201)
    again = good(notice(shop, variant=variant, email="um@example.com"), 201)
    gone = good(notice(shop, variant=variant, email="tres@example.com"), 201)
    mine = good(client.call("ask_stock_notice", {"variant_id": variant},
                            headers={"accept-language": "en"}), 201)
    assert mine["email"] == "customer@shop.test"
    assert [n["id"] for n in good(client.call("list_my_stock_notices"))[
        "data"]] == [mine["id"]]
    for _ in range(2):
        good(shop.anonymous.call("delete_stock_notice", id=gone["id"]), 204)
    receive(shop, variant)
    both = [("Um@example.com", "pt-BR"), ("customer@shop.test", "en")]
    wait.until(lambda: told(shop, variant) == both, 60, "the mails", 0.1)
    assert good(client.call("list_my_stock_notices"))["data"] == []
    assert again["id"] not in (gone["id"], mine["id"])
    # sold out and there again: that is nobody's any more
    good(client.call("place_order", goods.items((variant, 1))), 201)
    good(notice(shop, variant=variant, email="quatro@example.com"), 201)
    receive(shop, variant)
    wait.until(lambda: len(told(shop, variant)) == 3, 60, "a mail", 0.1)
    assert told(shop, variant) == sorted(
        [*both, ("quatro@example.com", "pt-BR")])


def test_goods_come_in_while_somebody_asks_for_them(shop):
    """Neither sees the other, and the mail is sent all the same."""
    variant = goods.variant(shop, 0)
    with shop.cluster.connect(shop.copies["store"]) as other:
        with other.transaction():
            other.execute("select api.ask_stock_notice(jsonb_build_object("
                          "'variant_id', %s::bigint, 'email', 'a@b.example'),"
                          " null, null)", [variant])
            receive(shop, variant)
    wait.until(lambda: told(shop, variant) == [("a@b.example", "pt-BR")], 60,
               "the mail", 0.1)


def test_who_waits_for_what_nobody_is_shown_goes_on_waiting(shop):
    """Goods of an archived product come in: that is not what he waits for."""
    variant = goods.variant(shop, 0)
    asked = good(notice(shop, variant=variant, email="c@d.example"), 201)
    row, = shop.query("store", "select product_id from core.variant"
                               " where id = %s", variant)
    good(shop.staff.call("archive_product", id=row["product_id"]))
    shop.query("store", "insert into core.stock_level (variant_id,"
                        " location_id, on_hand) values (%s, 1, 5)"
                        " on conflict (variant_id, location_id)"
                        " do update set on_hand = 5", variant)
    shop.query("store", "select api.job_stock_notice(jsonb_build_object("
                        "'variant_id', %s::bigint))", variant)
    assert shop.query("store", "select told_at from core.stock_notice"
                               " where id = %s", asked["id"]) \
        == [{"told_at": None}]


def test_what_cannot_be_waited_for(shop, client):
    problem(notice(shop, variant=goods.variant(shop, 1)), 409,
            "available_now")
    problem(notice(shop, variant=999999999), 422, "unknown_item")
    problem(shop.anonymous.call("ask_stock_notice", {
        "variant_id": goods.variant(shop, 0)}), 422, "required")
