"""sql/<database>/tests/*.sql, each in a fresh copy of its database.

A file is run by psql as the owner. It fails when psql does, or when a line of
its output (pgTAP) begins with "not ok" or says that the plan was not met.
"""

import glob
import os
import re
import subprocess

import pytest

from kit.build import ROOT

FILES = sorted(glob.glob(os.path.join(ROOT, "sql", "*", "tests", "**",
                                      "*.sql"), recursive=True))


@pytest.fixture(scope="module")
def pgtap(databases):
    """Called with a database: a fresh copy with pgTAP in it."""
    def copy(name):
        copies = databases.fresh()
        databases.cluster.query(
            copies[name], "create extension if not exists pgtap schema public")
        return copies[name]
    return copy


@pytest.mark.parametrize("path", FILES,
                         ids=[os.path.relpath(path, ROOT) for path in FILES])
def test_file(pgtap, cluster, path):
    name = os.path.relpath(path, ROOT).split(os.sep)[1]
    done = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
         "-d", cluster.dsn(pgtap(name), name + "_owner"), "-f", path],
        text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, cwd=os.path.dirname(path))
    assert done.returncode == 0, done.stdout[-6000:]
    wrong = re.findall(r"^(?:not ok|# Looks like|Bail out).*$", done.stdout,
                       re.M)
    assert not wrong, done.stdout[-6000:]
