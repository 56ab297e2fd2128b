"""The smallest pictures of each kind, of any size in pixels."""

import os
import struct
import zlib

from . import wait
from .client import PREFIX


def png(width=4, height=3, content=None):
    """Different each time, unless its content is given."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data \
            + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0,
                                         0, 0))
            + chunk(b"IDAT", zlib.compress(content or os.urandom(16)))
            + chunk(b"IEND", b""))


def jpeg(width=4, height=3, scans=1):
    def segment(marker, data):
        return b"\xff" + bytes([marker]) \
            + struct.pack(">H", len(data) + 2) + data
    frame = segment(0xc2, struct.pack(">BHHB", 8, height, width, 1)
                    + b"\x01\x11\x00")
    scan = segment(0xda, b"\x01\x01\x00\x00\x3f\x00") \
        + os.urandom(8).replace(b"\xff", b"\x00") + b"\xff\x00\xff\xd0"
    return (b"\xff\xd8" + segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
            + segment(0xfe, b"\xff\xda ends nothing here") + frame
            + scan * scans + b"\xff\xd9")


def webp(width=4, height=3, kind=b"VP8L", frames=1):
    if kind == b"VP8L":
        data = b"\x2f" + struct.pack("<I", width - 1 | height - 1 << 14)
    elif kind == b"VP8 ":
        data = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
    else:
        data = b"\2\0\0\0" + struct.pack("<I", width - 1)[:3] \
            + struct.pack("<I", height - 1)[:3]
    data += os.urandom(3)

    def chunk(name, part):
        return name + struct.pack("<I", len(part)) + part \
            + b"\0" * (len(part) % 2)
    body = b"WEBP" + chunk(kind, data)
    if kind == b"VP8X":
        body += chunk(b"ANMF", os.urandom(17)) * frames
    return b"RIFF" + struct.pack("<I", len(body)) + body


def upload(client, content, kind="image/png"):
    return client.post(PREFIX + "/media", content=content,
                       headers={"content-type": kind})


def condemn(shop, made):
    """Begins to delete it, as the job does, which is put off for an hour."""
    wait.until(lambda: shop.query("store", """
        update core.job set due_at = now() + interval '1 hour'
        where kind = 'media_forget' and status = 'waiting'
        returning id"""), 60, "the job to be at rest")
    shop.query("store", "update core.media set condemned_at = now()"
               " where core.media_url(name) = %s returning name", made["url"])
