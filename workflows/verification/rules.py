"""Predicates and guards of a verification."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.clock import now
from core.database import db
from models import (
    Attachment,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    User,
    Verification,
    VerificationStatus,
)
from workflows.engine import Words

S = VerificationStatus
WAITING = (S.SUBMITTED, S.CODE_SENT)
MOST_TRIES = 5  # of one code
WAITS_ALREADY = lazy_gettext("Your verification waits already.")
NO_MEMBER = lazy_gettext("The person does not act for this enterprise any more.")
CODE_OVER = lazy_gettext("This code is not valid any more. Ask the platform for a new one.")


def is_own(user: User, row: Verification) -> bool:
    """It is about the person's own membership."""
    return membership_of(row).user_id == user.id


def membership_of(row: Verification) -> EnterpriseMembership:
    """Return the membership, also of a row that is not in the session yet."""
    return row.membership or db.session.get_one(EnterpriseMembership, row.membership_id)


def not_yet(row: Verification) -> Words | None:
    """Guard: who acts for an enterprise, and is not verified."""
    membership = membership_of(row)
    if membership.status is not EnterpriseMembershipStatus.MEMBER:
        return NO_MEMBER
    return lazy_gettext("You are verified already.") if membership.verified else None


def still_open(row: Verification) -> Words | None:
    """Guard: the person still acts for the enterprise, and nothing else has verified them."""
    membership = row.membership
    if membership.status is not EnterpriseMembershipStatus.MEMBER:
        return NO_MEMBER
    return lazy_gettext("The person is verified already.") if membership.verified else None


def has_licence(row: Verification) -> Words | None:
    """Guard: there is a licence to see."""
    found = sa.select(Attachment.id).where(Attachment.verification_id == row.id).limit(1)
    if db.session.scalar(found) is None:
        return lazy_gettext("The person has sent no licence: make a code instead, or reject.")
    return still_open(row)


def code_good(row: Verification) -> Words | None:
    """Guard: the code is in time, and was not tried too often."""
    if row.code_due_at is None or row.code_due_at <= now() or row.code_tries > MOST_TRIES:
        return CODE_OVER
    return still_open(row)
