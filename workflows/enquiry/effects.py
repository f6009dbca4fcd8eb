"""Side effects of an enquiry's transitions: the shortlist drawn up, asked and released."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

import access
from core.database import db
from models import CandidateStatus, Enquiry, EnquiryCandidate, Institution, User
from workflows.engine import Answers, create_all, perform
from workflows.enquiry.rules import OFFERED, C


def note_column(answers: Answers, _actor: Any) -> dict[str, Any]:
    return {"note": answers.get("note") or answers.get("reason") or None}


def note_record(rows: Sequence[EnquiryCandidate], answers: Answers) -> dict[int, dict[str, Any]]:
    return {row.id: {"note": answers["note"]} for row in rows} if answers.get("note") else {}


def shortlist_record(rows: Sequence[Enquiry], answers: Answers) -> dict[int, dict[str, Any]]:
    """What the audit event keeps: the names, which people read."""
    found = db.session.scalars(
        sa.select(Institution.name)
        .where(Institution.id.in_(answers["institution_ids"]))
        .order_by(Institution.id)
        .execution_options(unguarded=True)
    )
    names = list(found)
    return {row.id: {"shortlist": names} for row in rows}


def draw_up(rows: list[Enquiry], actor: User, answers: Any) -> None:
    """The shortlist becomes what was chosen: new ones are proposed, the others dropped."""
    chosen = answers["institution_ids"]
    for row in rows:
        known = {
            candidate.institution_id: candidate for candidate in of_enquiries([row.id], tuple(C))
        }
        gone = [
            candidate.id
            for key, candidate in known.items()
            if key not in chosen and candidate.status in OFFERED
        ]
        perform(EnquiryCandidate, "drop", gone, access.SYSTEM)
        back = [
            candidate.id
            for key, candidate in known.items()
            if key in chosen and candidate.status is C.DROPPED
        ]
        perform(EnquiryCandidate, "propose_again", back, actor)
        new = [
            EnquiryCandidate(enquiry_id=row.id, institution_id=key)
            for key in chosen
            if key not in known
        ]
        create_all(new, "propose", actor)
        db.session.expire(row, ["candidates"])


def ask_candidates(rows: list[Enquiry], _actor: User, _answers: Any) -> None:
    """Those on the shortlist are asked."""
    found = of_enquiries([row.id for row in rows], (C.PROPOSED,))
    perform(EnquiryCandidate, "ask", [candidate.id for candidate in found], access.SYSTEM)


def release(rows: list[Enquiry], _actor: User, _answers: Any) -> None:
    """The enquiry is over: whoever waits on its shortlist waits no longer."""
    found = of_enquiries([row.id for row in rows], OFFERED)
    perform(EnquiryCandidate, "drop", [candidate.id for candidate in found], access.SYSTEM)


def of_enquiries(
    ids: Collection[int], states: Collection[CandidateStatus]
) -> list[EnquiryCandidate]:
    """Return the candidates of these enquiries that are in one of `states`, as they are now."""
    query = sa.select(EnquiryCandidate).where(
        EnquiryCandidate.enquiry_id.in_(ids), EnquiryCandidate.status.in_(states)
    )
    options = {"unguarded": True, "populate_existing": True}
    return list(
        db.session.scalars(query.order_by(EnquiryCandidate.id).execution_options(**options))
    )
