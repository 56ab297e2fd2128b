"""Every operation of the contract with parameters and headers that it does not
allow.
"""

import json

import pytest

from kit.client import problem
from kit.matrix import CONTRACT, OPERATIONS, each, send


@each(OPERATIONS)
def test_unknown_query_parameter_is_refused(shop, operation):
    answer = send(shop.admin, operation, query={"zzz": "1"})
    body = problem(answer, 400)
    assert "zzz" in json.dumps(body)


def wrong(schema):
    """Values that the schema of a parameter cannot accept."""
    schema = CONTRACT.deref(schema)
    if "enum" in schema:
        yield "zzz-no-such"
    kind = schema.get("type")
    if kind == "integer":
        yield from ("x", "1.5", "1e3", "99999999999999999999", "", "+1",
                    "0x10", " 1")
        if "minimum" in schema:
            yield str(schema["minimum"] - 1)
        if "maximum" in schema:
            yield str(schema["maximum"] + 1)
    if kind == "boolean":
        yield from ("yes", "1", "TRUE", "")
    if kind == "string" and "maxLength" in schema:
        yield "a" * (schema["maxLength"] + 1)
    if schema.get("format") == "uuid":
        yield "not-a-uuid"
    if schema.get("format") in ("date", "date-time"):
        yield from ("2026-13-01", "2026-02-30T00:00:00Z", "yesterday")


PARAMETERS = [(operation, parameter, value) for operation in OPERATIONS
              for parameter in operation.named("query")
              for value in wrong(parameter["schema"])]


@pytest.mark.parametrize(
    "operation, parameter, value", PARAMETERS,
    ids=["%s-%s-%.20s" % (o.id, p["name"], v) for o, p, v in PARAMETERS])
def test_bad_query_parameter_is_refused(shop, operation, parameter, value):
    answer = send(shop.admin, operation, query={parameter["name"]: value})
    body = problem(answer, 400)
    assert parameter["name"] in json.dumps(body)


@each(o for o in OPERATIONS if any(
    CONTRACT.deref(p["schema"]).get("type") == "integer"
    for p in o.named("path")))
@pytest.mark.parametrize("value", ["x", "0x1", "99999999999999999999", "1.5"])
def test_bad_path_parameter_is_refused(shop, operation, value):
    names = {p["name"]: value for p in operation.named("path")
             if CONTRACT.deref(p["schema"]).get("type") == "integer"}
    answer = shop.admin.request(operation.method, operation.target(**names))
    assert answer.status_code in (400, 404), answer.text
    problem(answer, answer.status_code)


@each(o for o in OPERATIONS if o.if_match() == "required")
def test_if_match_is_required(shop, operation):
    answer = send(shop.admin, operation, leave=["if-match"])
    problem(answer, 428, "if_match_required")


@each(o for o in OPERATIONS if o.idempotency() == "required")
def test_idempotency_key_is_required(shop, operation):
    answer = send(shop.admin, operation, leave=["idempotency-key"])
    problem(answer, 400, "idempotency_key_required")


@each(o for o in OPERATIONS if o.idempotency() != "none")
@pytest.mark.parametrize("value", ["", "a b", "x" * 129, "é"])
def test_bad_idempotency_key_is_refused(shop, operation, value):
    answer = send(shop.admin, operation,
                  idempotency_key=value.encode())
    problem(answer, 400)
