"""A park of deals, demands, reviews and activities for the ranking's tests, written as rows.

What the workflows would write, without them: the ranking knows nothing but rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

import ranking
from core import clock
from core.database import db
from models import (
    Activity,
    ActivityPart,
    ActivityRole,
    ActivitySource,
    ActivityStatus,
    Affiliation,
    Category,
    Confirmation,
    ConfirmationStatus,
    Demand,
    DemandStatus,
    Enterprise,
    Event,
    Institution,
    InstitutionStatus,
    Review,
    ReviewSide,
    ReviewStatus,
    ScoreMark,
    Transaction,
    TransactionStatus,
    User,
)
from ranking import marks
from ranking.kinds import KINDS

TODAY = date(2026, 11, 24)  # a Tuesday
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # noon in the park
_number = itertools.count(1)


def settle_scores() -> int:
    """Commit, and do what the worker does within seconds: compute the scores that are marked."""
    db.session.commit()
    return ranking.settle()


def refresh(institutions: Collection[int] = (), consultants: Collection[int] = ()) -> None:
    """Mark these and compute them, in the test's own unit of work; nothing is committed."""
    db.session.flush()
    ranking.mark(institutions, consultants)
    batch = marks.Batch(clock.now(), {})
    for kind in KINDS:
        query = sa.select(ScoreMark.id, ScoreMark.subject_id).where(ScoreMark.kind == kind.name)
        for key, subject in db.session.execute(query):
            batch.marks.setdefault((kind.name, subject), set()).add(key)
    marks.compute(batch)
    marks.write(batch)


def ago(days: float) -> datetime:
    return NOON - timedelta(days=days)


def enterprise(name: str) -> Enterprise:
    row = Enterprise(name=name, credit_code=f"{next(_number):018d}")
    db.session.add(row)
    db.session.flush()
    return row


def institution(name: str, owner: User, category: Category, **values: Any) -> Institution:
    row = Institution(
        **{
            "name": name,
            "credit_code": f"{next(_number):018d}",
            "status": InstitutionStatus.CERTIFIED,
            "applicant": owner,
            "certified_at": ago(400),
            "categories": [category],
        }
        | values
    )
    db.session.add(row)
    db.session.flush()
    return row


def deal(
    firm: Institution,
    buyer: Enterprise | str,
    days: float,
    said: ConfirmationStatus | None = ConfirmationStatus.CONFIRMED,
    *,
    consultant: Affiliation | None = None,
    category: Category | None = None,
    **values: Any,
) -> Transaction:
    """An approved transaction signed `days` ago. `buyer`: a name for who is not registered."""
    registered = isinstance(buyer, Enterprise)
    row = Transaction(
        **{
            "status": TransactionStatus.APPROVED,
            "form_key": f"deal-{next(_number)}",
            "institution_id": firm.id,
            "filer_id": firm.applicant_id,
            "enterprise_id": buyer.id if registered else None,
            "enterprise_name": buyer.name if registered else buyer,
            "enterprise_code": buyer.credit_code if registered else "",
            "affiliation_id": consultant.id if consultant else None,
            "category_id": (category or firm.categories[0]).id,
            "title": "A deal",
            "amount": Decimal(1000),
            "signed_on": TODAY - timedelta(days=days),
            "filed_at": ago(days),
            "approved_at": ago(days),
        }
        | values
    )
    db.session.add(row)
    db.session.flush()
    if said is not None:
        db.session.add(
            Confirmation(status=said, transaction_id=row.id, due_at=ago(days) + timedelta(days=14))
        )
        db.session.flush()
    return row


def review(row: Transaction, stars: float, days: float = 1, **values: Any) -> Review:
    """The enterprise's published review of an approved transaction."""
    made = Review(
        **{
            "status": ReviewStatus.PUBLISHED,
            "side": ReviewSide.ENTERPRISE,
            "transaction_id": row.id,
            "institution_id": row.institution_id,
            "enterprise_id": row.enterprise_id,
            "affiliation_id": row.affiliation_id,
            "stars": stars,
            "due_at": ago(days),
            "published_at": ago(days),
        }
        | values
    )
    db.session.add(made)
    db.session.flush()
    return made


def demand(
    firm: Institution, poster: User, posted: datetime, *steps: tuple[str, datetime], **values: Any
) -> Demand:
    """A demand with the moments of the steps that were taken on it."""
    row = Demand(
        **{
            "status": DemandStatus.READ,
            "form_key": f"demand-{next(_number)}",
            "poster": poster,
            "institution": firm,
            "category": firm.categories[0],
            "title": "A demand",
            "description": "About it.",
            "contact_name": "Ann",
            "contact_phone": "13812345678",
            "contact_email": "ann@example.com",
            "consented_at": posted,
            "created_at": posted,
        }
        | values
    )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        Event(subject_type="demand", subject_id=row.id, name=name, at=at) for name, at in steps
    )
    db.session.flush()
    return row


def activity(
    firm: Institution, day: date, points: float, role: ActivityRole = ActivityRole.HOST
) -> Activity:
    row = Activity(
        status=ActivityStatus.APPROVED,
        source=ActivitySource.PLATFORM,
        title="A lecture",
        held_on=day,
        status_at=ago(0),
        parts=[ActivityPart(institution_id=firm.id, role=role, points=points)],
    )
    db.session.add(row)
    db.session.flush()
    return row
