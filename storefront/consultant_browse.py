"""What lists of consultants read: columns of published ones, never whole rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import access
import search
from database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Attachment,
    AttachmentKind,
    Category,
    Consultant,
    Institution,
    consultant_category,
)
from storefront import freshness
from storefront.browse import EXCERPT, Field, counted

_links = consultant_category.c
# bare: a visitor sees these columns of what is published, and no row of their own right
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
    fields: list[Field]


def newest_photo() -> sa.ScalarSelect[Any]:
    """Return the id of the newest photo of a Consultant, as a column."""
    return (
        sa.select(sa.func.max(_photo.c.id))
        .where(_photo.c.consultant_id == Consultant.id, _photo.c.kind == AttachmentKind.PHOTO)
        .correlate(Consultant)
        .scalar_subquery()
    )


def conditions_of(words: str, chosen: Field | None) -> list[sa.ColumnElement[bool]]:
    """Return the conditions for published consultants, by search and category."""
    found = [access.published(Consultant)]
    if search.words_of(words):
        found.append(search.matches(Consultant, words))
    if chosen:
        ids = sa.select(_links.consultant_id).where(_links.category_id.in_(chosen.all_ids))
        found.append(Consultant.id.in_(ids))
    return found


def fields(words: str) -> list[Field]:
    """Return the categories, each with the published consultants counted that match `words`."""
    conditions = conditions_of(words, None)
    if search.words_of(words):
        return counted(consultant_category, Consultant, conditions)
    return freshness.kept(
        "consultant_fields", lambda: counted(consultant_category, Consultant, conditions)
    )


def count(conditions: Sequence[sa.ColumnElement[bool]]) -> int:
    return db.session.scalar(sa.select(sa.func.count(Consultant.id)).where(*conditions)) or 0


def cards(
    conditions: Sequence[sa.ColumnElement[bool]], *, limit: int, offset: int = 0
) -> list[Card]:
    """Return published consultants, those linked last first, in two queries."""
    rows = db.session.execute(
        sa.select(
            Consultant.id,
            Consultant.name,
            Consultant.title,
            sa.func.substr(Consultant.introduction, 1, EXCERPT),
            Institution.id,
            Institution.name,
            newest_photo(),
        )
        .join(Affiliation, Affiliation.consultant_id == Consultant.id)
        .join(Institution, Institution.id == Affiliation.institution_id)
        .where(Affiliation.status == AffiliationStatus.LINKED, *conditions)
        .order_by(Affiliation.linked_at.desc(), Consultant.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    named = fields_of([row[0] for row in rows])
    told: list[list[Any]] = [[*row, named[row[0]]] for row in rows]
    return [Card(*one) for one in told]


def fields_of(ids: Sequence[int]) -> dict[int, list[Field]]:
    """Return the specialities of consultants: {consultant id: categories in order}."""
    found: dict[int, list[Field]] = defaultdict(list)
    query = (
        sa.select(
            _links.consultant_id,
            Category.id,
            Category.parent_id,
            Category.slug,
            Category.name,
            Category.name_en,
            Category.icon,
        )
        .join(Category, Category.id == _links.category_id)
        .where(_links.consultant_id.in_(ids))
        .order_by(Category.position, Category.id)
    )
    for consultant_id, *columns in db.session.execute(query):
        found[consultant_id].append(Field(*columns))
    return found
