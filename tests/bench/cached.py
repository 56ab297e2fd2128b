"""What the cache answers, beside an nginx that says the same by `return`.

A mirror is a location of the same nginx that returns the same bytes under the
same headers: what cannot be beaten without leaving nginx out.
"""

import statistics

from kit import wait
from kit.raw import Raw

PRODUCT = "/api/v1/products/1"

# nginx's configuration holds no text of more than 4096 bytes
LIST = "/api/v1/products?limit=5&sort=-price&in_stock=true"
CLIENTS = 64

# nginx writes these by itself, or anew for each request.
OWN = {"server", "date", "connection", "content-type", "content-length",
       "x-request-id"}


def ask(shop, path, headers=()):
    with Raw(shop.nginx.port) as raw:
        return raw.get(path, dict(headers))


def hit(shop, path, headers=()):
    """An answer out of the cache of a worker, once the feed stands."""
    def look():
        answer = ask(shop, path, headers)
        return answer if answer.header("X-Cache") == "HIT" else None
    return wait.until(look, 30, "a cached answer of " + path)


def location(name, answer, status):
    """`location = /bench/NAME` that returns the answer."""
    lines = ["default_type %s; types { }" % answer.header("Content-Type"),
             "add_header X-Request-Id $request_id always;"]
    for key, value in answer.headers:
        if key.lower() not in OWN:
            lines.append("add_header %s %s always;" % (key, quoted(value)))
    body = quoted(answer.body.decode()) if status == 200 else ""
    lines.append("return %d %s;" % (status, body))
    return "location = /bench/%s {\n%s\n}\n" % (name, "\n".join(lines))


def quoted(text):
    """A parameter of nginx; $ cannot be escaped and is not in our data."""
    assert "$" not in text
    return "'%s'" % text.replace("\\", "\\\\").replace("'", "\\'")


def static(name, path):
    return ("location = /bench/%s {\n    default_type application/json;"
            " types { }\n    alias %s;\n}\n" % (name, path))


def turns(shop, options, *asked):
    """Medians of (path, headers), asked turn by turn; the first warm up."""
    def rate(path, headers, seconds):
        return shop.wrk("same.lua", seconds, CLIENTS, path=path,
                        headers=headers)[0]

    for path, headers in asked:
        rate(path, headers, 1)
    rounds = [[rate(path, headers, options.seconds)
               for path, headers in asked] for _ in range(options.runs)]
    return [statistics.median(column) for column in zip(*rounds)]


def cached(shop, options, path, headers=()):
    """(our rate, nginx's with the same bytes) of a cached answer."""
    answer = hit(shop, path, headers)
    shop.mirror(location("same", answer, 200))
    hit(shop, path, headers)
    return turns(shop, options, (path, headers), ("/bench/same", headers))


def token(shop):
    return {"Authorization": "Bearer " + shop.token()}


def not_modified(shop, options):
    """(304s, the same answer in full), and what nginx's `return 304` does."""
    answer = hit(shop, PRODUCT)
    known = {"If-None-Match": answer.header("ETag")}
    shop.mirror(location("304", answer, 304))
    hit(shop, PRODUCT)
    ours, full, theirs = turns(shop, options, (PRODUCT, known), (PRODUCT, {}),
                               ("/bench/304", {}))
    print("get_304: nginx's `return 304` with the same headers: %.0f"
          " requests/s, ratio %.2f" % (theirs, ours / theirs))
    return ours, full


def limits(shop, options):
    """What this machine does at best: `return 200` and a file."""
    answer = hit(shop, PRODUCT)
    path = shop.nginx.write("bench.json", answer.body.decode())
    shop.mirror("location = /bench/plain {\n    return 200 %s;\n}\n"
                % quoted(answer.body.decode()) + static("file", path))
    plain, file = turns(shop, options, ("/bench/plain", {}),
                        ("/bench/file", {}))
    print("limits of this machine, %d bytes: nginx `return 200` %.0f"
          " requests/s, a static file %.0f requests/s"
          % (len(answer.body), plain, file))


def stampede(shop, clients=1000):
    """How many of so many clients ask the database for one cold answer.

    The table is locked until all of them have asked, so that none comes when
    the answer is there already.
    """
    path = PRODUCT[:-1] + "2"
    hit(shop, PRODUCT)
    with shop.cluster.connect("store") as connection, \
            connection.transaction():
        connection.execute("lock table core.product in access exclusive mode")
        waiting = [Raw(shop.nginx.port, timeout=30) for _ in range(clients)]
        for raw in waiting:
            raw.send(raw.request("GET", path))
        settle(shop)
    found = [raw.response().header("X-Cache") for raw in waiting]
    for raw in waiting:
        raw.close()
    print("stampede: %s" % ", ".join(
        "%d %s" % (found.count(name), name) for name in sorted(set(found))))
    return found.count("MISS") + found.count("BYPASS")


def settle(shop):
    """Until the workers have read what was sent: their queues are empty."""
    port = ":%04X" % shop.nginx.port

    def queued():
        with open("/proc/net/tcp") as file:
            rows = [line.split() for line in file][1:]
        return sum(int(row[4].split(":")[1], 16) for row in rows
                   if row[1].endswith(port))

    wait.until(lambda: queued() == 0, 20, "the requests to be read")
