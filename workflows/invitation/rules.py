"""Predicates and guards of an invitation: whom it is for, and a colleague who accepts it."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from core.clock import now
from core.database import db
from models import (
    Affiliation,
    InstitutionStatus,
    Invitation,
    InvitationStatus,
    Membership,
    User,
)
from workflows.engine import GONE, HANDLED, Words
from workflows.invitation import quota, tokens

S = InvitationStatus
EXPIRED = lazy_gettext("This invitation has expired. Ask for a new one.")
INVITED_MEANWHILE = lazy_gettext("This address was invited a moment ago.")
CLOSED = lazy_gettext("This institution takes no colleagues at present.")
HERE_ALREADY = lazy_gettext("This person already works for your institution.")
ELSEWHERE = lazy_gettext(
    "You already work for an institution on this platform. Leave that one before you join another."
)
PLATFORM_STAFF = lazy_gettext("The platform's own staff cannot join an institution.")


def expired(invitation: Invitation) -> bool:
    return invitation.status is S.SENT and invitation.expires_at <= now()


def invited(user: User, row: Invitation) -> bool:
    """The invitation went to this person's address."""
    return user.email.lower() == row.email


def invited_colleague(user: User, row: Invitation) -> bool:
    """The invitation into a workbench went to this person's address."""
    return row.affiliation_id is None and invited(user, row)


def invited_consultant(user: User, row: Invitation) -> bool:
    """The invitation to be a consultant went to this person's address."""
    return row.affiliation_id is not None and invited(user, row)


def may_revoke(user: User, row: Invitation | Affiliation) -> bool:
    """An owner takes it back, or the administrator with the institution's certification."""
    return access.owns(user, row) or access.sanctions(user)


def to_remind(row: Invitation) -> Words | None:
    """Guard: one reminder each, even where two workers race; none of a suspended institution."""
    if row.reminded_at is not None:
        return HANDLED
    if row.institution.status is InstitutionStatus.SUSPENDED:
        return quota.SUSPENDED
    return link_recoverable(row)


def acceptable(row: Invitation) -> Words | None:
    """Guard: the invitation is alive, and the colleague works nowhere yet."""
    if expired(row):
        return EXPIRED
    if row.institution.status not in access.AT_WORK:
        return CLOSED
    if db.session.scalar(sa.select(User.role).where(User.email == row.email)) is not None:
        return PLATFORM_STAFF
    held = sa.select(Membership.id).join(User).where(User.email == row.email, Membership.active)
    if db.session.scalar(held.limit(1)) is not None:
        return ELSEWHERE
    return None


def newcomer(row: Invitation) -> Words | None:
    """Guard: whoever is invited does not work here yet, and there is room for an invitation."""
    held = (
        sa.select(Membership.id)
        .join(User)
        .where(
            User.email == row.email,
            Membership.institution_id == row.institution_id,
            Membership.active,
        )
    )
    if db.session.scalar(held.limit(1)) is not None:
        return HERE_ALREADY
    return quota.refusal(row.institution_id, row.email)


def link_recoverable(row: Invitation) -> Words | None:
    """Guard: whoever is reminded is sent the link that they have."""
    return None if tokens.recomputed_token(row) else GONE
