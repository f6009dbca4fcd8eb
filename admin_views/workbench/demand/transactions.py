"""From demand to transaction: links between the two, and demands not yet filed."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask import abort, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload

import access
from admin_views.base import Link
from core.database import db
from core.ids import parse_id
from models import Demand, OutcomeKind, Transaction, TransactionStatus, User
from workflows.transaction.origin import to_be_filed
from workflows.transaction.rules import LIVE

OFFERED = 5  # demands that may become transactions, named on the page of a new one


def transaction_of(demand: Demand, user: User) -> Transaction | None:
    """Return the open or approved transaction of `demand`, or None."""
    return db.session.scalar(
        sa.select(Transaction)
        .where(
            access.workbench(user, Transaction),
            Transaction.demand_id == demand.id,
            Transaction.status.in_((*LIVE, TransactionStatus.DRAFT)),
        )
        .limit(1)
    )


def demand_link(demand: Demand, user: User) -> list[Link]:
    """Return the button of a demand that led to a transaction: file it, or open it."""
    if demand.outcome != OutcomeKind.DEAL or not access.works_for(user, demand):
        return []
    known = transaction_of(demand, user)
    if known is not None:
        url = url_for("transaction.details_view", id=known.id)
        return [Link(label=gettext("See the deal"), url=url)]
    url = url_for("transaction.create_view", demand=demand.id)
    return [Link(label=gettext("File the deal"), url=url, tone="primary")]


def demand_named(user: User) -> Demand | None:
    """Return the demand that the address names, whose outcome is a transaction, else 404."""
    text = request.values.get("demand", "")
    if not text:
        return None
    return db.session.scalar(
        sa.select(Demand).where(
            access.workbench(user, Demand),
            Demand.institution_id.in_(access.institution_ids(user)),
            Demand.id == parse_id(text),
            Demand.outcome == OutcomeKind.DEAL,
        )
    ) or abort(404)


def to_file(user: User) -> Sequence[Demand]:
    """Return demands that ended with a transaction which nobody has filed."""
    return db.session.scalars(
        sa.select(Demand)
        .where(
            access.workbench(user, Demand),
            Demand.institution_id.in_(access.institution_ids(user)),
            to_be_filed(),
        )
        .order_by(Demand.status_at.desc())
        .limit(OFFERED)
        .options(joinedload(Demand.enterprise))
    ).all()
