"""`./commerce test lighthouse`: what Lighthouse says of the storefront.

    tests/run lighthouse [RUNS] [PATH...]

A shop of its own is brought up, and lighthouse/measure.mjs measures its pages
as a telephone sees them; what the storefront promises and does not hold makes
the exit code 1. Alone on the machine: what else runs is measured too.
"""

import json
import os
import shutil
import subprocess
import tempfile

from kit import build

HERE = os.path.join(build.ROOT, "tests", "lighthouse")


def main(words):
    top = tempfile.mkdtemp(prefix="commerce-lighthouse-")
    os.chmod(top, 0o755)
    environment = {**os.environ, "COMMERCE_HOME": os.path.join(top, "home"),
                   "COMMERCE_BUILD": os.path.join(build.OUTPUT, "commerce")}
    commerce = os.path.join(build.ROOT, "commerce")
    try:
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit",
                        "--no-fund", "--prefix", HERE], check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run([commerce, "up"], check=True, env=environment,
                       stdout=subprocess.DEVNULL)
        status = json.loads(subprocess.run(
            [commerce, "status", "--json"], env=environment, check=True,
            stdout=subprocess.PIPE).stdout)
        return subprocess.run(
            ["node", os.path.join(HERE, "measure.mjs"), *words],
            env={**os.environ, "COMMERCE_URL": status["url"]}).returncode
    finally:
        subprocess.run([commerce, "down"], env=environment,
                       stdout=subprocess.DEVNULL)
        shutil.rmtree(os.path.realpath(environment["COMMERCE_HOME"]),
                      ignore_errors=True)
        shutil.rmtree(top, ignore_errors=True)
