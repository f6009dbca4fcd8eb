"""Approved deals and their reviews, for tests."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.clock import now
from core.database import db
from models import Review, ReviewSide, Transaction, TransactionStatus
from tests.support.cast import Cast
from workflows import engine
from workflows.review import effects as review_effects

WE_RATE = {"clear_demand": 5, "cooperation": 4, "payment": 3, "comment": "Paid late."}
THEY_RATE = {"quality": 5, "speed": 4, "price": 4, "attitude": 5, "consultant_stars": 3,
             "comment": "Very thorough."}  # fmt: skip


def approved(cast: Cast, **values: Any) -> Transaction:
    """Put an approved deal of Bridge and Acme into the database; not committed."""
    deal = Transaction(
        **{
            "status": TransactionStatus.APPROVED,
            "number": f"JY{uuid.uuid4().hex[:12]}",
            "form_key": str(uuid.uuid4()),
            "institution_id": cast.bridge.id,
            "filer_id": cast.bella.id,
            "enterprise_id": cast.acme.id,
            "enterprise_name": "Acme",
            "affiliation_id": cast.lins_link.id,
            "category_id": cast.law.id,
            "title": "A share agreement",
            "amount": Decimal("12000.00"),
            "signed_on": date(2026, 1, 2),
            "filed_at": now(),
            "approved_at": now(),
        }
        | values
    )
    db.session.add(deal)
    db.session.flush()
    return deal


def opened(cast: Cast, **values: Any) -> tuple[Review, Review]:
    """Return the two open reviews of a new deal: the institution's, and the enterprise's."""
    deal = approved(cast, **values)
    review_effects.open_for([deal], cast.root)
    return pair(deal.id)


def pair(deal: int) -> tuple[Review, Review]:
    query = sa.select(Review).where(Review.transaction_id == deal)
    found = {
        row.side: row
        for row in db.session.scalars(
            query.execution_options(unguarded=True, populate_existing=True)
        )
    }
    return found[ReviewSide.INSTITUTION], found[ReviewSide.ENTERPRISE]


def we_rate(cast: Cast, review: Review, **more: Any) -> engine.Outcome:
    return engine.perform(Review, "rate_enterprise", [review.id], cast.bella, **WE_RATE | more)


def they_rate(cast: Cast, review: Review, **more: Any) -> engine.Outcome:
    return engine.perform(Review, "rate_institution", [review.id], cast.ann, **THEY_RATE | more)


def published(cast: Cast, **values: Any) -> tuple[Review, Review]:
    """Return the two reviews of a new deal, both written and so both published."""
    ours, theirs = opened(cast, **values)
    we_rate(cast, ours)
    they_rate(cast, theirs)
    return pair(ours.transaction_id)
