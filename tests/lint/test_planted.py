"""The bugs of campaign/planted.py can still be planted."""

import glob
import os
import re

import pytest

from campaign.planted import BUGS, edits
from kit.build import ROOT


@pytest.mark.parametrize("bug", BUGS, ids=[bug[0] for bug in BUGS])
def test_bug_can_be_planted(bug):
    suite, tests = bug[-2:]
    for path, old, new in edits(bug):
        with open(os.path.join(ROOT, path)) as file:
            assert file.read().count(old) == 1
        assert old != new
    names = "".join(
        open(name).read() + name
        for name in (*glob.glob(os.path.join(ROOT, "tests", suite, "*.py")),
                     *glob.glob(os.path.join(ROOT, "sql/*/tests/*.sql"))))
    for word in re.split(r" or | and ", tests):
        assert word in names, word
