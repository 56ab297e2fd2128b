"""Sales on their way to analytics: lives of orders, killed workers, a database
that is away."""

import os
import random
import signal

import pytest

from kit import goods, sales, wait
from kit.client import good, key

ORDERS = int(os.environ.get("COMMERCE_SALES_ORDERS", "150")) // 4


@pytest.fixture(scope="module")
def shop(make_shop):
    made = make_shop()
    with made.cluster.connect(made.copies["store"],
                              "store_owner") as connection:
        connection.execute(
            "alter table core.job_kind drop constraint job_kind_lease_check")
        connection.execute("update core.job_kind set lease = '3 s'"
                           " where kind = 'sales'")
    return made


def settled(shop):
    """Until everything that happened is counted."""
    wait.until(lambda: not shop.query("store", """
        select 1 from core.outbox_waiting
        union all
        select 1 from core.job
        where kind = 'sales' and status in ('waiting', 'running')"""),
               60, "sales to be counted")


def rows(shop):
    return shop.query("analytics", "select * from core.sales_day")


def truth(shop):
    """The orders of the store, as kit/sales.py counts them."""
    lines, returns = {}, {}
    for line in shop.query("store", """
            select i.order_id, i.product_id::text as product,
                   (select min(c.category_id)::text
                      from core.product_category c
                     where c.product_id = i.product_id) as category,
                   i.quantity as pieces, i.unit_price * i.quantity as gross,
                   i.discount, i.tax, i.tax_included, i.total
              from core.order_item i order by i.order_id, i.position"""):
        lines.setdefault(line["order_id"], []).append(line)
    for back in shop.query("store", """
            select order_id, updated_at, amount from core.refund
             where status = 'succeeded' order by updated_at, id"""):
        returns.setdefault(back["order_id"], []).append(
            (back["updated_at"], back["amount"]))
    by_hand = {row["order_id"]: row["created_at"] for row in shop.query(
        "store", "select order_id, created_at from core.order_event"
                 " where type = 'order.refunded' and actor_id is not null")}
    for o in shop.query("store", "select * from core.orders"):
        back = returns.get(o["id"], [])
        if o["kind"] == "credit":
            back = [(o["placed_at"], -o["total"])]
        elif o["id"] in by_hand:
            back = [*back, (by_hand[o["id"]],
                            o["total"] - sum(a for _, a in back))]
        yield {"at": o["placed_at"], "kind": o["kind"],
               "canceled": o["status"] == "canceled",
               "currency": o["currency"], "region": o["region"],
               "customer": o["customer_id"] and str(o["customer_id"]),
               "pieces": sum(line["pieces"] for line in lines[o["id"]]),
               "gross": o["subtotal"], "discount": o["discount_total"],
               "shipping": o["shipping_total"], "tax": o["tax_total"],
               "tax_included": o["tax_included"], "total": o["total"],
               "lines": lines[o["id"]], "returns": back}


def agrees(shop):
    settled(shop)
    counted = sales.held(rows(shop))
    assert counted == sales.rollup(truth(shop))
    expected = sales.held(shop.query(
        "store", "select * from core.sales_recount('America/Sao_Paulo')"))
    assert expected == {place: sums for place, sums in counted.items()
                        if place[0] != "category"}


def shelves(shop):
    """Variants in categories, freight, a coupon."""
    categories = [good(shop.staff.call("create_category", {
        "name": "C" + key()[:8]}), 201)["id"] for _ in range(3)]
    products = [goods.product(shop, 10000, price, category_ids=[category])
                for price, category in zip((1999, 333, 12345, 7),
                                           [*categories, categories[0]])]
    products.append(goods.product(shop, 10000, 999))
    good(shop.admin.call("create_promotion", {
        "name": "Dez", "kind": "percent", "rate_ppm": 100000, "code": "DEZ"}), 201)
    return [product["variants"][0]["id"] for product in products]


def live(shop, chance, variants, people):
    """One order and what becomes of it."""
    client = chance.choice(people)
    body = {**goods.items(*((v, chance.randint(1, 3)) for v in chance.sample(
                variants, chance.randint(1, 4)))),
            "region": chance.choice(["BR-SP", "BR-PE", "BR"])}
    if chance.random() < 0.3:
        body["coupon"] = "DEZ"
    if chance.random() < 0.5:
        body["shipping_method"] = "padrao"
    what = chance.choice(["open", "canceled", "paid", "refunded", "back",
                          "by hand", "long ago", "credit"])
    if what in ("long ago", "credit"):
        body.pop("coupon", None)
        body["placed_at"] = "2026-0%d-1%dT0%d:30:00Z" % (
            chance.randint(1, 5), chance.randint(0, 9), chance.randint(0, 9))
        body.update({"kind": "credit"} if what == "credit"
                    else {"status": "delivered"})
        client = shop.staff
    if what in ("paid", "refunded", "back"):
        made = good(client.call("checkout", {**body, "payment": {
            "provider": "test", "flow": "token", "token": "tok_success"}}),
            201)["order"]
    else:
        made = good(client.write("POST", "/orders", body), 201)
    order, total = made["id"], made["total"]["amount"]
    if what == "canceled":
        good(client.call("cancel_order", {}, id=order))
    elif what == "by hand":
        for status in ("paid", "shipped", "refunded"):
            good(shop.staff.call("set_order_status", {"status": status},
                                 id=order, headers={"if-match": "*"}))
    elif what in ("refunded", "back"):
        if what == "back":
            good(shop.staff.call("ship_order", {}, id=order))
        first = chance.randint(1, total)
        for amount in (first, total - first)[:chance.randint(1, 2)]:
            if amount:
                good(shop.staff.call("create_order_refund", {
                    "amount": {"amount": amount, "currency": "BRL"}},
                    id=order), 201)


def test_random_lives(shop):
    """Bought, paid, shipped, canceled, refunded in parts and by hand: what
    analytics holds is what Python and the store count, to the cent; also
    after each order was told several times more, in another order."""
    chance = random.Random(20260301)
    variants = shelves(shop)
    people = [shop.client("customer") for _ in range(5)]
    for _ in range(ORDERS):
        live(shop, chance, variants, people)
    agrees(shop)
    orders = [str(row["id"]) for row in
              shop.query("store", "select id from core.orders")] * 3
    chance.shuffle(orders)
    shop.query("store", "select core.sales_put(%s::text[], 7)", orders)
    agrees(shop)
    shop.query("analytics", "select core.sales_empty()")
    assert rows(shop) == []
    shop.query("store", "select core.sales_requeue()")
    agrees(shop)


def test_second_part_of_a_refund(shop):
    """The order's status stays, and its money is counted all the same."""
    variant = goods.variant(shop, 9, 5000)
    made = good(shop.customer.call("checkout", {
        **goods.items((variant, 1)), "payment": {
            "provider": "test", "flow": "token", "token": "tok_success"}}),
        201)["order"]
    good(shop.staff.call("ship_order", {}, id=made["id"]))
    for amount in (1000, 700):
        good(shop.staff.call("create_order_refund", {
            "amount": {"amount": amount, "currency": "BRL"}},
            id=made["id"]), 201)
    agrees(shop)
    product = shop.query("store", "select product_id::text as id"
                                  " from core.variant where id = %s", variant)
    assert shop.query(
        "analytics", "select sum(refunded)::int as n from core.sales_day"
        " where dimension = 'product' and key = %s",
        product[0]["id"]) == [{"n": 1700}]


def test_a_worker_killed_while_it_counts(shop):
    """Its lease ends, another does it again, and nothing counts twice."""
    with shop.cluster.connect(shop.copies["analytics"]) as connection:
        connection.execute("select pg_advisory_lock(hashtext('core.sale'))")
        good(shop.customer.write("POST", "/orders", goods.items(
            (goods.variant(shop, 9), 2))), 201)
        holder = wait.until(lambda: shop.query("store", """
            select split_part(holder, ':', -1)::int as pid from core.job
            where kind = 'sales' and status = 'running'"""), 60,
            "a worker to count")[0]["pid"]
        shop.nginx.allow.append(r"worker process %d exited" % holder)
        os.kill(holder, signal.SIGKILL)
        wait.until(lambda: holder not in shop.nginx.workers(), 60,
                   "its end")
    agrees(shop)


def test_without_analytics(shop):
    """Orders are taken; what they come to waits, and metrics say so."""
    name = shop.copies["analytics"]
    shop.query("store", 'alter database "%s" allow_connections false' % name)
    try:
        shop.cluster.query("postgres", """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = %s""", name)
        good(shop.customer.write("POST", "/orders", goods.items(
            (goods.variant(shop, 9), 2))), 201)
        wait.until(lambda: shop.metrics().get("commerce_analytics_pending")
                   >= 1, 60, "the backlog")
        answer = shop.staff.call("list_sales")
        assert answer.status_code == 503, answer.text
    finally:
        shop.query("store", 'alter database "%s" allow_connections true'
                   % name)
    shop.query("store", "update core.job set due_at = now()"
                        " where kind = 'sales' and status = 'waiting'")
    agrees(shop)
