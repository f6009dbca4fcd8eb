"""Who sees what. The whole policy, on one page.

Three scopes, each a condition on a table: `workbench` (what an institution's people work with),
`account` (what an enterprise's people work with) and `visible` (either, or the platform's staff).
What has no line here is seen by the staff alone. Predicates name who may do a thing to a row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from models import (
    AssociationMembership,
    Attachment,
    Demand,
    Enterprise,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Event,
    Institution,
    InstitutionStatus,
    Invitation,
    Mail,
    Membership,
    MembershipRole,
    Notification,
    PlatformRole,
    ProfileChange,
    User,
)

Condition = sa.ColumnElement[bool]
Scope = Callable[[User], Condition]

AT_WORK = (InstitutionStatus.CERTIFIED, InstitutionStatus.SUSPENDED)

QUEUE_ROLES = (PlatformRole.ADMINISTRATOR, PlatformRole.REVIEWER)

# Subqueries are written on aliases of the bare tables: the guard below rewrites entities, and would
# recurse; an eager join rewrites the tables that it knows, and would tear the subquery apart.
_membership = Membership.__table__.alias("held")
_institution = Institution.__table__.alias("employer")
_joined = EnterpriseMembership.__table__.alias("joined")
_change = ProfileChange.__table__.alias("proposed")


def _institution_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the institutions in whose workbench `user` works now."""
    return (
        sa.select(_membership.c.institution_id)
        .select_from(  # spelled out: Select.join() guesses its left side anew when it is cloned
            _membership.join(_institution, _institution.c.id == _membership.c.institution_id)
        )
        .where(
            _membership.c.user_id == user.id,
            _membership.c.active,
            _institution.c.status.in_(AT_WORK),
        )
    )


def _enterprise_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the enterprises that `user` acts for."""
    return sa.select(_joined.c.enterprise_id).where(
        _joined.c.user_id == user.id, _joined.c.status == EnterpriseMembershipStatus.MEMBER
    )


def _applied_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(_institution.c.id).where(_institution.c.applicant_id == user.id)


def _change_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(_change.c.id).where(_change.c.institution_id.in_(_institution_ids(user)))


WORKBENCH: dict[type, Scope] = {
    Institution: lambda user: Institution.id.in_(_institution_ids(user)),
    Membership: lambda user: sa.and_(
        Membership.active, Membership.institution_id.in_(_institution_ids(user))
    ),
    AssociationMembership: lambda user: AssociationMembership.institution_id.in_(
        _institution_ids(user)
    ),
    Invitation: lambda user: Invitation.institution_id.in_(_institution_ids(user)),
    ProfileChange: lambda user: ProfileChange.institution_id.in_(_institution_ids(user)),
    Demand: lambda user: Demand.institution_id.in_(_institution_ids(user)),
    Attachment: lambda user: sa.or_(
        Attachment.institution_id.in_(_institution_ids(user)),
        Attachment.profile_change_id.in_(_change_ids(user)),
    ),
}

ACCOUNT: dict[type, Scope] = {
    Institution: lambda user: Institution.applicant_id == user.id,
    AssociationMembership: lambda user: AssociationMembership.institution_id.in_(
        _applied_ids(user)
    ),
    Attachment: lambda user: Attachment.institution_id.in_(_applied_ids(user)),
    Demand: lambda user: sa.or_(
        Demand.poster_id == user.id, Demand.enterprise_id.in_(_enterprise_ids(user))
    ),
    Enterprise: lambda user: Enterprise.id.in_(_enterprise_ids(user)),
    EnterpriseMembership: lambda user: sa.or_(
        EnterpriseMembership.user_id == user.id,
        EnterpriseMembership.enterprise_id.in_(_enterprise_ids(user)),
    ),
    Invitation: lambda user: Invitation.email == user.email,
    Notification: lambda user: Notification.user_id == user.id,
}


def workbench(user: User | None, model: type) -> Condition:
    """Return the condition that keeps `model` to what the person's institution works with."""
    scope = WORKBENCH.get(model)
    return scope(user) if user is not None and scope else sa.false()


def account(user: User | None, model: type) -> Condition:
    """Return the condition that keeps `model` to what the person holds as a customer."""
    scope = ACCOUNT.get(model)
    return scope(user) if user is not None and scope else sa.false()


def sees(user: User | None, model: type) -> Condition:
    """Return the condition on `model` for all that the person may see, anywhere."""
    if user is not None and is_staff(user) and model is not Notification:
        return sa.true()
    return sa.or_(workbench(user, model), account(user, model))


def visible(user: User | None, model: type[Any]) -> sa.Select[Any]:
    """Return a SELECT of the rows of `model` that the person may see. Start every query here."""
    return sa.select(model).where(sees(user, model))


def published(model: type[Institution] = Institution) -> Condition:
    """Return the condition for what stands on the public storefront."""
    return model.status == InstitutionStatus.CERTIFIED


# --- the second guard: a forgotten scope shows nothing rather than another's rows ---------------

GUARDED = (
    Demand,
    Attachment,
    Event,
    Mail,
    Notification,
    Invitation,
    ProfileChange,
    EnterpriseMembership,
)


def guard(session: Session, user: User | None) -> None:
    """Hold every ORM query of `session` to what `user` may see, until the session is removed.

    A statement that must look past it says so: `.execution_options(unguarded=True)`.
    """
    options = [
        with_loader_criteria(model, condition, include_aliases=True)
        for model in GUARDED
        if (condition := sees(user, model)) is not sa.true()  # staff: each criterion costs time
    ]
    if user is None or not is_staff(user):
        options.append(
            with_loader_criteria(
                Institution,
                sa.or_(Institution.certified_at.is_not(None), sees(user, Institution)),
                include_aliases=True,
            )
        )
    session.info["guard"] = options


def apply_guard(state: ORMExecuteState) -> None:
    """Session event `do_orm_execute`: add the guard's conditions to a SELECT."""
    options = state.session.info.get("guard")
    if options and state.is_select and not state.execution_options.get("unguarded"):
        state.statement = state.statement.options(*options)


# --- predicates: who may do a thing ---------------------------------------------------------


def is_staff(user: User) -> bool:
    """The platform's own people, whatever they may do."""
    return user.role is not None


def is_administrator(user: User, _row: object = None) -> bool:
    return user.role is PlatformRole.ADMINISTRATOR


def reviews(user: User, _row: object = None) -> bool:
    """Works the review queues."""
    return user.role in QUEUE_ROLES


def institution_ids(user: User) -> frozenset[int]:
    """The institutions in whose workbench the person works now (one, by constraint)."""
    return frozenset(
        held.institution_id
        for held in user.memberships
        if held.active and held.institution.status in AT_WORK
    )


def enterprise_ids(user: User) -> frozenset[int]:
    """The enterprises that the person acts for (one, by constraint)."""
    return frozenset(
        held.enterprise_id
        for held in user.enterprise_memberships
        if held.status is EnterpriseMembershipStatus.MEMBER
    )


def works_for(user: User, row: Any) -> bool:
    """The row belongs to the institution in whose workbench the person works."""
    owner = row.id if isinstance(row, Institution) else row.institution_id
    return owner in institution_ids(user)


def owns(user: User, row: Any) -> bool:
    """As `works_for`, and as an owner: staff, profile changes, invitations."""
    owner = row.id if isinstance(row, Institution) else row.institution_id
    return owner in institution_ids(user) and any(
        held.institution_id == owner and held.role is MembershipRole.OWNER and held.active
        for held in user.memberships
    )


def applied(user: User, row: Institution) -> bool:
    """Wrote this application."""
    return row.applicant_id == user.id


def posted(user: User, row: Demand) -> bool:
    """Posted the demand, or acts for the enterprise that did."""
    return row.poster_id == user.id or row.enterprise_id in enterprise_ids(user)


def anyone(_user: User, _row: object = None) -> bool:
    """Whoever is signed in."""
    return True
