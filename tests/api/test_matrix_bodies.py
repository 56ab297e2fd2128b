"""Every operation of the contract with bodies that it does not allow."""

import json

import pytest

from kit.client import problem
from kit.matrix import CONTRACT, OPERATIONS, each, send

# Names that columns have: none may come in where the contract has it not.
COLUMNS = ["id", "version", "created_at", "updated_at", "customer_id",
           "status", "total", "price", "roles", "scopes", "active", "balance",
           "reserved", "password_hash", "_status", "zzz", "__proto__"]

BODIES = [o for o in OPERATIONS if o.body is not None]


def closed(operation):
    """Whether the body's schema refuses names that it does not know."""
    schema = CONTRACT.deref(operation.body)
    return schema.get("type") == "object" and not schema.get(
        "additionalProperties")


@each(o for o in BODIES if closed(o))
def test_extra_fields_are_refused(shop, operation):
    """Each column name that the body does not have, one at a time."""
    schema = CONTRACT.deref(operation.body)
    for name in COLUMNS:
        if name in schema.get("properties", {}):
            continue
        sample = CONTRACT.sample(operation.body)
        sample[name] = 1
        answer = send(shop.admin, operation, json.dumps(sample))
        body = problem(answer, answer.status_code)
        assert answer.status_code in (400, 422), (name, answer.text)
        assert name in json.dumps(body["errors"]), (name, answer.text)


@each(BODIES)
@pytest.mark.parametrize("content", [
    "", "{", "[1,", "nul", '{"a":1,}', "{'a':1}", '{"a":1}{"b":2}', "\0",
    '{"a":NaN}', '{"a":1e400}', '{"a":"\\ud800"}', '"\\u0000"',
    b'{"a":"\xff"}', b"\xef\xbb\xbf{}", "[" * 600 + "]" * 600,
    '{"zzz":1,"zzz":2}', '{"a":99999999999999999999}'])
def test_malformed_json_is_refused(shop, operation, content):
    if content == "" and not operation.body_required:
        return
    answer = send(shop.admin, operation, content)
    assert answer.status_code in (400, 422), answer.text
    problem(answer, answer.status_code)


@each(BODIES)
@pytest.mark.parametrize("content", ["[]", "1", '"x"', "null", "true"])
def test_wrong_body_type_is_refused(shop, operation, content):
    if not CONTRACT.errors(operation.body, json.loads(content)):
        return
    answer = send(shop.admin, operation, content)
    body = problem(answer, 422, "validation_failed")
    assert body["errors"], body


@each(o for o in BODIES if o.body_required
      and not o.body_types.keys() - {"application/json",
                                     "application/merge-patch+json"})
@pytest.mark.parametrize("kind", ["text/plain", "application/xml",
                                  "multipart/form-data; boundary=x",
                                  "application/x-www-form-urlencoded"])
def test_other_content_type_is_refused(shop, operation, kind):
    answer = send(shop.admin, operation, content_type=kind)
    problem(answer, 415, "unsupported_media_type")


@each(o for o in BODIES if not o.body_types.keys() - {
    "application/json", "application/merge-patch+json"})
def test_large_body_is_refused(shop, operation):
    content = json.dumps({"zzz": "x" * (1200 * 1024)})
    answer = send(shop.admin, operation, content)
    problem(answer, 413, "body_too_large")
