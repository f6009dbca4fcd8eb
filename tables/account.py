"""What a person keeps in the account: favourites, sign-ins, consents."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import audit_context
from core.clock import now
from core.database import Key, Line, Model, Short, stored_by_value
from tables.base import CASCADE, exactly_one, ref

if TYPE_CHECKING:
    from tables.consultant import Consultant
    from tables.institution import Institution
    from tables.product import FeaturedProduct


class Favourite(Model):
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


class SessionEnd(StrEnum):
    """Why a session is over."""

    SIGNED_OUT = "signed_out"
    ELSEWHERE = "elsewhere"  # ended from the list of another session of the same person
    IDLE = "idle"
    EXPIRED = "expired"  # the absolute limit
    PASSWORD = "password"  # noqa: S105  # a new one
    ROLE = "role"  # another platform role
    DISABLED = "disabled"
    FACTOR = "factor"  # a second factor was added, removed or reset
    ADMINISTRATOR = "administrator"  # ended by one
    REPLACED = "replaced"  # the same browser signed in anew


class SignInFailure(StrEnum):
    """Why somebody did not get in, as the audit log keeps it."""

    PASSWORD = "password"  # noqa: S105  # a reason
    ACCOUNT = "account"  # it is not confirmed, or disabled
    UNKNOWN = "unknown"  # nobody has that address
    SSO = "sso"
    FACTOR = "factor"  # the password was right


class SignIn(Model):
    """A session on record: where it began, when it was last used, how it ended.

    `key` stands in its cookie, and the cookie is worth what the row says (accounts/sessions.py).
    """

    id: Mapped[Key]
    user_id: Mapped[int] = ref("user.id", CASCADE)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)  # to the minute, or so
    remembered: Mapped[bool] = mapped_column(default=False)  # "stay signed in on this device"
    browser: Mapped[Line] = mapped_column(default="")
    address: Mapped[Line] = mapped_column(default="")  # the network, without the last part
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[SessionEnd | None] = mapped_column(stored_by_value(SessionEnd))


class Consent(Model):
    """Somebody agreed to an edition of a page; each time is in the audit log, too."""

    id: Mapped[Key]
    user_id: Mapped[int] = ref("user.id", CASCADE)
    slug: Mapped[Short]
    edition: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]  # they took it back, and may give it anew

    __table_args__ = (sa.UniqueConstraint("user_id", "slug", "edition"),)


_sign_in: Any = SignIn.__table__


def session_row(context: Any) -> int | None:
    """Column default: the id of the SignIn row of who acts, looked up once in a request."""
    origin = audit_context.origin()
    if origin.sign_in_id is None and origin.session_key:
        origin.sign_in_id = context.connection.scalar(
            sa.select(_sign_in.c.id).where(_sign_in.c.key == origin.session_key)
        )
    return origin.sign_in_id
