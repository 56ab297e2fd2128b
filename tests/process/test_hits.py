"""What comes out of the cache is what the database would have said.

The same headers, the variants of one answer, and never another's.
"""

import collections
import gzip
import itertools
import os
import re
import uuid

import pytest

from kit import goods
from kit.build import ROOT
from kit.client import good
from kit.raw import Raw
from kit.strace import Strace
from kit.wait import until

LISTS = "/api/v1/products?limit=%d&sort=-price,name"


@pytest.fixture(scope="module")
def shop(make_shop):
    with open(os.path.join(ROOT, "conf", "nginx.conf")) as file:
        text = file.read()
    made = make_shop(lab=True, cache=True, http=re.search(
        r"log_format commerce .*?;\n", text, re.S).group(0),
        server=re.search(r"access_log +log/(.*?;)\n", text).expand(
            r"access_log \1"))
    made.product = goods.product(made, 1)["id"]
    made.kept("/lab/cached/%d" % made.product)
    return made


def ask(shop, path, method="GET", **headers):
    with Raw(shop.port) as raw:
        raw.send(raw.request(method, path, {
            name.replace("_", "-"): value
            for name, value in headers.items()}))
        return raw.response(head=method == "HEAD")


def hit(shop, path, **headers):
    return until(lambda: (lambda a: a if a.header("X-Cache") == "HIT"
                          else None)(ask(shop, path, **headers)), 60,
                 "a hit of " + path)


def hits(trial):
    """What trial() gives, a list of answers, once all came out of the cache:
    while the feed is late, on a machine that is busy, nothing lives for long.
    """
    def all_of_them():
        found = trial()
        return all(answer.header("X-Cache") == "HIT" for answer in found) \
            and found
    return until(all_of_them, 60, "hits one after the other")


def large(shop):
    return "/lab/cached/%d" % shop.product


@pytest.mark.parametrize("path", ["/api/v1/products/%d", LISTS % 1])
def test_headers_are_those_of_a_miss(shop, path):
    """Both ways tell the same, but for how old it is."""
    product = goods.product(shop, 1)["id"]
    path = path.replace("%d", str(product))
    first, second = ask(shop, path), hit(shop, path)
    assert first.header("X-Cache") in ("MISS", "BYPASS")
    names = [{name for name, _ in answer.headers} for answer in
             (first, second)]
    assert names[1] - names[0] == {"Age"} and names[0] <= names[1]
    assert ("Link" in names[1]) == ("?" in path)
    for name in ("ETag", "Content-Type", "Cache-Control", "Link"):
        assert first.header(name) == second.header(name)
    assert first.body == second.body


def test_head_has_no_body(shop):
    full, head = hits(lambda: [hit(shop, large(shop)),
                               ask(shop, large(shop), "HEAD")])
    assert head.header("Content-Length") == str(len(full.body))
    assert head.header("ETag") == full.header("ETag")


def test_validators(shop):
    forms = ["%s", "W/%s", '"other", %s', "*", 'W/"a",W/%s , "b"']

    def asked():
        first = hit(shop, large(shop))
        return [first, *[ask(shop, large(shop), If_None_Match=form.replace(
            "%s", first.header("ETag"))) for form in forms]]

    first, *answers = hits(asked)
    etag = first.header("ETag")
    for form, answer in zip(forms, answers):
        assert answer.status == 304, form
        assert answer.header("ETag") == etag and not answer.body
    for value in ('"other"', etag.strip('"'), '"', "W/"):
        answer = ask(shop, large(shop), If_None_Match=value)
        assert answer.status == 200 and answer.body, value


def test_lists_have_a_validator(shop):
    path = LISTS % 7
    first = ask(shop, path)
    second = hit(shop, path)
    assert first.header("ETag") == second.header("ETag")
    again = ask(shop, path, If_None_Match=second.header("ETag"))
    assert again.status == 304


def test_compressed_variant_stands_beside(shop):
    others = ("identity", "br", "gzip;q=0")

    def asked():
        plain = hit(shop, large(shop))
        etag = plain.header("ETag")
        return [plain,
                *[ask(shop, large(shop), Accept_Encoding="br, gzip")
                  for _ in range(3)],
                *[ask(shop, large(shop), Accept_Encoding=accepted)
                  for accepted in others],
                ask(shop, large(shop), "HEAD", Accept_Encoding="gzip"),
                *[ask(shop, large(shop), If_None_Match=value,
                      Accept_Encoding="gzip") for value in (etag, "W/" + etag)]]

    plain, *found = hits(asked)
    assert plain.header("Vary") == "Accept-Encoding"
    for packed in found[:3]:
        assert packed.header("Content-Encoding") == "gzip"
        assert packed.header("Vary") == "Accept-Encoding"
        assert packed.header("ETag") == "W/" + plain.header("ETag")
        assert gzip.decompress(packed.body) == plain.body
        assert len(packed.body) < len(plain.body) / 4
    for answer in found[3:6]:
        assert answer.header("Content-Encoding") is None
        assert answer.body == plain.body
    assert found[6].header("Content-Length") == str(len(packed.body))
    assert [answer.status for answer in found[7:]] == [304, 304]


def test_what_is_small_or_somebodys_is_not_compressed(shop):
    path = "/lab/owned/7"
    token = {"Authorization": "Bearer " + shop.token("customer")}
    answer = hit(shop, path, Accept_Encoding="gzip", **token)
    assert answer.header("Content-Encoding") is None
    assert answer.header("Vary") is None


def test_one_question_in_many_spellings(shop):
    """The key is of the question, not of how it was written."""
    spelled = ("limit=9&sort=-price,name", "sort=-price,name&limit=9",
               "sort=-price&sort=name&limit=9",
               "limit=%39&sort=%2Dprice%2Cname")
    prices = itertools.count(1)

    def asked():
        """Of a question that nobody asked before, the first way only."""
        path = "/api/v1/products?price_min=%d&" % next(prices)
        hit(shop, path + spelled[0])
        return [ask(shop, path + text) for text in spelled]
    hits(asked)


def test_what_is_wrong_is_in_no_key(shop):
    hit(shop, LISTS % 20)
    for text in ("limit=0", "limit=20&limit=20", "nothing=1", "limit=%00",
                 "limit=20%", "sort=price,,name", "limit"):
        for _ in range(2):
            answer = ask(shop, "/api/v1/products?" + text)
            assert answer.status == 400, text
            assert answer.header("X-Cache") is None


def test_request_ids(shop):
    path = large(shop)
    given = hit(shop, path, X_Request_Id="mine-1")
    assert given.header("X-Request-Id") == "mine-1"
    made = {ask(shop, path).header("X-Request-Id") for _ in range(5)}
    assert len(made) == 5 and all(len(value) == 32 for value in made)
    forged = ask(shop, path, X_Request_Id='a"b').header("X-Request-Id")
    assert len(forged) == 32


def test_nobody_gets_anothers_answer(shop):
    """lab_owned varies by user and one scope: so does its key."""
    path = "/lab/owned/%d" % shop.product
    clients = [shop.client("customer"), shop.client("customer"),
               shop.client("staff")]
    nobody = shop.anonymous.get(path).json()
    assert nobody["who"] is None
    for _ in range(4):
        for client in clients:
            mine = client.get(path)
            assert mine.json()["who"] == client.sub
            assert mine.json()["staff"] == (client is clients[2])
        assert shop.anonymous.get(path).json() == nobody
    until(lambda: clients[0].get(path).headers["X-Cache"] == "HIT", 60,
          "a hit of one's own")


def test_another_token_of_the_same_user_shares(shop):
    sub = str(uuid.uuid4())
    first = shop.client("customer", sub=sub)
    other = shop.client("customer", sub=sub)
    paths = ("/lab/owned/%d" % (shop.product + n) for n in range(1, 50))

    def shared():
        """What one asked for is there for the other; the feed may be late."""
        path = next(paths)
        first.get(path)
        return other.get(path).headers["X-Cache"] == "HIT" and path

    path = until(shared, 60, "an answer that both share")
    more = shop.client("customer", sub=sub, scopes=["shop", "orders:read"])
    assert more.get(path).headers["X-Cache"] == "MISS"
    assert more.get(path).json()["staff"] is True
    assert first.get(path).json()["staff"] is False


def test_customers_and_visitors_share_the_catalogue(shop):
    def shared():
        path = "/api/v1/products/%d" % goods.product(shop, 1)["id"]
        shop.kept(path)
        return shop.customer.get(path).headers["X-Cache"] == "HIT" and path

    path = until(shared, 60, "an answer of a visitor for a customer")
    assert shop.staff.get(path).headers["X-Cache"] == "MISS"
    assert shop.staff.get(path).headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize("how", ["anonymous", "token", "not modified"])
def test_a_hit_costs_no_system_call_but_the_sockets(shop, how):
    """One read and one write; the line of the log waits in a buffer."""
    path = large(shop)
    headers, status, count, hits = {}, 200, 200, 0
    if how == "token":
        path = "/lab/owned/%d" % shop.product
        headers["Authorization"] = "Bearer " + shop.token("customer")
    answer = hit(shop, path, **headers)
    if how == "not modified":
        headers["If-None-Match"] = answer.header("ETag")
        status = 304
    with Raw(shop.port) as raw:
        request = raw.request("GET", path, headers)
        raw.send(request)          # also: this worker has seen the token
        raw.response()
        with Strace(shop.nginx) as trace:
            for _ in range(count):
                raw.send(request)
                answer = raw.response()
                assert answer.status == status
                hits += answer.header("X-Cache") == "HIT"
    assert hits > count / 2
    turns = trace.turns("GET " + path)
    assert len(turns) >= count - 1
    [(calls, times)] = collections.Counter(turns).most_common(1)
    assert calls == ("recvfrom", "writev"), turns[:20]
    assert times > count / 2


def test_ended_sessions_get_no_hit(shop):
    """Revocation is asked before the cache is."""
    person = {"name": "Rita Reis", "email": "%s@example.com" % uuid.uuid4(),
              "password": "uma frase bem comprida"}
    good(shop.anonymous.call("register", person), 201)
    session = good(shop.anonymous.call("login", {
        "email": person["email"], "password": person["password"]}))
    path = "/lab/owned/%d" % shop.product
    bearer = {"Authorization": "Bearer " + session["access_token"]}
    hit(shop, path, **bearer)
    assert shop.anonymous.call("logout", headers={
        "authorization": bearer["Authorization"]}).status_code == 204
    for _ in range(2):
        refused = ask(shop, path, **bearer)
        assert refused.status == 401
        assert b"token_revoked" in refused.body
