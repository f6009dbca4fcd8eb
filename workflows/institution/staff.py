"""Members of a workbench: an owner removes them and promotes owners; the last owner stays."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from core.database import db
from models import EventName, Institution, Membership, MembershipRole, User
from workflows.engine import GONE, NOT_YOURS, Words, edit, note

LAST_OWNER = lazy_gettext("The last owner stays. Make somebody else an owner first.")
OWNER_ALREADY = lazy_gettext("This person is an owner already.")


def may_remove(membership: Membership, actor: User) -> Words | None:
    """Return why `actor` may not end the membership, or None. Everybody may leave."""
    if not membership.active:
        return GONE
    if membership.user_id != actor.id and not access.owns(actor, membership):
        return NOT_YOURS
    if not [owner for owner in _owners(membership) if owner.id != membership.id]:
        return LAST_OWNER
    return None


def may_promote(membership: Membership, actor: User) -> Words | None:
    """Return why `actor` may not make the person an owner, or None."""
    if not membership.active:
        return GONE
    if not access.owns(actor, membership):
        return NOT_YOURS
    return OWNER_ALREADY if membership.role is MembershipRole.OWNER else None


def remove(membership: Membership, actor: User) -> Words | None:
    """End the person's access, at their next request. Return None, or why not.

    What the platform sends to the writer of the application goes to an owner who stays.
    """
    _lock(membership)
    if reason := may_remove(membership, actor):
        return reason
    institution = db.session.get_one(Institution, membership.institution_id)
    membership.active = False
    note(
        institution, EventName.STAFF_REMOVED, actor, changes={"staff": [membership.user.name, None]}
    )
    if institution.applicant_id == membership.user_id:
        heir = next(owner for owner in _owners(membership) if owner.id != membership.id)
        edit(institution, actor, {"applicant_id": heir.user_id})
    db.session.flush()
    return None


def promote(membership: Membership, actor: User) -> Words | None:
    """Make the person an owner. Return None, or why not."""
    _lock(membership)
    if reason := may_promote(membership, actor):
        return reason
    membership.role = MembershipRole.OWNER
    institution = db.session.get_one(Institution, membership.institution_id)
    note(institution, EventName.OWNER_MADE, actor, changes={"owner": [None, membership.user.name]})
    db.session.flush()
    return None


def _lock(membership: Membership) -> None:
    """Lock everybody of the institution, so that two owners cannot remove each other at once."""
    db.session.flush()
    db.session.scalars(
        sa.select(Membership)
        .where(Membership.institution_id == membership.institution_id)
        .order_by(Membership.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def _owners(membership: Membership) -> Sequence[Membership]:
    return db.session.scalars(
        sa.select(Membership)
        .where(
            Membership.institution_id == membership.institution_id,
            Membership.active,
            Membership.role == MembershipRole.OWNER,
        )
        .order_by(Membership.id)
    ).all()
