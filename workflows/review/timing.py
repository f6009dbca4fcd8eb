"""Timed jobs of reviews: reminders on day 7 and 12, the end on day 14."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from access import SYSTEM
from core.database import db
from models import Review, ReviewStatus
from workflows.engine import perform
from workflows.review.rules import FIRST_REMINDER, LAST_REMINDER


def settle(at: datetime) -> int:
    """Publish what is sealed and let lapse what was not written, where the time is over at `at`."""
    moved = 0
    for status, step in ((ReviewStatus.SEALED, "publish"), (ReviewStatus.OPEN, "lapse")):
        due = sa.select(Review.id).where(Review.status == status, Review.due_at <= at)
        moved += len(perform(Review, step, db.session.scalars(due), SYSTEM).done)
        db.session.commit()  # the next step begins with transactions again: none is held meanwhile
    return moved


def remind(at: datetime) -> int:
    """Remind those who have not written: on day 7, and again on day 12. A late run reminds once."""
    moved = 0
    for step, number, since, until in (
        ("remind_again", 2, at, at + LAST_REMINDER),
        ("remind", 1, at + LAST_REMINDER, at + FIRST_REMINDER),
    ):
        due = sa.select(Review.id).where(
            Review.status == ReviewStatus.OPEN,
            Review.reminders < number,
            Review.due_at > since,
            Review.due_at <= until,
        )
        moved += len(perform(Review, step, db.session.scalars(due), SYSTEM).done)
        db.session.commit()  # the next step begins with transactions again: none is held meanwhile
    return moved
