"""What belongs to a product and stands beside it: every operation once, and
what it refuses."""

import pytest

from kit import goods
from kit.client import good, key, problem


def brl(amount):
    return {"amount": amount, "currency": "BRL"}


def match(row):
    return {"if-match": '"%d"' % row["version"]}


@pytest.fixture
def product(shop):
    return goods.product(shop)


@pytest.fixture
def path(product):
    return "/products/%d" % product["id"]


@pytest.fixture
def category(shop):
    return good(shop.staff.write("POST", "/categories",
                                 {"name": "Categoria " + key()[:8]}), 201)


def test_put_empties_what_it_leaves_out(shop, category):
    product = goods.product(shop, category_ids=[category["id"]],
                            description="Torra média.",
                            attributes={"cor": "azul"})
    path = "/products/%d" % product["id"]
    problem(shop.staff.write("PUT", path, {"name": "X", "price": brl(1)}),
            428, "if_match_required")
    changed = good(shop.staff.write(
        "PUT", path, {"name": "X", "price": brl(1)}, match(product)), 200)
    assert (changed["description"], changed["attributes"],
            changed["categories"]) == ("", {}, [])
    assert changed["slug"] == product["slug"]
    assert changed["variants"][0]["sku"] == product["variants"][0]["sku"]
    assert changed["price"] == brl(1)
    assert changed["version"] == product["version"] + 1


def test_patch_merges_attributes(shop):
    product = goods.product(shop, attributes={"cor": "azul", "peso": 1})
    path = "/products/%d" % product["id"]
    changed = good(shop.staff.write("PATCH", path, {
        "attributes": {"cor": None, "novo": ["a", "b"]}}))
    assert changed["attributes"] == {"peso": 1, "novo": ["a", "b"]}


def test_every_write_answers_the_new_etag(shop, product, path):
    answer = shop.staff.write("PATCH", path, {"name": "Outro"})
    assert answer.headers["etag"] == '"%d"' % (product["version"] + 1)
    assert answer.headers["etag"] == \
        shop.anonymous.read(path).headers["etag"]


def test_change_that_changes_nothing(shop, product, path):
    same = good(shop.staff.write("PATCH", path, {"name": product["name"]}))
    assert same == product


def test_archived_and_back(shop, product, path):
    gone = good(shop.staff.write("POST", path + "/archive"), 200)
    assert gone["status"] == "archived"
    problem(shop.anonymous.read(path), 404, "product_not_found")
    good(shop.staff.write("PATCH", path, {"status": "active"}))
    assert good(shop.anonymous.read(path))["id"] == product["id"]


def test_same_key_makes_one_product(shop):
    body = {"name": "Uma vez", "sku": key(), "price": brl(1)}
    headers = {"idempotency-key": key()}
    first = shop.staff.write("POST", "/products", body, headers)
    again = shop.staff.write("POST", "/products", body, headers)
    assert good(again, 201) == good(first, 201)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    problem(shop.staff.write("POST", "/products", {**body, "name": "Duas"},
                             headers), 422, "idempotency_key_reused")


def test_refusal_is_replayed(shop, product):
    body = {"name": "Outro", "sku": product["variants"][0]["sku"],
            "price": brl(1)}
    headers = {"idempotency-key": key()}
    for _ in range(2):
        answer = shop.staff.write("POST", "/products", body, headers)
        assert problem(answer, 409, "sku_taken")["errors"] == [
            {"pointer": "/sku", "code": "sku_taken"}]


def test_variant_lives(shop, product, path):
    made = shop.staff.write("POST", path + "/variants", {
        "sku": key(), "options": {"tamanho": "G"}, "price": brl(2500)})
    variant = good(made, 201)
    place = path + "/variants/%d" % variant["id"]
    assert made.headers["location"].endswith(place)
    assert good(shop.anonymous.read(place)) == variant
    problem(shop.staff.write("PATCH", place, {"price": brl(1)}), 428,
            "if_match_required")
    changed = good(shop.staff.write(
        "PATCH", place, {"price": brl(1), "options": {"cor": "azul"}},
        match(variant)))
    assert changed["options"] == {"tamanho": "G", "cor": "azul"}
    assert good(shop.anonymous.read(path))["price"] == brl(1)
    problem(shop.staff.write("PATCH", place, {"name": "P"}, match(variant)),
            412, "version_mismatch")
    put = good(shop.staff.write("PUT", place, {
        "sku": variant["sku"], "price": brl(1)}))
    assert put["options"] == {}
    hidden = good(shop.staff.write("PATCH", place, {"active": False}))
    problem(shop.anonymous.read(place), 404, "variant_not_found")
    seen = good(shop.staff.read(path + "/variants"))["data"]
    assert [v["id"] for v in seen] == [product["variants"][0]["id"],
                                       variant["id"]]
    assert shop.staff.write("DELETE", place,
                            headers=match(hidden)).status_code == 204
    problem(shop.staff.read(place), 404, "variant_not_found")


def test_last_variant_stays(shop, product, path):
    place = path + "/variants/%d" % product["variants"][0]["id"]
    problem(shop.staff.write("DELETE", place), 409, "last_variant")


def test_variant_in_stock_stays(shop):
    product = goods.product(shop, 3)
    path = "/products/%d/variants" % product["id"]
    good(shop.staff.write("POST", path, {"sku": key()}), 201)
    problem(shop.staff.write("DELETE", "%s/%d" % (
        path, product["variants"][0]["id"])), 409, "variant_has_stock")


def test_variant_starts_with_stock(shop, product, path):
    good(shop.staff.write("POST", path + "/variants", {
        "sku": key(), "stock": {"on_hand": 7}}), 201)
    seen = good(shop.anonymous.read(path))
    assert seen["availability"] == "in_stock"
    problem(shop.staff.write("POST", path + "/variants", {
        "sku": key(), "stock": {"on_hand": 7, "location_id": 999}}),
        422, "unknown_location")


def test_image_lives(shop, path):
    url = "/media/%s.svg" % key()
    image = good(shop.staff.write("POST", path + "/images", {
        "url": url, "alt": "Foto", "width": 600}), 201)
    place = path + "/images/%d" % image["id"]
    assert good(shop.anonymous.read(place)) == image
    assert good(shop.anonymous.read(path))["images"] == [
        {"id": image["id"], "url": url, "alt": "Foto", "width": 600,
         "height": None}]
    changed = good(shop.staff.write("PATCH", place, {"width": None,
                                                     "position": 5},
                                    match(image)))
    assert changed["width"] is None and changed["position"] == 5
    listed = good(shop.anonymous.read(path + "/images"))["data"]
    assert listed == [changed]
    assert shop.staff.write("DELETE", place).status_code == 204
    problem(shop.anonymous.read(place), 404, "image_not_found")
    assert good(shop.anonymous.read(path))["images"] == []


@pytest.mark.parametrize("url", [
    "javascript:alert(1)", "http://x/a.svg", "//evil.test/a", "a.svg",
    "https://x/\"onload=", "/a b", "data:image/svg+xml,x"])
def test_image_of_a_bad_address(shop, path, url):
    problem(shop.staff.write("POST", path + "/images", {"url": url}), 422,
            "validation_failed")


def test_related_by_hand_and_by_category(shop, category):
    first, second, third = [goods.product(
        shop, category_ids=[category["id"]]) for _ in range(3)]
    path = "/products/%d/related" % first["id"]
    found = good(shop.anonymous.read(path))["data"]
    assert {row["id"] for row in found} == {second["id"], third["id"]}
    good(shop.staff.write("PUT", path, {"product_ids": [third["id"]]}))
    found = good(shop.anonymous.read(path))["data"]
    assert [row["id"] for row in found] == [third["id"], second["id"]]
    answer = shop.staff.write("PUT", path, {
        "product_ids": [first["id"], 999999]})
    errors = problem(answer, 422, "validation_failed")["errors"]
    assert [e["pointer"] for e in errors] == ["/product_ids/0",
                                              "/product_ids/1"]


def test_related_are_a_part_of_the_product(shop):
    """Chosen with the product or by themselves, for the version one saw; the
    shop shows them at once, and staff what it does not show, too."""
    one, draft, two = [goods.product(shop, status=status) for status in
                       ("active", "draft", "active")]
    chosen = [two["id"], draft["id"], one["id"]]
    product = goods.product(shop, related_ids=chosen)
    place = "/products/%d" % product["id"]

    def listed(client):
        answer = good(client.read(place + "/related?chosen=true"))
        return [(row["id"], row["status"], row["sku"])
                for row in answer["data"]]

    def seen(*rows):
        return [(row["id"], row["status"], row["variants"][0]["sku"])
                for row in rows]

    assert listed(shop.staff) == seen(two, draft, one)
    assert listed(shop.anonymous) == seen(two, one)
    answer = good(shop.staff.write("PATCH", place, {
        "related_ids": [one["id"], two["id"]]}, match(product)))
    assert answer["version"] == product["version"] + 1
    assert listed(shop.anonymous) == seen(one, two)
    for method, path, body in (
            ("PATCH", place, {"related_ids": []}),
            ("PUT", place + "/related", {"product_ids": []})):
        problem(shop.staff.write(method, path, body, match(product)),
                412, "version_mismatch")
    same = good(shop.staff.write("PUT", place + "/related", {
        "product_ids": [one["id"], two["id"]]}, match(answer)))
    assert same == {"product_ids": [one["id"], two["id"]]}
    now = good(shop.staff.write("PATCH", place, {"related_ids": [two["id"]]},
                                match(answer)))
    assert listed(shop.anonymous) == seen(two)
    errors = problem(shop.staff.write("PATCH", place, {
        "related_ids": [one["id"], now["id"], 999999]}), 422,
        "unknown_product")["errors"]
    assert [e["pointer"] for e in errors] == ["/related_ids/1",
                                              "/related_ids/2"]
    assert listed(shop.anonymous) == seen(two)


def test_upsert_by_source(shop):
    body = {"name": "De fora", "sku": key(), "price": brl(100),
            "source": "erp", "external_id": key()}
    made = good(shop.staff.write("POST", "/products/upsert", body), 201)
    again = good(shop.staff.write("POST", "/products/upsert", {
        "source": "erp", "external_id": body["external_id"],
        "name": "Outro nome"}), 200)
    assert again["id"] == made["id"] and again["name"] == "Outro nome"
    assert again["price"] == made["price"]


def test_batch_tells_each_item(shop, product):
    sku = key()
    answer = good(shop.staff.write("POST", "/products/batch", {"products": [
        {"id": product["id"], "price": brl(5)},
        {"name": "Novo", "sku": sku, "price": brl(1)},
        {"name": "De novo", "sku": sku, "price": brl(1)},
        {"name": "Sem lugar", "sku": key(), "price": brl(1),
         "category_ids": [999999]},
        {"id": 999999, "name": "Ninguém"}]}), 200)
    assert [row["status"] for row in answer["results"]] == [
        "updated", "created", "failed", "failed", "failed"]
    assert (answer["created"], answer["updated"], answer["failed"]) == (
        1, 1, 3)
    assert answer["results"][2]["errors"] == [
        {"pointer": "/products/2/sku", "code": "sku_taken"}]
    assert answer["results"][3]["errors"][0]["pointer"] == \
        "/products/3/category_ids/0"
    seen = good(shop.anonymous.read("/products/%d" % product["id"]))
    assert seen["price"] == brl(5)


def test_category_lives(shop, category):
    place = "/categories/%d" % category["id"]
    child = good(shop.staff.write("POST", "/categories", {
        "name": "Filha", "parent_id": category["id"]}), 201)
    assert child["path"] == [category["id"], child["id"]]
    assert good(shop.anonymous.read("/categories/" + category["slug"])) == \
        category
    listed = good(shop.anonymous.read("/categories",
                                      parent_id=category["id"]))
    assert [row["id"] for row in listed["data"]] == [child["id"]]
    problem(shop.staff.write("DELETE", place), 409, "category_has_children")
    moved = good(shop.staff.write(
        "PATCH", "/categories/%d" % child["id"], {"parent_id": None},
        match(child)))
    assert moved["parent_id"] is None and moved["path"] == [child["id"]]
    changed = good(shop.staff.write("PUT", place, {
        "name": "Nova", "position": 4}, match(category)))
    assert changed["slug"] == category["slug"] and changed["position"] == 4
    product = goods.product(shop, category_ids=[category["id"]])
    problem(shop.staff.write("DELETE", place), 409, "category_has_products")
    good(shop.staff.write("PATCH", "/products/%d" % product["id"],
                          {"category_ids": []}))
    assert shop.staff.write("DELETE", place).status_code == 204
    problem(shop.anonymous.read(place), 404, "category_not_found")


def test_category_with_a_taken_slug(shop, category):
    problem(shop.staff.write("POST", "/categories", {
        "name": "X", "slug": category["slug"]}), 409, "slug_taken")


def test_renamed_category_shows_in_products(shop, category):
    product = goods.product(shop, category_ids=[category["id"]])
    good(shop.staff.write("PATCH", "/categories/%d" % category["id"],
                          {"name": "Renomeada"}))
    seen = good(shop.anonymous.read("/products/%d" % product["id"]))
    assert seen["categories"][0]["name"] == "Renomeada"
    assert seen["version"] == product["version"] + 1


def test_operator_changes_a_price_by_psql(shop, product, path):
    shop.query("store", "update core.product set price_amount = 4242"
                        " where id = %s", product["id"])
    seen = good(shop.anonymous.read(path))
    assert seen["price"] == seen["variants"][0]["price"] == brl(4242)
    assert seen["version"] == product["version"] + 1
    listed = good(shop.anonymous.read("/products", price_min=4242,
                                      price_max=4242))
    assert product["id"] in [row["id"] for row in listed["data"]]


def test_filter_by_attribute_and_option(shop):
    color = "cor-" + key()[:8]
    product = goods.product(shop, attributes={"cor": color}, variants=[
        {"sku": key(), "options": {"tamanho": "G"}}])
    for query, count in (({"attr.cor": color}, 1),
                         ({"attr.cor": color, "attr.tamanho": "G"}, 1),
                         ({"attr.cor": color, "attr.tamanho": "P"}, 0),
                         ({"attr.cor": ["nenhuma", color]}, 1)):
        found = good(shop.anonymous.read("/products", **query))["data"]
        assert [row["id"] for row in found] == [product["id"]] * count


@pytest.mark.parametrize("text", [
    "a\\b", "'", "''", "\\'", "a & b", "(x | y)", "!z", "x:*", "\\"])
def test_filter_by_what_an_attribute_says_literally(shop, text):
    text = key()[:8] + text
    product = goods.product(shop, attributes={"cor": text})
    for query in ({"attr.cor": text}, {"attr.cor": ["it's", text]},
                  {"attr.cor": text, "q": product["name"]}):
        found = good(shop.anonymous.read("/products", **query))["data"]
        assert [row["id"] for row in found] == [product["id"]]


def test_facets(shop):
    color = "cor-" + key()[:8]
    for price in (100, 200, 300):
        goods.product(shop, price=price, attributes={"cor": color})
    page = good(shop.anonymous.read(
        "/products", limit=1, **{"attr.cor": color,
                                 "facets": "price,attributes,availability"}))
    facets = page["facets"]
    assert facets["exact"] and facets["total"] == 3
    assert facets["price"]["min"] == 100 and facets["price"]["max"] == 300
    assert facets["attributes"] == [
        {"name": "cor", "values": [{"value": color, "count": 3}]}]
    assert facets["availability"] == [{"value": "out_of_stock", "count": 3}]
    assert "category" not in facets
