"""Seen: whoever reached the database could rewrite and delete the audit log without a trace.

Triggers refuse it on both databases, the chain of hashes shows it where they were switched off.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DatabaseError

from core.clock import now
from core.database import db
from models import Event, EventName, EventSeal, Mail
from tests.support.cast import Cast
from workflows import engine
from workflows.audit import check, erasing, sealing, verification

_events: Any = Event.__table__
_seals: Any = EventSeal.__table__


def note(cast: Cast, count: int = 3) -> list[int]:
    """Put some events on record; return their ids."""
    for number in range(count):
        engine.note(cast.bridge, EventName.EDITED, cast.root, changes={"name": ["a", f"{number}"]})
    db.session.commit()
    query = sa.select(_events.c.id).order_by(_events.c.id.desc()).limit(count)
    return sorted(db.session.scalars(query))


def refused(statement: Any) -> bool:
    said = ""
    try:
        db.session.execute(statement)
    except DatabaseError as error:
        said = str(error.orig)
    db.session.rollback()
    return "is append-only" in said


def without_triggers() -> None:
    """As somebody with all rights on the database would."""
    if db.engine.dialect.name == "postgresql":
        for table in ("event", "event_seal"):
            db.session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    else:
        for table in ("event", "event_seal"):
            for change in ("insert", "update", "delete"):
                db.session.execute(sa.text(f"DROP TRIGGER {table}_{change}"))


def change(id: int, **values: Any) -> None:
    db.session.execute(sa.update(_events).where(_events.c.id == id).values(**values))


def findings() -> set[tuple[str, int | str]]:
    return {(one.kind, one.what) for one in verification.verify().findings}


@pytest.mark.sqlite
def test_no_event_is_replaced(app: Flask, cast: Cast) -> None:
    """SQLite's REPLACE deletes without the triggers of DELETE."""
    first = note(cast)[0]
    columns = ", ".join(column.name for column in _events.c)
    copied = ", ".join("'forged'" if column.name == "name" else column.name for column in _events.c)
    assert refused(
        sa.text(f"REPLACE INTO event ({columns}) SELECT {copied} FROM event WHERE id = {first}")
    )
    sealing.seal(now() + timedelta(days=1))
    names = ", ".join(column.name for column in _seals.c)
    assert refused(sa.text(f"REPLACE INTO event_seal ({names}) SELECT {names} FROM event_seal"))


def test_no_event_is_changed_or_deleted(app: Flask, cast: Cast) -> None:
    one = _events.c.id == note(cast)[0]
    assert refused(sa.update(_events).where(one).values(actor_id=cast.vera.id))
    assert refused(sa.update(_events).where(one).values(changes={}))
    assert refused(sa.update(_events).where(one).values(at=now()))
    assert refused(sa.delete(_events).where(one))
    assert refused(sa.delete(_events))
    # erasing is no cover for another change
    erased = {"reason": None, "changes": {}, "salt": "", "erased_at": now(), "content_hash": "x"}
    assert refused(sa.update(_events).where(one).values(name="read", **erased))
    assert not refused(sa.update(_events).where(one).values(**erased))


def test_a_seal_is_neither_changed_nor_deleted(app: Flask, cast: Cast) -> None:
    note(cast)
    assert sealing.seal(now()) > 0
    assert refused(sa.update(_seals).values(hash="0" * 64))
    assert refused(sa.delete(_seals))
    # young events stay, whoever lets them go
    db.session.execute(sa.update(_seals).values(released_at=now()))
    assert refused(sa.delete(_events))


@pytest.mark.postgres
def test_no_event_is_truncated(pg_app: Flask) -> None:
    with pg_app.app_context():
        one = _events.c.id == note(Cast())[0]
        assert refused(sa.text("TRUNCATE event"))
        assert refused(sa.text("TRUNCATE event_seal"))
        assert refused(sa.update(_events).where(one).values(name="x"))
        assert refused(sa.delete(_events))
        assert sealing.seal(now()) > 0
        assert findings() == set()


def test_the_whole_log_is_sealed_and_intact(app: Flask, cast: Cast) -> None:
    note(cast, 5)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(_events))
    assert sealing.seal(now()) == total
    assert sealing.seal(now()) == 0
    result = verification.verify()
    assert result.findings == []
    assert (result.events, result.waiting) == (total, 0)
    note(cast, 2)
    assert verification.verify().waiting == 2
    assert sealing.seal(now()) == 2
    assert verification.verify(result.head).intact
    assert not verification.verify("1:" + "f" * 64).intact


def test_many_events_are_sealed_in_portions(app: Flask, cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(sealing, "PORTION", 4)
    note(cast, 10)
    sealed = sealing.seal(now())
    result = verification.verify()
    assert (result.events, result.seals, result.findings) == (sealed, -(-sealed // 4), [])


def test_what_was_done_past_the_triggers_is_named(app: Flask, cast: Cast) -> None:
    first, second, third = note(cast)
    sealing.seal(now())
    without_triggers()
    change(first, actor_id=cast.vera.id)
    change(second, changes={"name": ["a", "z"]})
    db.session.execute(sa.delete(_events).where(_events.c.id == third))
    db.session.commit()
    found = findings()
    assert {("changed", first), ("changed", second), ("missing", third)} <= found
    assert {kind for kind, _what in found} == {"changed", "missing", "trigger"}


def test_an_event_that_is_slipped_in_later_is_named(app: Flask, cast: Cast) -> None:
    _first, second, _third = note(cast)
    without_triggers()
    row = db.session.execute(sa.select(_events).where(_events.c.id == second)).one()
    db.session.execute(sa.delete(_events).where(_events.c.id == second))
    db.session.commit()
    sealing.seal(now())
    db.session.execute(sa.insert(_events).values(**row._mapping))
    db.session.commit()
    assert ("added", second) in findings()


def test_a_chain_that_is_made_anew_lacks_the_signature(app: Flask, cast: Cast, monkeypatch) -> None:
    note(cast)
    sealing.seal(now())
    head = verification.verify().head
    without_triggers()
    db.session.execute(sa.delete(_seals))
    db.session.execute(sa.update(_events).values(actor_id=None))
    db.session.commit()
    with monkeypatch.context() as patch:
        patch.setattr("workflows.audit.keys.signing_key", lambda: b"guessed")
        sealing.seal(now())
    result = verification.verify(head)
    assert {one.kind for one in result.findings} == {"key", "trigger", "head"}


def test_what_an_event_says_is_erased_and_the_chain_holds(app: Flask, cast: Cast) -> None:
    first, second, third = note(cast)
    sealing.seal(now())
    assert erasing.erase(_events.c.id.in_([first, second])) == 2
    db.session.commit()
    rows = db.session.execute(sa.select(_events).where(_events.c.id.in_([first, third]))).all()
    assert [(row.changes, row.erased_at is not None) for row in rows] == [
        ({}, True), ({"name": ["a", "2"]}, False),
    ]  # fmt: skip
    assert findings() == set()
    assert erasing.erase(_events.c.id.in_([first, second])) == 0  # once


def test_erased_before_it_was_sealed(app: Flask, cast: Cast) -> None:
    erasing.erase(_events.c.id == note(cast)[0])
    db.session.commit()
    sealing.seal(now())
    assert findings() == set()


def test_the_nightly_check_alarms_the_administrators(app: Flask, cast: Cast) -> None:
    id = note(cast)[0]
    sealing.seal(now())
    night = datetime(2026, 11, 30, 19, tzinfo=UTC)
    assert check.check(night) == 0
    without_triggers()
    change(id, name="read")
    db.session.commit()
    assert check.check(night) > 0
    assert check.check(night) > 0  # told once a day
    mails = sa.select(Mail.recipient).where(Mail.template == "audit_broken").order_by(Mail.id)
    assert sorted(db.session.scalars(mails)) == ["audrey@example.com", "root@example.com"]
    check.check(night + timedelta(days=1))
    assert len(db.session.scalars(mails).all()) == 4


def test_the_command_says_where_and_fails(app: Flask, cast: Cast) -> None:
    id = note(cast)[0]
    runner = app.test_cli_runner()
    assert "events sealed" in runner.invoke(args=["audit", "seal"]).output
    whole = runner.invoke(args=["audit", "verify"])
    assert whole.exit_code == 0
    assert "are intact, 0 wait" in whole.output
    head = whole.output.split("head: ")[1].strip()
    assert runner.invoke(args=["audit", "verify", "--expect", head]).exit_code == 0
    without_triggers()
    change(id, name="read")
    db.session.commit()
    broken = runner.invoke(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert f"event {id} was changed" in broken.output
