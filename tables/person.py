"""People: accounts, and their single sign-on identities."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

import sqlalchemy as sa
from flask_security import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from core.clock import now
from core.database import Email, Line, Model, Short, stored_by_value
from tables.base import CASCADE, Stamped, ref
from tables.role import PlatformRole, StaffRole

if TYPE_CHECKING:
    from tables.enterprise import EnterpriseMembership
    from tables.institution import Membership
    from tables.passkey import Passkey


class AccountKind(StrEnum):
    ORDINARY = "ordinary"
    ENTERPRISE = "enterprise"


class User(Stamped, UserMixin, Model):
    """Somebody who can sign in. The address is in lower case."""

    email: Mapped[Email] = mapped_column(unique=True)
    password: Mapped[str | None] = mapped_column(sa.String(255))
    name: Mapped[Short]
    phone: Mapped[str | None] = mapped_column(sa.String(32))
    kind: Mapped[AccountKind] = mapped_column(
        stored_by_value(AccountKind), default=AccountKind.ORDINARY
    )
    role: Mapped[PlatformRole | None] = mapped_column(stored_by_value(PlatformRole))
    custom_role_id: Mapped[int | None] = ref("staff_role.id")  # where `role` is CUSTOM
    locale: Mapped[str] = mapped_column(sa.String(16), default="zh_Hans_CN")
    # What Flask-Security-Too keeps: a changed uniquifier ends every session of the person.
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]  # type: ignore[assignment]  # the mixin says less
    role_since: Mapped[datetime | None]  # when `role` was given; None without one
    # The second factor, as Flask-Security-Too names its columns. Who has one is asked with every
    # page of the staff, the secrets hardly ever: those come when they are asked for.
    second_factor_at: Mapped[datetime | None]  # since when there has been one; None without
    tf_primary_method: Mapped[str | None] = mapped_column(sa.String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(sa.Text, deferred=True)  # encrypted
    tf_last_counter: Mapped[int | None] = mapped_column(deferred=True)  # of the last code used
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(sa.JSON, deferred=True)  # hashes
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]  # the mixin says less
        sa.String(64), unique=True, deferred=True
    )

    memberships: Mapped[list[Membership]] = relationship(back_populates="user")
    enterprise_memberships: Mapped[list[EnterpriseMembership]] = relationship(
        back_populates="user", foreign_keys="EnterpriseMembership.user_id"
    )
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]  # the mixin says less
        back_populates="user", order_by="Passkey.id", passive_deletes=True
    )
    custom_role: Mapped[StaffRole | None] = relationship()
    if TYPE_CHECKING:
        unread: Mapped[int]  # notices; its expression is in tables/notice.py
        linked: Mapped[bool]  # a linked consultant; in tables/consultant.py
    roles: ClassVar[tuple[str, ...]] = ()  # type: ignore[assignment,misc]  # Flask-Security asks; `role` is what counts here

    __table_args__ = (
        sa.CheckConstraint(
            "CASE WHEN role = 'custom' THEN 1 ELSE 0 END = "
            "CASE WHEN custom_role_id IS NULL THEN 0 ELSE 1 END",
            name="role_of_its_own",
        ),
    )

    @validates("role")
    def note_role(self, _name: str, role: PlatformRole | None) -> PlatformRole | None:
        """Keep since when the platform role is held: the days until a second factor count on."""
        if role is None:
            self.role_since = None
        elif self.role is None:
            self.role_since = now()
        return role

    def __str__(self) -> str:
        return self.name


class Registration(Stamped, Model):
    """The enterprise that a registration named: joined once the address is confirmed, then gone."""

    user_id: Mapped[int] = ref("user.id", CASCADE, unique=True, index=False)
    credit_code: Mapped[str] = mapped_column(sa.String(18))
    remark: Mapped[str | None] = mapped_column(sa.Text)  # what an administrator should know


class ExternalIdentity(Stamped, Model):
    """A single sign-on account: issuer and subject, never the e-mail."""

    user_id: Mapped[int] = ref("user.id", CASCADE)
    issuer: Mapped[Line]
    subject: Mapped[Line]

    user: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)
