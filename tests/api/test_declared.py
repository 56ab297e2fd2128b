"""Every status that an operation declares can be had, and looks as declared.

Most rows are made from the contract; RECIPES has those that need a story. A
declared status that no row can produce is a failure, and so is an operation
nobody wrote a recipe for.
"""

import functools
import json
import os
import uuid

import pytest

from api import recipes
from kit import contract as contracts
from kit.build import ROOT
from kit.client import key, problem
from kit.tokens import SCOPES

CONTRACT = contracts.load()
ROWS = [(operation, int(status)) for operation in CONTRACT.operations
        for status in operation.responses if int(status) != 503]

SHOP = {"fakes": True,
        "http": '    commerce_mail smtp://127.0.0.1:9 from=shop@example.com'
                ' url=https://shop.example templates=%s;\n'
                % os.path.join(ROOT, "conf", "mail")}

UNKNOWN = {"integer": "999999999", "string": "nao-existe"}


def request(shop, operation, client=None, leave=(), body=None, values=None,
            query=None, **headers):
    """The operation with samples for all that it requires."""
    headers = {name.replace("_", "-"): value
               for name, value in headers.items()}
    if operation.idempotency() == "required":
        headers.setdefault("idempotency-key", key())
    if operation.if_match() == "required":
        headers.setdefault("if-match", '"1"')
    if body is None and operation.body_required:
        body = CONTRACT.sample(operation.body) \
            if operation.body is not None else "{}"
    content = body if isinstance(body, (str, bytes, type(None))) \
        else json.dumps(body)
    if content is not None:
        headers.setdefault("content-type", next(iter(operation.body_types),
                                                "application/json"))
    for name in leave:
        headers.pop(name, None)
    parameters = {p["name"]: CONTRACT.sample(p["schema"])
                  for p in operation.named("query") if p.get("required")}
    return (client or shop.admin).request(
        operation.method, operation.target(**(values or {})),
        params={**parameters, **(query or {})}, content=content,
        headers=headers)


def unknown(operation):
    """Path values that name nothing."""
    found = {}
    for parameter in operation.named("path"):
        schema = CONTRACT.deref(parameter["schema"])
        kind = schema.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if schema.get("format") == "uuid":
            found[parameter["name"]] = uuid.uuid4()
        elif kind == "integer":
            found[parameter["name"]] = min(999999999,
                                           schema.get("maximum", 10 ** 9))
        else:
            found[parameter["name"]] = CONTRACT.sample(schema) \
                if "pattern" in schema else "nao-existe"
    return found


def outsider(operation):
    """A role that may not, or None when everybody may."""
    return next((role for role in ("nobody", "customer", "staff")
                 if not operation.allows(SCOPES.get(role, []))), None)


def generic(shop, operation, status):
    """A request that must give the status, or None."""
    if status == 400:
        return request(shop, operation, query={"zzz": 1})
    if status == 401 and operation.protected:
        return request(shop, operation, shop.anonymous)
    if status == 401 and operation.optional:
        return request(shop, operation, shop.anonymous,
                       authorization="Bearer x")
    if status == 403 and outsider(operation):
        return request(shop, operation, shop.client(outsider(operation)))
    if status == 404 and operation.named("path"):
        return request(shop, operation, values=unknown(operation),
                       if_match="*")
    if status == 413 and operation.body_types:
        return request(shop, operation, body='"' + "x" * 70000 + '"')
    if status == 415 and operation.body_types:
        return request(shop, operation, body="x", content_type="text/plain")
    if status == 422 and operation.body is not None:
        return request(shop, operation, body="[]")
    if status == 428 and operation.if_match() == "required":
        return request(shop, operation, leave=["if-match"])
    return None


def from_elsewhere(recipe, shop):
    """Requests that become too many come from an address of their own: the
    limits of the other one are what all rows have together.
    """
    known = shop.anonymous
    with known.elsewhere() as shop.anonymous:
        try:
            return recipe(shop)
        finally:
            shop.anonymous = known


@pytest.mark.parametrize(
    "operation, status", ROWS,
    ids=["%s-%d" % (operation.id, status) for operation, status in ROWS])
def test_declared_status(shop, operation, status):
    recipe = recipes.RECIPES.get((operation.id, status))
    if recipe and status == 429:
        recipe = functools.partial(from_elsewhere, recipe)
    answer = recipe(shop) if recipe else generic(shop, operation, status)
    assert answer is not None, "no row for %s %d" % (operation.id, status)
    assert answer.status_code == status, answer.text[:2000]
    # A page says in its own way that it is not there.
    if status >= 400 and "text/html" not in answer.headers["content-type"]:
        problem(answer, status)


def test_every_recipe_is_of_an_operation():
    declared = {(operation.id, status) for operation, status in ROWS}
    assert set(recipes.RECIPES) <= declared


AWAY = [operation for operation in CONTRACT.operations
        if operation.extension.get("handler") not in (
            "get_openapi", "get_healthz", "get_cache", "clear_cache",
            "get_jwks", "list_mail_templates", "get_mail_template",
            "list_payment_providers")]


@pytest.fixture(scope="module")
def blackout(make_shop, cluster):
    """A shop whose PostgreSQL has gone."""
    shop = make_shop()
    cluster.halt("immediate")
    yield shop
    cluster.start()


@pytest.mark.parametrize("operation", AWAY, ids=[o.id for o in AWAY])
def test_without_postgresql(blackout, operation):
    """503, and an honest one: nothing hangs, nothing is a 500."""
    answer = request(blackout, operation)
    if answer.status_code in (400, 404, 422):
        return              # the sample did not get as far as the database
    assert answer.status_code == 503, answer.text[:2000]
    assert "503" in operation.responses, "503 is not declared"
