"""Recipients of an institution, an enterprise or a consultant, for all rows at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Protocol

import sqlalchemy as sa

import access
from core.database import db
from models import (
    Affiliation,
    Consultant,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Institution,
    Membership,
    User,
)
from workflows.engine.notices import Noticed, Recipient, users

# bare tables: recipients do not depend on what the actor may see


class OfInstitution(Noticed, access.OfInstitution, Protocol):
    """A row that belongs to an institution, and that people hear of."""

    @property
    def institution(self) -> Any: ...


_institution = Institution.__table__
_joined = EnterpriseMembership.__table__
_link = Affiliation.__table__
_consultant = Consultant.__table__


def of_institutions(ids: Collection[int]) -> dict[int, list[Recipient]]:
    """The reserved e-mail of each institution, and the bell of everybody in its workbench."""
    found = {
        row.id: [Recipient(email=row.contact_email)]
        for row in db.session.execute(
            sa.select(_institution.c.id, _institution.c.contact_email).where(
                _institution.c.id.in_(ids)
            )
        )
    }
    for institution_id, user_id in db.session.execute(
        sa.select(Membership.institution_id, Membership.user_id)
        .where(Membership.institution_id.in_(ids), Membership.active)
        .order_by(Membership.id)
    ):
        found[institution_id].append(Recipient(user_id=user_id))
    return found


def of_enterprises(ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Everybody who acts for each enterprise, by mail and bell."""
    return {key: users(people) for key, people in members_of(ids).items()}


def of_affiliations(ids: Collection[int]) -> dict[int, list[Recipient]]:
    """The bell of each consultant, by the affiliation under which they advised."""
    rows = db.session.execute(
        sa.select(_link.c.id, _consultant.c.user_id)
        .select_from(_link.join(_consultant, _consultant.c.id == _link.c.consultant_id))
        .where(_link.c.id.in_(ids), _consultant.c.user_id.is_not(None))
    )
    return {row.id: [Recipient(user_id=row.user_id)] for row in rows}


def institution_people(rows: Sequence[OfInstitution]) -> dict[int, list[Recipient]]:
    """The reserved e-mail of the institution, and the bell of everybody in its workbench."""
    people = of_institutions({row.institution_id for row in rows})
    return {row.id: people.get(row.institution_id, []) for row in rows}


def institution_name(rows: Sequence[OfInstitution]) -> dict[int, dict[str, Any]]:
    """The context of a mail that names the institution of each row, which is loaded with it."""
    return {row.id: {"institution": row.institution.name} for row in rows}


def members_of(enterprise_ids: Collection[int]) -> dict[int, list[User]]:
    """Return who speaks for each of these enterprises, verified, by id, in one query."""
    people: dict[int, list[User]] = {}
    for enterprise_id, user in db.session.execute(
        sa.select(_joined.c.enterprise_id, User)
        .join(User, User.id == _joined.c.user_id)
        .where(
            _joined.c.enterprise_id.in_(enterprise_ids),
            _joined.c.status == EnterpriseMembershipStatus.MEMBER,
            _joined.c.verified_at.is_not(None),
        )
        .order_by(User.id)
    ):
        people.setdefault(enterprise_id, []).append(user)
    return people
