"""Recipients and links of the notices about an association membership."""

from __future__ import annotations

from collections.abc import Sequence

from models import AssociationMembership
from workflows.engine.notices import Notice, Recipient


def institution(rows: Sequence[AssociationMembership]) -> dict[int, list[Recipient]]:
    """The reserved e-mail of the institution, and its applicant's bell."""
    return {
        row.id: [
            Recipient(
                row.institution.contact_email,
                row.institution.applicant_id,
                row.institution.applicant.locale,
            )
        ]
        for row in rows
    }


def to_workbench(_row: AssociationMembership) -> str:
    return "/workbench/"


def notify_institution(template: str) -> Notice[AssociationMembership]:
    return Notice(template=template, kind=None, recipients=institution, link=to_workbench)
