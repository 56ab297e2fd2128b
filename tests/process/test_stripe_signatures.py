"""Our check of Stripe's signatures beside Stripe's own library, on headers
that its own generator made and most of which were spoiled.
"""

import base64
import os
import shutil
import subprocess

import pytest

from kit import build

COUNT = int(os.environ.get("COMMERCE_TEST_HEADERS", "10000"))
NOW = 1763848800
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SCRIPTS = os.path.join(build.ROOT, "tests", "stripe")
HELPER = os.path.join(build.ROOT, "tests", "kit", "lab", "signature_check.c")


@pytest.fixture(scope="module")
def stripe():
    """Stripe's library, as the lock file names it, outside of the sources."""
    where = os.path.join(build.OUTPUT, "stripe")
    os.makedirs(where, exist_ok=True)
    lock = os.path.join(SCRIPTS, "package-lock.json")
    stamp = os.path.join(where, "stamp")
    value = build.digest([lock])
    for name in ("package.json", "package-lock.json", ".npmrc",
                 "headers.mjs"):
        shutil.copy(os.path.join(SCRIPTS, name), where)
    if not build.fresh(stamp, value):
        build.run(["npm", "ci", "--ignore-scripts"], cwd=where)
        build.settle(stamp, value)
    return where


def signed_at(header):
    """The time that Stripe's library reads from a header."""
    found = 0
    for item in header.split(","):
        name, _, value = item.partition("=")
        if name == "t":
            digits = value.strip().split("=")[0]
            number = ""
            for letter in digits:
                if not letter.isdigit():
                    break
                number += letter
            found = int(number or 0)
    return found


def test_agrees_with_stripe(stripe):
    lines = subprocess.run(
        ["node", "headers.mjs", str(COUNT), SECRET, str(NOW)], cwd=stripe,
        text=True, capture_output=True, check=True).stdout.splitlines()
    ours = subprocess.run(
        [build.unit(HELPER), SECRET, str(NOW)], input="\n".join(lines),
        text=True, capture_output=True, check=True).stdout.split()
    assert len(ours) == len(lines) == COUNT
    accepted = 0
    for line, own in zip(lines, ours):
        header, _, theirs = line.split()
        header = base64.b64decode(header).decode("latin-1")
        # the future, which Stripe's library accepts, is refused here
        if own == "L" and signed_at(header) > NOW + 300:
            continue
        assert own.replace("L", "0") == theirs, repr(header)
        accepted += own == "1"
    assert COUNT // 4 < accepted < COUNT
