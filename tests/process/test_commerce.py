"""./commerce as a stranger uses it: up, status, user add, keys, down."""

import glob
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import urllib.error
import urllib.request

import psycopg
import pytest

from kit import wait
from kit.build import OUTPUT, ROOT
from kit.nginx import children, title

# The first `up` compiles.
pytestmark = pytest.mark.timeout(600)


class Home:
    """A COMMERCE_HOME of the tests' own."""

    def __init__(self, path, top=ROOT, **environment):
        self.path = str(path)
        self.top = str(top)
        self.environment = environment

    def run(self, *words, status=0, text=None, **environment):
        """Standard output and standard error of a command."""
        done = subprocess.run(
            [os.path.join(self.top, "commerce"), *words], text=True,
            cwd="/", input=text or "", stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**self.variables(), **environment})
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout, done.stderr

    def variables(self):
        return {**os.environ, "COMMERCE_HOME": self.path,
                "COMMERCE_BUILD": os.path.join(OUTPUT, "commerce"),
                **self.environment}

    def remove(self):
        """Stops it and leaves nothing, wherever `up` put it."""
        self.run("down")
        shutil.rmtree(os.path.realpath(self.path))

    def status(self):
        return json.loads(self.run("status", "--json")[0])

    def get(self, path):
        """(status, body) of GET."""
        try:
            with urllib.request.urlopen(self.status()["url"] + path) as got:
                return got.status, got.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def query(self, database, text):
        with psycopg.connect(self.status()["databases"][database]) as one:
            return one.execute(text).fetchall()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = Home(tmp_path_factory.mktemp("commerce") / "home")
    made.run("up")
    yield made
    made.remove()


def test_up_is_ready(home):
    assert home.get("/readyz")[0] == 200
    assert "ready     yes" in home.run("status")[0]


def test_mail_can_be_read(home):
    """Who registers finds the message at the address that status tells."""
    told, _ = home.run("up")
    mail = home.status()["mail"]
    assert mail in told and mail in home.run("status")[0]
    address = "ana-%d@example.com" % os.getpid()
    urllib.request.urlopen(urllib.request.Request(
        home.status()["url"] + "/api/v1/auth/register",
        json.dumps({"name": "Ana", "email": address,
                    "password": "uma senha boa 42"}).encode(),
        {"content-type": "application/json"}))

    def found():
        with urllib.request.urlopen(mail + "mails.json") as answer:
            return [one for one in json.load(answer)
                    if one["to"] == address]

    message, = wait.until(found, 60, "the mail", pause=0.2)
    assert home.status()["url"] + "/confirmar-email?token=" in message["text"]


def test_up_tells_where_and_who(home):
    told, _ = home.run("up")
    status = home.status()
    for word in (status["url"], status["admin"]["email"],
                 status["admin"]["password"], status["customer"]["password"],
                 "curl"):
        assert word in told


def test_up_again_changes_nothing(home):
    before = home.status()
    _, steps = home.run("up")
    assert steps == ""
    assert home.status() == before


def test_status_names_what_scripts_need(home):
    status = home.status()
    assert set(status) == {"url", "metrics", "mail", "admin", "customer",
                           "databases", "pids"}
    with urllib.request.urlopen(status["metrics"]) as answer:
        assert b"commerce_build_info" in answer.read()
    assert set(status["databases"]) == {"identity", "store", "analytics"}
    for name in status["databases"]:
        assert home.query(name, "select current_user") == [(name + "_owner",)]
    for pid in status["pids"].values():
        os.kill(pid, 0)


def test_secrets_are_their_owners(home):
    for directory in ("secrets", "keys"):
        files = glob.glob(os.path.join(home.path, directory, "*"))
        assert files
        for path in files:
            if os.path.basename(path) != "signing":
                assert stat.S_IMODE(os.stat(path).st_mode) == 0o600, path


def test_no_secret_in_an_argument_list(home):
    password = home.status()["databases"]["store"].split(":")[2].split("@")[0]
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                assert password.encode() not in file.read()
        except OSError:
            pass


def test_nothing_listens_but_the_gateway(home):
    """PostgreSQL and Redis have unix sockets only."""
    for pid in (home.status()["pids"][name] for name in ("postgres", "redis")):
        inodes = set()
        for link in glob.glob("/proc/%d/fd/*" % pid):
            try:
                target = os.readlink(link)
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
        for table in ("tcp", "tcp6"):
            with open("/proc/%d/net/%s" % (pid, table)) as file:
                for line in file.readlines()[1:]:
                    words = line.split()
                    assert words[3] != "0A" or words[9] not in inodes


def test_gateway_may_not_read_tables_it_need_not(home):
    with psycopg.connect(home.status()["databases"]["identity"]) as one:
        one.execute("set role identity_api")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            one.execute("select password_hash from core.users")


def test_demo_is_a_shop(home):
    products, variants = home.query(
        "store", "select (select count(*) from core.product"
                 "         where status = 'active'),"
                 "       (select count(*) from core.variant)")[0]
    assert products >= 2000 and variants > products
    assert home.query("store", """
        select v.sku from core.variant v
         where v.price_amount <= 0 or v.currency <> 'BRL'""") == []
    assert home.query("store", """
        select l.variant_id from core.stock_level l
         where l.on_hand <> (select coalesce(sum(m.delta), 0)
                               from core.stock_movement m
                              where m.variant_id = l.variant_id
                                and m.location_id = l.location_id)""") == []
    assert home.query("store", "select max(cardinality(path))"
                               " from core.category") == [(3,)]


def test_demo_pictures_are_there(home):
    urls = home.query("store", "select distinct url from core.product_image")
    assert len(urls) > 100
    for url, in urls:
        assert os.path.exists(os.path.join(home.path, "www" + url)), url
    status, body = home.get(urls[0][0])
    assert status == 200 and body.startswith(b"<svg")


def test_docs_stay_on_their_origin(home):
    with urllib.request.urlopen(home.status()["url"] + "/") as page:
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy


def test_user_add_can_log_in(home):
    home.run("user", "add", "equipe@loja.example", "--role", "staff",
             "--name", "D'Ávila", text="uma senha comprida\n")
    rows = home.query("identity", """
        select u.name, r.role from core.users u
          join core.user_role r on r.user_id = u.id
         where u.email = 'equipe@loja.example'""")
    assert rows == [("D'Ávila", "staff")]
    url = home.status()["url"] + "/api/v1/auth/login"
    request = urllib.request.Request(
        url, json.dumps({"email": "equipe@loja.example",
                         "password": "uma senha comprida"}).encode(),
        {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["user"]["roles"] == ["staff"]


def test_user_add_refuses(home):
    assert "8 to 128" in home.run("user", "add", "x@loja.example",
                                  text="curta\n", status=1)[1]
    assert "common" in home.run("user", "add", "x@loja.example",
                                text="Flamengo2024!\n", status=1)[1]
    assert "unknown_role" in home.run(
        "user", "add", "x@loja.example", "--role", "rei",
        text="uma senha comprida\n", status=1)[1]


def test_keys_rotate_keeps_the_old_one(home):
    before = home.run("keys")[0].split()[0]
    after = home.run("keys", "rotate")[0]
    assert before + " verifies" in after and after.count("signs") == 1
    published = json.loads(home.get("/.well-known/jwks.json")[1])
    assert len(published["keys"]) == 2


def serving(master):
    """Workers that take requests."""
    return {pid for pid in children(master)
            if title(pid).strip().endswith("worker process")}


def test_reload_keeps_the_master(home):
    """And when it returns, nobody is answered any more as before it."""
    before = home.status()["pids"]
    for _ in range(5):
        workers = serving(before["nginx"])
        home.run("reload")
        assert workers and not workers & serving(before["nginx"])
    assert home.status()["pids"] == before
    assert home.get("/readyz")[0] == 200


def test_psql_runs_what_it_is_given(home):
    assert home.run("psql", "analytics", "-At", "-c",
                    "select current_database()")[0] == "analytics\n"


def test_pack_brings_search_into_the_order_of_names(home):
    def packed():
        return home.run("psql", "store", "-At", "-c", """
            select bool_and(before <= name_key)
            from (select name_key, lag(name_key) over (order by ctid) before
                  from core.product_search) s""")[0] == "t\n"

    assert not packed()
    assert "products stand by name" in home.run("pack")[0]
    assert packed()


@pytest.mark.parametrize("words", [
    ["fly"], ["up", "now"], ["psql"], ["psql", "nowhere"], ["user"],
    ["user", "add", "nobody"], ["status", "-x"], ["logs", "nothing"],
    ["migrate", "nowhere"], ["pack", "it"], ["keys", "burn"]])
def test_bad_usage_says_how(home, words):
    _, told = home.run(*words, status=64)
    assert "Try './commerce help'" in told


def test_taken_port_is_refused(home, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        other = Home(tmp_path / "home")
        assert "is taken" in other.run("up", status=1,
                                       COMMERCE_PORT=port)[1]
    other.remove()


def test_two_shops_side_by_side(home, tmp_path):
    other = Home(tmp_path / "other", COMMERCE_DEMO="no")
    try:
        other.run("up")
        for name in ("url", "metrics"):
            assert other.status()[name] != home.status()[name]
        assert other.get("/readyz")[0] == home.get("/readyz")[0] == 200
        assert other.query("store", "select count(*) from core.product") \
            == [(0,)]
    finally:
        other.remove()
    assert home.get("/readyz")[0] == 200


def test_endpoint_of_the_readme(tmp_path):
    """The ten lines work as they stand, in a copy of the checkout."""
    top = tmp_path / "checkout"
    top.mkdir()
    subprocess.run(["cp", "-R", "commerce", "config", "conf", "sql",
                    "ngx_commerce_module", str(top)], cwd=ROOT, check=True)
    with open(os.path.join(ROOT, "README.md")) as file:
        text = file.read()
    text = text.split("### Add an endpoint in ten lines")[1]
    block = re.search(r"(?:^    .*\n|^\n)+", text.lstrip("\n"), re.M)
    script = "\n".join(line[4:] for line in block.group().split("\n"))
    other = Home(tmp_path / "home", top, COMMERCE_DEMO="no")
    try:
        other.run("up")
        done = subprocess.run(
            ["sh", "-euc", script.replace("http://", "").replace(
                "localhost:8080", other.status()["url"])],
            text=True, cwd=top, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=other.variables())
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == {"text": "Olá, Ana"}
    finally:
        other.remove()


def test_down_and_up_keep_the_data(home):
    passwords = home.status()
    home.run("down")
    assert home.status()["pids"] == {}
    assert "does not run" in home.run("status", status=1)[0]
    home.run("down")
    home.run("up")
    assert home.query("store", "select count(*) > 2000 from core.product") \
        == [(True,)]
    assert home.status()["admin"] == passwords["admin"]
