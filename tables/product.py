"""Featured products of institutions, and changes of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, Line, Model, Text, stored_by_value
from tables.base import CASCADE, Guarded, Living, ref, unique_while
from tables.catalogue import price_checks
from tables.category import Category, ParameterSchema
from tables.price import Priced

if TYPE_CHECKING:
    from tables.consultant import Affiliation
    from tables.institution import Institution
    from tables.person import User


class ProductStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    APPROVED = "approved"
    LISTED = "listed"
    DELISTED = "delisted"
    TAKEN_DOWN = "taken_down"  # by the platform
    DISCARDED = "discarded"  # given up by its institution, before it was ever approved


class Described:
    """What a reviewer reads of a featured product, in the product and in a change of it."""

    name: Mapped[Line] = mapped_column(default="")
    summary: Mapped[Line] = mapped_column(default="")
    description: Mapped[Text] = mapped_column(default="")  # a small Markdown
    # {key: value as JSON} by the version of the category's schema that it was written under
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # the reviewer's words on the last decision: {field name: remark}, "" for the whole
    remarks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str | None] = mapped_column(sa.Text)
    submitted_at: Mapped[datetime | None]


product_affiliation = sa.Table(
    "product_affiliation",
    Base.metadata,
    sa.Column("product_id", sa.Integer, primary_key=True),
    sa.Column("affiliation_id", sa.Integer, primary_key=True, index=True),
    sa.Column("institution_id", sa.Integer, nullable=False),
    # a consultant in charge belongs to the institution of the product
    sa.ForeignKeyConstraint(
        ["product_id", "institution_id"],
        ["featured_product.id", "featured_product.institution_id"],
        ondelete=CASCADE,
    ),
    sa.ForeignKeyConstraint(
        ["affiliation_id", "institution_id"],
        ["affiliation.id", "affiliation.institution_id"],
        ondelete=CASCADE,
        name="fk_product_affiliation_affiliation",
    ),
)


class FeaturedProduct(Living, Described, Priced, Guarded, Model):
    """A featured product (特色产品): reviewed, then listed by its institution.

    The columns of `Described` are the public version; a change of them waits in ProductChange.
    """

    # the index alone, too: SQLite finds some ids of a status by it
    status: Mapped[ProductStatus] = mapped_column(stored_by_value(ProductStatus), index=True)
    institution_id: Mapped[int] = ref("institution.id", CASCADE)
    author_id: Mapped[int] = ref("user.id")
    category_id: Mapped[int] = ref("category.id")
    schema_id: Mapped[int | None] = ref("parameter_schema.id")
    approved_at: Mapped[datetime | None]
    listed_at: Mapped[datetime | None]
    form_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # of the form

    institution: Mapped[Institution] = relationship()
    author: Mapped[User] = relationship()
    category: Mapped[Category] = relationship()
    schema: Mapped[ParameterSchema | None] = relationship()
    # written through product_affiliation, whose rows name the institution too
    in_charge: Mapped[list[Affiliation]] = relationship(
        secondary=product_affiliation,
        primaryjoin="FeaturedProduct.id == product_affiliation.c.product_id",
        secondaryjoin="Affiliation.id == product_affiliation.c.affiliation_id",
        viewonly=True,
    )
    changes: Mapped[list[ProductChange]] = relationship(
        back_populates="product", order_by="ProductChange.id"
    )

    __table_args__ = (
        sa.UniqueConstraint("id", "institution_id", name="uq_featured_product_in_institution"),
        # the shelf by its usual orders: read from where the last page ended, never sorted
        sa.Index("ix_featured_product_newest", "status", "listed_at", "id"),
        sa.Index("ix_featured_product_price", "status", "price_from", "id"),
        sa.Index("ix_featured_product_name", "status", "name", "id"),
        # a few institutions at a time, where the list goes by what they stand for
        sa.Index("ix_featured_product_firm", "status", "institution_id", "id"),
        # how many there are in each category, without reading them
        sa.Index("ix_featured_product_shelf", "status", "category_id", "institution_id"),
        *price_checks(),
    )

    def __str__(self) -> str:
        return self.name


class ProductChangeStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ProductChange(Living, Described, Guarded, Model):
    """A change of what was reviewed of a product, waiting beside the public version."""

    status: Mapped[ProductChangeStatus] = mapped_column(
        stored_by_value(ProductChangeStatus), index=True
    )
    product_id: Mapped[int] = ref("featured_product.id", CASCADE)
    author_id: Mapped[int] = ref("user.id")
    category_id: Mapped[int] = ref("category.id")
    schema_id: Mapped[int | None] = ref("parameter_schema.id")
    # ids of the product's files that go with the approval; the change's own files come then
    dropped_files: Mapped[list[int]] = mapped_column(sa.JSON, default=list)

    product: Mapped[FeaturedProduct] = relationship(back_populates="changes")
    author: Mapped[User] = relationship()
    category: Mapped[Category] = relationship()
    schema: Mapped[ParameterSchema | None] = relationship()

    __table_args__ = (
        unique_while(
            "uq_product_change_open",
            "product_id",
            where="status IN ('draft', 'submitted', 'returned')",
        ),
    )

    def __str__(self) -> str:
        return self.name
