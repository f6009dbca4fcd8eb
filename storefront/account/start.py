"""The start page of a customer's account: what waits for them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import render_template
from flask_login import login_required
from sqlalchemy.orm import aliased, joinedload

import access
from core.clock import now
from core.database import db
from models import (
    Demand,
    DemandStatus,
    Enquiry,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Institution,
    Review,
    ReviewSide,
    ReviewStatus,
    Transaction,
    User,
)
from storefront import bp
from storefront.consultant.own_certification import own_profile
from storefront.current_person import not_verified, person
from storefront.demand.drafts import drafts_of
from storefront.enquiry.own import to_pick
from storefront.transaction.own import waits_for_answer
from workflows.demand.rules import AWAITING_ANSWER, overdue

SHOWN = 5  # of each list; the others stand in 'my demands'
MOST_LATE = 100  # of the oldest, looked at for their day


def newest(user: User, *conditions: sa.ColumnElement[bool]) -> list[Demand]:
    """Return the newest demands of the person's side that meet `conditions`."""
    query = (
        sa.select(Demand)
        .where(access.account(user, Demand), *conditions)
        .options(joinedload(Demand.institution))
        .order_by(Demand.created_at.desc(), Demand.id.desc())
        .limit(SHOWN)
    )
    return list(db.session.scalars(query))


def unanswered_too_long(user: User) -> list[Demand]:
    """Return the demands of the person's side whose first answer is late, the oldest first."""
    query = (
        sa.select(Demand)
        .where(access.account(user, Demand), Demand.status.in_(AWAITING_ANSWER))
        .options(joinedload(Demand.institution))
        .order_by(Demand.created_at, Demand.id)
        .limit(MOST_LATE)
    )
    return overdue(db.session.scalars(query))[:SHOWN]


def never_sent_on() -> sa.ColumnElement[bool]:
    """The condition for a demand that no later one takes up again."""
    later = aliased(Demand.__table__)
    return ~sa.exists().where(later.c.sent_on_from_id == Demand.id)


def requests_to_join(user: User) -> int:
    """Count who asks to join the person's enterprise."""
    query = sa.select(sa.func.count(EnterpriseMembership.id)).where(
        access.account(user, EnterpriseMembership),
        EnterpriseMembership.user_id != user.id,
        EnterpriseMembership.status == EnterpriseMembershipStatus.REQUESTED,
    )
    return db.session.scalar(query) or 0


def reviews_to_write(user: User) -> int:
    """Count the reviews that wait to be written for the person's enterprise."""
    query = sa.select(sa.func.count(Review.id)).where(
        access.account(user, Review),
        Review.side == ReviewSide.ENTERPRISE,
        Review.status == ReviewStatus.OPEN,
        Review.due_at > now(),
    )
    return db.session.scalar(query) or 0


def transactions_to_answer(user: User) -> int:
    """Count the filed transactions that wait for the enterprise's answer."""
    query = sa.select(sa.func.count(Transaction.id)).where(
        access.account(user, Transaction), waits_for_answer()
    )
    return db.session.scalar(query) or 0


def enquiries_to_pick(user: User) -> list[Enquiry]:
    """Return the newest enquiries whose shortlist waits for the person's side."""
    query = sa.select(Enquiry).where(access.account(user, Enquiry), to_pick())
    return list(
        db.session.scalars(
            query.order_by(Enquiry.created_at.desc(), Enquiry.id.desc()).limit(SHOWN)
        )
    )


@bp.get("/account/")
@login_required
def account() -> Any:
    """Show what waits for the person, and their newest demands."""
    user = person()
    application = (
        sa.select(Institution)
        .where(access.account(user, Institution))
        .order_by(Institution.id.desc())
        .limit(1)
    )
    return render_template(
        "storefront/account/start.html",
        outcomes=newest(user, Demand.status == DemandStatus.OUTCOME),
        late=unanswered_too_long(user),
        declined=newest(user, Demand.status == DemandStatus.DECLINED, never_sent_on()),
        recent=newest(user),
        application=db.session.scalar(application),
        requests=requests_to_join(user),
        consultant=own_profile(user),
        to_rate=reviews_to_write(user),
        transactions=transactions_to_answer(user),
        to_pick=enquiries_to_pick(user),
        drafts=drafts_of(user)[:SHOWN],
        not_verified=not_verified(),
    )
