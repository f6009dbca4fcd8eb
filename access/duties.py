"""Duties (permissions) of the platform's staff: what a role holds, as predicates and conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from access.subqueries import Condition
from models import (
    READS_RECORDS,
    READY_MADE,
    Attachment,
    Duty,
    PlatformRole,
    StaffRoleDuty,
    User,
)

NONE: frozenset[Duty] = frozenset()


def duties_of(user: User) -> frozenset[Duty]:
    """Return what the person's role holds; it came with the query that loaded who is signed in."""
    if user.role is PlatformRole.CUSTOM:
        return user.custom_role.duties if user.custom_role else NONE
    return READY_MADE[user.role] if user.role is not None else NONE


def holds(user: User, duties: frozenset[Duty]) -> bool:
    """Whether the person holds one of `duties`."""
    return not duties.isdisjoint(duties_of(user))


def holding(duty: Duty) -> Condition:
    """Return the condition on User that the person's role holds `duty`."""
    ready_made = [role for role, held in READY_MADE.items() if duty in held]
    roles = sa.select(StaffRoleDuty.role_id).where(StaffRoleDuty.duty == duty)
    return sa.or_(User.role.in_(ready_made), User.custom_role_id.in_(roles))


@dataclass(frozen=True, slots=True)
class Holds:
    """The predicate that the person holds one of `duties`, whatever the row."""

    duties: frozenset[Duty]

    def __call__(self, user: User, _row: Any = None) -> bool:
        return holds(user, self.duties)

    @property
    def __name__(self) -> str:
        """How the generated documents call it."""
        return "holds_the_duty_" + "_or_".join(sorted(self.duties))


reviews_applications = Holds(frozenset({Duty.APPLICATIONS}))
reviews_trade = Holds(frozenset({Duty.TRADE}))
dispatches = Holds(frozenset({Duty.DISPATCH}))
sanctions = Holds(frozenset({Duty.SANCTIONS}))
edits_content = Holds(frozenset({Duty.CONTENT}))
manages_people = Holds(frozenset({Duty.PEOPLE}))
runs_system = Holds(frozenset({Duty.SYSTEM}))
audits = Holds(frozenset({Duty.AUDIT}))
exports = Holds(frozenset({Duty.EXPORT}))
# whose files staff may read, by what they belong to: as the pages that show it
_DECISIONS = frozenset({Duty.APPLICATIONS, Duty.SANCTIONS, Duty.AUDIT})
READS_FILES: dict[str, frozenset[Duty]] = {
    "institution_id": _DECISIONS,
    "profile_change_id": _DECISIONS,
    "consultant_id": _DECISIONS,
    "qualification_id": _DECISIONS,
    "product_id": _DECISIONS,
    "product_change_id": _DECISIONS,
    "verification_id": _DECISIONS,
    "objection_id": _DECISIONS,
    "demand_id": READS_RECORDS,
    "transaction_id": frozenset({Duty.TRADE, Duty.SANCTIONS, Duty.AUDIT}),
    "activity_id": frozenset({Duty.TRADE, Duty.AUDIT}),
}


def reads_file(user: User, row: Attachment) -> bool:
    """Whether staff may read a file: by the duty that looks at what it belongs to."""
    return any(
        holds(user, duties)
        for owner, duties in READS_FILES.items()
        if getattr(row, owner) is not None
    )


# who may revoke an institution may also end what it has handed in
rejects = Holds(frozenset({Duty.APPLICATIONS, Duty.SANCTIONS}))
