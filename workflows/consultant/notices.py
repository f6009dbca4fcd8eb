"""Recipients, links and template context of the notices about a consultant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from core.database import db
from models import Affiliation, AffiliationStatus, Consultant, NoticeKind
from workflows.engine.notices import Notice, Recipient, reviewers_of_applications, users
from workflows.engine.recipients import institution_people


def own_account(rows: Sequence[Consultant]) -> dict[int, list[Recipient]]:
    return {row.id: users([row.user] if row.user else []) for row in rows}


def linked_institution(rows: Sequence[Consultant]) -> dict[int, list[Recipient]]:
    """The people of the institution that each is linked to, while the link still stands."""
    links = db.session.scalars(
        sa.select(Affiliation)
        .where(
            Affiliation.consultant_id.in_([row.id for row in rows]),
            Affiliation.status == AffiliationStatus.LINKED,
        )
        .options(joinedload(Affiliation.institution))
        .execution_options(unguarded=True)
    ).all()
    people = institution_people(links)
    return {link.consultant_id: people[link.id] for link in links}


def to_account(_row: Consultant) -> str:
    return "/account/consultant"


def to_consultants(_row: Consultant) -> str:
    return "/workbench/consultant/"


def to_record(row: Consultant) -> str:
    return f"/admin/consultant/details/?id={row.id}"


def context(rows: Sequence[Consultant]) -> dict[int, dict[str, Any]]:
    return {row.id: {"consultant": row.name} for row in rows}


def notify_consultant(template: str) -> Notice[Consultant]:
    return Notice(
        template=template, kind=NoticeKind.CONSULTANT, recipients=own_account, link=to_account
    )


def notify_institution(template: str) -> Notice[Consultant]:
    return Notice(
        template=template,
        kind=NoticeKind.CONSULTANT,
        recipients=linked_institution,
        link=to_consultants,
    )


NOTIFY_CHANGED = Notice(
    template="consultant_changed",
    kind=NoticeKind.CONSULTANT,
    recipients=reviewers_of_applications,
    link=to_record,
)
