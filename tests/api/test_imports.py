"""Imports: files of products through POST /admin/imports."""

import csv
import io
import json
import os
import signal
import uuid

import pytest

from kit import wait
from kit.client import PREFIX, good, problem

CSV = "text/csv"
NDJSON = "application/x-ndjson"

SHOP = {"server": """
        location = /api/v1/admin/imports {
            commerce;
            client_max_body_size 64m;
        }
"""}


def name():
    return "I" + uuid.uuid4().hex[:12].upper()


def post(shop, body, kind=CSV, client=None, **query):
    content = body if isinstance(body, bytes) else body.encode()
    return (client or shop.staff).post(PREFIX + "/admin/imports",
                                       content=content, params=query,
                                       headers={"content-type": kind})


def finished(shop, made, seconds=60, client=None):
    """The import when it is over."""
    def over():
        seen = good((client or shop.staff).read(
            "/admin/imports/" + made["id"]), 200)
        return seen if seen["status"] in ("done", "failed") else None
    return wait.until(over, seconds, "import %s to finish" % made["id"])


def imported(shop, body, kind=CSV, **query):
    answer = post(shop, body, kind, **query)
    made = good(answer, 202)
    assert answer.headers["location"] == PREFIX + "/admin/imports/" \
        + made["id"]
    return finished(shop, made)


def counts(seen):
    return (seen["created"], seen["updated"], seen["unchanged"],
            seen["refused"])


def variant(shop, sku):
    """What became of a row, or None."""
    rows = shop.query("store", """
        select p.slug, p.name as title, p.description, p.status,
               p.attributes, p.categories, v.price_amount as amount,
               v.currency, v.options, v.active,
               (select s.on_hand from core.stock_level s
                 where s.variant_id = v.id) as stock
          from core.variant v join core.product p on p.id = v.product_id
         where v.sku = %s""", sku)
    return rows[0] if rows else None


def errors(shop, seen, **headers):
    answer = shop.staff.get(seen["errors_url"], headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    return answer.text


def test_products_are_created(shop):
    one, two = name(), name()
    seen = imported(shop, (
        "sku,name,description,price,category,stock,status,attr:cor\n"
        '%s,"Café, 500 g","Torra ""média""",34.90,Mercearia > Cafés,7,'
        "active,escuro|claro\n"
        "%s,Chá,,9.90,,,draft,\n" % (one, two)), price_scale=2,
        filename="produtos.csv")
    assert seen["status"] == "done" and seen["progress"] == 100
    assert counts(seen) == (2, 0, 0, 0) and seen["rows"] == 2
    assert seen["filename"] == "produtos.csv"
    row = variant(shop, one)
    assert row["title"] == "Café, 500 g"
    assert row["description"] == 'Torra "média"'
    assert (row["amount"], row["currency"]) == (3490, "BRL")
    assert row["attributes"] == {"cor": ["escuro", "claro"]}
    assert [c["name"] for c in row["categories"]] == ["Cafés"]
    assert row["stock"] == 7
    assert variant(shop, two)["status"] == "draft"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators(shop, separator):
    sku = name()
    text = "sku|nome|preço\r\n%s|Prato|19.90\r\n" % sku
    query = {"separator": "|"} if separator == "|" else {}
    seen = imported(shop, text.replace("|", separator), **query)
    assert counts(seen) == (1, 0, 0, 0)
    assert seen["options"]["separator"] == separator
    assert variant(shop, sku)["amount"] == 1990


def test_spreadsheet_in_portuguese(shop):
    """Byte order mark, sep= line, semicolons, decimal comma, headers."""
    sku = name()
    seen = imported(shop, "\ufeffsep=;\r\nCódigo;NOME;Preço;Situação;Estoque"
                    "\r\n%s;Açaí;R$ 1.234,56;rascunho;3\r\n" % sku)
    assert counts(seen) == (1, 0, 0, 0)
    row = variant(shop, sku)
    assert (row["title"], row["amount"], row["status"], row["stock"]) \
        == ("Açaí", 123456, "draft", 3)


def test_windows_1252(shop):
    sku = name()
    body = ("sku;nome;preço\n%s;Pão de açúcar;5,00\n" % sku).encode("cp1252")
    seen = imported(shop, body, encoding="windows-1252")
    assert variant(shop, sku)["title"] == "Pão de açúcar"
    problem(post(shop, body), 422, "no_header", reason="not_utf8")
    assert counts(seen) == (1, 0, 0, 0)


@pytest.mark.parametrize("cell,scale,amount", [
    ("19.99", 2, 1999), ("19,99", 2, 1999), ("20", 2, 2000),
    ("1999", 0, 1999), ("1.234,5", 2, 123450), ("1,234.50", 2, 123450),
    ("£2.5", 2, 250), ("0.001", 3, 1), ("19,9", None, 1990),
    ("1.234.567", 2, 123456700)])
def test_prices(shop, cell, scale, amount):
    sku = name()
    query = {} if scale is None else {"price_scale": scale}
    imported(shop, 'sku,name,price\n%s,P,"%s"\n' % (sku, cell), **query)
    assert variant(shop, sku)["amount"] == amount


@pytest.mark.parametrize("cell,query,code", [
    ("1.234", {"price_scale": 2}, "ambiguous_number"),
    ("19.999", {"price_scale": 2, "decimal": "point"}, "too_many_decimals"),
    ("19.99", {"price_scale": 0}, "not_minor_units"),
    ("-1", {"price_scale": 2}, "out_of_range"),
    ("free", {"price_scale": 2}, "not_a_number"),
    ("99999999999999999", {"price_scale": 2}, "out_of_range")])
def test_prices_that_are_refused(shop, cell, query, code):
    sku = name()
    seen = imported(shop, 'sku,name,price\n%s,P,"%s"\n' % (sku, cell),
                    **query)
    assert counts(seen) == (0, 0, 0, 1)
    found = shop.query("store", "select errors from core.import_refusal "
                       "where import_id = %s", seen["id"])
    assert [(e["column"], e["code"]) for e in found[0]["errors"]] \
        == [("price", code)]
    assert variant(shop, sku) is None


def test_price_without_scale_fails_the_file(shop):
    one, two = name(), name()
    seen = imported(shop, "sku,name,price\n%s,A,19.90\n%s,B,1990\n"
                    % (one, two))
    assert seen["status"] == "failed"
    assert seen["error"] == {"code": "price_scale_required", "line": 3}
    assert variant(shop, one) is None


def test_dry_run_changes_nothing(shop):
    old, new = name(), name()
    imported(shop, "sku,name,price,stock\n%s,Velho,1.00,5\n" % old)
    before = variant(shop, old)
    tables = "select (select count(*) from core.product) as p, " \
        "(select count(*) from core.category) as c, " \
        "(select count(*) from core.stock_movement) as m"
    size = shop.query("store", tables)
    seen = imported(shop, "sku,name,price,stock,category\n%s,Velho,2.00,9,X\n"
                    "%s,Novo,3.00,1,Nova > Folha\n,Sem,1.00,,\n" % (old, new),
                    dry_run="true")
    assert seen["dry_run"] is True and counts(seen) == (1, 1, 0, 1)
    assert variant(shop, old) == before
    assert variant(shop, new) is None
    assert shop.query("store", tables) == size


def test_dry_run_tells_what_would_change(shop):
    old, same, new = name(), name(), name()
    imported(shop, "sku,name,price,stock,category,attr:cor,description\n"
             "%s,Velho,1.00,5,Raiz > A,azul,D\n%s,Igual,1.00,5,,,\n"
             % (old, same))
    seen = imported(shop, "sku,name,price,stock,category,attr:cor,description"
                    "\n%s,Velho,2.50,9,Raiz > B,verde|azul,\n"
                    "%s,Igual,1.00,5,,,\n%s,Novo,3.00,,,,\n,Sem,1.00,,,,\n"
                    % (old, same, new), dry_run="true")
    rows = good(shop.staff.read("/admin/imports/%s/changes?limit=1"
                                % seen["id"]), 200)
    assert rows["page"]["has_more"] is True and len(rows["data"]) == 1
    rows = good(shop.staff.call("list_import_changes", id=seen["id"]), 200)
    told = [(row["line"], row["sku"], row["kind"],
             [(c["field"], c["from"], c["to"]) for c in row["changes"]])
            for row in rows["data"]]
    assert told == [
        (2, old, "updated", [
            ("price", "1.00", "2.50"), ("category", "Raiz > A", "Raiz > B"),
            ("stock", "5", "9"), ("attr:cor", "azul", "verde|azul")]),
        (4, new, "created", [
            ("name", None, "Novo"), ("price", None, "3.00")])]

    done = imported(shop, "sku,name,price\n%s,Novo,3.00\n" % new)
    assert good(shop.staff.call("list_import_changes", id=done["id"]),
                200)["data"] == []


def test_again_changes_nothing(shop):
    text = "sku,name,price,stock,category,attr:cor\n" + "".join(
        "%s,Item %d,%d.50,%d,Raiz > Folha %d,azul\n"
        % (name(), n, n, n, n % 7) for n in range(1, 1201))
    first = imported(shop, text)
    assert counts(first) == (1200, 0, 0, 0)
    moves = shop.query("store", "select count(*) as n "
                       "from core.stock_movement")
    again = imported(shop, text)
    assert counts(again) == (0, 0, 1200, 0)
    assert shop.query("store", "select count(*) as n "
                      "from core.stock_movement") == moves


def test_only_what_the_file_says_changes(shop):
    sku = name()
    imported(shop, "sku,name,price,description,stock\n%s,N,1.00,D,5\n" % sku)
    seen = imported(shop, "sku,price,description\n%s,2.00,\n" % sku)
    assert counts(seen) == (0, 1, 0, 0)
    row = variant(shop, sku)
    assert (row["title"], row["amount"], row["description"], row["stock"]) \
        == ("N", 200, "D", 5)


def test_stock_goes_through_the_ledger(shop):
    sku = name()
    for level in (5, 12, 0, 0):
        imported(shop, "sku,name,price,stock\n%s,N,1.00,%d\n" % (sku, level))
        assert variant(shop, sku)["stock"] == level
    rows = shop.query("store", """
        select m.kind, m.delta, m.balance from core.stock_movement m
          join core.variant v on v.id = m.variant_id
         where v.sku = %s order by m.id""", sku)
    assert [(r["delta"], r["balance"]) for r in rows] \
        == [(5, 5), (7, 12), (-12, 0)]


def test_variants_of_one_product(shop):
    sku, slug = name(), "camisa-" + uuid.uuid4().hex[:8]
    seen = imported(shop, "sku,product,name,price,option:tamanho\n" + "".join(
        "%s-%s,%s,Camisa,59.90,%s\n" % (sku, size, slug, size)
        for size in ("P", "M", "G")))
    assert counts(seen) == (3, 0, 0, 0)
    rows = [variant(shop, "%s-%s" % (sku, size)) for size in ("P", "M", "G")]
    assert {row["slug"] for row in rows} == {slug}
    assert [row["options"] for row in rows] \
        == [{"tamanho": size} for size in ("P", "M", "G")]
    more = imported(shop, "sku,product,price,option:tamanho\n%s-GG,%s,64.90,GG"
                    "\n" % (sku, slug))
    assert counts(more) == (1, 0, 0, 0)
    assert variant(shop, sku + "-GG")["slug"] == slug


def test_product_is_never_half(shop):
    """One bad row of a product keeps its other rows out."""
    sku, slug = name(), "par-" + uuid.uuid4().hex[:8]
    seen = imported(shop, "sku,product,name,price\n%s-1,%s,Par,1.00\n"
                    "%s-2,%s,Par,caro\n" % (sku, slug, sku, slug))
    assert counts(seen) == (0, 0, 0, 2)
    assert variant(shop, sku + "-1") is None
    text = errors(shop, seen, **{"accept-language": "en"})
    assert "Another row of the same product was refused" in text


def test_bad_rows_do_not_stop_good_ones(shop):
    one, two = name(), name()
    seen = imported(shop, "sku,name,price,status\n%s,A,1.00,active\n"
                    ",B,1.00,active\n%s,C,1.00,talvez\nx,y\n"
                    '"open,D\n' % (one, two))
    assert counts(seen) == (1, 0, 0, 4)
    assert variant(shop, one)["amount"] == 100
    lines = list(csv.DictReader(io.StringIO(errors(shop, seen))))
    assert [line["import_line"] for line in lines] == ["3", "4", "5", "6"]
    assert "status: Situação inválida" in lines[1]["import_error"]
    assert "Aspas não fechadas" in lines[3]["import_error"]


def test_errors_can_be_corrected_and_sent_again(shop):
    good_one, bad = name(), name()
    seen = imported(shop, "sku;nome;preço;descrição\n%s;A;1,00;\n"
                    '%s;"B; com ""aspas""";um;=1+1\n' % (good_one, bad))
    assert counts(seen) == (1, 0, 0, 1)
    text = errors(shop, seen)
    assert "'=1+1" in text                     # no formula for a spreadsheet
    again = imported(shop, text.replace(";um;", ";2,00;"))
    assert counts(again) == (1, 0, 0, 0)
    row = variant(shop, bad)
    assert (row["title"], row["amount"], row["description"]) \
        == ('B; com "aspas"', 200, "=1+1")


def test_json_lines(shop):
    one, two = name(), name()
    seen = imported(shop, "\n".join(json.dumps(line) for line in [
        {"sku": one, "name": "Um", "price": 1990, "stock": 4,
         "attributes": {"cor": "azul"}, "categories": ["A > B", "C"]},
        {"sku": two, "name": "Dois",
         "price": {"amount": 5, "currency": "BRL"}}])
        + "\n{not json\n[1]\n", kind=NDJSON, price_scale=0)
    assert counts(seen) == (2, 0, 0, 2)
    row = variant(shop, one)
    assert (row["amount"], row["stock"]) == (1990, 4)
    assert row["attributes"] == {"cor": "azul"}
    assert sorted(c["name"] for c in row["categories"]) == ["B", "C"]
    assert variant(shop, two)["amount"] == 5


@pytest.mark.parametrize("text,code", [
    ("", "empty_file"), ("\n\n", "empty_file"),
    ("name,price\nA,1.00\n", "missing_column"),
    ("sku,price,preço\nA,1.00,1.00\n", "duplicate_column"),
    ("sku,pricee\nA,1.00\n", "unknown_column"),
    ('"sku,name\nA,B\n', "no_header"), ("x" * 900000, "no_header")])
def test_headers_that_are_refused(shop, text, code):
    problem(post(shop, text), 422, code)


def test_unknown_columns_can_be_ignored(shop):
    sku = name()
    seen = imported(shop, "sku,name,price,Fornecedor\n%s,A,1.00,X\n" % sku,
                    ignore_unknown="true")
    assert counts(seen) == (1, 0, 0, 0)


def test_refuses_other_media_and_unknown_options(shop):
    problem(post(shop, "{}", kind="application/json"), 415)
    problem(post(shop, "sku\nA\n", colour="red"), 400)
    problem(post(shop, "sku\nA\n", price_scale="many"), 400)
    problem(post(shop, "sku\nA\n", location_id=999999), 422,
            "unknown_location")


def test_only_for_those_who_may(shop):
    problem(post(shop, "sku\nA\n", client=shop.anonymous), 401)
    problem(post(shop, "sku\nA\n", client=shop.customer), 403)


def test_imports_are_listed(shop):
    ids = [imported(shop, "sku,name,price\n%s,A,1.00\n" % name())["id"]
           for _ in range(3)]
    page = good(shop.staff.read("/admin/imports", limit=2), 200)
    assert [one["id"] for one in page["data"]] == ids[:0:-1]
    more = good(shop.staff.read("/admin/imports", limit=2,
                                cursor=page["page"]["next"]), 200)
    assert more["data"][0]["id"] == ids[0]


def test_large_file_in_constant_memory(shop, sanitized):
    """20 MB: the workers do not grow with the file.

    A sanitizer keeps what was freed for a while.
    """
    sku = name()
    text = "sku,name,price,description\n" + "".join(
        "%s-%d,Item %d,1.00,%s\n" % (sku, n, n, "x" * 1000)
        for n in range(1000)) * 20
    before = memory(shop)
    seen = imported(shop, text, dry_run="true")
    assert seen["rows"] == 20000
    assert seen["created"] == 0 and seen["refused"] == 20000
    assert memory(shop) - before < (16 if sanitized else 6) * 1024


def memory(shop):
    """KiB of all workers that are not shared, the largest they ever were."""
    total = 0
    for pid in shop.nginx.workers():
        with open("/proc/%d/status" % pid) as file:
            total += sum(int(line.split()[1]) for line in file
                         if line.startswith("VmHWM"))
    return total


def test_stranded_import_is_taken_over(shop):
    """Staged by a gateway that died: another moves it on."""
    id, sku = str(uuid.uuid4()), name()
    shop.query("store", """
        select api.begin_import(%s, 'products', 'csv', false, null, '{}',
                                '{sku,name,price}', null)""", id)
    shop.query("store", """
        with rows as (
            insert into core.import_row values
                (%s, 2, array[%s, 'Achado', '1.00'], null)
        ) select 1 as n""", id, sku)
    shop.query("store", "select * from api.stage_import(%s, 1)", id)
    shop.query("store", """
        with old as (update core.import set updated_at =
                     now() - interval '5 minutes' where id = %s)
        select 1 as n""", id)
    assert finished(shop, {"id": id})["status"] == "done"
    assert variant(shop, sku)["title"] == "Achado"


def test_worker_killed_in_the_middle(shop):
    """-9 while batches are merged: all of the file arrives, once."""
    shop.nginx.allow += [r"exited on signal 9"]
    sku = name()
    made = good(post(shop, "sku,product,name,price,stock\n" + "".join(
        "%s-%d,%s-%d,Par %d,1.50,2\n" % (sku, n, sku.lower(), n // 2, n // 2)
        for n in range(4000))), 202)

    def merging():
        seen = good(shop.staff.read("/admin/imports/" + made["id"]), 200)
        return seen["merged"] > 0 or seen["status"] == "done"
    wait.until(merging, 60, "the first batch")
    for pid in shop.nginx.workers():
        os.kill(pid, signal.SIGKILL)
    wait.until(lambda: len(shop.nginx.workers()) == 2, 60, "new workers")
    shop.ready()
    seen = finished(shop, made, 120, shop.client("staff"))
    shop.staff = shop.client("staff")       # no connection to the dead
    assert seen["status"] == "done" and counts(seen) == (4000, 0, 0, 0)
    rows = shop.query("store", """
        select count(*) as n, count(distinct v.product_id) as products,
               sum(s.on_hand) as stock,
               (select sum(m.delta) from core.stock_movement m
                  join core.variant w on w.id = m.variant_id
                 where w.sku like %s) as moved
          from core.variant v join core.stock_level s on s.variant_id = v.id
         where v.sku like %s""", sku + "-%", sku + "-%")
    assert rows == [{"n": 4000, "products": 2000, "stock": 8000,
                     "moved": 8000}]


def test_lost_staging_fails_honestly(shop):
    """PostgreSQL crashed: unlogged rows are gone."""
    id = str(uuid.uuid4())
    shop.query("store", """
        select api.begin_import(%s, 'products', 'csv', false, null, '{}',
                                '{sku,name,price}', null)""", id)
    shop.query("store", "select * from api.stage_import(%s, 7)", id)
    shop.query("store", "select * from api.advance_import(%s)", id)
    seen = good(shop.staff.read("/admin/imports/" + id), 200)
    assert seen["status"] == "failed"
    assert seen["error"] == {"code": "staging_lost"}
