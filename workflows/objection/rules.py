"""Predicates and guards of an objection."""

from __future__ import annotations

from flask_babel import lazy_gettext

from core.database import db
from models import (
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Institution,
    InstitutionStatus,
    Objection,
    User,
)
from workflows.engine import Words
from workflows.institution.rules import OPEN

# an application that holds a code; who is certified is left to a revocation
HOLDS = (InstitutionStatus.SUBMITTED, InstitutionStatus.RETURNED)
WAITS_ALREADY = lazy_gettext("Your objection waits already.")
NOT_HELD = lazy_gettext("Nobody else holds it any more: there is nothing to object to.")


def is_own(user: User, row: Objection) -> bool:
    """Objects in their own name."""
    return row.objector_id == user.id


def may_object(row: Objection) -> Words | None:
    """Guard: the request or the application is the objector's own, and waits behind another's."""
    if row.membership_id is not None:
        mine = db.session.get(EnterpriseMembership, row.membership_id)
        if mine is None or mine.user_id != row.objector_id:
            return NOT_HELD
        asked = mine.status is EnterpriseMembershipStatus.REQUESTED
        return None if asked and row.contested_id is not None else NOT_HELD
    own = db.session.get(Institution, row.application_id)
    if own is None or own.applicant_id != row.objector_id or own.status not in OPEN:
        return lazy_gettext("Begin an application of your own first.")
    return None if row.holder_id is not None else NOT_HELD


def still_stands(row: Objection) -> Words | None:
    """Guard: what is contested is held still, and the objector still asks for it."""
    if row.membership is not None:
        if row.membership.status is not EnterpriseMembershipStatus.REQUESTED:
            return lazy_gettext("The objector does not ask to join any more: dismiss it.")
        return None
    if row.holder is not None and row.holder.status is InstitutionStatus.CERTIFIED:
        return lazy_gettext("The other application was certified meanwhile: revoke that first.")
    return None
