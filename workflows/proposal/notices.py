"""Recipients, links and template context of the notices about a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

import access
from core.database import db
from models import Proposal, User
from workflows.engine.notices import Notice, Recipient, users


def who_decides(rows: Sequence[Proposal]) -> dict[int, list[Recipient]]:
    """Everybody who holds the duty, but for the proposer."""
    people = {
        duty: db.session.scalars(sa.select(User).where(access.holding(duty), User.active)).all()
        for duty in {row.duty for row in rows}
    }
    return {
        row.id: users(user for user in people[row.duty] if user.id != row.proposer_id)
        for row in rows
    }


def proposer(rows: Sequence[Proposal]) -> dict[int, list[Recipient]]:
    return {row.id: users([row.proposer]) for row in rows}


def context(rows: Sequence[Proposal]) -> dict[int, dict[str, Any]]:
    return {row.id: {"person": row.proposer.name, "number": str(row.id)} for row in rows}


def to_page(row: Proposal) -> str:
    return f"/admin/proposal/details/?id={row.id}"


WAITING = Notice(template="proposal_waiting", kind=None, recipients=who_decides, link=to_page)


def notify_proposer(template: str) -> Notice[Proposal]:
    return Notice(template=template, kind=None, recipients=proposer, link=to_page)
