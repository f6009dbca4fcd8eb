"""Joining an enterprise of the register, at once or by a request."""

from __future__ import annotations

import sqlalchemy as sa

from core.database import db
from models import Enterprise, EnterpriseMembership, ParkEnterprise, User
from workflows.engine import create


class NotInRegister(LookupError):
    """The park's register has no enterprise of this credit code."""


def find_in_register(code: str) -> ParkEnterprise | None:
    """Return the line of the park's register for a credit code in its plain form."""
    return db.session.scalar(sa.select(ParkEnterprise).where(ParkEnterprise.credit_code == code))


def enter(user: User, code: str, *, remark: str | None = None) -> EnterpriseMembership:
    """Make `user` a person of the enterprise with this code, in the caller's unit of work.

    The first person of an enterprise joins at once; a later one asks, and its members are notified.

    Args:
        user: who joins; flushed, so that the journal can name them.
        code: a credit code in its plain form.
        remark: what an administrator should know of the code.

    Raises:
        NotInRegister: the enterprise is not one of the park's.
        IntegrityError: the person acts for an enterprise already, or another first person was
            faster; `conflict_words` says it for the reader.
    """
    enterprise = db.session.scalar(sa.select(Enterprise).where(Enterprise.credit_code == code))
    if enterprise is not None:
        return create(_membership(user, enterprise), "request", user)
    listed = find_in_register(code)
    if listed is None:
        raise NotInRegister(code)
    enterprise = Enterprise(credit_code=code, name=listed.name, remark=remark)
    db.session.add(enterprise)
    db.session.flush()
    return create(_membership(user, enterprise), "join", user)


def _membership(user: User, enterprise: Enterprise) -> EnterpriseMembership:
    """By ids: a row tied to its parents, and not yet added, troubles every flush before it is."""
    return EnterpriseMembership(user_id=user.id, enterprise_id=enterprise.id)
