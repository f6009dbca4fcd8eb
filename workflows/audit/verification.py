"""Verification of the audit log: the chain of seals, each event under them, and the triggers.

What a seal says can be counted on as long as the head's hash, or the signing key, was kept where
whoever changes the database does not get.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.database import db
from models import Event, EventSeal
from tables import append_only
from workflows.audit import chain, keys

MOST = 100  # findings that are listed
CHAIN, SIGNATURE, KEY, CHANGED, MISSING, ADDED, ERASED, TRIGGER, HEAD = (
    "chain", "signature", "key", "changed", "missing", "added", "erased", "trigger", "head",
)  # fmt: skip

_events: Any = Event.__table__
_seals: Any = EventSeal.__table__


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was sealed."""

    kind: str
    seal_id: int | None  # None: not of a seal
    what: int | str  # the event's id; of a trigger its name


@dataclass(slots=True)
class Result:
    """What was found. `head` is the last seal and its hash: to be kept outside."""

    events: int = 0  # that are under a seal and intact
    seals: int = 0
    waiting: int = 0  # events that wait for their seal
    head: str = ""
    findings: list[Finding] = field(default_factory=list)
    more: int = 0  # findings beyond those that are listed

    @property
    def intact(self) -> bool:
        return not self.findings

    def add(self, kind: str, seal_id: int | None, what: int | str) -> None:
        if len(self.findings) < MOST:
            self.findings.append(Finding(kind, seal_id, what))
        else:
            self.more += 1


def verify(expected_head: str = "") -> Result:
    """Walk the chain from its beginning, and return what was found. Only reads.

    Args:
        expected_head: "<seal>:<hash>" as an earlier run said it: that seal must still be there.
    """
    result, known = Result(), keys.known_keys()
    _check_triggers(result)
    last_id, previous, expected = 0, chain.GENESIS, expected_head
    for seal in _in_order():
        _check_seal(result, seal, last_id, previous, known)
        _check_events(result, seal)
        result.seals += 1
        last_id, previous = seal.last_id, seal.hash
        result.head = f"{seal.id}:{seal.hash}"
        expected = "" if expected == result.head else expected
    if expected:
        result.add(HEAD, None, expected_head)
    waiting = sa.select(sa.func.count()).select_from(_events).where(_events.c.id > last_id)
    result.waiting = db.session.scalar(waiting) or 0
    return result


def _in_order() -> Iterator[Any]:
    """Yield the seals, one in memory at a time."""
    after = 0
    while True:
        query = sa.select(_seals).where(_seals.c.id > after).order_by(_seals.c.id).limit(1)
        seal = db.session.execute(query).one_or_none()
        if seal is None:
            return
        yield seal
        after = seal.id


def _check_seal(result: Result, seal: Any, last_id: int, previous: str, known: Any) -> None:
    own = chain.seal_hash(seal.first_id, seal.last_id, seal.count, seal.entries, seal.previous)
    if seal.previous != previous or seal.first_id != last_id + 1 or own != seal.hash:
        result.add(CHAIN, seal.id, seal.id)
    right = chain.signed_right(known, seal.key_id, seal.hash, seal.signature)
    if right is None:
        result.add(KEY, seal.id, seal.key_id)
    elif not right:
        result.add(SIGNATURE, seal.id, seal.id)


def _check_events(result: Result, seal: Any) -> None:
    """Compare each event under a seal with what was sealed."""
    try:
        sealed = dict(chain.unpacked(seal.entries))
    except struct.error:
        return  # the chain is broken here, which was found already
    query = sa.select(_events).where(_events.c.id.between(seal.first_id, seal.last_id))
    found = {event.id: event for event in db.session.execute(query)}
    for id, digest in sealed.items():
        event = found.pop(id, None)
        if event is None:
            if seal.released_at is None:
                result.add(MISSING, seal.id, id)
        elif chain.digest(event) != digest:
            result.add(CHANGED, seal.id, id)
        elif event.erased_at is not None and (event.reason is not None or event.changes):
            result.add(ERASED, seal.id, id)
        else:
            result.events += 1
    for id in sorted(found):
        result.add(ADDED, seal.id, id)


def _check_triggers(result: Result) -> None:
    dialect = db.engine.dialect.name
    if dialect == "postgresql":
        # "D": switched off
        there = sa.text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
    else:
        there = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for name in sorted(append_only.expected(dialect) - set(db.session.scalars(there))):
        result.add(TRIGGER, None, name)
