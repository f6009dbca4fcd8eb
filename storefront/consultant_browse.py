"""What the public pages read of consultants: columns of published ones, never whole rows."""

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
    ConsultantStatus,
    Institution,
    Qualification,
    consultant_category,
)
from storefront import freshness
from storefront.browse import EXCERPT, Field, counted

_links = consultant_category.c
# bare tables: a visitor sees these columns of what is published, and no row of their own right
_photo = Attachment.__table__.alias("photo")
_qualified = Qualification.__table__


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


def one(id: int) -> Any:
    """Return the public columns of a certified consultant, None where there is none.

    `published` says whether he speaks for a public institution; only then contacts are his.
    """
    return db.session.execute(
        sa.select(
            Consultant.id,
            Consultant.name,
            Consultant.title,
            Consultant.introduction,
            Consultant.certified_at,
            access.published(Consultant).label("published"),
            newest_photo().label("photo"),
            sa.case((Consultant.publishes_email, Consultant.email), else_="").label("email"),
            sa.case((Consultant.publishes_mobile, Consultant.mobile), else_="").label("mobile"),
        ).where(
            access.known(Consultant),
            Consultant.status == ConsultantStatus.CERTIFIED,
            Consultant.id == id,
        )
    ).one_or_none()


def institution_of(consultant_id: int) -> Any:
    """Return id and name of the public institution that he speaks for, or None."""
    return db.session.execute(
        sa.select(Institution.id, Institution.name)
        .join(Affiliation, Affiliation.institution_id == Institution.id)
        .where(
            access.published(),
            Affiliation.consultant_id == consultant_id,
            Affiliation.status == AffiliationStatus.LINKED,
        )
    ).one_or_none()


def qualifications_of(consultant_id: int) -> Sequence[Any]:
    """Return name, issuer and end of what he is qualified for; numbers and scans stay inside."""
    columns = (_qualified.c.name, _qualified.c.issuer, _qualified.c.valid_until)
    return db.session.execute(
        sa.select(*columns)
        .where(_qualified.c.consultant_id == consultant_id)
        .order_by(_qualified.c.id)
    ).all()


def photo_key(consultant_id: int) -> str | None:
    """Return where the newest photo of a published consultant is stored, or None."""
    newest = sa.select(newest_photo()).where(
        access.published(Consultant), Consultant.id == consultant_id
    )
    return db.session.scalar(
        sa.select(_photo.c.storage_key).where(_photo.c.id == newest.scalar_subquery())
    )
