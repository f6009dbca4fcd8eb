"""Moving what is filed under a category to another, counted and audited, set-based."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from core.clock import now
from core.database import db
from models import (
    CatalogueItem,
    Category,
    Event,
    EventName,
    FeaturedProduct,
    Institution,
    ProductChange,
    User,
    consultant_category,
    institution_category,
)

FILED = (CatalogueItem, FeaturedProduct, ProductChange)  # rows with one category


class Refused(ValueError):
    """A rule objects; its text says which, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is filed under a category."""

    institutions: int
    items: int
    products: int
    consultants: int

    @property
    def nothing(self) -> bool:
        return not (self.institutions or self.items or self.products or self.consultants)


def holdings(category: Category) -> Holdings:
    """Count what is filed under `category` itself, in one query."""

    def count(column: Any) -> Any:
        query = sa.select(sa.func.count()).where(column == category.id)
        return query.scalar_subquery()

    row = db.session.execute(
        sa.select(
            count(institution_category.c.category_id),
            count(CatalogueItem.__table__.c.category_id),
            count(FeaturedProduct.__table__.c.category_id),
            count(consultant_category.c.category_id),
        )
    ).one()
    return Holdings(*row)


def move(category: Category, target: Category, actor: User) -> None:
    clash = _same_names(category, target)
    if clash:
        raise Refused(
            gettext("Both have a product of the name %(name)s: rename one first.", name=clash)
        )
    for model in FILED:
        table: Any = model.__table__
        moved = db.session.scalars(
            sa.select(table.c.id)
            .where(table.c.category_id == category.id)
            .order_by(table.c.id)
            .with_for_update(key_share=True)
        ).all()
        db.session.execute(  # a version more: an approval that is under way looks again
            sa.update(table)
            .where(table.c.id.in_(moved))
            .values(category_id=target.id, version=table.c.version + 1)
        )
        _journal(table.name, moved, category, target, actor)
    owned = ((institution_category, "institution_id"), (consultant_category, "consultant_id"))
    for links, owner in owned:
        moved = _relink(links, links.c[owner], category, target)
        kind = Institution.__tablename__ if owner == "institution_id" else "consultant"
        _journal(kind, moved, category, target, actor)
    db.session.expire_all()


def _same_names(category: Category, target: Category) -> str | None:
    other = CatalogueItem.__table__.alias("other")
    mine = CatalogueItem.__table__
    return db.session.scalar(
        sa.select(mine.c.name)
        .join(other, other.c.name == mine.c.name)
        .where(mine.c.category_id == category.id, other.c.category_id == target.id)
        .limit(1)
    )


def _relink(links: sa.Table, owner: Any, category: Category, target: Category) -> list[int]:
    """Move the rows of a link table; who has the target already only loses the other."""
    mine = sa.select(owner).where(links.c.category_id == category.id).order_by(owner)
    moved = list(db.session.scalars(mine))
    has = set(db.session.scalars(sa.select(owner).where(links.c.category_id == target.id)))
    db.session.execute(sa.delete(links).where(links.c.category_id == category.id))
    fresh = [{owner.name: key, "category_id": target.id} for key in moved if key not in has]
    if fresh:
        db.session.execute(sa.insert(links), fresh)
    return moved


def _journal(kind: str, ids: Any, category: Category, target: Category, actor: User) -> None:
    """Put on record for each row that its category is another now."""
    if not ids:
        return
    changes = {"category": [category.name, target.name]}
    at = now()
    db.session.execute(
        sa.insert(Event),
        [
            {
                "at": at,
                "actor_id": actor.id,
                "subject_type": kind,
                "subject_id": key,
                "name": EventName.EDITED,
                "changes": changes,
            }
            for key in ids
        ],
    )
