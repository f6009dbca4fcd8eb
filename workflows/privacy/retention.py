"""Retention: the nightly job that deletes what was kept as long as the settings say.

In portions, each committed by itself, so that nobody waits; what one night does not reach, the next
one does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from content import settings
from core.database import db
from models import EventName, EventSeal, InvitationStatus, MailStatus
from tables.task import UNFINISHED
from workflows import engine
from workflows.privacy.declaration import TABLES
from workflows.privacy.register import DECLARED

PORTION = 500  # rows
LONGEST = 600.0  # seconds of one run

_seals: Any = EventSeal.__table__
Overdue = Callable[[datetime], sa.ColumnElement[bool]]


def _c(table: str) -> Any:
    return TABLES[table].c


# {table: what is over, where its period ended at a moment}
OVERDUE: dict[str, Overdue] = {
    "sign_in": lambda end: _c("sign_in").last_seen_at < end,
    "view_as": lambda end: _c("view_as").until < end,
    "notification": lambda end: _c("notification").created_at < end,
    "mail": lambda end: sa.and_(
        _c("mail").created_at < end,
        _c("mail").status.in_((MailStatus.SENT, MailStatus.DEAD)),
    ),
    "invitation": lambda end: sa.and_(
        _c("invitation").status_at < end, _c("invitation").status != InvitationStatus.SENT
    ),
    "task": lambda end: sa.and_(_c("task").finished_at < end, _c("task").status.not_in(UNFINISHED)),
    "demand_draft": lambda end: _c("demand_draft").updated_at < end,
}


def run(at: datetime) -> int:
    """Timed job: delete what is over; return how many rows. Commits."""
    until, deleted = time.monotonic() + LONGEST, 0
    for table, overdue in OVERDUE.items():
        end = at - timedelta(days=settings.get(DECLARED[table].period))
        deleted += _delete(table, overdue(end), until)
    return deleted + _delete_events(at, until)


def _delete(table: str, overdue: sa.ColumnElement[bool], until: float) -> int:
    """Delete rows portion by portion, and put on record how many."""
    rows, count = TABLES[table], 0
    while time.monotonic() < until:
        some = sa.select(rows.c.id).where(overdue).order_by(rows.c.id).limit(PORTION)
        gone = db.session.execute(sa.delete(rows).where(rows.c.id.in_(some))).rowcount  # type: ignore[attr-defined]  # a cursor's result has it
        db.session.commit()
        count += gone
        if gone < PORTION:
            break
    _record(table, count)
    return count


def _record(table: str, count: int) -> None:
    if count:
        engine.note_of(table, engine.EVERYTHING, EventName.RETENTION, None, changes={"rows": count})
        db.session.commit()


def _delete_events(at: datetime, until: float) -> int:
    """Release the seals whose events are all over, and delete these events: the seals stay."""
    end = at - timedelta(days=settings.get("retention_events"))
    db.session.execute(
        sa.update(_seals)
        .where(_seals.c.released_at.is_(None), _seals.c.newest_at < end)
        .values(released_at=at)
    )
    db.session.commit()
    released = (
        sa.select(_seals.c.id)
        .where(
            _seals.c.released_at.is_not(None),
            _c("event").id.between(_seals.c.first_id, _seals.c.last_id),
        )
        .exists()
    )
    # SQLite gives the highest id anew once it is free: the newest event stays
    newest = sa.select(sa.func.max(_c("event").id)).scalar_subquery()
    overdue = sa.and_(_c("event").at < end, released, _c("event").id < newest)
    return _delete("event", overdue, until)
