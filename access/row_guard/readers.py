"""For whom statements run: the reader of a context, and their place in the conditions of access.

A reader belongs to a context (a request, a command, a thread), not to a session: a session that is
opened beside the first is held to the same reader, and a thread starts with none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

import access
from models import User


class Kind(StrEnum):
    """Readers of one kind are held to the same conditions; only their ids differ."""

    USER = "user"
    STAFF = "staff"  # sees all but what is private
    ANONYMOUS = "anonymous"
    BEARER = "bearer"  # whoever holds the link of a mail
    SYSTEM = "system"  # a command or a job: sees all
    UNDECLARED = "undeclared"  # none was declared: a statement on a guarded table is refused
    PROBE = "probe"  # the self-test: a light condition that takes the same road


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom statements are held to: ids and addresses, so that nothing is loaded to compare them."""

    kind: Kind
    id: int = 0  # no row has it
    email: str = ""
    token: str = ""  # of the link, as it is stored


UNDECLARED, SYSTEM, ANONYMOUS = (
    Reader(kind) for kind in (Kind.UNDECLARED, Kind.SYSTEM, Kind.ANONYMOUS)
)
_held: ContextVar[Reader | None] = ContextVar("row_guard_held", default=None)
_process: ContextVar[Reader] = ContextVar("row_guard_process", default=UNDECLARED)


class UndeclaredReader(RuntimeError):
    """A statement on a guarded table, and no reader was declared.

    Say it where the thread or command begins: `row_guard.hold(session, user)`, or
    `with row_guard.system():` for what the platform does by itself.
    """


def reader() -> Reader:
    """Return whom the statements of this context are held to."""
    return _held.get() or _process.get()


def reader_of(user: User | access.Bearer | None) -> Reader:
    if user is None:
        return ANONYMOUS
    if isinstance(user, access.Bearer):
        return Reader(Kind.BEARER, token=user.token_hash)
    return Reader(Kind.STAFF if access.is_staff(user) else Kind.USER, user.id, user.email)


def exchange(after: Reader) -> Reader | None:
    """Hold this context to `after`, and return whom it was held to before."""
    before = _held.get()
    _held.set(after)
    return before


def release() -> None:
    """Forget who reads: what follows in this thread is somebody else's."""
    _held.set(None)


@contextmanager
def system() -> Iterator[None]:
    """Let what follows in this context see every row: a command, a job, a thread of the worker.

    In a request it lifts nothing: `hold` comes before it. A thread of its own says so itself.
    """
    before = _process.set(SYSTEM)
    try:
        yield
    finally:
        _process.reset(before)


@dataclass(frozen=True, slots=True)
class StandIn:
    """Takes a User's place in the conditions of access; its values are asked for at execution."""

    id: Any
    email: Any
    role: None = None


SOMEBODY: Any = StandIn(
    sa.bindparam("reader_id", callable_=lambda: reader().id, type_=sa.Integer),
    sa.bindparam("reader_email", callable_=lambda: reader().email, type_=sa.String),
)
BEARER = access.Bearer(
    sa.bindparam("reader_token", callable_=lambda: reader().token, type_=sa.String)  # type: ignore[arg-type]  # a bound parameter in the place of its value
)
