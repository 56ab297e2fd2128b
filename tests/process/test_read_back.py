"""Whoever changes something through the API reads it back at once.

The change feeds are held here (their servers are stopped), so that nothing but
the gateway's own memory can know; other addresses are served what is cached.
"""

import contextlib
import os
import signal

import pytest

from kit import goods
from kit.client import PREFIX, fetch, good, key
from kit.wait import until

CONNECTIONS = 12          # new ones, so that every worker is asked


@pytest.fixture(scope="module")
def shop(make_shop):
    made = make_shop(cache=True, workers=3)
    made.probe = goods.product(made, 5)["id"]
    until(lambda: bystander(made, "/products/%d" % made.probe)
          .headers["x-cache"] == "HIT", 60, "the feed to stand")
    return made


def bystander(shop, path, token=None):
    """What somebody else at another address is told."""
    headers = {"authorization": "Bearer " + token} if token else {}
    return fetch(shop.nginx.url + PREFIX + path, headers=headers,
                 local_address="127.0.0.2")


def at_every_worker(shop, client, path):
    """Answers over new connections."""
    return [fetch(shop.nginx.url + PREFIX + path, headers={
        "authorization": client.headers["authorization"]}).json()
        for _ in range(CONNECTIONS)]


@contextlib.contextmanager
def silence(shop):
    """Nothing is told by the feeds."""
    def senders():
        found = [row["pid"] for row in shop.cluster.query("postgres", """
            select s.pid from pg_replication_slots r
            join pg_stat_replication s on s.pid = r.active_pid
            where r.database = %s and s.state = 'streaming'
            union all
            select pid from pg_stat_activity
            where datname = %s and usename = 'identity_feed'""",
            shop.copies["store"], shop.copies["identity"])]
        return len(found) == 2 and found

    pids = until(senders, 60, "both feeds")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def cached(shop, path, client):
    """The answer, once every worker takes it out of the cache."""
    token = client.headers["authorization"][7:]
    until(lambda: bystander(shop, path, token).headers["x-cache"] == "HIT",
          30, path + " to be cached")
    return bystander(shop, path, token).json()


def paid(shop, variant, quantity=1):
    """A checkout that went through."""
    return good(shop.customer.call("checkout", {
        **goods.items((variant, quantity)),
        "payment": {"provider": "test", "flow": "token",
                    "token": "tok_success"}}), 201)


def test_order_sells_the_last(shop):
    """Its buyer sees that there are none left, and the order."""
    product = goods.product(shop, on_hand=1)
    path = "/products/%d" % product["id"]
    assert cached(shop, path, shop.customer)["availability"] != "out_of_stock"
    with silence(shop):
        made = good(shop.customer.call("place_order", goods.items(
            (product["variants"][0]["id"], 1))), 201)
        assert {answer["availability"] for answer in at_every_worker(
            shop, shop.customer, path)} == {"out_of_stock"}
        assert all(made["id"] in [order["id"] for order in answer["data"]]
                   for answer in at_every_worker(shop, shop.customer,
                                                 "/me/orders"))
        assert {answer["number"] for answer in at_every_worker(
            shop, shop.customer, "/orders/" + made["id"])} \
            == {made["number"]}
        assert all(product["id"] not in [
            one["id"] for one in answer["data"]]
            for answer in at_every_worker(
                shop, shop.customer,
                "/products?sort=-popularity&in_stock=true"))


def test_checkout_empties_its_cart(shop):
    variant = goods.variant(shop, 3)
    cart = good(shop.customer.call("create_cart", {}), 201)
    good(shop.customer.call("add_cart_item", {
        "variant_id": variant, "quantity": 1}, id=cart["id"]))
    with silence(shop):
        made = good(shop.customer.call("checkout", {
            "cart_id": cart["id"], "payment": {
                "provider": "test", "flow": "token",
                "token": "tok_success"}}), 201)
        path = "/orders/" + made["order"]["id"]
        assert {answer["status"] for answer in at_every_worker(
            shop, shop.customer, path)} == {"paid"}
        assert {answer.get("status") for answer in at_every_worker(
            shop, shop.customer, "/carts/" + cart["id"])} == {"ordered"}


def test_refund_shows(shop):
    """The answer was cached as paid, and its reader refunds."""
    made = paid(shop, goods.variant(shop, 3))
    path = "/orders/" + made["order"]["id"]
    assert cached(shop, path, shop.staff)["status"] == "paid"
    good(shop.staff.call("ship_order", {}, id=made["order"]["id"]))
    assert cached(shop, path, shop.staff)["status"] == "shipped"
    with silence(shop):
        good(shop.staff.call("create_order_refund", {},
                             id=made["order"]["id"]), 201)
        assert {answer["status"] for answer in at_every_worker(
            shop, shop.staff, path)} == {"refunded"}


def test_change_of_a_product_shows(shop):
    path = "/products/%d" % shop.probe
    version = cached(shop, path, shop.staff)["version"]
    with silence(shop):
        name = "Nome " + key()
        good(shop.staff.call("update_product", {"name": name}, headers={
            "if-match": '"%d"' % version}, id=shop.probe))
        assert {answer["name"] for answer in at_every_worker(
            shop, shop.staff, path)} == {name}


def test_related_products_show_to_others(shop):
    """They are in a table that no feed tells of; the product's row is."""
    other = goods.product(shop)["id"]
    path = "/products/%d/related?chosen=true" % shop.probe
    # Kept for a second: the news of the product just made have all come.
    until(lambda: int(bystander(shop, path).headers.get("age", 0)) >= 1, 30,
          path + " to be kept")
    good(shop.staff.call("replace_related", {"product_ids": [other]},
                         id=shop.probe))
    until(lambda: [row["id"] for row in bystander(shop, path).json()["data"]]
          == [other], 10, "the change to show")


def test_registration_and_card(shop):
    """Identity's handlers, which have a database of their own."""
    email, password = key() + "@example.com", "um-segredo-bem-longo-1"
    good(shop.anonymous.call("register", {
        "name": "Ana", "email": email, "password": password}), 201)
    token = good(shop.anonymous.call("login", {
        "email": email, "password": password}))["access_token"]
    client = shop.client("customer")
    client.headers["authorization"] = "Bearer " + token
    assert cached(shop, "/usersLogin", client)["name"] == "Ana"
    with silence(shop):
        good(client.write("PATCH", "/me", {"name": "Bia"}))
        assert {answer["name"] for answer in at_every_worker(
            shop, client, "/usersLogin")} == {"Bia"}


def test_guest_is_known_by_the_address(shop):
    """Whoever has no token reads it back, too; somebody else may not yet."""
    product = goods.product(shop, on_hand=1)
    path = "/products/%d" % product["id"]
    assert bystander(shop, path).json()["availability"] != "out_of_stock"
    with silence(shop):
        cart = good(shop.anonymous.call("create_cart", {}), 201)
        good(shop.anonymous.call("add_cart_item", {
            "variant_id": product["variants"][0]["id"], "quantity": 1},
            id=cart["id"]))
        good(shop.anonymous.read(path))
        shop.query("store", "update core.product set name = 'Por fora'"
                            " where id = %s returning id", product["id"])
        good(shop.anonymous.call("delete_cart", id=cart["id"]))
        assert good(shop.anonymous.read(path))["name"] == "Por fora"


def test_others_keep_what_is_cached(shop):
    """A cart that changes moves nothing of what others read.

    Other things do, now and then: an answer that has become old, a feed that
    was held so long by the test before that it began anew.
    """
    path = "/products/%d" % shop.probe

    def kept():
        for _ in range(5):
            good(shop.customer.call("create_cart", {}))
            if {bystander(shop, path).headers["x-cache"],
                    shop.anonymous.get(PREFIX + path).headers["x-cache"]} \
                    != {"HIT"}:
                return False
        return True

    until(kept, 60, "five carts that move nothing")
