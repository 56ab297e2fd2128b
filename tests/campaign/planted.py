"""`./commerce test planted`: would the tests notice?

    tests/run planted [-k WORD] [--list] [-v]

Each row of BUGS is a mistake that somebody could make in the code of orders,
money and kept answers. It is made in a copy of the tree, the tests named with it are run
there, and they have to fail; that they pass without any bug is looked at
first. The exit code is 1 when one is not caught.

A file that PostgreSQL or the compiler refuses is no bug that was caught: then
the row is wrong, and the campaign says so.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from kit import build

STORE = "sql/store/"
SKIPPED = shutil.ignore_patterns("var", ".git", "build", "node_modules",
                                 "frontend", "__pycache__")

CHECKOUT = ("process", "killed_at_a_step or fifty_times or every_client")

# (name, file, what stands there, what is planted, suite, tests by pytest's -k);
# the three in the middle again for what only several mistakes together are.
BUGS = [
    ("stock of a canceled order is given back twice",
     STORE + "core/order_move.sql",
     "        perform core.order_release(o.id);\n",
     "        perform core.order_release(o.id);\n"
     "        perform core.order_release(o.id);\n",
     "sql", "cancel_by_many"),
    ("two who cancel an order do not wait for each other",
     STORE + "core/order_take.sql",
     "'sub')::uuid)\n    for no key update;\n", "'sub')::uuid)\n    ;\n",
     "sql", "cancel_by_many or ship_against_cancel"),
    ("stock is taken without looking how much there is",
     STORE + "core/orders_reserve.sql",
     "              and s.on_hand - s.reserved >= w.delta\n", "",
     "sql", "share_out_the_last_ones or random_groups"),
    ("the answer to a key is not kept with the order",
     STORE + "core/orders_place.sql",
     "        from reply r\n    )\n", "        from reply r where false\n    )\n",
     *CHECKOUT),
    ("an order tells nobody that it was made",
     STORE + "core/orders_place.sql",
     "a.items, ']}')\n        from answer a where a.problem is null\n",
     "a.items, ']}')\n        from answer a where a.ordinal > 1\n",
     *CHECKOUT),
    ("a checkout leaves no job that looks after its payment",
     STORE + "api/payments/checkout_begin.sql",
     "            perform core.payment_later(p.id, '40 seconds');\n",
     "            null;\n",
     *CHECKOUT),
    ("a payment is taken by two at once",
     STORE + "core/payments.sql",
     "    return found;\n", "    return true;\n",
     *CHECKOUT),
    ("the provider gets another key each time it is asked",
     "ngx_commerce_module/domain/payments_stripe.c",
     "? talk->refund_id : talk->payment_id, what);",
     "? talk->refund_id : ngx_commerce_flow_uuid(f), what);",
     *CHECKOUT),
    ("what was seen last counts, not what is furthest",
     STORE + "core/payments.sql",
     "    forward   boolean := core.payment_rank(seen ->> 'status')\n"
     "                         > core.payment_rank(p.status);\n",
     "    forward   boolean := true;\n",
     "process", "shuffled"),
    ("money that went back is forgotten by an older event",
     STORE + "core/payments.sql",
     "    returned  bigint := greatest(p.refunded,\n",
     "    returned  bigint := greatest(0,\n",
     "process", "shuffled"),
    ("an event that was seen is not known again",
     STORE + "api/payments/payment_webhook.sql",
     "                     and v.event_id = e ->> 'id')\n",
     "                     and v.event_id = 'x' || (e ->> 'id'))\n",
     "process", "shuffled"),
    ("nobody compares what was paid with what was to be paid",
     STORE + "core/payments.sql",
     "        when (seen ->> 'amount')::bigint <> p.amount\n",
     "        when false and (seen ->> 'amount')::bigint <> p.amount\n",
     "api", "wrong_money"),
    ("an order that was paid already is paid once more",
     STORE + "core/payments.sql",
     "    if others > 0 and others + p.captured > o.total -",
     "    if others > o.total and p.captured > o.total -",
     "api", "paid_twice"),
    ("money for a canceled order is kept",
     STORE + "core/payments.sql",
     "        perform core.payment_later(p.id);\n        return;\n",
     "        return;\n",
     "api", "for_a_canceled_order"),
    ("more is given back than was taken",
     STORE + "api/payments/refund_begin.sql",
     "    if r.amount > least(parts, there)\n",
     "    if r.amount > least(parts, there + 99999)\n",
     "api", "partial_refunds"),
    ("credit of a canceled order is kept",
     STORE + "core/payments.sql",
     "    select core.order_credit_back(payment_order_canceled.order_id);\n",
     "",
     "api", "gives_its_credit_back_once"),
    ("credit is given back twice",
     STORE + "core/credit.sql",
     "              and q.provider = 'credit' and q.captured > q.promised\n",
     "              and q.provider = 'credit'\n",
     STORE + "core/refunds.sql",
     "    r.amount := p.captured - p.promised;\n"
     "    r.reason := 'order canceled';\n",
     "    r.amount := p.captured;\n"
     "    r.reason := 'order canceled';\n",
     STORE + "migrations/0080_payments.sql",
     "    check (refunded between 0 and promised),\n"
     "    check (promised <= captured)\n",
     "    check (refunded between 0 and promised)\n",
     "process", "canceled_and_refunded_at_once"),
    ("nobody pays for what is added to a paid order",
     STORE + "core/order_edit.sql",
     "                         then greatest(0, o.total - was.total) else 0 end;"
     "\n",
     "                         then 0 else 0 end;\n",
     "process", "a_payment_of_before_arrives"),
    ("what a late payment brings too much is kept",
     STORE + "core/payments.sql",
     "        where d.surplus > 0;\n", "        where false;\n",
     "process", "a_payment_of_before_arrives"),
    ("what is taken out of an order stays held",
     STORE + "core/order_edit.sql",
     "        perform core.holds_release(core.lines_drop(o.id, fewer));\n",
     "        perform core.lines_drop(o.id, fewer);\n",
     "process", "two_who_edit"),
    ("more of a line leaves than was ordered",
     STORE + "core/lines_check.sql",
     "        when 'ship' then i.quantity - i.shipped - i.canceled - i.short\n",
     "        when 'ship' then i.quantity\n",
     "process", "two_fulfilments_of_the_same"),
    ("an order moves from where it does not stand",
     STORE + "core/order_move.sql",
     "    where m.from_status = o.status and m.asked\n",
     "    where m.asked\n",
     "process", "cancel_racing_a_shipment"),
    ("a parcel arrives that came back",
     STORE + "api/orders/deliver_fulfilment.sql",
     "    if f.status <> 'shipped' then\n", "    if false then\n",
     "process", "deliver_racing_a_cancel"),
    ("what is promised to go back may be promised again",
     STORE + "core/refunds.sql",
     "    select coalesce(sum(p.captured - p.promised), 0)::bigint\n",
     "    select coalesce(sum(p.captured), 0)::bigint\n",
     "process", "two_refunds_at_once"),
    ("what was refunded is exchanged too",
     STORE + "api/orders/exchange_return.sql",
     "    perform core.refund_lines(o.id, core.return_lines(t));\n", "",
     "process", "refund_racing_a_return"),
    ("a unit is asked back twice",
     STORE + "core/lines_check.sql",
     "        when 'return' then i.delivered - i.returned\n",
     "        when 'return' then i.delivered\n",
     "process", "two_returns_of_the_same"),
    ("a return is received again",
     STORE + "api/orders/receive_return.sql",
     "                          '{requested,approved}');\n",
     "                          '{requested,approved,received}');\n",
     "process", "received_twice"),
    ("units are given up twice",
     STORE + "core/lines_check.sql",
     "        when 'open' then i.quantity - i.shipped - i.canceled\n",
     "        when 'open' then i.quantity - i.shipped\n",
     "process", "give_up_the_same_units"),
    ("stock of what is given up stays held",
     STORE + "core/order_reduce.sql",
     "    perform core.holds_release(parts);\n", "",
     "process", "given_up_while_they_are_shipped"),
    ("the last decision about a payment stands",
     STORE + "api/payments/payment_want.sql",
     "    if p.review or coalesce(p.wanted, payment_want.want)"
     " <> payment_want.want\n",
     "    if p.review\n",
     "process", "capture_racing_a_cancel"),
    ("money of a canceled order stays where it is",
     STORE + "core/payments.sql",
     "        when p.captured > p.promised and o.status = 'canceled'"
     " then 'refund'\n", "",
     "api", "for_a_canceled_order"),
    ("who waits for goods while his order is changed is forgotten",
     STORE + "core/backorders.sql",
     "    where core.stock_waits(v);\n", "    where false;\n",
     "process", "while_an_order_that_waits"),
    ("who asks for goods while they come in is never told",
     STORE + "api/wishes/ask_stock_notice.sql",
     "    perform core.stock_notices_later(array[variant]);\n", "",
     "api", "come_in_while_somebody_asks"),
    ("credit is looked at before the lock only",
     STORE + "core/credit.sql",
     "    if exists (select from unnest(carts) c\n",
     "    if false and exists (select from unnest(carts) c\n",
     "api", "200_checkouts"),
    ("a refund that failed stays promised",
     STORE + "core/refunds.sql",
     "        set promised = greatest(p.refunded, p.promised - r.amount),\n",
     "        set promised = greatest(p.refunded, p.promised),\n",
     "api", "refund_fails"),
    ("an order expires while somebody pays for it",
     STORE + "core/order_may_expire.sql",
     "    select not exists (", "    select true or not exists (",
     "api", "being_paid_does_not_expire"),
    ("a coupon's limit is looked at before the lock only",
     STORE + "core/orders_offers.sql",
     "              and (u.used > p.total_limit\n",
     "              and (false\n",
     "sql", "coupon_in_two_groups and total"),
    ("a customer's limit of a coupon is looked at before the lock only",
     STORE + "core/orders_offers.sql",
     "                      > p.customer_limit))\n",
     "                      > p.customer_limit + 99))\n",
     "sql", "coupon_in_two_groups and customer"),
    ("the relay goes on behind the time of what it sent last",
     STORE + "api/jobs/outbox_relay.sql",
     "from core.outbox_waiting w\n                    order by",
     "from core.outbox_waiting w\n                    where w.created_at >"
     " coalesce((select max(d.created_at) from core.webhook_delivery d),"
     " '-infinity')\n                    order by",
     "sql", "outbox_relay"),
    ("the server's clock is not compared with a signature's",
     "ngx_commerce_module/base/signature.c",
     "    if (t < now - NGX_COMMERCE_SIGNATURE_TOLERANCE\n",
     "    if (t < 0\n",
     "api", "signatures"),
    ("a kept answer is not held against the generations",
     "ngx_commerce_module/base/shmcache.c",
     "    for (i = 0; i < e->ntags && i < NGX_COMMERCE_SHMCACHE_TAGS; i++) {\n",
     "    for (i = e->ntags; i < e->ntags; i++) {\n",
     "process", "overtaken_by_a_commit"),
]


class Tree:
    """A copy of the checkout, with a module of its own when it needs one."""

    def __init__(self):
        self.top = tempfile.mkdtemp(prefix="commerce-planted-")
        os.chmod(self.top, 0o755)
        self.root = os.path.join(self.top, "tree")
        shutil.copytree(build.ROOT, self.root, ignore=SKIPPED, symlinks=True)

    def plant(self, path, old, new):
        """Returns what takes it out again."""
        path = os.path.join(self.root, path)
        with open(path) as file:
            text = file.read()
        assert text.count(old) == 1, "%s has %d times:\n%s" % (
            path, text.count(old), old)
        with open(path, "w") as file:
            file.write(text.replace(old, new))

        def uproot():
            with open(path, "w") as file:
                file.write(text)
        return uproot

    def run(self, suite, tests):
        """(failed tests, output) of the suite in the copy."""
        done = subprocess.run(
            [sys.executable, os.path.join(self.root, "tests/kit/runner.py"),
             suite, "-n", "0", "-x", "-k", tests], cwd=self.root, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "COMMERCE_TEST_BUILD":
                 os.path.join(self.top, "build")})
        last = re.search(r"(\d+) passed, (\d+) failed\s*\Z", done.stdout)
        return ((int(last.group(1)), int(last.group(2))) if last
                else (0, 0)), done.stdout

    def remove(self):
        shutil.rmtree(self.top, ignore_errors=True)


def broken(output):
    """Whether it could not even be tried."""
    return re.search(r"AssertionError: sql/apply|FAILED to build", output)


def edits(bug):
    """[(file, what stands there, what is planted)] of a row."""
    return list(zip(*[iter(bug[1:-2])] * 3))


def sound(tree, bugs):
    """The tests pass as long as nothing is planted."""
    for suite in ("sql", "api", "process"):
        tests = " or ".join(dict.fromkeys(bug[-1] for bug in bugs
                                          if bug[-2] == suite))
        if tests:
            (passed, failed), output = tree.run(suite, tests)
            if failed or not passed:
                print(output[-4000:])
                raise SystemExit("%s fails without any bug" % suite)


def verdict(tree, bug, verbose):
    uproot = [tree.plant(*edit) for edit in edits(bug)]
    try:
        (passed, failed), output = tree.run(*bug[-2:])
    finally:
        for back in reversed(uproot):
            back()
    if verbose:
        print(output[-3000:])
    if broken(output) or passed + failed == 0:
        return "cannot be tried"
    first = re.search(r"^(?:FAILED|ERROR) \S*::(\S+)", output, re.M)
    return "caught by %s" % first.group(1) if failed else "NOT CAUGHT"


def main(words):
    parser = argparse.ArgumentParser(
        prog="tests/run planted", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-k", default="", help="rows with this in the name")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--unsound", action="store_true",
                        help="do not try without bugs first")
    parser.add_argument("-v", action="store_true")
    asked = parser.parse_args(words)
    bugs = [bug for bug in BUGS if asked.k in bug[0]]
    if asked.list:
        for bug in bugs:
            print("%s\n    %s; %s -k '%s'" % (
                bug[0], " ".join(path for path, _, _ in edits(bug)),
                *bug[-2:]))
        return 0
    tree, caught = Tree(), 0
    try:
        if not asked.unsound:
            sound(tree, bugs)
        for bug in bugs:
            begin = time.monotonic()
            told = verdict(tree, bug, asked.v)
            caught += told.startswith("caught")
            print("%-64s %s (%.0f s)" % (bug[0], told,
                                         time.monotonic() - begin),
                  flush=True)
    finally:
        tree.remove()
    print("%d of %d caught" % (caught, len(bugs)))
    return 0 if caught == len(bugs) else 1
