"""Consultants of institutions: who may take a step, what stands against it, and who hears of it."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.database import db
from models import Affiliation, AffiliationStatus, InstitutionStatus, User
from workflows.consultant.facts import lacks
from workflows.engine import Words
from workflows.invitation.acceptance import works_elsewhere

S = AffiliationStatus


LINKED_ELSEWHERE = lazy_gettext("This person speaks for another institution at present.")


LINKED_ALREADY = {"uq_affiliation_linked": LINKED_ELSEWHERE}  # what the database says of a race


# Bare tables: whoever takes the step need not see what stands against it.
_link = Affiliation.__table__.alias("other_link")


def is_consultant(user: User, row: Affiliation) -> bool:
    """The consultant whom the affiliation is about, once he has an account."""
    return row.consultant.user_id is not None and row.consultant.user_id == user.id


def once_linked(row: Affiliation) -> bool:
    return row.linked_at is not None


def elsewhere(row: Affiliation, *states: AffiliationStatus) -> bool:
    """Whether the same person's affiliation with another institution is in one of `states`."""
    query = sa.select(_link.c.id).where(
        _link.c.consultant_id == row.consultant_id,
        _link.c.id != row.id,
        _link.c.status.in_(states),
    )
    return db.session.scalar(query.limit(1)) is not None


def may_invite(row: Affiliation) -> Words | None:
    """Guard: a suspended institution takes nobody on."""
    if row.institution.status is InstitutionStatus.CERTIFIED:
        return None
    return lazy_gettext("While suspended you can invite no consultants.")


def never_linked(row: Affiliation) -> Words | None:
    """Guard: a first invitation; the one below is for somebody who was linked before."""
    return lazy_gettext("This consultant was linked before.") if once_linked(row) else None


def was_linked(row: Affiliation) -> Words | None:
    return None if once_linked(row) else lazy_gettext("This consultant was never linked.")


def complete(row: Affiliation) -> Words | None:
    """Guard: a certification is submitted whole, to an institution that takes consultants."""
    if lacks(row.consultant):
        return lazy_gettext("Fill in everything that is marked as required first.")
    if row.institution.status is not InstitutionStatus.CERTIFIED:
        return lazy_gettext("This institution takes no consultants at present.")
    return None


def free_to_link(row: Affiliation) -> Words | None:
    """Guard of the approval, in words for the platform's staff."""
    if row.institution.status is not InstitutionStatus.CERTIFIED:
        return lazy_gettext("The institution is not certified any more.")
    if elsewhere(row, S.LINKED):
        return LINKED_ELSEWHERE
    if works_elsewhere(row.consultant.user_id or 0, row.institution_id):
        return lazy_gettext("This person works for another institution at present.")
    return None
