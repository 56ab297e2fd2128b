"""Polling with a deadline: the tests never just sleep."""

import time


class Deadline(AssertionError):
    """What was waited for did not come."""


def until(condition, seconds=60, what=None, pause=0.01):
    """Returns the first true value of condition() or raises Deadline.

    A member that an answer does not have is one that has not come yet: a
    gateway that is not ready answers with a problem. Whatever else the
    condition raises ends the test.
    """
    end = time.monotonic() + seconds
    while True:
        missing = None
        try:
            value = condition()
        except LookupError as error:
            value, missing = None, error
        if value:
            return value
        if time.monotonic() > end:
            raise Deadline("waited %ss for %s"
                           % (seconds, what or condition)) from missing
        time.sleep(pause)


def promptly(seconds, trial, tries=5):
    """What the product promises in time, on a machine that is busy.

    trial() returns when what was promised has come, however late. A machine
    that has other things to do may be late now and then; a product that does
    not keep its promise is late each time.
    """
    took = []
    while not took or took[-1] > seconds:
        if len(took) == tries:
            raise Deadline("promised within %ss, took %s" % (
                seconds, ", ".join("%.2f" % one for one in took)))
        start = time.monotonic()
        trial()
        took.append(time.monotonic() - start)
