"""Predicates and guards of an affiliation: invited, submitted, free to be linked."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.database import db
from models import Affiliation, AffiliationStatus, InstitutionStatus, Membership, User
from workflows.consultant.facts import lacks
from workflows.engine import Words, for_all_rows
from workflows.invitation import quota
from workflows.invitation.quota import Wish

S = AffiliationStatus
LINKED_ELSEWHERE = lazy_gettext("This person speaks for another institution at present.")
LINKED_ALREADY = {"uq_affiliation_linked": LINKED_ELSEWHERE}  # what the database says of a race
# Bare tables: whoever takes the step need not see what stands against it.
_link = Affiliation.__table__.alias("other_link")
_held = Membership.__table__.alias("workplace")


def is_consultant(user: User, row: Affiliation) -> bool:
    """The consultant whom the affiliation is about, once they have an account."""
    return row.consultant.user_id is not None and row.consultant.user_id == user.id


def once_linked(row: Affiliation) -> bool:
    return row.linked_at is not None


def linked_elsewhere(rows: Sequence[Affiliation]) -> set[int]:
    """Return the ids of those rows whose consultant is linked by another affiliation."""
    links = db.session.execute(
        sa.select(_link.c.id, _link.c.consultant_id).where(
            _link.c.consultant_id.in_({row.consultant_id for row in rows}),
            _link.c.status == S.LINKED,
        )
    ).all()
    return {
        row.id
        for row in rows
        if any(link.consultant_id == row.consultant_id and link.id != row.id for link in links)
    }


def employed_elsewhere(rows: Sequence[Affiliation]) -> set[int]:
    """Return the ids of those rows whose consultant works in another institution's workbench."""
    people = {row.consultant.user_id for row in rows} - {None}
    held = db.session.execute(
        sa.select(_held.c.user_id, _held.c.institution_id).where(
            _held.c.user_id.in_(people), _held.c.active
        )
    ).all()
    places: dict[int | None, set[int]] = {}
    for membership in held:
        places.setdefault(membership.user_id, set()).add(membership.institution_id)
    return {
        row.id for row in rows if places.get(row.consultant.user_id, set()) - {row.institution_id}
    }


def address_of(row: Affiliation) -> str:
    """Return where the invitation of the consultant goes: to their account, once there is one."""
    account = row.consultant.user
    return (account.email if account else row.consultant.email).lower()


@for_all_rows
def may_invite(rows: Sequence[Affiliation]) -> dict[int, Words]:
    """Guard: a suspended institution takes nobody on; for each invitation there is room."""
    found: dict[int, Words] = {}
    for row in rows:
        if row.institution.status is not InstitutionStatus.CERTIFIED:
            found[row.id] = lazy_gettext("While suspended you can invite no consultants.")
    return found | quota.refusals(
        [Wish(row.id, row.institution_id, address_of(row)) for row in rows if row.id not in found]
    )


def never_linked(row: Affiliation) -> Words | None:
    """Guard: a first invitation; the one below is for somebody who was linked before."""
    return lazy_gettext("This consultant was linked before.") if once_linked(row) else None


def was_linked(row: Affiliation) -> Words | None:
    return None if once_linked(row) else lazy_gettext("This consultant was never linked.")


def complete(row: Affiliation) -> Words | None:
    """Guard: a certification is submitted whole, to an institution that takes consultants."""
    if lacks(row.consultant):
        return lazy_gettext("Fill in everything that is marked as required first.")
    if row.institution.status is not InstitutionStatus.CERTIFIED:
        return lazy_gettext("This institution takes no consultants at present.")
    return None


@for_all_rows
def free_to_link(rows: Sequence[Affiliation]) -> dict[int, Words]:
    """Guard of the approval, in words for the platform's staff."""
    found: dict[int, Words] = {}
    for id in employed_elsewhere(rows):
        found[id] = lazy_gettext("This person works for another institution at present.")
    for id in linked_elsewhere(rows):
        found[id] = LINKED_ELSEWHERE
    for row in rows:
        if row.institution.status is not InstitutionStatus.CERTIFIED:
            found[row.id] = lazy_gettext("The institution is not certified any more.")
    return found
