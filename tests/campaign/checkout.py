"""`./commerce test checkout`: workers die at every step of a checkout.

    tests/run checkout [--seeds N] [--deliveries N] [-n WORKERS] [-k EXPR]

Runs process/test_checkout_races.py with so many seeds for each step, for each
random slaughter and for each failing provider, and with so many webhook
deliveries shuffled and repeated. After each the invariants of money, orders
and stock are asked (kit/payments.py, kit/audit.py). A seed says what happened:
`-k "step and 17-keeping"` repeats one.
"""

import argparse
import os
import time

from kit import runner


def main(arguments):
    parser = argparse.ArgumentParser(prog="tests/run checkout")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--deliveries", type=int, default=100000)
    parser.add_argument("-n", type=int, default=2, dest="workers")
    parser.add_argument("-k", default="checkout_races", dest="which")
    asked = parser.parse_args(arguments)

    os.environ["COMMERCE_TEST_SEEDS"] = str(asked.seeds)
    os.environ["COMMERCE_TEST_STEP_SEEDS"] = str(asked.seeds)
    os.environ["COMMERCE_TEST_DELIVERIES"] = str(asked.deliveries)

    begin = time.monotonic()
    passed, failed, _ = runner.product(
        "process", ["process"], [
            "-k", asked.which, "-n", str(asked.workers), "--dist", "load",
            "-o", "timeout=7200"], "normal")
    print("%d seeds, %d deliveries: %d passed, %d failed in %.0f s"
          % (asked.seeds, asked.deliveries, passed, failed,
             time.monotonic() - begin))
    return 1 if failed or not passed else 0
