"""Side effects of a transaction: confirmations asked, reviews opened, scores marked."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

import ranking
from core.database import db
from models import Affiliation, Transaction, User
from workflows.engine import Answers
from workflows.review import effects as review_effects
from workflows.transaction import asking
from workflows.transaction.related_sides import related


def ask_enterprises(rows: list[Transaction], actor: User, _answers: Answers) -> None:
    """Flag transactions between related sides, and ask the enterprises."""
    flagged = related(rows)
    for row in rows:
        row.related = row.id in flagged
    db.session.flush()
    asking.ask_about(rows, actor)


def open_reviews(rows: list[Transaction], actor: User, _answers: Answers) -> None:
    """The volume rises at once, the score within seconds, and reviews open on both sides."""
    review_effects.open_for(rows, actor)
    mark_scores(rows)


def close_reviews(rows: list[Transaction], actor: User, _answers: Answers) -> None:
    """As if the transaction had never been: reviews close, and scores are computed without it."""
    review_effects.close_for(rows, actor)
    mark_scores(rows)


def mark_scores(transactions: Sequence[Transaction]) -> None:
    """Mark whoever has one of the approved among `transactions` to their credit."""
    links = {
        transaction.affiliation_id
        for transaction in transactions
        if transaction.affiliation_id is not None
    }
    consultants = db.session.scalars(
        sa.select(Affiliation.consultant_id)
        .where(Affiliation.id.in_(links))
        .execution_options(unguarded=True)
    )
    touched = {
        transaction.institution_id
        for transaction in transactions
        if transaction.approved_at is not None
    }
    if touched:
        ranking.mark(touched, set(consultants))
