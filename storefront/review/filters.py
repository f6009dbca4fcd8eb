"""The filters of the enterprise's lists of reviews. Bad values filter nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from core.database import db
from core.ids import parse_id
from labels import label
from models import (
    Affiliation,
    Category,
    Consultant,
    Review,
    ReviewStatus,
    Transaction,
    User,
)
from ranking.ratings import MOST, midnight, whole_stars
from web.template_context import named

_transaction = Transaction.__table__
Condition = sa.ColumnElement[bool]


def day(text: str | None) -> date | None:
    """Return the day that `text` writes, None where it writes none that anybody means."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2999 else None


def conditions(args: Mapping[str, str]) -> list[Condition]:
    """Return the conditions on Review that the address asks for."""
    found: list[Condition] = []
    if args.get("status") in set(ReviewStatus):
        found.append(Review.status == ReviewStatus(args["status"]))
    if stars := parse_id(args.get("stars")):
        found += [Review.stars.is_not(None), whole_stars(Review.stars) == stars]
    if category := parse_id(args.get("category")):
        categories = sa.select(Category.id).where(
            sa.or_(Category.id == category, Category.parent_id == category)
        )
        of_these = sa.select(_transaction.c.id).where(_transaction.c.category_id.in_(categories))
        found.append(Review.transaction_id.in_(of_these))
    if consultant := parse_id(args.get("consultant")):
        found.append(Review.affiliation_id == consultant)
    if since := day(args.get("since")):
        found.append(Review.published_at >= midnight(since))
    if until := day(args.get("until")):
        found.append(Review.published_at < midnight(until + timedelta(days=1)))
    return found


def controls(args: Mapping[str, str], user: User) -> list[dict[str, Any]]:
    """Return the controls of the form: name, label, present value, and options of a choice."""
    mine = sa.select(Review.affiliation_id).where(access.account(user, Review))
    advisers = db.session.execute(
        sa.select(Affiliation.id, Consultant.name)
        .join(Consultant, Consultant.id == Affiliation.consultant_id)
        .where(Affiliation.id.in_(mine))
        .order_by(Consultant.name, Affiliation.id)
    ).all()
    categories = db.session.scalars(sa.select(Category).order_by(Category.position, Category.id))
    options = {
        "status": [(status.value, label(status)) for status in ReviewStatus],
        "stars": [(str(count), "★" * count) for count in range(MOST, 0, -1)],
        "consultant": [(str(consultant.id), consultant.name) for consultant in advisers],
        "category": [(str(category.id), named(category)) for category in categories],
        "since": None,
        "until": None,
    }
    words = {
        "status": lazy_gettext("State"),
        "stars": lazy_gettext("Stars"),
        "consultant": lazy_gettext("Consultant"),
        "category": lazy_gettext("Service category"),
        "since": lazy_gettext("Published from"),
        "until": lazy_gettext("Published until"),
    }
    return [
        {"name": name, "label": words[name], "value": args.get(name, ""), "options": choice}
        for name, choice in options.items()
    ]
