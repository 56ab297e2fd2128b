"""Cached answers are never older than what was committed.

The gateway listens to the write-ahead log; here the database is changed
behind its back, its listener is killed and the database restarts.
"""

import os
import signal
import time

import pytest

from kit import goods
from kit.client import key
from kit.wait import until


@pytest.fixture(scope="module")
def shop(make_shop):
    made = make_shop(cache=True)
    made.product = goods.product(made, 5)["id"]
    made.kept("/api/v1/products/%d" % made.product)
    return made


def fetch(shop, path=None, **headers):
    return shop.anonymous.get(path or "/api/v1/products/%d" % shop.product,
                              headers=headers)


def hit(shop):
    """The product is cached."""
    return until(lambda: (lambda r: r if r.headers["X-Cache"] == "HIT"
                          else None)(fetch(shop)), 60, "a hit")


def rename(shop, name):
    shop.query("store", "update core.product set name = %s where id = %s"
                        " returning id", name, shop.product)


def shows(shop, name, path=None):
    """Seconds until it is shown."""
    start = time.monotonic()
    until(lambda: fetch(shop, path).json()["name"] == name, 60, name, 0.002)
    return time.monotonic() - start


def test_hit_is_the_same_answer(shop):
    def twice():
        answers = hit(shop), fetch(shop)
        return answers[1].headers["X-Cache"] == "HIT" and answers

    first, second = until(twice, 60, "two hits")
    assert second.json() == first.json()
    assert second.headers["ETag"] == first.headers["ETag"]
    assert int(second.headers["Age"]) >= 0
    again = fetch(shop, **{"If-None-Match": second.headers["ETag"]})
    assert again.status_code == 304


def test_list_keeps_its_link(shop):
    goods.product(shop, 1)
    goods.product(shop, 1)
    path = "/api/v1/products?limit=1&sort=name"
    cached = until(lambda: (lambda r: r if r.headers["X-Cache"] == "HIT"
                            else None)(fetch(shop, path)), 60, "a hit")
    assert 'rel="next"' in cached.headers["Link"]
    assert cached.json()["page"]["has_more"] is True


def test_row_changed_with_psql(shop):
    """Within 100 ms, on a machine that has nothing else to do; without the
    feed it would be a second.
    """
    took = []
    for _ in range(50):
        hit(shop)
        name = "Nome " + key()
        rename(shop, name)
        took.append(shows(shop, name))
    assert sorted(took)[25] < 0.4, took


def test_writer_reads_what_it_wrote(shop):
    """Not in 100 ms: at once."""
    for _ in range(20):
        before = hit(shop)
        name = "Nome " + key()
        done = shop.staff.patch(
            "/api/v1/products/%d" % shop.product, json={"name": name},
            headers={"Content-Type": "application/merge-patch+json",
                     "If-Match": before.headers["ETag"]})
        assert done.status_code == 200, done.text
        assert fetch(shop).json()["name"] == name


def test_slug_leads_nowhere_once_it_changed(shop):
    slug = hit(shop).json()["slug"]
    path = "/api/v1/products/" + slug
    until(lambda: fetch(shop, path).headers["X-Cache"] == "HIT", 60, "a hit")
    shop.query("store", "update core.product set slug = %s where id = %s"
                        " returning id", slug + "-novo", shop.product)
    until(lambda: fetch(shop, path).status_code == 404, 60, "the old slug")
    assert fetch(shop, path + "-novo").status_code == 200


def test_sales_drop_no_page(shop):
    """Popularity follows what was ordered, and what is cached stays; but for
    a machine so busy that the feed seems to be gone.
    """
    # at another address than staff's, who is shown what staff did
    with shop.anonymous.elsewhere() as visitor:
        until(lambda: sold_in_passing(shop, visitor), 60,
              "a page that stays")


def sold_in_passing(shop, visitor):
    """Whether the page that is cached outlived it."""
    path = "/api/v1/products/%d" % shop.product
    until(lambda: visitor.get(path).headers["X-Cache"] == "HIT", 60, "a hit")
    start = time.monotonic()
    shop.query("store", "update core.stock_level l set ordered = ordered + 7"
                        " from core.variant v where v.id = l.variant_id"
                        " and v.product_id = %s returning v.id", shop.product)
    shop.query("store", "select core.popularity_refresh(%s - 1, 1)",
               shop.product)
    listed = shop.query("store", "select popularity from core.product_listing"
                                 " where product_id = %s and category_id = 0",
                        shop.product)
    assert listed[0]["popularity"] >= 7
    heard_of(shop)
    answer = visitor.get(path)
    return answer.headers["X-Cache"] == "HIT" \
        and int(answer.headers["Age"]) >= int(time.monotonic() - start)


def heard_of(shop):
    """Whatever was committed before has arrived: a later change has."""
    other = goods.product(shop, 1)["id"]
    path = "/api/v1/products/%d" % other
    until(lambda: fetch(shop, path).headers["X-Cache"] == "HIT", 60, "a hit")
    name = "Nome " + key()
    shop.query("store", "update core.product set name = %s where id = %s"
                        " returning id", name, other)
    shows(shop, name, path)


def test_staff_and_public_do_not_share(shop):
    hit(shop)
    shop.query("store", "update core.product set status = 'draft'"
                        " where id = %s returning id", shop.product)
    path = "/api/v1/products/%d" % shop.product
    until(lambda: fetch(shop).status_code == 404, 60, "the draft")
    assert shop.staff.get(path).status_code == 200
    assert shop.staff.get(path).status_code == 200
    assert fetch(shop).status_code == 404
    shop.query("store", "update core.product set status = 'active'"
                        " where id = %s returning id", shop.product)
    until(lambda: fetch(shop).status_code == 200, 60, "the product")


def test_listener_is_killed(shop):
    """Whoever it was: another takes over, and nothing old is served."""
    hit(shop)
    shop.nginx.allow.append("exited on signal 9")
    for pid in shop.nginx.workers():
        os.kill(pid, signal.SIGKILL)
        name = "Nome " + key()
        rename(shop, name)
        until(lambda: answers(shop, name), 60, name)
    hit(shop)
    name = "Nome " + key()
    rename(shop, name)
    shows(shop, name)


def answers(shop, name):
    """Connections of the killed worker are reset."""
    try:
        return fetch(shop).json()["name"] == name
    except Exception:           # httpx wraps what the socket said
        return False


def test_reload_hands_the_feed_on(shop):
    hit(shop)
    shop.reload()
    name = "Nome " + key()
    rename(shop, name)
    until(lambda: answers(shop, name), 60, name)
    hit(shop)


def test_migration_moves_everything(shop):
    """Functions and views tell nothing of themselves; sql/apply does."""
    hit(shop)
    shop.query("store",
               "select pg_logical_emit_message(true, 'commerce', 'moved')")
    until(lambda: fetch(shop).headers["X-Cache"] == "MISS", 60,
          "nothing to be cached", 0.002)


def test_cache_is_looked_at_and_cleared(shop):
    hit(shop)
    seen = shop.admin.call("get_cache").json()
    assert 0 < seen["used"] < seen["size"] <= 4 << 20
    assert shop.admin.call("clear_cache").status_code == 204
    assert fetch(shop).headers["X-Cache"] == "MISS"
