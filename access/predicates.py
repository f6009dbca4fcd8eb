"""Permissions: named predicates of who may do a thing, for the transitions and the views."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import object_session

from access.actors import SYSTEM
from access.subqueries import AT_WORK, consulting_for
from models import (
    AffiliationStatus,
    Demand,
    EnterpriseMembershipStatus,
    Institution,
    MembershipRole,
    User,
)


class OfInstitution(Protocol):
    """A row that belongs to an institution."""

    @property
    def institution_id(self) -> Any: ...  # of a row it is a mapped column to the type checker


class OfEnterprise(OfInstitution, Protocol):
    """A row between an institution and an enterprise."""

    @property
    def enterprise_id(self) -> Any: ...


class OfPoster(Protocol):
    """A row that a person posted, for an enterprise or in their own name."""

    @property
    def poster_id(self) -> Any: ...

    @property
    def enterprise_id(self) -> Any: ...


_BOUND: Any = SimpleNamespace(id=sa.bindparam("user", type_=sa.Integer))
_CONSULTED = consulting_for(_BOUND)  # made once: nearly every page asks


def is_staff(user: User) -> bool:
    """The platform's own people, whatever they may do."""
    return user.role is not None


def by_itself(user: User, _row: object = None) -> bool:
    """Nobody takes the step: it happens when its time has come."""
    return user is SYSTEM


def institution_ids(user: User) -> frozenset[int]:
    """The institutions in whose workbench the person works now (one, by constraint)."""
    return frozenset(
        membership.institution_id
        for membership in user.memberships
        if membership.active and membership.institution.status in AT_WORK
    )


def enterprise_ids(user: User) -> frozenset[int]:
    """The enterprises that the person acts for (one, by constraint)."""
    return frozenset(
        membership.enterprise_id
        for membership in user.enterprise_memberships
        if membership.status is EnterpriseMembershipStatus.MEMBER
    )


def verified_enterprise_ids(user: User) -> frozenset[int]:
    """The enterprises that the person acts for, and is verified: they confirm, rate and decide."""
    return frozenset(
        membership.enterprise_id
        for membership in user.enterprise_memberships
        if membership.verified
    )


def works_for(user: User, row: Institution | OfInstitution) -> bool:
    """The row belongs to the institution in whose workbench the person works."""
    owner = row.id if isinstance(row, Institution) else row.institution_id
    return owner in institution_ids(user)


def owns(user: User, row: Institution | OfInstitution) -> bool:
    """As `works_for`, and as an owner: staff, profile changes, invitations."""
    owner = row.id if isinstance(row, Institution) else row.institution_id
    return owner in institution_ids(user) and any(
        membership.institution_id == owner
        and membership.role is MembershipRole.OWNER
        and membership.active
        for membership in user.memberships
    )


def consulted_institution_ids(user: User) -> frozenset[int]:
    """The institutions to which the person is linked as a consultant now (one, by constraint)."""
    session = object_session(user)
    return frozenset(session.scalars(_CONSULTED, {"user": user.id})) if session else frozenset()


def stands_for(user: User, row: OfInstitution) -> bool:
    """Works for the institution of the row, or is linked to it as a consultant."""
    return works_for(user, row) or row.institution_id in consulted_institution_ids(user)


def in_charge(user: User, row: Demand) -> bool:
    """This consultant, linked to the institution, is in charge of the demand."""
    link = row.affiliation
    return (
        link is not None
        and link.status is AffiliationStatus.LINKED
        and link.consultant.user_id == user.id
        and row.institution.status in AT_WORK
    )


def answers(user: User, row: Demand) -> bool:
    """Works for the institution, or is its consultant in charge of the demand."""
    return works_for(user, row) or in_charge(user, row)


def proposes(user: User, row: Demand) -> bool:
    """Is in charge, and leaves the last word to those who work for the institution."""
    return in_charge(user, row) and not works_for(user, row)


def applied(user: User, row: Institution) -> bool:
    """Wrote this application."""
    return row.applicant_id == user.id


def posted(user: User, row: OfPoster) -> bool:
    """Posted the demand or enquiry in their own name, or acts now for the enterprise that did.

    Who is not verified stands for what they posted themselves, and for nothing else.
    """
    if row.enterprise_id is None:
        return row.poster_id == user.id
    own = row.poster_id == user.id and row.enterprise_id in enterprise_ids(user)
    return own or row.enterprise_id in verified_enterprise_ids(user)


def bought(user: User, row: OfEnterprise) -> bool:
    """Speaks for the enterprise of a transaction, verified, and is not its institution's own."""
    return row.enterprise_id in verified_enterprise_ids(user) and not works_for(user, row)


def anyone(_user: User, _row: object = None) -> bool:
    """Whoever is signed in."""
    return True
