"""The demonstration's mailbox as a test's own, to be stopped and started."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile

from . import wait
from .build import ROOT
from .client import fetch
from .ports import Port


class Mailbox:
    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="commerce-mail-")
        self.ports = Port(), Port()
        self.smtp, self.http = (port.number for port in self.ports)
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(ROOT, "conf/cli/mailbox.py"),
             "--directory", self.directory, "--smtp", str(self.smtp),
             "--http", str(self.http)])
        wait.until(self._listens, 60, "the mailbox")

    def _listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.http), 1).close()
            return True
        except OSError:
            return False

    def halt(self):
        self.process.kill()
        self.process.wait()

    def mails(self, to=None):
        """Oldest first."""
        answer = fetch("http://127.0.0.1:%d/mails.json" % self.http)
        return [mail for mail in reversed(answer.json())
                if to in (None, mail["to"])]

    def page(self, path, **headers):
        return fetch("http://127.0.0.1:%d%s" % (self.http, path),
                     headers=headers)

    def stop(self):
        self.halt()
        for port in self.ports:
            port.release()
        shutil.rmtree(self.directory, ignore_errors=True)
