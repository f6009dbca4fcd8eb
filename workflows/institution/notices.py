"""Who hears of an application or of an institution, where it leads them, and what the mails say."""

from __future__ import annotations

from collections.abc import Sequence

from forms import credit_code
from models import Institution
from workflows.engine.notices import Recipient


def code_remark(institution: Institution) -> str | None:
    """Return what the reviewer should know of the credit code, or None for a usual one."""
    try:
        return credit_code.read(institution.credit_code).remark
    except credit_code.InvalidCreditCode as error:
        return str(error)


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
