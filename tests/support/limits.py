"""Rate limits that are in force in one test, counted in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import g
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from core.extensions import limiter
from tests.support.cast import PASSWORD

HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


@contextmanager
def in_force(storage: Storage | None = None) -> Iterator[FixedWindowRateLimiter]:
    """Let the limits be in force in the block, counted by `storage`."""
    strategy = FixedWindowRateLimiter(storage or MemoryStorage())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limiter, "enabled", True)
        patch.setattr(limiter, "_limiter", strategy)
        yield strategy


def enter(client: Any, email: str, password: str = PASSWORD, place: str = HERE) -> Any:
    """Return the answer to a sign-in from `place`."""
    g.pop("_login_user", None)  # the requests of a test share it
    answer = client.post(
        "/login",
        data={"email": email, "password": password},
        environ_base={"REMOTE_ADDR": place},
    )
    if answer.status_code == 302:
        client.post("/logout")
    return answer


def wrong(client: Any, email: str, times: int, place: str = HERE) -> list[int]:
    """Return the statuses of sign-ins with a wrong password."""
    return [enter(client, email, "not it at all", place).status_code for _ in range(times)]
