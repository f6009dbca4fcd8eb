"""`make run` says where its port is taken, before it touches the database."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from scripts import serve
from tests.support.paths import ROOT


@pytest.fixture
def taken() -> int:
    """A port that another server shares with whoever asks, as granian does."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind((serve.HOST, 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_is_taken_is_named(taken: int) -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "serve.py")],
        env={"PORT": str(taken)}, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert run.returncode == 1
    assert f"Port {taken} is taken" in run.stderr
    assert run.stdout == ""


def test_a_free_port_is_no_objection(taken: int) -> None:
    with socket.socket() as other:
        other.bind((serve.HOST, 0))
        free = other.getsockname()[1]
    assert serve.objection(str(free)) == ""


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_what_is_no_port_is_told(port: str) -> None:
    assert "is not a port" in serve.objection(port)
