"""The queue in front of PostgreSQL: bounded, fair, and not blocked by few."""

import concurrent.futures
import contextlib
import threading
import time

import httpx

from kit import wait
from kit.client import fetch, good, problem
from kit.shop import PATIENT

SLEEP = """
  /%(name)s:
    get:
      operationId: lab_%(name)s
      summary: Answers after a while.
      x-commerce: { lane: %(name)s }
      parameters:
        - name: ms
          in: query
          required: true
          schema: { type: integer, minimum: 0, maximum: 60000 }
      responses:
        '200':
          description: Slept, until that microsecond.
          content:
            application/json:
              schema: { type: object, additionalProperties: true }
"""

HEAD = """\
openapi: 3.1.0
info: { title: Lanes, version: 1.0.0 }
servers: [{ url: /lab }]
security: []
x-commerce: { database: analytics }

paths:
"""

FUNCTION = """
create function api.lab_%(name)s(ms bigint) returns table (until bigint)
language plpgsql as $$
begin
    if lab_%(name)s.ms = 60000 then
        perform pg_advisory_xact_lock(1);
    else
        perform pg_sleep(lab_%(name)s.ms / 1000.0);
    end if;
    return query select
        (extract(epoch from clock_timestamp()) * 1000000)::bigint;
end $$;
grant execute on function api.lab_%(name)s(bigint) to analytics_api;
"""


def lanes(make_shop, **options):
    """A shop of one worker with an operation for each lane.

    They ask `analytics`, where nothing of the shop's own (jobs, upkeep) takes
    a place in the queue that is counted.
    """
    shop = make_shop(start=False, lab=True, workers=1, **PATIENT, **options)
    names = [{"name": name} for name in ("pay", "browse", "crawler")]
    shop.nginx.write("contract/lanes.yaml",
                     HEAD + "".join(SLEEP % name for name in names))
    with shop.cluster.connect(shop.copies["analytics"],
                              "analytics_owner") as connection:
        for name in names:
            connection.execute(FUNCTION % name)
    shop.start()
    wait.until(lambda: ask(shop, "pay", ms=0).status_code == 200, 60)
    return shop


def ask(shop, path, **query):
    return shop.anonymous.get("/lab/" + path, params=query)


def active(shop, count=1, seconds=0.05):
    """Until PostgreSQL works on so many for so long: 20 ms count as slow."""
    wait.until(lambda: len(shop.query("analytics", """
        select 1 from pg_stat_activity where state = 'active'
           and application_name = 'ngx_commerce'
           and clock_timestamp() - query_start > make_interval(secs => %s)""",
                                      seconds)) >= count, 60)


ONE = {"identity": 1, "store": 1, "analytics": 1}

HELD = 60000            # ms: as long as the test says


@contextlib.contextmanager
def held(shop):
    """What is asked with HELD is not answered."""
    with shop.cluster.connect(shop.copies["analytics"]) as connection:
        connection.execute("select pg_advisory_lock(1)")
        yield
        # the connection's end lets go


def test_full_queue_refuses_and_says_when(make_shop):
    shop = lanes(make_shop, connections=ONE, queue=4)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        with held(shop):
            first = pool.submit(ask, shop, "browse", ms=HELD)
            active(shop)
            others = [pool.submit(ask, shop, "crawler", ms=0)
                      for _ in range(12)]
            wait.until(lambda: sum(o.done() for o in others) == 8, 60,
                       "refusals while the queue is full")
            done = [o for o in others if o.done()]
        for answer in done:
            problem(answer.result(), 503, "not_executed")
        assert first.result().status_code == 200
        statuses = sorted(answer.result().status_code for answer in others)
    assert statuses == [200] * 4 + [503] * 8
    good(ask(shop, "pay", ms=0))


def test_urgent_takes_the_place_of_the_last_crawler(make_shop):
    shop = lanes(make_shop, connections=ONE, queue=4)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        with held(shop):
            first = pool.submit(ask, shop, "browse", ms=HELD)
            active(shop)
            crawlers = [pool.submit(ask, shop, "crawler", ms=20)
                        for _ in range(8)]
            wait.until(lambda: sum(c.done() for c in crawlers) == 4, 60,
                       "the queue to be full")
            payments = [pool.submit(ask, shop, "pay", ms=20)
                        for _ in range(2)]
            wait.until(lambda: sum(c.done() for c in crawlers) == 6, 60,
                       "payments in the place of crawlers")
        assert {p.result().status_code for p in payments} == {200}
        assert first.result().status_code == 200
        statuses = sorted(c.result().status_code for c in crawlers)
    assert statuses == [200] * 2 + [503] * 6


def test_urgent_goes_first(make_shop):
    """By the database's clock, which says when each was done."""
    shop, done = lanes(make_shop, connections=ONE), []

    def note(path):
        done.append((good(ask(shop, path, ms=50))["until"], path))

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        with held(shop):
            first = pool.submit(ask, shop, "browse", ms=HELD)
            active(shop)
            tasks = [pool.submit(note, path) for path in
                     ("crawler", "crawler", "crawler", "pay")]
            wait.until(lambda: shop.metrics().get(
                "commerce_db_queue", database="analytics") == 4, 60,
                "all of them in the queue")
        for task in tasks:
            task.result()
        assert first.result().status_code == 200
    assert [path for _, path in sorted(done)] \
        == ["pay", "crawler", "crawler", "crawler"]


def test_reports_do_not_stop_point_reads(make_shop):
    """What is known as heavy never gets the last connection."""
    shop = lanes(make_shop, connections={**ONE, "analytics": 3})
    for _ in range(4):
        good(ask(shop, "browse", ms=800))
    end = threading.Event()

    def report():
        while not end.is_set():
            good(ask(shop, "browse", ms=1500))

    took = []
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        reports = [pool.submit(report) for _ in range(4)]
        try:
            active(shop, 2)
            for _ in range(100):
                start = time.monotonic()
                good(ask(shop, "pay", ms=0))
                took.append(time.monotonic() - start)
        finally:
            end.set()
        for task in reports:
            task.result()
    # a machine that is busy may be late; behind a report all would be
    assert sorted(took)[90] < 1, took


def test_light_reads_go_past_one_that_got_stuck(make_shop):
    """They go where others are, but not where nothing moves."""
    shop = lanes(make_shop, connections={**ONE, "analytics": 3})
    for _ in range(50):
        good(ask(shop, "browse", ms=0))
    with concurrent.futures.ThreadPoolExecutor(16) as pool, held(shop):
        first = pool.submit(ask, shop, "browse", ms=HELD)
        active(shop)
        others = [pool.submit(ask, shop, "browse", ms=0) for _ in range(64)]
        for other in others:
            assert other.result(60).status_code == 200
        assert not first.done()


def test_forgotten_queries_free_their_places(make_shop):
    """Clients leave while theirs is being worked on; those behind go on."""
    shop = lanes(make_shop, connections=ONE)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in range(4):
            try:
                fetch(shop.nginx.url + "/lab/browse?ms=600", timeout=0.1)
            except httpx.TimeoutException:
                pass
        waiting = [pool.submit(ask, shop, "pay", ms=0) for _ in range(4)]
        assert {w.result().status_code for w in waiting} == {200}
