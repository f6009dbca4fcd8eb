"""The audit context: from which network address, and in which session, somebody acts.

A request hook holds it (web/audit_context.py), the worker takes that of who ordered a task, and the
defaults of the audit log's columns read it (tables/event.py). So a rule below the views puts
events on record with address and session, and knows no request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

LONGEST_ADDRESS = 45  # characters: an IPv6 address that ends in an IPv4 one


@dataclass(slots=True)
class Origin:
    """Where what happens comes from. Empty: the platform itself, by a job or a command."""

    address: str = ""  # of the network, whole
    session_key: str = ""  # as the session keeps it: SignIn.key
    sign_in_id: int | None = None  # of the row of that session, once somebody asked


NOWHERE = Origin()
_held: ContextVar[Origin] = ContextVar("audit_origin", default=NOWHERE)


def origin() -> Origin:
    """Return where what happens in this context comes from."""
    return _held.get()


def hold(address: str | None, session_key: str = "", sign_in_id: int | None = None) -> None:
    """Say for this context where what happens comes from."""
    _held.set(Origin((address or "")[:LONGEST_ADDRESS], session_key, sign_in_id))


def in_session(sign_in_id: int) -> None:
    """Say which session it is, where it is loaded already: nobody need look it up."""
    held = _held.get()
    if held is not NOWHERE:
        held.sign_in_id = sign_in_id


def release() -> None:
    """Forget it: what follows in this thread is somebody else's."""
    _held.set(NOWHERE)


def address() -> str:
    """Return the network address; "" where the platform itself acts."""
    return _held.get().address


@contextmanager
def acting_from(address: str, sign_in_id: int | None) -> Iterator[None]:
    """Let what happens in the block come from there: what the worker does for a person."""
    before = _held.set(Origin(address, "", sign_in_id))
    try:
        yield
    finally:
        _held.reset(before)
