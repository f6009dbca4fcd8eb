"""Transactions out of demands: the columns taken over, and demands that still wait for one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from models import Demand, DemandStatus, OutcomeKind, Transaction, TransactionStatus
from workflows.transaction.rules import LIVE


def columns_from(demand: Demand) -> dict[str, Any]:
    """Return what a transaction takes over from the demand it came of."""
    product = demand.product or demand.offer
    return {
        "demand_id": demand.id,
        "enterprise_id": demand.enterprise_id,
        "enterprise_name": demand.enterprise.name if demand.enterprise else "",
        "enterprise_code": demand.enterprise.credit_code if demand.enterprise else "",
        "affiliation_id": demand.affiliation_id,
        "product_id": demand.product_id if product else None,
        "offer_id": demand.offer_id,
        "category_id": demand.category_id,
        "title": demand.title,
        "amount": demand.amount,
    }


def to_be_filed() -> sa.ColumnElement[bool]:
    """The condition for a demand that ended, undisputed, in a deal that nobody has filed."""
    t = Transaction.__table__.c
    filed = sa.select(t.demand_id).where(
        t.demand_id.is_not(None), t.status.in_((*LIVE, TransactionStatus.DRAFT))
    )
    return sa.and_(
        Demand.outcome == OutcomeKind.DEAL,
        Demand.status != DemandStatus.DISPUTED,
        Demand.id.not_in(filed),
    )
