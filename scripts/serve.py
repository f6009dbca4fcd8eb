"""`make run`: migrate, load the demo data once, serve the site with the worker beside it."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def flask(*words: str) -> list[str]:
    return [str(BIN / "flask"), "--app", "app:create_app", *words]


HOST = "127.0.0.1"
TAKEN = "Port {port} is taken by another process: end it, or choose another, PORT=5001."


def objection(port: str) -> str:
    """Return why the site cannot be served on `port`, or "": it can.

    Asked before, since the server itself shares a port with another of its kind without a word.
    """
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        return f"PORT={port} is not a port: choose a number from 1 to 65535."
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as after a restart
        try:
            probe.bind((HOST, int(port)))
        except PermissionError:
            return f"Port {port} is not open to this user: choose one above 1023, PORT=5001."
        except OSError:
            return TAKEN.format(port=port)
    return ""


def hold(port: str) -> IO[str] | None:
    """Return a lock on `port` for as long as it stays open, or None: another run holds it.

    Between the question above and the start of the server lie seconds, in which another may ask.
    """
    lock = Path(tempfile.gettempdir(), f"supermarket-{port}.lock").open("a")  # noqa: SIM115  # held
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def refuse(words: str) -> int:
    """Say why the site is not served, where there is a reason; return the exit status."""
    if words:
        print(words, file=sys.stderr)
    return 1 if words else 0


def prepare(port: str) -> None:
    """Migrate the database, and load what an empty one lacks: pages, demo data, the index."""
    os.environ.setdefault("PUBLIC_URL", f"http://{HOST}:{port}")
    os.chdir(ROOT)
    for words in (
        ("db", "upgrade"),
        ("pages", "load"),
        ("demo", "load"),
        ("search", "rebuild", "--if-empty"),
    ):
        subprocess.run(flask(*words), check=True)


def stop(running: Sequence[subprocess.Popen[bytes]]) -> None:
    """End processes in order; the worker finishes what it has in hand."""
    for process in running:
        process.terminate()
    for process in running:
        process.wait(timeout=30)


def main() -> int:
    """Run until interrupted; return the exit status of the first process that ends."""
    if sys.argv[1:2] == ["--check"]:
        return refuse(objection(sys.argv[2] if len(sys.argv) > 2 else ""))
    port = os.environ.get("PORT") or "5000"
    lock = None
    if refused := objection(port) or ("" if (lock := hold(port)) else TAKEN.format(port=port)):
        return refuse(refused)
    prepare(port)
    if refused := objection(port):  # somebody else's server was quicker
        return refuse(refused)
    server = [
        str(BIN / "granian"),
        "--interface", "wsgi", "--factory", "app:create_app",
        "--host", HOST, "--port", port,
        "--workers", "1", "--blocking-threads", "4", "--no-ws",
    ]  # fmt: skip
    running = [subprocess.Popen(command) for command in (server, flask("worker"))]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"\n  Enterprise Service Supermarket: http://{HOST}:{port}/\n", flush=True)
    subprocess.run(flask("demo", "accounts"), check=True)
    try:
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        stop(running)
        if lock is not None:
            lock.close()
    return max(process.returncode or 0 for process in running)


if __name__ == "__main__":
    sys.exit(main())
