"""What the fakes share: an HTTP server with threads, keys that make requests
repeatable, and faults to order.
"""

import http.server
import json
import socket
import threading
import time
import urllib.parse
import urllib.request


class Answer(Exception):
    """Ends a request: status and body (a dict, or text of a page)."""

    def __init__(self, status, body, headers=()):
        super().__init__(status)
        self.status, self.body, self.headers = status, body, dict(headers)


class Fake:
    """Subclasses have handle(request) and the header of their keys.

    faults is a list that the next requests that do something take from:
    `before` answers 500 and does nothing, `after` does it and answers 500,
    `hang` does it and answers too late, `gate` does it and answers when
    `opened` is set, `reset` does it and cuts the connection, `busy` answers
    429. `deaf` is how many of the next that only ask are answered 500.
    """

    KEY = None

    def __init__(self, port=0, patience=20):
        self.lock = threading.RLock()
        self.faults = []
        self.deaf = 0
        self.requests = []
        self.answers = {}
        self.webhook = None
        self.patience = patience
        self.closing = threading.Event()
        self.opened = threading.Event()
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True     # head and body are two writes
            do_GET = do_POST = lambda self: fake.serve(self)

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port),
                                                      Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = "http://127.0.0.1:%d" % self.port
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       args=[0.05], daemon=True)
        self.thread.start()

    def close(self):
        self.closing.set()
        self.opened.set()
        self.server.shutdown()
        self.server.server_close()

    # -- requests

    def serve(self, http_request):
        request = Request(http_request)
        try:
            answer = self.answer(request)
        except Answer as error:
            answer = error
        except ConnectionAbortedError:
            http_request.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER,
                b"\x01\x00\x00\x00\x00\x00\x00\x00")
            http_request.connection.close()
            http_request.close_connection = True
            return
        request.reply(answer)

    def answer(self, request):
        key = request.headers.get(self.KEY) if self.KEY else None
        doing = request.method == "POST" and key is not None
        with self.lock:
            self.requests.append(request)
            fault = self.faults.pop(0) if doing and self.faults else None
            if request.method == "GET" and self.deaf:
                self.deaf -= 1
                raise self.broken()
            if fault == "before":
                raise self.broken()
            if fault == "busy":
                raise Answer(429, self.error("rate_limit"))
            if doing and key in self.answers:
                print_of, answer = self.answers[key]
                if print_of != (request.path, request.text):
                    raise Answer(400, self.error("idempotency_error"))
            else:
                answer = self.handle_safely(request)
                if doing and answer.status < 500 and answer.status != 401:
                    self.answers[key] = ((request.path, request.text),
                                         answer)
        if fault == "hang":
            self.closing.wait(self.patience)
        if fault == "gate":
            self.opened.wait(self.patience)
        if fault == "after":
            raise self.broken()
        if fault == "reset":
            raise ConnectionAbortedError
        return answer

    def handle_safely(self, request):
        try:
            return Answer(200, self.handle(request))
        except Answer as answer:
            return answer

    def broken(self):
        return Answer(500, self.error("api_error"))

    # -- events

    def send(self, headers, text):
        """Delivers an event; answers the status."""
        request = urllib.request.Request(
            self.webhook, text.encode(), {"Content-Type": "application/json",
                                          **headers})
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    def notify(self, headers, text):
        """Delivers when there is somebody to tell, until it is taken."""
        if not self.webhook:
            return

        def deliver():
            for pause in (0, 1, 5, 30):
                time.sleep(pause)
                try:
                    if self.send(headers, text) == 200:
                        return
                except OSError:
                    pass
        threading.Thread(target=deliver, daemon=True).start()


class Request:
    def __init__(self, http_request):
        self.http = http_request
        self.method = http_request.command
        parts = urllib.parse.urlsplit(http_request.path)
        self.path = parts.path
        self.query = urllib.parse.parse_qs(parts.query)
        self.headers = http_request.headers
        length = int(self.headers.get("Content-Length", 0))
        self.text = http_request.rfile.read(length).decode()

    def form(self):
        return {name: values[-1] for name, values in
                urllib.parse.parse_qs(self.text).items()}

    def reply(self, answer):
        body = answer.body
        kind = "application/json"
        if isinstance(body, str):
            kind = "text/html; charset=utf-8"
        else:
            body = json.dumps(body)
        data = body.encode()
        try:
            self.http.send_response(answer.status)
            self.http.send_header("Content-Type", kind)
            self.http.send_header("Content-Length", str(len(data)))
            for name, value in answer.headers.items():
                self.http.send_header(name, value)
            self.http.end_headers()
            self.http.wfile.write(data)
        except OSError:
            pass


PAGE = """<!doctype html><title>%(name)s</title>
<h1>%(name)s (fake)</h1><p>%(amount)s</p>
<form method="post"><button name="outcome" value="pay">Pagar</button>
<button name="outcome" value="decline">Recusar</button></form>
"""


def lines(stripe, paypal, directory, public=""):
    """What tells a gateway of the fakes; their keys are in the directory.
    public: more options of Stripe, for pages that load its script.
    """
    return """
    commerce_http_allow 127.0.0.1:%d 127.0.0.1:%d;
    commerce_payment stripe key=%s/stripe.key
                     webhook_key=%s/stripe.webhook base_url=%s %s;
    commerce_payment paypal client=fake-client key=%s/paypal.key
                     webhook_id=WH-FAKE base_url=%s;
""" % (stripe.port, paypal.port, directory, directory, stripe.url, public,
       directory, paypal.url)
