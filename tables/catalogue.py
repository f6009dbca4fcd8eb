"""Categories with the parameters they ask of featured products, and the platform's catalogue."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Line, Short, Text, db, stored_by_value
from tables.base import CASCADE, SET_NULL, Stamped, ref

if TYPE_CHECKING:
    from tables.people import User


class Category(Stamped, db.Model):
    """A field of service, on two levels."""

    parent_id: Mapped[int | None] = ref("category.id")
    slug: Mapped[Short] = mapped_column(unique=True)
    name: Mapped[Short]
    name_en: Mapped[Short]
    icon: Mapped[str] = mapped_column(sa.String(32), default="grid")
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)

    parent: Mapped[Category | None] = relationship(
        back_populates="children", remote_side="Category.id"
    )
    children: Mapped[list[Category]] = relationship(
        back_populates="parent", order_by="Category.position"
    )
    schemas: Mapped[list[ParameterSchema]] = relationship(
        back_populates="category", order_by="ParameterSchema.number"
    )

    def __str__(self) -> str:
        return self.name


class ParameterSchema(Stamped, db.Model):
    """One version of what a category asks of its featured products. Never changed, only followed.

    `fields` is a list of {"key", "label", "label_en", "type", "unit", "choices", "required",
    "help", "filtered"} in the order of the form.
    """

    category_id: Mapped[int] = ref("category.id", CASCADE)
    number: Mapped[int]
    fields: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    author_id: Mapped[int | None] = ref("user.id", SET_NULL)

    category: Mapped[Category] = relationship(back_populates="schemas")
    author: Mapped[User | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("category_id", "number"),)

    def __str__(self) -> str:
        return f"{self.category} v{self.number}"


class PriceKind(StrEnum):
    FIXED = "fixed"
    RANGE = "range"
    AGREEMENT = "agreement"


class Priced:
    """A price in yuan: one amount, a range, or by agreement."""

    price_kind: Mapped[PriceKind] = mapped_column(
        stored_by_value(PriceKind), default=PriceKind.AGREEMENT
    )
    price_from: Mapped[Decimal | None]
    price_to: Mapped[Decimal | None]  # of a range
    price_unit: Mapped[Short] = mapped_column(default="")  # what the amount buys: a case, a year


def price_checks() -> tuple[sa.CheckConstraint, ...]:
    """The constraints that hold a price together, for a table's arguments."""
    return (
        sa.CheckConstraint("price_from IS NULL OR price_from >= 0", name="price_not_negative"),
        sa.CheckConstraint("price_to IS NULL OR price_to >= price_from", name="price_range"),
        sa.CheckConstraint(
            "(price_kind = 'agreement' AND price_from IS NULL AND price_to IS NULL)"
            " OR (price_kind = 'fixed' AND price_from IS NOT NULL AND price_to IS NULL)"
            " OR (price_kind = 'range' AND price_from IS NOT NULL AND price_to IS NOT NULL)",
            name="price_whole",
        ),
    )


class CatalogueItem(Stamped, Priced, db.Model):
    """A regular product (常规产品) of the platform's catalogue, that institutions may offer."""

    category_id: Mapped[int] = ref("category.id")
    name: Mapped[Line] = mapped_column(index=True)
    covers: Mapped[Text] = mapped_column(default="")  # what the service consists of
    duration: Mapped[Line] = mapped_column(default="")  # how long it usually takes
    documents: Mapped[Text] = mapped_column(default="")  # what the enterprise has to bring
    retired: Mapped[bool] = mapped_column(default=False)

    category: Mapped[Category] = relationship()

    __table_args__ = (sa.UniqueConstraint("category_id", "name"), *price_checks())

    def __str__(self) -> str:
        return self.name
