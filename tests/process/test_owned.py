"""What belongs to somebody is cached for them, and for nobody else."""

import uuid

import pytest

from kit import goods
from kit.client import good, key
from kit.wait import until


@pytest.fixture(scope="module")
def shop(make_shop):
    return make_shop(cache=True)


def person(shop, **more):
    """A customer of the shop, as a client."""
    made = good(shop.staff.call("create_customer", {
        "name": "Rita Reis", "email": "%s@example.com" % uuid.uuid4(),
        **more}), 201)
    client = shop.client("customer", sub=made["id"])
    client.id = made["id"]
    return client


def hit(client, path):
    return until(lambda: (lambda a: a if a.headers.get("X-Cache") == "HIT"
                          else None)(client.get(path)), 60, "a hit of " + path)


def test_each_has_a_card_of_their_own(shop):
    people = [person(shop) for _ in range(3)]
    for _ in range(3):
        for one in people:
            assert hit(one, "/usersLogin").json()["id"] == one.id


def test_card_changes_at_once(shop):
    one = person(shop)
    hit(one, "/usersLogin")
    for turn in range(5):
        name = "Nome %d" % turn
        shop.query("identity", "update core.users set name = %s,"
                               " version = version + 1 where id = %s"
                               " returning id", name, one.id)
        until(lambda: one.get("/usersLogin").json()["name"] == name, 60,
              name, 0.002)
        hit(one, "/usersLogin")


def test_customer_with_sealed_values(shop):
    """Kept as they are in the database; opened for each who may read."""
    phone = "+55 11 91234-5678"
    one, other = person(shop, phone=phone), person(shop)
    path = "/api/v1/customers/" + one.id
    first = one.get(path)
    assert first.json()["phone"] == phone
    again = hit(one, path)
    assert again.json() == first.json()
    assert again.headers["ETag"] == first.headers["ETag"]
    assert other.get(path).status_code == 404
    assert hit(shop.staff, path).json()["phone"] == phone
    assert other.get(path).status_code == 404
    assert shop.anonymous.get(path).status_code == 401
    upper = path.replace(one.id, one.id.upper())
    assert hit(one, upper).json()["id"] == one.id
    shop.query("identity", "update core.users set name = 'Outra',"
                           " version = version + 1 where id = %s"
                           " returning id", one.id)
    for spelled in (path, upper):
        until(lambda: one.get(spelled).json()["name"] == "Outra", 60,
              "the new name")


def test_order_of_another(shop):
    one, other = person(shop), person(shop)
    address = {"street": "Rua A", "city": "Recife", "country": "BR"}
    placed = one.call("place_order", {
        "items": [{"variant_id": goods.variant(shop, 5), "quantity": 1}],
        "shipping_address": address}, headers={"idempotency-key": key()})
    order = good(placed, 201)
    for path in ("/api/v1/orders/" + order["id"],
                 "/api/v1/orders/%d" % order["number"]):
        assert hit(one, path).json()["shipping_address"]["street"] == "Rua A"
        for _ in range(2):
            assert other.get(path).status_code == 404
        assert hit(shop.staff, path).json()["id"] == order["id"]
        assert other.get(path).status_code == 404
    shop.query("store", "update core.orders set reference = 'R1',"
                        " version = version + 1 where id = %s"
                        " returning id", order["id"])
    for path in ("/api/v1/orders/" + order["id"],
                 "/api/v1/orders/%d" % order["number"]):
        until(lambda: one.get(path).json()["reference"] == "R1", 60,
              "the new order")
