"""Polling with a deadline: the tests never just sleep."""

import time


class Deadline(AssertionError):
    """What was waited for did not come."""


def until(condition, seconds=10, what=None, pause=0.01):
    """Returns the first true value of condition() or raises Deadline."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Deadline("waited %ss for %s" % (seconds, what or condition))
        time.sleep(pause)
