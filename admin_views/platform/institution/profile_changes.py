"""Profile changes: review of a new name, credit code or licence of an institution."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

import uploads
from admin_views.base import ChoiceFilter, PlatformView
from core.database import db
from models import Duty, Event, ProfileChange, ProfileChangeStatus


def before_and_after(row: ProfileChange) -> list[tuple[Any, str, str]]:
    """Return (label, before, after) of the change, also once it was applied.

    An approved change is the institution's present: what stood before is in the journal.
    """
    before = {"name": row.institution.name, "credit_code": row.institution.credit_code}
    if row.status is ProfileChangeStatus.APPROVED:
        edited = db.session.scalar(
            sa.select(Event.changes)
            .where(
                Event.subject_type == "institution",
                Event.subject_id == row.institution_id,
                Event.name == "edit",
                Event.at >= row.status_at,
            )
            .order_by(Event.id)
            .limit(1)
        )
        before = {"name": row.name, "credit_code": row.credit_code}
        before |= {
            name: before_after[0] for name, before_after in (edited or {}).items() if name in before
        }
    return [
        (lazy_gettext("Name of the institution"), before["name"], row.name),
        (lazy_gettext("Unified social credit code"), before["credit_code"], row.credit_code),
    ]


class ProfileChangeView(PlatformView):
    """What institutions ask to change in what was certified."""

    opens = frozenset({Duty.APPLICATIONS, Duty.SANCTIONS, Duty.AUDIT})
    column_list = ("institution", "status_at", "name", "credit_code", "proposer", "status")
    column_labels = {
        "institution": lazy_gettext("Certified name"),
        "name": lazy_gettext("Proposed name"),
        "credit_code": lazy_gettext("Proposed credit code"),
        "proposer": lazy_gettext("Proposed by"),
    }
    column_details_list = (
        "institution",
        "proposer",
        "status",
        "created_at",
        "status_at",
        "reason",
    )
    column_sortable_list = ("status_at", ("institution", "institution.name"), "name", "status")
    column_searchable_list = ("name", "credit_code", "institution.name")
    filters = (ChoiceFilter("status", ProfileChangeStatus),)
    details_template = "admin/institution/profile_change.html"
    bulk = ("approve", "reject")
    empty_title = lazy_gettext("No change of a name, code or licence waits.")

    def details_context(self, row: ProfileChange) -> dict[str, Any]:
        return {
            "comparison": before_and_after(row),
            "files": uploads.files_of(row),
            "licences": uploads.files_of(row.institution),
        }
