"""A private shop with the settings of production, for the bench only."""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from kit import build, wait
from kit.databases import Databases
from kit.nginx import Nginx
from kit.ports import Port
from kit.postgres import Cluster
from kit.tokens import Signer

ISSUER = "ngx_commerce"
AUDIENCE = "shop"

# products.sql leaves room for two more variants after each first one.
STEP = 3

# Seconds; they live for longer.
TOKENS_FOR = 240

STOCK = """
    with level as (
        insert into core.stock_level (variant_id, location_id, on_hand)
        select id, 1, 1000000000 from core.variant order by id
        returning variant_id, on_hand)
    insert into core.stock_movement (variant_id, location_id, kind, delta,
                                     balance)
    select variant_id, 1, 'receipt', on_hand, on_hand from level
"""


def postgresql_settings():
    """conf/postgresql.conf with the sizes that `commerce up` gives it."""
    with open("/proc/meminfo") as file:
        memory = int(re.search(r"MemTotal:\s+(\d+)", file.read()).group(1))
    memory //= 1024
    sizes = {"@shared_buffers@": "%dMB" % min(max(memory // 8, 128), 4096),
             "@cache@": "%dMB" % min(max(memory // 2, 256), 65536),
             "@maintenance@": "%dMB" % min(max(memory // 32, 64), 512),
             "@connections@": "100"}
    settings = {}
    with open(os.path.join(build.ROOT, "conf", "postgresql.conf")) as file:
        for line in file:
            match = re.match(r"(\w+)\s*=\s*'?([^'\n#]*)'?", line)
            if match and "@socket@" not in line:
                value = match.group(2).strip()
                settings[match.group(1)] = sizes.get(value, value)
    return settings


class House:
    """`with House() as shop`: products(n), start(), psql(), pgbench()."""

    def __enter__(self):
        self.cluster = Cluster(postgresql_settings())
        self.databases = Databases(self.cluster)
        self.signer = Signer()
        self.nginx = None
        self.mirrors = ""
        self.feeds = True
        self.caches = True
        self.redis = None
        self.count_of_workers = os.cpu_count()
        self.directory = tempfile.mkdtemp(prefix="commerce-bench-")
        self.count = 0
        self.metrics_port = Port()
        return self

    def __exit__(self, *error):
        if self.nginx:
            self.nginx.stop()
        if self.redis:
            self.redis.stop()
        self.cluster.stop()
        self.metrics_port.release()
        shutil.rmtree(self.directory, ignore_errors=True)

    def dsn(self, user="store_owner"):
        return self.cluster.dsn("store", user)

    def psql(self, *arguments):
        done = subprocess.run(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.dsn(),
             *arguments], text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise SystemExit(done.stdout)
        return done.stdout

    def products(self, count):
        """That many products; the variant of product n is STEP * n."""
        print("-- making %d products" % count, file=sys.stderr)
        self.count = count
        self.psql("-v", "n=%d" % count, "-f", sql("products.sql"))
        with self.cluster.connect("store") as connection:
            connection.execute("vacuum analyze")
            connection.execute("checkpoint")

    def stock(self):
        """Enough of each variant, with a ledger that says where from."""
        self.psql("-c", STOCK, "-f", sql("order_setup.sql"))
        with self.cluster.connect("store") as connection:
            connection.execute("vacuum analyze")
            connection.execute("checkpoint")

    def token(self):
        return self.signer.token("customer", iss=ISSUER, aud=AUDIENCE)

    def tokens(self, count=64):
        """A file of tokens, one a line: who comes again has the same, until
        it is about to end. A worker remembers those that it has verified.
        """
        path = os.path.join(self.directory, "tokens")
        if not os.path.exists(path) \
                or time.time() - os.path.getmtime(path) > TOKENS_FOR:
            with open(path, "w") as file:
                file.writelines(self.token() + "\n" for _ in range(count))
        return path

    def start(self):
        self.nginx = Nginx(build.module("normal"), self._conf)
        for name in ("keys", "log", "run", "tmp", "www", "modules"):
            os.makedirs(self.nginx.path(name))
        self.nginx.write("keys/bench.pem", self.signer.pem, 0o600)
        self.nginx.write("keys/seal.key", "k1 %s\n" % secrets.token_hex(32),
                         0o600)
        self.nginx.write("keys/cursor.key", secrets.token_hex(32), 0o600)
        self.nginx.write("keys.conf", "commerce_jwt_key %s alg=ES256"
                         " file=keys/bench.pem sign;\n" % self.signer.kid)
        os.symlink(self.nginx.module, self.nginx.path(
            "modules/" + build.MODULE))
        self.nginx.log = self.nginx.path("log/error.log")
        self.nginx.start()

    def _conf(self, nginx):
        """conf/nginx.conf, filled in as `commerce up` does."""
        with open(os.path.join(build.ROOT, "conf", "nginx.conf")) as file:
            text = file.read()
        words = {"@user@": "user %s;" % nginx.user if nginx.user else "",
                 "@workers@": str(self.count_of_workers), "@top@": build.ROOT,
                 "@pg@": self.cluster.socket, "@listen@": "127.0.0.1",
                 "@port@": str(nginx.port), "@metrics_listen@": "127.0.0.1",
                 "@metrics_port@": str(self.metrics_port.number)}
        for word, value in words.items():
            text = text.replace(word, value)
        if self.redis:
            text = text.replace("unix:run/redis/redis.sock",
                                "unix:" + self.redis.socket)
        else:
            text = re.sub(r"^ *commerce_redis .*\n", "", text, flags=re.M)
        if not self.feeds:
            text = re.sub(r"^ *commerce_feed [^;]*;\n", "", text, flags=re.M)
        if not self.caches:
            text = re.sub(r"^ *commerce_cache .*\n", "", text, flags=re.M)
        return text.replace("        location / {\n            commerce;",
                            self.mirrors + "        location / {\n"
                            "            commerce;", 1)

    def feeding(self, feeds):
        """Starts nginx again, with or without its change feeds."""
        self.feeds = feeds
        self.nginx.halt()
        self.nginx.start()
        if feeds:
            wait.until(self._feeds_stand, 20, "the feeds")

    def caching(self, caches):
        """Starts nginx again, with or without its cache."""
        self.caches = caches
        self.feeding(True)

    def working(self, workers):
        """Starts nginx again with so many workers."""
        self.count_of_workers = workers
        self.feeding(True)

    def _feeds_stand(self):
        try:
            with urllib.request.urlopen(self.nginx.url + "/readyz") as answer:
                states = json.load(answer)["feeds"].values()
        except urllib.error.HTTPError:
            return False
        return all(feed["state"] == "up" for feed in states)

    def senders_cpu(self):
        """Seconds of processor time of the servers of the feeds."""
        total = 0
        for sender in self.cluster.query(
                "postgres", "select pid from pg_stat_activity"
                            " where usename like '%_feed'"):
            with open("/proc/%d/stat" % sender["pid"]) as file:
                user, system = file.read().rsplit(")", 1)[1].split()[11:13]
            total += int(user) + int(system)
        return total / os.sysconf("SC_CLK_TCK")

    def mirror(self, text):
        """Locations beside the shop's, in place of those before."""
        self.mirrors = text
        self.nginx.reload(wait_for_old=True)

    def script(self, text):
        """A pgbench script in a file."""
        path = os.path.join(self.directory, "script.sql")
        with open(path, "w") as file:
            file.write(text)
        return path

    def pgbench(self, script, seconds, clients=16, user="store_api", **more):
        """Transactions per second; more are variables (-D)."""
        variables = [word for name, value in more.items()
                     for word in ("-D", "%s=%s" % (name, value))]
        done = subprocess.run(
            ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j",
             "2", "-T", str(seconds), *variables, "-f", script,
             self.dsn(user)],
            text=True, capture_output=True, stdin=subprocess.DEVNULL)
        match = re.search(r"tps = ([\d.]+) \(without", done.stdout)
        failed = re.search(r"failed transactions: (\d+)", done.stdout)
        if not match or failed and failed.group(1) != "0":
            raise SystemExit(done.stdout + done.stderr)
        return float(match.group(1))

    def wrk(self, script, seconds, clients, path="", headers=(),
            **environment):
        """(requests per second, 99th percentile in ms) of a lua script."""
        script = os.path.join(build.ROOT, "tests", "bench", script)
        more = [word for item in dict(headers).items()
                for word in ("-H", "%s: %s" % item)]
        done = subprocess.run(
            ["wrk", "-t", "2", "-c", str(clients), "-d", "%ds" % seconds,
             "--timeout", "10s", "-s", script, *more, self.nginx.url + path],
            text=True, capture_output=True, stdin=subprocess.DEVNULL,
            env={**os.environ,
                 **{name: str(value) for name, value
                    in environment.items()}})
        match = re.search(r"^JSON (\d+) (\d+) (\d+) (\d+)$", done.stdout,
                          re.M)
        if not match or int(match.group(3)):
            raise SystemExit(done.stdout + done.stderr + self.nginx.tail())
        requests, duration, _, p99 = map(int, match.groups())
        return requests / duration * 1e6, p99 / 1000


def sql(name):
    """A script that the owner of a domain brings."""
    return os.path.join(build.ROOT, "tests", "bench", "sql", name)
