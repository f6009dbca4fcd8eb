"""Predicates and guards of a review: who writes, replies, appeals and decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from core.clock import now
from models import Review, ReviewSide, User
from workflows.engine import HANDLED, Words

OPEN_FOR = timedelta(days=14)
LAST_REMINDER = timedelta(days=2)  # before the end: on day 12
FIRST_REMINDER = timedelta(days=7)
OTHER = {
    ReviewSide.INSTITUTION: ReviewSide.ENTERPRISE,
    ReviewSide.ENTERPRISE: ReviewSide.INSTITUTION,
}


def on_side(side: ReviewSide, user: User, row: Review) -> bool:
    """Works for the institution of the transaction, or acts for its enterprise."""
    people = access.works_for if side is ReviewSide.INSTITUTION else access.bought
    return people(user, row)


def decides(user: User, _row: object = None) -> bool:
    """Decides on the transaction itself, or does so by itself."""
    return access.by_itself(user) or access.reviews_trade(user) or access.sanctions(user)


def rates_the_enterprise(user: User, row: Review) -> bool:
    """Works for the institution, and the review is the institution's to write."""
    return row.side is ReviewSide.INSTITUTION and on_side(row.side, user, row)


def rates_the_institution(user: User, row: Review) -> bool:
    """Acts for the enterprise, and the review is the enterprise's to write."""
    return row.side is ReviewSide.ENTERPRISE and on_side(row.side, user, row)


def was_rated(user: User, row: Review) -> bool:
    """Stands on the side that the review is about."""
    return on_side(OTHER[row.side], user, row)


def in_time(row: Review) -> Words | None:
    """Guard: a review is written within fourteen days."""
    return None if now() < row.due_at else lazy_gettext("The fourteen days for it are over.")


def no_reply_yet(row: Review) -> Words | None:
    """Guard: one reply each."""
    return lazy_gettext("This review has its reply already.") if row.replied_at else None


def no_appeal_yet(row: Review) -> Words | None:
    """Guard: one appeal each."""
    return lazy_gettext("An appeal against this review was made already.") if row.appeal else None


def not_reminded(times: int) -> Callable[[Review], Words | None]:
    """Return a guard: fewer than `times` reminders went out. Two workers may look at once."""
    return lambda row: HANDLED if row.reminders >= times else None


def appeal_waits(row: Review) -> Words | None:
    """Guard: there is an appeal to decide on."""
    return None if row.appealed_at and not decided(row) else HANDLED


def decided(row: Review) -> bool:
    """A decision that came before the appeal decided nothing of it."""
    at = row.appeal_decided_at
    return at is not None and row.appealed_at is not None and at >= row.appealed_at


def appeals_waiting() -> sa.ColumnElement[bool]:
    """The condition for a review with an appeal to decide on; as `appeal_waits`."""
    return sa.and_(
        Review.appealed_at.is_not(None),
        sa.or_(Review.appeal_decided_at.is_(None), Review.appeal_decided_at < Review.appealed_at),
    )
