"""Products, variants, categories: what staff changes and customers see."""

import pytest

from kit import goods
from kit.client import good, key, problem


def brl(amount):
    return {"amount": amount, "currency": "BRL"}


@pytest.fixture
def product(shop):
    return goods.product(shop, 10)


def change(shop, product, body, method="PATCH", **headers):
    return shop.staff.write(
        method, "/products/%d" % product["id"], body,
        {"if-match": '"%d"' % product["version"], **headers})


def test_created_product_is_read_back(shop):
    body = {"name": "Café em grãos 500 g", "sku": key(),
            "price": brl(3490), "description": "Torra média.",
            "attributes": {"origem": "Minas"}}
    answer = shop.staff.write("POST", "/products", body)
    made = good(answer, 201)
    assert answer.headers["location"].endswith("/products/%d" % made["id"])
    assert made["name"] == body["name"] and made["price"] == body["price"]
    assert made["attributes"] == body["attributes"]
    assert made["variants"][0]["sku"] == body["sku"]
    assert made["version"] == 1
    seen = good(shop.anonymous.read("/products/%d" % made["id"]), 200)
    assert seen == made


def test_product_by_slug(shop, product):
    seen = good(shop.anonymous.read("/products/" + product["slug"]), 200)
    assert seen["id"] == product["id"]


def test_slug_is_made_from_the_name(shop):
    first = goods.product(shop, name="Açaí & Cupuaçu")
    again = goods.product(shop, name="Açaí & Cupuaçu")
    assert first["slug"].startswith("acai-cupuacu")
    assert first["slug"] != again["slug"]


def test_unknown_product(shop):
    for name in ("999999999", "nao-existe"):
        problem(shop.anonymous.read("/products/" + name), 404)


def test_title_speaks_the_language_asked_for(shop):
    titles = {}
    for language in ("pt-BR", "en", "en-GB,en;q=0.9", "fr", "pt"):
        answer = shop.anonymous.get(
            "/api/v1/products/999999999",
            headers={"accept-language": language})
        titles[language] = problem(answer, 404)["title"]
    assert titles["en"] == titles["en-GB,en;q=0.9"] != titles["pt-BR"]
    assert titles["fr"] == titles["pt"] == titles["pt-BR"]


def test_sku_is_unique(shop, product):
    sku = product["variants"][0]["sku"]
    answer = shop.staff.write("POST", "/products", {
        "name": "Outro", "sku": sku, "price": brl(1)})
    assert answer.status_code in (409, 422)
    problem(answer, answer.status_code)


@pytest.mark.parametrize("field, value", [
    ("price", brl(-1)), ("price", {"amount": 1.5, "currency": "BRL"}),
    ("price", {"amount": 1, "currency": "brl"}), ("price", 10),
    ("price", {"amount": 2 ** 53, "currency": "BRL"}),
    ("price", {"amount": 1}), ("name", ""), ("name", "x" * 5000),
    ("name", None), ("sku", ""), ("attributes", []), ("name", 1)])
def test_bad_field_is_named(shop, field, value):
    body = {"name": "Chá", "sku": key(), "price": brl(1), field: value}
    answer = shop.staff.write("POST", "/products", body)
    errors = problem(answer, 422, "validation_failed")["errors"]
    assert any(error["pointer"].startswith("/" + field)
               for error in errors), errors


def test_all_errors_of_a_body_at_once(shop):
    answer = shop.staff.write("POST", "/products", {
        "name": "", "sku": "", "price": brl(-1)})
    errors = problem(answer, 422, "validation_failed")["errors"]
    assert {error["pointer"].split("/")[1] for error in errors} == {
        "name", "sku", "price"}


def test_merge_patch(shop, product):
    changed = good(change(shop, product, {"name": "Novo nome"}), 200)
    assert changed["name"] == "Novo nome"
    assert changed["price"] == product["price"]
    assert changed["version"] == product["version"] + 1


def test_price_change_reaches_readers_at_once(shop, product):
    good(change(shop, product, {"price": brl(1)}))
    seen = good(shop.anonymous.read("/products/%d" % product["id"]))
    assert seen["price"] == brl(1)
    assert seen["variants"][0]["price"] == brl(1)


def test_patch_against_an_old_version(shop, product):
    good(change(shop, product, {"name": "Primeiro"}))
    problem(change(shop, product, {"name": "Segundo"}), 412,
            "version_mismatch")
    seen = good(shop.anonymous.read("/products/%d" % product["id"]))
    assert seen["name"] == "Primeiro"


def test_draft_is_hidden_from_customers(shop):
    draft = goods.product(shop, status="draft")
    problem(shop.anonymous.read("/products/%d" % draft["id"]), 404)
    assert good(shop.staff.read("/products/%d" % draft["id"]))["id"] == \
        draft["id"]


def test_archived_product_is_not_sold(shop, product):
    good(shop.staff.write("POST", "/products/%d/archive" % product["id"],
                          headers={"if-match": '"%d"' % product["version"]}))
    variant = product["variants"][0]["id"]
    answer = shop.customer.write("POST", "/orders",
                                 goods.items((variant, 1)))
    assert answer.status_code in (404, 409, 422)
    problem(answer, answer.status_code)
    listed = good(shop.anonymous.read("/products", ids=product["id"]))
    assert listed["data"] == []


def test_delete_with_sales_is_refused(shop, product):
    good(shop.customer.write("POST", "/orders", goods.items(
        (product["variants"][0]["id"], 1))), 201)
    answer = change(shop, product, None, "DELETE")
    assert problem(answer, 409)["code"] in ("product_has_sales",
                                            "product_has_stock")


def test_delete_with_stock_is_refused(shop, product):
    problem(change(shop, product, None, "DELETE"), 409, "product_has_stock")


def test_delete_without_sales_or_stock(shop):
    product = goods.product(shop)
    assert change(shop, product, None, "DELETE").status_code == 204
    problem(shop.staff.read("/products/%d" % product["id"]), 404)


def test_upsert_by_sku_makes_then_changes(shop):
    body = {"name": "Mel", "sku": key(), "price": brl(2500)}
    made = good(shop.staff.write("POST", "/products/upsert", body))
    again = good(shop.staff.write("POST", "/products/upsert",
                                  {**body, "price": brl(2600)}))
    assert again["id"] == made["id"]
    assert again["price"] == brl(2600)


def test_variants(shop, product):
    path = "/products/%d/variants" % product["id"]
    made = good(shop.staff.write("POST", path, {
        "sku": key(), "name": "Grande", "price": brl(2999),
        "options": {"tamanho": "G"}}), 201)
    seen = good(shop.anonymous.read("/products/%d" % product["id"]))
    assert made["id"] in [variant["id"] for variant in seen["variants"]]
    assert len(seen["variants"]) == 2


def test_category_tree(shop):
    root = good(shop.staff.write("POST", "/categories",
                                 {"name": "Bebidas " + key()[:6]}), 201)
    child = good(shop.staff.write("POST", "/categories", {
        "name": "Chás " + key()[:6], "parent_id": root["id"]}), 201)
    product = goods.product(shop, category_ids=[child["id"]])
    assert [c["id"] for c in product["categories"]] == [child["id"]]
    for category in (root, child):
        found = good(shop.anonymous.read("/products",
                                         category=category["slug"]))
        assert [p["id"] for p in found["data"]] == [product["id"]]
    tree = good(shop.anonymous.read("/categories/tree"))
    assert root["name"] in str(tree) and child["name"] in str(tree)


def test_category_cannot_be_below_itself(shop):
    root = good(shop.staff.write("POST", "/categories",
                                 {"name": "A " + key()[:6]}), 201)
    child = good(shop.staff.write("POST", "/categories", {
        "name": "B " + key()[:6], "parent_id": root["id"]}), 201)
    answer = shop.staff.write(
        "PATCH", "/categories/%d" % root["id"], {"parent_id": child["id"]},
        {"if-match": '"%d"' % root["version"]})
    assert answer.status_code in (409, 422)
    problem(answer, answer.status_code)


def test_list_item_leaves_out_the_large_fields(shop, product):
    found = good(shop.anonymous.read("/products", limit=1))["data"][0]
    assert not {"description", "attributes", "variants"} & set(found)


def test_batch(shop):
    rows = [{"name": "Lote %d" % n, "sku": key(), "price": brl(n)}
            for n in range(50)]
    good(shop.staff.write("POST", "/products/batch", {"products": rows}))
    for row in (rows[0], rows[-1]):
        found = good(shop.anonymous.read("/products", q=row["sku"]))
        assert found["data"][0]["price"] == row["price"]
