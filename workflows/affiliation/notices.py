"""Recipients, links and template context of the notices about an affiliation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale

from models import Affiliation, ConsultantStatus, NoticeKind
from workflows.consultant.facts import FIELD_LABELS
from workflows.engine.notices import Notice, Recipient, reviewers_of_applications, users
from workflows.engine.recipients import institution_people


def still_certified(rows: Sequence[Affiliation]) -> dict[int, list[Recipient]]:
    """The consultant, unless they read of a withdrawn certification already."""
    return person([row for row in rows if row.consultant.status is not ConsultantStatus.WITHDRAWN])


def person(rows: Sequence[Affiliation]) -> dict[int, list[Recipient]]:
    """The consultant, by mail and bell."""
    return {row.id: users([row.consultant.user] if row.consultant.user else []) for row in rows}


def to_account(_row: Affiliation) -> str:
    return "/account/consultant"


def to_workbench(row: Affiliation) -> str:
    return f"/workbench/consultant/details/?id={row.id}"


def to_queue(row: Affiliation) -> str:
    return f"/admin/consultant-review/details/?id={row.id}"


def context(rows: Sequence[Affiliation]) -> dict[int, dict[str, Any]]:
    """What a mail says: both names, and the reviewer's remarks as lines."""
    return {row.id: _context_of(row) for row in rows}


def _context_of(row: Affiliation) -> dict[str, Any]:
    words: dict[str, Any] = {
        "consultant": row.consultant.name,
        "institution": row.institution.name,
    }
    remarks = {name: text for name, text in (row.remarks or {}).items() if name in FIELD_LABELS}
    if remarks:
        user = row.consultant.user
        with force_locale(user.locale if user else "zh_Hans_CN"):
            words["remarks"] = [f"{FIELD_LABELS[name]}: {text}" for name, text in remarks.items()]
    return words


def notify_person(
    template: str, kind: NoticeKind | None = NoticeKind.CONSULTANT
) -> Notice[Affiliation]:
    return Notice(template=template, kind=kind, recipients=person, link=to_account)


def notify_institution(template: str) -> Notice[Affiliation]:
    return Notice(
        template=template,
        kind=NoticeKind.CONSULTANT,
        recipients=institution_people,
        link=to_workbench,
    )


def notify_reviewers(template: str) -> Notice[Affiliation]:
    return Notice(
        template=template,
        kind=NoticeKind.CONSULTANT,
        recipients=reviewers_of_applications,
        link=to_queue,
    )


def notify_still_certified(template: str) -> Notice[Affiliation]:
    return Notice(
        template=template, kind=NoticeKind.CONSULTANT, recipients=still_certified, link=to_account
    )
