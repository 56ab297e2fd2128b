"""Runs both fakes beside a shop: python3 -m fakes SHOP_URL [DIRECTORY].

Prints the lines for nginx.conf, writes the keys that they name to DIRECTORY,
and serves until it is interrupted. `./commerce fakes` is this.
"""

import os
import signal
import sys

from . import paypal, server, stripe

PORTS = (12111, 12112)


def main(shop, directory):
    first, second = stripe.Stripe(PORTS[0]), paypal.PayPal(PORTS[1])
    first.webhook = shop + "/api/v1/webhooks/payments/stripe"
    second.webhook = shop + "/api/v1/webhooks/payments/paypal"
    for name, text in (("stripe.key", stripe.KEY),
                       ("stripe.webhook", stripe.SECRET),
                       ("paypal.key", paypal.KEY)):
        with open(os.path.join(directory, name), "w") as file:
            file.write(text + "\n")
    print(server.lines(first, second, directory), flush=True)
    signal.sigwait([signal.SIGINT, signal.SIGTERM])


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGTERM])
    main(sys.argv[1].rstrip("/"), os.path.abspath(
        sys.argv[2] if len(sys.argv) > 2 else "."))
