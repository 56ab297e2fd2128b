"""The lints find nothing in the product, and do find what they look for."""

import os

import pytest

from lint import (blocking, contract, directives, floors, leftovers, style)

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))

HEAD = "/*\n * A file.\n */\n\n"


@pytest.mark.parametrize("lint", [floors, style, blocking, directives,
                                  contract, leftovers],
                         ids=lambda lint: lint.__name__)
def test_product_is_clean(lint):
    found = lint.findings(ROOT)
    assert not found, "\n" + "\n".join(found)


@pytest.fixture
def tree(tmp_path):
    """Writes files into a small tree and returns its path."""
    def write(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return str(tmp_path)
    write.put = lambda path, text: (
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True),
        (tmp_path / path).write_text(text))
    write.root = str(tmp_path)
    return write


def one(found, words):
    assert len(found) == 1, found
    assert words in found[0]


@pytest.mark.parametrize("path, text, words", [
    ("base/a.c", "#include <ngx_config.h>\n", "base knows no nginx"),
    ("base/a.c", "#include <hiredis/hiredis.h>\n", "libc"),
    ("base/a.c", '#include "../io/b.h"\n', "base must not include io"),
    ("io/a.c", "#include <ngx_http.h>\n", "nginx's core only"),
    ("io/a.c", "#include <libpq-fe.h>\n#include <curl/curl.h>\n",
     "one library per file"),
    ("gateway/a.c", "#include <libpq-fe.h>\n", "never sees libpq"),
    ("gateway/a.c", '#include "domain/c.h"\n', "must not include domain"),
    ("domain/a.c", '#include "io/b.h"\n', "domain must not include io"),
    ("domain/a.c", '#include "c.h"\n', "sideways"),
    ("domain/a.c", "#include <hiredis/async.h>\n", "never sees hiredis"),
])
def test_floors_finds(tree, path, text, words):
    tree.put("ngx_commerce_module/io/b.h", HEAD)
    tree.put("ngx_commerce_module/domain/c.h", HEAD)
    tree.put("ngx_commerce_module/" + path, HEAD + text)
    one(floors.findings(tree.root), words)


def test_floors_allows(tree):
    tree.put("ngx_commerce_module/base/a.h", HEAD + "#include <stdint.h>\n")
    tree.put("ngx_commerce_module/domain/order.h", HEAD)
    tree.put("ngx_commerce_module/domain/order_x.c",
             HEAD + '#include "order.h"\n#include "base/a.h"\n')
    tree.put("ngx_commerce_module/io/p.c", HEAD
             + "#include <ngx_event.h>\n#include <libpq-fe.h>\n"
             + "/* #include <ngx_http.h> */\n")
    assert floors.findings(tree.root) == []


GOOD = HEAD + """
static int
f(int a)
{
    if (a == 0) {
        return 1;
    }

    do {
        a--;
    } while (a > 0);

    return 0;   /* not // a comment */
}


static int
g(void)
{
    return 2;
}
"""


@pytest.mark.parametrize("old, new, words", [
    ("return 2;", "return 2; /* %s */" % ("x" * 80), "columns"),
    ("    return 2;", "\treturn 2;", "a tab"),
    ("return 2;", "return 2; ", "space at the end"),
    ("return 2;", "return 2; // two", "a // comment"),
    ("return 2;", "return 2;" + "\n" * 60, "has 64 lines"),
    ("}\n\n\nstatic int\ng", "}\n\nstatic int\ng", "two blank lines"),
    ("static int\ng", "static int g", "own line"),
    ("        return 1;\n    }", "        return 1;\n    } else\n"
     "        return 3;", "no brace after else"),
    ("if (a == 0) {\n        return 1;\n    }", "if (a == 0)\n"
     "        return 1;", "no brace after if"),
    ("    do {\n", "    while (a > 9) a--;\n    do {\n",
     "no brace after while"),
    ("\nstatic int\ng", "\n" * 600 + "static int\ng", "lines"),
])
def test_style_finds(tree, old, new, words):
    assert GOOD.count(old) == 1
    tree.put("ngx_commerce_module/base/a.c", GOOD.replace(old, new))
    found = style.findings(tree.root)
    assert any(words in line for line in found), found


def test_style_allows(tree):
    tree.put("ngx_commerce_module/base/a.c", GOOD)
    assert style.findings(tree.root) == []


def test_style_wants_an_opening_comment(tree):
    tree.put("ngx_commerce_module/base/a.h", "#define A 1\n")
    one(style.findings(tree.root), "open with a comment")


@pytest.mark.parametrize("call", [
    "PQexec(c, s)", "PQexecParams(c)", "PQprepare(c)", "PQcancel(c)",
    "PQconnectdb(s)", "PQgetCopyData(c, &b, 0)", "sleep(1)",
    "getaddrinfo(a)", "redisCommand(c)",
    "strcpy(a, b)", "sprintf(a, b)", "setlocale(a, b)"])
def test_blocking_finds(tree, call):
    tree.put("ngx_commerce_module/io/a.c", HEAD + "x = %s;\n" % call)
    assert len(blocking.findings(tree.root)) == 1


def test_blocking_allows(tree):
    tree.put("ngx_commerce_module/io/a.c", HEAD + 'PQsendPrepare(c);\n'
             's = "PQexec(c)"; /* sleep(1) */ ngx_add_timer(e);\n'
             "redisAsyncCommandArgv(c); snprintf(a); ngx_sleep_x(c);\n"
             "n = PQgetCopyData(c, &b, 1);\n")
    assert blocking.findings(tree.root) == []


COMMANDS = HEAD + """
static ngx_command_t  commands[] = {

    { ngx_string("commerce_contract"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE, f, 0, 0, NULL },

      ngx_null_command
};
"""

SECTION = """# Directives

### commerce_contract

    Syntax:  commerce_contract file ...;
    Default: -
    Context: http

Reads the contract from the files.
"""


def test_directives_finds_undocumented(tree):
    tree.put("ngx_commerce_module/m.c", COMMANDS)
    one(directives.findings(tree.root), "commerce_contract is not in")


@pytest.mark.parametrize("line", ["Syntax", "Default", "Context", "Reads"])
def test_directives_finds_incomplete(tree, line):
    tree.put("ngx_commerce_module/m.c", COMMANDS)
    tree.put("conf/DIRECTIVES.md", "\n".join(
        row for row in SECTION.split("\n") if line not in row))
    one(directives.findings(tree.root), "lacks")


def test_directives_finds_stale(tree):
    tree.put("conf/DIRECTIVES.md", SECTION)
    one(directives.findings(tree.root), "no directive commerce_contract")


def test_directives_allows(tree):
    tree.put("ngx_commerce_module/m.c", COMMANDS)
    tree.put("conf/DIRECTIVES.md", SECTION)
    assert directives.findings(tree.root) == []


YAML = """
x-commerce: { database: store }
paths:
  /a:
    get: { operationId: get_a }
    post: { operationId: make_a, x-commerce: { handler: build_a } }
x-commerce-problems:
  a_gone: { status: 409, title: { en: Gone } }
"""

SQL = """create function api.get_a() returns int language plpgsql as $$
begin
    raise exception using errcode = 'CM409', message = 'a_gone';
end $$;
"""


@pytest.mark.parametrize("path, old, new, words", [
    ("sql/store/api/get_a.sql", SQL, None, "has 0 files"),
    ("sql/store/api/get_a.sql", "api.get_a", "api.get_b", "not define"),
    ("sql/store/api/get_a.sql", "a_gone", "a_lost", "in no contract"),
    ("sql/store/api/get_a.sql", "CM409", "CM410", "409 in the contract"),
    ("ngx_commerce_module/domain/a.c", "build_a", "built", "no handler"),
])
def test_contract_finds(tree, path, old, new, words):
    files = {"conf/contract/a.yaml": YAML, "sql/store/api/get_a.sql": SQL,
             "ngx_commerce_module/domain/a.c": HEAD + 's = "build_a";\n'}
    for name, text in files.items():
        if name != path:
            tree.put(name, text)
        elif new is not None:
            tree.put(name, text.replace(old, new))
    one(contract.findings(tree.root), words)


@pytest.mark.parametrize("text, words", [
    ("x-commerce-problems: { a_gone: { status: 409 } }", "problem a_gone"),
    ("paths: { /a: {} }", "path /a")])
def test_contract_finds_duplicates(tree, text, words):
    test_contract_allows(tree)
    tree.put("conf/contract/b.yaml", text)
    one(contract.findings(tree.root), words)


def test_contract_allows(tree):
    tree.put("conf/contract/a.yaml", YAML)
    tree.put("sql/store/api/shop/get_a.sql", SQL)
    tree.put("ngx_commerce_module/domain/a.c", HEAD + 's = "build_a";\n')
    assert contract.findings(tree.root) == []


@pytest.mark.parametrize("line", [
    "cd /%s/main" % ("wor" + "k"), "# %s: later" % ("TOD" + "O"),
    "@pytest.mark.%s" % ("ski" + "p"),
    "https://npm-%s.example/x" % ("mirro" + "r")])
def test_leftovers_finds(tree, line):
    tree.put("tests/a.py", line + "\n")
    assert len(leftovers.findings(tree.root)) == 1


def test_leftovers_allows(tree):
    tree.put("tests/a.py", "x = 'network/main'; y = 'skipped'\n")
    assert leftovers.findings(tree.root) == []
