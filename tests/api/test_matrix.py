"""Every operation of the contract as every kind of caller, and with input
that the contract does not allow. The rows come from the contract itself: a
new operation is tested by being declared.
"""

import json

import pytest

from kit import contract as contracts
from kit.client import key, problem
from kit.tokens import SCOPES

CONTRACT = contracts.load()
OPERATIONS = CONTRACT.operations

# Names that columns have: none may come in where the contract has it not.
COLUMNS = ["id", "version", "created_at", "updated_at", "customer_id",
           "status", "total", "price", "roles", "scopes", "active", "balance",
           "reserved", "password_hash", "_status", "zzz", "__proto__"]


def ids(operations):
    return [operation.id for operation in operations]


def each(operations):
    operations = list(operations)
    return pytest.mark.parametrize("operation", operations,
                                   ids=ids(operations))


def send(client, operation, content=None, query=None, leave=(), **headers):
    """The operation with samples for all that it requires."""
    headers = {name.replace("_", "-"): value
               for name, value in headers.items()}
    if content is None and operation.body is not None \
            and operation.body_required:
        content = json.dumps(CONTRACT.sample(operation.body))
    if content is not None:
        headers.setdefault("content-type", body_type(operation))
    if operation.idempotency() == "required":
        headers.setdefault("idempotency-key", key())
    if operation.if_match() == "required":
        headers.setdefault("if-match", '"1"')
    for name in leave:
        headers.pop(name, None)
    parameters = {p["name"]: CONTRACT.sample(p["schema"])
                  for p in operation.named("query") if p.get("required")}
    parameters.update(query or {})
    return client.request(operation.method, operation.target(),
                          params=parameters, content=content,
                          headers=headers)


def body_type(operation):
    return next((kind for kind in operation.body_types if "json" in kind),
                next(iter(operation.body_types), "application/json"))


@each(o for o in OPERATIONS if o.protected)
def test_anonymous_is_refused(shop, operation):
    answer = send(shop.anonymous, operation)
    problem(answer, 401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@each(o for o in OPERATIONS if not o.public)
@pytest.mark.parametrize("token", [
    b"x", b"a.b.c", b"e30.e30.", "é".encode(), b"x" * 5000],
    ids=["word", "no-token", "no-claims", "utf-8", "long"])
def test_garbage_token_is_refused(shop, operation, token):
    answer = send(shop.anonymous, operation, authorization=b"Bearer " + token)
    problem(answer, 401, "invalid_token")


@each(o for o in OPERATIONS if o.protected)
def test_expired_token_is_refused(shop, operation):
    token = shop.signer.token("admin", life=-120)
    answer = send(shop.anonymous, operation, authorization="Bearer " + token)
    problem(answer, 401, "token_expired")


@each(o for o in OPERATIONS if o.protected)
@pytest.mark.parametrize("role", ["nobody", "customer", "staff", "admin"])
def test_role(shop, operation, role):
    """403 exactly when the role's scopes do not cover the operation."""
    answer = send(shop.client(role), operation)
    if operation.allows(SCOPES.get(role, [])):
        assert answer.status_code not in (401, 403), answer.text
    else:
        problem(answer, 403, "forbidden")


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


def paths():
    found = {}
    for operation in OPERATIONS:
        for path in (operation.path, *operation.aliases):
            found.setdefault(path, set()).add(operation.method)
    return sorted(found.items())


def fill(path):
    """A path that matches: every parameter is 1."""
    return "/".join("1" if part.startswith("{") else part
                    for part in path.split("/"))


@pytest.mark.parametrize("path, methods", paths(),
                         ids=[path for path, _ in paths()])
def test_methods(shop, path, methods):
    """OPTIONS names the methods; all others are 405 and name them too."""
    allowed = {*methods, "OPTIONS"} | ({"HEAD"} if "GET" in methods
                                       else set())
    for alternative, others in paths():
        pattern = CONTRACT._pattern(alternative)
        if alternative != path and pattern.match(fill(path)):
            return
    answer = shop.anonymous.request("OPTIONS", fill(path))
    assert answer.status_code == 204, answer.text
    assert set(answer.headers["allow"].split(", ")) == allowed
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"} - allowed:
        answer = shop.anonymous.request(method, fill(path))
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == allowed
        if method != "HEAD":
            problem(answer, 405, "method_not_allowed")


@each(o for o in OPERATIONS if o.method == "GET")
def test_head_is_get_without_body(shop, operation):
    get = send(shop.admin, operation)
    head = shop.admin.request(
        "HEAD", operation.target(), params={
            p["name"]: CONTRACT.sample(p["schema"])
            for p in operation.named("query") if p.get("required")})
    assert head.status_code == get.status_code
    assert head.content == b""
    for name in ("content-type", "etag"):
        assert head.headers.get(name) == get.headers.get(name)
