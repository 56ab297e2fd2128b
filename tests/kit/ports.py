"""A free TCP port that no other test process takes at the same time."""

import fcntl
import os
import random
import socket
import tempfile


class Port:
    """Holds a port by a locked file until released.

    The kernel's own choice (bind to 0) may be handed out twice between the
    look and the use; a lock file per port closes that gap for every test
    process of this machine.
    """

    directory = os.path.join(tempfile.gettempdir(), "commerce-test-ports")

    def __init__(self, low=20000, high=29999):
        os.makedirs(self.directory, mode=0o1777, exist_ok=True)
        while True:
            number = random.randint(low, high)
            path = os.path.join(self.directory, str(number))
            self.lock = open(path, "a")
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self.lock.close()
                continue
            if self._free(number):
                self.number = number
                return
            self.lock.close()

    @staticmethod
    def _free(number):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                return False
            return True

    def release(self):
        self.lock.close()
