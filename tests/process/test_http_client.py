"""io/http_client.c alone, in an nginx with a module made for that.

Whatever the other side does, the request ends in time with the right name
for what became of it, and the worker serves others meanwhile.
"""

import os
import shutil
import socket
import tempfile
import threading
import time

import httpx
import pytest

from kit import build, evil, wait
from kit.client import fetch
from kit.nginx import LSAN, Nginx

SOURCES = ["tests/kit/lab/http_probe.c", "ngx_commerce_module/io/http_client.c",
           "ngx_commerce_module/io/http_easy.c", "ngx_commerce_module/io/fd.c",
           "ngx_commerce_module/base/address.c"]

CONF = """%(user)s
worker_processes 1;
pid nginx.pid;
error_log error.log info;
load_module %(module)s;
worker_shutdown_timeout 5s;

events {
    worker_connections %(connections)d;
}

http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
%(http)s
    server {
        listen 127.0.0.1:%(port)d;
        location /probe { http_probe; }
        location /alive { return 200 alive; }
    }
}
"""


@pytest.fixture(scope="module")
def probe_module(module, sanitized, tmp_path_factory):
    """The probe with the client's own sources, built as the module is."""
    target = str(tmp_path_factory.mktemp("probe") / "ngx_http_probe_module.so")
    tree = os.path.dirname(os.path.dirname(module))
    includes = ["src/core", "src/event", "src/event/modules", "src/os/unix",
                "src/http", "src/http/modules", "src/http/v2", "objs"]
    flags = build.SANITIZE if sanitized else ["-g", "-O2"]
    build.run(["gcc", "-shared", "-fPIC", *flags, *build.WARNINGS,
               *["-I" + os.path.join(tree, name) for name in includes],
               "-iquote", os.path.join(build.ROOT, "ngx_commerce_module/io"),
               *[os.path.join(build.ROOT, path) for path in SOURCES],
               "-lcurl", "-o", target])
    return target


class Probe:
    def __init__(self, module, sanitized, http="", connections=128,
                 preload=None):
        def conf(nginx):
            return CONF % {"user": "user %s;" % nginx.user if nginx.user
                           else "", "module": module, "port": nginx.port,
                           "http": http, "connections": connections}
        self.nginx = Nginx(module, conf, sanitized)
        own = self.nginx.environment

        def environment(leaks=True):
            made = own(leaks)
            made["LSAN_OPTIONS"] = LSAN + os.path.join(
                build.ROOT, "tests/kit/lsan_probe.supp")
            made["LD_PRELOAD"] = " ".join(
                word for word in (made.get("LD_PRELOAD"), preload) if word)
            return made
        if sanitized or preload:
            self.nginx.environment = environment
        self.nginx.start()

    def ask(self, url, query="", timeout=20, **headers):
        """(status, code, length, retry_after, error, answer)."""
        headers = {"x-" + name: str(value)
                   for name, value in headers.items()}
        response = fetch("%s/probe%s" % (self.nginx.url, query),
                         headers={"x-url": url, **headers},
                         timeout=timeout)
        assert response.status_code == 200, response.text
        line, answer = response.content.split(b"\n", 1)
        status, code, length, after, error = line.decode().split("|", 4)
        return status, int(code), int(length), int(after), error, answer

    def alive(self):
        """Answered long before what hangs is over."""
        begin = time.monotonic()
        assert fetch(self.nginx.url + "/alive").text == "alive"
        return time.monotonic() - begin < 5


@pytest.fixture(scope="module")
def probe(probe_module, sanitized):
    made = Probe(probe_module, sanitized,
                 "    http_probe_allow 127.0.0.1 localhost;\n")
    yield made
    made.nginx.stop()


@pytest.fixture
def server():
    """Makes servers that end with the test."""
    made = []

    def make(serve, **options):
        made.append(evil.Evil(serve, **options))
        return made[-1]
    yield make
    for one in made:
        one.close()


def url(server, scheme="http", host="127.0.0.1"):
    return "%s://%s:%d/path" % (scheme, host, server.port)


def test_answers(probe, server):
    at = server(lambda c, _: c.sendall(evil.answer(
        b"hello", "429 Slow down", ["Retry-After: 7"])))
    status, code, _, after, _, answer = probe.ask(
        url(at), method="POST", body="a=1", header="Idempotency-Key: k1")
    assert (status, code, after, answer) == ("answered", 429, 7, b"hello")
    request = at.requests[0].decode()
    assert request.startswith("POST /path HTTP/1.1\r\n")
    assert request.endswith("\r\n\r\na=1")
    assert "Idempotency-Key: k1\r\n" in request
    assert "Expect" not in request


def test_methods(probe, server):
    at = server(lambda c, _: c.sendall(evil.answer(b"{}")))
    for method in ("GET", "DELETE", "PATCH"):
        assert probe.ask(url(at), method=method)[0] == "answered"
        assert at.requests[-1].startswith(method.encode() + b" /path")


def test_answer_in_pieces(probe, server):
    """Chunked, a byte at a time."""
    def dribble(connection, _):
        text = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n")
        for i in range(len(text)):
            connection.sendall(text[i:i + 1])
    assert probe.ask(url(server(dribble)))[5] == b"helloyou"


def test_connections_are_kept(probe, server):
    def serve(connection, request):
        while request:
            connection.sendall(evil.answer(b"x"))
            request = evil.Evil.head(connection)
    at = server(serve)
    for _ in range(5):
        assert probe.ask(url(at))[0] == "answered"
    assert at.connections == 1


def test_kept_connection_that_died(probe, server):
    """Closed by the server meanwhile: a new one, and nothing is lost."""
    at = server(lambda c, _: c.sendall(evil.answer(b"x")))
    for _ in range(5):
        assert probe.ask(url(at))[0] == "answered"
    assert at.connections == 5


def test_slow(probe, server):
    """A byte now and then: the whole has its time, not each byte."""
    at = server(lambda c, _: None)

    def slow(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        while not at.closing.wait(0.1):
            connection.sendall(b"x")
    at.serve = slow

    def ask():
        assert ask_with_timeout(probe, url(at), 500) == "unknown"
    wait.promptly(2.5, ask)


def ask_with_timeout(probe, where, ms):
    response = fetch(probe.nginx.url + "/probe", timeout=20, headers={
        "x-url": where, "x-timeout": str(ms)})
    return response.text.split("|")[0]


def test_hung(probe, server):
    at = server(lambda c, _: at.wait(10))
    answers = []
    asking = threading.Thread(target=lambda: answers.append(
        ask_with_timeout(probe, url(at), 700)))
    asking.start()
    wait.until(lambda: at.requests, 60)
    assert probe.alive()
    asking.join(30)
    assert answers == ["unknown"]


def test_nobody_listens(probe):
    with socket.socket() as deaf:       # has the port, and does not listen
        deaf.bind(("127.0.0.1", 0))
        status, _, _, _, error, _ = probe.ask(
            "http://127.0.0.1:%d/" % deaf.getsockname()[1])
    assert status == "not_sent"
    assert error


def test_full_backlog(probe):
    """SYNs are dropped: the connect timeout ends it."""
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    crowd = [socket.socket() for _ in range(4)]
    for one in crowd:
        one.setblocking(False)
        one.connect_ex(full.getsockname())

    def ask():
        begin = time.monotonic()
        status = probe.ask("http://127.0.0.1:%d/" % full.getsockname()[1])[0]
        assert status == "not_sent"
        assert time.monotonic() - begin > 0.5
    wait.promptly(2.9, ask)
    for one in [*crowd, full]:
        one.close()


def test_reset(probe, server):
    """Before an answer, and in the middle of one."""
    status = probe.ask(url(server(lambda c, _: evil.reset(c))))[0]
    assert status == "unknown"

    def middle(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab")
        evil.reset(connection)
    assert probe.ask(url(server(middle)))[0] == "unknown"


def test_cut_short(probe, server):
    def serve(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab")
    assert probe.ask(url(server(serve)))[0] == "unknown"


def test_no_http(probe, server):
    at = server(lambda c, _: c.sendall(b"220 mail.example ESMTP\r\n"))
    assert probe.ask(url(at))[0] == "unknown"


@pytest.mark.parametrize("declared", [True, False])
def test_huge(probe, server, declared):
    """More than `max`: refused as soon as that is known."""
    sent = []

    def serve(connection, _):
        head = b"HTTP/1.1 200 OK\r\n"
        if declared:
            head += b"Content-Length: 1000000000\r\n"
        connection.sendall(head + b"\r\n")
        while not at.closing.is_set():
            connection.sendall(b"x" * 65536)
            sent.append(1)
    at = server(serve)
    status, _, _, _, error, _ = probe.ask(url(at))
    assert (status, error) == ("unknown", "the answer is too large")
    assert len(sent) < 200


def test_endless_headers(probe, server):
    def serve(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not at.closing.is_set():
            connection.sendall(b"X-More: " + b"x" * 8000 + b"\r\n")
    at = server(serve)
    assert probe.ask(url(at))[0] == "unknown"
    assert probe.alive()


def test_redirects_are_answers(probe, server):
    inside = server(lambda c, _: c.sendall(evil.answer(b"secret")))
    at = server(lambda c, _: c.sendall(evil.answer(
        b"", "302 Found", ["Location: " + url(inside)])))
    status, code, *_ = probe.ask(url(at))
    assert (status, code) == ("answered", 302)
    assert not inside.connections


def test_many_at_once(probe, server):
    """No more than 8 at a time; the ninth is told so."""
    release = threading.Event()
    at = server(lambda c, _: (release.wait(20),
                              c.sendall(evil.answer(b"x"))))
    answers = []

    def ask():
        answers.append(probe.ask(url(at))[0])
    threads = [threading.Thread(target=ask) for _ in range(20)]
    for one in threads:
        one.start()
    assert probe.alive()
    wait.until(lambda: "not_sent" in answers, 60, "the ninth to be told")
    release.set()
    for one in threads:
        one.join()
    assert sorted(set(answers)) == ["answered", "not_sent"]
    assert answers.count("answered") >= 8


def test_forgotten(probe, server):
    at = server(lambda c, _: at.wait(5))
    assert probe.ask(url(at), forget=100)[0] == "forgotten"
    assert probe.alive()


def test_no_descriptor_is_left(probe, server):
    at = server(lambda c, _: c.sendall(evil.answer(b"x")))
    probe.ask(url(at))
    before = probe.nginx.fds()
    for _ in range(30):
        probe.ask(url(at))
    wait.until(lambda: probe.nginx.fds() <= before, 60)


# --- who may be spoken to ------------------------------------------------

@pytest.fixture(scope="module")
def guarded(probe_module, sanitized):
    """Nobody is allowed in the private network."""
    made = Probe(probe_module, sanitized)
    yield made
    made.nginx.stop()


@pytest.mark.parametrize("where", [
    "https://127.0.0.1/", "https://localhost/", "https://[::1]/",
    "https://10.0.0.1/", "https://192.168.1.1/", "https://169.254.169.254/",
    "https://[::ffff:127.0.0.1]/", "https://0x7f.1/", "https://2130706433/",
    "https://0/", "https://127.1/"])
def test_private_addresses(guarded, where):
    status, _, _, _, error, _ = guarded.ask(where)
    assert (status, error) == ("refused", "the address is not public")


@pytest.mark.parametrize("where", [
    "http://example.com/", "https://example.com:8443/", "ftp://example.com/",
    "file:///etc/passwd", "gopher://127.0.0.1:70/", "smtp://127.0.0.1:2525",
    "https://user:secret@example.com/", "https://", "nonsense", "//x/",
    "https://exa mple.com/"])
def test_other_ways(guarded, where):
    assert guarded.ask(where)[0] == "refused"


def test_port_of_an_allowed_host(probe_module, sanitized, server):
    """host:port is allowed there, and nowhere else."""
    at = server(lambda c, _: c.sendall(evil.answer(b"x")))
    other = server(lambda c, _: c.sendall(evil.answer(b"x")))
    made = Probe(probe_module, sanitized,
                 "    http_probe_allow 127.0.0.1:%d;\n" % at.port)
    try:
        assert made.ask(url(at))[0] == "answered"
        assert made.ask(url(other))[0] == "refused"
        assert not other.connections
    finally:
        made.nginx.stop()


def test_line_breaks_in_headers(probe, server):
    at = server(lambda c, _: c.sendall(evil.answer(b"x")))
    status, _, _, _, error, _ = probe.ask(
        url(at), query="?123", header="a: b, X-Evil: 1")
    assert status == "refused"
    assert "control characters" in error
    assert not at.connections


# --- TLS -----------------------------------------------------------------

@pytest.fixture(scope="module")
def certificates():
    """In a place that workers may read."""
    where = tempfile.mkdtemp(prefix="commerce-tls-")
    os.chmod(where, 0o755)
    made = {"good": evil.certificate(where, "localhost"),
            "wrong": evil.certificate(where, "example.com"),
            "expired": evil.certificate(where, "127.0.0.1", days=-1)}
    with open(where + "/ca.pem", "w") as ca:
        for name in ("good", "expired"):
            with open(made[name][0]) as file:
                ca.write(file.read())
    yield {**made, "ca": where + "/ca.pem"}
    shutil.rmtree(where)


@pytest.fixture(scope="module")
def secure(probe_module, sanitized, certificates):
    made = Probe(probe_module, sanitized,
                 "    http_probe_allow localhost 127.0.0.1;\n"
                 "    http_probe_ca %s;\n" % certificates["ca"])
    yield made
    made.nginx.stop()


def test_tls(secure, server, certificates):
    at = server(lambda c, _: c.sendall(evil.answer(b"secret")),
                tls=certificates["good"])
    assert secure.ask(url(at, "https", "localhost"))[5] == b"secret"


@pytest.mark.parametrize("which, host", [
    ("good", "127.0.0.1"), ("wrong", "localhost"), ("expired", "127.0.0.1")])
def test_bad_certificates(secure, server, certificates, which, host):
    """Another name, another authority, out of date: nothing is sent."""
    at = server(lambda c, _: c.sendall(evil.answer(b"secret")),
                tls=certificates[which])
    assert secure.ask(url(at, "https", host))[0] == "refused"
    assert not at.requests


def test_no_tls(secure, server):
    def serve(connection, _):
        connection.sendall(b"HTTP/1.1 400 Plain\r\n\r\n")
    at = server(serve)
    at.head = lambda connection: connection.recv(100)
    assert secure.ask(url(at, "https", "localhost"))[0] == "not_sent"


# --- names ---------------------------------------------------------------

RESOLVER = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

int
getaddrinfo(const char *node, const char *service,
    const struct addrinfo *hints, struct addrinfo **res)
{
    int (*own)(const char *, const char *, const struct addrinfo *,
               struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");

    if (node != NULL && strcmp(node, "hangs.test") == 0) {
        sleep(8);
        return EAI_AGAIN;
    }

    if (node != NULL && strcmp(node, "inside.test") == 0) {
        node = "127.0.0.1";
    }

    return own(node, service, hints, res);
}
"""


@pytest.fixture(scope="module")
def resolving(probe_module, sanitized, tmp_path_factory):
    """A resolver that hangs for one name and lies about another."""
    where = tmp_path_factory.mktemp("resolver")
    (where / "r.c").write_text(RESOLVER)
    build.run(["gcc", "-shared", "-fPIC", str(where / "r.c"), "-ldl", "-o",
               str(where / "r.so")])
    made = Probe(probe_module, sanitized, preload=str(where / "r.so"))
    yield made
    made.nginx.stop()


def test_resolver_hangs(resolving):
    """The worker serves, the request ends in time, and so does the worker."""
    answers = []
    begin = time.monotonic()
    asking = threading.Thread(target=lambda: answers.append(
        ask_with_timeout(resolving, "https://hangs.test/", 600)))
    asking.start()
    assert resolving.alive()
    asking.join(30)
    assert answers == ["not_sent"]
    assert resolving.alive()
    assert time.monotonic() - begin < 7


def test_name_leads_inside(resolving):
    status, _, _, _, error, _ = resolving.ask("https://inside.test/")
    assert (status, error) == ("refused", "the address is not public")


# --- the worker ----------------------------------------------------------

def test_reload_waits_for_a_request(probe, server):
    """An old worker ends after the answer, not before."""
    release = threading.Event()

    def serve(connection, _):
        release.wait(30)
        connection.sendall(evil.answer(b"late"))
    at = server(serve)
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(probe.ask(url(at))[5]))
    asking.start()
    wait.until(lambda: at.requests, 60)
    probe.nginx.reload()
    release.set()
    asking.join(30)
    assert answers == [b"late"]


def test_no_connection_is_free(probe_module, sanitized, server):
    """Without a slot of nginx's the request runs out of time, no more."""
    at = server(lambda c, _: (at.wait(1), c.sendall(evil.answer(b"x"))))
    made = Probe(probe_module, sanitized,
                 "    http_probe_allow 127.0.0.1;\n", connections=6)
    made.nginx.allow += [r"worker_connections are not enough"]
    try:
        answers = []

        def ask():
            try:
                answers.append(ask_with_timeout(made, url(at), 1500))
            except httpx.TransportError:
                answers.append("refused")
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert len(answers) == 4
        wait.until(lambda: ask_with_timeout(made, url(at), 2500)
                   == "answered", 60)
    finally:
        made.nginx.stop()


# --- mail ----------------------------------------------------------------

def test_mail(probe):
    box = evil.Mailbox()
    try:
        status, code, *_ = probe.ask("smtp://127.0.0.1:%d" % box.port,
                                     mail="ana@example.com",
                                     body="Subject: x")
        assert (status, code) == ("answered", 250)
        assert box.mails[0][1].startswith(b"Subject: x")
        assert any(b"<ana@example.com>" in line for line in box.mails[0][0])
        status, code, *_ = probe.ask("smtp://127.0.0.1:%d" % box.port,
                                     mail="no@example.com", body="x")
        assert (status, code) == ("answered", 550)
        assert len(box.mails) == 1
    finally:
        box.close()


def test_worker_ends_while_a_request_hangs(probe_module, sanitized, server):
    """SIGQUIT: worker_shutdown_timeout ends what the timeout does not."""
    at = server(lambda c, _: at.wait(30))
    made = Probe(probe_module, sanitized,
                 "    http_probe_allow 127.0.0.1;\n")
    asking = threading.Thread(target=lambda: ignore(
        lambda: ask_with_timeout(made, url(at), 60000)))
    asking.start()
    wait.until(lambda: at.requests, 60)
    begin = time.monotonic()
    made.nginx.stop()
    assert time.monotonic() - begin < 30
    asking.join(30)


def ignore(function):
    try:
        function()
    except httpx.TransportError:
        pass
