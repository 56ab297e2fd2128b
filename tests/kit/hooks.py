"""A receiver of webhooks that checks them by the text of Standard Webhooks."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
import time
from collections import namedtuple

Seen = namedtuple("Seen", "path id time signatures body event at")


def signed(secret, seen):
    """Whether one of the signatures is that of the secret."""
    kind, key = secret.split("_", 1)
    assert kind == "whsec"
    made = hmac.new(base64.b64decode(key), b".".join([
        seen.id.encode(), seen.time.encode(), seen.body]), hashlib.sha256)
    wanted = "v1," + base64.b64encode(made.digest()).decode()
    return wanted in seen.signatures


class Receiver:
    """answer(seen) gives (status, headers) or waits; 204 if there is none."""

    def __init__(self, answer=None):
        self.answer = answer or (lambda seen: (204, {}))
        self.seen = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                seen = Seen(self.path, self.headers["webhook-id"],
                            self.headers["webhook-timestamp"],
                            self.headers["webhook-signature"].split(" "),
                            body, json.loads(body), time.monotonic())
                receiver.seen.append(seen)
                status, headers = receiver.answer(seen)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *arguments):
                pass           # the gateway did not wait for the answer

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True,
                         kwargs={"poll_interval": 0.05}).start()

    def of(self, path):
        return [seen for seen in self.seen if seen.path == path]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
