"""Predicates and guards of an association membership."""

from __future__ import annotations

from flask_babel import lazy_gettext

import access
from core.database import db
from models import AssociationMembership, Institution, InstitutionStatus, User
from workflows.engine import Words


def represents_applicant(user: User, row: AssociationMembership) -> bool:
    """Represents the institution: its applicant, or an owner once it is certified."""
    institution = db.session.get_one(Institution, row.institution_id)
    return institution.applicant_id == user.id or access.owns(user, row)


def represents_or_reviews(user: User, row: AssociationMembership) -> bool:
    """The institution itself, or the staff on its behalf, and who revokes it."""
    return represents_applicant(user, row) or access.rejects(user)


def certified(row: AssociationMembership) -> Words | None:
    """Guard: only a certified institution is admitted."""
    if row.institution.status is InstitutionStatus.CERTIFIED:
        return None
    return lazy_gettext("Certify the institution first.")
