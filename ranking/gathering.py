"""The facts of many institutions or consultants, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from core.database import db
from models import (
    Category,
    Confirmation,
    ConfirmationStatus,
    Enterprise,
    Event,
    ReviewSide,
    ReviewStatus,
    TransactionStatus,
)
from ranking import benefits, profiles
from ranking.facts import Asked, Facts, Moment, Rated
from ranking.formula import PAIR_WINDOW, ConfirmationAnswer, Filed, months_before
from ranking.kinds import Kind, demand, review, transaction
from workdays import calendar as workdays_calendar

IN_TIME = 2  # working days
_event: Any = Event.__table__
_confirmation: Any = Confirmation.__table__
_buyer: Any = Enterprise.__table__
CONFIRMATION_ANSWERS = {
    ConfirmationStatus.ASKED: ConfirmationAnswer.ASKED,
    ConfirmationStatus.CONFIRMED: ConfirmationAnswer.CONFIRMED,
    ConfirmationStatus.DENIED: ConfirmationAnswer.DENIED,
    ConfirmationStatus.SILENT: ConfirmationAnswer.SILENT,
}
ANSWERS = ("accept", "decline", "record_outcome")


def gather(kind: Kind, ids: Sequence[int], moment: Moment) -> dict[int, Facts]:
    """Return the facts of those among `ids` that can be ranked: who was ever certified.

    Args:
        kind: institutions or consultants.
        ids: theirs.
        moment: what happened after it is left out.
    """
    found: dict[int, Facts] = {}
    if not ids:
        return found
    for owner, missing in profiles.gather(kind, ids, moment.day).items():
        found[owner] = Facts(missing=missing, items=len(profiles.ITEMS[kind]))
    known = list(found)
    parents = parents_of_categories()
    for owner, category_id in db.session.execute(
        sa.select(kind.categories.c[kind.key], kind.categories.c.category_id).where(
            kind.categories.c[kind.key].in_(known)
        )
    ):
        found[owner].categories |= {category_id, parents.get(category_id)} - {None}
    for owner, filed in transactions(kind, known, moment):
        found[owner].transactions.append(filed)
    for owner, asked in demands(kind, known, moment):
        found[owner].demands.append(asked)
    for owner, rated in ratings(kind, known, moment):
        found[owner].ratings.append(rated)
    for owner, held in benefits.gather(kind, known, moment.first_day, moment.day, moment.at):
        found[owner].activities.append(held)
    return found


def parents_of_categories() -> dict[int, int | None]:
    """Return {category: the category above it}."""
    table = Category.__table__.c
    query = sa.select(table.id, table.parent_id)
    return {key: above for key, above in db.session.execute(query)}  # noqa: C416  # rows are not pairs to mypy


def approved(moment: Moment) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        transaction.c.status == TransactionStatus.APPROVED,
        sa.func.coalesce(transaction.c.approved_at, transaction.c.status_at) <= moment.at,
    )


def transactions(kind: Kind, ids: Sequence[int], moment: Moment) -> Iterable[tuple[int, Filed]]:
    """Yield the approved transactions of the window and of the year before it, each with its owner.

    An enterprise is known by its credit code; without one by the name that was filed.
    """
    table, owner = kind.of(transaction)
    since = months_before(moment.first_day, PAIR_WINDOW)
    code = sa.func.coalesce(_buyer.c.credit_code, transaction.c.enterprise_code)
    query = (
        sa.select(
            owner,
            transaction.c.id,
            transaction.c.signed_on,
            code,
            transaction.c.enterprise_name,
            transaction.c.enterprise_id,
            _confirmation.c.status,
            transaction.c.related,
            transaction.c.category_id,
        )
        .select_from(
            table.outerjoin(_buyer, _buyer.c.id == transaction.c.enterprise_id).outerjoin(
                _confirmation, _confirmation.c.transaction_id == transaction.c.id
            )
        )
        .where(
            owner.in_(ids),
            transaction.c.signed_on > since,
            transaction.c.signed_on <= moment.day,
            *approved(moment),
        )
    )
    rows = db.session.execute(query)
    for who, id, signed, known_as, name, registered, answer, related, category_id in rows:
        word = CONFIRMATION_ANSWERS.get(
            answer,
            ConfirmationAnswer.UNREGISTERED if registered is None else ConfirmationAnswer.ASKED,
        )
        yield who, Filed(id, signed, known_as or name.strip(), word, related, category_id)


def demands(kind: Kind, ids: Sequence[int], moment: Moment) -> Iterable[tuple[int, Asked]]:
    """Yield the demands of the window, each with its owner and the moments of its steps."""
    table, owner = kind.of(demand)
    calendar = workdays_calendar.calendar()

    def first(*names: str) -> Any:
        return sa.func.min(sa.case((_event.c.name.in_(names), _event.c.at)))

    query = (
        sa.select(
            owner,
            demand.c.created_at,
            demand.c.category_id,
            first(*ANSWERS),
            first("accept"),
            first("record_outcome"),
            first("withdraw"),
        )
        .select_from(
            table.outerjoin(
                _event,
                sa.and_(
                    _event.c.subject_type == demand.name,
                    _event.c.subject_id == demand.c.id,
                    _event.c.at <= moment.at,
                ),
            )
        )
        .where(
            owner.in_(ids),
            demand.c.created_at >= moment.first,
            demand.c.created_at <= moment.at,
        )
        .group_by(owner, demand.c.id, demand.c.created_at, demand.c.category_id)
    )
    for who, posted, category_id, *steps in db.session.execute(query):
        yield who, Asked(posted, calendar.add(posted, IN_TIME), category_id, *steps)


def ratings(kind: Kind, ids: Sequence[int], moment: Moment) -> Iterable[tuple[int, Rated]]:
    """Yield the published reviews of enterprises on transactions that stand, each with its owner.

    Nobody rates themselves: a review of a transaction between related sides does not count.
    """
    table, owner = kind.of(review)
    stars = review.c.stars if kind.name == "institution" else review.c.consultant_stars
    query = (
        sa.select(owner, stars, transaction.c.category_id)
        .select_from(table.join(transaction, transaction.c.id == review.c.transaction_id))
        .where(
            owner.in_(ids),
            review.c.side == ReviewSide.ENTERPRISE,
            review.c.status == ReviewStatus.PUBLISHED,
            stars.is_not(None),
            review.c.published_at >= moment.first,
            review.c.published_at <= moment.at,
            transaction.c.related.is_(sa.false()),
            *approved(moment),
        )
    )
    for who, given, category_id in db.session.execute(query):
        yield who, Rated(float(given), category_id)
