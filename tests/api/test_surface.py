"""What every answer has, and the pages that are not operations."""

import json
import re
import uuid

import pytest

from kit import goods
from kit.client import good, key, problem


def test_request_id_is_echoed_or_made(shop):
    answer = shop.anonymous.read("/products", limit=1)
    made = answer.headers["x-request-id"]
    assert re.fullmatch(r"[\w-]{16,}", made)
    given = uuid.uuid4().hex
    answer = shop.anonymous.get("/api/v1/products/999999999",
                                headers={"x-request-id": given})
    assert problem(answer, 404)["request_id"] == given


@pytest.mark.parametrize("value", ["x" * 300, "a b", "a\"b", "<script>"])
def test_bad_request_id_is_replaced(shop, value):
    answer = shop.anonymous.get("/api/v1/products?limit=1",
                                headers={"x-request-id": value})
    assert answer.headers["x-request-id"] != value


def test_security_headers(shop):
    for path in ("/api/v1/products?limit=1", "/api/v1/products/99999999",
                 "/nothing"):
        answer = shop.anonymous.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "nginx/" not in answer.headers.get("server", "")


def test_private_answers_are_not_stored(shop):
    answer = shop.customer.read("/orders")
    assert "no-store" in answer.headers["cache-control"]


def test_server_timing(shop):
    answer = shop.anonymous.read("/products", limit=1)
    assert re.search(r"\bdb;dur=[\d.]+", answer.headers["server-timing"])


def test_etag_and_304(shop):
    product = goods.product(shop, 1)
    path = "/api/v1/products/%d" % product["id"]
    answer = shop.anonymous.get(path)
    assert answer.headers["etag"] == '"%d"' % product["version"]
    for value in (answer.headers["etag"], "W/" + answer.headers["etag"],
                  '"x", ' + answer.headers["etag"], "*"):
        again = shop.anonymous.get(path, headers={"if-none-match": value})
        assert again.status_code == 304, value
        assert again.content == b""
        assert again.headers["etag"] == answer.headers["etag"]
    again = shop.anonymous.get(path, headers={"if-none-match": '"x"'})
    assert good(again) == product


@pytest.mark.parametrize("value", [
    "1", '"x"', '"1', '""', '"99999999999999999999"', '"1", "2"'])
def test_odd_if_match(shop, value):
    product = goods.product(shop, 1)
    answer = shop.staff.write("PATCH", "/products/%d" % product["id"],
                              {"name": "Outro"}, {"if-match": value})
    assert answer.status_code in (400, 412), answer.text
    problem(answer, answer.status_code)


def test_if_match_where_there_is_no_version(shop):
    """An operation that does not know If-Match does not mind it."""
    product = goods.product(shop, 1)
    good(shop.staff.write("POST", "/products/%d/variants" % product["id"],
                          {"sku": key(), "price": {
                              "amount": 5, "currency": "BRL"}},
                          {"if-match": '"7"'}), 201)
    good(shop.anonymous.get("/api/v1/products?limit=1",
                            headers={"if-match": '"7"'}), 200)


def test_if_match_star(shop):
    product = goods.product(shop, 1)
    good(shop.staff.write("PATCH", "/products/%d" % product["id"],
                          {"name": "Outro"}, {"if-match": "*"}))


def test_openapi(shop):
    """The served document is the merged contract, complete and resolved."""
    document = good(shop.anonymous.get("/openapi.json"))
    assert document["openapi"].startswith("3.1")
    served = {operation["operationId"]
              for item in document["paths"].values()
              for operation in item.values()
              if isinstance(operation, dict) and "operationId" in operation}
    assert served == {operation.id for operation in shop.contract.operations}
    for reference in re.findall(r'"\$ref": ?"([^"]+)"',
                                json.dumps(document)):
        assert reference.startswith("#/")
        node = document
        for part in reference[2:].split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]


def test_health(shop):
    assert shop.anonymous.get("/healthz").status_code == 200
    assert shop.anonymous.get("/readyz").status_code == 200


@pytest.mark.parametrize("accept, status", [
    ("application/json", 200), ("*/*", 200), ("application/*", 200),
    ("text/html, application/json;q=0.5", 200), ("", 200),
    ("application/problem+json, application/json", 200)])
def test_accept(shop, accept, status):
    answer = shop.anonymous.get("/api/v1/products?limit=1",
                                headers={"accept": accept})
    assert answer.status_code == status


def test_unicode_survives(shop):
    name = "Ação \U0001f600 “aspas” \\ / \u2028 <b>&amp;"
    product = goods.product(shop, 1, name=name)
    seen = good(shop.anonymous.read("/products/%d" % product["id"]))
    assert seen["name"] == name


@pytest.mark.parametrize("number", [0, 1, 2 ** 53 - 1, 2 ** 31, 2 ** 32])
def test_large_numbers_survive(shop, number):
    product = goods.product(shop, 1, price=number)
    text = shop.anonymous.read("/products/%d" % product["id"]).text
    assert re.search(r'"amount": ?%d\b' % number, text)


def test_idempotent_create(shop):
    """A POST repeated with its key: the same body and status, one row."""
    headers = {"idempotency-key": key()}
    body = {"name": "Uma vez", "sku": key(),
            "price": {"amount": 1, "currency": "BRL"}}
    first = shop.staff.write("POST", "/products", body, headers)
    again = shop.staff.write("POST", "/products", body, headers)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    problem(shop.staff.write("POST", "/products", {**body, "name": "Duas"},
                             headers), 422, "idempotency_key_reused")


def test_idempotent_refusal(shop):
    """A final refusal is stored as well."""
    headers = {"idempotency-key": key()}
    sku = goods.product(shop)["variants"][0]["sku"]
    body = {"name": "Outro", "sku": sku,
            "price": {"amount": 1, "currency": "BRL"}}
    first = shop.staff.write("POST", "/products", body, headers)
    again = shop.staff.write("POST", "/products", body, headers)
    assert first.status_code == again.status_code >= 400
    assert first.json()["code"] == again.json()["code"]


def test_key_of_another_operation_is_another_key(shop):
    headers = {"idempotency-key": key()}
    good(shop.staff.write("POST", "/products", {
        "name": "Um", "sku": key(),
        "price": {"amount": 1, "currency": "BRL"}}, headers), 201)
    good(shop.staff.write("POST", "/categories",
                          {"name": "Dois " + key()[:6]}, headers), 201)


def test_cors_needs_an_allowed_origin(shop):
    answer = shop.anonymous.get("/api/v1/products?limit=1",
                                headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
