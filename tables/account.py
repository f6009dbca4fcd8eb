"""What a person keeps in his account: favourites, drafts, mails not wanted, where he signed in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.database import Key, Line, db, stored_by_value
from tables.base import CASCADE, exactly_one, ref

if TYPE_CHECKING:
    from tables.consultants import Consultant
    from tables.institutions import Institution
    from tables.products import FeaturedProduct


class Favourite(db.Model):
    """Something on the storefront that a person wants to find again."""

    id: Mapped[Key]
    created_at: Mapped[datetime] = mapped_column(default=now)
    user_id: Mapped[int] = ref("user.id", CASCADE)
    institution_id: Mapped[int | None] = ref("institution.id", CASCADE)
    consultant_id: Mapped[int | None] = ref("consultant.id", CASCADE)
    product_id: Mapped[int | None] = ref("featured_product.id", CASCADE)

    institution: Mapped[Institution | None] = relationship()
    consultant: Mapped[Consultant | None] = relationship()
    product: Mapped[FeaturedProduct | None] = relationship()

    __table_args__ = (
        exactly_one("one_thing", "institution_id", "consultant_id", "product_id"),
        sa.UniqueConstraint("user_id", "institution_id"),
        sa.UniqueConstraint("user_id", "consultant_id"),
        sa.UniqueConstraint("user_id", "product_id"),
    )


class NoticeKind(StrEnum):
    """What mails can be done without. The bell tells of it all the same."""

    DEMAND = "demand"
    TRANSACTION = "transaction"
    REVIEW = "review"
    CONSULTANT = "consultant"
    PRODUCT = "product"
    ACTIVITY = "activity"
    COLLEAGUES = "colleagues"


class MutedNotice(db.Model):
    """A person wants no mails of a kind."""

    id: Mapped[Key]
    user_id: Mapped[int] = ref("user.id", CASCADE, index=False)
    kind: Mapped[NoticeKind] = mapped_column(stored_by_value(NoticeKind))

    __table_args__ = (sa.UniqueConstraint("user_id", "kind"),)


class SignIn(db.Model):
    """A session that was begun: where, and whether it was ended. `key` stands in its cookie."""

    id: Mapped[Key]
    user_id: Mapped[int] = ref("user.id", CASCADE)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    at: Mapped[datetime] = mapped_column(default=now)
    browser: Mapped[Line] = mapped_column(default="")
    address: Mapped[Line] = mapped_column(default="")  # the network, without the last part
    ended_at: Mapped[datetime | None]


class DemandDraft(db.Model):
    """A demand that was begun and not posted. Nobody but its writer sees it."""

    id: Mapped[Key]
    user_id: Mapped[int] = ref("user.id", CASCADE)
    kind: Mapped[str] = mapped_column(sa.String(32))  # of its target; "undirected" has no id
    target_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what was typed, by field
    updated_at: Mapped[datetime] = mapped_column(default=now)
