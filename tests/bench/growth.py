"""What a request costs in a small shop and in a large one.

Cost is processor time: of the gateway's workers and of PostgreSQL's servers
that work for it, read from /proc in nanoseconds. One client asks one question
after another, so nothing waits for anybody, and no question is asked twice,
so the cache has no answer.

Both shops show as much: a search finds some twenty products in either, by
words that many products have. What grows is the work of the index, which goes
through the lists of the words, of 20,000 to 40,000 products each here, to find
the twenty that are in all of them.
"""

import json
import random
import uuid

from kit.raw import Raw

from . import house

WARM, COUNT = 100, 400
SMALL = 1000
NOUNS = ["cafeteira", "chaleira", "panela", "caneca", "camiseta", "sapato",
         "mochila", "mesa", "cadeira", "tapete", "notebook", "teclado"]
ADJECTIVES = ["compacta", "leve", "digital", "moderna", "infantil",
              "colorida", "universal", "rústica"]
BRANDS = ["aurora", "boreal", "cerrado", "farol", "ipanema", "laguna",
          "oceano", "pampa", "raiz", "safira", "tucano", "xingu"]


def ratios(small, options):
    """{what: (us in the small shop, us in the large one)}."""
    few = costs(small, SMALL)
    with house.House() as large:
        many = costs(large, options.million)
    print("\ngrowth: processor time of a request, gateway and database, with"
          " %d and with %d products" % (SMALL, options.million))
    for what in few:
        print("    %-8s %8.0f us %8.0f us %6.2f times"
              % (what, few[what], many[what], many[what] / few[what]))
    return {what: (few[what], many[what]) for what in few}


def costs(shop, count):
    shop.products(count)
    shop.stock()
    shop.start()
    pick = random.Random(7)
    ids = pick.sample(range(1, count + 1), WARM + COUNT)
    words = searches(count, pick)
    token = shop.token()
    kinds = {
        "get": lambda raw, n: raw.request(
            "GET", "/api/v1/products/%d" % ids[n]),
        "list": lambda raw, n: raw.request(
            "GET", "/api/v1/products?limit=20&in_stock=true&sort=-price"
                   "&price_max=%d" % (90000 - n)),
        "search": lambda raw, n: raw.request(
            "GET", "/api/v1/products?limit=20&price_max=%d&q=%s"
                   % (9000000 - n, escaped(words[n]))),
        "order": lambda raw, n: order(raw, token, pick.sample(ids, 2)),
    }
    return {what: cost(shop, make) for what, make in kinds.items()}


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


def cost(shop, make):
    """Microseconds of processor time of one request."""
    with Raw(shop.nginx.port) as raw:
        for n in range(WARM):
            ask(raw, make(raw, n))
        before = processor(shop)
        for n in range(WARM, WARM + COUNT):
            ask(raw, make(raw, n))
        after = processor(shop)
    return sum(after[pid] - before.get(pid, 0)
               for pid in after) / COUNT / 1000


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
    found = {}
    for pid in pids:
        with open("/proc/%d/schedstat" % pid) as file:
            found[pid] = int(file.read().split()[0])
    return found
