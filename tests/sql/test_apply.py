"""sql/apply, the runner of migrations, on a small database of its own."""

import os
import shutil
import subprocess
import threading

import psycopg
import pytest

from kit.build import ROOT

NAME = "runner"

MIGRATION = "create table note (id bigint primary key, text text not null);\n"
TYPES = "create type api.note as (id bigint, text text);\n"
GET = """\
create function api.get_note(id bigint) returns setof api.note
language sql stable as $$
    select n.id, core.shout(n.text) from core.note n where n.id = get_note.id
$$;
grant select on core.note to runner_api;
"""
SHOUT = """\
create or replace function core.shout(text text) returns text
language sql immutable as $$ select upper(shout.text) $$;
"""
SECRET = """\
create or replace function core.secret() returns text
language sql security definer set search_path = core, pg_temp as $$
    select 'owner only'
$$;
"""


@pytest.fixture
def tree(tmp_path, cluster):
    """A directory like sql/ with one database, made afresh."""
    for name in ("apply", "apply.sql", "roles", "roles.sql"):
        shutil.copy(os.path.join(ROOT, "sql", name), tmp_path)
    write(tmp_path, "migrations/0001_core.sql", MIGRATION)
    write(tmp_path, "core/shout.sql", SHOUT)
    write(tmp_path, "core/secret.sql", SECRET)
    write(tmp_path, "api/notes/get_note.sql", GET)
    write(tmp_path, "api/notes/_types.sql", TYPES)
    cluster.drop(NAME)
    command(tmp_path, cluster, "./roles", NAME)
    return tmp_path


def write(tree, path, text):
    path = tree / NAME / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def command(tree, cluster, *words, status=0):
    done = subprocess.run(
        words, cwd=tree, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "PGHOST": cluster.socket, "PGUSER": "postgres"})
    assert done.returncode == status, done.stdout
    return done.stdout


def apply(tree, cluster, *options, status=0):
    return command(tree, cluster, "./apply", *options, NAME,
                   cluster.dsn(NAME, NAME + "_owner"), status=status)


def as_gateway(cluster):
    return cluster.connect(NAME, NAME + "_api")


def test_twice_is_once(tree, cluster):
    first = apply(tree, cluster)
    assert "0001_core" in first and "functions (4 files)" in first
    assert apply(tree, cluster) == ""


def test_dry_run_changes_nothing(tree, cluster):
    assert "0001_core" in apply(tree, cluster, "-n")
    assert "0001_core" in apply(tree, cluster)


def test_gateway_gets_api_and_nothing_else(tree, cluster):
    apply(tree, cluster)
    with as_gateway(cluster) as gateway:
        assert gateway.execute("select * from api.get_note(1)") \
            .fetchall() == []
        for text in ("insert into core.note values (1, 'x')",
                     "select core.secret()",
                     "create table core.mine (id int)",
                     "create function api.mine() returns int language sql"
                     " as 'select 1'",
                     "select * from meta.migration"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                gateway.execute(text)


def test_taken_back_grants_are_gone(tree, cluster):
    write(tree, "api/peek.sql", "grant select on core.note to runner_api;\n")
    write(tree, "api/notes/get_note.sql",
          GET.replace("grant select on core.note to runner_api;", ""))
    apply(tree, cluster)
    with as_gateway(cluster) as gateway:
        gateway.execute("select * from core.note")
    (tree / NAME / "api" / "peek.sql").unlink()
    apply(tree, cluster)
    with as_gateway(cluster) as gateway:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            gateway.execute("select * from core.note")


def test_changed_migration_is_refused(tree, cluster):
    apply(tree, cluster)
    write(tree, "migrations/0001_core.sql", MIGRATION + "select 1;\n")
    write(tree, "migrations/0002_more.sql", "create table more (id int);\n")
    assert "0001_core (changed)" in apply(tree, cluster, status=3)
    (tree / NAME / "migrations" / "0001_core.sql").unlink()
    assert "0001_core (missing)" in apply(tree, cluster, status=3)
    with cluster.connect(NAME) as connection:
        assert connection.execute(
            "select to_regclass('core.more')").fetchone() == (None,)


def test_failed_migration_leaves_no_half(tree, cluster):
    apply(tree, cluster)
    write(tree, "migrations/0002_bad.sql",
          "create table half (id int);\nselect nonsense;\n")
    assert "0002_bad.sql:2" in apply(tree, cluster, status=3)
    with cluster.connect(NAME) as connection:
        assert connection.execute(
            "select to_regclass('core.half'), count(*) from meta.migration"
        ).fetchone() == (None, 1)


def test_migration_with_a_commit_is_refused(tree, cluster):
    write(tree, "migrations/0002_bad.sql", "select 1;\n  COMMIT;\n")
    assert "0002_bad.sql" in apply(tree, cluster, status=64)


def test_wrong_body_keeps_the_old_functions(tree, cluster):
    apply(tree, cluster)
    write(tree, "api/notes/get_note.sql", GET.replace("n.text)", "n.txt)"))
    assert "api.get_note(bigint)" in apply(tree, cluster, status=3)
    with as_gateway(cluster) as gateway:
        gateway.execute("select * from api.get_note(1)")


def test_removed_function_is_gone(tree, cluster):
    apply(tree, cluster)
    (tree / NAME / "api" / "notes" / "get_note.sql").unlink()
    apply(tree, cluster)
    with as_gateway(cluster) as gateway:
        with pytest.raises(psycopg.errors.UndefinedFunction):
            gateway.execute("select * from api.get_note(1)")


def test_table_may_not_lean_on_api(tree, cluster):
    apply(tree, cluster)
    write(tree, "api/zero.sql", "create function api.zero() returns bigint"
          " language sql immutable as 'select 0::bigint';\n")
    apply(tree, cluster)
    write(tree, "migrations/0002_lean.sql",
          "alter table note alter column id set default api.zero();\n")
    write(tree, "api/one.sql", "create function api.one() returns bigint"
          " language sql immutable as 'select 1::bigint';\n")
    assert "must not depend on schema api" in apply(tree, cluster, status=3)


def test_readers_see_old_or_new_never_none(tree, cluster):
    """Deployments under load: no reader meets a missing function."""
    apply(tree, cluster)
    with cluster.connect(NAME) as connection:
        connection.execute("insert into core.note values (1, 'a')")
    stop = threading.Event()
    seen, failures = set(), []

    def read():
        with as_gateway(cluster) as gateway:
            gateway.prepare_threshold = 0
            while not stop.is_set():
                try:
                    seen.add(gateway.execute(
                        "select text from api.get_note(id => 1)")
                        .fetchone()[0])
                except psycopg.Error as error:
                    failures.append(str(error))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(8):
        write(tree, "core/shout.sql",
              SHOUT.replace("upper(shout.text)",
                            "upper(shout.text) || %d" % number))
        apply(tree, cluster)
    stop.set()
    for reader in readers:
        reader.join()
    assert not failures, failures[:3]
    assert seen <= {"A"} | {"A%d" % n for n in range(8)} and len(seen) > 2


def test_gateways_are_told(tree, cluster):
    """With the commit of a migration and of the functions; nothing, nothing."""
    apply(tree, cluster)
    cluster.query(NAME, "select pg_create_logical_replication_slot("
                        "'told', 'test_decoding')")
    told = "select count(*) as n from pg_logical_slot_get_changes(" \
        "'told', null, null) where data like 'message: transactional: 1 " \
        "prefix: commerce,%'"
    try:
        write(tree, "migrations/0002_more.sql", "create table more (id int);")
        write(tree, "core/shout.sql", SHOUT.replace("upper", "lower"))
        apply(tree, cluster)
        assert cluster.query(NAME, told) == [{"n": 2}]
        apply(tree, cluster)
        assert cluster.query(NAME, told) == [{"n": 0}]
    finally:
        cluster.query(NAME, "select pg_drop_replication_slot('told')")
