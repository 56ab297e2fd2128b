"""The job runner: two gateways of two workers each, and what goes wrong."""

import json
import os
import signal

import pytest

from kit import goods, wait
from kit.client import good, problem
from kit.shop import Shop

DEMO = """
create table core.nap (
    id        bigint generated always as identity,
    job       text not null,
    began_at  timestamptz not null default clock_timestamp(),
    ended_at  timestamptz
);

create function api.job_nap(payload jsonb) returns boolean
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    began timestamptz := clock_timestamp();
begin
    perform pg_sleep((payload ->> 'seconds')::float);
    insert into core.nap (job, began_at, ended_at)
    values (payload ->> 'name', began, clock_timestamp());
    return false;
end
$$;

create function api.job_fail(payload jsonb) returns boolean
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    if payload ? 'until' and now() > (payload ->> 'until')::timestamptz then
        insert into core.nap (job) values (payload ->> 'name');
        return false;
    end if;
    raise exception 'it does not work';
end
$$;

alter table core.job_kind drop constraint job_kind_lease_check;
select core.job_kind_put('nap', true, lease => '3 s', concurrency => 50);
select core.job_kind_put('alone', true, concurrency => 1);
select core.job_kind_put('fail', true, delays => '{50 ms, 50 ms}');
create function api.job_alone(payload jsonb) returns boolean
language sql security definer set search_path = core, pg_temp as $$
    select api.job_nap(payload)
$$;
"""


@pytest.fixture(scope="module")
def twin(shop, cluster, databases, module, sanitized):
    """A second gateway of the same databases."""
    second = Shop(cluster, databases, module, sanitized)
    databases.drop(second.copies)
    second.copies = dict(shop.copies)
    second.start()
    yield second
    second.copies = {}
    second.stop()


@pytest.fixture(scope="module")
def naps(shop):
    with shop.cluster.connect(shop.copies["store"],
                              "store_owner") as connection:
        connection.execute(DEMO)


def put(shop, kind, count=1, seconds=0.0, **more):
    """Jobs named by numbers; their ids."""
    return [row["id"] for row in shop.query(
        "store", "select core.job_put(%s, jsonb_build_object('name', n::text,"
        " 'seconds', %s::float) || %s::jsonb) as id"
        " from generate_series(1, %s) n", kind, seconds,
        json.dumps(more), count)]


def status(shop, ids):
    return [row["status"] for row in shop.query(
        "store", "select status from core.job where id = any (%s)", ids)]


def finished(shop, ids, seconds=60):
    wait.until(lambda: set(status(shop, ids)) == {"done"}, seconds,
               "jobs to be done", pause=0.05)


def test_workers_and_gateways_share(shop, twin, naps):
    """400 jobs: each has its effect once, and more than one worker helps."""
    shop.query("store", "delete from core.nap returning 1")
    ids = put(shop, "nap", 400, 0.01)
    finished(shop, ids)
    rows = shop.query("store", "select job, count(*) as n from core.nap"
                               " group by job")
    assert len(rows) == 400
    assert {row["n"] for row in rows} == {1}


def test_a_killed_worker_loses_no_job(shop, twin, naps):
    """kill -9 in the middle of jobs; leases end, others take them."""
    shop.query("store", "delete from core.nap returning 1")
    ids = put(shop, "nap", 24, 0.4)
    busy = wait.until(lambda: [row["pid"] for row in shop.query("store", """
        select distinct split_part(holder, ':', -1)::int as pid from core.job
        where id = any (%s) and status = 'running'""", ids)], 60,
        "a running job")
    for gateway in (shop, twin):
        for victim in [pid for pid in gateway.nginx.workers()
                       if pid in busy][:1]:
            gateway.nginx.allow.append(r"worker process %d exited" % victim)
            os.kill(victim, signal.SIGKILL)
    finished(shop, ids, 90)
    rows = shop.query("store", "select job, count(*) as n from core.nap"
                               " group by job")
    assert len(rows) == 24
    assert {row["n"] for row in rows} == {1}


def test_a_kind_keeps_to_its_number(shop, twin, naps):
    shop.query("store", "delete from core.nap returning 1")
    finished(shop, put(shop, "alone", 8, 0.05))
    assert shop.query("store", """
        select count(*) as n from core.nap a, core.nap b
        where a.id < b.id and a.began_at < b.ended_at
              and b.began_at < a.ended_at""")[0]["n"] == 0


def test_what_fails_is_tried_again_and_dies(shop, naps):
    job, = put(shop, "fail")
    wait.until(lambda: status(shop, [job]) == ["dead"], 60, "its death")
    shown = good(shop.admin.call("get_job", id=job))
    assert shown["attempts"] == shown["max_attempts"] == 3
    assert "it does not work" in shown["error"]
    dead = good(shop.admin.call("list_jobs", query={"status": "dead",
                                                    "kind": "fail"}))
    assert str(job) in [row["id"] for row in dead["data"]]

    shop.query("store", "update core.job set payload = %s where id = %s"
               " returning 1", '{"until": "2000-01-01", "name": "x"}', job)
    good(shop.admin.call("retry_job", id=job))
    finished(shop, [job])


def test_a_canceled_job_is_not_done(shop, naps):
    shop.query("store", "delete from core.nap returning 1")
    job = shop.query("store", "select core.job_put('nap', '{\"name\": \"c\","
                     " \"seconds\": 0}', now() + interval '1 hour') as id"
                     )[0]["id"]
    assert good(shop.admin.call("cancel_job", id=job))["status"] == "canceled"
    problem(shop.admin.call("cancel_job", id=job), 409, "job_not_cancelable")
    shop.query("store", "update core.job set due_at = now() where id = %s"
                        " returning 1", job)
    finished(shop, put(shop, "nap", 1))
    rows = shop.query("store", "select job from core.nap")
    assert [row["job"] for row in rows] == ["1"]


def test_lines_keep_their_order(shop, twin, naps):
    """Twenty lines of ten; the third of one fails for a while."""
    shop.query("store", "delete from core.nap returning 1")
    ids = shop.query("store", """
        select core.job_put_in_line(jsonb_agg(jsonb_build_object(
            'kind', case when l = 7 and n = 3 then 'fail' else 'nap' end,
            'line', 'line:' || l, 'ordinal', n,
            'payload', jsonb_build_object(
                'name', l || '/' || n, 'seconds', 0.001 * (l % 3),
                'until', now() + interval '60 milliseconds')))) as id
        from generate_series(1, 20) l, generate_series(1, 10) n""")
    assert ids
    wait.until(lambda: shop.query(
        "store", "select count(*) as n from core.job where line is not null"
        " and status = 'done'")[0]["n"] == 200, 60, "all lines", pause=0.05)
    rows = shop.query("store", "select job from core.nap order by id")
    for line in range(1, 21):
        seen = [int(row["job"].split("/")[1]) for row in rows
                if row["job"].startswith("%d/" % line)]
        assert seen == list(range(1, 11)), line


def test_unpaid_orders_expire_once(shop, twin):
    """Stock comes back exactly once, the history says why."""
    variant = goods.variant(shop, 5)
    order = good(shop.customer.write("POST", "/orders", goods.items(
        (variant, 3))), 201)
    shop.query("store", "update core.setting set value ="
               " '{\"default\": \"1 second\", \"slow\": \"1 day\"}'"
               " where key = 'orders.expire_after' returning 1")
    job = shop.query("store", "select id from core.job"
                     " where kind = 'order_expiry'")[0]["id"]

    def expired():
        # again and again: while it runs, too, which is refused
        assert shop.admin.call("retry_job", id=job).status_code in (200, 409)
        return good(shop.customer.call(
            "get_order", id=order["id"]))["status"] == "canceled"
    wait.until(expired, 60, "the order to expire", pause=0.1)
    level = shop.query("store", "select on_hand, reserved from"
                       " core.stock_level where variant_id = %s", variant)
    assert (level[0]["on_hand"], level[0]["reserved"]) == (5, 0)
    events = shop.query("store", "select data from core.order_event where"
                        " order_id = %s and type = 'order.canceled'",
                        order["id"])
    assert [event["data"] for event in events] == [{"reason": "expired"}]


def test_a_restarted_database_loses_no_job(shop, twin, naps):
    shop.query("store", "delete from core.nap returning 1")
    ids = put(shop, "nap", 40, 0.2)
    wait.until(lambda: "running" in status(shop, ids), 60, "a running job")
    shop.cluster.halt("immediate")
    shop.cluster.start()
    finished(shop, ids, 90)
    rows = shop.query("store", "select count(*) as n from core.nap")
    assert rows[0]["n"] == 40
