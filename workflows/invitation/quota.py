"""Quota of invitations: how many an institution sends in a day, and an address gets in a week.

Both are settings of the park. Counted are the invitations themselves, so that nothing is forgotten
with a worker or a counter; one that was taken back, and one that was replaced, was a mail too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext

from content import settings
from core.clock import now
from core.database import db
from models import Institution, InstitutionStatus, Invitation
from workflows.engine import Words

DAY, WEEK = timedelta(days=1), timedelta(days=7)
OF_INSTITUTION, OF_ADDRESS = "invitations_per_day", "invitations_per_address"
SUSPENDED = lazy_gettext("While suspended, your institution sends no invitations.")
# Bare tables: what others sent counts, whoever asks.
_sent = Invitation.__table__.alias("sent_invitation")
_institution = Institution.__table__.alias("inviting_institution")


@dataclass(frozen=True, slots=True)
class Wish:
    """An invitation that somebody wants to send."""

    id: int  # of the row that the answer is for
    institution_id: int
    email: str


def refusals(wishes: Sequence[Wish]) -> dict[int, Words]:
    """Return {id: why not} of those wishes that no room is left for, the first come first."""
    if not wishes:
        return {}
    values = settings.all_settings()
    at = now()
    ours = _counted(_sent.c.institution_id, {wish.institution_id for wish in wishes}, at - DAY)
    theirs = _counted(_sent.c.email, {wish.email.lower() for wish in wishes}, at - WEEK)
    found: dict[int, Words] = {}
    for wish in wishes:
        email = wish.email.lower()
        if ours[wish.institution_id] >= values[OF_INSTITUTION]:
            found[wish.id] = lazy_gettext(
                "Your institution has sent %(count)s invitations within a day, and may send no "
                "more at present. Go on tomorrow.",
                count=values[OF_INSTITUTION],
            )
        elif theirs[email] >= values[OF_ADDRESS]:
            found[wish.id] = lazy_gettext(
                "This address got several invitations within a week, and gets no more at present. "
                "Ask the person to look for the mail, or try again in some days."
            )
        else:
            ours[wish.institution_id] += 1
            theirs[email] += 1
    return found


def refusal(institution_id: int, email: str) -> Words | None:
    """Return why an institution may not invite an address now, or None."""
    status = db.session.scalar(
        sa.select(_institution.c.status).where(_institution.c.id == institution_id)
    )
    if status == InstitutionStatus.SUSPENDED:
        return SUSPENDED
    return refusals([Wish(0, institution_id, email)]).get(0)


def _counted(column: sa.ColumnElement, values: Iterable[object], since: object) -> Counter:
    rows = db.session.execute(
        sa.select(column, sa.func.count())
        .where(column.in_(list(values)), _sent.c.created_at > since)
        .group_by(column)
    )
    return Counter({row[0]: row[1] for row in rows})
