"""Recipients, links and template context of the notices about an enterprise membership."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.database import db
from models import EnterpriseMembership, EnterpriseMembershipStatus, NoticeKind, User
from workflows.engine.notices import Notice, Recipient, reviewers_of_applications, users
from workflows.person.rules import AT_HAND

S = EnterpriseMembershipStatus
_joined = EnterpriseMembership.__table__  # bare: recipients do not depend on who may see them


def members(rows: Sequence[EnterpriseMembership]) -> dict[int, list[Recipient]]:
    """The verified members of the enterprise who can sign in."""
    found = db.session.execute(
        sa.select(_joined.c.enterprise_id, User)
        .join(User, User.id == _joined.c.user_id)
        .where(
            _joined.c.enterprise_id.in_({row.enterprise_id for row in rows}),
            _joined.c.status == S.MEMBER,
            _joined.c.verified_at.is_not(None),
            AT_HAND,
        )
    ).all()
    return {row.id: users(user for of, user in found if of == row.enterprise_id) for row in rows}


def reviewers(rows: Sequence[EnterpriseMembership]) -> dict[int, list[Recipient]]:
    """Who reviews applications for the platform, where no member could answer."""
    answered = members(rows)
    waiting = [row for row in rows if not answered[row.id]]
    nobody: dict[int, list[Recipient]] = {row.id: [] for row in rows}
    return nobody | (reviewers_of_applications(waiting) if waiting else {})


def person(rows: Sequence[EnterpriseMembership]) -> dict[int, list[Recipient]]:
    """The person whose membership it is."""
    return {row.id: users([row.user]) for row in rows}


def to_enterprise(_row: EnterpriseMembership) -> str:
    return "/account/enterprise"


def to_back_office(row: EnterpriseMembership) -> str:
    return f"/admin/enterprise_membership/details/?id={row.id}"


def context(rows: Sequence[EnterpriseMembership]) -> dict[int, dict[str, Any]]:
    return {row.id: {"person": row.user.name, "enterprise": row.enterprise.name} for row in rows}


def notify_person(template: str) -> Notice[EnterpriseMembership]:
    return Notice(template=template, kind=None, recipients=person, link=to_enterprise)


def notify_members(template: str) -> Notice[EnterpriseMembership]:
    return Notice(
        template=template, kind=NoticeKind.COLLEAGUES, recipients=members, link=to_enterprise
    )


def notify_reviewers(template: str) -> Notice[EnterpriseMembership]:
    return Notice(
        template=template,
        kind=NoticeKind.COLLEAGUES,
        recipients=reviewers,
        link=to_back_office,
    )
