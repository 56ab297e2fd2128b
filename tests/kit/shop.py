"""A whole shop of a test module's own: databases, nginx, clients."""

import functools
import glob
import os
import secrets
import uuid

from fakes import paypal, stripe
from fakes.server import lines

from . import contract as contracts
from . import metrics
from . import wait
from .build import ROOT
from .client import Client
from .nginx import Nginx
from .tokens import AUDIENCE, ISSUER, Signer

CONNECTIONS = {"identity": 2, "store": 2, "analytics": 1}

CONF = """\
%(user)s
load_module %(module)s;
worker_processes %(workers)d;
worker_shutdown_timeout 10s;
pid nginx.pid;
error_log error.log info;
thread_pool commerce threads=2 max_queue=64;
%(main)s

events {
    worker_connections %(worker_connections)d;
}

http {
    access_log off;
    server_tokens off;
    client_header_timeout 5s;
    client_body_timeout 5s;
    send_timeout 5s;
    keepalive_requests 1000000;
    large_client_header_buffers 4 8k;
    client_max_body_size 1m;
    client_body_buffer_size 64k;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;

    commerce_contract %(contract)s;
%(databases)s
    commerce_jwt issuer=%(issuer)s audience=%(audience)s ttl=10m leeway=30s;
    commerce_jwt_key %(kid)s file=keys/signing.pem alg=ES256 sign;
    commerce_seal_key keys/seal.key;
    commerce_cursor_key keys/cursor.key;
    commerce_passwords %(passwords)s;
    commerce_zone %(zone)s;
    %(media)s
    commerce_body_max 64k;
    commerce_payment test webhook_key=keys/payments.webhook;
%(http)s

    server {
        listen unix:%(metrics)s;

        location = /metrics {
            commerce_metrics;
        }
    }

    server {
        listen 127.0.0.1:%(port)d %(listen)s;
        %(server)s

        error_page 403 404 405 413 500 502 503 504 @problem;
        error_page 400 414 431 494 /_problem;

        location @problem {
            commerce_problem;
        }

        location = /_problem {
            internal;
            commerce_problem;
        }

        location / {
            commerce;
        }
    }
}
"""

WEBHOOK_SECRET = "whsec_test_" + "a" * 24

DATABASE = ('    commerce_database %s "dsn=%s" connections=%d queue=%d'
            " connect_timeout=2s %s;\n")

# Options for a test that holds a lock until it has seen what it wants.
PATIENT = {"times": "timeout=60s statement_timeout=50s",
           "http": "    commerce_deadline 60s;\n"}

CACHE = "    commerce_cache 4m;\n"

FEED = '    commerce_feed %s "dsn=%s" %s;\n'


class Shop:
    """Made by the fixture `shop`; options replace what CONF is filled with.

    fakes=True runs fakes of Stripe and PayPal (self.stripe, self.paypal),
    which its gateway talks to; files are {name: text} beside the configuration.

    standby=Standby: its gateway knows both servers, and takes the one that
    writes.

    anonymous, customer, staff and admin are clients; client(role) makes one
    for any role, each call another person unless sub is given.
    """

    def __init__(self, cluster, databases, module, sanitized=False,
                 **options):
        self.cluster = cluster
        self.databases = databases
        self.copies = databases.fresh()
        self.lab = options.pop("lab", False)
        self.cache = options.pop("cache", False)
        self.standby = options.pop("standby", None)
        files = options.pop("files", {})
        self.contract = contracts.load(self.lab)
        self.signer = Signer()
        self.options = options
        self.seen = set()
        self.clients = []
        self.sockets = {}
        self.nginx = Nginx(module, self._conf, sanitized)
        self.siblings = []
        self.fakes = []
        if options.pop("fakes", False):
            self._fakes()
        self._keys(self.nginx)
        self._secrets()
        for name, text in files.items():
            self.nginx.write(name, text)
        if self.lab:
            self._install_lab()

    def _keys(self, nginx):
        """Keys, and the contract in a directory that tests may add to."""
        os.makedirs(nginx.path("keys"), exist_ok=True)
        nginx.write("keys/signing.pem", self.signer.pem, 0o600)
        os.makedirs(nginx.path("contract"))
        for path in self.contract.files:
            os.symlink(path, nginx.path(
                "contract/" + os.path.basename(path)))

    def _secrets(self):
        self.nginx.write("keys/seal.key", "k1 %s\n" % secrets.token_hex(32),
                         0o600)
        self.nginx.write("keys/payments.webhook", WEBHOOK_SECRET)
        self.nginx.write("keys/cursor.key", secrets.token_hex(32), 0o600)

    def sibling(self, prepare=None):
        """Another gateway on the same databases, with the same keys.

        prepare(nginx) may change its files before it starts.
        """
        nginx = Nginx(self.nginx.module, self._conf, self.nginx.sanitized)
        self._keys(nginx)
        for name in ("keys/seal.key", "keys/cursor.key",
                     "keys/payments.webhook"):
            with open(self.nginx.path(name)) as file:
                nginx.write(name, file.read(), 0o600)
        if prepare:
            prepare(nginx)
        nginx.start()
        self.siblings.append(nginx)
        self.ready(nginx)
        return nginx

    def _fakes(self):
        self.stripe, self.paypal = stripe.Stripe(), paypal.PayPal()
        self.fakes = [self.stripe, self.paypal]
        for name, text in (("stripe.key", stripe.KEY),
                           ("stripe.webhook", stripe.SECRET),
                           ("paypal.key", paypal.KEY)):
            self.nginx.write(name, text)
        self.options["http"] = self.options.get("http", "") + lines(
            self.stripe, self.paypal, self.nginx.prefix,
            "public_key=pk_test_fake") + "\n"

    def _install_lab(self):
        path = os.path.join(os.path.dirname(contracts.LAB), "lab.sql")
        with self.cluster.connect(self.copies["store"],
                                  "store_owner") as connection, \
                open(path, encoding="utf-8") as file:
            connection.execute(file.read())

    def dsn(self, name):
        """Where the gateway finds a database; sockets may stand in between."""
        return self._dsn(name, "api", self.sockets.get(name))

    def _dsn(self, name, role, socket=None):
        hosts, more = socket or self.cluster.socket, ""
        if self.standby:
            hosts += "," + self.standby.socket
            more = " target_session_attrs=read-write"
        return "host=%s dbname=%s user=%s_%s sslmode=disable%s" % (
            hosts, self.copies[name], name, role, more)

    def _conf(self, nginx):
        values = {
            "user": "user %s;" % nginx.user if nginx.user else "",
            "module": nginx.module, "port": nginx.port, "workers": 2,
            "worker_connections": 512, "main": "", "http": "", "server": "",
            "media": "commerce_media media;", "zone": "4m",
            "listen": "reuseport", "issuer": ISSUER, "audience": AUDIENCE,
            "kid": self.signer.kid,
            "contract": "contract/*.yaml",
            "metrics": nginx.path("metrics.sock"),
            "passwords": os.path.join(ROOT, "conf", "passwords.txt"),
            "connections": CONNECTIONS, "queue": 1024,
            "times": "timeout=5s statement_timeout=4s", **self.options,
        }
        if self.cache:
            values["http"] += CACHE + "".join(
                FEED % (name, self._dsn(name, "feed"), way)
                for name, way in (("identity", "listen=commerce"),
                                  ("store", "")))
        values["databases"] = "".join(
            DATABASE % (name, self.dsn(name), values["connections"][name],
                        values["queue"], values["times"])
            for name in self.copies)
        return CONF % values

    def start(self):
        self.nginx.start()
        self.anonymous = self.client(None)
        self.customer = self.client("customer")
        self.staff = self.client("staff")
        self.admin = self.client("admin")
        self.ready()

    def ready(self, nginx=None, seconds=60):
        """Until every worker of a gateway has all its connections to its
        databases: each worker tells only of its own when asked /readyz, and
        nobody knows who will be asked next.
        """
        connections = self.options.get("connections", CONNECTIONS)
        workers = self.options.get("workers", 2)

        def connected():
            found = self.metrics(nginx)
            return all(found.get("commerce_db_connections", database=name,
                                 state="up") >= workers * connections[name]
                       for name in self.copies)
        wait.until(connected, seconds, "the gateway to be connected")

    def reload(self):
        """Until the old workers are gone, and the new ones ready."""
        self.nginx.reload(wait_for_old=True)
        self.ready()

    def metrics(self, nginx=None):
        """What /metrics says now: see kit/metrics.py."""
        return metrics.scrape((nginx or self.nginx).path("metrics.sock"))

    def kept(self, path):
        """An answer of the cache that a second ago was there already: the
        feed stands, is through with what it heard, and nothing moves.

        While there is no feed an answer lives for less than that, and while
        one begins everything moves again and again.
        """
        def old():
            answer = self.anonymous.get(path)
            return answer if answer.headers["X-Cache"] == "HIT" \
                and int(answer.headers["Age"]) >= 1 else None
        return wait.until(old, 60, "an answer that is kept")

    @property
    def port(self):
        return self.nginx.port

    def token(self, role="customer", **claims):
        return self.signer.token(role, **claims)

    def client(self, role, **claims):
        """A client of the role; claims (sub=, scopes=) go to its token."""
        sub = claims.setdefault("sub", str(uuid.uuid4()))
        sign = functools.partial(self.token, role, **claims) if role else None
        made = Client(self.nginx.url, self.contract, sign, self.seen)
        made.sub = sub
        self.clients.append(made)
        return made

    def client_of(self, url):
        """A stranger at one of the gateways, with a new connection."""
        made = Client(url, self.contract, None, self.seen)
        made.headers["connection"] = "close"
        return made

    def query(self, name, text, *arguments):
        """Rows of one of the shop's databases, as superuser."""
        return self.cluster.query(self.copies[name], text, *arguments)

    def stop(self):
        for client in self.clients:
            client.close()
        try:
            for nginx in self.siblings:
                nginx.stop()
            self.nginx.stop()
            self.cluster.without_sessions(self.copies.values())
        finally:
            for fake in self.fakes:
                fake.close()
            self.databases.drop(self.copies)
            self._remember()

    def _remember(self):
        """What was seen, for the runner: see coverage in runner.py."""
        directory = os.environ.get("COMMERCE_TEST_SEEN")
        if directory:
            name = "%d-%d" % (os.getpid(), len(glob.glob(directory + "/*")))
            with open(os.path.join(directory, name), "w") as file:
                for operation, status in sorted(self.seen):
                    file.write("%s %d\n" % (operation, status))
