"""Accounts over their life: cookies, mail, other addresses, roles, erasure."""

import base64
import concurrent.futures
import json
import time

import jwt

from kit import goods, wait
from kit.client import good, key, problem
from kit.tokens import Signer

from .recipes_identity import (ADDRESS, PASSWORD, Member, Person, email,
                               log_in, mailed)

COOKIE = "refresh"

# PASSWORD, argon2id with 1 MiB and one pass
WEAK = ("$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
        "Q9f8FgBtso8MDliBeZgTmSBkb2/NUPKgHcNOR20Fsrk")


def bearer(shop, session):
    client = shop.client(None)
    client.headers["authorization"] = "Bearer " + session["access_token"]
    return client


def cookie_login(shop, member):
    """(client without cookies of its own, the cookie's value)."""
    answer = shop.client(None).call("login", {
        "email": member.email, "password": PASSWORD, "cookie": True})
    assert "refresh_token" not in good(answer)
    flags = answer.headers["set-cookie"].lower()
    assert "httponly" in flags and "samesite=strict" in flags
    assert "path=/" in flags and "max-age=604800" in flags
    return answer.cookies[COOKIE]


def with_cookie(shop, operation, value, body):
    return shop.client(None).call(operation, body, headers={
        "cookie": "a=b; %s=%s; z=1" % (COOKIE, value)})


def test_refresh_by_cookie_rotates_the_cookie(shop):
    old = cookie_login(shop, Member(shop))
    answer = with_cookie(shop, "refresh", old, {})
    assert "refresh_token" not in good(answer)
    new = answer.cookies[COOKIE]
    assert new != old
    good(with_cookie(shop, "refresh", new, {}))
    problem(with_cookie(shop, "refresh", old, {}), 401,
            "refresh_token_reused")


def test_cookie_needs_a_json_body(shop):
    """A form of a foreign page cannot send one."""
    value = cookie_login(shop, Member(shop))
    problem(with_cookie(shop, "refresh", value, None), 422)
    problem(shop.client(None).post(
        "/api/v1/auth/refresh", data={"a": "b"},
        headers={"cookie": "%s=%s" % (COOKIE, value)}), 415)
    good(with_cookie(shop, "refresh", value, {}))


def test_logout_by_cookie(shop):
    value = cookie_login(shop, Member(shop))
    answer = with_cookie(shop, "logout", value, {})
    assert answer.status_code == 204
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    problem(with_cookie(shop, "refresh", value, {}), 401,
            "invalid_refresh_token")


def test_bytes_that_are_no_text(shop):
    """In a User-Agent they are replaced, in credentials refused."""
    member = Member(shop)
    client = shop.client(None)
    good(client.post("/api/v1/auth/login", json={
        "email": member.email, "password": PASSWORD},
        headers={"user-agent": b"caf\xe9"}))
    rows = good(member.client.call("list_sessions"))["data"]
    assert rows[0]["user_agent"] == "caf?"
    for word in (b"\xff\xfe:x", b"a\x00b:x", b":x", b"no colon", b""):
        problem(client.post("/api/v1/auth/login", headers={
            "authorization": b"Basic " + base64.b64encode(word) + b"="}),
            401, "invalid_credentials")


def test_tabs_that_refresh_at_once(shop):
    """One gets the next refresh token, the others an access token."""
    session = good(log_in(shop, Member(shop)))

    def refresh(_):
        return good(shop.client(None).call("refresh", {
            "refresh_token": session["refresh_token"]}))

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(refresh, range(10)))
    fresh = [a for a in answers if "refresh_token" in a]
    assert len(fresh) == 1
    assert all(a["access_token"] for a in answers)
    good(shop.anonymous.call("refresh", {
        "refresh_token": fresh[0]["refresh_token"]}))


def test_session_ends_with_its_refresh_token_reused(shop):
    session = good(log_in(shop, Member(shop)))
    second = good(shop.anonymous.call("refresh", {
        "refresh_token": session["refresh_token"]}))
    shop.query("identity", """
        update core.refresh_token set used_at = now() - interval '11 s'
         where used_at is not null returning 1 as done""")
    problem(shop.anonymous.call("refresh", {
        "refresh_token": session["refresh_token"]}), 401,
        "refresh_token_reused")
    problem(bearer(shop, second).call("get_me"), 401, "token_revoked")


def test_session_ended_by_psql_is_refused_soon(shop):
    client = bearer(shop, good(log_in(shop, Member(shop))))
    user = good(client.call("get_me"))
    shop.query("identity", "select core.end_sessions(%s, 'ended')",
               user["id"])
    wait.until(lambda: client.call("get_me").status_code == 401, 60,
               "the session to be refused")


def test_ended_session_stays_ended_after_a_restart(make_shop):
    """Shared memory is gone then; the database remembers."""
    shop = make_shop()
    session = good(log_in(shop, Member(shop)))
    client = bearer(shop, session)
    assert client.call("logout").status_code == 204
    shop.nginx.halt()
    shop.nginx.start()
    shop.ready()
    wait.until(lambda: bearer(shop, session).call("get_me").status_code
               == 401, 60, "the session to be refused")


def test_other_sessions_end(shop):
    member = Member(shop)
    mine, other = (good(log_in(shop, member)) for _ in range(2))
    assert bearer(shop, mine).call("delete_sessions").status_code == 204
    problem(bearer(shop, other).call("get_me"), 401, "token_revoked")
    rows = good(bearer(shop, mine).call("list_sessions"))["data"]
    assert [row["current"] for row in rows] == [True]


def test_repeated_address_is_opened_as_the_first(shop):
    """Sealing never gives the same twice, and yet the answer repeats."""
    client, headers = Person(shop).client, {"idempotency-key": key()}
    first, again = (good(client.call("create_address", ADDRESS,
                                     headers=headers), 201)
                    for _ in range(2))
    assert first == again and first["street"] == ADDRESS["street"]
    assert len(good(client.call("list_addresses"))["data"]) == 1


def test_register_twice_with_a_key(shop):
    body = {"name": "Rita", "email": email(), "password": PASSWORD}
    headers = {"idempotency-key": key()}
    first = shop.anonymous.call("register", body, headers=headers)
    again = shop.anonymous.call("register", body, headers=headers)
    assert good(first, 201) == good(again, 201)
    assert again.headers["idempotency-replayed"] == "true"
    other = {**body, "password": PASSWORD + "!"}
    problem(shop.anonymous.call("register", other, headers=headers), 422,
            "idempotency_key_reused")
    kept = shop.query("identity", "select i::text as t from core.idempotency i")
    assert PASSWORD not in json.dumps(kept)


def test_register_at_once(shop):
    """Twenty people want one address: one gets it."""
    body = {"name": "Rita", "email": email(), "password": PASSWORD}

    def register(_):
        return shop.client(None).call("register", body).status_code

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(register, range(20)))
    assert answers.count(201) == 1
    assert set(answers) <= {201, 409, 503}


def test_forgotten_password(shop):
    member = Member(shop)
    session = good(log_in(shop, member))
    known = shop.anonymous.call("forgot_password", {"email": member.email})
    unknown = shop.anonymous.call("forgot_password", {"email": email()})
    assert known.status_code == unknown.status_code == 202
    assert known.content == unknown.content == b""
    token = mailed(shop, member.email, "reset_password")

    def reset(password, token=token):
        return shop.anonymous.call("reset_password", {
            "token": token, "password": password})

    assert problem(reset("senha12345"), 422)["errors"] == [
        {"pointer": "/password", "code": "password_too_common"}]
    assert problem(reset(member.email), 422)["errors"][0]["code"] == \
        "password_is_email"
    assert reset("outra senha comprida").status_code == 204
    problem(bearer(shop, session).call("get_me"), 401, "token_revoked")
    problem(log_in(shop, member), 401)
    good(log_in(shop, member, "outra senha comprida"))
    problem(reset("mais outra senha"), 422, "token_not_accepted")
    problem(reset("mais outra senha", "a" * 44), 422, "token_not_accepted")


def test_reset_opens_a_locked_account(shop):
    member = Member(shop)
    for _ in range(14):
        log_in(shop, member, "errada errada")
    waiting = log_in(shop, member)
    assert int(waiting.headers["retry-after"]) >= 1
    problem(waiting, 429, "too_many_requests")
    good(shop.anonymous.call("forgot_password", {"email": member.email}))
    shop.anonymous.call("reset_password", {
        "token": mailed(shop, member.email, "reset_password"),
        "password": PASSWORD})
    good(log_in(shop, member))


def test_another_email(shop):
    member = Member(shop)
    wanted = email()
    answer = member.client.call("change_email", {
        "email": wanted, "password": "errada errada"})
    assert problem(answer, 422, "wrong_password")["errors"][0][
        "pointer"] == "/password"
    good(member.client.call("change_email", {
        "email": wanted, "password": PASSWORD}))
    good(log_in(shop, member))
    shop.anonymous.call("confirm_email", {
        "token": mailed(shop, wanted, "change_email")})
    problem(log_in(shop, member), 401)
    member.email = wanted
    assert good(log_in(shop, member))["user"]["email_confirmed"]


def test_better_parameters_are_taken_at_login(shop):
    """A hash of yesterday is replaced when its owner comes."""
    member = Member(shop)
    shop.query("identity", """update core.users set password_hash = %s
                               where id = %s returning 1 as done""",
               WEAK, member.id)
    good(log_in(shop, member))
    kept = shop.query("identity", """select password_hash as h
                                       from core.users where id = %s""",
                      member.id)[0]["h"]
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    good(log_in(shop, member))


def test_sensitive_fields_are_sealed(shop):
    person = Person(shop)
    body = {"phone": "+55 11 91234-5678", "tax_id": "529.982.247-25"}
    for member in body:
        assert good(person.client.call("update_me", body))[member] == \
            body[member]
    assert good(shop.staff.call("get_customer", id=person.id))["tax_id"] == \
        body["tax_id"]
    rows = good(shop.staff.call("list_customers", query={
        "q": person.email}))["data"]
    assert [r["phone"] for r in rows] == [body["phone"]]
    kept = shop.query("identity", """select phone, tax_id from core.users
                                      where id = %s""", person.id)[0]
    for member, plain in body.items():
        assert kept[member].startswith("sealed:v1:") and \
            plain not in kept[member]
    assert good(person.client.call("update_me", {"phone": None}))[
        "phone"] is None


def test_roles_that_an_administrator_defines(shop):
    name = "r" + key()[:10]
    good(shop.admin.call("put_role", {"scopes": ["shop", "orders:read"]},
                         role=name), 201)
    member = Member(shop)
    client = bearer(shop, good(log_in(shop, member)))
    problem(client.call("list_orders", query={"limit": 1}), 403) \
        if not client.contract.by_id["list_orders"].allows(["shop"]) else None
    good(shop.admin.call("update_user", {"roles": [name]}, id=member.id))
    problem(client.call("get_me"), 401, "token_revoked")
    session = good(log_in(shop, member))
    assert session["user"]["roles"] == [name]
    words = session["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(words + "=="))
    assert claims["scope"] == "orders:read shop"
    assert claims["exp"] - claims["iat"] == 600
    good(shop.admin.call("put_role", {"scopes": ["shop"]}, role=name), 200)
    problem(bearer(shop, session).call("get_me"), 401, "token_revoked")


def test_customers_see_themselves_only(shop):
    one, other = Person(shop), Person(shop)
    for operation in ("get_customer", "get_user"):
        assert good(one.client.call(operation, id=one.id))["id"] == one.id
        problem(one.client.call(operation, id=other.id), 404)


def test_staff_cannot_touch_the_staff(shop):
    """Who could set an administrator's e-mail could become one."""
    boss = good(shop.admin.call("create_user", {
        "name": "Bia", "email": email(), "roles": ["admin"]}), 201)
    problem(shop.staff.call("update_customer", {"email": email()},
                            id=boss["id"]), 404, "user_not_found")


def test_pages_of_customers(shop):
    mark = key()
    made = [good(shop.staff.call("create_customer", {
        "name": "Zé %s %02d" % (mark, n), "email": email()}), 201)
        for n in range(7)]
    for sort, wanted in (("name", made), ("-name", made[::-1]),
                         ("-created_at", made[::-1])):
        seen, cursor = [], None
        while True:
            query = {"q": "ze " + mark, "sort": sort, "limit": 3,
                     "count": "exact"}
            if cursor:
                query["cursor"] = cursor
            page = good(shop.staff.call("list_customers", query=query))
            seen += [row["id"] for row in page["data"]]
            assert page["page"]["total"] == 7
            cursor = page["page"]["next"]
            if not page["page"]["has_more"]:
                break
        assert seen == [row["id"] for row in wanted]


def test_names_with_percent_are_no_patterns(shop):
    Person(shop)
    rows = good(shop.staff.call("list_customers", query={"q": "%%"}))
    assert rows["data"] == []


def test_default_address_is_one(shop):
    client = Person(shop).client
    first = good(client.call("create_address", ADDRESS), 201)
    assert first["is_default"]
    second = good(client.call("create_address", {**ADDRESS,
                                                 "is_default": True}), 201)
    rows = good(client.call("list_addresses"))["data"]
    assert [r["id"] for r in rows if r["is_default"]] == [second["id"]]
    moved = client.call("update_address", {"is_default": True},
                        id=first["id"])
    assert good(moved)["is_default"]
    rows = good(client.call("list_addresses"))["data"]
    assert [r["id"] for r in rows if r["is_default"]] == [first["id"]]


def test_versions_are_compared(shop):
    person = Person(shop)
    answer = person.client.call("update_me", {"name": "A"},
                                headers={"if-match": '"1"'})
    assert good(answer)["version"] == 2 and answer.headers["etag"] == '"2"'
    problem(person.client.call("update_me", {"name": "B"},
                               headers={"if-match": '"1"'}), 412,
            "version_mismatch")


def test_erased_account(shop):
    member = Member(shop)
    session = good(log_in(shop, member))
    client = bearer(shop, session)
    good(client.call("create_address", ADDRESS), 201)
    good(shop.admin.call("update_customer", {"phone": "11 98888-7777"},
                         id=member.id))
    assert client.call("delete_me").status_code == 204
    problem(bearer(shop, session).call("get_me"), 401, "token_revoked")
    problem(log_in(shop, member), 401)
    problem(shop.admin.call("get_user", id=member.id), 404)
    dump = json.dumps([shop.query(
        "identity", "select t::text as row from core.%s t" % table)
        for table in ("users", "address", "mail_outbox", "session",
                      "one_time_token", "idempotency", "audit_entry",
                      "audit_change")])
    assert member.email not in dump
    good(shop.anonymous.call("register", {
        "name": "Rita", "email": member.email, "password": PASSWORD}), 201)


def test_erased_account_is_forgotten_in_the_store(shop):
    """Carts, wishes and notices go; what a cart held is there again."""
    person = Person(shop)
    variant = goods.variant(shop, 5)
    cart = good(person.client.call("create_cart", {"items": [
        {"variant_id": variant, "quantity": 2}]}), 201)
    good(person.client.call("reserve_cart", id=cart["id"]))
    good(person.client.call("add_my_wish",
                            product_id=goods.product(shop, 1)["id"]), 204)
    good(person.client.call("ask_stock_notice", {
        "variant_id": goods.variant(shop, 0)}), 201)
    assert person.client.call("delete_me").status_code == 204
    for table in ("cart", "wish", "stock_notice"):
        assert shop.query("store", "select 1 from core.%s where customer_id"
                                   " = %%s" % table, person.id) == []
    assert shop.query("store", "select sum(reserved) as held from"
                               " core.stock_level where variant_id = %s",
                      variant) == [{"held": 0}]


def test_erased_account_is_gone_without_the_store(shop):
    """A store that cannot forget keeps nobody's account."""
    member = Member(shop)
    session = good(log_in(shop, member))
    grant = " execute on function api.forget_customer %s store_api"
    shop.query("store", "revoke" + grant % "from")
    try:
        assert bearer(shop, session).call("delete_me").status_code == 204
    finally:
        shop.query("store", "grant" + grant % "to")
    problem(shop.admin.call("get_user", id=member.id), 404)
    with open(shop.nginx.log) as file:
        assert "erased user %s are left" % member.id in file.read()


def test_account_with_open_orders_stays(shop):
    person = Person(shop)
    order = good(person.client.write("POST", "/orders", {"items": [
        {"variant_id": goods.variant(shop, 5), "quantity": 1}]}), 201)
    problem(person.client.call("delete_me"), 409, "has_open_orders")
    good(person.client.write("POST", "/orders/%s/cancel" % order["id"]))
    assert person.client.call("delete_me").status_code == 204


def test_login_takes_its_time_in_a_thread(shop):
    """The answer says how long the database took, not the hash."""
    member = Member(shop)
    start = time.monotonic()
    good(log_in(shop, member))
    assert time.monotonic() - start > 0.005


def test_keys_rotate_without_a_logout(make_shop):
    """A new key signs from the reload on, the old one still verifies."""
    shop = make_shop()
    member = Member(shop)
    old = good(log_in(shop, member))
    shop.nginx.write("keys/next.pem", Signer().pem, 0o600)
    line = "file=keys/signing.pem alg=ES256"
    usual = shop.nginx.conf
    assert line + " sign;" in usual(shop.nginx)
    shop.nginx.conf = lambda nginx: usual(nginx).replace(
        line + " sign;", line + ";\n    commerce_jwt_key next"
        " file=keys/next.pem alg=ES256 sign;")
    shop.reload()
    new = good(log_in(shop, member))
    assert [jwt.get_unverified_header(s["access_token"])["kid"]
            for s in (old, new)] == [shop.signer.kid, "next"]
    for session in (old, new):
        good(bearer(shop, session).call("get_me"))
    assert {k["kid"] for k in good(shop.client(None).call("get_jwks"))[
        "keys"]} == {shop.signer.kid, "next"}
