"""A private PostgreSQL cluster on a unix socket, gone when stopped."""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import threading

import psycopg

from . import wait

BIN = "/usr/lib/postgresql/15/bin"

FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_wal_size": "256MB",
}

# A copied database is 1,500 files; on a disk each costs what a page of
# memory does not. Clusters that need not survive a power cut live there.
MEMORY = "/dev/shm"
ENOUGH = 4 << 30


def place(settings):
    """The directory to be in: None for that of all temporary files."""
    if settings.get("fsync") != "off":
        return None
    try:
        with open("/proc/meminfo") as file:
            available = int(re.search(r"MemAvailable:\s+(\d+)",
                                      file.read())[1]) << 10
        room = os.statvfs(MEMORY)
    except OSError:
        return None
    enough = min(available, room.f_bavail * room.f_frsize) > ENOUGH
    return MEMORY if enough and os.access(MEMORY, os.W_OK) else None


class Cluster:
    """initdb, start, stop; databases made from templates.

    settings override postgresql.conf; a bench gives {} for safe ones.
    """

    def __init__(self, settings=FAST):
        self._place(place(settings))
        self._run("initdb", "-D", self.data, "-A", "trust", "-U", "postgres",
                  "-N", "--locale=C.UTF-8", "-E", "UTF8")
        self._configure(settings)
        self.start()

    def _place(self, parent):
        self.directory = tempfile.mkdtemp(prefix="commerce-pg-", dir=parent)
        os.chmod(self.directory, 0o755)
        self.data = os.path.join(self.directory, "data")
        self.socket = self.directory
        self.log = os.path.join(self.directory, "log")
        self.lock = threading.Lock()
        self.halted = True
        self.identity = self._identity()
        if self.identity:
            shutil.chown(self.directory, *self.identity)

    def standby(self):
        """A server that follows this one, named `standby`.

        It is synchronous once synchronous_standby_names says so.
        """
        made = object.__new__(Standby)
        made.follow(self)
        return made

    @staticmethod
    def _identity():
        """PostgreSQL refuses to run as root: then it is `postgres`."""
        if os.geteuid() != 0:
            return None
        entry = pwd.getpwnam("postgres")
        return entry.pw_uid, entry.pw_gid

    def _run(self, tool, *arguments, check=True):
        options = {}
        if self.identity:
            options = {"user": self.identity[0], "group": self.identity[1],
                       "extra_groups": []}
        done = subprocess.run([os.path.join(BIN, tool), *arguments],
                              cwd=self.directory, text=True,
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, **options)
        if check and done.returncode != 0:
            raise RuntimeError("%s: %s" % (tool, done.stdout))
        return done.stdout

    def _configure(self, settings):
        lines = {
            "listen_addresses": "",
            "unix_socket_directories": self.socket,
            "max_connections": "200",
            "wal_level": "logical",
            "timezone": "UTC",
            "log_line_prefix": "%m %u@%d ",
            **settings,
        }
        with open(os.path.join(self.data, "postgresql.conf"), "a") as conf:
            for name, value in lines.items():
                conf.write("%s = '%s'\n" % (name, value))

    def start(self):
        # pg_ctl keeps the pipe open through the server it starts, so the
        # output goes to files, not to a pipe that would never end.
        self._detached("pg_ctl", "-D", self.data, "-l", self.log, "-w",
                       "-t", "60", "start")
        self.halted = False

    def _detached(self, tool, *arguments):
        options = {}
        if self.identity:
            options = {"user": self.identity[0], "group": self.identity[1],
                       "extra_groups": []}
        subprocess.run([os.path.join(BIN, tool), *arguments], check=True,
                       cwd=self.directory, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       **options)

    def halt(self, mode="fast"):
        """Stops the server; `immediate` is what a power cut looks like."""
        self._detached("pg_ctl", "-D", self.data, "-w", "-m", mode, "stop")
        self.halted = True

    def stop(self):
        with contextlib.suppress(subprocess.CalledProcessError):
            self.halt("immediate")
        shutil.rmtree(self.directory, ignore_errors=True)

    def pid(self):
        with open(os.path.join(self.data, "postmaster.pid")) as file:
            return int(file.readline())

    def dsn(self, database, user="postgres"):
        return "host=%s dbname=%s user=%s" % (self.socket, database, user)

    def connect(self, database="postgres", user="postgres"):
        return psycopg.connect(self.dsn(database, user), autocommit=True)

    def query(self, database, text, *arguments, user="postgres"):
        """Rows as dictionaries."""
        with self.connect(database, user) as connection:
            cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
            cursor.execute(text, arguments or None)
            return cursor.fetchall() if cursor.description else []

    def create(self, name, template):
        with self.lock, self.connect() as connection:
            connection.execute('create database "%s" template "%s"'
                               % (name, template))

    def drop(self, name):
        with self.connect() as connection:
            connection.execute('drop database if exists "%s" with (force)'
                               % name)

    def sessions(self, databases):
        """How many client sessions the databases have."""
        rows = self.query(
            "postgres",
            "select count(*) as n from pg_stat_activity"
            " where datname = any(%s) and backend_type = 'client backend'",
            list(databases))
        return rows[0]["n"]

    def without_sessions(self, databases, seconds=60):
        """Until nobody is there who would be in the way of drop()."""
        def left():
            return self.sessions(databases) or self.query(
                "postgres", "select 1 from pg_replication_slots"
                            " where active and database = any(%s)",
                list(databases))
        wait.until(lambda: not left(), seconds, "PostgreSQL sessions to end")


class Standby(Cluster):
    """Made by Cluster.standby()."""

    def follow(self, primary):
        self._place(os.path.dirname(primary.directory))
        self._run("pg_basebackup", "-D", self.data, "-X", "stream", "-R",
                  "-c", "fast", "-d", "host=%s user=postgres"
                  " application_name=standby" % primary.socket)
        with open(os.path.join(self.data, "postgresql.conf"), "a") as conf:
            conf.write("unix_socket_directories = '%s'\n" % self.socket)
        self.start()

    def promote(self):
        self._detached("pg_ctl", "-D", self.data, "-w", "-t", "60", "promote")
