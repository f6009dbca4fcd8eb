"""What the steps of an enquiry write, and what the journal keeps of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.database import db
from models import (
    Enquiry,
    EnquiryCandidate,
    Institution,
)
from workflows.engine import Answers


def note_column(answers: Answers, _actor: Any) -> dict[str, Any]:
    return {"note": answers.get("note") or answers.get("reason") or None}


def note_record(rows: Sequence[EnquiryCandidate], answers: Answers) -> dict[int, dict[str, Any]]:
    return {row.id: {"note": answers["note"]} for row in rows} if answers.get("note") else {}


def shortlist_record(rows: Sequence[Enquiry], answers: Answers) -> dict[int, dict[str, Any]]:
    """What the journal keeps: the names, which people read."""
    found = db.session.scalars(
        sa.select(Institution.name)
        .where(Institution.id.in_(answers["institution_ids"]))
        .order_by(Institution.id)
        .execution_options(unguarded=True)
    )
    names = list(found)
    return {row.id: {"shortlist": names} for row in rows}
