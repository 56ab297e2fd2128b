#!/usr/bin/python3
"""A mailbox for everybody: takes mail by SMTP, shows it in the browser.

For demonstrations and tests; nothing leaves this machine. Mails are files in
a directory, of which the newest 500 are kept.

    mailbox.py --directory DIR --smtp PORT --http PORT
    mailbox.py --directory DIR --run DIR    # free ports, told in DIR/ports

    /             the mails, newest first
    /ID           one, its HTML in a sandbox
    /ID.eml       as it came
    /mails.json   all of them for programs
"""

import argparse
import asyncio
import email
import email.policy
import html
import json
import os
import time

KEEP = 500
LARGEST = 4 << 20

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>%s</title><meta http-equiv="refresh" content="%s"><style>
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;
padding:0 1rem;color:#17211c}table{border-collapse:collapse;width:100%%}
td,th{padding:.4rem .6rem;border-bottom:1px solid #e4e9e6;text-align:left}
iframe{width:100%%;height:40rem;border:1px solid #e4e9e6}
pre{white-space:pre-wrap;background:#f3f5f4;padding:1rem}a{color:#1f4d3a}
</style></head><body>%s</body></html>"""


class Box:
    """The directory: a file <time>-<number>.eml for each mail."""

    def __init__(self, directory):
        self.directory = directory
        self.count = 0
        os.makedirs(directory, exist_ok=True)

    def names(self):
        return sorted((name[:-4] for name in os.listdir(self.directory)
                       if name.endswith(".eml")), reverse=True)

    def add(self, data):
        self.count += 1
        name = "%014d-%06d" % (time.time() * 1000, self.count % 10 ** 6)
        path = os.path.join(self.directory, name)
        with open(path + ".new", "wb") as file:
            file.write(data)
        os.rename(path + ".new", path + ".eml")
        for old in self.names()[KEEP:]:
            os.unlink(os.path.join(self.directory, old + ".eml"))

    def raw(self, name):
        if name not in self.names():
            return None
        with open(os.path.join(self.directory, name + ".eml"), "rb") as file:
            return file.read()

    def shown(self, name):
        mail = email.message_from_bytes(self.raw(name),
                                        policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content()
                 for part in mail.walk() if not part.is_multipart()}
        return {"id": name, "from": str(mail["from"]), "to": str(mail["to"]),
                "subject": str(mail["subject"]), "date": str(mail["date"]),
                "message_id": str(mail["message-id"]),
                "text": parts.get("text/plain", ""),
                "html": parts.get("text/html", "")}


async def take(box, reader, writer):
    """One SMTP session: RFC 5321, as much of it as a sender needs."""
    async def say(text):
        writer.write(text.encode() + b"\r\n")
        await writer.drain()

    recipients = []
    await say("220 mailbox ESMTP")
    while line := await reader.readline():
        word = line[:4].upper().strip()
        if word in (b"EHLO", b"HELO"):
            await say("250-mailbox\r\n250-8BITMIME\r\n250 SIZE %d" % LARGEST)
        elif word == b"MAIL":
            recipients = []
            await say("250 ok")
        elif word == b"RCPT":
            recipients.append(line)
            await say("250 ok")
        elif word == b"DATA" and recipients:
            await say("354 go on")
            data = await message(reader)
            if data is None:
                await say("552 too large")
                break
            box.add(data)
            await say("250 kept")
        elif word == b"QUIT":
            await say("221 bye")
            break
        elif word in (b"RSET", b"NOOP"):
            await say("250 ok")
        else:
            await say("503 what?")


async def message(reader):
    lines, size = [], 0
    while (line := await reader.readline()) != b".\r\n":
        size += len(line)
        if not line or size > LARGEST:
            return None
        lines.append(line[1:] if line.startswith(b"..") else line)
    return b"".join(lines)


def listing(box):
    rows = "".join(
        "<tr><td>%s</td><td>%s</td><td><a href=\"/%s\">%s</a></td></tr>" % (
            html.escape(mail["date"]), html.escape(mail["to"]), mail["id"],
            html.escape(mail["subject"]) or "-")
        for mail in map(box.shown, box.names()))
    return PAGE % ("Mail", "5", "<h1>Mail</h1><table><tr><th>Date</th><th>To"
                   "</th><th>Subject</th></tr>%s</table>" % rows)


def page(mail):
    heads = "".join("<tr><th>%s</th><td>%s</td></tr>" % (
        name, html.escape(mail[key])) for name, key in (
            ("From", "from"), ("To", "to"), ("Date", "date"),
            ("Message-ID", "message_id")))
    return PAGE % (html.escape(mail["subject"]), "86400",
                   '<p><a href="/">All mail</a> · <a href="/%s.eml">source'
                   "</a></p><h1>%s</h1><table>%s</table><p></p>"
                   '<iframe sandbox="allow-popups" srcdoc="%s"></iframe>'
                   "<h2>Text</h2><pre>%s</pre>" % (
                       mail["id"], html.escape(mail["subject"]), heads,
                       html.escape(mail["html"]), links(mail["text"])))


def links(text):
    """The text with its links to follow."""
    return " ".join(
        '<a href="%s">%s</a>' % (html.escape(word), html.escape(word))
        if word.startswith(("http://", "https://")) else html.escape(word)
        for word in text.split(" "))


def answer(box, path):
    """(status, media type, body) of a GET."""
    name = path.lstrip("/")
    if path == "/":
        return "200 OK", "text/html", listing(box).encode()
    if path == "/mails.json":
        return ("200 OK", "application/json",
                json.dumps([box.shown(n) for n in box.names()]).encode())
    if name.endswith(".eml") and name[:-4] in box.names():
        return "200 OK", "text/plain", box.raw(name[:-4])
    if name in box.names():
        return "200 OK", "text/html", page(box.shown(name)).encode()
    return "404 Not Found", "text/plain", b"not here\n"


async def show(box, reader, writer):
    """One request, and only by this machine's own names (rebinding)."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    method, path, _ = head.split("\r\n")[0].split(" ")
    host = [line.split(":", 1)[1].strip() for line in head.split("\r\n")
            if line.lower().startswith("host:")]
    if method != "GET" or not host or host[0].rsplit(":", 1)[0] not in (
            "127.0.0.1", "localhost"):
        status, kind, body = "403 Forbidden", "text/plain", b"no\n"
    else:
        status, kind, body = answer(box, path)
    writer.write((
        "HTTP/1.1 %s\r\nContent-Type: %s; charset=utf-8\r\n"
        "Content-Length: %d\r\nConnection: close\r\n"
        "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
        "Content-Security-Policy: default-src 'none'; style-src"
        " 'unsafe-inline'; img-src data:; frame-src 'self'; base-uri 'none';"
        " form-action 'none'\r\n\r\n" % (status, kind, len(body))
    ).encode() + body)


def closing(serve, box):
    async def session(reader, writer):
        try:
            await asyncio.wait_for(serve(box, reader, writer), 60)
            await writer.drain()
        except (OSError, ValueError, asyncio.TimeoutError,
                asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
    return session


async def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--directory", required=True)
    parser.add_argument("--smtp", type=int, default=0)
    parser.add_argument("--http", type=int, default=0)
    parser.add_argument("--run")
    options = parser.parse_args()
    box = Box(options.directory)
    before = remembered(options.run)
    ports = [await listen(closing(serve, box), port, before.get(name, 0))
             for name, serve, port in (("smtp", take, options.smtp),
                                       ("http", show, options.http))]
    if options.run:
        write(options.run, "ports", "smtp %d\nhttp %d\n" % tuple(ports))
        write(options.run, "pid", "%d\n" % os.getpid())
    await asyncio.Event().wait()


async def listen(session, port, before):
    """At the port, else at that of last time, else at any."""
    for wanted in (port,) if port else (before, 0):
        try:
            server = await asyncio.start_server(session, "127.0.0.1", wanted,
                                                limit=1 << 20)
            return server.sockets[0].getsockname()[1]
        except OSError:
            if wanted in (port, 0):
                raise
    return 0


def remembered(directory):
    try:
        with open(os.path.join(directory, "ports")) as file:
            return {name: int(port) for name, port in map(str.split, file)}
    except (OSError, TypeError, ValueError):
        return {}


def write(directory, name, text):
    path = os.path.join(directory, name)
    with open(path + ".new", "w") as file:
        file.write(text)
    os.rename(path + ".new", path)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
