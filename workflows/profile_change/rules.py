"""What stands against a change of what was certified."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from core.database import db
from models import Institution, ProfileChange, ProfileChangeStatus
from workflows.engine import (
    Words,
)
from workflows.institution.rules import CODE_TAKEN, HOLDS_CODE

S = ProfileChangeStatus


WAITING_ALREADY = lazy_gettext("A change is already waiting for its review.")


NOTHING_NEW = lazy_gettext("Nothing differs from the certified version.")


def code_free(change: ProfileChange) -> Words | None:
    """Guard: the institution is at work, and no other holds the credit code."""
    institution = db.session.get_one(Institution, change.institution_id)
    if institution.status not in access.AT_WORK:
        return lazy_gettext("The institution is not certified any more.")
    other = sa.select(Institution.id).where(
        Institution.credit_code == change.credit_code,
        Institution.id != change.institution_id,
        Institution.status.in_(HOLDS_CODE),
    )
    if db.session.scalar(other.limit(1).execution_options(unguarded=True)) is not None:
        return CODE_TAKEN
    return None


def open_change(institution: Institution) -> ProfileChange | None:
    """Return the change of `institution` that waits for its review, if there is one."""
    return db.session.scalar(
        sa.select(ProfileChange).where(
            ProfileChange.institution_id == institution.id, ProfileChange.status == S.SUBMITTED
        )
    )
