"""Duplicate detection: consultants who share a mobile number, an e-mail or a certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from core.database import db
from models import Consultant, Qualification


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another consultant, or another institution's note of one, that shares something."""

    consultant: Consultant
    fields: tuple[str, ...]  # "mobile", "email", "qualifications"


def duplicates_of(rows: Sequence[Consultant]) -> dict[int, list[Duplicate]]:
    """Return what each consultant shares with others: mobile, e-mail, numbers of qualifications.

    In a fixed number of queries for a whole page of the queue. For the platform's staff: it looks
    at everybody.
    """
    numbers = {qualification.number for row in rows for qualification in row.qualifications} - {""}
    others = db.session.scalars(
        sa.select(Consultant)
        .where(
            sa.or_(
                Consultant.mobile.in_({row.mobile for row in rows} - {""}),
                Consultant.email.in_({row.email for row in rows} - {""}),
                Consultant.qualifications.any(Qualification.number.in_(numbers)),
            )
        )
        .order_by(Consultant.id)
        .options(selectinload(Consultant.qualifications))
    ).all()
    return {
        row.id: [
            Duplicate(other, shared)
            for other in others
            if other.id != row.id and (shared := _shared(row, other))
        ]
        for row in rows
    }


def _shared(row: Consultant, other: Consultant) -> tuple[str, ...]:
    mine = {qualification.number for qualification in row.qualifications} - {""}
    theirs = {qualification.number for qualification in other.qualifications}
    found = {
        "mobile": bool(row.mobile) and row.mobile == other.mobile,
        "email": bool(row.email) and row.email == other.email,
        "qualifications": bool(mine & theirs),
    }
    return tuple(name for name, same in found.items() if same)
