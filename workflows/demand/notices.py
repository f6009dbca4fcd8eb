"""Recipients, links and template context of the notices about a demand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

import access
from core.database import db
from models import Affiliation, Consultant, Demand, DemandStatus, Enquiry, NoticeKind, User
from workflows.engine.notices import Notice, Recipient, users
from workflows.engine.recipients import institution_people, members_of

# bare tables: recipients do not depend on what the actor may see
_link = Affiliation.__table__
_consultant = Consultant.__table__


def consultants(rows: Sequence[Demand]) -> dict[int, list[Recipient]]:
    """The consultant in charge of each demand, where there is one."""
    people = users_in_charge({row.affiliation_id for row in rows if row.affiliation_id})
    return {row.id: users(people.get(row.affiliation_id, ())) for row in rows}


def users_in_charge(affiliation_ids: Iterable[int]) -> dict[int | None, list[User]]:
    """Return the account behind each affiliation: {affiliation id: [user]}."""
    found = db.session.execute(
        sa.select(_link.c.id, User)
        .select_from(_link)
        .join(_consultant, _consultant.c.id == _link.c.consultant_id)
        .join(User, User.id == _consultant.c.user_id)
        .where(_link.c.id.in_(list(affiliation_ids)))
    )
    return {id: [user] for id, user in found}


def customers(rows: Sequence[Demand | Enquiry]) -> dict[int, list[Recipient]]:
    """The person who posted; where they left, the colleagues who now act for the enterprise."""
    people = members_of({row.enterprise_id for row in rows if row.enterprise_id is not None})
    recipients = {}
    for row in rows:
        colleagues = people.get(row.enterprise_id, []) if row.enterprise_id else [row.poster]
        recipients[row.id] = users([row.poster] if row.poster in colleagues else colleagues)
    return recipients


def newly_in_charge(rows: Sequence[Demand]) -> dict[int, list[Recipient]]:
    """The consultant who was put in charge by this step."""
    recipients = consultants(rows)
    kept = {row.id for row in rows if row.affiliation and row.affiliation.id == row.affiliation_id}
    return {id: people for id, people in recipients.items() if id not in kept}


def formerly_in_charge(rows: Sequence[Demand]) -> dict[int, list[Recipient]]:
    """The consultant who was in charge until this step."""
    former = {row.id: former_id(row) for row in rows}
    people = users_in_charge({key for key in former.values() if key is not None})
    return {id: users(people.get(key, ())) for id, key in former.items()}


def to_workbench(row: Demand) -> str:
    return f"/workbench/demand/details/?id={row.id}"


def to_account(row: Demand) -> str:
    return f"/account/demands/{row.id}"


def to_own_demands(_row: Demand) -> str:
    return "/workbench/demand/"


def context(rows: Sequence[Demand]) -> dict[int, dict[str, Any]]:
    """What mails may say; the names of consultants and products are empty for none."""
    names = names_in_charge(rows)
    new = [row for row in rows if row.status is DemandStatus.SUBMITTED]
    unverified = access.unverified_among(new)
    return {
        row.id: {
            "number": row.number,
            "title": row.title,
            "institution": row.institution.name,
            "asked_for": (row.asked_for or {}).get("name", ""),
            "in_charge": names.get(row.affiliation_id, ""),
            "formerly_in_charge": names.get(former_id(row), ""),
            "not_verified": row.id in unverified,
        }
        for row in rows
    }


def former_id(row: Demand) -> int | None:
    """Return the affiliation in charge before the step that changed it, None where it did not.

    The relation is as it was loaded before the step, the column as the step wrote it.
    """
    if row.affiliation is None or row.affiliation.id == row.affiliation_id:
        return None
    return row.affiliation.id


def names_in_charge(rows: Sequence[Demand]) -> dict[int | None, str]:
    """Return {affiliation id: name of the consultant} of all who are or were in charge."""
    ids = {key for row in rows for key in (row.affiliation_id, former_id(row)) if key is not None}
    if not ids:
        return {}
    found = db.session.execute(
        sa.select(_link.c.id, _consultant.c.name)
        .join(_consultant, _consultant.c.id == _link.c.consultant_id)
        .where(_link.c.id.in_(ids))
    )
    return {row.id: row.name for row in found}


def notify_institution(template: str) -> Notice[Demand]:
    return Notice(
        template=template, kind=NoticeKind.DEMAND, recipients=institution_people, link=to_workbench
    )


def notify_consultant(template: str) -> Notice[Demand]:
    return Notice(
        template=template, kind=NoticeKind.DEMAND, recipients=consultants, link=to_workbench
    )


def notify_customer(template: str) -> Notice[Demand]:
    return Notice(template=template, kind=NoticeKind.DEMAND, recipients=customers, link=to_account)


NOTIFY_NEW = Notice(
    template="demand_assigned",
    kind=NoticeKind.DEMAND,
    recipients=newly_in_charge,
    link=to_workbench,
)


def notify_former(template: str) -> Notice[Demand]:
    return Notice(
        template=template,
        kind=NoticeKind.DEMAND,
        recipients=formerly_in_charge,
        link=to_own_demands,
    )
