"""An nginx of a test's own, with the module, checked when it stops."""

import glob
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from . import wait
from .build import ROOT
from .ports import Port

FORBIDDEN = re.compile(r"\[(?:alert|emerg|crit)\]|open socket|Sanitizer"
                       r"|runtime error:")

# Thread-local storage of a library that is loaded with the module lies in
# blocks of the heap. LeakSanitizer guesses their beginning from the address
# (glibc does not tell), and dies of a wild one when a block happens to lie at
# a page's sixteenth byte; so it is told not to look for pointers there.
LSAN = "print_suppressions=0:use_tls=0:suppressions="


class Failed(AssertionError):
    """nginx did not start, or left something behind."""


class Nginx:
    """Starts with the text of a configuration, in a prefix of its own.

    conf is a function that gets this object and returns the text; start() is
    called by the owner. stop() ends it with SIGQUIT and raises Failed unless
    the exit code is 0 and the log holds no alert, no sanitizer's report and
    no socket left open. allow is a list of patterns for lines of the log that
    the test itself provoked.
    """

    def __init__(self, module, conf, sanitized=False):
        self.prefix = tempfile.mkdtemp(prefix="commerce-nginx-")
        os.chmod(self.prefix, 0o755)
        self.module = module
        self.sanitized = sanitized
        self.user = "www-data" if os.geteuid() == 0 else None
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(self.prefix, entry.pw_uid, entry.pw_gid)
        self.port_lock = Port()
        self.port = self.port_lock.number
        self.url = "http://127.0.0.1:%d" % self.port
        self.log = os.path.join(self.prefix, "error.log")
        self.conf = conf
        self.allow = []
        self.process = None

    def path(self, name):
        return os.path.join(self.prefix, name)

    def write(self, name, text, mode=0o644):
        with open(self.path(name), "w") as file:
            file.write(text)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def _command(self, *arguments, log=None):
        self.write("nginx.conf", self.conf(self))
        return ["nginx", "-p", self.prefix, "-e", log or self.log, "-c",
                self.path("nginx.conf"), *arguments]

    def environment(self, leaks=True):
        """nginx -t frees nothing when it refuses: no leaks are looked for."""
        environment = dict(os.environ)
        if self.sanitized:
            libasan = subprocess.run(
                ["gcc", "-print-file-name=libasan.so"], text=True,
                capture_output=True, check=True).stdout.strip()
            environment.update({
                "LD_PRELOAD": os.path.realpath(libasan),
                "ASAN_OPTIONS": "detect_leaks=%d:exitcode=66:log_path=%s"
                                % (leaks, self.path("sanitizer")),
                "UBSAN_OPTIONS": "print_stacktrace=1:log_path="
                                 + self.path("sanitizer"),
                "LSAN_OPTIONS": LSAN + os.path.join(ROOT, "tests", "kit",
                                                    "lsan.supp"),
            })
        return environment

    def check(self):
        """nginx -t: (exit code, what it said); the log hears nothing."""
        done = subprocess.run(
            self._command("-t", log=self.path("check.log")), text=True,
            errors="replace", stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=self.environment(leaks=False), timeout=60)
        return done.returncode, done.stdout

    def start(self):
        self.launch()
        wait.until(self._answers, 60, "nginx to answer")
        wait.until(self.workers, 60, "workers with a name")

    def launch(self):
        """Without waiting until it answers."""
        with open(self.path("output"), "w") as output:
            self.process = subprocess.Popen(
                self._command("-g", "daemon off;"), stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, env=self.environment(),
                start_new_session=True)

    def _answers(self):
        if self.process.poll() is not None:
            with open(self.path("output")) as output:
                raise Failed("nginx ended with %d\n%s\n%s" % (
                    self.process.returncode, output.read(), self.tail()))
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def tail(self, size=4000):
        try:
            with open(self.log, errors="replace") as file:
                return file.read()[-size:]
        except OSError:
            return ""

    def workers(self):
        """Process ids of the master's workers, dying ones too."""
        return [pid for pid in children(self.process.pid)
                if "worker process" in title(pid)]

    def serving(self):
        """Workers that still accept."""
        return [pid for pid in self.workers()
                if "shutting down" not in title(pid)]

    def fds(self):
        """Open file descriptors of all workers."""
        total = 0
        for pid in self.workers():
            try:
                total += len(os.listdir("/proc/%d/fd" % pid))
            except OSError:
                pass
        return total

    def memory(self):
        """PSS of all workers in bytes, but for files: how many share those,
        libraries above all, others have a say in who begin and end meanwhile.
        """
        total = 0
        for pid in self.workers():
            with open("/proc/%d/smaps_rollup" % pid) as file:
                found = dict(re.findall(r"^(Pss\w*):\s+(\d+) kB", file.read(),
                                        re.M))
            total += (int(found["Pss"]) - int(found.get("Pss_File", 0))) * 1024
        return total

    def signal(self, number):
        self.process.send_signal(number)

    def reload(self, wait_for_old=False):
        """SIGHUP; returns when new workers stand (and the old are gone)."""
        before = set(self.workers())
        self.write("nginx.conf", self.conf(self))
        self.signal(signal.SIGHUP)
        wait.until(lambda: set(self.serving()) - before, 60, "new workers")
        if wait_for_old:
            wait.until(lambda: not before & set(self.workers()), 60,
                       "old workers to end")

    def stop(self):
        """SIGQUIT, then the checks; always removes the prefix."""
        try:
            self.halt()
            self.assert_clean()
        finally:
            self._remove()

    def halt(self):
        """SIGQUIT and the exit code; may be launched again."""
        if self.process.poll() is not None:
            raise Failed("nginx was gone (%d)\n%s"
                         % (self.process.returncode, self.tail()))
        self.signal(signal.SIGQUIT)
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            raise Failed("nginx does not stop\n" + self.tail()) from None
        if code != 0:
            raise Failed("\n".join(["nginx ended with %d" % code, self.tail(),
                                    *self.reports()]))

    def reports(self):
        """What sanitizers wrote, from the beginning of each report."""
        found = []
        for path in glob.glob(self.path("sanitizer*")):
            with open(path, errors="replace") as file:
                found.append(file.read()[:8000])
        return found

    def assert_clean(self):
        found = [line for line in self.lines() if FORBIDDEN.search(line)
                 and not any(re.search(p, line) for p in self.allow)]
        found += self.reports()
        if found:
            raise Failed("the log is not clean:\n" + "\n".join(found[:40]))

    def lines(self):
        with open(self.log, errors="replace") as file:
            return file.read().splitlines()

    def _remove(self):
        if self.process.poll() is None:
            for pid in [*self.workers(), self.process.pid]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
            self.process.wait(10)
        self.port_lock.release()
        if not os.environ.get("COMMERCE_TEST_KEEP"):
            shutil.rmtree(self.prefix, ignore_errors=True)


def title(pid):
    try:
        with open("/proc/%d/cmdline" % pid) as file:
            return file.read().replace("\0", " ")
    except OSError:
        return ""


def children(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []
