"""Import, replay and comparison of a file of sales, as the command line runs
them: a small file with every kind of line that the real one has."""

import json
import os
import subprocess

import pytest

from kit import build

HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice," \
       "CustomerID,Country\n"

LINES = """\
536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850.0,Denmark
536365,71053,WHITE METAL LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,Denmark
536365,85123A,WHITE HANGING HEART,2,2010-12-01 08:27:00,2.55,17850.0,Denmark
536370,POST,POSTAGE,3,2010-12-31 23:59:00,18.0,12583.0,France
C536379,D,Discount,-1,2011-01-01 00:00:00,27.5,14527.0,Denmark
C536383,85123A,WHITE HANGING HEART,-1,2011-01-04 09:49:00,2.55,17850.0,Denmark
536390,71053,,1,2011-01-05 10:00:00,0.0,17850.0,Denmark
536400,71053,damaged,-4,2011-01-06 11:00:00,0.0,,Denmark
536401,85123A,found,2,2011-01-06 11:05:00,0.0,,Denmark
550193,PADS,PADS FOR CUSHIONS,1,2011-02-15 09:27:00,0.001,13952.0,EIRE
550194,PADS,PADS FOR CUSHIONS,1000,2011-02-15 09:28:00,0.125,13952.0,EIRE
A563185,B,Adjust bad debt,1,2011-03-12 14:50:00,11062.06,,Denmark
A563186,B,Adjust bad debt,1,2011-03-12 14:51:00,-11062.06,,Denmark
536500,85123A,CREAM HANGING HEART,1,2011-03-20 10:00:00,2.95,,Brazil
536501,gift_0001_40,"Gift ""Card"", 40.00",1,2011-03-20 10:01:00,34.04,,Brazil
"""


class Commands:
    """tests/replay/* against a shop of the kit."""

    def __init__(self, shop, path):
        self.path = str(path)
        self.environment = {
            **os.environ, "COMMERCE_TOKEN": shop.token("admin"),
            "COMMERCE_STATUS": json.dumps({
                "url": shop.nginx.url,
                "pids": {"nginx": shop.nginx.process.pid},
                "databases": {"store": "host=%s dbname=%s user=postgres" % (
                    shop.cluster.socket, shop.copies["store"])}})}

    def run(self, name, *arguments, code=0):
        done = subprocess.run(
            [os.path.join(build.ROOT, "tests", "replay", name), *arguments,
             self.path], env=self.environment, text=True, timeout=120,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        assert done.returncode == code, done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def commands(shop, tmp_path_factory):
    path = tmp_path_factory.mktemp("replay") / "sales.csv"
    path.write_text(HEAD + LINES)
    made = Commands(shop, path)
    made.imported = made.run("import", "--format", "online-retail")
    made.replayed = made.run("replay", "--connections", "4")
    return made


def test_products_of_sales(shop, commands):
    assert "7 created" in commands.imported
    rows = {row["sku"]: row for row in shop.query("store", """
        select v.sku, p.name, p.status, v.price_amount as amount, v.currency,
               v.tax_class
          from core.variant v join core.product p on p.id = v.product_id""")}
    assert rows["85123A"]["name"] == "CREAM HANGING HEART"
    assert rows["85123A"]["amount"] == 295
    assert rows["71053"]["name"] == "WHITE METAL LANTERN"   # not 'damaged'
    assert rows["71053"]["status"] == "active"
    assert rows["POST"]["status"] == "draft"
    assert rows["POST"]["tax_class"] == "service"
    assert {row["currency"] for row in rows.values()} == {"GBP"}


def test_replay_is_equal_to_the_penny(shop, commands):
    assert "orders placed              13" in commands.replayed
    table = commands.run("verify")
    assert "DIFFERS" not in table
    assert "0 differences" in table
    total = shop.query("store", "select sum(total)::int as total "
                       "from core.orders where reference is not null")
    assert total == [{"total": 2040 + 2034 + 5400 - 2750 - 255 + 0 + 12500
                      + 295 + 3404}]


def test_dates_and_countries_are_kept(shop, commands):
    order = shop.query("store", """
        select placed_at::text, region, kind, status, total
          from core.orders where reference = 'C536379'""")[0]
    assert order == {"placed_at": "2011-01-01 00:00:00+00",
                     "region": "Denmark", "kind": "credit",
                     "status": "refunded", "total": -2750}


def test_stock_leaves_through_the_ledger(shop, commands):
    """What was sold was received before: nothing is left, all is told."""
    rows = {row["sku"]: row for row in shop.query("store", """
        select v.sku, s.on_hand, s.reserved,
               (select sum(m.delta) from core.stock_movement m
                 where m.variant_id = v.id)::int as ledger,
               (select sum(m.delta) from core.stock_movement m
                 where m.variant_id = v.id and m.kind = 'receipt')::int
                   as received
          from core.variant v
          join core.stock_level s on s.variant_id = v.id""")}
    assert rows["71053"] == {"sku": "71053", "on_hand": 0, "reserved": 0,
                             "ledger": 0, "received": 11}
    assert rows["PADS"]["received"] == 1001
    assert all(row["on_hand"] == row["ledger"] for row in rows.values())


def test_again_changes_nothing(shop, commands):
    before = shop.query("store", "select count(*) as n, max(number) as last "
                        "from core.orders")
    assert "0 created, 0 updated, 7 unchanged" in commands.run(
        "import", "--format", "online-retail")
    again = commands.run("replay", "--connections", "4")
    assert "orders placed               0" in again
    assert shop.query("store", "select count(*) as n, max(number) as last "
                      "from core.orders") == before


def test_a_difference_is_seen(shop, commands, tmp_path):
    """One penny more in the file and the comparison fails."""
    path = tmp_path / "other.csv"
    path.write_text(HEAD + LINES.replace("3.39", "3.40"))
    other = Commands(shop, path)
    table = other.run("verify", code=1)
    assert "DIFFERS" in table and "536365" in table
