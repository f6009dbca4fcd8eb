"""Separation of duties (三员分立): system, security and audit are three people's."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from access.duties import duties_of, holding
from core.database import db
from models import Duty, StaffRole, User

SEPARATED = (Duty.SYSTEM, Duty.PEOPLE, Duty.AUDIT)


def together(duties: Iterable[Duty]) -> tuple[Duty, ...]:
    """Return those of `duties` that no one person may hold; empty where there are not two."""
    found = tuple(duty for duty in SEPARATED if duty in set(duties))
    return found if len(found) > 1 else ()


def lock_keepers(*users: User) -> list[User]:
    """Lock who holds 'people and roles' now, and `users`, in id order; return all of them.

    Whatever gives or takes duties begins here, so that two such changes come one after the other
    and each sees what the other did.
    """
    db.session.flush()
    query = (
        sa.select(User)
        .where(
            sa.or_(
                sa.and_(holding(Duty.PEOPLE), User.active),
                User.id.in_([user.id for user in users]),
            )
        )
        .order_by(User.id)
        .with_for_update(of=User, key_share=True)
        .options(joinedload(User.custom_role).joinedload(StaffRole.held))
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query).unique())


def holders_of_two() -> list[User]:
    """Return who holds two of the separated duties, disabled people too: they may be let in."""
    query = (
        sa.select(User)
        .where(User.role.is_not(None))
        .order_by(User.id)
        .options(joinedload(User.custom_role).joinedload(StaffRole.held))
    )
    people = db.session.scalars(query).unique()
    return [user for user in people if together(duties_of(user))]
