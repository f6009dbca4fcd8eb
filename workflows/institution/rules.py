"""Guards of an institution: when an application may be started, submitted, approved."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.database import db
from models import (
    AssociationStatus,
    Attachment,
    AttachmentKind,
    Institution,
    InstitutionStatus,
    User,
)
from workflows.engine import Words
from workflows.institution.facts import NEEDED

S = InstitutionStatus
APPLIED = AssociationStatus.APPLIED
OPEN = frozenset({S.DRAFT, S.RETURNED})
PENDING = OPEN | {S.SUBMITTED}
# who holds a credit code: what the partial unique index of models.Institution covers
HOLDS_CODE = (S.SUBMITTED, S.RETURNED, S.CERTIFIED, S.SUSPENDED)
CODE_TAKEN = lazy_gettext("Another application or institution already uses this credit code.")
CONFLICTS = {"uq_institution_open_credit_code": CODE_TAKEN}
STAFF_OF_THE_PLATFORM = lazy_gettext("The platform's own staff cannot lead an institution.")
AT_WORK_ALREADY = lazy_gettext("The applicant already works for another institution.")


def complete(institution: Institution) -> Words | None:
    """Guard: an application is submitted whole."""
    if any(not getattr(institution, name) for name in NEEDED) or not institution.categories:
        return lazy_gettext("Fill in everything that is marked as required first.")
    licence = sa.select(Attachment.id).where(
        Attachment.institution_id == institution.id, Attachment.kind == AttachmentKind.LICENCE
    )
    if db.session.scalar(licence.limit(1)) is None:
        return lazy_gettext("Add a scan of the business licence first.")
    return free_to_apply(institution)


def free_to_apply(institution: Institution) -> Words | None:
    """Guard: who works in one workbench, or for the platform, applies for no other."""
    applicant = db.session.get_one(User, institution.applicant_id)
    if applicant.role is not None:
        return STAFF_OF_THE_PLATFORM
    if any(held.active for held in applicant.memberships):
        return lazy_gettext("You already work for an institution on this platform.")
    return None


def one_at_a_time(institution: Institution) -> Words | None:
    """Guard: a person has one application under way.

    His row is locked, so that the second of two clicks waits and finds the first one's draft.
    """
    applicant = sa.select(User.id).where(User.id == institution.applicant_id)
    db.session.execute(applicant.with_for_update(key_share=True))
    query = sa.select(Institution.id).where(
        Institution.applicant_id == institution.applicant_id, Institution.status.in_(PENDING)
    )
    if db.session.scalar(query.limit(1)) is not None:
        return lazy_gettext("You already have an application. Go on with that one.")
    return free_to_apply(institution)


def still_free(institution: Institution) -> Words | None:
    """Guard: the applicant has joined neither another institution nor the platform since."""
    if institution.applicant.role is not None:
        return STAFF_OF_THE_PLATFORM
    if any(held.active for held in institution.applicant.memberships):
        return AT_WORK_ALREADY
    return None
