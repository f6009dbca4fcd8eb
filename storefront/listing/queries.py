"""Filter conditions and sort orders of public lists, in SQL: association membership, park,
activity score, rating. Figures for everybody, read from bare tables.

A product is filtered and ordered by these figures of its institution: reviews rate the work of an
institution, and few products have enough transactions of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

import search
from core.database import db
from models import (
    Affiliation,
    AssociationMembership,
    AssociationStatus,
    Consultant,
    ConsultantScore,
    Institution,
    InstitutionScore,
    ParkEnterprise,
    Review,
    ReviewSide,
    ReviewStatus,
)
from ranking.formula import PHANTOMS
from storefront.listing.categories import having
from storefront.listing.filters import ACTIVITY, RATING, Filters
from storefront.listing.sort_orders import ByOwner, Order
from web import fragment_cache

Condition = sa.ColumnElement[bool]
_review: Any = Review.__table__.c
_link = Affiliation.__table__.alias("consultant_link")
_member: Any = AssociationMembership.__table__.c
_firm = Institution.__table__.alias("settled")
_register: Any = ParkEnterprise.__table__.c
_scores: dict[type, tuple[Any, Any]] = {
    Institution: (InstitutionScore.__table__, InstitutionScore.__table__.c.institution_id),
    Consultant: (ConsultantScore.__table__, ConsultantScore.__table__.c.consultant_id),
}


def is_member() -> Condition:
    """Return the condition that an Institution is a member of the association."""
    return sa.exists().where(
        _member.institution_id == Institution.id, _member.status == AssociationStatus.MEMBER
    )


def in_park() -> Condition:
    """Return the condition that an Institution is settled in the park: its register knows it."""
    return sa.exists().where(_register.credit_code == Institution.credit_code)


def conditions(
    criteria: Filters, firm: Any, owner: Any = None, of: type = Institution
) -> list[Condition]:
    """Return the conditions on what stands behind the rows of a list.

    Args:
        criteria: what the address asks for.
        firm: the column with the id of the institution.
        owner: the column with the id of whose stars count, where it is not the institution.
        of: Institution or Consultant: what `owner` is.
    """
    result = []
    if criteria.member:
        result.append(
            firm.in_(
                sa.select(_member.institution_id).where(_member.status == AssociationStatus.MEMBER)
            )
        )
    if criteria.park:
        result.append(
            firm.in_(
                sa.select(_firm.c.id).join(
                    ParkEnterprise.__table__, _register.credit_code == _firm.c.credit_code
                )
            )
        )
    if criteria.stars:
        rated, who, stars = _reviews(of)
        enough = sa.func.avg(stars) >= int(criteria.stars)
        best = rated.with_only_columns(who).group_by(who).having(enough)
        result.append((firm if owner is None else owner).in_(best))
    return result


def narrowed(criteria: Filters, model: type[Any], firm: Any, links: sa.Table) -> list[Condition]:
    """Return all conditions of a list of institutions or consultants.

    Args:
        criteria: what the address asks for.
        model: Institution or Consultant.
        firm: the column with the id of the institution.
        links: which of them is in which category.
    """
    result = conditions(criteria, firm, model.id, model)
    if criteria.words:
        result.append(search.matches(model, criteria.words))
    if criteria.chosen:
        result.append(sa.ColumnElement.in_(model.id, having(links, criteria.chosen)))
    return result


def ordered(criteria: Filters, newest: Any, owner: Any, of: type = Institution) -> Order:
    """Return the order that is asked for: by activity or rating of `owner`, else newest first.

    Args:
        criteria: what the address asks for.
        newest: the column that says since when a row stands in the list.
        owner: a column of ids of `of`.
        of: Institution or Consultant.
    """
    if criteria.sort == ACTIVITY:
        return by_activity(owner, of)
    return by_rating(owner, of) if criteria.sort == RATING else Order(newest, sparse=True)


def by_activity(owner: Any, of: type = Institution) -> Order:
    """Return the order by the activity score of `owner`, a column of ids of `of`."""
    table, who = _scores[of]
    overall = table.c.category_id.is_(None)
    all_scores = sa.select(who, table.c.score).where(overall)
    return _behind(
        owner,
        by=table.c.score,
        join=lambda query: query.outerjoin(table, sa.and_(who == owner, overall)),
        values=("activity", of.__name__, all_scores),
    )


def by_rating(owner: Any, of: type = Institution) -> Order:
    """Return the order by the mean that the ranking believes: one praise does not beat thirty."""
    reviews, who, stars = _reviews(of)
    phantoms = float(PHANTOMS)
    mean = fragment_cache.cached(("mean stars", of.__name__), lambda: _mean(of), alone=True)
    believed = (sa.func.sum(stars) + phantoms * mean) / (sa.func.count() + phantoms)
    all_ratings = reviews.with_only_columns(who.label("who"), believed.label("stars")).group_by(who)
    rated = all_ratings.subquery("rated")
    return _behind(
        owner,
        by=rated.c.stars,
        join=lambda query: query.outerjoin(rated, rated.c.who == owner),
        values=("rating", of.__name__, all_ratings),
    )


def _behind(
    owner: Any,
    *,
    by: Any,
    join: Callable[[sa.Select[Any]], sa.Select[Any]],
    values: tuple[str, str, sa.Select[Any]],
) -> Order:
    """Return the order by a value of `owner`, with its way through a long list.

    Args:
        owner: a column of ids.
        by, join: the value, and the join that brings it.
        values: two names of it, and a SELECT of (id of an owner, its value).
    """
    *name, every = values

    def known() -> dict[int, float]:
        return {id: float(value) for id, value in db.session.execute(every)}

    def when_long() -> Order:
        held = fragment_cache.cached(("values", *name), known)
        return ByOwner(by, sparse=True, join=join, owner=owner, values=held)

    return Order(by, sparse=True, join=join, when_long=when_long)


def _mean(of: type) -> float:
    reviews, _who, stars = _reviews(of)
    return float(db.session.scalar(reviews.with_only_columns(sa.func.avg(stars))) or 0)


def _reviews(of: type) -> tuple[sa.Select[Any], Any, Any]:
    """Return a SELECT of the reviews that count, whom they are of, and their stars."""
    stars, who = _review.stars, _review.institution_id
    tables: sa.FromClause = Review.__table__
    if of is Consultant:
        stars, who = _review.consultant_stars, _link.c.consultant_id
        tables = tables.join(_link, _link.c.id == _review.affiliation_id)
    counted = (
        _review.side == ReviewSide.ENTERPRISE,
        _review.status == ReviewStatus.PUBLISHED,
        stars.is_not(None),
    )
    return sa.select(who).select_from(tables).where(*counted), who, stars
