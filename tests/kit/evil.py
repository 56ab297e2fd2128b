"""A server that behaves badly on purpose, one thread a connection."""

import datetime
import ipaddress
import socket
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Evil:
    """serve(connection, request bytes) answers; with tls=(cert, key) by TLS.

    requests is what was asked, in order; connections counts what was
    accepted.
    """

    def __init__(self, serve, tls=None, host="127.0.0.1"):
        self.serve = serve
        self.requests = []
        self.connections = 0
        self.open = []
        self.context = None
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*tls)
        self.closing = threading.Event()
        self.socket = socket.create_server((host, 0))
        self.socket.settimeout(0.1)
        self.port = self.socket.getsockname()[1]
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    def _accept(self):
        while not self.closing.is_set():
            try:
                connection, _ = self.socket.accept()
            except OSError:
                continue
            self.connections += 1
            self.open.append(connection)
            connection.settimeout(10)
            thread = threading.Thread(target=self._talk, args=[connection],
                                      daemon=True)
            self.threads.append(thread)
            thread.start()

    def _talk(self, connection):
        try:
            if self.context:
                connection = self.context.wrap_socket(connection,
                                                      server_side=True)
            request = self.head(connection)
            if request:
                self.requests.append(request)
                self.serve(connection, request)
        except OSError:
            pass
        finally:
            connection.close()

    @staticmethod
    def head(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return data
            data += more
        head, body = data.split(b"\r\n\r\n", 1)
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                while len(body) < int(line.split(b":")[1]):
                    body += connection.recv(65536)
        return head + b"\r\n\r\n" + body

    def wait(self, seconds):
        """Until the server is closed, or so long."""
        self.closing.wait(seconds)

    def close(self):
        self.closing.set()
        self.socket.close()
        for connection in self.open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in self.threads:
            thread.join(10)


class Mailbox(Evil):
    """A small SMTP server; refuses recipients that begin with `no`."""

    def __init__(self):
        self.mails = []
        super().__init__(self._session)

    @staticmethod
    def head(connection):
        return b"-"

    def _session(self, connection, _):
        file = connection.makefile("rwb", buffering=0)
        file.write(b"220 here\r\n")
        mail = []
        for line in iter(file.readline, b""):
            word = line[:4].upper()
            if word == b"EHLO":
                file.write(b"250-here\r\n250 SIZE 1000000\r\n")
            elif word == b"RCPT" and b"<no" in line:
                file.write(b"550 nobody\r\n")
            elif word == b"DATA":
                file.write(b"354 go on\r\n")
                text = b""
                while not text.endswith(b"\r\n.\r\n"):
                    text += file.readline()
                self.mails.append((mail, text))
                file.write(b"250 taken\r\n")
            elif word == b"QUIT":
                file.write(b"221 bye\r\n")
                return
            else:
                mail.append(line.strip())
                file.write(b"250 ok\r\n")


def reset(connection):
    """The peer gets RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                          b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()


def answer(body=b"", status="200 OK", headers=()):
    lines = ["HTTP/1.1 " + status, "Content-Length: %d" % len(body),
             *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def certificate(directory, name, days=1):
    """(certificate, key) for the name, signed by itself; days may be past."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    known = (x509.IPAddress(ipaddress.ip_address(name))
             if name[0].isdigit() else x509.DNSName(name))
    now = datetime.datetime.utcnow()
    made = (x509.CertificateBuilder().subject_name(subject)
            .issuer_name(subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=9))
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName([known]), False)
            .add_extension(x509.BasicConstraints(True, None), True)
            .sign(key, hashes.SHA256()))
    base = "%s/%s" % (directory, name)
    with open(base + ".pem", "wb") as file:
        file.write(made.public_bytes(serialization.Encoding.PEM))
    with open(base + ".key", "wb") as file:
        file.write(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()))
    return base + ".pem", base + ".key"
