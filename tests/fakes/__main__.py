"""Runs both fakes beside a shop: python3 -m fakes SHOP_URL DIRECTORY FILE.

Writes the lines for nginx.conf to FILE, the keys that they name to DIRECTORY,
and serves until it is interrupted. `./commerce fakes` is this.
"""

import os
import signal
import sys

from . import paypal, server, stripe

PORTS = (12111, 12112)


def main(shop, directory, conf):
    first, second = stripe.Stripe(PORTS[0]), paypal.PayPal(PORTS[1])
    first.webhook = shop + "/api/v1/webhooks/payments/stripe"
    second.webhook = shop + "/api/v1/webhooks/payments/paypal"
    for name, text in (("stripe.key", stripe.KEY),
                       ("stripe.webhook", stripe.SECRET),
                       ("paypal.key", paypal.KEY)):
        with open(os.path.join(directory, name), "w") as file:
            file.write(text + "\n")
    with open(conf, "w") as file:
        file.write(server.lines(first, second, directory))
    print("Stripe: %s  PayPal: %s" % (first.url, second.url), flush=True)
    signal.sigwait([signal.SIGINT, signal.SIGTERM])


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGTERM])
    main(sys.argv[1].rstrip("/"), os.path.abspath(sys.argv[2]), sys.argv[3])
