"""What the gateway tells Prometheus of itself.

Counted in shared memory by each worker alone: so it is asked whether the sum
is exact under many clients, and what a reload, a crash and another contract
leave of it.
"""

import os
import signal
import threading

import pytest

from kit import goods
from kit.client import good, key
from kit.raw import Raw
from kit.wait import until

REQUESTS = "commerce_requests_total"
TIMES = "commerce_request_duration_seconds"


@pytest.fixture(scope="module")
def shop(make_shop):
    made = make_shop(cache=True)
    made.product = goods.product(made, 1000)
    made.kept("/api/v1/products/%d" % made.product["id"])
    return made


def product(shop):
    return shop.anonymous.get("/api/v1/products/%d" % shop.product["id"])


def gain(shop, before, name, **labels):
    return shop.metrics().sum(name, **labels) - before.sum(name, **labels)


def gained(shop, before, count, name, **labels):
    """The metrics once so many came: an answer leaves before its worker
    counts it.
    """
    def enough():
        found = shop.metrics()
        return found if found.sum(name, **labels) \
            - before.sum(name, **labels) == count else None
    return until(enough, 60, "%d of %s %s" % (count, name, labels))


def test_requests_by_operation_and_status(shop):
    before = shop.metrics()
    for _ in range(5):
        assert product(shop).status_code == 200
    assert shop.anonymous.get("/api/v1/products/999999").status_code == 404
    assert shop.anonymous.get("/nothing/here").status_code == 404
    gained(shop, before, 6, REQUESTS, operation="get_product")
    after = gained(shop, before, 1, REQUESTS, operation="none", status="4xx")
    for status, count in (("2xx", 5), ("4xx", 1), ("5xx", 0)):
        assert after.get(REQUESTS, operation="get_product", status=status) \
            - before.get(REQUESTS, operation="get_product",
                         status=status) == count
    assert after.get(TIMES + "_count", operation="get_product") \
        - before.get(TIMES + "_count", operation="get_product") == 6


def test_sums_are_exact_under_many_clients(shop):
    """Two workers count at once; nothing is lost, nothing twice."""
    before = shop.metrics()

    def ask():
        client = shop.client(None)
        for _ in range(200):
            assert client.get("/healthz").status_code == 200

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gained(shop, before, 1600, REQUESTS, operation="get_healthz",
           status="2xx")


def test_statements_and_the_pool(shop):
    before = shop.metrics()
    for _ in range(3):
        shop.anonymous.get("/api/v1/products/%d"
                           % goods.product(shop, 1)["id"])
    labels = {"database": "store", "statement": "create_product"}
    time = "commerce_statement_duration_seconds"
    after = gained(shop, before, 3, time + "_count", **labels)
    assert after.sum(time + "_sum", **labels) \
        > before.sum(time + "_sum", **labels)
    assert after.sum("commerce_db_wait_seconds_count", database="store") \
        >= before.sum("commerce_db_wait_seconds_count", database="store") + 6
    assert after.get("commerce_db_connections", database="store",
                     state="up") == 2 * 2
    for name in ("commerce_db_queue", "commerce_db_in_flight"):
        assert after.get(name, database="store", default=None) is not None


def test_a_function_that_two_call_is_told_once(shop):
    """Who reads an import, and the worker that works on it."""
    made = good(shop.staff.post(
        "/api/v1/admin/imports", content="sku,name,price\nM-1,Metro,1.00\n",
        headers={"content-type": "text/csv"}), 202)
    before = shop.metrics()
    until(lambda: good(shop.staff.call("get_import", id=made["id"]))["status"]
          == "done", 60, "the import")
    assert gain(shop, before, "commerce_statement_duration_seconds_count",
                statement="get_import") >= 1


def test_a_full_queue_is_told(make_shop):
    """One connection, held by a lock, and room for four who wait."""
    shop = make_shop(workers=1, queue=4, connections={
        "identity": 1, "store": 1, "analytics": 1})
    product = goods.product(shop, 1)["id"]
    path = "/api/v1/products/%d" % product
    assert shop.anonymous.get(path).status_code == 200
    before = shop.metrics()
    asking = [Raw(shop.port) for _ in range(60)]
    with shop.cluster.connect(shop.copies["store"]) as connection:
        connection.execute("begin; lock table core.product"
                           " in access exclusive mode")
        unasked = iter(asking)

        def fill():
            """Those who come together are refused; so one after another."""
            full = shop.metrics()
            if full.get("commerce_db_queue", database="store") == 4:
                return full
            raw = next(unasked)
            raw.send(raw.request("GET", path))
            return None

        full = until(fill, 60, "a full queue")
        assert full.get("commerce_db_in_flight", database="store") >= 1
        for raw in unasked:
            raw.send(raw.request("GET", path))
        assert full.get("commerce_db_queue_limit", database="store") == 4
        until(lambda: shop.metrics().get(
            "commerce_unavailable_total", reason="not_executed") >= 10, 60,
            "refusals")
        connection.execute("commit")
    codes = [raw.response().status for raw in asking]
    for raw in asking:
        raw.close()
    refused = codes.count(503)
    after = gained(shop, before, refused, REQUESTS, operation="get_product",
                   status="5xx")
    # background work stands in the same queue, and may be refused too
    assert after.sum("commerce_statement_failures_total", database="store",
                     statement="get_product") == refused
    full = after.get("commerce_db_refused_total", database="store",
                     reason="queue_full")
    assert 10 <= full
    assert refused <= full + after.get("commerce_db_late_total",
                                       database="store")
    assert after.get("commerce_unavailable_total",
                     reason="not_executed") == refused
    until(lambda: [shop.metrics().get("commerce_db_" + what, database="store")
                   for what in ("queue", "in_flight")] == [0, 0], 60,
          "nothing to wait")


def test_groups_of_orders(shop):
    before = shop.metrics()
    body = goods.items((shop.product["variants"][0]["id"], 1))

    def buy():
        client = shop.client("customer")
        for _ in range(5):
            answer = client.call("place_order", body,
                                 headers={"idempotency-key": key()})
            assert answer.status_code == 201

    threads = [threading.Thread(target=buy) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    size = "commerce_order_group_size"
    gained(shop, before, 40, size + "_sum")
    groups = gain(shop, before, size + "_count")
    assert 1 <= groups <= 40
    gained(shop, before, groups, "commerce_statement_duration_seconds_count",
           statement="place_orders")
    gained(shop, before, 40, "commerce_order_wait_seconds_count")
    assert shop.metrics().get("commerce_orders_waiting") == 0


def test_cache_results_and_the_feed(shop):
    until(lambda: shop.metrics().get("commerce_feed_up", database="store") == 1,
          60, "the feed")
    until(lambda: product(shop).headers["X-Cache"] == "HIT", 60, "a hit")
    before = shop.metrics()
    results = [product(shop).headers["X-Cache"].lower() for _ in range(20)]
    after = gained(shop, before, 20, "commerce_cache_results_total",
                   operation="get_product")
    for result in ("hit", "miss", "stale", "coalesced", "bypass",
                   "remote"):
        assert after.get("commerce_cache_results_total", result=result,
                         operation="get_product") - before.get(
            "commerce_cache_results_total", result=result,
            operation="get_product") == results.count(result), result


def test_revoked_tokens(shop):
    before = shop.metrics()
    person = shop.client(None)
    known = {"email": "rita.%s@exemplo.com" % key()[:8],
             "password": "cavalo correto bateria"}
    good(person.call("register", {"name": "Rita", **known}), 201)
    person.headers["Authorization"] = "Bearer " + good(
        person.call("login", known))["access_token"]
    assert person.get("/api/v1/me").status_code == 200
    assert person.call("logout").status_code == 204
    answers = [person.get("/api/v1/me").status_code for _ in range(4)]
    assert answers == [401] * 4
    gained(shop, before, 4, "commerce_revoked_tokens_total")
    gained(shop, before, 1, "commerce_revocations_total")


def test_tokens_are_verified_once(shop):
    """However many people take turns: by one connection, at one worker."""
    before = shop.metrics()
    tokens = [shop.token() for _ in range(150)]
    with Raw(shop.port) as raw:
        for token in tokens * 3:
            assert raw.get("/api/v1/products/%d" % shop.product["id"], {
                "Authorization": "Bearer " + token}).status == 200
    assert gain(shop, before, "commerce_token_verifications_total") == 150


def census(shop):
    """The backlogs are asked for a second after a start, else all ten."""
    shop.reload()


def test_backlogs(shop):
    """Of jobs, as the database has them; a few seconds later."""
    shop.query("store", """
        insert into core.job (kind, status, finished_at)
        select kind, 'dead', now() from core.job_kind, generate_series(1, 7)
         where kind = (select min(kind) from core.job_kind)
        returning id""")
    census(shop)
    until(lambda: shop.metrics().get("commerce_jobs_dead") >= 7, 90,
          "the dead jobs")
    for name in ("commerce_outbox_pending", "commerce_outbox_age_seconds",
                 "commerce_jobs_due", "commerce_jobs_age_seconds",
                 "commerce_analytics_pending",
                 "commerce_analytics_age_seconds"):
        assert shop.metrics().get(name, default=None) is not None


def test_money_that_waits_for_a_person(shop):
    """An event that fits nowhere shows, until somebody has looked."""
    from api.test_payments import event
    before = len(shop.query("store", "select 1 as n from core.payment_parked"))
    told = good(event(shop, {"payment_id": "nobody's", "seen": {
        "status": "captured"}}))
    assert told["outcome"] == "parked"
    census(shop)
    until(lambda: shop.metrics().get("commerce_payments_parked") == before + 1,
          90, "the event")
    parked = good(shop.admin.call("list_parked_payments"))["data"][-1]
    assert parked["reason"] == "unknown_payment"
    good(shop.admin.call("resolve_parked_payment", {"note": "visto"},
                         id=parked["id"]))
    census(shop)
    until(lambda: shop.metrics().get("commerce_payments_parked") == before,
          90, "nothing")


def test_census_of_the_outbox(shop):
    """The oldest event that nobody has published, before somebody does."""
    with shop.cluster.connect(shop.copies["store"]) as connection, \
            connection.transaction(force_rollback=True):
        connection.execute("""
            insert into core.outbox_waiting (created_at, versions, subjects)
            values (now() - interval '2 hours', '{1,1}', '{x,y}'),
                   (now() - interval '1 hour', '{2}', '{x}')""")
        pending, age = connection.execute(
            "select outbox_pending, outbox_age from api.census()").fetchone()
        assert pending >= 3 and 7200e6 <= age < 7300e6


def test_workers_and_memory(shop):
    found = shop.metrics()
    pids = {value for (name, _), value in found.items()
            if name == "commerce_worker_pid"}
    assert pids == set(shop.nginx.workers())
    assert found.sum("commerce_worker_resident_bytes") > 2 ** 20
    # told in hundredths of a second, and these may be new
    until(lambda: product(shop).status_code == 200 and shop.metrics().sum(
        "commerce_worker_cpu_seconds_total") > 0, 60, "some work")
    for zone in ("commerce", "commerce_cache", "commerce_metrics"):
        size = found.get("commerce_shm_bytes", zone=zone)
        assert 0 <= found.get("commerce_shm_free_bytes", zone=zone) < size
    assert found.sum("commerce_build_info") == 1
    assert found.get("commerce_connections", state="active") >= 1


def test_a_client_that_left_is_counted_as_such(shop):
    before = shop.metrics()
    with shop.cluster.connect(shop.copies["store"]) as connection:
        connection.execute("begin; lock table core.orders"
                           " in access exclusive mode")
        with Raw(shop.port) as raw:
            raw.send(("GET /api/v1/orders HTTP/1.1\r\nHost: x\r\n"
                      "Authorization: Bearer %s\r\n\r\n"
                      % shop.token()).encode())
            until(lambda: shop.query("store", """
                select 1 from pg_stat_activity where wait_event_type = 'Lock'
                   and query ~ 'api[.]list_orders'"""), 60, "the query")
        gained(shop, before, 1, REQUESTS, status="closed",
               operation="list_orders")
        connection.execute("commit")


def test_counters_go_on_over_a_reload(shop):
    before = shop.metrics()
    for count in range(1, 4):
        old = shop.nginx.workers()
        shop.reload()
        client = shop.client(None)
        path = "/api/v1/products/%d" % shop.product["id"]
        assert client.get(path).status_code == 200
        after = gained(shop, before, count, REQUESTS,
                       operation="get_product")
        assert not {value for (name, _), value in after.items()
                    if name == "commerce_worker_pid"} & set(old)
    assert after.get("commerce_db_connections", database="store",
                     state="up") <= 4


def test_counters_go_on_over_a_crash(shop):
    """Slots of the dead are taken again, and their gauges are not told."""
    before = shop.metrics().sum(REQUESTS, operation="get_product")
    shop.nginx.allow.append("exited on signal 9")
    for _ in range(4):
        for pid in shop.nginx.workers():
            os.kill(pid, signal.SIGKILL)
            until(lambda: pid not in shop.nginx.workers()
                  and len(shop.nginx.workers()) == 2, 60, "another worker")
    after = until(lambda: (lambda m: m if m.get(
        "commerce_db_connections", database="store", state="up") == 4
        else None)(shop.metrics()), 60, "connections of the living")
    assert after.sum(REQUESTS, operation="get_product") == before
    assert len([1 for name, _ in after if name == "commerce_worker_pid"]) == 2
    assert not any("no slot" in line for line in shop.nginx.lines())


NEW = """\
openapi: 3.1.0
info: { title: Hello, version: 1.0.0 }
paths:
  /hello:
    get:
      operationId: say_hello_again
      security: []
      x-commerce: { handler: get_healthz }
      responses: { '200': { description: Well. } }
"""


def test_another_contract_begins_at_zero(shop):
    """Every counter at once, so that rates see one restart."""
    path = "/api/v1/products/%d" % shop.product["id"]
    assert shop.client(None).get(path).status_code == 200
    assert shop.metrics().sum(REQUESTS, operation="get_product") > 0
    shop.nginx.write("contract/another.yaml", NEW)
    shop.nginx.reload(wait_for_old=True)
    found = shop.metrics()
    assert found.sum(REQUESTS) == 0
    assert found.sum("commerce_statement_duration_seconds_count",
                     statement="get_product") == 0
    shop.client(None).get("/hello")
    until(lambda: shop.metrics().get(REQUESTS, operation="say_hello_again",
                                     status="2xx") == 1, 60, "one request")
