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
from ranking.formula import PAIR_WINDOW, Deal, Word, months_before
from ranking.kinds import Kind, deal, demand, review
from workdays import calendar as workdays_calendar

IN_TIME = 2  # working days
_event: Any = Event.__table__
_said: Any = Confirmation.__table__
_buyer: Any = Enterprise.__table__
WORDS = {
    ConfirmationStatus.ASKED: Word.ASKED,
    ConfirmationStatus.CONFIRMED: Word.CONFIRMED,
    ConfirmationStatus.DENIED: Word.DENIED,
    ConfirmationStatus.SILENT: Word.SILENT,
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
        sa.select(kind.fields.c[kind.key], kind.fields.c.category_id).where(
            kind.fields.c[kind.key].in_(known)
        )
    ):
        found[owner].categories |= {category_id, parents.get(category_id)} - {None}
    for owner, deal_ in deals(kind, known, moment):
        found[owner].deals.append(deal_)
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
        deal.c.status == TransactionStatus.APPROVED,
        sa.func.coalesce(deal.c.approved_at, deal.c.status_at) <= moment.at,
    )


def deals(kind: Kind, ids: Sequence[int], moment: Moment) -> Iterable[tuple[int, Deal]]:
    """Yield the approved transactions of the window and of the year before it, each with its owner.

    An enterprise is known by its credit code; without one by the name that was filed.
    """
    table, owner = kind.of(deal)
    since = months_before(moment.first_day, PAIR_WINDOW)
    code = sa.func.coalesce(_buyer.c.credit_code, deal.c.enterprise_code)
    query = (
        sa.select(
            owner, deal.c.id, deal.c.signed_on, code, deal.c.enterprise_name,
            deal.c.enterprise_id, _said.c.status, deal.c.related, deal.c.category_id,
        )
        .select_from(
            table.outerjoin(_buyer, _buyer.c.id == deal.c.enterprise_id)
            .outerjoin(_said, _said.c.transaction_id == deal.c.id)
        )
        .where(
            owner.in_(ids),
            deal.c.signed_on > since,
            deal.c.signed_on <= moment.day,
            *approved(moment),
        )
    )  # fmt: skip
    for who, key, signed, known_as, name, registered, said, related, field_id in db.session.execute(
        query
    ):
        word = WORDS.get(said, Word.UNREGISTERED if registered is None else Word.ASKED)
        yield who, Deal(key, signed, known_as or name.strip(), word, related, field_id)


def demands(kind: Kind, ids: Sequence[int], moment: Moment) -> Iterable[tuple[int, Asked]]:
    """Yield the demands of the window, each with its owner and the moments of its steps."""
    table, owner = kind.of(demand)
    calendar = workdays_calendar.calendar()

    def first(*names: str) -> Any:
        return sa.func.min(sa.case((_event.c.name.in_(names), _event.c.at)))

    query = (
        sa.select(
            owner, demand.c.created_at, demand.c.category_id,
            first(*ANSWERS), first("accept"), first("record_outcome"), first("withdraw"),
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
    )  # fmt: skip
    for who, posted, field_id, *steps in db.session.execute(query):
        yield who, Asked(posted, calendar.add(posted, IN_TIME), field_id, *steps)


def ratings(kind: Kind, ids: Sequence[int], moment: Moment) -> Iterable[tuple[int, Rated]]:
    """Yield the published reviews that enterprises wrote of deals that stand, each with its owner.

    Nobody rates himself: a review of a deal between related sides does not count.
    """
    table, owner = kind.of(review)
    stars = review.c.stars if kind.name == "institution" else review.c.consultant_stars
    query = (
        sa.select(owner, stars, deal.c.category_id)
        .select_from(table.join(deal, deal.c.id == review.c.transaction_id))
        .where(
            owner.in_(ids),
            review.c.side == ReviewSide.ENTERPRISE,
            review.c.status == ReviewStatus.PUBLISHED,
            stars.is_not(None),
            review.c.published_at >= moment.first,
            review.c.published_at <= moment.at,
            deal.c.related.is_(sa.false()),
            *approved(moment),
        )
    )
    for who, given, field_id in db.session.execute(query):
        yield who, Rated(float(given), field_id)
