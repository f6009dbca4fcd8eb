"""`make run`: migrate, load the demo data once, serve the site with the worker beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def flask(*words: str) -> list[str]:
    return [str(BIN / "flask"), "--app", "app:create_app", *words]


def prepare(port: str) -> None:
    """Migrate the database, and load what an empty one lacks: pages, demo data, the index."""
    os.environ.setdefault("PUBLIC_URL", f"http://127.0.0.1:{port}")
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
    port = os.environ.get("PORT") or "5000"
    prepare(port)
    server = [
        str(BIN / "granian"),
        "--interface", "wsgi", "--factory", "app:create_app",
        "--host", "127.0.0.1", "--port", port,
        "--workers", "1", "--blocking-threads", "4", "--no-ws",
    ]  # fmt: skip
    running = [subprocess.Popen(command) for command in (server, flask("worker"))]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"\n  Enterprise Service Supermarket: http://127.0.0.1:{port}/\n", flush=True)
    subprocess.run(flask("demo", "accounts"), check=True)
    try:
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        stop(running)
    return max(process.returncode or 0 for process in running)


if __name__ == "__main__":
    sys.exit(main())
