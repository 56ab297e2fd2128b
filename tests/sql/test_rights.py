"""What the gateway's roles may do, and the shape of the api functions."""

import os
import subprocess

import psycopg
import pytest

from kit.build import ROOT
from kit.databases import NAMES

NAMES = [name for name in NAMES
         if os.path.isdir(os.path.join(ROOT, "sql", name))]


@pytest.fixture(scope="module")
def copies(databases):
    return databases.fresh()


def rows(cluster, copies, name, text):
    return cluster.query(copies[name], text)


@pytest.mark.parametrize("name", NAMES)
def test_role_writes_no_table(cluster, copies, name):
    """INSERT, UPDATE, DELETE, TRUNCATE only through functions; staged rows of
    imports come by COPY."""
    found = rows(cluster, copies, name, """
        select c.oid::regclass::text as name, p.right
          from pg_class c, unnest(array['INSERT', 'UPDATE', 'DELETE',
                                        'TRUNCATE', 'TRIGGER']) as p("right")
         where c.relkind in ('r', 'p', 'v', 'm', 'f')
           and c.relnamespace::regnamespace::text in
               ('core', 'api', 'meta', 'public')
           and has_table_privilege('%s_api', c.oid, p.right)
           and (c.relname, p.right) <> ('import_row', 'INSERT')
        """ % name)
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_role_makes_no_object(cluster, copies, name):
    found = rows(cluster, copies, name, """
        select nspname from pg_namespace
         where nspname !~ '^pg_temp'
           and has_schema_privilege('%s_api', oid, 'CREATE')
        """ % name)
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_nobody_else_connects(cluster, copies, name):
    other = [n for n in NAMES if n != name]
    for stranger in other:
        with pytest.raises(psycopg.OperationalError, match="permission"):
            cluster.connect(copies[name], stranger + "_api")


@pytest.mark.parametrize("name", NAMES)
def test_definer_functions_fix_their_path(cluster, copies, name):
    """Otherwise a caller's own schema would stand before ours."""
    found = rows(cluster, copies, name, """
        select oid::regprocedure::text as name from pg_proc
         where pronamespace::regnamespace::text in ('api', 'core')
           and prosecdef
           and not exists (select from unnest(proconfig) as c
                            where c like 'search_path=%pg_temp')
        """)
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_reads_can_be_inlined(cluster, copies, name):
    """language sql in api: stable, not strict, invoker, without settings."""
    found = rows(cluster, copies, name, """
        select p.oid::regprocedure::text as name from pg_proc p
          join pg_language l on l.oid = p.prolang
         where p.pronamespace = 'api'::regnamespace and l.lanname = 'sql'
           and (p.proisstrict or p.prosecdef or p.proconfig is not null
                or p.provolatile = 'v' or not p.proretset)
        """)
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_no_overloads(cluster, copies, name):
    """The gateway calls by name: two functions would be ambiguous."""
    found = rows(cluster, copies, name, """
        select proname from pg_proc
         where pronamespace = 'api'::regnamespace
         group by proname having count(*) > 1
        """)
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_public_runs_nothing(cluster, copies, name):
    found = rows(cluster, copies, name, """
        select p.oid::regprocedure::text as name
          from pg_proc p, aclexplode(coalesce(
                   p.proacl, acldefault('f', p.proowner))) as a
         where p.pronamespace::regnamespace::text in ('api', 'core')
           and a.grantee = 0
           and not exists (select from pg_depend d
                            where d.objid = p.oid and d.deptype = 'e')
        """)
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_apply_again_changes_nothing(cluster, databases, name):
    done = subprocess.run(
        ["sql/apply", name, cluster.dsn(name, name + "_owner")], cwd=ROOT,
        text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    assert done.returncode == 0
    assert done.stdout.strip() == ""
