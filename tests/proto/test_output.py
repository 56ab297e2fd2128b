"""What SQL gives and the client gets: types, lists, errors, large and slow.

Over the operations of kit/lab.
"""

import concurrent.futures
import json
import re
import threading
import time

import pytest

from kit import wait
from kit.client import good, key, problem
from kit.dribble import Dribble
from kit.raw import Raw

SHOP = {"lab": True}


def test_types(shop):
    answer = shop.anonymous.get("/lab/types")
    row = json.loads(answer.content, parse_float=str)
    assert row == {
        "small": 1, "integer": -2, "big": 9007199254740993,
        "number": "12345678901234567890.123", "real": "0.5",
        "double": row["double"], "flag": True, "ch": "ab ",
        "text": 'quote " backslash \\ tab \t newline \n control \x01 é 😀'
                " <&>",
        "id": "0190163d-8694-739b-aea5-966c26f8ad91",
        "at": row["at"], "day": "2026-01-31",
        "document": {"a": [1, "2.50"]}, "binary_document": {"b": {"c": None}},
        "bigs": [1, 9007199254740993], "ints": [1, None],
        "texts": ["a", "b c", 'q"\\,{}', None, "NULL", ""],
        "uuids": ["0190163d-8694-739b-aea5-966c26f8ad91"],
        "flags": [True, False], "empty": [], "nothing": None,
        "nowhere": None}
    assert float(row["double"]) == 1e100
    assert re.fullmatch(r"2026-01-31T15:00:00\.50*Z", row["at"])


@pytest.mark.parametrize("size", [0, 1, 16384, 1048576, 8388608])
def test_large_results(shop, size):
    row = good(shop.anonymous.get("/lab/large", params={"size": size}))
    assert row["size"] == size and row["text"] == "x" * size


def test_large_results_at_once(shop):
    """Pipelined behind each other: each gets its own."""
    def ask(n):
        size = 100000 + n
        client = shop.client(None)
        return len(good(client.get("/lab/large", params={"size": size}))[
            "text"]) == size

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(40)))


def test_slow_reader(shop):
    """A client that reads slowly neither blocks others nor loses bytes."""
    with Raw(shop.port) as raw:
        raw.send(raw.request("GET", "/lab/large?size=8388608"))
        for _ in range(50):
            good(shop.anonymous.get("/lab/types"))
        assert len(raw.response().body) > 8388608


def test_reader_that_leaves(shop):
    before = shop.nginx.fds()
    for _ in range(10):
        raw = Raw(shop.port)
        raw.send(raw.request("GET", "/lab/large?size=8388608"))
        raw.socket.recv(1000)
        raw.reset()
    wait.until(lambda: shop.nginx.fds() <= before, 60, "fds to close")
    good(shop.anonymous.get("/lab/types"))


def test_head_of_a_large_result(shop):
    with Raw(shop.port) as raw:
        raw.send(raw.request("HEAD", "/lab/large?size=100000"))
        assert raw.response(head=True).status == 200
        assert raw.get("/lab/types").status == 200


def test_list(shop):
    rows, cursor = [], None
    while True:
        query = {"limit": 7, "last": 30}
        if cursor:
            query["cursor"] = cursor
        page = good(shop.anonymous.get("/lab/rows", params=query))
        rows += page["data"]
        cursor = page["page"]["next"]
        if not cursor:
            break
    assert rows == [{"n": n, "square": n * n} for n in range(1, 31)]


@pytest.mark.parametrize("last, limit, more", [
    (0, 5, False), (4, 5, False), (5, 5, False), (6, 5, True),
    (200, 200, False), (201, 200, True)])
def test_page_borders(shop, last, limit, more):
    page = good(shop.anonymous.get("/lab/rows", params={
        "last": last, "limit": limit}))
    assert len(page["data"]) == min(last, limit)
    assert page["page"]["has_more"] == more
    assert (page["page"]["next"] is not None) == more


def test_total(shop):
    page = good(shop.anonymous.get("/lab/rows", params={
        "last": 42, "limit": 1, "count": "exact"}))
    assert page["page"]["total"] == 42


def test_no_row_is_404(shop):
    assert shop.anonymous.delete("/lab/notes/1").status_code == 204
    problem(shop.anonymous.delete("/lab/notes/999"), 404)


def test_control_columns(shop):
    answer = shop.anonymous.get("/lab/control", params={
        "status": 202, "location": "/lab/x"})
    assert good(answer, 202) == {"a": 1}
    assert answer.headers["location"] == "/lab/x"
    answer = shop.anonymous.get("/lab/control", params={
        "problem": "lab_failed"})
    problem(answer, 409, "lab_failed")


@pytest.mark.parametrize("state, status", [
    ("CM400", 400), ("CM403", 403), ("CM404", 404), ("CM409", 409),
    ("CM422", 422), ("CM429", 429), ("CM503", 503), ("23505", 409),
    ("23503", 409), ("23514", 422), ("22P02", 400), ("22003", 422),
    ("40001", 503), ("40P01", 503), ("55P03", 503), ("57014", 503),
    ("53300", 503), ("P0001", 500), ("42P01", 500), ("42501", 500),
    ("XX000", 500)])
def test_errors(shop, state, status):
    """Every SQLSTATE is a problem; our own faults say nothing of SQL."""
    with Raw(shop.port) as raw:
        answer = raw.get("/lab/raise?state=%s&message=secret_words" % state)
        body = json.loads(answer.body)
        assert answer.header("content-type").startswith(
            "application/problem+json")
        if state.startswith("CM") or status in (500, 503):
            assert answer.status == status, body
        else:
            assert answer.status in (400, 409, 422), body
        assert body["status"] == answer.status
        if not state.startswith("CM"):
            assert "secret" not in answer.body.decode()
        assert raw.get("/lab/types").status == 200


def test_detail_members(shop):
    answer = shop.anonymous.get("/lab/raise", params={
        "state": "CM409", "detail": '{"allowed": ["paid"], "available": 3}'})
    problem(answer, 409, "lab_failed", allowed=["paid"], available=3)


@pytest.mark.parametrize("detail", [
    "no json", "[]", "1", '{"status": 200}', '{"code": "other"}',
    '{"type": 1, "title": 2}', "{", '{"a": "\\u0000"}'])
def test_odd_details_do_no_harm(shop, detail):
    answer = shop.anonymous.get("/lab/raise", params={
        "state": "CM409", "detail": detail})
    problem(answer, 409, "lab_failed")


@pytest.mark.parametrize("state", ["CM200", "CM000", "CM999", "CMXYZ",
                                   "CM304", "CM101"])
def test_odd_states_of_the_domain(shop, state):
    """Not a status of an error: our fault, a 500, and no other answer."""
    with Raw(shop.port) as raw:
        answer = raw.get("/lab/raise?state=%s" % state)
        assert answer.status >= 400
        assert raw.get("/lab/types").status == 200


def test_error_is_its_own(shop):
    """Failing statements among good ones on the same connections."""
    def ask(n):
        client = shop.client(None)
        if n % 2:
            return client.get("/lab/raise", params={
                "state": "CM409"}).status_code == 409
        return good(client.get("/lab/echo/%d" % n))["id"] == n

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert all(pool.map(ask, range(300)))


def test_slow_request_is_answered_in_time(shop):
    start = time.monotonic()
    problem(shop.anonymous.get("/lab/sleep", params={"ms": 30000}), 503)
    assert time.monotonic() - start < 20
    wait.until(lambda: not shop.query(
        "store", "select 1 from pg_stat_activity where state = 'active'"
                 " and query like '%lab_sleep%' and pid <> pg_backend_pid()"),
        60, "the statement to end")


def test_slow_statement_does_not_hold_up_the_others(shop):
    """Two connections a worker, one asleep: the rest go round it. A machine
    that is busy may be late now and then, but not each time.
    """
    def slowest():
        """Of ten, the one that took longest but for one, in seconds."""
        done, times = threading.Event(), []

        def sleep():
            with Raw(shop.port) as raw:
                raw.get("/lab/sleep?ms=2000")
            done.set()

        thread = threading.Thread(target=sleep)
        thread.start()
        while not done.is_set():
            start = time.monotonic()
            good(shop.anonymous.get("/lab/types"))
            times.append(time.monotonic() - start)
        thread.join()
        return sorted(times)[len(times) * 9 // 10]
    wait.until(lambda: slowest() < 0.5, 60, "answers beside one that is slow")


def test_function_replaced_while_running(shop):
    """A new result type: 0A000 once inside, never seen outside."""
    good(shop.anonymous.get("/lab/control"))
    with shop.cluster.connect(shop.copies["store"]) as connection:
        connection.execute(
            "drop function api.lab_control(bigint, text, text);"
            "create function api.lab_control(status bigint, location text,"
            " problem text) returns table (a text, b int, _status int)"
            " language sql stable as 'select ''x''::text, 2, 200';"
            "grant execute on function api.lab_control to store_api")
    for _ in range(20):
        with Raw(shop.port) as raw:
            answer = raw.get("/lab/control")
            assert answer.status == 200, answer.body
            assert json.loads(answer.body) == {"a": "x", "b": 2}


def test_note_once_for_a_key(shop):
    client, headers = shop.client("customer"), {"idempotency-key": key()}
    first = client.post("/lab/notes", json={"text": "a"}, headers=headers)
    again = client.post("/lab/notes", json={"text": "a"}, headers=headers)
    assert good(first, 201) == good(again, 201)
    assert first.headers["location"] == again.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert first.json()["who"] == client.sub
    other = client.post("/lab/notes", json={"text": "b"}, headers=headers)
    problem(other, 422, "idempotency_key_reused")


def test_key_in_flight(shop):
    """The same key while the first is at work: one note, no deadlock."""
    client, headers = shop.client("customer"), {"idempotency-key": key()}

    def ask(_):
        return client.post("/lab/notes", json={"text": "w", "wait": 700},
                           headers=headers)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert {a.status_code for a in answers} <= {201, 409}
    assert len({a.json()["id"] for a in answers if a.status_code == 201}) == 1
    for answer in answers:
        if answer.status_code == 409:
            problem(answer, 409, "request_in_flight")
            assert int(answer.headers["retry-after"]) >= 1


def test_refusal_is_kept_for_a_key(shop):
    client, headers = shop.client("customer"), {"idempotency-key": key()}
    body = {"text": "a", "fail": "lab_failed"}
    problem(client.post("/lab/notes", json=body, headers=headers), 409,
            "lab_failed")
    again = client.post("/lab/notes", json=body, headers=headers)
    problem(again, 409, "lab_failed")


def test_sealed_values(shop):
    """SQL sees neither the secret nor twice the same text."""
    seen = set()
    for _ in range(3):
        row = good(shop.anonymous.post("/lab/sealed",
                                       json={"secret": "CPF 123"}))
        assert row["secret"] == "CPF 123"
        assert row["seen_length"] > 30
        assert row["seen_prefix"] == "sealed:"
        seen.add(row["seen_length"])
    assert len(seen) == 1


def test_sealed_value_is_not_taken_from_outside(shop):
    """A client cannot hand in a sealed text to have it opened."""
    answer = shop.anonymous.post("/lab/sealed", json={
        "secret": "sealed:v1:k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    if answer.status_code == 200:
        assert good(answer)["secret"].startswith("sealed:v1:k1:AAAA")
    else:
        problem(answer, answer.status_code)


def test_postgresql_in_pieces(make_shop, cluster, tmp_path_factory):
    """libpq gets its bytes one by one: nothing hangs, nothing is lost."""
    directory = tmp_path_factory.mktemp("slow")
    directory.chmod(0o755)
    for parent in directory.parents:
        if parent.stat().st_mode & 0o005 != 0o005:
            parent.chmod(parent.stat().st_mode | 0o055)
    path = directory / ".s.PGSQL.5432"
    with Dribble(cluster.socket + "/.s.PGSQL.5432", size=7,
                 path=str(path)) as slow:
        assert slow
        path.chmod(0o777)
        shop = make_shop(start=False, lab=True)
        shop.sockets["store"] = str(directory)
        shop.start()
        for size in (0, 1000, 50000):
            row = good(shop.anonymous.get("/lab/large",
                                          params={"size": size}))
            assert len(row["text"]) == size
        good(shop.anonymous.post("/lab/body", json={"list": [1, 2, 3]}))
