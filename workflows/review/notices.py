"""Recipients, links and template context of the notices about a review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from models import NoticeKind, Review, ReviewSide
from workflows.engine import recipients
from workflows.engine.notices import Notice, Recipient, reviewers_of_trade
from workflows.review.rules import OTHER


def people_of(
    rows: Sequence[Review], side_of: Callable[[Review], ReviewSide]
) -> dict[int, list[Recipient]]:
    """Return {row id: recipients}: of each row the side that `side_of` names."""
    ours = {row.institution_id for row in rows if side_of(row) is ReviewSide.INSTITUTION}
    theirs = {row.enterprise_id for row in rows if side_of(row) is ReviewSide.ENTERPRISE}
    institutions = recipients.of_institutions(ours)
    enterprises = recipients.of_enterprises(theirs)
    return {
        row.id: institutions.get(row.institution_id, [])
        if side_of(row) is ReviewSide.INSTITUTION
        else enterprises.get(row.enterprise_id, [])
        for row in rows
    }


def writers(rows: Sequence[Review]) -> dict[int, list[Recipient]]:
    """The side that writes the review."""
    return people_of(rows, lambda row: row.side)


def rated(rows: Sequence[Review]) -> dict[int, list[Recipient]]:
    """The side that is rated, and the consultant whom the review rates on the way."""
    found = people_of(rows, lambda row: OTHER[row.side])
    about = {row.id: row.affiliation_id for row in rows if row.consultant_stars}
    consultants = recipients.of_affiliations([key for key in about.values() if key])
    return {
        key: [*people, *consultants.get(about.get(key) or 0, [])] for key, people in found.items()
    }


def page_of(row: Review, side: ReviewSide) -> str:
    """Return where a side of the transaction reads the review."""
    if side is ReviewSide.ENTERPRISE:
        return f"/account/reviews/{row.id}"
    return f"/workbench/review/details/?id={row.id}"


def to_appeals(row: Review) -> str:
    return f"/admin/appeal/details/?id={row.id}"


def context(rows: Sequence[Review]) -> dict[int, dict[str, Any]]:
    return {
        row.id: {
            "deal": row.transaction.title,
            "institution": row.institution.name,
            "enterprise": row.enterprise.name,
        }
        for row in rows
    }


def notify_writer(template: str) -> Notice[Review]:
    return Notice(
        template=template,
        kind=NoticeKind.REVIEW,
        recipients=writers,
        link=lambda row: page_of(row, row.side),
    )


def notify_rated(template: str) -> Notice[Review]:
    return Notice(
        template=template,
        kind=NoticeKind.REVIEW,
        recipients=rated,
        link=lambda row: page_of(row, OTHER[row.side]),
    )


def notify_reviewers(template: str) -> Notice[Review]:
    return Notice(
        template=template, kind=NoticeKind.REVIEW, recipients=reviewers_of_trade, link=to_appeals
    )
