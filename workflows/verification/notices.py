"""Recipients, links and template context of the notices about a verification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models import Verification
from workflows.engine.notices import Notice, Recipient, reviewers_of_applications, users


def person(rows: Sequence[Verification]) -> dict[int, list[Recipient]]:
    """Whose verification it is."""
    return {row.id: users([row.membership.user]) for row in rows}


def to_queue(row: Verification) -> str:
    return f"/admin/verification/details/?id={row.id}"


def to_enterprise(_row: Verification) -> str:
    return "/account/enterprise"


def context(rows: Sequence[Verification]) -> dict[int, dict[str, Any]]:
    return {
        row.id: {
            "person": row.membership.user.name,
            "enterprise": row.membership.enterprise.name,
        }
        for row in rows
    }


def notify_person(template: str) -> Notice[Verification]:
    return Notice(template=template, kind=None, recipients=person, link=to_enterprise)


def notify_reviewers(template: str) -> Notice[Verification]:
    return Notice(template=template, kind=None, recipients=reviewers_of_applications, link=to_queue)
