"""Migrated databases, copied for each test module."""

import os
import subprocess

from .build import ROOT

NAMES = ("identity", "store", "analytics")


class Databases:
    """The databases as sql/roles and sql/apply make them, as templates.

    They are migrated once; CREATE DATABASE ... TEMPLATE copies one in less
    than a tenth of a second. A copy gets the per-database settings of the
    roles and the rights of its template, which PostgreSQL leaves behind.
    """

    def __init__(self, cluster):
        self.cluster = cluster
        self.count = 0
        self.names = [name for name in NAMES
                      if os.path.isdir(os.path.join(ROOT, "sql", name))]
        self._run(["sql/roles", *self.names])
        for name in self.names:
            self._run(["sql/apply", name,
                       cluster.dsn(name, name + "_owner")])

    def _run(self, command):
        done = subprocess.run(
            command, cwd=ROOT, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "PGHOST": self.cluster.socket,
                 "PGUSER": "postgres"})
        assert done.returncode == 0, "%s\n%s" % (" ".join(command),
                                                 done.stdout[-8000:])

    def fresh(self):
        """{name: name of a new copy}."""
        self.count += 1
        copies = {name: "%s_%d" % (name, self.count) for name in self.names}
        for name, copy in copies.items():
            self.cluster.create(copy, name)
            self._settings(name, copy)
        return copies

    def _settings(self, name, copy):
        rows = self.cluster.query(
            "postgres",
            "select r.rolname as role, unnest(s.setconfig) as setting"
            "  from pg_db_role_setting s"
            "  join pg_database d on d.oid = s.setdatabase"
            "  join pg_roles r on r.oid = s.setrole"
            " where d.datname = %s", name)
        with self.cluster.connect() as connection:
            for row in rows:
                setting, value = row["setting"].split("=", 1)
                if setting != "search_path":
                    value = "'%s'" % value.replace("'", "''")
                connection.execute('alter role "%s" in database "%s" set %s'
                                   ' = %s' % (row["role"], copy, setting,
                                              value))
            connection.execute('revoke all on database "%s" from public'
                               % copy)
            connection.execute('grant connect on database "%s"'
                               ' to %s_api, %s_feed' % (copy, name, name))
            connection.execute('alter database "%s" owner to %s_owner'
                               % (copy, name))

    def drop(self, copies):
        for copy in copies.values():
            self.cluster.drop(copy)
