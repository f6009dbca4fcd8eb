"""What an application says: labels, snapshots compared, and duplicate detection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.database import db
from models import Attachment, AttachmentKind, Institution, InstitutionStatus
from workflows.engine import Words, plain, snapshots

# what an application says, in the order of its form
FIELD_LABELS: dict[str, Words] = {
    "name": lazy_gettext("Name of the institution"),
    "credit_code": lazy_gettext("Unified social credit code"),
    "categories": lazy_gettext("Service categories"),
    "introduction": lazy_gettext("Introduction"),
    "address": lazy_gettext("Address"),
    "website": lazy_gettext("Website"),
    "founded": lazy_gettext("Founded in"),
    "staff_count": lazy_gettext("Number of staff"),
    "contact_name": lazy_gettext("Contact person"),
    "contact_mobile": lazy_gettext("Mobile number"),
    "contact_phone": lazy_gettext("Telephone"),
    "contact_email": lazy_gettext("Reserved e-mail"),
    "wants_association": lazy_gettext("Also apply for membership of the association"),
    "licence": lazy_gettext("Business licence"),
    "qualifications": lazy_gettext("Qualification certificates"),
}
FILES = {
    "licence": AttachmentKind.LICENCE,
    "qualifications": AttachmentKind.QUALIFICATION,
}
COLUMNS = tuple(name for name in FIELD_LABELS if name != "categories" and name not in FILES)
NEEDED = ("name", "credit_code", "introduction", "address", "contact_name", "contact_mobile",
          "contact_email")  # fmt: skip


def number(institution: Institution) -> str:
    """Return the number that people say on the telephone: RZ, the day it was begun, the id."""
    return f"RZ{institution.created_at:%Y%m%d}{institution.id:05d}"


def snapshot(institution: Institution) -> dict[str, Any]:
    """Return what the application says now, as JSON; files as [mark, name]."""
    found = {name: plain(getattr(institution, name)) for name in COLUMNS}
    found["categories"] = [category.name for category in institution.categories]
    files = db.session.execute(
        sa.select(Attachment.kind, Attachment.storage_key, Attachment.filename)
        .where(Attachment.institution_id == institution.id)
        .order_by(Attachment.id)
    ).all()
    for name, kind in FILES.items():
        found[name] = [
            [file.storage_key[-8:], file.filename] for file in files if file.kind is kind
        ]  # an id may be given out again
    return found


def changed_since_last_submission(institution: Institution) -> dict[str, tuple[Any, Any]]:
    """Return {field: (before, after)} between the last two submissions; empty at the first.

    Files and categories are lists of names. A scan replaced by one of the same name counts.
    """
    return snapshots.changed(institution, FIELD_LABELS, _shown)


def _shown(name: str, value: Any) -> Any:
    return [filename for _mark, filename in value or ()] if name in FILES else value


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another institution that shares something with an application."""

    id: int
    name: str
    status: InstitutionStatus
    fields: tuple[str, ...]  # what it shares: names of FIELD_LABELS


PHONES = ("contact_mobile", "contact_phone")


def duplicates_of(rows: Sequence[Institution]) -> dict[int, list[Duplicate]]:
    """Return what each application shares with others: credit code, telephones, e-mail.

    One query for a whole page of the queue. Drafts of others are nobody's business yet.
    """
    codes = {row.credit_code for row in rows} - {""}
    phones = {getattr(row, name) for row in rows for name in PHONES} - {""}
    emails = {row.contact_email.lower() for row in rows} - {""}
    others = db.session.execute(
        sa.select(
            Institution.id,
            Institution.name,
            Institution.status,
            Institution.credit_code,
            Institution.contact_mobile,
            Institution.contact_phone,
            sa.func.lower(Institution.contact_email).label("contact_email"),
        )
        .where(
            Institution.status != InstitutionStatus.DRAFT,
            sa.or_(
                Institution.credit_code.in_(codes),
                Institution.contact_mobile.in_(phones),
                Institution.contact_phone.in_(phones),
                sa.func.lower(Institution.contact_email).in_(emails),
            ),
        )
        .order_by(Institution.id)
    ).all()
    return {
        row.id: [
            Duplicate(other.id, other.name, other.status, shared)
            for other in others
            if other.id != row.id and (shared := _shared(row, other))
        ]
        for row in rows
    }


def _shared(row: Institution, other: Any) -> tuple[str, ...]:
    theirs = {other.contact_mobile, other.contact_phone} - {""}
    return tuple(
        name
        for name, same in (
            ("credit_code", bool(row.credit_code) and row.credit_code == other.credit_code),
            ("contact_mobile", row.contact_mobile in theirs),
            ("contact_phone", row.contact_phone in theirs),
            (
                "contact_email",
                bool(row.contact_email) and row.contact_email.lower() == other.contact_email,
            ),
        )
        if same
    )


def duplicates(institution: Institution) -> list[Duplicate]:
    """Return the other institutions that share a credit code, a telephone or an e-mail."""
    return duplicates_of([institution])[institution.id]
