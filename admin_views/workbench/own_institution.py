"""The institution (tenant) of the user: membership or linked consultant."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort

import access
from core.database import db
from models import Institution, User


def linked_institution(user: User) -> Institution | None:
    """Return the institution that `user` is a linked consultant of without being staff, or None."""
    if access.institution_ids(user):
        return None
    id = next(iter(access.consulted_institution_ids(user)), None)
    return db.session.get(Institution, id) if id is not None else None


def institution_of(user: User) -> Institution:
    """Return the institution that `user` works for; a person works in one workbench.

    Raises:
        NotFound: there is none (any more).
    """
    row = db.session.scalar(
        sa.select(Institution).where(access.workbench(user, Institution)).limit(1)
    )
    if row is None:
        abort(404)
    return row
