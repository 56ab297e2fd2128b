"""Parameters and bodies: what the contract lets through, and how SQL sees it.

Over the operations of kit/lab, so that every type and keyword is met.
"""

import json

import pytest

from kit.client import good, problem

SHOP = {"lab": True}


def echo(shop, target="/lab/echo/1", headers=None):
    return shop.anonymous.get(target, headers=headers)


@pytest.mark.parametrize("query, name, value", [
    ("text=caf%C3%A9", "text", "café"), ("text=a+b", "text", "a b"),
    ("text=a%2Bb", "text", "a+b"), ("text=%3D%26", "text", "=&"),
    ("flag=true", "flag", True), ("flag=false", "flag", False),
    ("number=1.50", "number", 1.5), ("number=-1000", "number", -1000),
    ("when=2026-01-31T12:00:00Z", "when", "2026-01-31T12:00:00+00:00"),
    ("when=2026-01-31T12:00:00-03:00", "when", "2026-01-31T15:00:00+00:00"),
    ("who=0190163D-8694-739b-aea5-966c26f8ad91", "who",
     "0190163d-8694-739b-aea5-966c26f8ad91"),
    ("kind=two", "kind", "two"), ("", "kind", "one"), ("", "text", None),
    ("numbers=1,2,3", "numbers", [1, 2, 3]), ("numbers=7", "numbers", [7]),
    ("words=a,b", "words", ["a", "b"]),
    ("words=%22,%5C", "words", ['"', "\\"]),
    ("words=NULL,%7B%7D", "words", ["NULL", "{}"]),
    ("attr.cor=azul", "attr", {"cor": ["azul"]}),
    ("attr.cor=azul&attr.cor=verde", "attr", {"cor": ["azul", "verde"]}),
    ("attr.a=1&attr.b=2", "attr", {"a": ["1"], "b": ["2"]}),
])
def test_query_parameters(shop, query, name, value):
    assert good(echo(shop, "/lab/echo/1?" + query))[name] == value


@pytest.mark.parametrize("query", [
    "text=", "text=" + "a" * 101, "text=%00", "text=%c3", "flag=",
    "flag=1", "flag=True", "number=abc", "number=1001", "number=NaN",
    "number=Infinity", "number=0x10", "number=1e400", "number=",
    "when=2026-01-31", "when=2026-02-30T00:00:00Z", "when=now",
    "who=0190163d", "who=", "kind=three", "kind=", "numbers=1,,2",
    "numbers=1,x", "numbers=101", "numbers=1,2,3,4,5,6", "numbers=",
    "text=a&text=b", "zzz=1", "attr=1", "attr.=1", "Text=a", "id=1",
    "language=en"])
def test_bad_query_parameters(shop, query):
    problem(echo(shop, "/lab/echo/1?" + query), 400)


@pytest.mark.parametrize("word, value", [
    ("1", 1), ("-5", -5), ("9007199254740991", 9007199254740991)])
def test_path_parameter(shop, word, value):
    assert good(echo(shop, "/lab/echo/" + word))["id"] == value


@pytest.mark.parametrize("word", ["-6", "9007199254740992", "x", "1x", "1.0",
                                  "+1", "1e3", "0x1"])
def test_bad_path_parameter(shop, word):
    answer = echo(shop, "/lab/echo/" + word)
    assert answer.status_code in (400, 404)
    problem(answer, answer.status_code)


@pytest.mark.parametrize("value, language", [
    ("en", "en"), ("en-US", "en"), ("pt-BR", "pt-BR"), ("pt", "pt-BR"),
    ("fr", "pt-BR"), ("fr, en;q=0.8", "en"), ("en;q=0.1, pt;q=0.9", "pt-BR"),
    ("*", "pt-BR"), ("en;q=0", "pt-BR"), (";;;", "pt-BR"), ("", "pt-BR")])
def test_language(shop, value, language):
    answer = echo(shop, headers={"accept-language": value})
    assert good(answer)["language"] == language


def send(shop, body):
    content = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return shop.anonymous.post("/lab/body", content=content, headers={
        "content-type": "application/json"})


GOOD = [
    {}, {"text": "ab"}, {"text": "éé"}, {"text": "😀😀"}, {"pattern": "abc"},
    {"number": 0.5}, {"number": 10}, {"number": 2.5}, {"integer": -10},
    {"flag": False}, {"maybe": None}, {"maybe": "x"}, {"kind": "b"},
    {"only": 7}, {"uuid": "0190163d-8694-739b-aea5-966c26f8ad91"},
    {"email": "a.b+c@example.com.br"}, {"moment": "2026-01-31T23:59:59.5Z"},
    {"day": "2024-02-29"}, {"link": "https://example.com/a?b=c#d"},
    {"list": [1, 2, 3]}, {"map": {"a": "b"}}, {"map": {"": "b"}},
    {"nested": {"a": []}}, {"nested": {"a": [{"x": 1, "y": 2}]}},
    {"shape": {"type": "circle", "radius": 1}},
    {"shape": {"type": "square", "side": 9}},
    {"both": {"x": 1, "y": 2, "label": "p"}}, {"both": {"x": 1, "y": 2}},
    {"text": "\u2028\u2029"}, {"text": "\\\""}, {"text": "\u0001\u001f"},
]

BAD = [
    ({"text": "a"}, "/text"), ({"text": "a" * 11}, "/text"),
    ({"text": "😀"}, "/text"), ({"text": 1}, "/text"),
    ({"text": None}, "/text"), ({"pattern": "aB"}, "/pattern"),
    ({"pattern": "abc\n"}, "/pattern"), ({"pattern": ""}, "/pattern"),
    ({"number": 0}, "/number"), ({"number": 10.5}, "/number"),
    ({"number": 0.3}, "/number"), ({"number": "1"}, "/number"),
    ({"integer": 11}, "/integer"), ({"integer": 1.5}, "/integer"),
    ({"integer": -11}, "/integer"), ({"integer": True}, "/integer"),
    ({"flag": 1}, "/flag"), ({"maybe": 1}, "/maybe"), ({"kind": "c"}, "/kind"),
    ({"only": 8}, "/only"), ({"only": "7"}, "/only"), ({"uuid": "x"}, "/uuid"),
    ({"uuid": "0190163d-8694-739b-aea5-966c26f8ad9"}, "/uuid"),
    ({"email": "a@"}, "/email"), ({"email": "@b.c"}, "/email"),
    ({"email": "a b@c.d"}, "/email"), ({"moment": "2026-01-31"}, "/moment"),
    ({"moment": "2026-02-29T00:00:00Z"}, "/moment"),
    ({"moment": "2026-01-31T24:00:00Z"}, "/moment"),
    ({"moment": "2026-01-31T00:00:00"}, "/moment"),
    ({"day": "2023-02-29"}, "/day"), ({"day": "2023-2-1"}, "/day"),
    ({"link": "not a uri"}, "/link"), ({"link": "/a"}, "/link"),
    ({"list": []}, "/list"), ({"list": [1, 2, 3, 4]}, "/list"),
    ({"list": [1, 1]}, "/list"), ({"list": [1, "2"]}, "/list/1"),
    ({"list": [100]}, "/list/0"), ({"list": {}}, "/list"),
    ({"map": {}}, "/map"), ({"map": {"a": "", "b": "", "c": ""}}, "/map"),
    ({"map": {"a": 1}}, "/map/a"), ({"map": {"a/b~c": 1}}, "/map/a~1b~0c"),
    ({"nested": {}}, "/nested"), ({"nested": {"a": [], "b": 1}}, "/nested/b"),
    ({"nested": {"a": [{"x": 1}]}}, "/nested/a/0"),
    ({"nested": {"a": [{"x": 1, "y": 10}]}}, "/nested/a/0/y"),
    ({"shape": {"type": "circle", "side": 1}}, "/shape"),
    ({"shape": {"type": "oval"}}, "/shape"), ({"shape": {}}, "/shape"),
    ({"shape": 1}, "/shape"), ({"both": {"x": 1}}, "/both"),
    ({"both": {"x": 1, "y": 2, "label": 3}}, "/both/label"),
    ({"zzz": 1}, "/zzz"), ({"Text": "ab"}, "/Text"),
]


@pytest.mark.parametrize("body", GOOD, ids=range(len(GOOD)))
def test_good_bodies(shop, body):
    assert good(send(shop, body)) == body


@pytest.mark.parametrize("body, pointer", BAD, ids=range(len(BAD)))
def test_bad_bodies(shop, body, pointer):
    answer = send(shop, body)
    assert answer.status_code in (400, 422), answer.text
    errors = problem(answer, answer.status_code)["errors"]
    assert any(error["pointer"].startswith(pointer) for error in errors), \
        errors
    assert all(error["code"] for error in errors)


def test_all_errors_at_once(shop):
    body = {}
    for wrong, _ in BAD:
        for name, value in wrong.items():
            body.setdefault(name, value)
    answer = send(shop, body)
    errors = problem(answer, answer.status_code)["errors"]
    assert {error["pointer"].split("/")[1] for error in errors} >= set(body)


@pytest.mark.parametrize("text", [
    '{"text":"ab"', '{"text":"ab",}', "{'text':'ab'}", '{"text":"ab"} x',
    '{"text":"ab","text":"cd"}', '{"integer":01}', '{"integer":+1}',
    '{"integer":1.}', '{"number":.5}', '{"number":1e999}', '{"flag":True}',
    '{"text":"a\tb"}', '{"text":"\\x41b"}', '{"text":"\\ud800\\u0041"}',
    '{"text":"a\\u0000b"}', '{"text":"ab"\0}', "{" * 40 + "}" * 40,
    '{"integer":99999999999999999999}', "", " ", "\ufeff{}",
    b'{"text":"\xff\xfe"}', b'{"text":"\xc0\xaf"}', "[" * 40 + "]" * 40])
def test_bodies_that_are_no_json(shop, text):
    answer = send(shop, text)
    assert answer.status_code in (400, 422), answer.text
    problem(answer, answer.status_code)


@pytest.mark.parametrize("kind", [
    "application/json", "application/json; charset=utf-8",
    "APPLICATION/JSON", "application/json;charset=UTF-8"])
def test_content_types(shop, kind):
    good(shop.anonymous.post("/lab/body", content="{}",
                             headers={"content-type": kind}))


@pytest.mark.parametrize("kind", [
    "text/json", "application/jsonp", "application/x-www-form-urlencoded",
    "json", "application/"])
def test_other_content_types(shop, kind):
    answer = shop.anonymous.post("/lab/body", content="{}",
                                 headers={"content-type": kind})
    problem(answer, 415, "unsupported_media_type")


def test_deep_bodies_are_refused(shop):
    for depth in (31, 33, 500, 20000):
        text = '{"map":' + '{"a":' * depth + "1" + "}" * depth + "}"
        answer = send(shop, text)
        assert answer.status_code in (400, 413, 422), answer.text


def test_many_empty_objects(shop):
    answer = send(shop, '{"nested":{"a":[' + ",".join(["{}"] * 20000)
                  + "]}}")
    assert answer.status_code in (400, 413, 422)
    assert len(answer.content) < 65536
