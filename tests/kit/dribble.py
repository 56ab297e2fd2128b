"""A TCP proxy that hands the bytes on one by one, both ways.

In front of nginx it makes every header and body arrive in pieces; between
nginx and PostgreSQL it shows whoever believes that one read is one message.
"""

import asyncio
import socket
import threading


class Dribble:
    """`with Dribble(port) as slow: Raw(slow.port)`; size = bytes a piece.

    upstream is a port of this host or the path of a unix socket.
    """

    def __init__(self, upstream, size=1, pause=0.0, path=None):
        self.upstream = upstream
        self.size = size
        self.pause = pause
        self.path = path
        self.port = None
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(10)
        return self

    def __exit__(self, *error):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._listen())
        self.ready.set()
        self.loop.run_forever()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    async def _listen(self):
        if self.path:
            await asyncio.start_unix_server(self._serve, self.path)
            return
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    async def _connect(self):
        if isinstance(self.upstream, int):
            return await asyncio.open_connection("127.0.0.1", self.upstream)
        return await asyncio.open_unix_connection(self.upstream)

    async def _serve(self, reader, writer):
        try:
            up_reader, up_writer = await self._connect()
        except OSError:
            writer.close()
            return
        for stream in (writer, up_writer):
            sock = stream.get_extra_info("socket")
            if sock.family != socket.AF_UNIX:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(self._pump(reader, up_writer),
                             self._pump(up_reader, writer),
                             return_exceptions=True)

    async def _pump(self, reader, writer):
        try:
            while True:
                data = await reader.read(65536)
                if not data:
                    break
                for start in range(0, len(data), self.size):
                    writer.write(data[start:start + self.size])
                    await writer.drain()
                    await asyncio.sleep(self.pause)
        finally:
            writer.close()
