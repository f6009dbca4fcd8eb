"""Recipients, links and template context of the notices about a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.database import db
from models import Affiliation, AffiliationStatus, Consultant, NoticeKind, Transaction
from workflows.engine.notices import Notice, Recipient, reviewers_of_trade, users
from workflows.engine.recipients import institution_people, members_of


def notified_before(rows: Sequence[Transaction]) -> dict[int, list[Recipient]]:
    """The enterprise's people, where the transaction was ever filed: a draft was nobody else's."""
    people = enterprise_people(rows)
    return {row.id: people[row.id] if row.filed_at else [] for row in rows}


def enterprise_people(rows: Sequence[Transaction]) -> dict[int, list[Recipient]]:
    """Everybody who acts for the enterprise; nobody where it is not registered."""
    people = members_of({row.enterprise_id for row in rows if row.enterprise_id is not None})
    return {row.id: users(people.get(row.enterprise_id or 0, ())) for row in rows}


def institution_side(rows: Sequence[Transaction]) -> dict[int, list[Recipient]]:
    """The institution, and the bell of the consultant while they are linked to it."""
    recipients = institution_people(rows)
    wanted = {row.affiliation_id for row in rows if row.affiliation_id is not None}
    consultants = dict(
        db.session.execute(
            sa.select(Affiliation.id, Consultant.user_id)
            .join(Consultant, Consultant.id == Affiliation.consultant_id)
            .where(Affiliation.id.in_(wanted), Affiliation.status == AffiliationStatus.LINKED)
        ).all()
    )
    for row in rows:
        if (user_id := consultants.get(row.affiliation_id or 0)) is not None:
            recipients[row.id].append(Recipient(user_id=user_id))
    return recipients


def to_workbench(row: Transaction) -> str:
    return f"/workbench/transaction/details/?id={row.id}"


def to_account(row: Transaction) -> str:
    return f"/account/transactions/{row.id}"


def to_queue(row: Transaction) -> str:
    return f"/admin/transaction/details/?id={row.id}"


def context(rows: Sequence[Transaction]) -> dict[int, dict[str, Any]]:
    return {
        row.id: {
            "number": row.number,
            "title": row.title,
            "institution": row.institution.name,
            "enterprise": row.enterprise_name,
        }
        for row in rows
    }


def both_sides(template: str) -> tuple[Notice[Transaction], ...]:
    """The same words to the institution and to the enterprise, each with a link of its own."""
    return (
        Notice(
            template=template,
            kind=NoticeKind.TRANSACTION,
            recipients=institution_side,
            link=to_workbench,
        ),
        Notice(
            template=template,
            kind=NoticeKind.TRANSACTION,
            recipients=enterprise_people,
            link=to_account,
        ),
    )


def notify_reviewers(template: str) -> Notice[Transaction]:
    return Notice(
        template=template, kind=NoticeKind.TRANSACTION, recipients=reviewers_of_trade, link=to_queue
    )


def notify_enterprise(template: str) -> Notice[Transaction]:
    """To the enterprise, where it was notified of the transaction before."""
    return Notice(
        template=template,
        kind=NoticeKind.TRANSACTION,
        recipients=notified_before,
        link=to_account,
    )
