"""Stored files, each belonging to one thing."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Line, Model, Short, stored_by_value
from tables.base import CASCADE, Guarded, Stamped, exactly_one, ref


class AttachmentKind(StrEnum):
    LICENCE = "licence"
    QUALIFICATION = "qualification"
    PROPOSED_LICENCE = "proposed_licence"
    PHOTO = "photo"  # of a consultant
    COVER = "cover"  # of a product
    DOCUMENT = "document"  # what goes with a product, a demand, a transaction or an activity
    CONTRACT = "contract"
    INVOICE = "invoice"
    EVIDENCE = "evidence"


OWNERS = (
    "institution_id",
    "profile_change_id",
    "consultant_id",
    "qualification_id",
    "product_id",
    "product_change_id",
    "demand_id",
    "transaction_id",
    "activity_id",
    "verification_id",
    "objection_id",
)


class Attachment(Stamped, Guarded, Model):
    """A stored file and the one thing it belongs to. The bytes live outside the web root."""

    kind: Mapped[AttachmentKind] = mapped_column(stored_by_value(AttachmentKind))
    institution_id: Mapped[int | None] = ref("institution.id", CASCADE)
    profile_change_id: Mapped[int | None] = ref("profile_change.id", CASCADE)
    consultant_id: Mapped[int | None] = ref("consultant.id", CASCADE)
    qualification_id: Mapped[int | None] = ref("qualification.id", CASCADE)
    product_id: Mapped[int | None] = ref("featured_product.id", CASCADE)
    product_change_id: Mapped[int | None] = ref("product_change.id", CASCADE)
    demand_id: Mapped[int | None] = ref("demand.id", CASCADE)
    transaction_id: Mapped[int | None] = ref("transaction.id", CASCADE)
    activity_id: Mapped[int | None] = ref("activity.id", CASCADE)
    verification_id: Mapped[int | None] = ref("verification.id", CASCADE)
    objection_id: Mapped[int | None] = ref("objection.id", CASCADE)
    uploader_id: Mapped[int | None] = ref("user.id")  # None: it came by mail
    filename: Mapped[Line]
    content_type: Mapped[Short]
    size: Mapped[int]  # bytes
    pages: Mapped[int | None]  # of a PDF, where they could be counted
    storage_key: Mapped[str] = mapped_column(sa.String(128), unique=True)

    __table_args__ = (exactly_one("one_owner", *OWNERS),)

    def __str__(self) -> str:
        return self.filename
