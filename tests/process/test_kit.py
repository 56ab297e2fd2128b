"""The harness itself: its checks find what they look for.

With a plain nginx, so that a fault of the module is not in the way.
"""

import os
import signal

import pytest

from kit import wait
from kit.dribble import Dribble
from kit.nginx import Failed, Nginx
from kit.raw import Raw

CONF = """\
%s
worker_processes 2;
pid nginx.pid;
error_log error.log info;
events { worker_connections 64; }
http {
    access_log off;
    server { listen 127.0.0.1:%d; location / { return 200 "hello"; } }
}
"""


def conf(nginx):
    user = "user %s;" % nginx.user if nginx.user else ""
    return CONF % (user, nginx.port)


@pytest.fixture
def nginx():
    made = Nginx("none", conf)
    made.start()
    yield made
    if made.process.poll() is None:
        made.stop()


def test_serves_reloads_and_stops(nginx):
    with Raw(nginx.port) as raw:
        for _ in range(3):
            assert raw.get("/").body == b"hello"
    wait.until(lambda: len(nginx.workers()) == 2, 60, "workers with a name")
    assert nginx.fds() > 4
    assert nginx.memory() > 100000
    before = set(nginx.workers())
    nginx.reload(wait_for_old=True)
    assert not before & set(nginx.workers())
    nginx.stop()


@pytest.mark.parametrize("line", [
    "2026/01/01 00:00:00 [alert] 1#1: x", "[crit] 1#1: x", "[emerg] 1#1: x",
    "open socket #3 left in connection 2", "ERROR: AddressSanitizer: x",
    "a.c:1:1: runtime error: signed integer overflow"])
def test_a_bad_line_fails_the_stop(nginx, line):
    with open(nginx.log, "a") as log:
        log.write(line + "\n")
    with pytest.raises(Failed, match="not clean"):
        nginx.stop()


def test_a_report_of_a_sanitizer_fails_the_stop(nginx):
    nginx.write("sanitizer.123", "ERROR: LeakSanitizer: detected leaks")
    with pytest.raises(Failed, match="LeakSanitizer"):
        nginx.stop()


def test_a_killed_worker_fails_the_stop_unless_allowed(nginx):
    os.kill(nginx.workers()[0], signal.SIGKILL)
    wait.until(lambda: any("signal 9" in line for line in nginx.lines()))
    wait.until(lambda: len(nginx.workers()) == 2)
    with pytest.raises(Failed, match="signal 9"):
        nginx.assert_clean()
    nginx.allow.append("exited on signal 9")
    nginx.stop()


def test_a_master_that_is_gone_fails_the_stop(nginx):
    workers = nginx.workers()
    nginx.signal(signal.SIGKILL)
    nginx.process.wait(10)
    for orphan in workers:
        os.kill(orphan, signal.SIGKILL)
    with pytest.raises(Failed, match="was gone"):
        nginx.stop()


def test_bytes_arrive_one_by_one(nginx):
    with Dribble(nginx.port) as slow, Raw(slow.port) as raw:
        for _ in range(3):
            assert raw.get("/").body == b"hello"


def test_a_configuration_that_is_wrong(nginx):
    other = Nginx("none", lambda _: "nonsense on;")
    code, text = other.check()
    assert code != 0 and "nonsense" in text
    with pytest.raises(Failed, match="nonsense"):
        other.start()
    other._remove()
