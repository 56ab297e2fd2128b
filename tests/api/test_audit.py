"""Whoever has more rights than a customer leaves a trace of each change."""

import pytest

from api import recipes
from api.test_declared import CONTRACT, SHOP  # noqa: F401 (SHOP: the fixture)
from kit import goods
from kit.client import good, key

OWN = {"shop"}

# What is cleared is made again: nothing that is kept changes.
STAFF = [o for o in CONTRACT.operations
         if o.method != "GET" and o.scopes and o.id != "clear_cache"
         and all(scopes - OWN for scopes in o.scopes)]


def entries(shop, request_id):
    """The entries of a request in both logs."""
    return [{"database": database, **row}
            for database in ("store", "identity")
            for row in shop.query(database, """
                select e.*, l.seq, (select jsonb_agg(to_jsonb(c) order by n)
                                    from core.audit_change c
                                    where c.entry_id = e.id) as changes
                  from core.audit_entry e
                  left join core.audit_link l on l.entry_id = e.id
                 where e.request_id = %s""", request_id)]


def done(operation):
    """The recipe of a success that changes something."""
    found = [recipes.RECIPES[key] for key in sorted(recipes.RECIPES)
             if key[0] == operation.id and key[1] < 300]
    assert found, "no recipe for a success of %s" % operation.id
    return found[0]


@pytest.mark.parametrize("operation", STAFF, ids=str)
def test_every_change_of_staff_is_one_entry(shop, operation):
    response = done(operation)(shop)
    good(response)
    assert response.request.method == operation.method

    found = entries(shop, response.headers["x-request-id"])

    assert len(found) == 1, "%d entries: is the table named in" \
        " core/audit_tables.sql, or core.audit() called?" % len(found)
    entry = found[0]
    assert entry["operation"] == operation.id
    assert entry["actor_id"] and entry["roles"] and entry["session_id"]
    assert entry["seq"] and entry["changes"]


def log(shop, **query):
    return good(shop.admin.call("list_audit", query=query))["data"]


def test_reader_sees_who_changed_what(shop):
    product = goods.product(shop, on_hand=3, price=1000)
    response = shop.staff.call(
        "update_product", {"price": {"amount": 900, "currency": "BRL"}},
        id=product["id"], headers={"if-match": '"%d"' % product["version"]})
    good(response)

    entry, made = log(shop, subject="product:%d" % product["id"])[:2]

    assert entry["database"] == "store"
    assert entry["operation"] == "update_product"
    assert entry["request_id"] == response.headers["x-request-id"]
    assert entry["actor"]["id"] == shop.staff.sub
    assert entry["actor"]["roles"] == ["staff"]
    assert entry["subjects"] == [{"kind": "product", "id": str(product["id"])}]
    assert {"kind": "product", "subject": str(product["id"]),
            "relation": "variant", "action": "update", "concealed": [],
            "before": {"price_amount": 1000}, "after": {"price_amount": 900}} \
        in entry["changes"]
    assert entry["changes_count"] == len(entry["changes"])
    assert made["operation"] == "create_product"


def test_both_databases_are_one_list(shop):
    admin = shop.client("admin")
    person = good(admin.call("create_customer", {
        "name": "Rita Reis", "email": key() + "@example.com"}), 201)
    good(admin.call("put_tax_class", {"name": "Livros"}, code="livros"))
    good(admin.call("update_customer", {"name": "Rita R."}, id=person["id"]))

    entries = log(shop, actor=admin.sub)

    assert [(e["database"], e["operation"]) for e in entries] == [
        ("identity", "update_customer"), ("store", "put_tax_class"),
        ("identity", "create_customer")]
    change = entries[0]["changes"][0]
    assert change["concealed"] == ["name"]
    assert change["before"] is None and change["after"] is None

    page = good(shop.admin.call("list_audit", query={
        "actor": admin.sub, "limit": 2}))
    rest = good(shop.admin.call("list_audit", query={
        "actor": admin.sub, "limit": 2, "cursor": page["page"]["next"]}))
    assert [*page["data"], *rest["data"]] == entries
    assert not rest["page"]["has_more"]

    assert log(shop, actor=admin.sub, operation="put_tax_class",
               subject="tax_class") == [entries[1]]
    assert log(shop, actor=admin.sub, to=entries[2]["at"]) == []
    assert len(log(shop, **{"actor": admin.sub,
                            "from": entries[2]["at"]})) == 3


def test_actor_is_named_until_erased(shop):
    boss = recipes.recipes_identity.Member(shop)
    admin = shop.client("admin", sub=boss.id)
    good(admin.call("put_tax_class", {"name": key()}, code="nomes"))

    assert log(shop, actor=boss.id)[0]["actor"]["name"] == "Rita Reis"

    assert boss.client.call("delete_me").status_code == 204
    entries = log(shop, actor=boss.id)
    assert [e["actor"]["name"] for e in entries] == [None] * len(entries)
    assert entries[0]["operation"] == "user_erased"


def test_key_asked_twice_is_one_entry(shop):
    headers = {"idempotency-key": key()}
    body = {"region": key()[:8], "tax_class": "standard", "rate_ppm": 1,
            "name": "x"}
    first = shop.admin.call("create_tax_rate", body, headers=headers)
    again = shop.admin.call("create_tax_rate", body, headers=headers)
    assert again.headers["idempotency-replayed"] == "true"
    assert len(entries(shop, first.headers["x-request-id"])) == 1
    assert entries(shop, again.headers["x-request-id"]) == []


def test_refused_or_without_effect_is_no_entry(shop):
    product = goods.product(shop)
    for response in (
            shop.staff.call("update_product", {"name": product["name"]},
                            id=product["id"]),
            shop.staff.call("update_product", {"name": "B"},
                            id=product["id"], headers={"if-match": '"99"'}),
            shop.staff.call("create_product", {
                "name": "B", "price": product["price"],
                "sku": product["variants"][0]["sku"]},
                headers={"idempotency-key": key()})):
        assert entries(shop, response.headers["x-request-id"]) == []


def test_customers_and_staff_of_an_order(shop):
    """Who buys leaves no entry; staff who do it for somebody do."""
    variant = goods.variant(shop, 9)
    customer = shop.client("customer")
    placed = customer.call("place_order", goods.items((variant, 1)))
    canceled = customer.call("cancel_order", id=good(placed)["id"])
    good(canceled)
    for response in (placed, canceled):
        assert entries(shop, response.headers["x-request-id"]) == []

    for_her = shop.staff.call("place_order", {
        **goods.items((variant, 1)), "customer_id": customer.sub})
    order = good(for_her)
    taken_back = shop.staff.call("cancel_order", id=order["id"])
    good(taken_back)
    for response in (for_her, taken_back):
        entry, = entries(shop, response.headers["x-request-id"])
        assert entry["actor_id"].hex == shop.staff.sub.replace("-", "")
        assert entry["changes"][0]["subject"] == order["id"]
    assert log(shop, subject="order:" + order["id"])[0]["changes"][0][
        "after"] == {"status": "canceled"}
