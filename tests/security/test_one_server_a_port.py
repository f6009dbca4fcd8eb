"""Two servers never share a port in silence.

Seen: granian binds with SO_REUSEPORT, so a second `make run` that was started within seconds of the
first served half of its requests, from another database.
"""

from __future__ import annotations

import socket
import subprocess
import sys

from scripts import serve
from tests.support.paths import ROOT


def free_port() -> str:
    with socket.socket() as other:
        other.bind((serve.HOST, 0))
        return str(other.getsockname()[1])


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "serve.py"), *words],
        env=environment, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


def test_the_second_run_refuses_while_the_first_prepares() -> None:
    port = free_port()
    lock = serve.hold(port)
    assert lock is not None
    with lock:
        second = run(PORT=port)
    assert second.returncode == 1
    assert f"Port {port} is taken by another process" in second.stderr
    assert second.stdout == ""


def test_the_lock_ends_with_its_process() -> None:
    port = free_port()
    for _time in range(2):
        lock = serve.hold(port)
        assert lock is not None
        lock.close()


def test_a_unit_of_systemd_can_ask_before_it_starts() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind((serve.HOST, 0))
        other.listen()
        taken = run("--check", str(other.getsockname()[1]))
    assert (taken.returncode, taken.stdout) == (1, "")
    assert "is taken by another process" in taken.stderr
    assert run("--check", free_port()).returncode == 0
