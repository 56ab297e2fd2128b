"""promtool, which says what Prometheus would say.

It comes with Debian's package `prometheus`, whose daemon and fonts nobody
needs here: so the package is fetched, and the one program taken out of it.
"""

import fcntl
import glob
import os
import shutil
import subprocess
import tempfile

from . import build


def path():
    """Where promtool is; fetched at the first call."""
    found = shutil.which("promtool")
    if found:
        return found
    target = os.path.join(build.OUTPUT, "promtool")
    os.makedirs(build.OUTPUT, exist_ok=True)
    with open(target + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(target):
            _fetch(target)
    return target


def _fetch(target):
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        if not _download(directory):
            sudo = [] if os.geteuid() == 0 else ["sudo"]
            build.run([*sudo, "apt-get", "update", "-qq"])
            assert _download(directory), "prometheus cannot be fetched"
        package, = glob.glob(os.path.join(directory, "prometheus_*.deb"))
        build.run(["dpkg-deb", "-x", package, directory + "/all"])
        os.replace(shutil.move(directory + "/all/usr/bin/promtool",
                               target + ".new"), target)


def _download(directory):
    return subprocess.run(["apt-get", "download", "-qq", "prometheus"],
                          cwd=directory, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


def run(*arguments, text=None, cwd=None):
    """(exit code, what it said)."""
    done = subprocess.run([path(), *arguments], input=text or "", text=True,
                          cwd=cwd, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120)
    return done.returncode, done.stdout
