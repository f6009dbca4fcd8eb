"""Recipients, links and template context of the notices about an institution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import force_locale

from forms import credit_code
from models import Institution
from workflows.engine.notices import Notice, Recipient, reviewers_of_applications
from workflows.institution.facts import FIELD_LABELS


def applicant(rows: Sequence[Institution]) -> dict[int, list[Recipient]]:
    """The reserved e-mail of the application, and its writer's bell."""
    return {
        row.id: [
            Recipient(row.contact_email, row.applicant_id, row.applicant.locale),
        ]
        for row in rows
    }


def to_form(_row: Institution) -> str:
    return "/certification/"


def to_workbench(_row: Institution) -> str:
    return "/workbench/"


def to_queue(row: Institution) -> str:
    return f"/admin/application/details/?id={row.id}"


def code_remark(institution: Institution) -> str | None:
    """Return what the reviewer should know of the credit code, or None for a usual one."""
    try:
        return credit_code.read(institution.credit_code).remark
    except credit_code.InvalidCreditCode as error:
        return str(error)


def context(rows: Sequence[Institution]) -> dict[int, dict[str, Any]]:
    """What a mail says of each application: its name, and the remarks as lines for its reader."""
    return {row.id: _named_with_remarks(row) for row in rows}


def _named_with_remarks(row: Institution) -> dict[str, Any]:
    remarks = {name: words for name, words in (row.remarks or {}).items() if name in FIELD_LABELS}
    if not remarks:  # the remark on the whole is the reason
        return {"institution": row.name}
    with force_locale(row.applicant.locale):
        lines = [f"{FIELD_LABELS[name]}: {words}" for name, words in remarks.items()]
    return {"institution": row.name, "remarks": lines}


def notify_applicant(template: str, link: Callable[[Institution], str]) -> Notice[Institution]:
    return Notice(template=template, kind=None, recipients=applicant, link=link)


def notify_reviewers(template: str) -> Notice[Institution]:
    return Notice(template=template, kind=None, recipients=reviewers_of_applications, link=to_queue)
