"""A person of an enterprise: the first one joins, later ones ask and wait for a yes."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

from core.database import db
from forms.base import ReasonForm
from models import (
    Enterprise,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    ParkEnterprise,
    User,
)
from workflows.engine import Process, Transition, Words, begin, columns, register
from workflows.engine.notices import Notice
from workflows.person import people_rules as rules

S = EnterpriseMembershipStatus


class NotInRegister(LookupError):
    """The park's register has no enterprise of this credit code."""


def find_in_register(code: str) -> ParkEnterprise | None:
    """Return the line of the park's register for a credit code in its plain form."""
    return db.session.scalar(sa.select(ParkEnterprise).where(ParkEnterprise.credit_code == code))


def enter(user: User, code: str, *, remark: str | None = None) -> EnterpriseMembership:
    """Make `user` a person of the enterprise with this code, in the caller's unit of work.

    The first person of an enterprise joins at once; a later one asks, and its members are told.

    Args:
        user: who joins; flushed, so that the journal can name him.
        code: a credit code in its plain form.
        remark: what an administrator should know of the code.

    Raises:
        NotInRegister: the enterprise is not one of the park's.
        IntegrityError: the person acts for an enterprise already, or another first person was
            faster; `conflict` says it for the reader.
    """
    enterprise = db.session.scalar(sa.select(Enterprise).where(Enterprise.credit_code == code))
    if enterprise is not None:
        return begin(_membership(user, enterprise), "request", user)
    listed = find_in_register(code)
    if listed is None:
        raise NotInRegister(code)
    enterprise = Enterprise(credit_code=code, name=listed.name, remark=remark)
    db.session.add(enterprise)
    db.session.flush()
    return begin(_membership(user, enterprise), "join", user)


def _membership(user: User, enterprise: Enterprise) -> EnterpriseMembership:
    """By ids: a row tied to its parents, and not yet added, troubles every flush before it is."""
    return EnterpriseMembership(user_id=user.id, enterprise_id=enterprise.id)


ACTS_ALREADY: Words = lazy_gettext(
    "You act for an enterprise already, or wait for its answer. Leave it first."
)
CONFLICTS = {
    "uq_enterprise_membership_open": ACTS_ALREADY,
    "enterprise_membership.user_id": ACTS_ALREADY,
}

memberships = register(
    Process(
        model=EnterpriseMembership,
        context=lambda row: {"person": row.user.name, "enterprise": row.enterprise.name},
        loads=(
            joinedload(EnterpriseMembership.user),
            joinedload(EnterpriseMembership.enterprise),
        ),
        transitions=(
            Transition(
                name="join",
                label=lazy_gettext("Join as the first person"),
                source=frozenset(),
                target=S.MEMBER,
                by=rules.oneself,
                guard=rules.nobody_yet,
                then=rules.enterprise_user,
                conflicts=CONFLICTS,
            ),
            Transition(
                name="request",
                label=lazy_gettext("Ask to join"),
                source=frozenset(),
                target=S.REQUESTED,
                by=rules.oneself,
                tells=(
                    Notice(
                        template="membership_requested", to=rules.members, link=rules.to_enterprise
                    ),
                    Notice(
                        template="membership_requested",
                        to=rules.administrators,
                        link=rules.to_back_office,
                    ),
                ),
                conflicts=CONFLICTS,
            ),
            Transition(
                name="agree",
                label=lazy_gettext("Agree"),
                source=frozenset({S.REQUESTED}),
                target=S.MEMBER,
                by=rules.agrees,
                tells=(
                    Notice(template="membership_agreed", to=rules.person, link=rules.to_enterprise),
                ),
                then=rules.enterprise_user,
            ),
            Transition(
                name="decline",
                label=lazy_gettext("Decline"),
                source=frozenset({S.REQUESTED}),
                target=S.DECLINED,
                by=rules.agrees,
                asks=ReasonForm,
                sets=columns.reason,
                tells=(
                    Notice(
                        template="membership_declined", to=rules.person, link=rules.to_enterprise
                    ),
                ),
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the request"),
                source=frozenset({S.REQUESTED}),
                target=S.REMOVED,
                by=rules.oneself,
                tone="secondary",
                confirm=True,
            ),
            Transition(
                name="remove",
                label=lazy_gettext("Remove"),
                source=frozenset({S.MEMBER}),
                target=S.REMOVED,
                by=rules.removes,
                asks=ReasonForm,
                sets=columns.reason,
                tells=(
                    Notice(
                        template="membership_removed", to=rules.person, link=rules.to_enterprise
                    ),
                ),
                then=rules.ordinary_user,
                tone="danger",
            ),
            Transition(
                name="leave",
                label=lazy_gettext("Leave the enterprise"),
                source=frozenset({S.MEMBER}),
                target=S.REMOVED,
                by=rules.oneself,
                then=rules.ordinary_user,
                tone="secondary",
                confirm=True,
            ),
        ),
    )
)
