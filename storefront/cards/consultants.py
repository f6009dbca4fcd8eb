"""Published consultants in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import access
from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Attachment,
    AttachmentKind,
    Consultant,
    Institution,
    consultant_category,
)
from storefront.cards import EXCERPT, UNGUARDED, in_order
from storefront.listing.categories import CountedCategory, categories_of

Condition = sa.ColumnElement[bool]
# a bare table: a visitor sees the pictures of what is published, and no row of their own right
_photo = Attachment.__table__.alias("photo")


@dataclass(frozen=True, slots=True)
class Card:
    """A consultant in a list."""

    id: int
    name: str
    title: str
    excerpt: str
    institution_id: int
    institution: str
    photo: int | None  # names the version of the picture in its address
    categories: list[CountedCategory]


def newest_photo() -> sa.ScalarSelect[Any]:
    """Return the id of the newest photo of a Consultant, as a column."""
    return (
        sa.select(sa.func.max(_photo.c.id))
        .where(_photo.c.consultant_id == Consultant.id, _photo.c.kind == AttachmentKind.PHOTO)
        .correlate(Consultant)
        .scalar_subquery()
    )


def public(conditions: Sequence[Condition] = ()) -> sa.Select[Any]:
    """Return a SELECT of the ids of published consultants, with their institution."""
    return (
        _linked(Consultant.id)
        .where(access.published(Consultant), *conditions)
        .execution_options(**UNGUARDED)
    )


def _linked(*columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .join(Affiliation, Affiliation.consultant_id == Consultant.id)
        .join(Institution, Institution.id == Affiliation.institution_id)
        .where(Affiliation.status == AffiliationStatus.LINKED)
    )


def of_institution(id: int, limit: int) -> list[Card]:
    """Return the linked consultants of an institution, linked last first."""
    query = public([Institution.id == id]).order_by(
        Affiliation.linked_at.desc(), Consultant.id.desc()
    )
    return cards(db.session.scalars(query.limit(limit)).all())


def cards(ids: Sequence[int]) -> list[Card]:
    """Return the cards of those of `ids` that are published, in their order, in two queries."""
    rows = db.session.execute(
        _linked(
            Consultant.id,
            Consultant.name,
            Consultant.title,
            sa.func.substr(Consultant.introduction, 1, EXCERPT),
            Institution.id,
            Institution.name,
            newest_photo(),
        )
        .where(access.published(Consultant), Consultant.id.in_(ids))
        .execution_options(**UNGUARDED)
    ).all()
    named = categories_of(consultant_category, ids)
    listed: list[list[Any]] = [[*row, named[row[0]]] for row in rows]
    return in_order(ids, [Card(*columns) for columns in listed])
