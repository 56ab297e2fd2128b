"""Every operation of the contract as every kind of caller. The rows come from
the contract itself: a new operation is tested by being declared.
"""

import pytest

from kit.client import problem
from kit.matrix import CONTRACT, OPERATIONS, each, send
from kit.tokens import SCOPES


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
