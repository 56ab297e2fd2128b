"""What a request costs in a small shop and in a large one.

Cost is processor time: of the gateway's workers and of PostgreSQL's servers
that work for it, read from /proc in nanoseconds. One client asks one question
after another, so nothing waits for anybody, and no question is asked twice,
so the cache has no answer. The shops are asked turn by turn, so that noise
hits both, and the median of the turns counts.

Both are shops that have run for a while. Clients ask for products by slug
before anything is counted: a server of PostgreSQL maps each page of shared
memory at its first touch, which costs more than reading it. Search is packed,
as by `commerce pack`; what it costs before that is printed too. The walk over
all products that keeps their popularity belongs to no request: it rests, and
what it takes is printed.

Both show as much: a search finds some twenty products in either, by words
that many products have. What grows is the work of the index, which goes
through the lists of the words, of 20,000 to 40,000 products each here, to find
the twenty that are in all of them.
"""

import contextlib
import json
import random
import statistics
import uuid

from kit.raw import Raw

from . import house

WARM, TURNS, EACH = 100, 8, 50
COUNT = TURNS * EACH
SMALL = 1000
NOUNS = ["cafeteira", "chaleira", "panela", "caneca", "camiseta", "sapato",
         "mochila", "mesa", "cadeira", "tapete", "notebook", "teclado"]
ADJECTIVES = ["compacta", "leve", "digital", "moderna", "infantil",
              "colorida", "universal", "rústica"]
BRANDS = ["aurora", "boreal", "cerrado", "farol", "ipanema", "laguna",
          "oceano", "pampa", "raiz", "safira", "tucano", "xingu"]


def ratios(small, options):
    """{what: (us in the small shop, us in the large one)}."""
    with house.House() as large:
        shops = (small, large)
        ready(small, SMALL, options)
        ready(large, options.million, options)
        loose = turns([large], "search", most=8000000)
        for shop in shops:
            pack(shop)
        found = {what: turns(shops, what)
                 for what in ("get", "list", "search", "order")}
        walk = walking(large)

    print("\ngrowth: processor time of a request, gateway and database, with"
          " %d and with %d products, warm" % (SMALL, options.million))
    for what, (few, many) in found.items():
        print("    %-8s %8.0f us %8.0f us %6.2f times"
              % (what, few, many, many / few))
    print("    search before `commerce pack`: %.0f us\n"
          "    popularity, beside requests: %.1f us a product and walk"
          % (loose[0], walk))
    return found


def ready(shop, count, options):
    """Full, and used by 64 clients for a while."""
    shop.products(count)
    shop.stock()
    shop.psql("-c", "update core.upkeep set last_at = 'infinity'"
                    " where task = 'popularity'")
    shop.start()
    shop.wrk("get.lua", 2 * options.seconds, 64, COUNT=count,
             SLUG="bench-produto-")


def pack(shop):
    shop.psql("-c", "cluster core.product_search using product_search_name",
              "-c", "vacuum (analyze) core.product_search")


def turns(shops, what, most=9000000):
    """Microseconds of one request to each shop, the median of its turns."""
    found = [[] for _ in shops]
    with contextlib.ExitStack() as stack:
        asking = [(stack.enter_context(Raw(shop.nginx.port)),
                   questions(shop, what, most)) for shop in shops]
        for raw, make in asking:
            for n in range(WARM):
                ask(raw, make(raw, n))
        for first in range(WARM, WARM + COUNT, EACH):
            for shop, (raw, make), costs in zip(shops, asking, found):
                costs.append(cost(shop, raw, make, range(first,
                                                         first + EACH)))
    return tuple(statistics.median(costs) for costs in found)


def questions(shop, what, most):
    """What makes the n-th request of its kind."""
    pick = random.Random(7)
    ids = pick.sample(range(1, shop.count + 1), WARM + COUNT)
    words = searches(shop.count, pick)
    token = shop.token()
    return {
        "get": lambda raw, n: raw.request(
            "GET", "/api/v1/products/%d" % ids[n]),
        "list": lambda raw, n: raw.request(
            "GET", "/api/v1/products?limit=20&in_stock=true&sort=-price"
                   "&price_max=%d" % (90000 - n)),
        "search": lambda raw, n: raw.request(
            "GET", "/api/v1/products?limit=20&price_max=%d&q=%s"
                   % (most - n, escaped(words[n]))),
        "order": lambda raw, n: order(raw, token, pick.sample(ids, 2)),
    }[what]


def searches(count, pick):
    """What finds some twenty of so many products: products.sql gives each a
    noun of 40, an adjective of 25 and a brand of 50, and a line."""
    found = ([(brand, "linha") for brand in BRANDS] if count == SMALL else
             [(noun, adjective, brand) for noun in NOUNS
              for adjective in ADJECTIVES for brand in BRANDS])
    return pick.choices(found, k=WARM + COUNT)


def escaped(words):
    return "%20".join("".join(
        c if c.isascii() else "".join("%%%02X" % b for b in c.encode())
        for c in word) for word in words)


def order(raw, token, products):
    body = {"items": [{"variant_id": house.STEP * n, "quantity": 1}
                      for n in products]}
    return raw.request("POST", "/api/v1/orders", {
        "Authorization": "Bearer " + token,
        "Idempotency-Key": uuid.uuid4().hex,
        "Content-Type": "application/json"}, json.dumps(body))


def cost(shop, raw, make, numbers):
    """Microseconds of processor time of one request."""
    before = processor(shop)
    for n in numbers:
        ask(raw, make(raw, n))
    after = processor(shop)
    return sum(after[pid] - before.get(pid, 0)
               for pid in after) / len(numbers) / 1000


def walking(shop, portions=40, size=500):
    """Microseconds that keeping its popularity takes for each product."""
    with shop.cluster.connect("store") as connection:
        pid, = connection.execute("select pg_backend_pid()").fetchone()
        last, = connection.execute(
            "select core.popularity_refresh(0, %s)", [size]).fetchone()
        before = spent(pid)
        for _ in range(portions):
            last, = connection.execute(
                "select core.popularity_refresh(%s, %s)",
                [last, size]).fetchone()
        return (spent(pid) - before) / portions / size / 1000


def ask(raw, request):
    raw.send(request)
    answer = raw.response()
    if answer.status not in (200, 201):
        raise SystemExit("%d: %s" % (answer.status, answer.body))


def processor(shop):
    """{pid: nanoseconds} of workers and of the servers that they use."""
    pids = shop.nginx.workers() + [
        row["pid"] for row in shop.cluster.query(
            "postgres", "select pid from pg_stat_activity"
                        " where usename = 'store_api'")]
    return {pid: spent(pid) for pid in pids}


def spent(pid):
    with open("/proc/%d/schedstat" % pid) as file:
        return int(file.read().split()[0])
