"""Guards of a profile change: what stands against changing what was certified."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from core.database import db
from models import Institution, ProfileChange, ProfileChangeStatus
from workflows.engine import Words, for_all_rows
from workflows.institution.rules import CODE_TAKEN, HOLDS_CODE

S = ProfileChangeStatus
WAITING_ALREADY = lazy_gettext("A change is already waiting for its review.")
NOTHING_NEW = lazy_gettext("Nothing differs from the certified version.")


@for_all_rows
def code_free(changes: Sequence[ProfileChange]) -> dict[int, Words]:
    """Guard: the institution is at work, and no other holds the credit code."""
    holders = db.session.execute(
        sa.select(Institution.id, Institution.credit_code)
        .where(
            Institution.credit_code.in_({change.credit_code for change in changes}),
            Institution.status.in_(HOLDS_CODE),
        )
        .execution_options(unguarded=True)
    ).all()
    found: dict[int, Words] = {}
    for change in changes:
        if db.session.get_one(Institution, change.institution_id).status not in access.AT_WORK:
            found[change.id] = lazy_gettext("The institution is not certified any more.")
        elif any(
            holder.credit_code == change.credit_code and holder.id != change.institution_id
            for holder in holders
        ):
            found[change.id] = CODE_TAKEN
    return found


def open_change(institution: Institution) -> ProfileChange | None:
    """Return the change of `institution` that waits for its review, if there is one."""
    return db.session.scalar(
        sa.select(ProfileChange).where(
            ProfileChange.institution_id == institution.id, ProfileChange.status == S.SUBMITTED
        )
    )
