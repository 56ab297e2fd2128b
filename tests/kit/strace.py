"""The system calls of an nginx's workers, by strace."""

import glob
import re
import subprocess
import tempfile

from . import wait

CALL = re.compile(r"(\w+)\(")

# The clock is read without the kernel, where the machine can do that.
CLOCKS = {"clock_gettime", "gettimeofday", "time"}


class Strace:
    """`with Strace(nginx) as trace: ...`, then trace.turns(text)."""

    def __init__(self, nginx):
        self.nginx = nginx
        self.path = tempfile.mkdtemp(dir=nginx.prefix) + "/calls"

    def __enter__(self):
        workers = self.nginx.workers()
        self.process = subprocess.Popen(
            ["strace", "-qq", "-ff", "-s", "200", "-o", self.path,
             *["-p%d" % pid for pid in workers]],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        wait.until(lambda: all(map(self._traced, workers)), 60,
                   "strace to hold the workers")
        return self

    def __exit__(self, *error):
        self.process.terminate()
        said, _ = self.process.communicate(timeout=60)
        assert not said, said

    def _traced(self, pid):
        assert self.process.poll() is None, self.process.stdout.read()
        with open("/proc/%d/status" % pid) as file:
            return re.search(r"^TracerPid:\s+(\d+)", file.read(),
                             re.M).group(1) == str(self.process.pid)

    def turns(self, beginning):
        """What a worker called from the time that it read what begins so,
        until it waited again: one tuple of names each time."""
        found = []
        for path in glob.glob(self.path + ".*"):
            turn = None
            with open(path, errors="replace") as file:
                for line in file:
                    match = CALL.match(line)
                    name = match.group(1) if match else "signal"
                    if name.startswith("epoll_") and turn:
                        found.append(tuple(turn))
                        turn = None
                    elif turn and name not in CLOCKS:
                        turn.append(name)
                    elif ', "' + beginning in line:
                        turn = [name]
        return found
