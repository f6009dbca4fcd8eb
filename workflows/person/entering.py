"""Joining an enterprise of the register, at once or by a request."""

from __future__ import annotations

import sqlalchemy as sa

import access
from core.database import db
from models import (
    Enterprise,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    ParkEnterprise,
    User,
    VerifiedHow,
)
from workflows.engine import create, perform
from workflows.person import verifying


class NotInRegister(LookupError):
    """The park's register has no enterprise of this credit code."""


def find_in_register(code: str) -> ParkEnterprise | None:
    """Return the line of the park's register for a credit code in its plain form."""
    return db.session.scalar(sa.select(ParkEnterprise).where(ParkEnterprise.credit_code == code))


def enter(
    user: User, code: str, *, remark: str | None = None, vouched: bool = False
) -> EnterpriseMembership:
    """Make `user` a person of the enterprise with this code, in the caller's unit of work.

    The first person of an enterprise joins at once; a later one asks, and its verified members are
    notified. A code is public knowledge: until they are verified, the first one confirms nothing.

    Args:
        user: who joins; flushed, so that the journal can name them.
        code: a credit code in its plain form.
        remark: what an administrator should know of the code.
        vouched: the park's single sign-on says that they belong to the enterprise. Where nobody is
            verified who could be asked, they are let in, and are verified.

    Raises:
        NotInRegister: the enterprise is not one of the park's.
        IntegrityError: the person acts for an enterprise already, or another first person was
            faster; `conflict_words` says it for the reader.
    """
    enterprise = db.session.scalar(sa.select(Enterprise).where(Enterprise.credit_code == code))
    if enterprise is not None:
        row = create(_membership(user, enterprise), "request", user)
        if vouched and not verifying.is_verified(enterprise.id):
            how = VerifiedHow.SINGLE_SIGN_ON
            perform(EnterpriseMembership, "admit", [row.id], access.SYSTEM, how=how)
        return row
    listed = find_in_register(code)
    if listed is None:
        raise NotInRegister(code)
    enterprise = Enterprise(credit_code=code, name=listed.name, remark=remark)
    db.session.add(enterprise)
    db.session.flush()
    row = create(_membership(user, enterprise), "join", user)
    if vouched:
        verifying.verify(row, VerifiedHow.SINGLE_SIGN_ON)
    return row


def vouch(user: User, code: str) -> None:
    """The park's single sign-on says of a member that they belong to the enterprise: verified."""
    query = (
        sa.select(EnterpriseMembership)
        .join(Enterprise, Enterprise.id == EnterpriseMembership.enterprise_id)
        .where(
            EnterpriseMembership.user_id == user.id,
            EnterpriseMembership.status == EnterpriseMembershipStatus.MEMBER,
            EnterpriseMembership.verified_at.is_(None),
            Enterprise.credit_code == code,
        )
    )
    for row in db.session.scalars(query.execution_options(unguarded=True)):
        verifying.verify(row, VerifiedHow.SINGLE_SIGN_ON)


def _membership(user: User, enterprise: Enterprise) -> EnterpriseMembership:
    """By ids: a row tied to its parents, and not yet added, troubles every flush before it is."""
    return EnterpriseMembership(user_id=user.id, enterprise_id=enterprise.id)
