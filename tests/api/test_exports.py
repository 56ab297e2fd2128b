"""Exports: files of any length, as a stream of what COPY gives."""

import csv
import io
import uuid

import pytest

from kit import goods, wait
from kit.client import PREFIX, good, key, problem
from kit.raw import Raw
from api import test_imports
from api.test_imports import counts, errors, imported, name

SHOP = {"server": "send_timeout 60s;" + test_imports.SHOP["server"]}

LARGE = 1500                # variants of 20 kB each, more than sockets hold


def exported(shop, kind, client=None, **query):
    answer = (client or shop.staff).read("/admin/exports/" + kind, **query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


def rows(text, separator=","):
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline=""),
                               delimiter=separator))


def test_what_is_exported_imports_again(shop):
    """Odd products too are unchanged by their export."""
    one, two = name(), name()
    imported(shop, "sku,product,name,description,price,category,stock,"
             "attr:Cor,option:Tamanho,variant,status,weight,active\n"
             '%s,%s-x,"Um; ""dois"", três","=1+1\nlinha",1234.50,'
             'A > B|"C",3,azul|verde,P,Pequena,draft,250,yes\n'
             "%s-2,%s-x,,,0.01,,,,G,Grande,,,no\n"
             "%s,,-5 graus,@x,7.00,,,,,,archived,,\n"
             % (one, one.lower(), one, one.lower(), two))
    shop.query("store", """
        with odd as (update core.product set attributes = attributes
            || '{"n": 5, "ok": true, "list": [1, 2], "deep": {"a": [1]}}'
            where name like 'Um;%%') select 1 as n""")
    before = exported(shop, "products")
    for separator in (",", ";"):
        text = exported(shop, "products", separator=separator)
        lines = rows(text, separator)
        assert [line["sku"] for line in lines] == [
            row["sku"] for row in shop.query(
                "store", "select sku from core.variant order by id")]
        seen = imported(shop, text)
        assert counts(seen) == (0, 0, len(lines), 0)
    assert exported(shop, "products") == before


def test_cells_are_no_formulas(shop):
    """F80: a spreadsheet shows what was typed and runs nothing of it."""
    texts = ["=1+1", "+55 11", "-x", "@SUM(A1)", "\tcmd", "\rcmd",
             '=HYPERLINK("http://e";"x")', "a=b", "'quoted", "-5", "-5,3"]
    for text in texts:
        goods.product(shop, name="F80", description=text)
    found = [line["description"] for line in rows(exported(shop, "products"))
             if line["name"] == "F80"]
    assert found == [text if text in ("a=b", "'quoted", "-5", "-5,3")
                     else "'" + text for text in texts]


def test_stock_of_a_location_imports_again(shop):
    made = good(shop.staff.call("create_stock_location",
                                {"code": key()[:8], "name": "Loja"}), 201)
    sku = goods.product(shop, on_hand=4)["variants"][0]["sku"]
    imported(shop, "sku,stock\n%s,9\n" % sku, location_id=made["id"])
    text = exported(shop, "stock", location_id=made["id"])
    line = [line for line in rows(text) if line["sku"] == sku]
    assert [(one["stock"], one["import_location"]) for one in line] \
        == [("9", made["name"])]
    seen = imported(shop, text, location_id=made["id"])
    assert counts(seen) == (0, 0, len(rows(text)), 0)
    assert [one["stock"] for one in rows(exported(shop, "stock"))
            if one["sku"] == sku] == ["4"]
    problem(shop.staff.read("/admin/exports/stock", location_id=999999), 422,
            "unknown_location")


def test_columns_of_orders_sum_up(shop):
    first, second = (goods.variant(shop, 9, 1050) for _ in range(2))
    made = [good(shop.customer.call("place_order", goods.items(
        (first, 2), (second, 1))), 201) for _ in range(2)]
    lines = [line for line in rows(exported(shop, "orders"))
             if line["number"] in {str(one["number"]) for one in made}]
    assert [line["line"] for line in lines] == ["1", "2", "1", "2"]
    assert sum(round(float(line["total"]) * 100) for line in lines
               if line["total"]) == sum(one["total"]["amount"] for one in made)
    assert sum(round(float(line["line_total"]) * 100) for line in lines) \
        == 2 * 3 * 1050
    assert rows(exported(shop, "orders", status="enviado")) == []
    later = "2100-01-01T00:00:00Z"
    assert rows(exported(shop, "orders", placed_from=later)) == []


def test_customers_without_what_is_sealed(shop):
    email = key() + "@example.com"
    good(shop.staff.call("create_customer", {
        "name": "=Ana", "email": email, "phone": "+55 11 91234-5678"}), 201)
    line = [one for one in rows(exported(shop, "customers"))
            if one["email"] == email]
    assert [one["name"] for one in line] == ["'=Ana"]
    assert not any("91234" in cell for cell in line[0].values())


@pytest.mark.parametrize("kind", ["products", "stock", "orders", "customers"])
def test_only_for_those_who_may(shop, kind):
    problem(shop.anonymous.read("/admin/exports/" + kind), 401)
    problem(shop.customer.read("/admin/exports/" + kind), 403)


def test_all_errors_are_one_file(shop):
    """More refused rows than fit into any buffer, and none is left out."""
    seen = imported(shop, "sku,name,price\n" + "".join(
        "x,Nome %d,caro\n" % n for n in range(12000)) + "y,Z,1,2,3\n")
    lines = rows(errors(shop, seen))
    assert [int(line["import_line"]) for line in lines] \
        == list(range(2, 12003))
    assert lines[-1]["price"] == "1,2,3"


@pytest.fixture(scope="module")
def large(shop):
    """A catalogue of 30 MB."""
    shop.query("store", """
        with made as (
            insert into core.product (slug, name, description, price_amount)
            select 'grande-' || n, 'Grande', repeat(md5(n::text), 625), 100
            from generate_series(1, %s) n returning id),
        kinds as (
            insert into core.variant (product_id, sku, price_amount)
            select id, 'grande-' || id, 100 from made returning 1)
        select count(*) from kinds""", LARGE)
    return "/admin/exports/products"


def copies(shop, waiting=False):
    """Backends that give a file; those that wait for a reader."""
    return shop.query("store", """
        select count(*) as n from pg_stat_activity
        where datname = current_database() and query like 'copy (select%%'
              and state = 'active'
              and (not %s or wait_event = 'ClientWrite')""", waiting)[0]["n"]


def asked(shop, path):
    """A connection whose answer is not read yet."""
    raw = Raw(shop.port)
    raw.send("GET %s%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
             "\r\n" % (PREFIX, path, shop.token("staff")))
    return raw


def memory(shop):
    """Bytes of the workers' own that they hold now."""
    return shop.nginx.memory()


def test_slow_reader_costs_no_memory(shop, large, sanitized):
    before = memory(shop)
    with asked(shop, large) as raw:
        wait.until(lambda: copies(shop, waiting=True) == 1, 60,
                   "the database to wait for the reader")
        # A sanitizer keeps what was freed, so it is its memory one sees there.
        assert sanitized or memory(shop) - before < 4 << 20
        answer = raw.response()
    assert answer.status == 200 and len(answer.body) > LARGE * 20000
    lines = rows(answer.body.decode())
    assert len(lines) == shop.query("store", "select count(*) as n "
                                    "from core.variant")[0]["n"]


def test_reader_leaves_in_the_middle(shop, large):
    with asked(shop, large):
        wait.until(lambda: copies(shop, waiting=True) == 1, 60,
                   "the database to wait for the reader")
    wait.until(lambda: copies(shop) == 0, 60, "the copy to end")
    assert exported(shop, "customers")


def test_database_goes_in_the_middle(shop, large):
    """No end of the body: nobody takes a part for the file."""
    with asked(shop, large) as raw:
        wait.until(lambda: copies(shop, waiting=True) == 1, 60,
                   "the database to wait for the reader")
        shop.query("store", """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database()
                  and query like 'copy (select%%'""")
        with pytest.raises((EOFError, OSError)):
            raw.response()


def test_so_many_at_a_time(shop, large):
    """Four a worker; who is one too many is told to come back."""
    readers = [asked(shop, large) for _ in range(9)]
    try:
        wait.until(lambda: copies(shop, waiting=True) >= 4, 60, "readers")
        heads = [reader.response(head=True).status for reader in readers]
        assert set(heads) == {200, 503}
        assert heads.count(200) <= 8
    finally:
        for reader in readers:
            reader.close()
    wait.until(lambda: copies(shop) == 0, 60, "the copies to end")


def test_head_of_a_file(shop):
    answer = shop.staff.head(PREFIX + "/admin/exports/products")
    assert answer.status_code == 200 and answer.content == b""
    assert answer.headers["content-disposition"] \
        == 'attachment; filename="products.csv"'
    assert good(shop.staff.read("/admin/imports"), 200)


def test_errors_of_no_import(shop):
    problem(shop.staff.read("/admin/imports/%s/errors.csv" % uuid.uuid4()),
            404)
