"""Predicates of a consultant: who may note one."""

from __future__ import annotations

import access
from models import Consultant, MembershipRole, User


def may_note(user: User, row: Consultant) -> bool:
    """An owner of an institution at work writes down somebody who has no account yet."""
    return row.user_id is None and any(
        held.role is MembershipRole.OWNER and held.institution_id in access.institution_ids(user)
        for held in user.memberships
        if held.active
    )
