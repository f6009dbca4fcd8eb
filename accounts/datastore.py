"""User datastore of Flask-Security. What a role holds comes with the person."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_security import RoleMixin, SQLAlchemyUserDatastore
from sqlalchemy.orm import defer, joinedload, undefer

from accounts import session_limits
from core.database import db
from models import Institution, Membership, Passkey, SignIn, StaffRole, User
from workflows.person import registering

# Made once; the person of a session with its row and the limits in force (accounts/sessions.py),
# and with what nearly every page asks for: the workbench, without its long texts, whether they are
# a consultant, the duties of their role, and the count of their bell.
OF_A_SESSION = (
    sa.select(
        User,
        SignIn.id,
        SignIn.at,
        SignIn.last_seen_at,
        SignIn.remembered,
        SignIn.ended_at,
        SignIn.ended_because,
        session_limits.STORED.label("stored"),
    )
    .join(SignIn, SignIn.user_id == User.id)
    .where(SignIn.key == sa.bindparam("key"))
    .options(
        joinedload(User.memberships)
        .joinedload(Membership.institution, innerjoin=True)
        .options(defer(Institution.introduction), defer(Institution.remarks)),
        joinedload(User.custom_role).joinedload(StaffRole.held),
        undefer(User.unread),
        undefer(User.linked),
    )
    .execution_options(unguarded=True)  # one's own row, before it is known whose eyes look
)


class NoRoles(RoleMixin):
    """Stands in for the role model that Flask-Security wants to know; it has no rows."""


class UserDatastore(SQLAlchemyUserDatastore):
    """Users by a unique column. Addresses are kept in lower case, so equality is enough."""

    def __init__(self) -> None:
        super().__init__(db, User, NoRoles, Passkey)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> User | None:
        name, value = kwargs.popitem()
        if name == "email" and isinstance(value, str):
            value = value.lower()
        return db.session.scalar(sa.select(User).where(getattr(User, name) == value))

    def find_role(self, role: str) -> None:
        return None

    def create_user(self, **kwargs: Any) -> User:
        """Add a person, and flush: journal and mails name them by their id.

        Whoever registered the address before and never confirmed it is forgotten: their password,
        what they typed, and the link that was sent to them.
        """
        held = self.find_user(email=kwargs["email"])
        if held is not None and registering.replaceable(held):
            registering.forget(held)
        user = User(**self._prepare_create_user_args(**kwargs))
        self.put(user)
        db.session.flush()
        return user

    def _prepare_create_user_args(self, **kwargs: Any) -> dict[str, Any]:
        prepared = super()._prepare_create_user_args(**kwargs)
        prepared.pop("roles", None)
        prepared["email"] = prepared["email"].lower()
        return prepared
