"""The choice of a platform role: the ready-made ones, and those that administrators made."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import wtforms
from flask_babel import lazy_gettext

import labels
from core.database import db
from forms.base import Form, choices
from models import READY_MADE, PlatformRole, StaffRole, User
from web.template_context import named
from workflows.person import roles

NONE = ""


class RoleForm(Form):
    """What a person may do for the platform. The park's own roles are added by the view."""

    role = wtforms.SelectField(
        lazy_gettext("Platform role"),
        choices=choices(
            [
                (NONE, lazy_gettext("No platform role")),
                *((role.value, labels.label(role)) for role in READY_MADE),
            ]
        ),
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        own = db.session.scalars(sa.select(StaffRole).order_by(StaffRole.id))
        self.role.choices += choices([(key_of(role), named(role)) for role in own])

    def chosen(self) -> roles.Role:
        """Return the role that was chosen; only of a valid form."""
        kind, _, key = (self.role.data or NONE).partition(":")
        if key:
            return db.session.get(StaffRole, int(key))
        return PlatformRole(kind) if kind else None


def key_of(role: roles.Role) -> str:
    """Return what the form calls a role."""
    return f"custom:{role.id}" if isinstance(role, StaffRole) else role or NONE


def role_of(user: User) -> roles.Role:
    """Return the role that a person has."""
    return user.custom_role if user.role is PlatformRole.CUSTOM else user.role


def role_in_words(_view: Any, _context: None, row: User, _name: str) -> str:
    """What the role is called, ready-made or the park's own."""
    role = role_of(row)
    return named(role) if isinstance(role, StaffRole) else str(labels.label(role))
