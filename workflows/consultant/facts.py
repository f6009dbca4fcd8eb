"""The profile of a consultant: labels, missing fields, and snapshots compared."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.database import db
from models import Affiliation, Attachment, Consultant, Qualification
from workflows.engine import Words, plain, snapshots

# what a certification says, in the order of its form
FIELD_LABELS: dict[str, Words] = {
    "name": lazy_gettext("Name of the consultant"),
    "title": lazy_gettext("Professional title"),
    "mobile": lazy_gettext("Mobile number"),
    "specialities": lazy_gettext("Specialities"),
    "introduction": lazy_gettext("About the consultant"),
    "photo": lazy_gettext("Photo"),
    "qualifications": lazy_gettext("Qualifications"),
    "publishes_email": lazy_gettext("Publish my e-mail address"),
    "publishes_mobile": lazy_gettext("Publish my mobile number"),
}
COLUMNS = ("name", "title", "mobile", "introduction", "publishes_email", "publishes_mobile")
NEEDED = ("name", "title", "mobile", "introduction")


def photo_of(consultant: Consultant) -> Attachment | None:
    """Return the newest photo."""
    return db.session.scalar(
        sa.select(Attachment)
        .where(Attachment.consultant_id == consultant.id)
        .order_by(Attachment.id.desc())
        .limit(1)
    )


def scans_of(consultant: Consultant) -> dict[int, list[Attachment]]:
    """Return the scans of each qualification, by its id."""
    found: dict[int, list[Attachment]] = {
        qualification.id: [] for qualification in consultant.qualifications
    }
    query = sa.select(Attachment).where(Attachment.qualification_id.in_(found))
    for file in db.session.scalars(query.order_by(Attachment.id)):
        found[file.qualification_id or 0].append(file)
    return found


def lacks(consultant: Consultant) -> list[str]:
    """Return the names of what a submission needs and the profile does not say yet.

    Names are those of FIELD_LABELS, and "consent".
    """
    missing = [name for name in NEEDED if not getattr(consultant, name)]
    if not consultant.specialities:
        missing.append("specialities")
    scans = scans_of(consultant)
    if not scans or not all(scans.values()):
        missing.append("qualifications")
    if consultant.consented_at is None:
        missing.append("consent")
    return missing


def qualification_line(qualification: Qualification) -> str:
    """Return a qualification as one line of text."""
    parts = (
        qualification.name,
        qualification.number,
        qualification.issuer,
        plain(qualification.valid_until),
    )
    return " · ".join(part for part in parts if part)


def snapshot(consultant: Consultant) -> dict[str, Any]:
    """Return what the profile says now, as JSON; files as marks that name each scan."""
    found = {name: plain(getattr(consultant, name)) for name in COLUMNS}
    found["specialities"] = [speciality.name for speciality in consultant.specialities]
    scans = scans_of(consultant)
    found["qualifications"] = [
        [
            qualification_line(qualification),
            [file.storage_key[-8:] for file in scans[qualification.id]],
        ]
        for qualification in consultant.qualifications
    ]
    photo = photo_of(consultant)
    found["photo"] = [photo.storage_key[-8:], photo.filename] if photo else None
    return found


def changed_since_last_submission(row: Affiliation) -> dict[str, tuple[Any, Any]]:
    """Return {field: (before, after)} between the last two submissions; empty at the first."""
    return snapshots.changed(row, FIELD_LABELS, _shown)


def _shown(name: str, value: Any) -> Any:
    if name == "qualifications":
        return [line for line, _marks in value or ()]
    return value[1] if name == "photo" and value else value
