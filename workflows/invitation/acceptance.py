"""Guards of the acceptance by an invited consultant.

What is refused is explained to that person alone. The institution that asked learns that they have
not accepted yet, and nothing of where they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Consultant,
    InstitutionStatus,
    Invitation,
    Membership,
    User,
)
from workflows.engine import GONE, Words
from workflows.invitation.rules import EXPIRED, PLATFORM_STAFF, expired

S = AffiliationStatus
UNDER_WAY = (S.ACCEPTED, S.SUBMITTED, S.RETURNED)
_held = Membership.__table__.alias("workplace")


def works_elsewhere(user_id: int, institution_id: int) -> bool:
    """Whether the person works in the workbench of another institution."""
    query = sa.select(_held.c.id).where(
        _held.c.user_id == user_id, _held.c.active, _held.c.institution_id != institution_id
    )
    return db.session.scalar(query.limit(1)) is not None


NO_CONSULTANTS = lazy_gettext("This institution takes no consultants at present.")
WORKS_ELSEWHERE = lazy_gettext(
    "You work in the workbench of another institution. Leave it before you become a consultant "
    "of this one."
)

LINKED_ELSEWHERE = lazy_gettext(
    "You speak for another institution at present, and a consultant speaks for one at a time. "
    "Leave that one first, then open this link again."
)

ASKED_ELSEWHERE = lazy_gettext(
    "Your certification with another institution is under way. End it first, then open this "
    "link again."
)

KNOWN_HERE = lazy_gettext(
    "This institution has you in its list already, under another entry. Ask it to invite you "
    "from there."
)
# Bare tables: the invited person does not see the rows yet that decide.
_user = User.__table__.alias("invited_user")
_consultant = Consultant.__table__.alias("known_consultant")
_link = Affiliation.__table__.alias("known_link")


def of_a_consultant(row: Invitation) -> Words | None:
    """Guard: the invitation of a consultant, not of a colleague."""
    return None if row.affiliation_id is not None else GONE


def may_accept(row: Invitation) -> Words | None:
    """Guard: the invitation is alive, the institution takes consultants, and the person is free."""
    if expired(row):
        return EXPIRED
    if row.institution.status is not InstitutionStatus.CERTIFIED:
        return NO_CONSULTANTS
    query = sa.select(_user.c.id, _user.c.role).where(_user.c.email == row.email)
    user = db.session.execute(query).first()
    if user is None:
        return None
    if user.role is not None:
        return PLATFORM_STAFF
    if works_elsewhere(user.id, row.institution_id):
        return WORKS_ELSEWHERE
    return _free(row, user.id)


def _free(row: Invitation, user_id: int) -> Words | None:
    """Why a consultant who has a profile already cannot say yes to this institution now."""
    held = db.session.execute(
        sa.select(_link.c.id, _link.c.institution_id, _link.c.status)
        .select_from(_link.join(_consultant, _consultant.c.id == _link.c.consultant_id))
        .where(_consultant.c.user_id == user_id, _link.c.id != row.affiliation_id)
    ).all()
    if any(link.institution_id == row.institution_id for link in held):
        return KNOWN_HERE
    if any(link.status == S.LINKED for link in held):
        return LINKED_ELSEWHERE
    if any(link.status in UNDER_WAY for link in held):
        return ASKED_ELSEWHERE
    return None
