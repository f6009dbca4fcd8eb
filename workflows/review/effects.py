"""Side effects of reviews: opened, closed, published in pairs, scores marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

import access
import ranking
from core.clock import now
from core.database import db
from models import Affiliation, Review, ReviewSide, ReviewStatus, Transaction, User
from workflows.engine import Answers, create_all, perform
from workflows.review.forms import CRITERIA
from workflows.review.rules import OPEN_FOR

S = ReviewStatus
_review = Review.__table__


def open_for(rows: Sequence[Transaction], actor: User) -> None:
    """Open a review on each side of the approved transactions of registered enterprises.

    Args:
        rows: transactions whose rows the caller has locked; those that have reviews are left out.
        actor: who approved them.
    """
    ids = [row.id for row in rows]
    known = set(
        db.session.scalars(
            sa.select(_review.c.transaction_id).where(_review.c.transaction_id.in_(ids))
        )
    )
    opened = [
        Review(
            side=side,
            transaction_id=row.id,
            institution_id=row.institution_id,
            enterprise_id=row.enterprise_id,
            affiliation_id=row.affiliation_id,
            scores={},
            due_at=now() + OPEN_FOR,
        )
        for row in rows
        if row.enterprise_id is not None and row.id not in known
        for side in ReviewSide
    ]
    create_all(opened, "open", actor)


def close_for(rows: Sequence[Transaction], actor: User) -> None:
    """Take the reviews of revoked transactions out of sight and out of count."""
    of_these = _review.c.transaction_id.in_([row.id for row in rows])
    ids = db.session.scalars(sa.select(_review.c.id).where(of_these, _review.c.status != S.LAPSED))
    perform(Review, "void", ids, actor)


def publish_pairs(rows: list[Review], _actor: User, _answers: Answers) -> None:
    """Publish the reviews of every transaction of `rows` that waits for no other review."""
    transactions = {row.transaction_id for row in rows}
    found = db.session.execute(
        sa.select(_review.c.id, _review.c.transaction_id, _review.c.status).where(
            _review.c.transaction_id.in_(transactions)
        )
    ).all()
    waiting = {row.transaction_id for row in found if row.status == S.OPEN}
    sealed = [
        row.id for row in found if row.status == S.SEALED and row.transaction_id not in waiting
    ]
    perform(Review, "publish", sealed, access.SYSTEM)


def mark_scores(rows: list[Review], _actor: User, _answers: Answers) -> None:
    """Mark the scores whose ratings changed for the ranking."""
    counted = [row for row in rows if row.published_at and row.side is ReviewSide.ENTERPRISE]
    if not counted:
        return
    link = Affiliation.__table__
    advised = {row.affiliation_id for row in counted if row.consultant_stars and row.affiliation_id}
    consultants = db.session.scalars(sa.select(link.c.consultant_id).where(link.c.id.in_(advised)))
    ranking.mark(institutions={row.institution_id for row in counted}, consultants=set(consultants))


def review_columns(side: ReviewSide) -> Callable[[Answers, User], dict[str, Any]]:
    """Return what a finished review of `side` writes beside its state."""

    def columns(answers: Answers, actor: User) -> dict[str, Any]:
        scores = {name: int(answers[name]) for name in CRITERIA[side]}
        return {
            "scores": scores,
            "stars": sum(scores.values()) / len(scores),
            "consultant_stars": answers.get("consultant_stars"),
            "comment": answers.get("comment") or "",
            "author_id": actor.id,
            "sealed_at": now(),
        }

    return columns


def appeal_columns(answers: Answers, _actor: User) -> dict[str, Any]:
    return {"appeal": answers["reason"], "appealed_at": now()}


def reply_columns(answers: Answers, _actor: User) -> dict[str, Any]:
    return {"reply": answers["reply"], "replied_at": now()}


def hide_columns(answers: Answers, _actor: User) -> dict[str, Any]:
    """What hiding writes: the reason, and that an appeal is decided with it."""
    return {"reason": answers["reason"], "appeal_decided_at": now()}
