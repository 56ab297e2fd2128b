"""A private Redis on a unix socket, gone when stopped."""

import os
import shutil
import signal
import subprocess
import tempfile

import redis

from . import wait


class Redis:
    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="commerce-redis-")
        os.chmod(self.directory, 0o755)
        self.socket = os.path.join(self.directory, "redis.sock")
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.socket,
             "--unixsocketperm", "777", "--save", "", "--appendonly", "no",
             "--dir", self.directory],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        wait.until(self._answers, 60, "Redis to answer")

    def _answers(self):
        try:
            return self.client().ping()
        except redis.ConnectionError:
            return False

    def client(self):
        return redis.Redis(unix_socket_path=self.socket)

    def pause(self):
        """Hangs: its socket takes connections, nobody answers."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def halt(self):
        self.resume()
        self.process.kill()
        self.process.wait(10)

    def stop(self):
        self.halt()
        shutil.rmtree(self.directory, ignore_errors=True)
