"""Categories (`retired` is a soft delete), with the parameters they ask of featured products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Model, Short
from tables.base import CASCADE, SET_NULL, Stamped, ref

if TYPE_CHECKING:
    from tables.person import User


class Category(Stamped, Model):
    """A category of services, on two levels. `retired` is a soft delete: it is offered no more."""

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


class ParameterSchema(Stamped, Model):
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
