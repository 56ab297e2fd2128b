"""The measurements: each asks a House and returns numbers."""

import json
import re
import statistics
import threading
import time
import uuid

from kit import wait
from kit.raw import Raw

from . import house


def beside(options, ours, theirs, close=False):
    """Medians of both, measured turn by turn so that noise hits both.

    close: what is looked for is less than what other guests of a machine take
    now and then: more turns, and who begins changes.
    """
    found = {ours: [], theirs: []}
    for turn in range(2 * options.runs + 1 if close else options.runs):
        for one in (theirs, ours) if close and turn % 2 else (ours, theirs):
            found[one].append(one())
    return statistics.median(found[ours]), statistics.median(found[theirs])


def arguments(shop, function):
    """The names of a function's arguments."""
    rows = shop.cluster.query(
        "store", "select proargnames[1:pronargs] as names from pg_proc"
                 " where pronamespace = 'api'::regnamespace"
                 "   and proname = %s", function)
    return rows[0]["names"]


def gets(shop, options):
    """GET /products/{id} by wrk without a cache, the very same SELECT by
    pgbench.
    """
    names = ["%s => :product" % n if n == "id" else "%s => null" % n
             for n in arguments(shop, "get_product")]
    script = shop.script("\\set product random(1, %d)\n"
                         "SELECT * FROM api.get_product(%s);\n"
                         % (shop.count, ", ".join(names)))
    shop.caching(False)
    shop.wrk("get.lua", 1, 64, COUNT=shop.count)
    shop.pgbench(script, 1)
    found = beside(
        options,
        lambda: shop.wrk("get.lua", options.seconds, 64,
                         COUNT=shop.count)[0],
        lambda: shop.pgbench(script, options.seconds), close=True)
    shop.caching(True)
    return found


def place(shop, seconds, items, count, clients):
    """Orders per second by wrk; every answer must be 201."""
    return shop.wrk("orders.lua", seconds, clients, COUNT=count, ITEMS=items,
                    STEP=house.STEP, RUN=uuid.uuid4().hex,
                    TOKENS=shop.tokens())[0]


def orders(shop, options, items, count, clients):
    """POST /orders, and one order per transaction by pgbench."""
    def rival(seconds):
        return shop.pgbench(house.sql("order_one.sql"), seconds,
                            user="store_owner", count=count,
                            step=house.STEP, hot=int(items == 1), n=0,
                            run=uuid.uuid4().hex)

    place(shop, 1, items, count, clients)
    rival(1)
    return beside(
        options,
        lambda: place(shop, options.seconds, items, count, clients),
        lambda: rival(options.seconds))


def feed_cost(shop, options):
    """POST /orders with the change feeds on, and with them off."""
    def orders_with(feeds):
        shop.feeding(feeds)
        place(shop, 2, 2, shop.count, 64)
        before = shop.senders_cpu()
        rate = place(shop, options.seconds, 2, shop.count, 64)
        if feeds:
            cost.append((shop.senders_cpu() - before) * 1e6
                        / (rate * options.seconds))
        return rate

    cost = []
    on, off = beside(options, lambda: orders_with(True),
                     lambda: orders_with(False), close=True)
    shop.feeding(True)
    print("feed_cost: the feeds' servers took %.1f us of processor time an"
          " order" % statistics.median(cost))
    return on, off


def memory(shop, options):
    """The most that all workers hold (PSS, MiB) while orders come in."""
    most = [0]
    done = threading.Event()

    def look():
        while not done.wait(0.1):
            most[0] = max(most[0], shop.nginx.memory())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        place(shop, options.seconds, 2, shop.count, 256)
    finally:
        done.set()
        thread.join()
    return most[0] / 1048576


def start(shop):
    """Milliseconds from exec to the first 200, the median of five."""
    port = shop.nginx.port
    found = []
    for _ in range(5):
        shop.nginx.halt()
        begin = time.monotonic()
        shop.nginx.launch()
        wait.until(lambda: first(port), 10, "a first answer", pause=0.001)
        found.append((time.monotonic() - begin) * 1000)
    return statistics.median(found)


def first(port):
    try:
        with Raw(port) as raw:
            return raw.get("/api/v1/products/1").status == 200
    except OSError:
        return False


def call(names, given):
    """The text of api.list_products with these arguments, null elsewhere."""
    return "api.list_products(%s)" % ", ".join(
        '"%s" => %s' % (name, given.get(name, "null")) for name in names)


def page(shop, number, limit=20):
    """(median ms, plan) of one page of a filtered list, page by page.

    The keyset of a page is that of the last row before it, so the cursor is
    found by walking there in steps of 200 rows.
    """
    names = arguments(shop, "list_products")
    given = {"in_stock": "true", "price_min": "500",
             "sort": "array['-price']", "count": "'none'"}
    with shop.cluster.connect("store", "store_api") as connection:
        cursor, rows = None, (number - 1) * limit
        while rows > 0:
            step = min(rows, 200)
            found = connection.execute(
                "select _cursor from " + call(names, {
                    **given, "limit": step, "cursor": literal(cursor)})
            ).fetchall()
            assert len(found) == step, "the list is too short"
            cursor, rows = found[-1][0], rows - step
        text = "select * from " + call(names, {
            **given, "limit": limit + 1, "cursor": literal(cursor)})
        times = [explain(connection, text) for _ in range(9)]
    return statistics.median(times), plan(shop, text)


def literal(cursor):
    if cursor is None:
        return "null"
    return "'%s'::jsonb" % json.dumps(cursor).replace("'", "''")


def explain(connection, text):
    """Planning and execution of the statement, in ms."""
    document, = connection.execute(
        "explain (analyze, format json) " + text).fetchone()
    return document[0]["Planning Time"] + document[0]["Execution Time"]


def plan(shop, text):
    """The plan of what runs inside the function, by auto_explain."""
    with shop.cluster.connect("store") as connection:
        notices = []
        connection.add_notice_handler(
            lambda notice: notices.append(notice.message_primary))
        for statement in (
                "load 'auto_explain'",
                "set auto_explain.log_min_duration = 0",
                "set auto_explain.log_analyze = on",
                "set auto_explain.log_nested_statements = on",
                "set auto_explain.log_level = notice",
                "set search_path = core, public, pg_temp"):
            connection.execute(statement)
        connection.execute(text)
    nested = [notice for notice in notices if "on product_listing" in notice]
    return re.sub(r"Query Text:.*?(?=\n\S)", "", (nested or notices)[0],
                  flags=re.S)
