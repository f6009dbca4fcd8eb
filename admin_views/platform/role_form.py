"""The choice of a platform role: the ready-made ones, and those that administrators made."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import wtforms
from flask_babel import lazy_gettext
from wtforms import validators

import labels
from core.database import db
from forms.base import Form, choices
from models import READY_MADE, Duty, PlatformRole, Proposal, StaffRole, User
from web.template_context import named
from workflows.person import roles
from workflows.proposal import proposing

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

    reason = wtforms.TextAreaField(
        lazy_gettext("Reason, for the second person who confirms it"),
        validators=[validators.Optional(), validators.Length(max=1000)],
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        own = db.session.scalars(sa.select(StaffRole).order_by(StaffRole.id))
        if not roles.needs_second():
            del self.reason
        self.role.choices += choices([(key_of(role), named(role)) for role in own])

    def chosen(self) -> roles.Role:
        """Return the role that was chosen; only of a valid form."""
        return role_from(self.role.data or NONE)


def role_from(key: str) -> roles.Role:
    """Return the role that the form calls `key`."""
    kind, _, id = key.partition(":")
    if id:
        return db.session.get(StaffRole, int(id))
    return PlatformRole(kind) if kind else None


def key_of(role: roles.Role) -> str:
    """Return what the form calls a role."""
    return roles.proposed_as(role)


def role_of(user: User) -> roles.Role:
    """Return the role that a person has."""
    return user.custom_role if user.role is PlatformRole.CUSTOM else user.role


def role_in_words(_view: Any, _context: None, row: User, _name: str) -> str:
    """What the role is called, ready-made or the park's own."""
    return role_name(key_of(role_of(row)))


def role_name(key: str) -> str:
    """Return what the role is called that the form calls `key`."""
    role = role_from(key)
    return named(role) if isinstance(role, StaffRole) else str(labels.label(role))


def propose_role(user: User, form: RoleForm, actor: User) -> Proposal:
    """Propose the chosen role to a second person, in the caller's unit of work.

    Raises:
        ValueError: why not, in the reader's words.
    """
    return proposing.propose(
        actor,
        subject_type="user",
        transition=proposing.ROLE,
        rows={user.id: user.version},
        answers={"role": form.role.data},
        duty=Duty.PEOPLE,
        view="admin_user",
        reason=form.reason.data if "reason" in form else None,
    )
