"""`./commerce test mail-outage`: the mail server is away, then it is back.

    tests/run mail-outage [--minutes M] [--people N] [--quick]

With the shop's own schedule of retries. All through the outage people
register and order; workers are killed; as the server comes back it dies twice
more amid mails. Then each mail that the shop owes has to be there: one that
asks to confirm an address and one about the order for each person; more than
once only with equal Message-ID. --quick shrinks the schedule of `store` a
hundredfold, and the outage.
"""

import argparse
import collections
import os
import random
import signal
import time

from kit import build, goods, wait
from kit.client import good, key
from kit.databases import Databases
from kit.mailbox import Mailbox
from kit.postgres import FAST, Cluster
from kit.shop import Shop

MAIL = ("    commerce_mail smtp://127.0.0.1:%d from=loja@example.com"
        " url=https://shop.example templates=%s;\n"
        "    commerce_http_allow 127.0.0.1;\n"
        "    commerce_http timeout=3s;\n")

SHRINK = """
    update core.job_kind
       set delays = array(select d / 100 from unnest(delays) d)
     where kind = 'mail' returning 1"""

WAITING = {
    "store": "select count(*) as n from core.job"
             " where kind = 'mail' and status <> 'done'",
    "identity": "select count(*) as n from core.mail_outbox"
                " where sent_at is null and recipient is not null",
}


def customer(shop, variant):
    """Registers and orders; answers the address."""
    address = "p%s@example.com" % key()[:12]
    good(shop.anonymous.call("register", {
        "name": "Rita", "email": address, "password": "uma senha boa 42"}),
        201)
    client = shop.client("customer", email=address)
    good(client.write("POST", "/orders", goods.items((variant, 1))), 201)
    return address


def waiting(shop):
    return sum(shop.query(name, text)[0]["n"]
               for name, text in WAITING.items())


def outage(shop, mailbox, seconds, people):
    """The server is away; people come all the while."""
    variant = goods.variant(shop, 10 * people)
    addresses = []
    mailbox.halt()
    start = time.monotonic()
    for n in range(people):
        addresses.append(customer(shop, variant))
        if n % 50 == 25:
            os.kill(random.choice(shop.nginx.workers()), signal.SIGKILL)
            wait.until(lambda: len(shop.nginx.workers()) == 2, 20)
        left = start + seconds * (n + 1) / people - time.monotonic()
        time.sleep(max(0, left))
    return addresses


def judge(mailbox, addresses):
    """What is missing or wrong, in words."""
    found = collections.defaultdict(list)
    for mail in mailbox.mails():
        found[mail["to"]].append((mail["message_id"], mail["subject"]))
    wrong = []
    again = 0
    for address in addresses:
        ids = {name for name, _ in found[address]}
        again += len(found[address]) - len(ids)
        if len(ids) != 2 or len({subject for _, subject
                                 in found[address]}) != 2:
            wrong.append("%s: %s" % (address, found[address]))
    return wrong, again


def run(shop, mailbox, asked):
    seconds = asked.minutes * 60 / (100 if asked.quick else 1)
    if asked.quick:
        shop.query("store", SHRINK)
    addresses = outage(shop, mailbox, seconds, asked.people)
    print("away for %.0f s, %d people, %d mails wait" % (
        seconds, len(addresses), waiting(shop)), flush=True)
    back = time.monotonic()
    mailbox.start()
    for share in (0.3, 0.6):
        wait.until(lambda part=share: len(mailbox.mails())
                   >= 2 * part * len(addresses), 1800, "mail", 0.05)
        mailbox.halt()
        mailbox.start()
    wait.until(lambda: not judge(mailbox, addresses)[0], 1800,
               "all mail", 1)
    last = time.monotonic() - back
    wait.until(lambda: waiting(shop) == 0, 1800, "the jobs to end", 1)
    wrong, again = judge(mailbox, addresses)
    print("%d mails for %d people, the last one %.0f s after the server was"
          " back; %d came again with the same Message-ID; %d missing or wrong"
          % (len(mailbox.mails()), len(addresses), last, again, len(wrong)))
    for line in wrong[:20]:
        print("  " + line)
    return 1 if wrong else 0


def main(words):
    parser = argparse.ArgumentParser(
        prog="tests/run mail-outage", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args(words)

    mailbox = Mailbox()
    cluster = Cluster(FAST)
    try:
        shop = Shop(cluster, Databases(cluster), build.module("normal"),
                    http=MAIL % (mailbox.smtp, os.path.join(
                        build.ROOT, "conf", "mail")))
        shop.start()
        shop.nginx.allow += ["exited on signal 9"]
        try:
            return run(shop, mailbox, asked)
        finally:
            shop.stop()
    finally:
        mailbox.stop()
        cluster.stop()
