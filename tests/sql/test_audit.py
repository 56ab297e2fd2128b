"""Whoever tampers with the audit log is found out, also a superuser."""

import os
import subprocess

import psycopg
import pytest

from kit.build import ROOT

STAFF = '{"operation": "put_tax_class", "roles": ["staff"],' \
        ' "sub": "0190163d-8694-739b-aea5-966c26f8ad92"}'

UNSEEN = "set session_replication_role = replica"


def change(cluster, database, name):
    """What staff change in one transaction."""
    with cluster.connect(database) as connection, connection.transaction():
        connection.execute("select api.acting(%s)", [STAFF])
        connection.execute("""
            insert into core.tax_class (code, name) values (%s, %s)
            on conflict (code) do update set name = excluded.name || '!'""",
                           [name, name])


@pytest.fixture
def database(cluster, databases):
    copy = databases.fresh()["store"]
    for name in ("a", "b", "c", "b", "a"):
        change(cluster, copy, name)
    return copy


def audit(cluster, what, database, *options, name="store"):
    return subprocess.run(
        [os.path.join(ROOT, "sql", "audit"), what, *options, name,
         cluster.dsn(database)],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_log_in_order(cluster, database):
    done = audit(cluster, "verify", database)
    assert done.stdout.startswith("store: in order: 5 entries")
    assert done.returncode == 0


@pytest.mark.parametrize("database_name", ["store", "identity"])
def test_functions_compute_what_the_verifier_does(cluster, databases,
                                                  database_name):
    """The text is written down twice, on purpose; all its members count."""
    copy = databases.fresh()[database_name]
    with cluster.connect(copy) as connection, connection.transaction():
        connection.execute("""
            select api.acting('{"operation": "x", "request": "é\\"\\\\",
                "roles": ["b", "a"],
                "sub": "0190163d-8694-739b-aea5-966c26f8ad92",
                "sid": "0190163d-8694-739b-aea5-966c26f8ad93"}')""")
        connection.execute("""
            select core.audit('k', 's', 'r', 'insert', '{"a": 1.50}',
                              '{"b": "\\u0001ção"}', '{x,y}'),
                   core.audit('k', 's', 'r', 'delete', null, null)""")
    done = audit(cluster, "verify", copy, name=database_name)
    assert "in order: 1 entries" in done.stdout


@pytest.mark.parametrize("statement, found", [
    ("update core.audit_entry set operation = 'other' where id = (select"
     " entry_id from core.audit_link where seq = 3)",
     ["entry 3 was changed"]),
    ("update core.audit_entry set at = at + interval '1 microsecond' where id"
     " = (select entry_id from core.audit_link where seq = 5)",
     ["entry 5 was changed"]),
    ("update core.audit_change set after = '{}' where entry_id = (select"
     " entry_id from core.audit_link where seq = 2)",
     ["entry 2 was changed"]),
    ("insert into core.audit_change select entry_id, 2, 'product', '1',"
     " 'product', 'update' from core.audit_link where seq = 4",
     ["entry 4 was changed"]),
    ("delete from core.audit_change where entry_id = (select entry_id from"
     " core.audit_link where seq = 1)", ["entry 1 was changed"]),
    ("delete from core.audit_entry where id = (select entry_id from"
     " core.audit_link where seq = 2)",
     ["entry 2 was removed", "changes without an entry"]),
    ("with gone as (delete from core.audit_link where seq = 2 returning"
     " entry_id), change as (delete from core.audit_change using gone where"
     " audit_change.entry_id = gone.entry_id) delete from core.audit_entry"
     " using gone where id = gone.entry_id", ["entry 2 was removed"]),
    ("insert into core.audit_entry (id, operation) values"
     " (gen_random_uuid(), 'forged')", ["without a place was inserted"]),
    ("with made as (insert into core.audit_entry (id, operation) values"
     " (gen_random_uuid(), 'forged') returning id) insert into"
     " core.audit_link select 6, id, hash, hash from made, core.audit_link"
     " where seq = 5", ["entry 6 was changed"]),
    ("update core.audit_link l set entry_id = o.entry_id from core.audit_link"
     " o where (l.seq, o.seq) in ((2, 3), (3, 2))",
     ["entry 2 was changed", "entry 3 was changed"]),
    ("update core.audit_link set hash = sha256(hash) where seq = 4",
     ["entry 4 was changed", "entry 5 does not follow"]),
    ("update core.audit_link set seq = seq - 1 where seq > 2;", None),
])
def test_tampering_is_found(cluster, database, statement, found):
    with cluster.connect(database) as connection:
        connection.execute(UNSEEN)
        connection.execute("alter table core.audit_link drop constraint"
                           " audit_link_entry_id_key")
        if found is None:                 # a gap that is closed behind it
            connection.execute("delete from core.audit_link where seq = 2")
            connection.execute(statement)
            found = ["without a place", "entry 2 was changed",
                     "entry 4 was changed"]
        else:
            connection.execute(statement)

    done = audit(cluster, "verify", database)

    assert done.returncode == 1, done.stdout
    for line in found:
        assert line in done.stdout, done.stdout


def test_what_was_kept_finds_a_chain_computed_anew(cluster, database,
                                                   tmp_path):
    """Who may write all tables can compute all hashes: not what was printed."""
    kept = tmp_path / "heads"
    kept.write_text(audit(cluster, "head", database).stdout)

    with cluster.connect(database) as connection, connection.transaction():
        connection.execute(UNSEEN)
        connection.execute("update core.audit_entry set operation = 'other'")
        entries = [row[1] for row in connection.execute(
            "with gone as (delete from core.audit_link returning seq, entry_id)"
            " select * from gone order by seq")]
        for entry in entries:
            connection.execute("select core.audit_append(%s)", [entry])

    assert audit(cluster, "verify", database).returncode == 0
    done = audit(cluster, "verify", database, "-k", str(kept))
    assert "entry 5 of" in done.stdout and done.returncode == 1


def test_what_was_kept_finds_a_lost_end(cluster, database, tmp_path):
    kept = tmp_path / "heads"
    kept.write_text(audit(cluster, "head", database).stdout)
    with cluster.connect(database) as connection:
        connection.execute(UNSEEN)
        connection.execute("""
            with gone as (delete from core.audit_link where seq = 5
                          returning entry_id),
                 change as (delete from core.audit_change c using gone
                            where c.entry_id = gone.entry_id)
            delete from core.audit_entry e using gone
            where e.id = gone.entry_id""")

    assert audit(cluster, "verify", database).returncode == 0
    done = audit(cluster, "verify", database, "-k", str(kept))
    assert "entry 5 of" in done.stdout and done.returncode == 1


def test_two_commits_at_once_take_places_in_order(cluster, database):
    """The second waits for the first, which has its place and no commit yet."""
    with cluster.connect(database) as one, cluster.connect(database) as two:
        for connection, name in ((one, "x"), (two, "y")):
            connection.execute("begin")
            connection.execute("select api.acting(%s)", [STAFF])
            connection.execute("insert into core.tax_class values (%s, %s)",
                               [name, name])
        one.execute("set constraints all immediate")
        two.execute("set lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            two.execute("commit")
        one.execute("commit")

    change(cluster, database, "z")
    assert "in order: 7 entries" in audit(cluster, "verify", database).stdout
