"""The demo park's reputation: reviews in every state, and activities filed in every way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

import access
import uploads
from core.database import db
from demo.park import Park, read
from models import (
    ActivityRole,
    Review,
    ReviewSide,
    Transaction,
    TransactionStatus,
)
from workflows.activity import writing
from workflows.review.forms import CRITERIA

EVIDENCE = (
    b"%PDF-1.4\n" + b"% stands in for a scan\n" * 2000 + b"1 0 obj <</Type /Page>> endobj\n%%EOF\n"
)
SEALED = 14  # days


def load(park: Park) -> None:
    """Write the reviews of the approved transactions, and file the activities."""
    data = read("reputation")
    for row in approved_transactions():
        assert row.approved_at is not None
        days_ago = (park.started - row.approved_at) / timedelta(days=1)
        opinion = data["opinions"].get(row.contract_number, {})
        if days_ago > SEALED:
            settled(park, row, opinion, days_ago)
        elif "scores" in opinion:  # sealed, until the institution writes or the time is over
            they_rate(park, row, opinion, days_ago - 1)
    for entry in data["activities"]:
        activity(park, entry)
    mailed(park, data["mail"])


def approved_transactions() -> list[Transaction]:
    """Return the approved transactions of registered enterprises, by the moment of approval."""
    query = sa.select(Transaction).where(
        Transaction.status == TransactionStatus.APPROVED, Transaction.enterprise_id.is_not(None)
    )
    return list(db.session.scalars(query.order_by(Transaction.approved_at, Transaction.id)))


def pair(row: Transaction) -> tuple[Review, Review]:
    """Return the reviews of a transaction: the institution's, and the enterprise's."""
    found = db.session.scalars(sa.select(Review).where(Review.transaction_id == row.id))
    by_side = {review.side: review for review in found}
    return by_side[ReviewSide.INSTITUTION], by_side[ReviewSide.ENTERPRISE]


def people(park: Park, row: Transaction) -> tuple[Any, Any]:
    """Return who writes for the institution, and who for the enterprise."""
    institution = next(
        slug for slug, firm in park.institutions.items() if firm.id == row.institution_id
    )
    enterprise = next(
        slug for slug, firm in park.enterprises.items() if firm.id == row.enterprise_id
    )
    return park.people[f"{institution}@demo.example"], park.people[f"{enterprise}@demo.example"]


def scored(side: ReviewSide, stars: list[int], comment: str) -> dict[str, Any]:
    return dict(zip(CRITERIA[side], stars, strict=True)) | {"comment": comment}


def they_rate(park: Park, row: Transaction, entry: dict[str, Any], days_ago: float) -> None:
    answers = scored(ReviewSide.ENTERPRISE, entry["scores"], entry["comment"])
    if row.affiliation_id is not None:
        answers["consultant_stars"] = entry["scores"][0]
    park.step(pair(row)[1], "rate_institution", people(park, row)[1], days_ago, **answers)


def we_rate(park: Park, row: Transaction, entry: dict[str, Any], days_ago: float) -> None:
    answers = scored(ReviewSide.INSTITUTION, entry["in_turn"], entry["in_turn_comment"])
    park.step(pair(row)[0], "rate_enterprise", people(park, row)[0], days_ago, **answers)


def settled(park: Park, row: Transaction, entry: dict[str, Any], days_ago: float) -> None:
    """Both sides wrote, or the fourteen days went by without one; then what came of it."""
    firm, customer = people(park, row)
    ours, theirs = pair(row)
    for review, wrote, rate in ((theirs, "scores", they_rate), (ours, "in_turn", we_rate)):
        if wrote in entry:
            rate(park, row, entry, days_ago - (2 if review is theirs else 4))
    for review, wrote, other in ((theirs, "scores", "in_turn"), (ours, "in_turn", "scores")):
        if wrote not in entry:
            park.step(review, "lapse", access.SYSTEM, days_ago - SEALED)
        elif other not in entry:
            park.step(review, "publish", access.SYSTEM, days_ago - SEALED)
    if "reply" in entry:
        park.step(theirs, "reply", firm, days_ago - 6, reply=entry["reply"])
    if "turn_reply" in entry:
        park.step(ours, "reply", customer, days_ago - 6, reply=entry["turn_reply"])
    if "appeal" in entry:
        park.step(theirs, "appeal", firm, 3, reason=entry["appeal"])
    if "hidden" in entry:
        park.step(theirs, "hide", park.administrator, days_ago - 8, reason=entry["hidden"])


def activity(park: Park, entry: dict[str, Any]) -> None:
    """File an activity, and bring it to the end that the data names."""
    first = next(iter(entry["parts"]))
    by_platform = entry["source"] == "platform"
    actor = park.administrator if by_platform else park.people[f"{first}@demo.example"]
    roles = {
        park.institutions[slug].id: ActivityRole(role) for slug, role in entry["parts"].items()
    }
    filed = roles if by_platform else dict(list(roles.items())[:1])
    with park.at(entry["held"] - 3):
        values = {
            "title": entry["title"],
            "held_on": (park.started - timedelta(days=entry["held"])).date(),
            "authority": entry["authority"],
            "participants": entry["participants"],
            "description": entry["description"],
        }
        scan = uploads.check(EVIDENCE, entry["file"])
        step = "register" if by_platform else "file"
        row = writing.create_activity(step, actor, values, filed, [scan])
        if filed != roles:
            writing.change(row, park.administrator, {}, roles)
    if entry["end"] == "approved":
        park.step(row, "approve", park.administrator, entry["held"] - 5)
    elif entry["end"] == "rejected":
        park.step(row, "reject", park.administrator, entry["held"] - 5, reason=entry["reason"])


def mailed(park: Park, entry: dict[str, Any]) -> None:
    """An activity that came by mail: its day and its role are the reviewer's to find out."""
    roles = {park.institutions[entry["institution"]].id: ActivityRole.SUPPORT}
    with park.at(entry["days_ago"]):
        values = {
            "title": entry["title"],
            "description": entry["description"],
            "message_id": "<salon@demo.example>",
        }
        scan = uploads.check(EVIDENCE, entry["file"])
        writing.create_activity("receive", access.SYSTEM, values, roles, [scan])
