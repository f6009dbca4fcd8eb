"""Recipients, links and template context of the notices about an objection.

Neither side learns of the other: what a mail says is the credit code, which both know.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.database import db
from models import EnterpriseMembership, Institution, Objection, User
from workflows.engine.notices import Notice, Recipient, reviewers_of_applications, users

_joined = EnterpriseMembership.__table__
_institution = Institution.__table__


def objector(rows: Sequence[Objection]) -> dict[int, list[Recipient]]:
    return {row.id: users([row.objector]) for row in rows}


def holder(rows: Sequence[Objection]) -> dict[int, list[Recipient]]:
    """Who holds what is contested: on bare tables, since the objector does not see them."""
    members: dict[int, User] = dict(
        db.session.execute(
            sa.select(_joined.c.id, User)
            .join(User, User.id == _joined.c.user_id)
            .where(_joined.c.id.in_({row.contested_id for row in rows}))
        ).all()
    )
    applicants: dict[int, User] = dict(
        db.session.execute(
            sa.select(_institution.c.id, User)
            .join(User, User.id == _institution.c.applicant_id)
            .where(_institution.c.id.in_({row.holder_id for row in rows}))
        ).all()
    )
    people = {
        row.id: members.get(row.contested_id or 0) or applicants.get(row.holder_id or 0)
        for row in rows
    }
    return {id: users([user] if user else []) for id, user in people.items()}


def to_queue(row: Objection) -> str:
    return f"/admin/objection/details/?id={row.id}"


def to_page(row: Objection) -> str:
    about_enterprise = row.application_id is None
    return "/account/enterprise/objection" if about_enterprise else "/certification/objection"


def context(rows: Sequence[Objection]) -> dict[int, dict[str, Any]]:
    return {row.id: {"code": row.credit_code} for row in rows}


def notify_reviewers(template: str) -> Notice[Objection]:
    return Notice(template=template, kind=None, recipients=reviewers_of_applications, link=to_queue)


def notify_objector(template: str) -> Notice[Objection]:
    return Notice(template=template, kind=None, recipients=objector, link=to_page)


def notify_holder(template: str) -> Notice[Objection]:
    return Notice(template=template, kind=None, recipients=holder, link=to_page)
