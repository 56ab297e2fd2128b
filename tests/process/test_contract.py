"""A contract file that is wrong is refused by `nginx -t` with file, line and
pointer; one that is right serves a new endpoint after a reload.
"""

import os
import re

import pytest

from kit import contract as contracts
from kit import wait
from kit.client import good, problem
from kit.raw import Raw

HEAD = """\
openapi: 3.1.0
info: { title: Stranger, version: 1.0.0 }
servers: [{ url: /stranger }]
x-commerce: { database: store }
security: []
"""

GOOD = HEAD + """\
paths:
  /hello/{name}:
    get:
      operationId: say_hello
      parameters:
        - { name: name, in: path, required: true,
            schema: { type: string, maxLength: 20 } }
        - { name: times, in: query,
            schema: { type: integer, minimum: 1, maximum: 9, default: 1 } }
      responses:
        '200':
          description: A greeting.
          content:
            application/json:
              schema:
                type: object
                required: [greeting]
                properties: { greeting: { type: string } }
"""

SQL = """
    create function api.say_hello(name text, times bigint)
        returns table (greeting text)
    language sql stable as $$
        select 'Olá, ' || say_hello.name || repeat('!', say_hello.times::int)
    $$;
    grant execute on function api.say_hello to store_api
"""


@pytest.fixture
def offer(shop):
    """Offers the text as one more contract file: (exit code, output)."""
    path = shop.nginx.path("contract/stranger.yaml")

    def check(text):
        with open(path, "w") as file:
            file.write(text)
        return shop.nginx.check()

    yield check
    os.unlink(path)


def test_a_stranger_adds_an_endpoint(shop, offer):
    """Ten lines of YAML, one SQL function, a reload."""
    problem(shop.anonymous.get("/stranger/hello/Ana"), 404)
    with shop.cluster.connect(shop.copies["store"],
                              "store_owner") as connection:
        connection.execute(SQL)
    code, text = offer(GOOD)
    assert code == 0, text
    shop.reload()
    answer = shop.client(None).get("/stranger/hello/Ana?times=3")
    assert good(answer) == {"greeting": "Olá, Ana!!!"}
    problem(shop.client(None).get("/stranger/hello/Ana?times=10"), 400)
    problem(shop.client(None).get("/stranger/hello/" + "a" * 21), 400)


def test_json_is_yaml_too(offer):
    import json
    import yaml
    code, text = offer(json.dumps(yaml.safe_load(GOOD), indent=1))
    assert code == 0, text


def test_function_that_is_missing_is_named(make_shop):
    """Everything else is served; the log names both sides."""
    shop = make_shop(start=False)
    shop.nginx.write("contract/stranger.yaml", GOOD)
    shop.start()
    with Raw(shop.port) as raw:
        assert raw.get("/stranger/hello/Ana").status in (500, 503)
        assert raw.get("/healthz").status == 200
    wait.until(lambda: any("say_hello" in line and "[err" in line
                           for line in shop.nginx.lines()), 60, "the line")


OPERATION = "#/paths/~1hello~1{name}/get"

BROKEN = [
    ("operationId: say_hello", "operationid: say_hello", OPERATION),
    ("operationId: say_hello", "operationId: say_hello\n      zzz: 1",
     OPERATION + "/zzz"),
    ("operationId: say_hello", "operationId: 'say hello'",
     OPERATION + "/operationId"),
    ("operationId: say_hello", "operationId: get_healthz", "operationId"),
    ("/hello/{name}:", "/hello/{nome}:", "hello"),
    ("/hello/{name}:", "hello/{name}:", "hello"),
    ("/hello/{name}:", "/hello/{name:", "hello"),
    ("in: path, required: true", "in: path", "parameters/0"),
    ("in: path", "in: cookie", OPERATION),
    ("type: integer, minimum", "type: int, minimum",
     OPERATION + "/parameters/1/schema/type"),
    ("type: integer, minimum", "type: integer, minmum",
     OPERATION + "/parameters/1/schema/minmum"),
    ("minimum: 1,", "minimum: x,", OPERATION + "/parameters/1/schema"),
    ("minimum: 1,", "minimum: 99,", OPERATION + "/parameters/1/schema"),
    ("default: 1 }", "default: 0 }", OPERATION + "/parameters/1/schema"),
    ("maxLength: 20", "pattern: '[', maxLength: 20",
     OPERATION + "/parameters/0/schema/pattern"),
    ("maxLength: 20", "format: colour, maxLength: 20",
     OPERATION + "/parameters/0/schema/format"),
    ("maxLength: 20", "$ref: '#/components/schemas/Nothing'", "ref"),
    ("maxLength: 20", "$ref: 'nothing.yaml#/components/schemas/A'", "ref"),
    ("'200':", "'200x':", OPERATION + "/responses"),
    ("description: A greeting.", "{", None),
    ("security: []\n", "", OPERATION),
    ("database: store", "database: warehouse", "warehouse"),
    ("database: store", "databse: store", "databse"),
    ("      parameters:", "      x-commerce: { handler: no_such }\n"
     "      parameters:", OPERATION + "/x-commerce/handler"),
    ("      parameters:", "      x-commerce: { lane: fast }\n"
     "      parameters:", OPERATION + "/x-commerce/lane"),
    ("      parameters:", "      x-commerce: { timeout: soon }\n"
     "      parameters:", OPERATION + "/x-commerce/timeout"),
    ("      parameters:", "      x-commerce: { cache: { tll: 1s } }\n"
     "      parameters:", OPERATION + "/x-commerce/cache"),
    ("      parameters:", "      x-commerce: { aliases: ['/products'] }\n"
     "      parameters:", "products"),
    ("openapi: 3.1.0", "openapi: 2.0.0", "openapi"),
    ("openapi: 3.1.0", "openapi: 3.1.0\nopenapi: 3.1.0", "openapi"),
    ("    get:", "    fetch:", "fetch"),
    ("        - { name: times", "        - { name: name", "parameters"),
]


@pytest.mark.parametrize("old, new, pointer", BROKEN, ids=range(len(BROKEN)))
def test_a_wrong_contract_is_refused(offer, old, new, pointer):
    assert GOOD.count(old) >= 1
    code, text = offer(GOOD.replace(old, new, 1))
    assert code != 0, "accepted: %s" % new
    found = re.search(r"(\S*\.yaml):(\d+): (.*)", text)
    assert found, text
    assert "stranger.yaml" in text, text
    if found.group(1).endswith("stranger.yaml"):
        assert 1 <= int(found.group(2)) <= GOOD.count("\n") + 2
    if pointer:
        assert pointer in found.group(3), found.group(3)


@pytest.mark.parametrize("text", [
    "", "[]", "1", "\t", "a: [", "\0", "a: &a [*a]", "%YAML 9.9\n---\n",
    "a: !!python/object:os.system {}", "x" * 100000, "- " * 5000,
    "{" * 2000, "a: &a {b: &b {c: &c 1}}\nd: {<<: *a}"],
    ids=range(13))
def test_a_file_that_is_no_contract(offer, text):
    code, output = offer(text)
    assert code == 1, output
    assert "stranger.yaml" in output


def test_the_yaml_bomb_is_refused(offer):
    """A billion laughs: aliases may not multiply without end."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for n in range(1, 10):
        lines.append("a%d: &a%d [%s]" % (n, n, ", ".join(
            ["*a%d" % (n - 1)] * 10)))
    code, output = offer("\n".join(lines))
    assert code == 1, output


def test_the_contract_alone(shop):
    """The files of the product are accepted without a warning."""
    code, text = shop.nginx.check()
    assert code == 0 and "[warn]" not in text, text
    assert contracts.FILES
