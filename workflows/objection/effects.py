"""Side effects of a decision on an objection: what was held changes hands."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import access
from core.database import db
from models import (
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Institution,
    Objection,
    User,
    VerifiedHow,
)
from workflows.engine import Answers, perform
from workflows.institution.effects import reject_association

_joined = EnterpriseMembership.__table__


def decision_columns(answers: Answers, actor: User) -> dict[str, Any]:
    return {"decided_by_id": actor.id, "reason": answers["reason"]}


def change_hands(rows: list[Objection], actor: User, answers: Answers) -> None:
    """The objector is in, verified by what they showed; who held it is out, with whom they let in.

    Of a credit code: the application that held it is rejected, and the code is free.
    """
    reason = answers["reason"]
    for row in rows:
        if row.contested is not None and row.membership_id is not None:
            out = brought_in_by(row.contested)
            perform(EnterpriseMembership, "expel", out, access.SYSTEM, reason=reason)
            perform(
                EnterpriseMembership,
                "admit",
                [row.membership_id],
                access.SYSTEM,
                how=VerifiedHow.LICENCE,
                by=actor.id,
            )
        elif row.holder_id is not None:
            perform(Institution, "displace", [row.holder_id], access.SYSTEM, reason=reason)
            if row.holder is not None:  # its wish for the association ends with it
                reject_association([row.holder], actor, answers)


def brought_in_by(first: EnterpriseMembership) -> list[int]:
    """Return the membership and those that it vouched for, however far down."""
    query = sa.select(_joined.c.id, _joined.c.user_id, _joined.c.verified_by_id).where(
        _joined.c.enterprise_id == first.enterprise_id,
        _joined.c.status == EnterpriseMembershipStatus.MEMBER,
    )
    members = db.session.execute(query).all()
    out, people = {first.id}, {first.user_id}
    for _depth in members:
        more = [one for one in members if one.verified_by_id in people and one.id not in out]
        out |= {one.id for one in more}
        people |= {one.user_id for one in more}
    return sorted(out & {one.id for one in members})
