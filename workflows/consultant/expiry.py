"""Expiry warnings of qualifications: consultant and institution are notified twice, once each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from core.clock import park_day
from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Consultant,
    ConsultantStatus,
    Mail,
    NoticeKind,
    Qualification,
    User,
)
from outbox.keys import key_of
from workflows.engine import notices as engine_notices
from workflows.engine.notices import Notice, Recipient, users
from workflows.engine.recipients import institution_people

DAYS = (7, 30)  # before the end; who is seen late gets the nearest warning alone
TEMPLATE = "qualification_expiring"


@dataclass(frozen=True, slots=True)
class ExpiryWarning:
    """One qualification that is due for one of its warnings; in place of a row, for `notify`."""

    qualification: Qualification
    user: User
    link: Affiliation | None
    days: int
    left: int

    @property
    def id(self) -> int:
        return self.qualification.id

    @property
    def version(self) -> str:
        """Names the warning in the key of its mail: a new end is warned of anew."""
        return f"{self.qualification.valid_until}:{self.days}"

    @property
    def key(self) -> str:
        return key_of("qualification", self.id, self.version, TEMPLATE, self.user.email)


def warn(at: datetime) -> int:
    """Warn of what ends within 30 and within 7 days; return how many warnings. Commits."""
    due = _due(park_day(at))
    warned = set(
        db.session.scalars(
            sa.select(Mail.key).where(Mail.key.in_([warning.key for warning in due]))
        )
    )
    new = [warning for warning in due if warning.key not in warned]
    engine_notices.notify("qualification", TO_PERSON, new, _context, {})
    engine_notices.notify("qualification", TO_INSTITUTION, new, _context, {})
    db.session.commit()
    return len(new)


def _due(today: date) -> list[ExpiryWarning]:
    found = db.session.execute(
        sa.select(Qualification, User, Affiliation)
        .join(Consultant, Consultant.id == Qualification.consultant_id)
        .join(User, User.id == Consultant.user_id)
        .outerjoin(
            Affiliation,
            sa.and_(
                Affiliation.consultant_id == Consultant.id,
                Affiliation.status == AffiliationStatus.LINKED,
            ),
        )
        .where(
            Consultant.status == ConsultantStatus.CERTIFIED,
            Qualification.valid_until.between(today, today + timedelta(days=max(DAYS))),
        )
        .options(joinedload(Affiliation.institution), joinedload(Qualification.consultant))
        .order_by(Qualification.id)
        .execution_options(unguarded=True)
    ).all()
    return [
        _warning(qualification, user, link, qualification.valid_until, today)
        for qualification, user, link in found
        if qualification.valid_until is not None
    ]


def _warning(
    qualification: Qualification, user: User, link: Affiliation | None, end: Any, today: date
) -> ExpiryWarning:
    left = (end - today).days
    return ExpiryWarning(
        qualification, user, link, next(days for days in DAYS if left <= days), left
    )


def _context(rows: Sequence[ExpiryWarning]) -> dict[int, dict[str, Any]]:
    return {
        row.id: {
            "consultant": row.qualification.consultant.name,
            "qualification": row.qualification.name,
            "day": str(row.qualification.valid_until),
            "left": row.left,
        }
        for row in rows
    }


def _person(rows: Sequence[ExpiryWarning]) -> dict[int, list[Recipient]]:
    return {row.id: users([row.user]) for row in rows}


def _institution(rows: Sequence[ExpiryWarning]) -> dict[int, list[Recipient]]:
    people = institution_people([row.link for row in rows if row.link])
    return {row.id: people[row.link.id] for row in rows if row.link}


TO_PERSON = Notice(
    template=TEMPLATE,
    kind=NoticeKind.CONSULTANT,
    recipients=_person,
    link=lambda _row: "/account/consultant",
    each=True,  # its key says that this warning was given
)
TO_INSTITUTION = Notice(
    template=TEMPLATE,
    kind=NoticeKind.CONSULTANT,
    recipients=_institution,
    link=lambda row: f"/workbench/consultant/details/?id={row.link.id}" if row.link else "/",
)
