"""A Redis of the few words that the rate limits speak (RESP 3), for tests of the real client."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Handler(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        while line := self.rfile.readline():
            words = []
            for _ in range(int(line[1:])):
                size = int(self.rfile.readline()[1:])
                words.append(self.rfile.read(size + 2)[:-2].decode())
            self.server.asked.append(words[0].upper())
            self.wfile.write(self.answer(words))

    def answer(self, words: list[str]) -> bytes:
        name, counts, ends = words[0].upper(), self.server.counts, self.server.ends
        if name == "HELLO":
            return b"%2\r\n+server\r\n+redis\r\n+proto\r\n:3\r\n"
        if name == "EVALSHA":  # the script that counts: key, seconds, amount
            key, seconds, amount = words[3], int(words[4]), int(words[5])
            counts[key] = counts.get(key, 0) + amount
            ends.setdefault(key, time.time() + seconds)
            return b":%d\r\n" % counts[key]
        if name == "GET":
            value = str(counts.get(words[1], "")).encode()
            return b"$%d\r\n%s\r\n" % (len(value), value) if value else b"_\r\n"
        if name == "TTL":
            return b":%d\r\n" % int(ends.get(words[1], time.time() - 2) - time.time())
        return b"+PONG\r\n" if name == "PING" else b"+OK\r\n"


@contextmanager
def redis_server() -> Iterator[Any]:
    """Serve on loopback in the block; yields the server, with `asked` and `counts`."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.asked, server.counts, server.ends = [], {}, {}  # type: ignore[attr-defined]  # ours
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
